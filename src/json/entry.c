/*
 * entry.c
 *	  Protocol of the SQL functions that read.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "base/compat.h"
#include "base/json_input.h"
#include "run/run.h"
#include "json/json_front.h"

PG_FUNCTION_INFO_V1(relations_read_items);
PG_FUNCTION_INFO_V1(relations_read_item);
PG_FUNCTION_INFO_V1(relations_count_items);
PG_FUNCTION_INFO_V1(relations_items);
PG_FUNCTION_INFO_V1(relations_resolve);
PG_FUNCTION_INFO_V1(relations_read_items_sql);

static void end_items(Datum arg);
static Oid row_type_of(FunctionCallInfo fcinfo, int argument);
static RlnRequest *make_row_request(FunctionCallInfo fcinfo, Oid relid);


Datum
relations_read_items(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	PG_RETURN_TEXT_P(rln_run_items(PG_GETARG_OID(0), rln_request_argument(fcinfo, 1)));
}

Datum
relations_read_item(PG_FUNCTION_ARGS)
{
	RlnRequest *request;
	RlnPath path;
	text *item;

	rln_ensure_argument(fcinfo, 0, "collection");
	request = rln_request_argument(fcinfo, 2);
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	rln_path_enter_key(&path, "key");
	rln_value_make(request, rln_key_argument(fcinfo, 1, PG_GETARG_OID(0)));
	rln_path_leave(&path);
	item = rln_run_item(PG_GETARG_OID(0), request);
	if (item == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(item);
}

Datum
relations_count_items(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	PG_RETURN_INT64(rln_run_count(PG_GETARG_OID(0), rln_request_argument(fcinfo, 1)));
}

Datum
relations_items(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	RlnStream *stream;
	text *item;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext before;

		rln_ensure_argument(fcinfo, 0, "collection");
		context = SRF_FIRSTCALL_INIT();
		before = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		stream = context->user_fctx =
			rln_stream_begin(PG_GETARG_OID(0), rln_request_argument(fcinfo, 1));
		MemoryContextSwitchTo(before);
		RegisterExprContextCallback(result->econtext, end_items, PointerGetDatum(stream));
	}
	context = SRF_PERCALL_SETUP();
	stream = context->user_fctx;
	item = rln_stream_next(stream);
	if (item != NULL)
		SRF_RETURN_NEXT(context, PointerGetDatum(item));
	UnregisterExprContextCallback(result->econtext, end_items, PointerGetDatum(stream));
	rln_stream_end(stream);
	SRF_RETURN_DONE(context);
}

/* The query ended before the set did. */
static void
end_items(Datum arg)
{
	rln_stream_end((RlnStream *) DatumGetPointer(arg));
}

Datum
relations_resolve(PG_FUNCTION_ARGS)
{
	text *value;
	Oid relid;

	rln_ensure_argument(fcinfo, 1, "field");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	relid = get_typ_typrelid(row_type_of(fcinfo, 0));
	value = rln_run_row(relid, make_row_request(fcinfo, relid));
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(value);
}

Datum
relations_read_items_sql(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell *lc;

	rln_ensure_argument(fcinfo, 0, "collection");
	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, rln_run_show(PG_GETARG_OID(0), rln_request_argument(fcinfo, 1)))
	{
		RlnShown *shown = lfirst(lc);
		Datum values[2] = {CStringGetTextDatum(shown->path),
						   CStringGetTextDatum(shown->statement)};
		bool nulls[2] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* The row type of the argument; 42809 where it is no row of a table. */
static Oid
row_type_of(FunctionCallInfo fcinfo, int argument)
{
	Oid type = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, argument));

	if (type == RECORDOID)
		type = HeapTupleHeaderGetTypeId(rln_datum_get_tuple(PG_GETARG_DATUM(argument)));
	if (!OidIsValid(get_typ_typrelid(type)))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("item must be a row of a table or view, not %s", format_type_be(type))));
	return type;
}

/* The field of the row, with the query as its arguments. */
static RlnRequest *
make_row_request(FunctionCallInfo fcinfo, Oid relid)
{
	RlnStep *step = rln_step_parse(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	RlnRequest *request = rln_request_argument(fcinfo, 2);
	RlnRead *inner = request->query;
	RlnRead *outer = rln_read_make();
	RlnFieldInfo *info = step->function == NULL ? rln_field_get(relid, step->name) : NULL;
	RlnDeep *deep;
	ListCell *lc;

	request->row = PG_GETARG_DATUM(0);
	request->query = outer;
	outer->backlink = inner->backlink;
	if (info == NULL || info->edge == NULL)
	{
		RlnField *field = palloc0(sizeof(RlnField));

		field->steps = list_make1(step);
		outer->fields = list_make1(field);
		return request;
	}
	foreach(lc, inner->fields)
	{
		RlnField *below = lfirst(lc);
		RlnField *field = palloc(sizeof(RlnField));

		field->steps = lcons(step, below->steps);
		field->path = below->path;
		outer->fields = lappend(outer->fields, field);
	}
	deep = palloc0(sizeof(RlnDeep));
	deep->name = step->name;
	deep->scope = step->scope;
	deep->query = inner;
	outer->deep = list_make1(deep);
	return request;
}

/* The argument as a request; null asks for nothing in particular. */
RlnRequest *
rln_request_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		return rln_json_request(DatumGetJsonbP(
			DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"))));
	return rln_json_request(PG_GETARG_JSONB_P(argument));
}

/*
 * The key, whatever its SQL type: json, or its text, which for a compound key is
 * that of a JSON array or object; palloc'd.
 */
JsonbValue *
rln_key_argument(FunctionCallInfo fcinfo, int argument, Oid relid)
{
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, argument);
	JsonbValue *json = palloc(sizeof(JsonbValue));
	Oid output;
	bool varlena;
	char *text;

	if (!OidIsValid(type))
		elog(ERROR, "type of the key is not known"); /* should not happen */
	getTypeOutputInfo(type, &output, &varlena);
	text = OidOutputFunctionCall(output, PG_GETARG_DATUM(argument));
	if (type == JSONOID || type == JSONBOID || list_length(rln_key_columns(relid)) > 1)
		rln_json_whole(DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text))), json);
	else
		rln_json_set_text(json, text, strlen(text));
	return json;
}
