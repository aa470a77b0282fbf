-- A path through row functions costs what the hand-written join costs: its
-- plan is the same, line by line.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA plans;
SET search_path = plans;

CREATE TABLE country (id integer PRIMARY KEY, name text, visible boolean DEFAULT true);
CREATE TABLE cities (id integer PRIMARY KEY, name text, country bigint, visible boolean DEFAULT true);
CREATE TABLE recipes (id integer PRIMARY KEY, name text);
CREATE TABLE ingredients (id integer PRIMARY KEY, name text);
CREATE TABLE recipes_ingredients (id integer PRIMARY KEY, recipe integer REFERENCES recipes, ingredient integer REFERENCES ingredients);
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE blocks (id integer PRIMARY KEY, body text);
CREATE TABLE sections (id integer PRIMARY KEY, page integer REFERENCES pages, collection text, item integer);
CREATE TABLE fingerprints (id integer PRIMARY KEY, pattern text);
CREATE TABLE person (id integer PRIMARY KEY, fingerprints integer);
CREATE TABLE orders (region varchar(8), number integer, total numeric, PRIMARY KEY (region, number));
CREATE TABLE lines (id integer PRIMARY KEY, order_region varchar(8), order_number integer, item text);
CREATE TABLE videos (id uuid PRIMARY KEY, name text);
CREATE TABLE pins (id integer PRIMARY KEY, collection text, item text);

SELECT many_field, one_field FROM relations.many_to_one('cities', 'country', 'country', 'cities');
SELECT many_field, one_field FROM relations.many_to_many('recipes', 'ingredients', 'ingredients', 'recipes');
SELECT many_field, one_field FROM relations.many_to_one('sections', 'page', 'pages', 'sections');
SELECT many_field, reverse_field FROM relations.create_relation('{"many_collection": "sections", "many_field": "item",
	"one_collection_field": "collection", "one_allowed_collections": "headings,blocks", "reverse_field": "sections"}');
SELECT many_field, one_field FROM relations.one_to_one('person', 'fingerprints', 'fingerprints', 'person');
SELECT many_field, one_field FROM relations.create_relation('{"many_collection": "lines", "many_field": "order_region,order_number",
	"one_collection": "orders", "one_field": "lines"}');
SELECT many_field, reverse_field FROM relations.create_relation('{"many_collection": "pins", "many_field": "item",
	"one_collection_field": "collection", "one_allowed_collections": "videos,blocks", "reverse_field": "pins"}');

INSERT INTO country SELECT i, 'country ' || i FROM generate_series(1, 500) i;
INSERT INTO cities SELECT i, 'city ' || i, 1 + i % 500 FROM generate_series(1, 5000) i;
INSERT INTO recipes SELECT i, 'recipe ' || i FROM generate_series(1, 1000) i;
INSERT INTO ingredients SELECT i, 'ingredient ' || i FROM generate_series(1, 100) i;
INSERT INTO recipes_ingredients SELECT i, 1 + i % 1000, 1 + i / 50 FROM generate_series(1, 4900) i;
INSERT INTO pages SELECT i, 'page ' || i FROM generate_series(1, 500) i;
INSERT INTO headings SELECT i, 'heading ' || i FROM generate_series(1, 2000) i;
INSERT INTO blocks SELECT i, 'block ' || i FROM generate_series(1, 2000) i;
INSERT INTO sections SELECT i, 1 + i % 500, CASE WHEN i % 2 = 0 THEN 'headings' ELSE 'blocks' END, 1 + i % 2000 FROM generate_series(1, 4000) i;
INSERT INTO fingerprints SELECT i, 'pattern ' || i FROM generate_series(1, 2000) i;
INSERT INTO person SELECT i, i FROM generate_series(1, 2000) i;
INSERT INTO orders SELECT 'r' || i % 10, i, i FROM generate_series(1, 1000) i;
INSERT INTO lines SELECT i, 'r' || i % 10, 1 + (i - 1) % 1000 FROM generate_series(1, 4000) i;
INSERT INTO videos SELECT md5(i::text)::uuid, 'video ' || i FROM generate_series(1, 1000) i;
INSERT INTO pins SELECT i, 'videos', md5((1 + i % 1000)::text)::uuid::text FROM generate_series(1, 2000) i;
INSERT INTO pins SELECT 2000 + i, 'blocks', i::text FROM generate_series(1, 2000) i;

-- Nobody else gathers statistics meanwhile.
DO $$
DECLARE
	name regclass;
BEGIN
	FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'plans'::regnamespace AND relkind = 'r' LOOP
		EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name);
	END LOOP;
END $$;

-- The paths and the joins that they stand for.  An inlined function's table has
-- the alias t, the second one's t_1.
CREATE TABLE cases (position integer GENERATED ALWAYS AS IDENTITY, name text, path text, by_hand text);
GRANT SELECT ON cases TO PUBLIC;
INSERT INTO cases (name, path, by_hand) VALUES
	('O2M',
		'SELECT c.name, x.name FROM country c, cities(c) x',
		'SELECT c.name, t.name FROM country c JOIN cities t ON t.country = c.id'),
	('O2M of one',
		'SELECT c.name, x.name FROM country c, cities(c) x WHERE c.id = 7',
		'SELECT c.name, t.name FROM country c JOIN cities t ON t.country = c.id WHERE c.id = 7'),
	('O2M with none',
		'SELECT c.name, x.name FROM country c LEFT JOIN LATERAL cities(c) x ON true',
		'SELECT c.name, t.name FROM country c LEFT JOIN cities t ON t.country = c.id'),
	('M2O',
		'SELECT x.name, c.name FROM cities x, country(x) c',
		'SELECT x.name, t.name FROM cities x JOIN country t ON t.id = x.country'),
	('M2O, page',
		'SELECT x.name, c.name FROM cities x LEFT JOIN LATERAL country(x) c ON true ORDER BY x.id LIMIT 10',
		'SELECT x.name, t.name FROM cities x LEFT JOIN country t ON t.id = x.country ORDER BY x.id LIMIT 10'),
	('M2O and back',
		'SELECT x.name, y.name FROM cities x, country(x) c, cities(c) y WHERE x.id = 3',
		'SELECT x.name, t_1.name FROM cities x JOIN country t ON t.id = x.country JOIN cities t_1 ON t_1.country = t.id WHERE x.id = 3'),
	('M2M',
		'SELECT r.name, i.name FROM recipes r, ingredients(r) j, ingredient(j) i',
		'SELECT r.name, t_1.name FROM recipes r JOIN recipes_ingredients t ON t.recipe = r.id JOIN ingredients t_1 ON t_1.id = t.ingredient'),
	('M2M of one',
		'SELECT r.name, i.name FROM recipes r, ingredients(r) j, ingredient(j) i WHERE r.id = 9 ORDER BY i.name',
		'SELECT r.name, t_1.name FROM recipes r JOIN recipes_ingredients t ON t.recipe = r.id JOIN ingredients t_1 ON t_1.id = t.ingredient WHERE r.id = 9 ORDER BY t_1.name'),
	('M2A target',
		'SELECT p.title, h.title FROM pages p, sections(p) s, headings(s) h',
		'SELECT p.title, t_1.title FROM pages p JOIN sections t ON t.page = p.id JOIN headings t_1 ON t_1.id = t.item AND t.collection = ''headings'''),
	('M2A, LEFT JOIN LATERAL',
		'SELECT p.title, h.title, b.body FROM pages p CROSS JOIN LATERAL sections(p) s LEFT JOIN LATERAL headings(s) h ON true LEFT JOIN LATERAL blocks(s) b ON true',
		'SELECT p.title, t_1.title, t_2.body FROM pages p JOIN sections t ON t.page = p.id LEFT JOIN headings t_1 ON t_1.id = t.item AND t.collection = ''headings'' LEFT JOIN blocks t_2 ON t_2.id = t.item AND t.collection = ''blocks'''),
	('M2A of one page',
		'SELECT h.title, b.body FROM pages p CROSS JOIN LATERAL sections(p) s LEFT JOIN LATERAL headings(s) h ON true LEFT JOIN LATERAL blocks(s) b ON true WHERE p.id = 4',
		'SELECT t_1.title, t_2.body FROM pages p JOIN sections t ON t.page = p.id LEFT JOIN headings t_1 ON t_1.id = t.item AND t.collection = ''headings'' LEFT JOIN blocks t_2 ON t_2.id = t.item AND t.collection = ''blocks'' WHERE p.id = 4'),
	('M2A reverse',
		'SELECT h.title, s.page FROM headings h, sections(h) s WHERE h.id = 9',
		'SELECT h.title, t.page FROM headings h JOIN sections t ON t.collection = ''headings'' AND t.item = h.id WHERE h.id = 9'),
	('O2O',
		'SELECT p.id, f.pattern FROM person p, fingerprints(p) f',
		'SELECT p.id, t.pattern FROM person p JOIN fingerprints t ON t.id = p.fingerprints'),
	('O2O alias',
		'SELECT f.pattern, p.id FROM fingerprints f LEFT JOIN LATERAL person(f) p ON true',
		'SELECT f.pattern, t.id FROM fingerprints f LEFT JOIN person t ON t.fingerprints = f.id'),
	('compound',
		'SELECT o.total, l.id FROM orders o, lines(o) l WHERE o.region = ''r1''',
		'SELECT o.total, t.id FROM orders o JOIN lines t ON t.order_region = o.region AND t.order_number = o.number WHERE o.region = ''r1'''),
	('compound, forth',
		'SELECT l.id, o.total FROM lines l, order_region_order_number(l) o',
		'SELECT l.id, t.total FROM lines l JOIN orders t ON t.region = l.order_region AND t.number = l.order_number'),
	('text item, cast',
		'SELECT s.id, v.name FROM pins s, videos(s) v WHERE s.id < 20',
		'SELECT s.id, t.name FROM pins s JOIN videos t ON t.id = CASE WHEN s.collection = ''videos'' THEN s.item::uuid END WHERE s.id < 20'),
	('text items, cast, LEFT JOIN LATERAL',
		'SELECT s.id, v.name, b.body FROM pins s LEFT JOIN LATERAL videos(s) v ON true LEFT JOIN LATERAL blocks(s) b ON true',
		'SELECT s.id, t.name, t_1.body FROM pins s LEFT JOIN videos t ON t.id = CASE WHEN s.collection = ''videos'' THEN s.item::uuid END LEFT JOIN blocks t_1 ON t_1.id = CASE WHEN s.collection = ''blocks'' THEN s.item::integer END'),
	('text item, reverse',
		'SELECT v.name, s.id FROM videos v, pins(v) s WHERE v.name = ''video 5''',
		'SELECT v.name, t.id FROM videos v JOIN pins t ON t.collection = ''videos'' AND t.item = v.id::text WHERE v.name = ''video 5''');

-- 'same', or both plans.
CREATE FUNCTION plan_of(statement text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	line text;
	lines text[] := '{}';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
		lines := lines || line;
	END LOOP;
	RETURN lines;
END $$;
CREATE FUNCTION compare(path text, by_hand text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	path_plan text[] := plan_of(path);
	hand_plan text[] := plan_of(by_hand);
BEGIN
	IF path_plan = hand_plan AND cardinality(path_plan) > 0 THEN
		RETURN 'same';
	END IF;
	RETURN format(E'PATH:\n%s\nBY HAND:\n%s', array_to_string(path_plan, E'\n'), array_to_string(hand_plan, E'\n'));
END $$;
-- Both read the same rows, too: as many, and of equal sums of hashes.
CREATE FUNCTION rows_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE format('SELECT count(*) || '' '' || sum(hashtextextended(q::text, 0)) FROM (%s) q', statement) INTO found;
	RETURN found;
END $$;
-- It can tell one plan from another.
SELECT compare('SELECT FROM country', 'SELECT FROM cities');

-- Before anything is known about the data.
SELECT name, compare(path, by_hand) FROM cases ORDER BY position;
SET enable_hashjoin = off;
SELECT name, compare(path, by_hand) FROM cases WHERE compare(path, by_hand) <> 'same';
RESET enable_hashjoin;

-- With statistics.
ANALYZE country, cities, recipes, ingredients, recipes_ingredients, pages, headings, blocks, sections, fingerprints, person, orders, lines, videos, pins;
SELECT name, compare(path, by_hand),
	CASE WHEN name LIKE '%page' THEN true ELSE rows_of(path) = rows_of(by_hand) END AS same_rows,
	split_part(rows_of(path), ' ', 1) AS rows
FROM cases ORDER BY position;
SET enable_hashjoin = off;
SELECT name, compare(path, by_hand) FROM cases WHERE compare(path, by_hand) <> 'same';
SET enable_mergejoin = off;
SELECT name, compare(path, by_hand) FROM cases WHERE compare(path, by_hand) <> 'same';
RESET enable_mergejoin;
RESET enable_hashjoin;
-- and where workers are for nothing
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT name, compare(path, by_hand) FROM cases WHERE compare(path, by_hand) <> 'same';
SELECT count(*) > 0 AS some_parallel FROM cases WHERE array_to_string(plan_of(path), ' ') LIKE '%Gather%';
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- Through a view, whose conditions come from outside.
CREATE VIEW city_path AS SELECT c.id, c.name AS country, x.name FROM country c, cities(c) x;
CREATE VIEW city_join AS SELECT c.id, c.name AS country, t.name FROM country c JOIN cities t ON t.country = c.id;
SELECT compare('SELECT name FROM city_path WHERE id = 3', 'SELECT name FROM city_join WHERE id = 3'),
	compare('SELECT country, count(*) FROM city_path GROUP BY 1', 'SELECT country, count(*) FROM city_join GROUP BY 1');
CREATE VIEW section_path AS SELECT s.id, s.page, h.title FROM sections s LEFT JOIN LATERAL headings(s) h ON true;
CREATE VIEW section_join AS SELECT s.id, s.page, t.title FROM sections s LEFT JOIN headings t ON t.id = s.item AND s.collection = 'headings';
SELECT compare('SELECT title FROM section_path WHERE page = 3', 'SELECT title FROM section_join WHERE page = 3');
-- what is not asked for is not joined
SELECT compare('SELECT id FROM section_path', 'SELECT id FROM sections s');

-- In a prepared statement, with a plan for the value and one for any value.
PREPARE by_path(integer) AS SELECT h.title FROM pages p, sections(p) s, headings(s) h WHERE p.id = $1;
PREPARE by_hand(integer) AS SELECT t_1.title FROM pages p JOIN sections t ON t.page = p.id JOIN headings t_1 ON t_1.id = t.item AND t.collection = 'headings' WHERE p.id = $1;
SET plan_cache_mode = force_custom_plan;
SELECT compare('EXECUTE by_path(7)', 'EXECUTE by_hand(7)');
SET plan_cache_mode = force_generic_plan;
SELECT compare('EXECUTE by_path(7)', 'EXECUTE by_hand(7)');
SELECT array_to_string(plan_of('EXECUTE by_path(7)'), ' ') LIKE '%$1%' AS generic;
RESET plan_cache_mode;

-- Under row security, for a role that does not own the tables.
CREATE ROLE regress_plans_reader;
GRANT USAGE ON SCHEMA plans TO regress_plans_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA plans TO regress_plans_reader;
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY '{country,cities,recipes,ingredients,recipes_ingredients,pages,headings,blocks,sections,orders,lines,videos,pins}'::text[] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('CREATE POLICY half ON %I FOR SELECT TO regress_plans_reader USING (length(%1$s::text) %% 2 = 0)', name);
	END LOOP;
END $$;
SET ROLE regress_plans_reader;
SELECT name, compare(path, by_hand) FROM cases ORDER BY position;
SELECT name FROM cases WHERE name NOT LIKE '%page' AND rows_of(path) IS DISTINCT FROM rows_of(by_hand);
-- the policies are in force in the functions' tables, too
SELECT array_to_string(plan_of('SELECT x.name FROM country c, cities(c) x'), ' ') ~ 'length.*length' AS secured;
RESET ROLE;


DEALLOCATE by_path;
DEALLOCATE by_hand;
DROP VIEW city_path, city_join, section_path, section_join;
DELETE FROM relations.relations;
SET client_min_messages = warning;
DROP SCHEMA plans CASCADE;
DROP ROLE regress_plans_reader;
