/*
 * filter.c
 *	  A filter object to filter nodes.
 *
 * An object is the AND of its members.  What a member means is told by its key
 * alone: logic (_and, _or, _not), an operator, a quantifier, else a field.
 * Whether it makes sense there is for the resolver to say, who knows the field.
 */
#include "postgres.h"


#include "json/json_front.h"

typedef struct FilterState
{
	RlnRequest *request;
	List *children;
	bool in_json; /* keys are paths */

	/* _count and _filter are one condition together */
	RlnFilter *count;
	RlnFilter *within;
	RlnPath *within_path;
} FilterState;

static RlnFilter *parse_object(RlnRequest *request, const JsonbValue *json, bool in_json);
static void add_member(void *arg, const char *key, const JsonbValue *value);
static void add_element(void *arg, int index, const JsonbValue *value);
static RlnFilter *parse_list(FilterState *state, RlnFilterKind kind, const JsonbValue *value);
static RlnFilter *parse_quantifier(FilterState *state, RlnFilterKind kind,
								   const JsonbValue *value);
static RlnFilter *parse_field(FilterState *state, const char *key, const JsonbValue *value);
static bool is_given(const JsonbValue *value);


/* The condition; 42601 and 22023 with the path for what is none. */
RlnFilter *
rln_json_filter(RlnRequest *request, const JsonbValue *json)
{
	return parse_object(request, json, false);
}

/* The same under _json: its keys are paths. */
RlnFilter *
rln_json_path_filter(RlnRequest *request, const JsonbValue *json)
{
	return rln_filter_make(RLN_FILTER_JSON, list_make1(parse_object(request, json, true)));
}

static RlnFilter *
parse_object(RlnRequest *request, const JsonbValue *json, bool in_json)
{
	FilterState state = {request, .in_json = in_json};

	rln_json_each_member(json, add_member, &state);
	if (state.within != NULL && state.count == NULL)
	{
		rln_path_resume(state.within_path);
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("_filter in a filter stands beside _count only")));
	}
	if (state.count != NULL)
		state.count->within = state.within;
	if (list_length(state.children) == 1)
		return linitial(state.children);
	return rln_filter_make(RLN_FILTER_AND, state.children);
}

static void
add_member(void *arg, const char *key, const JsonbValue *value)
{
	FilterState *state = arg;
	RlnFilter *filter;
	RlnOperator op;
	bool negated;

	if (strcmp(key, "_and") == 0 || strcmp(key, "_or") == 0)
		filter = parse_list(state, key[1] == 'a' ? RLN_FILTER_AND : RLN_FILTER_OR, value);
	else if (strcmp(key, "_not") == 0)
		filter = rln_filter_make(RLN_FILTER_NOT,
								 list_make1(parse_object(state->request, value, state->in_json)));
	else if (rln_operator_parse(key, &op, &negated))
		filter = rln_json_operator(state->request, op, negated, value);
	else if (state->in_json)
		filter = parse_field(state, key, value);
	else if (strcmp(key, "_some") == 0)
		filter = parse_quantifier(state, RLN_FILTER_SOME, value);
	else if (strcmp(key, "_none") == 0)
		filter = parse_quantifier(state, RLN_FILTER_NONE, value);
	else if (strcmp(key, "_every") == 0)
		filter = parse_quantifier(state, RLN_FILTER_EVERY, value);
	else if (strcmp(key, "_json") == 0)
		filter = rln_json_path_filter(state->request, value);
	else if (strcmp(key, "_count") == 0)
	{
		RlnFilter *test = rln_json_is_object(value)
			? rln_json_filter(state->request, value)
			: rln_json_operator(state->request, RLN_EQ, false, value);

		filter = state->count = rln_filter_make(RLN_FILTER_COUNT, list_make1(test));
	}
	else if (strcmp(key, "_filter") == 0)
	{
		state->within = rln_json_filter(state->request, value);
		state->within_path = rln_path_current();
		return;
	}
	else
		filter = parse_field(state, key, value);
	state->children = lappend(state->children, filter);
}

/* _and and _or */
static RlnFilter *
parse_list(FilterState *state, RlnFilterKind kind, const JsonbValue *value)
{
	FilterState inner = {state->request, .in_json = state->in_json};

	rln_json_each_element(value, add_element, &inner);
	return rln_filter_make(kind, inner.children);
}

static void
add_element(void *arg, int index, const JsonbValue *value)
{
	FilterState *state = arg;

	RlnFilter *filter = parse_object(state->request, value, state->in_json);

	state->children = lappend(state->children, filter);
}

static RlnFilter *
parse_quantifier(FilterState *state, RlnFilterKind kind, const JsonbValue *value)
{
	return rln_filter_make(kind, list_make1(rln_json_filter(state->request, value)));
}

/* Tests for null and emptiness have no value but whether they are meant. */
RlnFilter *
rln_json_operator(RlnRequest *request, RlnOperator op, bool negated, const JsonbValue *value)
{
	RlnFilter *filter = rln_filter_make(RLN_FILTER_OPERATOR, NIL);

	filter->op = op;
	filter->negated = negated;
	if (op == RLN_NULL || op == RLN_EMPTY)
	{
		if (is_given(value) && !rln_json_get_bool(value))
			filter->negated = !negated;
	}
	else if (value->type == jbvNull && op == RLN_EQ)
		filter->op = RLN_NULL;
	else if (value->type == jbvNull)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot compare with null", rln_operator_name(op, negated)),
				 errhint("Use _null or _nnull.")));
	else
		filter->value = rln_value_make(request, value);
	return filter;
}

/* null and '' stand for true */
static bool
is_given(const JsonbValue *value)
{
	return value->type != jbvNull && !(value->type == jbvString && value->val.string.len == 0);
}

/* {field: {...}}; {field: scalar} is {field: {"_eq": scalar}} */
static RlnFilter *
parse_field(FilterState *state, const char *key, const JsonbValue *value)
{
	RlnFilter *inner;
	RlnFilter *filter;

	if (rln_json_is_array(value))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("an object or a scalar is expected here"),
				 errhint("A list of values stands under _in.")));
	if (rln_json_is_object(value))
		inner = parse_object(state->request, value, state->in_json);
	else
		inner = rln_json_operator(state->request, RLN_EQ, false, value);
	filter = rln_filter_make(RLN_FILTER_FIELD, list_make1(inner));
	if (state->in_json)
	{
		filter->step = palloc0(sizeof(RlnStep));
		filter->step->name = key;
		filter->step->json_path = rln_json_path_parse(key);
	}
	else
		filter->step = rln_step_parse(key);
	return filter;
}
