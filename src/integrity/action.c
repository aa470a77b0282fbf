/*
 * action.c
 *	  The targets: what happens to rows that refer to a row which goes.
 *
 * These are the actions of ri_triggers.c.  What differs is that a target may be
 * partitioned, and then the move of a row to another partition is a DELETE, which
 * follows on_update, and an INSERT (moved.c).  A key change without such a move
 * is an UPDATE.
 *
 * All that is looked for here must see rows which the transaction's snapshot
 * does not show, or a row that somebody has committed meanwhile would be left
 * behind.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "integrity/integrity.h"

/* so many keys at a time go into one statement */
#define MAX_KEYS_AT_ONCE 4096

/* what has happened to a row of a target */
typedef struct Event
{
	bool deleted;
	bool moved; /* out of its partition */
	RlnAction action;
	Datum old[INDEX_MAX_KEYS];
	Datum new[INDEX_MAX_KEYS]; /* unless deleted */
} Event;

static bool holds_row_before(const RlnFrame *frame, const RlnSite *site);
static RlnSite *lock_many(FunctionCallInfo fcinfo, RlnSite *site, const Event *event);
static bool read_event(const RlnSite *site, TriggerData *trigger, Event *event);
static bool is_responsible(const TriggerData *trigger, RlnAction action, bool is_action_trigger);
static bool read_key(const RlnSite *site, TupleTableSlot *slot, Datum *key);
static bool same_key(const RlnSite *site, Relation rel, TupleTableSlot *old, TupleTableSlot *new);
static void act(RlnGuard *guard, RlnGuardTarget *target, RlnAction action, const Datum *old,
				const Datum *new);
static void refuse_if_referred(RlnGuard *guard, RlnGuardTarget *target, const Datum *key,
							   bool restricts);
static bool is_referred(RlnGuard *guard, RlnGuardTarget *target, const Datum *key);
static bool is_referred_at(const RlnSite *site, const Datum *key);
static bool is_replaced(RlnGuard *guard, RlnGuardTarget *target, const Datum *key);
static int sought_values(const RlnGuard *guard, const RlnGuardTarget *target, const Datum *key,
						 Datum *values);
static RlnQuery query_for(RlnAction action, bool all);
static void act_on_many(RlnGuard *guard, RlnGuardTarget *target, RlnAction action,
						const RlnItem *items, int n);
static int find_referred(RlnGuard *guard, RlnGuardTarget *target, const RlnItem *items, int n,
						 Datum *keys);
static void run_for_all(RlnGuard *guard, RlnGuardTarget *target, RlnAction action,
						const Datum *keys, int n);


/*
 * A row of a target that was deleted or updated, or has come from another
 * partition.  Where the constraint is deferrable there are two triggers, one for
 * what can be deferred and one, is_action_trigger, for the rest.
 */
void
rln_act_row(FunctionCallInfo fcinfo, RlnSite *site, bool is_action_trigger)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TupleTableSlot *slot = trigger->tg_trigslot;
	Event event = {.moved = TRIGGER_FIRED_BY_DELETE(trigger->tg_event) &&
					   site->target_is_partitioned && rln_moved(slot)};
	RlnFrame *frame = NULL;
	bool is_ready;

	event.deleted = TRIGGER_FIRED_BY_DELETE(trigger->tg_event) && !event.moved;
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) &&
		same_key(site, trigger->tg_relation, slot, trigger->tg_newslot))
		return;
	if (event.deleted && site->alone && !trigger->tg_trigger->tgdeferrable)
		frame = rln_frame_of(site->guard->edge->id, slot);
	is_ready = frame != NULL && holds_row_before(frame, site);
	if (!is_ready)
		site = lock_many(fcinfo, site, &event);
	event.action = event.deleted ? site->guard->on_delete : site->guard->on_update;
	if (!is_responsible(trigger, event.action, is_action_trigger) ||
		!read_event(site, trigger, &event))
		return;
	for (int i = 0; i < site->guard->ntargets; i++)
	{
		RlnGuardTarget *target = &site->guard->targets[i];

		if (target->relid != site->target)
			continue;
		if (!is_ready && !rln_guard_ready(site->guard, target))
			elog(ERROR, "a target is gone while its trigger runs"); /* should not happen */
		if (frame != NULL && rln_query_takes_all(site->guard, target))
			rln_frame_add_deleted(frame, site->guard, target, event.old);
		else
			act(site->guard, target, event.action, event.old, event.deleted ? NULL : event.new);
	}
}

/* Has the frame a row of the same table, so that all is locked? */
static bool
holds_row_before(const RlnFrame *frame, const RlnSite *site)
{
	for (int i = 0; i < site->guard->ntargets; i++)
	{
		const RlnGuardTarget *target = &site->guard->targets[i];

		if (target->relid == site->target && rln_frame_holds(frame, site->guard, target))
			return true;
	}
	return false;
}

/*
 * Locks the many side as the action needs it, before anything of the guard is
 * used: what has changed while this session waited for the lock is seen.
 */
static RlnSite *
lock_many(FunctionCallInfo fcinfo, RlnSite *site, const Event *event)
{
	for (;;)
	{
		RlnAction action = event->deleted ? site->guard->on_delete : site->guard->on_update;
		RlnSite *again;

		LockRelationOid(site->guard->edge->many,
						action == RLN_NO_ACTION || action == RLN_RESTRICT ? RowShareLock
																		  : RowExclusiveLock);
		again = rln_site(fcinfo);
		if (again == site)
			return site;
		site = again;
	}
}

/*
 * The keys that the row had and has; where the new one is null it leads nowhere,
 * and what follows the key is set to null.  False where there is nothing to do:
 * no row can refer to a key that is null, and one that leaves its partition has
 * to come to the next one first, if its new key is needed.
 */
static bool
read_event(const RlnSite *site, TriggerData *trigger, Event *event)
{
	TupleTableSlot *slot = trigger->tg_trigslot;

	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		const Datum *key = event->action == RLN_CASCADE ? rln_moved_take(site, slot) : NULL;

		if (key == NULL)
			return false;
		memcpy(event->old, key, sizeof(Datum) * site->guard->nkeys);
		if (!read_key(site, slot, event->new))
			event->action = RLN_SET_NULL;
		return true;
	}
	if (!read_key(site, slot, event->old))
		return false;
	if (event->moved && event->action == RLN_CASCADE)
	{
		if (is_referred_at(site, event->old))
			rln_moved_remember(site, slot, event->old);
		return false;
	}
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) && event->action == RLN_CASCADE &&
		!read_key(site, trigger->tg_newslot, event->new))
		event->action = RLN_SET_NULL;
	return true;
}

/* Rows of the target, by their keys, that a statement has deleted. */
void
rln_act_deleted(RlnGuard *guard, RlnGuardTarget *target, RlnItem *items, int n)
{
	RlnAction action = guard->on_delete;

	if (n == 1)
	{
		Datum value;

		act(guard, target, action, rln_item_values(guard, target, items, &value), NULL);
		return;
	}
	rln_items_sort(guard, target, items, n);
	act_on_many(guard, target, action, items, n);
	/* the default may be one of the keys that are gone */
	if (action == RLN_SET_DEFAULT)
		act_on_many(guard, target, RLN_NO_ACTION, items, n);
}

/*
 * Which of a deferrable constraint's two triggers acts?  NO ACTION alone can
 * wait; a cascade at the end of the transaction would have nobody to fire its
 * triggers.
 */
static bool
is_responsible(const TriggerData *trigger, RlnAction action, bool is_action_trigger)
{
	if (is_action_trigger)
		return action != RLN_NO_ACTION;
	return !trigger->tg_trigger->tgdeferrable || action == RLN_NO_ACTION;
}

/* False where a column is null. */
static bool
read_key(const RlnSite *site, TupleTableSlot *slot, Datum *key)
{
	for (int i = 0; i < site->guard->nkeys; i++)
	{
		bool isnull;

		key[i] = slot_getattr(slot, site->keys[i], &isnull);
		if (isnull)
			return false;
		if (TupleDescAttr(slot->tts_tupleDescriptor, site->keys[i] - 1)->attlen == -1)
			key[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(key[i]));
	}
	return true;
}

/* To the byte, as ri_KeysEqual() compares a referenced key. */
static bool
same_key(const RlnSite *site, Relation rel, TupleTableSlot *old, TupleTableSlot *new)
{
	for (int i = 0; i < site->guard->nkeys; i++)
	{
		AttrNumber attnum = site->keys[i];
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		bool isnull;
		bool new_isnull;
		Datum value = slot_getattr(old, attnum, &isnull);
		Datum new_value = slot_getattr(new, attnum, &new_isnull);

		if (isnull || new_isnull ||
			!datum_image_eq(value, new_value, column->attbyval, column->attlen))
			return false;
	}
	return true;
}

/* One row's action; new is the new key, NULL where the row is deleted. */
static void
act(RlnGuard *guard, RlnGuardTarget *target, RlnAction action, const Datum *old, const Datum *new)
{
	Datum values[2 * INDEX_MAX_KEYS + 1];
	int n;

	if (action == RLN_NO_ACTION || action == RLN_RESTRICT)
	{
		refuse_if_referred(guard, target, old, action == RLN_RESTRICT);
		return;
	}
	/* asking first is cheap where nothing refers, and for nothing where something does */
	if (!target->was_referred && !is_referred(guard, target, old))
		return;
	n = sought_values(guard, target, old, values);
	if (action == RLN_CASCADE && new != NULL)
	{
		for (int i = 0; i < guard->nkeys; i++)
			values[n + i] = rln_item_sought(&target->key[i], new[i]);
		target->was_referred = rln_query_run(guard, target, RLN_QUERY_FOLLOW, values) > 0;
		return;
	}
	target->was_referred = rln_query_run(guard, target, query_for(action, false), values) > 0;
	/* the default may be the very key that is gone, and then nothing was changed */
	if (action == RLN_SET_DEFAULT)
		refuse_if_referred(guard, target, old, false);
}

/*
 * ri_restrict(): 23503 where a row refers to the key.  With NO ACTION another
 * row may have taken its place.  That question comes first in ri_triggers.c; it
 * is asked here only if it matters, before anything is waited for.  But what a
 * SERIALIZABLE transaction reads is remembered: there the order is the same.
 */
static void
refuse_if_referred(RlnGuard *guard, RlnGuardTarget *target, const Datum *key, bool restricts)
{
	Datum values[INDEX_MAX_KEYS + 1];
	bool found;

	if (!IsolationIsSerializable() && !is_referred(guard, target, key))
		return;
	if (!restricts && is_replaced(guard, target, key))
		return;
	sought_values(guard, target, key, values);
	if (target->to_many != NULL)
	{
		RlnProbing probing;

		rln_probe_begin(&probing, target->to_many, true);
		found = rln_probe_lock(&probing, values);
		rln_probe_end(&probing);
	}
	else
		found = rln_query_run(guard, target, RLN_QUERY_REFERRED, values) > 0;
	if (found)
		rln_report_referred(guard, target, key, restricts);
}

/* May a row refer to the key?  Where no index can be asked, the answer is yes. */
static bool
is_referred(RlnGuard *guard, RlnGuardTarget *target, const Datum *key)
{
	Datum values[INDEX_MAX_KEYS + 1];
	RlnProbing probing;
	bool found;

	if (target->to_many == NULL)
		return true;
	sought_values(guard, target, key, values);
	rln_probe_begin(&probing, target->to_many, true);
	found = rln_probe_exists(&probing, values);
	rln_probe_end(&probing);
	return found;
}

/* The same for a key of the site's table, under any of its discriminators. */
static bool
is_referred_at(const RlnSite *site, const Datum *key)
{
	for (int i = 0; i < site->guard->ntargets; i++)
	{
		RlnGuardTarget *target = &site->guard->targets[i];

		if (target->relid == site->target && rln_guard_ready(site->guard, target) &&
			is_referred(site->guard, target, key))
			return true;
	}
	return false;
}

/* ri_Check_Pk_Match(): is there (again) a row with the key? */
static bool
is_replaced(RlnGuard *guard, RlnGuardTarget *target, const Datum *key)
{
	RlnProbing probing;
	bool found;

	if (target->to_self == NULL)
	{
		Datum values[INDEX_MAX_KEYS];

		/* what refers by the key's text refers to no other text */
		for (int i = 0; i < guard->nkeys; i++)
			values[i] = target->key[i].form == RLN_FORM_TEXT
				? rln_item_sought(&target->key[i], key[i])
				: key[i];
		return rln_query_run(guard, target, RLN_QUERY_REPLACED, values) > 0;
	}
	rln_probe_begin(&probing, target->to_self, true);
	found = rln_probe_lock(&probing, key);
	rln_probe_end(&probing);
	return found;
}

/* The discriminator, and the key as the many side has it; returns their number. */
static int
sought_values(const RlnGuard *guard, const RlnGuardTarget *target, const Datum *key, Datum *values)
{
	values[0] = target->discriminator;
	for (int i = 0; i < guard->nkeys; i++)
		values[i + 1] = rln_item_sought(&target->key[i], key[i]);
	return guard->nkeys + 1;
}

static RlnQuery
query_for(RlnAction action, bool all)
{
	switch (action)
	{
		case RLN_CASCADE:
			return all ? RLN_QUERY_DELETE_ALL : RLN_QUERY_DELETE;
		case RLN_SET_NULL:
			return all ? RLN_QUERY_SET_NULL_ALL : RLN_QUERY_SET_NULL;
		case RLN_SET_DEFAULT:
			return all ? RLN_QUERY_SET_DEFAULT_ALL : RLN_QUERY_SET_DEFAULT;
		default:
			elog(ERROR, "action %d has no query", action); /* should not happen */
	}
}

/*
 * As act(), for many keys of which most are not referred to: those that are, are
 * found first, and then treated by as few statements as will do.
 */
static void
act_on_many(RlnGuard *guard, RlnGuardTarget *target, RlnAction action, const RlnItem *items, int n)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "relations: keys that are gone",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);

	for (int start = 0; start < n; start += MAX_KEYS_AT_ONCE)
	{
		Datum *keys = palloc(sizeof(Datum) * MAX_KEYS_AT_ONCE);
		int count =
			find_referred(guard, target, &items[start], Min(MAX_KEYS_AT_ONCE, n - start), keys);

		if (action == RLN_NO_ACTION || action == RLN_RESTRICT)
		{
			for (int i = 0; i < count; i++)
				refuse_if_referred(guard, target, &keys[i], action == RLN_RESTRICT);
		}
		else if (count > 0)
			run_for_all(guard, target, action, keys, count);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
}

/*
 * The keys of the items that may be referred to; returns their number.  In
 * SERIALIZABLE that is not asked beforehand, see refuse_if_referred().
 */
static int
find_referred(RlnGuard *guard, RlnGuardTarget *target, const RlnItem *items, int n, Datum *keys)
{
	bool asks = target->to_many != NULL && !IsolationIsSerializable();
	RlnProbing probing;
	int found = 0;

	if (asks)
		rln_probe_begin(&probing, target->to_many, true);
	for (int i = 0; i < n; i++)
	{
		Datum values[2];

		CHECK_FOR_INTERRUPTS();
		rln_item_values(guard, target, &items[i], &keys[found]);
		if (asks)
			sought_values(guard, target, &keys[found], values);
		if (!asks || rln_probe_exists(&probing, values))
			found++;
	}
	if (asks)
		rln_probe_end(&probing);
	return found;
}

/* One statement for all of the keys. */
static void
run_for_all(RlnGuard *guard, RlnGuardTarget *target, RlnAction action, const Datum *keys, int n)
{
	const RlnKeyColumn *column = &target->key[0];
	Datum *sought = palloc(sizeof(Datum) * n);
	Datum values[2] = {target->discriminator};
	int16 length;
	bool by_value;
	char alignment;

	for (int i = 0; i < n; i++)
		sought[i] = rln_item_sought(column, keys[i]);
	get_typlenbyvalalign(column->sought_type, &length, &by_value, &alignment);
	values[1] = PointerGetDatum(
		construct_array(sought, n, column->sought_type, length, by_value, alignment));
	rln_query_run(guard, target, query_for(action, true), values);
}
