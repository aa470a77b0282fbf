/*
 * condition.c
 *	  Conditions to SQL text, and what they mean for planning.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "run/sql.h"

static void append_list(RlnSql *sql, StringInfo buf, const RlnCondition *condition,
						const char *between);
static void append_test(RlnSql *sql, StringInfo buf, const RlnCondition *condition);
static void append_exists(RlnSql *sql, StringInfo buf, const RlnCondition *condition);
static void append_keys(RlnSql *sql, StringInfo buf, const RlnCondition *condition);
static void append_left(RlnSql *sql, StringInfo buf, const RlnExpr *left, Oid wanted, Oid op);
static int add_param(RlnSql *sql, RlnParam *param);
static bool condition_wants(const RlnCondition *condition, bool at_top);


/* The conditions joined by AND, each after the given text. */
void
rln_sql_where(RlnSql *sql, StringInfo buf, const List *conditions, const char *before)
{
	ListCell *lc;

	foreach(lc, conditions)
	{
		appendStringInfoString(buf, foreach_current_index(lc) == 0 ? before : " AND ");
		rln_sql_condition(sql, buf, lfirst(lc));
	}
}

/* Always in parentheses or of one term. */
void
rln_sql_condition(RlnSql *sql, StringInfo buf, const RlnCondition *condition)
{
	check_stack_depth();
	switch (condition->kind)
	{
		case RLN_COND_TRUE:
			appendStringInfoString(buf, "true");
			break;
		case RLN_COND_FALSE:
			appendStringInfoString(buf, "false");
			break;
		case RLN_COND_AND:
			append_list(sql, buf, condition, " AND ");
			break;
		case RLN_COND_OR:
			append_list(sql, buf, condition, " OR ");
			break;
		case RLN_COND_NOT:
			appendStringInfoString(buf, "(NOT ");
			append_list(sql, buf, condition, " AND ");
			appendStringInfoChar(buf, ')');
			break;
		case RLN_COND_UNTRUE:
			appendStringInfoChar(buf, '(');
			append_list(sql, buf, condition, " AND ");
			appendStringInfoString(buf, " IS NOT TRUE)");
			break;
		case RLN_COND_NULL:
			appendStringInfoChar(buf, '(');
			rln_sql_expr(sql, buf, condition->left);
			/* IS NULL looks into a row: one of nulls is null to it, and not to us */
			if (type_is_rowtype(condition->left->type))
				appendStringInfo(buf, " IS %sDISTINCT FROM NULL)", condition->negated ? "" : "NOT ");
			else
				appendStringInfo(buf, condition->negated ? " IS NOT NULL)" : " IS NULL)");
			break;
		case RLN_COND_TEST:
		case RLN_COND_LIST:
			append_test(sql, buf, condition);
			break;
		case RLN_COND_EXISTS:
			append_exists(sql, buf, condition);
			break;
		case RLN_COND_KEYS:
			append_keys(sql, buf, condition);
			break;
		case RLN_COND_ANY:
			rln_sql_discriminator(buf, condition->link, condition->range);
			break;
	}
}

static void
append_list(RlnSql *sql, StringInfo buf, const RlnCondition *condition, const char *between)
{
	ListCell *lc;

	appendStringInfoChar(buf, '(');
	foreach(lc, condition->children)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, between);
		rln_sql_condition(sql, buf, lfirst(lc));
	}
	appendStringInfoChar(buf, ')');
}

/*----------
 *	(left OPERATOR(=) $n), its negator where there is one, (left OPERATOR(=) ANY ($n)),
 *	(left OPERATOR(<>) ALL ($n)); without parameter: the empty text
 *----------
 */
static void
append_test(RlnSql *sql, StringInfo buf, const RlnCondition *condition)
{
	Oid op = condition->op;
	bool negate = condition->negated;

	if (negate && OidIsValid(get_negator(op)))
	{
		op = get_negator(op);
		negate = false;
	}
	appendStringInfoString(buf, negate ? "(NOT (" : "(");
	append_left(sql, buf, condition->left, condition->left_type, op);
	appendStringInfoChar(buf, ' ');
	rln_append_operator(buf, op);
	if (condition->param == NULL)
		appendStringInfoString(buf, " ''");
	else if (condition->kind == RLN_COND_LIST)
		appendStringInfo(buf, " %s ($%d)", condition->negated && !negate ? "ALL" : "ANY",
						 add_param(sql, condition->param));
	else
		appendStringInfo(buf, " $%d", add_param(sql, condition->param));
	appendStringInfoString(buf, negate ? "))" : ")");
}

/* (NOT EXISTS (SELECT FROM ... WHERE ... OFFSET n)) */
static void
append_exists(RlnSql *sql, StringInfo buf, const RlnCondition *condition)
{
	appendStringInfoString(buf, condition->negated ? "(NOT EXISTS (SELECT FROM " : "(EXISTS (SELECT FROM ");
	rln_sql_from(sql, buf, condition->sub->range);
	appendStringInfoString(buf, " WHERE ");
	rln_sql_link(buf, condition->sub->range);
	rln_sql_where(sql, buf, condition->sub->where, " AND ");
	if (condition->sub->offset > 0)
		appendStringInfo(buf, " OFFSET " INT64_FORMAT, condition->sub->offset);
	appendStringInfoString(buf, "))");
}

/*----------
 * One compound key:		(a OPERATOR(=) $1 AND b OPERATOR(=) $2)
 * one of several:			(EXISTS (SELECT FROM ROWS FROM (unnest($1), unnest($2)) k (k1, k2)
 *								WHERE a OPERATOR(=) k.k1 AND b OPERATOR(=) k.k2))
 *----------
 */
static void
append_keys(RlnSql *sql, StringInfo buf, const RlnCondition *condition)
{
	bool one = ((RlnParam *) linitial(condition->params))->form == RLN_PARAM_KEY;
	int first = sql->keys + list_length(sql->params) + 1;
	ListCell *lc;
	ListCell *lp;
	ListCell *lo;

	appendStringInfoString(buf, condition->negated ? "(NOT (" : "((");
	foreach(lp, condition->params)
		add_param(sql, lfirst(lp));
	if (!one)
	{
		appendStringInfoString(buf, "EXISTS (SELECT FROM ROWS FROM (");
		for (int i = 0; i < list_length(condition->params); i++)
			appendStringInfo(buf, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", first + i);
		appendStringInfoString(buf, ") k (");
		for (int i = 0; i < list_length(condition->params); i++)
			appendStringInfo(buf, "%sk%d", i > 0 ? ", " : "", i + 1);
		appendStringInfoString(buf, ") WHERE ");
	}
	forthree(lc, condition->lefts, lp, condition->params, lo, condition->operators)
	{
		int i = foreach_current_index(lc);

		if (i > 0)
			appendStringInfoString(buf, " AND ");
		append_left(sql, buf, lfirst(lc), ((RlnParam *) lfirst(lp))->type, lfirst_oid(lo));
		appendStringInfoChar(buf, ' ');
		rln_append_operator(buf, lfirst_oid(lo));
		appendStringInfo(buf, one ? " $%d" : " k.k%d", one ? first + i : i + 1);
	}
	appendStringInfoString(buf, one ? "))" : ")))");
}

/* An index's column is left as it is: a cast that changes nothing is none to the planner. */
static void
append_left(RlnSql *sql, StringInfo buf, const RlnExpr *left, Oid wanted, Oid op)
{
	StringInfoData operand;

	initStringInfo(&operand);
	rln_sql_expr(sql, &operand, left);
	rln_append_operand(buf, operand.data, left->type, wanted, op);
}

/* Its number in the statement. */
static int
add_param(RlnSql *sql, RlnParam *param)
{
	sql->params = lappend(sql->params, param);
	return sql->keys + list_length(sql->params);
}

/*
 * Does the best plan depend on the values?  A kept plan serves look-ups by key
 * and conditions without values; all else is planned for the values it is run
 * with.  (A kept plan for "milliseconds > $1" takes a third of the rows for
 * granted, whatever the value.)
 */
bool
rln_wants_custom_plan(const List *conditions)
{
	ListCell *lc;

	foreach(lc, conditions)
	{
		if (condition_wants(lfirst(lc), true))
			return true;
	}
	return false;
}

static bool
condition_wants(const RlnCondition *condition, bool at_top)
{
	ListCell *lc;

	check_stack_depth();
	switch (condition->kind)
	{
		case RLN_COND_TEST:
			return condition->param != NULL && !(at_top && condition->by_key);
		case RLN_COND_LIST:
			return !(at_top && condition->by_key);
		case RLN_COND_KEYS:
			return !at_top || condition->negated;
		case RLN_COND_EXISTS:
			foreach(lc, condition->sub->where)
			{
				if (condition_wants(lfirst(lc), false))
					return true;
			}
			return false;
		default:
			foreach(lc, condition->children)
			{
				if (condition_wants(lfirst(lc), at_top && condition->kind == RLN_COND_AND))
					return true;
			}
			return false;
	}
}
