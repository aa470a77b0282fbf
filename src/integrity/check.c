/*
 * check.c
 *	  The many side: each row's reference must lead to a row.
 *
 * This is RI_FKey_check() with MATCH FULL, for a key whose first column says
 * which table it leads to.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/sqltext.h"
#include "integrity/integrity.h"

static bool must_check(const RlnSite *site, TriggerData *trigger);
static bool is_alive(Relation rel, TupleTableSlot *slot);
static void ensure_found(RlnGuard *guard, const RlnGuardTarget *target, const RlnItem *items,
						 int n, const Oid *sources);


/*
 * The row that was inserted or updated.  It is put into the statement's frame,
 * or looked at now.
 */
void
rln_check_row(RlnSite *site, TriggerData *trigger)
{
	RlnGuard *guard = site->guard;
	Relation rel = trigger->tg_relation;
	TupleTableSlot *slot =
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newslot : trigger->tg_trigslot;
	RlnGuardTarget *target;
	RlnFrame *frame = NULL;
	RlnFault fault;
	Datum values[INDEX_MAX_KEYS];

	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && !must_check(site, trigger))
		return;
	target = rln_reference_target(site, slot, values, &fault);
	if (target != NULL)
	{
		/* a check that may be deferred is looked at when its time has come */
		if (site->alone && !trigger->tg_trigger->tgdeferrable)
			frame = rln_frame_of(guard->edge->id, slot);
		if ((frame == NULL || !rln_frame_holds(frame, guard, target)) &&
			!rln_guard_ready(guard, target))
			fault = RLN_FAULT_MISSING;
		else if (!rln_reference_read(guard, target, values))
			fault = RLN_FAULT_MISSING;
	}
	if (fault != RLN_FAULT_NONE)
	{
		if (is_alive(rel, slot))
			rln_report_row(guard, site, rel, slot, fault);
		return;
	}
	if (target == NULL)
		return;
	if (frame != NULL)
		rln_frame_add_reference(frame, guard, target, rel, &slot->tts_tid, values);
	else if (is_alive(rel, slot))
	{
		RlnItem item = {.tid = slot->tts_tid};
		Oid source = RelationGetRelid(rel);

		rln_item_fill(&item, guard, target, values);
		rln_check_items(guard, target, &item, 1, &source);
	}
}

/*
 * The target that the row refers to, with the values of its key as they are
 * stored; NULL where it refers to none, and fault says if it should.
 */
RlnGuardTarget *
rln_reference_target(const RlnSite *site, TupleTableSlot *slot, Datum *values, RlnFault *fault)
{
	RlnGuard *guard = site->guard;
	RlnGuardTarget *target;
	bool isnull;
	Datum discriminator = slot_getattr(slot, site->discriminator, &isnull);
	int nulls = isnull ? 1 : 0;

	for (int i = 0; i < guard->nkeys; i++)
	{
		values[i] = slot_getattr(slot, site->items[i], &isnull);
		nulls += isnull ? 1 : 0;
	}
	*fault = nulls > 0 && nulls <= guard->nkeys ? RLN_FAULT_HALF : RLN_FAULT_NONE;
	if (nulls > 0)
		return NULL;
	target = rln_guard_find(guard, discriminator);
	if (target == NULL)
		*fault = RLN_FAULT_MISSING;
	return target;
}

/*
 * Makes of the stored values what is looked up; false where they are no key's.
 * The target must be ready.
 */
bool
rln_reference_read(const RlnGuard *guard, const RlnGuardTarget *target, Datum *values)
{
	for (int i = 0; i < guard->nkeys; i++)
	{
		const RlnKeyColumn *key = &target->key[i];

		if (key->item_length == -1)
			values[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(values[i]));
		if (!rln_item_read(key, values[i], &values[i]))
			return false;
	}
	return true;
}

/*
 * Items that refer to the target, each looked up once.  Raises 23503 where a row
 * is missing for one that is still there.
 */
void
rln_check_items(RlnGuard *guard, RlnGuardTarget *target, RlnItem *items, int n, const Oid *sources)
{
	RlnProbing probing;
	int alike;

	/* the lock would not keep the key from changing */
	if (!target->is_unique)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FOREIGN_KEY),
				 errmsg("there is no unique constraint any more that matches the key of \"%s\"",
						rln_table_label(target->relid)),
				 errdetail("Relation %d leads to it.", guard->edge->id),
				 errhint("Add it again: SELECT * FROM relations.check().")));
	if (n > 1)
		rln_items_sort(guard, target, items, n);
	if (target->to_target != NULL)
		rln_probe_begin(&probing, target->to_target, false);
	for (int i = 0; i < n; i += alike)
	{
		Datum value;
		const Datum *values = rln_item_values(guard, target, &items[i], &value);
		bool found;

		CHECK_FOR_INTERRUPTS();
		alike = rln_items_alike(guard, target, &items[i], n - i);
		if (target->to_target != NULL)
			found = rln_probe_lock(&probing, values);
		else
			found = rln_query_run(guard, target, RLN_QUERY_PRESENT, values) > 0;
		if (!found)
			ensure_found(guard, target, &items[i], alike, sources);
	}
	if (target->to_target != NULL)
		rln_probe_end(&probing);
}

/*
 * An update that changes nothing of the reference needs no check, unless this
 * transaction has inserted the row: the check of that may still be to come, and
 * will pass over a version that is dead by then.  See
 * RI_FKey_fk_upd_check_required().
 */
static bool
must_check(const RlnSite *site, TriggerData *trigger)
{
	const RlnGuard *guard = site->guard;
	TupleTableSlot *old = trigger->tg_trigslot;
	TupleTableSlot *new = trigger->tg_newslot;
	bool isnull;
	Datum xmin;

	for (int i = -1; i < guard->nkeys; i++)
	{
		AttrNumber attnum = i < 0 ? site->discriminator : site->items[i];
		Form_pg_attribute column =
			TupleDescAttr(RelationGetDescr(trigger->tg_relation), attnum - 1);
		bool old_isnull;
		bool new_isnull;
		Datum old_value = slot_getattr(old, attnum, &old_isnull);
		Datum new_value = slot_getattr(new, attnum, &new_isnull);

		if (old_isnull != new_isnull ||
			(!old_isnull &&
			 !datum_image_eq(old_value, new_value, column->attbyval, column->attlen)))
			return true;
	}
	xmin = slot_getsysattr(old, MinTransactionIdAttributeNumber, &isnull);
	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
}

/* A row that was deleted or updated since need not be right any more. */
static bool
is_alive(Relation rel, TupleTableSlot *slot)
{
	return table_tuple_satisfies_snapshot(rel, slot, SnapshotSelf);
}

/* 23503 for the first of the rows that is still there. */
static void
ensure_found(RlnGuard *guard, const RlnGuardTarget *target, const RlnItem *items, int n,
			 const Oid *sources)
{
	for (int i = 0; i < n; i++)
	{
		Relation rel = table_open(sources[items[i].source], NoLock);
		TupleTableSlot *slot = table_slot_create(rel, NULL);
		ItemPointerData tid = items[i].tid;

		if (table_tuple_fetch_row_version(rel, &tid, SnapshotSelf, slot))
		{
			RlnSite site = {.guard = guard};

			rln_site_fill(&site, rel);
			rln_report_row(guard, &site, rel, slot, RLN_FAULT_MISSING);
		}
		ExecDropSingleTupleTableSlot(slot);
		table_close(rel, NoLock);
	}
}
