-- Keys of every type, and references of another type than the key's.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_keys;
SET search_path = read_keys;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN whole AS bigint;
CREATE DOMAIN word AS varchar(10);
CREATE TYPE pair AS (a integer, b text);

-- two parents, the first of which has two children, by relations of any kind
CREATE FUNCTION read_both(key text, col text, v1 text, v2 text, v3 text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('CREATE TABLE p (id %s PRIMARY KEY, n integer)', key);
	EXECUTE format('CREATE TABLE c (id integer PRIMARY KEY, p %s)', col);
	EXECUTE format('INSERT INTO p VALUES (%L, 1), (%L, 2)', v1, v2);
	EXECUTE format('INSERT INTO c VALUES (1, %L), (2, %L), (3, %L), (4, NULL)', v1, v2, v3);
	PERFORM relations.many_to_one('c', 'p', 'p', 'cs');
	result := concat_ws(' ', relations.read_items('p', '{"fields": "n,cs", "sort": "n"}'), relations.read_items('c', '{"fields": "id,p.n"}'),
		relations.count_items('c', '{"filter": {"p": {"n": 1}}}'), relations.count_items('p', '{"filter": {"cs": {"id": {"_gt": 0}}}}'),
		relations.read_items('p', jsonb_build_object('fields', 'n,cs.id', 'filter', jsonb_build_object('id', v1), 'deep', '{"cs": {"_limit": 1, "_offset": 1}}'::jsonb)),
		relations.read_item('p', v2, '{"fields": "n"}'), (SELECT relations.resolve(p, 'cs', '{"fields": "id"}') FROM p WHERE n = 1));
	PERFORM relations.delete_relation(id) FROM relations.relations;
	DROP TABLE c, p;
	RETURN result;
EXCEPTION WHEN feature_not_supported THEN RETURN SQLERRM;
END $$;
SELECT result, count(*), string_agg(key || '/' || col, ', ' ORDER BY key, col) AS types
FROM (VALUES ('integer', 'integer', '1', '-2', '1'), ('integer', 'bigint', '1', '-2', '1'), ('bigint', 'integer', '1', '-2', '1'), ('smallint', 'bigint', '1', '-2', '1'),
	('numeric', 'integer', '1', '-2', '1'), ('numeric', 'numeric', '1.0', '-2', '1.00'), ('text', 'text', 'a', 'b', 'a'), ('varchar(5)', 'text', 'a', 'b', 'a'), ('text', 'varchar', 'a', 'b', 'a'),
	('char(5)', 'char(5)', 'a', 'b', 'a  '), ('char(5)', 'varchar(5)', 'a', 'b', 'a'), ('text COLLATE "C"', 'text COLLATE "C"', 'a', 'B', 'a'), ('name', 'name', 'a', 'b', 'a'), ('"char"', '"char"', 'a', 'b', 'a'),
	('uuid', 'uuid', '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001'),
	('mood', 'mood', 'sad', 'ok', 'sad'), ('whole', 'whole', '1', '2', '1'), ('whole', 'integer', '1', '2', '1'), ('word', 'word', 'a', 'b', 'a'), ('pair', 'pair', '(1,a)', '(2,b)', '(1,a)'),
	('date', 'date', '2020-01-01', 'infinity', '2020-01-01'), ('timestamp', 'date', '2020-01-01', '2021-01-01', '2020-01-01'), ('timestamptz', 'timestamptz', '2020-01-01', '2021-01-01', '2020-01-01'),
	('time', 'time', '10:00', '11:00', '10:00'), ('interval', 'interval', '1 day', '2 days', '24 hours'), ('double precision', 'double precision', '1.5', 'NaN', '1.5'), ('double precision', 'real', '1.5', '2.5', '1.5'),
	('boolean', 'boolean', 't', 'f', 't'), ('bytea', 'bytea', '\x00', '\x01', '\x00'), ('inet', 'inet', '10.0.0.1', '::1', '10.0.0.1'), ('bit(4)', 'bit(4)', '1010', '0000', '1010'), ('varbit', 'varbit', '101', '0', '101'),
	('oid', 'oid', '1', '2', '1'), ('money', 'money', '1', '2', '1'), ('int4range', 'int4range', '[1,3)', '[5,6)', '[1,2]'), ('integer[]', 'integer[]', '{1}', '{2}', '{1}')) v (key, col, v1, v2, v3),
	LATERAL read_both(key, col, v1, v2, v3) AS result
GROUP BY result ORDER BY 2 DESC \g (tuples_only format=unaligned)

-- one-to-one by the primary key itself, a self reference, keys that are not the primary key
CREATE TABLE person (id integer PRIMARY KEY, name text, boss integer, code char(3) UNIQUE);
CREATE TABLE profile (id integer PRIMARY KEY, bio text);
CREATE TABLE badge (id integer PRIMARY KEY, code char(3));
INSERT INTO person VALUES (1, 'Ann', NULL, 'ann'), (2, 'Bob', 1, 'bob'), (3, 'Cid', 2, NULL);
INSERT INTO profile VALUES (2, 'I am Bob');
INSERT INTO badge VALUES (1, 'bob'), (2, 'bob');
SELECT count(*) FROM relations.many_to_one('profile', 'id', 'person', 'profile');
SELECT count(*) FROM relations.many_to_one('person', 'boss', 'person', 'reports');
ALTER TABLE badge ADD FOREIGN KEY (code) REFERENCES person (code);
SELECT count(*) FROM relations.many_to_one('badge', 'code', 'person', 'badges');
SELECT relations.read_items('person', '{"fields": ["name", "profile.bio", "boss.boss.name", "reports.reports.name", "badges"]}') \g (tuples_only format=unaligned)
SELECT relations.read_items('badge', '{"fields": ["code.name"], "filter": {"code": {"profile": {"bio": {"_contains": "Bob"}}}}}') \g (tuples_only format=unaligned)
SELECT relations.read_items('person', '{"fields": "*.*.*", "filter": {"profile": {"_nnull": true}}}') \g (tuples_only format=unaligned)
-- no key at all: no order, and no keys to give
CREATE TABLE log (line text, person integer);
INSERT INTO log VALUES ('x', 1), ('y', 1);
SELECT count(*) FROM relations.many_to_one('log', 'person', 'person', 'logs');
SELECT relations.read_items('person', '{"fields": ["name", "logs.line"], "limit": 1, "deep": {"logs": {"_sort": "line"}}}') \g (tuples_only format=unaligned)
SELECT relations.read_items('person', '{"fields": "*", "limit": 1}') \g (tuples_only format=unaligned)
SELECT relations.read_items('log', '{"sort": "line"}') \g (tuples_only format=unaligned)

DELETE FROM relations.relations;
DROP SCHEMA read_keys CASCADE;
