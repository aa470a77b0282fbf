-- What a relation adds to the deletion of rows that may be referred to, against
-- what a native foreign key adds: 20,000 rows that nothing refers to, at once
-- and one by one; 5,000 rows with four rows each that go with them.
SET client_min_messages = warning;
CREATE EXTENSION relations;
CREATE TABLE timing (what text, way text, ms float8);

CREATE PROCEDURE make_tables(action text) LANGUAGE plpgsql AS $$
DECLARE
	way text;
BEGIN
	DROP SCHEMA IF EXISTS s CASCADE;
	DELETE FROM relations.relations;
	CREATE SCHEMA s;
	CREATE TABLE s.other (id int PRIMARY KEY);
	FOREACH way IN ARRAY ARRAY['none', 'native', 'any'] LOOP
		EXECUTE format('CREATE TABLE s.%s_target (id int PRIMARY KEY)', way);
		EXECUTE format('CREATE TABLE s.%s (collection text, item int)', way);
	END LOOP;
	CREATE INDEX ON s.none (item);
	CREATE INDEX ON s.native (item);
	EXECUTE 'ALTER TABLE s.native ADD FOREIGN KEY (item) REFERENCES s.native_target ON DELETE ' || action;
	PERFORM relations.create_relation(jsonb_build_object('many_collection', 's.any', 'many_field', 'item',
		'one_collection_field', 'collection', 'one_allowed_collections', 's.any_target,s.other', 'on_delete', action));
	COMMIT;
END $$;

-- rows that are deleted, and the others, each referred to by :references rows
CREATE PROCEDURE fill(way text, targets int, others int, refs int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('TRUNCATE s.%1$s, s.%1$s_target', way);
	EXECUTE format('INSERT INTO s.%s_target SELECT generate_series(1, %s)', way, targets + others);
	EXECUTE format('INSERT INTO s.%s SELECT %L, 1 + g %% %s FROM generate_series(1, %s) g', way, way || '_target',
		CASE WHEN refs > 0 THEN targets::text ELSE format('%s + %s', others, targets) END,
		CASE WHEN refs > 0 THEN targets * refs ELSE others END);
	COMMIT;
	EXECUTE format('ANALYZE s.%s', way);
	EXECUTE format('ANALYZE s.%s_target', way);
	COMMIT;
END $$;

CREATE PROCEDURE delete_once(way text, what text, targets int, one_by_one bool) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz := clock_timestamp();
BEGIN
	IF one_by_one THEN
		FOR i IN 1..targets LOOP
			EXECUTE format('DELETE FROM s.%s_target WHERE id = $1', way) USING i;
		END LOOP;
	ELSE
		EXECUTE format('DELETE FROM s.%s_target WHERE id <= %s', way, targets);
	END IF;
	COMMIT;
	INSERT INTO timing VALUES (what, way, 1000 * extract(epoch FROM clock_timestamp() - start));
	COMMIT;
END $$;

SELECT statement
FROM (VALUES (1, 'nothing refers, NO ACTION', 'NO ACTION', 20000, 20000, 0, false),
		(2, 'nothing refers, CASCADE', 'CASCADE', 20000, 20000, 0, false),
		(3, 'nothing refers, one by one', 'NO ACTION', 5000, 20000, 0, true),
		(4, 'cascades', 'CASCADE', 5000, 20000, 4, false),
		(5, 'cascades, one by one', 'CASCADE', 5000, 20000, 4, true)) c(a, what, action, targets, others, refs, one_by_one),
	LATERAL (
		SELECT 0, 0, 0, format('CALL make_tables(%L)', action)
		UNION ALL
		SELECT round, n, step, CASE step
			WHEN 1 THEN format('CALL fill(%L, %s, %s, %s)', way, targets, others, refs)
			ELSE format('CALL delete_once(%L, %L, %s, %L)', way, what, targets, one_by_one) END
		FROM generate_series(1, :rounds) round,
			unnest(ARRAY['none', 'native', 'any']) WITH ORDINALITY w(way, n),
			generate_series(1, 2) step
	) x(round, n, step, statement)
ORDER BY a, round, n, step \gexec

\echo what the deletion costs, in ms, and the part of what is added; "cascades" adds the rows that go along
WITH medians AS (
	SELECT what, way, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM timing GROUP BY what, way
), ways AS (
	SELECT what, sum(ms) FILTER (WHERE way = 'none') AS none, sum(ms) FILTER (WHERE way = 'native') AS native,
		sum(ms) FILTER (WHERE way = 'any') AS any_of
	FROM medians GROUP BY what
)
SELECT what, round(none::numeric) AS without, round(native::numeric) AS native, round(any_of::numeric) AS many_to_any,
	round(((any_of - none) / (native - none))::numeric, 2) AS "added: many_to_any / native"
FROM ways ORDER BY what DESC;
