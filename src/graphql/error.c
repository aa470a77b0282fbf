/*
 * error.c
 *	  Errors of a response (specification, section 7.1.2).
 */
#include "postgres.h"

#include "utils/elog.h"

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "graphql/graphql.h"

static void write_error(StringInfo out, const RlnGqlError *error);
static void write_member(StringInfo out, const char *key, const char *value);


/* An error of the document; palloc'd, as what it is made of. */
RlnGqlError *
rln_gql_error(const char *message, RlnGqlPlace place)
{
	RlnGqlError *error = palloc0(sizeof(RlnGqlError));

	error->message = message;
	error->code = "GRAPHQL_VALIDATION";
	rln_gql_error_place(error, place);
	return error;
}

/* One more place; beyond so many nobody looks. */
void
rln_gql_error_place(RlnGqlError *error, RlnGqlPlace place)
{
	RlnGqlPlace *copy;

	if (list_length(error->places) >= RLN_GQL_MAX_ERRORS)
		return;
	copy = palloc(sizeof(RlnGqlPlace));
	*copy = place;
	error->places = lappend(error->places, copy);
}

/* An error of PostgreSQL that was caught; it stands where the call has noted it. */
RlnGqlError *
rln_gql_error_of(RlnGqlCall *call, const ErrorData *data)
{
	RlnGqlError *error = palloc0(sizeof(RlnGqlError));
	bool is_writing = call->operation != NULL && call->operation->kind == RLN_GQL_MUTATION;
	const char *of_request = is_writing ? "INVALID_PAYLOAD" : "INVALID_QUERY";

	error->message = data->message == NULL ? "" : pstrdup(data->message);
	error->code = rln_error_name(data->sqlerrcode, of_request, "GRAPHQL_EXECUTION");
	error->sqlstate = data->sqlerrcode;
	error->detail = data->detail == NULL ? NULL : pstrdup(data->detail);
	error->hint = data->hint == NULL ? NULL : pstrdup(data->hint);
	error->at = rln_path_of_context(data->context);
	if (call->raised_place.line > 0)
		rln_gql_error_place(error, call->raised_place);
	return error;
}

/* "errors":[...] */
void
rln_gql_errors_write(StringInfo out, const List *errors)
{
	ListCell *lc;

	rln_json_append(out, "\"errors\":[", 10);
	foreach(lc, errors)
	{
		if (foreach_current_index(lc) > 0)
			rln_json_append_char(out, ',');
		write_error(out, lfirst(lc));
	}
	rln_json_append_char(out, ']');
}

static void
write_error(StringInfo out, const RlnGqlError *error)
{
	ListCell *lc;

	rln_json_append(out, "{\"message\":", 11);
	rln_json_string(out, error->message, strlen(error->message));
	foreach(lc, error->places)
	{
		const RlnGqlPlace *place = lfirst(lc);

		appendStringInfo(out, "%s{\"line\":%d,\"column\":%d}",
						 foreach_current_index(lc) == 0 ? ",\"locations\":[" : ",", place->line,
						 place->column);
	}
	if (error->places != NIL)
		rln_json_append_char(out, ']');
	foreach(lc, error->keys)
	{
		const char *key = lfirst(lc);

		appendStringInfoString(out, foreach_current_index(lc) == 0 ? ",\"path\":[" : ",");
		rln_json_string(out, key, strlen(key));
	}
	if (error->keys != NIL)
		rln_json_append_char(out, ']');
	appendStringInfo(out, ",\"extensions\":{\"code\":\"%s\"", error->code);
	if (error->sqlstate != 0)
		write_member(out, "sqlstate", unpack_sql_state(error->sqlstate));
	write_member(out, "path", error->at);
	write_member(out, "detail", error->detail);
	write_member(out, "hint", error->hint);
	rln_json_append(out, "}}", 2);
}

static void
write_member(StringInfo out, const char *key, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(out, ",\"%s\":", key);
	rln_json_string(out, value, strlen(value));
}
