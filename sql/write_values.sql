-- Every value that is read is written as the same value, and a bad one is
-- refused where it stands.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA write_values;
SET search_path = write_values;
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	context text;
BEGIN
	EXECUTE statement INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, substring(context from '(?n)^at .*$'));
END $$;
CREATE TYPE mood AS ENUM ('sad', E'tab\t"quote"', 'ä');
CREATE DOMAIN small AS integer CHECK (VALUE < 100);
CREATE DOMAIN known AS text NOT NULL;
CREATE DOMAIN small_array AS integer[] CHECK (cardinality(VALUE) < 4);
CREATE TYPE pair AS (a integer, "b ""c""" text);
CREATE DOMAIN good_pair AS pair CHECK ((VALUE).a > 0);
CREATE TYPE nested AS (p pair, l integer[], m mood);

-- there and back: what read_item gives is what create_item takes
CREATE TABLE samples (type text, value text);
INSERT INTO samples VALUES
	('smallint', '-32768'), ('integer', '2147483647'), ('bigint', '9223372036854775807'), ('bigint', '9007199254740993'),
	('numeric', '-0.00'), ('numeric', '1e100'), ('numeric', '1.50'), ('numeric', 'NaN'), ('numeric', 'Infinity'),
	('numeric', '123456789012345678901234567890.123456789'), ('numeric(6,2)', '1.5'),
	('real', '0.1'), ('real', '1e-38'), ('real', 'NaN'), ('double precision', '0.1'), ('double precision', '1e300'), ('double precision', '-Infinity'),
	('boolean', 'true'), ('boolean', 'false'), ('money', '-12.34'), ('oid', '4294967295'), ('"char"', 'x'), ('name', 'a"b'), ('char(5)', 'ab'), ('varchar(5)', 'ab '),
	('text', ''), ('text', 'true'), ('text', 'null'), ('text', '{"a": 1}'), ('text', E'"\\/\b\f\n\r\t'), ('text', U&'\0001\001f\007f\0080\00e4\2028'), ('text', repeat('long "text" ', 1000)),
	('date', '2020-02-29'), ('date', '0001-01-01 BC'), ('date', 'infinity'), ('time', '24:00'), ('time', '12:34:56.789'), ('timetz', '12:34:56.7+05:30'),
	('timestamp', '2020-02-29 23:59:59.999999'), ('timestamp', 'infinity'), ('timestamptz', '2020-02-29 23:59:59.9+00'), ('timestamptz', '-infinity'),
	('interval', '1 year -2 days 03:04:05.6'), ('uuid', '00000000-0000-0000-0000-00000000000f'), ('bytea', '\x'), ('bytea', '\x00ff27'),
	('inet', '10.0.0.1/8'), ('inet', '::1'), ('cidr', '10.0.0.0/8'), ('macaddr', '08:00:2b:01:02:03'),
	('bit(4)', '1010'), ('varbit', ''), ('varbit', '101'), ('point', '(1,-2.5)'), ('box', '(3,4),(1,2)'), ('circle', '<(1,2),3>'), ('polygon', '((0,0),(1,1))'),
	('tsvector', 'a:1 b:2'), ('tsquery', 'a & b'), ('json', '{"a": [], "b": 1}'), ('json', '"x"'), ('jsonb', '{"b": 1, "a": []}'), ('jsonb', '[1, [2]]'), ('jsonb', '1.0'), ('jsonb', '"1"'),
	('xml', '<a b="c">d</a>'), ('jsonpath', '$."a"[*]?(@ > 1)'), ('regclass', 'pg_class'), ('regtype', 'integer'), ('pg_lsn', '16/B374D848'),
	('mood', E'tab\t"quote"'), ('small', '5'), ('known', 'x'), ('small_array', '{1,NULL}'), ('pair', '(1,"x""y")'), ('pair', '(,)'), ('good_pair', '(1,x)'),
	('nested', '("(1,x)","{1,2}",sad)'), ('nested[]', '{"(\"(1,x)\",\"{1,2}\",ä)",NULL}'),
	('integer[]', '{}'), ('integer[]', '{1,NULL,3}'), ('integer[]', '{{1,2},{3,4}}'), ('integer[]', '{{{1},{2}},{{3},{4}}}'), ('text[]', '{"a\"b","",NULL,"NULL"}'), ('mood[]', '{sad,ä}'),
	('jsonb[]', '{"{\"a\": 1}","[1, 2]"}'), ('timestamptz[]', '{infinity,"2020-01-01 00:00+00"}'), ('pair[]', '{"(1,a)",NULL}'), ('numeric[]', '{NaN,1.0}'), ('boolean[]', '{t,f}'), ('bytea[]', '{"\\x00"}'),
	('varchar(3)[]', '{abc,d}'), ('int4range', 'empty'), ('int4range', '[1,5)'), ('tstzrange', '["2020-01-01 00:00+00",)'), ('int4multirange', '{[1,2),[5,6)}'), ('int2vector', '1 2');
CREATE TABLE outcome (type text, value text, is_equal boolean);
DO $$
DECLARE
	s record;
	item jsonb;
	is_equal boolean;
BEGIN
	FOR s IN SELECT * FROM samples LOOP
		EXECUTE format('CREATE TABLE v (id integer PRIMARY KEY, value %s)', s.type);
		EXECUTE 'INSERT INTO v VALUES (1, ' || quote_literal(s.value) || ')';
		item := relations.read_item('v', 1);
		PERFORM relations.create_item('v', item || '{"id": 2}');
		PERFORM relations.create_item('v', '{"id": 3}') WHERE s.type <> 'known';
		PERFORM relations.update_item('v', 3, item - 'id') WHERE s.type <> 'known';
		EXECUTE 'SELECT bool_and(v.value::text IS NOT DISTINCT FROM o.value::text) FROM v, v o WHERE o.id = 1' INTO is_equal;
		INSERT INTO outcome VALUES (s.type, s.value, is_equal);
		DROP TABLE v;
	END LOOP;
END $$;
SELECT type, left(value, 40), is_equal FROM outcome WHERE NOT is_equal ORDER BY type, value;
SELECT count(*) > 90 AS many FROM outcome;

-- scalars are what the column's type makes of them
CREATE TABLE item (id integer PRIMARY KEY, i integer, n numeric(5,2), t text, v varchar(3), b boolean, d date, m mood, s small, k known DEFAULT 'k', a integer[], p pair, g good_pair, j jsonb);
SELECT relations.create_item('item', '{"id": "1", "i": 5, "n": 1.005, "t": 5, "b": "on", "d": "2020-02-29", "a": "{1,2}", "p": "(1,x)", "j": "text"}');
SELECT relations.create_item('item', '{"id": 2, "t": true, "b": true, "p": {"a": 1}, "j": null}', '{"fields": ["t", "b", "p", "j"]}');
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "i": "x"}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "i": 5.5}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "i": 3000000000}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "i": {}}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "t": {"a": 1}}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "t": ["a"]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "v": "abcd"}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "n": 1000}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "b": 5}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "d": "2020-02-30"}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "m": "happy"}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "s": 100}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "k": null}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "a": [1, "x"]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "a": [[1], [2, 3]]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "a": [1, [2]]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "a": [[1], 2]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "p": {"a": 1, "c": 2}}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "p": [1, "x"]}')$$);
SELECT attempt($$SELECT relations.create_item('item', '{"id": 3, "g": {"a": 0}}')$$);
SELECT attempt($$SELECT relations.create_items('item', '[{"id": 3}, {"id": 4, "i": "x"}]')$$);
SELECT id, k FROM item ORDER BY id;

DROP SCHEMA write_values CASCADE;
