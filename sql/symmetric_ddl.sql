-- A symmetric relation follows what is done to its junction.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_symmetric_ddl;
SET search_path = regress_symmetric_ddl;
CREATE FUNCTION state() RETURNS TABLE (edge text) LANGUAGE sql AS $$
	SELECT concat_ws(' | ', e.many_columns, e.junction_columns, e.is_symmetric, e.is_enforced, e.check_generated, e.constraint_name,
		(SELECT string_agg(format('%s ON %s', tgname, tgrelid::regclass), ', ') FROM pg_trigger WHERE NOT tgisinternal AND tgfoid = 'relations.canonical_pair'::regproc))
	FROM relations.edge e WHERE alias IS NOT NULL
	UNION ALL
	SELECT concat(severity, ': ', problem, ' -- ', fix) FROM relations.check() $$;
CREATE TABLE person (id int PRIMARY KEY, name text);
INSERT INTO person VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cleo');
SELECT id, many_field FROM relations.many_to_many('person', 'friends', 'person', junction => 'pair', many_field => 'a', related_many_field => 'b', is_symmetric => true);
INSERT INTO pair (a, b) VALUES (2, 1), (1, 3);
SELECT * FROM state();

-- columns that come, go and are renamed
ALTER TABLE pair ADD since int DEFAULT 2000, ADD place text;
ALTER TABLE pair DROP since;
ALTER TABLE pair RENAME place TO met_in;
SELECT p.name, j.* FROM person p, friends(p) j ORDER BY j.a, j.b;
CREATE VIEW friend_of AS SELECT p.name, f.name AS friend FROM person p, friends(p) j, b(j) f;
ALTER TABLE pair RENAME a TO first;
ALTER TABLE pair RENAME b TO second;
ALTER TABLE pair RENAME CONSTRAINT pair_a_b_check TO in_order;
ALTER TABLE pair RENAME TO couple;
SELECT * FROM state();
INSERT INTO couple (first, second) VALUES (3, 2) RETURNING first, second;
SELECT * FROM friend_of ORDER BY 1, 2;
SELECT relations.read_items('person', '{"fields": ["name", "friends.second.name"]}');

-- the key's type: on both sides
ALTER TABLE person ALTER id TYPE bigint;
ALTER TABLE couple ALTER first TYPE bigint;
SELECT * FROM state();
-- fails: the values cannot change places
INSERT INTO couple (first, second) VALUES (3, 2);
ALTER TABLE couple ALTER second TYPE bigint;
INSERT INTO couple (first, second) VALUES (2, 1) ON CONFLICT DO NOTHING;
SELECT * FROM state();
SELECT * FROM friend_of ORDER BY 1, 2;

-- the constraint is dropped; made again by what check() says
ALTER TABLE couple DROP CONSTRAINT in_order;
SELECT * FROM state();
SELECT fix FROM relations.check() \gexec
SELECT * FROM state();

-- the foreign key is dropped, and added again
ALTER TABLE couple DROP CONSTRAINT pair_a_fkey;
SELECT * FROM state();
ALTER TABLE couple ADD FOREIGN KEY (first) REFERENCES person;
SELECT * FROM state();
DROP VIEW friend_of;
-- ... or not: what was generated is taken back all the same
ALTER TABLE couple DROP CONSTRAINT couple_first_fkey;
SELECT relations.delete_relation(2);
SELECT * FROM state();

-- the other half's column goes, and with it that pairs have an order
SELECT one_field FROM relations.create_relation('{"many_collection": "couple", "many_field": "first", "one_collection": "person", "one_field": "friends",
	"junction_field": "second", "is_symmetric": true}');
SELECT * FROM state();
ALTER TABLE couple DROP second CASCADE;
SELECT * FROM state();
SELECT p.name, j.* FROM person p, friends(p) j ORDER BY j.first, j.id;
-- the table goes, and the relation with it
DROP TABLE couple;
SELECT * FROM state();

-- columns of a compound key that the new foreign key has in another order
CREATE TABLE cell (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE touch (x1 int, y1 int, x2 int, y2 int, CONSTRAINT one FOREIGN KEY (x1, y1) REFERENCES cell, FOREIGN KEY (x2, y2) REFERENCES cell);
INSERT INTO cell VALUES (1, 1), (1, 2), (2, 1);
SELECT many_field, junction_field FROM relations.create_relation('{"many_collection": "touch", "many_field": "x1,y1", "one_collection": "cell", "one_field": "beside",
	"junction_field": "x2,y2", "is_symmetric": true}');
ALTER TABLE touch DROP CONSTRAINT one;
ALTER TABLE cell ADD UNIQUE (y, x);
ALTER TABLE touch ADD FOREIGN KEY (y1, x1) REFERENCES cell (y, x);
INSERT INTO touch (x1, y1, x2, y2) VALUES (2, 1, 1, 2), (1, 2, 1, 1);
SELECT c.*, j.x2, j.y2 FROM cell c, beside(c) j ORDER BY 1, 2, 3, 4;
SELECT * FROM state();

DELETE FROM relations.relations;
DROP SCHEMA regress_symmetric_ddl CASCADE;
