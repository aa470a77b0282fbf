-- Rows that refer to themselves, to each other, and by two relations at once.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE FUNCTION worlds.forest(on_delete text, on_update text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	world text;
	name text;
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.targets();
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		FOREACH name IN ARRAY CASE WHEN worlds.is_native(world) THEN '{root}' ELSE '{a,b}' END::text[] LOOP
			EXECUTE format('ALTER TABLE %I ADD collection text, ADD item int', name);
			IF worlds.is_native(world) THEN
				EXECUTE format('ALTER TABLE root ADD FOREIGN KEY (collection, item) REFERENCES root MATCH FULL'
					' ON DELETE %s ON UPDATE %s', on_delete, on_update);
			ELSE
				PERFORM relations.create_relation(jsonb_build_object('many_collection', name, 'many_field', 'item',
					'one_collection_field', 'collection', 'one_allowed_collections', 'a,b',
					'on_delete', on_delete, 'on_update', on_update));
			END IF;
		END LOOP;
	END LOOP;
	-- a tree: a/1 < a/2, b/1; b/1 < b/2; a/3 refers to itself; a/4 and b/4 to each other
	PERFORM worlds.prepare('UPDATE a SET collection = ''a'', item = 1 WHERE id = 2');
	PERFORM worlds.prepare('UPDATE b SET collection = ''a'', item = 1 WHERE id = 1');
	PERFORM worlds.prepare('UPDATE b SET collection = ''b'', item = 1 WHERE id = 2');
	PERFORM worlds.prepare('UPDATE a SET collection = ''a'', item = 3 WHERE id = 3');
	PERFORM worlds.prepare('INSERT INTO a (id) VALUES (4)');
	PERFORM worlds.prepare('INSERT INTO b (id, collection, item) VALUES (4, ''a'', 4)');
	PERFORM worlds.prepare('UPDATE a SET collection = ''b'', item = 4 WHERE id = 4');
END $$;
CREATE TEMP TABLE statements (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO statements (statement) VALUES
	-- new rows that refer to themselves or to rows of the same command
	($$INSERT INTO a (id, collection, item) VALUES (10, 'a', 10)$$),
	($$INSERT INTO a (id, collection, item) VALUES (10, 'b', 10)$$),
	($$INSERT INTO a (id, collection, item) VALUES (10, 'a', 11), (11, 'a', 10)$$),
	($$INSERT INTO a (id, collection, item) SELECT i, 'a', i - 1 FROM generate_series(2000, 5, -1) i$$),
	($$WITH x AS (INSERT INTO a (id, collection, item) VALUES (10, 'b', 10)) INSERT INTO b (id, collection, item) VALUES (10, 'a', 10)$$),
	-- leaves, subtrees, cycles, all
	($$DELETE FROM b WHERE id = 2$$),
	($$DELETE FROM b WHERE id = 1$$),
	($$DELETE FROM a WHERE id = 1$$),
	($$DELETE FROM a WHERE id = 3$$),
	($$DELETE FROM a WHERE id = 4$$),
	($$DELETE FROM b WHERE id = 4$$),
	($$DELETE FROM a WHERE id IN (1, 2)$$),
	($$DELETE FROM a$$),
	($$DELETE FROM b$$),
	($$WITH x AS (DELETE FROM a) DELETE FROM b$$),
	-- keys that change along a cycle
	($$UPDATE a SET id = 9 WHERE id = 3$$),
	($$UPDATE a SET id = 9, item = 9 WHERE id = 3$$),
	($$UPDATE a SET id = 9, collection = NULL, item = NULL WHERE id = 3$$),
	($$UPDATE a SET id = 9 WHERE id = 4$$),
	($$UPDATE a SET id = 9 WHERE id = 1$$),
	($$UPDATE a SET id = id + 10$$),
	($$UPDATE a SET id = id + 10, item = item + 10 WHERE collection = 'a'$$),
	($$UPDATE b SET id = id + 10$$),
	($$UPDATE a SET id = 9 WHERE id = 1; UPDATE a SET id = 1 WHERE id = 9$$),
	-- references that close a cycle, then all of it goes
	($$UPDATE a SET collection = 'b', item = 2 WHERE id = 1; DELETE FROM b WHERE id = 1$$),
	($$UPDATE a SET collection = 'b', item = 2 WHERE id = 1; DELETE FROM a WHERE id = 1$$),
	($$UPDATE a SET collection = 'b', item = 2 WHERE id = 1; UPDATE b SET id = 20 WHERE id = 2$$),
	-- a long chain
	($$INSERT INTO a (id, collection, item) SELECT i, 'a', i - 1 FROM generate_series(5, 400) i; DELETE FROM a WHERE id = 5$$),
	($$INSERT INTO a (id, collection, item) SELECT i, 'a', 4 FROM generate_series(5, 400) i; UPDATE a SET id = 1000 WHERE id = 4$$);
-- NO ACTION
SELECT worlds.forest('NO ACTION', 'NO ACTION');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- RESTRICT
SELECT worlds.forest('RESTRICT', 'RESTRICT');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- CASCADE
SELECT worlds.forest('CASCADE', 'CASCADE');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- SET NULL
SELECT worlds.forest('SET NULL', 'SET NULL');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- two relations of one table: both act on the same row
CREATE FUNCTION worlds.twice(first text, second text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.targets();
	PERFORM worlds.prepare('CREATE TABLE refs (n int PRIMARY KEY, c1 text, i1 int, c2 text, i2 int)');
	PERFORM worlds.prepare('INSERT INTO refs VALUES (1, ''a'', 1, ''a'', 1), (2, ''a'', 1, ''b'', 1), (3, ''b'', 1, ''a'', 1), (4, ''a'', 2, NULL, NULL)');
	PERFORM worlds.prepare('CREATE TABLE leaf (refs int REFERENCES refs ON DELETE CASCADE ON UPDATE CASCADE)');
	PERFORM worlds.prepare('INSERT INTO leaf VALUES (1), (1), (2), (3), (4)');
	PERFORM worlds.refer('refs', first, first, false, 'c1', 'i1');
	PERFORM worlds.refer('refs', second, second, false, 'c2', 'i2');
END $$;
CREATE TEMP TABLE doubles (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO doubles (statement) VALUES
	($$DELETE FROM a WHERE id = 1$$),
	($$DELETE FROM a$$),
	($$UPDATE a SET id = 9 WHERE id = 1$$),
	($$UPDATE a SET id = id + 10$$),
	($$WITH x AS (DELETE FROM b) DELETE FROM a$$),
	($$WITH x AS (UPDATE b SET id = id + 10) UPDATE a SET id = id + 10$$),
	($$WITH x AS (UPDATE refs SET i1 = 2 WHERE n = 1) DELETE FROM a WHERE id = 1$$),
	($$INSERT INTO refs VALUES (10, 'a', 1, 'b', 3)$$),
	($$INSERT INTO refs VALUES (10, 'a', 1, 'b', 2)$$),
	($$UPDATE refs SET (c1, i1, c2, i2) = (c2, i2, c1, i1)$$);
SELECT worlds.twice('CASCADE', 'CASCADE');
SELECT statement, worlds.tried(statement) FROM doubles ORDER BY n;
SELECT worlds.twice('CASCADE', 'SET NULL');
SELECT statement, worlds.tried(statement) FROM doubles ORDER BY n;
SELECT worlds.twice('SET NULL', 'SET NULL');
SELECT statement, worlds.tried(statement) FROM doubles ORDER BY n;
SELECT worlds.twice('CASCADE', 'NO ACTION');
SELECT statement, worlds.tried(statement) FROM doubles ORDER BY n;
SELECT worlds.twice('SET NULL', 'RESTRICT');
SELECT statement, worlds.tried(statement) FROM doubles ORDER BY n;
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
