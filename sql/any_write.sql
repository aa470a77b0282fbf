-- Whatever writes a reference, beside a foreign key in the same place.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make();
-- INSERT: there, not there, there in the other table only, in a table that is not allowed
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'b', 3)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'c', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, '', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'A', 1)$$);
-- both null or neither
SELECT worlds.tried($$INSERT INTO refs VALUES (10, NULL, NULL)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', NULL)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, NULL, 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'c', NULL)$$);
-- one bad row among good ones takes them all back
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', i - 9 FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', i - 9 FROM generate_series(10, 13) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END, 1 FROM generate_series(10, 2000) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', CASE i WHEN 1500 THEN 9 ELSE 1 END FROM generate_series(10, 2000) i$$);
-- defaults are written too
SELECT worlds.tried($$INSERT INTO refs (n) VALUES (10)$$);
SELECT worlds.tried($$ALTER TABLE refs ALTER item SET DEFAULT 9; INSERT INTO refs (n) VALUES (10)$$);
-- UPDATE of the item, of the discriminator, of both, of neither
SELECT worlds.tried($$UPDATE refs SET item = 2 WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET item = 9 WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET item = 3 WHERE n = 5$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'b' WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'b' WHERE n = 4$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'c' WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'a', item = 3 WHERE n = 5$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'b', item = 3 WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET note = 'x'$$);
SELECT worlds.tried($$UPDATE refs SET item = item, collection = collection$$);
SELECT worlds.tried($$UPDATE refs SET item = NULL WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET collection = NULL WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET item = NULL, collection = NULL$$);
SELECT worlds.tried($$UPDATE refs SET item = 1 WHERE n = 6$$);
SELECT worlds.tried($$UPDATE refs SET collection = 'a', item = 2 WHERE n = 6$$);
SELECT worlds.tried($$UPDATE refs SET n = n + 100$$);
-- COPY
SELECT worlds.tried($$COPY refs (n, collection, item) FROM PROGRAM 'printf "10,a,1\n11,b,2\n12,,\n"' (FORMAT csv)$$);
SELECT worlds.tried($$COPY refs (n, collection, item) FROM PROGRAM 'printf "10,a,1\n11,b,3\n"' (FORMAT csv)$$);
SELECT worlds.tried($$COPY refs (n, collection, item) FROM PROGRAM 'printf "10,a,1\n11,b,\n"' (FORMAT csv)$$);
SELECT worlds.tried($$COPY refs (n, note) FROM PROGRAM 'printf "10,x\n"' (FORMAT csv)$$);
-- ON CONFLICT
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 9) ON CONFLICT DO NOTHING$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 9) ON CONFLICT (n) DO UPDATE SET item = 2$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 2) ON CONFLICT (n) DO UPDATE SET item = 9$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'b', 2) ON CONFLICT (n) DO UPDATE SET collection = excluded.collection, item = excluded.item$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'b', 9) ON CONFLICT (n) DO UPDATE SET note = 'x'$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'b', 9) ON CONFLICT (n) DO UPDATE SET note = 'x'$$);
-- MERGE
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (10)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET collection = 'b', item = 2 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 1)$$);
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (10)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET collection = 'b', item = 3 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 1)$$);
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (10)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET collection = 'b', item = 2 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 4)$$);
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (5)) s (n) ON r.n = s.n WHEN MATCHED AND r.n = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET item = 2$$);
-- WITH: rows of one command see each other's targets
SELECT worlds.tried($$WITH t AS (INSERT INTO a (id) VALUES (7) RETURNING id) INSERT INTO refs SELECT 10, 'a', id FROM t$$);
SELECT worlds.tried($$WITH r AS (INSERT INTO refs VALUES (10, 'a', 7)) INSERT INTO a (id) VALUES (7)$$);
SELECT worlds.tried($$WITH d AS (DELETE FROM refs WHERE collection = 'b') DELETE FROM b WHERE id = 1$$);
SELECT worlds.tried($$WITH d AS (DELETE FROM b WHERE id = 1) DELETE FROM refs WHERE collection = 'b'$$);
SELECT worlds.tried($$WITH d AS (DELETE FROM a WHERE id = 3) INSERT INTO refs VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$WITH d AS (DELETE FROM a WHERE id = 3) UPDATE refs SET item = 2 WHERE n = 1$$);
-- several commands: a savepoint that is rolled back takes its targets along
SELECT worlds.tried($$INSERT INTO a (id) VALUES (7); INSERT INTO refs VALUES (10, 'a', 7); DELETE FROM refs WHERE n = 10; DELETE FROM a WHERE id = 7$$);
SELECT worlds.tried($$DO 'BEGIN BEGIN INSERT INTO a (id) VALUES (7); INSERT INTO refs VALUES (10, ''a'', 7); RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; INSERT INTO refs VALUES (10, ''a'', 7); END'$$);
SELECT worlds.tried($$DO 'BEGIN BEGIN INSERT INTO refs VALUES (10, ''a'', 3); RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; DELETE FROM a WHERE id = 3; INSERT INTO refs VALUES (10, ''a'', 3); END'$$);
SELECT worlds.tried($$DO 'BEGIN BEGIN DELETE FROM a WHERE id = 3; RAISE EXCEPTION ''x''; EXCEPTION WHEN raise_exception THEN NULL; END; INSERT INTO refs VALUES (10, ''a'', 3); END'$$);
SELECT worlds.tried($$DO 'BEGIN INSERT INTO refs VALUES (10, ''a'', 3); DELETE FROM refs WHERE n = 10; DELETE FROM a WHERE id = 3; INSERT INTO refs VALUES (11, ''a'', 3); END'$$);
-- the fields of the error
CREATE FUNCTION worlds.fields(statement text) RETURNS TABLE (field text) LANGUAGE plpgsql AS $$
DECLARE
	state text; message text; detail text; of_schema text; of_table text; of_constraint text;
BEGIN
	EXECUTE statement;
EXCEPTION WHEN foreign_key_violation THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
		of_schema = SCHEMA_NAME, of_table = TABLE_NAME, of_constraint = CONSTRAINT_NAME;
	RETURN QUERY VALUES (state), (message), (detail), (of_schema || ' ' || of_table || ' ' || of_constraint);
END $$;
SELECT * FROM worlds.fields($$INSERT INTO m2a.refs VALUES (10, 'a', 9)$$);
SELECT * FROM worlds.fields($$INSERT INTO m2a.refs VALUES (10, 'c', 1)$$);
SELECT * FROM worlds.fields($$INSERT INTO m2a.refs VALUES (10, 'a', NULL)$$);
SELECT * FROM worlds.fields($$UPDATE m2a.refs SET collection = 'b' WHERE n = 4$$);
SELECT * FROM worlds.fields($$DELETE FROM m2a.a WHERE id = 1$$);
SELECT * FROM worlds.fields($$UPDATE m2a.b SET id = 9 WHERE id = 1$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
