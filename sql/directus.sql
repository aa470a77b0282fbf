-- The relations of a Directus project.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_directus;
SET search_path = regress_directus;

-- as Directus makes them: foreign keys for some, none for M2A, ON DELETE SET NULL for junctions
CREATE TABLE directus_collections (collection varchar(64) PRIMARY KEY, "group" varchar(64));
CREATE TABLE directus_fields (id serial PRIMARY KEY, collection varchar(64) NOT NULL, field varchar(64) NOT NULL, special varchar(64));
CREATE TABLE directus_relations (id serial PRIMARY KEY, many_collection varchar(64) NOT NULL, many_field varchar(64) NOT NULL,
	one_collection varchar(64), one_field varchar(64), one_collection_field varchar(64), one_allowed_collections text,
	junction_field varchar(64), sort_field varchar(64), one_deselect_action varchar(255) NOT NULL DEFAULT 'nullify');
CREATE TABLE directus_users (id uuid PRIMARY KEY);
CREATE TABLE authors (id serial PRIMARY KEY, name varchar(255));
CREATE TABLE articles (id serial PRIMARY KEY, title varchar(255), "position" integer,
	author integer CONSTRAINT articles_author_foreign REFERENCES authors ON DELETE SET NULL, user_created uuid REFERENCES directus_users,
	editor integer, reviewer integer, cover integer, legacy text);
CREATE TABLE tags (code varchar(255) PRIMARY KEY);
CREATE TABLE articles_tags (id serial PRIMARY KEY, articles_id integer REFERENCES articles ON DELETE SET NULL,
	tags_code varchar(255) REFERENCES tags ON DELETE SET NULL, sort integer);
CREATE TABLE languages (code varchar(255) PRIMARY KEY);
CREATE TABLE articles_translations (id serial PRIMARY KEY, articles_id integer REFERENCES articles, languages_code varchar(255) REFERENCES languages, title text);
CREATE TABLE headings (id serial PRIMARY KEY, text text);
CREATE TABLE images (id uuid PRIMARY KEY);
CREATE TABLE articles_blocks (id serial PRIMARY KEY, articles_id integer REFERENCES articles ON DELETE SET NULL,
	item varchar(255), collection varchar(255), sort integer);
CREATE TABLE loose_blocks (id serial PRIMARY KEY, item varchar(255), collection varchar(255));
CREATE TABLE locked (id serial PRIMARY KEY);
INSERT INTO directus_collections VALUES ('articles', 'content'), ('content', NULL), ('authors', 'content');
INSERT INTO authors VALUES (1, 'Ada');
INSERT INTO articles (id, author, editor, reviewer) VALUES (1, 1, 1, 9);
INSERT INTO headings VALUES (1, 'One');
INSERT INTO images VALUES ('5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001');
INSERT INTO articles_blocks (articles_id, item, collection) VALUES (1, '1', 'headings'), (1, '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001', 'images');
INSERT INTO loose_blocks (item, collection) VALUES ('1', 'headings'), ('2', 'headings');
INSERT INTO directus_relations (many_collection, many_field, one_collection, one_field, one_collection_field, one_allowed_collections, junction_field, sort_field, one_deselect_action) VALUES
	('articles', 'author', 'authors', 'articles', NULL, NULL, NULL, 'position', 'delete'),
	('articles', 'user_created', 'directus_users', NULL, NULL, NULL, NULL, NULL, 'nullify'),
	-- many-to-many, translations, many-to-any
	('articles_tags', 'tags_code', 'tags', 'articles', NULL, NULL, 'articles_id', NULL, 'nullify'),
	('articles_tags', 'articles_id', 'articles', 'tags', NULL, NULL, 'tags_code', 'sort', 'nullify'),
	('articles_translations', 'languages_code', 'languages', NULL, NULL, NULL, 'articles_id', NULL, 'nullify'),
	('articles_translations', 'articles_id', 'articles', 'translations', NULL, NULL, 'languages_code', NULL, 'nullify'),
	('articles_blocks', 'item', NULL, NULL, 'collection', 'headings,images', 'articles_id', NULL, 'nullify'),
	('articles_blocks', 'articles_id', 'articles', 'blocks', NULL, NULL, 'item', 'sort', 'nullify'),
	-- no foreign key yet: rows that are right, rows that are not
	('articles', 'editor', 'authors', 'edited', NULL, NULL, NULL, 'rank', 'nullify'),
	('articles', 'reviewer', 'authors', 'reviewed', NULL, NULL, NULL, NULL, 'nullify'),
	('loose_blocks', 'item', NULL, NULL, 'collection', 'headings,quotes,content', NULL, NULL, 'nullify'),
	-- what cannot be: no table, a folder, no column, a type that does not fit, a name that is taken, nothing to lead to
	('gone', 'author', 'authors', NULL, NULL, NULL, NULL, NULL, 'nullify'),
	('articles', 'cover', 'content', NULL, NULL, NULL, NULL, NULL, 'nullify'),
	('articles', 'no_column', 'authors', NULL, NULL, NULL, NULL, NULL, 'nullify'),
	('articles', 'legacy', 'authors', NULL, NULL, NULL, NULL, NULL, 'nullify'),
	('articles', 'cover', 'authors', 'name', NULL, NULL, NULL, NULL, 'nullify'),
	('articles', 'cover', NULL, NULL, NULL, NULL, NULL, NULL, 'nullify'),
	('loose_blocks', 'id', NULL, NULL, 'collection', 'quotes', NULL, NULL, 'nullify'),
	('articles_tags', 'id', 'locked', NULL, NULL, NULL, 'no_junction', NULL, 'nullify');
INSERT INTO directus_fields (collection, field, special) VALUES ('authors', 'articles', 'o2m'), ('articles', 'tags', 'm2m'),
	('articles', 'blocks', 'm2a'), ('articles', 'gallery', 'files'), ('articles', 'title', NULL), ('articles', 'notice', 'alias,no-data');

SET client_min_messages = notice;
SELECT id, many_collection AS many, many_field AS field, COALESCE(one_collection, one_allowed_collections) AS one, one_field AS alias,
	junction_field AS junction, sort_field AS sort, one_deselect_action AS deselect, on_delete
FROM relations.import_directus('regress_directus');
-- foreign keys that were there are as they were, others are new
SELECT conname, convalidated, confdeltype FROM pg_constraint WHERE conrelid = 'articles'::regclass AND contype = 'f' ORDER BY 1;
SET client_min_messages = warning;
-- twice is once, and what was put right comes in
SELECT count(*) FROM relations.import_directus('regress_directus');
ALTER TABLE articles RENAME legacy TO no_column;
ALTER TABLE articles ALTER no_column TYPE integer USING NULL;
SELECT many_field FROM relations.import_directus('regress_directus');

-- what it was all for
SELECT relations.read_items('articles', '{"fields": ["author.name", "tags.tags_code", "blocks.collection", "blocks.item:headings.text", "translations.title"]}');
SELECT name, relations.resolve(a, 'articles', '{"fields": "id"}') FROM authors a;
\set VERBOSITY terse
INSERT INTO articles_blocks (item, collection) VALUES ('2', 'headings');
INSERT INTO loose_blocks (item, collection) VALUES ('2', 'headings');
INSERT INTO articles_blocks (item, collection) VALUES ('1', 'quotes');
DELETE FROM headings WHERE id = 1;
SELECT collection, item FROM articles_blocks ORDER BY id;

-- an old version has fewer columns; a part of it may not be yours; none of it may be there
ALTER TABLE directus_relations DROP COLUMN sort_field, DROP COLUMN one_deselect_action;
DROP TABLE directus_fields, directus_collections;
SELECT count(*) FROM relations.import_directus('regress_directus');
CREATE ROLE regress_directus;
GRANT USAGE ON SCHEMA regress_directus TO regress_directus;
SELECT relations.delete_relation(id) FROM relations.relations WHERE many_collection = 'articles' AND many_field = 'author';
SET ROLE regress_directus;
SELECT count(*) FROM relations.import_directus('regress_directus');
RESET ROLE;
GRANT SELECT ON ALL TABLES IN SCHEMA regress_directus TO regress_directus;
DELETE FROM directus_relations WHERE many_field <> 'author' OR many_collection <> 'articles';
SET ROLE regress_directus;
SET client_min_messages = notice;
\set VERBOSITY default
SELECT count(*) FROM relations.import_directus('regress_directus');
RESET ROLE;
-- a view may be anybody's code
CREATE SCHEMA regress_directus2;
CREATE VIEW regress_directus2.directus_relations AS SELECT * FROM directus_relations;
SELECT relations.import_directus('regress_directus2');
SELECT relations.import_directus('pg_catalog');
SELECT relations.import_directus('no_such_schema');
SELECT relations.import_directus(NULL);
DROP OWNED BY regress_directus;
DROP ROLE regress_directus;
SET client_min_messages = warning;
DELETE FROM relations.relations;
DROP SCHEMA regress_directus, regress_directus2 CASCADE;
