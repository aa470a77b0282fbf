-- A deferrable relation: what is checked when, beside a deferrable foreign key.
-- What is still deferred at the end of a statement is checked then.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make('NO ACTION', 'NO ACTION', true);
-- it is immediate unless told otherwise
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
-- references first, targets later
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO b (id) VALUES (7)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); DELETE FROM refs WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); UPDATE refs SET item = 2 WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); UPDATE refs SET collection = NULL, item = NULL WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', NULL); UPDATE refs SET item = 1 WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', NULL)$$);
-- a row that was inserted unchecked and then changed elsewhere is still unchecked
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); UPDATE refs SET note = 'x' WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); UPDATE refs SET item = item WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE refs SET item = 9 WHERE n = 1; UPDATE refs SET note = 'x' WHERE n = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE refs SET item = 9 WHERE n = 1; UPDATE refs SET item = 1 WHERE n = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE refs SET collection = 'b' WHERE n = 4; UPDATE refs SET note = 'x' WHERE n = 4$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE refs SET collection = 'c'; UPDATE refs SET collection = 'a'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); DELETE FROM refs WHERE n = 10; INSERT INTO refs VALUES (10, 'a', 7)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 1); DELETE FROM refs WHERE item = 1; DELETE FROM a WHERE id = 1$$);
-- savepoints
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DO 'BEGIN INSERT INTO refs VALUES (10, ''a'', 7); BEGIN UPDATE refs SET item = 1 WHERE n = 10; RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; END'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DO 'BEGIN BEGIN INSERT INTO refs VALUES (10, ''a'', 7); RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; END'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DO 'BEGIN INSERT INTO refs VALUES (10, ''a'', 7); BEGIN INSERT INTO a (id) VALUES (7); RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; END'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DO 'BEGIN INSERT INTO refs VALUES (10, ''a'', 7); BEGIN INSERT INTO a (id) VALUES (7); EXCEPTION WHEN raise_exception THEN NULL; END; END'$$);
-- targets that go, and come back or do not
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO b (id) VALUES (3)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; UPDATE refs SET item = 2 WHERE item = 1 AND collection = 'a'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; DELETE FROM refs WHERE item = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 9$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 2; UPDATE a SET id = 2 WHERE id = 9$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 2$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1; UPDATE refs SET item = 9 WHERE item = 1 AND collection = 'a'$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a; DELETE FROM b; INSERT INTO a (id) VALUES (1), (2); INSERT INTO b (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 3; INSERT INTO refs VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 3); DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 3); DELETE FROM a WHERE id = 3; INSERT INTO a (id) VALUES (3)$$);
-- by the constraint's name, and back
CREATE FUNCTION worlds.name() RETURNS text LANGUAGE sql
RETURN (SELECT DISTINCT format('%I.%I', n.nspname, c.conname) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
	WHERE c.conrelid = to_regclass('refs') AND c.contype IN ('f', 't') AND c.conparentid = 0);
SELECT worlds.tried($$DO 'BEGIN EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' DEFERRED''; END'; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$DO 'BEGIN EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' DEFERRED''; END'; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$DO 'BEGIN EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' DEFERRED''; INSERT INTO refs VALUES (10, ''a'', 7); EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' IMMEDIATE''; END'; INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DO 'BEGIN EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' IMMEDIATE''; END'; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
-- at the end of real transactions
\set VERBOSITY sqlstate
SET search_path = fk;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1); COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); SET TRANSACTION READ ONLY; COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (11, 'a', 1); SET TRANSACTION READ ONLY; COMMIT;
SET search_path = m2a;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1); COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); SET TRANSACTION READ ONLY; COMMIT;
BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (11, 'a', 1); SET TRANSACTION READ ONLY; COMMIT;
RESET search_path;
\set VERBOSITY default
-- one that is not deferrable stays as it is; actions are not deferred
SELECT worlds.make('NO ACTION', 'NO ACTION', false);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$DO 'BEGIN EXECUTE ''SET CONSTRAINTS '' || worlds.name() || '' DEFERRED''; EXCEPTION WHEN wrong_object_type THEN RAISE ''%'', SQLSTATE; END'$$);
SELECT worlds.make('CASCADE', 'CASCADE', true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 9$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.make('SET NULL', 'SET NULL', true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 3); DELETE FROM a WHERE id = 3$$);
SELECT worlds.make('RESTRICT', 'RESTRICT', true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 7); INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.make('SET DEFAULT', 'SET DEFAULT', true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a; INSERT INTO a (id) VALUES (3)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 3; DELETE FROM a WHERE id = 2; INSERT INTO a (id) VALUES (3)$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
