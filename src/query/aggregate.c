/*
 * aggregate.c
 *	  aggregate, groupBy and having: rows that are groups.
 *
 *	  {"aggregate": {"count": "*", "sum": "population"}, "groupBy": ["continent"]}
 *	  [{"continent": "Europe", "count": 3, "sum": {"population": 1}}, ...]
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "query/node.h"

typedef struct AggregateFunction
{
	const char *name;
	const char *function; /* of pg_catalog */
	bool distinct;
} AggregateFunction;

static const AggregateFunction functions[] = {
	{"count", "count", false},
	{"countAll", "count", false},
	{"countDistinct", "count", true},
	{"sum", "sum", false},
	{"sumDistinct", "sum", true},
	{"avg", "avg", false},
	{"avgDistinct", "avg", true},
	{"min", "min", false},
	{"max", "max", false},
};

/* a column of the result */
typedef struct Outcome
{
	const char *name; /* of a group or a function */
	const char *of;	  /* field, or NULL */
	List *steps;	  /* of a group */
	RlnExpr *expr;
} Outcome;

static void add_group(RlnResolver *resolver, RlnNode *node, List **results, const RlnField *field);
static const char *group_key(const List *results, const List *steps);
static void add_aggregate(RlnResolver *resolver, RlnNode *node, List **results,
						  const RlnAggregate *aggregate);
static const AggregateFunction *lookup_function(const char *name);
static Oid result_type(const AggregateFunction *function, Oid type);
static void add_output(RlnNode *node, const Outcome *result);
static List *choose_outputs(const List *results, const List *choices);
static RlnOutput *choose_output(const List *results, const RlnChoice *choice);
static RlnOutput *find_output(const List *outputs, const char *key);
static RlnOutput *make_value(const char *key, RlnExpr *expr);
static RlnCondition *resolve_having(const List *results, const Outcome *result,
									const char *function, const RlnFilter *filter);
static const Outcome *find_result(const List *results, const char *name, const char *of);
static bool is_function(const List *results, const char *name);
static void resolve_sort(RlnNode *node, const List *results, const RlnSort *sort);
static bool same_steps(const List *a, const List *b);


/* Makes the node's rows groups; its conditions are resolved already. */
void
rln_resolve_aggregate(RlnResolver *resolver, RlnNode *node, const RlnRead *query)
{
	List *results = NIL;
	ListCell *lc;

	if (node->link != NULL && node->link->to_one)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" leads to one item: it is not aggregated", node->path)));
	node->aggregates = true;
	foreach(lc, query->group)
	{
		RlnField *field = lfirst(lc);

		if (field->path != NULL)
			rln_path_resume(field->path);
		add_group(resolver, node, &results, field);
		if (field->path != NULL)
			rln_path_leave(field->path);
	}
	foreach(lc, query->aggregate)
	{
		RlnAggregate *aggregate = lfirst(lc);

		if (aggregate->path != NULL)
			rln_path_resume(aggregate->path);
		add_aggregate(resolver, node, &results, aggregate);
		if (aggregate->path != NULL)
			rln_path_leave(aggregate->path);
	}
	/* choices need not hold a function: it is HAVING that makes one row of all */
	if (query->is_chosen)
		node->outputs = choose_outputs(results, query->choices);
	else
	{
		foreach(lc, results)
			add_output(node, lfirst(lc));
	}
	if (query->is_chosen && node->group == NIL)
		node->having = list_make1(rln_condition_make(RLN_COND_TRUE, NIL));
	if (query->having != NULL)
		node->having = list_make1(resolve_having(results, NULL, NULL, query->having));
	foreach(lc, query->sort)
	{
		RlnSort *sort = lfirst(lc);

		if (sort->path != NULL)
			rln_path_resume(sort->path);
		resolve_sort(node, results, sort);
		if (sort->path != NULL)
			rln_path_leave(sort->path);
	}
	foreach(lc, node->group)
	{
		RlnOrder *order = palloc0(sizeof(RlnOrder));

		order->expr = lfirst(lc);
		node->order = lappend(node->order, order);
	}
}

/* A column, a function, or a path through to-one relations. */
static void
add_group(RlnResolver *resolver, RlnNode *node, List **results, const RlnField *field)
{
	Outcome *result = palloc0(sizeof(Outcome));
	Oid type;

	result->steps = field->steps;
	result->name = group_key(*results, field->steps);
	if (find_result(*results, result->name, NULL) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("groupBy gives two results the name \"%s\"", result->name),
				 errhint("Put a field before the paths that end in its name.")));
	result->expr = rln_expr_path(resolver, node->range, field->steps, false);
	if (result->expr->kind == RLN_EXPR_PICK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("groupBy cannot go through a field that leads to many items"),
				 errhint("Aggregate the collection on the many side.")));
	type = getBaseType(result->expr->type);
	if (!OidIsValid(rln_equality_operator(type, type)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("values of type %s cannot be grouped", format_type_be(result->expr->type))));
	node->group = lappend(node->group, result->expr);
	*results = lappend(*results, result);
}

/* The last name of the path, or all of them where that is taken. */
static const char *
group_key(const List *results, const List *steps)
{
	const char *key = rln_step_key(llast(steps));
	StringInfoData path;
	ListCell *lc;

	if (find_result(results, key, NULL) == NULL)
		return key;
	initStringInfo(&path);
	foreach(lc, steps)
		appendStringInfo(&path, "%s%s", path.len > 0 ? "_" : "", rln_step_key(lfirst(lc)));
	return path.data;
}

static void
add_aggregate(RlnResolver *resolver, RlnNode *node, List **results, const RlnAggregate *aggregate)
{
	const AggregateFunction *function = lookup_function(aggregate->function);
	Outcome *result = palloc0(sizeof(Outcome));
	RlnExpr *expr = palloc0(sizeof(RlnExpr));

	result->name = aggregate->function;
	result->expr = expr;
	expr->kind = RLN_EXPR_AGGREGATE;
	expr->type = INT8OID;
	expr->text = function->function;
	expr->flag = function->distinct;
	if (aggregate->step == NULL)
	{
		if (strcmp(function->function, "count") != 0 || function->distinct)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s needs a field", aggregate->function)));
	}
	else if (strcmp(aggregate->function, "countAll") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("countAll counts rows: its field is \"*\"")));
	else
	{
		RlnExpr *argument =
			rln_expr_path(resolver, node->range, list_make1(aggregate->step), false);

		result->of = rln_step_key(aggregate->step);
		expr->arguments = list_make1(argument);
		expr->type = result_type(function, argument->type);
		expr->collation = get_typcollation(expr->type);
		if (OidIsValid(expr->collation) && OidIsValid(argument->collation))
			expr->collation = argument->collation;
	}
	*results = lappend(*results, result);
}

static const AggregateFunction *
lookup_function(const char *name)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < lengthof(functions); i++)
	{
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", functions[i].name);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no aggregate function \"%s\"", name),
			 errhint("The functions are %s.", known.data)));
}

/* 42883 where the type has no such function. */
static Oid
result_type(const AggregateFunction *function, Oid type)
{
	Oid base = getBaseType(type);
	Oid oid;
	Oid result;
	bool is_set;
	int variadic;
	Oid variadic_type;
	Oid *types;
	List *defaults = NIL;
	FuncDetailCode code;

	if (strcmp(function->function, "count") == 0)
		return INT8OID;
	code = func_get_detail(list_make2(makeString("pg_catalog"), makeString((char *) function->function)),
						   NIL, NIL, 1, &base, false, false, false, &oid, &result, &is_set,
						   &variadic, &variadic_type, &types, &defaults);
	if (code != FUNCDETAIL_AGGREGATE)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("type %s has no aggregate function \"%s\"", format_type_be(type), function->name)));
	return IsPolymorphicType(result) ? base : result;
}

/* Functions of fields stand in an object under the function's name. */
static void
add_output(RlnNode *node, const Outcome *result)
{
	RlnOutput *output;

	if (result->of == NULL)
	{
		output = find_output(node->outputs, result->name);
		if (output != NULL && output->kind == RLN_OUTPUT_OBJECT)
			output->outputs = lappend(output->outputs, make_value("*", result->expr));
		else if (output == NULL)
			node->outputs = lappend(node->outputs, make_value(result->name, result->expr));
		return;
	}
	output = find_output(node->outputs, result->name);
	if (output == NULL)
	{
		output = make_value(result->name, NULL);
		output->kind = RLN_OUTPUT_OBJECT;
		node->outputs = lappend(node->outputs, output);
	}
	else if (output->kind == RLN_OUTPUT_VALUE)
	{
		/* "count" of rows comes among those of fields */
		output->outputs = list_make1(make_value("*", output->expr));
		output->kind = RLN_OUTPUT_OBJECT;
	}
	if (find_output(output->outputs, result->of) == NULL)
		output->outputs = lappend(output->outputs, make_value(result->of, result->expr));
}

/* The results under the keys that were chosen. */
static List *
choose_outputs(const List *results, const List *choices)
{
	List *outputs = NIL;
	ListCell *lc;

	rln_ensure_few_fields(list_length(choices) - 1);
	foreach(lc, choices)
		outputs = lappend(outputs, choose_output(results, lfirst(lc)));
	return outputs;
}

static RlnOutput *
choose_output(const List *results, const RlnChoice *choice)
{
	RlnOutput *output = make_value(choice->key, NULL);
	const Outcome *result;
	ListCell *lc;

	switch (choice->kind)
	{
		case RLN_CHOICE_TEXT:
			output->kind = RLN_OUTPUT_TEXT;
			output->text = choice->text;
			return output;
		case RLN_CHOICE_OBJECT:
			output->kind = RLN_OUTPUT_OBJECT;
			output->outputs = choose_outputs(results, choice->choices);
			return output;
		case RLN_CHOICE_GROUP:
			output->kind = RLN_OUTPUT_OBJECT;
			foreach(lc, results)
			{
				result = lfirst(lc);
				if (result->steps != NIL)
					output->outputs =
						lappend(output->outputs, make_value(result->name, result->expr));
			}
			return output;
		case RLN_CHOICE_RESULT:
			result = find_result(results, choice->function,
								 choice->step == NULL ? NULL : rln_step_key(choice->step));
			if (result == NULL)
				break;
			output->expr = result->expr;
			output->as_string = choice->as_string;
			return output;
		default:
			break;
	}
	elog(ERROR, "choice \"%s\" is no result of a group", choice->key); /* should not happen */
}

static RlnOutput *
find_output(const List *outputs, const char *key)
{
	ListCell *lc;

	foreach(lc, outputs)
	{
		RlnOutput *output = lfirst(lc);

		if (strcmp(output->key, key) == 0)
			return output;
	}
	return NULL;
}

static RlnOutput *
make_value(const char *key, RlnExpr *expr)
{
	RlnOutput *output = palloc0(sizeof(RlnOutput));

	output->kind = RLN_OUTPUT_VALUE;
	output->key = key;
	output->expr = expr;
	return output;
}

/*
 * {"count": {op: n}}, {"sum": {"population": {op: n}}}, {"continent": {...}}:
 * result is what operators are about, function the one whose fields may be named.
 */
static RlnCondition *
resolve_having(const List *results, const Outcome *result, const char *function,
			   const RlnFilter *filter)
{
	List *conditions = NIL;
	const char *name;
	ListCell *lc;

	check_stack_depth();
	if (filter->path != NULL)
		rln_path_resume(filter->path);
	switch (filter->kind)
	{
		case RLN_FILTER_AND:
		case RLN_FILTER_OR:
		case RLN_FILTER_NOT:
			foreach(lc, filter->children)
				conditions = lappend(conditions,
									 resolve_having(results, result, function, lfirst(lc)));
			break;
		case RLN_FILTER_OPERATOR:
			if (result == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_SYNTAX_ERROR),
						 errmsg("an operator stands under a result: a group, or a function and its field")));
			conditions = list_make1(rln_condition_compare(result->expr, filter));
			break;
		case RLN_FILTER_FIELD:
			name = rln_step_key(filter->step);
			result = function == NULL ? find_result(results, name, NULL)
									  : find_result(results, function, name);
			if (result == NULL && (function != NULL || !is_function(results, name)))
				ereport(ERROR,
						(errcode(ERRCODE_UNDEFINED_COLUMN),
						 errmsg("\"%s\" is not among the results of aggregate and groupBy", name)));
			conditions = list_make1(resolve_having(results, result,
												   function == NULL ? name : function,
												   linitial(filter->children)));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("having knows operators only")));
	}
	if (filter->path != NULL)
		rln_path_leave(filter->path);
	if (filter->kind == RLN_FILTER_NOT)
		return rln_condition_make(RLN_COND_NOT, conditions);
	if (filter->kind == RLN_FILTER_OR)
		return rln_condition_make(conditions == NIL ? RLN_COND_FALSE : RLN_COND_OR, conditions);
	return rln_condition_make(conditions == NIL ? RLN_COND_TRUE : RLN_COND_AND, conditions);
}

static const Outcome *
find_result(const List *results, const char *name, const char *of)
{
	ListCell *lc;

	foreach(lc, results)
	{
		Outcome *result = lfirst(lc);

		if (strcmp(result->name, name) == 0 &&
			(of == NULL ? result->of == NULL : result->of != NULL && strcmp(result->of, of) == 0))
			return result;
	}
	return NULL;
}

static bool
is_function(const List *results, const char *name)
{
	ListCell *lc;

	foreach(lc, results)
	{
		Outcome *result = lfirst(lc);

		if (result->of != NULL && strcmp(result->name, name) == 0)
			return true;
	}
	return false;
}

/* By a group's own path or key, or by a function: "-count", "sum.population". */
static void
resolve_sort(RlnNode *node, const List *results, const RlnSort *sort)
{
	const Outcome *result = NULL;
	RlnOrder *order = palloc0(sizeof(RlnOrder));
	ListCell *lc;

	foreach(lc, results)
	{
		Outcome *group = lfirst(lc);

		if (group->steps != NIL && same_steps(group->steps, sort->steps))
			result = group;
	}
	if (result == NULL && list_length(sort->steps) == 1)
		result = find_result(results, rln_step_key(linitial(sort->steps)), NULL);
	if (result == NULL && list_length(sort->steps) == 2)
		result = find_result(results, ((RlnStep *) linitial(sort->steps))->name,
							 rln_step_key(lsecond(sort->steps)));
	if (result == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("groups can be sorted by results of aggregate and groupBy only")));
	order->expr = result->expr;
	order->descending = sort->descending;
	node->order = lappend(node->order, order);
}

static bool
same_steps(const List *a, const List *b)
{
	ListCell *la;
	ListCell *lb;

	if (list_length(a) != list_length(b))
		return false;
	forboth(la, a, lb, b)
	{
		if (strcmp(rln_step_key(lfirst(la)), rln_step_key(lfirst(lb))) != 0)
			return false;
	}
	return true;
}
