-- Every type of key in every type of relation: made, filled, resolved in both
-- directions as the hand-written join does, and taken back so that the catalog
-- is as before, but for the columns and junctions that were added.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA matrix;
SET search_path = matrix;
SET timezone = 'UTC';
SET jit = off;  -- the tables are small, only the estimates are not
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN counter AS integer DEFAULT 7 CHECK (value > 0);
CREATE DOMAIN code AS text CHECK (value ~ '^[a-z]+$');
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- definitions of the key's columns; three keys
CREATE TABLE kinds (position integer GENERATED ALWAYS AS IDENTITY, name text, columns text[], keys text[]);
INSERT INTO kinds (name, columns, keys) VALUES
	('smallint', '{smallint}', '{-1, 2, 3}'),
	('integer', '{integer}', '{-1, 2, 3}'),
	('bigint', '{bigint}', '{-1, 2, 9007199254740993}'),
	('identity', '{bigint GENERATED ALWAYS AS IDENTITY}', '{1, 2, 3}'),
	('uuid', '{uuid}', ARRAY['''00000000-0000-0000-0000-00000000000a''', '''00000000-0000-0000-0000-00000000000b''', '''ffffffff-0000-0000-0000-000000000000''']),
	('text', '{text}', ARRAY['''a,b''', '''"Ü'''' ''', '''''']),
	('varchar', '{varchar(20)}', ARRAY['''a''', '''A''', '''a ''']),
	('char', '{char(5)}', ARRAY['''a''', '''A''', '''abcde''']),
	('numeric', '{numeric}', '{1.50, -2, 1e30}'),
	('date', '{date}', ARRAY['''2020-02-29''', '''infinity''', '''0044-03-15 BC''']),
	('timestamptz', '{timestamptz}', ARRAY['''2020-01-01 00:00:00.000001+00''', '''2020-01-01 00:00:00+02''', '''-infinity''']),
	('bytea', '{bytea}', ARRAY['''\x00ff''', '''\x''', '''\x27''']),
	('inet', '{inet}', ARRAY['''10.0.0.1/8''', '''10.0.0.1''', '''::1''']),
	('enum', '{mood}', ARRAY['''sad''', '''ok''', '''happy''']),
	('domain over integer', '{counter}', '{1, 2, 3}'),
	('domain over text', '{code}', ARRAY['''a''', '''b''', '''c''']),
	('text, C', ARRAY['text COLLATE "C"'], ARRAY['''a''', '''A''', '''ä''']),
	('text, nondeterministic', '{text COLLATE nocase}', ARRAY['''a''', '''B''', '''ä''']),
	('compound of two', '{integer,text}', ARRAY['1, ''a''', '1, ''b''', '2, ''a''']),
	('compound of three', '{uuid,smallint,date}', ARRAY['''00000000-0000-0000-0000-00000000000a'', 1, ''2020-01-01''',
		'''00000000-0000-0000-0000-00000000000a'', 1, ''2020-01-02''', '''00000000-0000-0000-0000-00000000000b'', 2, ''2020-01-01''']);

-- All of the catalog that relations touch, a line for each thing.
CREATE FUNCTION picture() RETURNS text[] LANGUAGE sql AS $$
	WITH ours AS (
		SELECT oid FROM pg_class WHERE relnamespace = 'matrix'::regnamespace
		UNION ALL SELECT oid FROM pg_proc WHERE pronamespace = 'matrix'::regnamespace
		UNION ALL SELECT oid FROM pg_constraint WHERE connamespace = 'matrix'::regnamespace)
	SELECT array_agg(line) FROM (
		SELECT format('class %s %s', oid::regclass, relkind) FROM pg_class WHERE relnamespace = 'matrix'::regnamespace
		UNION ALL
		SELECT format('column %s.%s %s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
			attcollation, attnotnull, atthasdef, attidentity)
		FROM pg_attribute WHERE attrelid IN (SELECT oid FROM ours) AND attnum > 0
		UNION ALL
		SELECT format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE connamespace = 'matrix'::regnamespace
		UNION ALL
		SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN (SELECT oid FROM ours)
		UNION ALL
		SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'matrix'::regnamespace
		UNION ALL
		SELECT format('trigger %s on %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours)
		UNION ALL
		SELECT format('depend %s %s %s %s', pg_describe_object(classid, objid, objsubid), deptype,
			pg_describe_object(refclassid, refobjid, refobjsubid), count(*))
		FROM pg_depend WHERE objid IN (SELECT oid FROM ours) OR refobjid IN (SELECT oid FROM ours)
		GROUP BY classid, objid, objsubid, deptype, refclassid, refobjid, refobjsubid
		UNION ALL SELECT format('edges %s', (SELECT count(*) FROM relations.edge))
		UNION ALL SELECT format('targets %s', (SELECT count(*) FROM relations.target))) lines (line)
	$$;

-- Lines that went, and lines that came and are not of what may stay.
CREATE FUNCTION difference(before text[], after text[], may_stay text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(line, '; ' ORDER BY line) FROM (
		SELECT '-' || unnest(before) EXCEPT SELECT '-' || unnest(after)
		UNION ALL
		(SELECT '+' || l FROM unnest(after) l WHERE l !~ may_stay OR l ~ '^(function|trigger)|FOREIGN KEY|_fkey|_idx\M'
			EXCEPT SELECT '+' || unnest(before))) lines (line)
	$$;

-- Do two statements give the same rows, and some?  Their number, or an error.
CREATE FUNCTION same_rows(path text, by_hand text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	differing integer;
	found integer;
BEGIN
	EXECUTE format('SELECT count(*) FROM ((%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)) d',
		'(' || path || ')', '(' || by_hand || ')') INTO differing;
	EXECUTE format('SELECT count(*) FROM (%s) p', by_hand) INTO found;
	IF differing > 0 OR found = 0 THEN
		RAISE 'differs in % of % rows: %', differing, found, path;
	END IF;
	RETURN found;
END $$;

-- An error, unless the statement fails with that code.
CREATE PROCEDURE must_fail(code text, statement text) LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		EXECUTE statement;
	EXCEPTION WHEN OTHERS THEN
		IF SQLSTATE = code THEN
			RETURN;
		END IF;
		RAISE;
	END;
	RAISE 'did not fail: %', statement;
END $$;

-- 'a.k1 = b.x_k1 AND ...', through casts to text where asked
CREATE FUNCTION matching(n integer, a text, b text, through text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s%s%3$s = %s%2$s%3$s', a, i, through, b), ' AND ') FROM generate_series(1, n) i
	$$;
CREATE FUNCTION listed(n integer, prefix text, suffix text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(prefix || i || suffix, ', ') FROM generate_series(1, n) i
	$$;
-- the row function that leads from one table to another
CREATE FUNCTION field(many regclass, one regclass, like_column text DEFAULT '%') RETURNS text LANGUAGE sql AS $$
	SELECT quote_ident(field) FROM relations.target t JOIN relations.edge e ON e.id = t.edge
	WHERE many_collection = many AND one_collection = one AND many_columns[1] LIKE like_column
	$$;
-- A junction's column has the type of the key, whatever else it has.
CREATE PROCEDURE ensure_types(n integer, relid regclass, prefix text) LANGUAGE plpgsql AS $$
BEGIN
	IF n <> (SELECT count(*) FROM pg_attribute k JOIN pg_attribute c ON c.attname = prefix || k.attname
		AND (c.atttypid, c.atttypmod, c.attcollation, c.attidentity) = (k.atttypid, k.atttypmod, k.attcollation, '')
		WHERE k.attrelid = 'one'::regclass AND c.attrelid = relid) THEN
		RAISE 'columns of % differ in type from the key', relid;
	END IF;
END $$;

CREATE FUNCTION try(kind kinds, relation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n integer := cardinality(kind.columns);
	keys text := listed(n, 'k');
	column_name text := CASE n WHEN 1 THEN 'one_k1' ELSE 'one' END;
	item text := CASE n WHEN 1 THEN 'item' ELSE listed(n, 'item_k') END;
	mixed boolean := relation = 'M2A, mixed';
	before text[];
	stays text := 'column (one_k\d of table )?(matrix\.)?many';
	forth integer;
	back integer;
	diff text;
BEGIN
	EXECUTE format('CREATE TABLE one (%s, name text, PRIMARY KEY (%s))',
		(SELECT string_agg(format('k%s %s', i, c), ', ') FROM unnest(kind.columns) WITH ORDINALITY u (c, i)), keys);
	EXECUTE format('INSERT INTO one OVERRIDING SYSTEM VALUE VALUES (%s, ''o1''), (%s, ''o2''), (%s, ''o3'')', kind.keys[1], kind.keys[2], kind.keys[3]);
	CREATE TABLE many (id integer PRIMARY KEY, name text);
	INSERT INTO many VALUES (1, 'm1'), (2, 'm2'), (3, 'm3'), (4, 'm4');
	IF relation = 'M2O, present' THEN
		EXECUTE format('ALTER TABLE many %s', (SELECT string_agg(format('ADD one_k%s %s DEFAULT NULL', i, replace(c, 'GENERATED ALWAYS AS IDENTITY', '')), ', ')
			FROM unnest(kind.columns) WITH ORDINALITY u (c, i)));
		column_name := listed(n, 'one_k');
	ELSIF mixed AND n > 1 THEN
		EXECUTE format('CREATE TABLE other (%s, name text, PRIMARY KEY (%s))', listed(n, 'k', ' text'), keys);
		EXECUTE format('INSERT INTO other VALUES (%s, ''x'')', listed(n, '''', ''''));
	ELSE
		CREATE TABLE other (k1 integer PRIMARY KEY, name text);
		INSERT INTO other VALUES (1, 'x'), (2, 'y');
	END IF;
	before := picture();

	IF relation IN ('M2O, missing', 'M2O, present', 'O2O') THEN
		IF relation = 'O2O' THEN
			PERFORM relations.one_to_one('many', column_name, 'one', 'manys');
		ELSE
			PERFORM relations.many_to_one('many', replace(column_name, ' ', ''), 'one', 'manys');
		END IF;
		IF relation <> 'M2O, present' AND EXISTS (SELECT FROM many m, to_jsonb(m) j WHERE j ->> 'one_k1' IS NOT NULL) THEN
			RAISE 'rows got a value in the new column';
		END IF;
		IF relation <> 'M2O, present' THEN
			CALL ensure_types(n, 'many', 'one_');
		END IF;
		EXECUTE format('UPDATE many m SET (%s) = (SELECT %s FROM one o WHERE o.name = ''o'' || %s) WHERE id < 4',
			listed(n, 'one_k'), keys, CASE relation WHEN 'O2O' THEN 'm.id' ELSE '(m.id + 1) / 2' END);
		forth := same_rows(format('SELECT m.id, o.name FROM many m, %s(m) o', field('many', 'one')),
			'SELECT m.id, o.name FROM many m JOIN one o ON ' || matching(n, 'o.k', 'm.one_k'));
		back := same_rows('SELECT o.name, m.id FROM one o, manys(o) m',
			'SELECT o.name, m.id FROM one o JOIN many m ON ' || matching(n, 'o.k', 'm.one_k'));
		CALL must_fail('23503', 'DELETE FROM one WHERE name = ''o1''');
		IF relation = 'O2O' THEN
			CALL must_fail('23505', format('UPDATE many SET (%1$s) = (SELECT %1$s FROM many WHERE id = 1) WHERE id = 4', listed(n, 'one_k')));
		END IF;
	ELSIF relation = 'M2M' THEN
		stays := 'one_other';
		PERFORM relations.many_to_many('one', 'others', 'other', 'ones');
		CALL ensure_types(n, 'one_other', 'one_');
		EXECUTE format('INSERT INTO one_other (%s, other_k1) SELECT %s, other.k1 FROM one, other WHERE (one.name, other.name) <> (''o2'', ''y'')',
			listed(n, 'one_k'), listed(n, 'one.k'));
		forth := same_rows('SELECT o.name, x.name FROM one o, others(o) j, other_k1(j) x',
			'SELECT o.name, x.name FROM one o JOIN one_other j ON ' || matching(n, 'o.k', 'j.one_k') || ' JOIN other x ON x.k1 = j.other_k1');
		back := same_rows(format('SELECT x.name, o.name FROM other x, ones(x) j, %s(j) o', field('one_other', 'one')),
			'SELECT x.name, o.name FROM other x JOIN one_other j ON x.k1 = j.other_k1 JOIN one o ON ' || matching(n, 'o.k', 'j.one_k'));
	ELSIF relation = 'M2M, self' THEN
		stays := 'one_one';
		PERFORM relations.many_to_many('one', 'related', 'one', 'related_from');
		CALL ensure_types(n, 'one_one', 'one_');
		CALL ensure_types(n, 'one_one', 'related_one_');
		EXECUTE format('INSERT INTO one_one (%s, %s) SELECT %s, %s FROM one a, one b WHERE a.name < b.name',
			listed(n, 'one_k'), listed(n, 'related_one_k'), listed(n, 'a.k'), listed(n, 'b.k'));
		forth := same_rows(format('SELECT a.name, b.name FROM one a, related(a) j, %s(j) b', field('one_one', 'one', 'rel%')),
			'SELECT a.name, b.name FROM one a, one b WHERE a.name < b.name');
		back := same_rows(format('SELECT b.name, a.name FROM one b, related_from(b) j, %s(j) a', field('one_one', 'one', 'one%')),
			'SELECT b.name, a.name FROM one a, one b WHERE a.name < b.name');
	ELSIF relation LIKE 'M2A%' THEN
		stays := 'many_sections';
		PERFORM relations.many_to_any('many', 'sections', CASE WHEN mixed THEN '{one, other}' ELSE '{one}' END::regclass[], reverse_field => 'used_in');
		EXECUTE format('INSERT INTO many_sections (many_id, collection, %s) SELECT m.id, ''one'', %s FROM many m JOIN one o ON m.name < ''m3'' OR o.name = ''o3''',
			item, (SELECT string_agg(format('CAST(o.k%s AS %s)', i, (SELECT format_type(atttypid, atttypmod)
			FROM pg_attribute WHERE attrelid = 'many_sections'::regclass AND attname = CASE n WHEN 1 THEN 'item' ELSE 'item_k' || i END)), ', ') FROM generate_series(1, n) i));
		IF mixed THEN
			EXECUTE format('INSERT INTO many_sections (many_id, collection, %s) SELECT 4, ''other'', %s FROM other',
				item, keys);
			PERFORM same_rows('SELECT m.name, x.name FROM many m, sections(m) s, other(s) x', 'SELECT ''m4'', name FROM other');
			PERFORM same_rows('SELECT x.name, s.many_id FROM other x, used_in(x) s', 'SELECT name, 4 FROM other');
		ELSIF n > 1 THEN
			CALL ensure_types(n, 'many_sections', 'item_');
		END IF;
		forth := same_rows('SELECT m.name, o.name FROM many m CROSS JOIN LATERAL sections(m) s JOIN LATERAL one(s) o ON true',
			'SELECT m.name, o.name FROM many m JOIN one o ON m.name < ''m3'' OR o.name = ''o3''');
		back := same_rows('SELECT o.name, s.many_id FROM one o, used_in(o) s',
			'SELECT o.name, m.id FROM many m JOIN one o ON m.name < ''m3'' OR o.name = ''o3''');
	ELSE
		stays := 'one_translations';
		PERFORM relations.translations('one', '{name}');
		CALL ensure_types(n, 'one_translations', 'one_');
		EXECUTE format('INSERT INTO one_translations (%s, language, name) SELECT %s, l, name || l FROM one, unnest(''{de,en}''::text[]) l',
			listed(n, 'one_k'), keys);
		forth := same_rows('SELECT o.name, t.name FROM one o, translations(o) t WHERE t.language = ''de''', 'SELECT name, name || ''de'' FROM one');
		back := same_rows(format('SELECT t.name, o.name FROM one_translations t, %s(t) o', field('one_translations', 'one')),
			'SELECT name || l, name FROM one, unnest(''{de,en}''::text[]) l');
		CALL must_fail('23505', format('INSERT INTO one_translations (%1$s, language) SELECT %1$s, language FROM one_translations', listed(n, 'one_k')));
	END IF;

	PERFORM relations.delete_relations(array_agg(id)) FROM relations.relations;
	diff := difference(before, picture(), stays);
	DROP TABLE IF EXISTS one_other, one_one, many_sections, one_translations, many, other, one;
	RETURN CASE WHEN diff IS NULL THEN format('ok: %s forth, %s back', forth, back) ELSE 'left: ' || diff END;
EXCEPTION WHEN OTHERS THEN
	RETURN format('%s: %s', SQLSTATE, SQLERRM);
END $$;
SET client_min_messages = warning;
SELECT k.name, r.name AS relation, try(k, r.name)
FROM kinds k, (VALUES (1, 'M2O, missing'), (2, 'M2O, present'), (3, 'O2O'), (4, 'M2M'), (5, 'M2M, self'), (6, 'M2A'),
	(7, 'M2A, mixed'), (8, 'translations')) r (position, name)
ORDER BY k.position, r.position;

DELETE FROM relations.relations;
DROP SCHEMA matrix CASCADE;
