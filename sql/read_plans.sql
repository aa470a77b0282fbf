-- What is kept between calls: plans that fit the values, and never what is
-- out of date.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_plans;
SET search_path = read_plans;
\pset format unaligned
\pset tuples_only on
CREATE TABLE artist (id integer PRIMARY KEY, name text);
CREATE TABLE track (id integer PRIMARY KEY, name text, artist integer, milliseconds integer);
INSERT INTO artist SELECT i, 'artist ' || i FROM generate_series(1, 2000) i;
INSERT INTO track SELECT i, 'track ' || i, i % 2000 + 1, i FROM generate_series(1, 20000) i;
CREATE INDEX ON track (milliseconds);
SELECT count(*) FROM relations.many_to_one('track', 'artist', 'artist', 'tracks');
ANALYZE;

-- how a query went through the table, in this transaction
CREATE FUNCTION scans(query text, times integer DEFAULT 1, collection regclass DEFAULT 'track', of_table name DEFAULT 'track') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before record;
	after record;
BEGIN
	SELECT seq_scan, idx_scan INTO before FROM pg_stat_xact_user_tables WHERE relid = of_table::regclass;
	FOR i IN 1..times LOOP
		PERFORM relations.read_items(collection, replace(query, '@', i::text)::jsonb);
	END LOOP;
	SELECT seq_scan, idx_scan INTO after FROM pg_stat_xact_user_tables WHERE relid = of_table::regclass;
	RETURN format('%s of all, %s by index', after.seq_scan - before.seq_scan, after.idx_scan - before.idx_scan);
END $$;
SET enable_bitmapscan = off;
-- few or nearly all rows: each value has its plan, however often the query came before
SELECT scans('{"filter": {"milliseconds": {"_gt": 1999@}}, "sort": "name"}', 8), scans('{"filter": {"milliseconds": {"_gt": @}}, "sort": "name"}', 8),
	scans('{"filter": {"milliseconds": {"_gt": 1999@}}, "sort": "name"}', 3);
SELECT scans('{"filter": {"tracks": {"milliseconds": {"_gt": 1999@}}}, "sort": "name"}', 8, 'artist') ~ '^0 of all', scans('{"filter": {"tracks": {"milliseconds": {"_lt": 1999@}}}, "sort": "name"}', 1, 'artist') ~ '^1 of all';
-- keys
SELECT scans('{"filter": {"id": @}}', 8), scans('{"filter": {"id": {"_in": [@, 7, 8]}}}', 1) ~ '^0 of all';
SELECT scans('{"fields": "name,tracks.name", "limit": 5}', 3, 'artist') ~ '^0 of all';
-- parents so many that reading all is cheaper
SELECT scans('{"fields": "name,tracks.name", "limit": -1}', 3, 'artist');
RESET enable_bitmapscan;

-- a change is seen by the next call
CREATE TABLE t (id integer PRIMARY KEY, a integer);
CREATE TABLE c (id integer PRIMARY KEY, t integer REFERENCES t);
INSERT INTO t VALUES (1, 5);
INSERT INTO c VALUES (1, 1);
CREATE FUNCTION look() RETURNS json LANGUAGE sql AS $$ SELECT relations.read_items('read_plans.t') $$;
SELECT look();
ALTER TABLE t ADD b text DEFAULT 'x';
SELECT look();
ALTER TABLE t ALTER a TYPE text;
SELECT look();
ALTER TABLE t RENAME a TO z;
SELECT look();
SELECT count(*) FROM relations.adopt('{read_plans}');
SELECT look();
SELECT one_field FROM relations.update_relation((SELECT id FROM relations.relations WHERE many_collection = 'c'), '{"one_field": "cs"}');
SELECT look();
ALTER TABLE t DROP z;
SELECT look();
SELECT relations.delete_relation(id) FROM relations.relations WHERE many_collection = 'c';
SELECT look();
ALTER TABLE t RENAME TO u;
ALTER TABLE c RENAME TO t;
SELECT look();
ALTER TABLE t RENAME TO c;
ALTER TABLE u RENAME TO t;
ALTER SCHEMA read_plans RENAME TO read_plans_2;
SELECT relations.read_items('read_plans_2.t');
ALTER SCHEMA read_plans_2 RENAME TO read_plans;
SELECT look();
-- in a transaction that is rolled back too
BEGIN;
ALTER TABLE t ADD gone integer;
SELECT look();
ROLLBACK;
SELECT look();
-- casts to json, labels of enums
CREATE TYPE mood AS ENUM ('sad', 'ok');
ALTER TABLE t ADD m mood DEFAULT 'sad', DROP b;
SELECT look();
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
SELECT look();
CREATE FUNCTION mood_json(mood) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT to_json('feeling ' || $1::text) $$;
CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood);
SELECT look();
DROP CAST (mood AS json);
SELECT look();
DROP TABLE c, t;
SELECT relations.read_items('t');

-- a function in a view may read too, itself included
CREATE VIEW v AS SELECT id, name FROM artist;
CREATE FUNCTION below(i integer) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE WHEN i < 3 THEN relations.read_items('read_plans.v', format('{"fields": "*", "filter": {"id": %s}}', i + 1)::jsonb) END;
END $$;
CREATE OR REPLACE VIEW v AS SELECT id, name, below(id) AS below FROM artist;
SELECT relations.read_items('v', '{"fields": "*", "filter": {"id": 1}}');
CREATE FUNCTION breaks(i integer) RETURNS json LANGUAGE plpgsql STABLE AS $$
BEGIN
	PERFORM relations.read_items('read_plans.artist', '{"fields": "id", "filter": {"name": {"_regex": "("}}}');
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	EXECUTE 'SELECT relations.read_items(''read_plans.artist'', ''{"limit": 1, "fields": "id,tracks.id"}'')';
	RETURN to_json(SQLERRM);
END $$;
CREATE VIEW w AS SELECT id, breaks(id) AS b FROM artist WHERE id < 3;
SELECT relations.read_items('w');

-- many shapes: the oldest go
SELECT count(relations.read_items('artist', format('{"fields": "id,tracks.id", "limit": 1, "offset": %s}', i)::jsonb)) FROM generate_series(1, 2000) i;
SELECT count(*) <= 256 FROM pg_backend_memory_contexts WHERE name = 'relations: plan of a query';
DO $$
BEGIN
	FOR i IN 1..1000 LOOP
		BEGIN
			PERFORM relations.read_items('read_plans.artist', format('{"fields": "id", "offset": %s, "filter": {"name": {"_regex": "("}}}', i)::jsonb);
		EXCEPTION WHEN invalid_regular_expression THEN NULL;
		END;
	END LOOP;
END $$;
SELECT count(*) FROM pg_backend_memory_contexts WHERE name ~ '^relations: (run|rows|values)';
SELECT count(*) <= 256 FROM pg_backend_memory_contexts WHERE name = 'relations: plan of a query';
-- large ones too: it is bounded what all of them hold
SELECT count(relations.read_items('artist', (SELECT jsonb_build_object('limit', 1, 'offset', i, 'alias', jsonb_object_agg('t' || j, 'tracks'), 'fields', jsonb_agg('t' || j || '.id'))
	FROM generate_series(1, 100) j))) FROM generate_series(1, 20) i;
SELECT sum(total_bytes) < 20 * 1024 * 1024 FROM pg_backend_memory_contexts WHERE name ~ '^(relations: plan of a query|CachedPlan)';

DELETE FROM relations.relations;
DROP SCHEMA read_plans CASCADE;
