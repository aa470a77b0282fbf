-- Keys of several columns: the item is as many.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE FUNCTION worlds.compound(action text, may_defer boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	world text;
	target text;
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.prepare('CREATE TABLE refs (n int PRIMARY KEY, y text DEFAULT ''z'', collection text DEFAULT ''a'', x int DEFAULT 9)');
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		IF worlds.is_native(world) THEN
			CREATE TABLE root (kind text, note text, x int, y text, PRIMARY KEY (kind, x, y)) PARTITION BY LIST (kind);
			CREATE TABLE a PARTITION OF root (kind DEFAULT 'a') FOR VALUES IN ('a');
			CREATE TABLE b PARTITION OF root (kind DEFAULT 'b') FOR VALUES IN ('b');
			EXECUTE format('ALTER TABLE refs ADD FOREIGN KEY (collection, x, y) REFERENCES root MATCH FULL ON DELETE %s ON UPDATE %1$s %s',
				action, CASE WHEN may_defer THEN 'DEFERRABLE' END);
		ELSE
			CREATE TABLE a (kind text DEFAULT 'a', note text, x int, y text, PRIMARY KEY (x, y));
			CREATE TABLE b (kind text DEFAULT 'b', note text, x int, y text, PRIMARY KEY (x, y));
			PERFORM relations.create_relation(jsonb_build_object('many_collection', 'refs', 'many_field', 'x,y',
				'one_collection_field', 'collection', 'one_allowed_collections', 'a,b',
				'on_delete', action, 'on_update', action, 'deferrable', may_defer));
		END IF;
	END LOOP;
	PERFORM worlds.prepare('INSERT INTO a (x, y) VALUES (1, ''p''), (1, ''q''), (2, ''p''), (9, ''z'')');
	PERFORM worlds.prepare('INSERT INTO b (x, y) VALUES (1, ''p''), (2, ''q'')');
	PERFORM worlds.prepare('INSERT INTO refs (n, collection, x, y) VALUES (1, ''a'', 1, ''p''), (2, ''a'', 1, ''p''),
		(3, ''a'', 1, ''q''), (4, ''b'', 1, ''p''), (5, NULL, NULL, NULL)');
END $$;
CREATE TEMP TABLE statements (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO statements (statement) VALUES
	($$INSERT INTO refs VALUES (10, 'p', 'a', 2)$$),
	($$INSERT INTO refs VALUES (10, 'q', 'a', 2)$$),
	($$INSERT INTO refs VALUES (10, 'q', 'b', 2)$$),
	($$INSERT INTO refs VALUES (10, 'q', 'c', 2)$$),
	($$INSERT INTO refs VALUES (10, NULL, 'a', 2)$$),
	($$INSERT INTO refs VALUES (10, 'p', 'a', NULL)$$),
	($$INSERT INTO refs VALUES (10, NULL, 'a', NULL)$$),
	($$INSERT INTO refs VALUES (10, 'p', NULL, 1)$$),
	($$INSERT INTO refs VALUES (10, NULL, NULL, 1)$$),
	($$INSERT INTO refs VALUES (10, NULL, NULL, NULL)$$),
	($$UPDATE refs SET x = 2 WHERE n = 1$$),
	($$UPDATE refs SET x = 2 WHERE n = 3$$),
	($$UPDATE refs SET y = 'q' WHERE n < 3$$),
	($$UPDATE refs SET collection = 'b' WHERE n < 3$$),
	($$UPDATE refs SET collection = 'b' WHERE n = 3$$),
	($$UPDATE refs SET y = NULL WHERE n = 1$$),
	($$UPDATE refs SET y = NULL, x = NULL WHERE n = 1$$),
	($$UPDATE refs SET y = NULL, x = NULL, collection = NULL$$),
	($$DELETE FROM a WHERE (x, y) = (2, 'p')$$),
	($$DELETE FROM a WHERE (x, y) = (1, 'q')$$),
	($$DELETE FROM a WHERE x = 1$$),
	($$UPDATE a SET x = 3 WHERE x = 2$$),
	($$UPDATE a SET x = x + 10$$),
	($$UPDATE a SET y = 'r' WHERE (x, y) = (1, 'q')$$),
	($$UPDATE a SET x = 5, y = 'r' WHERE (x, y) = (1, 'q')$$),
	($$UPDATE a SET note = 'x'$$),
	($$UPDATE a SET y = 'tmp' WHERE (x, y) = (1, 'p'); UPDATE a SET y = 'p' WHERE (x, y) = (1, 'q'); UPDATE a SET y = 'q' WHERE (x, y) = (1, 'tmp')$$);
SELECT worlds.compound('NO ACTION');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.compound('RESTRICT');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.compound('CASCADE');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.compound('SET NULL');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.compound('SET DEFAULT');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.compound('NO ACTION', true);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; INSERT INTO refs VALUES (10, NULL, 'a', 2); UPDATE refs SET y = 'p' WHERE n = 10$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET y = 'tmp' WHERE (x, y) = (1, 'p'); UPDATE a SET y = 'p' WHERE (x, y) = (1, 'q'); UPDATE a SET y = 'q' WHERE (x, y) = (1, 'tmp')$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; UPDATE a SET y = 'tmp' WHERE (x, y) = (1, 'p')$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
