\echo Use "CREATE EXTENSION relations" to load this file. \quit

-- A plain CREATE SCHEMA: a schema of that name that somebody planted makes the
-- installation fail instead of being used.
CREATE SCHEMA relations;
GRANT USAGE ON SCHEMA relations TO PUBLIC;
COMMENT ON SCHEMA relations IS 'relations between tables: registered once, enforced and resolved by the database';

-- The registry: what relations there are.
--
-- A row of relations.edge is a relation, seen from its "many" table; rows of
-- relations.target are the tables that it leads to: one for a foreign key, one
-- for each stored discriminator value of a many-to-any relation.  So every
-- type of relation has the same shape.
--
-- Tables are held as regclass and columns as names, in key order.  Attribute
-- numbers would be wrong after a restore, which numbers columns anew, and
-- regproc would make pg_upgrade refuse the database; functions are therefore
-- held by name and found through the table that is their argument.
--
-- Everybody may read the rows, as with pg_constraint: pg_dump must, whoever
-- runs it.  Only the extension's C code writes them, after its own checks.

CREATE SEQUENCE relations.edge_id_seq AS integer;
COMMENT ON SEQUENCE relations.edge_id_seq IS 'keys of relations';

CREATE TABLE relations.edge (
	id                   integer PRIMARY KEY DEFAULT nextval('relations.edge_id_seq'),
	many_collection      regclass NOT NULL,
	many_columns         name[] NOT NULL,
	discriminator_column name,
	alias                name,
	junction_columns     name[],
	sort_column          name,
	deselect_action      text NOT NULL CHECK (deselect_action IN ('nullify', 'delete')),
	on_delete            text NOT NULL
		CHECK (on_delete IN ('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT')),
	on_update            text NOT NULL
		CHECK (on_update IN ('NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT')),
	is_unique            boolean NOT NULL,
	is_enforced          boolean NOT NULL,
	is_validated         boolean NOT NULL DEFAULT true,
	constraint_name      name,
	constraint_generated boolean NOT NULL,
	not_null_generated   name[],
	unique_generated     name,
	index_generated      name
);
ALTER SEQUENCE relations.edge_id_seq OWNED BY relations.edge.id;

COMMENT ON TABLE relations.edge IS 'relations, one row each; relations.relations shows them';
COMMENT ON COLUMN relations.edge.many_columns IS 'columns that refer, in the order of the key they refer to';
COMMENT ON COLUMN relations.edge.discriminator_column IS 'many-to-any: column that says which collection is meant';
COMMENT ON COLUMN relations.edge.alias IS 'field of the collections referred to that leads back to the many side';
COMMENT ON COLUMN relations.edge.junction_columns IS 'the other half''s many_columns, where the many side is a junction';
COMMENT ON COLUMN relations.edge.is_enforced IS 'false: metadata only, no constraint and no index';
COMMENT ON COLUMN relations.edge.is_validated IS 'many-to-any: false while rows that were there before are not known to be right';
COMMENT ON COLUMN relations.edge.constraint_name IS 'the foreign key, for many-to-any the constraint triggers, or null';
COMMENT ON COLUMN relations.edge.constraint_generated IS 'the foreign key was added with the relation and goes with it';
COMMENT ON COLUMN relations.edge.not_null_generated IS 'columns that were made NOT NULL with the relation, until it goes';
COMMENT ON COLUMN relations.edge.unique_generated IS 'unique constraint that was added with the relation and goes with it';
COMMENT ON COLUMN relations.edge.index_generated IS 'index that was added with the relation and goes with it';

-- No foreign key to relations.edge: a parallel restore may copy this table
-- first.  An edge without targets, or a target without edge, is not there yet.
CREATE TABLE relations.target (
	edge           integer NOT NULL,
	position       integer NOT NULL,
	one_collection regclass NOT NULL,
	one_columns    name[] NOT NULL,
	discriminator  text,
	field          name NOT NULL,
	PRIMARY KEY (edge, position),
	UNIQUE (edge, discriminator)
);
CREATE INDEX target_one_collection_idx ON relations.target (one_collection);

COMMENT ON TABLE relations.target IS 'the collections that relations lead to';
COMMENT ON COLUMN relations.target.one_columns IS 'the key referred to';
COMMENT ON COLUMN relations.target.discriminator IS 'many-to-any: value stored in the discriminator column';
COMMENT ON COLUMN relations.target.field IS 'row function on the many side that leads to this collection';

-- Relations of temporary tables are not dumped.
SELECT pg_catalog.pg_extension_config_dump('relations.edge',
	'WHERE many_collection IN (SELECT oid FROM pg_catalog.pg_class WHERE relpersistence <> ''t'')');
SELECT pg_catalog.pg_extension_config_dump('relations.target', 'WHERE edge IN (SELECT id FROM relations.edge
	WHERE many_collection IN (SELECT oid FROM pg_catalog.pg_class WHERE relpersistence <> ''t''))');
SELECT pg_catalog.pg_extension_config_dump('relations.edge_id_seq', '');

GRANT SELECT ON relations.edge, relations.target, relations.edge_id_seq TO PUBLIC;

-- Whoever changes the registry, our C code, a restore or a superuser by hand:
-- every backend hears of it when the transaction commits.
CREATE FUNCTION relations.registry_changed() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_registry_changed';
COMMENT ON FUNCTION relations.registry_changed() IS 'trigger: makes every session read the registry anew';
REVOKE EXECUTE ON FUNCTION relations.registry_changed() FROM PUBLIC;

CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON relations.edge
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.edge IS 'makes every session read the registry anew';
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON relations.target
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.target IS 'makes every session read the registry anew';

CREATE FUNCTION relations.csv(names name[]) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_csv';
COMMENT ON FUNCTION relations.csv(name[]) IS 'the names as one text; a name that holds a comma or a quote is quoted';

CREATE INDEX edge_many_collection_idx ON relations.edge (many_collection);
-- the collation is that of the view's many_field, a text, not that of names
CREATE INDEX edge_many_field_idx ON relations.edge (relations.csv(many_columns) COLLATE pg_catalog."default");

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
	constraint_name text)
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
		e.constraint_name::pg_catalog.text
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

GRANT SELECT, INSERT, UPDATE, DELETE ON relations.relations TO PUBLIC;

-- Relations as functions and as rows of the view.

CREATE FUNCTION relations.create_relation(relation jsonb) RETURNS relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_relation';
COMMENT ON FUNCTION relations.create_relation(jsonb) IS 'registers a relation, given as a partial relation object';

CREATE FUNCTION relations.create_relations(relations jsonb) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_relations';
COMMENT ON FUNCTION relations.create_relations(jsonb) IS 'registers all relations of an array, or none';

CREATE FUNCTION relations.update_relation(id integer, changes jsonb) RETURNS relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_update_relation';
COMMENT ON FUNCTION relations.update_relation(integer, jsonb) IS 'changes a relation, and in the database only what differs';

CREATE FUNCTION relations.delete_relation(id integer) RETURNS void
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_delete_relation';
COMMENT ON FUNCTION relations.delete_relation(integer) IS 'takes back a relation and what was generated for it; no column, table or row goes';

CREATE FUNCTION relations.delete_relations(ids integer[]) RETURNS void
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_delete_relations';
COMMENT ON FUNCTION relations.delete_relations(integer[]) IS 'takes back all of these relations, or none';

CREATE FUNCTION relations.get_relation(id integer) RETURNS relations.relations
	STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_get_relation';
COMMENT ON FUNCTION relations.get_relation(integer) IS 'the relation of that id; an error where the caller sees none';

CREATE FUNCTION relations.create_relation_sql(relation jsonb) RETURNS SETOF text
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_relation_sql';
COMMENT ON FUNCTION relations.create_relation_sql(jsonb) IS 'the statements that create_relation would run; runs none';

CREATE FUNCTION relations.relation_changed() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_relation_changed';
COMMENT ON FUNCTION relations.relation_changed() IS 'trigger: DML on relations.relations does what the functions do';
REVOKE EXECUTE ON FUNCTION relations.relation_changed() FROM PUBLIC;

CREATE TRIGGER relation_changed INSTEAD OF INSERT OR UPDATE OR DELETE ON relations.relations
	FOR EACH ROW EXECUTE FUNCTION relations.relation_changed();
COMMENT ON TRIGGER relation_changed ON relations.relations IS 'DML on relations.relations does what the functions do';

-- Builders: the common types of relations, with names and columns by default.

CREATE FUNCTION relations.many_to_one(many_collection regclass, many_field name, one_collection regclass,
	one_field name DEFAULT NULL, on_delete text DEFAULT NULL, on_update text DEFAULT NULL,
	required boolean DEFAULT false, sort_field name DEFAULT NULL) RETURNS relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_many_to_one';
COMMENT ON FUNCTION relations.many_to_one(regclass, name, regclass, name, text, text, boolean, name)
	IS 'registers a foreign key from many_collection to one_collection, and its alias';

CREATE FUNCTION relations.one_to_one(many_collection regclass, many_field name, one_collection regclass,
	one_field name DEFAULT NULL, on_delete text DEFAULT NULL, on_update text DEFAULT NULL,
	required boolean DEFAULT false) RETURNS relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_one_to_one';
COMMENT ON FUNCTION relations.one_to_one(regclass, name, regclass, name, text, text, boolean)
	IS 'registers a unique foreign key, whose alias leads to one row or none';

CREATE FUNCTION relations.many_to_many(collection regclass, field name, related_collection regclass,
	related_field name DEFAULT NULL, junction text DEFAULT NULL, many_field name DEFAULT NULL,
	related_many_field name DEFAULT NULL, sort_field name DEFAULT NULL, is_unique boolean DEFAULT true)
	RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_many_to_many';
COMMENT ON FUNCTION relations.many_to_many(regclass, name, regclass, name, text, name, name, name, boolean)
	IS 'registers the two halves of a junction, which is created where it is missing';

CREATE FUNCTION relations.many_to_any(collection regclass, field name, allowed_collections regclass[],
	junction text DEFAULT NULL, many_field name DEFAULT NULL, sort_field name DEFAULT 'sort',
	on_delete text DEFAULT NULL, reverse_field name DEFAULT NULL) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_many_to_any';
COMMENT ON FUNCTION relations.many_to_any(regclass, name, regclass[], text, name, name, text, name)
	IS 'registers a junction from collection to any of the allowed collections';

CREATE FUNCTION relations.translations(collection regclass, translated_fields name[],
	languages regclass DEFAULT NULL, field name DEFAULT 'translations') RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_translations';
COMMENT ON FUNCTION relations.translations(regclass, name[], regclass, name)
	IS 'registers a table that holds the translated fields, one row for each parent and language';

-- What enforces many-to-any relations.

CREATE FUNCTION relations.enforce() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce';
COMMENT ON FUNCTION relations.enforce() IS 'trigger: enforces a many-to-any relation, as those of a foreign key';

CREATE FUNCTION relations.enforce_action() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_action';
COMMENT ON FUNCTION relations.enforce_action() IS 'trigger: the actions of a many-to-any relation whose constraint is deferrable';

CREATE FUNCTION relations.enforce_statement() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_statement';
COMMENT ON FUNCTION relations.enforce_statement() IS 'trigger: lets the rows of a statement be looked at together';

CREATE FUNCTION relations.enforce_truncate() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_truncate';
COMMENT ON FUNCTION relations.enforce_truncate() IS 'trigger: refuses TRUNCATE of a table that rows of a many-to-any relation refer to';

CREATE FUNCTION relations.canonical_item() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_canonical_item';
COMMENT ON FUNCTION relations.canonical_item() IS 'trigger: writes an item that is text as its key prints it';

CREATE FUNCTION relations.validate(id integer) RETURNS void
	VOLATILE STRICT
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_validate';
COMMENT ON FUNCTION relations.validate(integer) IS 'looks at all rows of a many-to-any relation; an error at the first that is not right';
-- What an existing database implies.

CREATE FUNCTION relations.discover(schemas name[] DEFAULT NULL,
	OUT kind text, OUT relation jsonb, OUT evidence text, OUT registered boolean) RETURNS SETOF record
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_discover';
COMMENT ON FUNCTION relations.discover(name[])
	IS 'proposes relations for the foreign keys and junctions that are there; changes nothing';

CREATE FUNCTION relations.adopt(schemas name[] DEFAULT NULL) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_adopt';
COMMENT ON FUNCTION relations.adopt(name[])
	IS 'registers what discover() proposes and is not registered yet; returns the new relations';

-- Reading, in JSON.

CREATE FUNCTION relations.read_items(collection regclass, query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_items';
COMMENT ON FUNCTION relations.read_items(regclass, jsonb) IS 'the items that the query asks for, with what is nested in them, as a JSON array';

CREATE FUNCTION relations.items(collection regclass, query jsonb DEFAULT '{}') RETURNS SETOF json
	STABLE PARALLEL RESTRICTED ROWS 100 LANGUAGE c AS 'MODULE_PATHNAME', 'relations_items';
COMMENT ON FUNCTION relations.items(regclass, jsonb) IS 'the items that the query asks for, one a row, read as they are fetched';

CREATE FUNCTION relations.read_item(collection regclass, key "any", query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_item';
COMMENT ON FUNCTION relations.read_item(regclass, "any", jsonb) IS 'the item of that key, or null';

CREATE FUNCTION relations.count_items(collection regclass, query jsonb DEFAULT '{}') RETURNS bigint
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_count_items';
COMMENT ON FUNCTION relations.count_items(regclass, jsonb) IS 'how many items the query''s filter and search find';

CREATE FUNCTION relations.resolve(item anyelement, field text, query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_resolve';
COMMENT ON FUNCTION relations.resolve(anyelement, text, jsonb) IS 'what a field of a row leads to: an array, or one item or null';

CREATE FUNCTION relations.read_items_sql(collection regclass, query jsonb DEFAULT '{}')
	RETURNS TABLE (path text, statement text)
	STABLE PARALLEL RESTRICTED ROWS 5 LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_items_sql';
COMMENT ON FUNCTION relations.read_items_sql(regclass, jsonb) IS 'the statements that read_items() runs, each after the path that it reads';

-- Pictures of the registry.

CREATE FUNCTION relations.diagram(format text DEFAULT 'mermaid', collections regclass[] DEFAULT NULL)
	RETURNS text
	STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_diagram';
COMMENT ON FUNCTION relations.diagram(text, regclass[])
	IS 'the relations that the caller may see, or those of the given collections, as a picture for mermaid or dot';

-- Diagnoses of the registry and of what stands in the database for it.

CREATE FUNCTION relations.check()
	RETURNS TABLE (severity text, relation_id integer, problem text, detail text, fix text)
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_check';
COMMENT ON FUNCTION relations.check()
	IS 'what is not as it should be with the relations that the caller may see; fix is the statement that mends it';
