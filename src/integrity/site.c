/*
 * site.c
 *	  What a row trigger knows of the table that it was fired for.
 *
 * It is kept with the guard, and for the length of a statement with the trigger's
 * call information, and made anew when something has changed.  The table may be
 * a partition, whose columns have other numbers: they are found by name.
 */
#include "postgres.h"

#include "catalog/partition.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

static RlnSite *find_site(RlnGuard *guard, Oid relid);
static RlnSite *make_site(RlnGuard *guard, const TriggerData *trigger);
static Oid part_of(Oid relid, const List *ancestors, const RlnEdge *edge);
static bool is_or_descends(Oid relid, Oid other, const List *ancestors);
static AttrNumber column_number(Relation rel, const char *name);
static bool stands_alone(TriggerDesc *present);


/* The relation that the trigger enforces; every trigger of ours is told its id. */
int32
rln_trigger_edge(const TriggerData *trigger)
{
	int32 id = 0;

	if (trigger->tg_trigger->tgnargs == 1)
		id = rln_trigger_argument(trigger->tg_trigger->tgargs[0]);
	if (id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" does not say which relation it enforces", trigger->tg_trigger->tgname),
				 errhint("Such triggers are made by relations.create_relation() alone.")));
	return id;
}

/* The site of the call, ready for this very row; 55000 where there is no relation. */
RlnSite *
rln_site(FunctionCallInfo fcinfo)
{
	RlnSite *site = rln_site_get(fcinfo);

	if (site == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no relation %d that this trigger could enforce",
						rln_trigger_edge((TriggerData *) fcinfo->context)),
				 errhint("Drop the trigger, or register the relation again.")));
	return site;
}

/* The same, or NULL. */
RlnSite *
rln_site_get(FunctionCallInfo fcinfo)
{
	const TriggerData *trigger = (TriggerData *) fcinfo->context;
	RlnSite *site = fcinfo->flinfo->fn_extra;
	RlnGuard *guard;
	uint64 changes;

	if (site != NULL && site->changes == rln_guard_changes &&
		site->generation == rln_registry_generation() &&
		site->relid == RelationGetRelid(trigger->tg_relation))
		return site;
	fcinfo->flinfo->fn_extra = NULL;
	guard = rln_guard_get(rln_trigger_edge(trigger));
	if (guard == NULL)
		return NULL;
	changes = rln_guard_changes;
	site = find_site(guard, RelationGetRelid(trigger->tg_relation));
	if (site == NULL)
		site = make_site(guard, trigger);
	site->changes = changes;
	site->generation = guard->generation;
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* The guard's site of the table, if it is still true. */
static RlnSite *
find_site(RlnGuard *guard, Oid relid)
{
	ListCell *lc;

	foreach(lc, guard->sites)
	{
		RlnSite *site = lfirst(lc);

		if (site->relid != relid)
			continue;
		if (site->changes == rln_guard_changes || rln_guard_watched_since(relid, site->loaded_at))
			return site;
		guard->sites = foreach_delete_current(guard->sites, lc);
	}
	return NULL;
}

/* One that was found stale may be in use; its memory goes with the guard. */
static RlnSite *
make_site(RlnGuard *guard, const TriggerData *trigger)
{
	MemoryContext before = MemoryContextSwitchTo(guard->context);
	RlnSite *site = palloc0(sizeof(RlnSite));

	rln_guard_watch(RelationGetRelid(trigger->tg_relation));
	site->guard = guard;
	site->loaded_at = rln_guard_changes;
	rln_site_fill(site, trigger->tg_relation);
	if (!site->is_many && !OidIsValid(site->target))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("relation %d has nothing to do with table \"%s\"", guard->edge->id,
						RelationGetRelationName(trigger->tg_relation)),
				 errhint("Drop trigger \"%s\" of this table.", trigger->tg_trigger->tgname)));
	guard->sites = lappend(guard->sites, site);
	MemoryContextSwitchTo(before);
	return site;
}

/* What the guard's relation means for the table. */
void
rln_site_fill(RlnSite *site, Relation rel)
{
	const RlnEdge *edge = site->guard->edge;
	Oid relid = RelationGetRelid(rel);
	List *ancestors = rel->rd_rel->relispartition ? get_partition_ancestors(relid) : NIL;

	site->relid = relid;
	site->is_many = is_or_descends(relid, edge->many, ancestors);
	site->target = part_of(relid, ancestors, edge);
	site->target_is_partitioned = OidIsValid(site->target) &&
		get_rel_relkind(site->target) == RELKIND_PARTITIONED_TABLE;
	site->alone = rel->trigdesc == NULL || stands_alone(rel->trigdesc);
	if (site->is_many)
	{
		ListCell *lc;

		site->discriminator = column_number(rel, edge->discriminator_column);
		foreach(lc, edge->columns)
			site->items[foreach_current_index(lc)] = column_number(rel, lfirst(lc));
	}
	if (OidIsValid(site->target))
	{
		ListCell *lc;

		foreach(lc, rln_edge_find_target(edge, site->target)->columns)
			site->keys[foreach_current_index(lc)] = column_number(rel, lfirst(lc));
	}
}

/* The target that the table is, or is a partition of; InvalidOid for none. */
static Oid
part_of(Oid relid, const List *ancestors, const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (is_or_descends(relid, target->relid, ancestors))
			return target->relid;
	}
	return InvalidOid;
}

static bool
is_or_descends(Oid relid, Oid other, const List *ancestors)
{
	return relid == other || list_member_oid(ancestors, other);
}

static AttrNumber
column_number(Relation rel, const char *name)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), name);

	if (attnum == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist", name, rln_table_label(RelationGetRelid(rel))),
				 errdetail("A relation refers by it or to it."),
				 errhint("Delete the relation by relations.delete_relation(), or add the column again.")));
	return attnum;
}

/*
 * Are all triggers that come after a row ours, or a foreign key's?  Looking their
 * functions up may rebuild the relation's own list of them.
 */
static bool
stands_alone(TriggerDesc *present)
{
	TriggerDesc *triggers = CopyTriggerDesc(present);
	Oid schema = get_rel_namespace(rln_registry_table());

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (TRIGGER_FOR_ROW(trigger->tgtype) && TRIGGER_FOR_AFTER(trigger->tgtype) &&
			trigger->tgenabled != TRIGGER_DISABLED &&
			RI_FKey_trigger_type(trigger->tgfoid) == RI_TRIGGER_NONE &&
			get_func_namespace(trigger->tgfoid) != schema)
			return false;
	}
	return true;
}
