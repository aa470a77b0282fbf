-- Plans of writing statements are kept: what has changed since is seen.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA write_kept;
SET search_path = write_kept;
\pset format unaligned
\pset tuples_only on
CREATE TABLE parent (id int PRIMARY KEY, name text);
CREATE TABLE child (id int PRIMARY KEY, name text);
SELECT count(*) FROM relations.many_to_one('child', 'parent', 'parent', 'children');
CREATE FUNCTION write(id int) RETURNS json LANGUAGE sql
	AS $$ SELECT relations.create_item('parent', jsonb_build_object('id', id, 'name', 'p', 'children', jsonb_build_array(jsonb_build_object('id', id, 'name', 1))), '{"fields": "*,children.*"}') $$;
CREATE FUNCTION change(id int) RETURNS json LANGUAGE sql
	AS $$ SELECT relations.update_item('parent', id, jsonb_build_object('children', jsonb_build_array(jsonb_build_object('id', id, 'name', 2))), '{"fields": "children.*"}') $$;
SELECT write(1), change(1);
SELECT write(2), change(2);
-- columns: another default, another type, one more, renamed, dropped
ALTER TABLE child ADD made text DEFAULT 'first';
SELECT write(3), change(3);
ALTER TABLE child ALTER made SET DEFAULT 'second', ALTER name TYPE int USING name::int;
SELECT write(4), change(4);
ALTER TABLE child RENAME name TO title;
ALTER TABLE child ADD name numeric(5,2);
SELECT write(5), change(5);
ALTER TABLE child DROP title, DROP made;
SELECT write(6), change(6);
-- a trigger; a key that is made anew
CREATE FUNCTION doubled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := NEW.name * 2; RETURN NEW; END $$;
CREATE TRIGGER doubled BEFORE INSERT OR UPDATE ON child FOR EACH ROW EXECUTE FUNCTION doubled();
SELECT write(7), change(7);
ALTER TABLE child DROP CONSTRAINT child_pkey;
ALTER TABLE child ADD PRIMARY KEY (id);
SELECT write(8), change(8);
-- the table is another one
DROP TABLE child;
CREATE TABLE child (name text, id int PRIMARY KEY);
SELECT count(*) FROM relations.many_to_one('child', 'parent', 'parent', 'children');
SELECT write(9), change(9);
-- who writes, and which rows he may write
CREATE ROLE write_kept;
GRANT USAGE ON SCHEMA write_kept TO write_kept;
GRANT SELECT, INSERT, UPDATE ON parent, child TO write_kept;
SET ROLE write_kept;
SELECT write(10), change(10);
RESET ROLE;
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON child TO write_kept USING (id < 12) WITH CHECK (id < 12);
SET ROLE write_kept;
SELECT write(11), change(11);
\set VERBOSITY terse
SELECT write(12);
RESET ROLE;
SELECT write(12), change(12);
REVOKE UPDATE ON child FROM write_kept;
SET ROLE write_kept;
SELECT change(11);
RESET ROLE;
-- within a trigger that writes by the same statement, and after an error in it
CREATE FUNCTION and_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.id BETWEEN 100 AND 103 THEN PERFORM write_kept.write(NEW.id + 1); END IF;
	IF NEW.id = 204 THEN RAISE 'too far'; END IF;
	IF NEW.id BETWEEN 200 AND 203 THEN PERFORM write_kept.write(NEW.id + 1); END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER and_next BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION and_next();
SELECT write(100);
SELECT write(200);
SELECT json_agg(id ORDER BY id) FROM child WHERE id >= 100;
-- more statements than are kept
CREATE FUNCTION make_table(i int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE many_%s (id int PRIMARY KEY)', i); END $$;
SELECT count(make_table(i)) FROM generate_series(1, 150) i;
SELECT count(relations.create_item(format('many_%s', i % 150 + 1)::regclass, jsonb_build_object('id', i))) FROM generate_series(1, 300) i;
SELECT count(relations.update_item(format('many_%s', i % 150 + 1)::regclass, i, jsonb_build_object('id', -i))) FROM generate_series(1, 300) i;
SELECT sum(id) FROM many_1;
-- a table that has outgrown its plans, which read all of it when it was small, is read by its index
CREATE TABLE growing (id int PRIMARY KEY, name text);
SELECT count(*) FROM relations.many_to_one('growing', 'parent', 'growing', 'smaller');
INSERT INTO growing VALUES (1, 'first');
ANALYZE growing;
CREATE FUNCTION grown(id int) RETURNS json LANGUAGE sql
	AS $$ SELECT relations.update_item('growing', id, jsonb_build_object('name', 'x', 'smaller', jsonb_build_object('create', '[]'::jsonb)), '{"fields": "name"}') $$;
SELECT grown(1);
INSERT INTO growing SELECT i, repeat('more', 100), i - 1 FROM generate_series(2, 10000) i;
BEGIN;
SELECT grown(9000);
SELECT seq_tup_read < 100 FROM pg_stat_xact_user_tables WHERE relid = 'growing'::regclass;
COMMIT;
-- plans of many partitions are large: fewer are kept
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE FUNCTION make_part(i int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN EXECUTE format('CREATE TABLE parts_%1$s PARTITION OF parts FOR VALUES WITH (MODULUS 150, REMAINDER %1$s)', i); END $$;
CREATE FUNCTION make_column(i int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE parts ADD c%s int', i); END $$;
SELECT count(make_part(i)) FROM generate_series(0, 149) i;
SELECT count(make_column(i)) FROM generate_series(1, 50) i;
INSERT INTO parts VALUES (1);
SELECT count(relations.update_item('parts', 1, jsonb_build_object('c' || i, i))) FROM generate_series(1, 50) i;
SELECT sum(total_bytes) < 17 * 1024 * 1024, count(*) > 5 FROM pg_backend_memory_contexts WHERE name LIKE 'CachedPlan%' AND ident LIKE 'UPDATE write_kept.parts%';

DELETE FROM relations.relations;
DROP OWNED BY write_kept;
DROP SCHEMA write_kept CASCADE;
DROP ROLE write_kept;
