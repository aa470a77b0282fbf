-- Which fields a query gives, in which order, for every type of relation.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_fields;
SET search_path = read_fields;
\pset format unaligned
\pset tuples_only on

-- M2O and O2M
CREATE TABLE country (id integer PRIMARY KEY, name text, founded timestamp);
CREATE TABLE cities (id integer PRIMARY KEY, name text, data json);
SELECT count(*) FROM relations.many_to_one('cities', 'country', 'country', 'cities');
INSERT INTO country VALUES (1, 'Italy', '1861-03-17 12:34:56.789'), (2, 'Japan', NULL), (3, 'Nowhere', 'infinity');
INSERT INTO cities VALUES (1, 'Rome', '{"a": [{"b": 5}]}', 1), (2, 'Milan', '[1, 2]', 1), (3, 'Kyoto', NULL, 2), (4, 'Atlantis', NULL, NULL);

SELECT relations.read_items('country');
SELECT relations.read_items('country', '{"fields": "name,cities"}');
SELECT relations.read_items('country', '{"fields": ["name", "cities.name"]}');
-- the order asked for; nested wins over plain; nothing twice
SELECT relations.read_items('cities', '{"fields": ["country.name", "name", "country", "name", "country.id"], "limit": 1}');
SELECT relations.read_items('cities', '{"fields": ["*", "country.name"]}');
-- wildcards do not go straight back, unless they are told to
SELECT relations.read_items('country', '{"fields": ["*.*"], "limit": 1}');
SELECT relations.read_items('country', '{"fields": ["*.*.*"], "limit": 1}')::text = relations.read_items('country', '{"fields": ["*.*"], "limit": 1}')::text AS same;
SELECT relations.read_items('country', '{"fields": ["*.*.*"], "limit": 1, "backlink": true}');
SELECT relations.read_items('cities', '{"fields": ["*.*"], "limit": 1}');
SELECT relations.read_items('cities', '{"fields": ["*.name"], "limit": 1}');
-- the same relation under another name
SELECT relations.read_items('country', '{"fields": ["name", "big.name", "cities"], "alias": {"big": "cities"},
	"deep": {"big": {"_filter": {"name": {"_contains": "o"}}}}}');
SELECT relations.read_items('country', '{"alias": {"big": "cities"}, "limit": 1}');
SELECT relations.read_items('country', '{"alias": {"big": "cities", "n": "count(cities)", "called": "name"}, "fields": "*.*", "limit": 1}');
-- functions
SELECT relations.read_items('country', '{"fields": ["year(founded)", "month(founded)", "week(founded)", "day(founded)",
	"weekday(founded)", "hour(founded)", "minute(founded)", "second(founded)", "count(cities)"]}');
SELECT relations.read_items('cities', '{"fields": ["json(data, a[0].b)", "count(data)", "country.year(founded)", "year(country.founded)"], "limit": 2}');
-- names that need quotes
CREATE TABLE "odd, ""table""" ("Id.nr" integer PRIMARY KEY, "a:b" text, "c(d)" text);
INSERT INTO "odd, ""table""" VALUES (1, 'x', 'y');
SELECT relations.read_items('"odd, ""table"""', '{"fields": ["\"a:b\"", "\"c(d)\",\"Id.nr\""], "filter": {"\"Id.nr\"": 1}, "sort": ["-\"Id.nr\""]}');

-- O2O
CREATE TABLE prints (id integer PRIMARY KEY, pattern text);
CREATE TABLE person (id integer PRIMARY KEY, name text);
SELECT count(*) FROM relations.one_to_one('person', 'prints', 'prints', 'person');
INSERT INTO prints VALUES (1, 'loop'), (2, 'whorl');
INSERT INTO person VALUES (7, 'Ann', 2);
SELECT relations.read_items('prints');
SELECT relations.read_items('prints', '{"fields": ["pattern", "person.name"]}');

-- M2M, also within one table
CREATE TABLE recipes (id integer PRIMARY KEY, name text);
CREATE TABLE ingredients (id integer PRIMARY KEY, name text);
SELECT count(*) FROM relations.many_to_many('recipes', 'ingredients', 'ingredients', 'recipes');
SELECT count(*) FROM relations.many_to_many('recipes', 'related', 'recipes', 'related_from', sort_field => 'position');
INSERT INTO recipes VALUES (1, 'Pancakes'), (2, 'Shortbread');
INSERT INTO ingredients VALUES (1, 'flour'), (2, 'egg'), (3, 'butter');
INSERT INTO recipes_ingredients VALUES (10, 1, 1), (11, 1, 2), (12, 2, 1), (13, 2, 3);
INSERT INTO recipes_recipes (recipes_id, related_recipes_id, position) VALUES (1, 2, 2), (1, 1, 1);
SELECT relations.read_items('recipes', '{"fields": ["*"]}');
SELECT relations.read_items('recipes', '{"fields": ["name", "ingredients.ingredients_id.name", "count(ingredients)"]}');
SELECT relations.read_items('ingredients', '{"fields": ["name", "recipes.recipes_id.name"]}');
SELECT relations.read_items('recipes', '{"fields": ["related.related_recipes_id.name", "related_from.recipes_id.name"]}');

-- M2A: one collection, all that have the field, both, the bare key
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text, level integer);
CREATE TABLE blocks (id uuid PRIMARY KEY, body text, level text);
SELECT count(*) FROM relations.many_to_any('pages', 'sections', '{headings, blocks}', reverse_field => 'used_in');
INSERT INTO pages VALUES (1, 'Home');
INSERT INTO headings VALUES (1, 'Welcome', 2);
INSERT INTO blocks VALUES ('00000000-0000-0000-0000-000000000001', 'Good day.', 'x');
INSERT INTO pages_sections (pages_id, collection, item, sort) VALUES
	(1, 'blocks', '00000000-0000-0000-0000-000000000001', 2), (1, 'headings', '1', 1);
SELECT relations.read_items('pages', '{"fields": ["title", "sections.item:headings.title"]}');
SELECT relations.read_items('pages', '{"fields": ["title", "sections.item:headings"]}');
SELECT relations.read_items('pages', '{"fields": ["sections.item.level"]}');
SELECT relations.read_items('pages', '{"fields": ["sections.item.title", "sections.collection", "sections.item:blocks.body", "sections.item.level"]}');
SELECT relations.read_items('pages', '{"fields": ["*.*.*"]}');
SELECT relations.read_items('headings', '{"fields": ["*", "used_in.pages_id.title"]}');
SELECT relations.read_items('pages', '{"fields": ["sections.item.nothing"]}');
SELECT relations.read_items('pages', '{"fields": ["sections.item:pages.title"]}');

-- compound keys
CREATE TABLE shelves (hall integer, number varchar(5), PRIMARY KEY (hall, number));
CREATE TABLE boxes (id integer PRIMARY KEY, contents text);
SELECT count(*) FROM relations.many_to_one('boxes', 'shelf', 'shelves', 'boxes');
INSERT INTO shelves VALUES (1, 'a'), (1, 'b');
INSERT INTO boxes VALUES (1, 'x', 1, 'a'), (2, 'y', 1, 'a'), (3, 'z', NULL, 'b');
SELECT relations.read_items('shelves');
SELECT relations.read_items('boxes', '{"fields": ["id", "shelf_hall_shelf_number"]}');
SELECT relations.read_items('boxes', '{"fields": ["*.*"]}');

-- views, partitioned tables, the relations themselves
CREATE VIEW named AS SELECT id, name FROM country;
SELECT count(*) FROM relations.create_relation('{"many_collection": "cities", "many_field": "country", "one_collection": "named",
	"one_field": "all_cities", "constraint": false}');
SELECT relations.read_items('named', '{"fields": ["name", "all_cities.name"], "limit": 1}');
CREATE TABLE reading (id integer, day date, country integer, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE reading_2 PARTITION OF reading FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
SELECT count(*) FROM relations.many_to_one('reading', 'country', 'country', 'readings');
INSERT INTO reading VALUES (1, '2020-05-01', 1), (2, '2021-05-01', 1);
SELECT relations.read_items('country', '{"fields": ["readings", "readings.day"], "limit": 2}');
SELECT relations.read_items('country', '{"fields": ["readings"], "limit": 1}');
SELECT relations.read_items('relations.relations', '{"fields": ["many_collection", "many_field", "discriminators"],
	"filter": {"one_collection_field": {"_nnull": true}, "many_collection": "pages_sections"}}');

DELETE FROM relations.relations;
DROP SCHEMA read_fields CASCADE;
