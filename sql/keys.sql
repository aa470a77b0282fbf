-- Awkward names and unusual keys.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA keys;
SET search_path = keys;

-- What stands in these schemas apart from tables and columns.
CREATE FUNCTION keys.picture() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT * FROM (
		SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
		WHERE connamespace::regnamespace::text ~ 'keys|Straße' AND contype = 'f'
		UNION ALL
		SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
		WHERE relnamespace::regnamespace::text ~ 'keys|Straße' AND NOT indisunique
		UNION ALL
		SELECT format('function %s', oid::regprocedure) FROM pg_proc
		WHERE pronamespace::regnamespace::text ~ 'keys|Straße' AND proname <> 'picture'
		UNION ALL
		SELECT format('trigger %s', tgname) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
		WHERE relnamespace::regnamespace::text ~ 'keys|Straße' AND NOT tgisinternal) lines (line)
	$$;

-- Mixed case, spaces, quotes, commas, letters beyond ASCII.
CREATE SCHEMA "Straße ""x"".y";
CREATE TABLE "Straße ""x"".y"."Bücher, ""alt""" ("Id, nr" integer PRIMARY KEY, "select" text);
CREATE TABLE "Straße ""x"".y"."Order" (id integer PRIMARY KEY, "Größe, ""in"" cm" integer);
INSERT INTO "Straße ""x"".y"."Bücher, ""alt""" VALUES (1, 'eins'), (2, 'zwei');
INSERT INTO "Straße ""x"".y"."Order" VALUES (1, 2), (2, NULL);
SELECT many_collection, many_field, one_collection, one_field, constraint_name
FROM relations.many_to_one('"Straße ""x"".y"."Order"', 'Größe, "in" cm', '"Straße ""x"".y"."Bücher, ""alt"""', 'Die "Orders"') \gx
SELECT b."select", o.id FROM "Straße ""x"".y"."Bücher, ""alt""" b, "Straße ""x"".y"."Die ""Orders"""(b) o;
SELECT o.id, b."select" FROM "Straße ""x"".y"."Order" o, "Straße ""x"".y"."Größe, ""in"" cm"(o) b;
-- what the view shows can be given back
SELECT id, many_field FROM relations.create_relation((
	SELECT to_jsonb(r) - '{id,one_field,constraint_name}'::text[] || '{"many_field": "other"}' FROM relations.relations r WHERE id = 1));
SELECT r.id, r.many_field FROM relations.relations o, relations.update_relation(o.id, to_jsonb(o)) r ORDER BY r.id;
SELECT relations.delete_relation(2);
-- many-to-any: a csv of such names, and junction columns made of them
SELECT many_collection, many_field, one_allowed_collections, discriminators, junction_field
FROM relations.many_to_any('"Straße ""x"".y"."Order"', 'Teile', '{"\"Straße \"\"x\"\".y\".\"Bücher, \"\"alt\"\"\"", "\"Straße \"\"x\"\".y\".\"Order\""}');
SELECT r.id, r.one_allowed_collections = o.one_allowed_collections AS same
FROM relations.relations o, relations.update_relation(o.id, to_jsonb(o)) r WHERE o.one_collection_field IS NOT NULL;
INSERT INTO "Straße ""x"".y"."Order_Teile" ("Order_id", collection, item) VALUES (1, 'Bücher, "alt"', 2), (1, 'Order', 2);
SELECT s.collection, b."select", t.id FROM "Straße ""x"".y"."Order" o
	JOIN LATERAL "Straße ""x"".y"."Teile"(o) s ON true
	LEFT JOIN LATERAL "Straße ""x"".y"."Bücher, ""alt"""(s) b ON true
	LEFT JOIN LATERAL "Straße ""x"".y"."Order"(s) t ON true ORDER BY 1;

-- Names of 63 bytes: those that are made of them are clipped, not within a
-- letter, and never collide.
CREATE SCHEMA keys_long;
SELECT repeat('a', 62) || '1' AS a1, repeat('a', 62) || '2' AS a2, repeat('ä', 31) || '1' AS u1, repeat('ä', 31) || '2' AS u2 \gset
CREATE TABLE keys_long.:a1 (:u1 integer PRIMARY KEY);
CREATE TABLE keys_long.:a2 (:u2 integer PRIMARY KEY);
CREATE TABLE keys_long.:u1 (:a1 integer, :a2 integer, PRIMARY KEY (:a1, :a2));
INSERT INTO keys_long.:a1 VALUES (1);
INSERT INTO keys_long.:a2 VALUES (2);
INSERT INTO keys_long.:u1 VALUES (3, 4), (4, 3);
SET search_path = keys_long;
-- three junctions whose names begin alike, one of them within one table
SELECT count(*) FROM relations.many_to_many(:'a1', 'to_a2', :'a2', 'from_a1');
SELECT count(*) FROM relations.many_to_many(:'a2', 'to_a1', :'a1', 'from_a2');
SELECT count(*) FROM relations.many_to_many(:'a1', 'to_self', :'a1', 'from_self');
SELECT count(*) FROM relations.many_to_many(:'u1', 'to_self', :'u1', 'from_self');
-- their names are different, and so are the columns within each
SELECT count(DISTINCT many_collection) AS junctions, count(DISTINCT (many_collection, many_field)) AS halves, max(octet_length(relname)) AS longest
FROM relations.relations JOIN pg_class ON oid = many_collection::regclass WHERE many_collection::regclass::text !~ 'Straße';
SELECT format('INSERT INTO %s (%s) VALUES (%s)', many_collection,
	string_agg((SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(many_columns) WITH ORDINALITY u (c, n)), ', ' ORDER BY id),
	string_agg(CASE one_collection WHEN :'a1'::regclass THEN '1' WHEN :'a2'::regclass THEN '2' ELSE '3, 4' END, ', ' ORDER BY id))
FROM relations.edge JOIN relations.target ON edge = id WHERE many_collection::text !~ 'Straße'
GROUP BY many_collection ORDER BY min(id) \gexec
SELECT (SELECT count(*) FROM :a1 a, to_a2(a)) AS a1_a2, (SELECT count(*) FROM :a2 a, to_a1(a)) AS a2_a1,
	(SELECT count(*) FROM :a1 a, to_self(a)) AS a1_a1, (SELECT count(*) FROM :u1 u, to_self(u)) AS u1_u1,
	(SELECT count(*) FROM :u1 u, from_self(u)) AS u1_u1_back;
-- columns of a compound key that are clipped alike: for a foreign key ...
CREATE TABLE links (id integer PRIMARY KEY);
INSERT INTO links VALUES (1);
SELECT cardinality(regexp_split_to_array(many_field, ',')) AS columns FROM relations.many_to_one('links', 'to_long', :'u1', 'links');
SELECT count(*) AS columns FROM pg_attribute WHERE attrelid = 'links'::regclass AND attnum > 0 AND NOT attisdropped;
-- ... and for an item
SELECT count(*) FROM relations.many_to_any('links', 'items', ARRAY[:'u1']::regclass[]);
SET search_path = keys;

-- A primary key that is a foreign key: unique by itself, never null.
CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE profiles (id integer PRIMARY KEY, bio text);
INSERT INTO users VALUES (1, 'ann'), (2, 'bob');
INSERT INTO profiles VALUES (1, 'I am ann');
SELECT many_field, is_unique, one_deselect_action, constraint_name FROM relations.many_to_one('profiles', 'id', 'users', 'profile');
SELECT conname, contype FROM pg_constraint WHERE conrelid = 'profiles'::regclass AND contype <> 'n' ORDER BY 1;
SELECT count(*) AS indexes FROM pg_index WHERE indrelid = 'profiles'::regclass;
SELECT u.name, p.bio FROM users u LEFT JOIN LATERAL profile(u) p ON true ORDER BY 1;
SELECT p.bio, u.name FROM profiles p, id(p) u;
SELECT relations.many_to_one('profiles', 'id', 'users', 'profile2', on_delete => 'set null');

-- A unique key that is not the primary key: by a foreign key that is there ...
CREATE TABLE country (id integer PRIMARY KEY, code char(2) UNIQUE);
CREATE TABLE city (id integer PRIMARY KEY, country char(2) REFERENCES country (code) ON DELETE CASCADE);
INSERT INTO country VALUES (1, 'de'), (2, 'fr');
INSERT INTO city VALUES (1, 'de'), (2, 'de');
SELECT many_field, one_field, on_delete, constraint_name FROM relations.many_to_one('city', 'country', 'country', 'cities');
SELECT c.code, t.id FROM country c, cities(c) t ORDER BY 2;
SELECT t.id, c.id FROM city t, country(t) c ORDER BY 1;
-- ... and for a table whose only key is unique
CREATE TABLE tag (label text, slug varchar(10) UNIQUE);
CREATE TABLE tagged (id integer PRIMARY KEY);
INSERT INTO tag VALUES ('A', 'a'), ('no slug', NULL);
SELECT many_field, one_field FROM relations.many_to_one('tagged', 'tag', 'tag', 'tagged');
INSERT INTO tagged VALUES (1, 'a'), (2, NULL);
INSERT INTO tagged VALUES (3, 'b');
SELECT t.id, g.label FROM tagged t, tag(t) g;
SELECT g.label, t.id FROM tag g LEFT JOIN LATERAL tagged(g) t ON true ORDER BY 1;
-- which of two keys nobody can say; an index over some rows is none
CREATE TABLE two_keys (a integer UNIQUE, b integer UNIQUE);
CREATE TABLE no_key (a integer);
CREATE UNIQUE INDEX ON no_key (a) WHERE a > 0;
SELECT relations.many_to_one('tagged', 'two', 'two_keys');
SELECT relations.many_to_one('tagged', 'none', 'no_key');

-- Tables of one name in several schemas.
CREATE SCHEMA keys_b;
CREATE TABLE keys.item (id integer PRIMARY KEY, name text);
CREATE TABLE keys_b.item (id integer PRIMARY KEY, name text);
INSERT INTO keys.item VALUES (1, 'a');
INSERT INTO keys_b.item VALUES (1, 'b');
SELECT many_collection, many_field, one_collection, one_field FROM relations.many_to_one('item', 'other', 'keys_b.item', 'others');
SELECT many_collection, many_field, one_collection, one_field FROM relations.many_to_one('keys_b.item', 'other', 'item', 'others');
SELECT many_collection, many_field, one_collection, one_field FROM relations.many_to_many('item', 'linked', 'keys_b.item', 'linked');
UPDATE keys.item SET other = 1;
INSERT INTO keys.item_item (item_id, related_item_id) VALUES (1, 1);
-- each function lies with its argument's table and needs no search_path
SET search_path = '';
SELECT a.name, b.name FROM keys.item a, keys.other(a) b;
SELECT b.name, a.name FROM keys_b.item b, keys_b.others(b) a;
SELECT count(*) FROM keys.item a, keys.others(a);
SELECT a.name, b.name FROM keys.item a, keys.linked(a) j, keys.related_item_id(j) b;
SELECT b.name, a.name FROM keys_b.item b, keys_b.linked(b) j, keys.item_id(j) a;
SET search_path = keys;

-- Partitioned tables, on the many side, on the one side, on both.
CREATE TABLE sensor (id integer PRIMARY KEY);
CREATE TABLE reading (day date, sensor integer, value integer) PARTITION BY RANGE (day);
CREATE TABLE reading_2020 PARTITION OF reading FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
INSERT INTO sensor VALUES (1), (2);
INSERT INTO reading VALUES ('2020-05-01', 1, 10);
SELECT many_field, one_field, constraint_name FROM relations.many_to_one('reading', 'sensor', 'sensor', 'readings');
CREATE TABLE reading_2021 PARTITION OF reading FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
INSERT INTO reading VALUES ('2021-05-01', 1, 20);
INSERT INTO reading VALUES ('2021-05-01', 3, 20);
SELECT s.id, r.value FROM sensor s, readings(s) r ORDER BY 2;
SELECT r.value, s.id FROM reading r, sensor(r) s ORDER BY 1;
CREATE TABLE event (id integer, region text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE event_eu PARTITION OF event FOR VALUES IN ('eu');
CREATE TABLE event_us PARTITION OF event FOR VALUES IN ('us');
INSERT INTO event VALUES (1, 'eu'), (1, 'us');
SELECT many_field, one_field FROM relations.many_to_one('reading', 'event', 'event', 'readings');
UPDATE reading SET event_id = 1, event_region = 'us' WHERE value = 20;
SELECT e.region, r.value FROM event e, readings(e) r;
SELECT r.value, e.region FROM reading r, event_id_event_region(r) e;
-- a unique constraint would need the partition key; nothing is left of the try
SELECT relations.one_to_one('reading', 'only_sensor', 'sensor');
SELECT count(*) FROM pg_attribute WHERE attrelid = 'reading'::regclass AND attname = 'only_sensor';

-- Inheritance: the rows of children are rows of the parent.
CREATE TABLE owner (id integer PRIMARY KEY);
CREATE TABLE vehicle (id integer PRIMARY KEY, owner integer);
CREATE TABLE truck (load integer) INHERITS (vehicle);
INSERT INTO owner VALUES (1);
INSERT INTO vehicle VALUES (1, 1);
INSERT INTO truck VALUES (2, 1, 40);
SELECT many_field, one_field FROM relations.many_to_one('vehicle', 'owner', 'owner', 'vehicles');
SELECT o.id, v.id FROM owner o, vehicles(o) v ORDER BY 2;
SELECT v.id, o.id FROM vehicle v, owner(v) o ORDER BY 1;
SELECT t.id, t.load, o.id FROM truck t, owner(t) o;
SELECT many_field FROM relations.many_to_one('vehicle', 'seller', 'owner');
SELECT count(*) AS tables_with_seller FROM pg_attribute WHERE attname = 'seller' AND attrelid IN ('vehicle'::regclass, 'truck'::regclass);

-- Two foreign keys on one column: the second field has its table's name.
CREATE TABLE person (id integer PRIMARY KEY, name text);
CREATE TABLE employee (id integer PRIMARY KEY REFERENCES person, title text);
CREATE TABLE badge (id integer PRIMARY KEY, holder integer REFERENCES person REFERENCES employee);
INSERT INTO person VALUES (1, 'ann');
INSERT INTO employee VALUES (1, 'boss');
INSERT INTO badge VALUES (7, 1);
SELECT many_field, one_collection, constraint_name FROM relations.many_to_one('badge', 'holder', 'person', 'badges');
SELECT many_field, one_collection, constraint_name FROM relations.many_to_one('badge', 'holder', 'employee', 'badges');
SELECT p.name, e.title FROM badge b, holder(b) p, holder_employee(b) e;
SELECT p.name, b.id, e.title, c.id FROM person p, badges(p) b, employee e, badges(e) c;

-- A compound foreign key that names the columns in another order than the key.
CREATE TABLE spot (x integer, y integer, name text, PRIMARY KEY (x, y));
CREATE TABLE piece (id integer PRIMARY KEY, py integer, px integer, FOREIGN KEY (py, px) REFERENCES spot (y, x));
INSERT INTO spot VALUES (1, 2, 'one-two'), (2, 1, 'two-one');
INSERT INTO piece VALUES (1, 2, 1), (2, 1, 2), (3, 1, NULL);
-- fails: the same columns, but py would refer to x
SELECT many_field, constraint_name FROM relations.many_to_one('piece', 'py,px', 'spot', 'pieces');
SELECT many_field, constraint_name FROM relations.many_to_one('piece', 'px,py', 'spot', 'pieces');
SELECT p.id, s.name FROM piece p, px_py(p) s ORDER BY 1;
SELECT s.name, p.id FROM spot s, pieces(s) p ORDER BY 1;
-- columns that do not fit the key in number or in type
SELECT relations.many_to_one('piece', 'px', 'spot');
SELECT relations.create_relation('{"many_collection": "badge", "many_field": "item", "one_collection_field": "kind", "one_allowed_collections": "person,spot"}');

-- An item that is text stands for its key whatever the session's settings are
-- by which keys of that type are shown.
CREATE TABLE board (id integer PRIMARY KEY);
CREATE TABLE moment (id timestamptz PRIMARY KEY);
CREATE TABLE blob (id bytea PRIMARY KEY);
INSERT INTO board VALUES (1);
INSERT INTO moment VALUES ('2020-01-01 00:00:00+00');
INSERT INTO blob VALUES ('\x00ff');
SET timezone = 'UTC';
SELECT many_field FROM relations.many_to_any('board', 'pins', '{moment, blob}', reverse_field => 'pinned');
INSERT INTO board_pins (board_id, collection, item) SELECT 1, 'moment', id::text FROM moment UNION ALL SELECT 1, 'blob', id::text FROM blob;
SET timezone = 'Asia/Tokyo';
SET bytea_output = 'escape';
SELECT (SELECT count(*) FROM board_pins p, moment(p)) AS moments, (SELECT count(*) FROM board_pins p, blob(p)) AS blobs,
	(SELECT count(*) FROM moment m, pinned(m)) AS moments_back, (SELECT count(*) FROM blob b, pinned(b)) AS blobs_back;
RESET timezone;
RESET bytea_output;

-- All taken back: what was adopted stays, and nothing else.
DELETE FROM relations.relations;
SELECT picture() COLLATE "C" ORDER BY 1;
DROP SCHEMA keys, keys_b, keys_long, "Straße ""x"".y" CASCADE;
