-- Rights: relations.* allows to each role what the statements that it runs would have allowed by hand,
-- shows it what it may read, and lets nobody write the registry.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages TO warning;
\pset format unaligned
\pset tuples_only on
CREATE SCHEMA regress_rights;
CREATE SCHEMA regress_rights_m;
CREATE SCHEMA regress_rights_o;
CREATE ROLE regress_rights_owner;
CREATE ROLE regress_rights_member IN ROLE regress_rights_owner;
CREATE ROLE regress_rights_other;
CREATE ROLE regress_rights_reader;
GRANT USAGE ON SCHEMA regress_rights, regress_rights_m, regress_rights_o TO PUBLIC;
CREATE TABLE regress_rights_m.many (id integer PRIMARY KEY, o integer, kind text, item integer);
CREATE TABLE regress_rights_o.one (id integer PRIMARY KEY, note text);
ALTER TABLE regress_rights_m.many OWNER TO regress_rights_owner;
ALTER TABLE regress_rights_o.one OWNER TO regress_rights_other;

-- What becomes of the statement, after the superuser's preparation, for the role; all is undone.
CREATE FUNCTION regress_rights.outcome(role name, statement text, preparation text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE preparation;
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE statement;
	RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZZZZ';
EXCEPTION WHEN SQLSTATE 'ZZZZZ' THEN RETURN 'allowed';
	WHEN OTHERS THEN RETURN sqlstate;
END $$;
CREATE FUNCTION regress_rights.message(role name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE hint text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE statement;
	RAISE EXCEPTION 'allowed';
EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN sqlstate || ': ' || sqlerrm || coalesce(E'\n  HINT: ' || nullif(hint, ''), '');
END $$;

-- Each relation beside the DDL that it stands for.
CREATE TABLE regress_rights.kind (n integer, kind text, call text, ddl text);
INSERT INTO regress_rights.kind VALUES
(1, 'foreign key', $$SELECT relations.create_relation('{"many_collection": "regress_rights_m.many", "many_field": "o", "one_collection": "regress_rights_o.one"}')$$,
	$$ALTER TABLE regress_rights_m.many ADD FOREIGN KEY (o) REFERENCES regress_rights_o.one; CREATE INDEX ON regress_rights_m.many (o);
	CREATE FUNCTION regress_rights_m.o(regress_rights_m.many) RETURNS SETOF regress_rights_o.one LANGUAGE sql AS 'SELECT NULL::regress_rights_o.one'$$),
(2, 'with alias', $$SELECT relations.many_to_one('regress_rights_m.many', 'o', 'regress_rights_o.one', 'back')$$,
	$$ALTER TABLE regress_rights_m.many ADD FOREIGN KEY (o) REFERENCES regress_rights_o.one; CREATE INDEX ON regress_rights_m.many (o);
	CREATE FUNCTION regress_rights_m.o(regress_rights_m.many) RETURNS SETOF regress_rights_o.one LANGUAGE sql AS 'SELECT NULL::regress_rights_o.one';
	CREATE FUNCTION regress_rights_o.back(regress_rights_o.one) RETURNS SETOF regress_rights_m.many LANGUAGE sql AS 'SELECT NULL::regress_rights_m.many'$$),
(3, 'new column', $$INSERT INTO relations.relations (many_collection, many_field, one_collection) VALUES ('regress_rights_m.many', 'new', 'regress_rights_o.one')$$,
	$$ALTER TABLE regress_rights_m.many ADD new integer REFERENCES regress_rights_o.one; CREATE INDEX ON regress_rights_m.many (new);
	CREATE FUNCTION regress_rights_m.new(regress_rights_m.many) RETURNS SETOF regress_rights_o.one LANGUAGE sql AS 'SELECT NULL::regress_rights_o.one'$$),
(4, 'metadata', $$SELECT relations.create_relation('{"many_collection": "regress_rights_m.many", "many_field": "o", "one_collection": "regress_rights_o.one", "constraint": false}')$$,
	$$ALTER TABLE regress_rights_m.many ADD FOREIGN KEY (o) REFERENCES regress_rights_o.one;
	CREATE FUNCTION regress_rights_m.o(regress_rights_m.many) RETURNS SETOF regress_rights_o.one LANGUAGE sql AS 'SELECT NULL::regress_rights_o.one'$$),
(5, 'many-to-any', $$SELECT relations.create_relation('{"many_collection": "regress_rights_m.many", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["regress_rights_o.one"], "reverse_field": "back"}')$$,
	$$ALTER TABLE regress_rights_m.many ADD FOREIGN KEY (item) REFERENCES regress_rights_o.one; CREATE INDEX ON regress_rights_m.many (kind, item);
	CREATE FUNCTION regress_rights_m.one(regress_rights_m.many) RETURNS SETOF regress_rights_o.one LANGUAGE sql AS 'SELECT NULL::regress_rights_o.one';
	CREATE FUNCTION regress_rights_o.back(regress_rights_o.one) RETURNS SETOF regress_rights_m.many LANGUAGE sql AS 'SELECT NULL::regress_rights_m.many'$$);

-- role, kind, REFERENCES on one (on the table, on its key, on another column, none), CREATE on many's and on one's schema: ours|by hand
SELECT substr(role, 16), kind, refs, array_to_string(ARRAY[create_m, create_o], '') AS creates, ours, by_hand,
		CASE WHEN ours <> by_hand THEN 'DIFFERENT' END
	FROM regress_rights.kind,
		unnest('{regress_rights_owner,regress_rights_member,regress_rights_other}'::name[]) WITH ORDINALITY r(role, i),
		unnest('{all,id,note,none}'::text[]) WITH ORDINALITY f(refs, j),
		unnest('{m,-}'::text[]) WITH ORDINALITY cm(create_m, k), unnest('{o,-}'::text[]) WITH ORDINALITY co(create_o, l),
		LATERAL (SELECT concat_ws('; ',
			CASE create_m WHEN 'm' THEN format('GRANT CREATE ON SCHEMA regress_rights_m TO %I', role) END,
			CASE create_o WHEN 'o' THEN format('GRANT CREATE ON SCHEMA regress_rights_o TO %I', role) END,
			CASE WHEN role = 'regress_rights_other' THEN '' WHEN refs = 'all' THEN format('GRANT REFERENCES ON regress_rights_o.one TO %I', role)
				WHEN refs <> 'none' THEN format('GRANT REFERENCES (%s) ON regress_rights_o.one TO %I', refs, role) END) AS preparation) p,
		LATERAL (SELECT regress_rights.outcome(role, call, preparation) AS ours, regress_rights.outcome(role, ddl, preparation) AS by_hand) o
	WHERE (refs = 'all' OR role <> 'regress_rights_other') AND (refs = 'all' OR create_m || create_o = 'mo') AND (n <= 2 OR create_m || create_o = 'mo')
	ORDER BY n, i, j, k, l;
-- messages
SELECT regress_rights.message('regress_rights_other', call) FROM regress_rights.kind WHERE n = 1;
SELECT regress_rights.message('regress_rights_owner', call) FROM regress_rights.kind WHERE n IN (1, 4, 5) ORDER BY n;
-- fails: no USAGE, so nothing is known of the table; the same with a table that is not there
REVOKE USAGE ON SCHEMA regress_rights_o FROM PUBLIC;
SELECT regress_rights.message('regress_rights_owner', replace(call, 'regress_rights_o.one', t)) FROM regress_rights.kind, unnest('{regress_rights_o.one,regress_rights_o.not}'::text[]) t WHERE n = 1;
GRANT USAGE ON SCHEMA regress_rights_o TO PUBLIC;
-- fails: create_relation_sql runs nothing, but tells no more than the caller may know
SELECT regress_rights.message('regress_rights_other', replace(call, 'create_relation', 'create_relation_sql')) FROM regress_rights.kind WHERE n = 1;

-- A superuser registers for the owner, who then changes and deletes it; so does another member of his role.
-- (UPDATE and DELETE of who sees nothing find no row.)
GRANT CREATE ON SCHEMA regress_rights_m, regress_rights_o TO regress_rights_owner;
GRANT REFERENCES ON regress_rights_o.one TO regress_rights_owner;
SELECT (relations.many_to_one('regress_rights_m.many', 'o', 'regress_rights_o.one', 'back')).id AS first \gset
SELECT oid::regprocedure, proowner::regrole, prosecdef, proacl FROM pg_proc WHERE pronamespace IN ('regress_rights_m'::regnamespace, 'regress_rights_o'::regnamespace) ORDER BY proname;
SELECT role, what, regress_rights.outcome(role, format(statement, :first))
	FROM unnest('{regress_rights_owner,regress_rights_member,regress_rights_other,regress_rights_reader}'::name[]) WITH ORDINALITY r(role, i),
	(VALUES (1, 'rename', 'SELECT relations.update_relation(%s, ''{"one_field": "other"}'')'), (2, 'rule', 'UPDATE relations.relations SET on_delete = ''CASCADE'' WHERE id = %s'),
		(3, 'nothing', 'SELECT relations.update_relation(%s, ''{}'')'), (4, 'delete', 'SELECT relations.delete_relation(%s)'), (5, 'DELETE', 'DELETE FROM relations.relations WHERE id = %s')) s(n, what, statement)
	ORDER BY n, i;
-- the owner deletes what a member made, and a new owner what the old one has left
SET ROLE regress_rights_member;
SELECT relations.delete_relation(:first);
SELECT (relations.many_to_one('regress_rights_m.many', 'o', 'regress_rights_o.one', 'back')).id AS first \gset
SET ROLE regress_rights_owner;
SELECT one_field FROM relations.update_relation(:first, '{"one_field": "other"}');
RESET ROLE;
-- (its row functions are the new owner's)
SELECT regress_rights.outcome('regress_rights_other', format('SELECT relations.delete_relation(%s)', :first), 'ALTER TABLE regress_rights_m.many OWNER TO regress_rights_other');
-- what is granted on a foreign key is checked when it is made, not when it is renamed or deleted
REVOKE ALL ON regress_rights_o.one FROM regress_rights_owner;
SELECT regress_rights.outcome('regress_rights_owner', format('SELECT relations.delete_relation(%s)', :first)), regress_rights.outcome('regress_rights_owner', format('SELECT relations.update_relation(%s, ''{"on_delete": "CASCADE"}'')', :first));
-- a foreign key that is there is adopted: nothing is made that would need REFERENCES
SELECT relations.delete_relation(:first);
ALTER TABLE regress_rights_m.many ADD CONSTRAINT by_hand FOREIGN KEY (o) REFERENCES regress_rights_o.one;
SELECT regress_rights.outcome('regress_rights_owner', call) FROM regress_rights.kind WHERE n = 1;
ALTER TABLE regress_rights_m.many DROP CONSTRAINT by_hand;

ALTER SEQUENCE relations.edge_id_seq RESTART;
-- Who sees it: SELECT on the table or on any column, of both; what is not seen is not there.
SELECT (relations.many_to_one('regress_rights_m.many', 'o', 'regress_rights_o.one', 'back')).id AS first \gset
SELECT format('%s/%s', m, o), regress_rights.outcome('regress_rights_reader', format('DO $d$ BEGIN IF NOT EXISTS (SELECT FROM relations.relations) THEN RAISE no_data_found; END IF; END $d$'), p) AS view,
		regress_rights.outcome('regress_rights_reader', format('SELECT relations.get_relation(%s)', :first), p) AS get, regress_rights.outcome('regress_rights_reader', format('SELECT relations.update_relation(%s, ''{}'')', :first), p) AS update,
		regress_rights.outcome('regress_rights_reader', format('SELECT relations.delete_relations(''{%s}'')', :first), p) AS delete
	FROM unnest('{none,column,table,insert}'::text[]) WITH ORDINALITY a(m, i), unnest('{none,column,table,insert}'::text[]) WITH ORDINALITY b(o, j),
		LATERAL (SELECT concat_ws('; ', format(CASE m WHEN 'column' THEN 'GRANT SELECT (id) ON %1$s' WHEN 'table' THEN 'GRANT SELECT ON %1$s' WHEN 'insert' THEN 'GRANT INSERT ON %1$s' END || ' TO regress_rights_reader', 'regress_rights_m.many'),
			format(CASE o WHEN 'column' THEN 'GRANT SELECT (note) ON %1$s' WHEN 'table' THEN 'GRANT SELECT ON %1$s' WHEN 'insert' THEN 'GRANT INSERT ON %1$s' END || ' TO regress_rights_reader', 'regress_rights_o.one')) AS p) q
	ORDER BY i, j;
-- Many-to-any: the list is cut to what may be read.
CREATE TABLE regress_rights.a (id integer PRIMARY KEY);
CREATE TABLE regress_rights.b (id integer PRIMARY KEY);
SELECT (relations.create_relation('{"many_collection": "regress_rights_m.many", "many_field": "item", "one_collection_field": "kind",
	"one_allowed_collections": {"A": "regress_rights.a", "A2": "regress_rights.a", "B": "regress_rights.b"}}')).id AS any \gset
GRANT SELECT ON regress_rights_m.many TO regress_rights_reader;
SET ROLE regress_rights_reader;
SELECT one_allowed_collections, discriminators FROM relations.relations WHERE id = :any;
RESET ROLE;
GRANT SELECT ON regress_rights.b TO regress_rights_reader;
SET ROLE regress_rights_reader;
SELECT one_allowed_collections, discriminators FROM relations.relations ORDER BY id;
SELECT one_allowed_collections, discriminators FROM relations.get_relation(:any);
SELECT regress_rights.message('regress_rights_reader', format('SELECT relations.get_relation(%s)', :first));
SELECT regress_rights.message('regress_rights_reader', format('SELECT relations.delete_relation(%s)', :any));
RESET ROLE;

-- The registry: everybody may read it, nobody write it, nor put triggers on it or use ours elsewhere.
CREATE VIEW regress_rights.mine AS SELECT 1 AS id;
ALTER VIEW regress_rights.mine OWNER TO regress_rights_owner;
GRANT CREATE ON SCHEMA regress_rights TO regress_rights_owner;
SELECT statement, regress_rights.outcome('regress_rights_owner', statement) FROM unnest(ARRAY[
	'TABLE relations.edge', 'TABLE relations.target', 'INSERT INTO relations.edge SELECT * FROM relations.edge', 'UPDATE relations.edge SET alias = NULL',
	'DELETE FROM relations.edge', 'TRUNCATE relations.edge CASCADE', 'INSERT INTO relations.target SELECT * FROM relations.target', 'UPDATE relations.target SET field = field',
	'DELETE FROM relations.target', 'LOCK relations.edge IN SHARE ROW EXCLUSIVE MODE', 'SELECT nextval(''relations.edge_id_seq'')', 'SELECT setval(''relations.edge_id_seq'', 1)',
	'CREATE TABLE relations.planted ()', 'CREATE FUNCTION relations.planted() RETURNS integer LANGUAGE sql AS ''SELECT 1''', 'CREATE RULE r AS ON DELETE TO relations.relations DO INSTEAD NOTHING',
	'CREATE TABLE regress_rights.t (e integer REFERENCES relations.edge)',
	'CREATE TRIGGER t BEFORE INSERT ON relations.edge EXECUTE FUNCTION suppress_redundant_updates_trigger()', 'CREATE TRIGGER t AFTER INSERT ON regress_rights_m.many EXECUTE FUNCTION relations.registry_changed()',
	'CREATE TRIGGER t INSTEAD OF INSERT OR UPDATE OR DELETE ON regress_rights.mine FOR EACH ROW EXECUTE FUNCTION relations.relation_changed()',
	'SELECT relations.relation_changed()', 'SELECT relations.registry_changed()']) WITH ORDINALITY s(statement, n) ORDER BY n;
-- fails, for a superuser too: the trigger functions are for our tables only
CREATE TRIGGER t INSTEAD OF INSERT OR UPDATE OR DELETE ON regress_rights.mine FOR EACH ROW EXECUTE FUNCTION relations.relation_changed();
SELECT statement, regress_rights.outcome(current_user, statement) FROM unnest(ARRAY['INSERT INTO regress_rights.mine VALUES (1)', 'UPDATE regress_rights.mine SET id = 2', 'DELETE FROM regress_rights.mine']) WITH ORDINALITY s(statement, n) ORDER BY n;

-- Row functions have no rights of their own: grants, column grants and row security are the caller's.
INSERT INTO regress_rights_o.one VALUES (1, 'x'), (2, 'y');
INSERT INTO regress_rights_m.many VALUES (1, 1, NULL, NULL), (2, 2, NULL, NULL);
GRANT SELECT ON regress_rights_m.many TO regress_rights_reader;
SELECT p, regress_rights.outcome('regress_rights_reader', 'SELECT x.id FROM regress_rights_m.many m, regress_rights_m.o(m) x', p), regress_rights.outcome('regress_rights_reader', 'SELECT regress_rights_m.o(m) FROM regress_rights_m.many m', p)
	FROM unnest(ARRAY['', 'GRANT SELECT (note) ON regress_rights_o.one TO regress_rights_reader', 'GRANT SELECT ON regress_rights_o.one TO regress_rights_reader']) p ORDER BY 1;
GRANT SELECT ON regress_rights_o.one TO regress_rights_reader;
ALTER TABLE regress_rights_o.one ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON regress_rights_o.one TO regress_rights_reader USING (id = 1);
SET ROLE regress_rights_reader;
SELECT m.id, x.id FROM regress_rights_m.many m LEFT JOIN LATERAL regress_rights_m.o(m) x ON true ORDER BY 1;
SELECT m.id, (SELECT count(*) FROM (SELECT regress_rights_m.o(m)) f) FROM regress_rights_m.many m ORDER BY 1;
RESET ROLE;

-- A superuser who registers another's table runs nothing of that owner's: a domain's CHECK is his function.
CREATE TABLE regress_rights.calls (who name);
GRANT INSERT ON regress_rights.calls TO PUBLIC;
CREATE FUNCTION regress_rights.spy(value text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO regress_rights.calls VALUES (current_user); RETURN true; END $$;
CREATE DOMAIN regress_rights.spied AS text CHECK (regress_rights.spy(value));
CREATE TABLE regress_rights_m.spied (kind regress_rights.spied, item integer);
ALTER TABLE regress_rights_m.spied OWNER TO regress_rights_owner;
SELECT count(*) > 0 FROM relations.create_relation_sql('{"many_collection": "regress_rights_m.spied", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["regress_rights_o.one"]}');
SELECT (relations.create_relation('{"many_collection": "regress_rights_m.spied", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["regress_rights_o.one"]}')).on_delete;
SELECT count(*) FROM regress_rights.calls;

DELETE FROM relations.relations;
DROP SCHEMA regress_rights, regress_rights_m, regress_rights_o CASCADE;
DROP ROLE regress_rights_member, regress_rights_owner, regress_rights_other, regress_rights_reader;
