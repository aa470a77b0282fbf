-- From 0.1 to now: what is there after ALTER EXTENSION ... UPDATE is what a fresh
-- installation makes, and relations of before go on.
SET client_min_messages = warning;
CREATE SCHEMA regress_upgrade;
SET search_path = regress_upgrade;

-- every object of the extension, with all that could differ
CREATE FUNCTION objects() RETURNS TABLE (object text, is_so text) LANGUAGE sql AS $$
	WITH member AS (
		SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
		WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'relations')
	SELECT pg_describe_object(classid, objid, 0), obj_description(objid, classid::regclass::name) FROM member
	UNION ALL
	SELECT pg_describe_object(classid, objid, 0) || ': definition', concat(pg_get_functiondef(objid), proacl)
	FROM member JOIN pg_proc p ON p.oid = objid AND classid = 'pg_proc'::regclass
	UNION ALL
	SELECT pg_describe_object(classid, objid, 0) || ': rights and text', concat(relacl, ' ', CASE relkind WHEN 'v' THEN pg_get_viewdef(objid) END)
	FROM member JOIN pg_class c ON c.oid = objid AND classid = 'pg_class'::regclass
	UNION ALL
	SELECT format('%s: column %s', attrelid::regclass, attnum),
		concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
	FROM member JOIN pg_attribute ON attrelid = objid AND classid = 'pg_class'::regclass AND attnum > 0
		LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
	UNION ALL
	SELECT format('constraint %s of %s', conname, conrelid::regclass), pg_get_constraintdef(c.oid)
	FROM member JOIN pg_constraint c ON conrelid = objid AND classid = 'pg_class'::regclass
	UNION ALL
	SELECT format('index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
	FROM member JOIN pg_index ON indrelid = objid AND classid = 'pg_class'::regclass
	UNION ALL
	SELECT format('trigger %s of %s', tgname, tgrelid::regclass), concat(pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger'))
	FROM member JOIN pg_trigger t ON tgrelid = objid AND classid = 'pg_class'::regclass
	UNION ALL
	SELECT pg_describe_object(classid, objid, 0) || ': event', concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags)
	FROM member JOIN pg_event_trigger ON pg_event_trigger.oid = objid AND classid = 'pg_event_trigger'::regclass
	UNION ALL
	SELECT 'dumped: ' || t::regclass, c FROM pg_extension, unnest(extconfig, extcondition) u (t, c) WHERE extname = 'relations' $$;

CREATE TEMP TABLE fresh AS SELECT * FROM objects();
SELECT count(*) > 50 AS many FROM fresh;

DROP EXTENSION relations;
CREATE EXTENSION relations VERSION '0.1';

-- relations of each kind, with rows
CREATE TABLE country (id int PRIMARY KEY, name text);
CREATE TABLE city (id int PRIMARY KEY, name text);
CREATE TABLE tag (id int PRIMARY KEY, name text);
INSERT INTO country VALUES (1, 'Italy');
INSERT INTO city VALUES (1, 'Rome'), (2, 'Milan');
INSERT INTO tag VALUES (1, 'old'), (2, 'big');
SELECT id FROM relations.many_to_one('city', 'country', 'country', 'cities');
SELECT id FROM relations.one_to_one('country', 'capital', 'city', 'capital_of');
SELECT id FROM relations.many_to_many('city', 'tags', 'tag', 'cities');
SELECT id FROM relations.many_to_many('city', 'twins', 'city');
SELECT id FROM relations.many_to_any('country', 'sights', '{city, tag}');
UPDATE city SET country = 1;
INSERT INTO city_tag (city_id, tag_id) VALUES (1, 1), (1, 2);
INSERT INTO city_city (city_id, related_city_id) VALUES (2, 1);
INSERT INTO country_sights (country_id, collection, item) VALUES (1, 'city', 1);
SELECT id, one_field FROM relations.update_relation(1, '{"one_field": "towns"}');

-- what users have made of the extension's views and functions
CREATE VIEW mine AS SELECT * FROM relations.relations;
CREATE VIEW mine_too AS SELECT (relations.get_relation(1)).one_field;
GRANT SELECT ON mine TO PUBLIC;

ALTER EXTENSION relations UPDATE;

-- no rows: there is nothing that differs
(SELECT 'fresh only' AS place, * FROM fresh EXCEPT ALL SELECT 'fresh only', * FROM objects()) UNION ALL
(SELECT 'updated only', * FROM objects() EXCEPT ALL SELECT 'updated only', * FROM fresh) ORDER BY 2, 1;

SELECT id, many_collection, many_field, one_field FROM mine ORDER BY id;
SELECT * FROM mine_too;
SELECT count(*) FROM relations.relations WHERE is_symmetric;
SELECT * FROM relations.check();
SELECT relations.read_items('country', '{"fields": ["name", "towns.tags.tag_id.name", "towns.twins.related_city_id.name", "sights.item:city.name"]}');
-- fails: no such item
INSERT INTO country_sights (country_id, collection, item) VALUES (1, 'city', 9);
UPDATE city_city SET city_id = 1, related_city_id = 2;
SELECT one_field, is_symmetric FROM relations.update_relation(5, '{"is_symmetric": true}');
SELECT relations.read_items('city', '{"fields": ["name", "twins.related_city_id.name"]}');
SELECT * FROM relations.check();
-- the row functions that 0.1 made do not hold it up
DROP TABLE city_tag;
DELETE FROM relations.relations;

DROP EXTENSION relations CASCADE;
DROP SCHEMA regress_upgrade CASCADE;
CREATE EXTENSION relations;
