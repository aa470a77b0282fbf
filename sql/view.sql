-- Relations as plain views.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_view;
SET search_path = regress_view;
CREATE TABLE continent (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE country (id int PRIMARY KEY, name text NOT NULL, founded date, continent text);
CREATE TABLE cities (id bigint PRIMARY KEY, name text NOT NULL, population int, country int, rank int);
CREATE TABLE mayors (id int PRIMARY KEY, name text, city bigint);
CREATE TABLE tags (id uuid PRIMARY KEY, name text);
CREATE TABLE sights (tenant int, id int, name text, PRIMARY KEY (tenant, id));
CREATE TABLE visits (id int PRIMARY KEY, sight_tenant int, sight_id int, city bigint);
CREATE TABLE headings (id int PRIMARY KEY, text text);
CREATE TABLE images (id int PRIMARY KEY, url text, country int);
CREATE TABLE sections (id int PRIMARY KEY, country int, collection text, item text, sort int);
INSERT INTO continent VALUES ('EU', 'Europe');
INSERT INTO country VALUES (1, 'Italy', '1861-03-17', 'EU'), (2, 'France', '0843-08-10', 'EU'), (3, 'Atlantis', NULL, NULL);
INSERT INTO cities VALUES (1, 'Rome', 2800000, 1, 2), (2, 'Milan', 1400000, 1, 1), (3, 'Paris', 2100000, 2, 1), (4, 'Nowhere', NULL, NULL, NULL);
INSERT INTO mayors VALUES (7, 'Ada', 1);
INSERT INTO sights VALUES (1, 1, 'Forum'), (1, 2, 'Arena');
INSERT INTO visits VALUES (1, 1, 1, 1), (2, 1, 2, 1), (3, NULL, NULL, 3);
INSERT INTO headings VALUES (1, 'One');
INSERT INTO images VALUES (1, 'a.png', 2);
INSERT INTO sections VALUES (1, 1, 'headings', '1', 2), (2, 1, 'images', '1', 1), (3, 2, NULL, NULL, 1);
SELECT count(*) FROM (VALUES
	(relations.many_to_one('country', 'continent', 'continent', 'countries')),
	(relations.many_to_one('cities', 'country', 'country', 'cities', sort_field => 'rank')),
	(relations.one_to_one('mayors', 'city', 'cities', 'mayor')),
	(relations.many_to_one('visits', 'sight_tenant,sight_id', 'sights', 'visits')),
	(relations.many_to_one('visits', 'city', 'cities', 'visits')),
	(relations.many_to_one('images', 'country', 'country', 'images')),
	(relations.many_to_one('sections', 'country', 'country', 'sections', sort_field => 'sort'))) r;
SELECT count(*) FROM relations.many_to_many('cities', 'tags', 'tags', 'cities');
SELECT reverse_field FROM relations.create_relation('{"many_collection": "sections", "many_field": "item", "one_collection_field": "collection",
	"one_allowed_collections": "headings,images", "reverse_field": "sections"}');
INSERT INTO tags VALUES ('5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001', 'old');
INSERT INTO cities_tags (cities_id, tags_id) VALUES (1, '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001');

-- everything of a collection: columns as they are, aliases as typed arrays of keys
SELECT relations.create_view('country_view', 'country');
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'country_view'::regclass ORDER BY attnum;
SELECT * FROM country_view ORDER BY id;
SELECT reloptions FROM pg_class WHERE oid = 'country_view'::regclass;

-- to-one paths flattened, at any depth, beside the column; one-to-one; many-to-many; nested to-many; functions
SELECT relations.create_view('city_view', 'cities', '*,country.name,country.continent.name,mayor.name,tags.tags_id.name,country.cities,country.images.url');
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'city_view'::regclass ORDER BY attnum;
\x
SELECT * FROM city_view ORDER BY id;
\x
SELECT relations.create_view('deep_view', 'continent', 'name,countries.name,countries.cities.name,countries.cities.mayor.name');
SELECT * FROM deep_view;
SELECT relations.create_view('function_view', 'country', 'id,year(founded),count(cities)');
SELECT * FROM function_view ORDER BY id;
-- the same values as read_items()
SELECT (SELECT json_agg(json_build_object('name', name, 'countries', countries)) FROM deep_view)::jsonb
	= relations.read_items('continent', '{"fields": "name,countries.name,countries.cities.name,countries.cities.mayor.name"}')::jsonb;

-- compound keys: json, since there is no array of them
SELECT relations.create_view('visit_view', 'visits', 'id,sight_tenant_sight_id,sight_tenant_sight_id.name,city.visits');
SELECT * FROM visit_view ORDER BY id;
SELECT relations.create_view('sight_view', 'sights', 'name,visits');
SELECT * FROM sight_view ORDER BY name;

-- many-to-any: json of what it may be, or the bare item; several collections of it; reverse
SELECT relations.create_view('section_view', 'sections', 'id,collection,item:headings.text,item:images');
SELECT * FROM section_view ORDER BY id;
SELECT relations.create_view('page_view', 'country', 'name,sections.item:headings.text');
SELECT * FROM page_view ORDER BY name;
SELECT relations.create_view('heading_view', 'headings', 'text,sections');
SELECT * FROM heading_view;

-- written through: base columns, none of the others
INSERT INTO city_view (id, name, country) VALUES (5, 'Lyon', 2) RETURNING id, name, country_name, tags;
UPDATE city_view SET population = 500000 WHERE country_name = 'France' AND name = 'Lyon' RETURNING name, population;
DELETE FROM city_view WHERE id = 5 RETURNING name, country_name;
\set VERBOSITY terse
UPDATE city_view SET country_name = 'x';
UPDATE city_view SET tags = NULL;
INSERT INTO city_view (id, name, country) VALUES (6, 'x', 9);
SELECT column_name, is_updatable FROM information_schema.columns WHERE table_schema = 'regress_view' AND table_name = 'city_view' ORDER BY ordinal_position;

-- what is not selected costs nothing
EXPLAIN (COSTS OFF) SELECT id, name FROM city_view;
EXPLAIN (COSTS OFF) SELECT count(*) FROM country_view;
EXPLAIN (COSTS OFF) SELECT name FROM city_view WHERE id = 1;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id, country_name FROM city_view WHERE id = 1;
RESET enable_seqscan;

-- renames are followed
ALTER TABLE cities RENAME name TO title;
ALTER TABLE country RENAME TO states;
SELECT id, name, country_name FROM city_view WHERE id = 1;
ALTER TABLE states RENAME TO country;
ALTER TABLE cities RENAME title TO name;
ALTER TABLE cities DROP COLUMN name;
-- and without the relation the view is what it was
BEGIN;
SELECT relations.delete_relation(id) FROM relations.relations WHERE many_collection = 'cities' AND many_field = 'country';
SELECT cities FROM country_view WHERE id = 1;
ROLLBACK;

-- the reader's rights and row security
CREATE ROLE regress_view;
GRANT USAGE ON SCHEMA regress_view TO regress_view;
GRANT SELECT ON country_view, country, cities, city_view TO regress_view;
ALTER TABLE cities ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON cities TO regress_view USING (name <> 'Milan');
SET ROLE regress_view;
SELECT name, cities FROM country_view ORDER BY id;
SELECT images FROM country_view;
SELECT relations.create_view('mine', 'country', 'name,images');
SELECT relations.create_view('mine', 'country', 'name');
RESET ROLE;

-- what cannot be
SELECT relations.create_view('country_view', 'country');
SELECT relations.create_view('a.b', 'country');
SELECT relations.create_view('v', 'country', 'nothing');
SELECT relations.create_view('v', 'country', '');
SELECT relations.create_view('v', 'country', 'name.x');
SELECT relations.create_view(NULL, 'country');
SELECT relations.create_view('v', NULL);
SELECT relations.create_view('v', 'pg_class');
ALTER TABLE cities ADD country_name text;
SELECT relations.create_view('v', 'cities', '*,country.name');
-- names: quoted, clipped, temporary
SELECT relations.create_view('"V; DROP TABLE cities"', 'country', 'name');
CREATE TABLE "long_long_long_long_long_long_long_long" ("name_name_name_name_name_name_name_name" text, id int PRIMARY KEY);
ALTER TABLE country ADD "long_long_long_long_long_long_long_long" int;
SELECT count(*) FROM relations.many_to_one('country', 'long_long_long_long_long_long_long_long', 'long_long_long_long_long_long_long_long');
SELECT relations.create_view('regress_view.long_view', 'country', 'id,long_long_long_long_long_long_long_long.name_name_name_name_name_name_name_name');
SELECT attname FROM pg_attribute WHERE attrelid = 'long_view'::regclass ORDER BY attnum;
SELECT relations.create_view('pg_temp.t', 'country', 'name') IS NOT NULL AS is_made;
SELECT name FROM pg_temp.t ORDER BY 1;

DELETE FROM relations.relations;
DROP OWNED BY regress_view;
-- what is made is returned, not what has its name elsewhere on the search path
CREATE TABLE shown_base (id integer PRIMARY KEY);
CREATE TEMP TABLE shown_view (x integer);
SELECT relations.create_view('shown_view', 'shown_base')::oid AS made \gset
SELECT relnamespace::regnamespace AS made_in, relkind FROM pg_class WHERE oid = :made;
DROP TABLE pg_temp.shown_view;

DROP SCHEMA regress_view CASCADE;
DROP ROLE regress_view;
