-- Statements within statements, and triggers for whole statements: whatever runs
-- in between, each row is checked where a foreign key checks it.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make('CASCADE', 'CASCADE', parted_refs => true);
SELECT worlds.prepare($$CREATE TABLE log (what text)$$);
-- functions that a statement calls for each of its rows
SELECT worlds.prepare($$CREATE FUNCTION refer(n int, item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs VALUES (n, ''a'', item); RETURN item; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION refer_low(n int, item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs_high VALUES (n, ''a'', item); RETURN 1; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION try_refer(n int, item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs VALUES (n, ''a'', item); RETURN item; EXCEPTION WHEN foreign_key_violation THEN RETURN 1; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION try_low(n int, item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs_high VALUES (n, ''a'', item); RETURN item; EXCEPTION WHEN foreign_key_violation THEN RETURN 1; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION offer(item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO a (id) VALUES (item); RETURN item; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION take(item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM a WHERE id = item; RETURN item; END'$$);
SELECT worlds.prepare($$CREATE FUNCTION move(item int) RETURNS int LANGUAGE plpgsql AS 'BEGIN UPDATE a SET id = item + 50 WHERE id = item; RETURN item; END'$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', refer(i + 20, 1) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', refer(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', refer_low(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', try_refer(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', try_low(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', try_low(i + 20, i - 9) FROM generate_series(10, 14) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', offer(i) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', take(3) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', take(3) - 1 FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', move(3) + 50 FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', move(2) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$UPDATE refs SET item = try_refer(n + 20, 9) WHERE item IS NOT NULL AND collection = 'a'$$);
SELECT worlds.tried($$UPDATE refs SET item = take(item) WHERE n = 4$$);
SELECT worlds.tried($$UPDATE refs SET item = move(2) + 50 WHERE n = 4$$);
SELECT worlds.tried($$UPDATE refs SET note = take(1)::text WHERE n = 1$$);
-- what RETURNING calls comes before the check, and after the row
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9) RETURNING offer(item)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3) RETURNING take(item)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3), (11, 'a', 3) RETURNING take(item)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3), (11, 'a', 1) RETURNING try_refer(n + 10, item + 6)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1 RETURNING offer(id)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1 RETURNING try_refer(20, id)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1 RETURNING refer(20, id)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1 RETURNING refer_low(20, id)$$);
SELECT worlds.tried($$DELETE FROM a RETURNING try_low(20 + id, id)$$);
SELECT worlds.tried($$DELETE FROM a WHERE take(id) = id$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10 RETURNING refer(id + 10, id)$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10 RETURNING refer(id + 10, id - 10)$$);
SELECT worlds.tried($$DELETE FROM refs RETURNING take(item)$$);
-- several parts of one statement, on the same tables
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 1)) INSERT INTO refs VALUES (11, 'b', 2)$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 9)) INSERT INTO refs VALUES (11, 'b', 2)$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 1)) INSERT INTO refs VALUES (11, 'b', 9)$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 1)) UPDATE refs SET item = 9 WHERE n = 1$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 3)), y AS (DELETE FROM b) DELETE FROM a WHERE id < 3$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 3)), y AS (DELETE FROM b) DELETE FROM a$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM a WHERE id = 3) INSERT INTO refs_high VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs_high VALUES (10, 'a', 3)) DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM a WHERE id = 1 RETURNING id), y AS (INSERT INTO a (id) SELECT id + 20 FROM x RETURNING id) INSERT INTO refs SELECT id, 'a', id FROM y$$);
SELECT worlds.tried($$WITH x AS (UPDATE a SET id = 20 WHERE id = 1 RETURNING id) INSERT INTO refs SELECT 10, 'a', id FROM x$$);
SELECT worlds.tried($$WITH x AS (UPDATE a SET id = 20 WHERE id = 1 RETURNING id) UPDATE refs SET item = 20 WHERE n = 1$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM a WHERE id = 1) DELETE FROM refs WHERE n = 1$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM a WHERE id = 1) UPDATE refs SET note = 'x' WHERE n = 1$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM a WHERE id = 1) UPDATE refs SET item = 2 WHERE n = 1$$);
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (2), (10), (11)) s (n) ON r.n = s.n WHEN MATCHED AND s.n = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET item = try_refer(30, 9) WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', offer(s.n))$$);
SELECT worlds.tried($$EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$EXPLAIN INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$CREATE FUNCTION both() RETURNS void LANGUAGE sql AS 'INSERT INTO refs VALUES (10, ''a'', 7); INSERT INTO a (id) VALUES (7)'; SELECT both()$$);
SELECT worlds.tried($$DO 'BEGIN FOR i IN 10..30 LOOP INSERT INTO refs VALUES (i, ''a'', 1 + i / 15); END LOOP; FOR i IN 2..9 LOOP INSERT INTO refs VALUES (i + 30, ''a'', i); END LOOP; END'$$);
-- users' triggers for statements, before and after ours by their names, that write
SELECT worlds.prepare($$CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER "0tell" BEFORE INSERT OR UPDATE ON refs FOR EACH STATEMENT EXECUTE FUNCTION tell()$$);
SELECT worlds.prepare($$CREATE TRIGGER ztell BEFORE INSERT OR UPDATE ON refs FOR EACH STATEMENT EXECUTE FUNCTION tell()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', try_low(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', try_refer(i + 20, 9) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$UPDATE refs SET item = try_low(n + 20, 9) WHERE collection = 'a'$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 1)) INSERT INTO refs VALUES (11, 'a', try_low(30, 9))$$);
SELECT worlds.prepare($$DROP TRIGGER "0tell" ON refs$$);
SELECT worlds.prepare($$DROP TRIGGER ztell ON refs$$);
SELECT worlds.prepare($$CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM a WHERE id = 3; RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zlate AFTER INSERT ON refs FOR EACH STATEMENT EXECUTE FUNCTION late()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3), (11, 'a', 1)$$);
SELECT worlds.prepare($$DROP TRIGGER zlate ON refs$$);
SELECT worlds.prepare($$CREATE FUNCTION late_refer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs VALUES (50, ''a'', 1); RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zlate AFTER DELETE ON a FOR EACH STATEMENT EXECUTE FUNCTION late_refer()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.prepare($$DROP TRIGGER zlate ON a$$);
-- users' triggers for statements that come first by their names find no row that was not looked at, to mend it in time
SELECT worlds.prepare($$CREATE FUNCTION mend() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO a (id) VALUES (9); RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER "0mend" AFTER INSERT ON refs FOR EACH STATEMENT EXECUTE FUNCTION mend()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 9), (11, 'a', 1) ON CONFLICT (n) DO UPDATE SET item = 9$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 1), (11, 'a', 9) ON CONFLICT (n) DO UPDATE SET item = 2$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1) RETURNING item) UPDATE refs SET item = 2 FROM x WHERE x.item = 9 AND n = 1$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1)) UPDATE refs SET item = 2 WHERE n = 1$$);
SELECT worlds.tried($$WITH x AS (UPDATE refs SET item = 9 WHERE n < 3) INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$WITH x AS (DELETE FROM b), y AS (INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1)) DELETE FROM a WHERE id = 3$$);
SELECT worlds.prepare($$DROP TRIGGER "0mend" ON refs$$);
SELECT worlds.prepare($$CREATE TRIGGER "0mend" AFTER UPDATE ON refs FOR EACH STATEMENT EXECUTE FUNCTION mend()$$);
SELECT worlds.tried($$UPDATE refs SET item = 9 WHERE n < 3$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 1), (11, 'a', 1) ON CONFLICT (n) DO UPDATE SET item = 9$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 1), (11, 'a', 9), (12, 'a', 1) ON CONFLICT (n) DO UPDATE SET item = 2$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1) ON CONFLICT (n) DO UPDATE SET item = 2$$);
SELECT worlds.tried($$WITH x AS (INSERT INTO refs VALUES (10, 'a', 9), (11, 'a', 1) RETURNING item) UPDATE refs SET item = 9 FROM x WHERE x.item = 9 AND n < 3$$);
SELECT worlds.tried($$MERGE INTO refs r USING (VALUES (1), (2), (10), (11)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET item = 9 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 1)$$);
SELECT worlds.prepare($$DROP TRIGGER "0mend" ON refs$$);
-- and for rows, between the rows of a statement
SELECT worlds.prepare($$CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.note = ''take'' THEN DELETE FROM a WHERE id = NEW.item; ELSIF NEW.note = ''low'' THEN PERFORM try_low(NEW.n + 30, 9); ELSIF NEW.note = ''refer'' THEN PERFORM try_refer(NEW.n + 30, 9); END IF; RETURN NEW; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON refs FOR EACH ROW EXECUTE FUNCTION meddle()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, NULL), (11, 'a', 3, 'take'), (12, 'a', 1, NULL)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, NULL), (11, 'a', 3, 'low'), (12, 'a', 1, 'refer')$$);
SELECT worlds.tried($$UPDATE refs SET note = 'low' WHERE n < 3$$);
SELECT worlds.tried($$UPDATE refs SET note = 'refer', item = 2 WHERE n < 3$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, NULL), (11, 'a', 2, 'take'), (12, 'a', 1, NULL)$$);
SELECT worlds.prepare($$DROP TRIGGER meddle ON refs$$);
SELECT worlds.prepare($$CREATE TRIGGER zmeddle AFTER INSERT OR UPDATE ON refs FOR EACH ROW EXECUTE FUNCTION meddle()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, NULL), (11, 'a', 3, 'take'), (12, 'a', 1, NULL)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, NULL), (11, 'a', 9, 'low'), (12, 'a', 1, 'refer')$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3, 'low'), (11, 'a', 2, 'low'), (12, 'a', 1, 'refer')$$);
SELECT worlds.tried($$UPDATE refs SET note = 'refer', item = 2 WHERE n < 3$$);
-- many rows, and many subtransactions
SELECT worlds.make('NO ACTION', 'NO ACTION');
SELECT worlds.tried($$INSERT INTO a (id) SELECT generate_series(1000, 1999); INSERT INTO refs SELECT i, 'a', 1000 + i % 1000 FROM generate_series(1000, 141000) i$$);
SELECT worlds.tried($$INSERT INTO a (id) SELECT generate_series(1000, 1999); INSERT INTO refs SELECT i, 'a', 1000 + i % 1000 FROM generate_series(1000, 141000) i; INSERT INTO refs SELECT i, 'a', CASE i WHEN 170000 THEN 9 ELSE 1 END FROM generate_series(141001, 191000) i$$);
SELECT worlds.tried($$DO 'BEGIN FOR i IN 10..200 LOOP BEGIN INSERT INTO refs VALUES (i, ''a'', i % 5); EXCEPTION WHEN foreign_key_violation THEN NULL; END; END LOOP; END'$$);
SELECT worlds.tried($$DO 'BEGIN FOR i IN 10..200 LOOP BEGIN DELETE FROM a WHERE id = i % 5; INSERT INTO refs VALUES (i, ''a'', i % 5); EXCEPTION WHEN foreign_key_violation THEN NULL; END; END LOOP; END'$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
