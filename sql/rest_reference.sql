-- Every REST request of the reference document, verbatim, with what it documents
-- as returned.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA rest_reference;
SET search_path = rest_reference;
\pset format unaligned
\pset tuples_only on
CREATE TABLE articles (id integer PRIMARY KEY, title text);
CREATE TABLE directus_files (id integer PRIMARY KEY, name text);
CREATE TABLE categories (id integer PRIMARY KEY, name text);
CREATE TABLE other (id integer PRIMARY KEY, article integer REFERENCES articles, file integer REFERENCES directus_files, category integer REFERENCES categories);
-- the keys of the relation object, in its order, then ours
CREATE FUNCTION seed(response json) RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('id', r->'id', 'many_collection', r->'many_collection', 'many_field', r->'many_field', 'one_collection', r->'one_collection',
		'one_field', r->'one_field', 'one_collection_field', r->'one_collection_field', 'one_allowed_collections', r->'one_allowed_collections', 'junction_field', r->'junction_field')
	FROM (SELECT response->'data' AS r) s
$$;

-- List relations: GET /relations
SELECT status, response FROM relations.rest('GET', '/relations');
-- Create a relation: POST /relations, a partial relation object
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 13;
SELECT status, seed(response), (SELECT array_agg(key) FROM json_object_keys(response->'data') key) FROM relations.rest('POST', '/relations', '{
"many_collection": "articles",
"many_field": "featured_image",
"one_collection": "directus_files"
}');
SELECT relations.delete_relation(13);
ALTER TABLE articles DROP featured_image;
-- Create multiple relations: POST /relations, an array
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 14;
SELECT status, (SELECT json_agg(r->>'many_field') FROM json_array_elements(response->'data') r), (SELECT json_agg(r->>'id') FROM json_array_elements(response->'data') r) FROM relations.rest('POST', '/relations', '[
{
"many_collection": "articles",
"many_field": "featured_image",
"one_collection": "directus_files"
},
{
"many_collection": "articles",
"many_field": "category",
"one_collection": "categories"
}
]');
-- Retrieve a relation: GET /relations/15
SELECT status, seed(response) FROM relations.rest('GET', '/relations/15');
-- Update a relation: PATCH /relations/15
SELECT status, seed(response) FROM relations.rest('PATCH', '/relations/15', '{
"one_field": "articles"
}');
SELECT status, seed(response) FROM relations.rest('GET', '/relations/15');
-- a list of up to limit objects, with all global query parameters
SELECT status, response FROM relations.rest('GET', '/relations?fields=id,many_field,one_field&sort=-id&limit=1');
SELECT status, response FROM relations.rest('GET', '/relations?fields[]=id&filter[one_collection][_eq]=categories&meta=*');
SELECT status, response FROM relations.rest('GET', '/relations?fields=id&search=featured&page=1&limit=10');
SELECT status, response FROM relations.rest('GET', '/relations/15?fields=id,many_collection');
SELECT status, response FROM relations.rest('PATCH', '/relations/15?fields=one_field', '{"one_field": null}');
SELECT status, response FROM relations.rest('GET', '/relations?aggregate[count]=*&groupBy=many_collection');
SELECT status, response FROM relations.rest('PATCH', '/relations?fields=id,on_delete', '{"keys": [14, 15], "data": {"on_delete": "SET NULL"}}');
-- Delete multiple relations: DELETE /relations, an array of keys: all or none
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 251;
SELECT status, response->'data'->'id' FROM relations.rest('POST', '/relations', '{"many_collection": "other", "many_field": "article", "one_collection": "articles"}');
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 810;
SELECT status, response->'data'->'id' FROM relations.rest('POST', '/relations', '{"many_collection": "other", "many_field": "file", "one_collection": "directus_files"}');
SELECT status, response FROM relations.rest('DELETE', '/relations', '[15, 251, 811]');
SELECT array_agg(id ORDER BY id) FROM relations.relations;
SELECT status, response IS NULL AS is_empty FROM relations.rest('DELETE', '/relations', '[15, 251, 810]');
-- Delete a relation: DELETE /relations/15
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 15;
SELECT status FROM relations.rest('POST', '/relations', '{"many_collection": "other", "many_field": "category", "one_collection": "categories"}');
SELECT status, response IS NULL AS is_empty FROM relations.rest('DELETE', '/relations/15');
SELECT status, response FROM relations.rest('DELETE', '/relations/15');
SELECT status, response FROM relations.rest('GET', '/relations/15');
SELECT status, response FROM relations.rest('PATCH', '/relations/15', '{"one_field": "articles"}');

-- relations of collections that one has no access to are stripped out
CREATE ROLE rest_reference_ann;
GRANT USAGE ON SCHEMA rest_reference TO rest_reference_ann;
GRANT SELECT ON articles TO rest_reference_ann;
SET ROLE rest_reference_ann;
SELECT status, response FROM relations.rest('GET', '/relations');
SELECT status, response FROM relations.rest('GET', '/relations/14');
SELECT status, response FROM relations.rest('DELETE', '/relations/14');
RESET ROLE;
GRANT SELECT ON directus_files TO rest_reference_ann;
SET ROLE rest_reference_ann;
SELECT status, response FROM relations.rest('GET', '/relations?fields=id');
SELECT status, response FROM relations.rest('DELETE', '/relations/14');
RESET ROLE;

-- what is not as it should be
SELECT status, response FROM relations.rest('POST', '/relations', '{"many_collection": "articles", "many_field": "featured_image", "one_collection": "directus_files"}');
SELECT status, response FROM relations.rest('POST', '/relations', '{"many_collection": "nothing", "many_field": "x", "one_collection": "directus_files"}');
SELECT status, response FROM relations.rest('POST', '/relations', '[{"many_collection": "articles", "many_field": "x", "one_collection": "directus_files"}, {"many_collection": "articles", "many_fields": "y", "one_collection": "directus_files"}]');
SELECT status, response FROM relations.rest('POST', '/relations');
SELECT status, response FROM relations.rest('POST', '/relations', '5');
SELECT status, response FROM relations.rest('DELETE', '/relations', '5');
SELECT status, response FROM relations.rest('GET', '/relations/x');
SELECT status, response FROM relations.rest('GET', '/relations/14/x');
SELECT count(*) FROM relations.relations;

DROP OWNED BY rest_reference_ann;
DROP ROLE rest_reference_ann;
DELETE FROM relations.relations;
DROP SCHEMA rest_reference CASCADE;
