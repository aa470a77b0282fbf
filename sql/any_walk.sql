\set ECHO all
-- Many keys in one statement are looked up by walks along the index, as long as
-- they are close together: near and far apart, there and gone, in any order.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
-- a has the keys of the even numbers up to 3000, some of them in several versions; b those of the odd ones
CREATE FUNCTION worlds.walk(key_type text, item_type text, key text, on_delete text, index_on text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.prepare(format('CREATE FUNCTION key(i int) RETURNS %s LANGUAGE sql AS $k$SELECT %s$k$', key_type, key));
	PERFORM worlds.targets(key_type, with_rows => false);
	PERFORM worlds.prepare(format('CREATE TABLE refs (n int PRIMARY KEY, collection text DEFAULT ''a'', item %s)', item_type));
	PERFORM worlds.refer('refs', on_delete, 'NO ACTION');
	PERFORM worlds.prepare('DROP INDEX IF EXISTS refs_collection_item_idx');
	PERFORM worlds.prepare(format('CREATE INDEX ON refs (%s)', index_on));
	PERFORM worlds.prepare('INSERT INTO a (id) SELECT key(2 * i) FROM generate_series(1, 1500) i ORDER BY hashint4(i)');
	PERFORM worlds.prepare('INSERT INTO b (id) SELECT key(2 * i - 1) FROM generate_series(1, 1500) i');
	PERFORM worlds.prepare('UPDATE a SET note = ''x''');
	PERFORM worlds.prepare('DELETE FROM a WHERE id IN (SELECT key(20 * i) FROM generate_series(1, 100) i)');
	PERFORM worlds.prepare('INSERT INTO a (id) SELECT key(20 * i) FROM generate_series(1, 100) i');
	FOREACH statement IN ARRAY ARRAY[
		-- all keys, in their order and not; with repetitions; some
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500) i',
		'INSERT INTO refs SELECT i, CASE i % 2 WHEN 0 THEN ''a'' ELSE ''b'' END, key(i) FROM generate_series(1, 3000) i ORDER BY hashint4(i)',
		'INSERT INTO refs SELECT i, ''a'', key(2 * (1 + i / 3)) FROM generate_series(1, 1500) i',
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500, 50) i',
		-- now near, now far
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500) i WHERE i % 700 < 300 OR i % 30 = 0',
		-- one that is not there, at the beginning, within and at the end
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(0, 1500) i',
		'INSERT INTO refs SELECT i, ''a'', key(2 * i + CASE i WHEN 750 THEN 1 ELSE 0 END) FROM generate_series(1, 1500) i',
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1501) i',
		-- rows that this statement, or this transaction, takes away or brings
		'DELETE FROM a WHERE id = key(2000); INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500) i',
		'UPDATE a SET id = key(7000) WHERE id = key(2000); INSERT INTO refs SELECT i, ''a'', key(CASE i WHEN 1000 THEN 7000 ELSE 2 * i END) FROM generate_series(1, 1500) i',
		'UPDATE a SET id = key(2001) WHERE id = key(2000); UPDATE a SET id = key(2000) WHERE id = key(2001); INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500) i',
		-- keys that go: nothing refers, something does, everything does
		'DELETE FROM a',
		'INSERT INTO refs VALUES (1, ''a'', key(3000)), (2, ''b'', key(2999)); DELETE FROM a',
		'INSERT INTO refs VALUES (1, ''a'', key(3000)), (2, ''b'', key(2999)); DELETE FROM b',
		'INSERT INTO refs VALUES (1, ''a'', key(3000)); DELETE FROM a WHERE id <> key(3000)',
		'INSERT INTO refs SELECT i, ''a'', key(2 * i) FROM generate_series(1, 1500) i; DELETE FROM a',
		'INSERT INTO refs SELECT i, ''a'', key(2 * (1 + i / 3)) FROM generate_series(1, 1500) i; DELETE FROM a WHERE note IS NULL'
	] LOOP
		RETURN NEXT worlds.tried(statement);
	END LOOP;
END $$;
\set ECHO queries
SELECT worlds.walk('int', 'int', 'i', 'NO ACTION', 'collection, item');
SELECT worlds.walk('bigint', 'int', 'i - 3000', 'CASCADE', 'collection, item, n');
SELECT worlds.walk('int', 'bigint', 'i - 3000', 'SET NULL', 'item, collection');
SELECT worlds.walk('uuid', 'uuid', 'md5(i::text)::uuid', 'CASCADE', 'collection, item DESC');
SELECT worlds.walk('text', 'varchar', 'i::text', 'SET NULL', 'collection, item');
SELECT worlds.walk('numeric', 'numeric', 'i / 16.0', 'CASCADE', 'collection DESC, item');
-- blanks at the end are no part of a char(n), so keys are equal that look different
SELECT worlds.walk('char(8)', 'char(20)', 'i::text', 'NO ACTION', 'collection, item NULLS FIRST');
-- several columns, the first of which is the same for many rows
DELETE FROM relations.relations;
CREATE SCHEMA s;
CREATE TABLE s.t (tenant int, id int, PRIMARY KEY (tenant, id));
INSERT INTO s.t SELECT i / 500, i FROM generate_series(1, 3000) i;
CREATE TABLE s.refs (collection text, tenant int, item int);
SELECT FROM relations.create_relation('{"many_collection": "s.refs", "many_field": "tenant,item", "one_collection_field": "collection", "one_allowed_collections": "s.t"}');
INSERT INTO s.refs SELECT 't', i / 500, i FROM generate_series(1, 3000) i ORDER BY hashint4(i);
INSERT INTO s.refs SELECT 't', i / 500 + CASE i WHEN 1600 THEN 1 ELSE 0 END, i FROM generate_series(1, 3000) i;
INSERT INTO s.refs SELECT 't', i / 500, i FROM generate_series(1, 3001) i;
DELETE FROM s.t WHERE id > 2990;
-- items that are text, whose order is another than that of the keys
CREATE TABLE s.u (id int PRIMARY KEY);
INSERT INTO s.u SELECT generate_series(1, 3000);
CREATE TABLE s.texts (collection text, item text);
SELECT FROM relations.create_relation('{"many_collection": "s.texts", "many_field": "item", "one_collection_field": "collection", "one_allowed_collections": "s.u", "on_delete": "CASCADE"}');
INSERT INTO s.texts SELECT 'u', i FROM generate_series(1, 2999, 2) i;
INSERT INTO s.texts SELECT 'u', i FROM generate_series(1, 3001, 2) i;
DELETE FROM s.u WHERE id % 8 < 4 OR id > 2000;
SELECT count(*), min(item::int), max(item::int), count(*) FILTER (WHERE item::int % 8 < 4) FROM s.texts;
DELETE FROM relations.relations;
DROP SCHEMA s CASCADE;
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
