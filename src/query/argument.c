/*
 * argument.c
 *	  Which rows of a node, in which order, which part of them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

#include "base/sqltext.h"
#include "query/node.h"

static RlnCondition *required_condition(RlnResolver *resolver, RlnRange *range,
										const RlnRead *arguments, const RlnDeep *deep);
static RlnCondition *exists_below(RlnResolver *resolver, RlnRange *range, RlnLink *link,
								  const RlnRead *arguments);
static bool is_sorted_by(const List *order, const RlnExpr *expr);
static RlnOrder *make_order(RlnExpr *expr, bool descending);


/*
 * filter, search, and what the lists below require of a row: the conditions
 * under which a row of the range is there at all.
 */
List *
rln_resolve_conditions(RlnResolver *resolver, RlnRange *range, const RlnRead *arguments)
{
	List *conditions = NIL;
	ListCell *lc;

	check_stack_depth();
	if (arguments == NULL)
		return NIL;
	if (arguments->filter != NULL)
		conditions = lappend(conditions, rln_condition_filter(resolver, range, arguments->filter));
	if (arguments->search != NULL)
		conditions = lappend(conditions, rln_condition_search(range, arguments->search));
	foreach(lc, arguments->deep)
	{
		RlnDeep *deep = lfirst(lc);

		if (!deep->query->required)
			continue;
		if (deep->path != NULL)
			rln_path_resume(deep->path);
		conditions = lappend(conditions, required_condition(resolver, range, arguments, deep));
		if (deep->path != NULL)
			rln_path_leave(deep->path);
	}
	return conditions;
}

/* There is something in the list; of an item, if it is of the collection meant. */
static RlnCondition *
required_condition(RlnResolver *resolver, RlnRange *range, const RlnRead *arguments,
				   const RlnDeep *deep)
{
	const RlnStep *meant = rln_alias_step(arguments, deep->name);
	RlnFieldInfo *field = rln_field_lookup(range->relid, meant == NULL ? deep->name : meant->name);
	List *conditions = NIL;
	ListCell *lc;

	if (field->edge == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("field \"%s\" of \"%s\" is not relational", field->name,
						rln_table_label(range->relid))));
	if (!(field->forward && RLN_IS_ANY(field->edge)))
		return exists_below(resolver, range, rln_link_of_field(range->relid, field), deep->query);
	foreach(lc, rln_scope_targets(field->edge, deep->scope))
	{
		RlnLink *link = rln_link_make(field->edge, true, range->relid, lfirst_oid(lc));
		RlnCondition *means = rln_condition_make(RLN_COND_ANY, NIL);
		RlnCondition *exists = exists_below(resolver, range, link, deep->query);

		means->link = link;
		means->range = range;
		if (deep->scope == NULL)
			conditions = lappend(conditions,
								 rln_condition_make(RLN_COND_AND, list_make2(means, exists)));
		else
		{
			/* an item of another collection is not what is meant */
			RlnCondition *other = rln_condition_make(RLN_COND_UNTRUE, list_make1(means));

			conditions = lappend(conditions,
								 rln_condition_make(RLN_COND_OR, list_make2(other, exists)));
		}
	}
	return rln_condition_make(deep->scope == NULL ? RLN_COND_OR : RLN_COND_AND, conditions);
}

static RlnCondition *
exists_below(RlnResolver *resolver, RlnRange *range, RlnLink *link, const RlnRead *arguments)
{
	RlnCondition *exists = rln_condition_make(RLN_COND_EXISTS, NIL);

	if (arguments->having != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("_required does not look at groups")));
	if (arguments->limit == 0)
		return rln_condition_make(RLN_COND_FALSE, NIL);
	rln_enter_relation(resolver);
	exists->sub = rln_sub_make(resolver, range, link);
	exists->sub->where = rln_resolve_conditions(resolver, exists->sub->range, arguments);
	exists->sub->offset = arguments->offset;
	if (arguments->page > 1)
		exists->sub->offset = (arguments->page - 1) * arguments->limit;
	rln_leave_relation(resolver);
	return exists;
}

/*
 * sort, or the alias's sort field; then the key, so that pages neither overlap
 * nor gap.
 */
void
rln_resolve_order(RlnResolver *resolver, RlnNode *node, const RlnRead *arguments)
{
	const RlnLink *link = node->link;
	ListCell *lc;

	if (arguments != NULL && arguments->sort != NIL)
	{
		foreach(lc, arguments->sort)
		{
			RlnSort *sort = lfirst(lc);
			RlnStep *first = linitial(sort->steps);
			const RlnStep *meant =
				first->function == NULL ? rln_alias_step(arguments, first->name) : NULL;
			List *steps = sort->steps;

			if (meant != NULL)
				steps = lcons((void *) meant, list_copy_tail(sort->steps, 1));
			if (sort->path != NULL)
				rln_path_resume(sort->path);
			node->order =
				lappend(node->order,
						make_order(rln_expr_path(resolver, node->range, steps, sort->descending),
								   sort->descending));
			if (sort->path != NULL)
				rln_path_leave(sort->path);
		}
	}
	else if (link != NULL && !link->to_one && link->edge->sort_column != NULL &&
			 rln_column_is_readable(link->to, link->edge->sort_column))
		node->order =
			list_make1(make_order(rln_expr_column(node->range, link->edge->sort_column), false));
	node->order = rln_order_by_key(node->range, node->order);
}

/* The order with the range's key behind it, as far as the caller may read it. */
List *
rln_order_by_key(RlnRange *range, List *order)
{
	ListCell *lc;

	foreach(lc, rln_key_columns(range->relid))
	{
		RlnExpr *expr;

		if (!rln_column_is_readable(range->relid, lfirst(lc)))
			continue;
		expr = rln_expr_column(range, lfirst(lc));
		if (!is_sorted_by(order, expr))
			order = lappend(order, make_order(expr, false));
	}
	return order;
}

static bool
is_sorted_by(const List *order, const RlnExpr *expr)
{
	ListCell *lc;

	foreach(lc, order)
	{
		RlnExpr *other = ((RlnOrder *) lfirst(lc))->expr;

		if (other->kind == RLN_EXPR_COLUMN && other->range == expr->range &&
			strcmp(other->text, expr->text) == 0)
			return true;
	}
	return false;
}

/* 42883 where the type has no order. */
static RlnOrder *
make_order(RlnExpr *expr, bool descending)
{
	RlnOrder *order = palloc(sizeof(RlnOrder));
	TypeCacheEntry *type = lookup_type_cache(expr->type, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);

	if (!OidIsValid(type->lt_opr) || !OidIsValid(type->gt_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("values of type %s cannot be sorted", format_type_be(expr->type))));

	order->expr = expr;
	order->descending = descending;
	return order;
}

/* limit, offset and page; the node has the default limit, or none */
void
rln_resolve_page(RlnNode *node, const RlnRead *arguments)
{
	if (arguments == NULL)
		return;
	if (node->link != NULL && node->link->to_one &&
		(arguments->limit != RLN_LIMIT_DEFAULT || arguments->offset != 0 || arguments->page != 0 ||
		 (arguments->sort != NIL && !RLN_IS_OF_KEYS(node->link))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 !RLN_IS_OF_KEYS(node->link)
					 ? errmsg("\"%s\" leads to one item: it has no order and no pages", node->path)
					 : errmsg("items that are given by their keys have no pages")));
	if (arguments->limit != RLN_LIMIT_DEFAULT)
		node->limit = arguments->limit;
	node->offset = arguments->offset;
	if (arguments->page > 1)
	{
		if (node->limit == RLN_LIMIT_NONE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a page needs a limit")));
		if (arguments->page > PG_INT64_MAX / Max(node->limit, 1))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("page is out of range")));
		node->offset = (arguments->page - 1) * node->limit;
	}
}
