-- Order, pages, lists below, groups.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_page;
SET search_path = read_page;
SET jit = off;
\pset format unaligned
\pset tuples_only on
CREATE TABLE country (id integer PRIMARY KEY, name text, continent text);
CREATE TABLE city (id integer PRIMARY KEY, name text, population integer, founded date);
CREATE TABLE tag (id integer PRIMARY KEY, label text);
SELECT count(*) FROM relations.many_to_one('city', 'country', 'country', 'cities');
SELECT count(*) FROM relations.many_to_many('city', 'tags', 'tag', 'cities', sort_field => 'position');
INSERT INTO country VALUES (1, 'Italy', 'Europe'), (2, 'Japan', 'Asia'), (3, 'Atlantis', NULL), (4, 'France', 'Europe');
INSERT INTO city VALUES (1, 'Rome', 28, '0001-01-01', 1), (2, 'Milan', 13, NULL, 1), (3, 'Turin', 9, '0100-01-01', 1),
	(4, 'Kyoto', 14, '0794-01-01', 2), (5, 'Paris', 21, NULL, 4), (6, 'Lyon', NULL, NULL, 4), (7, 'Lost', 1, NULL, NULL);
INSERT INTO tag VALUES (1, 'sea'), (2, 'river'), (3, 'hill');
INSERT INTO city_tag (city_id, tag_id, position) VALUES (1, 2, 2), (1, 3, 1), (4, 3, 1), (5, 2, NULL), (5, 1, 5);
CREATE FUNCTION names(collection regclass, query text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(i ->> 'name', ' ') FROM relations.items(collection, '{"fields": "name"}' || query::jsonb) i
	$$;

-- order: nulls as in PostgreSQL, ties by the key
SELECT names('city', '{}'), names('city', '{"sort": "population"}'), names('city', '{"sort": ["-population"]}'), names('city', '{"sort": "country.continent,-name"}');
SELECT names('city', '{"sort": ["country.name", "-population"]}'), names('city', '{"sort": "-year(founded)"}'), names('country', '{"sort": "-count(cities)"}');
-- through a list: the smallest, the largest value; each parent once
SELECT names('country', '{"sort": "cities.population"}'), names('country', '{"sort": "-cities.population"}'), names('country', '{"sort": "-cities"}');
SELECT names('city', '{"sort": "tags.tag_id.label"}'), names('city', '{"sort": "-tags.tag_id.label"}');
SELECT names('country', '{"sort": "cities.tags.tag_id.label"}');

-- pages neither overlap nor gap
SELECT names('city', '{"limit": 2}'), names('city', '{"limit": 2, "page": 1}'), names('city', '{"limit": 2, "page": 2}'), names('city', '{"limit": 2, "page": 4}'), names('city', '{"limit": 2, "offset": 3}'),
	names('city', '{"limit": 0}') IS NULL, names('city', '{"limit": -1, "offset": 5}');
SELECT string_agg(names('city', format('{"sort": "country.continent", "limit": 2, "page": %s}', p)), ' ' ORDER BY p) FROM generate_series(1, 4) p;
SET relations.default_limit = 3;
SELECT names('city', '{}'), names('city', '{"limit": -1}'), relations.read_items('country', '{"fields": "cities", "sort": "-id"}'), relations.count_items('city');
RESET relations.default_limit;
SELECT names('city', '{"limit": 2, "page": 2, "offset": 0}');
SELECT relations.read_items('city', '{"page": 2, "offset": 2, "limit": 1}');
SELECT relations.read_items('city', '{"page": 2, "limit": -1}');
SELECT relations.read_items('city', '{"page": 0, "limit": 1}');

-- lists below: each parent's own part of it, in its own order
SELECT relations.read_items('country', '{"fields": ["name", "cities.name"], "deep": {"cities": {"_sort": "-population", "_limit": 2}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities.name"], "deep": {"cities": {"_sort": "-population"}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities"], "deep": {"cities": {"_limit": 1, "_page": 2}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities"], "deep": {"cities": {"_offset": 1, "_count": true}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities.name", "count(cities)"], "deep": {"cities": {"_filter": {"population": {"_gt": 10}}, "_limit": 1, "_count": true}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities.name"], "deep": {"cities": {"_search": "o"}}}');
SELECT relations.read_items('country', '{"fields": ["cities"], "deep": {"cities": {"_limit": 0}}, "limit": 1}');
-- by hand, and by the column at the other end of a junction
SELECT relations.read_items('city', '{"fields": ["tags.tag_id.label"], "filter": {"tags": {"_nnull": true}}}');
SELECT relations.read_items('city', '{"fields": ["tags.tag_id.label"], "filter": {"tags": {"_nnull": true}}, "deep": {"tags": {"_sort": "tag_id.label", "_limit": 1}}}');
-- a to-one end that does not match is null, or takes its parent away
SELECT relations.read_items('city', '{"fields": ["name", "country.name"], "deep": {"country": {"_filter": {"continent": "Europe"}}}, "sort": "-id", "limit": 4}');
SELECT names('city', '{"deep": {"country": {"_filter": {"continent": "Asia"}, "_required": true}}}'), names('country', '{"deep": {"cities": {"_required": true, "_filter": {"population": {"_lt": 14}}}}}'),
	names('country', '{"deep": {"cities": {"_required": true, "_offset": 1}}}'), names('country', '{"deep": {"cities": {"_required": true, "tags": {"_required": true}}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities.tags.tag_id.label"], "deep": {"cities": {"_required": true, "tags": {"_required": true}}}}');
SELECT relations.read_items('city', '{"fields": ["country.name"], "deep": {"country": {"_limit": 1}}}');
SELECT relations.read_items('city', '{"deep": {"name": {"_limit": 1}}}');
SELECT relations.read_items('city', '{"deep": {"nothing": {"_limit": 1}}}');

-- groups
SELECT relations.read_items('city', '{"aggregate": {"count": "*", "sum": "population", "avg": "population", "min": ["name", "founded"], "max": "population"}}');
SELECT relations.read_items('city', '{"aggregate": {"count": ["*", "population"], "countDistinct": "country", "countAll": "*"}}');
SELECT relations.read_items('city', '{"aggregate": {"count": "*"}, "groupBy": ["country.continent"]}');
SELECT relations.read_items('city', '{"aggregate": {"sum": "population", "count": "*"}, "groupBy": ["country.continent", "year(founded)"], "sort": ["-sum.population", "founded_year"], "limit": 3}');
SELECT relations.read_items('city', '{"aggregate": {"count": "*", "sum": "population"}, "groupBy": "country", "having": {"count": {"_gt": 1}, "sum": {"population": {"_lt": 50}}}, "sort": "-count"}');
SELECT relations.read_items('country', '{"groupBy": "continent", "sort": "-continent"}');
SELECT relations.read_items('country', '{"fields": ["name", "cities"], "deep": {"cities": {"_aggregate": {"count": "*", "max": "population"}}}}');
SELECT relations.read_items('country', '{"fields": ["name", "cities"], "deep": {"cities": {"_aggregate": {"count": "*"}, "_groupBy": "year(founded)", "_filter": {"id": {"_lt": 6}}}}, "limit": 2}');
SELECT relations.read_items('country', '{"aggregate": {"sum": "name"}}');
SELECT relations.read_items('country', '{"groupBy": "cities.name"}');
SELECT relations.read_items('country', '{"aggregate": {"median": "id"}}');
SELECT relations.read_items('country', '{"groupBy": "continent", "sort": "name"}');

DELETE FROM relations.relations;
DROP SCHEMA read_page CASCADE;
