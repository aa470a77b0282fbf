-- Whose rights count, and who may read what an error says: as for a foreign key.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE ROLE regress_any_owner;
CREATE ROLE regress_any_writer;
CREATE FUNCTION worlds.people(on_delete text, on_update text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM worlds.clear();
	PERFORM worlds.targets(plain => true);
	PERFORM worlds.references();
	PERFORM worlds.prepare('INSERT INTO refs (n, collection, item) VALUES (1, ''a'', 1), (2, ''a'', 1), (4, ''a'', 2), (6, NULL, NULL)');
	PERFORM worlds.refer('refs', on_delete, on_update);
	GRANT USAGE ON SCHEMA fk, m2a TO regress_any_writer, regress_any_owner;
	GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA worlds TO public;
END $$;
SELECT worlds.people('CASCADE', 'CASCADE');
-- rights on the references alone are enough to refer, and to be told of a violation
SELECT worlds.prepare($$GRANT INSERT, UPDATE, DELETE ON refs TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'c', 9); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', NULL); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; UPDATE refs SET item = 2; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; UPDATE refs SET item = 9 WHERE collection = 'a'; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; SELECT id FROM a; RESET ROLE$$);
-- values are shown to those who may read them: by the table, by both columns, not by one
SELECT worlds.prepare($$GRANT SELECT (item) ON refs TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.prepare($$GRANT SELECT (collection) ON refs TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.prepare($$GRANT SELECT ON refs TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.prepare($$REVOKE SELECT ON refs FROM regress_any_writer$$);
-- rights on a target alone are enough for the action
SELECT worlds.prepare($$GRANT DELETE, UPDATE, SELECT ON a TO regress_any_writer$$);
SELECT worlds.prepare($$REVOKE ALL ON refs FROM regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; UPDATE a SET id = 9 WHERE id = 1; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM refs; RESET ROLE$$);
SELECT worlds.people('NO ACTION', 'NO ACTION');
SELECT worlds.prepare($$GRANT DELETE, UPDATE ON a TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; UPDATE a SET id = 9; RESET ROLE$$);
SELECT worlds.prepare($$GRANT SELECT (id, kind) ON a TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.prepare($$GRANT SELECT ON a TO regress_any_writer$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
-- row security of the references hides none of them from the check or the action
SELECT worlds.people('CASCADE', 'CASCADE');
SELECT worlds.prepare($$GRANT ALL ON refs, a TO regress_any_writer$$);
SELECT worlds.prepare($$ALTER TABLE refs ENABLE ROW LEVEL SECURITY$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; SELECT * FROM refs; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; UPDATE a SET id = 9 WHERE id = 1; RESET ROLE$$);
SELECT worlds.prepare($$CREATE POLICY mine ON refs TO regress_any_writer USING (n > 3) WITH CHECK (n > 3)$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a; RESET ROLE$$);
SELECT worlds.people('NO ACTION', 'NO ACTION');
SELECT worlds.prepare($$GRANT ALL ON refs, a TO regress_any_writer$$);
SELECT worlds.prepare($$ALTER TABLE refs ENABLE ROW LEVEL SECURITY$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 3; RESET ROLE$$);
-- row security of a target: what is hidden can be referred to, and is not spoken of
SELECT worlds.prepare($$ALTER TABLE a ENABLE ROW LEVEL SECURITY$$);
SELECT worlds.prepare($$ALTER TABLE refs DISABLE ROW LEVEL SECURITY$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.prepare($$CREATE POLICY mine ON a TO regress_any_writer USING (id < 3)$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 3); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
-- forced on the owner too
SELECT worlds.people('SET NULL', 'CASCADE');
SELECT worlds.prepare($$ALTER TABLE refs OWNER TO regress_any_owner$$);
SELECT worlds.prepare($$ALTER TABLE a OWNER TO regress_any_owner$$);
SELECT worlds.prepare($$ALTER TABLE refs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY$$);
SELECT worlds.prepare($$ALTER TABLE a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY$$);
SELECT worlds.prepare($$CREATE POLICY no ON refs AS RESTRICTIVE USING (false) WITH CHECK (n = 10)$$);
SELECT worlds.prepare($$CREATE POLICY yes ON refs WITH CHECK (true)$$);
SELECT worlds.prepare($$CREATE POLICY part ON a FOR ALL USING (id < 3)$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; INSERT INTO refs VALUES (10, 'a', 3); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; DELETE FROM a WHERE id = 1; RESET ROLE$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; UPDATE a SET id = 0 WHERE id = 1; RESET ROLE$$);
-- the actions run as the owner of the references, whoever deletes
SELECT worlds.people('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE TABLE log (n int GENERATED ALWAYS AS IDENTITY, who text)$$);
SELECT worlds.prepare($$CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log (who) VALUES (current_user); RETURN OLD; END'$$);
SELECT worlds.prepare($$CREATE TRIGGER tell BEFORE DELETE ON refs FOR EACH ROW EXECUTE FUNCTION tell()$$);
SELECT worlds.prepare($$GRANT ALL ON a TO regress_any_writer$$);
SELECT worlds.prepare($$GRANT INSERT ON log TO regress_any_owner$$);
SELECT worlds.prepare($$ALTER TABLE refs OWNER TO regress_any_owner$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_writer; DELETE FROM a WHERE id = 1; RESET ROLE$$);
-- an owner of the references without rights on the target can still write, and be written to
SELECT worlds.prepare($$REVOKE ALL ON a FROM regress_any_writer, regress_any_owner$$);
SELECT worlds.tried($$SET LOCAL ROLE regress_any_owner; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.prepare($$REVOKE ALL ON SCHEMA fk, m2a FROM regress_any_owner$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9)$$);
-- owners who have taken rights from themselves
SELECT worlds.people('CASCADE', 'NO ACTION');
SELECT worlds.prepare($$ALTER TABLE refs OWNER TO regress_any_owner$$);
SELECT worlds.prepare($$ALTER TABLE a OWNER TO regress_any_owner$$);
SELECT worlds.prepare($$REVOKE DELETE ON refs FROM regress_any_owner$$);
SELECT worlds.tried($$DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 9 WHERE id = 1$$);
SELECT worlds.prepare($$REVOKE SELECT ON a FROM regress_any_owner$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.prepare($$GRANT SELECT ON a TO regress_any_owner$$);
SELECT worlds.prepare($$REVOKE UPDATE ON a FROM regress_any_owner$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.prepare($$GRANT SELECT, UPDATE (id, kind) ON a TO regress_any_owner$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 9)$$);
-- a role that is given up before the end of the transaction
SELECT worlds.make('NO ACTION', 'NO ACTION', true);
SELECT worlds.prepare($$GRANT USAGE ON SCHEMA fk, m2a TO regress_any_writer$$);
SELECT worlds.prepare($$GRANT ALL ON refs TO regress_any_writer$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 1); RESET ROLE$$);
SELECT worlds.tried($$SET CONSTRAINTS ALL DEFERRED; SET LOCAL ROLE regress_any_writer; INSERT INTO refs VALUES (10, 'a', 9); RESET ROLE$$);
-- what a search path or a shadowing operator says is not asked
SELECT worlds.make('CASCADE', 'CASCADE');
SELECT worlds.prepare($$CREATE FUNCTION never(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT false'$$);
SELECT worlds.prepare($$CREATE OPERATOR = (LEFTARG = int, RIGHTARG = int, FUNCTION = never)$$);
SELECT worlds.prepare($$CREATE FUNCTION never(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'$$);
SELECT worlds.prepare($$CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = never)$$);
SELECT worlds.tried($$DO 'BEGIN PERFORM set_config(''search_path'', current_schema || '', pg_catalog'', true); END'; INSERT INTO refs VALUES (10, 'a', 1)$$);
SELECT worlds.tried($$DO 'BEGIN PERFORM set_config(''search_path'', current_schema || '', pg_catalog'', true); END'; INSERT INTO refs VALUES (10, 'a', 9)$$);
SELECT worlds.tried($$DO 'BEGIN PERFORM set_config(''search_path'', current_schema || '', pg_catalog'', true); END'; DELETE FROM a$$);
SELECT worlds.tried($$DO 'BEGIN PERFORM set_config(''search_path'', current_schema || '', pg_catalog'', true); END'; UPDATE a SET id = id OPERATOR(pg_catalog.+) 10$$);
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
DROP ROLE regress_any_owner, regress_any_writer;
