/*
 * schema.c
 *	  Schemas kept by role and search path, for the life of the backend.
 *
 * Callbacks only note what has changed.  A change of anything but a table (a
 * role, a schema, an enum, the registry) makes every schema old.  Tables change
 * all the time without changing what can be asked of them (ANALYZE, a new
 * index, somebody's temporary table), so the OIDs of changed tables are
 * collected and a look-up compares what the schema knows of them with what is
 * true now.
 *
 * A schema that is replaced may be in use further up: it is pinned.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "graphql/graphql.h"
#include "graphql/schema.h"
#include "registry/registry.h"

#define MAX_SCHEMAS 8
#define MAX_CHANGES 256

static List *schemas = NIL; /* RlnGqlSchema *, the last one used first */
static uint64 generation = 1;
static Oid changes[MAX_CHANGES]; /* the latest tables, by number of the change */
static uint64 nchanges = 0;
static uint64 looked_at = 0; /* so many of them, by some schema */

static void note_table(Datum arg, Oid relid);
static void note_catalog(Datum arg, int cache, uint32 hash);
static RlnGqlSchema *find_schema(const List *path);
static bool is_current(RlnGqlSchema *schema);
static RlnGqlSchema *make_schema(List *path);
static void forget(RlnGqlSchema *schema);


/* Called once, when the library is loaded. */
void
rln_gql_schema_init(void)
{
	CacheRegisterRelcacheCallback(note_table, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, note_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, note_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, note_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(ENUMOID, note_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, note_catalog, (Datum) 0);
}

/* The schema for the current role and search path; it stays as long as the context. */
RlnGqlSchema *
rln_gql_schema_lookup(MemoryContext context)
{
	List *path;
	RlnGqlSchema *schema;

	AcceptInvalidationMessages();
	looked_at = nchanges;
	path = fetch_search_path(true);
	schema = find_schema(path);
	if (schema != NULL && !is_current(schema))
	{
		forget(schema);
		schema = NULL;
	}
	if (schema == NULL)
		schema = make_schema(path);
	else if (linitial(schemas) != schema)
	{
		MemoryContext before = MemoryContextSwitchTo(CacheMemoryContext);

		schemas = lcons(schema, list_delete_ptr(schemas, schema));
		MemoryContextSwitchTo(before);
	}
	list_free(path);
	rln_gql_pin(&schema->kept, context);
	return schema;
}

/* InvalidOid stands for all tables; those of the system are no collections */
static void
note_table(Datum arg, Oid relid)
{
	if (!OidIsValid(relid))
		generation++;
	else if (relid >= FirstNormalObjectId &&
			 (nchanges == looked_at || changes[(nchanges - 1) % MAX_CHANGES] != relid))
		changes[nchanges++ % MAX_CHANGES] = relid;
}

static void
note_catalog(Datum arg, int cache, uint32 hash)
{
	generation++;
}

static RlnGqlSchema *
find_schema(const List *path)
{
	ListCell *lc;

	foreach(lc, schemas)
	{
		RlnGqlSchema *schema = lfirst(lc);

		if (schema->role == GetUserId() && equal(schema->path, path))
			return schema;
	}
	return NULL;
}

static bool
is_current(RlnGqlSchema *schema)
{
	if (schema->generation != generation ||
		schema->registry_generation != rln_registry_generation())
		return false;
	/* looking at one may let more be heard of, which overwrite the oldest */
	for (; schema->seen < nchanges; schema->seen++)
	{
		if (nchanges - schema->seen > MAX_CHANGES ||
			rln_gql_is_stale(schema, changes[schema->seen % MAX_CHANGES]))
			return false;
	}
	return true;
}

static RlnGqlSchema *
make_schema(List *path)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "relations: GraphQL schema",
												  ALLOCSET_DEFAULT_SIZES);
	uint64 before = generation;
	uint64 registry = rln_registry_generation();
	uint64 seen = nchanges;
	RlnGqlSchema *schema = rln_gql_schema_build(context);
	MemoryContext caller;

	schema->role = GetUserId();
	schema->generation = before;
	schema->registry_generation = registry;
	schema->seen = seen;
	caller = MemoryContextSwitchTo(context);
	schema->path = list_copy(path);

	/* complete: from here on it belongs to the backend */
	MemoryContextSwitchTo(CacheMemoryContext);
	schemas = lcons(schema, schemas);
	MemoryContextSetParent(context, CacheMemoryContext);
	MemoryContextSwitchTo(caller);
	if (list_length(schemas) > MAX_SCHEMAS)
		forget(llast(schemas));
	return schema;
}

static void
forget(RlnGqlSchema *schema)
{
	rln_gql_forget_documents(schema);
	schemas = list_delete_ptr(schemas, schema);
	rln_gql_drop(&schema->kept);
}
