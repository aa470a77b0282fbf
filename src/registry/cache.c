/*
 * cache.c
 *	  The edges of a table, kept for the life of the backend.
 *
 * An entry is good as long as the registry has not changed since it was read.
 * The relcache callback only counts; a look-up that finds an older count reads
 * anew.  The count is taken before reading, so that a change that is heard of
 * while reading makes the next look-up read again.  The registry's tables are
 * listened to beside the signal: where a restore switched their triggers off, it
 * is heard when they are switched on again.
 *
 * An entry that is replaced may still be held by a caller further up, who
 * caused the change himself.  So its memory goes with the transaction, not at
 * once; nobody may hold it longer.
 */
#include "postgres.h"

#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#include "registry/registry.h"

typedef struct CachedTable
{
	Oid relid; /* hash key, must be first */
	uint64 generation;
	MemoryContext context; /* NULL: never read */
	List *edges;
} CachedTable;

static HTAB *tables = NULL;
static Oid signals[3]; /* the signal, the registry's tables; the first InvalidOid: look them up */
static uint64 generation = 1;

static void find_signals(void);
static void count_change(Datum arg, Oid relid);
static CachedTable *enter_table(Oid relid);


/* Called once, when the library is loaded. */
void
rln_cache_init(void)
{
	CacheRegisterRelcacheCallback(count_change, (Datum) 0);
}

/* Counts the changes of the registry that this session has heard of. */
uint64
rln_registry_generation(void)
{
	if (!OidIsValid(signals[0]))
		find_signals();
	return generation;
}

/*
 * The edges that the table takes part in, on either side, by id.  The list
 * belongs to the cache and may be held to the end of the transaction.
 */
const List *
rln_edges_lookup(Oid relid)
{
	uint64 current;
	CachedTable *table;
	MemoryContext context;
	MemoryContext before;
	List *edges;

	AcceptInvalidationMessages();
	current = generation;
	if (!OidIsValid(signals[0]))
		find_signals();
	table = enter_table(relid);
	if (table->context != NULL && table->generation == current)
		return table->edges;

	context = AllocSetContextCreate(CurrentMemoryContext, "relations: edges of a table", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	edges = rln_edges_load_of(relid);
	MemoryContextSwitchTo(before);

	/* reading may have run this function again: look anew */
	table = enter_table(relid);
	if (table->context != NULL)
		MemoryContextSetParent(table->context, TopTransactionContext);
	MemoryContextSetParent(context, CacheMemoryContext);
	table->context = context;
	table->edges = edges;
	table->generation = current;
	return edges;
}

static void
find_signals(void)
{
	signals[1] = rln_registry_table();
	signals[2] = rln_registry_relation("target");
	signals[0] = rln_registry_signal();
}

static void
count_change(Datum arg, Oid relid)
{
	if (OidIsValid(relid) && relid != signals[0] && relid != signals[1] && relid != signals[2])
		return;
	generation++;
	signals[0] = InvalidOid; /* the extension may have been made anew */
}

/* The table's entry, new or not. */
static CachedTable *
enter_table(Oid relid)
{
	CachedTable *table;
	bool found;

	if (tables == NULL)
	{
		HASHCTL control = {.keysize = sizeof(Oid),
						   .entrysize = sizeof(CachedTable),
						   .hcxt = CacheMemoryContext};

		tables = hash_create("relations: edges by table", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	table = hash_search(tables, &relid, HASH_ENTER, &found);
	if (!found)
		table->context = NULL;
	return table;
}
