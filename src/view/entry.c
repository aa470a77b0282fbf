/*
 * entry.c
 *	  create_view(): a view that any client reads as it reads a table.
 *
 * The fields are resolved as those of a query; the view is plain SQL from then on.
 * PostgreSQL itself follows renames in it, and refuses to drop a column that
 * it shows.  It has the rights and the row security of whoever reads it.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "view/view.h"

PG_FUNCTION_INFO_V1(relations_create_view);

static List *find_columns(Oid relid, const char *fields);
static List *group_fields(const char *fields);
static bool is_plain(const RlnField *field);
static RlnNode *resolve(Oid relid, List *fields);
static char *view_statement(const RangeVar *name, Oid relid, const List *columns);
static char *name_sql(const RangeVar *name);


/* Returns the view; 42P07 where something of that name is there. */
Datum
relations_create_view(PG_FUNCTION_ARGS)
{
	const char *fields;
	Oid relid;
	RangeVar *name;

	rln_ensure_argument(fcinfo, 0, "view_name");
	rln_ensure_argument(fcinfo, 1, "collection");
	name = makeRangeVarFromNameList(
		rln_name_to_qualified(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	relid = PG_GETARG_OID(1);
	fields = PG_ARGISNULL(2) ? "*" : text_to_cstring(PG_GETARG_TEXT_PP(2));
	rln_ensure_collection(relid);
	rln_spi_run(view_statement(name, relid, find_columns(relid, fields)));
	/* where CREATE VIEW has put it, not what comes first on the search path */
	name->relpersistence = get_rel_persistence(relid);
	PG_RETURN_OID(get_relname_relid(name->relname, RangeVarGetCreationNamespace(name)));
}

/* The columns that the fields give, in their order; List of RlnViewColumn *. */
static List *
find_columns(Oid relid, const char *fields)
{
	List *columns = NIL;
	ListCell *lc;

	foreach(lc, group_fields(fields))
	{
		List *group = lfirst(lc);
		const RlnField *field = linitial(group);
		const RlnStep *step = linitial(field->steps);

		columns = rln_view_columns(columns, resolve(relid, group),
								   strcmp(step->name, "*") == 0 ? NULL : rln_step_key(step),
								   is_plain(field));
	}
	if (columns == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a view needs a field at least")));
	return columns;
}

/*
 * The paths, those through one field together: they give one json.  A plain
 * mention is by itself, since a column stays one of the view beside fields of
 * the row that it refers to.  List of Lists of RlnField *.
 */
static List *
group_fields(const char *fields)
{
	List *groups = NIL;
	ListCell *lc;
	ListCell *lg;

	foreach(lc, rln_fields_split(fields))
	{
		RlnField *field = palloc0(sizeof(RlnField));
		const RlnStep *step;
		bool found = false;

		field->steps = rln_steps_parse(lfirst(lc));
		step = linitial(field->steps);
		foreach(lg, groups)
		{
			const RlnField *first = linitial(lfirst(lg));
			const RlnStep *other = linitial(first->steps);

			if (!found && !is_plain(field) && !is_plain(first) &&
				strcmp(step->name, other->name) == 0)
			{
				lfirst(lg) = lappend(lfirst(lg), field);
				found = true;
			}
		}
		if (!found)
			groups = lappend(groups, list_make1(field));
	}
	return groups;
}

/* Is nothing asked of what the field leads to? */
static bool
is_plain(const RlnField *field)
{
	return list_length(field->steps) == 1 && ((RlnStep *) linitial(field->steps))->scope == NULL;
}

/* The collection's node; 42703 and 42501 as in a query. */
static RlnNode *
resolve(Oid relid, List *fields)
{
	RlnRequest request = {rln_read_make()};

	request.query->fields = fields;
	return rln_resolve(relid, &request, RLN_FOR_ITEMS);
}

/*----------
 *	CREATE VIEW <name> WITH (security_invoker = true) AS
 *		SELECT t1.id AS id, ARRAY(SELECT ...) AS cities FROM public.country t1
 *----------
 */
static char *
view_statement(const RangeVar *name, Oid relid, const List *columns)
{
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE VIEW %s WITH (security_invoker = true) AS SELECT ",
					 name_sql(name));
	foreach(lc, columns)
	{
		const RlnViewColumn *column = lfirst(lc);

		appendStringInfo(&sql, "%s%s AS %s", foreach_current_index(lc) > 0 ? ", " : "", column->sql,
						 quote_identifier(column->name));
	}
	appendStringInfo(&sql, " FROM %s t1", rln_table_sql(relid));
	return sql.data;
}

static char *
name_sql(const RangeVar *name)
{
	if (name->catalogname != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a view is not created in another database"),
				 errhint("Name it by schema and name.")));
	return name->schemaname == NULL
		? pstrdup(quote_identifier(name->relname))
		: quote_qualified_identifier(name->schemaname, name->relname);
}
