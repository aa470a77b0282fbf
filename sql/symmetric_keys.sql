-- Symmetric relations between keys of every kind, and what cannot be symmetric.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_symmetric_keys;
SET search_path = regress_symmetric_keys;
CREATE FUNCTION pair_check(t regclass) RETURNS text LANGUAGE sql AS $$
	SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t AND contype = 'c' $$;

-- compound keys: one column after the other, as rows are compared
CREATE TABLE shelf (hall text, number int, PRIMARY KEY (hall, number));
INSERT INTO shelf VALUES ('a', 1), ('a', 2), ('B', 1), ('é', 9);
SELECT many_field, one_field, junction_field, is_symmetric FROM relations.many_to_many('shelf', 'beside', 'shelf', is_symmetric => true);
SELECT pair_check('shelf_shelf');
INSERT INTO shelf_shelf (shelf_hall, shelf_number, related_shelf_hall, related_shelf_number) VALUES
	('a', 2, 'a', 1), ('a', 1, 'B', 1), ('é', 9, 'a', 2);
SELECT shelf_hall, shelf_number, related_shelf_hall, related_shelf_number FROM shelf_shelf ORDER BY id;
-- fails: it is there
INSERT INTO shelf_shelf (shelf_hall, shelf_number, related_shelf_hall, related_shelf_number) VALUES ('a', 1, 'a', 2);
-- fails: it is one
INSERT INTO shelf_shelf (shelf_hall, shelf_number, related_shelf_hall, related_shelf_number) VALUES ('a', 1, 'a', 1);
SELECT s.hall, s.number, r.hall, r.number FROM shelf s, beside(s) j, related_shelf_hall_related_shelf_number(j) r
ORDER BY s.hall COLLATE "C", s.number, r.hall COLLATE "C", r.number;
SELECT relations.read_items('shelf', '{"fields": ["hall", "number", "beside.related_shelf_hall_related_shelf_number"], "filter": {"beside": {"related_shelf_hall": {"_eq": "a"}}}}');
SELECT * FROM relations.check();

-- text: by its bytes, whatever the locale; but where a collation makes values that differ one key, as it does
CREATE TABLE word (w text PRIMARY KEY);
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE caseless_word (w text COLLATE caseless PRIMARY KEY);
INSERT INTO word VALUES ('a'), ('B'), ('é');
INSERT INTO caseless_word VALUES ('a'), ('B');
SELECT count(*) FROM relations.many_to_many('word', 'rhymes', 'word', is_symmetric => true);
SELECT count(*) FROM relations.many_to_many('caseless_word', 'rhymes', 'caseless_word', is_symmetric => true);
SELECT pair_check('word_word') AS bytes, pair_check('caseless_word_caseless_word') AS caseless;
INSERT INTO word_word (word_w, related_word_w) VALUES ('a', 'B'), ('é', 'a');
SELECT word_w, related_word_w FROM word_word ORDER BY id;
INSERT INTO caseless_word_caseless_word (caseless_word_w, related_caseless_word_w) VALUES ('B', 'A');
SELECT caseless_word_w, related_caseless_word_w FROM caseless_word_caseless_word;
-- fails: the same two, in other letters
INSERT INTO caseless_word_caseless_word (caseless_word_w, related_caseless_word_w) VALUES ('b', 'a');
-- fails: one, in other letters
INSERT INTO caseless_word_caseless_word (caseless_word_w, related_caseless_word_w) VALUES ('a', 'A');
SELECT c.w, r.w FROM caseless_word c, rhymes(c) j, related_caseless_word_w(j) r ORDER BY 1;

-- domains, enums, uuids, arrays, numbers of any kind
CREATE DOMAIN code AS varchar(5);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE FUNCTION try_type(type text, VARIADIC val text[]) RETURNS TABLE (pairs text, "check" text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE k (id %s PRIMARY KEY)', type);
	EXECUTE format('INSERT INTO k SELECT unnest($1)::%s', type) USING val;
	PERFORM relations.many_to_many('k', 'friends', 'k', is_symmetric => true);
	EXECUTE format('INSERT INTO k_k (k_id, related_k_id) VALUES ($1[2]::%s, $1[1]::%1$s)', type) USING val;
	RETURN QUERY SELECT string_agg(format('%s-%s', k.id, k_k.related_k_id), ' ' ORDER BY k.id), pair_check('k_k')
		FROM k, LATERAL friends(k) k_k;
	BEGIN
		EXECUTE format('INSERT INTO k_k (k_id, related_k_id) VALUES ($1[1]::%s, $1[2]::%1$s)', type) USING val;
	EXCEPTION WHEN unique_violation THEN
		NULL;
	END;
	IF (SELECT count(*) FROM k_k) <> 1 OR EXISTS (SELECT FROM relations.check()) THEN
		RAISE EXCEPTION 'not one pair of %', type;
	END IF;
	DROP TABLE k CASCADE;
	DROP TABLE k_k;
	PERFORM relations.delete_relation(id) FROM relations.edge WHERE many_collection NOT IN (SELECT oid FROM pg_class);
END $$;
SELECT * FROM try_type('code', 'a', 'b');
SELECT * FROM try_type('mood', 'sad', 'happy');
SELECT * FROM try_type('uuid', '00000000-0000-0000-0000-000000000001', 'f0000000-0000-0000-0000-000000000001');
SELECT * FROM try_type('int[]', '{1}', '{1,2}');
SELECT * FROM try_type('text[]', '{B}', '{a}');
SELECT * FROM try_type('float8', '-Infinity', 'NaN');
SELECT * FROM try_type('name', 'B', 'a');
SELECT * FROM try_type('char(3)', 'B', 'a');
SELECT * FROM try_type('"char"', 'B', 'a');
SELECT * FROM try_type('interval', '1 day', '25 hours');
SELECT * FROM try_type('int4range', '[1,2)', '[1,3)');

-- a junction that is there, whose halves have a column in common
CREATE TABLE member (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE friendship (x int, y int, tenant int, since date,
	FOREIGN KEY (y, tenant) REFERENCES member (id, tenant), FOREIGN KEY (tenant, x) REFERENCES member, PRIMARY KEY (tenant, x, y));
INSERT INTO member VALUES (1, 1), (1, 2), (1, 3), (2, 1), (2, 2);
INSERT INTO friendship VALUES (2, 1, 1);
-- fails: a pair that is not in order
SELECT many_field FROM relations.many_to_many('member', 'friends', 'member', junction => 'friendship', is_symmetric => true,
	many_field => 'tenant,x', related_many_field => 'tenant,y');
UPDATE friendship SET x = 1, y = 2;
SELECT many_field, junction_field, is_symmetric, constraint_name FROM relations.many_to_many('member', 'friends', 'member', junction => 'friendship',
	is_symmetric => true, many_field => 'tenant,x', related_many_field => 'tenant,y');
SELECT pair_check('friendship');
INSERT INTO friendship VALUES (3, 1, 1, '2026-01-01'), (2, 1, 2, NULL);
SELECT m.tenant, m.id, j.y, j.since FROM member m, friends(m) j ORDER BY 1, 2, 3;
SELECT * FROM relations.check();

-- nulls: half a pair is left as it is
CREATE TABLE node (id int PRIMARY KEY);
CREATE TABLE link (id int PRIMARY KEY, a int REFERENCES node, b int REFERENCES node, UNIQUE (b, a));
INSERT INTO node VALUES (1), (2), (3);
INSERT INTO link VALUES (1, 2, NULL), (2, NULL, 1), (3, 1, 2);
SELECT s FROM relations.create_relation_sql('{"many_collection": "link", "many_field": "a", "one_collection": "node", "one_field": "linked", "junction_field": "b", "is_symmetric": true}') s WHERE s ~ 'CHECK|TRIGGER';
-- the half that is symmetric may come first in a list of relations
SELECT id, many_field, is_symmetric FROM relations.create_relations('[
	{"many_collection": "link", "many_field": "a", "one_collection": "node", "one_field": "linked", "junction_field": "b", "is_symmetric": true},
	{"many_collection": "link", "many_field": "b", "one_collection": "node", "junction_field": "a"}]');
INSERT INTO link VALUES (4, 3, 1);
SELECT n.id, j.id AS link, j.b FROM node n, linked(n) j ORDER BY 1, 2;

-- columns that the relation adds: its own, and one that orders
CREATE TABLE bare (b int REFERENCES node);
SELECT many_field FROM relations.create_relation('{"many_collection": "bare", "many_field": "a", "one_collection": "node", "one_field": "touches",
	"junction_field": "b", "sort_field": "place", "is_symmetric": true}');
INSERT INTO bare (a, b) VALUES (3, 2);
SELECT n.id, j FROM node n, touches(n) j ORDER BY 1, 2;

-- a type that is changed on one side only. fails: the values cannot change places
ALTER TABLE bare ALTER a TYPE bigint;
INSERT INTO bare (a, b) VALUES (1, 2);
ALTER TABLE bare ALTER b TYPE bigint;
INSERT INTO bare (a, b) VALUES (2, 1) RETURNING a, b;

-- parts of a partitioned junction, also where their columns have other numbers
CREATE TABLE event (a int NOT NULL REFERENCES node, b int NOT NULL REFERENCES node, year int, UNIQUE (a, b, year)) PARTITION BY LIST (year);
CREATE TABLE event_1 (year int, junk text, b int NOT NULL, a int NOT NULL);
ALTER TABLE event_1 DROP junk;
ALTER TABLE event ATTACH PARTITION event_1 FOR VALUES IN (1);
SELECT many_field, is_symmetric FROM relations.many_to_many('node', 'met', 'node', junction => 'event', many_field => 'a', related_many_field => 'b',
	is_unique => false, is_symmetric => true);
INSERT INTO event VALUES (3, 2, 1);
INSERT INTO event_1 (a, b, year) VALUES (2, 1, 1);
SELECT tableoid::regclass, a, b FROM event ORDER BY 2, 3;
SELECT n.id, r.id FROM node n, met(n) j, b(j) r ORDER BY 1, 2;
SELECT * FROM relations.check();

-- metadata only: views have no constraints; both directions are looked at all the same
CREATE VIEW link_view AS SELECT id, a, b FROM link;
SELECT id, is_symmetric FROM relations.create_relations('[
	{"many_collection": "link_view", "many_field": "b", "one_collection": "node", "junction_field": "a", "constraint": false},
	{"many_collection": "link_view", "many_field": "a", "one_collection": "node", "one_field": "seen", "junction_field": "b", "is_symmetric": true, "constraint": false}]');
SELECT n.id, j.b FROM node n, seen(n) j ORDER BY 1, 2;
SELECT relations.read_items('node', '{"fields": ["id", "seen.b"]}');

DELETE FROM relations.relations;
DROP SCHEMA regress_symmetric_keys CASCADE;
