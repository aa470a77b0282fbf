-- Polymorphic columns of an existing database: what is found, what its values
-- mean, what adopt() makes of it.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_discover_any;
CREATE SCHEMA regress_discover_any2;
SET search_path = regress_discover_any;

-- what is referred to
CREATE TABLE posts (id bigint PRIMARY KEY);
CREATE TABLE people (id bigint PRIMARY KEY, type text);
CREATE TABLE categories (id bigint PRIMARY KEY);
CREATE TABLE blog_entries (id bigint PRIMARY KEY);
CREATE TABLE active_storage_blobs (id bigint PRIMARY KEY);
CREATE TABLE "HTMLPages" (id bigint PRIMARY KEY);
CREATE TABLE news (id bigint PRIMARY KEY);
CREATE TABLE documents (id uuid PRIMARY KEY);
CREATE TABLE seats (hall bigint, number bigint, PRIMARY KEY (hall, number));
CREATE TABLE heap (id bigint);
CREATE TABLE wp_pages (id bigint PRIMARY KEY);
CREATE TABLE media (id bigint PRIMARY KEY);
CREATE TABLE medium (id bigint PRIMARY KEY);
CREATE TABLE auth_user (id integer PRIMARY KEY);
CREATE TABLE shop_orderline (id integer PRIMARY KEY);
CREATE TABLE invoices (id bigint PRIMARY KEY);
CREATE TABLE payroll_invoices (id bigint PRIMARY KEY);
CREATE TABLE exports (id bigint PRIMARY KEY, type text);
CREATE TABLE gateways (id bigint PRIMARY KEY);
CREATE TABLE regress_discover_any2.parcels (id bigint PRIMARY KEY);
INSERT INTO posts SELECT generate_series(1, 9);
INSERT INTO people SELECT n, CASE WHEN n % 2 = 0 THEN 'Vendor' ELSE 'Guest' END FROM generate_series(1, 9) n;
INSERT INTO categories SELECT generate_series(1, 9);
INSERT INTO blog_entries SELECT generate_series(1, 9);
INSERT INTO active_storage_blobs SELECT generate_series(1, 9);
INSERT INTO "HTMLPages" SELECT generate_series(1, 9);
INSERT INTO news SELECT generate_series(1, 9);
INSERT INTO documents VALUES ('5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001');
INSERT INTO wp_pages SELECT generate_series(1, 9);
INSERT INTO media SELECT generate_series(1, 9);
INSERT INTO medium SELECT generate_series(1, 9);
INSERT INTO auth_user SELECT generate_series(1, 9);
INSERT INTO shop_orderline SELECT generate_series(1, 9);
INSERT INTO invoices SELECT generate_series(1, 9);
INSERT INTO payroll_invoices SELECT generate_series(1, 9);
INSERT INTO exports SELECT n, CASE WHEN n < 5 THEN 'Export::Csv::Post' ELSE 'Gateway' END FROM generate_series(1, 9) n;
INSERT INTO gateways SELECT generate_series(1, 9);
INSERT INTO regress_discover_any2.parcels SELECT generate_series(1, 9);

-- a table for each case; name of the table, both columns, types, rows
CREATE TYPE subject AS ENUM ('Post', 'Person');
CREATE TABLE django_content_type (id integer PRIMARY KEY, app_label varchar(100), model varchar(100));
INSERT INTO django_content_type VALUES (7, 'auth', 'user'), (8, 'shop', 'orderline'), (9, 'shop', 'gone');
CREATE TEMP TABLE shape (n int, many text, d text, d_type text, i text, i_type text, rows text);
INSERT INTO shape VALUES
	-- Rails: base classes, irregular and namespaced names, another case, a namespace that the table leaves out
	(1, 'rails', 'record_type', 'varchar', 'record_id', 'bigint', $$('Post', 1), ('Person', 2), ('Category', 3), ('News', 4)$$),
	(2, 'active_storage_attachments', 'record_type', 'varchar', 'record_id', 'bigint', $$('ActiveStorage::Blob', 1), ('Blog::Entry', 2), ('HTMLPage', 3)$$),
	(3, 'rails_module', 'item_type', 'varchar', 'item_id', 'bigint', $$('Cms::Post', 1)$$),
	(4, 'rails_namesake', 'item_type', 'varchar', 'item_id', 'bigint', $$('Cms::Post', 1), ('Post', 1)$$),
	(31, 'rails_nested', 'item_type', 'varchar', 'item_id', 'bigint', $$('Category::Post', 1)$$),
	(32, 'rails_deeply_nested', 'item_type', 'varchar', 'item_id', 'bigint', $$('Category::Cms::Post', 1)$$),
	-- its whole name is a table's, and its last part another's: the former in Ruby, either elsewhere
	(33, 'rails_whole', 'item_type', 'varchar', 'item_id', 'bigint', $$('Payroll::Invoice', 1), ('Invoice', 1)$$),
	(34, 'laravel_whole', 'item_type', 'varchar', 'item_id', 'bigint', $$('App\Models\Payroll\Invoice', 1)$$),
	-- single-table inheritance: all rows are of the class, or some are not
	(5, 'rails_sti', 'owner_type', 'varchar', 'owner_id', 'bigint', $$('Vendor', 2), ('Vendor', 4), ('Person', 1)$$),
	(6, 'rails_sti_other', 'owner_type', 'varchar', 'owner_id', 'bigint', $$('Vendor', 2), ('Vendor', 3)$$),
	-- a subclass whose last part is a table's name; a class with a table, and rows of it in another as well, or not
	(35, 'rails_sti_part', 'item_type', 'varchar', 'item_id', 'bigint', $$('Export::Csv::Post', 1), ('Export::Csv::Post', 2)$$),
	(36, 'rails_sti_rival', 'item_type', 'varchar', 'item_id', 'bigint', $$('Gateway', 5), ('Gateway', 9)$$),
	(37, 'rails_sti_namesake', 'item_type', 'varchar', 'item_id', 'bigint', $$('Gateway', 4), ('Gateway', 9)$$),
	-- Laravel: classes, a morph map, both
	(7, 'laravel', 'taggable_type', 'varchar(255)', 'taggable_id', 'bigint', $$('App\Models\Post', 1), ('App\Person', 2), ('App\Models\Blog\Entry', 3)$$),
	(8, 'laravel_map', 'taggable_type', 'varchar(255)', 'taggable_id', 'bigint', $$('post', 1), ('blog-entry', 2), ('App\Models\Post', 3)$$),
	-- Django: content types, by several names; a model without a table, an id without a model
	(9, 'django', 'content_type_id', 'integer REFERENCES django_content_type', 'object_id', 'integer', $$(7, 1), (8, 2)$$),
	(10, 'django_text', 'target_content_type_id', 'integer REFERENCES django_content_type', 'target_object_id', 'text', $$(7, '1'), (7, '2')$$),
	(11, 'django_gone', 'assigned_object_type_id', 'integer REFERENCES django_content_type', 'assigned_object_id', 'bigint', $$(7, 1), (9, 1)$$),
	-- Directus, and plain names of tables, with a schema too
	(12, 'directus', 'collection', 'varchar(255)', 'item', 'varchar(255)', $$('posts', '1'), ('documents', '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001'), ('HTMLPages', '3')$$),
	(13, 'directus_class', 'collection', 'varchar(255)', 'item', 'varchar(255)', $$('Post', '1')$$),
	(14, 'plain', 'table_name', 'text', 'record_id', 'bigint', $$('posts', 1), ('regress_discover_any2.parcels', 2)$$),
	-- Strapi, Sequelize and TypeORM, an enum
	(15, 'strapi', 'related_type', 'text', 'related_id', 'int', $$('api::post.post', 1)$$),
	(16, 'sequelize', 'commentableType', 'text', 'commentableId', 'int', $$('post', 1), ('HTMLPages', 2)$$),
	(17, 'enumerated', 'subject_type', 'subject', 'subject_id', 'int', $$('Post', 1), ('Person', 2)$$),
	-- what is not certain: two tables, a prefix, another schema
	(18, 'ambiguous', 'item_type', 'text', 'item_id', 'int', $$('Medium', 1)$$),
	(19, 'wp_comments', 'item_type', 'text', 'item_id', 'int', $$('Page', 1)$$),
	(20, 'elsewhere', 'item_type', 'text', 'item_id', 'int', $$('Parcel', 1)$$),
	-- what does not fit: the key's type, its size, no key
	(21, 'misfit', 'item_type', 'text', 'item_id', 'bigint', $$('Document', 1), ('Seat', 1), ('Heap', 1), ('Post', 1)$$),
	-- rows that lead nowhere, hold one column only, a value of no table; none at all
	(22, 'orphans', 'item_type', 'text', 'item_id', 'bigint', $$('Post', 1), ('Post', 10), ('Post', 11), ('Category', 10), ('News', 1)$$),
	(23, 'halves', 'item_type', 'text', 'item_id', 'bigint', $$('Post', 1), ('Post', NULL), (NULL, 1), (NULL, NULL)$$),
	(24, 'unmapped', 'item_type', 'text', 'item_id', 'bigint', $$('Ghost', 1), ('', 1), ('it''s', 1), ('Post', 1)$$),
	(25, 'empty', 'item_type', 'text', 'item_id', 'bigint', NULL),
	(26, 'unused', 'item_type', 'text', 'item_id', 'bigint', $$(NULL, NULL)$$),
	-- a history
	(27, 'versions', 'item_type', 'text', 'item_id', 'bigint', $$('Post', 1)$$),
	-- no references: a foreign key, a number for a type, too many values, a type that is no key
	(28, 'key', 'post_type', 'text', 'post_id', 'bigint REFERENCES posts', $$('Post', 1)$$),
	(29, 'number', 'item_type', 'int', 'item_id', 'bigint', $$(1, 1)$$),
	(30, 'content', 'content_type', 'text', 'content_id', 'date', $$('Post', '2020-01-01')$$);
DO $$
DECLARE
	shape record;
BEGIN
	FOR shape IN SELECT * FROM shape ORDER BY n LOOP
		EXECUTE format('CREATE TABLE %I (n serial PRIMARY KEY, %I %s, %I %s)', shape.many, shape.d, shape.d_type, shape.i, shape.i_type);
		IF shape.rows IS NOT NULL THEN
			EXECUTE format('INSERT INTO %I (%I, %I) VALUES %s', shape.many, shape.d, shape.i, shape.rows);
		END IF;
	END LOOP;
END $$;
CREATE TABLE many_values (item_type text, item_id int);
INSERT INTO many_values SELECT 'v' || n, n FROM generate_series(1, 201) n;
-- two pairs of one table; keys of both come and go with a partitioned table
CREATE TABLE two (source_type text, source_id bigint, target_type text, target_id bigint) PARTITION BY LIST (source_type);
CREATE TABLE two_1 PARTITION OF two DEFAULT;
INSERT INTO two VALUES ('Post', 1, 'News', 2);

CREATE FUNCTION pairs() RETURNS TABLE (many text, discriminators jsonb, alias text, validate text, evidence text, registered boolean) LANGUAGE sql AS $$
	SELECT relation->>'many_collection', relation->'discriminators', relation->>'reverse_field', relation->>'validate', d.evidence, d.registered
	FROM relations.discover('{regress_discover_any}') d WHERE kind = 'm2a' $$;
\pset format unaligned
\pset tuples_only on
SELECT p.many, p.discriminators, p.alias, p.validate, E'\n\t' || p.evidence FROM pairs() p LEFT JOIN shape USING (many) ORDER BY shape.n, p.alias;

-- a proposal is what create_relation() takes, where rows are not right as well
BEGIN;
SELECT r.many_collection, r.many_field, r.one_allowed_collections, r.on_delete, r.reverse_field
FROM relations.discover('{regress_discover_any}') d, relations.create_relation(d.relation) r
WHERE d.kind = 'm2a' AND d.relation->'discriminators' <> '{}' ORDER BY 1, 2;
\set VERBOSITY terse
SAVEPOINT s;
INSERT INTO orphans (item_type, item_id) VALUES ('Post', 12);
ROLLBACK TO s;
DELETE FROM news WHERE id = 4;
ROLLBACK;

-- adopt: what is sound, and no more; what is enforced afterwards
SET client_min_messages = notice;
SELECT many_collection, one_collection_field, many_field, discriminators, on_delete, reverse_field
FROM relations.adopt('{regress_discover_any}') WHERE one_collection IS NULL;
SET client_min_messages = warning;
SELECT many FROM pairs() WHERE NOT registered AND evidence !~ 'adopt\(\) leaves it out$';
SELECT many, discriminators, alias, evidence FROM pairs() WHERE registered AND many IN ('django', 'laravel_map') ORDER BY 1;
SELECT count(*) FROM relations.adopt('{regress_discover_any}');
SELECT c.problem FROM relations.check() c JOIN relations.relations r ON r.id = c.relation_id JOIN shape s ON s.many = r.many_collection WHERE r.one_collection IS NULL;
INSERT INTO rails (record_type, record_id) VALUES ('Post', 10);
INSERT INTO rails (record_type, record_id) VALUES ('Ghost', 1);
DELETE FROM auth_user WHERE id = 2;
INSERT INTO django (content_type_id, object_id) VALUES (8, 10);
INSERT INTO enumerated (subject_type, subject_id) VALUES ('Person', 10);
-- the rows of before are as they were
SELECT string_agg(taggable_type || ' ' || taggable_id, ', ' ORDER BY n) FROM laravel_map;
SELECT count(*) FROM posts p, laravel_map(p) t;

-- a reference waits as long as the foreign key of its content type, in Django to the end of the transaction
CREATE TABLE django_late (content_type_id integer REFERENCES django_content_type DEFERRABLE INITIALLY DEFERRED, object_id integer);
INSERT INTO django_late VALUES (8, 3);
SELECT relation->>'deferrable' FROM relations.discover('{regress_discover_any}') WHERE relation->>'many_collection' = 'django_late' AND kind = 'm2a';
SELECT many_collection, many_field FROM relations.adopt('{regress_discover_any}');
SELECT tgname, tgdeferrable, tginitdeferred FROM pg_trigger WHERE tgrelid = 'django_late'::regclass AND tgname = 'django_late_content_type_id_object_id_fkey';
BEGIN;
DELETE FROM shop_orderline WHERE id = 3;
DELETE FROM django_late;
COMMIT;
BEGIN;
INSERT INTO django_late VALUES (8, 10);
-- fails: it still leads nowhere
COMMIT;

-- what is put right can be adopted
DELETE FROM orphans WHERE item_id > 9;
SELECT many_collection, discriminators FROM relations.adopt('{regress_discover_any}');

-- rights: of a column that may not be read nothing is told, and only an owner adopts
CREATE ROLE regress_discover_any;
GRANT USAGE ON SCHEMA regress_discover_any TO regress_discover_any;
GRANT SELECT ON misfit, posts TO regress_discover_any;
GRANT SELECT (n, item_type) ON ambiguous TO regress_discover_any;
GRANT SELECT (n, item_type, item_id) ON unmapped TO regress_discover_any;
GRANT SELECT (type) ON people TO regress_discover_any;
INSERT INTO unmapped (item_type, item_id) VALUES ('Person', 99);
SET ROLE regress_discover_any;
SELECT relation->>'many_collection', evidence FROM relations.discover('{regress_discover_any}') WHERE kind = 'm2a';
SELECT count(*) FROM relations.adopt('{regress_discover_any}');
RESET ROLE;
-- nor of a schema that may not be used
REVOKE USAGE ON SCHEMA regress_discover_any FROM regress_discover_any;
SET ROLE regress_discover_any;
SELECT count(*) FROM relations.discover('{regress_discover_any}') WHERE kind = 'm2a';
RESET ROLE;
DROP OWNED BY regress_discover_any;
DROP ROLE regress_discover_any;
SET client_min_messages = warning;
DELETE FROM relations.relations;
DROP SCHEMA regress_discover_any, regress_discover_any2 CASCADE;
