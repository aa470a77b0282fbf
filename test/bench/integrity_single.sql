-- Rows inserted one by one by pgbench: what the check of a many-to-any relation
-- adds against what a native foreign key adds; and how the check of many rows
-- grows with the number of allowed collections.
SET client_min_messages = warning;
CREATE EXTENSION relations;
CREATE TABLE timing (what text, ms float8); -- microseconds of a single row
CREATE SCHEMA s;

CREATE PROCEDURE make_tables() LANGUAGE plpgsql AS $$
DECLARE
	targets int;
BEGIN
	FOR i IN 1..100 LOOP
		EXECUTE format('CREATE TABLE s.t%s (id int PRIMARY KEY)', i);
		EXECUTE format('INSERT INTO s.t%s SELECT generate_series(1, 3000)', i);
	END LOOP;
	CREATE TABLE s.none (collection text, item int);
	CREATE TABLE s.native (collection text, item int REFERENCES s.t1);
	FOREACH targets IN ARRAY ARRAY[3, 10, 100] LOOP
		EXECUTE format('CREATE TABLE s.any_%s (collection text, item int)', targets);
		PERFORM relations.create_relation(jsonb_build_object('many_collection', 's.any_' || targets, 'many_field', 'item',
			'one_collection_field', 'collection',
			'one_allowed_collections', (SELECT string_agg('s.t' || i, ',') FROM generate_series(1, targets) i)));
		EXECUTE format('DROP INDEX s.any_%1$s_collection_item_idx', targets);
	END LOOP;
END $$;

CREATE PROCEDURE many(targets int) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
BEGIN
	EXECUTE format('TRUNCATE s.any_%s', targets);
	COMMIT;
	start := clock_timestamp();
	EXECUTE format('INSERT INTO s.any_%1$s SELECT ''t'' || 1 + g %% %1$s, 1 + hashint4(g)::bigint %% 1000 + 1000
		FROM generate_series(1, 300000) g', targets);
	COMMIT;
	INSERT INTO timing VALUES (targets || ' allowed collections', 1000 * extract(epoch FROM clock_timestamp() - start));
	COMMIT;
END $$;

CALL make_tables();
-- seven rounds of pgbench
\ir integrity_round.psql
\ir integrity_round.psql
\ir integrity_round.psql
\ir integrity_round.psql
\ir integrity_round.psql
\ir integrity_round.psql
\ir integrity_round.psql
SELECT format('CALL many(%s)', targets)
FROM generate_series(1, :rounds) round, unnest(ARRAY[3, 10, 100]) targets ORDER BY round, targets \gexec

\echo a single row by pgbench, in microseconds; 300,000 rows in one statement, in ms
SELECT what, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median
FROM timing GROUP BY what ORDER BY what;
WITH medians AS (
	SELECT what, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM timing GROUP BY what
)
SELECT round(((sum(ms) FILTER (WHERE what = 'any_3') - sum(ms) FILTER (WHERE what = 'none'))
	/ (sum(ms) FILTER (WHERE what = 'native') - sum(ms) FILTER (WHERE what = 'none')))::numeric, 2)
	AS "added to a single row: many_to_any / native"
FROM medians;
