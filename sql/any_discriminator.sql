-- The column that says which table is meant: its types, and several values for one table.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE FUNCTION worlds.discriminated(collection_type text, value1 text, value2 text, value3 text) RETURNS TABLE (outcome text) LANGUAGE plpgsql AS $$
DECLARE
	world text;
	statement text;
BEGIN
	PERFORM worlds.clear();
	IF collection_type = 'kinds' THEN
		PERFORM worlds.prepare(format('CREATE TYPE kinds AS ENUM (%L, %L, %L)', value1, value2, value3));
	END IF;
	PERFORM worlds.prepare('CREATE TABLE refs (n int, collection ' || collection_type || ', item int)');
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		IF worlds.is_native(world) THEN
			EXECUTE format('CREATE TABLE root (kind %s, id int, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind)', collection_type);
			EXECUTE format('CREATE TABLE a PARTITION OF root (kind DEFAULT %L) FOR VALUES IN (%1$L)', value1);
			EXECUTE format('CREATE TABLE b PARTITION OF root (kind DEFAULT %L) FOR VALUES IN (%1$L)', value2);
			ALTER TABLE refs ADD FOREIGN KEY (collection, item) REFERENCES root MATCH FULL ON DELETE CASCADE ON UPDATE SET NULL;
		ELSE
			EXECUTE format('CREATE TABLE a (kind %s DEFAULT %L, id int PRIMARY KEY)', collection_type, value1);
			EXECUTE format('CREATE TABLE b (kind %s DEFAULT %L, id int PRIMARY KEY)', collection_type, value2);
			PERFORM relations.create_relation(jsonb_build_object('many_collection', 'refs', 'many_field', 'item',
				'one_collection_field', 'collection', 'one_allowed_collections', jsonb_build_object(value1, 'a', value2, 'b'),
				'on_delete', 'CASCADE', 'on_update', 'SET NULL'));
		END IF;
	END LOOP;
	PERFORM worlds.prepare('INSERT INTO a (id) VALUES (1), (2), (3)');
	PERFORM worlds.prepare('INSERT INTO b (id) VALUES (1), (2)');
	FOREACH statement IN ARRAY ARRAY[
		format('INSERT INTO refs VALUES (1, %L, 1), (2, %1$L, 2), (3, %L, 1), (4, NULL, NULL)', value1, value2),
		format('INSERT INTO refs VALUES (5, %L, 3)', value2),
		format('INSERT INTO refs VALUES (6, %L, 1)', value3),
		format('INSERT INTO refs VALUES (7, %L, NULL)', value1),
		format('UPDATE refs SET collection = %L WHERE n = 1', value2),
		format('UPDATE refs SET collection = %L WHERE n = 2', value3),
		'DELETE FROM a WHERE id = 1', 'DELETE FROM b WHERE id = 2', 'DELETE FROM b', 'UPDATE a SET id = id + 10']
	LOOP
		outcome := worlds.both(statement);
		RETURN NEXT;
	END LOOP;
END $$;
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('text', 'Post', 'Blog::Comment', 'post');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('varchar', 'a', '', ' ');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('varchar(10)', 'it''s', '"b"', 'c,d');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('kinds', 'post', 'comment', 'page');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('int', '1', '20', '3');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('smallint', '1', '-1', '0');
SELECT string_agg(outcome, ', ') FROM worlds.discriminated('bigint', '1', '5000000000', '0');
-- several values mean one table, and a table of another schema has the same name
CREATE SCHEMA any_discriminator;
CREATE SCHEMA any_discriminator2;
SET search_path = any_discriminator;
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE any_discriminator2.a (id int PRIMARY KEY);
CREATE TABLE refs (n int PRIMARY KEY, kind text, item int);
SELECT many_field FROM relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "kind",
	"one_allowed_collections": {"A": "a", "B": "a", "other": "any_discriminator2.a"}, "on_delete": "CASCADE", "on_update": "CASCADE"}');
INSERT INTO a VALUES (1), (2), (3);
INSERT INTO any_discriminator2.a VALUES (1), (4);
INSERT INTO refs VALUES (1, 'A', 1), (2, 'B', 1), (3, 'other', 1), (4, 'A', 2), (5, 'B', 2), (6, 'other', 4);
\set VERBOSITY sqlstate
INSERT INTO refs VALUES (10, 'other', 2);
INSERT INTO refs VALUES (10, 'B', 4);
INSERT INTO refs VALUES (10, 'a', 1);
UPDATE refs SET kind = 'other' WHERE n = 4;
\set VERBOSITY default
UPDATE refs SET kind = 'B' WHERE n = 4;
DELETE FROM a WHERE id = 1;
UPDATE a SET id = 20 WHERE id = 2;
DELETE FROM any_discriminator2.a WHERE id = 4;
SELECT * FROM refs ORDER BY n;
RESET search_path;
DELETE FROM relations.relations WHERE many_collection = 'any_discriminator.refs';
DROP SCHEMA any_discriminator, any_discriminator2 CASCADE;
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
