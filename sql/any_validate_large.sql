-- Many rows are looked up in several lots, near keys by walks along the index; and what a large table is spared.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_large;
SET search_path = regress_large;
-- some 25,000 items at a time
SET maintenance_work_mem = '1MB';
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY);
INSERT INTO a SELECT i FROM generate_series(-20000, 20000) i UNION VALUES (-9223372036854775808), (9223372036854775807);
INSERT INTO b SELECT i * 300 FROM generate_series(-20000, 20000) i;
VACUUM ANALYZE a, b;
CREATE TABLE refs (n serial, kind text, item bigint);
INSERT INTO refs (kind, item)
	SELECT 'A', (i * 7919) % 20001 * CASE i % 2 WHEN 0 THEN 1 ELSE -1 END FROM generate_series(1::bigint, 30000) i
	UNION ALL SELECT 'B', (i * 7919) % 20001 * 300 FROM generate_series(1::bigint, 30000) i
	UNION ALL SELECT 'A', i FROM unnest(ARRAY[-9223372036854775808, 9223372036854775807]) i
	UNION ALL SELECT 'B', i % 4 * 300 FROM generate_series(1::bigint, 10000) i;
INSERT INTO refs (kind, item) VALUES (NULL, NULL);
CREATE INDEX spare ON refs (kind, item);
ANALYZE refs;

-- how many rows are wrong, or none
CREATE FUNCTION wrong(relation jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM relations.create_relation(relation);
	DELETE FROM relations.relations;
	RETURN 'none';
EXCEPTION WHEN foreign_key_violation THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END $$;
\set relation '{"many_collection": "refs", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": {"A": "a", "B": "b"}}'
SELECT wrong(:'relation');
-- a key that is gone is missed, whatever the visibility map said before
BEGIN;
DELETE FROM a WHERE id = 777;
SELECT wrong(:'relation');
INSERT INTO a VALUES (777);
SELECT wrong(:'relation');
UPDATE b SET id = 301 WHERE id = 300;
SELECT wrong(:'relation');
ROLLBACK;
DELETE FROM a WHERE id = -9223372036854775808;
SELECT wrong(:'relation');
INSERT INTO a VALUES (-9223372036854775808);
SELECT wrong(:'relation');
-- the last row of all, of a key that is met before and behind others
INSERT INTO refs (kind, item) VALUES ('B', 301);
SELECT wrong(:'relation');
INSERT INTO refs (kind, item) SELECT 'B', 301 FROM generate_series(1, 3000);
SELECT wrong(:'relation');
DELETE FROM refs WHERE item = 301;
-- half a reference; a value that means nothing
INSERT INTO refs (kind, item) VALUES ('A', NULL);
SELECT wrong(:'relation');
UPDATE refs SET kind = 'C', item = 1 WHERE kind = 'A' AND item IS NULL;
SELECT wrong(:'relation');
DELETE FROM refs WHERE kind = 'C';

-- other types: in eight bytes and behind them, in texts, in two columns
CREATE TABLE u (id uuid PRIMARY KEY);
CREATE TABLE t (id text PRIMARY KEY);
CREATE TABLE p (x int, y text, PRIMARY KEY (x, y));
INSERT INTO u SELECT md5(i::text)::uuid FROM generate_series(1, 20000) i;
INSERT INTO u VALUES ('00000000-0000-0000-0000-000000000000');
INSERT INTO t SELECT 'key ' || i FROM generate_series(1, 20000) i;
INSERT INTO p SELECT i % 10, i FROM generate_series(1, 20000) i;
VACUUM u, t, p;
CREATE TABLE others (kind text, u uuid, as_text text, t text, x int, y text);
INSERT INTO others VALUES ('k', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 'key 1', 1, '1');
INSERT INTO others SELECT 'k', md5(i::text)::uuid, md5(i::text)::uuid, 'key ' || i, i % 10, i
	FROM (SELECT 1 + (i * 7919) % 20000 AS i FROM generate_series(1, 40000) i) i;
CREATE FUNCTION relation(field text, one text) RETURNS jsonb LANGUAGE sql
RETURN jsonb_build_object('many_collection', 'others', 'many_field', field, 'one_collection_field', 'kind', 'discriminators', jsonb_build_object('k', one));
SELECT field, wrong(relation(field, one)) FROM (VALUES ('u', 'u'), ('as_text', 'u'), ('t', 't'), ('x,y', 'p')) v (field, one);
DELETE FROM u WHERE id = '00000000-0000-0000-0000-000000000000';
SELECT wrong(relation('u', 'u'));
DELETE FROM u WHERE id = md5('500')::uuid;
DELETE FROM t WHERE id = 'key 500';
DELETE FROM p WHERE y IN ('500', '501');
SELECT field, wrong(relation(field, one)) FROM (VALUES ('u', 'u'), ('as_text', 'u'), ('t', 't'), ('x,y', 'p')) v (field, one);

-- "validate": false reads no rows, and so makes no index on many of them
SET client_min_messages = notice;
CREATE FUNCTION indexes(of regclass) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE format('%I.%I', schemaname, tablename)::regclass = of);
DROP INDEX spare;
SELECT id FROM relations.create_relation(:'relation'::jsonb || '{"validate": false}') \gset
SELECT indexes('refs');
SELECT severity, problem, detail FROM relations.check();
\set VERBOSITY sqlstate
INSERT INTO refs (kind, item) VALUES ('B', 301);
\set VERBOSITY default
CREATE INDEX CONCURRENTLY ON regress_large.refs (kind, item);
SELECT id FROM relations.update_relation(:id, '{"validate": true}');
SELECT * FROM relations.check();
SELECT relations.delete_relation(:id);
SELECT indexes('refs');
-- nor does a foreign key; of a few rows it is there at once
CREATE TABLE points AS SELECT i AS n, i::bigint AS a FROM generate_series(1, 50000) i;
SELECT constraint_name FROM relations.create_relation('{"many_collection": "points", "many_field": "a", "one_collection": "a", "validate": false}');
SELECT indexes('points');
CREATE TABLE few (LIKE refs);
INSERT INTO few VALUES (1, 'A', 1);
SELECT constraint_name FROM relations.create_relation(:'relation'::jsonb || '{"many_collection": "few", "validate": false}');
SELECT indexes('few');
-- partitions count as their table
CREATE TABLE parts (n serial, kind text, item bigint) PARTITION BY HASH (n);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts (kind, item) SELECT 'A', i % 100 FROM generate_series(1, 60000) i;
SELECT constraint_name FROM relations.create_relation(:'relation'::jsonb || '{"many_collection": "parts", "validate": false}');
SELECT indexes('parts');
SET client_min_messages = warning;
DELETE FROM relations.relations;
DROP SCHEMA regress_large CASCADE;
