-- Creating 1,000 many-to-one relations against the same statements by hand.
-- Both add the column, the foreign key, the index and the two row functions to
-- equal tables, each relation in a transaction of its own, in turn: one by the
-- extension, one by hand.
SET client_min_messages = warning;
CREATE EXTENSION relations;
CREATE TABLE timing (what text, round int, ms float8);

CREATE PROCEDURE make_tables() LANGUAGE plpgsql AS $$
BEGIN
	CREATE SCHEMA s;
	FOR i IN 1..50 LOOP
		EXECUTE format('CREATE TABLE s.parent_%s (id int PRIMARY KEY, name text)', i);
	END LOOP;
	FOR i IN 1..2000 LOOP
		EXECUTE format('CREATE TABLE s.child_%s (id int PRIMARY KEY, name text)', i);
	END LOOP;
END $$;

CREATE PROCEDURE drop_tables() LANGUAGE plpgsql AS $$
DECLARE t regclass;
BEGIN
	DELETE FROM relations.relations;
	COMMIT;
	FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 's'::regnamespace AND relkind = 'r' LOOP
		EXECUTE format('DROP TABLE %s CASCADE', t);
		COMMIT;
	END LOOP;
	DROP SCHEMA s;
END $$;

CREATE FUNCTION wish(i int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('many_collection', 's.child_' || i, 'many_field', 'parent',
		'one_collection', 's.parent_' || (i % 50 + 1), 'one_field', 'children_' || i)
$$;

CREATE PROCEDURE register(round int) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
	statements text[];
	statement text;
BEGIN
	FOR i IN 1..2000 LOOP
		IF i % 2 = 0 THEN
			start := clock_timestamp();
			PERFORM relations.create_relation(wish(i));
			COMMIT;
		ELSE
			-- what create_relation would run is what is run by hand
			statements := ARRAY(SELECT relations.create_relation_sql(wish(i)));
			COMMIT;
			start := clock_timestamp();
			FOREACH statement IN ARRAY statements LOOP
				EXECUTE statement;
			END LOOP;
			COMMIT;
		END IF;
		INSERT INTO timing VALUES (CASE WHEN i % 2 = 0 THEN 'create_relation' ELSE 'by hand' END,
			round, 1000 * extract(epoch FROM clock_timestamp() - start));
	END LOOP;
END $$;

CALL make_tables();
\echo the statements for the first relation:
SELECT relations.create_relation_sql(wish(1)) AS statement \g (tuples_only format=unaligned)
CALL drop_tables();

SELECT 'CALL make_tables()', format('CALL register(%s)', round), 'CALL drop_tables()'
FROM generate_series(1, :rounds) round \gexec

\echo ms for one relation; sum_ms is that of a round of 1,000
SELECT what, count(*), round(min(ms)::numeric, 3) AS min_ms,
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 3) AS median_ms,
	round(percentile_cont(0.95) WITHIN GROUP (ORDER BY ms)::numeric, 3) AS p95_ms,
	round((sum(ms) / :rounds)::numeric) AS sum_ms
FROM timing GROUP BY what ORDER BY what;
SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'create_relation')
	/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'by hand'))::numeric, 2)
	AS "create_relation / by hand, medians"
FROM timing;
