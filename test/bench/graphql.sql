-- What a GraphQL query costs beside read_items() with the same tree: large and small, one item, a filter with variables,
-- many-to-any blocks. A response has keys and exact numbers as strings, else both give the same.
SET client_min_messages = warning;
CREATE EXTENSION relations;
\ir read_steps.psql
SET jit = off;

\set artists 2000
\ir read_tree.psql
CREATE TABLE pages (id int PRIMARY KEY, title text);
CREATE TABLE headings (id int PRIMARY KEY, title text);
CREATE TABLE texts (id int PRIMARY KEY, body text);
INSERT INTO pages SELECT i, 'page ' || i FROM generate_series(1, 500) i;
INSERT INTO headings SELECT i, 'heading ' || i FROM generate_series(1, 5000) i;
INSERT INTO texts SELECT i, repeat('text ' || i || ' ', 10) FROM generate_series(1, 5000) i;
SELECT FROM relations.many_to_any('pages', 'blocks', '{headings,texts}') \g /dev/null
INSERT INTO pages_blocks (pages_id, collection, item, sort)
	SELECT (i - 1) / 30 + 1, (ARRAY['headings', 'texts'])[i % 2 + 1], (i::bigint * 7919) % 5000 + 1, i % 30 FROM generate_series(1, 15000) i;
VACUUM ANALYZE pages, headings, texts, pages_blocks;

CREATE PROCEDURE add_tree(of_task text, query jsonb, arguments text, variables text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
	fields jsonb := '["id", "name", "albums.id", "albums.title", "albums.released", "albums.tracks.id", "albums.tracks.name", "albums.tracks.milliseconds", "albums.tracks.price"]';
BEGIN
	INSERT INTO form (task, form, statement) VALUES
	(of_task, 'graphql', format('SELECT relations.graphql(%L, %L)',
		format('query %s { artist(%s) { id name albums { id title released tracks { id name milliseconds price } } } }',
			CASE WHEN variables IS NOT NULL THEN '($from: ID, $to: ID)' END, arguments), variables)),
	(of_task, 'read_items', format('SELECT relations.read_items(''artist'', %L)', query || jsonb_build_object('fields', fields)));
END $$;
CALL add_tree('2,000 artists', '{"limit": -1}', 'limit: -1');
CALL add_tree('50 artists', '{"filter": {"id": {"_between": [1001, 1050]}}}', 'filter: {id: {_between: [1001, 1050]}}');
CALL add_tree('50 artists, by variables', '{"filter": {"id": {"_between": [1001, 1050]}}}', 'filter: {id: {_between: [$from, $to]}}', '{"from": 1001, "to": 1050}');
CALL add_tree('one artist', '{"filter": {"id": {"_eq": 711}}}', 'filter: {id: {_eq: 711}}');
INSERT INTO form (task, form, statement) VALUES
('one item', 'graphql', $$SELECT relations.graphql('{ artist(filter: {id: {_eq: 711}}) { id name } }')$$),
('one item', 'read_items', $$SELECT relations.read_items('artist', '{"fields": "id,name", "filter": {"id": {"_eq": 711}}}')$$),
('100,000 flat rows', 'graphql', $$SELECT relations.graphql('{ track(limit: -1) { id name milliseconds price } }')$$),
('100,000 flat rows', 'read_items', $$SELECT relations.read_items('track', '{"fields": "id,name,milliseconds,price", "limit": -1}')$$),
('pages of any blocks', 'graphql', $$SELECT relations.graphql('{ pages(limit: -1) { title blocks { sort collection item { ... on headings { title } ... on texts { body } } } } }')$$),
('pages of any blocks', 'read_items', $$SELECT relations.read_items('pages', '{"limit": -1, "fields": ["title", "blocks.sort", "blocks.collection", "blocks.item:headings.title", "blocks.item:texts.body"]}')$$);

-- both give the same rows, but for the quotes
CREATE PROCEDURE compare_data(of_task text) LANGUAGE plpgsql AS $$
DECLARE
	items jsonb[];
BEGIN
	SELECT array_agg(regexp_replace(coalesce(item #> ARRAY['data', (SELECT json_object_keys(item -> 'data') WHERE form = 'graphql')], item)::text,
		'"(-?\d+(\.\d+)?)"', '\1', 'g')::jsonb ORDER BY form)
	INTO items FROM (SELECT form, run(statement) AS item FROM form WHERE task = of_task) s;
	IF items[1] IS DISTINCT FROM items[2] OR jsonb_array_length(items[1]) = 0 THEN
		RAISE '%: something else is read', of_task USING DETAIL = left(items[1]::text, 500) || E'\n' || left(items[2]::text, 500);
	END IF;
END $$;
SELECT format('CALL compare_data(%L)', task) FROM form GROUP BY task ORDER BY min(position) \gexec
SELECT format('CALL measure(%L, %s, %s)', task, 3 * :rounds, CASE WHEN task LIKE 'one %' THEN 500 WHEN task LIKE '50 %' THEN 20 ELSE 1 END)
FROM form GROUP BY task ORDER BY min(position) \gexec
SELECT task, round(g.ms::numeric, 3) AS graphql_ms, round(r.ms::numeric, 3) AS read_items_ms, round((g.ms / r.ms)::numeric, 3) AS ratio
FROM median g JOIN median r USING (task) JOIN form USING (task)
WHERE g.form = 'graphql' AND r.form = 'read_items' AND form.form = 'graphql' ORDER BY position;
