-- Reading trees as the data grows ten times and as the tree grows from one
-- level to six, beside LATERAL json_agg(row).
SET client_min_messages = warning;
CREATE EXTENSION relations;
\ir read_steps.psql
-- compiling costs the statements by hand more than it gains them
SET jit = off;

-- level 1 has n rows, each level below it three for each row above
CREATE PROCEDURE make_levels(prefix text, n int, levels int) LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1..levels LOOP
		EXECUTE format('CREATE TABLE %1$s%2$s (id int PRIMARY KEY, name text NOT NULL, up int NOT NULL)', prefix, i);
		EXECUTE format('INSERT INTO %1$s%2$s SELECT i, ''row '' || i, (i - 1) / 3 + 1 FROM generate_series(1, %3$s) i', prefix, i, n * 3 ^ (i - 1));
		IF i > 1 THEN
			EXECUTE format('SELECT relations.many_to_one(%L, ''up'', %L, ''down'')', prefix || i, prefix || i - 1);
		END IF;
		EXECUTE format('ANALYZE %s%s', prefix, i);
	END LOOP;
END $$;
CREATE FUNCTION fields(levels int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(repeat('down.', i) || f) FROM generate_series(0, levels - 1) i, unnest('{id,name}'::text[]) f
$$;
CREATE FUNCTION by_hand(prefix text, level int, levels int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN format('SELECT coalesce(json_agg(x%2$s), ''[]'') AS down FROM (SELECT t%2$s.id, t%2$s.name%3$s FROM %1$s%2$s t%2$s%4$s%5$s ORDER BY t%2$s.id) x%2$s',
		prefix, level, CASE WHEN level < levels THEN ', down' END,
		CASE WHEN level < levels THEN format(' LEFT JOIN LATERAL (%s) l%s ON true', by_hand(prefix, level + 1, levels), level) END,
		CASE WHEN level > 1 THEN format(' WHERE t%s.up = t%s.id', level, level - 1) END);
END $$;

CALL make_levels('small', 100, 6);
CALL make_levels('large', 1000, 6);
INSERT INTO form (task, form, statement)
SELECT format('%s, depth %s', prefix, levels), form, CASE form
	WHEN 'read_items' THEN format('SELECT relations.read_items(%L, %L)', prefix || 1, jsonb_build_object('limit', -1, 'fields', fields(levels)))
	ELSE by_hand(prefix, 1, levels) END
FROM unnest('{small,large}'::text[]) WITH ORDINALITY p (prefix, n), generate_series(1, 6) levels, unnest('{read_items,lateral}'::text[]) form
ORDER BY n, levels, form DESC;
SELECT format('CALL compare(%L)', task) FROM form GROUP BY task ORDER BY min(position) \gexec
SELECT format('CALL measure(%L, %s)', task, :rounds) FROM form GROUP BY task ORDER BY min(position) \gexec

\echo medians in ms; large has ten times the rows of small
SELECT depth, (100 * (3 ^ depth - 1) / 2)::int AS small_rows,
	max(read_items_ms) FILTER (WHERE size = 'small') AS small_ms, max(ratio) FILTER (WHERE size = 'small') AS "small / by hand",
	max(read_items_ms) FILTER (WHERE size = 'large') AS large_ms, max(ratio) FILTER (WHERE size = 'large') AS "large / by hand",
	round(max(read_items_ms) FILTER (WHERE size = 'large') / max(read_items_ms) FILTER (WHERE size = 'small'), 1) AS "large / small"
FROM ratio, LATERAL (SELECT split_part(task, ', depth ', 1), split_part(task, ', depth ', 2)::int) t (size, depth)
GROUP BY depth ORDER BY depth;
