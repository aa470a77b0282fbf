-- Listing relations and finding one, as a role that may read half of the
-- tables, as their number grows from 100 to 10,000; and creating the next one,
-- in a session that has seen none of the others. Beside it the foreign keys as
-- one would list them from pg_constraint with the same rights, and the next
-- relation's statements, both by hand.
CREATE EXTENSION relations;
CREATE ROLE bench_reader;
CREATE TABLE timing (what text, n int, round int, ms float8);
GRANT ALL ON timing TO bench_reader;
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO bench_reader;

CREATE VIEW by_hand AS
	SELECT c.oid, c.conrelid::regclass::text AS many_collection,
		(SELECT string_agg(a.attname, ',' ORDER BY k.n)
			FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n)
				JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS many_field,
		c.confrelid::regclass::text AS one_collection, c.confdeltype, c.confupdtype, c.conname
	FROM pg_constraint c
	WHERE contype = 'f' AND connamespace = 's'::regnamespace
		AND has_any_column_privilege(c.conrelid, 'SELECT')
		AND has_any_column_privilege(c.confrelid, 'SELECT');
GRANT SELECT ON by_hand TO bench_reader;

CREATE FUNCTION wish(i int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT format('{"many_collection": "s.child_%1$s", "many_field": "parent_%1$s",
		"one_collection": "s.parent_%1$s", "one_field": "children"}', i)::jsonb
$$;

CREATE PROCEDURE make_tables(i int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE s.parent_%1$s (id int PRIMARY KEY);
		CREATE TABLE s.child_%1$s (id int PRIMARY KEY)', i);
	IF i % 2 = 0 THEN
		EXECUTE format('GRANT SELECT ON s.parent_%1$s, s.child_%1$s TO bench_reader', i);
	END IF;
END $$;

CREATE PROCEDURE grow(first int, last int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN first..last LOOP
		CALL make_tables(i);
		PERFORM relations.create_relation(wish(i));
		COMMIT;
	END LOOP;
END $$;

-- in turn by the extension and by hand
CREATE PROCEDURE next(n int) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
	statements text[];
	statement text;
BEGIN
	FOR i IN n + 1..n + 40 LOOP
		CALL make_tables(i);
		IF i % 2 = 0 THEN
			start := clock_timestamp();
			PERFORM relations.create_relation(wish(i));
			INSERT INTO timing VALUES ('create the next', n, i, 1000 * extract(epoch FROM clock_timestamp() - start));
		ELSE
			statements := ARRAY(SELECT relations.create_relation_sql(wish(i)));
			start := clock_timestamp();
			FOREACH statement IN ARRAY statements LOOP
				EXECUTE statement;
			END LOOP;
			INSERT INTO timing VALUES ('create the next, by hand', n, i, 1000 * extract(epoch FROM clock_timestamp() - start));
		END IF;
	END LOOP;
END $$;

CREATE FUNCTION measure(what text, n int, round int, statement text, times int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
	rows bigint;
BEGIN
	EXECUTE statement;
	GET DIAGNOSTICS rows = ROW_COUNT;
	IF rows NOT IN (1, n / 2) THEN
		RAISE '% gave % rows', what, rows;
	END IF;
	start := clock_timestamp();
	FOR i IN 1..times LOOP
		EXECUTE statement;
	END LOOP;
	INSERT INTO timing VALUES (what, n, round, 1000 * extract(epoch FROM clock_timestamp() - start) / times);
END $$;
GRANT EXECUTE ON FUNCTION measure TO bench_reader;

CREATE FUNCTION measure_all(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	FOR round IN 1..current_setting('bench.rounds')::int LOOP
		PERFORM measure('list', n, round, 'SELECT * FROM relations.relations', 3);
		PERFORM measure('list, by hand', n, round, 'SELECT * FROM by_hand', 3);
		PERFORM measure('find one', n, round, format(
			'SELECT * FROM relations.relations WHERE many_collection = %L AND many_field = %L',
			's.child_' || n, 'parent_' || n), 50);
		PERFORM measure('find one, by hand', n, round, format(
			'SELECT * FROM by_hand WHERE many_collection = %L AND many_field = %L',
			's.child_' || n, 'parent_' || n), 5);
		PERFORM measure('get_relation', n, round, format('SELECT relations.get_relation(%s)', n), 50);
	END LOOP;
END $$;

\set first 1
\set last 100
\ir list_step.psql
\set first 101
\set last 1000
\ir list_step.psql
\set first 1001
\set last 10000
\ir list_step.psql

\echo medians in ms, by the number of relations
SELECT what,
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE n = 100)::numeric, 3) AS "100",
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE n = 1000)::numeric, 3) AS "1,000",
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE n = 10000)::numeric, 3) AS "10,000"
FROM timing GROUP BY what ORDER BY what;
SELECT n, round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'list')
		/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'list, by hand'))::numeric, 2) AS "list / by hand",
	round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'create the next')
		/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'create the next, by hand'))::numeric, 2)
		AS "create the next / by hand",
	round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'find one')
		/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'find one, by hand'))::numeric, 3) AS "find one / by hand"
FROM timing GROUP BY n ORDER BY n;
