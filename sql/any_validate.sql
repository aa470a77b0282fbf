-- A relation is put on data that are there: all at once, later, or with another list of tables.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE SCHEMA any_validate;
SET search_path = any_validate;
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY);
CREATE TABLE refs (n int PRIMARY KEY, collection text, item int, note text);
INSERT INTO a SELECT generate_series(1, 10);
INSERT INTO b SELECT generate_series(1, 10);
INSERT INTO c VALUES (1);
INSERT INTO refs SELECT i, 'a', i FROM generate_series(1, 17) i;
INSERT INTO refs VALUES (20, 'b', 1), (21, 'c', 1), (22, 'x', 1), (23, 'b', NULL), (24, NULL, 1), (25, NULL, NULL);
-- rows that break it: how many, up to five of them, and the query that lists them
CREATE FUNCTION worlds.refused(statement text) RETURNS TABLE (line text) LANGUAGE plpgsql AS $$
DECLARE
	state text; detail text; hint text; number bigint;
BEGIN
	EXECUTE statement;
	RETURN QUERY VALUES ('no error');
EXCEPTION WHEN foreign_key_violation THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN QUERY VALUES (state), (detail);
	-- the query stands in the hint, before a semicolon
	EXECUTE format('SELECT count(*) FROM (%s) q', substring(hint FROM 'SELECT[^;]*')) INTO number;
	RETURN QUERY VALUES ('the query of the hint gives ' || number);
END $$;
SELECT * FROM worlds.refused($$SELECT relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "collection", "one_allowed_collections": "a,b"}')$$);
SELECT count(*) FROM relations.relations WHERE many_collection = 'refs';
SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('a'::regclass, 'b'::regclass, 'refs'::regclass);
-- not validated: what is there stays, what is new or changed is checked
SELECT id FROM relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "collection",
	"one_allowed_collections": "a,b", "validate": false, "on_delete": "CASCADE", "on_update": "CASCADE"}') \gset
UPDATE refs SET note = 'x';
\set VERBOSITY sqlstate
INSERT INTO refs VALUES (30, 'a', 11);
INSERT INTO refs VALUES (30, 'x', 1);
UPDATE refs SET item = 12 WHERE n = 11;
UPDATE refs SET item = 2 WHERE n = 22;
\set VERBOSITY default
INSERT INTO refs VALUES (30, 'a', 1);
UPDATE refs SET item = 2 WHERE n = 11;
DELETE FROM a WHERE id = 1;
UPDATE b SET id = 20 WHERE id = 1;
SELECT n, collection, item FROM refs WHERE n < 3 OR n BETWEEN 11 AND 12 OR n >= 20 ORDER BY n;
-- that all rows are right can be shown once they are
\set VERBOSITY sqlstate
SELECT relations.validate(:id);
DELETE FROM refs WHERE n BETWEEN 12 AND 17 OR n IN (21, 22);
SELECT relations.validate(:id);
DELETE FROM refs WHERE n IN (23, 24);
SELECT relations.validate(:id);
\set VERBOSITY default
-- the list of tables changes: what rows refer to stays on it
SELECT * FROM worlds.refused(format($$SELECT relations.update_relation(%s, '{"one_allowed_collections": "a"}')$$, :id));
SELECT one_allowed_collections FROM relations.update_relation(:id, '{"one_allowed_collections": "a,b,c"}');
INSERT INTO refs VALUES (40, 'c', 1);
\set VERBOSITY sqlstate
INSERT INTO refs VALUES (41, 'c', 2);
SELECT relations.update_relation(:id, '{"one_allowed_collections": "a,b"}');
\set VERBOSITY default
DELETE FROM c;
SELECT n FROM refs WHERE n >= 40;
SELECT one_allowed_collections FROM relations.update_relation(:id, '{"one_allowed_collections": "a,b"}');
\set VERBOSITY sqlstate
INSERT INTO c VALUES (1);
INSERT INTO refs VALUES (41, 'c', 1);
\set VERBOSITY default
-- c is free again
DELETE FROM c;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'c'::regclass;
-- the actions change in place
SELECT on_delete, on_update FROM relations.update_relation(:id, '{"on_delete": "SET NULL", "on_update": "NO ACTION"}');
DELETE FROM a WHERE id = 3;
SELECT n, collection, item FROM refs WHERE n = 3;
\set VERBOSITY sqlstate
UPDATE a SET id = 30 WHERE id = 4;
SELECT on_delete FROM relations.update_relation(:id, '{"on_delete": "RESTRICT"}');
\set VERBOSITY default
BEGIN;
DO 'BEGIN DELETE FROM a WHERE id = 4; EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN RAISE NOTICE ''refused''; END';
ROLLBACK;
-- and all of it goes with the relation
SELECT relations.delete_relation(:id);
SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('a'::regclass, 'b'::regclass, 'refs'::regclass);
INSERT INTO refs VALUES (50, 'x', 1);
DELETE FROM a;
RESET search_path;
DROP SCHEMA any_validate CASCADE;
DROP SCHEMA worlds CASCADE;
