-- relations.relations is a collection: its items are relation objects, as for create_relation().
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA write_relations;
SET search_path = write_relations;
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	context text;
BEGIN
	EXECUTE statement INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, substring(context from '(?n)^at .*$'));
END $$;
CREATE TABLE articles (id integer PRIMARY KEY, title text);
CREATE TABLE files (id integer PRIMARY KEY, name text);
CREATE TABLE categories (id integer PRIMARY KEY, name text);
SELECT relations.create_item('relations.relations', '{"many_collection": "articles", "many_field": "featured_image", "one_collection": "files"}');
SELECT relations.create_items('relations.relations', '[{"many_collection": "articles", "many_field": "category", "one_collection": "categories", "one_field": "articles", "required": false}, {"many_collection": "articles", "many_field": "other", "one_collection": "categories"}]', '{"fields": ["id", "many_field", "constraint_name"]}');
SELECT relations.update_item('relations.relations', 1, '{"one_field": "articles"}', '{"fields": ["id", "one_field"]}');
SELECT relations.update_items('relations.relations', '[1, 2]', '{"on_delete": "CASCADE"}', '{"fields": ["id", "on_delete"]}');
SELECT relations.update_items('relations.relations', NULL, '[{"id": 3, "one_field": "others"}, {"id": 1, "one_field": null}]', '{"fields": ["id", "one_field"]}');
-- lists and objects where the view has text
SELECT relations.create_item('relations.relations', '{"many_collection": "files", "many_field": "item", "one_collection_field": "collection", "one_allowed_collections": ["articles", "categories"], "reverse_field": "files"}', '{"fields": ["id", "one_allowed_collections", "discriminators", "reverse_field"]}');
-- both halves of a junction at once
CREATE TABLE junction (id integer PRIMARY KEY, a integer, b integer);
SELECT relations.create_items('relations.relations', '[{"many_collection": "junction", "many_field": "a", "one_collection": "articles", "one_field": "cats", "junction_field": "b"}, {"many_collection": "junction", "many_field": "b", "one_collection": "categories", "one_field": "arts", "junction_field": "a"}]', '{"fields": ["id", "junction_field"]}');
SELECT attempt($$SELECT relations.create_item('relations.relations', '{"many_collection": "articles", "many_field": "category", "one_collection": "categories"}')$$);
SELECT attempt($$SELECT relations.create_items('relations.relations', '[{"many_collection": "articles", "many_field": "third", "one_collection": "files"}, {"many_collection": "articles", "many_field": "fourth", "one_collection": "nothing"}]')$$);
SELECT attempt($$SELECT relations.create_items('relations.relations', '{}')$$);
SELECT attempt($$SELECT relations.create_item('relations.relations', '{"many_collection": "articles", "nothing": 1}')$$);
SELECT attempt($$SELECT relations.update_item('relations.relations', 99, '{}')$$);
SELECT attempt($$SELECT relations.update_items('relations.relations', NULL, '[{"id": 1}, {"one_field": "x"}]')$$);
SELECT attempt($$SELECT relations.update_items('relations.relations', '[1, "x"]', '{}')$$);
SELECT attempt($$SELECT relations.delete_items('relations.relations', '[1, 99]')$$);
SELECT relations.delete_items('relations.relations', '[1, 4]');
SELECT relations.delete_item('relations.relations', 2);
SELECT id, many_field FROM relations.relations ORDER BY id;
SELECT column_name FROM information_schema.columns WHERE table_schema = 'write_relations' AND table_name = 'articles' ORDER BY ordinal_position;

DELETE FROM relations.relations;
DROP SCHEMA write_relations CASCADE;
