-- Errors in a response, partial results, limits.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_errors;
SET search_path = graphql_errors;
\pset format unaligned
\pset tuples_only on
CREATE TABLE a (id integer PRIMARY KEY, n integer, name text);
INSERT INTO a VALUES (1, 0, 'x'), (2, 5, 'y');
CREATE TABLE b (id integer PRIMARY KEY);
SELECT count(*) FROM relations.many_to_one('b', 'a', 'a', 'bs');
INSERT INTO b VALUES (1, 1), (2, 2);
CREATE VIEW broken AS SELECT id, 10 / n AS part FROM a;

-- one field fails, the others have their results
SELECT relations.graphql('{ a { id } broken { id part } z: b { id } }');
SELECT relations.graphql('{ x: broken(filter: {part: {_gt: 1}}) { id } y: a(filter: {n: {_eq: "many"}}) { id } }');
-- and leaves nothing behind, whatever else the transaction does
BEGIN;
INSERT INTO a VALUES (3, 1, 'z');
SELECT relations.graphql('{ broken { part } a { id } }');
SELECT count(*) FROM a;
ROLLBACK;
-- locations and paths go to the argument that is meant
SELECT relations.graphql('{
  first: a { id }
  second: a(
    sort: ["name"]
    filter: {_and: [{n: {_eq: 1}}, {bs: {id: {_in: [1, "two"]}}}]}
  ) { id bs { id } }
}');
SELECT relations.graphql('{ a { id below: bs(filter: {id: {_eq: "x"}}) { id } } }');
SELECT relations.graphql('query ($f: a_filter) { a(filter: $f) { id } }', '{"f": {"n": {"_eq": "x"}}}');
SELECT relations.graphql('{ a(sort: "nope.name") { id } b(sort: "a.nope") { id } }');
-- a document that is not right is not executed at all
SELECT relations.graphql('{ a { id } b { nope } }');
SELECT relations.graphql('{ a { id }');
SELECT relations.graphql('mutation { nope }');
SELECT relations.graphql('subscription { a { id } }');
-- what is not the request's fault is raised
SET statement_timeout = '200ms';
CREATE VIEW slow AS SELECT 1 AS id FROM pg_sleep(10);
SELECT relations.graphql('{ a { id } slow { id } }');
RESET statement_timeout;
CREATE FUNCTION fail() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE serialization_failure; END $$;
CREATE VIEW conflict AS SELECT 1 AS id, fail() AS n;
SELECT relations.graphql('{ conflict { n } }');
DO $$
BEGIN
	BEGIN
		PERFORM relations.graphql('{ conflict { n } }');
	EXCEPTION WHEN serialization_failure THEN
		RAISE WARNING 'caught';
	END;
	RAISE WARNING '%', relations.graphql('{ b { id } }');
END $$;

-- limits: nothing of this takes long
SET statement_timeout = '20s';
-- what a response says, in short
CREATE FUNCTION said(document text) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', r -> 'errors' -> 0 ->> 'message', r -> 'errors' -> 0 -> 'locations', r -> 'errors' -> 0 -> 'extensions' ->> 'sqlstate',
		CASE WHEN r -> 'errors' IS NULL THEN length(r::text)::text END)
	FROM (SELECT relations.graphql(document) AS r) x $$;
SELECT said(repeat('{ a', 10000));
SELECT said('{ a(filter: ' || repeat('{_not: ', 150) || '{}' || repeat('}', 150) || ') { id } }');
SELECT said('{ a(filter: ' || repeat('{_not: ', 300) || '{}' || repeat('}', 300) || ') { id } }');
SELECT said('{ a(sort: ' || repeat('[', 100000));
SELECT said('query ($x: ' || repeat('[', 100000) || 'Int' || repeat(']', 100000) || ') { a { id } }');
SELECT said('{ a { ' || repeat('id ', 60000) || '} }');
SELECT said('{ ' || string_agg('a' || i || ': a { id }', ' ') || ' }') FROM generate_series(1, 1600) i;
SELECT said('{ ' || string_agg('a' || i || ': a { id }', ' ') || ' }') FROM generate_series(1, 2000) i;
SELECT said('{ a { ' || string_agg('a' || i || ': bs { id }', ' ') || ' } }') FROM generate_series(1, 2000) i;
SELECT said('{ a { ' || string_agg('a' || i || ': id', ' ') || ' } }') FROM generate_series(1, 12000) i;
SELECT said('{ a { id ' || repeat('bs { id a { id ', 6) || repeat('} } ', 6) || ' } }');
-- a bomb of fragments, twice as much with each
SELECT said('{ a { ...f1 } } ' || string_agg(format('fragment f%s on a { x: bs { a { ...f%s } } y: bs { a { ...f%s } } }', i, i + 1, i + 1), ' ')
	|| ' fragment f31 on a { id }') FROM generate_series(1, 30) i;
SELECT said('{ a { ...f1 } } ' || string_agg(format('fragment f%s on a { ...f%s ...f%s }', i, i + 1, i + 1), ' ')
	|| ' fragment f151 on a { id }') FROM generate_series(1, 150) i;
SELECT said('{ a { ...f1 } } ' || string_agg(format('fragment f%s on a { ...f%s }', i, i + 1), ' ')
	|| ' fragment f5001 on a { id }') FROM generate_series(1, 5000) i;
SELECT said('{ a { ...f1 } } ' || string_agg(format('fragment f%s on a { ...f%s }', i, i % 150 + 1), ' ')) FROM generate_series(1, 150) i;
-- fields that all have to be compared with each other, fragments too
SELECT said('{ a { ' || repeat('x: id ', 10000) || ' } }');
SELECT said('{ a { ' || string_agg('x: bs { id } ...f' || i, ' ') || ' } } ' || string_agg(format('fragment f%s on a { x: bs { id } }', i), ' '))
	FROM generate_series(1, 1500) i;
SELECT said('{ a { ' || string_agg('x: n' || i, ' ') || ' } }') FROM generate_series(1, 3000) i;
SELECT said('query (' || string_agg('$v' || i || ': Int', ' ') || ') { a { id } }') FROM generate_series(1, 10000) i;
SELECT said('query { a(limit: $v) { id } }' || string_agg(' query q' || i || ' { a(limit: $v) { ...f } }', '')) FROM generate_series(1, 3000) i;

DELETE FROM relations.relations;
DROP SCHEMA graphql_errors CASCADE;
