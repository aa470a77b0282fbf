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
	index_generated      name,
	is_symmetric         boolean NOT NULL DEFAULT false,
	check_generated      name
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
COMMENT ON COLUMN relations.edge.is_symmetric IS 'the alias leads to the junction''s rows from either end';
COMMENT ON COLUMN relations.edge.check_generated IS 'CHECK that was added with a symmetric relation and goes with it';

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

-- Not dumped are relations of temporary tables, and tables that are gone: their
-- OIDs would be those of others.  Sublinks that are not joins keep the rows' order.
SELECT pg_catalog.pg_extension_config_dump('relations.edge',
	'WHERE (SELECT relpersistence FROM pg_catalog.pg_class WHERE oid = many_collection) <> ''t''
	AND (SELECT count(*) FROM relations.target t JOIN pg_catalog.pg_class c ON c.oid = t.one_collection
		WHERE t.edge = edge.id) > 0');
SELECT pg_catalog.pg_extension_config_dump('relations.target',
	'WHERE (SELECT c.relpersistence FROM relations.edge e JOIN pg_catalog.pg_class c ON c.oid = e.many_collection
		WHERE e.id = target.edge) <> ''t''
	AND (SELECT oid FROM pg_catalog.pg_class WHERE oid = one_collection) IS NOT NULL');
SELECT pg_catalog.pg_extension_config_dump('relations.edge_id_seq', '');

GRANT SELECT ON relations.edge, relations.target, relations.edge_id_seq TO PUBLIC;

-- Whoever changes the registry, our C code, a restore or a superuser by hand:
-- every backend hears of it when the transaction commits.  So does it when a
-- subscriber of logical replication is sent the rows, which fires no other
-- triggers than these: for each row, always.
CREATE FUNCTION relations.registry_changed() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_registry_changed';
COMMENT ON FUNCTION relations.registry_changed() IS 'trigger: makes every session read the registry anew';
REVOKE EXECUTE ON FUNCTION relations.registry_changed() FROM PUBLIC;

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

CREATE FUNCTION relations.csv(names name[]) RETURNS text
	IMMUTABLE STRICT PARALLEL SAFE
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_csv';
COMMENT ON FUNCTION relations.csv(name[]) IS 'the names as one text; a name that holds a comma or a quote is quoted';

CREATE INDEX edge_many_collection_idx ON relations.edge (many_collection);
-- the collation is that of the view's many_field, a text, not that of names
CREATE INDEX edge_many_field_idx ON relations.edge (relations.csv(many_columns) COLLATE pg_catalog."default");

