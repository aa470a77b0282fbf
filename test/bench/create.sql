-- Creating 1,000 many-to-one relations against the same statements by hand.
-- Both add the column, the foreign key, the index and the two row functions to
-- equal tables, each relation in a transaction of its own.
SET client_min_messages = warning;
CREATE EXTENSION relations;
CREATE TABLE timing (what text, round int, ms float8);

CREATE PROCEDURE make_tables(n int) LANGUAGE plpgsql AS $$
BEGIN
	CREATE SCHEMA s;
	FOR i IN 1..50 LOOP
		EXECUTE format('CREATE TABLE s.parent_%s (id int PRIMARY KEY, name text)', i);
	END LOOP;
	FOR i IN 1..n LOOP
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

CREATE PROCEDURE by_extension(n int, round int) LANGUAGE plpgsql AS $$
DECLARE start timestamptz := clock_timestamp();
BEGIN
	FOR i IN 1..n LOOP
		PERFORM relations.create_relation(wish(i));
		COMMIT;
	END LOOP;
	INSERT INTO timing VALUES ('create_relation', round, 1000 * extract(epoch FROM clock_timestamp() - start));
END $$;

CREATE PROCEDURE by_hand(n int, round int) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
	statements text[];
	statement text;
BEGIN
	FOR item IN 1..n LOOP
		SELECT h.statements INTO statements FROM by_hand h WHERE h.i = item;
		FOREACH statement IN ARRAY statements LOOP
			EXECUTE statement;
		END LOOP;
		COMMIT;
	END LOOP;
	INSERT INTO timing VALUES ('by hand', round, 1000 * extract(epoch FROM clock_timestamp() - start));
END $$;

-- what create_relation would run is what is run by hand
CALL make_tables(1000);
CREATE TABLE by_hand AS
	SELECT i, ARRAY(SELECT relations.create_relation_sql(wish(i))) AS statements FROM generate_series(1, 1000) i;
CREATE INDEX ON by_hand (i);
\echo statements for the first relation:
SELECT unnest(statements) AS statement FROM by_hand WHERE i = 1;
CALL drop_tables();

SELECT 'CALL make_tables(1000)', format('CALL %s(1000, %s)', arm, round), 'CALL drop_tables()'
FROM generate_series(1, :rounds) round, unnest(ARRAY['by_extension', 'by_hand']) WITH ORDINALITY a(arm, n)
ORDER BY round, n \gexec

SELECT what, count(*) AS rounds, min(ms)::int AS min_ms,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::int AS median_ms, max(ms)::int AS max_ms
FROM timing GROUP BY what ORDER BY what;
SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'create_relation')
	/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'by hand'))::numeric, 2)
	AS "create_relation / by hand"
FROM timing;
