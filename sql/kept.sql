-- A change keeps what it was not asked to change: rights, views, what users
-- have done by hand, and targets that the user cannot see.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE ROLE regress_kept;
CREATE SCHEMA regress_kept AUTHORIZATION regress_kept;
SET search_path = regress_kept;
SET ROLE regress_kept;
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY);
CREATE TABLE m (o int, c text);
CREATE TABLE m2 (id int PRIMARY KEY);

-- a row function of ours takes a new body: a view that uses it and what was
-- revoked from others stay
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection_field": "c", "one_allowed_collections": "a", "reverse_field": "ms"}') \gset
CREATE VIEW of_a AS SELECT a.id, x.c FROM a, ms(a) x;
REVOKE EXECUTE ON FUNCTION ms(a) FROM PUBLIC;
SELECT discriminators FROM relations.update_relation(:id, '{"discriminators": {"A": "a", "alpha": "a"}}');
SELECT proacl, prosrc FROM pg_proc WHERE oid = 'ms(a)'::regprocedure;
INSERT INTO a VALUES (1);
INSERT INTO m VALUES (1, 'A'), (1, 'alpha'), (NULL, NULL);
SELECT * FROM of_a ORDER BY c;
DELETE FROM m;
SELECT is_unique FROM relations.update_relation(:id, '{"is_unique": true}');
SELECT prorows, proacl FROM pg_proc WHERE oid = 'ms(a)'::regprocedure;
-- nor has it lost that it goes with the extension
SELECT count(*) FROM pg_depend WHERE objid = 'ms(a)'::regprocedure AND refclassid = 'pg_extension'::regclass;
DROP VIEW of_a;
SELECT relations.delete_relation(:id);

-- REFERENCES on a target is needed when it is added, and when its actions change
RESET ROLE;
CREATE TABLE hidden (id int PRIMARY KEY);
GRANT REFERENCES, SELECT ON hidden TO regress_kept;
SET ROLE regress_kept;
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection_field": "c", "one_allowed_collections": "a,hidden"}') \gset
RESET ROLE;
REVOKE REFERENCES ON hidden FROM regress_kept;
SET ROLE regress_kept;
SELECT reverse_field FROM relations.update_relation(:id, '{"reverse_field": "of_hidden"}');
SELECT reverse_field FROM relations.update_relation(:id, '{"reverse_field": null}');
-- fails: what happens to rows of the collection is a new foreign key's to say
SELECT on_delete FROM relations.update_relation(:id, '{"on_delete": "RESTRICT"}');
-- a list is not replaced by one who does not see all of it
RESET ROLE;
REVOKE SELECT ON hidden FROM regress_kept;
SET ROLE regress_kept;
SELECT one_allowed_collections FROM relations.relations;
-- fails: "hidden" would be taken off unawares
UPDATE relations.relations SET one_allowed_collections = one_allowed_collections || ',b';
SELECT relations.update_relation(:id, '{"discriminators": {"x": "b"}}');
SELECT on_delete FROM relations.update_relation(:id, '{"on_delete": "CASCADE", "reverse_field": "ms"}');
RESET ROLE;
SELECT one_allowed_collections FROM relations.relations;
SELECT relations.delete_relation(:id);
SET ROLE regress_kept;

-- what was taken away by hand stays away
SELECT id FROM relations.many_to_one('m', 'o', 'a', 'ms', required => true) \gset
ALTER TABLE m ALTER o DROP NOT NULL;
DROP INDEX m_o_idx;
SELECT one_field, on_delete FROM relations.update_relation(:id, '{"one_field": "others", "on_delete": "SET NULL"}');
SELECT attnotnull, (SELECT count(*) FROM pg_index WHERE indrelid = 'm'::regclass) AS indexes
FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT relations.delete_relation(:id);

CREATE TABLE adopted (o int REFERENCES a);
SELECT id FROM relations.many_to_one('adopted', 'o', 'a', 'ads') \gset
ALTER TABLE adopted DROP CONSTRAINT adopted_o_fkey;
INSERT INTO adopted VALUES (77);
SELECT one_field, constraint_name FROM relations.update_relation(:id, '{"one_field": "adopteds"}');
SELECT one_field, constraint_name FROM relations.update_relation(:id, '{"one_field": "ads"}');
-- fails: asked for, it is made, and the data are checked
SELECT relations.update_relation(:id, '{"constraint": true}');
DELETE FROM adopted;
SELECT constraint_name FROM relations.update_relation(:id, '{"constraint": true}');
SELECT relations.delete_relation(:id);
SELECT count(*) FROM pg_constraint WHERE conrelid = 'adopted'::regclass;

-- what users have made under a name of ours is theirs
SELECT id FROM relations.one_to_one('m', 'o', 'a', 'ms') \gset
ALTER TABLE m DROP CONSTRAINT m_o_key, DROP CONSTRAINT m_o_fkey, ADD UNIQUE (c), ADD d int;
ALTER TABLE m RENAME CONSTRAINT m_c_key TO m_o_key;
ALTER TABLE m ADD CONSTRAINT m_o_fkey FOREIGN KEY (d) REFERENCES b;
SELECT relations.delete_relation(:id);
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'm'::regclass AND contype IN ('f', 'u') ORDER BY 1;
ALTER TABLE m DROP CONSTRAINT m_o_key, DROP CONSTRAINT m_o_fkey, DROP d;

-- metadata only stays so, for every type of relation and on views
CREATE VIEW v AS SELECT o, c FROM m;
SELECT id FROM relations.create_relation('{"many_collection": "v", "many_field": "o", "one_collection_field": "c", "one_allowed_collections": "a,b", "reverse_field": "vs", "constraint": false}') \gset
SELECT reverse_field FROM relations.update_relation(:id, '{"reverse_field": "rows"}');
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection": "a", "constraint": false}') \gset
SELECT one_field, constraint_name FROM relations.update_relation(:id, '{"one_field": "ms"}');
SELECT count(*) FROM pg_index WHERE indrelid = 'm'::regclass;
-- fails: a view enforces nothing; columns are not added
SELECT relations.create_relation('{"many_collection": "v", "many_field": "o", "one_collection_field": "c", "one_allowed_collections": "a"}');
SELECT relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection_field": "new", "one_allowed_collections": "a", "constraint": false}');
DELETE FROM relations.relations;

-- two foreign keys of one column: NOT NULL stays for the one that asked for it
SELECT id FROM relations.many_to_one('m', 'o', 'a', required => true) \gset
SELECT id AS other FROM relations.many_to_one('m', 'o', 'b', required => true) \gset
SELECT relations.delete_relation(:id);
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT relations.delete_relation(:other);
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';

-- so does what three of them share, whichever goes first, and by a change too
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection": "a", "required": true, "is_unique": true}') \gset
SELECT id AS plain FROM relations.many_to_one('m', 'o', 'b') \gset
SELECT id AS third FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection": "m2", "required": true, "is_unique": true}') \gset
SELECT is_unique FROM relations.update_relation(:id, '{"required": false, "is_unique": false}');
SELECT attnotnull, (SELECT count(*) FROM pg_constraint WHERE conrelid = 'm'::regclass AND contype = 'u') AS uniques
FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT relations.delete_relations(ARRAY[:id, :plain]);
SELECT attnotnull, (SELECT count(*) FROM pg_constraint WHERE conrelid = 'm'::regclass AND contype = 'u') AS uniques
FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT relations.delete_relation(:third);
SELECT attnotnull, (SELECT count(*) FROM pg_constraint WHERE conrelid = 'm'::regclass AND contype = 'u') AS uniques
FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';

-- what a partitioned table has taken over stays with it
CREATE TABLE part (k int, o int);
SELECT id FROM relations.many_to_one('part', 'o', 'a', 'parts', required => true) \gset
CREATE TABLE whole (k int, o int NOT NULL) PARTITION BY LIST (k);
SELECT id AS of_whole FROM relations.many_to_one('whole', 'o', 'a', 'wholes') \gset
ALTER TABLE whole ATTACH PARTITION part FOR VALUES IN (1);
SELECT one_field FROM relations.update_relation(:id, '{"one_field": "pieces"}');
SELECT relations.delete_relation(:id);
SELECT count(*) FROM pg_constraint WHERE conrelid = 'part'::regclass AND contype = 'f';
-- a partition's foreign key is adopted, not made twice
SELECT id FROM relations.many_to_one('part', 'o', 'a', 'pieces') \gset
SELECT count(*) FROM pg_constraint WHERE conrelid = 'part'::regclass AND contype = 'f';
DELETE FROM relations.relations;

-- a target that was dropped is off the list with the next change
RESET ROLE;
CREATE TABLE gone (id int PRIMARY KEY);
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection_field": "c", "one_allowed_collections": "a,gone"}') \gset
DROP TABLE gone CASCADE;
SELECT one_allowed_collections, on_delete FROM relations.update_relation(:id, '{"on_delete": "RESTRICT"}');
SELECT relations.delete_relation(:id);

-- a column that we add is of no domain whose CHECK is another user's code
CREATE TABLE audit (who text);
GRANT INSERT ON audit TO PUBLIC;
SET ROLE regress_kept;
CREATE FUNCTION evil(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO regress_kept.audit VALUES (current_user); RETURN true; END $$;
CREATE DOMAIN trap AS int CHECK (evil(VALUE));
CREATE TABLE trapped (id trap PRIMARY KEY);
RESET ROLE;
CREATE TABLE mine (id int PRIMARY KEY);
INSERT INTO mine VALUES (1);
SELECT many_field FROM relations.many_to_one('mine', 'o', 'trapped', 'mines');
SELECT many_field FROM relations.many_to_many('mine', 'traps', 'trapped');
SELECT attrelid::regclass, attname, atttypid::regtype FROM pg_attribute
WHERE attrelid IN ('mine'::regclass, 'mine_trapped'::regclass) AND attname ~ 'o$|trapped' ORDER BY 1, 2;
SELECT * FROM audit;
DELETE FROM relations.relations;
SET ROLE regress_kept;

-- fails: a junction's two references to the collection; one of them may be meant
CREATE TABLE user_group (id int PRIMARY KEY, created_by int REFERENCES a, user_id int REFERENCES a, group_id int REFERENCES b);
SELECT relations.many_to_many('a', 'groups', 'b', junction => 'user_group');
SELECT many_field FROM relations.many_to_many('a', 'groups', 'b', junction => 'user_group', many_field => 'user_id');
-- fails: no such table
SELECT relations.many_to_many(99999::regclass, 'x', 'b');
SELECT relations.many_to_any('a', 'x', '{99999}');

RESET ROLE;
DELETE FROM relations.relations;
DROP SCHEMA regress_kept CASCADE;
DROP ROLE regress_kept;
