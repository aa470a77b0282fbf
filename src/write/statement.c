/*
 * statement.c
 *	  Rows handed to a statement, and taken back.
 *
 * The rows go to the statement as a relation of its own, as the transition
 * tables of a trigger do: each value is of its column's type, whatever that is.
 * Each row has its number among the node's rows in the first column.
 *
 * A statement says which row it is at by calling relations.reach() as it takes
 * the row, so that an error that a constraint or a trigger raises is reported at
 * the row's place in the payload, and that a row which RETURNING gives back can
 * be told from one that a trigger has suppressed.  ModifyTable takes row after
 * row and is done with one, RETURNING included, before it takes the next; only
 * AFTER triggers and with them the checks of foreign keys come at the end.
 */
#include "postgres.h"

#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "write/write.h"

PG_FUNCTION_INFO_V1(relations_reach);

/* of a statement's rows */
typedef struct Column
{
	const char *name;
	Oid type;
	int32 typmod;
	Oid collation;
} Column;

struct RlnSource
{
	const char *name;
	List *columns; /* Column * */
	TupleDesc desc;
	Tuplestorestate *rows;
	double nrows;
};

/* a statement that is running */
typedef struct Progress
{
	struct Progress *outer; /* which has called a trigger that writes, too */
	RlnWriteNode *node;
	RlnPath *path; /* of all rows, or NULL */
	int row;	   /* -1: none in particular */
} Progress;

typedef struct Receiver
{
	DestReceiver pub; /* must be first */
	Progress *progress;
	MemoryContext context; /* in which rows are taken */
	RlnTakeRow take;
	void *arg;
} Receiver;

/* of the session: the statement that runs innermost */
static Progress *innermost = NULL;

static void add_column(RlnSource *source, const char *name, Oid type, int32 typmod,
					   Oid collation);
static void begin(DestReceiver *self, int operation, TupleDesc desc);
static bool receive(TupleTableSlot *slot, DestReceiver *self);
static void end(DestReceiver *self);
static void destroy(DestReceiver *self);
static void report_row(void *arg);


/* Rows of that name; their columns follow. */
RlnSource *
rln_source_make(const char *name)
{
	RlnSource *source = palloc0(sizeof(RlnSource));

	source->name = name;
	add_column(source, "n", INT4OID, -1, InvalidOid);
	return source;
}

/* A column of the other's type; its place among the values of a row. */
int
rln_source_column(RlnSource *source, const char *name, const RlnWriteColumn *like)
{
	add_column(source, name, like->type, like->typmod, like->collation);
	return list_length(source->columns) - 1;
}

int
rln_source_flag(RlnSource *source, const char *name)
{
	add_column(source, name, BOOLOID, -1, InvalidOid);
	return list_length(source->columns) - 1;
}

static void
add_column(RlnSource *source, const char *name, Oid type, int32 typmod, Oid collation)
{
	Column *column = palloc(sizeof(Column));

	column->name = pstrdup(name);
	column->type = type;
	column->typmod = typmod;
	column->collation = collation;
	source->columns = lappend(source->columns, column);
}

int
rln_source_width(const RlnSource *source)
{
	return list_length(source->columns);
}

/* When all columns are there, before the first row. */
void
rln_source_begin(RlnSource *source)
{
	ListCell *lc;

	source->desc = CreateTemplateTupleDesc(list_length(source->columns));
	foreach(lc, source->columns)
	{
		Column *column = lfirst(lc);
		AttrNumber number = foreach_current_index(lc) + 1;

		TupleDescInitEntry(source->desc, number, column->name, column->type, column->typmod, 0);
		TupleDescInitEntryCollation(source->desc, number, column->collation);
	}
	source->rows = tuplestore_begin_heap(false, false, work_mem);
}

/* Copies the values, of which the first is set to the row's number. */
void
rln_source_add(RlnSource *source, Datum *values, bool *nulls, int row)
{
	CHECK_FOR_INTERRUPTS();
	values[0] = Int32GetDatum(row);
	nulls[0] = false;
	tuplestore_putvalues(source->rows, source->desc, values, nulls);
	source->nrows++;
}

/*
 * Runs the statement over the sources (List of RlnSource *), whose rows are gone
 * then.  What it returns is taken one by one, with the number of the row that
 * the statement was at.  An error is reported at that row's path, or at the
 * given one.
 */
void
rln_source_run(RlnWriteNode *node, RlnPath *path, const char *sql, List *sources, RlnTakeRow take,
			   void *arg)
{
	Progress progress = {innermost, node, path, -1};
	Receiver receiver = {
		{receive, begin, end, destroy, DestNone}, &progress, CurrentMemoryContext, take, arg};
	RlnSpiRows *rows = palloc(sizeof(RlnSpiRows) * Max(list_length(sources), 1));
	ErrorContextCallback callback;
	ListCell *lc;

	foreach(lc, sources)
	{
		const RlnSource *source = lfirst(lc);
		RlnSpiRows *given = &rows[foreach_current_index(lc)];

		given->name = source->name;
		given->desc = source->desc;
		given->rows = source->rows;
		given->nrows = source->nrows;
	}
	callback.callback = report_row;
	callback.arg = &progress;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	PG_TRY();
	{
		innermost = &progress;
		rln_spi_write(sql, rows, list_length(sources), &receiver.pub);
	}
	PG_FINALLY();
	{
		/* the next to call reach() may be a statement around this one */
		innermost = progress.outer;
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	foreach(lc, sources)
		tuplestore_end(((RlnSource *) lfirst(lc))->rows);
}

/* True, and notes the row; a user's trigger may call it too, with anything. */
Datum
relations_reach(PG_FUNCTION_ARGS)
{
	int32 row = PG_GETARG_INT32(0);

	if (innermost != NULL && row >= 0 && row < innermost->node->nrows)
		innermost->row = row;
	PG_RETURN_BOOL(true);
}

static void
begin(DestReceiver *self, int operation, TupleDesc desc)
{
}

static bool
receive(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver *receiver = (Receiver *) self;
	MemoryContext before;

	if (receiver->take == NULL)
		return true;
	slot_getallattrs(slot);
	before = MemoryContextSwitchTo(receiver->context);
	receiver->take(receiver->arg, receiver->progress->row, slot);
	MemoryContextSwitchTo(before);
	return true;
}

/* All rows are written; AFTER triggers come now. */
static void
end(DestReceiver *self)
{
	((Receiver *) self)->progress->row = -1;
}

static void
destroy(DestReceiver *self)
{
}

/*
 * At the row's path.  Where it is none in particular, it is the one that there
 * is, or the node, whose lists have no numbers then.
 */
static void
report_row(void *arg)
{
	Progress *progress = arg;
	RlnWriteNode *node = progress->node;
	RlnPath *path = progress->path;

	if (progress->row >= 0 && progress->row < node->nrows)
		path = node->rows[progress->row]->path;
	else if (path == NULL && node->nrows == 1)
		path = node->rows[0]->path;
	if (path != NULL)
		rln_path_report(path);
	else if (node->path[0] != '\0')
		errcontext("at %s", node->path);
}
