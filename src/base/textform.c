/*
 * textform.c
 *	  Values as text that means the same in every session.
 */
#include "postgres.h"

#include "access/xact.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

#include "base/compat.h"
#include "base/textform.h"

static const char *const settings[][2] = {
	{"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}, {"search_path", "pg_catalog, pg_temp"}};


/*
 * The text of a date, say, depends on settings; one that is stored must not.  So
 * it is written and read under settings of ours, which any settings can read,
 * as postgres_fdw does it.  An error restores the caller's too.
 */
int
rln_settings_fix(void)
{
	static const char *const settings[][2] = {
		{"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"}, {"TimeZone", "UTC"}, {"extra_float_digits", "1"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}, {"search_path", "pg_catalog, pg_temp"}};
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
	FmgrInfo input;
	Oid function;
	Oid parameter;

	getTypeInputInfo(type, &function, &parameter);
	fmgr_info(function, &input);
#ifdef RLN_HAS_SOFT_ERRORS
	{
		ErrorSaveContext context = {T_ErrorSaveContext};

		return InputFunctionCallSafe(&input, unconstify(char *, text), parameter, -1,
									 (Node *) &context, value);
	}
#else
	{
		MemoryContext before = CurrentMemoryContext;
		ResourceOwner owner = CurrentResourceOwner;
		volatile bool done = false;

		BeginInternalSubTransaction(NULL);
		MemoryContextSwitchTo(before);
		PG_TRY();
		{
			*value = InputFunctionCall(&input, unconstify(char *, text), parameter, -1);
			ReleaseCurrentSubTransaction();
			done = true;
		}
		PG_CATCH();
		{
			MemoryContextSwitchTo(before);
			if (geterrcode() == ERRCODE_QUERY_CANCELED)
				PG_RE_THROW();
			FlushErrorState();
			RollbackAndReleaseCurrentSubTransaction();
		}
		PG_END_TRY();
		MemoryContextSwitchTo(before);
		CurrentResourceOwner = owner;
		return done;
	}
#endif
}
