/*
 * orphan.c
 *	  Rows of the many side that lead nowhere, as SQL.
 *
 * The same text counts them, shows them, is given to the user as a hint, and
 * tells relations.check() whether a relation holds.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void append_any_condition(StringInfo buf, const RlnDraft *draft);
static void append_one_condition(StringInfo buf, const RlnDraft *draft);


/*----------
 * The condition on a row t of the many side that leads nowhere; palloc'd.  The
 * columns must be there.  Of a many-to-any relation:
 *	num_nonnulls(t.<discriminator>, t.<column> [, ...]) OPERATOR(>) 0
 *	AND NOT EXISTS (SELECT FROM [ONLY] <target> o WHERE t.<discriminator> OPERATOR(=) '<value>'
 *		AND t.<column> OPERATOR(=) o.<key>) [AND ...]
 * of a foreign key:
 *	t.<column> IS NOT NULL [AND ...]
 *	AND NOT EXISTS (SELECT FROM [ONLY] <one> o WHERE t.<column> OPERATOR(=) o.<key> [AND ...])
 * Each NOT EXISTS is an anti join to the planner.
 *----------
 */
char *
rln_orphans_condition(const RlnDraft *draft)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (RLN_IS_ANY(draft->edge))
		append_any_condition(&buf, draft);
	else
		append_one_condition(&buf, draft);
	return buf.data;
}

/* "[ONLY] <many> t", palloc'd: the table whose rows the condition is about. */
char *
rln_orphans_table(const RlnDraft *draft)
{
	Oid many = draft->edge->many;

	return psprintf("%s%s t", rln_only(many), rln_table_sql(many));
}

/* Are rows compared by a key's text that depends on settings? */
bool
rln_text_varies(const RlnEdge *edge)
{
	ListCell *lt;
	ListCell *lc;

	if (!RLN_IS_ANY(edge))
		return false;
	foreach(lt, edge->targets)
	{
		RlnTarget *target = lfirst(lt);

		foreach(lc, target->columns)
		{
			RlnColumn *column = rln_column_get(target->relid, lfirst(lc));

			if (column != NULL && !rln_text_is_stable(column->type))
				return true;
		}
	}
	return false;
}

/* "t.a, t.b"; palloc'd */
char *
rln_columns_of(const List *names, const char *alias)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, names)
		appendStringInfo(&buf, "%s%s.%s", foreach_current_index(lc) > 0 ? ", " : "", alias,
						 quote_identifier(lfirst(lc)));
	return buf.data;
}

static void
append_any_condition(StringInfo buf, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	ListCell *lc;

	appendStringInfo(buf, "pg_catalog.num_nonnulls(%s) OPERATOR(pg_catalog.>) 0",
					 rln_columns_of(rln_lookup_columns(edge), "t"));
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (rln_edge_find_target(edge, target->relid) != target)
			continue; /* another value of the same table */
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			continue; /* dropped: what refers to it leads nowhere */
		appendStringInfo(buf, " AND NOT EXISTS (SELECT FROM %s%s o WHERE ",
						 rln_only(target->relid), rln_table_sql(target->relid));
		rln_append_match(buf, draft, target, "t", "o", true);
		appendStringInfoChar(buf, ')');
	}
}

static void
append_one_condition(StringInfo buf, const RlnDraft *draft)
{
	const RlnTarget *target = rln_edge_target(draft->edge);
	ListCell *lc;

	foreach(lc, draft->edge->columns)
		appendStringInfo(buf, "t.%s IS NOT NULL AND ", quote_identifier(lfirst(lc)));
	appendStringInfo(buf, "NOT EXISTS (SELECT FROM %s%s o WHERE ", rln_only(target->relid),
					 rln_table_sql(target->relid));
	rln_append_match(buf, draft, target, "t", "o", true);
	appendStringInfoChar(buf, ')');
}
