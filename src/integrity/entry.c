/*
 * entry.c
 *	  The triggers, as SQL calls them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/error.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

PG_FUNCTION_INFO_V1(relations_enforce);
PG_FUNCTION_INFO_V1(relations_enforce_action);
PG_FUNCTION_INFO_V1(relations_enforce_statement);
PG_FUNCTION_INFO_V1(relations_enforce_truncate);
PG_FUNCTION_INFO_V1(relations_canonical_item);

static bool is_pending(const TriggerData *trigger);
static char *text_of(HeapTuple row, TupleDesc desc, AttrNumber attnum);


/*
 * After a row: the action of a target comes before the check of the many side,
 * on a table that is both.
 */
Datum
relations_enforce(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "enforce", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
											  TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW);
	RlnSite *site;

	if (is_pending(trigger))
		return PointerGetDatum(NULL);
	site = rln_site(fcinfo);
	if (OidIsValid(site->target))
		rln_act_row(fcinfo, site, false);
	if (site->is_many && !TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		rln_check_row(rln_site(fcinfo), trigger);
	return PointerGetDatum(NULL);
}

/* After a row of a target: what cannot wait though the constraint is deferrable. */
Datum
relations_enforce_action(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "enforce_action", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
											  TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW);
	RlnSite *site;

	if (is_pending(trigger))
		return PointerGetDatum(NULL);
	site = rln_site(fcinfo);
	if (OidIsValid(site->target))
		rln_act_row(fcinfo, site, true);
	return PointerGetDatum(NULL);
}

/*
 * Before and after a statement.  Where the relation is not there any more the
 * row triggers say so, if there is a row.
 */
Datum
relations_enforce_statement(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "enforce_statement", TRIGGER_EVENT_ROW, 0);
	RlnSite *site;

	if (!TRIGGER_FIRED_BEFORE(trigger->tg_event))
		rln_frame_close(rln_trigger_edge(trigger));
	else if ((site = rln_site_get(fcinfo)) != NULL)
		rln_frame_open(site->guard, trigger);
	return PointerGetDatum(NULL);
}

/*
 * After TRUNCATE of a target: rows may still refer to it, unless their table was
 * emptied by the same command.  PostgreSQL refuses whatever the rows are, since
 * it looks before; the code and the way out are the same.
 */
Datum
relations_enforce_truncate(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "enforce_truncate", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
											  TRIGGER_EVENT_AFTER);
	RlnGuard *guard = rln_guard_get(rln_trigger_edge(trigger));
	RlnSite site = {0};

	if (guard == NULL)
		return PointerGetDatum(NULL);

	/* what is allowed may have changed before the lock came */
	LockRelationOid(guard->edge->many, RowShareLock);
	guard = rln_guard_get(rln_trigger_edge(trigger));
	if (guard == NULL)
		return PointerGetDatum(NULL);

	/* it may be a partition of the target */
	site.guard = guard;
	rln_site_fill(&site, trigger->tg_relation);
	for (int i = 0; i < guard->ntargets; i++)
	{
		RlnGuardTarget *target = &guard->targets[i];

		if (target->relid != site.target)
			continue;
		rln_guard_ready(guard, target);
		if (rln_query_run(guard, target, RLN_QUERY_MEANT, &target->discriminator) > 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot truncate table \"%s\": rows of \"%s\" refer to it",
						RelationGetRelationName(trigger->tg_relation),
						rln_table_label(guard->edge->many)),
				 errdetail("Relation %d leads from \"%s\" to it.", guard->edge->id,
						   rln_table_label(guard->edge->many)),
				 errhint(
					 "Truncate table \"%s\" at the same time, or delete the rows that refer to it.",
					 rln_table_label(guard->edge->many)),
				 rln_errtable(guard->edge->many),
				 err_generic_string(PG_DIAG_CONSTRAINT_NAME, guard->edge->constraint_name)));
	}
	return PointerGetDatum(NULL);
}

/*
 * Before a row of the many side whose item is text: it is written as the key
 * that it means would print it.
 */
Datum
relations_canonical_item(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "canonical_item", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
											  TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW);
	RlnSite *site;
	RlnGuard *guard;
	TupleDesc desc = RelationGetDescr(trigger->tg_relation);
	HeapTuple row = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple
															   : trigger->tg_trigtuple;
	RlnGuardTarget *target = NULL;
	bool isnull;
	Datum discriminator;

	if (is_pending(trigger))
		return PointerGetDatum(row);
	site = rln_site(fcinfo);
	guard = site->guard;
	if (!site->is_many)
		return PointerGetDatum(row);
	discriminator = SPI_getbinval(row, desc, site->discriminator, &isnull);
	if (!isnull)
		target = rln_guard_find(guard, discriminator);
	if (target == NULL || !rln_guard_ready(guard, target))
		return PointerGetDatum(row);
	for (int i = 0; i < guard->nkeys; i++)
	{
		char *text =
			target->key[i].form == RLN_FORM_TYPED ? NULL : text_of(row, desc, site->items[i]);
		char *canonical = text == NULL ? NULL : rln_item_canonical(&target->key[i], text);
		int32 typmod = TupleDescAttr(desc, site->items[i] - 1)->atttypmod;
		int attnum = site->items[i];
		Datum value;

		if (text == NULL || strcmp(text, canonical) == 0)
			continue;
		isnull = false;
		value = rln_item_from_text(&target->key[i], canonical, typmod);
		row = heap_modify_tuple_by_cols(row, desc, 1, &attnum, &value, &isnull);
	}
	return PointerGetDatum(row);
}

/* 39P01 unless it is called as a trigger of that time and level; what it is called with. */
TriggerData *
rln_ensure_trigger(FunctionCallInfo fcinfo, const char *name, int32 mask, int32 wanted)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || (trigger->tg_event & mask) != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("relations.%s() was not called as the trigger that it is", name),
				 errhint("Such triggers are made by relations.create_relation() alone.")));
	return trigger;
}

/* In the middle of a restore, is the relation not yet to be enforced?  See restore.c. */
static bool
is_pending(const TriggerData *trigger)
{
	return rln_session_restores() &&
		(rln_session_brought_registry() || rln_guard_get(rln_trigger_edge(trigger)) == NULL);
}

/* A palloc'd text, or NULL. */
static char *
text_of(HeapTuple row, TupleDesc desc, AttrNumber attnum)
{
	bool isnull;
	Datum value = SPI_getbinval(row, desc, attnum, &isnull);
	Oid output;
	bool varlena;

	if (isnull)
		return NULL;
	getTypeOutputInfo(TupleDescAttr(desc, attnum - 1)->atttypid, &output, &varlena);
	return OidOutputFunctionCall(output, value);
}
