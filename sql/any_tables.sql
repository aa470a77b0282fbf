-- TRUNCATE, inheritance, temporary and unlogged tables.
-- TRUNCATE is refused for a target to which rows refer; a foreign key refuses it always
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.tried($$TRUNCATE refs$$);
SELECT worlds.tried($$TRUNCATE refs, a, b$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1); TRUNCATE refs; DELETE FROM a$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1; TRUNCATE refs$$);
\set VERBOSITY sqlstate
TRUNCATE m2a.a;
TRUNCATE m2a.b;
TRUNCATE m2a.a, m2a.b;
SELECT count(*) FROM m2a.a;
DELETE FROM m2a.refs WHERE collection = 'b';
TRUNCATE m2a.b;
SELECT count(*) FROM m2a.b;
BEGIN;
DELETE FROM m2a.refs;
TRUNCATE m2a.a;
ROLLBACK;
BEGIN;
TRUNCATE m2a.a, m2a.refs;
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
TRUNCATE m2a.a;
ROLLBACK;
-- partitioned: the whole and a part
SELECT worlds.make('CASCADE', 'CASCADE', false, 'int', NULL, true, true);
INSERT INTO m2a.a (id) VALUES (101);
TRUNCATE m2a.a;
TRUNCATE m2a.a_low;
TRUNCATE m2a.a_high;
SELECT id FROM m2a.a ORDER BY id;
\set VERBOSITY default
-- a child table's rows are no targets, and a child's references are not checked
SELECT worlds.clear();
SELECT worlds.targets(plain => true);
SELECT worlds.references();
SELECT worlds.prepare($$CREATE TABLE achild () INHERITS (a); ALTER TABLE achild ALTER kind SET DEFAULT 'a'; INSERT INTO achild (id) VALUES (7), (1)$$);
SELECT worlds.prepare($$CREATE TABLE refchild () INHERITS (refs); INSERT INTO refchild VALUES (50, 'a', 77), (51, 'a', 1)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (1, 'a', 1), (2, 'a', 2)$$);
SELECT worlds.refer('refs', 'CASCADE', 'CASCADE');
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 7)$$);
SELECT worlds.tried($$INSERT INTO refchild VALUES (60, 'a', 99)$$);
SELECT worlds.tried($$UPDATE refs SET item = 3$$);
SELECT worlds.tried($$UPDATE ONLY refs SET item = 3$$);
SELECT worlds.tried($$UPDATE refchild SET item = 99$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM ONLY a WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM achild$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10$$);
SELECT worlds.tried($$UPDATE ONLY a SET id = id + 10$$);
SELECT worlds.tried($$DELETE FROM ONLY a WHERE id = 2$$);
SELECT worlds.clear();
SELECT worlds.targets(plain => true);
SELECT worlds.references();
SELECT worlds.prepare($$CREATE TABLE achild () INHERITS (a); ALTER TABLE achild ALTER kind SET DEFAULT 'a'; INSERT INTO achild (id) VALUES (7), (1)$$);
SELECT worlds.prepare($$CREATE TABLE refchild () INHERITS (refs); INSERT INTO refchild VALUES (50, 'a', 77), (51, 'a', 3)$$);
SELECT worlds.prepare($$INSERT INTO refs VALUES (1, 'a', 1), (2, 'a', 2)$$);
SELECT worlds.refer('refs', 'NO ACTION', 'NO ACTION');
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$DELETE FROM achild WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 3$$);
-- a reference lasts no longer than its target: which kinds of tables may refer to which;
-- a temporary table to one of the same session
CREATE FUNCTION worlds.lasting(many text, one text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	outcomes text[];
BEGIN
	FOR i IN 1..2 LOOP
		BEGIN
			EXECUTE format('CREATE %s TABLE lasting_one (kind text, id int PRIMARY KEY, UNIQUE (kind, id))', one);
			EXECUTE format('CREATE %s TABLE lasting_many (kind text, item int)', many);
			IF i = 1 OR worlds.is_native('m2a') THEN
				ALTER TABLE lasting_many ADD FOREIGN KEY (kind, item) REFERENCES lasting_one (kind, id) MATCH FULL;
			ELSE
				PERFORM relations.create_relation('{"many_collection": "lasting_many", "many_field": "item", "one_collection_field": "kind",
					"one_allowed_collections": "lasting_one"}');
			END IF;
			RAISE SQLSTATE 'TB000';
		EXCEPTION
			WHEN SQLSTATE 'TB000' THEN outcomes[i] := 'allowed';
			WHEN OTHERS THEN outcomes[i] := SQLSTATE;
		END;
	END LOOP;
	RETURN CASE WHEN outcomes[1] = outcomes[2] THEN 'both: ' || outcomes[1] ELSE format('DIFFERENT: %s', outcomes) END;
END $$;
SELECT many, one, worlds.lasting(many, one) FROM unnest('{"",unlogged,temp}'::text[]) many, unnest('{"",unlogged,temp}'::text[]) one;
-- a session's own tables
CREATE TEMP TABLE own_a (id int PRIMARY KEY);
CREATE TEMP TABLE own_refs (n int, collection text, item int);
SELECT many_field FROM relations.create_relation('{"many_collection": "own_refs", "many_field": "item", "one_collection_field": "collection",
	"one_allowed_collections": "own_a", "on_delete": "CASCADE", "on_update": "CASCADE"}');
INSERT INTO own_a VALUES (1), (2);
INSERT INTO own_refs VALUES (1, 'own_a', 1), (2, 'own_a', 2);
\set VERBOSITY sqlstate
INSERT INTO own_refs VALUES (3, 'own_a', 3);
\set VERBOSITY default
DELETE FROM own_a WHERE id = 1;
UPDATE own_a SET id = 20;
SELECT * FROM own_refs;
DELETE FROM relations.relations WHERE many_field = 'item' AND many_collection LIKE '%own_refs';
DROP TABLE own_refs, own_a;
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
