-- Reading the whole of the Chinook sample database, artists with albums and
-- tracks, beside the SQL that one would write by hand.
\getenv chinook RELATIONS_CHINOOK
\if :{?chinook}
\else
\echo NO CHINOOK: RELATIONS_CHINOOK names no chinook.sql
\quit
\endif
SET client_min_messages = warning;
\i :chinook
CREATE EXTENSION relations;
\ir read_steps.psql
-- compiling costs the statements by hand more than it gains them
SET jit = off;
SELECT count(*) FROM relations.adopt() \g /dev/null
ANALYZE;

INSERT INTO form (task, form, statement) VALUES
('chinook', 'read_items', $$SELECT relations.read_items('artist', '{"limit": -1, "fields": ["artist_id", "name", "album.album_id", "album.title",
	"album.track.track_id", "album.track.name", "album.track.composer", "album.track.milliseconds", "album.track.unit_price"]}')$$),
('chinook', 'lateral, json_agg(row)', $$SELECT json_agg(x) FROM (SELECT a.artist_id, a.name, album FROM artist a
	LEFT JOIN LATERAL (SELECT coalesce(json_agg(y), '[]') AS album FROM (SELECT b.album_id, b.title, track FROM album b
		LEFT JOIN LATERAL (SELECT coalesce(json_agg(z), '[]') AS track FROM
			(SELECT t.track_id, t.name, t.composer, t.milliseconds, t.unit_price FROM track t WHERE t.album_id = b.album_id ORDER BY t.track_id) z) l2 ON true
		WHERE b.artist_id = a.artist_id ORDER BY b.album_id) y) l1 ON true ORDER BY a.artist_id) x$$),
('chinook', 'correlated, json_agg(row)', $$SELECT json_agg(x) FROM (SELECT a.artist_id, a.name,
	(SELECT coalesce(json_agg(y), '[]') FROM (SELECT b.album_id, b.title,
		(SELECT coalesce(json_agg(z), '[]') FROM (SELECT t.track_id, t.name, t.composer, t.milliseconds, t.unit_price
			FROM track t WHERE t.album_id = b.album_id ORDER BY t.track_id) z) AS track
		FROM album b WHERE b.artist_id = a.artist_id ORDER BY b.album_id) y) AS album
	FROM artist a ORDER BY a.artist_id) x$$),
('chinook', 'hash aggregation per level', $$WITH track AS (SELECT album_id, json_agg(json_build_object('track_id', track_id, 'name', name, 'composer', composer,
		'milliseconds', milliseconds, 'unit_price', unit_price) ORDER BY track_id) AS track FROM track GROUP BY album_id),
	album AS (SELECT artist_id, json_agg(json_build_object('album_id', b.album_id, 'title', title, 'track', coalesce(track, '[]')) ORDER BY b.album_id) AS album
		FROM album b LEFT JOIN track USING (album_id) GROUP BY artist_id)
	SELECT json_agg(x) FROM (SELECT a.artist_id, a.name, coalesce(album, '[]') AS album FROM artist a LEFT JOIN album USING (artist_id) ORDER BY artist_id) x$$);
CALL compare('chinook');
CALL measure('chinook', :rounds, 5);
\echo medians in ms
SELECT form, round(ms::numeric, 2) AS ms FROM median JOIN form USING (task, form) ORDER BY position;
SELECT * FROM ratio;
