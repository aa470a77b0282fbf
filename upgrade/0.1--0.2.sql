\echo Use "ALTER EXTENSION relations UPDATE TO '0.2'" to load this file. \quit

-- What became different in objects that 0.1 had. The SQL of the layers that are
-- new since then follows, joined by make.

SELECT pg_catalog.pg_extension_config_dump('relations.edge',
	'WHERE (SELECT relpersistence FROM pg_catalog.pg_class WHERE oid = many_collection) <> ''t''
	AND (SELECT count(*) FROM relations.target t JOIN pg_catalog.pg_class c ON c.oid = t.one_collection
		WHERE t.edge = edge.id) > 0');
SELECT pg_catalog.pg_extension_config_dump('relations.target',
	'WHERE (SELECT c.relpersistence FROM relations.edge e JOIN pg_catalog.pg_class c ON c.oid = e.many_collection
		WHERE e.id = target.edge) <> ''t''
	AND (SELECT oid FROM pg_catalog.pg_class WHERE oid = one_collection) IS NOT NULL');

DROP TRIGGER registry_changed ON relations.edge;
DROP TRIGGER registry_changed ON relations.target;
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON relations.edge
	FOR EACH ROW EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.edge IS 'makes every session read the registry anew';
CREATE TRIGGER registry_truncated AFTER TRUNCATE ON relations.edge
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_truncated ON relations.edge IS 'makes every session read the registry anew';
ALTER TABLE relations.edge
	ENABLE ALWAYS TRIGGER registry_changed,
	ENABLE ALWAYS TRIGGER registry_truncated;
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON relations.target
	FOR EACH ROW EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.target IS 'makes every session read the registry anew';
CREATE TRIGGER registry_truncated AFTER TRUNCATE ON relations.target
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_truncated ON relations.target IS 'makes every session read the registry anew';
ALTER TABLE relations.target
	ENABLE ALWAYS TRIGGER registry_changed,
	ENABLE ALWAYS TRIGGER registry_truncated;
-- Symmetric relations.

ALTER TABLE relations.edge
	ADD COLUMN is_symmetric boolean NOT NULL DEFAULT false,
	ADD COLUMN check_generated name;
COMMENT ON COLUMN relations.edge.is_symmetric IS 'the alias leads to the junction''s rows from either end';
COMMENT ON COLUMN relations.edge.check_generated IS 'CHECK that was added with a symmetric relation and goes with it';

-- Users' views of relations.relations stay: the view is not dropped, and until it
-- has its new column it stands on the old function.
ALTER FUNCTION relations.describe(boolean) RENAME TO describe_0_1;
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
CREATE OR REPLACE VIEW relations.relations AS
	SELECT * FROM relations.describe(true);
COMMENT ON COLUMN relations.relations.is_symmetric IS 'many-to-many within one table: the alias leads to the junction''s rows from either end';
DROP FUNCTION relations.describe_0_1(boolean);

DROP FUNCTION relations.many_to_many(regclass, name, regclass, name, text, name, name, name, boolean);
CREATE FUNCTION relations.many_to_many(collection regclass, field name, related_collection regclass,
	related_field name DEFAULT NULL, junction text DEFAULT NULL, many_field name DEFAULT NULL,
	related_many_field name DEFAULT NULL, sort_field name DEFAULT NULL, is_unique boolean DEFAULT true,
	is_symmetric boolean DEFAULT false) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_many_to_many';
COMMENT ON FUNCTION relations.many_to_many(regclass, name, regclass, name, text, name, name, name, boolean, boolean)
	IS 'registers the two halves of a junction, which is created where it is missing';

CREATE FUNCTION relations.canonical_pair() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_canonical_pair';
COMMENT ON FUNCTION relations.canonical_pair() IS 'trigger: puts the pair of a symmetric relation in order';

COMMENT ON FUNCTION relations.discover(name[])
	IS 'proposes relations for the foreign keys, junctions and polymorphic columns that are there; changes nothing';
COMMENT ON FUNCTION relations.adopt(name[])
	IS 'registers what discover() proposes, is sound and not registered yet; returns the new relations';

CREATE FUNCTION relations.import_directus(schema name DEFAULT 'public') RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_import_directus';
COMMENT ON FUNCTION relations.import_directus(name)
	IS 'registers the relations of a Directus project, read from its own tables; returns the new relations';
