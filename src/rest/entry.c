/*
 * entry.c
 *	  Protocol of relations.rest().
 *
 * A request runs in a subtransaction, so that an error becomes a response and
 * leaves nothing behind.  What is not about the request is raised as it is: it
 * was cancelled, the server is short of something, the transaction has to be
 * run again.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/elog.h"

#include "base/error.h"
#include "ddl/ddl.h"
#include "rest/rest.h"
#include "json/json_front.h"

PG_FUNCTION_INFO_V1(relations_rest);

static void handle(void *arg);


Datum
relations_rest(PG_FUNCTION_ARGS)
{
	RlnRestRequest request = {0};
	ErrorData *error;
	TupleDesc desc;
	Datum values[2];
	bool nulls[2] = {false, false};

	rln_ensure_argument(fcinfo, 0, "method");
	rln_ensure_argument(fcinfo, 1, "path");
	request.method = text_to_cstring(PG_GETARG_TEXT_PP(0));
	request.path = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (!PG_ARGISNULL(2))
	{
		request.body = palloc(sizeof(JsonbValue));
		rln_json_whole(PG_GETARG_JSONB_P(2), request.body);
	}
	initStringInfo(&request.response);
	error = rln_attempt(handle, &request);
	if (error != NULL)
	{
		if (rln_error_is_fatal(error->sqlerrcode))
			ReThrowError(error);
		resetStringInfo(&request.response);
		rln_rest_respond_error(&request, error);
	}

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "relations.rest() returns a row"); /* should not happen */
	values[0] = Int32GetDatum(request.status);
	nulls[1] = request.response.len == 0;
	values[1] = PointerGetDatum(
		cstring_to_text_with_len(request.response.data, request.response.len));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

static void
handle(void *arg)
{
	rln_route(arg);
}
