-- What it costs to validate a polymorphic pair of columns of an existing table,
-- against the same references as native foreign keys: an exclusive arc (a table
-- with a nullable key for each of the ten targets, which is the same data in one
-- place, in the same order) and ten tables, each with a key and a tenth of the
-- rows.  No side has an index on what refers.  What is measured is
-- relations.validate(), which create_relation() and update_relation() run, and
-- ten times ALTER TABLE ... VALIDATE CONSTRAINT.
-- The rows come in a random order of targets and keys; discriminators are names
-- of classes.  "few": each target has 1,000 rows; "many": a tenth of the rows
-- that refer.
-- Then how long "validate": false holds up who writes to that table.
-- Can be set: rows=10000000, which takes ten minutes and 5 GB; keys=many; item=text.
SET client_min_messages = warning;
\if :{?rows} \else \set rows 1000000 \endif
\if :{?keys} \else \set keys few,many \endif
\if :{?item} \else \set item bigint \endif
CREATE EXTENSION relations;
CREATE TABLE timing (keys text, what text, ms float8);
CREATE TABLE acting (what text, ms float8);
CREATE TABLE waiting (what text, writes int, ms float8);
CREATE TABLE stopped (stopped bool);

CREATE PROCEDURE make_tables(keys text, rows bigint, item text) LANGUAGE plpgsql AS $$
DECLARE
	targets bigint := CASE keys WHEN 'few' THEN 1000 ELSE rows / 10 END;
BEGIN
	DELETE FROM relations.relations;
	DROP SCHEMA IF EXISTS s CASCADE;
	CREATE SCHEMA s;
	EXECUTE format('CREATE TABLE s.any (id bigint, item_type text, item_id %s)', item);
	INSERT INTO s.any
	SELECT n, 'App\Models\Kind' || ((hashint8(n)::bigint & 2147483647) % 10), 1 + (hashint8extended(n, 1) & 9223372036854775807) % targets
	FROM generate_series(1, rows) n;
	CREATE TABLE s.arc (id bigint, t0 bigint, t1 bigint, t2 bigint, t3 bigint, t4 bigint, t5 bigint, t6 bigint, t7 bigint, t8 bigint, t9 bigint);
	EXECUTE format('INSERT INTO s.arc SELECT id, %s FROM s.any', (
		SELECT string_agg(format('CASE item_type WHEN %L THEN item_id::bigint END', 'App\Models\Kind' || i), ', ' ORDER BY i)
		FROM generate_series(0, 9) i));
	FOR i IN 0..9 LOOP
		EXECUTE format('CREATE TABLE s.t%s (id bigint PRIMARY KEY, name text)', i);
		EXECUTE format('INSERT INTO s.t%s SELECT n, ''name '' || n FROM generate_series(1, %s) n', i, targets);
		EXECUTE format('CREATE TABLE s.tables_%s (id bigint, item_id bigint)', i);
		EXECUTE format('INSERT INTO s.tables_%s SELECT id, item_id::bigint FROM s.any WHERE item_type = %L', i, 'App\Models\Kind' || i);
	END LOOP;
	COMMIT;
END $$;

CREATE FUNCTION relation() RETURNS jsonb LANGUAGE sql
RETURN '{"many_collection": "s.any", "many_field": "item_id", "one_collection_field": "item_type", "validate": false}'
	|| jsonb_build_object('discriminators', (SELECT jsonb_object_agg('App\Models\Kind' || i, 's.t' || i) FROM generate_series(0, 9) i));

-- the constraint is there and in force, but not valid yet
CREATE PROCEDURE prepare(what text) LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM relations.relations;
	IF what = 'any' THEN
		PERFORM relations.create_relation(relation());
	ELSIF what IN ('arc', 'tables') THEN
		FOR i IN 0..9 LOOP
			EXECUTE format('ALTER TABLE s.%1$I DROP CONSTRAINT IF EXISTS key_%2$s, ADD CONSTRAINT key_%2$s FOREIGN KEY (%3$s) REFERENCES s.t%2$s NOT VALID',
				CASE what WHEN 'arc' THEN 'arc' ELSE 'tables_' || i END, i, CASE what WHEN 'arc' THEN 't' || i ELSE 'item_id' END);
		END LOOP;
	END IF;
	COMMIT;
END $$;

CREATE PROCEDURE validate_once(keys text, what text) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
BEGIN
	CALL prepare(what);
	start := clock_timestamp();
	IF what = 'any' THEN
		PERFORM relations.validate(id) FROM relations.relations;
	ELSE
		FOR i IN 0..9 LOOP
			EXECUTE format('ALTER TABLE s.%I VALIDATE CONSTRAINT key_%s', CASE what WHEN 'arc' THEN 'arc' ELSE 'tables_' || i END, i);
		END LOOP;
	END IF;
	COMMIT;
	INSERT INTO timing VALUES (keys, what, 1000 * extract(epoch FROM clock_timestamp() - start));
	COMMIT;
END $$;

-- whoever inserts one row after the other, and his longest wait
CREATE PROCEDURE write_until_stopped(into_table text, what text) LANGUAGE plpgsql AS $$
DECLARE
	longest float8 := 0;
	writes int := 0;
	start timestamptz;
BEGIN
	WHILE NOT EXISTS (SELECT FROM stopped) LOOP
		start := clock_timestamp();
		EXECUTE format('INSERT INTO %s SELECT * FROM %1$s LIMIT 1', into_table);
		COMMIT;
		longest := greatest(longest, 1000 * extract(epoch FROM clock_timestamp() - start));
		writes := writes + 1;
	END LOOP;
	INSERT INTO waiting VALUES (what, writes, longest);
	COMMIT;
END $$;

-- all locks of the statements are held for less than this
CREATE PROCEDURE act(what text, action text) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
BEGIN
	EXECUTE action;
	COMMIT;
	INSERT INTO acting VALUES (what, 1000 * extract(epoch FROM clock_timestamp() - start));
	COMMIT;
END $$;

CREATE PROCEDURE await_writer() LANGUAGE plpgsql AS $$
BEGIN
	WHILE (SELECT count(*) FROM waiting) < (SELECT count(*) FROM acting) LOOP
		PERFORM pg_sleep(0.01);
	END LOOP;
END $$;

SELECT statement
FROM string_to_table(:'keys', ',') WITH ORDINALITY k(keys, a),
	LATERAL (
		SELECT 0, 0, format('CALL make_tables(%L, %s, %L)', keys, :rows, :'item')
		UNION ALL
		SELECT 0, 1, 'VACUUM (ANALYZE)'
		UNION ALL
		SELECT round, n, format('CALL validate_once(%L, %L)', keys, what)
		FROM generate_series(1, :rounds) round, unnest(ARRAY['any', 'arc', 'tables']) WITH ORDINALITY w(what, n)
	) x(round, n, statement)
ORDER BY a, round, n \gexec

\echo to validate :rows rows, in ms, and as part of what native foreign keys take
SELECT keys, round(any_of::numeric) AS many_to_any, round(arc::numeric) AS exclusive_arc, round(tables::numeric) AS ten_tables,
	round((any_of / arc)::numeric, 2) AS "many_to_any / arc", round((any_of / tables)::numeric, 2) AS "many_to_any / ten tables"
FROM (SELECT keys, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'any') AS any_of,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'arc') AS arc,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'tables') AS tables
	FROM timing GROUP BY keys) medians
ORDER BY keys;

-- somebody writes meanwhile; the constraints of the arc by one ALTER TABLE, as the relation by one call
SELECT format('ALTER TABLE s.arc %s', string_agg(format('ADD CONSTRAINT key_%1$s FOREIGN KEY (t%1$s) REFERENCES s.t%1$s NOT VALID', i), ', ')) AS add_keys
FROM generate_series(0, 9) i \gset
SELECT format('ALTER TABLE s.arc %s', string_agg(format('DROP CONSTRAINT IF EXISTS key_%s', i), ', ')) AS drop_keys
FROM generate_series(0, 9) i \gset
\ir adopt_turn.psql
\ir adopt_turn.psql
\ir adopt_turn.psql
\echo a session inserts rows one by one: what it does meanwhile, and its longest wait, in ms, medians
SELECT what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY acting.ms)::numeric, 1) AS takes, waits.longest_wait, waits.writes
FROM acting JOIN (SELECT what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS longest_wait,
		percentile_disc(0.5) WITHIN GROUP (ORDER BY writes) AS writes FROM waiting GROUP BY what) waits USING (what)
GROUP BY what, waits.longest_wait, waits.writes ORDER BY 2;
