-- Users' own triggers beside those of a relation, and triggers that are switched off.
-- BEFORE triggers change what is written, named by the statement or not
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SELECT worlds.make();
SELECT worlds.prepare($$CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.item := (NEW.note)::int; RETURN NEW; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER turn BEFORE INSERT OR UPDATE ON refs FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION turn()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9, '1')$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1, '9')$$);
SELECT worlds.tried($$UPDATE refs SET note = '2' WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET note = '9' WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET item = 9, note = '2' WHERE n = 1$$);
SELECT worlds.tried($$UPDATE refs SET note = '2' WHERE n = 5$$);
SELECT worlds.tried($$UPDATE refs SET note = '3' WHERE n = 5$$);
SELECT worlds.tried($$COPY refs (n, note) FROM PROGRAM 'printf "10,1\n11,9\n"' (FORMAT csv)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (1, 'a', 1, '9') ON CONFLICT (n) DO UPDATE SET note = '2'$$);
-- BEFORE triggers of a target
SELECT worlds.make();
SELECT worlds.prepare($$CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.note = ''shift'' THEN NEW.id := NEW.id + 10; END IF; RETURN NEW; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER turn BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION turn()$$);
SELECT worlds.tried($$UPDATE a SET note = 'shift' WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET note = 'shift' WHERE id = 3$$);
SELECT worlds.tried($$UPDATE a SET note = 'x' WHERE id = 1$$);
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.note = ''shift'' THEN NEW.id := NEW.id + 10; END IF; RETURN NEW; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER turn BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION turn()$$);
SELECT worlds.tried($$UPDATE a SET note = 'shift' WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET note = 'shift'$$);
-- triggers of the references see the actions, and may cancel or redirect them
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE TABLE log (n int GENERATED ALWAYS AS IDENTITY, what text)$$);
SELECT worlds.prepare($$CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log (what) VALUES (concat_ws('' '', TG_WHEN, TG_OP, TG_LEVEL, OLD.n, OLD.item, NEW.item)); RETURN coalesce(NEW, OLD); END'$$);
SELECT worlds.prepare($$CREATE TRIGGER x1 BEFORE UPDATE OR DELETE ON refs FOR EACH ROW EXECUTE FUNCTION tell()$$);
SELECT worlds.prepare($$CREATE TRIGGER x2 AFTER UPDATE OR DELETE ON refs FOR EACH ROW EXECUTE FUNCTION tell()$$);
SELECT worlds.prepare($$CREATE TRIGGER x3 AFTER UPDATE OR DELETE ON refs FOR EACH STATEMENT EXECUTE FUNCTION tell()$$);
SELECT worlds.prepare($$CREATE TRIGGER x4 BEFORE UPDATE OR DELETE ON refs FOR EACH STATEMENT EXECUTE FUNCTION tell()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 2$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 2$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10 WHERE id < 3$$);
-- one that says no leaves its row as it is, with a native key as with ours
SELECT worlds.prepare($$CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER no BEFORE UPDATE OR DELETE ON refs FOR EACH ROW WHEN (OLD.n = 1) EXECUTE FUNCTION no()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.make('SET NULL', 'SET NULL');
SELECT worlds.prepare($$CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER no BEFORE UPDATE ON refs FOR EACH ROW WHEN (OLD.n = 1) EXECUTE FUNCTION no()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
-- one that redirects what the action writes: that is checked
SELECT worlds.make('SET NULL', 'CASCADE');
SELECT worlds.prepare($$CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.collection := ''b''; NEW.item := 7 + OLD.n; RETURN NEW; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER other BEFORE UPDATE ON refs FOR EACH ROW EXECUTE FUNCTION other()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 2$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 2$$);
SELECT worlds.prepare($$INSERT INTO b (id) VALUES (11)$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 2$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 2$$);
-- triggers of the targets: cancel, put back, refer to what is going
SELECT worlds.make();
SELECT worlds.prepare($$CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER no BEFORE DELETE OR UPDATE ON a FOR EACH ROW WHEN (OLD.id = 1) EXECUTE FUNCTION no()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 2$$);
SELECT worlds.tried($$UPDATE a SET id = id + 10$$);
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO a VALUES (OLD.*); RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zzz AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION again()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$DELETE FROM a$$);
SELECT worlds.prepare($$DROP TRIGGER zzz ON a$$);
SELECT worlds.prepare($$CREATE FUNCTION refers() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs VALUES (20, ''a'', OLD.id); RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zzz AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION refers()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 3$$);
SELECT worlds.prepare($$DROP TRIGGER zzz ON a$$);
SELECT worlds.prepare($$CREATE TRIGGER zzz BEFORE DELETE ON a FOR EACH ROW EXECUTE FUNCTION refers()$$);
SELECT worlds.prepare($$CREATE OR REPLACE FUNCTION refers() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO refs VALUES (20, ''a'', OLD.id); RETURN OLD; END'$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 3$$);
-- triggers of the references: delete the target, move the reference
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE FUNCTION takes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM a WHERE id = NEW.item; RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zzz AFTER INSERT ON refs FOR EACH ROW EXECUTE FUNCTION takes()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1), (11, 'a', 1)$$);
SELECT worlds.prepare($$DROP TRIGGER zzz ON refs$$);
SELECT worlds.prepare($$CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE refs SET item = NEW.item + 1 WHERE n = NEW.n AND item < 9; RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER zzz AFTER INSERT ON refs FOR EACH ROW EXECUTE FUNCTION moves()$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 2)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3)$$);
-- an action by a user's trigger, at the end of it all
SELECT worlds.make('NO ACTION', 'NO ACTION', true);
SELECT worlds.prepare($$CREATE FUNCTION after_all() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM refs WHERE item = OLD.id AND collection = ''a''; RETURN NULL; END'$$);
SELECT worlds.prepare($$CREATE CONSTRAINT TRIGGER zzz AFTER DELETE ON a INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION after_all()$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; DELETE FROM a WHERE id = 1$$);
-- a view
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE VIEW refs_view AS SELECT * FROM refs$$);
SELECT worlds.tried($$INSERT INTO refs_view VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$INSERT INTO refs_view VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$UPDATE refs_view SET collection = 'b' WHERE n = 4$$);
-- rules that make something else of an action are found out, and a native key knows no code for it
SELECT worlds.make('CASCADE', 'CASCADE');
CREATE RULE no_delete AS ON DELETE TO m2a.refs DO INSTEAD NOTHING;
CREATE RULE no_update AS ON UPDATE TO m2a.refs DO INSTEAD NOTHING;
\set VERBOSITY sqlstate
DELETE FROM m2a.a WHERE id = 1;
UPDATE m2a.a SET id = 9 WHERE id = 1;
\set VERBOSITY default
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE RULE also AS ON INSERT TO refs DO ALSO DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9)$$);
-- switched off: for replicas, by name, for the whole table
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.tried($$SET LOCAL session_replication_role = replica; INSERT INTO refs VALUES (10, 'a', 9); DELETE FROM a WHERE id = 1; UPDATE b SET id = 9 WHERE id = 1; RESET session_replication_role$$);
SELECT worlds.tried($$SET LOCAL session_replication_role = local; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$SET LOCAL session_replication_role = local; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE refs DISABLE TRIGGER ALL; INSERT INTO refs VALUES (10, 'a', 9); DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$ALTER TABLE a DISABLE TRIGGER ALL; DELETE FROM a WHERE id = 1; INSERT INTO refs VALUES (10, 'a', 3)$$);
SELECT worlds.tried($$ALTER TABLE a DISABLE TRIGGER ALL; DELETE FROM a WHERE id = 1; ALTER TABLE a ENABLE TRIGGER ALL; UPDATE refs SET note = 'x' WHERE n = 1$$);
SELECT worlds.tried($$ALTER TABLE a DISABLE TRIGGER ALL; DELETE FROM a WHERE id = 1; ALTER TABLE a ENABLE TRIGGER ALL; UPDATE refs SET item = 1 WHERE n = 1$$);
SELECT worlds.tried($$ALTER TABLE a DISABLE TRIGGER ALL; DELETE FROM a WHERE id = 1; ALTER TABLE a ENABLE TRIGGER ALL; UPDATE refs SET item = item + 0, collection = collection$$);
SELECT worlds.tried($$ALTER TABLE refs DISABLE TRIGGER ALL; ALTER TABLE refs ENABLE TRIGGER ALL; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
