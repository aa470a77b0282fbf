-- world.sql: a database with relations of every type, whose tables have been
-- through what tables go through: dropped columns, several schemas and owners,
-- compound keys, partitions, names that need quotes.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT 'CREATE ROLE keeper' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'keeper') \gexec
\if :{?version}
CREATE EXTENSION relations VERSION :'version';
\else
CREATE EXTENSION relations;
\endif
CREATE SCHEMA aaa;
CREATE SCHEMA "Shop, ""new""";
CREATE SCHEMA zoo AUTHORIZATION keeper;

-- many-to-one, with what is generated: column, foreign key, index, aliases;
-- attribute numbers have holes, which a restore closes
CREATE TABLE country (gone int, id int PRIMARY KEY, gone_too text, name text);
ALTER TABLE country DROP gone, DROP gone_too;
CREATE TABLE city (gone int, id int PRIMARY KEY, name text);
ALTER TABLE city DROP gone;
INSERT INTO country VALUES (1, 'Norway'), (2, 'Chad');
SELECT FROM relations.many_to_one('city', 'country', 'country', 'cities', on_delete => 'SET NULL', sort_field => 'place');
ALTER TABLE city ADD later int, ADD latest int;
ALTER TABLE city DROP later;
INSERT INTO city (id, name, country, place, latest) VALUES (1, 'Oslo', 1, 2, 7), (2, 'Bergen', 1, 1, 8), (3, 'Moundou', 2, 1, 9);

-- one-to-one, required: unique constraint and NOT NULL are generated
CREATE TABLE capital (id int PRIMARY KEY);
SELECT FROM relations.one_to_one('capital', 'country', 'country', 'capital', on_delete => 'CASCADE', required => true);
INSERT INTO capital VALUES (1, 1);

-- many-to-many with its junction, also within one table, and translations
CREATE TABLE aaa.recipe (id int PRIMARY KEY, title text);
CREATE TABLE zoo.ingredient (id bigint PRIMARY KEY, name text);
SELECT FROM relations.many_to_many('aaa.recipe', 'ingredients', 'zoo.ingredient', 'recipes', sort_field => 'sort');
SELECT FROM relations.many_to_many('aaa.recipe', 'like_this', 'aaa.recipe', 'liked_by');
CREATE TABLE language (code text PRIMARY KEY);
SELECT FROM relations.translations('aaa.recipe', '{title}', 'language');
INSERT INTO aaa.recipe VALUES (1, 'Bread'), (2, 'Soup');
INSERT INTO zoo.ingredient VALUES (10, 'Flour'), (11, 'Salt');
INSERT INTO aaa.recipe_ingredient (recipe_id, ingredient_id, sort) VALUES (1, 10, 2), (1, 11, 1), (2, 11, 1);
INSERT INTO language VALUES ('fr');
INSERT INTO aaa.recipe_translations (recipe_id, language_code, title) VALUES (1, 'fr', 'Le pain');

-- many-to-any with its junction, whose name sorts before its targets'
CREATE TABLE page (id int PRIMARY KEY, title text);
CREATE TABLE heading (id int PRIMARY KEY, title text);
CREATE TABLE zoo.text_block (gone int, id int PRIMARY KEY, body text);
ALTER TABLE zoo.text_block DROP gone;
SELECT FROM relations.many_to_any('page', 'content', '{heading, zoo.text_block}', junction => 'a_section', reverse_field => 'used_in');
INSERT INTO page VALUES (1, 'Home');
INSERT INTO heading VALUES (1, 'Welcome'), (2, 'Bye');
INSERT INTO zoo.text_block VALUES (1, 'Good day.');
INSERT INTO a_section (page_id, collection, item, sort) VALUES (1, 'text_block', 1, 2), (1, 'heading', 1, 1);

-- over columns that were there, an item that is text, values of other names, one
-- table twice, in a schema whose data are dumped after the registry's
CREATE TABLE zoo.day (day date PRIMARY KEY);
CREATE TABLE zoo.token (token uuid PRIMARY KEY);
CREATE TABLE zoo.comment (id int PRIMARY KEY, gone int, commentable_type text, commentable_id text, body text);
ALTER TABLE zoo.comment DROP gone;
SELECT FROM relations.create_relation('{"many_collection": "zoo.comment", "many_field": "commentable_id",
	"one_collection_field": "commentable_type", "reverse_field": "comments", "on_delete": "CASCADE", "on_update": "CASCADE",
	"one_allowed_collections": {"Page": "page", "App\\Old''Page": "page", "Day": "zoo.day", "Token": "zoo.token"}}');
INSERT INTO zoo.day VALUES ('2001-02-03');
INSERT INTO zoo.token VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
INSERT INTO zoo.comment VALUES (1, 'Page', '1', 'a'), (2, 'App\Old''Page', '01', 'b'), (3, 'Day', '2001-02-03', 'c'),
	(4, 'Token', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'd'), (5, NULL, NULL, 'e');

-- compound keys, quoted names; foreign key and many-to-any
CREATE TABLE "Shop, ""new"""."Order" ("The tenant" int, id int, PRIMARY KEY ("The tenant", id));
CREATE TABLE "Shop, ""new"""."Return" ("The tenant" int, id int, PRIMARY KEY (id, "The tenant"));
CREATE TABLE "Shop, ""new"""."Item" (id int PRIMARY KEY, "The tenant" int, "of ""order""" int);
CREATE TABLE "Shop, ""new"""."Note" (id int PRIMARY KEY, tenant int, about int, kind text);
SELECT FROM relations.create_relation('{"many_collection": "\"Shop, \"\"new\"\"\".\"Item\"", "many_field": "The tenant,\"of \"\"order\"\"\"",
	"one_collection": "\"Shop, \"\"new\"\"\".\"Order\"", "one_field": "The items"}');
SELECT FROM relations.create_relation('{"many_collection": "\"Shop, \"\"new\"\"\".\"Note\"", "many_field": "tenant,about",
	"one_collection_field": "kind", "reverse_field": "notes", "on_delete": "SET NULL",
	"one_allowed_collections": {"o": "\"Shop, \"\"new\"\"\".\"Order\"", "r": "\"Shop, \"\"new\"\"\".\"Return\""}}');
INSERT INTO "Shop, ""new"""."Order" VALUES (1, 1), (1, 2);
INSERT INTO "Shop, ""new"""."Return" VALUES (2, 1);
INSERT INTO "Shop, ""new"""."Item" VALUES (1, 1, 1), (2, 1, 2);
INSERT INTO "Shop, ""new"""."Note" VALUES (1, 1, 2, 'o'), (2, 1, 2, 'r');

-- partitions on both sides
CREATE TABLE event (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE event_low PARTITION OF event FOR VALUES FROM (0) TO (100);
CREATE TABLE event_high (gone int, id int NOT NULL);
ALTER TABLE event_high DROP gone;
ALTER TABLE event ATTACH PARTITION event_high FOR VALUES FROM (100) TO (200);
CREATE TABLE entry (id int, what text, which int) PARTITION BY HASH (id);
CREATE TABLE entry_0 PARTITION OF entry FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE entry_1 (which int, gone int, what text, id int);
ALTER TABLE entry_1 DROP gone;
ALTER TABLE entry ATTACH PARTITION entry_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
SELECT FROM relations.create_relation('{"many_collection": "entry", "many_field": "which", "one_collection_field": "what",
	"one_allowed_collections": "event,heading", "reverse_field": "entries", "on_delete": "CASCADE", "on_update": "CASCADE"}');
INSERT INTO event VALUES (1), (150);
INSERT INTO entry VALUES (1, 'event', 1), (2, 'event', 150), (3, 'heading', 2), (4, 'event', 150);

-- deferrable
CREATE TABLE task (id int PRIMARY KEY, page int);
SELECT FROM relations.create_relation('{"many_collection": "task", "many_field": "page", "one_collection": "page",
	"one_field": "tasks", "deferrable": "initially deferred"}');
INSERT INTO task VALUES (1, 1), (2, NULL);
CREATE TABLE mark (id int PRIMARY KEY, kind text, what int);
SELECT FROM relations.create_relation('{"many_collection": "mark", "many_field": "what", "one_collection_field": "kind",
	"one_allowed_collections": "heading,task", "reverse_field": "marks", "on_delete": "NO ACTION", "deferrable": true}');
INSERT INTO mark VALUES (1, 'task', 1);

-- what no dump of the data alone brings back, not with foreign keys either: a
-- table that refers to itself; rows that were there before a constraint
\if :{?with_circles}
CREATE TABLE node (id int PRIMARY KEY, after int);
SELECT FROM relations.create_relation('{"many_collection": "node", "many_field": "after", "one_collection": "node",
	"one_field": "followers", "deferrable": "initially deferred"}');
INSERT INTO node VALUES (1, 2), (2, 1);
CREATE TABLE old_mark (id int PRIMARY KEY, kind text, what int, task int);
INSERT INTO old_mark VALUES (1, 'task', 99, 99);
SELECT FROM relations.create_relation('{"many_collection": "old_mark", "many_field": "task", "one_collection": "task", "validate": false}');
SELECT FROM relations.create_relation('{"many_collection": "old_mark", "many_field": "what", "one_collection_field": "kind",
	"one_allowed_collections": "heading,task", "on_delete": "RESTRICT", "validate": false}');
\endif

-- what another role owns, and what is adopted
SET ROLE keeper;
CREATE TABLE zoo.cage (id int PRIMARY KEY);
CREATE TABLE zoo.animal (id int PRIMARY KEY, cage int CONSTRAINT lives_in REFERENCES zoo.cage ON DELETE CASCADE, kin_kind text, kin int);
CREATE INDEX ON zoo.animal (cage);
SELECT FROM relations.adopt('{zoo}');
SELECT FROM relations.create_relation('{"many_collection": "zoo.animal", "many_field": "kin", "one_collection_field": "kin_kind",
	"one_allowed_collections": "zoo.animal,zoo.cage", "reverse_field": "kin_of", "constraint_name": "kin_of_kin"}');
INSERT INTO zoo.cage VALUES (1), (2);
INSERT INTO zoo.animal VALUES (1, 1, NULL, NULL), (2, 1, 'animal', 1), (3, 2, 'cage', 2);
RESET ROLE;
GRANT SELECT ON zoo.animal TO PUBLIC;

-- metadata alone, over views; views of users over row functions
CREATE VIEW heading_view AS SELECT * FROM heading;
CREATE TABLE shown (id int PRIMARY KEY, heading int);
SELECT FROM relations.create_relation('{"many_collection": "shown", "many_field": "heading", "one_collection": "heading_view",
	"one_field": "shown_in", "constraint": false}');
INSERT INTO shown VALUES (1, 1), (2, NULL);
CREATE VIEW cities_of AS SELECT c.name AS country, t.name AS city FROM country c, cities(c) t;
CREATE MATERIALIZED VIEW words_of AS SELECT p.title, b.body FROM page p, content(p) s, text_block(s) b;
GRANT EXECUTE ON FUNCTION cities(country) TO keeper;

-- a relation that was taken back, so that ids have a hole and the last is not the sequence's
CREATE TABLE taken_back (id int PRIMARY KEY);
SELECT id FROM relations.many_to_one('taken_back', 'page', 'page') \gset
SELECT relations.delete_relation(:id);
