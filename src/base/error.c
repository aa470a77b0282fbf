/*
 * error.c
 *	  Errors that are caught, and fields of those that are raised.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/error.h"

/* an SQLSTATE, or a class of them where the last three characters are "000" */
typedef struct ErrorName
{
	int sqlstate;
	const char *name; /* NULL: the request itself was wrong */
} ErrorName;

/* the first that fits */
static const ErrorName names[] = {
	{ERRCODE_INSUFFICIENT_PRIVILEGE, RLN_ERROR_FORBIDDEN},
	{ERRCODE_NO_DATA_FOUND, RLN_ERROR_FORBIDDEN}, /* not there, or not for the caller */
	{ERRCODE_UNDEFINED_OBJECT, RLN_ERROR_FORBIDDEN},
	{ERRCODE_READ_ONLY_SQL_TRANSACTION, RLN_ERROR_FORBIDDEN},
	{ERRCODE_FOREIGN_KEY_VIOLATION, "INVALID_FOREIGN_KEY"},
	{ERRCODE_RESTRICT_VIOLATION, "INVALID_FOREIGN_KEY"},
	{ERRCODE_UNIQUE_VIOLATION, "RECORD_NOT_UNIQUE"},
	{ERRCODE_NOT_NULL_VIOLATION, "NOT_NULL_VIOLATION"},
	{ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "VALUE_TOO_LONG"},
	{ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "VALUE_OUT_OF_RANGE"},
	{ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, "FAILED_VALIDATION"},
	{ERRCODE_WITH_CHECK_OPTION_VIOLATION, "FAILED_VALIDATION"},
	{ERRCODE_TRIGGERED_ACTION_EXCEPTION, "FAILED_VALIDATION"},
	{ERRCODE_PLPGSQL_ERROR, "FAILED_VALIDATION"},
	{ERRCODE_DATA_EXCEPTION, NULL},
	{ERRCODE_FEATURE_NOT_SUPPORTED, NULL},
	{ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION, NULL},
	{ERRCODE_INVALID_SCHEMA_NAME, NULL},
	{ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL},
	{ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, NULL},
	{ERRCODE_DEPENDENT_PRIVILEGE_DESCRIPTORS_STILL_EXIST, NULL},
};

static bool is_of_user(int sqlstate);


/*
 * Runs the function in a subtransaction.  NULL where it succeeded, else its
 * error, in the caller's memory, and all that it did is undone.  Who cancels the
 * query is not held up.
 */
ErrorData *
rln_attempt(RlnAttempt function, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		function(arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	return error;
}

/*
 * Is the error none of a request's, which may be answered with it?  Who called
 * must hear of these, to try again, to stop, or to look into the log.
 */
bool
rln_error_is_fatal(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
			return true;
		default:
			return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE;
	}
}

/*
 * What a response calls an error: of_request where the request itself was wrong,
 * internal where it was neither that nor what the request would have done.
 */
const char *
rln_error_name(int sqlstate, const char *of_request, const char *internal)
{
	for (int i = 0; i < lengthof(names); i++)
	{
		if (names[i].sqlstate == sqlstate ||
			(ERRCODE_IS_CATEGORY(names[i].sqlstate) &&
			 names[i].sqlstate == ERRCODE_TO_CATEGORY(sqlstate)))
			return names[i].name == NULL ? of_request : names[i].name;
	}
	return is_of_user(sqlstate) ? "FAILED_VALIDATION" : internal;
}

/* One that a trigger has made up: the standard leaves classes from I on to others. */
static bool
is_of_user(int sqlstate)
{
	char first = unpack_sql_state(sqlstate)[0];

	return first >= 'I' && first <= 'Z' && first != 'P' && first != 'X';
}

/* As errtable(), for whoever has not opened the table. */
int
rln_errtable(Oid relid)
{
	err_generic_string(PG_DIAG_SCHEMA_NAME, get_namespace_name(get_rel_namespace(relid)));
	err_generic_string(PG_DIAG_TABLE_NAME, get_rel_name(relid));
	return 0;
}
