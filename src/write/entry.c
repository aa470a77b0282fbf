/*
 * entry.c
 *	  Protocol of the SQL functions that write.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "write/write.h"
#include "json/json_front.h"

PG_FUNCTION_INFO_V1(relations_create_item);
PG_FUNCTION_INFO_V1(relations_create_items);
PG_FUNCTION_INFO_V1(relations_update_item);
PG_FUNCTION_INFO_V1(relations_update_items);
PG_FUNCTION_INFO_V1(relations_delete_item);
PG_FUNCTION_INFO_V1(relations_delete_items);
PG_FUNCTION_INFO_V1(relations_reorder);

static JsonbValue *json_argument(FunctionCallInfo fcinfo, int argument, const char *name);
static Datum result(FunctionCallInfo fcinfo, text *items);


Datum
relations_create_item(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	return result(fcinfo, rln_create_items(PG_GETARG_OID(0), json_argument(fcinfo, 1, "data"), true, rln_request_argument(fcinfo, 2)));
}

Datum
relations_create_items(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	return result(fcinfo, rln_create_items(PG_GETARG_OID(0), json_argument(fcinfo, 1, "data"), false, rln_request_argument(fcinfo, 2)));
}

Datum
relations_update_item(PG_FUNCTION_ARGS)
{
	Oid relid;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "key");
	relid = PG_GETARG_OID(0);
	return result(fcinfo, rln_update_items(relid, rln_key_argument(fcinfo, 1, relid), json_argument(fcinfo, 2, "data"), true, rln_request_argument(fcinfo, 3)));
}

/* Without keys the data are an array of objects that have them. */
Datum
relations_update_items(PG_FUNCTION_ARGS)
{
	JsonbValue *keys = NULL;

	rln_ensure_argument(fcinfo, 0, "collection");
	if (!PG_ARGISNULL(1))
		keys = json_argument(fcinfo, 1, "keys");
	return result(fcinfo, rln_update_items(PG_GETARG_OID(0), keys, json_argument(fcinfo, 2, "data"), false, rln_request_argument(fcinfo, 3)));
}

Datum
relations_delete_item(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "key");
	rln_delete_items(PG_GETARG_OID(0), rln_key_argument(fcinfo, 1, PG_GETARG_OID(0)), true);
	PG_RETURN_VOID();
}

Datum
relations_delete_items(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	rln_delete_items(PG_GETARG_OID(0), json_argument(fcinfo, 1, "keys"), false);
	PG_RETURN_VOID();
}

Datum
relations_reorder(PG_FUNCTION_ARGS)
{
	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "key");
	rln_ensure_argument(fcinfo, 2, "field");
	rln_reorder(PG_GETARG_OID(0), rln_key_argument(fcinfo, 1, PG_GETARG_OID(0)),
				text_to_cstring(PG_GETARG_TEXT_PP(2)), json_argument(fcinfo, 3, "keys"));
	PG_RETURN_VOID();
}

/* The jsonb argument as a value; 22004 where it is null. */
static JsonbValue *
json_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	JsonbValue *json = palloc(sizeof(JsonbValue));

	rln_ensure_argument(fcinfo, argument, name);
	rln_json_whole(PG_GETARG_JSONB_P(argument), json);
	return json;
}

static Datum
result(FunctionCallInfo fcinfo, text *items)
{
	if (items == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(items);
}
