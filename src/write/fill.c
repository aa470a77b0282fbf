/*
 * fill.c
 *	  What rows get that say nothing: defaults; and what is left behind for rows
 *	  to come: sequences that stand past the keys that were given.
 *
 * A column that no row of a statement has is left to the database.  Where some
 * have it, the others' defaults are evaluated here, as COPY does, so that one
 * statement writes them all, in their order.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/sqltext.h"
#include "write/write.h"

/* so many steps are taken one by one, which cannot collide with other sessions' */
#define MOST_STEPS 1000

static void fill_column(RlnWriteNode *node, Relation rel, RlnWriteColumn *column,
						RlnWriteRow **rows, int nrows);
static bool is_missing_somewhere(const RlnWriteColumn *column, RlnWriteRow **rows, int nrows);
static void move_sequence_of(RlnWriteNode *node, RlnWriteColumn *column, RlnWriteRow **rows,
							 int nrows);
static bool may_insert(const RlnWriteNode *node, const RlnWriteColumn *column);
static Oid owned_sequence(const RlnWriteNode *node, const RlnWriteColumn *column);
static bool find_last(const RlnWriteColumn *column, RlnWriteRow **rows, int nrows, bool ascending,
					  int64 *last);
static void move_sequence(Oid sequence, RlnWriteColumn *column, RlnWriteRow **rows, int nrows);
static void step_sequence(Oid sequence, const FormData_pg_sequence *form, int64 last, Oid caller);
static Datum call_function(Oid id, int nargs, const Datum *arguments, bool *isnull);
static int64 integer_value(const RlnWriteColumn *column, Datum value);


/* Gives each row a value of each column that has a default and that only some rows have. */
void
rln_fill_defaults(RlnWriteNode *node, List *columns, RlnWriteRow **rows, int nrows)
{
	Relation rel = NULL;
	ListCell *lc;

	foreach(lc, columns)
	{
		RlnWriteColumn *column = lfirst(lc);

		/* where the right is missing the INSERT refuses, and no default is used up */
		if (!column->has_default || !may_insert(node, column) ||
			!is_missing_somewhere(column, rows, nrows))
			continue;
		if (rel == NULL)
			rel = table_open(node->relid, AccessShareLock);
		fill_column(node, rel, column, rows, nrows);
	}
	if (rel != NULL)
		table_close(rel, NoLock);
}

static bool
is_missing_somewhere(const RlnWriteColumn *column, RlnWriteRow **rows, int nrows)
{
	for (int i = 0; i < nrows; i++)
	{
		if (rln_row_find(rows[i], column) == NULL)
			return true;
	}
	return false;
}

/* As the caller, whose rights the default's functions need. */
static void
fill_column(RlnWriteNode *node, Relation rel, RlnWriteColumn *column, RlnWriteRow **rows,
			int nrows)
{
	MemoryContext context = CurrentMemoryContext;
	EState *estate = CreateExecutorState();
	ExprContext *econtext = GetPerTupleExprContext(estate);
	Expr *expr = (Expr *) build_column_default(rel, column->attnum);
	ExprState *state;
	int16 length;
	bool by_value;

	if (expr == NULL)
	{
		FreeExecutorState(estate);
		return;
	}
	/* what the sequence gives now must not be a key that stands beside it */
	move_sequence_of(node, column, rows, nrows);
	get_typlenbyval(column->type, &length, &by_value);
	MemoryContextSwitchTo(estate->es_query_cxt);
	state = ExecInitExpr(expression_planner(expr), NULL);
	for (int i = 0; i < nrows; i++)
	{
		Datum value;
		bool isnull;

		CHECK_FOR_INTERRUPTS();
		if (rln_row_find(rows[i], column) != NULL)
			continue;
		if (rows[i]->path != NULL)
			rln_path_resume(rows[i]->path);
		ResetExprContext(econtext);
		value = ExecEvalExprSwitchContext(state, econtext, &isnull);
		if (rows[i]->path != NULL)
			rln_path_leave(rows[i]->path);
		MemoryContextSwitchTo(context);
		if (!isnull)
			value = datumCopy(value, by_value, length);
		rln_row_set(rows[i], column, value, isnull);
		MemoryContextSwitchTo(estate->es_query_cxt);
	}
	MemoryContextSwitchTo(context);
	FreeExecutorState(estate);
}

/*
 * After rows were inserted with values of their own in columns that sequences
 * serve: those go on behind them.  Only forwards, and as the sequence's owner,
 * since the right to give a key is all that an identity column asks for.
 */
void
rln_move_sequences(RlnWriteNode *node, List *columns, RlnWriteRow **rows, int nrows)
{
	ListCell *lc;

	if (node->relkind != RELKIND_RELATION && node->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	foreach(lc, columns)
		move_sequence_of(node, lfirst(lc), rows, nrows);
}

static void
move_sequence_of(RlnWriteNode *node, RlnWriteColumn *column, RlnWriteRow **rows, int nrows)
{
	Oid type = getBaseType(column->type);
	Oid sequence;

	if (!column->has_default || (type != INT2OID && type != INT4OID && type != INT8OID))
		return;
	sequence = owned_sequence(node, column);
	if (OidIsValid(sequence))
		move_sequence(sequence, column, rows, nrows);
}

static bool
may_insert(const RlnWriteNode *node, const RlnWriteColumn *column)
{
	return pg_class_aclcheck(node->relid, GetUserId(), ACL_INSERT) == ACLCHECK_OK ||
		pg_attribute_aclcheck(node->relid, column->attnum, GetUserId(), ACL_INSERT) ==
		ACLCHECK_OK;
}

/* The column's own, of an identity or serial column; or InvalidOid. */
static Oid
owned_sequence(const RlnWriteNode *node, const RlnWriteColumn *column)
{
	Datum arguments[2] = {CStringGetTextDatum(rln_table_sql(node->relid)),
						  CStringGetTextDatum(column->name)};
	bool isnull;
	Datum name = call_function(F_PG_GET_SERIAL_SEQUENCE, 2, arguments, &isnull);

	if (isnull)
		return InvalidOid;
	return RangeVarGetRelid(
		makeRangeVarFromNameList(textToQualifiedNameList(DatumGetTextPP(name))), NoLock, true);
}

/*
 * Calls of nextval() are atomic, setval() after a look is not: it could take a
 * sequence back that others have moved on meanwhile.  So it is for great
 * distances only, which they do not cover in that moment.
 */
static void
move_sequence(Oid sequence, RlnWriteColumn *column, RlnWriteRow **rows, int nrows)
{
	HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(sequence));
	FormData_pg_sequence form;
	bool ascending;
	int64 last = 0;
	Oid caller;
	int context;

	if (!HeapTupleIsValid(tuple))
		return;
	form = *(Form_pg_sequence) GETSTRUCT(tuple);
	ReleaseSysCache(tuple);
	ascending = form.seqincrement > 0;
	if (!find_last(column, rows, nrows, ascending, &last) || last < form.seqmin ||
		last > form.seqmax || (ascending ? last < form.seqstart : last > form.seqstart))
		return;
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(rln_table_owner(sequence), context | SECURITY_LOCAL_USERID_CHANGE);
	step_sequence(sequence, &form, last, caller);
	SetUserIdAndSecContext(caller, context);
}

static void
step_sequence(Oid sequence, const FormData_pg_sequence *form, int64 last, Oid caller)
{
	bool ascending = form->seqincrement > 0;
	Datum argument = ObjectIdGetDatum(sequence);
	bool isnull;
	Datum at = call_function(F_PG_SEQUENCE_LAST_VALUE, 1, &argument, &isnull);
	int64 now = isnull ? nextval_internal(sequence, false) : DatumGetInt64(at);
	double steps;

	if (ascending ? now >= last : now <= last)
		return;
	steps = ((double) last - (double) now) / (double) form->seqincrement;
	if (steps > MOST_STEPS ||
		(ascending ? last > form->seqmax - form->seqincrement
				   : last < form->seqmin - form->seqincrement))
	{
		/* it outlives a rollback, and could use the sequence up: that takes a right of its own */
		if (pg_class_aclcheck(sequence, caller, ACL_UPDATE) == ACLCHECK_OK)
			DirectFunctionCall2(setval_oid, argument, Int64GetDatum(last));
		return;
	}
	while (ascending ? now < last : now > last)
		now = nextval_internal(sequence, false);
}

/* A function of PostgreSQL that may give null. */
static Datum
call_function(Oid id, int nargs, const Datum *arguments, bool *isnull)
{
	LOCAL_FCINFO(fcinfo, 2);
	FmgrInfo function;
	Datum result;

	fmgr_info(id, &function);
	InitFunctionCallInfoData(*fcinfo, &function, nargs, InvalidOid, NULL, NULL);
	for (int i = 0; i < nargs; i++)
	{
		fcinfo->args[i].value = arguments[i];
		fcinfo->args[i].isnull = false;
	}
	result = FunctionCallInvoke(fcinfo);
	*isnull = fcinfo->isnull;
	return result;
}

/* The value that was given which is farthest on. */
static bool
find_last(const RlnWriteColumn *column, RlnWriteRow **rows, int nrows, bool ascending, int64 *last)
{
	bool found = false;

	for (int i = 0; i < nrows; i++)
	{
		RlnWriteValue *value = rln_row_find(rows[i], column);
		int64 number;

		if (value == NULL || value->isnull)
			continue;
		number = integer_value(column, value->value);
		if (!found || (ascending ? number > *last : number < *last))
			*last = number;
		found = true;
	}
	return found;
}

static int64
integer_value(const RlnWriteColumn *column, Datum value)
{
	switch (getBaseType(column->type))
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		default:
			return DatumGetInt64(value);
	}
}
