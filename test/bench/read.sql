-- Reading nested JSON beside the best SQL that one would write by hand: a tree
-- of 10,000 artists with 5 albums of 10 tracks each, whole, in part, and one
-- artist at a time; a flat table; pages of many-to-any blocks.
SET client_min_messages = warning;
CREATE EXTENSION relations;
\ir read_steps.psql
-- compiling costs the statements by hand more than it gains them
SET jit = off;

\set artists 10000
\ir read_tree.psql

-- the same tree in the four forms; condition is about artists
CREATE PROCEDURE add_tree(of_task text, query jsonb, condition text) LANGUAGE plpgsql AS $$
DECLARE
	fields jsonb := '["id", "name", "albums.id", "albums.title", "albums.released", "albums.tracks.id", "albums.tracks.name", "albums.tracks.milliseconds", "albums.tracks.price"]';
BEGIN
	INSERT INTO form (task, form, statement) VALUES
	(of_task, 'read_items', format('SELECT relations.read_items(''artist'', %L)', query || jsonb_build_object('fields', fields, 'limit', -1))),
	(of_task, 'lateral, json_agg(row)', format(
		'SELECT coalesce(json_agg(x), ''[]'') FROM (SELECT a.id, a.name, albums FROM artist a
			LEFT JOIN LATERAL (SELECT coalesce(json_agg(y), ''[]'') AS albums FROM (SELECT b.id, b.title, b.released, tracks FROM album b
				LEFT JOIN LATERAL (SELECT coalesce(json_agg(z), ''[]'') AS tracks FROM
					(SELECT t.id, t.name, t.milliseconds, t.price FROM track t WHERE t.album = b.id ORDER BY t.id) z) l2 ON true
				WHERE b.artist = a.id ORDER BY b.id) y) l1 ON true WHERE %s ORDER BY a.id) x', condition)),
	(of_task, 'lateral, json_build_object', format(
		'SELECT coalesce(json_agg(o), ''[]'') FROM (SELECT json_build_object(''id'', a.id, ''name'', a.name, ''albums'', albums) AS o FROM artist a
			LEFT JOIN LATERAL (SELECT coalesce(json_agg(o), ''[]'') AS albums FROM
				(SELECT json_build_object(''id'', b.id, ''title'', b.title, ''released'', b.released, ''tracks'', tracks) AS o FROM album b
				LEFT JOIN LATERAL (SELECT coalesce(json_agg(o), ''[]'') AS tracks FROM
					(SELECT json_build_object(''id'', t.id, ''name'', t.name, ''milliseconds'', t.milliseconds, ''price'', t.price) AS o
						FROM track t WHERE t.album = b.id ORDER BY t.id) z) l2 ON true
				WHERE b.artist = a.id ORDER BY b.id) y) l1 ON true WHERE %s ORDER BY a.id) x', condition)),
	(of_task, 'correlated, json_agg(row)', format(
		'SELECT coalesce(json_agg(x), ''[]'') FROM (SELECT a.id, a.name,
			(SELECT coalesce(json_agg(y), ''[]'') FROM (SELECT b.id, b.title, b.released,
				(SELECT coalesce(json_agg(z), ''[]'') FROM (SELECT t.id, t.name, t.milliseconds, t.price FROM track t WHERE t.album = b.id ORDER BY t.id) z) AS tracks
				FROM album b WHERE b.artist = a.id ORDER BY b.id) y) AS albums
			FROM artist a WHERE %s ORDER BY a.id) x', condition)),
	(of_task, 'hash aggregation per level', format(
		'WITH tracks AS (SELECT z.album, json_agg(json_build_object(''id'', z.id, ''name'', z.name, ''milliseconds'', z.milliseconds, ''price'', z.price) ORDER BY z.id) AS tracks
				FROM track z JOIN album b ON b.id = z.album JOIN artist a ON a.id = b.artist WHERE %1$s GROUP BY z.album),
			albums AS (SELECT b.artist, json_agg(json_build_object(''id'', b.id, ''title'', b.title, ''released'', b.released, ''tracks'', coalesce(tracks, ''[]'')) ORDER BY b.id) AS albums
				FROM album b JOIN artist a ON a.id = b.artist LEFT JOIN tracks ON tracks.album = b.id WHERE %1$s GROUP BY b.artist)
		SELECT coalesce(json_agg(x), ''[]'') FROM (SELECT a.id, a.name, coalesce(albums, ''[]'') AS albums
			FROM artist a LEFT JOIN albums ON albums.artist = a.id WHERE %1$s ORDER BY a.id) x', condition));
END $$;

CALL add_tree('full dump', '{}', 'true');
CALL add_tree('50 artists', '{"filter": {"id": {"_between": [5001, 5050]}}}', 'a.id BETWEEN 5001 AND 5050');
CALL add_tree('one artist', '{"filter": {"id": {"_eq": 4711}}}', 'a.id = 4711');
CALL add_tree('filter through a relation', '{"filter": {"albums": {"tracks": {"milliseconds": {"_gt": 399990}}}}}',
	'EXISTS (SELECT FROM album fb JOIN track ft ON ft.album = fb.id WHERE fb.artist = a.id AND ft.milliseconds > 399990)');

-- the condition alone, which is all the database does for both
INSERT INTO form (task, form, statement) VALUES
('filter alone', 'read_items', $$SELECT relations.read_items('artist', '{"fields": ["id"], "limit": -1, "filter": {"albums": {"tracks": {"milliseconds": {"_gt": 399000}}}}}')$$),
('filter alone', 'exists', $$SELECT json_agg(x) FROM (SELECT a.id FROM artist a WHERE EXISTS (SELECT FROM album b WHERE b.artist = a.id
	AND EXISTS (SELECT FROM track t WHERE t.album = b.id AND t.milliseconds > 399000)) ORDER BY a.id) x$$),
('filter alone', 'exists over a join', $$SELECT json_agg(x) FROM (SELECT a.id FROM artist a WHERE EXISTS (SELECT FROM album b JOIN track t ON t.album = b.id
	WHERE b.artist = a.id AND t.milliseconds > 399000) ORDER BY a.id) x$$),
('filter alone', 'in', $$SELECT json_agg(x) FROM (SELECT a.id FROM artist a WHERE a.id IN (SELECT b.artist FROM album b JOIN track t ON t.album = b.id
	WHERE t.milliseconds > 399000) ORDER BY a.id) x$$);

INSERT INTO form (task, form, statement) VALUES
('3 newest of each', 'read_items', $$SELECT relations.read_items('artist', '{"fields": ["id", "albums.id", "albums.title"], "limit": -1, "deep": {"albums": {"_sort": ["-released"], "_limit": 3}}}')$$),
('3 newest of each', 'lateral limit', $$SELECT json_agg(x) FROM (SELECT a.id, albums FROM artist a LEFT JOIN LATERAL (SELECT coalesce(json_agg(y), '[]') AS albums FROM
	(SELECT b.id, b.title FROM album b WHERE b.artist = a.id ORDER BY b.released DESC, b.id LIMIT 3) y) l ON true ORDER BY a.id) x$$),
('3 newest of each', 'row_number', $$SELECT json_agg(x) FROM (SELECT a.id, coalesce(albums, '[]') AS albums FROM artist a LEFT JOIN
	(SELECT artist, json_agg(json_build_object('id', id, 'title', title) ORDER BY n) AS albums FROM
		(SELECT b.*, row_number() OVER (PARTITION BY artist ORDER BY released DESC, id) AS n FROM album b) n WHERE n <= 3 GROUP BY artist) l ON l.artist = a.id ORDER BY a.id) x$$);

CREATE TABLE flat AS SELECT i AS id, 'title of ' || i AS title, (i % 10000)::numeric(10,2) AS price, i % 3 = 0 AS ok,
	timestamptz '2026-01-01' + i * interval '1 minute' AS at, i * 0.1::float8 AS score FROM generate_series(1, 1000000) i;
ALTER TABLE flat ADD PRIMARY KEY (id);
VACUUM ANALYZE flat;
INSERT INTO form (task, form, statement) VALUES
('a million flat rows', 'read_items', $$SELECT relations.read_items('flat', '{"limit": -1}')$$),
('a million flat rows', 'json_agg(row)', 'SELECT json_agg(x) FROM (SELECT * FROM flat ORDER BY id) x'),
('a million flat rows', 'json_build_object', $$SELECT json_agg(json_build_object('id', id, 'title', title, 'price', price, 'ok', ok, 'at', at, 'score', score)) FROM (SELECT * FROM flat ORDER BY id) x$$);

CREATE TABLE pages (id int PRIMARY KEY, title text);
CREATE TABLE headings (id int PRIMARY KEY, title text);
CREATE TABLE texts (id int PRIMARY KEY, body text);
CREATE TABLE images (id int PRIMARY KEY, file text, width int);
INSERT INTO pages SELECT i, 'page ' || i FROM generate_series(1, 500) i;
INSERT INTO headings SELECT i, 'heading ' || i FROM generate_series(1, 5000) i;
INSERT INTO texts SELECT i, repeat('text ' || i || ' ', 10) FROM generate_series(1, 5000) i;
INSERT INTO images SELECT i, 'image' || i || '.png', i % 1000 FROM generate_series(1, 5000) i;
SELECT count(*) FROM relations.many_to_any('pages', 'blocks', '{headings,texts,images}') \g /dev/null
INSERT INTO pages_blocks (pages_id, collection, item, sort)
	SELECT (i - 1) / 30 + 1, (ARRAY['headings', 'texts', 'images'])[i % 3 + 1], (i::bigint * 7919) % 5000 + 1, i % 30 FROM generate_series(1, 15000) i;
VACUUM ANALYZE pages, headings, texts, images, pages_blocks;
INSERT INTO form (task, form, statement) VALUES
('pages of any blocks', 'read_items', $$SELECT relations.read_items('pages', '{"limit": -1, "fields": ["id", "title", "blocks.sort", "blocks.collection",
	"blocks.item:headings.title", "blocks.item:texts.body", "blocks.item:images.file", "blocks.item:images.width"]}')$$),
('pages of any blocks', 'case of sub-selects', $$SELECT json_agg(x) FROM (SELECT p.id, p.title, (SELECT coalesce(json_agg(y), '[]') FROM (SELECT b.sort, b.collection,
	CASE b.collection WHEN 'headings' THEN (SELECT row_to_json(i) FROM (SELECT h.title FROM headings h WHERE h.id = b.item) i)
		WHEN 'texts' THEN (SELECT row_to_json(i) FROM (SELECT t.body FROM texts t WHERE t.id = b.item) i)
		WHEN 'images' THEN (SELECT row_to_json(i) FROM (SELECT m.file, m.width FROM images m WHERE m.id = b.item) i) END AS item
	FROM pages_blocks b WHERE b.pages_id = p.id ORDER BY b.sort, b.id) y) AS blocks FROM pages p ORDER BY p.id) x$$),
('pages of any blocks', 'left joins', $$SELECT json_agg(x) FROM (SELECT p.id, p.title, blocks FROM pages p LEFT JOIN LATERAL (SELECT coalesce(json_agg(y), '[]') AS blocks FROM (SELECT b.sort, b.collection,
	CASE b.collection WHEN 'headings' THEN json_build_object('title', h.title) WHEN 'texts' THEN json_build_object('body', t.body)
		WHEN 'images' THEN json_build_object('file', m.file, 'width', m.width) END AS item
	FROM pages_blocks b LEFT JOIN headings h ON b.collection = 'headings' AND h.id = b.item LEFT JOIN texts t ON b.collection = 'texts' AND t.id = b.item
		LEFT JOIN images m ON b.collection = 'images' AND m.id = b.item
	WHERE b.pages_id = p.id ORDER BY b.sort, b.id) y) l ON true ORDER BY p.id) x$$);

SELECT format('CALL compare(%L)', task) FROM form GROUP BY task ORDER BY min(position) \gexec
SELECT format('CALL measure(%L, %s, %s)', task, :rounds, CASE task WHEN 'one artist' THEN 200 WHEN '50 artists' THEN 20 ELSE 1 END)
FROM form GROUP BY task ORDER BY min(position) \gexec
\echo medians in ms
SELECT task, form, round(ms::numeric, 2) AS ms FROM median JOIN form USING (task, form) ORDER BY position;
SELECT ratio.* FROM ratio JOIN form USING (task) WHERE form = 'read_items' ORDER BY position;

-- one artist at random, from a client that prepares its statements
CREATE TABLE transactions (form text, round int, tps float8);
\set round 1
\ir read_round.psql
\set round 2
\ir read_round.psql
\set round 3
\ir read_round.psql
\set round 4
\ir read_round.psql
\set round 5
\ir read_round.psql
\set round 6
\ir read_round.psql
\set round 7
\ir read_round.psql
\echo pgbench -M prepared, one artist: transactions a second, medians
SELECT form, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY tps)::numeric) AS tps FROM transactions GROUP BY form ORDER BY 2 DESC;
SELECT round(((SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY tps) FROM transactions WHERE form = 'read_item')
	/ max(tps))::numeric, 2) AS "read_item / best by hand"
FROM (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY tps) AS tps FROM transactions WHERE form <> 'read_item' GROUP BY form) by_hand;
