-- The data models of the concept document: many-to-any and translations.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA concept_m2a;
SET search_path = concept_m2a;

-- The page builder: a page has sections, each a heading, a text block or a
-- media asset.  Their keys are integers, so the item is one.
CREATE TABLE pages (id serial PRIMARY KEY, title text);
CREATE TABLE headings (id smallint PRIMARY KEY, title text);
CREATE TABLE text_blocks (id serial PRIMARY KEY, body text);
CREATE TABLE media_assets (id bigint PRIMARY KEY, file text);
INSERT INTO pages (title) VALUES ('home'), ('about'), ('empty');
INSERT INTO headings VALUES (1, 'Welcome'), (2, 'Who we are');
INSERT INTO text_blocks (body) VALUES ('Hello'), ('We are us');
INSERT INTO media_assets VALUES (1, 'sea.jpg'), (5000000000, 'team.jpg');
SELECT * FROM relations.many_to_any('pages', 'sections', '{headings, text_blocks, media_assets}', reverse_field => 'used_in') \gx
-- the junction: parent, collection and item together refer, sort orders
SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity FROM pg_attribute
WHERE attrelid = 'pages_sections'::regclass AND attnum > 0 ORDER BY attnum;
-- (collection, item) is found by an index, and so is the parent
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'pages_sections'::regclass ORDER BY 1;
SELECT oid::regprocedure AS function, prorettype::regtype, proretset, prorows = 1 AS to_one, provolatile, proisstrict
FROM pg_proc WHERE pronamespace = 'concept_m2a'::regnamespace ORDER BY proname, proargtypes[0]::regtype::text;

INSERT INTO pages_sections (pages_id, collection, item, sort) VALUES
	(1, 'text_blocks', 1, 2), (1, 'headings', 1, 1), (1, 'media_assets', 1, 3),
	(2, 'headings', 2, 1), (2, 'media_assets', 5000000000, 2), (2, 'text_blocks', 1, 3);

-- A layout, in manual order: each row is an item of one collection.
SELECT p.title, s.collection, h.title AS heading, b.body, m.file
FROM pages p, sections(p) s
	LEFT JOIN LATERAL headings(s) h ON true
	LEFT JOIN LATERAL text_blocks(s) b ON true
	LEFT JOIN LATERAL media_assets(s) m ON true
ORDER BY p.id, s.sort;
-- one collection's items alone
SELECT p.title, m.file FROM pages p, sections(p) s, media_assets(s) m ORDER BY 1;
-- in the select list
SELECT s.sort, (s.headings).title FROM pages p, sections(p) s WHERE p.id = 1 ORDER BY 1;
SELECT p.title, array_agg(s.collection ORDER BY s.sort) FROM pages p LEFT JOIN LATERAL sections(p) s ON true
GROUP BY p.id ORDER BY p.id;
SELECT p.title, (headings(p.sections)).title AS heading FROM pages p ORDER BY 1;
-- back from the item: every allowed collection has the alias
SELECT m.file, p.title FROM media_assets m, used_in(m) s, pages_id(s) p ORDER BY 1, 2;
SELECT b.body, p.title FROM text_blocks b, used_in(b) s, pages_id(s) p ORDER BY 1, 2;
SELECT h.title, (h.used_in).pages_id FROM headings h ORDER BY 1;
-- chained: what stands beside a heading
SELECT h.title, b.body FROM headings h, used_in(h) s, pages_id(s) p, sections(p) o, text_blocks(o) b ORDER BY 1, 2;
-- with the page go its sections, and no item
DELETE FROM pages WHERE title = 'about';
SELECT (SELECT count(*) FROM pages_sections) AS sections, (SELECT count(*) FROM headings) AS headings;

-- The allow list grows: the discriminator by default is the table's name.
CREATE TABLE quotes (id serial PRIMARY KEY, said text);
INSERT INTO quotes (said) VALUES ('To be');
SELECT one_allowed_collections, discriminators
FROM relations.update_relation(2, '{"one_allowed_collections": "headings,text_blocks,media_assets,quotes"}');
INSERT INTO pages_sections (pages_id, collection, item, sort) VALUES (1, 'quotes', 1, 4), (3, 'quotes', 1, 1);
SELECT p.title, q.said FROM pages p, sections(p) s, quotes(s) q ORDER BY 1;
SELECT q.said, p.title FROM quotes q, used_in(q) s, pages_id(s) p ORDER BY 2;
-- and shrinks: only a collection that nothing refers to can go
SELECT relations.update_relation(2, '{"one_allowed_collections": "headings,text_blocks,media_assets"}');
DELETE FROM pages_sections WHERE collection = 'quotes';
SELECT one_allowed_collections FROM relations.update_relation(2, '{"one_allowed_collections": "headings,text_blocks,media_assets"}');
SELECT to_regprocedure('quotes(pages_sections)'), to_regprocedure('used_in(quotes)');

-- Discriminators of one's own, as Rails stores them; several may mean one
-- table, and a table without junction will do.
CREATE TABLE posts (id serial PRIMARY KEY, title text);
CREATE TABLE photos (id serial PRIMARY KEY, url text);
CREATE TABLE comments (id serial PRIMARY KEY, body text, commentable_type text, commentable_id bigint);
INSERT INTO posts (title) VALUES ('p1'), ('p2');
INSERT INTO photos (url) VALUES ('u1');
INSERT INTO comments (body, commentable_type, commentable_id) VALUES
	('a', 'Post', 1), ('b', 'Article', 2), ('c', 'Photo', 1), ('d', NULL, NULL);
SELECT id, many_field, one_collection, one_collection_field, one_allowed_collections, discriminators, reverse_field, constraint_name
FROM relations.create_relation('{"many_collection": "comments", "many_field": "commentable_id",
	"one_collection_field": "commentable_type", "reverse_field": "comments",
	"one_allowed_collections": {"Post": "posts", "Article": "posts", "Photo": "photos"}}') \gx
SELECT c.body, p.title, f.url FROM comments c
	LEFT JOIN LATERAL posts(c) p ON true LEFT JOIN LATERAL photos(c) f ON true ORDER BY 1;
SELECT p.title, c.body FROM posts p, comments(p) c ORDER BY 1;
SELECT f.url, c.body FROM photos f, comments(f) c ORDER BY 1;

-- Keys of several types meet in a text, which is cast where it is one.
CREATE TABLE videos (id uuid PRIMARY KEY, name text);
CREATE TABLE tags (slug text PRIMARY KEY);
CREATE TABLE boards (id serial PRIMARY KEY);
INSERT INTO boards DEFAULT VALUES;
INSERT INTO videos VALUES ('00000000-0000-0000-0000-00000000000f', 'clip');
INSERT INTO tags VALUES ('sea'), ('1');
SELECT many_field, one_allowed_collections, sort_field, junction_field
FROM relations.many_to_any('boards', 'pins', '{videos, tags, photos}', sort_field => NULL, reverse_field => 'pinned');
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'boards_pins'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO boards_pins (boards_id, collection, item) VALUES
	(1, 'videos', '00000000-0000-0000-0000-00000000000f'), (1, 'tags', 'sea'), (1, 'tags', '1'), (1, 'photos', '1');
SELECT s.collection, v.name, t.slug, f.url FROM boards b, pins(b) s
	LEFT JOIN LATERAL videos(s) v ON true LEFT JOIN LATERAL tags(s) t ON true LEFT JOIN LATERAL photos(s) f ON true
ORDER BY s.id;
SELECT v.name, s.boards_id FROM videos v, pinned(v) s;
SELECT t.slug, s.boards_id FROM tags t, pinned(t) s ORDER BY 1;

-- Tables of one name in two schemas: the discriminators are qualified.
CREATE SCHEMA concept_m2a_old;
CREATE TABLE concept_m2a_old.posts (id serial PRIMARY KEY, title text);
INSERT INTO concept_m2a_old.posts (title) VALUES ('old');
CREATE TABLE shelves (id serial PRIMARY KEY);
INSERT INTO shelves DEFAULT VALUES;
SELECT one_allowed_collections, discriminators
FROM relations.many_to_any('shelves', 'things', '{posts, concept_m2a_old.posts, photos}') WHERE one_collection IS NULL;
INSERT INTO shelves_things (shelves_id, collection, item) VALUES
	(1, 'concept_m2a.posts', 2), (1, 'concept_m2a_old.posts', 1), (1, 'photos', 1);
-- the second of one name has another field
SELECT field, one_collection FROM relations.target WHERE edge = (SELECT max(id) FROM relations.edge) ORDER BY position;
SELECT p.title, o.title FROM shelves h, things(h) s
	LEFT JOIN LATERAL posts(s) p ON true LEFT JOIN LATERAL item_posts(s) o ON true ORDER BY s.id;

-- Translations: a row for each parent and language, with a languages table ...
CREATE TABLE languages (code varchar(5) PRIMARY KEY, name text);
INSERT INTO languages VALUES ('de', 'Deutsch'), ('en', 'English');
CREATE TABLE products (id serial PRIMARY KEY, sku text, title varchar(40), price numeric(8, 2));
INSERT INTO products (sku) VALUES ('X1'), ('X2');
SELECT many_collection, many_field, one_collection, one_field, junction_field, on_delete
FROM relations.translations('products', '{title, description}', 'languages');
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
WHERE attrelid = 'products_translations'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO products_translations (products_id, languages_code, title) VALUES
	(1, 'de', 'Stuhl'), (1, 'en', 'chair'), (2, 'en', 'table');
INSERT INTO products_translations (products_id, languages_code, title) VALUES (1, 'de', 'Sessel');
INSERT INTO products_translations (products_id, languages_code, title) VALUES (1, 'fr', 'chaise');
SELECT p.sku, l.name, t.title FROM products p, translations(p) t, languages_code(t) l ORDER BY 1, 2;
SELECT p.sku, t.title FROM products p LEFT JOIN LATERAL translations(p) t ON t.languages_code = 'de' ORDER BY 1;
SELECT p.sku, (p.translations).title FROM products p ORDER BY 1, 2;
SELECT t.title, p.sku FROM products_translations t, products_id(t) p ORDER BY 1;

-- ... and without.
CREATE TABLE menus (id uuid PRIMARY KEY, label text);
INSERT INTO menus VALUES ('00000000-0000-0000-0000-000000000001');
SELECT many_collection, many_field, one_collection, one_field, junction_field, on_delete
FROM relations.translations('menus', '{label}', field => 'texts');
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
WHERE attrelid = 'menus_texts'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO menus_texts (menus_id, language, label) VALUES
	('00000000-0000-0000-0000-000000000001', 'de', 'Datei'), ('00000000-0000-0000-0000-000000000001', 'en', 'File');
INSERT INTO menus_texts (menus_id, language) VALUES ('00000000-0000-0000-0000-000000000001', 'en');
SELECT t.language, t.label FROM menus m, texts(m) t ORDER BY 1;
DELETE FROM menus;
SELECT count(*) AS texts FROM menus_texts;

-- Taking all back leaves tables and rows, and no row function or trigger.
SELECT count(*) AS relations FROM relations.relations;
DELETE FROM relations.relations;
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'concept_m2a'::regnamespace;
SELECT tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
WHERE relnamespace = 'concept_m2a'::regnamespace;
SELECT (SELECT count(*) FROM pages_sections) AS sections, (SELECT count(*) FROM comments) AS comments;
SET client_min_messages = warning;
-- the actions that write null into an item have a junction where it may be null
CREATE TABLE desks (id integer PRIMARY KEY);
CREATE TABLE pens (id integer PRIMARY KEY);
SELECT many_field, on_delete FROM relations.many_to_any('desks', 'things', '{pens}', on_delete => 'set null');
INSERT INTO desks VALUES (1);
INSERT INTO pens VALUES (1), (2);
INSERT INTO desks_things (desks_id, collection, item) VALUES (1, 'pens', 1), (1, 'pens', 2);
DELETE FROM pens WHERE id = 1;
SELECT collection, item FROM desks_things ORDER BY id;
-- one name stands for all columns of a key
CREATE TABLE drawers (desk integer, number integer, PRIMARY KEY (desk, number));
SELECT many_field, junction_field FROM relations.many_to_any('drawers', 'things', '{pens}', many_field => 'drawer');
SELECT many_field, junction_field FROM relations.many_to_many('drawers', 'near', 'drawers', many_field => 'one', related_many_field => 'other');

DROP SCHEMA concept_m2a, concept_m2a_old CASCADE;
