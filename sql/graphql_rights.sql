-- GraphQL shows and gives each role what it may read; schemas are kept and follow every change.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_rights;
SET search_path = graphql_rights;
\pset format unaligned
\pset tuples_only on
CREATE ROLE graphql_rights_ann;
CREATE ROLE graphql_rights_bob;
CREATE ROLE graphql_rights_team;
CREATE TABLE folder (id integer PRIMARY KEY, owner name, name text, secret text, gone text);
-- there are no rights on it
ALTER TABLE folder DROP gone;
CREATE TABLE doc (id integer PRIMARY KEY, owner name, title text);
SELECT count(*) FROM relations.many_to_one('doc', 'folder', 'folder', 'docs');
CREATE TABLE note (id integer PRIMARY KEY, kind text, item integer);
SELECT count(*) FROM relations.create_relation('{"many_collection": "note", "many_field": "item", "one_collection_field": "kind",
	"one_allowed_collections": "folder,doc", "reverse_field": "notes"}');
INSERT INTO folder VALUES (1, 'graphql_rights_ann', 'a', 's1'), (2, 'graphql_rights_bob', 'b', 's2');
INSERT INTO doc VALUES (1, 'graphql_rights_ann', 'x', 1), (2, 'graphql_rights_bob', 'y', 1);
INSERT INTO note VALUES (1, 'folder', 1), (2, 'doc', 2);

CREATE FUNCTION seen() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(t ->> 'name' || '(' || fields || ')', ' ' ORDER BY t ->> 'name')
	FROM json_array_elements(relations.graphql('{ __schema { types { name kind fields { name } possibleTypes { name } } } }')
			-> 'data' -> '__schema' -> 'types') t,
		LATERAL (SELECT coalesce(string_agg(f ->> 'name', ' '), '') AS fields
			FROM json_array_elements(coalesce(nullif((t -> 'fields')::text, 'null'), (t -> 'possibleTypes')::text)::json) f) x
	WHERE t ->> 'name' ~ '^(folder|doc|note)(_item_union)?$' $$;
SELECT seen();
SELECT relations.graphql('{ folder { name secret docs { title } } }');

-- no right, no type; the document that was kept for the owner is none of ann's
GRANT USAGE ON SCHEMA graphql_rights TO graphql_rights_ann, graphql_rights_bob;
SET ROLE graphql_rights_ann;
SELECT seen();
SELECT relations.graphql('{ folder { name secret docs { title } } }');
RESET ROLE;
-- columns
GRANT SELECT (id, name, owner) ON folder TO graphql_rights_ann;
SET ROLE graphql_rights_ann;
SELECT seen();
SELECT relations.graphql('{ folder { id name } }');
SELECT relations.graphql('{ folder { secret } }');
SELECT relations.graphql('{ folder(filter: {secret: {_eq: "s1"}}) { id } }');
SELECT relations.graphql('{ folder(sort: "secret") { id } }');
SELECT relations.graphql('{ folder_aggregated(groupBy: "secret") { group } }');
RESET ROLE;
-- a relation is there where both its ends are; else its column alone
GRANT SELECT (id, folder) ON doc TO graphql_rights_ann;
GRANT SELECT ON note TO graphql_rights_ann;
SET ROLE graphql_rights_ann;
SELECT seen();
SELECT relations.graphql('{ folder { docs { id folder { name } } notes { id } } note { item { __typename ... on folder { name } } } }');
RESET ROLE;
REVOKE SELECT ON folder FROM graphql_rights_ann;
SET ROLE graphql_rights_ann;
SELECT seen();
SELECT relations.graphql('{ doc { id folder } note { item { __typename } } }');
RESET ROLE;
-- by membership
GRANT SELECT ON folder, doc TO graphql_rights_team;
SET ROLE graphql_rights_bob;
SELECT seen();
RESET ROLE;
GRANT graphql_rights_team TO graphql_rights_bob;
SET ROLE graphql_rights_bob;
SELECT seen();
SELECT relations.graphql('{ folder { name docs { title } } }');
RESET ROLE;
-- row security at every level
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON doc USING (owner = current_user);
SET ROLE graphql_rights_bob;
SELECT relations.graphql('{ folder { name docs { title } docs_func { count } } doc_aggregated { countAll } doc_by_id(id: 1) { title } }');
RESET ROLE;
SELECT relations.graphql('{ folder(limit: 1) { docs { title } } }');
REVOKE graphql_rights_team FROM graphql_rights_bob;
SET ROLE graphql_rights_bob;
SELECT relations.graphql('{ folder { name } }');
-- without the schema there is nothing
RESET ROLE;
GRANT SELECT ON folder TO graphql_rights_bob;
REVOKE USAGE ON SCHEMA graphql_rights FROM graphql_rights_bob;
SET ROLE graphql_rights_bob;
SELECT relations.graphql('{ folder { name } }');
RESET ROLE;

-- what else changes is seen by the next call
SELECT relations.graphql('{ folder(limit: 1) { name colour } }');
ALTER TABLE folder ADD colour text;
SELECT relations.graphql('{ folder(limit: 1) { name colour } }');
ALTER TABLE folder ALTER colour TYPE integer USING 7;
SELECT relations.graphql('{ folder(limit: 1) { name colour } __type(name: "folder_aggregated_fields") { fields { name } } }');
ALTER TABLE folder RENAME colour TO tint;
SELECT relations.graphql('{ folder(limit: 1) { name colour } }');
SELECT relations.graphql('{ folder(limit: 1) { tint } }');
ALTER TABLE folder DROP tint;
SELECT relations.graphql('{ folder(limit: 1) { tint } }');
SELECT (relations.update_relation(1, '{"one_field": "documents"}')).one_field;
SELECT relations.graphql('{ folder(limit: 1) { docs { id } } }');
SELECT relations.graphql('{ folder(limit: 1) { documents { id } } }');
SELECT relations.delete_relation(1);
SELECT relations.graphql('{ folder(limit: 1) { documents { id } } doc(limit: 1) { folder } }');
SELECT relations.graphql('{ doc(limit: 1) { folder } }');
CREATE TYPE colour AS ENUM ('red');
CREATE TABLE paint (id integer PRIMARY KEY, colour colour);
INSERT INTO paint VALUES (1, 'red');
SELECT relations.graphql('{ paint(filter: {colour: {_neq: blue}}) { colour } }');
ALTER TYPE colour ADD VALUE 'blue';
SELECT relations.graphql('{ paint(filter: {colour: {_neq: blue}}) { colour } }');
ALTER TABLE paint RENAME TO varnish;
SELECT relations.graphql('{ paint { colour } }');
SELECT relations.graphql('{ varnish { colour } }');
DROP TABLE varnish;
SELECT relations.graphql('{ varnish { colour } }');
BEGIN;
CREATE TABLE varnish (id integer PRIMARY KEY);
SELECT relations.graphql('{ varnish { id } }');
ROLLBACK;
SELECT relations.graphql('{ varnish { id } }');
SET search_path = pg_catalog;
SELECT relations.graphql('{ folder { id } }');
RESET search_path;
-- a call within a call, whose table is changed in between
SET search_path = graphql_rights;
CREATE FUNCTION inner_call() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	ALTER TABLE note ADD IF NOT EXISTS extra text;
	RETURN relations.graphql('{ note(limit: 1) { id extra } }');
END $$;
CREATE VIEW outer_view AS SELECT 1 AS id, inner_call() AS inside;
SELECT relations.graphql('{ a: outer_view { inside } doc(limit: 1) { id } b: outer_view { id inside } }');

DROP POLICY own ON doc;
DELETE FROM relations.relations;
DROP SCHEMA graphql_rights CASCADE;
DROP ROLE graphql_rights_ann, graphql_rights_bob, graphql_rights_team;
