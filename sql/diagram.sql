-- Pictures of the registry, in both formats.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA diagram_test;
SET search_path = diagram_test;
\pset format unaligned
\pset tuples_only on

-- nothing to draw
SELECT relations.diagram();
SELECT relations.diagram('dot');

-- every kind
CREATE TABLE country (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE cities (id integer PRIMARY KEY, name text);
CREATE TABLE recipes (id integer PRIMARY KEY);
CREATE TABLE ingredients (id uuid PRIMARY KEY);
CREATE TABLE pages (id integer PRIMARY KEY);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE paragraphs (id integer PRIMARY KEY);
CREATE TABLE lines (orders integer, n integer, PRIMARY KEY (orders, n));
CREATE TABLE notes (id integer PRIMARY KEY, on_type text, on_id integer NOT NULL);
CREATE TABLE alone (id integer PRIMARY KEY, tags text[], name text);

SELECT FROM relations.many_to_one('cities', 'country_id', 'country', 'cities', required => true, sort_field => 'rank');
SELECT FROM relations.many_to_one('cities', 'twin', 'cities');
SELECT FROM relations.one_to_one('country', 'capital', 'cities', 'capital_of');
SELECT FROM relations.one_to_one('headings', 'page', 'pages', 'title', required => true);
SELECT FROM relations.many_to_many('recipes', 'ingredients', 'ingredients', 'recipes');
SELECT FROM relations.many_to_any('pages', 'sections', ARRAY['headings', 'paragraphs']::regclass[],
	reverse_field => 'on_pages');
SELECT FROM relations.create_relation('{"many_collection": "cities", "many_field": "order,line",
	"one_collection": "lines", "one_field": "cities"}');
-- of one target only, and never null: exactly one
SELECT FROM relations.create_relation('{"many_collection": "notes", "many_field": "on_id",
	"one_collection_field": "on_type", "one_allowed_collections": {"Recipe": "recipes"}}');

SELECT relations.diagram();
SELECT relations.diagram('dot');
SELECT relations.diagram() = relations.diagram('mermaid', NULL);

-- parts: a relation comes with all its tables, a table without relations alone
SELECT relations.diagram(collections => '{country}');
SELECT relations.diagram(collections => '{paragraphs, alone, paragraphs}');
SELECT relations.diagram('dot', '{alone}');
SELECT relations.diagram(collections => '{}');

-- a view can declare no key; what refers to it can
CREATE VIEW towns AS SELECT * FROM cities;
SELECT relations.diagram(collections => '{towns}');
ALTER TABLE alone ADD COLUMN town integer;
SELECT FROM relations.create_relation('{"many_collection": "alone", "many_field": "town",
	"one_collection": "towns", "constraint": false}');
SELECT relations.diagram(collections => '{towns}');

-- the search path decides how tables are named, and so in which order
SET search_path = pg_catalog;
SELECT relations.diagram(collections => '{diagram_test.alone}');
SET search_path = diagram_test;
DELETE FROM relations.relations;

-- names that mean something to Mermaid, Graphviz, HTML or SQL
CREATE TABLE "<b>&amp;</b>" (id integer PRIMARY KEY);
CREATE TABLE "direction TB" (id integer PRIMARY KEY);
CREATE TABLE "say ""hi""; #35; %%{" (id integer PRIMARY KEY);
CREATE TABLE "back\slash\N]" (id integer PRIMARY KEY);
CREATE TABLE "end" (id integer PRIMARY KEY);
CREATE TABLE e1 (id integer PRIMARY KEY);
CREATE TABLE "two
lines" (id integer PRIMARY KEY);
CREATE DOMAIN "my type" AS integer;
CREATE DOMAIN _a_ AS integer;
CREATE TABLE names (id integer PRIMARY KEY, "a,b" integer, "2fa" integer, pk integer, "Uk👍" integer,
	_x_ "my type", "größe µ" _a_, "</td>" integer[], "x""] e9" integer, plain integer, "x
--}" integer);

SELECT FROM relations.create_relations($$[
	{"many_collection": "names", "many_field": "\"a,b\"", "one_collection": "\"<b>&amp;</b>\"", "one_field": "direction"},
	{"many_collection": "names", "many_field": "2fa", "one_collection": "\"direction TB\"", "one_field": "TB"},
	{"many_collection": "names", "many_field": "pk", "one_collection": "\"say \"\"hi\"\"; #35; %%{\"", "one_field": "%%{init}%%"},
	{"many_collection": "names", "many_field": "Uk👍", "one_collection": "\"back\\slash\\N]\"", "one_field": "]>];\\G"},
	{"many_collection": "names", "many_field": "_x_", "one_collection": "\"end\"", "one_field": "_x_"},
	{"many_collection": "names", "many_field": "größe µ", "one_collection": "e1", "one_field": "a°ﬂ°¶b"},
	{"many_collection": "names", "many_field": "\"x\"\"] e9\"", "one_collection": "\"two\nlines\"", "one_field": "style a:#b;"},
	{"many_collection": "names", "many_field": "x\n--}", "one_collection": "names", "one_field": "\t` \u007f"}
]$$);
SELECT relations.diagram();
SELECT relations.diagram('dot');
DELETE FROM relations.relations;

-- a role sees the relations whose tables it may read, if only one column
CREATE TABLE teams (id integer PRIMARY KEY);
CREATE TABLE people (id integer PRIMARY KEY);
CREATE TABLE secrets (id integer PRIMARY KEY);
SELECT FROM relations.many_to_one('people', 'team', 'teams', 'people');
SELECT FROM relations.many_to_one('people', 'secret', 'secrets', 'people');
SELECT FROM relations.many_to_any('teams', 'blocks', '{people, secrets}');
CREATE ROLE regress_diagram;
GRANT USAGE ON SCHEMA diagram_test TO regress_diagram;
SET ROLE regress_diagram;
SELECT relations.diagram();
RESET ROLE;
GRANT SELECT ON teams, teams_blocks TO regress_diagram;
GRANT SELECT (team) ON people TO regress_diagram;
SET ROLE regress_diagram;
SELECT relations.diagram();
-- one who names a table that he may not read is told so
SELECT relations.diagram(collections => '{people, secrets}');
RESET ROLE;

-- bad arguments
SELECT relations.diagram('svg');
SELECT relations.diagram('Mermaid');
SELECT relations.diagram('');
SELECT relations.diagram(NULL);
SELECT relations.diagram(collections => '{people, NULL}');
SELECT relations.diagram(collections => '{people, 4294967295}');
SELECT relations.diagram(collections => '{people_pkey}');

-- what is gone is not drawn: relations whose tables are, or whose targets a
-- restore has yet to bring; columns of tables that remain
INSERT INTO relations.edge (id, many_collection, many_columns, alias, sort_column, deselect_action, on_delete,
	on_update, is_unique, is_enforced, constraint_generated)
	VALUES (1001, 'teams', '{lost}', 'a', 'lost', 'nullify', 'NO ACTION', 'NO ACTION', false, false, false),
		(1002, 4000000001::oid, '{id}', 'b', NULL, 'nullify', 'NO ACTION', 'NO ACTION', false, false, false),
		(1003, 'teams', '{id}', 'c', NULL, 'nullify', 'NO ACTION', 'NO ACTION', false, false, false),
		(1004, 'people', '{id}', 'd', NULL, 'nullify', 'NO ACTION', 'NO ACTION', false, false, false);
INSERT INTO relations.target (edge, position, one_collection, one_columns, field)
	VALUES (1001, 1, 'secrets', '{lost}', 'lost'), (1002, 1, 'teams', '{id}', 'g'),
		(1003, 1, 4000000001::oid, '{id}', 'g');
DELETE FROM relations.relations WHERE id < 1000;
SELECT relations.diagram();
DELETE FROM relations.edge WHERE id > 1000;
DELETE FROM relations.target WHERE edge > 1000;

-- many relations
DO $$
BEGIN
	FOR i IN 1..500 LOOP
		EXECUTE pg_catalog.format('CREATE TABLE many_%s (id integer PRIMARY KEY, p integer)', i);
	END LOOP;
END $$;
INSERT INTO relations.edge (id, many_collection, many_columns, alias, deselect_action, on_delete, on_update,
	is_unique, is_enforced, constraint_generated)
	SELECT 1000 + i, pg_catalog.format('many_%s', i)::regclass, '{p}', 'a', 'nullify', 'NO ACTION', 'NO ACTION',
		false, false, false
	FROM generate_series(1, 500) i;
INSERT INTO relations.target (edge, position, one_collection, one_columns, field)
	SELECT 1000 + i, 1, pg_catalog.format('many_%s', i * 7 % 500 + 1)::regclass, '{id}', 'p'
	FROM generate_series(1, 500) i;
SELECT count(*) FILTER (WHERE l LIKE '%["many\_%'), count(*) FILTER (WHERE l LIKE '%"M2O p / a"')
	FROM pg_catalog.regexp_split_to_table(relations.diagram(), '\n') l;
DELETE FROM relations.edge WHERE id > 1000;
DELETE FROM relations.target WHERE edge > 1000;

SET client_min_messages = warning;
DELETE FROM relations.relations;
DROP SCHEMA diagram_test CASCADE;
DROP ROLE regress_diagram;
