-- What must not be accepted as a relation object, by every way in: each refusal has an SQLSTATE, says
-- what is wrong and where, and leaves everything as it was.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages TO warning;
CREATE SCHEMA regress_input;
SET search_path TO regress_input;
\pset format unaligned
\pset tuples_only on

-- Everything that a relation may touch, as one hash.
CREATE FUNCTION everything() RETURNS text LANGUAGE sql AS $$
	SELECT md5(concat(
		(SELECT string_agg(concat_ws('|', oid, relname, reltype, relowner, relam, relfilenode, relnatts, relchecks, relhasrules, relacl, relhastriggers), '' ORDER BY oid)
			FROM pg_class WHERE relnamespace IN ('regress_input'::regnamespace, 'relations'::regnamespace)),
		(SELECT string_agg(a::text, '' ORDER BY attrelid, attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
			WHERE relnamespace = 'regress_input'::regnamespace),
		(SELECT string_agg(c::text, '' ORDER BY oid) FROM pg_constraint c),
		(SELECT string_agg(i::text, '' ORDER BY indexrelid) FROM pg_index i),
		(SELECT string_agg(p::text, '' ORDER BY oid) FROM pg_proc p WHERE pronamespace <> 'pg_catalog'::regnamespace),
		(SELECT string_agg(e::text, '' ORDER BY id) FROM relations.edge e),
		(SELECT string_agg(t::text, '' ORDER BY edge, position) FROM relations.target t))) $$;

-- Runs a statement that must fail, and undoes it where it does not.  CONTEXT: only our own line, that says where in the argument.
CREATE FUNCTION run(statement text, VARIADIC arguments text[] DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE before text := everything(); message text; detail text; hint text; context text; report text;
BEGIN
	BEGIN
		EXECUTE statement USING arguments[1], arguments[2];
		RAISE EXCEPTION 'NO ERROR';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT,
			context = PG_EXCEPTION_CONTEXT;
		report := sqlstate || ': ' || message;
		report := report || coalesce(E'\n  DETAIL: ' || nullif(detail, ''), '') || coalesce(E'\n  HINT: ' || nullif(hint, ''), '');
		report := report || coalesce(E'\n  ' || substring(context FROM '(?n)^at .*$'), '');
	END;
	RETURN report || CASE WHEN everything() <> before THEN E'\n  SOMETHING HAS CHANGED' ELSE '' END;
END $$;
CREATE FUNCTION try(object text) RETURNS text LANGUAGE sql AS $$
	SELECT run('SELECT relations.create_relation($1::jsonb)', object) $$;
-- the same for objects that differ from a good one in these keys only
CREATE FUNCTION with_keys(keys text) RETURNS text LANGUAGE sql AS $$
	SELECT try((jsonb '{"many_collection": "cities", "many_field": "country", "one_collection": "countries"}' || keys::jsonb)::text) $$;
-- SQLSTATE and where, for what PostgreSQL words itself
CREATE FUNCTION brief(report text) RETURNS text LANGUAGE sql AS $$
	SELECT left(report, 5) || coalesce(substring(report FROM E'\n  at .*'), '') || coalesce(substring(report FROM E'\n  SOMETHING.*'), '') $$;

CREATE TABLE countries (id integer PRIMARY KEY, name text, free integer);
CREATE TABLE cities (id integer PRIMARY KEY, country integer, "needed" integer NOT NULL, label text, kind text, item text, doc json);
CREATE TABLE pairs (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE keyless (a integer);
CREATE VIEW a_view AS SELECT 1 AS id;
CREATE TYPE composite AS (a integer);
CREATE INDEX an_index ON countries (name);
CREATE SEQUENCE a_sequence;

-- the whole is no object
SELECT try('null');
SELECT try('[]');
SELECT try('[{}]');
SELECT try('"cities"');
SELECT try('1');
SELECT try('true');
SELECT try('{}');
-- fails: there is no such key, however near; a key with a line break is a key
SELECT try('{"many_colection": "cities"}');
SELECT try('{"": 1}');
SELECT try('{"MANY_FIELD": "country"}');
SELECT try('{"many_field ": "country"}');
SELECT brief(try('{"many_field\nx%s": "country"}'));

-- Every key with every wrong type of JSON value.  null is the same as absent.  fails: 22023, at the key.
SELECT key, value, brief(with_keys(format('{"%s": %s}', key, value)))
	FROM unnest(ARRAY['id', 'many_collection', 'many_field', 'one_collection', 'one_field', 'one_collection_field',
			'one_allowed_collections', 'junction_field', 'sort_field', 'one_deselect_action', 'on_delete', 'on_update',
			'is_unique', 'discriminators', 'reverse_field', 'constraint_name', 'validate', 'constraint', 'required',
			'deferrable']) WITH ORDINALITY k(key, n),
		unnest(ARRAY['1', 'true', '"x"', '[]', '[[1]]', '{}', '{"a": {"b": 1}}']) WITH ORDINALITY v(value, m)
	WHERE NOT (key = 'id' AND value = '1')
		AND NOT (value = 'true' AND key IN ('is_unique', 'validate', 'constraint', 'required', 'deferrable'))
		AND NOT (value = '"x"' AND key NOT IN ('id', 'is_unique', 'validate', 'constraint', 'required', 'one_deselect_action',
			'on_delete', 'on_update', 'discriminators', 'deferrable'))
		AND NOT (value IN ('[]', '{}') AND key IN ('one_allowed_collections', 'discriminators'))
	ORDER BY n, m;
-- fails: what is in a list or an object of collections is a name, and the path leads there
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["countries", 1]}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": [["countries"]]}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["countries", "nowhere"]}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": {"C": null}}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": {"C": ["countries"]}}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "discriminators": {"C": "nowhere"}}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "countries,,pairs"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "countries,nowhere"}');

-- ids.  fails: no positive integer of four bytes (a fraction is not rounded)
SELECT value, brief(with_keys(format('{"id": %s}', value)))
	FROM unnest(ARRAY['0', '-1', '1.5', '0.5', '2147483648', '99999999999999999999', '1e400']) WITH ORDINALITY v(value, n) ORDER BY n;

-- empty and malformed texts
SELECT with_keys('{"many_field": ""}');
SELECT with_keys('{"many_field": " , "}');
SELECT with_keys('{"many_field": "country,"}');
SELECT with_keys('{"many_field": "\"country"}');
SELECT with_keys('{"many_field": "\"country\"x"}');
SELECT with_keys('{"many_field": "country, country"}');
SELECT with_keys('{"one_field": ""}');
SELECT with_keys('{"sort_field": ""}');
SELECT with_keys('{"junction_field": ""}');
SELECT with_keys('{"constraint_name": ""}');
SELECT with_keys('{"on_delete": ""}');
SELECT with_keys('{"on_delete": "SET  NULL"}');
SELECT with_keys('{"on_update": "cascade; DROP TABLE cities"}');
SELECT with_keys('{"one_deselect_action": "NULL"}');
SELECT with_keys('{"deferrable": "deferred"}');
SELECT brief(with_keys('{"many_collection": ""}'));
SELECT brief(with_keys('{"one_collection": "a.b.c.d"}'));
SELECT brief(with_keys('{"one_collection": "elsewhere.pg_catalog.pg_class"}'));
SELECT brief(with_keys('{"one_collection": "\"countries"}'));

-- 42P01, 42809, 0A000: tables that are not there or are none
SELECT with_keys('{"many_collection": "nowhere"}');
SELECT with_keys('{"one_collection": "regress_input.nowhere"}');
SELECT brief(with_keys('{"one_collection": "nowhere.countries"}'));
SELECT with_keys('{"one_collection": "an_index"}');
SELECT with_keys('{"one_collection": "a_sequence"}');
SELECT with_keys('{"one_collection": "composite"}');
SELECT with_keys('{"one_collection": "a_view"}');
SELECT with_keys('{"many_collection": "a_view"}');
SELECT with_keys('{"one_collection": "pg_catalog.pg_class"}');
SELECT with_keys('{"one_collection": "relations.edge"}');
SELECT with_keys('{"many_collection": "relations.relations", "many_field": "id"}');
CREATE TEMP TABLE brief_table (id integer PRIMARY KEY);
SELECT with_keys('{"one_collection": "brief_table"}');
-- 42703: columns.  42704: no key.  42830: another number of columns
SELECT with_keys('{"many_field": "nowhere", "constraint": false}');
SELECT with_keys('{"sort_field": "nowhere", "constraint": false}');
SELECT with_keys('{"junction_field": "nowhere"}');
SELECT with_keys('{"many_field": "xmin"}');
SELECT with_keys('{"sort_field": "ctid"}');
SELECT with_keys('{"one_collection": "keyless"}');
SELECT with_keys('{"many_field": "country, id"}');
SELECT with_keys('{"one_collection": "pairs"}');
-- 42804: types
SELECT with_keys('{"many_field": "label"}');
SELECT with_keys('{"many_field": "doc"}');
SELECT left(try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "doc", "one_allowed_collections": {"1": "countries"}}'), 5);

-- contradictions
SELECT try('{"many_collection": "cities"}');
SELECT try('{"many_field": "country"}');
SELECT try('{"many_collection": "cities", "many_field": "country"}');
SELECT with_keys('{"one_allowed_collections": "countries", "one_collection_field": "kind"}');
SELECT with_keys('{"one_collection_field": "kind"}');
SELECT with_keys('{"discriminators": {"c": "countries"}}');
SELECT with_keys('{"reverse_field": "cities"}');
SELECT with_keys('{"constraint": false, "constraint_name": "x"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_allowed_collections": "countries"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": []}');
SELECT try('{"many_collection": "cities", "many_field": "kind", "one_collection_field": "kind", "one_allowed_collections": "countries"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "countries", "one_field": "x"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "countries", "constraint_name": "countries_pkey"}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "countries", "discriminators": {"p": "pairs"}}');
SELECT try('{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["countries", "pairs"]}');
SELECT with_keys('{"many_field": "needed", "on_delete": "SET NULL"}');
SELECT with_keys('{"many_field": "needed", "on_update": "SET NULL"}');
SELECT with_keys('{"many_field": "needed", "one_deselect_action": "nullify"}');
SELECT with_keys('{"required": true, "on_delete": "SET NULL"}');
SELECT with_keys('{"many_field": "needed", "required": false, "on_delete": "SET NULL"}');
SELECT left(with_keys('{"sort_field": "doc"}'), 5);
-- fails: the column that refers can neither sort its own list nor be the junction's other half
SELECT left(with_keys('{"sort_field": "country"}'), 5), left(with_keys('{"junction_field": "country"}'), 5);

-- 22004: a null is no argument
SELECT call, brief(run('SELECT relations.' || call)) FROM unnest(ARRAY['create_relation(NULL)', 'create_relations(NULL)', 'update_relation(NULL, ''{}'')',
	'update_relation(1, NULL)', 'delete_relation(NULL)', 'delete_relations(NULL)', 'delete_relations(''{NULL}'')', 'get_relation(NULL)',
	'create_relation_sql(NULL)', 'many_to_one(NULL, ''a'', ''cities'')', 'many_to_one(''cities'', NULL, ''countries'')', 'one_to_one(''cities'', ''country'', NULL)',
	'many_to_many(''cities'', NULL, ''countries'')', 'many_to_any(''cities'', ''x'', NULL)', 'many_to_any(''cities'', ''x'', ''{NULL}'')',
	'translations(''cities'', NULL)', 'translations(''cities'', ''{NULL}'')']) WITH ORDINALITY c(call, n) ORDER BY n;
SELECT brief(run('SELECT relations.many_to_any(''cities'', ''x'', ''{}'')')), brief(run('SELECT relations.many_to_one(4294967295::oid, ''a'', ''countries'')'));

ALTER SEQUENCE relations.edge_id_seq RESTART;
-- several: the path says which one; none of them stays
SELECT run('SELECT relations.create_relations($1::jsonb)', '{}');
SELECT run('SELECT relations.create_relations($1::jsonb)', '"x"');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[[]]');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[1]');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[{"many_collection": "cities", "many_field": "country", "one_collection": "countries", "one_field": "cities"}, {"many_collection": 1}]');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[{"many_collection": "cities", "many_field": "new", "one_collection": "countries"}, {"many_collection": "cities", "many_field": "new", "one_collection": "countries"}]');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[{"many_collection": "cities", "many_field": "country", "one_collection": "countries", "junction_field": "nowhere"}]');
SELECT run('SELECT relations.create_relations($1::jsonb)', '[{"many_collection": "cities", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": {"C": "nowhere"}}]');

ALTER SEQUENCE relations.edge_id_seq RESTART;
-- 42710: twice.  42704: none.  0A000: another identity
SELECT id FROM relations.create_relation('{"many_collection": "cities", "many_field": "country", "one_collection": "countries", "one_field": "cities"}');
SELECT with_keys('{}');
SELECT with_keys('{"id": 1, "many_field": "needed"}');
SELECT with_keys('{"many_field": "needed", "one_field": "cities"}');
SELECT with_keys('{"many_field": "needed", "one_field": "name"}');
SELECT with_keys('{"many_field": "needed", "one_field": "ctid"}');
CREATE FUNCTION computed(countries) RETURNS text LANGUAGE sql AS $$ SELECT 'a function of a user''s' $$;
SELECT with_keys('{"many_field": "needed", "one_field": "computed"}');
DROP FUNCTION computed(countries);
SELECT with_keys('{"many_field": "needed", "constraint_name": "cities_country_fkey"}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"id": 2}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"id": null}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"many_collection": "countries"}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"many_field": "needed"}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"one_collection": null}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '{"nothing": 1}');
SELECT run('SELECT relations.update_relation(1, $1::jsonb)', '[]');
SELECT run('UPDATE relations.relations SET on_delete = ''maybe'' WHERE id = 1');
SELECT run('UPDATE relations.relations SET many_field = NULL WHERE id = 1');
SELECT run('INSERT INTO relations.relations (many_collection) VALUES (''cities'')');
SELECT call, run('SELECT relations.' || call) FROM unnest(ARRAY['get_relation(99)', 'update_relation(99, ''{}'')', 'delete_relation(99)', 'delete_relations(''{1,99}'')', 'delete_relations(''{1,1}'')']) WITH ORDINALITY c(call, n) ORDER BY n;
SELECT run('SELECT relations.delete_relation(-2147483648)');
-- an id that the sequence has yet to give is not given twice
SELECT (relations.create_relation('{"id": 2, "many_collection": "cities", "many_field": "c2", "one_collection": "countries"}')).id;
SELECT (relations.create_relation('{"many_collection": "cities", "many_field": "c3", "one_collection": "countries"}')).id NOT IN (1, 2);

DELETE FROM relations.relations;
DROP SCHEMA regress_input CASCADE;
