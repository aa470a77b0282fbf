-- The relation object.

-- One text serves the view and the functions' results.  It is inlined, so that
-- conditions on the view reach the indexes.  visible_only is false for a
-- caller who gets back what he has just made himself.
CREATE FUNCTION relations.describe(visible_only boolean)
RETURNS TABLE (
	id integer,
	many_collection text,
	many_field text,
	one_collection text,
	one_field text,
	one_collection_field text,
	one_allowed_collections text,
	junction_field text,
	sort_field text,
	one_deselect_action text,
	on_delete text,
	on_update text,
	is_unique boolean,
	discriminators jsonb,
	reverse_field text,
	constraint_name text,
	is_symmetric boolean)
	STABLE PARALLEL SAFE ROWS 100
	LANGUAGE sql AS $$
	SELECT e.id,
		e.many_collection::pg_catalog.text,
		relations.csv(e.many_columns),
		one.one_collection::pg_catalog.text,
		CASE WHEN e.discriminator_column IS NULL THEN e.alias::pg_catalog.text END,
		e.discriminator_column::pg_catalog.text,
		CASE WHEN e.discriminator_column IS NOT NULL THEN (
			SELECT pg_catalog.string_agg(c.name, ',' ORDER BY c.position)
			FROM (SELECT t.one_collection::pg_catalog.text AS name, pg_catalog.min(t.position) AS position
				FROM relations.target t
				WHERE t.edge OPERATOR(pg_catalog.=) e.id
					AND (NOT visible_only
						OR pg_catalog.has_any_column_privilege(t.one_collection, 'SELECT'))
				GROUP BY t.one_collection) c) END,
		relations.csv(e.junction_columns),
		e.sort_column::pg_catalog.text,
		e.deselect_action,
		e.on_delete,
		e.on_update,
		e.is_unique,
		CASE WHEN e.discriminator_column IS NOT NULL THEN (
			SELECT pg_catalog.jsonb_object_agg(t.discriminator, t.one_collection::pg_catalog.text)
			FROM relations.target t
			WHERE t.edge OPERATOR(pg_catalog.=) e.id
				AND (NOT visible_only
					OR pg_catalog.has_any_column_privilege(t.one_collection, 'SELECT'))) END,
		CASE WHEN e.discriminator_column IS NOT NULL THEN e.alias::pg_catalog.text END,
		e.constraint_name::pg_catalog.text,
		e.is_symmetric
	FROM relations.edge e
		LEFT JOIN relations.target one
			ON one.edge OPERATOR(pg_catalog.=) e.id AND e.discriminator_column IS NULL
	WHERE NOT visible_only
		OR (pg_catalog.has_any_column_privilege(e.many_collection, 'SELECT')
			AND (e.discriminator_column IS NOT NULL
				OR pg_catalog.has_any_column_privilege(one.one_collection, 'SELECT')))
	$$;
COMMENT ON FUNCTION relations.describe(boolean) IS 'relation objects; with true only those whose every collection the caller may read';

CREATE VIEW relations.relations AS
	SELECT * FROM relations.describe(true);
COMMENT ON VIEW relations.relations IS 'relations whose every collection the caller may read; INSERT, UPDATE and DELETE change them';
COMMENT ON COLUMN relations.relations.id IS 'key';
COMMENT ON COLUMN relations.relations.many_collection IS 'table on the many side';
COMMENT ON COLUMN relations.relations.many_field IS 'its column; for a compound key the columns in key order, separated by commas';
COMMENT ON COLUMN relations.relations.one_collection IS 'table on the one side; null for many-to-any';
COMMENT ON COLUMN relations.relations.one_field IS 'alias on the one side; null if there is none';
COMMENT ON COLUMN relations.relations.one_collection_field IS 'many-to-any: column of the many side that says which collection is meant';
COMMENT ON COLUMN relations.relations.one_allowed_collections IS 'many-to-any: collections that may be referred to, separated by commas';
COMMENT ON COLUMN relations.relations.junction_field IS 'the junction''s other many_field';
COMMENT ON COLUMN relations.relations.sort_field IS 'column of the many side that orders the alias by hand';
COMMENT ON COLUMN relations.relations.one_deselect_action IS 'what a nested write does with a row taken off the list: nullify or delete';
COMMENT ON COLUMN relations.relations.on_delete IS 'what happens to the many side when the row referred to is deleted';
COMMENT ON COLUMN relations.relations.on_update IS 'what happens to the many side when the key referred to changes';
COMMENT ON COLUMN relations.relations.is_unique IS 'one-to-one: the alias leads to one row or none';
COMMENT ON COLUMN relations.relations.discriminators IS 'many-to-any: collection for each stored value';
COMMENT ON COLUMN relations.relations.reverse_field IS 'many-to-any: alias that every allowed collection gets';
COMMENT ON COLUMN relations.relations.constraint_name IS 'the foreign key, or null';
COMMENT ON COLUMN relations.relations.is_symmetric IS 'many-to-many within one table: the alias leads to the junction''s rows from either end';

GRANT SELECT, INSERT, UPDATE, DELETE ON relations.relations TO PUBLIC;

