/*
 * part.c
 *	  The parts of a collection: its fields, with their GraphQL names.
 *
 * A field that leads to what the role may not read is the column alone, or is
 * left out where it has none.  Columns that the role may not read are left out.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/names.h"
#include "graphql/schema.h"
#include "query/node.h"

/* a collection while it is loaded */
typedef struct Loader
{
	RlnGqlSchema *schema;
	RlnGqlCollection *collection;
	TupleDesc desc;
	List *key;	 /* char *: its columns */
	List *parts; /* RlnGqlPart * */
	List *names; /* char *: GraphQL names that are taken */
} Loader;

static void add_part(Loader *loader, const RlnFieldInfo *field);
static RlnGqlPart *make_part(Loader *loader, const RlnFieldInfo *field);
static void set_column(Loader *loader, RlnGqlPart *part);
static bool may_write_column(Oid relid, AttrNumber attnum, AclMode mode);
static void set_ends(Loader *loader, RlnGqlPart *part, const RlnFieldInfo *field);
static bool is_linked(const RlnEdge *edge, const RlnTarget *target);
static bool are_readable(Oid relid, const List *columns);
static void add_end(Loader *loader, RlnGqlPart *part, Oid relid, const char *scope);
static void set_any(Loader *loader, RlnGqlPart *part);
static void load_any(RlnGqlSchema *schema, RlnGqlType *type);
static void name_parts(Loader *loader);
static void name_functions(Loader *loader);
static uint64 hash_text(uint64 hash, const char *text);


/* Fills the collection's parts and key in, where that has not been done. */
void
rln_gql_collection_load(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	Loader loader = {schema, collection};
	MemoryContext scratch;
	MemoryContext before;
	Relation rel;
	ListCell *lc;

	if (collection->is_loaded)
		return;
	check_stack_depth();
	scratch = AllocSetContextCreate(CurrentMemoryContext, "relations: fields of a collection",
									ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(scratch);
	rel = relation_open(collection->relid, AccessShareLock);
	loader.desc = RelationGetDescr(rel);
	loader.key = rln_key_columns(collection->relid);
	foreach(lc, rln_fields_load(collection->relid))
		add_part(&loader, lfirst(lc));
	MemoryContextSwitchTo(schema->context);
	name_parts(&loader);
	collection->key = NIL;
	if (are_readable(collection->relid, loader.key))
	{
		foreach(lc, loader.key)
			collection->key = lappend(collection->key, pstrdup(lfirst(lc)));
	}
	collection->parts = loader.parts;
	MemoryContextSwitchTo(before);
	relation_close(rel, AccessShareLock);
	collection->events = relation_is_updatable(collection->relid, NIL, true, NULL);
	collection->print = rln_gql_collection_print(collection->relid);
	collection->is_loaded = true;
	MemoryContextDelete(scratch);
}

/*
 * A hash of what parts are made of, but for what makes every schema old.  Equal
 * hashes mean that the parts are what they were.
 */
uint64
rln_gql_collection_print(Oid relid)
{
	Relation rel = relation_open(relid, AccessShareLock);
	TupleDesc desc = RelationGetDescr(rel);
	uint64 hash = desc->natts;
	ListCell *lc;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		int rights;

		if (attribute->attisdropped)
			continue;
		rights = rln_column_is_readable(relid, NameStr(attribute->attname)) |
			may_write_column(relid, i + 1, ACL_INSERT) << 1 |
			may_write_column(relid, i + 1, ACL_UPDATE) << 2;
		hash = hash_text(hash, NameStr(attribute->attname));
		hash = hash_text(hash, psprintf("%u %d %d %c%c %d %d", attribute->atttypid, i, rights, attribute->attidentity, attribute->attgenerated, attribute->atthasdef, rln_column_is_never_null(desc, i)));
	}
	hash = hash_text(hash, psprintf("%d %d", rel->rd_rel->relhassubclass, relation_is_updatable(relid, NIL, true, NULL)));
	relation_close(rel, AccessShareLock);
	foreach(lc, rln_key_columns(relid))
		hash = hash_text(hash, lfirst(lc));
	return hash;
}

static uint64
hash_text(uint64 hash, const char *text)
{
	return hash_bytes_extended((const unsigned char *) text, strlen(text), hash);
}

static void
add_part(Loader *loader, const RlnFieldInfo *field)
{
	Oid relid = loader->collection->relid;
	MemoryContext before;
	RlnGqlPart *part;

	if (field->column != NULL && !rln_column_is_readable(relid, field->name))
		return;
	part = make_part(loader, field);
	if (part == NULL)
		return;
	before = MemoryContextSwitchTo(loader->schema->context);
	loader->parts = lappend(loader->parts, part);
	MemoryContextSwitchTo(before);
}

/* In the schema's context; NULL where nothing of it is left. */
static RlnGqlPart *
make_part(Loader *loader, const RlnFieldInfo *field)
{
	MemoryContext before = MemoryContextSwitchTo(loader->schema->context);
	RlnGqlPart *part = palloc0(sizeof(RlnGqlPart));

	part->collection = loader->collection;
	part->of = pstrdup(field->name);
	if (field->column != NULL)
	{
		part->attnum = get_attnum(loader->collection->relid, field->name);
		set_column(loader, part);
	}
	if (field->edge != NULL)
		set_ends(loader, part, field);
	MemoryContextSwitchTo(before);
	return part->ends == NIL && field->column == NULL ? NULL : part;
}

static void
set_column(Loader *loader, RlnGqlPart *part)
{
	Form_pg_attribute attribute = TupleDescAttr(loader->desc, part->attnum - 1);
	Oid relid = loader->collection->relid;
	char kind = loader->collection->relkind;

	part->type_oid = getBaseType(attribute->atttypid);
	part->is_key = list_length(loader->key) == 1 && strcmp(linitial(loader->key), part->of) == 0;

	/* what foreign servers and child tables hold, no constraint of this table says */
	part->not_null = rln_column_is_never_null(loader->desc, part->attnum - 1) &&
		(kind == RELKIND_PARTITIONED_TABLE ||
		 (kind == RELKIND_RELATION && !has_subclass(relid)));
	part->has_default = attribute->atthasdef || attribute->attidentity != '\0';
	part->is_generated = attribute->attgenerated != '\0';
	part->may_insert = may_write_column(relid, part->attnum, ACL_INSERT);
	part->may_update = may_write_column(relid, part->attnum, ACL_UPDATE);
	rln_gql_part_set_type(loader->schema, part);
}

static bool
may_write_column(Oid relid, AttrNumber attnum, AclMode mode)
{
	return pg_class_aclcheck(relid, GetUserId(), mode) == ACLCHECK_OK ||
		pg_attribute_aclcheck(relid, attnum, GetUserId(), mode) == ACLCHECK_OK;
}

/* Where the field leads to, as far as the role may go. */
static void
set_ends(Loader *loader, RlnGqlPart *part, const RlnFieldInfo *field)
{
	const RlnEdge *edge = field->edge;
	RlnTarget *target = rln_edge_find_target(edge, loader->collection->relid);
	ListCell *lc;

	if (!field->forward)
	{
		if (is_linked(edge, target))
			add_end(loader, part, edge->many, NULL);
		if (part->ends != NIL)
			part->kind = edge->is_unique ? RLN_GQL_PART_ONE : RLN_GQL_PART_MANY;
		return;
	}
	foreach(lc, edge->targets)
	{
		target = lfirst(lc);
		if (is_linked(edge, target))
			add_end(loader, part, target->relid, target->discriminator);
	}
	if (part->ends == NIL)
		return;
	part->kind = RLN_IS_ANY(edge) ? RLN_GQL_PART_ANY : RLN_GQL_PART_ONE;
	if (RLN_IS_ANY(edge))
		part->discriminator = pstrdup(edge->discriminator_column);
}

/* May the role read the columns of both sides? */
static bool
is_linked(const RlnEdge *edge, const RlnTarget *target)
{
	return are_readable(edge->many, edge->columns) &&
		are_readable(target->relid, target->columns) &&
		(!edge->is_symmetric || are_readable(edge->many, edge->junction_columns)) &&
		(!RLN_IS_ANY(edge) ||
		 are_readable(edge->many, list_make1(edge->discriminator_column)));
}

static bool
are_readable(Oid relid, const List *columns)
{
	ListCell *lc;

	foreach(lc, columns)
	{
		if (get_attnum(relid, lfirst(lc)) == InvalidAttrNumber ||
			!rln_column_is_readable(relid, lfirst(lc)))
			return false;
	}
	return true;
}

/* One end a collection, however many values mean it. */
static void
add_end(Loader *loader, RlnGqlPart *part, Oid relid, const char *scope)
{
	RlnGqlCollection *collection = rln_gql_collection_get(loader->schema, relid);
	RlnGqlEnd *end;
	ListCell *lc;

	if (collection == NULL)
		return;
	foreach(lc, part->ends)
	{
		if (((RlnGqlEnd *) lfirst(lc))->collection == collection)
			return;
	}
	end = palloc0(sizeof(RlnGqlEnd));
	end->collection = collection;
	end->scope = scope == NULL ? NULL : pstrdup(scope);
	part->ends = lappend(part->ends, end);
}

/* Whatever an item may be: a union of the collections. */
static void
set_any(Loader *loader, RlnGqlPart *part)
{
	const char *of = part->name;
	char *name = psprintf("%s_%s_union", loader->collection->type_name, of);

	for (int i = 2; hash_search(loader->schema->types, name, HASH_FIND, NULL) != NULL; i++)
		name = psprintf("%s_%s_union_%d", loader->collection->type_name, of, i);
	part->any = rln_gql_type_make(loader->schema, RLN_GQL_UNION, name);
	part->any->part = part;
	part->any->load = load_any;
}

static void
load_any(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	foreach(lc, type->part->ends)
		type->members =
			lappend(type->members,
					((RlnGqlEnd *) lfirst(lc))->collection->types[RLN_GQL_TYPE_ITEM]);
}

/*
 * Those whose names GraphQL takes have them; the others get names that are
 * still free, in their order.
 */
static void
name_parts(Loader *loader)
{
	ListCell *lc;

	foreach(lc, loader->parts)
	{
		RlnGqlPart *part = lfirst(lc);

		if (!rln_gql_is_name(part->of))
			continue;
		part->name = part->of;
		loader->names = lappend(loader->names, (char *) part->name);
	}
	foreach(lc, loader->parts)
	{
		RlnGqlPart *part = lfirst(lc);
		char *plain = rln_gql_name(part->of);
		char *name = plain;

		if (part->name != NULL)
			continue;
		for (int i = 2; rln_names_contain(loader->names, name); i++)
			name = psprintf("%s_%d", plain, i);
		part->name = name;
		loader->names = lappend(loader->names, name);
	}
	name_functions(loader);

	/* last: a type that was made cannot be taken back by an error */
	foreach(lc, loader->parts)
	{
		if (((RlnGqlPart *) lfirst(lc))->kind == RLN_GQL_PART_ANY)
			set_any(loader, lfirst(lc));
	}
}

/* "published_func"; a field of that name goes before it */
static void
name_functions(Loader *loader)
{
	RlnGqlSchema *schema = loader->schema;
	ListCell *lc;

	foreach(lc, loader->parts)
	{
		RlnGqlPart *part = lfirst(lc);

		if (part->kind == RLN_GQL_PART_MANY)
		{
			part->functions = schema->functions[RLN_GQL_FUNCTIONS_COUNT];
			part->function_operators = schema->operators[RLN_GQL_OPERATORS_COUNT_FUNCTIONS];
		}
		part->functions_name = psprintf("%s_func", part->name);
		if (part->kind == RLN_GQL_PART_ONE || part->kind == RLN_GQL_PART_ANY ||
			!rln_gql_is_name(part->functions_name) ||
			rln_names_contain(loader->names, part->functions_name))
			part->functions = part->function_operators = NULL;
	}
}
