/*
 * from.c
 *	  Ranges to SQL text: tables, joins and how they are linked.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "run/sql.h"

static List *readable_columns(Oid relid);
static void append_joins(RlnSql *sql, StringInfo buf, const RlnRange *range);
static void append_first_row(StringInfo buf, const RlnRange *range);


/*----------
 *	public.tracks t1
 *		LEFT JOIN public.albums t2 ON t2.id OPERATOR(=) t1.album
 * a junction that is seen from either end:
 *	(SELECT s.a, s.b FROM public.j s UNION ALL SELECT s.b, s.a FROM public.j s) t1
 *----------
 */
void
rln_sql_from(RlnSql *sql, StringInfo buf, const RlnRange *range)
{
	if (range->is_given)
		appendStringInfoString(buf, "(SELECT ($1).*)");
	else if (range->both != NULL)
		rln_append_both_ends(buf, range->both, readable_columns(range->relid));
	else
		rln_append_table(buf, range->relid);
	appendStringInfo(buf, " t%d", range->number);
	append_joins(sql, buf, range);
}

/* The names of the columns that the caller may read. */
static List *
readable_columns(Oid relid)
{
	List *names = NIL;
	ListCell *lc;

	foreach(lc, rln_columns_load(relid))
	{
		if (rln_column_is_readable(relid, lfirst(lc)))
			names = lappend(names, lfirst(lc));
	}
	return names;
}

static void
append_joins(RlnSql *sql, StringInfo buf, const RlnRange *range)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, range->joins)
	{
		const RlnRange *join = lfirst(lc);

		if (!join->link->is_unique)
		{
			append_first_row(buf, join);
			append_joins(sql, buf, join);
			continue;
		}
		appendStringInfoString(buf, " LEFT JOIN ");
		rln_append_table(buf, join->relid);
		appendStringInfo(buf, " t%d ON ", join->number);
		rln_sql_link(buf, join);
		append_joins(sql, buf, join);
	}
}

/*----------
 * Where nothing proves that there is one row at most:
 *	LEFT JOIN LATERAL (SELECT t2.id, ... FROM public.v t2 WHERE ...
 *		ORDER BY key LIMIT 1) t2 ON true
 *----------
 */
static void
append_first_row(StringInfo buf, const RlnRange *range)
{
	int columns = 0;
	ListCell *lc;

	appendStringInfoString(buf, " LEFT JOIN LATERAL (SELECT ");
	foreach(lc, readable_columns(range->relid))
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, ", ");
		rln_sql_column(buf, range->number, lfirst(lc));
	}
	appendStringInfoString(buf, " FROM ");
	rln_append_table(buf, range->relid);
	appendStringInfo(buf, " t%d WHERE ", range->number);
	rln_sql_link(buf, range);
	foreach(lc, rln_key_columns(range->relid))
	{
		if (!rln_column_is_readable(range->relid, lfirst(lc)))
			continue;
		appendStringInfoString(buf, columns++ == 0 ? " ORDER BY " : ", ");
		rln_sql_column(buf, range->number, lfirst(lc));
	}
	appendStringInfo(buf, " LIMIT 1) t%d ON true", range->number);
}

/* The condition under which rows of the range belong to those of the range it hangs on. */
void
rln_sql_link(StringInfo buf, const RlnRange *range)
{
	const RlnLink *link = range->link;

	if (link->discriminator != NULL)
	{
		rln_sql_discriminator(buf, link, link->forward ? range->from : range);
		appendStringInfoString(buf, " AND ");
	}
	rln_sql_link_keys(buf, range);
}

/* The same where it is certain already which collection is meant. */
void
rln_sql_link_keys(StringInfo buf, const RlnRange *range)
{
	const RlnLink *link = range->link;
	ListCell *lc;

	foreach(lc, link->parts)
	{
		RlnKeyPart *part = lfirst(lc);
		StringInfoData from;
		Oid type;
		Oid left;
		Oid right;

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " AND ");
		initStringInfo(&from);
		rln_sql_link_side(&from, link, part, range->from, false, part->from_form);
		op_input_types(part->op, &left, &right);
		rln_sql_to_test(buf, link, part, range);
		appendStringInfoChar(buf, ' ');
		rln_append_operator(buf, part->op);
		appendStringInfoChar(buf, ' ');
		type = part->from_form == RLN_KEY_PLAIN ? part->from->type : part->type;
		rln_append_operand(buf, from.data, type, right, part->op);
	}
}

/* The to side of a link's column, as its operator takes it. */
void
rln_sql_to_test(StringInfo buf, const RlnLink *link, const RlnKeyPart *part, const RlnRange *range)
{
	StringInfoData to;
	Oid type;
	Oid left;
	Oid right;

	initStringInfo(&to);
	rln_sql_link_side(&to, link, part, range, true, part->to_test);
	op_input_types(part->op, &left, &right);
	type = part->to_test == RLN_KEY_PLAIN ? part->to->type : part->type;
	rln_append_operand(buf, to.data, type, left, part->op);
}
