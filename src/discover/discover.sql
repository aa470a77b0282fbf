-- What an existing database implies.

CREATE FUNCTION relations.discover(schemas name[] DEFAULT NULL,
	OUT kind text, OUT relation jsonb, OUT evidence text, OUT registered boolean) RETURNS SETOF record
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_discover';
COMMENT ON FUNCTION relations.discover(name[])
	IS 'proposes relations for the foreign keys, junctions and polymorphic columns that are there; changes nothing';

CREATE FUNCTION relations.adopt(schemas name[] DEFAULT NULL) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_adopt';
COMMENT ON FUNCTION relations.adopt(name[])
	IS 'registers what discover() proposes, is sound and not registered yet; returns the new relations';

CREATE FUNCTION relations.import_directus(schema name DEFAULT 'public') RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_import_directus';
COMMENT ON FUNCTION relations.import_directus(name)
	IS 'registers the relations of a Directus project, read from its own tables; returns the new relations';
