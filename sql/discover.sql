-- What an existing database implies, and adopting it.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_discover;
CREATE SCHEMA regress_discover2;
SET search_path = regress_discover;

-- foreign keys: simple, to a unique key, compound and in another order, to the
-- table itself, several to one table, across schemas, unique, shared key
CREATE TABLE customer (id int PRIMARY KEY, code text UNIQUE NOT NULL);
CREATE TABLE address (id int PRIMARY KEY);
CREATE TABLE parcel (
	id int PRIMARY KEY,
	customer_code text REFERENCES customer (code) ON DELETE SET NULL,
	from_address int REFERENCES address ON DELETE CASCADE,
	to_address int REFERENCES address);
CREATE TABLE staff (id int PRIMARY KEY, boss int REFERENCES staff, staff int);
CREATE TABLE profile (staff_id int PRIMARY KEY REFERENCES staff ON UPDATE CASCADE);
CREATE TABLE site (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE shelf (id int PRIMARY KEY, site_id int, tenant int,
	FOREIGN KEY (site_id, tenant) REFERENCES site (id, tenant) DEFERRABLE);
CREATE TABLE regress_discover2.parcel (id int PRIMARY KEY, address int REFERENCES address);
CREATE TABLE note (id int PRIMARY KEY, customer int);
INSERT INTO note VALUES (1, 99);
ALTER TABLE note ADD FOREIGN KEY (customer) REFERENCES customer NOT VALID;

-- junctions: compound key; surrogate key and unique pair, with contents;
-- surrogate key without contents; surrogate key, contents, named after both;
-- shared tenant; of a table with itself
CREATE TABLE post (id int PRIMARY KEY);
CREATE TABLE tag (id int PRIMARY KEY, post text);
CREATE TABLE post_tag (post int REFERENCES post, tag int REFERENCES tag, PRIMARY KEY (post, tag));
CREATE TABLE vote (id int PRIMARY KEY, post int NOT NULL REFERENCES post,
	customer int NOT NULL REFERENCES customer, stars int, given_by int REFERENCES staff,
	UNIQUE (customer, post));
CREATE TABLE watch (id int PRIMARY KEY, post int REFERENCES post, staff int REFERENCES staff, created_at timestamptz);
CREATE TABLE recipes (id int PRIMARY KEY);
CREATE TABLE ingredients (id int PRIMARY KEY);
CREATE TABLE recipe_ingredients (id int PRIMARY KEY, recipe int REFERENCES recipes,
	ingredient int REFERENCES ingredients, quantity int);
CREATE TABLE area (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE area_site (tenant int, area int, site int, PRIMARY KEY (tenant, area, site),
	FOREIGN KEY (tenant, area) REFERENCES area, FOREIGN KEY (tenant, site) REFERENCES site);
CREATE TABLE friend (a int REFERENCES customer, b int REFERENCES customer, PRIMARY KEY (a, b));

-- the same foreign key twice is one relation
CREATE TABLE twice (id int PRIMARY KEY, post int REFERENCES post REFERENCES post);

-- none: an order's line has contents and is not named after both; a parcel's
-- two addresses are no pair
CREATE TABLE journey (id int PRIMARY KEY, origin int REFERENCES address, goal int REFERENCES address);
CREATE TABLE line (id int PRIMARY KEY, parcel int REFERENCES parcel, post int REFERENCES post, quantity int);

-- none: a part and its whole; what others refer to; a key that says something
CREATE TABLE journey_part (id int PRIMARY KEY, journey int REFERENCES journey, part int REFERENCES journey_part);
CREATE TABLE tag_site (id int PRIMARY KEY, tag int REFERENCES tag, area int REFERENCES post);
CREATE TABLE tag_site_use (id int PRIMARY KEY, tag_site int REFERENCES tag_site);
CREATE TABLE tag_alias (name text PRIMARY KEY, tag int REFERENCES tag, post int REFERENCES post);
-- one without any key; a name that holds one table's name but once
CREATE TABLE journey_tag (journey int REFERENCES journey, tag int REFERENCES tag);
CREATE TABLE post_tag_note (id int PRIMARY KEY, post_tag int REFERENCES tag_site, tag int REFERENCES tag, text text);
-- a table's own rows come before those through a junction, however they are
-- called; two junctions between the same tables are named after themselves
CREATE TABLE writer (id int PRIMARY KEY);
CREATE TABLE a_liked_book (writer int, book int, PRIMARY KEY (writer, book));
CREATE TABLE book (id int PRIMARY KEY, author int REFERENCES writer);
ALTER TABLE a_liked_book ADD FOREIGN KEY (writer) REFERENCES writer, ADD FOREIGN KEY (book) REFERENCES book;
CREATE TABLE a_read_book (writer int REFERENCES writer, book int REFERENCES book, PRIMARY KEY (writer, book));

-- a partition's foreign keys are its parent's; a view is not looked at
CREATE TABLE event (day date, post int REFERENCES post, PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2030-01-01');
CREATE VIEW post_view AS SELECT * FROM post;

-- names that are taken: a function of the row, a column
CREATE FUNCTION event(post) RETURNS int LANGUAGE sql AS 'SELECT 1';

SELECT kind, relation->>'many_collection' AS many, relation->>'many_field' AS field,
	relation->>'one_collection' AS one, relation->>'one_field' AS alias,
	relation->>'junction_field' AS junction, registered
FROM relations.discover('{regress_discover, regress_discover2}') WHERE kind <> 'm2m';

SELECT evidence, registered FROM relations.discover('{regress_discover}') WHERE kind = 'm2m';
SELECT evidence FROM relations.discover('{regress_discover}') WHERE kind = 'o2o' OR evidence ~ 'valid';

-- a proposal is what create_relation(s) takes, whatever its kind
SELECT relation FROM relations.discover('{regress_discover}') WHERE evidence ~ 'shelf';
BEGIN;
SELECT id, many_collection, many_field, one_field, junction_field, on_delete, is_unique, constraint_name
FROM relations.discover('{regress_discover}') d,
	relations.create_relations(CASE WHEN d.kind = 'm2m' THEN d.relation ELSE jsonb_build_array(d.relation) END)
WHERE d.relation @> '[{"many_collection": "vote"}]' OR d.relation->>'many_collection' IN ('shelf', 'profile');
ROLLBACK;

-- one schema only; the other is seen but not proposed
SELECT relation->>'many_collection' AS many FROM relations.discover('{regress_discover2}');

-- what is registered by hand keeps its name
SELECT one_field FROM relations.many_to_one('parcel', 'from_address', 'address', 'sent');

-- adopting changes no constraint, no index, no row, only row functions
CREATE TEMP TABLE before AS
	SELECT 'constraint' AS what, conname::text AS name, pg_get_constraintdef(oid) AS def FROM pg_constraint
	UNION ALL SELECT 'class', oid::regclass::text, relnatts::text FROM pg_class WHERE relnamespace = 'regress_discover'::regnamespace;
SELECT many_collection, many_field, one_collection, one_field, junction_field AS junction, on_delete, is_unique
FROM relations.adopt('{regress_discover, regress_discover2}');
SELECT what, name FROM before EXCEPT
	(SELECT 'constraint', conname::text FROM pg_constraint
	UNION ALL SELECT 'class', oid::regclass::text FROM pg_class);
SELECT count(*) FROM pg_constraint WHERE conname NOT IN (SELECT name FROM before WHERE what = 'constraint');
SELECT count(*) FROM pg_class WHERE relnamespace = 'regress_discover'::regnamespace
	AND oid::regclass::text NOT IN (SELECT name FROM before WHERE what = 'class');

-- twice is the same as once
SELECT count(*) FROM relations.adopt('{regress_discover, regress_discover2}');
SELECT registered, count(*) FROM relations.discover('{regress_discover, regress_discover2}') GROUP BY 1;
SELECT d.relation->>'one_field' AS alias, r.one_field
FROM relations.discover('{regress_discover}') d
	JOIN relations.relations r ON r.constraint_name = d.relation->>'constraint_name'
WHERE d.kind <> 'm2m' AND d.relation->>'one_field' IS DISTINCT FROM r.one_field;

-- a registry that was lost is found again: functions that were made for it are
-- taken over
CREATE TEMP TABLE lost AS SELECT many_collection, many_field, one_collection, one_field, junction_field FROM relations.relations;
CREATE TEMP TABLE functions AS SELECT proname, proargtypes[0], prosrc FROM pg_proc WHERE pronamespace = 'regress_discover'::regnamespace;
CREATE VIEW user_of_alias AS SELECT p.id, t.tag FROM post p, tag(p) t;
DELETE FROM relations.edge;
DELETE FROM relations.target;
SELECT count(*) = (SELECT count(*) FROM lost) AS all_again FROM relations.adopt('{regress_discover, regress_discover2}');
SELECT * FROM lost WHERE one_field <> 'sent' EXCEPT SELECT many_collection, many_field, one_collection, one_field, junction_field FROM relations.relations;
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'regress_discover'::regnamespace
	AND (proname, proargtypes[0], prosrc) NOT IN (SELECT * FROM functions) ORDER BY 1;

DROP VIEW user_of_alias;

-- deleting what was adopted leaves the foreign keys
DELETE FROM relations.relations;
SELECT count(*) FROM before b WHERE what = 'constraint' AND NOT EXISTS (
	SELECT FROM pg_constraint WHERE conname = b.name AND pg_get_constraintdef(oid) = b.def);

-- a user adopts what he could register; the rest is left out
CREATE ROLE regress_discover_user;
GRANT USAGE, CREATE ON SCHEMA regress_discover TO regress_discover_user;
ALTER TABLE post_tag OWNER TO regress_discover_user;
ALTER TABLE shelf OWNER TO regress_discover_user;
GRANT SELECT ON post, tag, site, event TO regress_discover_user;
GRANT SELECT (id) ON staff TO regress_discover_user;
SET client_min_messages = notice;
SET ROLE regress_discover_user;
SELECT relation->>'many_collection' AS many, relation->>'one_collection' AS one FROM relations.discover() WHERE kind <> 'm2m';
SELECT many_collection, one_collection, one_field FROM relations.adopt();
RESET ROLE;

-- fails: no such schema
SELECT * FROM relations.discover('{regress_nowhere}');
-- fails: an empty list is no list of schemas
SELECT * FROM relations.adopt('{}');
-- fails: nulls
SELECT * FROM relations.discover(ARRAY[NULL]::name[]);

SET client_min_messages = warning;
DELETE FROM relations.relations;
DROP SCHEMA regress_discover, regress_discover2 CASCADE;
DROP ROLE regress_discover_user;
