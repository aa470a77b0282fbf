/*
 * show.c
 *	  The statements of a request, to read and to EXPLAIN.
 *
 * Parameters are replaced: values by constants, the keys of parents by a
 * sub-select that finds them.  So each statement stands for itself.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "run/run.h"

static List *show_fetch(List *shown, const RlnRun *run, const RlnFetch *fetch,
						const RlnFetch *parent, const char *parent_text);
static char *replace_params(const char *sql, const List *params);
static const char *skip_quoted(const char *at);
static char *show_value(const ParamExternData *param);
static char *show_keys(const RlnFetch *fetch, int key, const RlnFetch *parent,
					   const char *parent_text);


/* As a List of RlnShown, palloc'd, parents first. */
List *
rln_run_show(Oid relid, const RlnRequest *request)
{
	MemoryContext outer = CurrentMemoryContext;
	RlnRun *run = rln_run_begin(relid, request, RLN_FOR_ITEMS);
	List *shown;

	MemoryContextSwitchTo(outer);
	shown = show_fetch(NIL, run, run->plan->root, NULL, NULL);
	rln_run_end(run);
	return shown;
}

static List *
show_fetch(List *shown, const RlnRun *run, const RlnFetch *fetch, const RlnFetch *parent,
		   const char *parent_text)
{
	RlnShown *statement = palloc(sizeof(RlnShown));
	ParamListInfo params = run->params[fetch->number];
	List *replacements = NIL;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < fetch->nkeys; i++)
		replacements = lappend(replacements, show_keys(fetch, i, parent, parent_text));
	for (int i = 0; i < fetch->nparams; i++)
		replacements = lappend(replacements, show_value(&params->params[fetch->nkeys + i]));
	statement->path = pstrdup(fetch->path);
	statement->statement = replace_params(fetch->sql, replacements);
	shown = lappend(shown, statement);
	for (int i = 0; i < fetch->nchildren; i++)
		shown = show_fetch(shown, run, fetch->children[i], fetch, statement->statement);
	return shown;
}

/* Puts the texts in the places of $1, $2, ... that are no part of a name or a literal. */
static char *
replace_params(const char *sql, const List *params)
{
	StringInfoData buf;
	const char *at = sql;

	initStringInfo(&buf);
	while (*at != '\0')
	{
		const char *from = at;

		if (*at == '\'' || *at == '"')
		{
			at = skip_quoted(at);
			appendBinaryStringInfo(&buf, from, at - from);
		}
		else if (*at == '$')
		{
			int number = strtol(at + 1, (char **) &at, 10);

			appendStringInfoString(&buf, list_nth(params, number - 1));
		}
		else
			appendStringInfoChar(&buf, *at++);
	}
	return buf.data;
}

/* Behind the closing quote; a doubled one is two strings, which is as good. */
static const char *
skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != quote)
		at++;
	return *at == '\0' ? at : at + 1;
}

/* CAST('value' AS type) */
static char *
show_value(const ParamExternData *param)
{
	StringInfoData buf;
	Oid output;
	bool varlena;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "CAST(");
	if (param->isnull)
		appendStringInfoString(&buf, "NULL");
	else
	{
		getTypeOutputInfo(param->ptype, &output, &varlena);
		rln_append_literal(&buf, OidOutputFunctionCall(output, param->value));
	}
	appendStringInfo(&buf, " AS %s)", rln_type_sql(param->ptype));
	return buf.data;
}

/* ARRAY(SELECT p.c2 FROM (<parent's statement>) p (c1, c2)) */
static char *
show_keys(const RlnFetch *fetch, int key, const RlnFetch *parent, const char *parent_text)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "ARRAY(SELECT p.c%d FROM (%s) p (", fetch->parent_columns[key] + 1,
					 parent_text);
	for (int i = 0; i < parent->ncolumns; i++)
		appendStringInfo(&buf, "%sc%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoString(&buf, "))");
	return buf.data;
}
