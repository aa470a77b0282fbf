/*
 * moved.c
 *	  Rows of a partitioned target that move to another partition.
 *
 * PostgreSQL gives its own triggers an UPDATE for such a row, but ours a DELETE
 * and an INSERT.  The deleted version is marked as moved.  Where the new key is
 * needed, that is the key of the row that the same command inserts next into the
 * target; until then the old one is remembered.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "executor/tuptable.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "base/sqltext.h"
#include "integrity/integrity.h"

/* a row that has left its partition and has not come to the next one yet */
typedef struct Moved
{
	struct Moved *outer;
	int32 edge;
	CommandId command;
	Oid target;
	Datum *key;
	MemoryContext context;
} Moved;

static Moved *moving = NULL;

static void forget(void *arg);
static HeapTuple heap_tuple_of(TupleTableSlot *slot);
static CommandId deleted_by(TupleTableSlot *slot);
static CommandId inserted_by(TupleTableSlot *slot);


/* Was the row that is deleted in fact moved to another partition? */
bool
rln_moved(TupleTableSlot *slot)
{
	return HeapTupleHeaderIndicatesMovedPartitions(heap_tuple_of(slot)->t_data);
}

/* A row that has moved, by the key that it had.  It is forgotten with its subtransaction. */
void
rln_moved_remember(const RlnSite *site, TupleTableSlot *slot, const Datum *key)
{
	MemoryContext context = AllocSetContextCreate(CurTransactionContext, "relations: row that moves",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	Moved *moved = palloc0(sizeof(Moved));
	MemoryContextCallback *callback = palloc(sizeof(MemoryContextCallback));

	moved->edge = site->guard->edge->id;
	moved->command = deleted_by(slot);
	moved->target = site->target;
	moved->key = palloc(sizeof(Datum) * site->guard->nkeys);
	for (int i = 0; i < site->guard->nkeys; i++)
	{
		Form_pg_attribute column =
			TupleDescAttr(slot->tts_tupleDescriptor, site->keys[i] - 1);

		moved->key[i] = datumCopy(key[i], column->attbyval, column->attlen);
	}
	moved->context = context;
	moved->outer = moving;
	callback->func = forget;
	callback->arg = moved;
	MemoryContextRegisterResetCallback(context, callback);
	moving = moved;
	MemoryContextSwitchTo(before);
}

/*
 * The key of the row that this one was before the same command moved it, or NULL.
 * It goes with the current memory context.
 */
const Datum *
rln_moved_take(const RlnSite *site, TupleTableSlot *slot)
{
	CommandId command = moving == NULL ? InvalidCommandId : inserted_by(slot);

	for (Moved *moved = moving; moved != NULL; moved = moved->outer)
	{
		if (moved->edge != site->guard->edge->id || moved->target != site->target ||
			moved->command != command)
			continue;
		forget(moved);
		MemoryContextSetParent(moved->context, CurrentMemoryContext);
		return moved->key;
	}
	return NULL;
}

/*
 * A row that left a partition and never came to another, because a trigger of a
 * user's stopped it: what refers to it would refer to nothing.
 */
void
rln_moved_ensure_none(void)
{
	if (moving != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("a row that left its partition did not come to another one"),
				 errdetail("Relation %d would have to follow the change of its key.", moving->edge),
				 errhint("Let no trigger stop the insertion, or delete the row instead.")));
}

static void
forget(void *arg)
{
	Moved **link = &moving;

	while (*link != NULL && *link != arg)
		link = &(*link)->outer;
	if (*link != NULL)
		*link = ((Moved *) arg)->outer;
}

static HeapTuple
heap_tuple_of(TupleTableSlot *slot)
{
	HeapTuple tuple = TTS_IS_BUFFERTUPLE(slot) ? ((HeapTupleTableSlot *) slot)->tuple : NULL;

	if (tuple == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" is part of a collection of a many-to-any relation and must be a heap table",
						rln_table_label(slot->tts_tableOid)),
				 rln_errtable(slot->tts_tableOid)));
	return tuple;
}

static CommandId
deleted_by(TupleTableSlot *slot)
{
	return HeapTupleHeaderGetCmax(heap_tuple_of(slot)->t_data);
}

static CommandId
inserted_by(TupleTableSlot *slot)
{
	HeapTupleHeader header = heap_tuple_of(slot)->t_data;

	return TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(header))
		? HeapTupleHeaderGetCmin(header)
		: InvalidCommandId;
}
