-- Many rows of many parents: each parent has its own, all of them, in their
-- order, however they were found.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_many;
SET search_path = read_many;
\pset format unaligned
\pset tuples_only on

-- 200 parents around 0, 10 children of each of them, children of nobody, all in no order
CREATE TABLE child (id integer, parent bigint, a integer, b text, c integer);
INSERT INTO child SELECT i, i % 220 - 110, i * 7919 % 101, chr(65 + i * 31 % 7), nullif(i / 220 % 5, 0) FROM generate_series(1, 2200) i ORDER BY i::bigint * 7919 % 2200;
INSERT INTO child VALUES (2201, NULL, 0, 'a', 0);

-- how many queries over parents and children of these types are answered wrongly
CREATE FUNCTION wrong_answers(parent_type text, child_type text, child_kind text DEFAULT 'TABLE', shift text DEFAULT '0') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	wrong bigint;
BEGIN
	EXECUTE format('CREATE TABLE p (id %s PRIMARY KEY)', parent_type);
	EXECUTE format('INSERT INTO p SELECT i + %s FROM generate_series(-100, 99) i', shift);
	IF child_kind = 'TABLE' THEN
		EXECUTE format('CREATE TABLE c (id integer PRIMARY KEY, p %s, a integer, b text, c integer)', child_type);
	ELSE
		EXECUTE format('CREATE TABLE c (id integer, p %s, a integer, b text, c integer, PRIMARY KEY (id, p)) PARTITION BY LIST (p)', child_type);
		CREATE TABLE c_few PARTITION OF c FOR VALUES IN (-3, 5, 7);
		CREATE TABLE c_rest PARTITION OF c DEFAULT;
	END IF;
	EXECUTE format('INSERT INTO c SELECT id, parent + %s, a, b, c FROM child WHERE parent < 100 AND parent >= -100', shift);
	PERFORM relations.many_to_one('c', 'p', 'p', 'cs');
	WITH filters (filter, condition) AS (VALUES ('{}'::jsonb, 'true'), ('{"id": {"_lt": -70}}', 'p.id < -70'), ('{"id": {"_gt": 40}}', 'p.id > 40'),
			('{"id": {"_nin": [-99, 0, 1, 98]}}', 'p.id NOT IN (-99, 0, 1, 98)'), ('{"id": {"_in": [-3, 5, 7, 98]}}', 'p.id IN (-3, 5, 7, 98)')),
		orders (sort, by) AS (VALUES ('["id"]'::jsonb, 'c.id'), ('["-id"]', 'c.id DESC'), ('["a"]', 'c.a, c.id'), ('["-a"]', 'c.a DESC, c.id'), ('["b", "-c"]', 'c.b, c.c DESC, c.id'),
			('["-c", "b", "-a"]', 'c.c DESC, c.b, c.a DESC, c.id')),
		pages (page, most) AS (VALUES ('{}'::jsonb, 'ALL'), ('{"_limit": 3}', '3'))
	SELECT count(*) INTO wrong FROM filters, orders, pages,
		LATERAL (SELECT jsonb_build_object('fields', '["id", "cs.id", "cs.a"]'::jsonb, 'limit', -1, 'filter', filter,
			'deep', jsonb_build_object('cs', page || jsonb_build_object('_sort', sort))) AS query) q
	WHERE relations.read_items('p', query)::text <> replace(answer(format('SELECT coalesce(json_agg(x), ''[]'') FROM (SELECT p.id, (SELECT coalesce(json_agg(y), ''[]'') FROM
		(SELECT c.id, c.a FROM c WHERE c.p = p.id ORDER BY %s LIMIT %s) y) AS cs FROM p WHERE %s ORDER BY id) x', by, most, condition)), E', \n ', ',');
	PERFORM relations.delete_relation(id) FROM relations.relations;
	DROP TABLE c, p;
	RETURN wrong;
END $$;
CREATE FUNCTION answer(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN result;
END $$;
SELECT parent, child, wrong_answers(parent, child)
FROM (VALUES ('smallint', 'smallint'), ('integer', 'integer'), ('bigint', 'bigint'), ('smallint', 'bigint'), ('bigint', 'integer'), ('numeric', 'integer')) v (parent, child);
-- at both ends of the type
SELECT wrong_answers('bigint', 'bigint', 'TABLE', '9223372036854775708'), wrong_answers('bigint', 'bigint', 'TABLE', '-9223372036854775708');
SELECT wrong_answers('integer', 'bigint', 'PARTITIONED TABLE');

-- keys without a gap are found by one descent of the index
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (id integer PRIMARY KEY, p integer, b text);
INSERT INTO p SELECT generate_series(1, 5000);
INSERT INTO c SELECT i, i % 5000 + 1, 'child ' || i FROM generate_series(1, 20000) i;
SELECT count(*) FROM relations.many_to_one('c', 'p', 'p', 'cs');
ANALYZE p, c;
SET enable_bitmapscan = off;
CREATE FUNCTION descents(query jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before bigint := pg_stat_get_xact_numscans('read_many.c_p_idx'::regclass);
	length integer := json_array_length(relations.read_items('read_many.p', query));
BEGIN
	RETURN format('%s parents: %s', length, pg_stat_get_xact_numscans('read_many.c_p_idx'::regclass) - before);
END $$;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'c'::regclass ORDER BY 1;
SELECT descents('{"fields": ["id", "cs.b"]}'), descents('{"fields": ["id", "cs.b"], "offset": 1000, "limit": 300}'), descents('{"fields": ["id", "cs.b"], "sort": "-id", "limit": 77}');
RESET enable_bitmapscan;

-- with row security on the children too, for whoever reads
CREATE ROLE read_many_reader;
GRANT USAGE ON SCHEMA read_many TO read_many_reader;
GRANT SELECT ON p, c TO read_many_reader;
CREATE POLICY odd ON c USING (id % 2 = 1);
ALTER TABLE c ENABLE ROW LEVEL SECURITY;
SET ROLE read_many_reader;
SELECT relations.read_items('p', '{"fields": ["id", "cs"], "filter": {"id": {"_lt": 31}}}')::jsonb = (SELECT jsonb_agg(x) FROM
	(SELECT id, (SELECT coalesce(json_agg(c.id ORDER BY c.id), '[]') FROM c WHERE p = p.id) AS cs FROM p WHERE id < 31 ORDER BY id) x);
RESET ROLE;
SELECT relations.read_items('p', '{"fields": ["id", "cs"], "filter": {"id": {"_lt": 31}}}')::jsonb = (SELECT jsonb_agg(x) FROM
	(SELECT id, (SELECT coalesce(json_agg(c.id ORDER BY c.id), '[]') FROM c WHERE p = p.id) AS cs FROM p WHERE id < 31 ORDER BY id) x);

-- from the items of a many-to-any relation back to their pages
CREATE TABLE page (id integer PRIMARY KEY);
CREATE TABLE word (id integer PRIMARY KEY);
INSERT INTO page SELECT generate_series(1, 100);
INSERT INTO word SELECT generate_series(1, 100);
SELECT count(*) FROM relations.many_to_any('page', 'blocks', '{word,p}');
INSERT INTO page_blocks (page_id, collection, item) SELECT i % 100 + 1, (ARRAY['word', 'p'])[i % 2 + 1], i::bigint * 7919 % 100 + 1 FROM generate_series(1, 1000) i;
SELECT string_agg(one_field, ',') FROM relations.relations WHERE many_collection = 'page_blocks';
SELECT relations.read_items('page', '{"fields": ["id", "blocks.collection", "blocks.item.id"], "limit": -1}')::jsonb = (SELECT jsonb_agg(x) FROM (SELECT id,
	(SELECT json_agg(json_build_object('collection', collection, 'item', json_build_object('id', item)) ORDER BY sort, b.id) FROM page_blocks b WHERE page_id = page.id) AS blocks
	FROM page ORDER BY id) x);

DELETE FROM relations.relations;
DROP SCHEMA read_many CASCADE;
DROP ROLE read_many_reader;
