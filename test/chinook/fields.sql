-- A line for each end of each relation: its name, and a query whose result is
--	<rows by the row function>|<rows by the join>|<rows that only one of them has>
-- The join is written from the foreign key in pg_constraint, so that it owes
-- nothing to what is tested but the names of the functions.
WITH joined AS (
	SELECT r.id, r.many_collection AS many, r.many_field, r.one_collection AS one, r.one_field,
		m.relnamespace::regnamespace AS many_schema, o.relnamespace::regnamespace AS one_schema,
		(SELECT string_agg(format('m.%I = o.%I', a.attname, b.attname), ' AND ' ORDER BY k.i)
			FROM unnest(c.conkey, c.confkey) WITH ORDINALITY k (many, one, i)
				JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.many
				JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.one) AS condition
	FROM relations.relations r
		JOIN pg_class m ON m.oid = r.many_collection::regclass
		JOIN pg_class o ON o.oid = r.one_collection::regclass
		JOIN pg_constraint c ON c.conrelid = m.oid AND c.conname = r.constraint_name
), ends AS (
	SELECT id, 1 AS position, one || '.' || one_field AS name,
		format('%s o, %s.%I(o) m', one, one_schema, one_field) AS path,
		format('%s o JOIN %s m ON %s', one, many, condition) AS by_hand
	FROM joined
	UNION ALL
	SELECT id, 2, many || '.' || many_field,
		format('%s m, %s.%I(m) o', many, many_schema, many_field),
		format('%s m JOIN %s o ON %s', many, one, condition)
	FROM joined
)
SELECT name, format(
	'WITH path AS MATERIALIZED (SELECT m.*, o.* FROM %s), by_hand AS MATERIALIZED (SELECT m.*, o.* FROM %s), '
	'differing AS ((TABLE path EXCEPT ALL TABLE by_hand) UNION ALL (TABLE by_hand EXCEPT ALL TABLE path)) '
	'SELECT (SELECT count(*) FROM path), (SELECT count(*) FROM by_hand), (SELECT count(*) FROM differing)', path, by_hand)
FROM ends ORDER BY id, position
