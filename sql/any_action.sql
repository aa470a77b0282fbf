-- Each action, on deletes and on key updates of a target, beside the same of a
-- foreign key. References are to a/1 (three of them), a/2 and b/1.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE TEMP TABLE statements (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO statements (statement) VALUES
	-- nothing refers to it
	($$DELETE FROM a WHERE id = 3$$),
	($$DELETE FROM b WHERE id = 2$$),
	($$UPDATE a SET id = 9 WHERE id = 3$$),
	-- one, some, all
	($$DELETE FROM a WHERE id = 2$$),
	($$DELETE FROM a WHERE id = 1$$),
	($$DELETE FROM a$$),
	($$DELETE FROM b$$),
	($$UPDATE a SET id = 9 WHERE id = 1$$),
	($$UPDATE a SET id = 9 WHERE id = 2$$),
	($$UPDATE a SET id = id + 10$$),
	($$UPDATE a SET id = id + 10 RETURNING id$$),
	-- the key stays
	($$UPDATE a SET note = 'x'$$),
	($$UPDATE a SET id = id, note = 'x'$$),
	-- rows change places: each key is there before and after
	($$UPDATE a SET id = id + 1 WHERE id = 3; UPDATE a SET id = id + 1 WHERE id = 2; UPDATE a SET id = id + 1 WHERE id = 1$$),
	($$UPDATE a SET id = 0 WHERE id = 3; UPDATE a SET id = 3 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 0$$),
	-- it goes and comes back
	($$DELETE FROM a WHERE id = 1; INSERT INTO a (id) VALUES (1)$$),
	($$UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 9$$),
	($$WITH d AS (DELETE FROM b RETURNING *) INSERT INTO b SELECT kind, id + 10 FROM d$$),
	-- the references go in the same command
	($$DELETE FROM refs WHERE item = 1; DELETE FROM a WHERE id = 1$$),
	($$UPDATE refs SET item = 3 WHERE collection = 'a'; DELETE FROM a WHERE id < 3$$),
	-- others do it
	($$MERGE INTO a USING (VALUES (1, true), (2, false)) s (id, gone) ON a.id = s.id WHEN MATCHED AND gone THEN DELETE WHEN MATCHED THEN UPDATE SET id = 20$$),
	($$INSERT INTO a (id) VALUES (3) ON CONFLICT DO NOTHING$$),
	-- the default is gone, or is what goes
	($$DELETE FROM a WHERE id = 3; DELETE FROM a WHERE id = 2$$),
	($$UPDATE refs SET item = 3 WHERE n = 1; DELETE FROM a WHERE id = 3$$),
	($$ALTER TABLE refs ALTER item SET DEFAULT 9; DELETE FROM a WHERE id = 2$$),
	($$ALTER TABLE refs ALTER item DROP DEFAULT, ALTER collection DROP DEFAULT; DELETE FROM a WHERE id = 2$$),
	-- null is refused by the column
	($$DELETE FROM refs WHERE n = 6; ALTER TABLE refs ALTER item SET NOT NULL; DELETE FROM a WHERE id = 2$$),
	-- a check of the referencing table refuses what the action writes
	($$ALTER TABLE refs ADD CHECK (n <> 4 OR item = 2 AND collection = 'a'); DELETE FROM a WHERE id = 2$$),
	($$ALTER TABLE refs ADD CHECK (n <> 4 OR item = 2 AND collection = 'a'); UPDATE a SET id = 9 WHERE id = 2$$),
	-- a unique index of the referencing table, too
	($$DELETE FROM refs WHERE n IN (2, 3); ALTER TABLE refs ADD UNIQUE NULLS NOT DISTINCT (collection, item); DELETE FROM a WHERE id = 2$$);
-- NO ACTION
SELECT worlds.make('NO ACTION', 'NO ACTION');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- RESTRICT
SELECT worlds.make('RESTRICT', 'RESTRICT');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- CASCADE
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- SET NULL
SELECT worlds.make('SET NULL', 'SET NULL');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- SET DEFAULT
SELECT worlds.make('SET DEFAULT', 'SET DEFAULT');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- one action for deletes, another for updates
SELECT worlds.make('CASCADE', 'NO ACTION');
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.make('NO ACTION', 'CASCADE');
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.make('SET NULL', 'CASCADE');
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.make('RESTRICT', 'CASCADE');
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 9; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1; INSERT INTO a (id) VALUES (1); DELETE FROM a WHERE id = 1$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
