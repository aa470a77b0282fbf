-- Every operator on every type that has it, at the root and through M2O, O2M,
-- M2M and M2A, beside the rows that plain SQL finds; and 42883 for all others.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_operators;
SET search_path = read_operators;
SET DateStyle = 'ISO';
SET TimeZone = 'UTC';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN small AS integer CHECK (VALUE < 1000);
CREATE DOMAIN word AS text;
CREATE TYPE pair AS (a integer, b text);

CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE v (id integer PRIMARY KEY, parent integer,
	t_int2 smallint, t_int4 integer, t_int8 bigint, t_numeric numeric(10, 2), t_float4 real, t_float8 double precision, t_money money,
	t_bool boolean, t_text text, t_varchar varchar(10), t_char char(8), t_name name, t_word word, t_small small, t_mood mood,
	t_date date, t_time time, t_timetz timetz, t_timestamp timestamp, t_timestamptz timestamptz, t_interval interval,
	t_uuid uuid, t_bytea bytea, t_inet inet, t_cidr cidr, t_macaddr macaddr, t_bit bit(4), t_varbit varbit, t_oid oid,
	t_int4s integer[], t_texts text[], t_range int4range, t_pair pair, t_jsonb jsonb,
	t_json json, t_point point, t_xml xml);
INSERT INTO parent SELECT generate_series(1, 4);
INSERT INTO v VALUES
	(1, 1, 1, -5, 9007199254740993, 1.50, 0.5, 'NaN', '$1.00', true, 'Abc', 'abc', 'abc', 'abc', 'abc', 5, 'sad',
		'2020-02-29', '10:00', '10:00+01', '2020-02-29 10:00', '2020-02-29 10:00+00', '1 day', '00000000-0000-0000-0000-000000000001', '\x00ff',
		'10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '1010', '101', 10, '{1,2}', '{a,"b,c"}', '[1,5)', '(1,x)', '{"a": 1}', '{"a": 1}', '(1,2)', '<a/>'),
	(2, 1, 2, 5, -1, -2, -0.5, 'Infinity', '$2.00', false, '50%_\', 'Abcd', 'Abcd', 'Abcd', 'b%', 7, 'ok',
		'infinity', '23:59:59.5', '10:00+02', 'infinity', '-infinity', '-1 month', '00000000-0000-0000-0000-000000000002', '\x',
		'10.0.0.2/24', '10.0.0.0/16', '08:00:2b:01:02:04', '0000', '', 20, '{}', '{}', 'empty', '(2,)', '[1]', '[1]', '(3,4)', '<b/>'),
	(3, 2, -3, 0, 0, 0, 0, 0, '$0.00', NULL, '', '', '', '', '', 0, 'happy',
		'0044-03-15 BC', '00:00', '00:00+00', '0044-03-15 BC', '2000-01-01 00:00+00', '0', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '\xdeadbeef',
		'::1', '::/0', '00:00:00:00:00:00', '1111', '11111', 0, '{NULL}', '{NULL,x}', '(,)', '(,)', '"abc"', '"abc"', '(0,0)', '<c/>'),
	(4, 3, 1, -5, 9007199254740993, 1.50, 0.5, -0.25, '$1.00', true, 'ÄÖü abc', 'ABC', 'ABC', 'ABC', 'xABCx', 5, 'sad',
		'2020-02-29', '10:00', '10:00+01', '2020-02-29 10:00', '2020-02-29 10:00+00', '24 hours', '00000000-0000-0000-0000-000000000001', '\x00ff',
		'10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', '1010', '101', 10, '{1,2}', '{a,"b,c"}', '[1,5)', '(1,x)', '{"a": 1}', '{"a": 1}', '(1,2)', '<a/>');
INSERT INTO v (id) VALUES (5);
CREATE TABLE child (id integer PRIMARY KEY, v integer);
INSERT INTO child VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, NULL), (7, 1);
SELECT count(*) FROM relations.many_to_one('v', 'parent', 'parent', 'vs');
SELECT count(*) FROM relations.many_to_one('child', 'v', 'v', 'children');
SELECT count(*) FROM relations.many_to_many('parent', 'linked', 'v', 'linked_from');
INSERT INTO parent_v (parent_id, v_id) VALUES (1, 1), (1, 3), (2, 2), (2, 5), (3, 4), (3, 1);
SELECT count(*) FROM relations.many_to_any('parent', 'things', '{v, child}');
INSERT INTO parent_things (parent_id, collection, item) VALUES (1, 'child', 1), (1, 'v', 2), (2, 'v', 3), (3, 'v', 1), (4, 'child', 2), (4, 'v', 5);

-- an operator, the condition that it stands for (c the column, @1 and @2 values), how many values, for which columns
CREATE TABLE operators (op text, condition text, n integer, columns text);
INSERT INTO operators
SELECT op, condition, n, CASE kind
	WHEN 'equal' THEN '^t_(?!json$|point|xml)'
	WHEN 'list' THEN '^t_(?!json$|point|xml|int4s|texts)' -- there are no arrays of arrays
	WHEN 'order' THEN '^t_(?!json$|point|xml)'
	WHEN 'text' THEN '^t_(text|varchar|char|name|word)$'
	ELSE '^t_' END
FROM (VALUES ('_eq', 'c = @1', 1, 'equal'), ('_neq', 'c <> @1', 1, 'equal'), ('_in', 'c IN (@1, @2)', 2, 'list'), ('_nin', 'c NOT IN (@1, @2)', 2, 'list'),
	('_lt', 'c < @1', 1, 'order'), ('_lte', 'c <= @1', 1, 'order'), ('_gt', 'c > @1', 1, 'order'), ('_gte', 'c >= @1', 1, 'order'),
	('_between', 'c BETWEEN @1 AND @2', 2, 'order'), ('_nbetween', 'c NOT BETWEEN @1 AND @2', 2, 'order'),
	('_null', 'c IS NOT DISTINCT FROM NULL', 0, 'all'), ('_nnull', 'c IS DISTINCT FROM NULL', 0, 'all'),
	('_empty', '(c IS NULL OR c::text = '''')', 0, 'text'), ('_nempty', '(c IS NOT NULL AND c::text <> '''')', 0, 'text'),
	('_contains', 'strpos(c::text, @1) > 0', 1, 'text'), ('_ncontains', 'NOT strpos(c::text, @1) > 0', 1, 'text'),
	('_icontains', 'strpos(lower(c::text), lower(@1)) > 0', 1, 'text'), ('_nicontains', 'NOT strpos(lower(c::text), lower(@1)) > 0', 1, 'text'),
	('_starts_with', 'starts_with(c::text, @1)', 1, 'text'), ('_nstarts_with', 'NOT starts_with(c::text, @1)', 1, 'text'),
	('_istarts_with', 'starts_with(lower(c::text), lower(@1))', 1, 'text'), ('_nistarts_with', 'NOT starts_with(lower(c::text), lower(@1))', 1, 'text'),
	('_ends_with', 'right(c::text, length(@1)) = @1', 1, 'text'), ('_nends_with', 'NOT right(c::text, length(@1)) = @1', 1, 'text'),
	('_iends_with', 'right(lower(c::text), length(@1)) = lower(@1)', 1, 'text'), ('_niends_with', 'NOT right(lower(c::text), length(@1)) = lower(@1)', 1, 'text'),
	('_ieq', 'lower(c::text) = lower(@1)', 1, 'text'), ('_nieq', 'NOT lower(c::text) = lower(@1)', 1, 'text'),
	('_regex', 'c::text ~ @1', 1, 'text')) o (op, condition, n, kind);

-- the ids that a query finds, or its error
CREATE FUNCTION found(collection regclass, filter jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN coalesce((SELECT string_agg(i ->> 'id', ' ') FROM relations.items(collection, jsonb_build_object('fields', 'id', 'filter', filter)) i), '');
EXCEPTION WHEN undefined_function THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION expected(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
	EXECUTE format('SELECT coalesce(string_agg(id::text, '' '' ORDER BY id), '''') FROM (%s) x', statement) INTO result;
	RETURN result;
END $$;

CREATE TABLE results (op text, place text, col text, filter jsonb, expected text, found text);
DO $$
DECLARE
	o operators;
	a record;
	vals text[];
	condition text;
	filter jsonb;
	is_text boolean;
BEGIN
	FOR o IN SELECT * FROM operators LOOP
		FOR a IN SELECT attname AS col, format_type(atttypid, atttypmod) AS type FROM pg_attribute
			WHERE attrelid = 'v'::regclass AND attname ~ '^t_' ORDER BY attnum LOOP
			IF o.columns <> '^t_' AND a.col !~ o.columns THEN
				-- the value does not matter, there is no such operator
				INSERT INTO results SELECT o.op, 'refused', a.col, f, '42883', found('v', f)
				FROM (SELECT jsonb_build_object(a.col, jsonb_build_object(o.op, CASE o.n WHEN 2 THEN '["1", "2"]'::jsonb ELSE '"1"' END)) AS f) x;
				CONTINUE;
			END IF;
			is_text := o.columns ~ 'varchar';
			-- each value of the column, with the next one where two are needed; parts of texts
			FOR vals IN EXECUTE format('SELECT ARRAY[x, lead(x, 1, x) OVER ()] FROM (SELECT DISTINCT ON (s) s AS x FROM (SELECT %1$I::text AS s FROM v WHERE %1$I IS NOT NULL %2$s) w) w',
				a.col, CASE WHEN is_text AND o.n > 0 AND o.op <> '_regex' THEN format('UNION SELECT substr(%1$I::text, 2, 2) FROM v UNION SELECT upper(%1$I::text) FROM v', a.col)
					WHEN o.op = '_regex' THEN 'AND false UNION SELECT unnest(''{^a,b$,.,"[A-Z]{2}",%}''::text[])' ELSE '' END) LOOP
				CONTINUE WHEN vals[1] IS NULL OR vals[2] IS NULL;
				condition := replace(o.condition, 'c ', format('v.%I ', a.col));
				condition := replace(condition, 'c::', format('v.%I::', a.col));
				condition := replace(replace(condition, '@1', CASE WHEN is_text THEN format('%L::text', vals[1]) ELSE format('%L::%s', vals[1], a.type) END),
					'@2', format('%L::%s', vals[2], a.type));
				filter := jsonb_build_object(a.col, jsonb_build_object(o.op, CASE o.n
					WHEN 0 THEN 'true'::jsonb
					WHEN 1 THEN CASE WHEN a.type = 'jsonb' THEN vals[1]::jsonb ELSE to_jsonb(vals[1]) END
					ELSE CASE WHEN a.type = 'jsonb' THEN jsonb_build_array(vals[1]::jsonb, vals[2]::jsonb) ELSE to_jsonb(vals) END END));
				INSERT INTO results VALUES
					(o.op, 'root', a.col, filter, expected('SELECT id FROM v WHERE ' || condition), found('v', filter)),
					(o.op, 'M2O', a.col, filter, expected('SELECT c.id FROM child c LEFT JOIN v ON v.id = c.v WHERE ' || condition),
						found('child', jsonb_build_object('v', filter))),
					(o.op, 'O2M', a.col, filter, expected('SELECT DISTINCT p.id FROM parent p JOIN v ON v.parent = p.id WHERE ' || condition),
						found('parent', jsonb_build_object('vs', filter))),
					(o.op, 'M2M', a.col, filter, expected('SELECT DISTINCT p.id FROM parent p JOIN parent_v j ON j.parent_id = p.id JOIN v ON v.id = j.v_id WHERE ' || condition),
						found('parent', jsonb_build_object('linked', jsonb_build_object('v_id', filter)))),
					(o.op, 'M2A', a.col, filter, expected('SELECT DISTINCT p.id FROM parent p JOIN parent_things j ON j.parent_id = p.id AND j.collection = ''v'' JOIN v ON v.id = j.item WHERE ' || condition),
						found('parent', jsonb_build_object('things', jsonb_build_object('item:v', filter))));
			END LOOP;
		END LOOP;
	END LOOP;
END $$;

SELECT place, count(DISTINCT op) AS operators, count(DISTINCT col) AS columns, count(*) FILTER (WHERE found = '') > 0 AS some_empty,
	count(*) > 300 AS many, count(*) FILTER (WHERE expected IS DISTINCT FROM found) AS wrong
FROM results GROUP BY place ORDER BY place;
SELECT * FROM results WHERE expected IS DISTINCT FROM found ORDER BY op, col, place LIMIT 20;
-- what is said of an operator that a type does not have
SELECT relations.read_items('v', '{"filter": {"t_int4": {"_contains": "1"}}}');
SELECT relations.read_items('v', '{"filter": {"t_json": {"_eq": "1"}}}');
SELECT relations.read_items('v', '{"filter": {"t_point": {"_lt": "(1,2)"}}}');
-- and of a value that it cannot read
SELECT relations.read_items('parent', '{"filter": {"_and": [{"vs": {"t_uuid": {"_in": ["00000000-0000-0000-0000-000000000001", "no"]}}}]}}');
SELECT relations.read_items('child', '{"filter": {"v": {"t_date": "yesterday-ish"}}}');

DELETE FROM relations.relations;
DROP SCHEMA read_operators CASCADE;
