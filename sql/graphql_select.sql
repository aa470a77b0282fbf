-- What a GraphQL query selects: fields, aliases, fragments, unions, functions,
-- for every type of relation.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_select;
SET search_path = graphql_select;
\pset format unaligned
\pset tuples_only on

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE level AS ENUM ('so-so', 'high');
CREATE TABLE country (id integer PRIMARY KEY, name text NOT NULL, founded date, population bigint, area numeric, mood mood,
	level level, tags text[], big bigint[], data jsonb, seen timestamptz, at time, flag boolean, ref uuid);
CREATE TABLE cities (id integer PRIMARY KEY, name text, rank integer);
CREATE TABLE mayor (id text PRIMARY KEY, name text);
SELECT count(*) FROM relations.many_to_one('cities', 'country', 'country', 'cities');
SELECT count(*) FROM relations.one_to_one('cities', 'mayor', 'mayor', 'city');
SELECT count(*) FROM relations.many_to_many('cities', 'twins', 'cities', 'twin_of');
INSERT INTO country VALUES (1, 'Italy', '1861-03-17', 59000000, 301338.5, 'happy', 'so-so', '{a,NULL}', '{1}', '{"a": [1, 2]}',
	'2024-05-06 07:08:09.5Z', '12:34', true, 'a0000000-0000-0000-0000-000000000001');
INSERT INTO country VALUES (2, 'Japan');
INSERT INTO mayor VALUES ('m1', 'Mia');
INSERT INTO cities VALUES (1, 'Rome', 1, 1, 'm1'), (2, 'Milan', 2, 1, NULL), (3, 'Kyoto', 1, 2, NULL), (4, 'Atlantis', 9, NULL, NULL);
INSERT INTO cities_cities (cities_id, related_cities_id) VALUES (1, 3), (2, 3);
SET TimeZone = 'UTC';

-- every type as GraphQL has it: keys and big numbers are strings
SELECT relations.graphql('{ country { id name founded population area mood level tags big data seen at flag ref } }');
SELECT relations.graphql('{ country_by_id(id: 2) { id name founded population area mood level tags big data seen at flag ref } }');
-- the order asked for, names of one's own, also those of other fields
SELECT relations.graphql('{ b: cities_by_id(id: "1") { name: id id: name x: name y: name } a: cities_by_id(id: 99) { id } }');
SELECT relations.graphql('{ cities { name __typename t: __typename } __typename }');
SELECT relations.graphql('{ cities { __typename } }');
-- M2O, O2M, O2O and its reverse, a self M2M
SELECT relations.graphql('{ cities { name country { name } mayor { name city { name country { id } } } twins { related_cities_id { name } } } }');
SELECT relations.graphql('{ country { cities { id } } mayor { city { name } } mayor_by_id(id: "m1") { id } }');
-- arguments at every level, and the same field with several of them
SELECT relations.graphql('{ country(sort: "-name", limit: 1) { cities(sort: ["-rank", "name"], limit: 1) { name } } }');
SELECT relations.graphql('{ country { name top: cities(sort: "rank", limit: 1) { name } rest: cities(sort: "rank", offset: 1) { name }
	none: cities(filter: {rank: {_gt: 9}}) { name } second: cities(page: 2, limit: 1) { name } } }');
SELECT relations.graphql('{ cities { name country(filter: {name: {_eq: "Italy"}}) { name } } }');
SELECT relations.graphql('{ cities(search: "o", sort: "-name") { name } }');
SELECT relations.graphql('{ cities(limit: 0) { name } all: cities(limit: -1, sort: "country.name") { name } }');
SET relations.default_limit = 1;
SELECT relations.graphql('{ country { cities { name } } }');
RESET relations.default_limit;
-- functions
SELECT relations.graphql('{ country(limit: 1) { f: founded_func { year month week day weekday __typename } seen_func { hour minute s: second }
	at_func { hour } data_func { count } cities_func { n: count } } }');
-- selections of one key are merged, through fragments and directives
SELECT relations.graphql('{ country { name cities { id } ...a ... on country { cities { rank } } ... { id } } }
	fragment a on country { cities { ...b name } } fragment b on cities { id country { id } }');
SELECT relations.graphql('{ country { ...a ...a @skip(if: true) ...b @include(if: false) id @skip(if: false) @include(if: true) name @skip(if: true) } }
	fragment a on country { area } fragment b on country { founded }');
SELECT relations.graphql('{ country { id @skip(if: true) } }');
SELECT relations.graphql('{ country @skip(if: true) { id } cities_by_id(id: 1) @include(if: true) { id } }');

-- M2A: a union
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE text_blocks (id integer PRIMARY KEY, body text);
SELECT count(*) FROM relations.many_to_any('pages', 'sections', '{headings,text_blocks,cities}', reverse_field => 'used_in');
ALTER TABLE pages_sections ALTER collection DROP NOT NULL, ALTER item DROP NOT NULL;
INSERT INTO pages VALUES (1, 'Home'), (2, 'Empty');
INSERT INTO headings VALUES (1, 'Welcome');
INSERT INTO text_blocks VALUES (1, 'Good day.');
INSERT INTO pages_sections (pages_id, collection, item, sort) VALUES (1, 'text_blocks', 1, 2), (1, 'headings', 1, 1), (1, 'cities', 1, 3),
	(1, NULL, NULL, 4);
SELECT relations.graphql('{ pages { title sections { sort collection item {
	... on headings { title } ... on text_blocks { body } ... on cities { country { name } } } } } }');
SELECT relations.graphql('{ pages_sections { item { __typename } } }');
SELECT relations.graphql('{ pages_sections { item { __typename ...h ...u } } }
	fragment h on headings { t: title used_in { pages_id { title } } } fragment u on pages_sections_item_union { ... on text_blocks { t: body } }');
-- what is asked of other members is no error, and nothing
SELECT relations.graphql('{ pages_sections { item { ... on headings { title } } } }');
SELECT relations.graphql('{ headings { used_in { sort pages_id { sections { item { ... on cities { name } } } } } } }');
SELECT relations.graphql('{ __type(name: "pages_sections_item_union") { kind possibleTypes { name } } }');
-- a row that is gone, without the triggers' leave
SET session_replication_role = replica;
DELETE FROM headings;
RESET session_replication_role;
SELECT relations.graphql('{ pages_sections { item { __typename } } }');

-- compound keys: the key is JSON, the relation has a name of all columns
CREATE TABLE shelves (hall integer, number integer, label text, PRIMARY KEY (hall, number));
CREATE TABLE boxes (id integer PRIMARY KEY, contents text);
SELECT count(*) FROM relations.many_to_one('boxes', 'shelf', 'shelves', 'boxes');
INSERT INTO shelves VALUES (1, 1, 'a'), (1, 2, 'b');
INSERT INTO boxes VALUES (1, 'books', 1, 2), (2, 'air', 1, NULL);
SELECT relations.graphql('{ shelves_by_id(id: "[1, 2]") { hall number label boxes { contents } } x: shelves_by_id(id: "{\"number\": 1, \"hall\": 1}") { label } }');
SELECT relations.graphql('{ boxes { shelf_hall shelf_number shelf_hall_shelf_number { label } } }');
SELECT relations.graphql('{ shelves_by_id(id: 1) { label } }');

DELETE FROM relations.relations;
DROP SCHEMA graphql_select CASCADE;
