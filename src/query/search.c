/*
 * search.c
 *	  One term in all columns of a table.
 */
#include "postgres.h"

#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "query/node.h"

static RlnCondition *search_column(RlnExpr *column, const RlnSearch *search);
static bool is_number(Oid type);

/*
 * Text columns hold the term, in whatever case; numeric and uuid columns are
 * equal to it, where it is such a value.  Of the range's own table only, and of
 * the columns that the caller may read; without any such column no row.
 */
RlnCondition *
rln_condition_search(RlnRange *range, const RlnSearch *search)
{
	List *conditions = NIL;
	ListCell *lc;

	foreach(lc, rln_fields_load(range->relid))
	{
		RlnFieldInfo *field = lfirst(lc);
		RlnCondition *condition;

		if (field->column == NULL || !rln_column_is_readable(range->relid, field->name))
			continue;
		condition = search_column(rln_expr_column(range, field->name), search);
		if (condition != NULL)
			conditions = lappend(conditions, condition);
	}
	if (conditions == NIL)
		return rln_condition_make(RLN_COND_FALSE, NIL);
	return rln_condition_make(RLN_COND_OR, conditions);
}

/* NULL where the column cannot hold it. */
static RlnCondition *
search_column(RlnExpr *column, const RlnSearch *search)
{
	RlnFilter filter = {.kind = RLN_FILTER_OPERATOR, .value = search->term};
	Oid type = getBaseType(column->type);
	RlnCondition *condition;
	char category;
	bool preferred;

	get_type_category_preferred(type, &category, &preferred);
	if (category == TYPCATEGORY_STRING)
	{
		filter.op = RLN_ICONTAINS;
		return rln_condition_compare(column, &filter);
	}
	filter.op = RLN_EQ;
	if (type == UUIDOID && search->is_uuid)
		return rln_condition_compare(column, &filter);
	if (!search->is_number || !is_number(type))
		return NULL;

	/* as numeric: the term may be out of the column's range */
	condition = rln_condition_compare(column, &filter);
	condition->left_type = NUMERICOID;
	condition->op = rln_equality_operator(NUMERICOID, NUMERICOID);
	condition->param->type = NUMERICOID;
	condition->by_key = false;
	return condition;
}

static bool
is_number(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			return true;
		default:
			return false;
	}
}
