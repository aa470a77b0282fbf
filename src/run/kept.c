/*
 * kept.c
 *	  Plans kept by a query's shape, for the life of the backend.
 *
 * A plan is good for one role, because that role's rights decide what "*" is,
 * as long as nothing that it was made of has changed: the registry, a table,
 * a type of a user's, who is a member of which role, and as long as its tables
 * have not become much larger.  Callbacks only count;
 * a look-up compares.  Counts are taken before the plan is made, and the
 * tables are locked before counts are compared, so that no change slips in
 * between and none comes while the plan runs.
 *
 * The number of plans and their memory, which the server's part of them grows
 * by while they run, are bounded; the one that was not used for longest goes.
 * A plan that is running may be thrown out or turn stale (a function in a
 * view may call us again): it is pinned by its run and freed after that.  What
 * functions keep between calls belongs to one run at a time; so a run that
 * finds its plan in use has one of its own.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/spi.h"
#include "registry/registry.h"
#include "run/run.h"

#define MAX_PLANS 256
#define MAX_MEMORY ((Size) 16 * 1024 * 1024)

/* a plan by the hash of its key; two keys of one hash replace each other */
typedef struct PlanEntry
{
	uint64 hash; /* hash key, must be first */
	RlnPlan *plan;
} PlanEntry;

/* how often a table has changed */
typedef struct TableCount
{
	Oid relid; /* hash key, must be first */
	uint64 count;
} TableCount;

typedef struct Watch
{
	TableCount *table;
	uint64 count;
} Watch;

typedef struct Pin
{
	MemoryContextCallback callback;
	RlnPlan *plan;
} Pin;

static HTAB *plans = NULL;
static HTAB *tables = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);
static Size memory = 0;			 /* of all plans that are kept */
static uint64 generation = 1;	 /* of what is not a table */
static uint64 table_changes = 1; /* of whatever table */

static void count_table(Datum arg, Oid relid);
static void count_catalog(Datum arg, int cache, uint32 hash);
static void make_hashes(void);
static char *make_key(Oid relid, const RlnRequest *request, RlnPurpose purpose);
static RlnPlan *find_plan(uint64 hash, const char *key);
static bool is_current(RlnPlan *plan);
static RlnPlan *make_plan(Oid relid, const RlnRequest *request, RlnPurpose purpose);
static void watch_tables(RlnPlan *plan);
static void keep(RlnPlan *plan, uint64 hash, const char *key);
static void make_room(void);
static void measure(RlnPlan *plan);
static void forget(RlnPlan *plan);
static void pin(RlnPlan *plan, MemoryContext context);
static void unpin(void *arg);


/* Called once, when the library is loaded. */
void
rln_kept_init(void)
{
	CacheRegisterRelcacheCallback(count_table, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHOID, count_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(AUTHMEMROLEMEM, count_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, count_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(ENUMOID, count_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, count_catalog, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, count_catalog, (Datum) 0);
}

/*
 * The plan for the request's shape, made where there is none; its tables are
 * locked.  It stays as long as the current memory context, which is the run's.
 * SPI must be connected.
 */
RlnPlan *
rln_plan_lookup(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	char *key = make_key(relid, request, purpose);
	uint64 hash = hash_bytes_extended((unsigned char *) key, strlen(key), 0);
	RlnPlan *plan;

	make_hashes();
	plan = find_plan(hash, key);
	if (plan != NULL && !is_current(plan))
	{
		forget(plan);
		plan = NULL;
	}
	if (plan == NULL)
	{
		plan = make_plan(relid, request, purpose);
		keep(plan, hash, key);
	}
	else if (plan->pins > 0)
		plan = make_plan(relid, request, purpose);
	else
		dlist_move_head(&recent, &plan->recent);
	make_room();
	pin(plan, CurrentMemoryContext);
	return plan;
}

/* InvalidOid stands for all tables */
static void
count_table(Datum arg, Oid relid)
{
	TableCount *table;

	table_changes++;
	if (!OidIsValid(relid))
		generation++;
	else if (tables != NULL)
	{
		table = hash_search(tables, &relid, HASH_FIND, NULL);
		if (table != NULL)
			table->count++;
	}
}

static void
count_catalog(Datum arg, int cache, uint32 hash)
{
	generation++;
}

static void
make_hashes(void)
{
	HASHCTL plan_control = {.keysize = sizeof(uint64),
							.entrysize = sizeof(PlanEntry),
							.hcxt = CacheMemoryContext};
	HASHCTL table_control = {.keysize = sizeof(Oid),
							 .entrysize = sizeof(TableCount),
							 .hcxt = CacheMemoryContext};

	if (plans == NULL)
		plans = hash_create("relations: plans", MAX_PLANS, &plan_control,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	if (tables == NULL)
		tables = hash_create("relations: tables of plans", 64, &table_control,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Whoever asks, of what, what for, and the query's shape; palloc'd. */
static char *
make_key(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	StringInfoData key;

	initStringInfo(&key);
	appendStringInfo(&key, "%u %u %d %d %d ", GetUserId(), relid, purpose, rln_default_limit,
					 rln_max_depth);
	rln_request_print(&key, request);
	return key.data;
}

static RlnPlan *
find_plan(uint64 hash, const char *key)
{
	PlanEntry *entry = hash_search(plans, &hash, HASH_FIND, NULL);

	if (entry == NULL)
		return NULL;
	if (strcmp(entry->plan->key, key) != 0)
	{
		forget(entry->plan);
		return NULL;
	}
	return entry->plan;
}

/* Locking hears of all changes that were committed before. */
static bool
is_current(RlnPlan *plan)
{
	ListCell *lc;

	foreach(lc, plan->relids)
		LockRelationOid(lfirst_oid(lc), AccessShareLock);
	AcceptInvalidationMessages();
	if (plan->is_stale || plan->generation != generation ||
		plan->registry_generation != rln_registry_generation())
		return false;
	foreach(lc, plan->watches)
	{
		Watch *watch = lfirst(lc);

		if (watch->table->count != watch->count)
			return false;
	}
	return !rln_spi_is_outgrown(plan->relids, plan->pages);
}

/* Not kept yet, but current for the rest of this call. */
static RlnPlan *
make_plan(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	uint64 changes;
	uint64 before;
	uint64 registry;
	RlnPlan *plan;

	LockRelationOid(relid, AccessShareLock);
	AcceptInvalidationMessages();
	changes = table_changes;
	before = generation;
	registry = rln_registry_generation();
	plan = rln_plan_build(relid, request, purpose);
	plan->generation = before;
	plan->registry_generation = registry;
	watch_tables(plan);

	/* a table has changed while the plan was made: this one is for one run */
	plan->is_stale = table_changes != changes;
	return plan;
}

/* Entries for tables are never removed, so that plans can point at them. */
static void
watch_tables(RlnPlan *plan)
{
	MemoryContext before = MemoryContextSwitchTo(plan->context);
	ListCell *lc;

	foreach(lc, plan->relids)
	{
		Oid relid = lfirst_oid(lc);
		Watch *watch = palloc(sizeof(Watch));
		bool found;

		watch->table = hash_search(tables, &relid, HASH_ENTER, &found);
		if (!found)
			watch->table->count = 1;
		watch->count = watch->table->count;
		plan->watches = lappend(plan->watches, watch);
	}
	MemoryContextSwitchTo(before);
}

/* From here on the plan belongs to the backend. */
static void
keep(RlnPlan *plan, uint64 hash, const char *key)
{
	PlanEntry *entry;
	bool found;

	plan->key = MemoryContextStrdup(plan->context, key);
	plan->hash = hash;

	/* making the plan may have made room for another of the same hash */
	entry = hash_search(plans, &hash, HASH_FIND, NULL);
	if (entry != NULL)
		forget(entry->plan);
	entry = hash_search(plans, &hash, HASH_ENTER, &found);
	MemoryContextSetParent(plan->context, CacheMemoryContext);
	entry->plan = plan;
	dlist_push_head(&recent, &plan->recent);
	measure(plan);
}

/* The last plan that was used stays, however large. */
static void
make_room(void)
{
	while (hash_get_num_entries(plans) > 1 &&
		   (hash_get_num_entries(plans) > MAX_PLANS || memory > MAX_MEMORY))
		forget(dlist_tail_element(RlnPlan, recent, &recent));
}

static void
measure(RlnPlan *plan)
{
	memory -= plan->memory;
	plan->memory = rln_plan_memory(plan);
	memory += plan->memory;
}

static void
forget(RlnPlan *plan)
{
	hash_search(plans, &plan->hash, HASH_REMOVE, NULL);
	dlist_delete(&plan->recent);
	memory -= plan->memory;
	plan->is_stale = true;
	plan->hash = 0;
	plan->key = NULL;
	if (plan->pins == 0)
		rln_plan_free(plan);
}

/* The plan stays as long as the context. */
static void
pin(RlnPlan *plan, MemoryContext context)
{
	Pin *pin = MemoryContextAlloc(context, sizeof(Pin));

	pin->plan = plan;
	pin->callback.func = unpin;
	pin->callback.arg = pin;
	MemoryContextRegisterResetCallback(context, &pin->callback);
	plan->pins++;
	if (plan->key == NULL)
		MemoryContextSetParent(plan->context, CacheMemoryContext);
}

static void
unpin(void *arg)
{
	RlnPlan *plan = ((Pin *) arg)->plan;

	if (--plan->pins > 0)
		return;
	if (plan->key == NULL)
		rln_plan_free(plan);
	else
		measure(plan);
}
