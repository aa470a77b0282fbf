-- What is not understood is refused, with a code and the place; nothing is
-- ignored.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_errors;
SET search_path = read_errors;
CREATE TABLE country (id integer PRIMARY KEY, name text, data jsonb, raw json);
CREATE TABLE city (id integer PRIMARY KEY, name text, at point);
SELECT count(*) FROM relations.many_to_one('city', 'country', 'country', 'cities');
CREATE INDEX i ON city (name);
CREATE TABLE no_key (a integer, country integer);
SELECT count(*) FROM relations.many_to_one('no_key', 'country', 'country', 'no_keys');

-- its code, message and place, or what it gives
CREATE FUNCTION refused(query text, collection regclass DEFAULT 'country') RETURNS text LANGUAGE plpgsql AS $$
DECLARE code text; message text; place text;
BEGIN
	RETURN relations.read_items(collection, query::jsonb);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, place = PG_EXCEPTION_CONTEXT;
	RETURN format('%s %s [%s]', code, message, substring(place FROM '^at [^\n]*'));
END $$;
CREATE TABLE queries (n serial, query text);
INSERT INTO queries (query) VALUES
	('[]'), ('1'), ('{"field": "id"}'), ('{"fields": 1}'), ('{"fields": [1]}'), ('{"fields": ""}'), ('{"fields": "a..b"}'), ('{"fields": "nothing"}'),
	('{"fields": ["id", "name.x"]}'), ('{"fields": "cities.nothing"}'), ('{"fields": "cities.country.name.x"}'), ('{"fields": "year(name)"}'), ('{"fields": "nix(name)"}'),
	('{"fields": "year(name"}'), ('{"fields": "count(name)"}'), ('{"fields": "json(data)"}'), ('{"fields": "json(name, a)"}'), ('{"fields": "json(data, a[x])"}'), ('{"fields": "cities:city.name"}'), ('{"fields": "\"id"}'),
	('{"fields": "no_keys"}'), ('{"fields": "*.nothing"}'), ('{"fields": "cities.*.*.*.*.*.*.*.*.*.*.*.*.*", "backlink": true}'),
	('{"filter": []}'), ('{"filter": {"nothing": 1}}'), ('{"filter": {"_eq": 1}}'), ('{"filter": {"id": [1]}}'), ('{"filter": {"id": {"_like": 1}}}'), ('{"filter": {"id": {"_eq": "x"}}}'), ('{"filter": {"id": {"_eq": {"a": 1}}}}'),
	('{"filter": {"id": {"_gt": null}}}'), ('{"filter": {"id": {"_in": 1}}}'), ('{"filter": {"id": {"_in": ["1", "x"]}}}'), ('{"filter": {"id": {"_between": [1, 2, 3]}}}'), ('{"filter": {"id": {"_null": "maybe"}}}'),
	('{"filter": {"_and": {"id": 1}}}'), ('{"filter": {"_or": [1]}}'), ('{"filter": {"id": {"name": 1}}}'), ('{"filter": {"id": {"_some": {}}}}'), ('{"filter": {"_none": {}}}'), ('{"filter": {"cities": {"_some": 1}}}'),
	('{"filter": {"cities": {"_filter": {}}}}'), ('{"filter": {"cities": {"country": {"name": {"_eq": {}}}}}}'), ('{"filter": {"cities": {"_contains": "a"}}}'), ('{"filter": {"cities": {"at": "(1,2)"}}}'), ('{"filter": {"name": {"_json": {"a": 1}}}}'),
	('{"filter": {"data": {"_json": {"_eq": 1}}}}'), ('{"filter": {"data": {"_json": {"a[": 1}}}}'), ('{"filter": {"raw": {"a": 1}}}'), ('{"filter": {"name": {"_regex": "("}}}'), ('{"filter": {"id": "$NOW(-1 day"}}'),
	('{"filter": {"name": {"_intersects": 1}}}'), ('{"search": ["a"]}'), ('{"sort": "nothing"}'), ('{"sort": "raw"}'), ('{"sort": "name.x"}'), ('{"limit": -2}'), ('{"limit": 1.5}'), ('{"limit": "many"}'), ('{"offset": -1}'), ('{"limit": 99999999999999999999}'),
	('{"deep": {"cities": {"limit": 1}}}'), ('{"deep": {"cities": {"_fields": "id"}}}'), ('{"deep": {"cities": 1}}'), ('{"deep": {"cities": {"_filter": {"nothing": 1}}}}'), ('{"deep": {"cities:city": {"_limit": 1}}}'), ('{"deep": {"cities": {"nothing": {}}}}'),
	('{"deep": {"cities": {"_page": 2}}}'), ('{"alias": {"name": "cities"}, "fields": "name"}'), ('{"alias": {"x": "nothing"}, "fields": "x"}'), ('{"alias": {"x": "cities"}, "fields": "y"}'), ('{"alias": "x"}'), ('{"aggregate": {}}'), ('{"aggregate": {"sum": "*"}}'),
	('{"aggregate": {"count": "cities.id"}}'), ('{"having": {"count": 1}}'), ('{"aggregate": {"count": "*"}, "having": {"sum": {"id": 1}}}'), ('{"aggregate": {"count": "*"}, "having": {"_eq": 1}}'), ('{"groupBy": "raw"}'), ('{"backlink": 5}');
SELECT n, query, refused(query) FROM queries ORDER BY n;
SELECT refused('{"fields": "country.cities.country.cities.country.name"}', 'city') ~ '^\[';
SET relations.max_depth = 4;
SELECT refused('{"fields": "country.cities.country.cities.country.name"}', 'city');
SELECT refused('{"filter": {"country": {"cities": {"country": {"cities": {"country": {"name": "x"}}}}}}}', 'city');
SELECT refused('{"sort": "country.cities.country.cities.country.name"}', 'city');
RESET relations.max_depth;
SELECT refused('{}', 'i');
SELECT refused('{}', 4294967295);
SELECT relations.read_items(NULL);
SELECT relations.read_items('nowhere');
SELECT relations.read_items('country', NULL);
SELECT relations.read_items('country', '{"fields": "cities:Blog::Post.id"}');
SELECT relations.read_item('country', 'x');
SELECT relations.read_item('no_key', 1);
SELECT relations.read_item('country', NULL::integer) IS NULL AS null_key;
SELECT relations.count_items('country', '{"groupBy": "name"}');
SELECT relations.resolve(1, 'name');
SELECT relations.resolve(c, NULL) FROM city c;

-- nothing is left half done: the same session goes on
INSERT INTO country VALUES (1, 'Italy');
SELECT relations.read_items('country', '{"fields": "id,cities"}');
-- as deep as JSON goes
SELECT refused(repeat('{"_not": ', 3000) || '{}' || repeat('}', 3000)) ~ '^42601';
SELECT refused('{"filter": ' || repeat('{"_not": ', 3000) || '{"id": 1}' || repeat('}', 3000) || '}') ~ '^(54001|\[)';

DELETE FROM relations.relations;
DROP SCHEMA read_errors CASCADE;
