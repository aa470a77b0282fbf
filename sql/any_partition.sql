-- Partitioned references and targets, and rows that move between partitions.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE TEMP TABLE statements (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO statements (statement) VALUES
	-- a reference through the whole, through its partition, there and not there
	($$INSERT INTO refs VALUES (10, 'a', 1), (1000, 'a', 1)$$),
	($$INSERT INTO refs VALUES (10, 'a', 1), (11, 'a', 101)$$),
	($$INSERT INTO refs VALUES (10, 'a', 9)$$),
	($$INSERT INTO refs_high VALUES (10, 'a', 1)$$),
	($$INSERT INTO refs_high VALUES (10, 'a', 9)$$),
	($$INSERT INTO refs_high VALUES (10, 'a', NULL)$$),
	($$COPY refs_high (n, collection, item) FROM PROGRAM 'printf "10,a,1\n11,b,9\n"' (FORMAT csv)$$),
	($$UPDATE refs_low SET item = 9$$),
	($$UPDATE refs SET collection = 'b', item = 2$$),
	-- a reference moves to another partition, as it is or changed
	($$UPDATE refs SET n = n + 50$$),
	($$UPDATE refs SET n = n + 50, item = 2 WHERE n = 1$$),
	($$UPDATE refs SET n = n + 50, item = 9 WHERE n = 1$$),
	($$UPDATE refs SET n = n + 50, collection = 'b' WHERE n = 1$$),
	($$UPDATE refs_low SET n = n + 50$$),
	($$INSERT INTO refs VALUES (1, 'a', 1) ON CONFLICT (n) DO UPDATE SET item = 9$$),
	($$MERGE INTO refs r USING (VALUES (1), (90)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET n = 80 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 9)$$),
	($$MERGE INTO refs r USING (VALUES (1), (90)) s (n) ON r.n = s.n WHEN MATCHED THEN UPDATE SET n = 80, item = 101 WHEN NOT MATCHED THEN INSERT VALUES (s.n, 'a', 101)$$),
	-- targets go
	($$DELETE FROM a WHERE id = 3$$),
	($$DELETE FROM a WHERE id = 1$$),
	($$DELETE FROM a_low WHERE id = 1$$),
	($$DELETE FROM a$$),
	($$DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$),
	-- keys change in a partition, and across partitions: that is an update, not a delete
	($$UPDATE a SET id = 9 WHERE id = 3$$),
	($$UPDATE a SET id = 109 WHERE id = 3$$),
	($$UPDATE a SET id = 9 WHERE id = 1$$),
	($$UPDATE a SET id = 109 WHERE id = 1$$),
	($$UPDATE a SET id = 109, note = 'x' WHERE id = 1$$),
	($$UPDATE a SET id = 9 WHERE id = 101$$),
	($$UPDATE a SET id = id + 98$$),
	($$UPDATE a SET id = id + 200$$),
	($$UPDATE a SET id = 109 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 109$$),
	($$UPDATE a_low SET id = 109 WHERE id = 1$$),
	($$UPDATE a_low SET id = 9 WHERE id = 1$$),
	($$MERGE INTO a USING (VALUES (1), (2)) s (id) ON a.id = s.id WHEN MATCHED AND a.id = 1 THEN UPDATE SET id = 109 WHEN MATCHED THEN DELETE$$),
	($$UPDATE a SET note = 'x'$$),
	-- both at once
	($$WITH x AS (UPDATE a SET id = 109 WHERE id = 3) INSERT INTO refs VALUES (10, 'a', 109)$$),
	($$WITH x AS (UPDATE a SET id = 109 WHERE id = 3) INSERT INTO refs VALUES (10, 'a', 3)$$),
	($$WITH x AS (UPDATE refs SET n = n + 50, item = 2 WHERE n = 1) UPDATE a SET id = 109 WHERE id = 1$$);
-- NO ACTION
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'int', NULL, true, true);
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (101)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (7, 'a', 101)$$);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- RESTRICT
SELECT worlds.make('RESTRICT', 'RESTRICT', false, 'int', NULL, true, true);
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (101)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (7, 'a', 101)$$);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- CASCADE
SELECT worlds.make('CASCADE', 'CASCADE', false, 'int', NULL, true, true);
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (101)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (7, 'a', 101)$$);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- SET NULL
SELECT worlds.make('SET NULL', 'SET NULL', false, 'int', NULL, true, true);
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (101)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (7, 'a', 101)$$);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- SET DEFAULT
SELECT worlds.make('SET DEFAULT', 'SET DEFAULT', false, 'int', NULL, true, true);
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (101)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (7, 'a', 101)$$);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- one action for deletes, another for updates: which of them a move is
SELECT worlds.make('CASCADE', 'NO ACTION', false, 'int', NULL, true, false);
SELECT worlds.tried($$UPDATE a SET id = 109 WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 109 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 109$$);
SELECT worlds.make('NO ACTION', 'CASCADE', false, 'int', NULL, true, false);
SELECT worlds.tried($$UPDATE a SET id = 109 WHERE id = 1$$);
SELECT worlds.make('SET NULL', 'CASCADE', false, 'int', NULL, true, false);
SELECT worlds.tried($$UPDATE a SET id = 109 WHERE id = 1$$);
SELECT worlds.make('CASCADE', 'SET NULL', false, 'int', NULL, true, false);
SELECT worlds.tried($$UPDATE a SET id = 109 WHERE id = 1$$);
-- deferred
SELECT worlds.make('NO ACTION', 'NO ACTION', true, 'int', NULL, true, true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 109 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 109$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 109 WHERE id = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET id = 109 WHERE id = 1; INSERT INTO a (id) VALUES (1)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (2000, 'a', 9)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 9); UPDATE refs SET n = 0 WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, 'a', 9); UPDATE refs SET n = 0 WHERE n = 10; INSERT INTO a (id) VALUES (9)$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE refs SET n = n + 50, item = 109 WHERE n = 1; UPDATE a SET id = 109 WHERE id = 3$$);
-- columns in another order, and dropped ones, in a partition that is made later
SELECT worlds.make('CASCADE', 'CASCADE', false, 'int', NULL, true, true);
SELECT worlds.prepare($$CREATE TABLE refs_more (note text, gone int, item int, n int NOT NULL, collection text)$$);
SELECT worlds.prepare($$ALTER TABLE refs_more DROP COLUMN gone$$);
SELECT worlds.prepare($$ALTER TABLE refs ATTACH PARTITION refs_more FOR VALUES FROM (200) TO (300)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (200, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (200, 'a', 1); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (200, 'a', 1); UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.tried($$INSERT INTO refs_more (n, collection, item) VALUES (200, 'b', 3)$$);
SELECT worlds.prepare($$CREATE TABLE a_gone (LIKE a_high); DROP TABLE a_gone$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
