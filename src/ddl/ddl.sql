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
	related_many_field name DEFAULT NULL, sort_field name DEFAULT NULL, is_unique boolean DEFAULT true,
	is_symmetric boolean DEFAULT false) RETURNS SETOF relations.relations
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_many_to_many';
COMMENT ON FUNCTION relations.many_to_many(regclass, name, regclass, name, text, name, name, name, boolean, boolean)
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

