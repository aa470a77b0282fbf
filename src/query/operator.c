/*
 * operator.c
 *	  The names of the filter operators.
 */
#include "postgres.h"

#include "query/query.h"

typedef struct OperatorName
{
	const char *name;
	const char *negated; /* NULL: there is none */
} OperatorName;

static const OperatorName names[RLN_OPERATORS] = {
	[RLN_EQ] = {"_eq", "_neq"},
	[RLN_LT] = {"_lt", NULL},
	[RLN_LTE] = {"_lte", NULL},
	[RLN_GT] = {"_gt", NULL},
	[RLN_GTE] = {"_gte", NULL},
	[RLN_IN] = {"_in", "_nin"},
	[RLN_BETWEEN] = {"_between", "_nbetween"},
	[RLN_NULL] = {"_null", "_nnull"},
	[RLN_EMPTY] = {"_empty", "_nempty"},
	[RLN_CONTAINS] = {"_contains", "_ncontains"},
	[RLN_ICONTAINS] = {"_icontains", "_nicontains"},
	[RLN_STARTS_WITH] = {"_starts_with", "_nstarts_with"},
	[RLN_ISTARTS_WITH] = {"_istarts_with", "_nistarts_with"},
	[RLN_ENDS_WITH] = {"_ends_with", "_nends_with"},
	[RLN_IENDS_WITH] = {"_iends_with", "_niends_with"},
	[RLN_IEQ] = {"_ieq", "_nieq"},
	[RLN_REGEX] = {"_regex", NULL},
	[RLN_INTERSECTS] = {"_intersects", "_nintersects"},
	[RLN_INTERSECTS_BBOX] = {"_intersects_bbox", "_nintersects_bbox"},
};


/* Is it the name of an operator, and of which? */
bool
rln_operator_parse(const char *name, RlnOperator *op, bool *negated)
{
	for (int i = 0; i < RLN_OPERATORS; i++)
	{
		if (strcmp(names[i].name, name) == 0 ||
			(names[i].negated != NULL && strcmp(names[i].negated, name) == 0))
		{
			*op = i;
			*negated = strcmp(names[i].name, name) != 0;
			return true;
		}
	}
	return false;
}

/* NULL where the operator has no negated twin */
const char *
rln_operator_name(RlnOperator op, bool negated)
{
	return negated ? names[op].negated : names[op].name;
}
