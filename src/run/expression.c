/*
 * expression.c
 *	  Expressions to SQL text.
 *
 * Operators and functions are written so that no search_path decides which
 * they are; where the operands' own types would let the parser choose another
 * operator of the same name, they are cast.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "run/sql.h"

static void append_extract(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
static void append_json(RlnSql *sql, StringInfo buf, const RlnExpr *expr, const char *op);
static void append_json_number(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
static void append_array_length(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
static void append_sub(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
static void append_aggregate(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
static bool is_jsonb(const RlnExpr *expr);


void
rln_sql_expr(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	ListCell *lc;

	check_stack_depth();
	switch (expr->kind)
	{
		case RLN_EXPR_COLUMN:
			rln_sql_column(buf, expr->range->number, expr->text);
			break;
		case RLN_EXPR_EXTRACT:
			append_extract(sql, buf, expr);
			break;
		case RLN_EXPR_JSON:
			append_json(sql, buf, expr, "#>");
			break;
		case RLN_EXPR_JSON_TEXT:
			append_json(sql, buf, expr, "#>>");
			break;
		case RLN_EXPR_JSON_NUMBER:
			append_json_number(sql, buf, expr);
			break;
		case RLN_EXPR_ARRAY_LENGTH:
			append_array_length(sql, buf, expr);
			break;
		case RLN_EXPR_COUNT:
		case RLN_EXPR_PICK:
			append_sub(sql, buf, expr);
			break;
		case RLN_EXPR_COALESCE:
			appendStringInfoString(buf, "COALESCE(");
			foreach(lc, expr->arguments)
			{
				if (foreach_current_index(lc) > 0)
					appendStringInfoString(buf, ", ");
				rln_sql_expr(sql, buf, lfirst(lc));
			}
			appendStringInfoChar(buf, ')');
			break;
		case RLN_EXPR_AGGREGATE:
			append_aggregate(sql, buf, expr);
			break;
		case RLN_EXPR_LINK:
			rln_sql_link_side(buf, expr->link, expr->part, expr->range, expr->flag,
							  expr->flag ? expr->part->to_form : expr->part->from_form);
			break;
	}
}

/* t1.name */
void
rln_sql_column(StringInfo buf, int range, const char *name)
{
	appendStringInfo(buf, "t%d.%s", range, quote_identifier(name));
}

/* Does the discriminator of the many side's row mean the target? */
void
rln_sql_discriminator(StringInfo buf, const RlnLink *link, const RlnRange *range)
{
	RlnColumn *column = link->discriminator;
	Oid op = rln_equality_operator(column->type, column->type);
	char *name = psprintf("t%d.%s", range->number, quote_identifier(column->name));
	Oid left;
	Oid right;
	ListCell *lc;

	op_input_types(op, &left, &right);
	if (list_length(link->discriminators) > 1)
		appendStringInfoChar(buf, '(');
	foreach(lc, link->discriminators)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " OR ");
		rln_append_operand(buf, name, column->type, left, op);
		appendStringInfoChar(buf, ' ');
		rln_append_operator(buf, op);
		appendStringInfoChar(buf, ' ');
		rln_append_literal(buf, lfirst(lc));
	}
	if (list_length(link->discriminators) > 1)
		appendStringInfoChar(buf, ')');
}

/*
 * A column of the link, in the form asked for:
 *	t1.item
 *	CAST(t1.item AS integer)
 *	CASE WHEN t1.collection = 'headings' THEN CAST(t1.item AS integer) END
 */
void
rln_sql_link_side(StringInfo buf, const RlnLink *link, const RlnKeyPart *part,
				  const RlnRange *range, bool to_side, RlnKeyForm form)
{
	const RlnColumn *column = to_side ? part->to : part->from;

	if (form == RLN_KEY_GUARDED)
	{
		appendStringInfoString(buf, "CASE WHEN ");
		rln_sql_discriminator(buf, link, range);
		appendStringInfoString(buf, " THEN ");
	}
	if (form != RLN_KEY_PLAIN)
		appendStringInfoString(buf, "CAST(");
	rln_sql_column(buf, range->number, column->name);
	if (form != RLN_KEY_PLAIN)
		appendStringInfo(buf, " AS %s)", rln_type_sql(part->type));
	if (form == RLN_KEY_GUARDED)
		appendStringInfoString(buf, " END");
}

/* numeric, because the year of 'infinity' is infinite */
static void
append_extract(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	appendStringInfo(buf, "pg_catalog.trunc(pg_catalog.extract('%s', ", expr->text);
	rln_sql_expr(sql, buf, linitial(expr->arguments));
	appendStringInfoString(buf, "))");
}

/* (t1.data OPERATOR(pg_catalog.#>) ARRAY['a', '0']) */
static void
append_json(RlnSql *sql, StringInfo buf, const RlnExpr *expr, const char *op)
{
	ListCell *lc;

	appendStringInfoChar(buf, '(');
	rln_sql_expr(sql, buf, linitial(expr->arguments));
	appendStringInfo(buf, " OPERATOR(pg_catalog.%s) CAST(ARRAY[", op);
	foreach(lc, expr->names)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, ", ");
		rln_append_literal(buf, lfirst(lc));
	}
	appendStringInfoString(buf, "] AS pg_catalog.text[]))");
}

static void
append_json_number(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	appendStringInfo(buf, "CASE WHEN pg_catalog.%s(",
					 is_jsonb(linitial(expr->arguments)) ? "jsonb_typeof" : "json_typeof");
	append_json(sql, buf, expr, "#>");
	appendStringInfoString(buf, ") OPERATOR(pg_catalog.=) 'number' THEN CAST(");
	append_json(sql, buf, expr, "#>>");
	appendStringInfoString(buf, " AS pg_catalog.numeric) END");
}

static void
append_array_length(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	const RlnExpr *argument = linitial(expr->arguments);
	const char *type = is_jsonb(argument) ? "jsonb" : "json";

	appendStringInfo(buf, "CASE WHEN pg_catalog.%s_typeof(", type);
	rln_sql_expr(sql, buf, argument);
	appendStringInfo(buf, ") OPERATOR(pg_catalog.=) 'array' THEN pg_catalog.%s_array_length(", type);
	rln_sql_expr(sql, buf, argument);
	appendStringInfoString(buf, ") END");
}

/*----------
 *	(SELECT pg_catalog.count(*) FROM ... WHERE ...)
 *	(SELECT x FROM ... WHERE ... ORDER BY 1 [DESC] NULLS LAST LIMIT 1)
 *----------
 */
static void
append_sub(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	appendStringInfoString(buf, "(SELECT ");
	if (expr->kind == RLN_EXPR_COUNT)
		appendStringInfoString(buf, "pg_catalog.count(*)");
	else
		rln_sql_expr(sql, buf, linitial(expr->arguments));
	appendStringInfoString(buf, " FROM ");
	rln_sql_from(sql, buf, expr->sub->range);
	appendStringInfoString(buf, " WHERE ");
	rln_sql_link(buf, expr->sub->range);
	rln_sql_where(sql, buf, expr->sub->where, " AND ");
	if (expr->kind == RLN_EXPR_PICK)
		appendStringInfo(buf, " ORDER BY 1%s NULLS LAST LIMIT 1", expr->flag ? " DESC" : "");
	appendStringInfoChar(buf, ')');
}

static void
append_aggregate(RlnSql *sql, StringInfo buf, const RlnExpr *expr)
{
	appendStringInfo(buf, "pg_catalog.%s(%s", expr->text, expr->flag ? "DISTINCT " : "");
	if (expr->arguments == NIL)
		appendStringInfoChar(buf, '*');
	else
		rln_sql_expr(sql, buf, linitial(expr->arguments));
	appendStringInfoChar(buf, ')');
}

static bool
is_jsonb(const RlnExpr *expr)
{
	return getBaseType(expr->type) == JSONBOID;
}
