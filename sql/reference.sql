-- Every operation of the reference document with its own examples, once as a
-- function and once as DML on the view.
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA reference;
SET search_path = reference;

CREATE TABLE directus_files (id uuid PRIMARY KEY, title text);
CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE articles (id serial PRIMARY KEY, title text, featured_image uuid, category integer);
INSERT INTO directus_files VALUES
	('00000000-0000-0000-0000-000000000001', 'sea'), ('00000000-0000-0000-0000-000000000002', 'hill');
INSERT INTO categories (name) VALUES ('news'), ('sport');
INSERT INTO articles (title, featured_image, category) VALUES
	('first', '00000000-0000-0000-0000-000000000001', 1),
	('second', '00000000-0000-0000-0000-000000000001', 2),
	('third', NULL, 1);

-- All that relations may make or take back, as one text.
CREATE FUNCTION picture() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
		SELECT format('column %s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull)
		FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
		WHERE relnamespace = 'reference'::regnamespace AND attnum > 0
		UNION ALL
		SELECT format('constraint %s on %s %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE connamespace = 'reference'::regnamespace AND contype <> 'n'
		UNION ALL
		SELECT pg_get_indexdef(indexrelid)
		FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'reference'::regnamespace
		UNION ALL
		SELECT format('%s owned by %s', pg_get_functiondef(oid), proowner::regrole)
		FROM pg_proc WHERE pronamespace = 'reference'::regnamespace AND proname <> 'picture'
		UNION ALL
		SELECT format('trigger %s on %s', tgfoid::regproc, tgrelid::regclass)
		FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = 'reference'::regnamespace
		) lines (line)
	$$;
SELECT picture() AS before \gset

-- The relation object: the eight fields of the reference, in its order and of
-- its types, come first.
SELECT attname, atttypid::regtype FROM pg_attribute
WHERE attrelid = 'relations.relations'::regclass AND attnum BETWEEN 1 AND 8 ORDER BY attnum;

-- List: no relations, no rows.
SELECT * FROM relations.relations;

-- What a creation would run: shown, and nothing is changed.
SELECT relations.create_relation_sql(
	'{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files", "one_field": "articles"}');
SELECT picture() = :'before' AS nothing_changed, (SELECT count(*) FROM relations.relations) AS relations;

-- Those statements are what creating does.
BEGIN;
SELECT relations.create_relation_sql(
	'{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files", "one_field": "articles"}') \gexec
SELECT picture() AS shown \gset
ROLLBACK;
BEGIN;
SELECT id FROM relations.create_relation(
	'{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files", "one_field": "articles"}');
SELECT picture() = :'shown' AS does_what_it_shows, picture() <> :'before' AS does_something;
ROLLBACK;
-- for a column that is added too
SELECT relations.create_relation_sql(
	'{"many_collection": "articles", "many_field": "author", "one_collection": "categories", "required": true, "is_unique": true, "sort_field": "rank", "on_delete": "cascade", "deferrable": true}');
-- what creating would refuse, showing refuses
SELECT relations.create_relation_sql('{"many_collection": "articles", "many_field": "title", "one_collection": "categories"}');
SELECT picture() = :'before' AS nothing_changed;

-- Create one, as a function ...
ALTER SEQUENCE relations.edge_id_seq RESTART;
SELECT r.* FROM relations.create_relation(
	'{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files"}') r \gx
-- ... and take it away again, all of it
SELECT relations.delete_relation(1);
SELECT picture() = :'before' AS as_before, (SELECT count(*) FROM relations.relations) AS relations;
-- ... and as DML
INSERT INTO relations.relations (many_collection, many_field, one_collection)
	VALUES ('articles', 'featured_image', 'directus_files') RETURNING *\gx
DELETE FROM relations.relations WHERE id = 2 RETURNING id, many_collection, many_field;
SELECT picture() = :'before' AS as_before;

-- Create many: one object for each, in order; ids may be given.
SELECT r.id, r.many_field, r.one_collection FROM relations.create_relations('[
	{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files"},
	{"many_collection": "articles", "many_field": "category", "one_collection": "categories"}]') WITH ORDINALITY
	AS r ORDER BY ordinality;
-- each is enforced
INSERT INTO articles (title, category) VALUES ('no category', 99);
DELETE FROM directus_files WHERE title = 'sea';
SELECT relations.delete_relations('{3, 4}');
SELECT picture() = :'before' AS as_before;
INSERT INTO relations.relations (id, many_collection, many_field, one_collection) VALUES
	(15, 'articles', 'featured_image', 'directus_files'), (251, 'articles', 'category', 'categories')
	RETURNING id, many_field, one_collection, constraint_name;

-- All or none: a bad second object undoes the first.
SELECT picture() AS two \gset
SELECT id FROM relations.create_relations('[
	{"many_collection": "articles", "many_field": "cover", "one_collection": "directus_files"},
	{"many_collection": "articles", "many_field": "id", "one_collection": "nowhere"}]');
INSERT INTO relations.relations (many_collection, many_field, one_collection) VALUES
	('articles', 'cover', 'directus_files'), ('articles', 'title', 'categories');
SELECT picture() = :'two' AS as_before, (SELECT count(*) FROM relations.relations) AS relations;
-- an error that is caught leaves nothing half done either
DO $$
BEGIN
	PERFORM relations.create_relations('[
		{"many_collection": "articles", "many_field": "cover", "one_collection": "directus_files"},
		{"many_collection": "articles", "many_field": "category", "one_collection": "categories"}]');
EXCEPTION WHEN duplicate_object THEN
	RAISE NOTICE 'caught: %', SQLERRM;
END $$;
SELECT picture() = :'two' AS as_before, (SELECT count(*) FROM relations.relations) AS relations;
-- neither the array form takes an object nor the other way round
SELECT relations.create_relations('{"many_collection": "articles", "many_field": "cover", "one_collection": "directus_files"}');
SELECT relations.create_relation('[{"many_collection": "articles", "many_field": "cover", "one_collection": "directus_files"}]');
SELECT id FROM relations.create_relations('[]');

-- Retrieve one: by its key, and an error where there is none.
SELECT id, many_collection, one_collection FROM relations.get_relation(15);
SELECT id, many_collection, one_collection FROM relations.relations WHERE id = 15;
SELECT relations.get_relation(16);

-- Update one: the alias comes, and is renamed; the foreign key is not touched.
SELECT oid AS key_oid FROM pg_constraint WHERE conname = 'articles_featured_image_fkey' \gset
SELECT r.* FROM relations.update_relation(15, '{"one_field": "articles"}') r \gx
SELECT f.title, a.title FROM directus_files f, articles(f) a ORDER BY 1, 2;
UPDATE relations.relations SET one_field = 'used_in' WHERE id = 15 RETURNING id, one_field, constraint_name;
SELECT f.title, a.title FROM directus_files f, used_in(f) a ORDER BY 1, 2;
SELECT oid = :key_oid AS same_key FROM pg_constraint WHERE conname = 'articles_featured_image_fkey';
SELECT to_regprocedure('articles(directus_files)') AS old_alias, to_regprocedure('used_in(directus_files)') AS new_alias;
UPDATE relations.relations SET one_field = NULL, on_delete = 'SET NULL' WHERE id = 15
	RETURNING one_field, on_delete;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'articles_featured_image_fkey';
-- its identity cannot change, nor can one that is not there
SELECT relations.update_relation(15, '{"many_field": "category"}');
UPDATE relations.relations SET many_collection = 'categories' WHERE id = 15;
SELECT relations.update_relation(16, '{"one_field": "articles"}');
UPDATE relations.relations SET one_field = 'articles' WHERE id = 16 RETURNING id;
SELECT relations.update_relation(15, '{"no_such_key": 1}');

-- List: filtered, sorted and paged by plain SQL.
INSERT INTO relations.relations (id, many_collection, many_field, one_collection, one_field)
	VALUES (810, 'categories', 'parent', 'categories', 'children') RETURNING id, one_field;
SELECT id, many_collection, one_collection FROM relations.relations ORDER BY id;
SELECT id, many_field FROM relations.relations WHERE one_collection = 'categories' ORDER BY many_field DESC;
SELECT id FROM relations.relations ORDER BY many_collection, many_field LIMIT 1 OFFSET 1;
SELECT many_collection, count(*), min(id) FROM relations.relations GROUP BY 1 HAVING count(*) > 1;
-- relations of a collection that the user may not read are left out
CREATE ROLE regress_reference_reader;
GRANT USAGE ON SCHEMA reference TO regress_reference_reader;
GRANT SELECT ON articles, categories TO regress_reference_reader;
SET ROLE regress_reference_reader;
SELECT id, many_field, one_collection FROM relations.relations ORDER BY id;
SELECT relations.get_relation(15);
RESET ROLE;

-- Update many by DML, all or none: two relations cannot give one table one alias.
UPDATE relations.relations SET one_field = 'things' WHERE one_collection = 'categories';
SELECT id, one_field FROM relations.relations ORDER BY id;
UPDATE relations.relations SET on_update = 'CASCADE' WHERE one_collection = 'categories' RETURNING id, on_update;

-- Delete many, all or none: one of them does not exist.
SELECT picture() AS three \gset
SELECT relations.delete_relations('{15, 16, 810}');
SELECT relations.delete_relations('{15, NULL}');
SELECT picture() = :'three' AS as_before, array_agg(id ORDER BY id) FROM relations.relations;
BEGIN;
DELETE FROM relations.relations WHERE id IN (15, 251, 810);
SELECT count(*) FROM relations.relations;
ROLLBACK;
SELECT picture() = :'three' AS as_before, array_agg(id ORDER BY id) FROM relations.relations;
SELECT relations.delete_relations('{15, 251, 810}');
SELECT count(*) AS relations FROM relations.relations;
-- only the column that creating added stays
ALTER TABLE categories DROP COLUMN parent;
SELECT regexp_replace(picture(), 'column categories.*pg.dropped[^\n]*\n', '') = :'before' AS as_before;
SELECT relations.delete_relation(15);
DELETE FROM relations.relations WHERE id = 15 RETURNING id;
SELECT count(*) AS articles FROM articles;

DELETE FROM relations.relations;
SET client_min_messages = warning;
DROP SCHEMA reference CASCADE;
DROP ROLE regress_reference_reader;
