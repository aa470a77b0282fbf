/*
 * validate_fragments.c
 *	  What concerns several definitions: fragments that are used, cycles, the
 *	  variables of an operation wherever they are mentioned (specification,
 *	  sections 5.5.1.4, 5.5.2.2, 5.8).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "graphql/graphql.h"

/* a search for cycles */
typedef struct CycleSearch
{
	RlnGqlValidator *validator;
	List *path; /* RlnGqlSelection *: spreads */
	bool is_deep;
	bool found;
} CycleSearch;

static void search_cycles(CycleSearch *search, RlnGqlFragment *fragment);
static void report_cycle(CycleSearch *search, int index);
static List *reach(RlnGqlValidator *validator, const RlnGqlScope *operation);
static void check_usages(RlnGqlValidator *validator, const RlnGqlOperation *operation,
						 const RlnGqlScope *scope, bool *used);
static void check_usage(RlnGqlValidator *validator, const RlnGqlVariable *variable,
						const RlnGqlUsage *usage);
static bool is_allowed(const RlnGqlVariable *variable, const RlnGqlUsage *usage);
static bool is_subtype(RlnGqlRef type, RlnGqlRef of);
static int list_depth(RlnGqlValidator *validator, const List *selections, int depth);


/* 5.5.1.4: every fragment is reached from an operation. */
void
rln_gql_check_fragments(RlnGqlValidator *validator)
{
	RlnGqlDocument *document = validator->document;
	ListCell *lc;

	for (int i = 0; i < list_length(document->operations); i++)
	{
		ListCell *lf;

		foreach(lf, reach(validator, &validator->operations[i]))
			((RlnGqlFragment *) lfirst(lf))->is_used = true;
	}
	foreach(lc, document->fragments)
	{
		RlnGqlFragment *fragment = lfirst(lc);

		if (!fragment->is_used && !fragment->is_repeated)
			rln_gql_report(validator, fragment->place,
						   psprintf("Fragment \"%s\" is never used.", fragment->name));
	}
}

/*
 * 5.5.2.2: false where a fragment spreads itself, or where they go deeper than
 * anything that goes down them may.
 */
bool
rln_gql_check_cycles(RlnGqlValidator *validator)
{
	CycleSearch search = {validator};
	ListCell *lc;

	foreach(lc, validator->document->fragments)
		((RlnGqlFragment *) lfirst(lc))->path_index = -1;
	foreach(lc, validator->document->fragments)
		search_cycles(&search, lfirst(lc));
	return !search.found && !search.is_deep;
}

static void
search_cycles(CycleSearch *search, RlnGqlFragment *fragment)
{
	ListCell *lc;

	check_stack_depth();
	if (fragment->is_visited || search->is_deep)
		return;
	if (list_length(search->path) >= RLN_GQL_MAX_DEPTH)
	{
		rln_gql_report(search->validator, fragment->place,
					   psprintf("Fragments are spread in one another more than %d levels deep.",
								RLN_GQL_MAX_DEPTH));
		search->is_deep = true;
		return;
	}
	fragment->is_visited = true;
	fragment->path_index = list_length(search->path);
	foreach(lc, search->validator->fragments[fragment->number].spreads)
	{
		RlnGqlSelection *spread = lfirst(lc);

		search->path = lappend(search->path, spread);
		if (spread->fragment->path_index < 0)
			search_cycles(search, spread->fragment);
		else
			report_cycle(search, spread->fragment->path_index);
		search->path = list_delete_last(search->path);
	}
	fragment->path_index = -1;
}

/* The spreads that lead from the fragment at that place of the path back to it. */
static void
report_cycle(CycleSearch *search, int index)
{
	RlnGqlSelection *last = llast(search->path);
	RlnGqlSelection *first = list_nth(search->path, index);
	RlnGqlError *error;
	StringInfoData via;

	search->found = true;
	initStringInfo(&via);
	for (int i = index; i < list_length(search->path) - 1; i++)
		appendStringInfo(&via, "%s\"%s\"", i == index ? " via " : ", ",
						 ((RlnGqlSelection *) list_nth(search->path, i))->name);
	error = rln_gql_report(search->validator, first->place,
						   psprintf("Cannot spread fragment \"%s\" within itself%s.", last->name,
									via.data));
	for (int i = index + 1; i < list_length(search->path); i++)
		rln_gql_error_place(error, ((RlnGqlSelection *) list_nth(search->path, i))->place);
}

/* The fragments that are spread in the operation, or in those, and so on. */
static List *
reach(RlnGqlValidator *validator, const RlnGqlScope *operation)
{
	bool *is_reached = palloc0(Max(list_length(validator->document->fragments), 1));
	List *reached = NIL;
	const RlnGqlScope *scope = operation;

	for (int i = 0;; i++)
	{
		ListCell *lc;

		CHECK_FOR_INTERRUPTS();
		foreach(lc, scope->spreads)
		{
			RlnGqlFragment *fragment = ((RlnGqlSelection *) lfirst(lc))->fragment;

			if (is_reached[fragment->number] || rln_gql_is_exhausted(validator))
				continue;
			is_reached[fragment->number] = true;
			reached = lappend(reached, fragment);
		}
		if (i == list_length(reached))
			return reached;
		scope = &validator->fragments[((RlnGqlFragment *) list_nth(reached, i))->number];
	}
}

/* 5.8.3 to 5.8.5, for each operation. */
void
rln_gql_check_variables(RlnGqlValidator *validator)
{
	ListCell *lc;

	foreach(lc, validator->document->operations)
	{
		RlnGqlOperation *operation = lfirst(lc);
		const RlnGqlScope *scope = &validator->operations[foreach_current_index(lc)];
		bool *used = palloc0(Max(list_length(operation->variables), 1));
		ListCell *lf;

		check_usages(validator, operation, scope, used);
		foreach(lf, reach(validator, scope))
			check_usages(validator, operation,
						 &validator->fragments[((RlnGqlFragment *) lfirst(lf))->number], used);
		foreach(lf, operation->variables)
		{
			RlnGqlVariable *variable = lfirst(lf);

			if (!used[foreach_current_index(lf)])
				rln_gql_report(validator, variable->place,
							   psprintf("Variable \"$%s\" is never used%s%s%s.", variable->name,
										operation->name == NULL ? "" : " in operation \"",
										operation->name == NULL ? "" : operation->name,
										operation->name == NULL ? "" : "\""));
		}
	}
}

static void
check_usages(RlnGqlValidator *validator, const RlnGqlOperation *operation,
			 const RlnGqlScope *scope, bool *used)
{
	ListCell *lc;

	foreach(lc, scope->usages)
	{
		const RlnGqlUsage *usage = lfirst(lc);
		bool found = false;
		ListCell *lv;

		foreach(lv, operation->variables)
		{
			const RlnGqlVariable *variable = lfirst(lv);

			if (rln_gql_is_exhausted(validator))
				return;
			if (strcmp(variable->name, usage->value->text) != 0)
				continue;
			used[foreach_current_index(lv)] = true;
			if (!found)
				check_usage(validator, variable, usage);
			found = true;
		}
		if (!found)
			rln_gql_error_place(rln_gql_report(validator, usage->value->place,
											   psprintf("Variable \"$%s\" is not defined%s%s%s.",
														usage->value->text,
														operation->name == NULL ? "" : " by operation \"",
														operation->name == NULL ? "" : operation->name,
														operation->name == NULL ? "" : "\"")),
								operation->place);
	}
}

static void
check_usage(RlnGqlValidator *validator, const RlnGqlVariable *variable, const RlnGqlUsage *usage)
{
	if (variable->type.type == NULL || usage->type.type == NULL || is_allowed(variable, usage))
		return;
	rln_gql_error_place(rln_gql_report(validator, variable->place,
									   psprintf("Variable \"$%s\" of type \"%s\" used in position expecting type \"%s\".",
												variable->name, rln_gql_ref_text(variable->type),
												rln_gql_ref_text(usage->type))),
						usage->value->place);
}

/* 5.8.5: a default, of the variable or of the place, stands for a null. */
static bool
is_allowed(const RlnGqlVariable *variable, const RlnGqlUsage *usage)
{
	RlnGqlRef type = usage->type;
	bool has_default = variable->standard != NULL && variable->standard->kind != RLN_GQL_NULL;

	if (rln_gql_ref_is_required(type) && !rln_gql_ref_is_required(variable->type))
	{
		if (!has_default && !usage->has_default)
			return false;
		type = rln_gql_ref_inner(type);
	}
	return is_subtype(variable->type, type);
}

static bool
is_subtype(RlnGqlRef type, RlnGqlRef of)
{
	for (;;)
	{
		if (rln_gql_ref_is_required(type))
			type = rln_gql_ref_inner(type);
		else if (rln_gql_ref_is_required(of))
			return false;
		if (rln_gql_ref_is_required(of))
			of = rln_gql_ref_inner(of);
		if (rln_gql_ref_is_list(type) != rln_gql_ref_is_list(of))
			return false;
		if (!rln_gql_ref_is_list(type))
			return type.type == of.type;
		type = rln_gql_ref_inner(type);
		of = rln_gql_ref_inner(of);
	}
}

/*
 * Lists of the introspection within each other: three of them already give more
 * than anybody reads.  The specification does not ask for this, but the
 * reference implementation does it too.  Fragments must have no cycles.
 */
void
rln_gql_check_depth(RlnGqlValidator *validator)
{
	ListCell *lc;

	foreach(lc, validator->introspections)
	{
		const RlnGqlSelection *selection = lfirst(lc);

		if (list_depth(validator, selection->selections, 0) >= 3)
			rln_gql_report(validator, selection->place, "Maximum introspection depth exceeded");
	}
}

/* How many lists are within each other there; 3 are as good as more. */
static int
list_depth(RlnGqlValidator *validator, const List *selections, int depth)
{
	static const char *const lists[] = {"fields", "interfaces", "possibleTypes", "inputFields"};
	int most = depth;
	ListCell *lc;

	check_stack_depth();
	foreach(lc, selections)
	{
		const RlnGqlSelection *selection = lfirst(lc);
		const List *below = selection->selections;
		int inner = depth;

		if (most >= 3 || rln_gql_is_exhausted(validator))
			return 3;
		for (int i = 0; selection->kind == RLN_GQL_FIELD && i < lengthof(lists); i++)
			inner += strcmp(selection->name, lists[i]) == 0;
		if (selection->kind == RLN_GQL_SPREAD)
			below = selection->fragment == NULL ? NIL : selection->fragment->selections;
		if (inner < 3)
			inner = list_depth(validator, below, inner);
		most = Max(most, inner);
	}
	return most;
}
