-- Whatever is planted beside us, whatever names are made of, whatever the settings: our functions look
-- nothing up where a user could put something, and do the same as ever.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages TO warning;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA regress_hostile;
CREATE SCHEMA regress_planted;
CREATE TABLE regress_hostile.calls (who text);

-- Everything that anybody could call by mistake, planted in a schema that stands before pg_catalog: each
-- raises an error.  With the exact types, for nothing is nearer than an exact match.
CREATE FUNCTION regress_hostile.plant(name text, arguments text, result text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE FUNCTION regress_planted.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', name, arguments, result,
		format('BEGIN RAISE EXCEPTION ''planted %%(%%) was called'', %L, %L; END', name, arguments));
END $$;
SELECT regress_hostile.plant(f, a, r) FROM (VALUES ('min', 'integer', 'integer'), ('count', '', 'bigint'), ('csv', 'name[]', 'text'), ('describe', 'boolean', 'text'),
	('string_agg', 'text, text', 'text'), ('jsonb_object_agg', 'text, text', 'jsonb'), ('has_any_column_privilege', 'regclass, text', 'boolean'),
	('has_any_column_privilege', 'oid, text', 'boolean'), ('nextval', 'regclass', 'bigint'), ('nextval', 'text', 'bigint'), ('quote_ident', 'text', 'text'), ('text', 'regclass', 'text'),
	('format_type', 'oid, integer', 'text'), ('namein', 'cstring', 'name'), ('unnest', 'name[]', 'name')) v(f, a, r) WHERE f <> 'namein';
SELECT regress_hostile.plant('op_' || n, format('%s, %s', l, r), 'boolean') FROM unnest('{integer,text,name,regclass,oid,bigint,boolean,name[],smallint,bpchar,varchar}'::text[]) WITH ORDINALITY a(l, n), LATERAL (SELECT l AS r) b;
DO $$
DECLARE t text; n bigint; o text;
BEGIN
	FOR t, n IN SELECT * FROM unnest('{integer,text,name,regclass,oid,bigint,boolean,name[],smallint,bpchar,varchar}'::text[]) WITH ORDINALITY LOOP
		FOREACH o IN ARRAY '{=,<>,<,>,<=,>=,||}'::text[] LOOP
			EXECUTE format('CREATE OPERATOR regress_planted.%s (FUNCTION = regress_planted.op_%s, LEFTARG = %s, RIGHTARG = %s)', o, n, t, t);
		END LOOP;
	END LOOP;
END $$;
SELECT regress_hostile.plant('cross', 'integer, bigint', 'boolean'), regress_hostile.plant('cross', 'bigint, integer', 'boolean'), regress_hostile.plant('cross', 'regclass, oid', 'boolean');
CREATE OPERATOR regress_planted.= (FUNCTION = regress_planted.cross, LEFTARG = integer, RIGHTARG = bigint);
CREATE OPERATOR regress_planted.= (FUNCTION = regress_planted.cross, LEFTARG = bigint, RIGHTARG = integer);
CREATE OPERATOR regress_planted.= (FUNCTION = regress_planted.cross, LEFTARG = regclass, RIGHTARG = oid);
-- types that are named like those of pg_catalog, and tables and views like ours
CREATE TYPE regress_planted.text AS ENUM ('planted');
CREATE TYPE regress_planted.int4 AS ENUM ('planted');
CREATE TYPE regress_planted."integer" AS ENUM ('planted');
CREATE TYPE regress_planted.name AS ENUM ('planted');
CREATE TYPE regress_planted.regclass AS ENUM ('planted');
CREATE DOMAIN regress_planted.bigint AS pg_catalog.bool;
CREATE TABLE regress_planted.edge (id integer);
CREATE TABLE regress_planted.target (id integer);
CREATE TABLE regress_planted.relations (id integer);
CREATE TABLE regress_planted.pg_class (id integer);

CREATE TABLE regress_hostile.one (id integer PRIMARY KEY, label text UNIQUE);
CREATE TABLE regress_hostile.two (id bigint PRIMARY KEY);
CREATE TABLE regress_hostile.grid (x integer, y varchar(3), PRIMARY KEY (x, y));
CREATE TABLE regress_hostile.many (id integer PRIMARY KEY, one integer, big bigint, label varchar(9), kind text, item text, gx integer, gy text);
INSERT INTO regress_hostile.one VALUES (1, 'a'), (2, 'b');
INSERT INTO regress_hostile.two VALUES (1), (2);
INSERT INTO regress_hostile.grid VALUES (1, 'a');
INSERT INTO regress_hostile.many VALUES (1, 1, 1, 'a', 'one', '1', 1, 'a'), (2, 2, 2, 'b', 'two', '2', NULL, NULL);

-- All that the extension does, with the planted schema before pg_catalog.  The names of tables are qualified, since
-- they are the caller's own words.
CREATE FUNCTION regress_hostile.everything() RETURNS pg_catalog.text LANGUAGE plpgsql AS $$
DECLARE made integer[]; n pg_catalog.int8;
BEGIN
	SELECT pg_catalog.array_agg(id) INTO made FROM (
		SELECT (relations.create_relation('{"many_collection": "regress_hostile.many", "many_field": "one", "one_collection": "regress_hostile.one", "one_field": "back", "is_unique": true, "required": true, "sort_field": "sort"}')).id
		UNION ALL SELECT (relations.create_relation('{"many_collection": "regress_hostile.many", "many_field": "big", "one_collection": "regress_hostile.one"}')).id
		UNION ALL SELECT (relations.create_relation('{"many_collection": "regress_hostile.many", "many_field": "gx,gy", "one_collection": "regress_hostile.grid", "one_field": "points"}')).id
		UNION ALL SELECT (relations.create_relation('{"many_collection": "regress_hostile.many", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["regress_hostile.one", "regress_hostile.two"], "reverse_field": "rev"}')).id
		UNION ALL SELECT (relations.create_relation('{"many_collection": "regress_hostile.many", "many_field": "new_item", "one_collection_field": "new_kind", "one_allowed_collections": ["regress_hostile.one", "regress_hostile.two"]}')).id
		UNION ALL SELECT id FROM relations.many_to_many('regress_hostile.one', 'twos', 'regress_hostile.two', 'ones', sort_field => 'sort')
		UNION ALL SELECT id FROM relations.many_to_any('regress_hostile.one', 'blocks', '{regress_hostile.one,regress_hostile.two}')
		UNION ALL SELECT id FROM relations.translations('regress_hostile.one', '{label}')) q;
	PERFORM relations.create_relation_sql('{"many_collection": "regress_hostile.many", "many_field": "other", "one_collection": "regress_hostile.one"}');
	BEGIN
		PERFORM relations.create_relation('{"many_collection": "regress_hostile.calls", "many_field": "who", "one_collection": "regress_hostile.nowhere"}');
	EXCEPTION WHEN undefined_table THEN NULL;
	END;
	PERFORM relations.get_relation(made[1]), relations.update_relation(made[1], '{"one_field": "again", "on_delete": "CASCADE", "is_unique": false}');
	UPDATE relations.relations SET reverse_field = 'rev2' WHERE id OPERATOR(pg_catalog.=) made[4];
	PERFORM FROM relations.relations;
	SELECT pg_catalog.count(*) INTO n FROM regress_hostile.many m, regress_hostile.one(m) o, regress_hostile.again(o) b;
	SELECT n OPERATOR(pg_catalog.+) pg_catalog.count(*) INTO n FROM regress_hostile.many m, regress_hostile.big(m) o;
	SELECT n OPERATOR(pg_catalog.+) pg_catalog.count(*) INTO n FROM regress_hostile.many m, regress_hostile.gx_gy(m) o, regress_hostile.points(o) b;
	SELECT n OPERATOR(pg_catalog.+) pg_catalog.count(*) INTO n FROM regress_hostile.many m, regress_hostile.two(m) o, regress_hostile.rev2(o) b;
	PERFORM relations.delete_relation(made[1]), relations.delete_relations(made[2:3]);
	DELETE FROM relations.relations;
	RETURN pg_catalog.format('%s relations, %s rows', pg_catalog.cardinality(made), n);
END $$;
CREATE FUNCTION regress_hostile.undone(path text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$
DECLARE result pg_catalog.text; context pg_catalog.text;
BEGIN
	PERFORM pg_catalog.set_config('search_path', path, true);
	result := regress_hostile.everything();
	RAISE EXCEPTION SQLSTATE 'ZZZZZ';
EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN RETURN result;
	WHEN OTHERS THEN GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
		RETURN pg_catalog.format(E'%s: %s\n%s', sqlstate, sqlerrm, context);
END $$;
-- fails: the trap shuts
BEGIN;
SET LOCAL search_path TO regress_planted, pg_catalog;
SELECT 1 = 1;
ROLLBACK;
SELECT regress_hostile.undone('pg_catalog');
SELECT regress_hostile.undone('regress_planted, pg_catalog');
-- temporary tables come before all schemas, unless pg_temp is named
CREATE TEMP TABLE edge (id integer);
CREATE TEMP TABLE target (id integer);
CREATE TEMP TABLE relations (id integer);
CREATE TEMP TABLE many (id integer);
CREATE TEMP TABLE pg_class (id integer);
CREATE TYPE pg_temp.text AS ENUM ('planted');
SELECT regress_hostile.undone('regress_planted, pg_catalog');
DROP TABLE pg_temp.edge, pg_temp.target, pg_temp.relations, pg_temp.many, pg_temp.pg_class;
DROP TYPE pg_temp.text;
-- fails: data that breaks the rule; the count and the samples too are taken with pg_catalog's operators
INSERT INTO regress_hostile.many VALUES (3, 2, 9, 'zz', 'one', '1', NULL, NULL);
CREATE FUNCTION regress_hostile.refused(object jsonb) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$
DECLARE detail pg_catalog.text;
BEGIN
	PERFORM relations.create_relation(object);
	RETURN 'NO ERROR';
EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN pg_catalog.concat_ws(': ', sqlstate, detail);
END $$;
BEGIN;
SET LOCAL search_path TO regress_planted, pg_catalog;
SELECT regress_hostile.refused('{"many_collection": "regress_hostile.many", "many_field": "big", "one_collection": "regress_hostile.one"}');
SELECT regress_hostile.refused('{"many_collection": "regress_hostile.many", "many_field": "one", "one_collection": "regress_hostile.one", "is_unique": true}');
SELECT regress_hostile.refused('{"many_collection": "regress_hostile.many", "many_field": "gx,gy", "one_collection": "regress_hostile.grid", "required": true}');
COMMIT;
DELETE FROM regress_hostile.many WHERE id = 3;

-- Row functions that were made by others read the same under any path.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SELECT id FROM relations.create_relations('[{"many_collection": "regress_hostile.many", "many_field": "big", "one_collection": "regress_hostile.one", "one_field": "back"},
	{"many_collection": "regress_hostile.many", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["regress_hostile.one", "regress_hostile.two"], "reverse_field": "rev"}]') ORDER BY id;
BEGIN;
SET LOCAL search_path TO regress_planted, pg_catalog;
SELECT m.id, o.id, b.id FROM regress_hostile.many m, regress_hostile.big(m) o, regress_hostile.back(o) b ORDER BY m.id USING OPERATOR(pg_catalog.<);
SELECT m.id, (regress_hostile.item_one(m)).id, (regress_hostile.two(m)).id FROM regress_hostile.many m ORDER BY m.id USING OPERATOR(pg_catalog.<);
SELECT id, many_collection, one_allowed_collections FROM relations.relations;
COMMIT;
DELETE FROM relations.relations;

-- Names.  Each of them is a schema, both tables, the columns, the key, the alias, the discriminator and the
-- constraint at once; then the same relation is renamed, listed, read through and taken back.
CREATE FUNCTION regress_hostile.with_name(evil pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$
DECLARE one pg_catalog.text := pg_catalog.format('%I.%I', evil, evil); many pg_catalog.text := pg_catalog.format('%I.%I', evil, evil || 'm'); r relations.relations; a relations.relations; report pg_catalog.text; n integer;
BEGIN
	EXECUTE pg_catalog.format('CREATE SCHEMA %I', evil);
	EXECUTE pg_catalog.format('CREATE TABLE %s (%I text PRIMARY KEY)', one, evil);
	EXECUTE pg_catalog.format('CREATE TABLE %s (%I text, k text, i text)', many, evil);
	EXECUTE pg_catalog.format('INSERT INTO %s VALUES ($1); ', one) USING evil;
	EXECUTE pg_catalog.format('INSERT INTO %s VALUES ($1, $1, $1)', many) USING evil;
	r := relations.create_relation(pg_catalog.jsonb_build_object('many_collection', many, 'many_field', pg_catalog.quote_ident(evil), 'one_collection', one, 'one_field', evil || 'a', 'constraint_name', evil || 'c', 'sort_field', evil || 's', 'is_unique', true, 'required', true));
	a := relations.create_relation(pg_catalog.jsonb_build_object('many_collection', many, 'many_field', 'i', 'one_collection_field', 'k', 'one_allowed_collections', pg_catalog.jsonb_build_object(evil, one), 'reverse_field', evil || 'r'));
	report := pg_catalog.concat_ws(' ', r.many_collection = many::regclass::text, r.many_field, r.one_field = evil || 'a', r.constraint_name = evil || 'c', r.sort_field = evil || 's', r.is_unique, a.discriminators = pg_catalog.jsonb_build_object(evil, a.one_allowed_collections), a.reverse_field = evil || 'r');
	-- what is printed can be given back
	PERFORM relations.update_relation(r.id, pg_catalog.to_jsonb(r)), relations.update_relation(a.id, pg_catalog.to_jsonb(a));
	EXECUTE pg_catalog.format('SELECT count(*) FROM %s m, %I.%I(m) o, %I.%I(o) b', many, evil, evil, evil, evil || 'a') INTO n;
	report := report || ' ' || n;
	EXECUTE pg_catalog.format('SELECT count(*) FROM %s o, %I.%I(o) b', one, evil, evil || 'r') INTO n;
	report := report || ' ' || n;
	PERFORM relations.update_relation(r.id, pg_catalog.jsonb_build_object('one_field', evil || 'b', 'constraint_name', evil || 'd', 'on_delete', 'CASCADE'));
	DELETE FROM relations.relations;
	-- rows that break the rule are shown as they are
	EXECUTE pg_catalog.format('DELETE FROM %s', one);
	report := report || ' ' || pg_catalog.right(regress_hostile.refused(pg_catalog.jsonb_build_object('many_collection', many, 'many_field', pg_catalog.quote_ident(evil), 'one_collection', one)), 1 + pg_catalog.length(evil));
	EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', evil);
	RETURN report;
END $$;
CREATE TABLE regress_hostile.evil (n serial, name text);
INSERT INTO regress_hostile.evil (name) VALUES ('x"y'), ('x''y'), (E'x\\y'), ('x$$y'), ('x$body$y'), ('x;y'), (E'x\ny'), (E'x\r\ty'), ('$1'), ('%s%n%I%1$s'), ('x,y'), (' x '), ('"'), (''''), (E'\\'),
	('''); DROP TABLE regress_hostile.many; --'), ('/*'), ('--'), ('SELECT'), ('x.y'), ('ümläut€𝄞'), ('''x''"y"\1$2'), (E'\\'''), ('t'), ('$1.t'), ('NULL'), ('a:b'), (':name'), ('E''x'), ('U&"x"');
SELECT n, regress_hostile.with_name(name) FROM regress_hostile.evil ORDER BY n;
SET standard_conforming_strings TO off;
SET escape_string_warning TO off;
SET check_function_bodies TO off;
SET quote_all_identifiers TO on;
SELECT count(*) FILTER (WHERE done LIKE 't % t t t t t t 1 1 %'), count(*) FROM (SELECT regress_hostile.with_name(name) AS done FROM regress_hostile.evil) q;
RESET quote_all_identifiers; RESET check_function_bodies; RESET escape_string_warning; RESET standard_conforming_strings;

-- What a transaction may be.  A read-only one.  fails: 25006, whatever would be written
CREATE FUNCTION regress_hostile.state() RETURNS text LANGUAGE sql SET search_path TO pg_catalog AS $$
	SELECT concat_ws(' ', (SELECT count(*) FROM relations.edge), (SELECT count(*) FROM relations.target),
		(SELECT count(*) FROM pg_constraint WHERE connamespace = 'regress_hostile'::regnamespace AND contype <> 'n'), (SELECT count(*) FROM pg_proc WHERE pronamespace = 'regress_hostile'::regnamespace),
		(SELECT count(*) FROM pg_index WHERE indrelid = 'regress_hostile.many'::regclass)) $$;
SELECT regress_hostile.state() AS before \gset
BEGIN READ ONLY;
SELECT regress_hostile.refused('{"many_collection": "regress_hostile.many", "many_field": "one", "one_collection": "regress_hostile.one"}');
SELECT count(*) > 0 FROM relations.create_relation_sql('{"many_collection": "regress_hostile.many", "many_field": "one", "one_collection": "regress_hostile.one"}');
SELECT count(*) FROM relations.relations;
COMMIT;
-- Savepoints.  What is rolled back is gone, what comes after stays; the registry is not left locked or remembered.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT (relations.many_to_one('regress_hostile.many', 'one', 'regress_hostile.one', 'first')).one_field;
SAVEPOINT a;
SELECT (relations.many_to_one('regress_hostile.many', 'big', 'regress_hostile.two', 'second')).one_field;
SELECT (relations.update_relation(id, '{"one_field": "renamed", "on_delete": "CASCADE"}')).one_field FROM relations.relations WHERE one_field = 'first';
ROLLBACK TO a;
SELECT (relations.many_to_one('regress_hostile.many', 'big', 'regress_hostile.two', 'second')).one_field;
SAVEPOINT b;
DELETE FROM relations.relations;
SELECT count(*) FROM relations.relations;
ROLLBACK TO b;
SELECT one_field, on_delete FROM relations.relations ORDER BY id;
SELECT (relations.update_relation(id, '{"one_field": "third"}')).one_field FROM relations.relations WHERE one_field = 'second';
COMMIT;
SELECT one_field, on_delete FROM relations.relations ORDER BY id;
DELETE FROM relations.relations;
SELECT regress_hostile.state() = :'before';
-- In a DO block, whose exception handler undoes one of two
DO $$ BEGIN
	PERFORM relations.many_to_one('regress_hostile.many', 'one', 'regress_hostile.one', 'first');
	BEGIN
		PERFORM relations.many_to_one('regress_hostile.many', 'big', 'regress_hostile.two', 'second');
		PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN NULL;
	END;
	PERFORM relations.many_to_many('regress_hostile.one', 'twos', 'regress_hostile.two');
END $$;
SELECT many_collection, many_field, one_field FROM relations.relations ORDER BY id;
DELETE FROM relations.relations;
DROP TABLE regress_hostile.one_two;
SELECT regress_hostile.state() = :'before';
-- Several in one transaction, in every isolation level by default
SET default_transaction_isolation TO 'repeatable read';
BEGIN;
SELECT id IS NOT NULL FROM relations.many_to_one('regress_hostile.many', 'one', 'regress_hostile.one', 'first');
SELECT id IS NOT NULL FROM relations.many_to_one('regress_hostile.many', 'big', 'regress_hostile.two', 'second');
DELETE FROM relations.relations WHERE one_field = 'first';
COMMIT;
SELECT one_field FROM relations.relations;
DELETE FROM relations.relations;
RESET default_transaction_isolation;
SELECT regress_hostile.state() = :'before';

-- A user's event trigger that fails: nothing is half done, whichever of the statements it stops.
CREATE FUNCTION regress_hostile.stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$;
CREATE FUNCTION regress_hostile.stopped(event text, tag text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text; before text := regress_hostile.state();
BEGIN
	EXECUTE format('CREATE EVENT TRIGGER regress_hostile_stop ON %s WHEN TAG IN (%L) EXECUTE FUNCTION regress_hostile.stop()', event, tag);
	result := regress_hostile.refused('{"many_collection": "regress_hostile.many", "many_field": "one", "one_collection": "regress_hostile.one", "one_field": "first"}');
	EXECUTE 'DROP EVENT TRIGGER regress_hostile_stop';
	RETURN concat_ws(' ', event, tag, result, regress_hostile.state() = before);
END $$;
SELECT regress_hostile.stopped(event, tag) FROM unnest('{ddl_command_start,ddl_command_end}'::text[]) event, unnest('{ALTER TABLE,CREATE INDEX,CREATE FUNCTION}'::text[]) tag ORDER BY 1;

DELETE FROM relations.relations;
DROP SCHEMA regress_hostile, regress_planted CASCADE;
