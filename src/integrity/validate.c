/*
 * validate.c
 *	  All rows of a many-to-any relation, looked at at once.
 *
 * The rows are read under one snapshot, and their targets under the same, while
 * the triggers are there already: they see to what is written meanwhile.  Items
 * are collected and looked up in the order of their keys, as those of a
 * statement are, but nothing is locked.
 *
 * On a large table a NOTICE says now and then how far it has come; PostgreSQL's
 * own progress views have no place for an extension.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

/* rows between two notices */
#define ROWS_A_NOTICE 5000000

/* items that are looked up together */
#define MAX_ROWS 262144

PG_FUNCTION_INFO_V1(relations_validate);

typedef struct Validation
{
	RlnGuard *guard;
	Relation table;
	RlnSite site;
	MemoryContext context; /* of the items; reset when they are looked up */
	RlnBatch *batches;	   /* for each target */
	int rows;
	int64 done;
	Snapshot snapshot;
} Validation;

static List *tables_of(Oid many);
static void validate_table(Validation *validation, Oid relid);
static void add_row(Validation *validation, TupleTableSlot *slot);
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
	ListCell *lc;

	if (validation.guard == NULL)
		elog(ERROR, "relation %d is not enforced", id); /* should not happen */
	validation.context = AllocSetContextCreate(CurrentMemoryContext, "relations: validation",
											   ALLOCSET_DEFAULT_SIZES);
	renew_items(&validation);
	PushActiveSnapshot(GetLatestSnapshot());
	validation.snapshot = GetActiveSnapshot();
	foreach(lc, tables_of(relid))
		validate_table(&validation, lfirst_oid(lc));
	PopActiveSnapshot();
	MemoryContextDelete(validation.context);
}

/* The tables that hold the many side's rows. */
static List *
tables_of(Oid many)
{
	List *tables = NIL;
	ListCell *lc;

	if (get_rel_relkind(many) != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(many);
	foreach(lc, find_all_inheritors(many, AccessShareLock, NULL))
	{
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION)
			tables = lappend_oid(tables, lfirst_oid(lc));
	}
	return tables;
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
		if (++validation->done % ROWS_A_NOTICE == 0)
			ereport(
				NOTICE,
				(errmsg("relation %d: %lld rows of about %.0f validated",
						validation->guard->edge->id, (long long) validation->done,
						Max((double) validation->done, validation->table->rd_rel->reltuples))));
	}
	look_up(validation);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(validation->table, NoLock);
}

static void
add_row(Validation *validation, TupleTableSlot *slot)
{
	RlnGuard *guard = validation->guard;
	MemoryContext before = MemoryContextSwitchTo(validation->context);
	RlnGuardTarget *target;
	RlnFault fault;
	Datum values[INDEX_MAX_KEYS];

	target = rln_reference_target(&validation->site, slot, values, &fault);
	if (target != NULL)
	{
		if (validation->batches[target->number].n == 0 && !rln_guard_ready(guard, target))
			fault = RLN_FAULT_MISSING;
		else if (!rln_reference_read(guard, target, values))
			fault = RLN_FAULT_MISSING;
	}
	if (fault != RLN_FAULT_NONE)
		rln_report_row(guard, &validation->site, validation->table, slot, fault);
	if (target != NULL)
	{
		RlnItem *item =
			rln_batch_add(&validation->batches[target->number], guard, target, values);

		item->tid = slot->tts_tid;
		validation->rows++;
	}
	MemoryContextSwitchTo(before);
	if (validation->rows == MAX_ROWS)
		look_up(validation);
}

static void
renew_items(Validation *validation)
{
	MemoryContextReset(validation->context);
	validation->batches = MemoryContextAllocZero(validation->context,
												 sizeof(RlnBatch) * validation->guard->ntargets);
	validation->rows = 0;
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
