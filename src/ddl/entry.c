/*
 * entry.c
 *	  The relation object as SQL functions and as DML on its view.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/path.h"
#include "base/spi.h"
#include "ddl/ddl.h"

PG_FUNCTION_INFO_V1(relations_create_relation);
PG_FUNCTION_INFO_V1(relations_create_relations);
PG_FUNCTION_INFO_V1(relations_update_relation);
PG_FUNCTION_INFO_V1(relations_delete_relation);
PG_FUNCTION_INFO_V1(relations_delete_relations);
PG_FUNCTION_INFO_V1(relations_get_relation);
PG_FUNCTION_INFO_V1(relations_create_relation_sql);
PG_FUNCTION_INFO_V1(relations_relation_changed);

static RlnDraft *make_draft(const RlnObject *object);
static void create_elements(Jsonb *array, bool symmetric, int32 *created, MemoryContext temporary);
static HeapTuple get_row(int32 id);


Datum
relations_create_relation(PG_FUNCTION_ARGS)
{
	RlnObject object;
	int32 id;

	rln_ensure_argument(fcinfo, 0, "relation");
	rln_object_from_jsonb(PG_GETARG_JSONB_P(0), &object);
	id = rln_create_from_object(&object);
	rln_ensure_junction(id);
	PG_RETURN_DATUM(rln_row_datum(get_row(id)));
}

Datum
relations_create_relations(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "relations");
	rln_return_relations(fcinfo, rln_create_from_array(PG_GETARG_JSONB_P(0)));
	return (Datum) 0;
}

Datum
relations_update_relation(PG_FUNCTION_ARGS)
{
	RlnObject object;

	rln_ensure_argument(fcinfo, 0, "id");
	rln_ensure_argument(fcinfo, 1, "changes");
	rln_object_from_jsonb(PG_GETARG_JSONB_P(1), &object);
	rln_update_from_object(PG_GETARG_INT32(0), &object);
	PG_RETURN_DATUM(rln_row_datum(get_row(PG_GETARG_INT32(0))));
}

Datum
relations_delete_relation(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "id");
	rln_delete(PG_GETARG_INT32(0));
	PG_RETURN_VOID();
}

Datum
relations_delete_relations(PG_FUNCTION_ARGS)
{
	Datum *ids;
	bool *nulls;
	int n;

	rln_ensure_argument(fcinfo, 0, "ids");
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), INT4OID, sizeof(int32), true, TYPALIGN_INT, &ids,
					  &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		RlnPath step;

		rln_path_enter_element(&step, i);
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the id of a relation must not be null")));
		rln_delete(DatumGetInt32(ids[i]));
		rln_path_leave(&step);
	}
	PG_RETURN_VOID();
}

Datum
relations_get_relation(PG_FUNCTION_ARGS)
{
	HeapTuple row;

	rln_ensure_argument(fcinfo, 0, "id");
	row = rln_row_get(PG_GETARG_INT32(0), RLN_VISIBLE_ONLY);
	if (row == NULL)
		rln_refuse_unknown(PG_GETARG_INT32(0));
	PG_RETURN_DATUM(rln_row_datum(row));
}

Datum
relations_create_relation_sql(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	RlnObject object;
	RlnDraft *draft;
	ListCell *lc;

	rln_ensure_argument(fcinfo, 0, "relation");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rln_object_from_jsonb(PG_GETARG_JSONB_P(0), &object);
	draft = make_draft(&object);
	rln_draft_complete(draft);
	foreach(lc, rln_change_statements(draft))
	{
		Datum value = CStringGetTextDatum(lfirst(lc));
		bool isnull = false;

		tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
	}
	return (Datum) 0;
}

/* INSTEAD OF row trigger on relations.relations */
Datum
relations_relation_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	TupleDesc desc;
	RlnObject object;
	int32 id;
	bool isnull;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_INSTEAD(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("relations.relation_changed() must be called INSTEAD OF a change of relations.relations")));
	if (RelationGetRelid(trigger->tg_relation) != rln_registry_view())
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("relations.relation_changed() is a trigger of relations.relations only")));
	desc = RelationGetDescr(trigger->tg_relation);

	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		rln_object_from_row(trigger->tg_trigtuple, desc, &object);
		id = rln_create_from_object(&object);
		rln_ensure_junction(id);
		return PointerGetDatum(get_row(id));
	}
	id = DatumGetInt32(SPI_getbinval(trigger->tg_trigtuple, desc, RLN_KEY_ID + 1, &isnull));
	if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
	{
		rln_delete(id);
		return PointerGetDatum(trigger->tg_trigtuple);
	}
	rln_object_from_change(trigger->tg_trigtuple, trigger->tg_newtuple, desc, &object);
	rln_update_from_object(id, &object);
	return PointerGetDatum(get_row(id));
}

/* 22004 where the argument is null: an error is better than doing nothing. */
void
rln_ensure_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
}

/* Returns the relations (a list of ids) from a set-returning function. */
void
rln_return_relations(FunctionCallInfo fcinfo, const List *ids)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, ids)
		tuplestore_puttuple(result->setResult, get_row(lfirst_int(lc)));
}

static RlnDraft *
make_draft(const RlnObject *object)
{
	RlnDraft *draft = rln_draft_make();

	rln_draft_apply(draft, object);
	return draft;
}

/* The new relation's id; of a junction the other half may be missing still. */
int32
rln_create_from_object(const RlnObject *object)
{
	return rln_create(make_draft(object));
}

/* Changes the relation of that id as the object says. */
void
rln_update_from_object(int32 id, const RlnObject *object)
{
	RlnDraft *draft = rln_draft_change(rln_edge_to_change(id));

	rln_draft_apply(draft, object);
	rln_update(draft);
	rln_ensure_junction(id);
}

/*
 * Returns the ids in order.  Junctions are checked when both halves are there;
 * a symmetric one is made when the other half is.
 */
List *
rln_create_from_array(Jsonb *array)
{
	MemoryContext temporary =
		AllocSetContextCreate(CurrentMemoryContext, "relations: one of several relations",
							  ALLOCSET_DEFAULT_SIZES);
	List *ids = NIL;
	int32 *created;

	if (!JB_ROOT_IS_ARRAY(array) || JB_ROOT_IS_SCALAR(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relations must be a JSON array of relation objects"),
				 errhint("For a single object use relations.create_relation().")));

	created = palloc0(sizeof(int32) * Max(JB_ROOT_COUNT(array), 1));
	create_elements(array, false, created, temporary);
	create_elements(array, true, created, temporary);
	for (int i = 0; i < JB_ROOT_COUNT(array); i++)
	{
		RlnPath step;

		rln_path_enter_element(&step, i);
		rln_ensure_junction(created[i]);
		rln_path_leave(&step);
		ids = lappend_int(ids, created[i]);
	}
	MemoryContextDelete(temporary);
	return ids;
}

/* Creates those of the array that are to be symmetric, or those that are not. */
static void
create_elements(Jsonb *array, bool symmetric, int32 *created, MemoryContext temporary)
{
	MemoryContext context = CurrentMemoryContext;
	JsonbIterator *iterator = JsonbIteratorInit(&array->root);
	JsonbValue value;
	JsonbIteratorToken token;
	int index = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		RlnObject object;
		RlnPath step;
		const JsonbValue *wish;

		if (token != WJB_ELEM)
			continue;
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(temporary);
		rln_path_enter_element(&step, index);
		rln_object_from_jsonb(JsonbValueToJsonb(&value), &object);
		wish = object.values[RLN_KEY_IS_SYMMETRIC];
		if ((wish != NULL && wish->type == jbvBool && wish->val.boolean) == symmetric)
			created[index] = rln_create_from_object(&object);
		rln_path_leave(&step);
		MemoryContextSwitchTo(context);
		MemoryContextReset(temporary);
		index++;
	}
}

/* What the caller has just made or changed. */
static HeapTuple
get_row(int32 id)
{
	HeapTuple row = rln_row_get(id, RLN_EVERYTHING);

	if (row == NULL)
		elog(ERROR, "relation %d is gone", id); /* should not happen */
	return row;
}
