-- Every GraphQL request of the reference document, as it is written there.
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 13;
SET client_min_messages = warning;
CREATE SCHEMA graphql_reference;
SET search_path = graphql_reference;
\pset format unaligned
\pset tuples_only on
CREATE TABLE directus_files (id uuid PRIMARY KEY, title text);
CREATE TABLE categories (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE articles (id serial PRIMARY KEY, title text, featured_image uuid, category integer);

-- the types that it shows
CREATE FUNCTION shown(type text, field text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT line FROM regexp_split_to_table(regexp_replace(relations.graphql_schema(), '^.*?\n*type ' || type || ' \{\n(.*?)\n\}.*$', '\1'), '\n') line
	WHERE line ~ ('^  ' || field || '[(:]') $$;
SELECT regexp_replace(shown('Query', 'relations'), '\(.*\)', '');
SELECT * FROM shown('Query', 'relations_by_id');
SELECT * FROM shown('Mutation', '(create|update|delete)_relations_items?');
SELECT string_agg(f ->> 'name', ' ') FROM json_array_elements(relations.graphql('{ __type(name: "directus_relations") { fields { name } } }')
	-> 'data' -> '__type' -> 'fields') f;

-- Create a Relation
SELECT relations.graphql('mutation {
create_relations_item(
data: { many_collection: "articles", many_field: "featured_image", one_collection: "directus_files" }
) {
id
many_collection
one_collection
}
}');

-- Create Multiple Relations
DELETE FROM relations.relations;
SELECT relations.graphql('mutation {
create_relations_items(
data: [
{ many_collection: "articles", many_field: "featured_image", one_collection: "directus_files" }
{ many_collection: "articles", many_field: "category", one_collection: "categories" }
]
) {
id
many_collection
one_collection
}
}');

-- List relations
SELECT relations.graphql('query {
relations {
id
many_collection
one_collection
}
}');

-- Retrieve a relation
SELECT relations.graphql('query {
relations_by_id(id: 15) {
id
many_collection
one_collection
}
}');

-- the global query parameters
SELECT relations.graphql('{ relations(filter: {one_collection: {_eq: "categories"}}, sort: ["-id"], limit: 1, search: "cat") { id many_field } }');
SELECT relations.graphql('{ relations(offset: 1, limit: 1) { id } a: relations(page: 3, limit: 1) { id } b: relations_by_id(id: 99) { id } }');
SELECT relations.graphql('{ relations_aggregated(groupBy: ["on_delete"]) { group countAll } }');

-- Update a Relation
SELECT relations.graphql('mutation {
update_relations_item(id: 15, data: { one_field: "articles" }) {
id
many_collection
one_collection
}
}');
SELECT relations.graphql('{ categories { articles { id } } relations_by_id(id: 15) { one_field } }');

-- Delete a Relation
SELECT relations.graphql('mutation {
delete_relations_item(id: 15) {
id
}
}');

-- Delete Multiple Relations
CREATE TABLE authors (id serial PRIMARY KEY);
SELECT relations.graphql('mutation { create_relations_item(data: {many_collection: "articles", many_field: "category", one_collection: "categories"}) { id } }');
UPDATE relations.edge SET id = 15 WHERE id = 16;
UPDATE relations.target SET edge = 15 WHERE edge = 16;
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 251;
SELECT relations.graphql('mutation { create_relations_item(data: {many_collection: "articles", many_field: "author", one_collection: "authors"}) { id } }');
ALTER SEQUENCE relations.edge_id_seq RESTART WITH 810;
SELECT relations.graphql('mutation { create_relations_item(data: {many_collection: "articles", many_field: "editor", one_collection: "authors"}) { id } }');
SELECT relations.graphql('mutation {
delete_relations_items(ids: [15, 251, 810]) {
ids
}
}');
SELECT relations.graphql('{ relations { id } }');
SELECT relations.graphql('mutation { delete_relations_items(ids: [14, 99]) { ids } }');
SELECT relations.graphql('mutation { create_relations_item(data: {many_collection: "articles", many_field: "nope", one_collection: "nowhere"}) { id } }');
SELECT relations.graphql('{ relations { id } }');

DELETE FROM relations.relations;
DROP SCHEMA graphql_reference CASCADE;
