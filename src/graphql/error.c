/*
 * error.c
 *	  Errors of a response (specification, section 7.1.2).
 */
#include "postgres.h"

#include "utils/elog.h"

#include "base/json.h"
#include "graphql/graphql.h"

/*
 * What the response calls an SQLSTATE, or a class of them, the first that fits;
 * without a name it is about what the request is.
 */
typedef struct ErrorName
{
	int sqlstate;
	const char *name;
} ErrorName;

static const ErrorName names[] = {
	{ERRCODE_INSUFFICIENT_PRIVILEGE, "FORBIDDEN"},
	{ERRCODE_NO_DATA_FOUND, "FORBIDDEN"}, /* not there, or not for the caller */
	{ERRCODE_READ_ONLY_SQL_TRANSACTION, "FORBIDDEN"},
	{ERRCODE_FOREIGN_KEY_VIOLATION, "INVALID_FOREIGN_KEY"},
	{ERRCODE_RESTRICT_VIOLATION, "INVALID_FOREIGN_KEY"},
	{ERRCODE_UNIQUE_VIOLATION, "RECORD_NOT_UNIQUE"},
	{ERRCODE_NOT_NULL_VIOLATION, "NOT_NULL_VIOLATION"},
	{ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "VALUE_TOO_LONG"},
	{ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "VALUE_OUT_OF_RANGE"},
	{ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, "FAILED_VALIDATION"},
	{ERRCODE_WITH_CHECK_OPTION_VIOLATION, "FAILED_VALIDATION"},
	{ERRCODE_PLPGSQL_ERROR, "FAILED_VALIDATION"},
	{ERRCODE_DATA_EXCEPTION, NULL},
	{ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION, NULL},
	{ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL},
	{ERRCODE_FEATURE_NOT_SUPPORTED, NULL},
};
static char *path_of(const char *context);
static const char *code_of(int sqlstate, bool is_writing);
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

	error->message = data->message == NULL ? "" : pstrdup(data->message);
	error->code = code_of(data->sqlerrcode,
						  call->operation != NULL && call->operation->kind == RLN_GQL_MUTATION);
	error->sqlstate = data->sqlerrcode;
	error->detail = data->detail == NULL ? NULL : pstrdup(data->detail);
	error->hint = data->hint == NULL ? NULL : pstrdup(data->hint);
	error->at = path_of(data->context);
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

/*
 * What the last line "at ..." of an error's context says, which is ours, or NULL;
 * lines before it are of functions that were called meanwhile, unless they go on
 * where it ends.
 */
static char *
path_of(const char *context)
{
	char *path = NULL;

	while (context != NULL)
	{
		if (strncmp(context, "at ", 3) == 0)
		{
			int length = strcspn(context + 3, "\n");

			if (path == NULL || strncmp(path, context + 3, length) != 0)
				path = pnstrdup(context + 3, length);
		}
		context = strchr(context, '\n');
		if (context != NULL)
			context++;
	}
	return path;
}

static const char *
code_of(int sqlstate, bool is_writing)
{
	for (int i = 0; i < lengthof(names); i++)
	{
		if (names[i].sqlstate != sqlstate &&
			!(ERRCODE_IS_CATEGORY(names[i].sqlstate) &&
			  names[i].sqlstate == ERRCODE_TO_CATEGORY(sqlstate)))
			continue;
		if (names[i].name != NULL)
			return names[i].name;
		return is_writing ? "INVALID_PAYLOAD" : "INVALID_QUERY";
	}
	return "GRAPHQL_EXECUTION";
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
