-- Variables, operation names (specification, section 6.1), and what is wrong with them.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_variables;
SET search_path = graphql_variables;
\pset format unaligned
\pset tuples_only on
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (id integer PRIMARY KEY, name text, n integer, b boolean, big bigint, mood mood, data jsonb);
INSERT INTO t VALUES (1, 'a', 10, true, 9007199254740993, 'sad', '{"k": [1, "x"]}'), (2, 'b', 20, false, 5, 'happy', NULL), (3, 'c', NULL, NULL, NULL, NULL, NULL);

-- values, defaults, null, nothing
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": 1}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": null}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"m": 1}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }');
SELECT relations.graphql('query ($n: Int = 2) { t(limit: $n) { id } }', '{}');
SELECT relations.graphql('query ($n: Int = 2) { t(limit: $n) { id } }', '{"n": 1}');
SELECT relations.graphql('query ($id: ID = 2) { t_by_id(id: $id) { id } }');
SELECT relations.graphql('query ($id: ID = 2) { t_by_id(id: $id) { id } }', '{"id": null}');
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }', '{"id": 3}');
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }', '{"id": "3"}');
-- lists, objects, enums, JSON; variables within them
SELECT relations.graphql('query ($ids: [ID]) { t(filter: {id: {_in: $ids}}) { id } }', '{"ids": [1, "3"]}');
SELECT relations.graphql('query ($ids: [ID]) { t(filter: {id: {_in: $ids}}) { id } }', '{"ids": 2}');
SELECT relations.graphql('query ($a: ID, $b: ID = 3) { t(filter: {id: {_in: [$a, $b, 1]}}) { id } }', '{"a": 2}');
SELECT relations.graphql('query ($f: t_filter) { t(filter: $f) { id } }', '{"f": {"_or": [{"n": {"_gt": 15}}, {"mood": {"_eq": "sad"}}], "_not": null}}');
SELECT relations.graphql('query ($m: mood) { t(filter: {mood: {_eq: $m}}) { id } }', '{"m": "happy"}');
SELECT relations.graphql('query ($x: Int) { t(filter: {n: {_eq: 10}, _or: [{data: {_json: {k: {_eq: 2}}}}, {n: {_gt: 1}}]}, limit: $x) { id } }');
SELECT relations.graphql('query ($j: JSON) { t(filter: {data: {_json: $j}}) { id } }', '{"j": {"k[1]": {"_eq": "x"}}}');
SELECT relations.graphql('query ($n: GraphQLStringOrFloat) { t(filter: {data: {_json: {k: {_null: false}}}, n: {_lte: $n}}) { id } }', '{"n": 10.0}');
SELECT relations.graphql('query ($b: GraphQLBigInt) { t(filter: {big: {_eq: $b}}) { big } }', '{"b": "9007199254740993"}');
SELECT relations.graphql('query ($b: GraphQLBigInt) { t(filter: {big: {_eq: $b}}) { big } }', '{"b": 9007199254740993}');
SELECT relations.graphql('query ($s: [String] = "-id") { t(sort: $s) { id } }');
SELECT relations.graphql('query ($yes: Boolean!) { t(limit: 1) { id @include(if: $yes) name @skip(if: $yes) } }', '{"yes": false}');
-- null where a default allowed the variable to be there
SELECT relations.graphql('query ($yes: Boolean = true) { t(limit: 1) { id @include(if: $yes) } }', '{"yes": null}');

-- the table of section 3.5 and 3.11, of values that do not fit
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }');
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }', '{"id": null}');
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }', '{"id": 1.5}');
SELECT relations.graphql('query ($id: ID!) { t_by_id(id: $id) { id } }', '{"id": true}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": "1"}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": 1.5}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": 1.0}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": 2147483648}');
SELECT relations.graphql('query ($n: Int) { t(limit: $n) { id } }', '{"n": [1]}');
SELECT relations.graphql('query ($b: Boolean) { t(filter: {b: {_eq: $b}}) { id } }', '{"b": 1}');
SELECT relations.graphql('query ($s: String) { t(search: $s) { id } }', '{"s": 1}');
SELECT relations.graphql('query ($m: mood) { t(filter: {mood: {_eq: $m}}) { id } }', '{"m": "angry"}');
SELECT relations.graphql('query ($b: GraphQLBigInt) { t(filter: {big: {_eq: $b}}) { id } }', '{"b": "many"}');
SELECT relations.graphql('query ($s: [String!]!) { t(sort: $s) { id } }', '{"s": ["id", null]}');
SELECT relations.graphql('query ($f: t_filter) { t(filter: $f) { id } }', '{"f": {"_or": [{"n": {"_gt": 1}}, {"n": {"_gt": true, "_nope": 1}}]}}');
SELECT relations.graphql('query ($f: t_filter) { t(filter: $f) { id } }', '{"f": "all"}');
SELECT relations.graphql('query ($a: Int!, $b: Int!) { x: t(limit: $a) { id } y: t(limit: $b) { id } }', '{"a": "x"}');
SELECT relations.graphql('{ t { id } }', '[1]');
SELECT relations.graphql('{ t(limit: 1) { id } }', '7');
SELECT relations.graphql('{ t(limit: 1) { id } }', 'null');

-- a variable that may be null, where a default lets it stand, and that is null
SELECT relations.graphql('query ($s: String = "id") { t(sort: [$s], limit: 1) { id } }', '{"s": null}');

-- operation names
SELECT relations.graphql('query a { t(limit: 1) { id } } query b { t(limit: 1) { name } }', NULL, 'b');
SELECT relations.graphql('query a { t(limit: 1) { id } } query b { t(limit: 1) { name } }');
SELECT relations.graphql('query a { t(limit: 1) { id } } query b { t(limit: 1) { name } }', NULL, 'c');
SELECT relations.graphql('query a { t(limit: 1) { id } }', operation_name => 'a');
SELECT relations.graphql('{ t(limit: 1) { id } }', operation_name => 'a');
SELECT relations.graphql('query a ($x: Int!) { t(limit: $x) { id } } query b { t(limit: 1) { name } }', NULL, 'b');
SELECT relations.graphql(NULL);
SELECT relations.graphql('');

-- escapes and block strings are values like others
INSERT INTO t VALUES (4, E'q"\\/\b\f\n\r\té😀'), (5, E'one\n  two');
SELECT relations.graphql('{ t(filter: {name: {_eq: "q\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00"}}) { id name } }');
SELECT relations.graphql('{ t(filter: {name: {_eq: "q\"\\/\b\f\n\r\té\u{1F600}"}}) { id } }');
SELECT relations.graphql('{ t(filter: {name: {_eq: """
    one
      two
  """}}) { id } }');

-- a key that was a number comes back as text, as all of them do
SELECT relations.graphql('mutation ($id: ID!, $ids: [ID!]!) { delete_t_item(id: $id) { id } delete_t_items(ids: $ids) { ids } }', '{"id": 1, "ids": [2, "3"]}');

DROP SCHEMA graphql_variables CASCADE;
