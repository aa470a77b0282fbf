-- What users do to tables and columns beside us: afterwards each of our functions works or refuses with an
-- SQLSTATE that says why, says nothing untrue, takes back what was generated and nothing else.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages TO warning;
CREATE SCHEMA regress_changed;
SET search_path TO regress_changed;
\pset format unaligned
\pset tuples_only on
-- while nothing follows what is done to tables
ALTER EVENT TRIGGER relations_follow DISABLE;

CREATE FUNCTION state(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN RETURN sqlstate || CASE WHEN sqlstate LIKE 'XX%' THEN sqlerrm ELSE '' END;
END $$;
-- A relation that went with its column or table is as good as one that can be deleted.
CREATE FUNCTION take_back(id integer) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN s IN ('done', '42704') THEN 'gone' ELSE s END FROM state(format('SELECT relations.delete_relation(%s)', id)) s $$;
-- what stands in the database for the table
CREATE FUNCTION parts(t regclass) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(', ', (SELECT string_agg(attname || CASE WHEN attnotnull THEN '!' ELSE '' END, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped),
		(SELECT string_agg(conname, ' ' ORDER BY conname COLLATE "C") FROM pg_constraint WHERE conrelid = t AND contype <> 'n'),
		(SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text COLLATE "C") FROM pg_index WHERE indrelid = t),
		(SELECT string_agg(proname, ' ' ORDER BY proname COLLATE "C") FROM pg_proc WHERE proargtypes[0] = (SELECT reltype FROM pg_class WHERE oid = t))) $$;
CREATE TABLE one (id integer PRIMARY KEY);
CREATE TABLE too (id integer PRIMARY KEY);

-- The key that is referred to is renamed, then dropped, under a relation that is metadata only.
CREATE TABLE keyed (id integer PRIMARY KEY);
CREATE TABLE a (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "a", "many_field": "o", "one_collection": "keyed", "one_field": "as", "constraint": false}') \gset
ALTER TABLE keyed RENAME id TO key;
-- fails: there is no column "id", until renames are followed
SELECT state(format('SELECT relations.update_relation(%s, ''{"one_field": "more"}'')', :id)) IN ('42703', 'done');
ALTER TABLE keyed DROP key;
SELECT state(format('SELECT relations.update_relation(%s, ''{"one_field": "most"}'')', :id)) ~ '^42';
SELECT take_back(:id), parts('a'), parts('keyed');
-- The same under a many-to-any relation
CREATE TABLE b (kind text, item integer);
ALTER TABLE keyed ADD id integer PRIMARY KEY;
SELECT id FROM relations.create_relation('{"many_collection": "b", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["keyed", "one"], "reverse_field": "bs"}') \gset
ALTER TABLE keyed DROP id;
SELECT state(format('SELECT relations.update_relation(%s, ''{"reverse_field": "more"}'')', :id)) ~ '^42';
-- a column that is gone is not made again by a change; nor is the discriminator under its old name
ALTER TABLE keyed ADD id integer PRIMARY KEY;
INSERT INTO keyed VALUES (1);
INSERT INTO b VALUES ('keyed', 1);
ALTER TABLE b RENAME kind TO sort;
SELECT state(format('SELECT relations.update_relation(%s, ''{"one_allowed_collections": ["one"]}'')', :id)) IN ('42703', '23503');
ALTER TABLE b DROP item;
SELECT state(format('SELECT relations.update_relation(%s, ''{"reverse_field": "most"}'')', :id)) ~ '^42';
DROP TABLE keyed CASCADE;
SELECT state(format('SELECT relations.update_relation(%s, ''{"reverse_field": "most"}'')', :id)) ~ '^42';
SELECT take_back(:id), parts('b');

-- A foreign key's column is dropped.  fails: an update neither adds it again nor says that there is a constraint
CREATE TABLE c (id integer, o integer);
SELECT id FROM relations.create_relation('{"many_collection": "c", "many_field": "o", "one_collection": "one", "one_field": "cs"}') \gset
ALTER TABLE c DROP o;
SELECT state(format('SELECT relations.update_relation(%s, ''{"one_field": "more"}'')', :id)) ~ '^42', parts('c');
SELECT take_back(:id), parts('c'), parts('one');
-- A foreign key is dropped: what is shown afterwards is true
CREATE TABLE d (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "d", "many_field": "o", "one_collection": "one"}') \gset
ALTER TABLE d DROP CONSTRAINT d_o_fkey;
SELECT state(format('SELECT relations.update_relation(%s, ''{"on_delete": "CASCADE"}'')', :id)) NOT LIKE 'XX%';
SELECT count(*) FROM relations.relations WHERE constraint_name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'd'::regclass AND conname = constraint_name);
SELECT take_back(:id), parts('d');

-- Taking back.  What we made NOT NULL has become a primary key.
CREATE TABLE e (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "e", "many_field": "o", "one_collection": "one", "required": true}') \gset
ALTER TABLE e ADD PRIMARY KEY (o);
SELECT take_back(:id), parts('e');
-- The index was dropped, and its name is that of a table, then of another table's index, by now.
CREATE TABLE f (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "f", "many_field": "o", "one_collection": "one"}') \gset
DROP INDEX f_o_idx;
CREATE TABLE f_o_idx ();
SELECT take_back(:id), parts('f'), to_regclass('f_o_idx');
DROP TABLE f_o_idx;
SELECT id FROM relations.create_relation('{"many_collection": "f", "many_field": "o", "one_collection": "one"}') \gset
DROP INDEX f_o_idx;
CREATE INDEX f_o_idx ON e (o);
SELECT take_back(:id), parts('f'), parts('e');
-- The constraints' names are those of the user's own constraints of other kinds by now.
CREATE TABLE g (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "g", "many_field": "o", "one_collection": "one", "is_unique": true}') \gset
ALTER TABLE g DROP CONSTRAINT g_o_fkey, DROP CONSTRAINT g_o_key;
ALTER TABLE g ADD CONSTRAINT g_o_fkey CHECK (o > 0), ADD CONSTRAINT g_o_key CHECK (o > 1);
SELECT take_back(:id), parts('g');
-- A table was moved to another schema: its row functions go all the same.
CREATE TABLE h (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "h", "many_field": "o", "one_collection": "one", "one_field": "hs"}') \gset
CREATE SCHEMA regress_changed_too;
ALTER TABLE h SET SCHEMA regress_changed_too;
SELECT take_back(:id), parts('regress_changed_too.h'), parts('one');
-- Tables that are gone with all that depends on them leave no relation, and no alias taken.
CREATE TABLE i (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "i", "many_field": "o", "one_collection": "one", "one_field": "is"}') \gset
DROP TABLE i CASCADE;
CREATE TABLE i (o integer);
SELECT state('SELECT relations.create_relation(''{"many_collection": "i", "many_field": "o", "one_collection": "one", "one_field": "is"}'')');
DROP TABLE i CASCADE;
DELETE FROM relations.relations;

-- Two relations share a column, and with it an index, a unique constraint and NOT NULL: as long as one of them stands, so do these.
CREATE TABLE j (o integer);
SELECT (relations.create_relation('{"many_collection": "j", "many_field": "o", "one_collection": "one", "is_unique": true, "required": true}')).id AS first,
	(relations.create_relation('{"many_collection": "j", "many_field": "o", "one_collection": "too", "is_unique": true, "required": true}')).id AS second \gset
SELECT relations.delete_relation(:first);
SELECT is_unique, EXISTS (SELECT FROM pg_index WHERE indrelid = 'j'::regclass AND indisunique), (SELECT attnotnull FROM pg_attribute WHERE attrelid = 'j'::regclass AND attname = 'o') FROM relations.get_relation(:second);
SELECT relations.delete_relation(:second);
SELECT parts('j');

-- What is equal is adopted, what only looks so is not: the columns in the order of the key, the rules, the name.
CREATE TABLE pairs (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE k (a integer, b integer, CONSTRAINT swapped FOREIGN KEY (b, a) REFERENCES pairs (x, y));
SELECT state('SELECT relations.create_relation(''{"many_collection": "k", "many_field": "a,b", "one_collection": "pairs"}'')') IN ('done', '42710'), (SELECT count(*) FROM relations.relations WHERE many_field = 'b,a');
CREATE TABLE l (o integer, CONSTRAINT l_first FOREIGN KEY (o) REFERENCES one, CONSTRAINT l_second FOREIGN KEY (o) REFERENCES one);
SELECT state('SELECT relations.create_relation(''{"many_collection": "l", "many_field": "o", "one_collection": "one", "deferrable": true}'')');
SELECT state('SELECT relations.create_relation(''{"many_collection": "l", "many_field": "o", "one_collection": "one", "on_delete": "CASCADE"}'')');
SELECT constraint_name FROM relations.create_relation('{"many_collection": "l", "many_field": "o", "one_collection": "one", "constraint_name": "l_second"}');
DELETE FROM relations.relations;
SELECT parts('l');

-- An adopted foreign key that is changed in one point keeps all others, the columns of SET NULL too.
CREATE TABLE n (a integer, b integer NOT NULL, CONSTRAINT n_fkey FOREIGN KEY (a, b) REFERENCES pairs ON DELETE SET NULL (a));
SELECT id FROM relations.create_relation('{"many_collection": "n", "many_field": "a,b", "one_collection": "pairs"}') \gset
SELECT state(format('SELECT relations.update_relation(%s, ''{"on_update": "CASCADE"}'')', :id));
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'n'::regclass AND contype = 'f';
-- A foreign key that the user has renamed is still the relation's: no second one is made, and it goes with it.
CREATE TABLE p (o integer);
SELECT id FROM relations.create_relation('{"many_collection": "p", "many_field": "o", "one_collection": "one"}') \gset
ALTER TABLE p RENAME CONSTRAINT p_o_fkey TO mine;
SELECT state(format('SELECT relations.update_relation(%s, ''{"on_delete": "CASCADE"}'')', :id));
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'p'::regclass AND contype = 'f';
SELECT take_back(:id), parts('p');

-- fails: keys and discriminators that nothing can be equal to
CREATE VIEW pointed AS SELECT point '(1,2)' AS id;
CREATE TABLE m (kind text, item text, doc json);
SELECT state('SELECT relations.create_relation(''{"many_collection": "m", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": ["pointed"], "constraint": false}'')');
SELECT state('SELECT relations.create_relation(''{"many_collection": "m", "many_field": "item", "one_collection_field": "doc", "one_allowed_collections": {"1": "one"}}'')');

DELETE FROM relations.relations;
-- those whose tables are gone are nobody's: a superuser sweeps them up
DELETE FROM relations.edge;
DELETE FROM relations.target;
DROP SCHEMA regress_changed, regress_changed_too CASCADE;
ALTER EVENT TRIGGER relations_follow ENABLE;
