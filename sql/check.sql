-- relations.check(): what is not as it should be, and that each fix mends it
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_check;
SET search_path = regress_check;
\set VERBOSITY terse
\pset format unaligned
\pset tuples_only on
-- while nothing follows what is done to tables
ALTER EVENT TRIGGER relations_follow DISABLE;
CREATE TABLE a (id integer PRIMARY KEY, note text);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE part (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (100);
CREATE TABLE refs (n integer PRIMARY KEY, c text, i integer, b_id integer);
INSERT INTO a SELECT generate_series(1, 3);
INSERT INTO b SELECT generate_series(1, 3);
INSERT INTO part SELECT generate_series(1, 3);
SELECT id FROM relations.create_relation('{"many_collection": "refs", "many_field": "i", "one_collection_field": "c", "one_allowed_collections": "a,b,part", "reverse_field": "refs", "on_delete": "SET NULL"}');
SELECT id FROM relations.many_to_one('refs', 'b_id', 'b', 'refs_of_b');
INSERT INTO refs VALUES (1, 'a', 1, 1), (2, 'part', 2, NULL), (3, NULL, NULL, 2);
-- nothing to report
SELECT count(*) FROM relations.check();

CREATE FUNCTION findings() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws('|', severity, relation_id, problem, detail) FROM relations.check()
	ORDER BY concat_ws('|', severity, relation_id, problem, detail) COLLATE "C"
$$;
-- runs the fixes in order, each once, and says what is left
CREATE FUNCTION mend() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	FOR statement IN SELECT fix FROM relations.check() WHERE fix IS NOT NULL LOOP
		EXECUTE statement;
	END LOOP;
	RETURN QUERY SELECT findings();
END $$;

-- orphans, brought in while the triggers did not fire
SET session_replication_role = replica;
INSERT INTO refs VALUES (4, 'a', 9, NULL), (5, 'x', 1, NULL), (6, 'a', NULL, NULL);
DELETE FROM part WHERE id = 2;
RESET session_replication_role;
SELECT findings();
SELECT fix FROM relations.check();
SELECT mend();
SELECT n, c, i FROM refs ORDER BY n;

-- triggers switched off, of the many side, of a target and of one partition
ALTER TABLE refs DISABLE TRIGGER refs_c_i_fkey;
ALTER TABLE b DISABLE TRIGGER refs_c_i_fkey;
ALTER TABLE part_1 DISABLE TRIGGER refs_c_i_fkey;
INSERT INTO refs VALUES (7, 'b', 9, NULL);
SELECT findings();
SELECT mend();
-- fails: it is in force again
INSERT INTO refs VALUES (8, 'b', 9, NULL);

-- triggers gone
DROP TRIGGER refs_c_i_fkey ON refs;
DROP TRIGGER refs_c_i_fkey ON a;
DROP TRIGGER refs_c_i_fkey_truncate ON part_1;
INSERT INTO refs VALUES (8, 'b', 9, NULL);
SELECT findings();
SELECT mend();
-- fails
INSERT INTO refs VALUES (9, 'b', 9, NULL);
-- fails
TRUNCATE b;

-- the index, and the row functions after a rename
DROP INDEX refs_c_i_idx;
DROP FUNCTION refs(a);
ALTER TABLE refs RENAME n TO number;
ALTER TABLE b RENAME TO bees;
SELECT findings();
SELECT mend();
SELECT count(*) FROM bees, refs_of_b(bees);

-- not validated
ALTER TABLE bees RENAME TO b;
SELECT mend();
SELECT relations.delete_relation(1);
INSERT INTO refs VALUES (10, 'a', 77, NULL);
SELECT id FROM relations.create_relation('{"many_collection": "refs", "many_field": "i", "one_collection_field": "c", "one_allowed_collections": "a,b,part", "on_delete": "CASCADE", "validate": false}');
SELECT findings();
SELECT mend();
SELECT number, c, i FROM refs ORDER BY number;

-- a foreign key that is off, not validated, gone
ALTER TABLE refs DISABLE TRIGGER ALL;
INSERT INTO refs VALUES (11, NULL, NULL, 99);
SELECT problem FROM relations.check() WHERE relation_id = 2;
SELECT mend();
ALTER TABLE refs DROP CONSTRAINT refs_b_id_fkey;
SELECT findings();
SELECT mend();
SELECT conname FROM pg_constraint WHERE conrelid = 'refs'::regclass AND contype = 'f';

-- metadata only: told, not in force
CREATE TABLE loose (c text, i integer);
INSERT INTO loose VALUES ('a', 1), ('a', 1000);
SELECT id FROM relations.create_relation('{"many_collection": "loose", "many_field": "i", "one_collection_field": "c", "one_allowed_collections": "a", "constraint": false}') \gset
SELECT findings();
SELECT relations.delete_relation(:id);

-- who may not read the rows is told that they were not looked at; of others' relations nothing
CREATE ROLE regress_check_reader;
GRANT USAGE ON SCHEMA regress_check TO regress_check_reader;
GRANT SELECT ON refs, a TO regress_check_reader;
SET ROLE regress_check_reader;
SELECT findings();
RESET ROLE;

-- a trigger that enforces nothing any more, and tables that are gone
CREATE CONSTRAINT TRIGGER left_over AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION relations.enforce('4711');
DELETE FROM a WHERE false;
-- fails, with the way out
DELETE FROM a WHERE id = 3;
SELECT mend();
DROP TABLE part CASCADE;
SELECT findings();
SELECT mend();
DROP TABLE refs CASCADE;
SELECT problem FROM relations.check();
SELECT mend();

DELETE FROM relations.relations;
DROP SCHEMA regress_check CASCADE;
DROP ROLE regress_check_reader;
ALTER EVENT TRIGGER relations_follow ENABLE;
