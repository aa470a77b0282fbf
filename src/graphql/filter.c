/*
 * filter.c
 *	  Filter objects to filter nodes.
 *
 * What a member of the object means its input field says.  An operator compares
 * with null as in JSON; any other member that is null is as good as none.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "graphql/graphql.h"
#include "json/json_front.h"

/* an object while its members are read */
typedef struct FilterState
{
	RlnGqlCall *call;
	RlnRequest *request;
	List *children;

	/* _count and _filter are one condition together */
	RlnFilter *count;
	RlnFilter *within;
} FilterState;

static void add_member(FilterState *state, const RlnGqlGiven *given);
static RlnFilter *make_filter(FilterState *state, const RlnGqlGiven *given);
static List *make_list(FilterState *state, const RlnGqlInput *list);
static RlnFilter *make_functions(FilterState *state, const RlnGqlGiven *given);


/* The condition that an object of a filter type is: the AND of its members. */
RlnFilter *
rln_gql_filter(RlnGqlCall *call, RlnRequest *request, const RlnGqlInput *input)
{
	FilterState state = {call, request};
	ListCell *lc;

	check_stack_depth();
	foreach(lc, input->kind == RLN_GQL_GIVEN_OBJECT ? input->items : NIL)
	{
		const RlnGqlGiven *given = lfirst(lc);
		RlnPath *path;

		if (given->value->kind == RLN_GQL_GIVEN_NULL &&
			given->means->means != RLN_GQL_INPUT_OPERATOR)
			continue;
		path = rln_gql_enter(call, given->means->name, given->value->place);
		add_member(&state, given);
		rln_path_leave(path);
	}
	if (state.within != NULL && state.count == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("_filter in a filter stands beside _count only")));
	if (state.count != NULL)
		state.count->within = state.within;
	if (list_length(state.children) == 1)
		return linitial(state.children);
	return rln_filter_make(RLN_FILTER_AND, state.children);
}

static void
add_member(FilterState *state, const RlnGqlGiven *given)
{
	if (given->means->means == RLN_GQL_INPUT_WITHIN)
		state->within = rln_gql_filter(state->call, state->request, given->value);
	else
		state->children = lappend(state->children, make_filter(state, given));
}

static RlnFilter *
make_filter(FilterState *state, const RlnGqlGiven *given)
{
	const RlnGqlInputField *means = given->means;
	RlnFilterKind kind = RLN_FILTER_FIELD;
	RlnFilter *filter;

	switch (means->means)
	{
		case RLN_GQL_INPUT_AND:
			return rln_filter_make(RLN_FILTER_AND, make_list(state, given->value));
		case RLN_GQL_INPUT_OR:
			return rln_filter_make(RLN_FILTER_OR, make_list(state, given->value));
		case RLN_GQL_INPUT_OPERATOR:
			return rln_json_operator(state->request, means->op, means->negated,
									 rln_gql_input_json(given->value));
		case RLN_GQL_INPUT_JSON:
			return rln_json_path_filter(state->request, rln_gql_input_json(given->value));
		case RLN_GQL_INPUT_FUNCTIONS:
			return make_functions(state, given);
		case RLN_GQL_INPUT_NOT:
			kind = RLN_FILTER_NOT;
			break;
		case RLN_GQL_INPUT_QUANTIFIER:
			kind = means->filter;
			break;
		case RLN_GQL_INPUT_COUNT:
			kind = RLN_FILTER_COUNT;
			break;
		default:
			break;
	}
	filter = rln_filter_make(
		kind, list_make1(rln_gql_filter(state->call, state->request, given->value)));
	if (kind == RLN_FILTER_FIELD)
		filter->step = rln_step_make(means->of, NULL, means->scope);
	if (kind == RLN_FILTER_COUNT)
		state->count = filter;
	return filter;
}

/* _and and _or */
static List *
make_list(FilterState *state, const RlnGqlInput *list)
{
	List *filters = NIL;
	ListCell *lc;

	foreach(lc, list->items)
	{
		const RlnGqlInput *item = lfirst(lc);

		if (item->kind != RLN_GQL_GIVEN_NULL)
			filters = lappend(filters, rln_gql_filter(state->call, state->request, item));
	}
	return filters;
}

/* published_func: {year: {_eq: 1968}} */
static RlnFilter *
make_functions(FilterState *state, const RlnGqlGiven *given)
{
	List *filters = NIL;
	ListCell *lc;

	foreach(lc, given->value->items)
	{
		const RlnGqlGiven *function = lfirst(lc);
		RlnFilter *filter;

		if (function->value->kind == RLN_GQL_GIVEN_NULL)
			continue;
		filter = rln_filter_make(RLN_FILTER_FIELD,
								 list_make1(rln_gql_filter(state->call, state->request,
														   function->value)));
		filter->step = rln_step_make(given->means->of, function->means->of, NULL);
		filters = lappend(filters, filter);
	}
	return rln_filter_make(RLN_FILTER_AND, filters);
}
