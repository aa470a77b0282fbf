/*
 * build.c
 *	  The collections of a schema, and what they are called.
 *
 * Collections are the tables and views that the search path shows and the role
 * may read, those that relations lead to from there, wherever they are, and
 * relations.relations.  Each gets a name such that all names that are made of
 * it are free: its own, that with its schema's before it, at last one with a
 * number.  They choose in a fixed order, so that the names are the same in
 * every session.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "graphql/schema.h"
#include "query/node.h"
#include "registry/registry.h"

/* names made of a collection's name, in the order of RlnGqlCollectionType */
static const char *const type_names[RLN_GQL_COLLECTION_TYPES] = {
	"%s", "%s_filter", "%s_quantifier_filter", "%s_aggregated", "%s_aggregated_count",
	"%s_aggregated_fields", "%s_aggregated_values", "create_%s_input", "update_%s_input",
	"%s_changes_input"};

typedef struct TableEntry
{
	Oid relid; /* hash key, must be first */
	RlnGqlCollection *collection;
} TableEntry;

static HTAB *make_names(RlnGqlSchema *schema, const char *title, Size entry_size);
static void add_visible(RlnGqlSchema *schema);
static void add_related(RlnGqlSchema *schema);
static RlnGqlCollection *add_collection(RlnGqlSchema *schema, Oid relid, bool is_root);
static bool may_collect(Oid relid, Oid namespace, char relkind);
static bool has_columns(Oid relid);
static void set_rights(RlnGqlCollection *collection);
static bool may_write(Oid relid, AclMode mode);
static int compare_collections(const ListCell *a, const ListCell *b);
static void name_collection(RlnGqlSchema *schema, RlnGqlCollection *collection);
static bool is_free(RlnGqlSchema *schema, const char *name, const char *root);


/*
 * A schema for the current role and search path, in the context and belonging
 * to it.
 */
RlnGqlSchema *
rln_gql_schema_build(MemoryContext context)
{
	MemoryContext before = MemoryContextSwitchTo(context);
	RlnGqlSchema *schema = palloc0(sizeof(RlnGqlSchema));
	HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(TableEntry), .hcxt = context};
	ListCell *lc;

	schema->kept.context = schema->context = context;
	schema->types = make_names(schema, "relations: GraphQL types", RLN_GQL_MAX_NAME + sizeof(void *));
	schema->queries = make_names(schema, "relations: GraphQL queries", RLN_GQL_MAX_NAME + sizeof(void *));
	schema->mutations = make_names(schema, "relations: GraphQL mutations", RLN_GQL_MAX_NAME + sizeof(void *));
	schema->tables = hash_create("relations: GraphQL collections", 64, &control,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	rln_gql_builtin_add(schema);
	rln_gql_meta_add(schema);
	(void) add_collection(schema, rln_registry_view(), true);
	add_visible(schema);
	add_related(schema);
	list_sort(schema->collections, compare_collections);
	foreach(lc, schema->collections)
	{
		RlnGqlCollection *collection = lfirst(lc);

		name_collection(schema, collection);
		rln_gql_collection_types(schema, collection);
		if (collection->is_root)
			rln_gql_roots_add(schema, collection);
	}
	MemoryContextSwitchTo(before);
	return schema;
}

/* The table's collection, or NULL. */
RlnGqlCollection *
rln_gql_collection_get(RlnGqlSchema *schema, Oid relid)
{
	TableEntry *entry = hash_search(schema->tables, &relid, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->collection;
}

/* Is something else true of the table now than when the schema was made? */
bool
rln_gql_is_stale(RlnGqlSchema *schema, Oid relid)
{
	RlnGqlCollection *collection = rln_gql_collection_get(schema, relid);
	Oid namespace = get_rel_namespace(relid);
	bool exists = OidIsValid(namespace) && may_collect(relid, namespace, get_rel_relkind(relid));
	RlnGqlCollection now = {.relid = relid};

	if (collection == NULL)
		return exists && RelationIsVisible(relid) && namespace != PG_CATALOG_NAMESPACE;
	if (collection->is_registry)
		return false;
	if (!exists || strcmp(collection->table_name, get_rel_name(relid)) != 0 ||
		strcmp(collection->schema_name, get_namespace_name(namespace)) != 0 ||
		collection->is_root != RelationIsVisible(relid) ||
		collection->relkind != get_rel_relkind(relid))
		return true;
	set_rights(&now);
	return now.may_insert != collection->may_insert || now.may_update != collection->may_update ||
		now.may_delete != collection->may_delete ||
		(collection->is_loaded && collection->print != rln_gql_collection_print(relid));
}

static HTAB *
make_names(RlnGqlSchema *schema, const char *title, Size entry_size)
{
	HASHCTL control = {
		.keysize = RLN_GQL_MAX_NAME, .entrysize = entry_size, .hcxt = schema->context};

	return hash_create(title, 256, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

/* What the search path shows. */
static void
add_visible(RlnGqlSchema *schema)
{
	List *path = fetch_search_path(true);
	Relation catalog = table_open(RelationRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	List *relids = NIL;
	HeapTuple tuple;
	ListCell *lc;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->relnamespace != PG_CATALOG_NAMESPACE &&
			list_member_oid(path, form->relnamespace) &&
			may_collect(form->oid, form->relnamespace, form->relkind))
			relids = lappend_oid(relids, form->oid);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	foreach(lc, relids)
	{
		if (RelationIsVisible(lfirst_oid(lc)))
			(void) add_collection(schema, lfirst_oid(lc), true);
	}
	list_free(relids);
	list_free(path);
}

/* What relations lead to from there, and on from that. */
static void
add_related(RlnGqlSchema *schema)
{
	List *edges = rln_edges_load();
	bool found = true;

	while (found)
	{
		ListCell *lc;

		found = false;
		foreach(lc, edges)
		{
			const RlnEdge *edge = lfirst(lc);
			List *ends = list_make1_oid(edge->many);
			bool is_reached = rln_gql_collection_get(schema, edge->many) != NULL;
			ListCell *le;

			foreach(le, edge->targets)
			{
				Oid relid = ((RlnTarget *) lfirst(le))->relid;

				ends = list_append_unique_oid(ends, relid);
				is_reached = is_reached || rln_gql_collection_get(schema, relid) != NULL;
			}
			foreach(le, is_reached ? ends : NIL)
			{
				Oid relid = lfirst_oid(le);
				Oid namespace = get_rel_namespace(relid);

				if (rln_gql_collection_get(schema, relid) == NULL && OidIsValid(namespace) &&
					may_collect(relid, namespace, get_rel_relkind(relid)))
				{
					(void) add_collection(schema, relid, false);
					found = true;
				}
			}
		}
	}
}

static RlnGqlCollection *
add_collection(RlnGqlSchema *schema, Oid relid, bool is_root)
{
	RlnGqlCollection *collection = palloc0(sizeof(RlnGqlCollection));
	TableEntry *entry;
	bool found;

	collection->relid = relid;
	collection->table_name = get_rel_name(relid);
	collection->schema_name = get_namespace_name(get_rel_namespace(relid));
	collection->relkind = get_rel_relkind(relid);
	collection->is_root = is_root;
	collection->is_registry = relid == rln_registry_view();
	set_rights(collection);
	entry = hash_search(schema->tables, &relid, HASH_ENTER, &found);
	entry->collection = collection;
	schema->collections = lappend(schema->collections, collection);
	return collection;
}

/* Is it something whose rows the role may read?  The extension's own is added by name. */
static bool
may_collect(Oid relid, Oid namespace, char relkind)
{
	return rln_is_collection_kind(relkind) &&
		namespace != get_rel_namespace(rln_registry_table()) &&
		rln_may_use_schema(namespace, GetUserId()) && !rln_is_foreign_temporary(relid) &&
		rln_may_read(relid) && has_columns(relid);
}

/* One that the role may read. */
static bool
has_columns(Oid relid)
{
	char *name;

	for (int i = 1; (name = get_attname(relid, i, true)) != NULL; i++)
	{
		if (strncmp(name, "........pg.dropped.", 19) != 0 && rln_column_is_readable(relid, name))
			return true;
	}
	return false;
}

static void
set_rights(RlnGqlCollection *collection)
{
	collection->may_insert = may_write(collection->relid, ACL_INSERT);
	collection->may_update = may_write(collection->relid, ACL_UPDATE);
	collection->may_delete =
		pg_class_aclcheck(collection->relid, GetUserId(), ACL_DELETE) == ACLCHECK_OK;
}

/* The table, or any column of it. */
static bool
may_write(Oid relid, AclMode mode)
{
	return pg_class_aclcheck(relid, GetUserId(), mode) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(relid, GetUserId(), mode, ACLMASK_ANY) == ACLCHECK_OK;
}

/* The order in which they choose their names. */
static int
compare_collections(const ListCell *a, const ListCell *b)
{
	const RlnGqlCollection *first = lfirst(a);
	const RlnGqlCollection *second = lfirst(b);
	int result;

	if (first->is_registry != second->is_registry)
		return first->is_registry ? -1 : 1;
	if (first->is_root != second->is_root)
		return first->is_root ? -1 : 1;
	if (rln_gql_is_name(first->table_name) != rln_gql_is_name(second->table_name))
		return rln_gql_is_name(first->table_name) ? -1 : 1;
	result = strcmp(first->table_name, second->table_name);
	return result != 0 ? result : strcmp(first->schema_name, second->schema_name);
}

static void
name_collection(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	char *name = rln_gql_name(collection->table_name);
	char *qualified =
		rln_gql_name(rln_name_join(collection->schema_name, collection->table_name));

	if (collection->is_registry)
	{
		/* as the reference calls them */
		collection->type_name = "directus_relations";
		collection->root_name = "relations";
	}
	else
	{
		if (!collection->is_root || !is_free(schema, name, name))
			name = qualified;
		for (int i = 2; !is_free(schema, name, name); i++)
			name = psprintf("%s_%d", qualified, i);
		collection->type_name = collection->root_name = name;
	}
}

/* Is everything that would be made of the name, and is it a name? */
static bool
is_free(RlnGqlSchema *schema, const char *name, const char *root)
{
	static const char *const queries[] = {"%s", "%s_by_id", "%s_aggregated"};
	static const char *const mutations[] = {"create_%s_item", "create_%s_items", "update_%s_item",
											"update_%s_items", "delete_%s_item", "delete_%s_items"};
	char full[RLN_GQL_MAX_NAME];

	for (int i = 0; i < RLN_GQL_COLLECTION_TYPES; i++)
	{
		snprintf(full, sizeof(full), type_names[i], name);
		if (hash_search(schema->types, full, HASH_FIND, NULL) != NULL)
			return false;
	}
	for (int i = 0; i < lengthof(queries); i++)
	{
		snprintf(full, sizeof(full), queries[i], root);
		if (!rln_gql_is_name(full) || hash_search(schema->queries, full, HASH_FIND, NULL) != NULL)
			return false;
	}
	for (int i = 0; i < lengthof(mutations); i++)
	{
		snprintf(full, sizeof(full), mutations[i], root);
		if (hash_search(schema->mutations, full, HASH_FIND, NULL) != NULL)
			return false;
	}
	return true;
}

/* What a type of a collection is called; palloc'd. */
char *
rln_gql_collection_type_name(const RlnGqlCollection *collection, RlnGqlCollectionType type)
{
	return psprintf(type_names[type], collection->type_name);
}
