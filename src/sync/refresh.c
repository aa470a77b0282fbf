/*
 * refresh.c
 *	  What is generated for an edge, after its tables have changed.
 *
 * Functions are renamed, moved and given new bodies, never dropped and made
 * anew, so that views that use them and rights that were granted on them stay.
 * One that is missing stays missing: somebody has dropped it, or a restore has
 * not come to it yet.  relations.check() tells which.
 *
 * All is done as the registry's owner: whoever may rename a table need not own
 * what refers to it.  No function body is looked into (check_function_bodies):
 * that would lock the tables that it names, and so let two commands wait for
 * each other.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "sync/sync.h"

/* a row function, under the name it has and the one it shall have */
typedef struct FunctionChange
{
	Oid argument;
	Oid result;
	const char *from;
	const char *to;
} FunctionChange;

static List *function_changes(const RlnEdge *edge, const RlnEdge *next);
static FunctionChange *make_change(Oid argument, Oid result, const char *from, const char *to);
static List *statements_of(const FunctionChange *change);
static List *parts_to_replace(const RlnEdge *edge, const RlnCommand *command);
static void give_functions(const RlnEdge *edge);
static Oid function_owner(Oid function);
static void run(const List *statements);


/* Is there anything that rln_functions_refresh() would do? */
bool
rln_functions_are_stale(const RlnEdge *edge, const RlnEdge *next, const RlnCommand *command)
{
	ListCell *lc;

	foreach(lc, function_changes(edge, next))
	{
		if (statements_of(lfirst(lc)) != NIL)
			return true;
	}
	return parts_to_replace(next, command) != NIL;
}

/* The row functions of the edge become those of the next. */
void
rln_functions_refresh(const RlnEdge *edge, const RlnEdge *next, const RlnCommand *command)
{
	ListCell *lc;

	foreach(lc, function_changes(edge, next))
		run(statements_of(lfirst(lc)));
	foreach(lc, parts_to_replace(next, command))
		run(((RlnPart *) lfirst(lc))->replace);
	if (command->changes_owner)
		give_functions(next);
}

/*
 * Triggers that the edge has not and needs now: on a partition that was just
 * attached, for an item that is text after its type was changed.
 */
void
rln_triggers_refresh(const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, rln_parts_of_edge(edge))
	{
		RlnPart *part = lfirst(lc);

		if (part->kind == RLN_PART_TRIGGER && part->drop == NIL)
			run(part->make);
	}
}

/* Drops the triggers of that relation on a table that is no part of it any more. */
void
rln_triggers_remove(Oid relid, int32 edge)
{
	ListCell *lc;

	rln_triggers_release(relid, edge);
	foreach(lc, rln_triggers_load(relid, edge))
	{
		RlnTrigger *trigger = lfirst(lc);

		run(list_make1(psprintf("DROP TRIGGER %s ON %s", quote_identifier(trigger->name), rln_table_sql(relid))));
	}
}

/* Drops what the edge has on a table, or to it, that is there but no target any more. */
void
rln_target_remove(const RlnEdge *edge, const RlnTarget *target)
{
	const Oid functions[2] = {rln_row_function_find(edge->many, target->field, target->relid),
							  edge->alias == NULL
								  ? InvalidOid
								  : rln_row_function_find(target->relid, edge->alias, edge->many)};

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
		return;
	rln_triggers_remove(target->relid, edge->id);
	for (int i = 0; i < lengthof(functions); i++)
	{
		if (OidIsValid(functions[i]))
			run(list_make1(psprintf("DROP FUNCTION %s", format_procedure_qualified(functions[i]))));
	}
}

/* FunctionChange *, for each row function between tables that are there. */
static List *
function_changes(const RlnEdge *edge, const RlnEdge *next)
{
	List *changes = NIL;
	ListCell *lc;

	foreach(lc, next->targets)
	{
		const RlnTarget *to = lfirst(lc);
		const RlnTarget *from = rln_edge_find_target(edge, to->relid);

		if (from == NULL || rln_edge_find_target(next, to->relid) != to)
			continue;
		changes = lappend(changes,
						  make_change(edge->many, to->relid, from->field, to->field));
		if (edge->alias != NULL && next->alias != NULL)
			changes = lappend(changes,
							  make_change(to->relid, edge->many, edge->alias, next->alias));
	}
	return changes;
}

static FunctionChange *
make_change(Oid argument, Oid result, const char *from, const char *to)
{
	FunctionChange *change = palloc(sizeof(FunctionChange));

	change->argument = argument;
	change->result = result;
	change->from = from;
	change->to = to;
	return change;
}

/*----------
 *	ALTER FUNCTION <function>(<table>) RENAME TO <name>
 *	ALTER FUNCTION <function>(<table>) SET SCHEMA <that of the table>
 * as far as they are needed, and nobody else has the name there.
 *----------
 */
static List *
statements_of(const FunctionChange *change)
{
	List *statements = NIL;
	Oid function = rln_row_function_find(change->argument, change->from, change->result);
	Oid schema = get_rel_namespace(change->argument);
	char *row = rln_table_sql(change->argument);
	const char *name = change->from;
	Oid place;
	bool is_free;
	StringInfoData is;

	if (!OidIsValid(function))
		return NIL;
	place = get_func_namespace(function);
	is_free = !rln_row_function_exists(change->argument, change->to);
	if (strcmp(change->from, change->to) != 0 && is_free)
	{
		initStringInfo(&is);
		rln_append_qualified(&is, get_namespace_name(place), name);
		statements = lappend(statements, psprintf("ALTER FUNCTION %s(%s) RENAME TO %s", is.data, row, quote_identifier(change->to)));
		name = change->to;
	}
	initStringInfo(&is);
	rln_append_qualified(&is, get_namespace_name(place), name);
	if (place != schema && is_free)
		statements = lappend(statements, psprintf("ALTER FUNCTION %s(%s) SET SCHEMA %s", is.data, row, quote_identifier(get_namespace_name(schema))));
	return statements;
}

/*
 * RlnPart *: functions that stand in the right place, with another body.  Those
 * that are to have another owner are made anew whatever they look like: the old
 * one may have put something of his own there, with rights that would be the new
 * one's.
 */
static List *
parts_to_replace(const RlnEdge *edge, const RlnCommand *command)
{
	List *parts = NIL;
	ListCell *lc;

	foreach(lc, rln_function_parts(rln_draft_of_edge(edge)))
	{
		RlnPart *part = lfirst(lc);

		if (part->drop != NIL && OidIsValid(part->result) &&
			(part->is_stale || command->changes_owner))
			parts = lappend(parts, part);
	}
	return parts;
}

/*----------
 *	ALTER FUNCTION <function>(<table>) OWNER TO <that of the many side>
 *----------
 */
static void
give_functions(const RlnEdge *edge)
{
	Oid owner = rln_table_owner(edge->many);
	ListCell *lc;

	foreach(lc, function_changes(edge, edge))
	{
		FunctionChange *change = lfirst(lc);
		Oid function = rln_row_function_find(change->argument, change->to, change->result);

		if (OidIsValid(function) &&
			get_func_namespace(function) == get_rel_namespace(change->argument) &&
			function_owner(function) != owner)
			run(list_make1(psprintf("ALTER FUNCTION %s OWNER TO %s", format_procedure_qualified(function),
									quote_identifier(GetUserNameFromId(owner, false)))));
	}
}

static Oid
function_owner(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function); /* should not happen */
	owner = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
	ReleaseSysCache(tuple);
	return owner;
}

static void
run(const List *statements)
{
	int nest = NewGUCNestLevel();
	ListCell *lc;

	set_config_option("check_function_bodies", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
					  true, 0, false);
	foreach(lc, statements)
		rln_spi_run_as(lfirst(lc), rln_table_owner(rln_registry_table()));
	AtEOXact_GUC(true, nest);
}
