-- The extension itself: its objects, and what becomes of relations without it.
SET client_min_messages = warning;

-- every object has a comment; functions of ours are looked up by nobody's path
SELECT pg_describe_object(classid, objid, 0) AS without_comment FROM pg_depend d
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'relations')
	AND pg_describe_object(classid, objid, 0) !~ '^type|^index|^rule|^array'
	AND NOT EXISTS (SELECT FROM pg_description c WHERE c.classoid = d.classid AND c.objoid = d.objid)
ORDER BY 1;
SELECT proname FROM pg_proc WHERE pronamespace = 'relations'::regnamespace AND prosecdef;

-- what pg_dump takes along
SELECT unnest(extconfig)::regclass AS dumped, unnest(extcondition) AS condition
FROM pg_extension WHERE extname = 'relations' ORDER BY 1;

-- a user may read the registry, as pg_constraint, and write nothing of it
SELECT c.relname, c.relkind, has_table_privilege('public', c.oid, 'SELECT') AS read,
	c.relkind <> 'S' AND has_table_privilege('public', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS write
FROM pg_class c WHERE relnamespace = 'relations'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1;

CREATE SCHEMA regress_extension;
-- a relation is found by its field, or its id, through an index of the registry
CREATE FUNCTION regress_extension.index_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		RETURN QUERY SELECT substring(line FROM 'edge_many_field_idx|edge_pkey');
	END LOOP;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT i AS index FROM regress_extension.index_of($$SELECT * FROM relations.relations WHERE many_collection = 'a' AND many_field = 'b'$$) i WHERE i IS NOT NULL;
SELECT i AS index FROM regress_extension.index_of('SELECT * FROM relations.relations WHERE id = 1') i WHERE i IS NOT NULL;
RESET enable_seqscan;
RESET enable_bitmapscan;

SET search_path = regress_extension;
CREATE TABLE country (id int PRIMARY KEY, name text);
CREATE TABLE cities (id int PRIMARY KEY, name text, country int REFERENCES country);
CREATE TABLE tag (id int PRIMARY KEY, name text);
INSERT INTO country VALUES (1, 'Italy');
INSERT INTO cities VALUES (1, 'Rome', 1);
SELECT many_field, one_field FROM relations.adopt('{regress_extension}');
SELECT many_field, one_field FROM relations.many_to_many('cities', 'tag', 'tag', 'cities');
INSERT INTO cities_tag (cities_id, tag_id) SELECT 1, id FROM tag;
CREATE TEMP TABLE before AS SELECT many_collection, many_field, one_collection, one_field, junction_field, on_delete, constraint_name
	FROM relations.relations;

-- without the extension: tables, rows, constraints and indexes are there, row functions are not
DROP EXTENSION relations;
SELECT nspname FROM pg_namespace WHERE nspname = 'relations';
SELECT proname FROM pg_proc WHERE pronamespace = 'regress_extension'::regnamespace;
SELECT conrelid::regclass AS "table", conname FROM pg_constraint
WHERE connamespace = 'regress_extension'::regnamespace AND contype = 'f' ORDER BY 1, 2;
SELECT indexrelid::regclass AS index FROM pg_index WHERE indrelid = 'cities_tag'::regclass ORDER BY 1;

-- fails: the schema is somebody else's
\set VERBOSITY terse
CREATE ROLE regress_extension_other;
CREATE SCHEMA relations AUTHORIZATION regress_extension_other;
CREATE EXTENSION relations;
DROP SCHEMA relations;
DROP ROLE regress_extension_other;
-- fails: something is in it
CREATE SCHEMA relations;
CREATE TABLE relations.planted ();
CREATE EXTENSION relations;
DROP TABLE relations.planted;
-- fails: others have rights on it
GRANT CREATE ON SCHEMA relations TO PUBLIC;
CREATE EXTENSION relations;
DROP SCHEMA relations;
\set VERBOSITY default

-- with it again, in the same session: the relations come back under their names; an empty schema of ours is no obstacle
CREATE SCHEMA relations;
CREATE EXTENSION relations;
SELECT count(*) FROM relations.adopt('{regress_extension}');
SELECT * FROM before EXCEPT
	SELECT many_collection, many_field, one_collection, one_field, junction_field, on_delete, constraint_name FROM relations.relations;
SELECT t.name, c.name FROM country c, cities(c) t;

-- a user's own function of such a name is never replaced
DELETE FROM relations.relations;
CREATE FUNCTION cities(country) RETURNS text LANGUAGE sql AS 'SELECT 1::text';
-- fails: the alias is the name of that function
SELECT relations.many_to_one('cities', 'country', 'country', 'cities');
SELECT one_field FROM relations.adopt('{regress_extension}') WHERE many_field = 'country';

DELETE FROM relations.relations;
DROP SCHEMA regress_extension CASCADE;
-- the extension belongs to no schema of a user's, whatever was current when it was made
SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'relations';
