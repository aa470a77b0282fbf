-- probe.sql: what the relations of world.sql do, whatever the database has been
-- through. Changes nothing but the sequence of ids.
\set VERBOSITY sqlstate
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;

-- what there is, and nothing that is not as it should be
SELECT id, many_collection, many_field, one_collection, one_field, one_collection_field, one_allowed_collections, junction_field,
	sort_field, one_deselect_action, on_delete, on_update, is_unique, discriminators, reverse_field, constraint_name
FROM relations.relations ORDER BY id;
SELECT * FROM relations.check();

-- row functions, views over them, and reading
SELECT * FROM cities_of ORDER BY 1, 2;
SELECT * FROM words_of ORDER BY 1, 2;
SELECT r.title, i.name FROM aaa.recipe r, aaa.ingredients(r) j, aaa.ingredient_id(j) i ORDER BY 1, 2;
SELECT p.id, c.id FROM page p, comments(p) c ORDER BY 1, 2;
SELECT d.day, c.id FROM zoo.day d, zoo.comments(d) c ORDER BY 1, 2;
SELECT c.id, t.token FROM zoo.comment c, zoo.token(c) t ORDER BY 1;
SELECT o.id, i.id FROM "Shop, ""new"""."Order" o, "Shop, ""new"""."The items"(o) i ORDER BY 1, 2;
SELECT e.id, n.id FROM event e, entries(e) n ORDER BY 1, 2;
SELECT a.id, k.id FROM zoo.animal a, zoo.kin_of(a) k ORDER BY 1, 2;
SELECT relations.read_items('country', '{"fields": ["name", "cities.name", "capital.id"], "sort": ["id"], "deep": {"cities": {"_sort": ["place"]}}}');
SELECT relations.read_items('page', '{"fields": ["title", "content.item:heading.title", "content.item:text_block.body"]}');
SELECT relations.read_items('aaa.recipe', '{"fields": ["title", "ingredients.ingredient_id.name", "translations.title"], "sort": ["id"]}');
SELECT relations.resolve(e, 'entries', '{"fields": ["id"], "sort": ["id"]}') FROM event e ORDER BY id;

-- fails: rows that lead nowhere, or where they may not
INSERT INTO city (id, country) VALUES (9, 99);
INSERT INTO capital VALUES (9, NULL);
INSERT INTO capital VALUES (9, 1);
INSERT INTO aaa.recipe_ingredient (recipe_id, ingredient_id) VALUES (1, 10);
INSERT INTO a_section (page_id, collection, item) VALUES (1, 'heading', 99);
INSERT INTO a_section (page_id, collection, item) VALUES (1, 'page', 1);
INSERT INTO zoo.comment VALUES (9, 'Day', '2001-02-04');
INSERT INTO zoo.comment VALUES (9, 'Day', NULL);
UPDATE zoo.comment SET commentable_type = 'App\Old''Page', commentable_id = '2' WHERE id = 4;
INSERT INTO "Shop, ""new"""."Note" VALUES (9, 1, 1, 'r');
INSERT INTO entry VALUES (5, 'event', 2);
UPDATE entry_1 SET which = 2;
UPDATE entry_0 SET which = 2;
INSERT INTO zoo.animal VALUES (9, 1, 'cage', 9);
BEGIN; INSERT INTO task VALUES (9, 9); COMMIT;

-- fails: what rows lead to goes
DELETE FROM task WHERE id = 1;
DELETE FROM page WHERE id = 1;
DELETE FROM "Shop, ""new"""."Order" WHERE id = 1;
TRUNCATE heading;
TRUNCATE event_high;
TRUNCATE zoo.day;

-- actions
BEGIN; DELETE FROM country WHERE id = 2; SELECT id, country FROM city ORDER BY id; ROLLBACK;
BEGIN; DELETE FROM zoo.day; SELECT id FROM zoo.comment ORDER BY id; ROLLBACK;
BEGIN; UPDATE zoo.token SET token = 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'; SELECT commentable_id FROM zoo.comment WHERE id = 4; ROLLBACK;
BEGIN; DELETE FROM "Shop, ""new"""."Item"; DELETE FROM "Shop, ""new"""."Order"; SELECT * FROM "Shop, ""new"""."Note" ORDER BY id; ROLLBACK;
BEGIN; UPDATE event SET id = 50 WHERE id = 150; SELECT * FROM entry ORDER BY id; ROLLBACK;
BEGIN; DELETE FROM event_high; SELECT id FROM entry ORDER BY id; ROLLBACK;
BEGIN; DELETE FROM zoo.cage WHERE id = 2; SELECT id FROM zoo.animal ORDER BY id; ROLLBACK;
BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM task WHERE id = 1; INSERT INTO task VALUES (1); SET CONSTRAINTS ALL IMMEDIATE; SELECT * FROM mark; ROLLBACK;

-- what is written is written as the key prints it
BEGIN; INSERT INTO zoo.comment VALUES (9, 'Page', '+001') RETURNING commentable_id; ROLLBACK;

-- new relations get ids of their own, and what there is can be changed and taken back
SELECT max(id) AS last FROM relations.edge \gset
BEGIN; SELECT id > :last FROM relations.many_to_one('shown', 'page', 'page'); ROLLBACK;
BEGIN; SELECT many_collection, many_field, constraint_name FROM relations.many_to_one('shown', 'page', 'page', 'all_shown'); ROLLBACK;
BEGIN; SELECT one_allowed_collections FROM relations.update_relation(10, '{"one_allowed_collections": "heading,zoo.text_block,zoo.cage"}'); ROLLBACK;
BEGIN; SELECT constraint_name FROM relations.update_relation(1, '{"constraint_name": "of_country"}'); ROLLBACK;
BEGIN; DROP VIEW cities_of; DROP MATERIALIZED VIEW words_of; DELETE FROM relations.relations;
SELECT count(*) FROM relations.relations;
SELECT oid::regprocedure FROM pg_proc WHERE oid >= 16384 AND pronamespace <> 'relations'::regnamespace ORDER BY 1;
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'relations.%' ORDER BY 1, 2;
SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2;
SELECT * FROM relations.check();
ROLLBACK;
