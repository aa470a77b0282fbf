-- What is dropped takes along what belongs to it, and is refused where rows need it.
\getenv abs_srcdir PG_ABS_SRCDIR
\set health :abs_srcdir '/test/sync/health.sql'
\set ECHO none
SET client_min_messages = warning;
\i :health
\set ECHO all
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_drop;
SET search_path = regress_drop;
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
-- what is left of relations on tables that are not there any more, or are
CREATE FUNCTION left_over() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT tgrelid::regclass || ': ' || tgname FROM pg_trigger t
	WHERE tgfoid::regproc::text ~ '^relations\.enforce' AND NOT EXISTS (SELECT FROM relations.edge WHERE tgargs = id::text::bytea || '\x00')
	UNION ALL
	SELECT oid::regprocedure::text FROM pg_proc p
	WHERE pronamespace = 'regress_drop'::regnamespace AND proname NOT IN ('left_over', 'make')
		AND NOT EXISTS (SELECT FROM relations.edge e JOIN relations.target t ON e.id = edge WHERE proname IN (alias, field))
	ORDER BY 1 $$;
CREATE PROCEDURE make() LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM relations.relations;
	DROP TABLE IF EXISTS person, cities, country, pages_sections, pages, headings, blocks, halves, pair CASCADE;
	CREATE TABLE country (id integer PRIMARY KEY, name text);
	CREATE TABLE cities (id integer PRIMARY KEY, name text, country integer REFERENCES country, place integer);
	CREATE TABLE person (id integer PRIMARY KEY, city integer UNIQUE REFERENCES cities);
	CREATE TABLE pair (x integer, y integer, PRIMARY KEY (x, y));
	CREATE TABLE halves (n integer PRIMARY KEY, x integer, y integer, FOREIGN KEY (x, y) REFERENCES pair);
	CREATE TABLE pages (id integer PRIMARY KEY);
	CREATE TABLE headings (id integer PRIMARY KEY);
	CREATE TABLE blocks (id integer PRIMARY KEY);
	INSERT INTO country VALUES (1, 'Italy');
	INSERT INTO cities VALUES (1, 'Rome', 1);
	INSERT INTO person VALUES (1, 1);
	INSERT INTO pair VALUES (1, 1);
	INSERT INTO halves VALUES (1, 1, 1);
	INSERT INTO pages VALUES (1);
	INSERT INTO headings VALUES (1);
	ALTER SEQUENCE relations.edge_id_seq RESTART;
	PERFORM relations.adopt('{regress_drop}');
	PERFORM relations.update_relation(id, '{"sort_field": "place"}') FROM relations.relations WHERE many_collection = 'cities';
	PERFORM relations.many_to_any('pages', 'sections', '{headings, blocks}', reverse_field => 'used_in', on_delete => 'NO ACTION');
	INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'headings', 1);
END $$;
CALL make();
SELECT * FROM health.state();

-- a table that refers: no CASCADE is needed, as without the extension
DROP TABLE person;
DROP TABLE halves, pages_sections;
SELECT * FROM health.state();
SELECT * FROM left_over();
CALL make();
-- fails, as it would without the extension: a foreign key needs it
DROP TABLE cities;
DROP TABLE cities CASCADE;
DROP TABLE country;
SELECT * FROM health.state();
SELECT * FROM left_over();
SELECT conname FROM pg_constraint WHERE conrelid = 'person'::regclass AND contype <> 'n' ORDER BY 1;

-- a collection that a many-to-any relation leads to: refused while rows refer
CALL make();
DROP TABLE blocks;
SELECT * FROM health.state() WHERE state ~ '^5|check';
\set VERBOSITY default
-- fails
DROP TABLE headings;
\set VERBOSITY terse
BEGIN;
DELETE FROM pages_sections;
DROP TABLE headings;
SELECT count(*) FROM relations.relations WHERE many_collection = 'pages_sections';
ROLLBACK;
BEGIN;
DROP TABLE headings CASCADE;
SELECT * FROM health.state() WHERE state ~ '^5|check';
SELECT * FROM left_over();
ROLLBACK;
CALL make();
-- the rows stay, are not right any more, and that is told; others come in no more
DROP TABLE headings CASCADE;
SELECT count(*) FROM pages_sections;
SELECT relation_id, problem FROM relations.check() WHERE relation_id = 5 ORDER BY problem;
INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'headings', 1);
INSERT INTO blocks VALUES (7);
INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'blocks', 7);
-- fails
DELETE FROM blocks;

-- columns
CALL make();
ALTER TABLE cities DROP place;
SELECT sort_field FROM relations.relations WHERE many_collection = 'cities';
ALTER TABLE person DROP city;
ALTER TABLE halves DROP x;
-- fails, as it would without the extension
ALTER TABLE country DROP id;
ALTER TABLE country DROP id CASCADE;
SELECT * FROM health.state();
SELECT * FROM left_over();
-- fails: rows refer to the key
ALTER TABLE headings DROP id;
ALTER TABLE blocks DROP id;
SELECT * FROM health.state();
-- the junction's other half; then the item, and with it the relation
ALTER TABLE pages_sections DROP pages_id;
SELECT * FROM health.state();
ALTER TABLE pages_sections DROP item;
SELECT * FROM health.state();
SELECT * FROM left_over();
CALL make();
ALTER TABLE pages_sections DROP collection;
SELECT * FROM health.state();
SELECT * FROM left_over();

-- by way of others: a type, a schema, an owner's things
CALL make();
CREATE DOMAIN number AS integer;
ALTER TABLE person ADD boss number;
SELECT count(*) FROM relations.many_to_one('person', 'boss', 'person', 'staff');
DROP DOMAIN number CASCADE;
SELECT * FROM health.state() WHERE state ~ 'person';
CREATE SCHEMA regress_drop_2;
ALTER TABLE headings SET SCHEMA regress_drop_2;
-- fails
DROP SCHEMA regress_drop_2;
ALTER TABLE person SET SCHEMA regress_drop_2;
ALTER TABLE pages_sections SET SCHEMA regress_drop_2;
DROP SCHEMA regress_drop_2 CASCADE;
SELECT * FROM health.state();
SELECT * FROM left_over();
CALL make();
CREATE ROLE regress_drop_role;
GRANT ALL ON SCHEMA regress_drop TO regress_drop_role;
ALTER TABLE headings OWNER TO regress_drop_role;
ALTER TABLE person OWNER TO regress_drop_role;
SET client_min_messages = error;
-- fails: rows refer
DROP OWNED BY regress_drop_role;
DROP OWNED BY regress_drop_role CASCADE;
SET client_min_messages = warning;
SELECT * FROM health.state();
SELECT * FROM left_over();
DROP ROLE regress_drop_role;

-- constraints: the relation is metadata only, and in force again with another
CALL make();
ALTER TABLE cities DROP CONSTRAINT cities_country_fkey;
SELECT * FROM health.state() WHERE state ~ 'country';
INSERT INTO cities VALUES (2, 'Nowhere', 99);
DELETE FROM cities WHERE id = 2;
ALTER TABLE cities ADD CONSTRAINT again FOREIGN KEY (country) REFERENCES country ON DELETE SET NULL;
SELECT on_delete, constraint_name FROM relations.relations WHERE many_collection = 'cities';
SELECT * FROM health.state() WHERE state ~ 'country';
-- a foreign key beside it takes its place
ALTER TABLE cities ADD CONSTRAINT beside FOREIGN KEY (country) REFERENCES country;
ALTER TABLE cities DROP CONSTRAINT again;
SELECT on_delete, constraint_name FROM relations.relations WHERE many_collection = 'cities';
-- a primary key, and with it the foreign keys that need it; of a many-to-any relation it may go and come
ALTER TABLE country DROP CONSTRAINT country_pkey CASCADE;
SELECT constraint_name FROM relations.relations WHERE many_collection = 'cities';
ALTER TABLE country ADD PRIMARY KEY (id);
ALTER TABLE cities ADD FOREIGN KEY (country) REFERENCES country;
ALTER TABLE headings DROP CONSTRAINT headings_pkey;
SELECT * FROM health.state();
ALTER TABLE headings ADD PRIMARY KEY (id);
SELECT * FROM health.state();
-- what leads to many is not read as one
SELECT is_unique FROM relations.relations WHERE many_collection = 'person';
ALTER TABLE person DROP CONSTRAINT person_city_key;
SELECT is_unique FROM relations.relations WHERE many_collection = 'person';
INSERT INTO person VALUES (2, 1);
SELECT relations.read_items('cities', '{"fields": ["person.id"]}');
SELECT count(*) FROM cities c, person(c);
-- an index and a NOT NULL that were made for a relation are not taken back when somebody else has
CREATE TABLE houses (id integer PRIMARY KEY);
SELECT id FROM relations.create_relation('{"many_collection": "houses", "many_field": "city", "one_collection": "cities", "required": true}') \gset
DROP INDEX houses_city_idx;
CREATE INDEX houses_city_idx ON houses (city, id);
ALTER TABLE houses ALTER city DROP NOT NULL;
ALTER TABLE houses ALTER city SET NOT NULL;
SELECT relations.delete_relation(:id);
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'houses'::regclass ORDER BY 1;
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'houses'::regclass AND attname = 'city';

-- all of it undone
CALL make();
BEGIN;
SAVEPOINT s;
DROP TABLE person, cities, country, pages_sections CASCADE;
SELECT count(*) FROM relations.relations;
ROLLBACK TO s;
SELECT count(*) FROM relations.relations;
DROP TABLE person;
ROLLBACK;
SELECT * FROM health.state();

DELETE FROM relations.relations;
DROP SCHEMA regress_drop, health CASCADE;
