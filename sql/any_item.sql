-- One text column holds the keys of tables whose keys have different types. No
-- foreign key can do that, so here the rows themselves are shown.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
SET client_min_messages = notice;
CREATE SCHEMA any_item;
SET search_path = any_item;
CREATE TABLE numbers (id int PRIMARY KEY);
CREATE TABLE uuids (id uuid PRIMARY KEY);
CREATE TABLE words (id text PRIMARY KEY);
CREATE TABLE decimals (id numeric PRIMARY KEY);
CREATE TABLE days (id date PRIMARY KEY);
CREATE TABLE moments (id timestamptz PRIMARY KEY);
CREATE TABLE spans (id interval PRIMARY KEY);
CREATE TABLE floats (id float8 PRIMARY KEY);
CREATE TABLE bytes (id bytea PRIMARY KEY);
CREATE TABLE padded (id char(4) PRIMARY KEY);
CREATE TABLE refs (n int PRIMARY KEY, collection text, item text);
SELECT many_field FROM relations.create_relation('{"many_collection": "refs", "many_field": "item", "one_collection_field": "collection",
	"one_allowed_collections": "numbers,uuids,words,decimals,days,moments,spans,floats,bytes,padded", "on_delete": "CASCADE", "on_update": "CASCADE"}');
INSERT INTO numbers VALUES (1), (2);
INSERT INTO uuids VALUES ('5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001');
INSERT INTO words VALUES ('1'), ('01'), (' 1'), ('O''Brien'), ('');
INSERT INTO decimals VALUES (1), (2.50);
INSERT INTO days VALUES ('2001-01-31');
INSERT INTO moments VALUES ('2001-01-31 12:00:00+00');
INSERT INTO spans VALUES ('1 day 02:00:00');
INSERT INTO floats VALUES (0.1), (1e300);
INSERT INTO bytes VALUES ('\x00ff'), ('ab');
INSERT INTO padded VALUES ('x');
-- an item is written as its type writes it; a text is written as it is
INSERT INTO refs VALUES (1, 'numbers', '1'), (2, 'numbers', '01'), (3, 'numbers', ' 1 '), (4, 'numbers', '+1'),
	(5, 'uuids', '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001'), (6, 'uuids', '{5B0A5CBD5A4A4A3E8B6E0E4B4C1B0001}'),
	(7, 'words', '1'), (8, 'words', '01'), (9, 'words', ' 1'), (10, 'words', 'O''Brien'), (11, 'words', ''),
	(12, 'decimals', '1'), (13, 'decimals', ' 2.50'), (14, 'decimals', '1e0'), (15, 'days', '31 Jan 2001'),
	(16, 'moments', '2001-01-31 13:00:00+01'), (17, 'spans', '1 day 120 min'), (18, 'floats', '0.10'), (19, 'floats', '1e300'),
	(20, 'bytes', '\000\377'), (21, 'bytes', '\x6162'), (22, 'padded', 'x   ');
-- each of them is found from its target
SELECT count(*) FROM refs WHERE collection <> 'words' AND item IS NOT NULL;
SELECT n, item FROM refs WHERE collection IN ('numbers', 'uuids', 'words') ORDER BY n;
UPDATE refs SET item = '002' WHERE n = 1;
UPDATE refs SET collection = 'numbers' WHERE n = 8;
SELECT n, collection, item FROM refs WHERE n IN (1, 8) ORDER BY n;
-- not there, or nothing of the kind
\set VERBOSITY sqlstate
INSERT INTO refs VALUES (100, 'numbers', '3');
INSERT INTO refs VALUES (100, 'numbers', 'one');
INSERT INTO refs VALUES (100, 'numbers', '');
INSERT INTO refs VALUES (100, 'numbers', '1.0');
INSERT INTO refs VALUES (100, 'numbers', '99999999999999999999');
INSERT INTO refs VALUES (100, 'uuids', '5b0a5cbd');
INSERT INTO refs VALUES (100, 'words', '2');
INSERT INTO refs VALUES (100, 'days', '2001-02-30');
INSERT INTO refs VALUES (100, 'numbers', NULL);
INSERT INTO refs VALUES (100, NULL, '1');
UPDATE refs SET item = 'x' WHERE n = 2;
UPDATE refs SET collection = 'uuids' WHERE n = 2;
UPDATE refs SET collection = 'words' WHERE n = 1;
\set VERBOSITY default
-- settings that change how a value is written do not hide it from its target
SET datestyle = 'German, DMY';
SET timezone = 'Asia/Tokyo';
SET intervalstyle = 'iso_8601';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
INSERT INTO refs VALUES (23, 'days', '31.01.2001'), (24, 'moments', '31.01.2001 21:00:00'), (25, 'spans', 'P1DT2H'), (26, 'floats', '0.1'), (27, 'bytes', '\000\377');
UPDATE days SET id = id + 1;
UPDATE moments SET id = id + '1 h';
UPDATE spans SET id = id + '1 h';
UPDATE floats SET id = id * 2 WHERE id < 1;
UPDATE bytes SET id = id || 'z' WHERE id = '\x00ff';
RESET datestyle;
RESET timezone;
RESET intervalstyle;
RESET extra_float_digits;
RESET bytea_output;
SELECT r.collection, count(*) FROM refs r WHERE NOT EXISTS (
	SELECT FROM days WHERE collection = 'days' AND id = item::date UNION ALL
	SELECT FROM moments WHERE collection = 'moments' AND id = item::timestamptz UNION ALL
	SELECT FROM spans WHERE collection = 'spans' AND id = item::interval UNION ALL
	SELECT FROM floats WHERE collection = 'floats' AND id = item::float8 UNION ALL
	SELECT FROM bytes WHERE collection = 'bytes' AND id = item::bytea UNION ALL
	SELECT FROM numbers WHERE collection = 'numbers' AND id = item::int UNION ALL
	SELECT FROM uuids WHERE collection = 'uuids' AND id = item::uuid UNION ALL
	SELECT FROM words WHERE collection = 'words' AND id = item UNION ALL
	SELECT FROM decimals WHERE collection = 'decimals' AND id = item::numeric UNION ALL
	SELECT FROM padded WHERE collection = 'padded' AND id = item::char(4)) GROUP BY 1 ORDER BY 1;
-- what goes takes its references along, and no others
UPDATE numbers SET id = 10 WHERE id = 1;
UPDATE uuids SET id = '00000000-0000-0000-0000-000000000000';
UPDATE decimals SET id = id + 1;
SELECT collection, string_agg(item, ' ' ORDER BY n) FROM refs WHERE collection IN ('numbers', 'uuids') GROUP BY 1 ORDER BY 1;
DELETE FROM words WHERE id = '1';
DELETE FROM numbers WHERE id = 10;
DELETE FROM decimals; DELETE FROM days; DELETE FROM moments; DELETE FROM spans; DELETE FROM floats; DELETE FROM bytes; DELETE FROM padded; DELETE FROM uuids;
SELECT n, collection, item FROM refs ORDER BY n;
-- data that are there and are not written so, or are nothing of the kind, are counted
CREATE TABLE old (n int, collection text, item text);
INSERT INTO numbers VALUES (7);
INSERT INTO days VALUES ('2001-01-31');
INSERT INTO old VALUES (1, 'numbers', '7'), (2, 'numbers', '07'), (3, 'numbers', 'seven'), (4, 'days', 'Jan 31 2001'), (5, 'days', 'garbage'), (6, 'days', '2001-01-31');
DO $$
DECLARE
	detail text;
BEGIN
	PERFORM relations.create_relation('{"many_collection": "old", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": "numbers,days", "on_delete": "CASCADE"}');
EXCEPTION WHEN foreign_key_violation THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RAISE NOTICE '%', detail;
END $$;
DELETE FROM old WHERE n IN (2, 3, 4, 5);
SELECT many_field FROM relations.create_relation('{"many_collection": "old", "many_field": "item", "one_collection_field": "collection",
	"one_allowed_collections": "numbers,days", "on_delete": "CASCADE"}');
DELETE FROM numbers WHERE id = 7;
DELETE FROM days;
SELECT * FROM old;
DELETE FROM relations.relations;
SET client_min_messages = warning;
DROP SCHEMA any_item CASCADE;
DROP SCHEMA worlds CASCADE;
