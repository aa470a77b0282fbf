-- The data models of the concept document: many-to-one, one-to-many,
-- many-to-many and one-to-one.  Each is made by a builder and resolved by its
-- row functions in FROM, in the select list and chained.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA concept;
SET search_path = concept;

-- Cities and country: a city is in one country, a country has many cities.
CREATE TABLE country (id serial PRIMARY KEY, name text);
CREATE TABLE cities (id serial PRIMARY KEY, name text);
INSERT INTO country (name) VALUES ('France'), ('Italy'), ('Nauru');
SELECT * FROM relations.many_to_one('cities', 'country', 'country', one_field => 'cities') \gx
-- the foreign key's column is there now, of the key's type and free to be null
SELECT attname, atttypid::regtype, attnotnull FROM pg_attribute
WHERE attrelid = 'cities'::regclass AND attname = 'country';
INSERT INTO cities (name, country) VALUES ('Paris', 1), ('Rome', 2), ('Lyon', 1), ('Atlantis', NULL);
INSERT INTO cities (name, country) VALUES ('Nowhere', 99);

-- both directions in FROM
SELECT c.name, t.name FROM country c, cities(c) t ORDER BY 1, 2;
SELECT t.name, c.name FROM cities t, country(t) c ORDER BY 1;
-- a city without country stays in a LEFT JOIN, a country without city too
SELECT t.name, c.name FROM cities t LEFT JOIN LATERAL country(t) c ON true ORDER BY 1;
SELECT c.name, t.name FROM country c LEFT JOIN LATERAL cities(c) t ON true ORDER BY 1, 2;
-- in the select list: an attribute of the row, and a call
SELECT c.name, (c.cities).name AS city FROM country c ORDER BY 1, 2;
SELECT t.name, (country(t)).name AS country FROM cities t ORDER BY 1;
SELECT c.name, (SELECT count(*) FROM cities(c)), ARRAY(SELECT t.name FROM cities(c) t ORDER BY 1) AS names
FROM country c ORDER BY 1;
-- chained: the other cities of a city's country
SELECT t.name, o.name AS neighbour FROM cities t, country(t) c, cities(c) o WHERE o.id <> t.id ORDER BY 1, 2;
-- the column is still the column
SELECT t.country, (t).country FROM cities t WHERE t.name = 'Rome';

-- Manual order of a one-to-many: a sort field, added where it is missing.
CREATE TABLE todo (id serial PRIMARY KEY, name text, list integer);
CREATE TABLE list (id serial PRIMARY KEY, name text);
INSERT INTO list (name) VALUES ('home');
INSERT INTO todo (name, list) VALUES ('sweep', 1), ('cook', 1), ('wash', 1);
SELECT id, many_field, one_field, sort_field, one_deselect_action
FROM relations.many_to_one('todo', 'list', 'list', one_field => 'todos', sort_field => 'rank');
SELECT attname, atttypid::regtype, attnotnull FROM pg_attribute
WHERE attrelid = 'todo'::regclass AND attname = 'rank';
UPDATE todo SET rank = v.rank FROM (VALUES ('cook', 1), ('wash', 2), ('sweep', 3)) v (name, rank) WHERE v.name = todo.name;
SELECT l.name, t.name FROM list l, todos(l) t ORDER BY l.id, t.rank;

-- Recipes and ingredients over a junction that is there, with a quantity.
CREATE TABLE recipes (id serial PRIMARY KEY, name text);
CREATE TABLE ingredients (id serial PRIMARY KEY, name text);
CREATE TABLE recipe_ingredients (
	id serial PRIMARY KEY,
	recipe integer REFERENCES recipes,
	ingredient integer REFERENCES ingredients,
	quantity text);
INSERT INTO recipes (name) VALUES ('cake'), ('bread');
INSERT INTO ingredients (name) VALUES ('flour'), ('egg'), ('salt');
SELECT many_collection, many_field, one_collection, one_field, junction_field, on_delete, constraint_name
FROM relations.many_to_many('recipes', 'ingredients', 'ingredients', 'recipes', junction => 'recipe_ingredients');
INSERT INTO recipe_ingredients (recipe, ingredient, quantity) VALUES
	(1, 1, '300 g'), (1, 2, '4'), (2, 1, '1 kg'), (2, 3, '10 g');
-- each pair once
INSERT INTO recipe_ingredients (recipe, ingredient, quantity) VALUES (1, 2, '5');
-- forth and back; the alias gives the junction's rows, with their quantity
SELECT r.name, i.name, ri.quantity FROM recipes r, ingredients(r) ri, ingredient(ri) i ORDER BY 1, 2;
SELECT i.name, r.name FROM ingredients i, recipes(i) ri, recipe(ri) r ORDER BY 1, 2;
SELECT r.name, (ingredient(r.ingredients)).name AS ingredient FROM recipes r ORDER BY 1, 2;
SELECT r.name, (r.ingredients).quantity FROM recipes r ORDER BY 1, 2;
-- chained: recipes that share an ingredient
SELECT r.name, i.name, o.name AS other
FROM recipes r, ingredients(r) ri, ingredient(ri) i, recipes(i) ir, recipe(ir) o
WHERE o.id <> r.id ORDER BY 1, 2, 3;

-- Over a junction that is created, ordered by hand.
CREATE TABLE albums (id uuid PRIMARY KEY, name text);
CREATE TABLE songs (id serial PRIMARY KEY, name text);
SELECT many_collection, many_field, one_collection, one_field, junction_field, sort_field, on_delete
FROM relations.many_to_many('albums', 'songs', 'songs', 'albums', sort_field => 'track');
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
WHERE attrelid = 'albums_songs'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO albums VALUES ('00000000-0000-0000-0000-00000000000a', 'first'), ('00000000-0000-0000-0000-00000000000b', 'best of');
INSERT INTO songs (name) VALUES ('intro'), ('hit'), ('outro');
INSERT INTO albums_songs (albums_id, songs_id, track) VALUES
	('00000000-0000-0000-0000-00000000000a', 1, 1), ('00000000-0000-0000-0000-00000000000a', 2, 3),
	('00000000-0000-0000-0000-00000000000a', 3, 2), ('00000000-0000-0000-0000-00000000000b', 2, 1);
INSERT INTO albums_songs (albums_id, songs_id) VALUES ('00000000-0000-0000-0000-00000000000b', 2);
INSERT INTO albums_songs (albums_id, songs_id) VALUES ('00000000-0000-0000-0000-00000000000b', NULL);
SELECT a.name, s.name FROM albums a, songs(a) j, songs_id(j) s ORDER BY a.name, j.track;
SELECT s.name, a.name FROM songs s, albums(s) j, albums_id(j) a ORDER BY 1, 2;
-- a junction's rows go with either end
DELETE FROM albums WHERE name = 'best of';
DELETE FROM songs WHERE name = 'outro';
SELECT songs_id, track FROM albums_songs ORDER BY 1;

-- Pairs that may repeat.
CREATE TABLE carts (id serial PRIMARY KEY);
SELECT many_field, one_field FROM relations.many_to_many('carts', 'songs', 'songs', is_unique => false);
INSERT INTO carts DEFAULT VALUES;
INSERT INTO carts_songs (carts_id, songs_id) VALUES (1, 1), (1, 1);
SELECT s.name FROM carts c, songs(c) j, songs_id(j) s;

-- Related articles: many-to-many within one collection.
CREATE TABLE articles (id serial PRIMARY KEY, title text);
INSERT INTO articles (title) VALUES ('a'), ('b'), ('c');
SELECT many_collection, many_field, one_collection, one_field, junction_field
FROM relations.many_to_many('articles', 'related', 'articles', 'related_from');
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (1, 2), (1, 3), (2, 3);
SELECT a.title, b.title FROM articles a, related(a) j, related_articles_id(j) b ORDER BY 1, 2;
SELECT b.title, a.title FROM articles b, related_from(b) j, articles_id(j) a ORDER BY 1, 2;
-- two steps on
SELECT a.title, c.title FROM articles a, related(a) j, related_articles_id(j) b, related(b) k, related_articles_id(k) c;
-- over a junction of one's own
CREATE TABLE follows (follower integer NOT NULL REFERENCES articles, followed integer NOT NULL REFERENCES articles);
SELECT many_field, one_field, junction_field FROM relations.many_to_many('articles', 'following', 'articles', 'followers',
	junction => 'follows', many_field => 'follower', related_many_field => 'followed');
INSERT INTO follows VALUES (3, 1), (2, 1);
SELECT a.title, b.title FROM articles a, following(a) f, followed(f) b ORDER BY 1, 2;
SELECT b.title, a.title FROM articles b, followers(b) f, follower(f) a ORDER BY 1, 2;

-- Person and fingerprints: one-to-one.
CREATE TABLE fingerprints (id serial PRIMARY KEY, pattern text);
CREATE TABLE person (id serial PRIMARY KEY, name text);
INSERT INTO fingerprints (pattern) VALUES ('loop'), ('whorl'), ('arch');
SELECT many_field, one_field, is_unique, constraint_name
FROM relations.one_to_one('person', 'fingerprints', 'fingerprints', one_field => 'person');
INSERT INTO person (name, fingerprints) VALUES ('Ann', 1), ('Bob', 2), ('Cyd', NULL), ('Dee', NULL);
-- a second use is refused; no use at all may repeat
INSERT INTO person (name, fingerprints) VALUES ('Eve', 1);
-- the alias gives one or none, and says so to its readers
SELECT f.pattern, p.name FROM fingerprints f LEFT JOIN LATERAL person(f) p ON true ORDER BY 1;
SELECT p.name, f.pattern FROM person p LEFT JOIN LATERAL fingerprints(p) f ON true ORDER BY 1;
SELECT f.pattern, (f.person).name FROM fingerprints f ORDER BY 1;
SELECT oid::regprocedure, proretset, prorows > 1 AS to_many FROM pg_proc
WHERE oid IN ('person(fingerprints)'::regprocedure, 'fingerprints(person)'::regprocedure, 'cities(country)'::regprocedure)
ORDER BY proname;

-- Taking all back leaves every table and row, and no row function.
SELECT count(*) AS relations FROM relations.relations;
DELETE FROM relations.relations;
SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'concept'::regnamespace;
SELECT count(*) AS cities FROM cities;
SELECT count(*) AS fingerprints FROM fingerprints;
SET client_min_messages = warning;
DROP SCHEMA concept CASCADE;
