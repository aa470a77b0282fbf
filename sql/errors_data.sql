-- Data that breaks the new rule: which rows they are is counted, sampled and listed by the hint's query;
-- with it the fields schema, table and constraint; nothing is changed.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages TO warning;
CREATE SCHEMA regress_data;
SET search_path TO regress_data;
\pset format unaligned
\pset tuples_only on

CREATE FUNCTION everything() RETURNS text LANGUAGE sql AS $$
	SELECT md5(concat(
		(SELECT string_agg(concat_ws('|', oid, relname, reltype, relowner, relam, relfilenode, relnatts, relchecks, relhasrules, relacl, relhastriggers), '' ORDER BY oid)
			FROM pg_class WHERE relnamespace IN ('regress_data'::regnamespace, 'relations'::regnamespace)),
		(SELECT string_agg(a::text, '' ORDER BY attrelid, attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
			WHERE relnamespace = 'regress_data'::regnamespace),
		(SELECT string_agg(c::text, '' ORDER BY oid) FROM pg_constraint c),
		(SELECT string_agg(i::text, '' ORDER BY indexrelid) FROM pg_index i),
		(SELECT string_agg(t::text, '' ORDER BY oid) FROM pg_trigger t),
		(SELECT string_agg(p::text, '' ORDER BY oid) FROM pg_proc p WHERE pronamespace <> 'pg_catalog'::regnamespace),
		(SELECT string_agg(e::text, '' ORDER BY id) FROM relations.edge e),
		(SELECT string_agg(t::text, '' ORDER BY edge, position) FROM relations.target t))) $$;

-- Runs a statement that must fail, and undoes it where it does not.  The last line compares the number of
-- rows that DETAIL says with what the query of HINT returns.
CREATE FUNCTION run(statement text, argument text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE before text := everything(); message text; detail text; hint text; s text; t text; c text; col text; report text; query text; n bigint;
BEGIN
	BEGIN
		EXECUTE statement USING argument;
		RAISE EXCEPTION 'NO ERROR';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
			s = SCHEMA_NAME, t = TABLE_NAME, c = CONSTRAINT_NAME, col = COLUMN_NAME;
		report := format(E'%s: %s\n  DETAIL: %s\n  HINT: %s\n  FIELDS: %s', sqlstate, message, detail, hint,
			concat_ws('.', nullif(s, ''), nullif(t, ''), nullif(c, ''), 'column ' || nullif(col, '')));
	END;
	query := substring(hint FROM '^List them by (.*); mend them, then try again\.$');
	IF query IS NOT NULL THEN
		BEGIN
			EXECUTE 'SELECT count(*) FROM (' || query || ') q' INTO n;
			report := report || E'\n  ' || CASE WHEN n = substring(detail FROM '(\d+) rows? of ')::bigint THEN 'the query lists as many' ELSE 'THE QUERY LISTS ' || n END;
		EXCEPTION WHEN OTHERS THEN report := report || E'\n  THE QUERY FAILS: ' || sqlstate;
		END;
	END IF;
	RETURN report || CASE WHEN everything() <> before THEN E'\n  SOMETHING HAS CHANGED' ELSE '' END;
END $$;
CREATE FUNCTION try(object text) RETURNS text LANGUAGE sql AS $$
	SELECT run('SELECT relations.create_relation($1::jsonb)', object) $$;

CREATE TABLE countries (id integer PRIMARY KEY, code text UNIQUE);
INSERT INTO countries VALUES (1, 'a'), (2, 'b');
CREATE TABLE cities (id integer PRIMARY KEY, one integer, many integer, twice integer, "odd ""name" integer);
INSERT INTO cities SELECT i, CASE i WHEN 3 THEN 9 ELSE 1 END, CASE WHEN i > 3 THEN 100 - i ELSE 2 END, nullif(i % 2, 0), i FROM generate_series(1, 12) i;

-- foreign keys.  fails: one row, one value
SELECT try('{"many_collection": "cities", "many_field": "one", "one_collection": "countries"}');
-- fails: nine rows and values, of which five are shown, in order
SELECT try('{"many_collection": "cities", "many_field": "many", "one_collection": "countries", "one_field": "cities"}');
-- fails: the same by builder, view and in an array; the constraint has the name that was wished
SELECT run('SELECT relations.many_to_one(''cities'', ''many'', ''countries'')');
SELECT run('INSERT INTO relations.relations (many_collection, many_field, one_collection, constraint_name) VALUES (''cities'', ''many'', ''countries'', ''wished'')');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[{"many_collection": "cities", "many_field": "new", "one_collection": "countries"}, {"many_collection": "cities", "many_field": "one", "one_collection": "countries"}]');
-- fails: names are quoted, in the query too
SELECT try('{"many_collection": "cities", "many_field": "odd \"name", "one_collection": "countries"}');
-- rows with a null refer to nothing; two columns, one pair of which is there
CREATE TABLE grid (x integer, y text, PRIMARY KEY (y, x));
INSERT INTO grid VALUES (1, 'a');
CREATE TABLE points (gx integer, gy text);
INSERT INTO points VALUES (1, 'a'), (1, NULL), (NULL, 'z');
-- fails: two pairs, of which one stands twice; text with a comma, a quote and a line break
INSERT INTO points VALUES (1, 'b'), (1, 'b'), (2, E'it''s, a\n"test"');
SELECT try('{"many_collection": "points", "many_field": "gy, gx", "one_collection": "grid"}');
-- fails: the key of another type
CREATE TABLE wide (country bigint);
INSERT INTO wide VALUES (1), (5000000000);
SELECT try('{"many_collection": "wide", "many_field": "country", "one_collection": "countries"}');
-- not validated nothing is looked at; validation later finds it
ALTER SEQUENCE relations.edge_id_seq RESTART;
SELECT (relations.create_relation('{"many_collection": "cities", "many_field": "one", "one_collection": "countries", "validate": false}')).constraint_name;
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"validate": true}');
SELECT (relations.update_relation(1, '{"one_field": "cities", "on_delete": "SET NULL"}')).on_delete;
SELECT convalidated FROM pg_constraint WHERE conname = 'cities_one_fkey';
-- fails: found and adopted, but not true
ALTER TABLE wide ADD CONSTRAINT adopted FOREIGN KEY (country) REFERENCES countries NOT VALID;
SELECT run('SELECT relations.create_relation($1::jsonb)', '{"many_collection": "wide", "many_field": "country", "one_collection": "countries", "validate": true}');

-- unique.  fails: six rows, of one value; nulls are not equal
SELECT try('{"many_collection": "cities", "many_field": "twice", "one_collection": "countries", "is_unique": true}');
SELECT run('SELECT relations.one_to_one(''cities'', ''twice'', ''countries'')');
-- fails: more than five values that stand twice
CREATE TABLE doubles (country integer);
INSERT INTO countries SELECT i FROM generate_series(3, 20) i;
INSERT INTO doubles SELECT i FROM generate_series(1, 8) i, generate_series(1, 3);
SELECT try('{"many_collection": "doubles", "many_field": "country", "one_collection": "countries", "is_unique": true}');
-- fails: compound
CREATE TABLE pairs (gx integer, gy text);
INSERT INTO pairs VALUES (1, 'a'), (1, 'a'), (1, NULL), (1, NULL), (NULL, 'a');
SELECT try('{"many_collection": "pairs", "many_field": "gy, gx", "one_collection": "grid", "is_unique": true}');
-- fails: a change to one-to-one
SELECT id FROM relations.create_relation('{"many_collection": "doubles", "many_field": "country", "one_collection": "countries"}') \gset
SELECT regexp_replace(run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"is_unique": true, "on_delete": "CASCADE"}'), 'List them .*;', 'List them ...;');
-- fails: a junction that holds a pair twice
CREATE TABLE recipes (id integer PRIMARY KEY);
CREATE TABLE uses (recipe integer REFERENCES recipes, country integer REFERENCES countries);
INSERT INTO recipes VALUES (1), (2);
INSERT INTO uses VALUES (1, 1), (1, 1), (1, 2), (2, 1);
SELECT run('SELECT relations.many_to_many(''recipes'', ''countries'', ''countries'', junction => ''uses'')');

-- not null.  fails: rows without a value; no value can be shown
CREATE TABLE gaps (id integer PRIMARY KEY, country integer);
INSERT INTO gaps VALUES (1, 1), (2, NULL), (3, NULL);
SELECT try('{"many_collection": "gaps", "many_field": "country", "one_collection": "countries", "required": true}');
SELECT id FROM relations.create_relation('{"many_collection": "gaps", "many_field": "country", "one_collection": "countries"}') \gset
SELECT run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"required": true, "one_deselect_action": "delete"}');
-- fails: a new column has no value in any row; it is not there to be queried
SELECT left(report, 5), report LIKE '%THE QUERY%' FROM try('{"many_collection": "gaps", "many_field": "new", "one_collection": "countries", "required": true}') report;
-- fails: a compound key of which one column is empty in some rows
SELECT try('{"many_collection": "points", "many_field": "gy, gx", "one_collection": "grid", "required": true}');
-- a table without rows can be required
SELECT (relations.create_relation('{"many_collection": "recipes", "many_field": "country", "one_collection": "countries", "required": false}')).constraint_name;

-- many-to-any: fails: rows still refer to the collection, by either of its two values, that is taken off
CREATE TABLE notes (kind text, item text);
INSERT INTO notes VALUES ('countries', '1'), ('C', '2'), ('C', '2'), ('recipes', '1');
SELECT id FROM relations.create_relation('{"many_collection": "notes", "many_field": "item", "one_collection_field": "kind",
	"discriminators": {"countries": "countries", "C": "countries", "recipes": "recipes"}}') \gset
SELECT run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"one_allowed_collections": "recipes", "discriminators": null}');
SELECT run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"discriminators": {"countries": "countries", "recipes": "recipes"}}');
-- fails: the value would lead to another collection
SELECT run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"discriminators": {"C": "recipes", "countries": "countries", "recipes": "recipes"}}');
SELECT run(format('UPDATE relations.relations SET one_allowed_collections = ''countries'' WHERE id = %s', :id));
-- fails too where row security hides the rows from their owner: a rule does not ask who looks
CREATE ROLE regress_data_owner;
GRANT ALL ON SCHEMA regress_data TO regress_data_owner;
GRANT ALL ON countries, recipes TO regress_data_owner;
ALTER TABLE notes OWNER TO regress_data_owner;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
DO $$ DECLARE f text; BEGIN
	FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'regress_data'::regnamespace AND prosrc LIKE '%notes%' OR proargtypes[0] = 'notes'::regtype LOOP
		EXECUTE format('ALTER FUNCTION %s OWNER TO regress_data_owner', f);
	END LOOP;
END $$;
SET ROLE regress_data_owner;
SELECT left(run(format('SELECT relations.update_relation(%s, $1::jsonb)', :id), '{"one_allowed_collections": "recipes", "discriminators": null}'), 5) IN ('23503', '42501');
RESET ROLE;
-- gone, the collections can be taken off
DELETE FROM notes WHERE kind <> 'recipes';
SELECT one_allowed_collections FROM relations.update_relation(:id, '{"one_allowed_collections": "recipes", "discriminators": null}');

-- fails: who may not read the tables gets PostgreSQL's own error, without the count
CREATE TABLE secret (id integer PRIMARY KEY);
CREATE TABLE mine (secret integer);
INSERT INTO mine VALUES (1), (2);
ALTER TABLE mine OWNER TO regress_data_owner;
GRANT REFERENCES ON secret TO regress_data_owner;
SET ROLE regress_data_owner;
SELECT try('{"many_collection": "mine", "many_field": "secret", "one_collection": "secret"}');
RESET ROLE;
-- fails: neither does row security on the table referred to mislead the count
CREATE TABLE hidden (id integer PRIMARY KEY);
INSERT INTO hidden VALUES (1);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
GRANT REFERENCES, SELECT ON hidden TO regress_data_owner;
SET ROLE regress_data_owner;
SELECT left(try('{"many_collection": "mine", "many_field": "secret", "one_collection": "hidden"}'), 60);
RESET ROLE;

DELETE FROM relations.relations;
DROP SCHEMA regress_data CASCADE;
DROP ROLE regress_data_owner;
