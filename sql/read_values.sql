-- Every value is what to_json gives for it, in every place where values stand.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_values;
SET search_path = read_values;
CREATE TYPE mood AS ENUM ('sad', E'tab\t"quote"', 'ä');
CREATE DOMAIN small AS integer;
CREATE DOMAIN small_array AS integer[];
CREATE TYPE pair AS (a integer, "b ""c""" text);
CREATE TYPE feet AS (f integer);
CREATE FUNCTION feet_json(feet) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT json_build_object('feet', $1.f) $$;
CREATE CAST (feet AS json) WITH FUNCTION feet_json(feet);

-- one table for each type: (id, parent, value)
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
CREATE TABLE samples (type text, value text);
INSERT INTO samples VALUES
	('smallint', '-32768'), ('smallint', '32767'), ('integer', '-2147483648'), ('integer', '2147483647'), ('integer', '0'),
	('bigint', '-9223372036854775808'), ('bigint', '9223372036854775807'), ('bigint', '9007199254740993'),
	('numeric', '0'), ('numeric', '-0.00'), ('numeric', '1e100'), ('numeric', '1.50'), ('numeric', 'NaN'), ('numeric', 'Infinity'), ('numeric', '-Infinity'),
	('numeric', '123456789012345678901234567890.123456789'), ('numeric(6,2)', '1.5'),
	('real', '0.1'), ('real', '-0'), ('real', '1e-38'), ('real', 'NaN'), ('double precision', '0.1'), ('double precision', '-0'), ('double precision', '1e300'),
	('double precision', '-Infinity'), ('double precision', 'Infinity'), ('double precision', 'NaN'), ('double precision', '123456789.123456789'),
	('boolean', 'true'), ('boolean', 'false'), ('money', '-12.34'), ('oid', '4294967295'), ('"char"', 'x'), ('name', 'a"b'), ('char(5)', 'ab'), ('varchar(5)', 'ab '),
	('text', ''), ('text', 'plain'), ('text', E'"\\/\b\f\n\r\t'), ('text', U&'\0001\001f\007f\0080\00e4\2028\2029\fffd'), ('text', U&'\+01F600 \+10FFFF'), ('text', repeat('long "text" ', 1000)),
	('date', '2020-02-29'), ('date', '0001-01-01 BC'), ('date', 'infinity'), ('date', '-infinity'), ('date', '12345-01-01'),
	('time', '00:00'), ('time', '24:00'), ('time', '12:34:56.789'), ('timetz', '12:34:56.7+05:30'), ('timestamp', '2020-02-29 23:59:59.999999'),
	('timestamp', '4713-01-01 00:00:00 BC'), ('timestamp', 'infinity'), ('timestamptz', '2020-02-29 23:59:59.9+00'), ('timestamptz', '-infinity'), ('timestamptz', '0001-01-01 00:00+00 BC'),
	('interval', '1 year -2 days 03:04:05.6'), ('interval', '0'), ('uuid', '00000000-0000-0000-0000-00000000000f'), ('bytea', '\x'), ('bytea', '\x00ff27'),
	('inet', '10.0.0.1/8'), ('inet', '::1'), ('cidr', '10.0.0.0/8'), ('macaddr', '08:00:2b:01:02:03'), ('macaddr8', '08:00:2b:01:02:03:04:05'),
	('bit(4)', '1010'), ('varbit', ''), ('varbit', '101'), ('point', '(1,-2.5)'), ('box', '(3,4),(1,2)'), ('circle', '<(1,2),3>'), ('polygon', '((0,0),(1,1))'), ('path', '[(0,0),(1,1)]'), ('lseg', '[(0,0),(1,1)]'), ('line', '{1,2,3}'),
	('tsvector', 'a:1 b:2'), ('tsquery', 'a & b'), ('json', ' {"b": 1, "a": [ ]}'), ('json', 'null'), ('json', '"x"'), ('jsonb', '{"b": 1, "a": [ ]}'), ('jsonb', 'null'), ('jsonb', '1.0'),
	('xml', '<a b="c">d</a>'), ('jsonpath', '$.a[*] ? (@ > 1)'), ('regclass', 'pg_class'), ('regtype', 'integer'), ('pg_lsn', '16/B374D848'),
	('mood', 'sad'), ('mood', E'tab\t"quote"'), ('mood', 'ä'), ('small', '5'), ('small_array', '{1,NULL}'), ('pair', '(1,"x""y")'), ('pair', '(,)'), ('feet', '(6)'), ('feet[]', '{"(6)","(7)"}'),
	('integer[]', '{}'), ('integer[]', '{1,NULL,3}'), ('integer[]', '{{1,2},{3,4}}'), ('integer[]', '[0:1]={1,2}'), ('text[]', '{"a\"b","",NULL,"NULL"}'), ('mood[]', '{sad,ä}'), ('jsonb[]', '{"{\"a\": 1}"}'),
	('timestamptz[]', '{infinity,"2020-01-01 00:00+00"}'), ('pair[]', '{"(1,a)",NULL}'), ('numeric[]', '{NaN,1.0}'), ('boolean[]', '{t,f}'), ('bytea[]', '{"\\x00"}'),
	('int4range', 'empty'), ('int4range', '[1,5)'), ('tstzrange', '["2020-01-01 00:00+00",)'), ('int4multirange', '{[1,2),[5,6)}'), ('int2vector', '1 2'), ('oidvector', '3 4');

CREATE TABLE results (type text, place text, expected text, found text);
CREATE FUNCTION check_values(settings text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t text;
BEGIN
	FOR t IN SELECT DISTINCT type FROM samples ORDER BY 1 LOOP
		EXECUTE format('CREATE TABLE val (id integer PRIMARY KEY, parent integer, value %s, CHECK (id > 0))', t);
		EXECUTE format('INSERT INTO val SELECT row_number() OVER (ORDER BY value), 1 + row_number() OVER (ORDER BY value) %% 2, value::%1$s FROM samples WHERE type = %1$L', t);
		INSERT INTO val (id, parent) VALUES (999, 1);
		PERFORM relations.many_to_one('val', 'parent', 'parent', 'vals');
		INSERT INTO results SELECT t, settings || ' root', (SELECT string_agg(btrim(to_json(v.value)::text), ';' ORDER BY id) FROM val v),
			(SELECT string_agg((i -> 'value')::text, ';') FROM relations.items('val', '{"fields": "value", "filter": {"value": {"_nnull": true}}}') i);
		INSERT INTO results SELECT t, settings || ' below', json_agg(x.j)::text, relations.read_items('parent', '{"fields": "id,vals.value"}')::text
		FROM (SELECT format('{"id":%s,"vals":[%s]}', p.id, string_agg(format('{"value":%s}', coalesce(to_json(v.value)::text, 'null')), ',' ORDER BY v.id))::json AS j
			FROM parent p JOIN val v ON v.parent = p.id GROUP BY p.id ORDER BY p.id) x;
		PERFORM relations.delete_relation(id) FROM relations.relations WHERE many_collection = 'val';
		DROP TABLE val;
	END LOOP;
END $$;
SELECT check_values('default');
SET DateStyle = 'German, DMY';
SET IntervalStyle = 'iso_8601';
SET bytea_output = 'escape';
SET extra_float_digits = -5;
SET TimeZone = 'Asia/Kathmandu';
SET xmloption = 'content';
SELECT check_values('other');
RESET ALL;
SET client_min_messages = warning;
SET search_path = read_values;
SELECT place, count(*) AS types, count(*) FILTER (WHERE replace(expected, ', {"id"', ',{"id"') IS DISTINCT FROM found) AS wrong FROM results GROUP BY place ORDER BY place;
SELECT type, place, left(expected, 100) AS expected, left(found, 100) AS found FROM results WHERE replace(expected, ', {"id"', ',{"id"') IS DISTINCT FROM found ORDER BY type, place LIMIT 10;

-- what is not there cannot be read: a text holds no null byte
SELECT relations.read_items('parent', '{"search": "a\u0000b"}');

DELETE FROM relations.relations;
DROP SCHEMA read_values CASCADE;
