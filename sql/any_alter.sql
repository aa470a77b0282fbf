-- Tables that change under a relation, and columns of uncommon kinds: it goes on as a foreign key does.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.tried($$ALTER TABLE refs ALTER item TYPE bigint; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$ALTER TABLE refs ALTER item TYPE bigint; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs ALTER item TYPE bigint; UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs ALTER collection TYPE varchar(8); INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$ALTER TABLE refs ALTER collection TYPE varchar(8); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs ADD x int DEFAULT 5; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$ALTER TABLE refs ADD x int DEFAULT 5, DROP n; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs RENAME TO others; INSERT INTO others VALUES (11, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1); ALTER TABLE refs RENAME TO others; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1); ALTER TABLE a RENAME TO c; INSERT INTO refs VALUES (11, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1); ALTER TABLE a RENAME TO c; INSERT INTO refs VALUES (11, 'c', 1)$$);
SELECT worlds.tried($$ALTER TABLE a RENAME TO c; DELETE FROM c WHERE id = 1$$);
SELECT worlds.tried($$CLUSTER refs USING refs_pkey; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$REINDEX TABLE refs; REINDEX TABLE a; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs SET UNLOGGED; INSERT INTO refs VALUES (10, 'a', 9)$$);
-- without the index it is slower, and right
SELECT worlds.tried($$DO 'BEGIN EXECUTE (SELECT string_agg(format(''DROP INDEX %s'', indexrelid::regclass), ''; '') FROM pg_index WHERE indrelid = ''refs''::regclass AND NOT indisprimary); EXCEPTION WHEN null_value_not_allowed THEN NULL; END'; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$DO 'BEGIN EXECUTE (SELECT string_agg(format(''DROP INDEX %s'', indexrelid::regclass), ''; '') FROM pg_index WHERE indrelid = ''refs''::regclass AND NOT indisprimary); EXCEPTION WHEN null_value_not_allowed THEN NULL; END'; UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs (item, collection, note); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs (collection) WHERE n > 3; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs (collection, (item + 0)); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs USING hash (item); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs (collection text_pattern_ops, item); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$CREATE INDEX ON refs (collection DESC NULLS LAST, item DESC); UPDATE a SET id = 9 WHERE id = 1$$);
-- keys that are too long to be stored as they are
SELECT worlds.make('CASCADE', 'CASCADE', key_type => 'text');
SELECT worlds.both($$INSERT INTO a (id) VALUES (repeat('x', 2500)), (repeat('y', 2500))$$);
SELECT worlds.both($$INSERT INTO refs SELECT i, 'a', repeat('x', 2500) FROM generate_series(10, 12) i$$);
SELECT worlds.tried($$INSERT INTO refs SELECT i, 'a', repeat('z', 2500) FROM generate_series(20, 22) i$$);
SELECT worlds.tried($$UPDATE refs SET item = repeat('y', 2500) WHERE n >= 10$$);
SELECT worlds.tried($$INSERT INTO refs SELECT n + 10, collection, item FROM refs WHERE n >= 10$$);
SELECT worlds.tried($$UPDATE a SET id = id || 'x' WHERE length(id) > 5$$);
SELECT worlds.tried($$DELETE FROM a WHERE length(id) > 5$$);
-- a chain of many rows that refer to each other goes at once
SELECT worlds.clear();
SELECT worlds.targets(plain => true);
SELECT worlds.prepare($$ALTER TABLE a ADD collection text, ADD item int$$);
SELECT worlds.refer('a', 'CASCADE', 'CASCADE');
SELECT worlds.prepare($$INSERT INTO a (id, collection, item) SELECT i, 'a', i - 1 FROM generate_series(4, 3000) i$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10000$$);
-- columns that are generated
SELECT worlds.clear();
SELECT worlds.targets(plain => true);
SELECT worlds.prepare($$CREATE TABLE refs (n int PRIMARY KEY, collection text GENERATED ALWAYS AS ('a'::text) STORED, item int, note text)$$);
SELECT worlds.refer('refs', 'CASCADE', 'NO ACTION');
SELECT worlds.both($$INSERT INTO refs (n, item) VALUES (1, 1)$$);
SELECT worlds.tried($$INSERT INTO refs (n, item) VALUES (2, 9)$$);
SELECT worlds.tried($$UPDATE refs SET item = 9$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
-- columns that are domains
SELECT worlds.clear();
SELECT worlds.targets(plain => true);
SELECT worlds.prepare($$CREATE DOMAIN kind AS text CHECK (VALUE <> 'z')$$);
SELECT worlds.prepare($$CREATE DOMAIN positive AS int CHECK (VALUE > 0)$$);
SELECT worlds.prepare($$CREATE TABLE refs (n int PRIMARY KEY, collection kind, item positive, note text)$$);
SELECT worlds.refer('refs', 'CASCADE', 'CASCADE');
SELECT worlds.both($$INSERT INTO refs VALUES (1, 'a', 1), (2, 'a', 2)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (3, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (3, 'z', 1)$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = -1 WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM a$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
