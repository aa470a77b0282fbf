-- What it costs to read :rows rows with one alias through a view that
-- create_view() has made, beside the views that one would write by hand: with a
-- sub-select in the select list, with LATERAL, with a join; all give the same
-- rows.  Of those the first alone lets rows be written through it, as ours does.
-- The same for a page of 50 rows; then what an alias costs that is not selected,
-- beside the bare table.
-- Can be set: rows=100000.
SET client_min_messages = warning;
\if :{?rows} \else \set rows 10000 \endif
CREATE EXTENSION relations;
SET jit = off;
CREATE TABLE timing (task text, form text, round int, ms float8);
CREATE TABLE form (task text, form text, statement text, times int DEFAULT 1, position serial);

CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL, author int);
CREATE TABLE comments (id bigint PRIMARY KEY, body text NOT NULL, post int NOT NULL);
CREATE TABLE notes (id int PRIMARY KEY, about_type text, about_id int);
INSERT INTO authors SELECT i, 'author ' || i FROM generate_series(1, :rows / 10) i;
INSERT INTO posts SELECT i, 'title of ' || i, 1 + (i::bigint * 7919) % (:rows / 10) FROM generate_series(1, :rows) i;
INSERT INTO comments SELECT i, 'comment number ' || i, 1 + (i::bigint * 7919) % :rows FROM generate_series(1, :rows * 5) i;
INSERT INTO notes SELECT i, CASE i % 2 WHEN 0 THEN 'Post' ELSE 'Author' END, 1 + (i::bigint * 7919) % (:rows / 10) FROM generate_series(1, :rows) i;
SELECT FROM relations.many_to_one('posts', 'author', 'authors', 'posts') \g /dev/null
SELECT FROM relations.many_to_one('comments', 'post', 'posts', 'comments') \g /dev/null
SELECT FROM relations.create_relation('{"many_collection": "notes", "many_field": "about_id", "one_collection_field": "about_type",
	"one_allowed_collections": {"Post": "posts", "Author": "authors"}, "reverse_field": "notes"}') \g /dev/null
VACUUM ANALYZE authors, posts, comments, notes;

-- a view and what is read of it; without a definition it is ours
CREATE PROCEDURE add_form(of_task text, of_form text, reads text, definition text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
	view text := format('%I', of_task || ', ' || of_form);
BEGIN
	IF definition LIKE 'SELECT %' THEN
		EXECUTE format('CREATE VIEW %s AS %s', view, definition);
	ELSE
		PERFORM relations.create_view(view, split_part(definition, ':', 1)::regclass, substr(definition, 1 + strpos(definition, ':')));
	END IF;
	INSERT INTO form (task, form, statement) VALUES (of_task, of_form, format('SELECT count(%s) FROM %s', reads, view));
END $$;

CALL add_form('array of keys', 'create_view', 'comments', 'posts:id,title,comments');
CALL add_form('array of keys', 'sub-select', 'comments', 'SELECT p.id, p.title, ARRAY(SELECT c.id FROM comments c WHERE c.post = p.id ORDER BY c.id) AS comments FROM posts p');
CALL add_form('array of keys', 'lateral', 'comments', 'SELECT p.id, p.title, coalesce(l.comments, ''{}'') AS comments FROM posts p
	LEFT JOIN LATERAL (SELECT array_agg(c.id ORDER BY c.id) AS comments FROM comments c WHERE c.post = p.id) l ON true');
CALL add_form('array of keys', 'join', 'comments', 'SELECT p.id, p.title, coalesce(j.comments, ''{}'') AS comments FROM posts p
	LEFT JOIN (SELECT post, array_agg(id ORDER BY id) AS comments FROM comments GROUP BY post) j ON j.post = p.id');

CALL add_form('list of objects', 'create_view', 'comments', 'posts:id,title,comments.id,comments.body');
CALL add_form('list of objects', 'sub-select', 'comments', 'SELECT p.id, p.title, (SELECT coalesce(json_agg(s), ''[]'') FROM
	(SELECT c.id, c.body FROM comments c WHERE c.post = p.id ORDER BY c.id) s) AS comments FROM posts p');
CALL add_form('list of objects', 'sub-select, json_build_object', 'comments', 'SELECT p.id, p.title, (SELECT coalesce(json_agg(json_build_object(''id'', c.id, ''body'', c.body) ORDER BY c.id), ''[]'')
	FROM comments c WHERE c.post = p.id) AS comments FROM posts p');
CALL add_form('list of objects', 'lateral', 'comments', 'SELECT p.id, p.title, l.comments FROM posts p LEFT JOIN LATERAL (SELECT coalesce(json_agg(s), ''[]'') AS comments FROM
	(SELECT c.id, c.body FROM comments c WHERE c.post = p.id ORDER BY c.id) s) l ON true');
CALL add_form('list of objects', 'join', 'comments', 'SELECT p.id, p.title, coalesce(j.comments, ''[]'') AS comments FROM posts p
	LEFT JOIN (SELECT post, json_agg(json_build_object(''id'', id, ''body'', body) ORDER BY id) AS comments FROM comments GROUP BY post) j ON j.post = p.id');

CALL add_form('path', 'create_view', 'author_name', 'posts:id,title,author.name');
CALL add_form('path', 'sub-select', 'author_name', 'SELECT p.id, p.title, (SELECT a.name FROM authors a WHERE a.id = p.author) AS author_name FROM posts p');
CALL add_form('path', 'lateral', 'author_name', 'SELECT p.id, p.title, l.name AS author_name FROM posts p LEFT JOIN LATERAL (SELECT a.name FROM authors a WHERE a.id = p.author) l ON true');
CALL add_form('path', 'join', 'author_name', 'SELECT p.id, p.title, a.name AS author_name FROM posts p LEFT JOIN authors a ON a.id = p.author');

CALL add_form('item', 'create_view', 'about_id', 'notes:id,about_id:posts.title,about_id:authors.name');
CALL add_form('item', 'sub-select', 'about_id', 'SELECT n.id, CASE n.about_type WHEN ''Post'' THEN (SELECT row_to_json(s) FROM (SELECT p.title FROM posts p WHERE p.id = n.about_id) s)
	WHEN ''Author'' THEN (SELECT row_to_json(s) FROM (SELECT a.name FROM authors a WHERE a.id = n.about_id) s) END AS about_id FROM notes n');
CALL add_form('item', 'sub-select, json_build_object', 'about_id', 'SELECT n.id, CASE n.about_type WHEN ''Post'' THEN (SELECT json_build_object(''title'', p.title) FROM posts p WHERE p.id = n.about_id)
	WHEN ''Author'' THEN (SELECT json_build_object(''name'', a.name) FROM authors a WHERE a.id = n.about_id) END AS about_id FROM notes n');
CALL add_form('item', 'join', 'about_id', 'SELECT n.id, CASE n.about_type WHEN ''Post'' THEN json_build_object(''title'', p.title)
	WHEN ''Author'' THEN json_build_object(''name'', a.name) END AS about_id FROM notes n
	LEFT JOIN posts p ON n.about_type = ''Post'' AND p.id = n.about_id LEFT JOIN authors a ON n.about_type = ''Author'' AND a.id = n.about_id');

-- the same rows, whatever blanks are in json
DO $$
DECLARE
	f record;
	rows jsonb;
	ours jsonb;
BEGIN
	FOR f IN SELECT * FROM form ORDER BY position LOOP
		EXECUTE format('SELECT jsonb_agg(to_jsonb(v) ORDER BY id) FROM %I v', f.task || ', ' || f.form) INTO rows;
		IF f.form = 'create_view' THEN
			ours := rows;
		ELSIF rows IS DISTINCT FROM ours THEN
			RAISE '%: % gives something else', f.task, f.form;
		END IF;
	END LOOP;
END $$;

-- a page of them, as most are read
INSERT INTO form (task, form, statement, times)
SELECT task || ', a page', form, statement || format(' WHERE id BETWEEN %s AND %1$s + 49', :rows / 2), 10 FROM form ORDER BY position;
INSERT INTO form (task, form, statement, times) VALUES
	('not selected', 'create_view', 'SELECT count(title) FROM "list of objects, create_view"', 10),
	('not selected', 'bare table', 'SELECT count(title) FROM posts', 10);

CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
	f record;
	n int;
BEGIN
	FOR round IN 0..rounds LOOP
		FOR f IN SELECT * FROM form ORDER BY position LOOP
			start := clock_timestamp();
			FOR i IN 1..f.times LOOP
				EXECUTE f.statement INTO n;
				ASSERT n > 0;
			END LOOP;
			-- the first round only warms up
			IF round > 0 THEN
				INSERT INTO timing VALUES (f.task, f.form, round, 1000 * extract(epoch FROM clock_timestamp() - start) / f.times);
			END IF;
		END LOOP;
		COMMIT;
	END LOOP;
END $$;
CALL measure(:rounds);

\echo :rows rows and pages of 50, medians in ms, and ours as part of each
WITH median AS (
	SELECT task, form, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM timing GROUP BY task, form
)
SELECT task, m.form, round(m.ms::numeric, 3) AS ms, round((ours.ms / m.ms)::numeric, 2) AS ratio
FROM median m JOIN form USING (task, form) JOIN median ours USING (task)
WHERE ours.form = 'create_view' ORDER BY position;
