/*
 * compare.c
 *	  Operators against types.
 *
 * Which operators a type has is asked of the catalogs, not of a list: equality
 * and order are those of its default operator classes, text operators are
 * those of text.  A value is read by the type's own input function, so that
 * what it is never depends on how it looks.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/sqltext.h"
#include "query/node.h"

/* operators of text; pg_operator.h has a name for some of them */
#define TEXT_LIKE 1209
#define TEXT_NOT_LIKE 1210
#define TEXT_ILIKE 1627
#define TEXT_NOT_ILIKE 1628
#define TEXT_REGEX 641

static RlnCondition *compare(RlnExpr *expr, const RlnFilter *filter);
static RlnCondition *test(RlnExpr *expr, const RlnFilter *filter, Oid op);
static RlnCondition *test_list(RlnExpr *expr, const RlnFilter *filter, Oid op);
static RlnCondition *test_between(RlnExpr *expr, const RlnFilter *filter);
static RlnCondition *test_text(RlnExpr *expr, const RlnFilter *filter);
static RlnCondition *test_empty(RlnExpr *expr, const RlnFilter *filter);
static RlnParam *make_param(const RlnFilter *filter, RlnParamForm form, Oid type);
static bool is_text(Oid type);
static Oid order_operator(Oid type, int strategy);
static Oid operand_type(Oid op, Oid type);
static bool is_geometry(Oid type);
RLN_NORETURN static void refuse(Oid type, const RlnFilter *filter);


/*
 * "expr operator value"; 42883 with the list of those that the type has where
 * it does not have this one.
 */
RlnCondition *
rln_condition_compare(RlnExpr *expr, const RlnFilter *filter)
{
	RlnCondition *condition;

	if (filter->path != NULL)
		rln_path_resume(filter->path);
	if (expr->kind == RLN_EXPR_JSON_TEXT && filter->value != NULL &&
		rln_value_is_number(filter->value))
	{
		RlnExpr *number = palloc(sizeof(RlnExpr));

		*number = *expr;
		number->kind = RLN_EXPR_JSON_NUMBER;
		number->type = NUMERICOID;
		number->collation = InvalidOid;
		expr = number;
	}
	condition = compare(expr, filter);
	if (filter->path != NULL)
		rln_path_leave(filter->path);
	return condition;
}

RlnCondition *
rln_condition_make(RlnConditionKind kind, List *children)
{
	RlnCondition *condition = palloc0(sizeof(RlnCondition));

	condition->kind = kind;
	condition->children = children;
	return condition;
}

static RlnCondition *
compare(RlnExpr *expr, const RlnFilter *filter)
{
	Oid type = getBaseType(expr->type);
	RlnCondition *condition;

	if (!rln_type_has_operator(type, filter->op))
		refuse(type, filter);
	switch (filter->op)
	{
		case RLN_EQ:
			return test(expr, filter, rln_equality_operator(type, type));
		case RLN_LT:
			return test(expr, filter, order_operator(type, BTLessStrategyNumber));
		case RLN_LTE:
			return test(expr, filter, order_operator(type, BTLessEqualStrategyNumber));
		case RLN_GT:
			return test(expr, filter, order_operator(type, BTGreaterStrategyNumber));
		case RLN_GTE:
			return test(expr, filter, order_operator(type, BTGreaterEqualStrategyNumber));
		case RLN_IN:
			return test_list(expr, filter, rln_equality_operator(type, type));
		case RLN_BETWEEN:
			return test_between(expr, filter);
		case RLN_NULL:
			condition = rln_condition_make(RLN_COND_NULL, NIL);
			condition->left = expr;
			condition->negated = filter->negated;
			return condition;
		case RLN_EMPTY:
			return test_empty(expr, filter);
		default:
			return test_text(expr, filter);
	}
}

static RlnCondition *
test(RlnExpr *expr, const RlnFilter *filter, Oid op)
{
	RlnCondition *condition = rln_condition_make(RLN_COND_TEST, NIL);
	Oid type = operand_type(op, expr->type);

	condition->left = expr;
	condition->left_type = type;
	condition->op = op;
	condition->negated = filter->negated;
	condition->param = make_param(filter, RLN_PARAM_VALUE, type);
	condition->by_key = filter->op == RLN_EQ && !filter->negated &&
		expr->kind == RLN_EXPR_COLUMN &&
		rln_columns_unique(expr->range->relid, list_make1((char *) expr->text));
	return condition;
}

static RlnCondition *
test_list(RlnExpr *expr, const RlnFilter *filter, Oid op)
{
	RlnCondition *condition = test(expr, filter, op);

	condition->kind = RLN_COND_LIST;
	condition->param->form = RLN_PARAM_LIST;
	if (!OidIsValid(get_array_type(condition->left_type)))
		refuse(getBaseType(expr->type), filter);
	condition->by_key = !filter->negated && expr->kind == RLN_EXPR_COLUMN &&
		rln_columns_unique(expr->range->relid, list_make1((char *) expr->text));
	return condition;
}

/* low <= expr AND expr <= high */
static RlnCondition *
test_between(RlnExpr *expr, const RlnFilter *filter)
{
	Oid type = getBaseType(expr->type);
	RlnFilter positive = *filter;
	RlnCondition *condition;
	List *bounds = NIL;

	positive.negated = false;
	for (int i = 0; i < 2; i++)
	{
		int strategy = i == 0 ? BTGreaterEqualStrategyNumber : BTLessEqualStrategyNumber;
		RlnCondition *bound = test(expr, &positive, order_operator(type, strategy));

		bound->param->form = RLN_PARAM_ELEMENT;
		bound->param->element = i;
		bound->param->elements = 2;
		bounds = lappend(bounds, bound);
	}
	condition = rln_condition_make(RLN_COND_AND, bounds);
	if (filter->negated)
		condition = rln_condition_make(RLN_COND_NOT, list_make1(condition));
	return condition;
}

/* LIKE, ILIKE and the like; what a value has of %, _ and \ stands for itself. */
static RlnCondition *
test_text(RlnExpr *expr, const RlnFilter *filter)
{
	RlnCondition *condition;
	RlnParamForm form = RLN_PARAM_VALUE;
	Oid op = TEXT_LIKE;

	switch (filter->op)
	{
		case RLN_ICONTAINS:
			op = TEXT_ILIKE;
			/* fall through */
		case RLN_CONTAINS:
			form = RLN_PARAM_CONTAINS;
			break;
		case RLN_ISTARTS_WITH:
			op = TEXT_ILIKE;
			/* fall through */
		case RLN_STARTS_WITH:
			form = RLN_PARAM_STARTS_WITH;
			break;
		case RLN_IENDS_WITH:
			op = TEXT_ILIKE;
			/* fall through */
		case RLN_ENDS_WITH:
			form = RLN_PARAM_ENDS_WITH;
			break;
		case RLN_IEQ:
			op = TEXT_ILIKE;
			form = RLN_PARAM_EXACTLY;
			break;
		default:
			op = TEXT_REGEX;
			form = RLN_PARAM_REGEX;
			break;
	}
	if (filter->negated)
		op = op == TEXT_LIKE ? TEXT_NOT_LIKE : TEXT_NOT_ILIKE;
	condition = test(expr, filter, op);
	condition->negated = false;
	condition->param->form = form;
	condition->by_key = false;
	return condition;
}

/* Null or the empty text. */
static RlnCondition *
test_empty(RlnExpr *expr, const RlnFilter *filter)
{
	RlnCondition *null = rln_condition_make(RLN_COND_NULL, NIL);
	RlnCondition *empty = rln_condition_make(RLN_COND_TEST, NIL);
	RlnCondition *condition;

	null->left = expr;
	empty->left = expr;
	empty->left_type = TEXTOID;
	empty->op = TextEqualOperator;
	condition = rln_condition_make(RLN_COND_OR, list_make2(null, empty));
	if (filter->negated)
		condition = rln_condition_make(RLN_COND_NOT, list_make1(condition));
	return condition;
}

/*
 * The same for a compound key, which is given as an array or an object; names
 * are those of the columns that it refers to, or NIL.
 */
RlnCondition *
rln_condition_key(List *exprs, List *names, const RlnFilter *filter)
{
	RlnCondition *condition;
	ListCell *lc;

	if (list_length(exprs) == 1)
		return rln_condition_compare(linitial(exprs), filter);
	if (filter->op == RLN_NULL)
	{
		/* it refers to nothing as soon as one column is null */
		List *nulls = NIL;

		foreach(lc, exprs)
		{
			RlnFilter positive = *filter;

			positive.negated = false;
			nulls = lappend(nulls, rln_condition_compare(lfirst(lc), &positive));
		}
		condition = rln_condition_make(RLN_COND_OR, nulls);
		if (filter->negated)
			condition = rln_condition_make(RLN_COND_NOT, list_make1(condition));
		return condition;
	}
	if (filter->op != RLN_EQ && filter->op != RLN_IN)
	{
		if (filter->path != NULL)
			rln_path_resume(filter->path);
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("a compound key has no operator %s",
						rln_operator_name(filter->op, filter->negated)),
				 errhint("It has _eq, _neq, _in, _nin, _null and _nnull.")));
	}
	condition = rln_condition_make(RLN_COND_KEYS, NIL);
	condition->lefts = exprs;
	condition->negated = filter->negated;
	foreach(lc, exprs)
	{
		RlnExpr *expr = lfirst(lc);
		Oid type = getBaseType(expr->type);
		RlnParam *param;

		if (!OidIsValid(rln_equality_operator(type, type)))
			refuse(type, filter);
		param = make_param(filter,
						   filter->op == RLN_EQ ? RLN_PARAM_KEY : RLN_PARAM_KEY_LIST,
						   operand_type(rln_equality_operator(type, type), type));
		param->element = foreach_current_index(lc);
		param->elements = list_length(exprs);
		param->name = expr->text;
		if (names != NIL)
			param->other_name = list_nth(names, foreach_current_index(lc));
		condition->params = lappend(condition->params, param);
		condition->operators =
			lappend_oid(condition->operators, rln_equality_operator(type, type));
	}
	return condition;
}

/* The key of the range's table is the value: for one item.  42704 without a key. */
RlnCondition *
rln_condition_item(RlnRange *range, int value)
{
	RlnFilter filter = {.kind = RLN_FILTER_OPERATOR, .op = RLN_EQ};
	RlnValue key = {.index = value};
	List *exprs = rln_key_exprs(range);

	if (exprs == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("collection \"%s\" has no key", rln_table_label(range->relid))));
	filter.value = &key;
	return rln_condition_key(exprs, NIL, &filter);
}

static RlnParam *
make_param(const RlnFilter *filter, RlnParamForm form, Oid type)
{
	RlnParam *param = palloc0(sizeof(RlnParam));

	param->value = filter->value->index;
	param->form = form;
	param->type = type;
	return param;
}

/* Can values of the type, which is no domain, be asked that? */
bool
rln_type_has_operator(Oid type, RlnOperator op)
{
	switch (op)
	{
		case RLN_NULL:
			return true;
		case RLN_EQ:
			return OidIsValid(rln_equality_operator(type, type));
		case RLN_IN:
			return OidIsValid(rln_equality_operator(type, type)) &&
				OidIsValid(get_array_type(type));
		case RLN_LT:
		case RLN_LTE:
		case RLN_GT:
		case RLN_GTE:
		case RLN_BETWEEN:
			return OidIsValid(order_operator(type, BTLessStrategyNumber));
		case RLN_INTERSECTS:
		case RLN_INTERSECTS_BBOX:
			return false;
		default:
			return is_text(type);
	}
}

static bool
is_text(Oid type)
{
	char category;
	bool preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING;
}

/* The type's own "<" and the like, or InvalidOid. */
static Oid
order_operator(Oid type, int strategy)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);

	if (!OidIsValid(entry->btree_opf))
		return InvalidOid;
	return get_opfamily_member(entry->btree_opf, entry->btree_opintype, entry->btree_opintype,
							   strategy);
}

/* What stands beside the operator: its own operand type, or one it is polymorphic in. */
static Oid
operand_type(Oid op, Oid type)
{
	Oid left;
	Oid right;

	op_input_types(op, &left, &right);
	return IsPolymorphicType(left) || left == RECORDOID ? getBaseType(type) : left;
}

/* Of PostGIS, by its name, whatever schema that is in. */
static bool
is_geometry(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	const char *name = NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname);
	bool result = strcmp(name, "geometry") == 0 || strcmp(name, "geography") == 0;

	ReleaseSysCache(tuple);
	return result;
}

static void
refuse(Oid type, const RlnFilter *filter)
{
	StringInfoData known;

	if (filter->op >= RLN_INTERSECTS && is_geometry(type))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("operator %s is not supported", rln_operator_name(filter->op, filter->negated))));
	initStringInfo(&known);
	for (int i = 0; i < RLN_OPERATORS; i++)
	{
		if (!rln_type_has_operator(type, i))
			continue;
		appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "", rln_operator_name(i, false));
		if (rln_operator_name(i, true) != NULL)
			appendStringInfo(&known, ", %s", rln_operator_name(i, true));
	}
	if (type == JSONOID || type == JSONBOID)
		appendStringInfoString(&known, ", _json");
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg("type %s has no operator %s", format_type_be(type),
					rln_operator_name(filter->op, filter->negated)),
			 errhint("It has %s.", known.data)));
}
