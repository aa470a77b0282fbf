-- Columns that are added or get another type, owners, tables that become
-- unlogged; commands inside of commands; and the event triggers switched off.
\getenv abs_srcdir PG_ABS_SRCDIR
\set health :abs_srcdir '/test/sync/health.sql'
\set ECHO none
SET client_min_messages = warning;
\i :health
\set ECHO all
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_change;
SET search_path = regress_change;
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse

CREATE TABLE country (id integer PRIMARY KEY, name text);
CREATE TABLE cities (id integer PRIMARY KEY, name text, country integer REFERENCES country);
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE refs (n integer PRIMARY KEY, kind text, item integer);
CREATE TABLE texts (n integer PRIMARY KEY, kind text, item text);
INSERT INTO country VALUES (1, 'Italy');
INSERT INTO cities VALUES (1, 'Rome', 1);
INSERT INTO a VALUES (1), (2);
INSERT INTO b VALUES (1);
INSERT INTO refs VALUES (1, 'a', 1), (2, 'b', 1);
INSERT INTO texts VALUES (1, 'a', '1'), (2, 'b', '1');
SELECT count(*) FROM relations.adopt('{regress_change}');
SELECT count(*) FROM relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "a,b", "on_delete": "NO ACTION", "reverse_field": "refs"}');
SELECT count(*) FROM relations.create_relation('{"many_collection": "texts", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "a,b", "on_delete": "CASCADE", "reverse_field": "texts"}');
SELECT * FROM health.state();

-- columns that are added are there at once, in SQL and in JSON
ALTER TABLE cities ADD population integer DEFAULT 5;
ALTER TABLE a ADD note text DEFAULT 'n';
SELECT t.population FROM country c, cities(c) t;
SELECT relations.read_items('country', '{"fields": ["cities.*"]}');
ALTER TABLE cities ALTER population TYPE numeric(10,2), DROP name;
SELECT relations.read_items('country', '{"fields": ["cities.*"]}');

-- types: of a foreign key, which PostgreSQL looks after
ALTER TABLE country ALTER id TYPE bigint;
ALTER TABLE cities ALTER country TYPE bigint;
-- fails, for PostgreSQL
ALTER TABLE country ALTER id TYPE text;
SELECT * FROM health.state();
-- of a key and of an item
ALTER TABLE a ALTER id TYPE bigint;
ALTER TABLE refs ALTER item TYPE bigint;
ALTER TABLE refs ALTER kind TYPE varchar(5);
SELECT * FROM health.state();
-- fails: a uuid is no bigint
ALTER TABLE a ALTER id TYPE uuid USING ('00000000-0000-0000-0000-00000000000' || id)::uuid;
-- fails: rows would lead nowhere
ALTER TABLE refs ALTER item TYPE bigint USING item + 100;
ALTER TABLE b ALTER id TYPE integer USING id + 100;
-- fails: discriminators are no numbers
ALTER TABLE refs ALTER kind TYPE integer USING 1;
-- fails: cut to one letter the discriminators would be others
ALTER TABLE refs ALTER kind TYPE "char" USING 'x';
-- the item becomes text, and is written as the key's own text
ALTER TABLE refs ALTER item TYPE text;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'refs'::regclass AND tgfoid = 'relations.canonical_item'::regproc;
INSERT INTO refs VALUES (3, 'a', '0002');
SELECT item FROM refs WHERE n = 3;
-- fails
INSERT INTO refs VALUES (4, 'a', '0003');
ALTER TABLE refs ALTER item TYPE integer USING item::integer;
INSERT INTO refs VALUES (4, 'a', '0002');
SELECT * FROM health.state();
-- several at once, beside what drops and adds
ALTER TABLE refs ALTER item TYPE bigint, ADD more text, DROP n, ALTER kind TYPE text;
SELECT * FROM health.state();

-- an owner: the row functions are his, so that he may change the relation
CREATE ROLE regress_change_owner;
GRANT ALL ON SCHEMA regress_change TO regress_change_owner;
GRANT REFERENCES, SELECT ON country TO regress_change_owner;
ALTER TABLE cities OWNER TO regress_change_owner;
SELECT DISTINCT proname, proowner::regrole FROM pg_proc WHERE proname IN ('cities', 'country') AND pronamespace = 'regress_change'::regnamespace ORDER BY 1;
-- what he puts in the place of a row function does not come to the next owner
SET ROLE regress_change_owner;
CREATE OR REPLACE FUNCTION country(cities) RETURNS SETOF country LANGUAGE sql SECURITY DEFINER ROWS 1
	AS 'SELECT t.* FROM regress_change.country t WHERE t.id OPERATOR(pg_catalog.=) $1.country';
ALTER FUNCTION country(cities) DEPENDS ON EXTENSION relations;
RESET ROLE;
ALTER TABLE cities OWNER TO CURRENT_USER;
SELECT proname, proowner = 'regress_change_owner'::regrole AS his, prosecdef FROM pg_proc WHERE proname IN ('cities', 'country') AND pronamespace = 'regress_change'::regnamespace ORDER BY 1;
ALTER TABLE cities OWNER TO regress_change_owner;
SET ROLE regress_change_owner;
SELECT one_field FROM relations.update_relation(1, '{"one_field": "towns"}');
-- what he does to his table is followed with no rights on the others', nor on the registry
ALTER TABLE cities RENAME country TO nation;
RESET ROLE;
REVOKE ALL ON country FROM regress_change_owner;
SET ROLE regress_change_owner;
ALTER TABLE cities RENAME nation TO state;
RESET ROLE;
-- nobody else's function in the place of ours is touched
CREATE FUNCTION towns(cities) RETURNS SETOF country LANGUAGE sql AS 'SELECT * FROM regress_change.country LIMIT 0';
ALTER TABLE cities RENAME state TO towns;
SELECT prosrc FROM pg_proc WHERE oid = 'towns(cities)'::regprocedure;
SELECT * FROM health.state() WHERE state ~ 'cities';
ALTER TABLE cities RENAME towns TO country;
DROP FUNCTION towns(cities);

-- fails, as with a foreign key: an unlogged table is empty after a crash
ALTER TABLE a SET UNLOGGED;
ALTER TABLE refs SET UNLOGGED;
ALTER TABLE texts SET UNLOGGED;
ALTER TABLE a SET UNLOGGED;
-- fails
ALTER TABLE texts SET LOGGED;
ALTER TABLE a SET LOGGED;
ALTER TABLE texts SET LOGGED;
ALTER TABLE refs SET LOGGED;

-- TRUNCATE: what PostgreSQL empties along with it; what is referred to is refused, and goes together with what refers
BEGIN;
TRUNCATE country CASCADE;
SELECT (SELECT count(*) FROM country), (SELECT count(*) FROM cities);
ROLLBACK;
-- fails
TRUNCATE a;
-- fails
TRUNCATE a CASCADE;
BEGIN;
TRUNCATE a, refs, texts;
SELECT * FROM health.state();
ROLLBACK;
SELECT * FROM health.state();

-- a user's event trigger, before ours, runs commands in the middle of a rename
CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	IF tg_tag = 'ALTER TABLE' AND current_setting('regress.meddle', true) = 'on' THEN
		PERFORM set_config('regress.meddle', 'off', false);
		CREATE TABLE log (x integer);
		ALTER TABLE refs ADD y integer;
		DROP TABLE log;
		PERFORM set_config('regress.meddle', 'on', false);
	END IF;
END $$;
CREATE EVENT TRIGGER a_first ON ddl_command_end EXECUTE FUNCTION meddle();
SET regress.meddle = 'on';
ALTER TABLE refs RENAME item TO key;
ALTER TABLE refs DROP y;
SET regress.meddle = 'off';
DROP EVENT TRIGGER a_first;
SELECT * FROM health.state();

-- switched off nothing is followed, and nothing stands in the way; what was missed is found and mended
ALTER EVENT TRIGGER relations_follow DISABLE;
ALTER TABLE country RENAME id TO code;
ALTER TABLE b RENAME TO bees;
DROP TABLE texts CASCADE;
ALTER EVENT TRIGGER relations_follow ENABLE;
SELECT relation_id, problem FROM relations.check() WHERE problem <> 'no index serves it' ORDER BY relation_id, problem;
ALTER TABLE country RENAME code TO id;
DO $$
DECLARE
	fix text;
BEGIN
	FOR fix IN SELECT f.fix FROM relations.check() f WHERE f.fix IS NOT NULL LOOP
		EXECUTE fix;
	END LOOP;
END $$;
SELECT * FROM health.state();
-- fails: it is a trigger's alone
SELECT relations.follow_command();

-- without the extension tables, rows, constraints are there; with it again, so are the relations
DROP EXTENSION relations CASCADE;
SELECT tgname FROM pg_trigger WHERE tgrelid IN ('refs'::regclass, 'a'::regclass, 'bees'::regclass) AND NOT tgisinternal;
SELECT proname FROM pg_proc WHERE pronamespace = 'regress_change'::regnamespace AND proname <> 'meddle';
SELECT evtname FROM pg_event_trigger WHERE evtname ~ '^relations';
SELECT count(*) FROM refs;
SELECT conname FROM pg_constraint WHERE conrelid = 'cities'::regclass AND contype <> 'n' ORDER BY 1;
CREATE EXTENSION relations;
SELECT many_field FROM relations.adopt('{regress_change}');
ALTER TABLE cities RENAME country TO nation;
SELECT * FROM health.state();

DELETE FROM relations.relations;
DROP SCHEMA regress_change, health CASCADE;
DROP ROLE regress_change_owner;
