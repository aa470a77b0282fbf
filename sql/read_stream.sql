-- Items one by one, a row's field, the statements.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_stream;
SET search_path = read_stream;
\pset format unaligned
\pset tuples_only on
CREATE TABLE country (id integer PRIMARY KEY, name text);
CREATE TABLE city (id integer PRIMARY KEY, name text);
SELECT count(*) FROM relations.many_to_one('city', 'country', 'country', 'cities');
INSERT INTO country VALUES (1, 'Italy'), (2, 'Japan'), (3, 'Nowhere');
INSERT INTO city VALUES (1, 'Rome', 1), (2, 'Milan', 1), (3, 'Kyoto', 2), (4, 'Lost', NULL);
CREATE TABLE big (id integer PRIMARY KEY, country integer);
INSERT INTO big SELECT i, i % 3 + 1 FROM generate_series(1, 5003) i;
SELECT count(*) FROM relations.many_to_one('big', 'country', 'country', 'bigs');

-- a row each, in the order of the query, as read_items has them
SELECT relations.items('country', '{"fields": ["name", "cities.name"]}');
SELECT * FROM relations.items('country', '{"fields": "name"}') WITH ORDINALITY;
SELECT json_agg(i)::jsonb = relations.read_items('big', '{"limit": -1, "fields": "*.*"}')::jsonb AS same, count(*) FROM relations.items('big', '{"limit": -1, "fields": "*.*"}') i;
-- ended early, several at once, from a cursor, across a function that reads
SELECT relations.items('big', '{"limit": -1}') LIMIT 1;
SELECT a ->> 'id', b ->> 'id' FROM (SELECT relations.items('country') AS a, relations.items('city') AS b) x;
BEGIN;
DECLARE c CURSOR FOR SELECT relations.items('big', '{"limit": -1, "fields": "id,country.name"}');
FETCH 2 FROM c;
MOVE 995 FROM c;
INSERT INTO big VALUES (999999, 1);
UPDATE country SET name = 'changed' WHERE id = 2;
FETCH 4 FROM c;
SAVEPOINT s;
SELECT relations.read_items('nowhere');
ROLLBACK TO s;
FETCH 1 FROM c;
CLOSE c;
ROLLBACK;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT relations.items('country', '{"fields": "id"}');
COMMIT;
FETCH ALL FROM c;
CLOSE c;
DO $$
DECLARE
	r record;
	n integer := 0;
BEGIN
	FOR r IN SELECT i ->> 'id' AS id, relations.resolve(c, 'cities', '{"fields": "name"}') AS cities
		FROM relations.items('country') i JOIN country c ON c.id = (i ->> 'id')::integer LOOP
		n := n + json_array_length(r.cities);
		BEGIN
			PERFORM relations.items('country', '{"fields": "nothing"}');
		EXCEPTION WHEN undefined_column THEN n := n + 100;
		END;
		EXIT WHEN n > 202;
	END LOOP;
	RAISE WARNING 'n is %', n;
END $$;
SELECT count(*) AS portals FROM pg_cursors;
-- in a procedure that commits
CREATE PROCEDURE walk() LANGUAGE plpgsql AS $$
DECLARE
	r record;
	n integer := 0;
BEGIN
	FOR r IN SELECT relations.items('read_stream.big', '{"limit": -1}') LOOP
		n := n + 1;
		IF n % 1000 = 0 THEN COMMIT; END IF;
	END LOOP;
	CREATE TEMP TABLE walked AS SELECT n;
END $$;
CALL walk();
SELECT n FROM walked;

-- what a row's field leads to
SELECT name, relations.resolve(c, 'cities', '{"fields": "name", "sort": "name", "limit": 1}') FROM country c ORDER BY id;
SELECT name, relations.resolve(c, 'country', '{"fields": "id,name"}') FROM city c ORDER BY id;
SELECT relations.resolve(c, 'cities', '{"aggregate": {"count": "*"}, "filter": {"name": {"_contains": "o"}}}'), relations.resolve(c, 'count(cities)'), relations.resolve(c, 'name') FROM country c ORDER BY id;
SELECT relations.resolve(ROW(1, NULL)::country, 'cities', '{"fields": "name"}'), relations.resolve(NULL::country, 'cities') IS NULL;
SELECT relations.resolve(c, 'nothing') FROM country c;
SELECT relations.resolve(c, 'cities', '{"fields": "nothing"}') FROM country c;

-- the statements: one for each relation, which stand for themselves
SELECT * FROM relations.read_items_sql('country', '{"fields": ["name", "cities.name", "cities.country.name"], "filter": {"cities": {"name": {"_contains": "50%''"}}}, "deep": {"cities": {"_limit": 2}}, "limit": 10}');
DO $$
DECLARE
	s text;
BEGIN
	FOR s IN SELECT statement FROM relations.read_items_sql('country', '{"fields": "*.*.*", "backlink": true, "filter": {"name": {"_in": ["a\"b", "$1"]}}}') LOOP
		EXECUTE 'EXPLAIN ' || s;
		EXECUTE s;
	END LOOP;
END $$;

-- all in one snapshot: what the query itself does is not seen in the middle of it
CREATE FUNCTION grows() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO read_stream.city VALUES (100, 'New', 1); RETURN 1; END $$;
SELECT grows(), relations.read_items('country', '{"fields": "cities", "limit": 1}');
SELECT relations.read_items('country', '{"fields": "cities", "limit": 1}');

DELETE FROM relations.relations;
DROP SCHEMA read_stream CASCADE;
