-- What stands in the database follows a change of the relation, and only what
-- differs is touched.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_update;
SET search_path = regress_update;

CREATE FUNCTION standing(t regclass) RETURNS TABLE (what text) LANGUAGE sql AS $$
	SELECT conname || ': ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t AND contype IN ('f', 'u')
	UNION ALL
	SELECT regexp_replace(pg_get_indexdef(indexrelid), ' ON .* USING', ' USING') FROM pg_index
	WHERE indrelid = t AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = t)
	ORDER BY 1 $$;
-- what a statement did to the constraints and indexes: their OIDs are those of before
CREATE FUNCTION oids(t regclass) RETURNS oid[] LANGUAGE sql AS $$
	SELECT array_agg(oid ORDER BY oid) FROM (
		SELECT oid FROM pg_constraint WHERE conrelid = t AND contype = 'f'
		UNION SELECT indexrelid FROM pg_index WHERE indrelid = t) o $$;

CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (id int PRIMARY KEY);

-- is_unique: a relation always has an index that serves it
CREATE TABLE m (o int);
SELECT id FROM relations.one_to_one('m', 'o', 'a', 'ms') \gset
SELECT * FROM standing('m');
SELECT is_unique FROM relations.update_relation(:id, '{"is_unique": false}');
SELECT * FROM standing('m');
SELECT is_unique FROM relations.update_relation(:id, '{"is_unique": true}');
SELECT * FROM standing('m');
SELECT is_unique FROM relations.update_relation(:id, '{"is_unique": false}');
SELECT relations.delete_relation(:id);
SELECT * FROM standing('m');

-- an alias, a sort field, a deselect action touch no constraint and no index
SELECT id FROM relations.many_to_one('m', 'o', 'a', 'ms') \gset
CREATE TEMP TABLE before AS SELECT oids('m');
SELECT one_field, sort_field, one_deselect_action
FROM relations.update_relation(:id, '{"one_field": "others", "sort_field": "place", "one_deselect_action": "delete"}');
SELECT oids('m') = oids FROM before;
-- a rename of the constraint is one
SELECT constraint_name FROM relations.update_relation(:id, '{"constraint_name": "m_to_a"}');
SELECT oids('m') = oids FROM before;
-- rules, another table, and none
SELECT on_delete, on_update FROM relations.update_relation(:id, '{"on_delete": "SET NULL", "on_update": "CASCADE"}');
SELECT one_collection FROM relations.update_relation(:id, '{"one_collection": "b"}');
SELECT * FROM standing('m');
SELECT proname, proargtypes::regtype[], prorettype::regtype FROM pg_proc
WHERE pronamespace = 'regress_update'::regnamespace AND proname IN ('o', 'others') ORDER BY 1;
SELECT constraint_name FROM relations.update_relation(:id, '{"constraint": false}');
SELECT * FROM standing('m');
-- over a foreign key that the user has added since
ALTER TABLE m ADD CONSTRAINT mine FOREIGN KEY (o) REFERENCES b;
SELECT constraint_name FROM relations.update_relation(:id, '{"constraint": true, "on_delete": null, "on_update": null}');
SELECT relations.delete_relation(:id);
SELECT * FROM standing('m');
ALTER TABLE m DROP CONSTRAINT mine;

-- deferrable, required, and validation later
SELECT id FROM relations.create_relation('{"many_collection": "m", "many_field": "o", "one_collection": "a", "validate": false, "deferrable": "initially deferred"}') \gset
SELECT * FROM standing('m');
SELECT on_delete FROM relations.update_relation(:id, '{"on_delete": "CASCADE"}');
SELECT * FROM standing('m');
SELECT on_delete FROM relations.update_relation(:id, '{"validate": true, "deferrable": false, "required": true}');
SELECT * FROM standing('m');
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT on_delete FROM relations.update_relation(:id, '{"required": false}');
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'm'::regclass AND attname = 'o';
SELECT relations.delete_relation(:id);

-- each pair once in a junction that was there: kept by other changes, and not
-- made anew as something else when it was dropped by hand
CREATE TABLE ab (a_id int REFERENCES a, b_id int REFERENCES b);
SELECT id FROM relations.many_to_many('a', 'bs', 'b', 'as_', junction => 'ab') LIMIT 1 \gset
SELECT * FROM standing('ab');
SELECT one_field FROM relations.update_relation(:id, '{"one_field": "bees"}');
SELECT * FROM standing('ab');
ALTER TABLE ab DROP CONSTRAINT ab_a_id_b_id_key;
SELECT one_field FROM relations.update_relation(:id, '{"one_field": "bs"}');
SELECT * FROM standing('ab');
SELECT is_unique FROM relations.update_relation(:id, '{"is_unique": true}');
SELECT * FROM standing('ab');
DELETE FROM relations.relations;
SELECT * FROM standing('ab');

-- many-to-any: another discriminator column, one collection instead, and back
CREATE TABLE any_of (i int, c1 text, c2 text);
SELECT id FROM relations.create_relation('{"many_collection": "any_of", "many_field": "i", "one_collection_field": "c1", "one_allowed_collections": "a,b", "reverse_field": "anys"}') \gset
SELECT * FROM standing('any_of');
SELECT one_collection_field FROM relations.update_relation(:id, '{"one_collection_field": "c2"}');
SELECT * FROM standing('any_of');
SELECT one_collection, one_field, on_delete FROM relations.update_relation(:id,
	'{"one_collection": "a", "one_field": "anys", "reverse_field": null, "one_collection_field": null, "one_allowed_collections": null, "discriminators": null}');
SELECT * FROM standing('any_of');
SELECT one_allowed_collections, reverse_field FROM relations.update_relation(:id,
	'{"one_collection": null, "one_field": null, "reverse_field": "anys", "one_collection_field": "c1", "one_allowed_collections": ["b"], "constraint_name": null}');
SELECT * FROM standing('any_of');
SELECT proname, proargtypes::regtype[], prorettype::regtype FROM pg_proc
WHERE pronamespace = 'regress_update'::regnamespace AND proname IN ('anys', 'b', 'i') ORDER BY 1;

-- builders on tables that have a part of what they need
CREATE TABLE p (id int PRIMARY KEY, title text);
CREATE TABLE p_translations (id int PRIMARY KEY, p_id int REFERENCES p);
SELECT many_field, one_field FROM relations.translations('p', '{title}');
SELECT attname FROM pg_attribute WHERE attrelid = 'p_translations'::regclass AND attnum > 0 ORDER BY attnum;
SELECT * FROM standing('p_translations');
CREATE TABLE p_tags (id int PRIMARY KEY, p_id int);
SELECT many_field, one_field FROM relations.many_to_many('p', 'tags', 'b', junction => 'p_tags', many_field => 'p_id');
SELECT * FROM standing('p_tags');

-- a key that replaces an adopted one was generated, and goes with the relation
CREATE TABLE adopted (o int REFERENCES a);
SELECT id FROM relations.many_to_one('adopted', 'o', 'a') \gset
SELECT one_collection FROM relations.update_relation(:id, '{"one_collection": "b"}');
SELECT relations.delete_relation(:id);
SELECT * FROM standing('adopted');

-- a user's function in the place of ours is the user's
SELECT id FROM relations.many_to_one('adopted', 'o', 'a', 'adopteds') \gset
DROP FUNCTION adopteds(a);
CREATE FUNCTION adopteds(a) RETURNS SETOF adopted LANGUAGE sql AS 'SELECT * FROM regress_update.adopted LIMIT 1';
-- fails: the alias's body would have to change
SELECT relations.update_relation(:id, '{"is_unique": true}');
SELECT relations.delete_relation(:id);
SELECT prosrc FROM pg_proc WHERE oid = 'adopteds(a)'::regprocedure;

-- fails: on a table that refers to itself the column and the alias are two fields
CREATE TABLE tree (id int PRIMARY KEY);
SELECT relations.many_to_one('tree', 'parent', 'tree', 'parent');
-- an alias that a new column has taken does not stand in the way of a change
SELECT id FROM relations.many_to_one('tree', 'parent', 'tree', 'children') \gset
ALTER TABLE tree ADD children int;
SELECT on_delete FROM relations.update_relation(:id, '{"on_delete": "CASCADE"}');

-- fails: keys of one and of two columns
CREATE TABLE pair (x int, y int, PRIMARY KEY (x, y));
SELECT relations.many_to_any('p', 'parts', '{pair, a}');
SELECT relations.create_relation('{"many_collection": "m", "many_field": "x", "one_collection_field": "c", "one_allowed_collections": "pair,a"}');

DELETE FROM relations.relations;
DROP SCHEMA regress_update CASCADE;
