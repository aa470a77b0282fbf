/*
 * watch.c
 *	  Which tables of relations does a command touch?
 *
 * PostgreSQL tells every session which tables have changed, and this session of
 * its own changes too, in the middle of the command that makes them: that is
 * what relcache callbacks are for.  So nothing has to be found out about a
 * command that touches no table of ours; it costs a hash look-up for each table
 * that it touches.
 *
 * The callback only takes down numbers; what is in them is asked when the
 * command is done.  A command may run others (a trigger of a user's, a function
 * in a default), so a table that is not yet as it will be stays on the list
 * until the outer command is done.
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "commands/event_trigger.h"
#include "fmgr.h"
#include "storage/proc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/spi.h"
#include "ddl/ddl.h"
#include "sync/sync.h"

/* a command that touches more tables has every relation looked at */
#define MAX_TOUCHED 256

PG_FUNCTION_INFO_V1(relations_watch_command);
PG_FUNCTION_INFO_V1(relations_follow_command);

/* since the transaction has begun, or since the last command was followed */
static Oid touched[MAX_TOUCHED];
static int ntouched = 0;
static bool all_touched = false;
static LocalTransactionId touched_in = InvalidLocalTransactionId;

/* the tables of all relations, as of that state of the registry */
static HTAB *members = NULL;
static MemoryContext members_context = NULL;
static uint64 members_generation = 0;
static bool members_are_partitioned; /* any of a many-to-any relation */

static void touch(Datum arg, Oid relid);
static void ensure_event_trigger(FunctionCallInfo fcinfo);
static void follow(RlnCommand *command);
static void update_members(void);
static List *touched_members(RlnCommand *command);
static List *add_member(List *tables, Oid relid);
static List *edges_of(const List *tables, const RlnCommand *command);
static void explain_error(void *arg);


/* Called once, when the library is loaded. */
void
rln_watch_init(void)
{
	CacheRegisterRelcacheCallback(touch, (Datum) 0);
}

static void
touch(Datum arg, Oid relid)
{
	if (!OidIsValid(relid) || ntouched == MAX_TOUCHED)
		all_touched = true;
	else if (ntouched == 0 || touched[ntouched - 1] != relid)
		touched[ntouched++] = relid;
}

/*
 * ddl_command_start: now the library is loaded.  What earlier transactions
 * touched was followed, or undone.
 */
Datum
relations_watch_command(PG_FUNCTION_ARGS)
{
	ensure_event_trigger(fcinfo);
	if (touched_in != rln_transaction())
	{
		touched_in = rln_transaction();
		ntouched = 0;
		all_touched = false;
	}
	PG_RETURN_NULL();
}

/* ddl_command_end */
Datum
relations_follow_command(PG_FUNCTION_ARGS)
{
	ErrorContextCallback callback = {error_context_stack, explain_error, NULL};
	RlnCommand command;

	ensure_event_trigger(fcinfo);
	error_context_stack = &callback;
	rln_command_read(((EventTriggerData *) fcinfo->context)->parsetree, &command);
	if (OidIsValid(command.bound))
		rln_function_unbind(command.bound);
	/* what we do ourselves, the registry says when we are done */
	if (!command.nothing && !rln_spi_is_running())
		follow(&command);
	error_context_stack = callback.previous;
	PG_RETURN_NULL();
}

static void
ensure_event_trigger(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function is called by event triggers of the extension only")));
}

static void
follow(RlnCommand *command)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	List *edges;
	List *later = NIL;
	ListCell *lc;

	update_members();
	context = AllocSetContextCreate(caller, "relations: following a command", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	edges = edges_of(touched_members(command), command);
	ntouched = 0;
	all_touched = false;
	foreach(lc, edges)
	{
		const RlnEdge *edge = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (!rln_follow_edge(edge, command))
			later = list_append_unique_oid(later, edge->many);
	}
	foreach(lc, later)
		touch((Datum) 0, lfirst_oid(lc));
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* Reads the tables of all relations, unless that was done since the last change. */
static void
update_members(void)
{
	HASHCTL control = {.keysize = sizeof(Oid), .entrysize = sizeof(Oid)};
	uint64 current = rln_registry_generation();
	MemoryContext context;
	HTAB *table;
	List *of_any;
	ListCell *lc;

	if (members != NULL && members_generation == current)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "relations: tables of relations", ALLOCSET_DEFAULT_SIZES);
	control.hcxt = context;
	table = hash_create("relations: tables of relations", 256, &control,
						HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	foreach(lc, rln_registry_tables(&of_any))
		hash_search(table, &lfirst_oid(lc), HASH_ENTER, NULL);
	members_are_partitioned = false;
	foreach(lc, of_any)
	{
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_PARTITIONED_TABLE)
			members_are_partitioned = true;
	}
	MemoryContextSetParent(context, CacheMemoryContext);
	if (members_context != NULL)
		MemoryContextDelete(members_context);
	members_context = context;
	members = table;
	members_generation = current;
}

/*
 * Those of the touched tables that have relations.  A partition stands for the
 * tables that it is a part of, an index that was renamed for its table.
 */
static List *
touched_members(RlnCommand *command)
{
	bool by_part = members_are_partitioned &&
		(OidIsValid(command->attached) || OidIsValid(command->detached) ||
		 command->may_drop_tables);
	List *tables = NIL;
	ListCell *lc;

	if (all_touched && command->may_drop_tables)
		command->drops_partition = members_are_partitioned;
	if (OidIsValid(command->attached) && members_are_partitioned)
		touch((Datum) 0, command->attached);
	for (int i = 0; i < ntouched; i++)
	{
		tables = add_member(tables, touched[i]);
		if (members_are_partitioned && command->may_drop_tables && !command->drops_partition &&
			!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(touched[i])))
			command->drops_partition = rln_was_partition(touched[i]);
		if (by_part && get_rel_relispartition(touched[i]))
		{
			foreach(lc, get_partition_ancestors(touched[i]))
				tables = add_member(tables, lfirst_oid(lc));
		}
		if (command->to != NULL && get_rel_relkind(touched[i]) == RELKIND_INDEX)
			tables = add_member(tables, IndexGetRelation(touched[i], true));
	}
	return list_concat(tables, rln_follow_functions(command));
}

static List *
add_member(List *tables, Oid relid)
{
	if (hash_search(members, &relid, HASH_FIND, NULL) == NULL)
		return tables;
	return list_append_unique_oid(tables, relid);
}

/* The relations of the tables, or all, each once. */
static List *
edges_of(const List *tables, const RlnCommand *command)
{
	List *edges = NIL;
	List *ids = NIL;
	ListCell *lt;
	ListCell *le;

	if (all_touched || command->everything)
		return rln_edges_load();
	foreach(lt, tables)
	{
		foreach(le, rln_edges_load_of(lfirst_oid(lt)))
		{
			RlnEdge *edge = lfirst(le);

			if (list_member_int(ids, edge->id))
				continue;
			ids = lappend_int(ids, edge->id);
			edges = lappend(edges, edge);
		}
	}
	return edges;
}

static void
explain_error(void *arg)
{
	errcontext("event trigger \"relations_follow\"; a superuser can ALTER EVENT TRIGGER relations_follow DISABLE, and mend later what relations.check() finds");
}
