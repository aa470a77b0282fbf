-- Partitions that come and go on both sides of a many-to-any relation, beside a
-- foreign key: what that refuses is refused, and what it checks is checked.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_part_native;
CREATE SCHEMA regress_part_ours;
CREATE SCHEMA regress_part;
SET search_path = regress_part;
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse

-- the outcome of the statements in both schemas: once if it is the same
CREATE FUNCTION outcome(schema text, statements text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SET LOCAL search_path = %I', schema);
	EXECUTE statements;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION twice(statements text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	native text := regress_part.outcome('regress_part_native', statements);
	ours text := regress_part.outcome('regress_part_ours', statements);
BEGIN
	RETURN CASE native WHEN ours THEN native ELSE format('NATIVE %s, OURS %s', native, ours) END;
END $$;
-- the triggers of ours on the table
CREATE FUNCTION triggers(relid regclass) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(tgfoid::regproc::text, ', ' ORDER BY tgfoid::regproc::text) FROM pg_trigger
	WHERE tgrelid = relid AND tgfoid::regproc::text ~ '^relations\.' $$;

SELECT twice('CREATE TABLE goal (id integer PRIMARY KEY) PARTITION BY RANGE (id);
	CREATE TABLE goal_1 PARTITION OF goal FOR VALUES FROM (0) TO (10);
	CREATE TABLE goal_2 PARTITION OF goal FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
	CREATE TABLE goal_21 PARTITION OF goal_2 FOR VALUES FROM (10) TO (15);
	CREATE TABLE refs (n integer, kind text DEFAULT ''goal'', item integer) PARTITION BY RANGE (n);
	CREATE TABLE refs_1 PARTITION OF refs FOR VALUES FROM (0) TO (10);
	INSERT INTO goal VALUES (1), (2), (11);
	INSERT INTO refs (n, item) VALUES (1, 1), (2, 11)');
ALTER TABLE regress_part_native.refs ADD FOREIGN KEY (item) REFERENCES regress_part_native.goal;
SELECT count(*) FROM relations.create_relation('{"many_collection": "regress_part_ours.refs", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": {"goal": "regress_part_ours.goal"}, "on_delete": "NO ACTION"}');

-- a partition that is made, one that is attached, at each level
SELECT twice('CREATE TABLE goal_3 PARTITION OF goal FOR VALUES FROM (20) TO (30); INSERT INTO goal VALUES (21); INSERT INTO refs (n, item) VALUES (3, 21)');
SELECT twice('TRUNCATE goal_3');
SELECT twice('DELETE FROM goal_3');
SELECT twice('CREATE TABLE goal_22 PARTITION OF goal_2 FOR VALUES FROM (15) TO (20); INSERT INTO goal VALUES (16); INSERT INTO refs (n, item) VALUES (4, 16)');
SELECT twice('TRUNCATE goal_22');
SELECT twice('CREATE TABLE goal_4 (id integer PRIMARY KEY); INSERT INTO goal_4 VALUES (31); ALTER TABLE goal ATTACH PARTITION goal_4 FOR VALUES FROM (30) TO (40); INSERT INTO refs (n, item) VALUES (5, 31)');
SELECT twice('TRUNCATE goal_4');
SELECT twice('INSERT INTO refs (n, item) VALUES (6, 32)');
SELECT count(*) FROM relations.check();

-- rows that come in are checked
SELECT twice('CREATE TABLE refs_2 (n integer, kind text DEFAULT ''goal'', item integer); INSERT INTO refs_2 (n, item) VALUES (11, 99)');
SELECT twice('ALTER TABLE refs ATTACH PARTITION refs_2 FOR VALUES FROM (10) TO (20)');
SELECT twice('UPDATE refs_2 SET item = 1; ALTER TABLE refs ATTACH PARTITION refs_2 FOR VALUES FROM (10) TO (20)');
SELECT twice('INSERT INTO refs_2 (n, item) VALUES (12, 99)');
SELECT twice('INSERT INTO refs (n, item) VALUES (12, 99)');
SELECT twice('CREATE TABLE refs_3 PARTITION OF refs FOR VALUES FROM (20) TO (30); INSERT INTO refs_3 (n, item) VALUES (21, 99)');
SELECT twice('CREATE TABLE refs_3 PARTITION OF refs FOR VALUES FROM (20) TO (30) PARTITION BY RANGE (n); CREATE TABLE refs_31 (n integer, kind text DEFAULT ''goal'', item integer); INSERT INTO refs_31 (n, item) VALUES (21, 99)');
SELECT twice('ALTER TABLE refs_3 ATTACH PARTITION refs_31 FOR VALUES FROM (20) TO (25)');

-- rows that are referred to stay
SELECT twice('ALTER TABLE goal DETACH PARTITION goal_1');
SELECT twice('ALTER TABLE goal DETACH PARTITION goal_2');
SELECT twice('ALTER TABLE goal_2 DETACH PARTITION goal_22');
-- those of another item, or of none, do not hold it up
SELECT twice('DELETE FROM refs WHERE item = 31; ALTER TABLE goal DETACH PARTITION goal_4');
SELECT twice('INSERT INTO refs (n, item) VALUES (7, 31)');
SELECT triggers('regress_part_ours.goal_4') IS NULL;
SELECT twice('TRUNCATE goal_4; DROP TABLE goal_4');
SELECT twice('DROP TABLE goal_1');
SELECT twice('DROP TABLE goal_2');
-- where nothing refers a foreign key forbids it all the same
SELECT twice('DELETE FROM refs WHERE item = 21');
DROP TABLE regress_part_native.goal_3;
DROP TABLE regress_part_ours.goal_3;
SELECT count(*) FROM relations.check();
-- rows that go with their partition refer still
SELECT twice('ALTER TABLE refs DETACH PARTITION refs_1');
SELECT many_collection, many_field, discriminators FROM relations.relations ORDER BY id;
SELECT twice('INSERT INTO refs_1 (n, item) VALUES (1, 99)');
SELECT twice('DELETE FROM goal WHERE id = 11');
SELECT twice('ALTER TABLE goal DETACH PARTITION goal_2');
SELECT twice('DELETE FROM refs_1 WHERE item IN (11, 16); ALTER TABLE goal DETACH PARTITION goal_2');
SELECT twice('ALTER TABLE goal ATTACH PARTITION goal_2 FOR VALUES FROM (10) TO (20)');
SELECT twice('INSERT INTO refs (n, item) VALUES (11, 11)');
SELECT twice('DROP TABLE refs_1');
SELECT count(*) FROM relations.relations;
-- by two transactions; fails, and is finished when nothing refers
ALTER TABLE regress_part_ours.goal DETACH PARTITION regress_part_ours.goal_2 CONCURRENTLY;
DELETE FROM regress_part_ours.refs WHERE item = 11;
ALTER TABLE regress_part_ours.goal DETACH PARTITION regress_part_ours.goal_2 FINALIZE;
-- dropped with CASCADE: the rows stay, and that is told
DROP TABLE regress_part_ours.goal_1 CASCADE;
SELECT problem FROM relations.check() ORDER BY problem;
SELECT count(*) FROM regress_part_ours.refs;

-- the partition is renamed, and moved to another schema
SELECT twice('CREATE TABLE goal_5 PARTITION OF goal FOR VALUES FROM (50) TO (60); ALTER TABLE goal_5 RENAME TO fifth; INSERT INTO goal VALUES (51)');
ALTER TABLE regress_part_ours.fifth SET SCHEMA regress_part;
INSERT INTO regress_part_ours.refs (n, item) VALUES (13, 51);
-- fails
TRUNCATE regress_part.fifth;
-- fails
DELETE FROM regress_part.fifth;

DELETE FROM relations.relations;
SELECT triggers('regress_part.fifth'), triggers('regress_part_ours.refs'), triggers('regress_part_ours.goal');
DROP SCHEMA regress_part_native, regress_part_ours, regress_part CASCADE;
