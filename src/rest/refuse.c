/*
 * refuse.c
 *	  Errors as responses.
 *
 *----------
 *	{"errors": [{"message": "...", "extensions":
 *		{"code": "...", "path": "...", "sqlstate": "...", "detail": "...", "hint": "..."}}]}
 *----------
 */
#include "postgres.h"

#include "utils/elog.h"

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "rest/rest.h"

#define ROUTE_NOT_FOUND "ROUTE_NOT_FOUND"
#define INTERNAL "INTERNAL_SERVER_ERROR"

static const char *name_error(const RlnRestRequest *request, int sqlstate);
static int status_of(const char *name);
static void append_member(StringInfo out, const char *key, const char *value);


/* Answers with the error, which is over. */
void
rln_rest_respond_error(RlnRestRequest *request, const ErrorData *error)
{
	StringInfo out = &request->response;
	const char *name = name_error(request, error->sqlerrcode);

	request->status = status_of(name);
	appendStringInfoString(out, "{\"errors\":[{");
	append_member(out, "message", error->message);
	appendStringInfoString(out, ",\"extensions\":{");
	append_member(out, "code", name);
	appendStringInfoChar(out, ',');
	append_member(out, "path", rln_path_of_context(error->context));
	appendStringInfoChar(out, ',');
	append_member(out, "sqlstate", unpack_sql_state(error->sqlerrcode));
	if (error->detail != NULL)
	{
		appendStringInfoChar(out, ',');
		append_member(out, "detail", error->detail);
	}
	if (error->hint != NULL)
	{
		appendStringInfoChar(out, ',');
		append_member(out, "hint", error->hint);
	}
	appendStringInfoString(out, "}}]}");
}

static const char *
name_error(const RlnRestRequest *request, int sqlstate)
{
	const char *of_request = "INVALID_PAYLOAD";

	if (request->stage == RLN_REST_ROUTE)
	{
		if (sqlstate == ERRCODE_UNDEFINED_FUNCTION)
			return ROUTE_NOT_FOUND;
		/* what the path names is not there */
		of_request = RLN_ERROR_FORBIDDEN;
	}
	else if (request->stage == RLN_REST_QUERY)
		of_request = "INVALID_QUERY";
	return rln_error_name(sqlstate, of_request, INTERNAL);
}

static int
status_of(const char *name)
{
	if (strcmp(name, ROUTE_NOT_FOUND) == 0)
		return 404;
	if (strcmp(name, RLN_ERROR_FORBIDDEN) == 0)
		return 403;
	if (strcmp(name, INTERNAL) == 0)
		return 500;
	return 400;
}

static void
append_member(StringInfo out, const char *key, const char *value)
{
	appendStringInfo(out, "\"%s\":", key);
	if (value == NULL)
		appendStringInfoString(out, "null");
	else
		rln_json_string(out, value, strlen(value));
}
