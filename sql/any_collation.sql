-- Keys and items whose collation takes different texts for equal, if this server
-- has such; the outcomes are compared, and shown only where they differ.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE FUNCTION worlds.collated(key_collation text, item_collation text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	world text;
	statement text;
	outcome text;
BEGIN
	PERFORM worlds.clear();
	BEGIN
		CREATE COLLATION worlds.equal_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
	EXCEPTION
		WHEN duplicate_object THEN NULL;
		WHEN feature_not_supported THEN CREATE COLLATION worlds.equal_case FROM "C";
	END;
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		EXECUTE format('CREATE TABLE a (kind text DEFAULT ''a'', id text COLLATE %s, UNIQUE (kind, id), PRIMARY KEY (id))', key_collation);
		EXECUTE format('CREATE TABLE refs (n int, collection text, item text COLLATE %s)', item_collation);
		IF worlds.is_native(world) THEN
			ALTER TABLE refs ADD FOREIGN KEY (collection, item) REFERENCES a (kind, id) MATCH FULL ON DELETE CASCADE ON UPDATE CASCADE;
		ELSE
			PERFORM relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "collection",
				"one_allowed_collections": "a", "on_delete": "CASCADE", "on_update": "CASCADE"}');
		END IF;
	END LOOP;
	FOREACH statement IN ARRAY ARRAY[
		'INSERT INTO a (id) VALUES (''Ab''), (''cd''), (''ef'')', 'INSERT INTO refs VALUES (1, ''a'', ''aB'')', 'INSERT INTO refs VALUES (2, ''a'', ''Ab'')',
		'INSERT INTO refs VALUES (3, ''a'', ''cd''), (4, ''a'', ''CD'')', 'INSERT INTO refs VALUES (5, ''a'', ''x'')', 'UPDATE a SET id = ''AB'' WHERE id = ''Ab''',
		'UPDATE refs SET item = ''ab''', 'UPDATE a SET id = ''q'' WHERE id = ''cd''', 'DELETE FROM a WHERE id = ''Ab''', 'DELETE FROM a']
	LOOP
		outcome := worlds.both(statement);
		IF outcome LIKE 'DIFFERENT%' THEN
			RETURN NEXT outcome;
		END IF;
	END LOOP;
END $$;
SELECT worlds.collated('worlds.equal_case', 'worlds.equal_case');
SELECT worlds.collated('"C"', '"C"');
SELECT worlds.collated('"C"', '"POSIX"');
SELECT worlds.collated('"C"', '"default"');
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
