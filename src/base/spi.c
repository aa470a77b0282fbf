/*
 * spi.c
 *	  The one way in which this extension runs SQL.
 *
 * What is hard here is whose rights and which snapshot apply:
 *
 *	  rln_spi_run					the caller's rights, as if the caller had typed
 *									the statement; DDL goes this way
 *	  rln_spi_query, rln_spi_load	the caller's rights and the latest snapshot, as
 *									PostgreSQL reads its own catalogs
 *	  rln_spi_execute				the caller's rights and his snapshot: users' data,
 *									as the query that called us sees them
 *	  rln_spi_write					the caller's rights, and a snapshot of its own:
 *									changes of users' data (spi_write.c)
 *	  rln_spi_write_as				another role's rights and the latest snapshot,
 *									for rows of the registry after the rights
 *									were checked in C: a row that was read is
 *									found, in any isolation level
 *	  rln_spi_enforce_as			another role's rights, and the snapshots by which
 *									PostgreSQL's own foreign keys see rows
 *
 * Results stay in SPI's memory until rln_spi_finish(); rln_spi_text() copies.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/spi.h"

/* what the planner takes a table for that has never been analyzed */
#define FEW_PAGES 10

/* statements of rln_spi_run() that have begun and not ended */
static int running = 0;

static void end_statement(void *arg);
static void ensure_plan(RlnStatement *statement);
static SPIPlanPtr prepare(const RlnStatement *statement);


void
rln_spi_connect(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed"); /* should not happen */
}

void
rln_spi_finish(void)
{
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed"); /* should not happen */
}

/*
 * Runs one statement, most often DDL, with the caller's rights; connects itself.
 * What is counted hangs on a context of the (sub)transaction, so that an error
 * in the statement takes it back.
 */
void
rln_spi_run(const char *sql)
{
	MemoryContext mark =
		AllocSetContextCreate(CurTransactionContext, "relations: a statement of ours", ALLOCSET_SMALL_SIZES);
	MemoryContextCallback *end = MemoryContextAllocZero(mark, sizeof(MemoryContextCallback));

	end->func = end_statement;
	MemoryContextRegisterResetCallback(mark, end);
	running++;
	rln_spi_connect();
	rln_spi_ensure_done(SPI_execute(sql, false, 0), sql);
	rln_spi_finish();
	MemoryContextDelete(mark);
}

/* Is a statement of rln_spi_run() being run, that is, DDL of ours and not a user's? */
bool
rln_spi_is_running(void)
{
	return running > 0;
}

static void
end_statement(void *arg)
{
	running--;
}

/*
 * The same with another role's rights.  The statement must run no code of a
 * user's.
 */
void
rln_spi_run_as(const char *sql, Oid role)
{
	Oid caller;
	int context;

	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE);
	rln_spi_run(sql);
	SetUserIdAndSecContext(caller, context);
}

/*
 * Reads with the caller's rights under the latest snapshot, as the check of a
 * new foreign key does.  Returns the number of rows, in SPI_tuptable.
 */
uint64
rln_spi_query(const char *sql)
{
	RlnStatement statement = {sql};

	statement.plan = prepare(&statement);
	return rln_spi_load(&statement, NULL);
}

/* Reads under the latest snapshot; see the head of this file. */
uint64
rln_spi_load(RlnStatement *statement, const Datum *values)
{
	int result;

	ensure_plan(statement);
	PushActiveSnapshot(GetLatestSnapshot());
	result = SPI_execute_snapshot(statement->plan, (Datum *) values, NULL, GetActiveSnapshot(),
								  InvalidSnapshot, true, false, 0);
	PopActiveSnapshot();
	rln_spi_ensure_done(result, statement->sql);
	return SPI_processed;
}

/*
 * Writes with the rights of the role.  The statement must name nothing but
 * tables of ours and functions of pg_catalog.  An error restores the user at
 * the end of the (sub)transaction, as after any SetUserIdAndSecContext().
 */
uint64
rln_spi_write_as(RlnStatement *statement, const Datum *values, const char *nulls, Oid role)
{
	Oid caller;
	int context;
	int result;

	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	ensure_plan(statement);
	result = SPI_execute_snapshot(statement->plan, (Datum *) values, nulls, GetLatestSnapshot(),
								  InvalidSnapshot, false, true, 0);
	SetUserIdAndSecContext(caller, context);
	rln_spi_ensure_done(result, statement->sql);
	return SPI_processed;
}

/*
 * A statement with parameters, which the caller keeps (rln_spi_keep) or loses
 * at rln_spi_finish().  cursor_options say whether one plan serves all values.
 * This and rln_spi_execute() leave the current memory context as it was, which
 * SPI does not.
 */
SPIPlanPtr
rln_spi_prepare(const char *sql, int nargs, Oid *types, int cursor_options)
{
	MemoryContext before = CurrentMemoryContext;
	SPIPlanPtr plan = SPI_prepare_cursor(sql, nargs, types, cursor_options);

	MemoryContextSwitchTo(before);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result)); /* should not happen */
	return plan;
}

/* Past rln_spi_finish(), until SPI_freeplan(). */
void
rln_spi_keep(SPIPlanPtr plan)
{
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed"); /* should not happen */
}

/* What a kept plan holds; more when it has run. */
Size
rln_spi_memory(SPIPlanPtr plan)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));
	Size size = MemoryContextMemAllocated(source->context, true);

	if (source->gplan != NULL)
		size += MemoryContextMemAllocated(source->gplan->context, true);
	return size;
}

/* The columns of a prepared SELECT; they belong to it. */
TupleDesc
rln_spi_columns(SPIPlanPtr plan)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));

	return source->resultDesc;
}

/* The tables that a prepared statement reads, as OIDs; they belong to it. */
List *
rln_spi_relations(SPIPlanPtr plan)
{
	CachedPlanSource *source = linitial(SPI_plan_get_plan_sources(plan));

	return source->relationOids;
}

/*
 * Pages that the tables (List of Oid) have now, by which the planner chooses between
 * a scan and an index.  A partitioned table has none of its own.
 */
double
rln_spi_pages(const List *relids)
{
	double pages = 0;
	ListCell *lc;

	foreach(lc, relids)
	{
		Relation table = try_relation_open(lfirst_oid(lc), AccessShareLock);

		if (table == NULL)
			continue; /* dropped since */
		/* a standby has no files of unlogged tables */
		if (RELKIND_HAS_TABLE_AM(table->rd_rel->relkind) &&
			(RelationIsPermanent(table) || !RecoveryInProgress()))
			pages += RelationGetNumberOfBlocks(table);
		relation_close(table, AccessShareLock);
	}
	return pages;
}

/*
 * Is a plan that was made for so many pages of them one for small tables?  Nothing
 * tells PostgreSQL so until somebody analyzes them.
 */
bool
rln_spi_is_outgrown(const List *relids, double pages)
{
	return rln_spi_pages(relids) > pages * 2 + FEW_PAGES;
}

/* Reads under the active snapshot, rows to the receiver; see the head of this file. */
void
rln_spi_execute(SPIPlanPtr plan, ParamListInfo params, DestReceiver *receiver)
{
	SPIExecuteOptions options = {.params = params, .read_only = true, .dest = receiver};
	MemoryContext before = CurrentMemoryContext;
	int result = SPI_execute_plan_extended(plan, &options);

	MemoryContextSwitchTo(before);
	rln_spi_ensure_done(result, "a prepared statement");
}

/* The same, as a portal under the active snapshot; whoever opened it closes it. */
Portal
rln_spi_open(SPIPlanPtr plan, ParamListInfo params)
{
	MemoryContext before = CurrentMemoryContext;
	Portal portal = SPI_cursor_open_with_paramlist(NULL, plan, params, true);

	MemoryContextSwitchTo(before);
	return portal;
}

/*
 * A plan that is kept until SPI_freeplan(), planned as the role that will run
 * it, as ri_PlanCheck() does, and once for all values: what is looked up here
 * are keys.
 */
SPIPlanPtr
rln_spi_keep_as(const char *sql, int nargs, const Oid *types, Oid role)
{
	Oid caller;
	int context;
	SPIPlanPtr plan;

	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	plan = SPI_prepare_cursor(sql, nargs, unconstify(Oid *, types), CURSOR_OPT_GENERIC_PLAN);
	SetUserIdAndSecContext(caller, context);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result)); /* should not happen */
	SPI_keepplan(plan);
	return plan;
}

/*
 * Runs a query of referential integrity as ri_PerformCheck() does: with the
 * role's rights, past row security.  Where rows must be seen that the
 * transaction's snapshot does not show, it runs under the latest one, and the
 * executor raises 40001 when it would change such a row.  Triggers that it
 * fires wait until the outer statement is done.  Returns SPI's code, which is
 * not that of the query if a rule has rewritten it; SPI_processed is the number
 * of rows.
 */
int
rln_spi_enforce_as(SPIPlanPtr plan, const Datum *values, const char *nulls, Oid role,
				   bool detect_new_rows, long limit)
{
	Snapshot test = InvalidSnapshot;
	Snapshot crosscheck = InvalidSnapshot;
	Oid caller;
	int context;
	int result;

	if (IsolationUsesXactSnapshot() && detect_new_rows)
	{
		CommandCounterIncrement();
		test = GetLatestSnapshot();
		crosscheck = GetTransactionSnapshot();
	}
	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	result = SPI_execute_snapshot(plan, unconstify(Datum *, values), nulls, test, crosscheck,
								  false, false, limit);
	SetUserIdAndSecContext(caller, context);
	rln_spi_ensure_done(result, "a query of referential integrity");
	return result;
}

/* The same for a query that reads alone, under the snapshot. */
uint64
rln_spi_read_as(SPIPlanPtr plan, const Datum *values, Oid role, Snapshot snapshot, long limit)
{
	Oid caller;
	int context;
	int result;

	GetUserIdAndSecContext(&caller, &context);
	SetUserIdAndSecContext(role, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
	result = SPI_execute_snapshot(plan, unconstify(Datum *, values), NULL, snapshot,
								  InvalidSnapshot, true, false, limit);
	SetUserIdAndSecContext(caller, context);
	rln_spi_ensure_done(result, "a query of referential integrity");
	return SPI_processed;
}

/* A field of the last result; columns count from 1. */
Datum
rln_spi_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* A field of the last result as text, copied into the context, or NULL. */
char *
rln_spi_text(uint64 row, int column, MemoryContext context)
{
	char *text = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

	return text == NULL ? NULL : MemoryContextStrdup(context, text);
}

static void
ensure_plan(RlnStatement *statement)
{
	if (statement->plan != NULL)
		return;
	statement->plan = prepare(statement);
	SPI_keepplan(statement->plan);
}

static SPIPlanPtr
prepare(const RlnStatement *statement)
{
	SPIPlanPtr plan = SPI_prepare(statement->sql, statement->nargs, (Oid *) statement->types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result)); /* should not happen */
	return plan;
}

/* Of what SPI itself says of a statement that it has run. */
void
rln_spi_ensure_done(int result, const char *sql)
{
	if (result < 0)
		elog(ERROR, "SPI failed with %s: %s", SPI_result_code_string(result), sql); /* should not happen */
}
