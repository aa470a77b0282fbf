-- What following DDL costs commands that have nothing to do with relations:
-- 1,000 CREATE TABLE and 1,000 DROP TABLE, each a transaction, in a database
-- with 1,000 relations and in one with the same tables and foreign keys but
-- without the extension, in turn.
SET client_min_messages = warning;
CREATE TABLE timing (what text, ms float8);
\ir ddl_tables.psql
CREATE EXTENSION relations;
SELECT count(*) AS relations FROM relations.adopt('{s}');
DROP DATABASE IF EXISTS bench_plain;
CREATE DATABASE bench_plain;
\c bench_plain
\ir ddl_tables.psql
\ir ddl_round.psql
\ir ddl_round.psql
\ir ddl_round.psql
\ir ddl_round.psql
\ir ddl_round.psql
\ir ddl_round.psql
\ir ddl_round.psql
\c bench
\echo ms for 2,000 commands
SELECT what, count(*), round(min(ms)::numeric) AS min_ms, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric) AS median_ms
FROM timing GROUP BY what ORDER BY what;
SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'with relations')
	/ percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'without the extension'))::numeric, 3)
	AS "with / without, medians",
	round(1000 * (percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'with relations')
	- percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE what = 'without the extension'))::numeric / 2000, 1)
	AS "added to a command, us"
FROM timing;
DROP DATABASE bench_plain;
