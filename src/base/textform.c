/*
 * textform.c
 *	  Values as text that means the same in every session.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/error.h"
#include "base/textform.h"

/* a text that is read as a value of a type */
typedef struct Reading
{
	FmgrInfo input;
	Oid parameter;
	char *text;
	Datum value;
} Reading;

static const char *const settings[][2] = {
	{"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}, {"search_path", "pg_catalog, pg_temp"}};

#ifndef RLN_HAS_SOFT_ERRORS
static void read_text(void *arg);
#endif


/*
 * The text of a date, say, depends on settings; one that is stored must not.  So
 * it is written and read under settings of ours, which any settings can read,
 * as postgres_fdw does it.  An error restores the caller's too.
 */
int
rln_settings_fix(void)
{
	int level = NewGUCNestLevel();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
rln_settings_restore(int level)
{
	AtEOXact_GUC(true, level);
}

/* The same for a statement that a user will run: "SET LOCAL ...; ", palloc'd. */
char *
rln_settings_sql(void)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < lengthof(settings); i++)
	{
		appendStringInfo(&buf, "SET LOCAL %s = ", settings[i][0]);
		/* a search path in quotes would be the name of one schema */
		if (strcmp(settings[i][0], "search_path") == 0)
			appendStringInfo(&buf, "%s; ", settings[i][1]);
		else
			appendStringInfo(&buf, "%s; ", quote_literal_cstr(settings[i][1]));
	}
	return buf.data;
}

/*
 * Reads the text as a value of the type; false where it is none, for whatever
 * reason, without an error.  Servers without soft errors pay for a
 * subtransaction.
 */
bool
rln_input_softly(Oid type, const char *text, Datum *value)
{
	Reading reading = {.text = unconstify(char *, text)};
	Oid function;

	getTypeInputInfo(type, &function, &reading.parameter);
	fmgr_info(function, &reading.input);
#ifdef RLN_HAS_SOFT_ERRORS
	{
		ErrorSaveContext context = {T_ErrorSaveContext};

		return InputFunctionCallSafe(&reading.input, reading.text, reading.parameter, -1,
									 (Node *) &context, value);
	}
#else
	{
		ErrorData *error = rln_attempt(read_text, &reading);

		if (error != NULL)
			FreeErrorData(error);
		*value = reading.value;
		return error == NULL;
	}
#endif
}

#ifndef RLN_HAS_SOFT_ERRORS
static void
read_text(void *arg)
{
	Reading *reading = arg;

	reading->value = InputFunctionCall(&reading->input, reading->text, reading->parameter, -1);
}
#endif
