/*
 * column.c
 *	  What fields lead to, as columns of a view.
 *
 * All but the collection's own columns are sub-selects of the select list, so
 * that the view has one table in FROM: then PostgreSQL takes writes to its
 * plain columns by itself, and leaves out what a query does not ask for.
 *
 *----------
 * an alias:
 *	ARRAY(SELECT t2.id FROM public.cities t2 WHERE t2.country OPERATOR(=) t1.id ORDER BY t2.id)
 * with fields of it:
 *	(SELECT COALESCE(json_agg(s.*), '[]') FROM (SELECT t2.name AS name FROM public.cities t2
 *		WHERE ... ORDER BY t2.id) s)
 * a field of what a column refers to, and of what that refers to:
 *	(SELECT t2.name FROM public.country t2 WHERE ...)
 *	(SELECT (SELECT t3.name FROM public.continent t3 WHERE ...) FROM public.country t2 WHERE ...)
 * the same inside of json:
 *	(SELECT row_to_json(s.*) FROM (SELECT t3.name AS name FROM ... WHERE ...) s)
 * an item that may be of several collections:
 *	CASE WHEN t2.collection OPERATOR(=) 'headings' THEN (SELECT row_to_json(s.*) FROM (...) s)
 *		ELSE to_json(t2.item) END
 *----------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "run/sql.h"
#include "view/view.h"

static List *add_output(List *columns, const RlnOutput *output, const RlnViewColumn *around,
						const char *after);
static List *add_column(List *columns, RlnViewColumn *column);
static void append_output(RlnSql *sql, StringInfo buf, const RlnOutput *output);
static void append_key(RlnSql *sql, StringInfo buf, const List *exprs);
static void append_node(RlnSql *sql, StringInfo buf, const RlnNode *node);
static void append_any(RlnSql *sql, StringInfo buf, const RlnOutput *output);
static void append_row(RlnSql *sql, StringInfo buf, const RlnNode *node, bool is_chosen);
static void append_columns(RlnSql *sql, StringInfo buf, const RlnNode *node);
static void append_rows(RlnSql *sql, StringInfo buf, const RlnNode *node, bool is_chosen);


/*
 * Adds what the node gives of the field to the columns (RlnViewColumn *).  A
 * column by which the field is asked for more takes the place of a plain
 * mention of it.
 */
List *
rln_view_columns(List *columns, const RlnNode *node, const char *field, bool is_plain)
{
	ListCell *lc;

	foreach(lc, node->outputs)
	{
		const RlnOutput *output = lfirst(lc);
		RlnViewColumn around = {"", field != NULL ? field : output->key, is_plain, ""};

		columns = add_output(columns, output, &around, "");
	}
	return columns;
}

/* The column, or the columns of the row that it leads to: country.name is country_name. */
static List *
add_output(List *columns, const RlnOutput *output, const RlnViewColumn *around, const char *after)
{
	RlnViewColumn *column = palloc(sizeof(RlnViewColumn));
	StringInfoData buf;
	RlnSql sql = {0};
	ListCell *lc;

	check_stack_depth();
	*column = *around;
	column->name = around->name[0] == '\0' ? rln_name_clip(output->key)
										   : rln_name_join(around->name, output->key);
	initStringInfo(&buf);
	appendStringInfoString(&buf, around->sql);
	if (output->kind == RLN_OUTPUT_NODE && output->node->link->to_one && !output->node->bare)
	{
		StringInfoData rows;

		initStringInfo(&rows);
		append_rows(&sql, &rows, output->node, false);
		appendStringInfoString(&buf, "(SELECT ");
		column->sql = buf.data;
		foreach(lc, output->node->outputs)
			columns = add_output(columns, lfirst(lc), column, psprintf("%s)%s", rows.data, after));
		return columns;
	}
	append_output(&sql, &buf, output);
	appendStringInfoString(&buf, after);
	column->sql = buf.data;
	return add_column(columns, column);
}

/* 42701 where two fields would give one name. */
static List *
add_column(List *columns, RlnViewColumn *column)
{
	ListCell *lc;

	foreach(lc, columns)
	{
		RlnViewColumn *other = lfirst(lc);

		if (strcmp(other->name, column->name) != 0)
			continue;
		if (strcmp(other->field, column->field) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("fields \"%s\" and \"%s\" both give a column \"%s\"", other->field, column->field,
							column->name),
					 errhint("Name the fields that are wanted instead of \"*\".")));
		if (other->is_plain)
			lfirst(lc) = column;
		return columns;
	}
	return lappend(columns, column);
}

static void
append_output(RlnSql *sql, StringInfo buf, const RlnOutput *output)
{
	check_stack_depth();
	switch (output->kind)
	{
		case RLN_OUTPUT_VALUE:
			rln_sql_expr(sql, buf, output->expr);
			break;
		case RLN_OUTPUT_KEY:
			append_key(sql, buf, output->exprs);
			break;
		case RLN_OUTPUT_NODE:
			append_node(sql, buf, output->node);
			break;
		case RLN_OUTPUT_ANY:
			append_any(sql, buf, output);
			break;
		case RLN_OUTPUT_TEXT:
		case RLN_OUTPUT_OBJECT:
			elog(ERROR, "a path gives a field"); /* should not happen */
	}
}

/* A compound key is a json array, or null if a part of it is. */
static void
append_key(RlnSql *sql, StringInfo buf, const List *exprs)
{
	StringInfoData list;
	ListCell *lc;

	initStringInfo(&list);
	foreach(lc, exprs)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&list, ", ");
		rln_sql_expr(sql, &list, lfirst(lc));
	}
	appendStringInfo(buf, "CASE WHEN pg_catalog.num_nulls(%s) OPERATOR(pg_catalog.=) 0", list.data);
	appendStringInfo(buf, " THEN pg_catalog.json_build_array(%s) END", list.data);
}

static void
append_node(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	const RlnOutput *first = linitial(node->outputs);

	if (node->link->to_one && !node->bare)
	{
		append_row(sql, buf, node, false);
		return;
	}
	if (node->bare && (node->link->to_one || first->kind == RLN_OUTPUT_VALUE))
	{
		appendStringInfo(buf, "%s(SELECT ", node->link->to_one ? "" : "ARRAY");
		append_output(sql, buf, first);
		append_rows(sql, buf, node, false);
		appendStringInfoChar(buf, ')');
		return;
	}
	appendStringInfo(buf, "(SELECT COALESCE(pg_catalog.json_agg(%s), '[]'::pg_catalog.json) FROM (SELECT ",
					 node->bare ? "s.key" : "s.*");
	if (node->bare)
	{
		append_output(sql, buf, first);
		appendStringInfoString(buf, " AS key");
	}
	else
		append_columns(sql, buf, node);
	append_rows(sql, buf, node, false);
	appendStringInfoString(buf, ") s)");
}

static void
append_any(RlnSql *sql, StringInfo buf, const RlnOutput *output)
{
	ListCell *lc;

	appendStringInfoString(buf, "CASE");
	foreach(lc, output->nodes)
	{
		const RlnNode *node = lfirst(lc);

		appendStringInfoString(buf, " WHEN ");
		rln_sql_discriminator(buf, node->link, node->parent->range);
		appendStringInfoString(buf, " THEN ");
		append_row(sql, buf, node, true);
	}
	appendStringInfoString(buf, " ELSE ");
	if (list_length(output->exprs) > 1)
		append_key(sql, buf, output->exprs);
	else
	{
		appendStringInfoString(buf, "pg_catalog.to_json(");
		rln_sql_expr(sql, buf, linitial(output->exprs));
		appendStringInfoChar(buf, ')');
	}
	appendStringInfoString(buf, " END");
}

/* is_chosen: a CASE has found out that an item is of the node's collection */
static void
append_row(RlnSql *sql, StringInfo buf, const RlnNode *node, bool is_chosen)
{
	appendStringInfoString(buf, "(SELECT pg_catalog.row_to_json(s.*) FROM (SELECT ");
	append_columns(sql, buf, node);
	append_rows(sql, buf, node, is_chosen);
	appendStringInfoString(buf, ") s)");
}

/* The node's fields under their names, which are json's keys. */
static void
append_columns(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	ListCell *lc;

	foreach(lc, node->outputs)
	{
		const RlnOutput *output = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, ", ");
		append_output(sql, buf, output);
		appendStringInfo(buf, " AS %s", quote_identifier(rln_name_clip(output->key)));
	}
}

/* " FROM ... WHERE ...", in order, and one of them where that is not certain otherwise */
static void
append_rows(RlnSql *sql, StringInfo buf, const RlnNode *node, bool is_chosen)
{
	RlnRange range = *node->range;

	/* a reader finds the rows by keys that it has collected; here they are at hand */
	range.link = node->link;
	range.from = node->parent->range;
	appendStringInfoString(buf, " FROM ");
	rln_sql_from(sql, buf, node->range);
	appendStringInfoString(buf, " WHERE ");
	if (is_chosen)
		rln_sql_link_keys(buf, &range);
	else
		rln_sql_link(buf, &range);
	rln_sql_where(sql, buf, node->where, " AND ");
	if (node->link->to_one && node->link->is_unique)
		return;
	rln_sql_order(sql, buf, node);
	if (node->link->to_one)
		appendStringInfoString(buf, " LIMIT 1");
}
