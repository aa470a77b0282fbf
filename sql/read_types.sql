-- A value reads as to_json() gives it, whatever its type and the settings.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_types;
SET search_path = read_types;

CREATE TYPE mood AS ENUM ('sad', 'o"k\', E'hap\npy', 'ключ');
CREATE TYPE pair AS (a int, "b ""x" text, gone int, c numeric[]);
ALTER TYPE pair DROP ATTRIBUTE gone;
CREATE TYPE deep AS (p pair, ps pair[], m mood, t timestamptz);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN pair_domain AS pair;
CREATE DOMAIN ints AS int[];
CREATE DOMAIN mood_domain AS mood;
CREATE TYPE textrange AS RANGE (subtype = text);
-- a type with a cast to json, which to_json() calls, and one whose cast it does not
CREATE TYPE cast_type;
CREATE FUNCTION cast_in(cstring) RETURNS cast_type LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION cast_out(cast_type) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE cast_type (INPUT = cast_in, OUTPUT = cast_out, LIKE = text);
CREATE FUNCTION to_json(cast_type) RETURNS json LANGUAGE sql IMMUTABLE STRICT
	AS $$ SELECT json_build_object('cast', read_types.cast_out($1)::text) $$;
CREATE CAST (cast_type AS json) WITH FUNCTION to_json(cast_type);
CREATE TYPE inout_type;
CREATE FUNCTION inout_in(cstring) RETURNS inout_type LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION inout_out(inout_type) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE inout_type (INPUT = inout_in, OUTPUT = inout_out, LIKE = text);
CREATE CAST (inout_type AS json) WITH INOUT;

CREATE TABLE samples (number int GENERATED ALWAYS AS IDENTITY, type text, texts text[]);
INSERT INTO samples (type, texts) VALUES
	('bool', '{t,f}'), ('int2', '{0,-32768,32767}'), ('int4', '{0,-2147483648,2147483647}'),
	('int8', '{0,-9223372036854775808,9223372036854775807}'), ('oid', '{0,4294967295}'), ('xid', '{3}'), ('tid', '{"(0,1)"}'),
	('xid8', '{18446744073709551615}'), ('regclass', '{pg_class,samples}'), ('regtype', '{int4,mood}'), ('regrole', '{pg_monitor}'),
	('float4', '{0,-0,1.5,1e38,1e-38,NaN,Infinity,-Infinity,3.4028235e38,1e-45,0.1,16777217}'),
	('float8', '{0,-0,1.5,1e300,1e-300,NaN,Infinity,-Infinity,1.7976931348623157e308,5e-324,0.1,0.30000000000000004,1e15,1e16}'),
	('numeric', '{0,-0.00,NaN,Infinity,-Infinity,1e100,1e-100,12345678901234567890.123456789,-0.5,.5,100,1e252,1e256,-1e-63,1e-64,-1e-1000,9e20000,0.00000000000000000000,9999,10000,0.0001}'), ('money', '{12.34,-1}'),
	('text', ARRAY['', 'plain', 'a"b', 'back\slash', E'\b\f\n\r\t', E'\x01\x1f\x7f', 'äöü€😀', '</script>', 'null', E'1234567\n',
		'12345678"', '1234567"90123456\', repeat('long', 3000), repeat('y"', 5000)]),
	('varchar(20)', '{abc,"a\"b"}'), ('bpchar', '{"ab  "}'), ('char(5)', '{ab,""}'), ('name', '{x,"a\"b"}'), ('"char"', ARRAY['a', '"', '\', E'\n', '']),
	('bytea', ARRAY['', '\x00ff22', 'abc']), ('uuid', '{00000000-0000-0000-0000-000000000000,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'),
	('date', '{2026-11-27,"0044-03-15 BC","4713-01-01 BC",infinity,-infinity,5874897-12-31,0001-01-01}'),
	('time', '{00:00,24:00,12:34:56.789,23:59:59.999999}'), ('time(3)', '{12:34:56.789123}'), ('timetz', '{12:34:56.7+05:30,00:00-15:59}'),
	('timestamp', '{2026-11-27 12:34:56.789,0044-03-15 BC,infinity,-infinity,294276-12-31 23:59:59.999999,4713-01-01 00:00:00 BC,2000-01-01 00:00:00.1}'),
	('timestamptz', '{2026-11-27 12:34:56.789+00,0044-03-15 00:00+00 BC,infinity,-infinity,1900-01-01 00:00:00+00,2026-07-01 00:00+00,294276-12-31 12:59:59.999999+00}'),
	('interval', '{1 year 2 mons 3 days 04:05:06.789,-1 day +02:03:04,0,-178000000 years}'),
	('json', ARRAY['{"a" : 1, "a":2 }', '[]', 'null', '"x"', E' {\n"b":[1, 2]} ']),
	('jsonb', ARRAY['{"a" : 1, "a":2, "b":"\u00e4\n\"" }', '[]', 'null', '"x"', '1.50', '{"n":{"m":[1,{"k":null}]}}']), ('jsonpath', ARRAY['$.a[*] ? (@ > "x")']),
	('inet', '{127.0.0.1,::1/64}'), ('cidr', '{10.0.0.0/8}'), ('macaddr', '{08:00:2b:01:02:03}'), ('bit(3)', '{101}'), ('varbit', '{10101,""}'),
	('point', '{"(1,2)"}'), ('line', '{"{1,2,3}"}'), ('lseg', '{"[(1,2),(3,4)]"}'), ('box', '{"(1,2),(3,4)"}'), ('path', '{"[(1,2),(3,4)]"}'),
	('polygon', '{"((1,2),(3,4))"}'), ('circle', '{"<(1,2),3>"}'), ('tsvector', ARRAY['''a''''b'':1 c:2A']), ('tsquery', ARRAY['a & !b']),
	('pg_lsn', '{0/1A}'), ('pg_snapshot', ARRAY['10:20:10,14']), ('int2vector', '{1 2 3,""}'), ('oidvector', '{1 2 3}'), ('refcursor', '{abc}'),
	('int4range', '{"[1,5)",empty,"(,)"}'), ('tstzrange', '{"[2026-01-01 00:00+00,2026-02-01 00:00+00)"}'), ('numrange', '{"[1.50,)"}'),
	('int4multirange', ARRAY['{[1,2),[5,7)}', '{}']), ('textrange', ARRAY['["a""b",c\\d]']),
	('int4[]', ARRAY['{}', '{1,NULL,3}', '{{1,2},{3,NULL}}', '[0:1]={5,6}', '{{{1},{2}},{{3},{4}}}']),
	('text[]', ARRAY['{}', '{"a\"b",NULL,"NULL",""}', '{{a,b},{c,d}}']), ('mood[]', ARRAY['{sad,"o\"k\\",NULL,sad}']),
	('json[]', ARRAY['{"{\"a\" : 1}",NULL,3}']), ('char(3)[]', '{"{a,b}"}'), ('int4range[]', ARRAY['{"[1,2)","empty"}']), ('positive[]', ARRAY['{1,2,NULL}']),
	('mood', ARRAY['sad', 'o"k\', E'hap\npy', 'ключ']), ('mood_domain', '{sad}'), ('positive', '{1}'), ('ints', ARRAY['{1,2,NULL}', '{}']),
	('pair', ARRAY['(1,"a""b","{1.0,NaN}")', '(,,)', '(1,,"{}")']), ('pair_domain', ARRAY['(1,x,)']), ('pair[]', ARRAY['{"(1,x,)",NULL,"(,\"\",\"{NULL,2}\")"}', '{}']),
	('deep', ARRAY['("(1,x,)","{""(2,y,)"",NULL}",sad,"2026-01-01 00:00+00")', '(,,,)']),
	('cast_type', ARRAY['x', 'a"b']), ('inout_type', ARRAY['a"b']);

-- A table for each type, with the values, null and arrays of them.
SELECT format('CREATE TABLE sample_%s (id int PRIMARY KEY, v %s%s)', number, type, CASE WHEN type ~ '\[]$' OR type = 'ints' THEN '' ELSE format(', a %s[]', type) END)
FROM samples WHERE type !~ '^(int2vector|oidvector)$' ORDER BY number \gexec
SELECT format('CREATE TABLE sample_%s (id int PRIMARY KEY, v %s)', number, type) FROM samples WHERE type ~ '^(int2vector|oidvector)$' \gexec
SELECT format('INSERT INTO sample_%s (id, v) VALUES (%s, %L)', number, i, texts[i]) FROM samples, generate_series(0, cardinality(texts)) i \gexec
SELECT format('UPDATE %s SET a = CASE id WHEN 1 THEN (SELECT array_agg(v) FROM %1$s) WHEN 2 THEN ''{}'' WHEN 3 THEN ARRAY[[v, v], [NULL, v]] END', attrelid::regclass)
FROM pg_attribute WHERE attname = 'a' AND attrelid::regclass::text ~ '^sample_' ORDER BY 1 \gexec

CREATE FUNCTION compare(OUT rows int, OUT differing int) LANGUAGE plpgsql AS $$
DECLARE
	sample record;
	want text[];
	got text[];
	whole text;
BEGIN
	rows := 0;
	differing := 0;
	FOR sample IN SELECT * FROM samples LOOP
		EXECUTE format('SELECT array_agg(row_to_json(t)::text ORDER BY id) FROM sample_%s t', sample.number) INTO want;
		got := ARRAY(SELECT i::text FROM relations.items(('sample_' || sample.number)::regclass) i);
		whole := relations.read_items(('sample_' || sample.number)::regclass);
		FOR i IN 1..cardinality(want) LOOP
			rows := rows + 1;
			IF want[i] IS DISTINCT FROM got[i] THEN
				differing := differing + 1;
				RAISE WARNING '% is read as %, to_json gives %', sample.type, got[i], want[i];
			END IF;
		END LOOP;
		IF whole IS DISTINCT FROM '[' || array_to_string(want, ',') || ']' THEN
			differing := differing + 1;
			RAISE WARNING 'read_items gives %', whole;
		END IF;
	END LOOP;
END $$;
SELECT * FROM compare();
SET bytea_output = escape;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = iso_8601;
SET TimeZone = 'America/St_Johns';
SET extra_float_digits = 0;
SELECT * FROM compare();
SET DateStyle = 'German';
SET IntervalStyle = postgres_verbose;
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -15;
SELECT * FROM compare();
RESET ALL;
SET client_min_messages = warning;
SET search_path = read_types;

-- All of Unicode, in texts of 64 characters; and an escape at every place.
CREATE TABLE letters (id int PRIMARY KEY, t text);
INSERT INTO letters SELECT c / 64, string_agg(chr(c), '' ORDER BY c) FROM generate_series(1, 1114111) c WHERE c NOT BETWEEN 55296 AND 57343 GROUP BY c / 64;
INSERT INTO letters SELECT -row_number() OVER (), repeat('é', a) || e || repeat('b', b)
FROM generate_series(0, 17) a, generate_series(0, 17) b, unnest(ARRAY['"', '\', E'\n', E'\x01', '""', E'\x1f\\']) e;
SELECT count(*), sum(length(t)), count(*) FILTER (WHERE i IS DISTINCT FROM to_json) AS differing
FROM (SELECT t, row_to_json(l)::text AS to_json, row_number() OVER (ORDER BY id) AS n FROM letters l) a
	FULL JOIN (SELECT i::text, n FROM relations.items('letters', '{"limit": -1}') WITH ORDINALITY i (i, n)) b USING (n);

-- Random numbers and moments.
SELECT setseed(0.5) \g /dev/null
CREATE TABLE numbers AS SELECT i AS id, (random() - 0.5) * 10 ^ (random() * 60 - 30) AS f8, ((random() - 0.5) * 10 ^ (random() * 30))::float4 AS f4,
	((random() - 0.5) * 10 ^ (random() * 30))::numeric AS n,
	round(((random() - 0.5) * 10 ^ (random() * 60 - 30))::numeric * 10::numeric ^ (i % 200 - 100), i % 90) AS wide, i::numeric / 10 ^ (i % 7) AS price, ((random() - 0.5) * 10 ^ (random() * 18))::int8 AS i8,
	timestamptz '2000-01-01 00:00+00' + (random() - 0.5) * interval '9000 years' AS t FROM generate_series(1, 20000) i;
ALTER TABLE numbers ADD PRIMARY KEY (id);
SELECT relations.read_items('numbers', '{"limit": -1}')::text = '[' || string_agg(row_to_json(numbers.*)::text, ',' ORDER BY id) || ']' AS same FROM numbers;

-- A table with a dropped column, a generated one and one of its own row type's shape.
CREATE TABLE odd (id int PRIMARY KEY, gone text, "a ""b" int, twice int GENERATED ALWAYS AS ("a ""b" * 2) STORED);
ALTER TABLE odd DROP COLUMN gone;
CREATE TABLE holder (id int PRIMARY KEY, o odd, os odd[], v pg_catalog.pg_class);
INSERT INTO odd VALUES (1, 2), (2, NULL);
INSERT INTO holder SELECT 1, o, ARRAY(SELECT o FROM odd o ORDER BY id), NULL FROM odd o WHERE id = 1;
ALTER TABLE odd ADD COLUMN later mood;
SELECT relations.read_items('odd');
SELECT i::text = row_to_json(h)::text AS same, i FROM relations.items('holder') i, holder h;

-- What is kept of a type is looked up again when the type has changed.
CREATE TABLE kept (id int PRIMARY KEY, m mood, ms mood[], x inout_type, p pair);
INSERT INTO kept VALUES (1, 'sad', '{sad,ключ}', 'x', (1, 'b', '{1.0}'));
SELECT relations.read_items('kept');
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
CREATE FUNCTION inout_json(inout_type) RETURNS json LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT '{"function": 1}'::json $$;
DROP CAST (inout_type AS json);
CREATE CAST (inout_type AS json) WITH FUNCTION inout_json(inout_type);
ALTER TYPE pair RENAME ATTRIBUTE a TO aa;
SELECT relations.read_items('kept');
CREATE OR REPLACE FUNCTION inout_json(inout_type) RETURNS json LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT '{"function": 2}'::json $$;
ALTER TYPE pair DROP ATTRIBUTE c;
ALTER TYPE pair ADD ATTRIBUTE d mood;
SELECT relations.read_items('kept');
DROP CAST (inout_type AS json);
SELECT relations.read_items('kept');

-- A null byte is in no text, nor in a query.
\set VERBOSITY terse
SELECT relations.read_items('odd', '{"filter": {"a \"b": {"_eq": "\u0000"}}}');

DELETE FROM relations.relations;
DROP SCHEMA read_types CASCADE;
