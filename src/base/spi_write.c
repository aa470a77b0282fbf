/*
 * spi_write.c
 *	  Statements that change users' data, with rows of ours among their tables.
 *
 * To plan a statement over a row or two is most of what it costs, so those are
 * planned once for their text and the types of their rows, and kept.  PostgreSQL
 * plans them anew when a table, a type or row security has changed; we do when a
 * table has outgrown its plan, which may read it from end to end, as that of a table
 * of one page does.  One over many rows is planned for their number each time, which
 * is little beside the rows.
 *
 * The number of plans and their memory, which partitions make large, are bounded;
 * the one that was not used for longest goes, unless it is running: a trigger may
 * call us again.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "lib/stringinfo.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "base/spi.h"

#define MAX_PLANS 128
#define MAX_MEMORY ((Size) 16 * 1024 * 1024)
#define FEW_ROWS 16

/* a plan by the hash of its key; two keys of one hash replace each other */
typedef struct KeptPlan
{
	uint64 hash; /* hash key, must be first */
	char *key;
	SPIPlanPtr plan;
	double pages; /* of its tables, when it was made */
	Size size;
	int runs; /* of it that have not ended */
	dlist_node node;
} KeptPlan;

static HTAB *plans = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);
static Size memory = 0; /* of all plans that are kept */

static int run_kept(KeptPlan *kept, SPIExecuteOptions *options);
static void add_source(const RlnSpiRows *source);
static bool are_few(const RlnSpiRows *sources, int nsources);
static KeptPlan *find_plan(const char *sql, const RlnSpiRows *sources, int nsources);
static char *make_key(const char *sql, const RlnSpiRows *sources, int nsources);
static KeptPlan *keep(uint64 hash, const char *key, SPIPlanPtr plan);
static void weigh(KeptPlan *kept);
static bool make_room(void);
static void forget(KeptPlan *kept);


/*
 * Changes users' data as the caller would: his rights, a snapshot of the
 * statement's own, its changes seen by all that follows.  The sources are read
 * by their names, which hide no table, since those are written qualified.
 */
void
rln_spi_write(const char *sql, const RlnSpiRows *sources, int nsources, DestReceiver *receiver)
{
	SPIExecuteOptions options = {.read_only = false, .dest = receiver};
	MemoryContext before = CurrentMemoryContext;
	KeptPlan *kept = NULL;
	int result;

	for (int i = 0; i < nsources; i++)
		add_source(&sources[i]);
	if (are_few(sources, nsources))
		kept = find_plan(sql, sources, nsources);
	result = kept == NULL ? SPI_execute_extended(sql, &options) : run_kept(kept, &options);
	for (int i = 0; i < nsources; i++)
		(void) SPI_unregister_relation(sources[i].name);
	MemoryContextSwitchTo(before);
	rln_spi_ensure_done(result, sql);
}

/* A plan is not thrown away while it runs. */
static int
run_kept(KeptPlan *kept, SPIExecuteOptions *options)
{
	volatile int result = 0;

	kept->runs++;
	PG_TRY();
	{
		result = SPI_execute_plan_extended(kept->plan, options);
	}
	PG_FINALLY();
	{
		kept->runs--;
	}
	PG_END_TRY();
	weigh(kept);
	while (memory > MAX_MEMORY && make_room())
		;
	return result;
}

static void
add_source(const RlnSpiRows *source)
{
	EphemeralNamedRelation rows = palloc0(sizeof(EphemeralNamedRelationData));

	rows->md.name = unconstify(char *, source->name);
	rows->md.tupdesc = source->desc;
	rows->md.enrtype = ENR_NAMED_TUPLESTORE;
	rows->md.enrtuples = source->nrows;
	rows->reldata = source->rows;
	if (SPI_register_relation(rows) != SPI_OK_REL_REGISTER)
		elog(ERROR, "SPI_register_relation failed"); /* should not happen */
}

static bool
are_few(const RlnSpiRows *sources, int nsources)
{
	for (int i = 0; i < nsources; i++)
	{
		if (sources[i].nrows > FEW_ROWS)
			return false;
	}
	return true;
}

/* The plan, made where there is none; NULL where all that are kept are running. */
static KeptPlan *
find_plan(const char *sql, const RlnSpiRows *sources, int nsources)
{
	char *key = make_key(sql, sources, nsources);
	uint64 hash = hash_bytes_extended((unsigned char *) key, strlen(key), 0);
	KeptPlan *kept;
	SPIPlanPtr plan;

	if (plans == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(KeptPlan)};

		plans = hash_create("relations: plans of writing statements", MAX_PLANS, &ctl,
							HASH_ELEM | HASH_BLOBS);
	}
	kept = hash_search(plans, &hash, HASH_FIND, NULL);
	if (kept != NULL && strcmp(kept->key, key) == 0 &&
		!rln_spi_is_outgrown(rln_spi_relations(kept->plan), kept->pages))
	{
		dlist_move_head(&recent, &kept->node);
		return kept;
	}
	if (kept != NULL && kept->runs > 0)
		return NULL;
	plan = rln_spi_prepare(sql, 0, NULL, 0);
	if (kept != NULL)
		forget(kept);
	if (hash_get_num_entries(plans) >= MAX_PLANS && !make_room())
		return NULL;
	return keep(hash, key, plan);
}

/* The text, and what the rows are made of; palloc'd. */
static char *
make_key(const char *sql, const RlnSpiRows *sources, int nsources)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, sql);
	for (int i = 0; i < nsources; i++)
	{
		appendStringInfo(&buf, "\n%s", sources[i].name);
		for (int j = 0; j < sources[i].desc->natts; j++)
		{
			Form_pg_attribute column = TupleDescAttr(sources[i].desc, j);

			appendStringInfo(&buf, " %s %u %d %u", NameStr(column->attname), column->atttypid,
							 column->atttypmod, column->attcollation);
		}
	}
	return buf.data;
}

static KeptPlan *
keep(uint64 hash, const char *key, SPIPlanPtr plan)
{
	char *copy = MemoryContextStrdup(TopMemoryContext, key);
	KeptPlan *kept = hash_search(plans, &hash, HASH_ENTER, NULL);

	kept->key = copy;
	kept->plan = plan;
	kept->pages = rln_spi_pages(rln_spi_relations(plan));
	kept->size = 0;
	kept->runs = 0;
	dlist_push_head(&recent, &kept->node);
	rln_spi_keep(plan);
	return kept;
}

/* PostgreSQL's part of the plan is made when it runs. */
static void
weigh(KeptPlan *kept)
{
	memory -= kept->size;
	kept->size = rln_spi_memory(kept->plan);
	memory += kept->size;
}

/* From the end, where those are that were not used for longest; false where all are running. */
static bool
make_room(void)
{
	dlist_iter at;

	dlist_reverse_foreach(at, &recent)
	{
		KeptPlan *kept = dlist_container(KeptPlan, node, at.cur);

		if (kept->runs > 0)
			continue;
		forget(kept);
		return true;
	}
	return false;
}

static void
forget(KeptPlan *kept)
{
	memory -= kept->size;
	dlist_delete(&kept->node);
	SPI_freeplan(kept->plan);
	pfree(kept->key);
	(void) hash_search(plans, &kept->hash, HASH_REMOVE, NULL);
}
