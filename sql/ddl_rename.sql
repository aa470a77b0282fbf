-- Renames under relations: nothing is refused, and everything goes on.
\getenv abs_srcdir PG_ABS_SRCDIR
\set health :abs_srcdir '/test/sync/health.sql'
\set ECHO none
SET client_min_messages = warning;
\i :health
\set ECHO all
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_rename;
SET search_path = regress_rename;
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse

CREATE TABLE country (id integer PRIMARY KEY, name text);
CREATE TABLE cities (id integer PRIMARY KEY, name text, country integer REFERENCES country);
CREATE TABLE person (id integer PRIMARY KEY, city integer);
CREATE TABLE pair (x integer, y integer, note text, PRIMARY KEY (x, y));
CREATE TABLE halves (n integer PRIMARY KEY, x integer, y integer, FOREIGN KEY (x, y) REFERENCES pair);
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE blocks (id integer PRIMARY KEY, body text);
CREATE TYPE kind AS ENUM ('headings', 'blocks');
CREATE TABLE notes (id integer PRIMARY KEY, kind kind, item text);
INSERT INTO country VALUES (1, 'Italy'), (2, 'Japan');
INSERT INTO cities VALUES (1, 'Rome', 1), (2, 'Milan', 1), (3, 'Kyoto', 2), (4, 'Atlantis', NULL);
INSERT INTO person VALUES (1, 1), (2, NULL);
INSERT INTO pair VALUES (1, 1), (1, 2);
INSERT INTO halves VALUES (1, 1, 2), (2, NULL, 1);
INSERT INTO pages VALUES (1, 'Home');
INSERT INTO headings VALUES (1, 'Welcome');
INSERT INTO blocks VALUES (1, 'Good day');
INSERT INTO notes VALUES (1, 'headings', '1'), (2, 'blocks', '1'), (3, NULL, NULL);
SELECT count(*) FROM relations.adopt('{regress_rename}');
SELECT count(*) FROM relations.one_to_one('person', 'city', 'cities', 'mayor');
SELECT count(*) FROM relations.many_to_any('pages', 'sections', '{headings, blocks}', reverse_field => 'used_in', on_delete => 'NO ACTION');
SELECT count(*) FROM relations.create_relation('{"many_collection": "notes", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "headings,blocks", "reverse_field": "notes", "on_delete": "SET NULL"}');
SELECT count(*) FROM relations.many_to_many('pages', 'related', 'pages', 'related_from', sort_field => 'place');
INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'headings', 1), (1, 'blocks', 1);
INSERT INTO pages_pages (pages_id, related_pages_id) VALUES (1, 1);
CREATE VIEW towns AS SELECT c.name, t.name AS city FROM country c, cities(c) t;
SELECT * FROM health.state();

-- a column: on each side, in both columns of a compound key, the discriminator, the item, the place in a list
ALTER TABLE cities RENAME country TO nation;
ALTER TABLE country RENAME COLUMN id TO "Code";
ALTER TABLE person RENAME city TO "order";
ALTER TABLE pair RENAME x TO a;
ALTER TABLE halves RENAME y TO "of two";
ALTER TABLE pages_sections RENAME collection TO which;
ALTER TABLE pages_sections RENAME item TO key;
ALTER TABLE pages_sections RENAME sort TO place;
ALTER TABLE headings RENAME id TO number;
ALTER TABLE notes RENAME kind TO what;
ALTER TABLE notes RENAME item TO target;
ALTER TABLE pages_pages RENAME pages_id TO this;
ALTER TABLE pages_pages RENAME related_pages_id TO other;
ALTER TABLE pages_pages RENAME place TO rank;
SELECT * FROM health.state();
SELECT * FROM towns ORDER BY 1, 2;
SELECT relations.read_items('cities', '{"fields": ["name", "nation.name"], "filter": {"nation": {"name": "Japan"}}}');

-- a table
ALTER TABLE country RENAME TO states;
ALTER TABLE cities RENAME TO "Towns of the World";
ALTER TABLE pages RENAME TO leaves;
ALTER TABLE pages_sections RENAME TO parts;
ALTER TABLE headings RENAME TO titles;
ALTER TABLE notes RENAME TO remarks;
SELECT * FROM health.state();
SELECT relations.read_items('leaves', '{"fields": ["title", "sections.key:titles.title"]}');
SELECT discriminators FROM relations.relations WHERE discriminators IS NOT NULL ORDER BY id;

-- a schema, and the way of tables from one to another
ALTER SCHEMA regress_rename RENAME TO "regress rename 2";
SET search_path = "regress rename 2";
CREATE SCHEMA regress_rename_3;
ALTER TABLE states SET SCHEMA regress_rename_3;
ALTER TABLE titles SET SCHEMA regress_rename_3;
ALTER TABLE parts SET SCHEMA regress_rename_3;
SELECT * FROM health.state();
SELECT proname, pronamespace::regnamespace FROM pg_proc WHERE pronamespace IN ('regress_rename_3'::regnamespace) ORDER BY 1, 2;
SELECT * FROM towns ORDER BY 1, 2;

-- a constraint, an index, a trigger
ALTER TABLE "Towns of the World" RENAME CONSTRAINT cities_country_fkey TO towns_nation_fkey;
ALTER TABLE person RENAME CONSTRAINT person_city_key TO person_town_key;
ALTER INDEX pages_pages_related_pages_id_idx RENAME TO pages_pages_other_idx;
ALTER TRIGGER pages_sections_collection_item_fkey ON regress_rename_3.parts RENAME TO parts_fkey;
SELECT * FROM health.state();
SELECT constraint_name FROM relations.relations ORDER BY id;
SELECT unique_generated, index_generated FROM relations.edge WHERE unique_generated IS NOT NULL OR index_generated IS NOT NULL ORDER BY id;

-- a function: the alias, or the field, has the new name
ALTER FUNCTION regress_rename_3.cities RENAME TO towns;
ALTER FUNCTION used_in(blocks) RENAME TO stands_in;
SELECT * FROM health.state();
SELECT relations.read_items('regress_rename_3.states', '{"fields": ["name", "towns.name"]}');
-- a value of the discriminator's type
ALTER TYPE kind RENAME VALUE 'headings' TO 'titles';
ALTER TYPE kind RENAME TO sort_of;
SELECT discriminators FROM relations.relations WHERE many_field = 'target';
SELECT * FROM health.state() WHERE state ~ 'remarks';

-- in functions, blocks, subtransactions and transactions that roll back
CREATE FUNCTION rename_it(old text, new text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE person RENAME %I TO %I', old, new);
END $$;
SELECT rename_it('order', 'town');
DO $$
BEGIN
	PERFORM rename_it('town', 'lost');
	RAISE EXCEPTION 'no';
EXCEPTION WHEN raise_exception THEN NULL;
END $$;
BEGIN;
ALTER TABLE person RENAME town TO lost;
SAVEPOINT s;
ALTER TABLE person RENAME lost TO found;
SELECT many_field FROM relations.relations WHERE many_collection = 'person';
ROLLBACK TO s;
SELECT many_field FROM relations.relations WHERE many_collection = 'person';
ROLLBACK;
SELECT * FROM health.state() WHERE state ~ 'person';

-- what another has taken is left to him: the field keeps its name
CREATE FUNCTION taken(person) RETURNS text LANGUAGE sql AS $$ SELECT 'mine'::text $$;
ALTER TABLE person RENAME town TO taken;
SELECT * FROM health.state() WHERE state ~ 'person';
-- swapped names
ALTER TABLE halves RENAME x TO t;
ALTER TABLE halves RENAME "of two" TO x;
ALTER TABLE halves RENAME t TO "of two";
SELECT * FROM health.state() WHERE state ~ 'halves';
-- children that have relations of their own
CREATE TABLE base (id integer PRIMARY KEY, ref integer);
CREATE TABLE derived (PRIMARY KEY (id)) INHERITS (base);
INSERT INTO derived VALUES (1, 1);
SELECT count(*) FROM relations.many_to_one('derived', 'ref', 'blocks', 'derived');
ALTER TABLE base RENAME ref TO "to";
SELECT * FROM health.state() WHERE state ~ 'derived';
-- a table of a type
CREATE TYPE shape AS (id integer, ref integer);
CREATE TABLE shapes OF shape (PRIMARY KEY (id));
INSERT INTO shapes VALUES (1, 1);
SELECT count(*) FROM relations.many_to_one('shapes', 'ref', 'blocks', 'shapes');
ALTER TYPE shape RENAME ATTRIBUTE ref TO "to" CASCADE;
SELECT * FROM health.state() WHERE state ~ 'shapes';
-- nothing is left of what had other names
SELECT count(*) FROM relations.check() WHERE problem <> 'no index serves it';

DROP VIEW towns;
DELETE FROM relations.relations;
SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND relnamespace::regnamespace::text ~ 'regress';
SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text ~ 'regress' AND NOT proname IN ('rename_it', 'taken') ORDER BY 1;
DROP SCHEMA "regress rename 2", regress_rename_3, health CASCADE;
