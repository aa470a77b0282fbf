/*
 * condition.c
 *	  Filters to conditions.
 *
 * What a filter is about changes as one goes down: a row (fields may be named),
 * a value (operators), an alias (quantifiers, and fields of one row of it).  A
 * to-one end is joined, so that a condition on it is null where there is no
 * row, as in the outer join that one would write; each mention of an alias is a
 * sub-select of its own, about one row of it.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "query/node.h"

/* what a filter is about */
typedef struct Subject
{
	RlnRange *range;		   /* a row, whose fields may be named; or NULL */
	List *value;			   /* RlnExpr *: a value; several of a compound key */
	List *names;			   /* char *: of what a compound key refers to, or NIL */
	const RlnFieldInfo *alias; /* quantifiers may be asked, with range on its near side */
	const RlnFieldInfo *any;   /* an item: the scope's targets are what fields belong to */
	const char *scope;
	const RlnFieldInfo *field; /* for messages */
} Subject;

static RlnCondition *resolve(RlnResolver *resolver, const Subject *subject,
							 const RlnFilter *filter);
static RlnCondition *resolve_node(RlnResolver *resolver, const Subject *subject,
								  const RlnFilter *filter);
static RlnCondition *resolve_list(RlnResolver *resolver, const Subject *subject,
								  const RlnFilter *filter);
static RlnCondition *resolve_field(RlnResolver *resolver, RlnRange *range,
								   const RlnFilter *filter);
static RlnCondition *resolve_alias(RlnResolver *resolver, RlnRange *range,
								   const RlnFieldInfo *field, const RlnFilter *filter);
static bool is_empty(const RlnFilter *filter);
static bool is_about_alias(const RlnFilter *filter);
static bool holds(const RlnFilter *filter, RlnFilterKind kind);
static RlnCondition *test_alias(RlnResolver *resolver, RlnRange *range,
								const RlnFieldInfo *field, const RlnFilter *filter);
static RlnCondition *make_exists(RlnResolver *resolver, RlnRange *range,
								 const RlnFieldInfo *field, const RlnFilter *filter,
								 RlnFilterKind quantifier);
static RlnCondition *test_count(RlnResolver *resolver, RlnRange *range,
								const RlnFieldInfo *field, const RlnFilter *filter);
static RlnCondition *resolve_any(RlnResolver *resolver, const Subject *subject,
								 const RlnFilter *filter);
static bool has_first_field(Oid relid, const RlnFilter *filter);
static RlnCondition *resolve_json(RlnExpr *column, const RlnFilter *filter);
static RlnCondition *resolve_json_field(RlnExpr *column, const RlnFilter *filter);
RLN_NORETURN static void refuse_field(const Subject *subject, const RlnFilter *filter);
RLN_NORETURN static void refuse_operator(const Subject *subject, const RlnFilter *filter);


/* The filter about a row of the range. */
RlnCondition *
rln_condition_filter(RlnResolver *resolver, RlnRange *range, const RlnFilter *filter)
{
	Subject subject = {.range = range};

	return resolve(resolver, &subject, filter);
}

/* Under the filter's own path, which every error then carries. */
static RlnCondition *
resolve(RlnResolver *resolver, const Subject *subject, const RlnFilter *filter)
{
	RlnCondition *condition;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (filter->path != NULL)
		rln_path_resume(filter->path);
	condition = resolve_node(resolver, subject, filter);
	if (filter->path != NULL)
		rln_path_leave(filter->path);
	return condition;
}

static RlnCondition *
resolve_node(RlnResolver *resolver, const Subject *subject, const RlnFilter *filter)
{
	switch (filter->kind)
	{
		case RLN_FILTER_AND:
		case RLN_FILTER_OR:
		case RLN_FILTER_NOT:
			return resolve_list(resolver, subject, filter);
		case RLN_FILTER_FIELD:
			if (subject->any != NULL)
				return resolve_any(resolver, subject, filter);
			if (subject->range == NULL)
				refuse_field(subject, filter);
			return resolve_field(resolver, subject->range, filter);
		case RLN_FILTER_OPERATOR:
			if (subject->value == NIL)
				refuse_operator(subject, filter);
			return rln_condition_key(subject->value, subject->names, filter);
		case RLN_FILTER_JSON:
			if (list_length(subject->value) != 1)
				refuse_operator(subject, filter);
			return resolve_json(linitial(subject->value), linitial(filter->children));
		default:
			refuse_operator(subject, filter);
	}
}

static RlnCondition *
resolve_list(RlnResolver *resolver, const Subject *subject, const RlnFilter *filter)
{
	List *conditions = NIL;
	ListCell *lc;

	foreach(lc, filter->children)
		conditions = lappend(conditions, resolve(resolver, subject, lfirst(lc)));
	if (filter->kind == RLN_FILTER_NOT)
		return rln_condition_make(RLN_COND_NOT, conditions);
	if (filter->kind == RLN_FILTER_OR)
		return rln_condition_make(conditions == NIL ? RLN_COND_FALSE : RLN_COND_OR, conditions);
	return rln_condition_make(conditions == NIL ? RLN_COND_TRUE : RLN_COND_AND, conditions);
}

static RlnCondition *
resolve_field(RlnResolver *resolver, RlnRange *range, const RlnFilter *filter)
{
	const RlnStep *step = filter->step;
	const RlnFilter *inner = linitial(filter->children);
	Subject subject = {0};
	RlnCondition *condition;
	ListCell *lc;

	subject.field = rln_field_lookup(range->relid, step->name);
	if (step->function != NULL)
	{
		subject.value = list_make1(rln_expr_function(resolver, range, step));
		return resolve(resolver, &subject, inner);
	}
	if (subject.field->column != NULL)
		subject.value = list_make1(rln_expr_column(range, step->name));
	if (subject.field->edge == NULL)
		return resolve(resolver, &subject, inner);

	rln_enter_relation(resolver);
	if (!subject.field->forward)
		condition = resolve_alias(resolver, range, subject.field, inner);
	else
	{
		if (subject.field->column == NULL)
		{
			foreach(lc, subject.field->edge->columns)
				subject.value = lappend(subject.value, rln_expr_column(range, lfirst(lc)));
			subject.names = ((RlnTarget *) linitial(subject.field->edge->targets))->columns;
		}
		if (RLN_IS_ANY(subject.field->edge))
		{
			subject.any = subject.field;
			subject.scope = step->scope;
			subject.range = range;
			if (step->scope != NULL)
				subject.value = NIL;
			condition = step->scope == NULL ? resolve(resolver, &subject, inner)
											: resolve_any(resolver, &subject, inner);
		}
		else
		{
			RlnLink *link = rln_link_of_field(range->relid, subject.field);

			if (holds(inner, RLN_FILTER_FIELD))
				subject.range = rln_range_join(resolver, range, link);
			condition = resolve(resolver, &subject, inner);
		}
	}
	rln_leave_relation(resolver);
	return condition;
}

/*
 * What stands under an alias.  Tests of the alias itself stand alone; all the
 * rest together is about one row of it.  Logic goes round the mentions where it
 * holds such tests, and is within the one row where it holds none.
 */
static RlnCondition *
resolve_alias(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field,
			  const RlnFilter *filter)
{
	List *conditions = NIL;
	List *rest = NIL;
	ListCell *lc;

	check_stack_depth();
	if (!is_about_alias(filter))
	{
		if (is_empty(filter))
			return rln_condition_make(RLN_COND_TRUE, NIL);
		return make_exists(resolver, range, field, filter, RLN_FILTER_SOME);
	}
	if (filter->kind != RLN_FILTER_AND && filter->kind != RLN_FILTER_OR &&
		filter->kind != RLN_FILTER_NOT)
	{
		RlnCondition *condition;

		if (filter->path != NULL)
			rln_path_resume(filter->path);
		condition = test_alias(resolver, range, field, filter);
		if (filter->path != NULL)
			rln_path_leave(filter->path);
		return condition;
	}
	foreach(lc, filter->children)
	{
		if (filter->kind == RLN_FILTER_AND && !is_about_alias(lfirst(lc)))
			rest = lappend(rest, lfirst(lc));
		else
			conditions = lappend(conditions, resolve_alias(resolver, range, field, lfirst(lc)));
	}
	if (filter->kind == RLN_FILTER_NOT)
		return rln_condition_make(RLN_COND_NOT, conditions);
	if (rest != NIL)
	{
		RlnFilter *together = palloc0(sizeof(RlnFilter));

		together->kind = RLN_FILTER_AND;
		together->children = rest;
		conditions = lcons(make_exists(resolver, range, field, together, RLN_FILTER_SOME),
						   conditions);
	}
	return rln_condition_make(filter->kind == RLN_FILTER_AND ? RLN_COND_AND : RLN_COND_OR,
							  conditions);
}

/* {}, or an AND of such */
static bool
is_empty(const RlnFilter *filter)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, filter->children)
	{
		if (!is_empty(lfirst(lc)))
			return false;
	}
	return filter->kind == RLN_FILTER_AND;
}

/* Is there a test of the alias itself in it, not below a further field? */
static bool
is_about_alias(const RlnFilter *filter)
{
	ListCell *lc;

	check_stack_depth();
	switch (filter->kind)
	{
		case RLN_FILTER_SOME:
		case RLN_FILTER_NONE:
		case RLN_FILTER_EVERY:
		case RLN_FILTER_COUNT:
			return true;
		case RLN_FILTER_OPERATOR:
			return filter->op == RLN_NULL || filter->op == RLN_EMPTY;
		case RLN_FILTER_AND:
		case RLN_FILTER_OR:
		case RLN_FILTER_NOT:
			foreach(lc, filter->children)
			{
				if (is_about_alias(lfirst(lc)))
					return true;
			}
			return false;
		default:
			return false;
	}
}

/* Is there one of that kind in it, not below a field or a quantifier? */
static bool
holds(const RlnFilter *filter, RlnFilterKind kind)
{
	ListCell *lc;

	check_stack_depth();
	if (filter->kind == RLN_FILTER_AND || filter->kind == RLN_FILTER_OR ||
		filter->kind == RLN_FILTER_NOT)
	{
		foreach(lc, filter->children)
		{
			if (holds(lfirst(lc), kind))
				return true;
		}
	}
	return filter->kind == kind;
}

static RlnCondition *
test_alias(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field,
		   const RlnFilter *filter)
{
	RlnCondition *condition;

	if (filter->kind == RLN_FILTER_COUNT)
		return test_count(resolver, range, field, filter);
	if (filter->kind != RLN_FILTER_OPERATOR)
		return make_exists(resolver, range, field, linitial(filter->children), filter->kind);

	/* null or empty: it has none */
	condition = make_exists(resolver, range, field, NULL, RLN_FILTER_NONE);
	condition->negated = !filter->negated;
	return condition;
}

/* [NOT] EXISTS (a row of the alias for which the filter holds) */
static RlnCondition *
make_exists(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field,
			const RlnFilter *filter, RlnFilterKind quantifier)
{
	RlnLink *link = rln_link_of_field(range->relid, field);
	RlnCondition *exists = rln_condition_make(RLN_COND_EXISTS, NIL);
	Subject subject = {.field = field};

	exists->sub = rln_sub_make(resolver, range, link);
	exists->negated = quantifier != RLN_FILTER_SOME;
	if (filter != NULL)
	{
		RlnCondition *condition;

		/* operators there are about its key */
		subject.range = exists->sub->range;
		if (holds(filter, RLN_FILTER_OPERATOR))
			subject.value = rln_key_exprs(exists->sub->range);
		condition = resolve(resolver, &subject, filter);
		if (quantifier == RLN_FILTER_EVERY)
			condition = rln_condition_make(RLN_COND_UNTRUE, list_make1(condition));
		exists->sub->where = list_make1(condition);
	}
	return exists;
}

/* {"_count": {op: n}, "_filter": {...}} */
static RlnCondition *
test_count(RlnResolver *resolver, RlnRange *range, const RlnFieldInfo *field,
		   const RlnFilter *filter)
{
	RlnExpr *count = palloc0(sizeof(RlnExpr));
	Subject subject = {.value = list_make1(count), .field = field};

	count->kind = RLN_EXPR_COUNT;
	count->type = INT8OID;
	count->sub = rln_sub_make(resolver, range, rln_link_of_field(range->relid, field));
	if (filter->within != NULL)
	{
		Subject rows = {.range = count->sub->range, .field = field};

		if (holds(filter->within, RLN_FILTER_OPERATOR))
			rows.value = rln_key_exprs(count->sub->range);
		count->sub->where = list_make1(resolve(resolver, &rows, filter->within));
	}
	return resolve(resolver, &subject, linitial(filter->children));
}

/*
 * What stands under an item: for each collection that is meant, that the item
 * is of it and the filter holds there.  Without a scope it is every collection
 * that has the field.
 */
static RlnCondition *
resolve_any(RlnResolver *resolver, const Subject *subject, const RlnFilter *filter)
{
	const RlnEdge *edge = subject->any->edge;
	List *conditions = NIL;
	ListCell *lc;

	foreach(lc, rln_scope_targets(edge, subject->scope))
	{
		Oid relid = lfirst_oid(lc);
		RlnLink *link;
		RlnCondition *means;
		RlnCondition *condition;
		Subject target = {.field = subject->any};

		if (subject->scope == NULL && !has_first_field(relid, filter))
			continue;
		link = rln_link_make(edge, true, subject->range->relid, relid);
		means = rln_condition_make(RLN_COND_ANY, NIL);
		means->link = link;
		means->range = subject->range;
		if (holds(filter, RLN_FILTER_FIELD))
			target.range = rln_range_join(resolver, subject->range, link);
		if (subject->scope != NULL && holds(filter, RLN_FILTER_OPERATOR))
			target.value = rln_key_exprs(rln_range_join(resolver, subject->range, link));
		condition = resolve(resolver, &target, filter);
		conditions = lappend(conditions,
							 rln_condition_make(RLN_COND_AND, list_make2(means, condition)));
	}
	if (conditions == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("no collection allowed in field \"%s\" of \"%s\" has a field \"%s\"",
						subject->any->name, rln_table_label(subject->range->relid),
						filter->step->name)));
	return rln_condition_make(RLN_COND_OR, conditions);
}

static bool
has_first_field(Oid relid, const RlnFilter *filter)
{
	return rln_field_get(relid, filter->step->name) != NULL;
}

/* {"_json": {"a.b[0]": {op: value}}} */
static RlnCondition *
resolve_json(RlnExpr *column, const RlnFilter *filter)
{
	Oid type = getBaseType(column->type);
	List *conditions = NIL;
	ListCell *lc;

	check_stack_depth();
	if (type != JSONOID && type != JSONBOID)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("type %s has no operator _json", format_type_be(type))));
	if (filter->kind == RLN_FILTER_FIELD)
		return resolve_json_field(column, filter);
	if (filter->kind != RLN_FILTER_AND && filter->kind != RLN_FILTER_OR &&
		filter->kind != RLN_FILTER_NOT)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("_json expects paths, each with operators")));
	foreach(lc, filter->children)
		conditions = lappend(conditions, resolve_json(column, lfirst(lc)));
	if (filter->kind == RLN_FILTER_NOT)
		return rln_condition_make(RLN_COND_NOT, conditions);
	if (filter->kind == RLN_FILTER_OR)
		return rln_condition_make(conditions == NIL ? RLN_COND_FALSE : RLN_COND_OR, conditions);
	return rln_condition_make(conditions == NIL ? RLN_COND_TRUE : RLN_COND_AND, conditions);
}

/* The value at the path, as text. */
static RlnCondition *
resolve_json_field(RlnExpr *column, const RlnFilter *filter)
{
	RlnExpr *expr = palloc0(sizeof(RlnExpr));
	Subject subject = {.value = list_make1(expr)};
	RlnFieldInfo field = {.name = filter->step->name};
	RlnResolver none = {0};

	expr->kind = RLN_EXPR_JSON_TEXT;
	expr->type = TEXTOID;
	expr->collation = DEFAULT_COLLATION_OID;
	expr->arguments = list_make1(column);
	expr->names = filter->step->json_path;
	subject.field = &field;
	return resolve(&none, &subject, linitial(filter->children));
}

/* A field below what has none: most often an operator that there is not. */
static void
refuse_field(const Subject *subject, const RlnFilter *filter)
{
	if (filter->step->name[0] == '_')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("there is no operator %s", filter->step->name)));
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("field \"%s\" is not relational", subject->field->name)));
}

static void
refuse_operator(const Subject *subject, const RlnFilter *filter)
{
	if (filter->kind == RLN_FILTER_OPERATOR && subject->field == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("operator %s stands outside of any field",
						rln_operator_name(filter->op, filter->negated))));
	if (filter->kind == RLN_FILTER_OPERATOR)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("field \"%s\" has no operator %s", subject->field->name,
						rln_operator_name(filter->op, filter->negated))));
	if (filter->kind == RLN_FILTER_JSON)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("_json is an operator of json fields")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 subject->field == NULL
				 ? errmsg("a quantifier stands under an alias")
				 : errmsg("field \"%s\" is not an alias, which alone has quantifiers", subject->field->name)));
}
