/*
 * validate.c
 *	  Is the document right for the schema (specification, section 5)?
 *
 * One walk looks at every node once and notes in it what it means.  What
 * concerns several definitions (fragments, variables, fields that are merged)
 * is looked at afterwards, of what the walk has noted.  Errors stand where the
 * reference implementation puts them.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "graphql/graphql.h"

static RlnGqlFragment *find_fragment(const RlnGqlDocument *document, const char *name);
static void index_fragments(RlnGqlDocument *document);
static uint32 hash_name(const char *name);
static void check_operations(RlnGqlValidator *validator);
static void check_operation(RlnGqlValidator *validator, RlnGqlOperation *operation);
static void check_variable_definitions(RlnGqlValidator *validator, List *variables);
static void check_variable_names(RlnGqlValidator *validator, const List *variables);
static void check_fragment(RlnGqlValidator *validator, RlnGqlFragment *fragment);
static const RlnGqlType *check_condition(RlnGqlValidator *validator, const char *name,
										 RlnGqlPlace place, const char *fragment);
static void check_selections(RlnGqlValidator *validator, List *selections,
							 const RlnGqlType *type);
static void check_field(RlnGqlValidator *validator, RlnGqlSelection *selection,
						const RlnGqlType *type);
static void check_leaf(RlnGqlValidator *validator, const RlnGqlSelection *selection);
static void check_inline(RlnGqlValidator *validator, RlnGqlSelection *selection,
						 const RlnGqlType *type);
static void check_spread(RlnGqlValidator *validator, RlnGqlSelection *selection,
						 const RlnGqlType *type);
static bool types_overlap(RlnGqlValidator *validator, const RlnGqlType *a, const RlnGqlType *b);

static const RlnGqlRef unknown = {NULL, "", 0};


/* What is wrong, as a List of RlnGqlError; NIL: the document can be executed. */
List *
rln_gql_validate(RlnGqlSchema *schema, RlnGqlDocument *document)
{
	RlnGqlValidator validator = {schema, document};
	int noperations = list_length(document->operations);
	int nfragments = list_length(document->fragments);
	ListCell *lc;

	validator.operations = palloc0(sizeof(RlnGqlScope) * Max(noperations, 1));
	validator.fragments = palloc0(sizeof(RlnGqlScope) * Max(nfragments, 1));

	index_fragments(document);

	/* spreads need the types of fragments */
	foreach(lc, document->fragments)
	{
		RlnGqlFragment *fragment = lfirst(lc);

		fragment->type = check_condition(&validator, fragment->condition,
										 fragment->condition_place, fragment->name);
	}
	check_operations(&validator);
	foreach(lc, document->fragments)
	{
		validator.scope = &validator.fragments[foreach_current_index(lc)];
		check_fragment(&validator, lfirst(lc));
	}
	rln_gql_check_fragments(&validator);
	if (rln_gql_check_cycles(&validator))
	{
		rln_gql_check_variables(&validator);
		rln_gql_check_depth(&validator);
		rln_gql_check_merging(&validator);
	}
	return validator.errors;
}

/* Notes an error; the one that is returned may get more places. */
RlnGqlError *
rln_gql_report(RlnGqlValidator *validator, RlnGqlPlace place, const char *message)
{
	RlnGqlError *error = rln_gql_error(message, place);

	if (list_length(validator->errors) < RLN_GQL_MAX_ERRORS)
		validator->errors = lappend(validator->errors, error);
	return error;
}

/* Counts a step of a rule whose cost is not linear; true where there were too many. */
bool
rln_gql_is_exhausted(RlnGqlValidator *validator)
{
	RlnGqlPlace start = {1, 1};

	CHECK_FOR_INTERRUPTS();
	if (validator->steps++ < RLN_GQL_MAX_STEPS)
		return false;
	if (validator->steps == RLN_GQL_MAX_STEPS + 1)
		rln_gql_report(validator, start, "Document is too complex: its fields and fragments take too many steps to compare.");
	return true;
}

/* The first fragment of that name, or NULL. */
static RlnGqlFragment *
find_fragment(const RlnGqlDocument *document, const char *name)
{
	RlnGqlFragment *fragment = document->buckets[hash_name(name) & document->mask];

	while (fragment != NULL && strcmp(fragment->name, name) != 0)
		fragment = fragment->next;
	return fragment;
}

/* So that they are found by their names, each of them by its first mention. */
static void
index_fragments(RlnGqlDocument *document)
{
	ListCell *lc;

	document->mask = pg_nextpower2_32(Max(list_length(document->fragments), 1)) - 1;
	document->buckets = palloc0(sizeof(RlnGqlFragment *) * (document->mask + 1));
	foreach(lc, document->fragments)
	{
		RlnGqlFragment *fragment = lfirst(lc);
		RlnGqlFragment **bucket = &document->buckets[hash_name(fragment->name) & document->mask];

		if (find_fragment(document, fragment->name) != NULL)
			continue;
		fragment->next = *bucket;
		*bucket = fragment;
	}
}

static uint32
hash_name(const char *name)
{
	return hash_bytes((const unsigned char *) name, strlen(name));
}

/* 5.2.1.1, 5.2.2.1 */
static void
check_operations(RlnGqlValidator *validator)
{
	List *operations = validator->document->operations;
	ListCell *lc;
	ListCell *lo;

	foreach(lc, operations)
	{
		RlnGqlOperation *operation = lfirst(lc);

		if (operation->name == NULL && list_length(operations) > 1)
			rln_gql_report(validator, operation->place,
						   "This anonymous operation must be the only defined operation.");
		foreach(lo, operations)
		{
			RlnGqlOperation *earlier = lfirst(lo);

			if (earlier == operation || rln_gql_is_exhausted(validator))
				break;
			if (operation->name == NULL || earlier->name == NULL ||
				strcmp(earlier->name, operation->name) != 0)
				continue;
			rln_gql_error_place(rln_gql_report(validator, earlier->name_place,
											   psprintf("There can be only one operation named \"%s\".",
														operation->name)),
								operation->name_place);
			break;
		}
		validator->scope = &validator->operations[foreach_current_index(lc)];
		check_operation(validator, operation);
	}
}

static void
check_operation(RlnGqlValidator *validator, RlnGqlOperation *operation)
{
	static const RlnGqlLocation locations[] = {
		[RLN_GQL_QUERY] = RLN_GQL_AT_QUERY,
		[RLN_GQL_MUTATION] = RLN_GQL_AT_MUTATION,
		[RLN_GQL_SUBSCRIPTION] = RLN_GQL_AT_SUBSCRIPTION};
	RlnGqlSchema *schema = validator->schema;

	operation->type = operation->kind == RLN_GQL_QUERY ? schema->query : schema->mutation;
	if (operation->kind == RLN_GQL_SUBSCRIPTION ||
		!rln_gql_type_exists(schema, operation->type))
	{
		operation->type = NULL;
		rln_gql_report(validator, operation->place,
					   psprintf("The schema has no %s type.",
								operation->kind == RLN_GQL_QUERY		  ? "query"
									: operation->kind == RLN_GQL_MUTATION ? "mutation"
																		  : "subscription"));
	}
	rln_gql_check_directives(validator, operation->directives, locations[operation->kind]);
	check_variable_definitions(validator, operation->variables);
	check_selections(validator, operation->selections, operation->type);
}

/* 5.8.1, 5.8.2, and their defaults */
static void
check_variable_definitions(RlnGqlValidator *validator, List *variables)
{
	ListCell *lc;

	foreach(lc, variables)
	{
		RlnGqlVariable *variable = lfirst(lc);
		RlnGqlType *type = rln_gql_type_get(validator->schema, variable->type_name);

		if (type == NULL)
			rln_gql_report(validator, variable->named_place,
						   psprintf("Unknown type \"%s\".", variable->type_name));
		else
		{
			variable->type = rln_gql_ref(type, variable->wraps);
			if (!rln_gql_is_input(type))
			{
				rln_gql_report(validator, variable->type_place,
							   psprintf("Variable \"$%s\" cannot be non-input type \"%s\".",
										variable->name, rln_gql_ref_text(variable->type)));
				type = NULL;
			}
		}
		if (variable->standard != NULL)
			rln_gql_check_value(validator, variable->standard,
								type == NULL ? unknown : variable->type, false);
		rln_gql_check_directives(validator, variable->directives, RLN_GQL_AT_VARIABLE_DEFINITION);
	}
	check_variable_names(validator, variables);
}

/* One error for each name that is there several times. */
static void
check_variable_names(RlnGqlValidator *validator, const List *variables)
{
	ListCell *lc;

	foreach(lc, variables)
	{
		RlnGqlVariable *variable = lfirst(lc);
		RlnGqlError *error = NULL;
		ListCell *lo;

		foreach(lo, variables)
		{
			RlnGqlVariable *other = lfirst(lo);

			if (rln_gql_is_exhausted(validator))
				return;
			if (other == variable || strcmp(other->name, variable->name) != 0)
				continue;
			if (foreach_current_index(lo) < foreach_current_index(lc))
				break; /* it was told there */
			if (error == NULL)
				error = rln_gql_report(validator, variable->name_place,
									   psprintf("There can be only one variable named \"$%s\".",
												variable->name));
			rln_gql_error_place(error, other->name_place);
		}
	}
}

static void
check_fragment(RlnGqlValidator *validator, RlnGqlFragment *fragment)
{
	RlnGqlFragment *first = find_fragment(validator->document, fragment->name);

	fragment->is_repeated = first != fragment;
	if (fragment->is_repeated)
		rln_gql_error_place(rln_gql_report(validator, first->name_place,
										   psprintf("There can be only one fragment named \"%s\".",
													fragment->name)),
							fragment->name_place);
	rln_gql_check_directives(validator, fragment->directives, RLN_GQL_AT_FRAGMENT_DEFINITION);
	check_selections(validator, fragment->selections, fragment->type);
}

/* 5.5.1.2, 5.5.1.3: the type, or NULL; fragment is NULL for one that has no name. */
static const RlnGqlType *
check_condition(RlnGqlValidator *validator, const char *name, RlnGqlPlace place,
				const char *fragment)
{
	const RlnGqlType *type = rln_gql_type_get(validator->schema, name);

	if (type == NULL)
		rln_gql_report(validator, place, psprintf("Unknown type \"%s\".", name));
	else if (!rln_gql_is_composite(type))
	{
		rln_gql_report(validator, place,
					   psprintf("Fragment%s%s%s cannot condition on non composite type \"%s\".",
								fragment == NULL ? "" : " \"", fragment == NULL ? "" : fragment,
								fragment == NULL ? "" : "\"", name));
		return NULL;
	}
	return type;
}

/* type is NULL where it is not known; what does not need it is looked at all the same. */
static void
check_selections(RlnGqlValidator *validator, List *selections, const RlnGqlType *type)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, selections)
	{
		RlnGqlSelection *selection = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		switch (selection->kind)
		{
			case RLN_GQL_FIELD:
				check_field(validator, selection, type);
				break;
			case RLN_GQL_INLINE:
				check_inline(validator, selection, type);
				break;
			case RLN_GQL_SPREAD:
				check_spread(validator, selection, type);
				break;
		}
	}
}

/* 5.3.1, 5.3.3 */
static void
check_field(RlnGqlValidator *validator, RlnGqlSelection *selection, const RlnGqlType *type)
{
	const RlnGqlField *field = NULL;
	const char *owner = NULL;

	selection->type = type;
	if (type != NULL)
	{
		field = rln_gql_field_get(validator->schema, type, selection->name);
		if (field == NULL)
			rln_gql_report(validator, selection->place,
						   psprintf("Cannot query field \"%s\" on type \"%s\".", selection->name,
									type->name));
	}
	selection->field = field;
	if (field != NULL)
	{
		owner = psprintf("field \"%s.%s\"", type->name, selection->name);
		check_leaf(validator, selection);
		if (field == validator->schema->meta_schema || field == validator->schema->meta_type)
			validator->introspections = lappend(validator->introspections, selection);
	}
	rln_gql_check_arguments(validator, selection->arguments,
							field == NULL ? NIL : field->arguments, selection->place, owner);
	rln_gql_check_directives(validator, selection->directives, RLN_GQL_AT_FIELD);
	check_selections(validator, selection->selections,
					 field != NULL && rln_gql_is_composite(field->type.type) ? field->type.type
																			 : NULL);
}

static void
check_leaf(RlnGqlValidator *validator, const RlnGqlSelection *selection)
{
	RlnGqlRef type = selection->field->type;

	if (!rln_gql_is_composite(type.type) && selection->selections != NIL)
		rln_gql_report(validator, selection->selections_place,
					   psprintf("Field \"%s\" must not have a selection since type \"%s\" has no subfields.",
								selection->name, rln_gql_ref_text(type)));
	if (rln_gql_is_composite(type.type) && selection->selections == NIL)
		rln_gql_report(validator, selection->place,
					   psprintf("Field \"%s\" of type \"%s\" must have a selection of subfields. Did you mean \"%s { ... }\"?",
								selection->name, rln_gql_ref_text(type), selection->name));
}

static void
check_inline(RlnGqlValidator *validator, RlnGqlSelection *selection, const RlnGqlType *type)
{
	const RlnGqlType *inner = type;

	if (selection->condition != NULL)
		inner = check_condition(validator, selection->condition, selection->condition_place, NULL);
	selection->type = inner;
	if (type != NULL && inner != NULL && !types_overlap(validator, type, inner))
		rln_gql_report(validator, selection->place,
					   psprintf("Fragment cannot be spread here as objects of type \"%s\" can never be of type \"%s\".",
								type->name, inner->name));
	rln_gql_check_directives(validator, selection->directives, RLN_GQL_AT_INLINE_FRAGMENT);
	check_selections(validator, selection->selections, inner);
}

/* 5.5.2.1, 5.5.2.3 */
static void
check_spread(RlnGqlValidator *validator, RlnGqlSelection *selection, const RlnGqlType *type)
{
	RlnGqlFragment *fragment = find_fragment(validator->document, selection->name);

	if (fragment == NULL)
		rln_gql_report(validator, selection->name_place,
					   psprintf("Unknown fragment \"%s\".", selection->name));
	else
	{
		selection->fragment = fragment;
		validator->scope->spreads = lappend(validator->scope->spreads, selection);
		if (type != NULL && fragment->type != NULL &&
			!types_overlap(validator, type, fragment->type))
			rln_gql_report(validator, selection->place,
						   psprintf("Fragment \"%s\" cannot be spread here as objects of type \"%s\" can never be of type \"%s\".",
									fragment->name, type->name, fragment->type->name));
	}
	rln_gql_check_directives(validator, selection->directives, RLN_GQL_AT_FRAGMENT_SPREAD);
}

/* Is there an object that is of both? */
static bool
types_overlap(RlnGqlValidator *validator, const RlnGqlType *a, const RlnGqlType *b)
{
	ListCell *lc;

	if (a == b)
		return true;
	foreach(lc, rln_gql_possible_types(validator->schema, a))
	{
		if (list_member_ptr(rln_gql_possible_types(validator->schema, b), lfirst(lc)))
			return true;
	}
	return false;
}
