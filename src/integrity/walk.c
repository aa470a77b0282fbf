/*
 * walk.c
 *	  From one key to the next, along an index.
 *
 * Many keys come in the order of rln_items_sort(), which is the index's for most
 * types.  Where they are close together in the index, most of the time would go
 * into finding the way down from its root to a page that was read just before.
 * So a scan of all that is not less than a key walks on to the next one.  It may
 * pass by so many entries as cost no more than another descent; if keys prove
 * to be further apart, or to come in another order, the walk ends, and it is
 * longer and longer until the next one is tried.  What a walk sees is what its
 * snapshot shows, as with any scan.  Not in SERIALIZABLE, where a range that is
 * read is remembered: there each key is looked up by itself.
 */
#include "postgres.h"

#include "access/itup.h"
#include "access/relscan.h"
#include "access/xact.h"

#include "integrity/integrity.h"

/* entries that cost as much as a descent, for each key ... */
#define STEPS_A_KEY 12

/* ... saved up to so many; and what a walk begins with */
#define MAX_STEPS 256
#define FIRST_STEPS 32

/* keys that are looked up before a walk is tried, and that make it worth while */
#define FIRST_PAUSE 32

static void begin_walk(RlnProbing *probing, const Datum *values);
static void end_walk(RlnWalk *walk);
static bool is_on_the_way(const RlnProbing *probing, const Datum *values);
static void look_at_entry(RlnProbing *probing, Datum value);
static Datum last_value(const RlnProbe *probe, const Datum *values);


/* For a probe that was opened. */
void
rln_walk_get_ready(RlnProbing *probing)
{
	RlnWalk *walk = &probing->walk;

	walk->is_allowed = probing->probe->can_walk && !IsolationIsSerializable();
	walk->is_on = false;
	walk->pause = walk->next_pause = FIRST_PAUSE;
}

/*
 * Walks to the first entry that is not before the values, or to where it would
 * be; false where that is too far, or not the way to go.  The values of the last
 * call must be there still.
 */
bool
rln_walk_to(RlnProbing *probing, const Datum *values)
{
	RlnWalk *walk = &probing->walk;

	if (!walk->is_allowed || (!walk->is_on && --walk->pause >= 0))
		return false;
	if (walk->is_on && !is_on_the_way(probing, values))
	{
		end_walk(walk);
		return false;
	}
	if (!walk->is_on)
		begin_walk(probing, values);
	else
		look_at_entry(probing, last_value(probing->probe, values));
	walk->steps = Min(walk->steps + STEPS_A_KEY, MAX_STEPS);
	walk->keys++;
	while (walk->order < 0)
	{
		if (--walk->steps < 0)
		{
			end_walk(walk);
			return false;
		}
		rln_walk_step(probing, values);
	}
	walk->last = last_value(probing->probe, values);
	return true;
}

static void
begin_walk(RlnProbing *probing, const Datum *values)
{
	const RlnProbe *probe = probing->probe;
	RlnWalk *walk = &probing->walk;
	int last = probe->nkeys - 1;

	walk->is_on = true;
	walk->steps = FIRST_STEPS;
	walk->keys = 0;
	probing->scan->xs_want_itup = true;
	probing->keys[last] = probe->from;
	for (int i = 0; i < probe->nkeys; i++)
		walk->prefix[i] = probing->keys[i].sk_argument = values[probe->keys[i].value];
	index_rescan(probing->scan, probing->keys, probe->nkeys, NULL, 0);
	rln_walk_step(probing, values);
}

static void
end_walk(RlnWalk *walk)
{
	walk->is_on = false;
	walk->next_pause = walk->keys < FIRST_PAUSE ? walk->next_pause * 2 : FIRST_PAUSE;
	walk->pause = walk->next_pause;
}

/* Does the walk lead to the values from where it is? */
static bool
is_on_the_way(const RlnProbing *probing, const Datum *values)
{
	const RlnProbe *probe = probing->probe;

	for (int i = 0; i < probe->nkeys - 1; i++)
	{
		if (probing->walk.prefix[i] != values[probe->keys[i].value])
			return false;
	}
	return DatumGetInt32(FunctionCall2Coll(unconstify(FmgrInfo *, &probe->order_values),
										   probe->from.sk_collation, probing->walk.last,
										   last_value(probe, values))) <= 0;
}

/* Goes on to the next entry. */
void
rln_walk_step(RlnProbing *probing, const Datum *values)
{
	probing->walk.has_entry = index_getnext_tid(probing->scan, ForwardScanDirection) != NULL;
	look_at_entry(probing, last_value(probing->probe, values));
}

static void
look_at_entry(RlnProbing *probing, Datum value)
{
	const RlnProbe *probe = probing->probe;
	IndexScanDesc scan = probing->scan;
	bool isnull;

	probing->walk.order = !probing->walk.has_entry
		? 1
		: DatumGetInt32(FunctionCall2Coll(
			  unconstify(FmgrInfo *, &probe->order_entry), probe->from.sk_collation,
			  index_getattr(scan->xs_itup, probe->nkeys, scan->xs_itupdesc, &isnull), value));
}

static Datum
last_value(const RlnProbe *probe, const Datum *values)
{
	return values[probe->keys[probe->nkeys - 1].value];
}
