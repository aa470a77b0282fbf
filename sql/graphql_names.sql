-- What collections and fields are called in GraphQL.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_names;
CREATE SCHEMA graphql_names2;
SET search_path = graphql_names, graphql_names2;
\pset format unaligned
\pset tuples_only on

-- the roots and the types that are called after tables
CREATE FUNCTION roots() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(f ->> 'name', ' ' ORDER BY n)
	FROM json_array_elements(relations.graphql('{ __schema { queryType { fields { name } } } }')
		-> 'data' -> '__schema' -> 'queryType' -> 'fields') WITH ORDINALITY AS t (f, n)
	WHERE f ->> 'name' !~ '_aggregated$' $$;
CREATE FUNCTION fields(type text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(':', f ->> 'name', f -> 'type' ->> 'name', f -> 'type' -> 'ofType' ->> 'name'), ' ' ORDER BY n)
	FROM json_array_elements(relations.graphql('query ($t: String!) { __type(name: $t) { fields { name type { name ofType { name } } } } }',
		json_build_object('t', type)::jsonb) -> 'data' -> '__type' -> 'fields') WITH ORDINALITY AS t (f, n) $$;
SELECT roots();

CREATE TABLE plain (id integer PRIMARY KEY);
CREATE TABLE "Mixed Case" (id integer PRIMARY KEY);
CREATE TABLE "1st" (id integer PRIMARY KEY);
CREATE TABLE "größe" (id integer PRIMARY KEY);
CREATE TABLE "__hidden" (id integer PRIMARY KEY);
CREATE TABLE "-" (id integer PRIMARY KEY);
CREATE TABLE nokey (a integer);
CREATE TABLE nothing ();
CREATE VIEW seen AS SELECT 1 AS id, 'x' AS name;
CREATE MATERIALIZED VIEW kept AS SELECT 1 AS a;
CREATE SEQUENCE counter;
SELECT roots();
SELECT relations.graphql('{ Mixed_Case { id } _1st { id } gr__e_by_id(id: 1) { id } _hidden { __typename } _ { id } seen_by_id(id: 1) { name } nokey { a } }');

-- names that are taken: by the language, by relations, by names made of other names
CREATE TABLE "String" (id integer PRIMARY KEY);
CREATE TABLE "Query" (id integer PRIMARY KEY);
CREATE TABLE relations (id integer PRIMARY KEY, mine text);
CREATE TABLE plain_by_id (id integer PRIMARY KEY);
CREATE TABLE plain_filter (id integer PRIMARY KEY);
CREATE TABLE "plain filter" (id integer PRIMARY KEY);
CREATE TABLE "Mixed_Case" (id integer PRIMARY KEY);
SELECT roots();
SELECT relations.graphql('{ relations { many_field } graphql_names_relations { mine } graphql_names_String { __typename } graphql_names_plain_by_id { id } }');

-- a table that another one hides has no roots; what relations lead to has a type
CREATE TABLE graphql_names2.plain (id integer PRIMARY KEY, other text);
CREATE TABLE graphql_names2.second (id integer PRIMARY KEY, hidden integer REFERENCES graphql_names2.plain);
CREATE SCHEMA graphql_names3;
CREATE TABLE graphql_names3.third (id integer PRIMARY KEY, label text, second integer REFERENCES graphql_names2.second);
SELECT count(*) FROM relations.adopt('{graphql_names2,graphql_names3}');
INSERT INTO graphql_names2.plain VALUES (1, 'o');
INSERT INTO graphql_names2.second VALUES (1, 1);
INSERT INTO graphql_names3.third VALUES (1, 'l', 1);
SELECT fields('second');
SELECT relations.graphql('{ second { hidden { other __typename second { id } } third { label __typename } } }');
SELECT relations.graphql('{ third { id } }');
SET search_path = graphql_names3;
SELECT relations.graphql('{ third { label second { __typename hidden { __typename } } } }');
SET search_path = graphql_names, graphql_names2;

-- fields
CREATE TABLE odd (id integer PRIMARY KEY, "a b" integer, "a_b" integer, "a-b" integer, "2nd" integer, __typename text, "é" text,
	made date, made_func integer, _and integer, _or boolean, "x.y" text);
INSERT INTO odd VALUES (1, 10, 11, 12, 2, 't', 'e', '2020-01-01', 5, 6, true, 'z');
SELECT fields('odd');
SELECT relations.graphql('{ odd { a_b a_b_2 a_b_3 _2nd _typename __typename _ made made_func _and x_y } }');
SELECT relations.graphql('{ odd(filter: {a_b_2: {_eq: 10}, _typename: {_eq: "t"}, x_y: {_nnull: true}, _and: [{made_func: {_eq: 5}}]}, sort: "\"a b\",\"x.y\"") { id } }');
SELECT relations.graphql('{ odd_aggregated { sum { a_b_2 _2nd } max { x_y } } }');

-- long names
CREATE TABLE a234567890123456789012345678901234567890123456789012345678901ab (id integer PRIMARY KEY,
	b23456789012345678901234567890123456789012345678901234567890123 date);
CREATE TABLE graphql_names2.a234567890123456789012345678901234567890123456789012345678901ab (id integer PRIMARY KEY,
	up integer REFERENCES a234567890123456789012345678901234567890123456789012345678901ab);
SELECT count(*) FROM relations.adopt('{graphql_names2}');
SELECT relations.graphql('{ a234567890123456789012345678901234567890123456789012345678901ab_aggregated { max {
	b23456789012345678901234567890123456789012345678901234567890123 } } }');
SELECT fields('a234567890123456789012345678901234567890123456789012345678901ab');

-- temporary tables come first, as in the search path
CREATE TEMPORARY TABLE plain (id integer PRIMARY KEY, temporary text);
SELECT fields('plain');
DROP TABLE pg_temp.plain;
SELECT fields('plain');

DELETE FROM relations.relations;
DROP SCHEMA graphql_names, graphql_names2, graphql_names3 CASCADE;
