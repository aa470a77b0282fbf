/*
 * validate.c
 *	  All rows of a many-to-any relation, looked at at once.
 *
 * The rows are read under one snapshot, and their targets under the same, while
 * the triggers are there already: they see to what is written meanwhile.  Items
 * are collected and looked up in the order of their keys, as those of a
 * statement are, but nothing is locked.  The more are looked up together, the
 * fewer steps there are from one to the next in the index; so they may take
 * maintenance_work_mem, as the query may that validates a foreign key.
 *
 * On a large table a NOTICE says now and then how far it has come: PostgreSQL's
 * own progress views know none but its own commands.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

/* between two notices, or a tenth of the table if that is more */
#define ROWS_A_NOTICE 1000000

/* between two looks at the memory that is used */
#define ROWS_A_LOOK 1024

/* items of one target: as many fit into an array, and into another to sort them */
#define MAX_ITEMS (MaxAllocSize / sizeof(RlnItem) / 2)

/* of the number of keys of a target that are known to be looked up anyway */
#define KNOWN_BITS 11

PG_FUNCTION_INFO_V1(relations_validate);

typedef struct Validation
{
	RlnGuard *guard;
	Relation table;
	RlnSite site;
	MemoryContext context; /* of the items; reset when they are looked up */
	RlnBatch *batches;	   /* for each target */
	RlnItem **known;	   /* for each target, by a hash; or NULL */
	int64 rows;			   /* as PostgreSQL has them in mind */
	int64 done;
	Snapshot snapshot;
} Validation;

static void validate_table(Validation *validation, Oid relid);
static void add_row(Validation *validation, TupleTableSlot *slot);
static void notice_progress(const Validation *validation);
static bool is_known(Validation *validation, const RlnGuardTarget *target, const RlnItem *item);
static bool is_full(const Validation *validation);
static void renew_items(Validation *validation);
static void look_up(Validation *validation);
static bool is_present(Validation *validation, RlnGuardTarget *target, RlnProbing *probing,
					   const RlnItem *item);
static void report_item(const Validation *validation, const RlnItem *item);


Datum
relations_validate(PG_FUNCTION_ARGS)
{
	int32 id = PG_GETARG_INT32(0);
	const RlnEdge *edge = rln_edge_get(id);

	if (edge == NULL || !rln_table_lock(edge->many) || rln_is_foreign_temporary(edge->many) ||
		(!rln_may_see(edge) && !rln_owns_table(edge->many)))
		rln_refuse_unknown(id);
	rln_ensure_owner(edge->many);
	if (rln_guard_get(id) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("relation %d is not a many-to-any relation that is enforced", id),
				 errhint("A foreign key is validated by ALTER TABLE ... VALIDATE CONSTRAINT.")));
	rln_validate(id, edge->many);
	PG_RETURN_VOID();
}

/*
 * Looks at the rows of the many side that are in that table, which is it or a
 * partition of it; 23503 for the first that is not right.  The relation is one
 * that is enforced.
 */
void
rln_validate(int32 id, Oid relid)
{
	Validation validation = {rln_guard_get(id)};
	List *tables = rln_tables_with_rows(relid);
	MemoryContext context;
	MemoryContext before;
	ListCell *lc;

	if (validation.guard == NULL)
		elog(ERROR, "relation %d is not enforced", id); /* should not happen */
	context = AllocSetContextCreate(CurrentMemoryContext, "relations: validation",
									ALLOCSET_DEFAULT_SIZES);
	before = MemoryContextSwitchTo(context);
	validation.context = AllocSetContextCreate(context, "relations: items to be looked up",
											   ALLOCSET_DEFAULT_SIZES);
	validation.known = palloc0(sizeof(RlnItem *) * validation.guard->ntargets);
	renew_items(&validation);
	PushActiveSnapshot(GetLatestSnapshot());
	validation.snapshot = GetActiveSnapshot();
	foreach(lc, tables)
		validation.rows += Max(0, rln_table_rows(lfirst_oid(lc)));
	foreach(lc, tables)
		validate_table(&validation, lfirst_oid(lc));
	PopActiveSnapshot();
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
}

static void
validate_table(Validation *validation, Oid relid)
{
	TableScanDesc scan;
	TupleTableSlot *slot;

	validation->table = table_open(relid, AccessShareLock);
	validation->site.guard = validation->guard;
	rln_site_fill(&validation->site, validation->table);
	slot = table_slot_create(validation->table, NULL);
	scan = table_beginscan(validation->table, validation->snapshot, 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		add_row(validation, slot);
		if (++validation->done % ROWS_A_LOOK == 0 && is_full(validation))
			look_up(validation);
		if (validation->done % Max(ROWS_A_NOTICE, validation->rows / 10) == 0)
			notice_progress(validation);
	}
	look_up(validation);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(validation->table, NoLock);
}

static void
notice_progress(const Validation *validation)
{
	int32 id = validation->guard->edge->id;

	if (validation->rows > validation->done)
		ereport(NOTICE,
				(errmsg("relation %d: %lld of about %lld rows are validated", id,
						(long long) validation->done, (long long) validation->rows)));
	else
		ereport(NOTICE,
				(errmsg("relation %d: %lld rows are validated", id, (long long) validation->done)));
}

static void
add_row(Validation *validation, TupleTableSlot *slot)
{
	RlnGuard *guard = validation->guard;
	MemoryContext before = MemoryContextSwitchTo(validation->context);
	RlnGuardTarget *target;
	RlnBatch *batch;
	RlnItem *item;
	RlnFault fault;
	Datum values[INDEX_MAX_KEYS];

	target = rln_reference_target(&validation->site, slot, values, &fault);
	batch = target == NULL ? NULL : &validation->batches[target->number];
	if (batch != NULL &&
		((batch->items == NULL && !rln_guard_ready(guard, target)) ||
		 !rln_reference_read(guard, target, values)))
		fault = RLN_FAULT_MISSING;
	if (fault != RLN_FAULT_NONE)
		rln_report_row(guard, &validation->site, validation->table, slot, fault);
	if (batch != NULL)
	{
		item = rln_batch_add(batch, guard, target, values);
		item->tid = slot->tts_tid;
	}
	MemoryContextSwitchTo(before);
	if (batch != NULL && is_known(validation, target, item))
		batch->n--;
}

/*
 * Many rows may refer to few keys.  Is the item's one of those that were met
 * last?  Then it has been looked up, or will be.
 */
static bool
is_known(Validation *validation, const RlnGuardTarget *target, const RlnItem *item)
{
	RlnItem **known = &validation->known[target->number];
	RlnItem *met;

	if (!rln_items_are_whole(validation->guard, target))
		return false;
	if (*known == NULL)
		*known = palloc0(sizeof(RlnItem) << KNOWN_BITS);
	met = &(*known)[rln_spread(pg_ntoh64(item->first) + item->rest, KNOWN_BITS)];
	if (ItemPointerIsValid(&met->tid) && met->first == item->first && met->rest == item->rest)
		return true;
	*met = *item;
	return false;
}

/*
 * Do the items, with the room to sort those of a target, fill what a foreign key
 * takes to be validated?  Arrays that have just grown are half empty, which costs
 * no memory; what the items point to is in their context.
 */
static bool
is_full(const Validation *validation)
{
	Size items = 0;
	int most = 0;

	for (int i = 0; i < validation->guard->ntargets; i++)
	{
		items += validation->batches[i].n;
		most = Max(most, validation->batches[i].n);
	}
	return most >= MAX_ITEMS ||
		(items + most) * sizeof(RlnItem) >= maintenance_work_mem * (Size) 1024 ||
		MemoryContextMemAllocated(validation->context, false) >=
		maintenance_work_mem * (Size) 2048;
}

static void
renew_items(Validation *validation)
{
	MemoryContextReset(validation->context);
	validation->batches = MemoryContextAllocZero(validation->context,
												 sizeof(RlnBatch) * validation->guard->ntargets);
}

static void
look_up(Validation *validation)
{
	RlnGuard *guard = validation->guard;

	for (int i = 0; i < guard->ntargets; i++)
	{
		RlnGuardTarget *target = &guard->targets[i];
		RlnItem *items = validation->batches[i].items;
		RlnProbing probing;
		int n = validation->batches[i].n;

		if (n == 0)
			continue;
		rln_items_sort(guard, target, items, n);
		if (target->to_target != NULL)
			rln_probe_begin_under(&probing, target->to_target, validation->snapshot);
		for (int item = 0; item < n;
			 item += rln_items_alike(guard, target, &items[item], n - item))
		{
			CHECK_FOR_INTERRUPTS();
			if (!is_present(validation, target, &probing, &items[item]))
				report_item(validation, &items[item]);
		}
		if (target->to_target != NULL)
			rln_probe_end(&probing);
	}
	renew_items(validation);
}

static bool
is_present(Validation *validation, RlnGuardTarget *target, RlnProbing *probing,
		   const RlnItem *item)
{
	Datum value;
	const Datum *values = rln_item_values(validation->guard, target, item, &value);

	if (target->to_target != NULL)
		return rln_probe_exists(probing, values);
	return rln_query_exists(validation->guard, target, values, validation->snapshot);
}

/* 23503 for the row. */
static void
report_item(const Validation *validation, const RlnItem *item)
{
	TupleTableSlot *slot = table_slot_create(validation->table, NULL);
	ItemPointerData tid = item->tid;

	if (!table_tuple_fetch_row_version(validation->table, &tid, validation->snapshot, slot))
		elog(ERROR, "a row that was read is gone"); /* should not happen */
	rln_report_row(validation->guard, &validation->site, validation->table, slot,
				   RLN_FAULT_MISSING);
}
