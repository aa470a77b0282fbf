-- The extension in two minutes of reading; demo.sh runs this on a server of its own.
-- It makes the schemas shop and site and stops at every error that is not intended.
\set ON_ERROR_STOP on
\set QUIET on
\pset pager off
\pset border 1
\pset footer off
\pset null '-'
\timing off
SET client_min_messages = warning;

\echo
\echo '=============================================================================='
\echo '1. AN ORDINARY DATABASE: a shop with foreign keys, made without this extension'
\echo '=============================================================================='

CREATE SCHEMA shop;
SET search_path = shop;

CREATE TABLE country (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE city (id integer PRIMARY KEY, name text NOT NULL, country integer NOT NULL REFERENCES country);
CREATE TABLE customer (id integer PRIMARY KEY, name text NOT NULL, city integer NOT NULL REFERENCES city);
CREATE TABLE product (id integer PRIMARY KEY, name text NOT NULL, price numeric(8,2) NOT NULL);
CREATE TABLE tag (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE product_tag (
	product integer REFERENCES product ON DELETE CASCADE,
	tag integer REFERENCES tag ON DELETE CASCADE,
	PRIMARY KEY (product, tag));
CREATE TABLE orders (
	id integer PRIMARY KEY,
	customer integer NOT NULL REFERENCES customer,
	ship_to integer REFERENCES city,
	bill_to integer REFERENCES city,
	placed date NOT NULL);
CREATE TABLE line (
	id integer PRIMARY KEY,
	"order" integer NOT NULL REFERENCES orders,
	product integer NOT NULL REFERENCES product,
	quantity integer NOT NULL);

INSERT INTO country
	SELECT i, name FROM unnest('{France,Italy,Japan,Kenya,Peru,Norway}'::text[]) WITH ORDINALITY c (name, i);
INSERT INTO city
	SELECT i, name, 1 + (i - 1) / 4 FROM unnest('{Paris,Lyon,Lille,Nice,Rome,Milan,Turin,Bari,Tokyo,Osaka,Kyoto,Kobe,
		Nairobi,Mombasa,Kisumu,Nakuru,Lima,Cusco,Arequipa,Trujillo,Oslo,Bergen,Trondheim,Bodo}'::text[])
		WITH ORDINALITY c (name, i);
INSERT INTO customer
	SELECT i, first[1 + i % 12] || ' ' || last[1 + i / 12 % 11], 1 + i * 7 % 24
	FROM generate_series(1, 1000) i, (VALUES (
		'{Ada,Ben,Chika,Dario,Elin,Femi,Greta,Hugo,Ines,Jonas,Kaori,Luis}'::text[],
		'{Abe,Bruno,Costa,Dahl,Eriksen,Fontana,Garcia,Haas,Ito,Kamau,Laurent}'::text[])) names (first, last);
INSERT INTO product
	SELECT i, kind[1 + i % 10] || ' ' || material[1 + i / 10 % 10], 3 + i * 37 % 150 + 0.95
	FROM generate_series(1, 100) i, (VALUES (
		'{Lamp,Chair,Table,Shelf,Bowl,Vase,Clock,Mirror,Basket,Stool}'::text[],
		'{oak,pine,steel,glass,linen,bamboo,copper,marble,cork,wool}'::text[])) names (kind, material);
INSERT INTO tag
	SELECT i, name FROM unnest('{new,sale,gift,outdoor,handmade}'::text[]) WITH ORDINALITY t (name, i);
INSERT INTO product_tag
	SELECT p, t FROM generate_series(1, 100) p, generate_series(1, 5) t WHERE (p * 3 + t * 5) % 7 < 2;
INSERT INTO orders
	SELECT i, 1 + i * 13 % 1000, 1 + i * i % 23, 1 + (i * i + i) % 23, date '2024-01-01' + i % 366
	FROM generate_series(1, 3000) i;
INSERT INTO line
	SELECT i, 1 + i % 3000, 1 + i * 31 % 100, 1 + i % 4 FROM generate_series(1, 9000) i;
ANALYZE;

SELECT c.relname AS "table", c.reltuples AS rows,
	(SELECT string_agg(f.confrelid::regclass::text, ', ' ORDER BY conkey)
		FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f') AS "refers to"
FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace AND c.relkind = 'r' ORDER BY c.reltuples;

\echo '=============================================================================='
\echo '2. ADOPT IT: two statements, and no constraint, index or row is changed'
\echo '=============================================================================='
\set ECHO queries

CREATE EXTENSION relations;

\echo '-- discover() only proposes. Here: what it takes for a junction, and why.'
SELECT evidence FROM relations.discover() WHERE kind = 'm2m' \g (format=wrapped columns=90)

\echo '-- adopt() registers every foreign key. one_field is the alias that the table referred to gets.'
SELECT many_collection, many_field, one_collection, one_field FROM relations.adopt();

\set ECHO none
\echo '=============================================================================='
\echo '3. QUERY ALIASES: from a row to its rows, in plain SQL'
\echo '=============================================================================='
\set ECHO queries

\echo '-- One-to-many: each country''s cities.'
SELECT c.name AS country, t.name AS city FROM country c, city(c) t WHERE c.name IN ('Peru', 'Kenya') ORDER BY 1, 2;

\echo '-- Many-to-one, chained: an order''s customer, the customer''s city, the city''s country.'
SELECT o.id, u.name AS customer, t.name AS city, c.name AS country
FROM orders o, customer(o) u, city(u) t, country(t) c WHERE o.id <= 3 ORDER BY o.id;

\echo '-- Two foreign keys lead from orders to city, so their aliases name the column.'
SELECT t.name AS city, (SELECT count(*) FROM orders_ship_to(t)) AS shipped,
	(SELECT count(*) FROM orders_bill_to(t)) AS billed
FROM city t ORDER BY t.id LIMIT 3;

\echo '-- Over the junction, by aggregate: the turnover of each tag, four steps away.'
SELECT g.name AS tag, count(DISTINCT o.id) AS orders, sum(l.quantity * p.price) AS turnover
FROM tag g, product(g) j, product(j) p, line(p) l, "order"(l) o
GROUP BY g.id ORDER BY turnover DESC;

\set ECHO none
\echo '=============================================================================='
\echo '4. WHAT IT COSTS: the plan of a path is the plan of the hand-written join'
\echo '=============================================================================='
\set ECHO queries

EXPLAIN (COSTS OFF)
SELECT c.name, sum(l.quantity) FROM country c, city(c) t, customer(t) u, orders(u) o, line(o) l GROUP BY c.id;

EXPLAIN (COSTS OFF)
SELECT c.name, sum(l.quantity) FROM country c
	JOIN city t ON t.country = c.id JOIN customer t_1 ON t_1.city = t.id
	JOIN orders t_2 ON t_2.customer = t_1.id JOIN line l ON l."order" = t_2.id GROUP BY c.id;

\set ECHO none
\echo '=============================================================================='
\echo '5. MANY-TO-MANY: recipes and ingredients, with a quantity'
\echo '=============================================================================='

\echo 'Two tables: recipes (id, name) and ingredients (id, name)'
\echo
CREATE SCHEMA site;
SET search_path = site;
CREATE TABLE recipes (id integer PRIMARY KEY, name text);
CREATE TABLE ingredients (id integer PRIMARY KEY, name text);
INSERT INTO recipes VALUES (1, 'Pancakes'), (2, 'Shortbread'), (3, 'Omelette');
INSERT INTO ingredients VALUES (1, 'flour'), (2, 'milk'), (3, 'egg'), (4, 'butter');
\set ECHO queries

\echo '-- There is no junction table yet: the builder makes it, its keys and its indexes.'
SELECT many_collection, many_field, one_collection, one_field
FROM relations.many_to_many('recipes', 'ingredients', 'ingredients', 'recipes');

\echo '-- It is a table like any other, and may say more about each pair.'
ALTER TABLE recipes_ingredients ADD quantity text;
INSERT INTO recipes_ingredients (recipes_id, ingredients_id, quantity) VALUES
	(1, 1, '250 g'), (1, 2, '1/2 l'), (1, 3, '2'), (2, 1, '300 g'), (2, 4, '200 g'), (3, 3, '4');

SELECT r.name AS recipe, j.quantity, i.name AS ingredient
FROM recipes r, ingredients(r) j, ingredients_id(j) i ORDER BY r.id, i.id;
SELECT i.name AS ingredient, string_agg(r.name, ', ' ORDER BY r.id) AS used_for
FROM ingredients i, recipes(i) j, recipes_id(j) r GROUP BY i.id ORDER BY i.id;

\set ECHO none
\echo '=============================================================================='
\echo '6. MANY-TO-ANY: a page is built of headings, text blocks and images, in order'
\echo '=============================================================================='

\echo 'Tables: pages (id, title), headings (id, title), text_blocks (id, body), images (id, file)'
\echo
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE text_blocks (id integer PRIMARY KEY, body text);
CREATE TABLE images (id integer PRIMARY KEY, file text);
INSERT INTO pages VALUES (1, 'Home'), (2, 'About us');
INSERT INTO headings VALUES (1, 'Welcome'), (2, 'Who we are');
INSERT INTO text_blocks VALUES (1, 'Hello and good day.'), (2, 'A shop since 1950.');
INSERT INTO images VALUES (1, 'harbour.jpg');
\set ECHO queries

SELECT many_collection, many_field, one_field, sort_field, one_allowed_collections
FROM relations.many_to_any('pages', 'sections', '{headings, text_blocks, images}', reverse_field => 'used_in');

INSERT INTO pages_sections (pages_id, collection, item, sort) VALUES
	(1, 'text_blocks', 1, 2), (1, 'headings', 1, 1), (1, 'images', 1, 3), (2, 'headings', 2, 1), (2, 'images', 1, 2);

\echo '-- A section leads to a row of one of the tables.'
SELECT p.title AS page, s.sort, s.collection, coalesce(h.title, b.body, i.file) AS shows
FROM pages p CROSS JOIN LATERAL sections(p) s
	LEFT JOIN LATERAL headings(s) h ON true
	LEFT JOIN LATERAL text_blocks(s) b ON true
	LEFT JOIN LATERAL images(s) i ON true
ORDER BY p.id, s.sort;
\echo '-- And back: where is the image used?'
SELECT i.file, p.title AS page FROM images i, used_in(i) s, pages_id(s) p ORDER BY p.id;

\set ECHO none
\echo '=============================================================================='
\echo '7. MORE TYPES: translations, one-to-one, related articles, manual order'
\echo '=============================================================================='

\echo 'Tables: languages (code, name), articles (id, title, body), authors (id, name),'
\echo '        profiles (id, website), chapters (id, title, article)'
\echo
CREATE TABLE languages (code text PRIMARY KEY, name text);
CREATE TABLE articles (id integer PRIMARY KEY, title text, body text);
CREATE TABLE authors (id integer PRIMARY KEY, name text);
CREATE TABLE profiles (id integer PRIMARY KEY, website text);
CREATE TABLE chapters (id integer PRIMARY KEY, title text, article integer);
INSERT INTO languages VALUES ('en', 'English'), ('fr', 'French');
INSERT INTO articles (id, title) VALUES (1, 'Bread'), (2, 'Butter'), (3, 'Jam');
INSERT INTO authors VALUES (1, 'Ines'), (2, 'Hugo');
INSERT INTO chapters VALUES (1, 'Baking', 1), (2, 'Kneading', 1), (3, 'Rising', 1);
\set ECHO queries

\echo '-- Translations: one row for each article and language.'
SELECT many_collection, many_field, one_collection, one_field
FROM relations.translations('articles', '{title, body}', 'languages');
INSERT INTO articles_translations (articles_id, languages_code, title) VALUES
	(1, 'fr', 'Le pain'), (2, 'fr', 'Le beurre');
SELECT a.title, t.title AS french
FROM articles a LEFT JOIN LATERAL translations(a) t ON t.languages_code = 'fr' ORDER BY a.id;

\echo '-- One-to-one: the column "author" is added; an author has one profile or none.'
SELECT many_field, one_field, is_unique FROM relations.one_to_one('profiles', 'author', 'authors', 'profile');
INSERT INTO profiles (id, website, author) VALUES (1, 'ines.example', 1);
SELECT a.name, p.website FROM authors a LEFT JOIN LATERAL profile(a) p ON true ORDER BY a.id;

\echo '-- Many-to-many within one table: related articles.'
SELECT many_collection, many_field, one_field
FROM relations.many_to_many('articles', 'related', 'articles', 'related_from');
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (1, 2), (1, 3), (2, 3);
SELECT a.title, r.title AS related FROM articles a, related(a) j, related_articles_id(j) r ORDER BY a.id, r.id;

\echo '-- Manual order: sort_field names the column that orders the alias; it is added.'
SELECT one_field, sort_field FROM relations.many_to_one('chapters', 'article', 'articles', 'chapters',
	sort_field => 'position');
UPDATE chapters SET position = array_position('{Kneading,Rising,Baking}', title);
SELECT c.position, c.title FROM articles a, chapters(a) c WHERE a.title = 'Bread' ORDER BY c.position;

\set ECHO none
\echo '=============================================================================='
\echo '8. RULES: data that breaks one is refused, and the error says which rows'
\echo '   (the four errors here are intended)'
\echo '=============================================================================='

\echo 'A table comments (id, article, body), of which two rows are about no article'
\echo
CREATE TABLE comments (id integer PRIMARY KEY, article integer, body text);
INSERT INTO comments VALUES (1, 1, 'Nice'), (2, 7, 'Lost'), (3, 8, 'Lost too');
\set ECHO queries
\set ON_ERROR_STOP off

\echo '-- Such data cannot become a relation.'
SELECT relations.many_to_one('comments', 'article', 'articles', 'comments');
\set sqlstate_1 :SQLSTATE
\echo '-- A pair is there once, a profile belongs to one author.'
INSERT INTO recipes_ingredients (recipes_id, ingredients_id) VALUES (1, 1);
\set sqlstate_2 :SQLSTATE
INSERT INTO profiles (id, author) VALUES (2, 1);
\set sqlstate_3 :SQLSTATE
\echo '-- A heading that a section still leads to cannot be taken off the list.'
UPDATE relations.relations SET one_allowed_collections = 'text_blocks,images'
WHERE many_collection = 'pages_sections' AND many_field = 'item';
\set sqlstate_4 :SQLSTATE
\echo '-- A section leads to a row that is there; a collection that is referred to cannot be emptied.'
INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'images', 99);
\set sqlstate_5 :SQLSTATE
TRUNCATE images;
\set sqlstate_6 :SQLSTATE
\set ON_ERROR_STOP on

\echo '-- With the image go the sections that show it.'
DELETE FROM images WHERE id = 1;
SELECT collection, item, sort FROM pages_sections ORDER BY id;
\echo '-- What is not as it should be, and what mends it: foreign keys that were adopted lack indexes.'
SELECT severity, problem, fix FROM relations.check();

\echo '-- The data mended, the relation is made.'
DELETE FROM comments WHERE article > 3;
SELECT many_collection, many_field, one_collection, one_field, constraint_name
FROM relations.many_to_one('comments', 'article', 'articles', 'comments');

\set ECHO none
\echo '=============================================================================='
\echo '9. RELATIONS ARE ROWS: list, change and delete them by plain SQL'
\echo '=============================================================================='
\set ECHO queries

SELECT id, many_collection, many_field, one_collection, one_field, on_delete
FROM relations.relations WHERE many_collection LIKE 'articles%' OR one_collection = 'articles' ORDER BY id;

\echo '-- What would a relation do? It shows its statements and runs none.'
SELECT relations.create_relation_sql('{"many_collection": "articles", "many_field": "author",
	"one_collection": "authors", "one_field": "articles"}') AS statement \g (format=wrapped columns=100)

\echo '-- An alias gets another name and the foreign key another rule ...'
UPDATE relations.relations SET one_field = 'remarks', on_delete = 'CASCADE' WHERE many_collection = 'comments'
RETURNING one_field, on_delete;
SELECT a.title, c.body FROM articles a, remarks(a) c;
\echo '-- ... and deleting a relation takes back what it made, but no column, table or row.'
DELETE FROM relations.relations WHERE many_collection = 'comments';
SELECT count(*) AS comments, (SELECT count(*) FROM pg_constraint
	WHERE conrelid = 'comments'::regclass AND contype = 'f') AS foreign_keys FROM comments;

\set ECHO none
\echo '=============================================================================='
\echo '10. IN ONE CALL: trees of rows as JSON, read and written; GraphQL'
\echo '=============================================================================='
\set ECHO queries

\echo '-- Pages with what their sections show: a statement for each relation, however many rows.'
SELECT jsonb_pretty(relations.read_items('pages', '{"fields": ["title", "sections.sort", "sections.item:headings.title",
	"sections.item:text_blocks.body"], "filter": {"sections": {"item:headings": {"title": {"_starts_with": "Wel"}}}}}')::jsonb) AS pages;

\echo '-- A page, a heading and the section between them are written together, and read back.'
SELECT relations.create_item('pages', '{"id": 3, "title": "News",
	"sections": [{"collection": "headings", "item": {"id": 3, "title": "Today"}, "sort": 1}]}',
	'{"fields": ["title", "sections.item:headings.title"]}') AS page;

\echo '-- The same by GraphQL, for whoever speaks it.'
SELECT relations.graphql('{ pages(filter: {title: {_eq: "News"}}) { title sections { item { ... on headings { title } } } } }') AS response;

\set ECHO none
\echo '=============================================================================='
\echo '11. TABLES CHANGE: what is renamed under a relation is followed'
\echo '=============================================================================='
\set ECHO queries

ALTER TABLE headings RENAME TO titles;
ALTER TABLE pages_sections RENAME COLUMN item TO shows;
SELECT p.title AS page, t.title FROM pages p, sections(p) s, titles(s) t ORDER BY p.id;
SELECT relations.read_items('pages', '{"fields": ["title", "sections.shows:titles.title"], "filter": {"id": 3}}') AS pages;
\echo '-- Nothing is left to mend of that relation.'
SELECT c.problem FROM relations.check() c JOIN relations.relations r ON r.id = c.relation_id
WHERE r.many_collection = 'pages_sections';

\set ECHO none
\echo '=============================================================================='
\echo '12. A PICTURE: paste it into a Markdown file, between ```mermaid and ```'
\echo '=============================================================================='
\set ECHO queries
\pset format unaligned
\pset tuples_only on

SELECT relations.diagram('mermaid', '{pages_sections, recipes_ingredients}');

\set ECHO none
-- the errors of part 8 were those that were meant
SELECT ARRAY[:'sqlstate_1', :'sqlstate_2', :'sqlstate_3', :'sqlstate_4',
	:'sqlstate_5', :'sqlstate_6']
	= '{23503,23505,23505,23503,23503,0A000}' AS as_intended \gset
\if :as_intended
\else
DO $$ BEGIN RAISE EXCEPTION 'an error of part 8 is not the one that was meant'; END $$;
\endif
