/*
 * refuse.c
 *	  Errors as responses.
 *
 *----------
 *	{"errors": [{"message": "...", "extensions": {"code": "...", "path": "...", "sqlstate": "..."}}]}
 *----------
 */
#include "postgres.h"

#include "utils/elog.h"

#include "base/json.h"
#include "rest/rest.h"

/* an SQLSTATE, or a class of them where the last three characters are "000" */
typedef struct Code
{
	int sqlstate;
	int status;
	const char *name;
} Code;

/* the first that fits; those without a name are about what the request was at */
static const Code codes[] = {
	{ERRCODE_UNDEFINED_FUNCTION, 404, "ROUTE_NOT_FOUND"}, /* of a path, see below */
	{ERRCODE_INSUFFICIENT_PRIVILEGE, 403, "FORBIDDEN"},
	{ERRCODE_NO_DATA_FOUND, 403, "FORBIDDEN"},
	{ERRCODE_UNDEFINED_OBJECT, 403, "FORBIDDEN"},
	{ERRCODE_READ_ONLY_SQL_TRANSACTION, 403, "FORBIDDEN"},
	{ERRCODE_FOREIGN_KEY_VIOLATION, 400, "INVALID_FOREIGN_KEY"},
	{ERRCODE_RESTRICT_VIOLATION, 400, "INVALID_FOREIGN_KEY"},
	{ERRCODE_UNIQUE_VIOLATION, 400, "RECORD_NOT_UNIQUE"},
	{ERRCODE_NOT_NULL_VIOLATION, 400, "NOT_NULL_VIOLATION"},
	{ERRCODE_STRING_DATA_RIGHT_TRUNCATION, 400, "VALUE_TOO_LONG"},
	{ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, 400, "VALUE_OUT_OF_RANGE"},
	{ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, 400, "FAILED_VALIDATION"},
	{ERRCODE_WITH_CHECK_OPTION_VIOLATION, 400, "FAILED_VALIDATION"},
	{ERRCODE_TRIGGERED_ACTION_EXCEPTION, 400, "FAILED_VALIDATION"},
	{ERRCODE_PLPGSQL_ERROR, 400, "FAILED_VALIDATION"},
	{ERRCODE_DATA_EXCEPTION, 400, NULL},
	{ERRCODE_FEATURE_NOT_SUPPORTED, 400, NULL},
	{ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION, 400, NULL},
	{ERRCODE_INVALID_SCHEMA_NAME, 400, NULL},
	{ERRCODE_PROGRAM_LIMIT_EXCEEDED, 400, NULL},
	{ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, 400, NULL},
	{ERRCODE_DEPENDENT_PRIVILEGE_DESCRIPTORS_STILL_EXIST, 400, NULL},
};

static const Code *find_code(int sqlstate);
static bool is_of_user(int sqlstate);
static char *find_path(const ErrorData *error);
static void append_member(StringInfo out, const char *key, const char *value);


/* Answers with the error, which is over. */
void
rln_rest_respond_error(RlnRestRequest *request, const ErrorData *error)
{
	StringInfo out = &request->response;
	const Code *code = find_code(error->sqlerrcode);
	const char *name = "INTERNAL_SERVER_ERROR";

	request->status = code == NULL ? 500 : code->status;
	if (code != NULL && code->name != NULL)
		name = code->name;
	else if (code != NULL && request->stage == RLN_REST_ROUTE)
	{
		/* what the path names is not there */
		request->status = 403;
		name = "FORBIDDEN";
	}
	else if (code != NULL)
		name = request->stage == RLN_REST_QUERY ? "INVALID_QUERY" : "INVALID_PAYLOAD";
	else if (is_of_user(error->sqlerrcode))
	{
		request->status = 400;
		name = "FAILED_VALIDATION";
	}
	if (error->sqlerrcode == ERRCODE_UNDEFINED_FUNCTION && request->stage != RLN_REST_ROUTE)
	{
		request->status = 400;
		name = request->stage == RLN_REST_QUERY ? "INVALID_QUERY" : "INVALID_PAYLOAD";
	}

	appendStringInfoString(out, "{\"errors\":[{");
	append_member(out, "message", error->message);
	appendStringInfoString(out, ",\"extensions\":{");
	append_member(out, "code", name);
	appendStringInfoChar(out, ',');
	append_member(out, "path", find_path(error));
	appendStringInfoChar(out, ',');
	append_member(out, "sqlstate", unpack_sql_state(error->sqlerrcode));
	appendStringInfoString(out, "}}]}");
}

static const Code *
find_code(int sqlstate)
{
	for (int i = 0; i < lengthof(codes); i++)
	{
		if (codes[i].sqlstate == sqlstate ||
			(ERRCODE_IS_CATEGORY(codes[i].sqlstate) &&
			 codes[i].sqlstate == ERRCODE_TO_CATEGORY(sqlstate)))
			return &codes[i];
	}
	return NULL;
}

/* One that a trigger has made up; the standard leaves classes from I on to others. */
static bool
is_of_user(int sqlstate)
{
	char first = unpack_sql_state(sqlstate)[0];

	return first >= 'I' && first <= 'Z' && first != 'P' && first != 'X';
}

/*
 * What stands after "at " in the last such line of the context: lines before it
 * are of functions that were called meanwhile.
 */
static char *
find_path(const ErrorData *error)
{
	const char *line = error->context;
	char *path = NULL;

	while (line != NULL && *line != '\0')
	{
		if (strncmp(line, "at ", 3) == 0)
			path = pnstrdup(line + 3, strcspn(line + 3, "\n"));
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return path;
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
