-- What the check of a many-to-any relation adds to INSERT ... SELECT and COPY,
-- against what a native foreign key adds to the same table, and against the
-- exclusive arc (a nullable foreign key for each table), which is what one would
-- build otherwise.  All have the same columns and no index on them, so that the
-- checks alone are compared; the arc has its three columns instead.
-- Can be set: rows=3000000 takes more than ten times as long; types=integer,
-- keys=many and whats=none,native,any make a choice.
SET client_min_messages = warning;
\if :{?rows} \else \set rows 300000 \endif
\if :{?types} \else \set types integer,bigint,uuid \endif
\if :{?keys} \else \set keys few,many \endif
\if :{?whats} \else \set whats none,native,any,plain_arc,arc \endif
CREATE EXTENSION relations;
CREATE TABLE timing (type text, spread text, keys text, way text, what text, ms float8);

-- what is inserted, and the file that it is copied from
CREATE FUNCTION rows_for(what text) RETURNS text LANGUAGE sql RETURN CASE WHEN what LIKE '%arc' THEN
	'SELECT CASE collection WHEN ''t0'' THEN item END, CASE collection WHEN ''t1'' THEN item END,
		CASE collection WHEN ''t2'' THEN item END FROM s.source'
	ELSE 'SELECT * FROM s.source' END;
CREATE FUNCTION file(what text) RETURNS text LANGUAGE sql
RETURN current_setting('data_directory') || CASE WHEN what LIKE '%arc' THEN '/bench_arc' ELSE '/bench' END;

-- three targets and, for the native key, one that has all their keys
CREATE PROCEDURE make_tables(type text, rows int, targets int, clustered bool) LANGUAGE plpgsql AS $$
DECLARE
	key text := CASE type WHEN 'uuid' THEN 'md5(g::text)::uuid' ELSE 'g::' || type END;
BEGIN
	DROP SCHEMA IF EXISTS s CASCADE;
	DELETE FROM relations.relations;
	CREATE SCHEMA s;
	EXECUTE format('CREATE TABLE s.every (id %s PRIMARY KEY)', type);
	EXECUTE format('INSERT INTO s.every SELECT %s FROM generate_series(1, %s) g', key, targets);
	FOR i IN 0..2 LOOP
		EXECUTE format('CREATE TABLE s.t%s (id %s PRIMARY KEY)', i, type);
		EXECUTE format('INSERT INTO s.t%s SELECT %s FROM generate_series(1, %s) g WHERE g %% 3 = %s', i, key, targets, i);
	END LOOP;
	EXECUTE format('CREATE TABLE s.source (collection text, item %s)', type);
	EXECUTE format('INSERT INTO s.source SELECT ''t'' || g %% 3, %s FROM (SELECT 1 + %s %% %s AS g FROM generate_series(0, %s - 1) n) n',
		key, CASE WHEN clustered THEN format('(n::bigint * %s / %s)', targets, rows)
			ELSE '(hashint8(n)::bigint & 2147483647)' END, targets, rows);
	EXECUTE format('CREATE TABLE s.none (collection text, item %s)', type);
	EXECUTE format('CREATE TABLE s.native (collection text, item %s REFERENCES s.every)', type);
	EXECUTE format('CREATE TABLE s.arc (t0 %1$s REFERENCES s.t0, t1 %1$s REFERENCES s.t1, t2 %1$s REFERENCES s.t2)', type);
	EXECUTE format('CREATE TABLE s.plain_arc (t0 %1$s, t1 %1$s, t2 %1$s)', type);
	EXECUTE format('CREATE TABLE s.any (collection text, item %s)', type);
	EXECUTE format('COPY s.source TO %L', file('any'));
	EXECUTE format('COPY (%s) TO %L', rows_for('arc'), file('arc'));
	PERFORM relations.create_relation('{"many_collection": "s.any", "many_field": "item",
		"one_collection_field": "collection", "one_allowed_collections": "s.t0,s.t1,s.t2"}');
	DROP INDEX s.any_collection_item_idx;
	COMMIT;
END $$;

CREATE PROCEDURE insert_once(type text, spread text, keys text, way text, what text) LANGUAGE plpgsql AS $$
DECLARE
	start timestamptz;
BEGIN
	EXECUTE format('TRUNCATE s.%I', what);
	COMMIT;
	start := clock_timestamp();
	IF way = 'COPY' THEN
		EXECUTE format('COPY s.%I FROM %L', what, file(what));
	ELSE
		EXECUTE format('INSERT INTO s.%I %s', what, rows_for(what));
	END IF;
	COMMIT;
	INSERT INTO timing VALUES (type, spread, keys, way, what,
		1000 * extract(epoch FROM clock_timestamp() - start));
	COMMIT;
END $$;

SELECT statement
FROM string_to_table(:'types', ',') WITH ORDINALITY t(type, a),
	string_to_table(:'keys', ',') WITH ORDINALITY k(keys, b),
	LATERAL (SELECT CASE keys WHEN 'few' THEN 1000 ELSE :rows END) n(targets),
	unnest(ARRAY['clustered', 'random']) WITH ORDINALITY s(spread, c),
	LATERAL (
		SELECT 0, 0, 0, format('CALL make_tables(%L, %s, %s, %L)', type, :rows, targets, spread = 'clustered')
		UNION ALL
		SELECT d, round, n, format('CALL insert_once(%L, %L, %L, %L, %L)', type, spread, keys, way, what)
		FROM generate_series(1, :rounds) round, unnest(ARRAY['INSERT', 'COPY']) WITH ORDINALITY y(way, d),
			string_to_table(:'whats', ',') WITH ORDINALITY w(what, n)
	) x(d, round, n, statement)
ORDER BY a, b, c, d, round, n \gexec

\echo what a check adds to :rows rows, in ms, and its part of what the native foreign key adds
WITH medians AS (
	SELECT type, keys, spread, way, what, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS ms
	FROM timing GROUP BY type, keys, spread, way, what
), added AS (
	SELECT type, keys, spread, way,
		sum(CASE what WHEN 'native' THEN ms WHEN 'none' THEN -ms END) AS native,
		sum(CASE what WHEN 'any' THEN ms WHEN 'none' THEN -ms END) AS any_of,
		sum(CASE what WHEN 'arc' THEN ms WHEN 'plain_arc' THEN -ms END) AS arc
	FROM medians GROUP BY type, keys, spread, way
)
SELECT type, keys, spread, way, round(native::numeric) AS native, round(any_of::numeric) AS many_to_any,
	round(arc::numeric) AS exclusive_arc, round((any_of / native)::numeric, 2) AS "many_to_any / native",
	round((arc / native)::numeric, 2) AS "arc / native"
FROM added ORDER BY type, keys, spread, way;
