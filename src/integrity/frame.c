/*
 * frame.c
 *	  The rows of one statement, to be looked at together.
 *
 * What is hard here is to know that nothing can come between a row and the look
 * at it.  A frame is opened by the trigger before a statement and closed, after
 * a last look, by the one after it.  The row triggers in between put a row into
 * the frame only if
 *
 *	  - the frame's own command has written it, in the same subtransaction: then
 *		the trigger after the statement is still to come, in the queue of the
 *		same query.  A row that reaches the table otherwise (a partition or a
 *		child addressed directly, a worker that fires no statement triggers) is
 *		of another command, or there is no frame, and it is looked at by itself;
 *	  - no row trigger of a user's can run after it (RlnSite.alone), and in all
 *		that the command does no statement trigger of a user's comes before ours
 *		(last_trigger()).  An INSERT may be an UPDATE as well, and a WITH query
 *		anything.
 *
 * A command is known by the command id of its snapshot.  The trigger after a
 * statement runs under the snapshot of the query in whose queue it is: that of
 * the statement, or of the one that a cascade is part of.  So it closes the
 * frames of that command and of later ones; statements within statements have
 * closed theirs by then.
 *
 * PostgreSQL took a batching of its own across trigger calls out again, for
 * what user code and subtransactions did to it in between; here there is
 * neither.  One case is left where a trigger of a user's sees a row before it is
 * looked at: that of another table which the same WITH query writes to.
 *
 * A frame's rows belong to the memory of the subtransaction of its statement; an
 * error takes both.  Frames themselves are used again and again: a statement of
 * one row must not pay for them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "executor/tuptable.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "integrity/integrity.h"

/* more rows than this are not kept: 24 bytes each, and what their keys need */
#define MAX_ROWS 524288

/* partitions that they may be of */
#define MAX_SOURCES 64

/* where our trigger stands among those after a statement */
typedef enum LastTrigger
{
	LAST_IS_FIRST,
	LAST_IS_LATE,
	LAST_IS_MISSING
} LastTrigger;

struct RlnFrame
{
	RlnFrame *outer;
	int32 edge;
	CommandId command;
	SubTransactionId subtransaction;
	bool is_barred; /* no row may come in */
	RlnGuard *guard;
	MemoryContext context; /* of the rows until they are looked at; NULL: there are none */
	int rows;
	bool holds_deleted;		  /* rows of targets that are gone, else of the many side */
	RlnBatch *batches;		  /* for each target */
	Oid sources[MAX_SOURCES]; /* tables of the rows */
	int nsources;
};

static RlnFrame *innermost = NULL;
static RlnFrame *spare = NULL; /* not in use */

static void forget_frame(RlnFrame *frame);
static void forget_frames(SubXactEvent event, SubTransactionId subtransaction,
						  SubTransactionId parent, void *arg);
static LastTrigger last_trigger(const TriggerData *trigger);
static RlnFrame *new_frame(RlnGuard *guard, CommandId command);
static void end_transaction(XactEvent event, void *arg);
static void look(RlnFrame *frame);
static void make_room(RlnFrame *frame, RlnGuard *guard, bool deleted);
static RlnItem *add_item(RlnFrame *frame, const RlnGuardTarget *target, const Datum *values);
static int source_number(RlnFrame *frame, Oid relid);


/* Called once, when the library is loaded. */
void
rln_frame_init(void)
{
	RegisterXactCallback(end_transaction, NULL);
	RegisterSubXactCallback(forget_frames, NULL);
}

/* Before a statement on one of the relation's tables, or a part of one. */
void
rln_frame_open(RlnGuard *guard, const TriggerData *trigger)
{
	CommandId command = GetActiveSnapshot()->curcid;
	LastTrigger last = last_trigger(trigger);
	RlnFrame *frame = innermost;

	while (frame != NULL && (frame->edge != guard->edge->id || frame->command != command))
		frame = frame->outer;
	/* without a last trigger nothing would close it */
	if (frame == NULL && last != LAST_IS_MISSING)
		frame = new_frame(guard, command);
	if (frame != NULL && last != LAST_IS_FIRST)
		frame->is_barred = true;
}

static RlnFrame *
new_frame(RlnGuard *guard, CommandId command)
{
	RlnFrame *frame = spare;

	if (frame != NULL)
		spare = frame->outer;
	else
		frame = MemoryContextAllocZero(TopMemoryContext, sizeof(RlnFrame));
	frame->edge = guard->edge->id;
	frame->command = command;
	frame->subtransaction = GetCurrentSubTransactionId();
	frame->is_barred = false;
	frame->guard = guard;
	frame->context = NULL;
	frame->rows = 0;
	frame->nsources = 0;
	frame->outer = innermost;
	innermost = frame;
	return frame;
}

/* After a statement: looks at what it wrote, and what its cascades did. */
void
rln_frame_close(int32 edge)
{
	CommandId command = GetActiveSnapshot()->curcid;
	RlnFrame *frame = innermost;

	while (frame != NULL)
	{
		if (frame->edge != edge || frame->command < command)
		{
			frame = frame->outer;
			continue;
		}
		look(frame);
		forget_frame(frame);
		/* looking may have run anything: begin anew */
		frame = innermost;
	}
}

/* The frame of the statement that wrote the row; NULL where it must not come into one. */
RlnFrame *
rln_frame_of(int32 edge, TupleTableSlot *slot)
{
	HeapTuple tuple;
	CommandId command;

	if (innermost == NULL || !TTS_IS_BUFFERTUPLE(slot))
		return NULL;
	tuple = ((HeapTupleTableSlot *) slot)->tuple;
	if (tuple == NULL || (tuple->t_data->t_infomask & HEAP_COMBOCID))
		return NULL;
	command = HeapTupleHeaderGetRawCommandId(tuple->t_data);
	for (RlnFrame *frame = innermost; frame != NULL; frame = frame->outer)
	{
		if (frame->edge == edge && frame->command == command &&
			frame->subtransaction == GetCurrentSubTransactionId())
			return frame->is_barred ? NULL : frame;
	}
	return NULL;
}

/*
 * A row of the many side, whose values (as rln_item_read() gives them) refer to
 * the target.  They are copied.
 */
void
rln_frame_add_reference(RlnFrame *frame, RlnGuard *guard, RlnGuardTarget *target, Relation rel,
						ItemPointer tid, const Datum *values)
{
	RlnItem *item;
	int source;

	make_room(frame, guard, false);
	source = source_number(frame, RelationGetRelid(rel));
	if (source == MAX_SOURCES)
	{
		look(frame);
		make_room(frame, guard, false);
		source = source_number(frame, RelationGetRelid(rel));
	}
	item = add_item(frame, target, values);
	item->tid = *tid;
	item->source = source;
}

/* A row of the target that is deleted, by its key; it is copied. */
void
rln_frame_add_deleted(RlnFrame *frame, RlnGuard *guard, RlnGuardTarget *target, const Datum *key)
{
	make_room(frame, guard, true);
	add_item(frame, target, key);
}

/* Has the frame rows for the target, so that it is locked? */
bool
rln_frame_holds(const RlnFrame *frame, const RlnGuard *guard, const RlnGuardTarget *target)
{
	return frame->guard == guard && frame->rows > 0 && frame->batches[target->number].n > 0;
}

/* Takes it off the list; what rows it has are in the subtransaction's memory. */
static void
forget_frame(RlnFrame *frame)
{
	RlnFrame **link = &innermost;

	while (*link != NULL && *link != frame)
		link = &(*link)->outer;
	if (*link == NULL)
		return; /* an error in the look has taken it off */
	*link = frame->outer;
	frame->outer = spare;
	spare = frame;
}

static void
forget_frames(SubXactEvent event, SubTransactionId subtransaction, SubTransactionId parent,
			  void *arg)
{
	RlnFrame *next;

	for (RlnFrame *frame = innermost; frame != NULL; frame = next)
	{
		next = frame->outer;
		if (frame->subtransaction != subtransaction)
			continue;
		if (event == SUBXACT_EVENT_ABORT_SUB)
			forget_frame(frame);
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
			frame->subtransaction = parent;
	}
}

/* Triggers fire in the order of their names. */
static LastTrigger
last_trigger(const TriggerData *trigger)
{
	const TriggerDesc *triggers = trigger->tg_relation->trigdesc;
	Oid function = trigger->tg_trigger->tgfoid;
	int32 event = trigger->tg_event & TRIGGER_EVENT_OPMASK;
	int16 type = event == TRIGGER_EVENT_INSERT ? TRIGGER_TYPE_INSERT
		: event == TRIGGER_EVENT_DELETE		   ? TRIGGER_TYPE_DELETE
											   : TRIGGER_TYPE_UPDATE;
	bool is_late = false;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *other = &triggers->triggers[i];

		if (TRIGGER_FOR_ROW(other->tgtype) || !TRIGGER_FOR_AFTER(other->tgtype) ||
			other->tgenabled == TRIGGER_DISABLED || (other->tgtype & type) == 0)
			continue;
		if (other->tgfoid != function)
			is_late = true;
		else if (other->tgnargs == 1 &&
				 strcmp(other->tgargs[0], trigger->tg_trigger->tgargs[0]) == 0)
		{
			if (other->tgenabled != trigger->tg_trigger->tgenabled)
				return LAST_IS_MISSING;
			return is_late ? LAST_IS_LATE : LAST_IS_FIRST;
		}
	}
	return LAST_IS_MISSING;
}

/*
 * Rows that are still in a frame belong to a statement whose last trigger never
 * came: not PostgreSQL's own doing.  Nothing can be looked at any more that
 * would write.
 */
static void
end_transaction(XactEvent event, void *arg)
{
	while (event == XACT_EVENT_ABORT && innermost != NULL)
		forget_frame(innermost);
	if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE)
		return;
	while (innermost != NULL)
	{
		if (innermost->rows > 0)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("rows of relation %d were not looked at", innermost->edge),
					 errdetail("The trigger relations.enforce_statement() did not come after their statement."),
					 errhint("SELECT * FROM relations.check() tells how to mend it.")));
		forget_frame(innermost);
	}
	rln_moved_ensure_none();
}

/*
 * Looks at what the frame has, which is empty from then on.  A cascade may run
 * users' code, and that may open frames; none of its rows can come into this
 * one.
 */
static void
look(RlnFrame *frame)
{
	RlnGuard *guard = frame->guard;
	RlnBatch *batches = frame->batches;
	MemoryContext context = frame->context;

	if (frame->rows == 0)
		return;
	frame->batches = NULL;
	frame->context = NULL;
	frame->rows = 0;
	for (int i = 0; i < guard->ntargets; i++)
	{
		if (batches[i].n == 0)
			continue;
		if (frame->holds_deleted)
			rln_act_deleted(guard, &guard->targets[i], batches[i].items, batches[i].n);
		else
			rln_check_items(guard, &guard->targets[i], batches[i].items, batches[i].n,
							frame->sources);
	}
	MemoryContextDelete(context);
	frame->nsources = 0;
}

/*
 * Gets the frame ready for a row.  Rows that were read by an older guard are
 * looked at by that.  A command may delete targets and write rows of the many
 * side: these are looked at in the order in which they come, as triggers are.
 */
static void
make_room(RlnFrame *frame, RlnGuard *guard, bool deleted)
{
	if (frame->guard != guard || frame->holds_deleted != deleted || frame->rows >= MAX_ROWS)
	{
		look(frame);
		frame->guard = guard;
		frame->holds_deleted = deleted;
	}
	if (frame->context != NULL)
		return;
	frame->context = AllocSetContextCreate(CurTransactionContext, "relations: rows of a statement",
										   ALLOCSET_SMALL_SIZES);
	frame->batches = MemoryContextAllocZero(frame->context, sizeof(RlnBatch) * guard->ntargets);
}

static RlnItem *
add_item(RlnFrame *frame, const RlnGuardTarget *target, const Datum *values)
{
	MemoryContext before = MemoryContextSwitchTo(frame->context);
	RlnItem *item =
		rln_batch_add(&frame->batches[target->number], frame->guard, target, values);

	frame->rows++;
	MemoryContextSwitchTo(before);
	return item;
}

/* The table's place among the sources; MAX_SOURCES where there is none left. */
static int
source_number(RlnFrame *frame, Oid relid)
{
	for (int i = frame->nsources - 1; i >= 0; i--)
	{
		if (frame->sources[i] == relid)
			return i;
	}
	if (frame->nsources == MAX_SOURCES)
		return MAX_SOURCES;
	frame->sources[frame->nsources] = relid;
	return frame->nsources++;
}
