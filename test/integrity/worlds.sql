-- worlds.sql: for the regress tests any_*, which include it. Two worlds, each a
-- schema: in "fk" a native foreign key, in "m2a" a many-to-any relation. Tables
-- have the same names and columns in both, so that one statement can be run in
-- each of them, and must do the same there.
--
-- A foreign key leads to one table. So in "fk" the targets a and b are the
-- partitions of a table "root", by a column "kind" that says which; the key is
-- (collection, item) MATCH FULL to root (kind, id). In "m2a" the column "kind" of
-- a and b means nothing.
--
-- worlds.both(statement) runs it in both and compares SQLSTATE, number of rows,
-- the fields of the error, its texts apart from names and keys, and all rows of
-- all tables afterwards; worlds.tried() does so and takes everything back. They
-- return what happened, or DIFFERENT and both outcomes.
--
-- With "PGOPTIONS=-c worlds.twin=native" a native key stands in both: that tests
-- the test.
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE SCHEMA worlds;

CREATE TYPE worlds.outcome AS (
	sqlstate text, number bigint, message text, detail text, schema_name text, table_name text,
	constraint_known boolean, rows text);

-- the rows of all tables, but not of partitions (which have a _ in their names) and not of "root"
CREATE FUNCTION worlds.rows(world text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	name text;
	part text;
	whole text := '';
BEGIN
	FOR name IN
		SELECT relname FROM pg_catalog.pg_class
		WHERE relnamespace = world::regnamespace AND relkind IN ('r', 'p') AND relname !~ '_' AND relname <> 'root'
		ORDER BY relname COLLATE "C"
	LOOP
		EXECUTE format('SELECT string_agg(r::text, '' '' ORDER BY r::text COLLATE "C") FROM %I.%I r', world, name) INTO part;
		whole := whole || format('%s: %s' || E'\n', name, part);
	END LOOP;
	RETURN whole;
END $$;

-- What names and keys are differs, where they stand does not. A foreign key
-- knows no other reason than that a row is not there; from PostgreSQL 18 on it
-- says so where the action is RESTRICT.
CREATE FUNCTION worlds.masked(message text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	message := regexp_replace(message, '"[^"]*"', '"…"', 'g');
	message := regexp_replace(message, 'Key \(.*\)=\(.*\)', 'Key (…)=(…)');
	message := replace(message, 'does not lead to an allowed collection', 'is not present in table "…"');
	message := replace(message, 'violates RESTRICT setting of foreign key', 'violates foreign key');
	RETURN replace(message, 'is referenced from', 'is still referenced from');
END $$;

CREATE FUNCTION worlds.run(world text, statement text, keep boolean) RETURNS worlds.outcome LANGUAGE plpgsql AS $$
DECLARE
	o worlds.outcome;
	constraint_name text;
BEGIN
	PERFORM set_config('search_path', world, true);
	BEGIN
		EXECUTE statement;
		GET DIAGNOSTICS o.number = ROW_COUNT;
		-- what is deferred is due now, as it would be at the end of the transaction
		SET CONSTRAINTS ALL IMMEDIATE;
		o.sqlstate := '00000';
		IF NOT keep THEN
			o.rows := worlds.rows(world);
			RAISE EXCEPTION 'take it back' USING ERRCODE = 'TB000';
		END IF;
	EXCEPTION
		WHEN SQLSTATE 'TB000' THEN NULL;
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS o.sqlstate = RETURNED_SQLSTATE, o.message = MESSAGE_TEXT, o.detail = PG_EXCEPTION_DETAIL,
				o.schema_name = SCHEMA_NAME, o.table_name = TABLE_NAME, constraint_name = CONSTRAINT_NAME;
			o.message := worlds.masked(o.message);
			o.detail := worlds.masked(o.detail);
			o.table_name := CASE WHEN o.table_name IN ('root', 'a', 'b') THEN 'a target' ELSE o.table_name END;
			o.schema_name := CASE o.schema_name WHEN world THEN 'of the world' ELSE o.schema_name END;
			o.constraint_known := EXISTS (SELECT FROM pg_constraint c
				WHERE c.connamespace = world::regnamespace AND c.conname = constraint_name);
	END;
	o.rows := coalesce(o.rows, worlds.rows(world));
	RETURN o;
END $$;

CREATE FUNCTION worlds.compare(statement text, keep boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before text := current_setting('search_path');
	fk worlds.outcome := worlds.run('fk', statement, keep);
	m2a worlds.outcome := worlds.run('m2a', statement, keep);
BEGIN
	PERFORM set_config('search_path', before, true);
	IF fk IS DISTINCT FROM m2a THEN
		RETURN format(E'DIFFERENT\nfk:  %s\nm2a: %s', fk, m2a);
	END IF;
	RETURN 'both: ' || CASE
		WHEN fk.sqlstate = '00000' THEN fk.number || ' rows'
		-- RESTRICT has a code of its own from PostgreSQL 18 on
		WHEN fk.sqlstate IN ('23503', '23001') THEN 'violation'
		ELSE fk.message END;
END $$;

CREATE FUNCTION worlds.both(statement text) RETURNS text LANGUAGE sql
BEGIN ATOMIC SELECT worlds.compare(statement, true); END;

CREATE FUNCTION worlds.tried(statement text) RETURNS text LANGUAGE sql
BEGIN ATOMIC SELECT worlds.compare(statement, false); END;

-- the same statement in both worlds, where it has to succeed
CREATE FUNCTION worlds.prepare(statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	before text := current_setting('search_path');
	world text;
BEGIN
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		EXECUTE statement;
	END LOOP;
	PERFORM set_config('search_path', before, true);
END $$;

CREATE FUNCTION worlds.is_native(world text) RETURNS boolean LANGUAGE sql
RETURN world = 'fk' OR current_setting('worlds.twin', true) IS NOT DISTINCT FROM 'native';

-- empty worlds
CREATE FUNCTION worlds.clear() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	world text;
BEGIN
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		IF to_regnamespace(world) IS NOT NULL THEN
			DELETE FROM relations.relations WHERE many_collection LIKE world || '.%';
			EXECUTE format('DROP SCHEMA %I CASCADE', world);
		END IF;
		EXECUTE format('CREATE SCHEMA %I', world);
	END LOOP;
END $$;

-- Targets a (1, 2, 3) and b (1, 2) with keys of a type, partitioned by it at 100
-- or not; "plain": a alone, and in "fk" a table by itself, not a partition.
CREATE FUNCTION worlds.targets(key_type text DEFAULT 'int', partitioned boolean DEFAULT false, plain boolean DEFAULT false,
	with_rows boolean DEFAULT true) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	world text;
	target text;
	partition_by text := CASE WHEN partitioned THEN 'PARTITION BY RANGE (id)' ELSE '' END;
BEGIN
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		IF worlds.is_native(world) AND NOT plain THEN
			EXECUTE format('CREATE TABLE root (kind text, id %s, note text, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind)', key_type);
		END IF;
		FOREACH target IN ARRAY CASE WHEN plain THEN '{a}' ELSE '{a,b}' END::text[] LOOP
			EXECUTE format(CASE
				WHEN to_regclass('root') IS NOT NULL THEN 'CREATE TABLE %I PARTITION OF root (kind DEFAULT %1$L) FOR VALUES IN (%1$L) %3$s'
				WHEN worlds.is_native(world) THEN 'CREATE TABLE %I (kind text DEFAULT %1$L, id %2$s, note text, PRIMARY KEY (kind, id)) %3$s'
				ELSE 'CREATE TABLE %I (kind text DEFAULT %1$L, id %2$s PRIMARY KEY, note text) %3$s' END,
				target, key_type, partition_by);
			IF partitioned THEN
				EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (MINVALUE) TO (100)', target || '_low', target);
				EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (100) TO (MAXVALUE)', target || '_high', target);
			END IF;
			IF with_rows THEN
				EXECUTE format('INSERT INTO %I (id) SELECT i::text::%s FROM generate_series(1, %s) i',
					target, key_type, CASE target WHEN 'a' THEN 3 ELSE 2 END);
			END IF;
		END LOOP;
	END LOOP;
END $$;

-- references from a table's columns to a and b, if that is there
CREATE FUNCTION worlds.refer(many text, on_delete text, on_update text, may_defer boolean DEFAULT false,
	collection text DEFAULT 'collection', item text DEFAULT 'item') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	world text;
BEGIN
	FOREACH world IN ARRAY '{fk,m2a}'::text[] LOOP
		PERFORM set_config('search_path', world, true);
		IF worlds.is_native(world) THEN
			EXECUTE format('ALTER TABLE %I ADD FOREIGN KEY (%I, %I) REFERENCES %I (kind, id) MATCH FULL ON DELETE %s ON UPDATE %s %s',
				many, collection, item, coalesce(to_regclass('root'), to_regclass('a'))::text, on_delete, on_update,
				CASE WHEN may_defer THEN 'DEFERRABLE' END);
		ELSE
			PERFORM relations.create_relation(jsonb_build_object(
				'many_collection', many, 'many_field', item, 'one_collection_field', collection,
				'one_allowed_collections', concat_ws(',', to_regclass('a')::text, to_regclass('b')::text),
				'on_delete', on_delete, 'on_update', on_update, 'deferrable', may_defer));
		END IF;
	END LOOP;
END $$;

-- a table of references, empty
CREATE FUNCTION worlds.references(item_type text DEFAULT 'int', partitioned boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM worlds.prepare(format(
		'CREATE TABLE refs (n int PRIMARY KEY, collection text DEFAULT ''a'', item %s DEFAULT ''3'', note text) %s',
		item_type, CASE WHEN partitioned THEN 'PARTITION BY RANGE (n)' END));
	IF partitioned THEN
		PERFORM worlds.prepare('CREATE TABLE refs_low PARTITION OF refs FOR VALUES FROM (MINVALUE) TO (3)');
		PERFORM worlds.prepare('CREATE TABLE refs_high PARTITION OF refs FOR VALUES FROM (3) TO (200)');
	END IF;
END $$;

-- the usual worlds: a and b, and refs, whose rows 1, 2, 3 refer to a/1, 4 to a/2, 5 to b/1, 6 to nothing
CREATE FUNCTION worlds.make(on_delete text DEFAULT 'NO ACTION', on_update text DEFAULT 'NO ACTION',
	may_defer boolean DEFAULT false, key_type text DEFAULT 'int', item_type text DEFAULT NULL,
	parted_targets boolean DEFAULT false, parted_refs boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.targets(key_type, parted_targets);
	PERFORM worlds.references(coalesce(item_type, key_type), parted_refs);
	PERFORM worlds.prepare('INSERT INTO refs (n, collection, item) VALUES
		(1, ''a'', ''1''), (2, ''a'', ''1''), (3, ''a'', ''1''), (4, ''a'', ''2''), (5, ''b'', ''1''), (6, NULL, NULL)');
	PERFORM worlds.refer('refs', on_delete, on_update, may_defer);
END $$;
\set ECHO all
