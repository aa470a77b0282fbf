/*
 * expr.c
 *	  Field paths to expressions: for sort, groupBy and functions.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "query/node.h"

/* functions of a date or time, as EXTRACT calls them */
typedef struct PartFunction
{
	const char *name;
	const char *part;
	bool of_date;
	bool of_time;
} PartFunction;

static const PartFunction part_functions[] = {
	{"year", "year", true, false},
	{"month", "month", true, false},
	{"week", "week", true, false},
	{"day", "day", true, false},
	{"weekday", "dow", true, false},
	{"hour", "hour", false, true},
	{"minute", "minute", false, true},
	{"second", "second", false, true},
};

static RlnExpr *wrap(RlnExprKind kind, RlnExpr *argument, Oid type);
static RlnExpr *make_count(RlnResolver *resolver, RlnRange *range, const RlnStep *step);
static RlnExpr *make_part(RlnExpr *argument, const RlnStep *step);
static void ensure_json(const RlnExpr *expr, const RlnStep *step);
RLN_NORETURN static void refuse_function(const RlnStep *step, Oid type);
static RlnExpr *last_expr(RlnResolver *resolver, RlnRange *range, const RlnStep *step,
						  bool largest);
static RlnExpr *pick(RlnResolver *resolver, RlnSub *sub, const List *steps, bool largest);
static RlnExpr *any_expr(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field,
						 const List *steps, bool largest);
static void ensure_one_type(RlnExpr *coalesce, const RlnFieldInfo *field);


/* "year(published)", "count(cities)", "json(data, a.b)"; 22023 for what has no such function. */
RlnExpr *
rln_expr_function(RlnResolver *resolver, RlnRange *range, const RlnStep *step)
{
	RlnExpr *argument;
	RlnExpr *expr;

	if (strcmp(step->function, "count") == 0)
		return make_count(resolver, range, step);
	if (rln_field_lookup(range->relid, step->name)->column == NULL)
		refuse_function(step, InvalidOid);
	argument = rln_expr_column(range, step->name);
	if (strcmp(step->function, "json") != 0)
		return make_part(argument, step);
	ensure_json(argument, step);
	expr = wrap(RLN_EXPR_JSON, argument, getBaseType(argument->type));
	expr->names = step->json_path;
	return expr;
}

static RlnExpr *
wrap(RlnExprKind kind, RlnExpr *argument, Oid type)
{
	RlnExpr *expr = palloc0(sizeof(RlnExpr));

	expr->kind = kind;
	expr->type = type;
	expr->collation = type == TEXTOID ? DEFAULT_COLLATION_OID : InvalidOid;
	expr->arguments = argument == NULL ? NIL : list_make1(argument);
	return expr;
}

/* The rows of an alias, or the elements of a json array. */
static RlnExpr *
make_count(RlnResolver *resolver, RlnRange *range, const RlnStep *step)
{
	RlnFieldInfo *field = rln_field_lookup(range->relid, step->name);
	RlnExpr *expr;

	if (field->column != NULL)
	{
		expr = rln_expr_column(range, step->name);
		ensure_json(expr, step);
		return wrap(RLN_EXPR_ARRAY_LENGTH, expr, INT4OID);
	}
	if (field->forward)
		refuse_function(step, InvalidOid);
	expr = wrap(RLN_EXPR_COUNT, NULL, INT8OID);
	expr->sub = rln_sub_make(resolver, range, rln_link_of_field(range->relid, field));
	return expr;
}

static RlnExpr *
make_part(RlnExpr *argument, const RlnStep *step)
{
	Oid type = getBaseType(argument->type);
	bool of_date = type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
	bool of_time = type == TIMEOID || type == TIMETZOID || type == TIMESTAMPOID ||
		type == TIMESTAMPTZOID;

	for (int i = 0; i < lengthof(part_functions); i++)
	{
		const PartFunction *function = &part_functions[i];

		if (strcmp(function->name, step->function) != 0)
			continue;
		if ((function->of_date && of_date) || (function->of_time && of_time))
		{
			RlnExpr *expr = wrap(RLN_EXPR_EXTRACT, argument, NUMERICOID);

			expr->text = function->part;
			return expr;
		}
		refuse_function(step, argument->type);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no function \"%s\"", step->function),
			 errhint("The functions are year, month, week, day, weekday, hour, minute, second, count and json.")));
}

static void
ensure_json(const RlnExpr *expr, const RlnStep *step)
{
	Oid type = getBaseType(expr->type);

	if (type != JSONOID && type != JSONBOID)
		refuse_function(step, expr->type);
}

static void
refuse_function(const RlnStep *step, Oid type)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 OidIsValid(type)
				 ? errmsg("function \"%s\" does not take field \"%s\" of type %s", step->function,
						  step->name, format_type_be(type))
				 : errmsg("function \"%s\" does not take field \"%s\"", step->function, step->name)));
}

/*
 * The value at the end of a path, in terms of the range.  To-one ends are
 * joined; of a to-many end it is the smallest or the largest value there, as
 * asked.  A path that ends in an alias means the key of its rows.
 */
RlnExpr *
rln_expr_path(RlnResolver *resolver, RlnRange *range, const List *steps, bool largest)
{
	const RlnStep *step = linitial(steps);
	List *rest = list_copy_tail(steps, 1);
	RlnFieldInfo *field;
	RlnLink *link;
	RlnExpr *expr;

	check_stack_depth();
	if (rest == NIL)
		return last_expr(resolver, range, step, largest);
	field = rln_field_lookup(range->relid, step->name);
	if (field->edge == NULL || step->function != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("field \"%s\" of \"%s\" is not relational", step->name,
						rln_table_label(range->relid))));
	rln_enter_relation(resolver);
	if (field->forward && RLN_IS_ANY(field->edge))
		expr = any_expr(resolver, range, field, steps, largest);
	else
	{
		link = rln_link_of_field(range->relid, field);
		if (step->scope != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("field \"%s\" leads to one collection only", step->name)));
		if (link->to_one)
			expr = rln_expr_path(resolver, rln_range_join(resolver, range, link), rest, largest);
		else
			expr = pick(resolver, rln_sub_make(resolver, range, link), rest, largest);
	}
	rln_leave_relation(resolver);
	return expr;
}

static RlnExpr *
last_expr(RlnResolver *resolver, RlnRange *range, const RlnStep *step, bool largest)
{
	RlnFieldInfo *field;
	RlnLink *link;
	RlnRange *joined;
	List *key;

	if (step->function != NULL)
		return rln_expr_function(resolver, range, step);
	field = rln_field_lookup(range->relid, step->name);
	if (field->column != NULL)
		return rln_expr_column(range, step->name);
	if (field->forward)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("compound key \"%s\" is not one value", step->name),
				 errhint("Name its columns.")));
	link = rln_link_of_field(range->relid, field);
	key = rln_key_columns(link->to);
	if (list_length(key) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the key of \"%s\" is not one column", rln_table_label(link->to))));
	if (link->to_one)
	{
		joined = rln_range_join(resolver, range, link);
		return rln_expr_column(joined, linitial(key));
	}
	return pick(resolver, rln_sub_make(resolver, range, link),
				list_make1(rln_step_parse(quote_identifier(linitial(key)))), largest);
}

static RlnExpr *
pick(RlnResolver *resolver, RlnSub *sub, const List *steps, bool largest)
{
	RlnExpr *value = rln_expr_path(resolver, sub->range, steps, largest);
	RlnExpr *expr = wrap(RLN_EXPR_PICK, value, value->type);

	expr->collation = value->collation;
	expr->sub = sub;
	expr->flag = largest;
	return expr;
}

/* "item:headings.title", or "item.title" of all collections that have it. */
static RlnExpr *
any_expr(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field, const List *steps,
		 bool largest)
{
	const RlnStep *step = linitial(steps);
	List *rest = list_copy_tail(steps, 1);
	RlnStep *next = linitial(rest);
	RlnExpr *coalesce = wrap(RLN_EXPR_COALESCE, NULL, InvalidOid);
	ListCell *lc;

	foreach(lc, rln_scope_targets(field->edge, step->scope))
	{
		Oid relid = lfirst_oid(lc);
		RlnRange *joined;

		if (step->scope == NULL && rln_field_get(relid, next->name) == NULL)
			continue;
		joined = rln_range_join(resolver, range,
								rln_link_make(field->edge, true, range->relid, relid));
		coalesce->arguments =
			lappend(coalesce->arguments, rln_expr_path(resolver, joined, rest, largest));
	}
	if (coalesce->arguments == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("no collection allowed in field \"%s\" of \"%s\" has a field \"%s\"",
						step->name, rln_table_label(range->relid), next->name)));
	if (list_length(coalesce->arguments) == 1)
		return linitial(coalesce->arguments);
	ensure_one_type(coalesce, field);
	return coalesce;
}

static void
ensure_one_type(RlnExpr *coalesce, const RlnFieldInfo *field)
{
	RlnExpr *first = linitial(coalesce->arguments);
	ListCell *lc;

	coalesce->type = getBaseType(first->type);
	coalesce->collation = first->collation;
	foreach(lc, coalesce->arguments)
	{
		RlnExpr *expr = lfirst(lc);

		if (getBaseType(expr->type) != coalesce->type || expr->collation != coalesce->collation)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("the collections allowed in field \"%s\" have it in several types",
							field->name),
					 errhint("Name one of the collections: \"%s:collection\".", field->name)));
	}
}
