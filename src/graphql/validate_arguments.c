/*
 * validate_arguments.c
 *	  Arguments, directives and values (specification, sections 5.4, 5.6, 5.7).
 */
#include "postgres.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "graphql/graphql.h"

static void check_names(RlnGqlValidator *validator, const List *arguments, const char *owner);
static const RlnGqlDirectiveType *find_directive(const RlnGqlSchema *schema, const char *name);
static void check_object(RlnGqlValidator *validator, const RlnGqlValue *value,
						 const RlnGqlType *type);
static void check_field_names(RlnGqlValidator *validator, const RlnGqlValue *value);
static void check_required_fields(RlnGqlValidator *validator, const RlnGqlValue *value,
								  const RlnGqlType *type);
static void check_items(RlnGqlValidator *validator, const RlnGqlValue *value, RlnGqlRef type);
static bool has_argument(const List *arguments, const char *name);

static const RlnGqlRef unknown = {NULL, "", 0};


/*
 * Arguments against what may be given.  owner is what takes them, for messages,
 * or NULL where it is not known.
 */
void
rln_gql_check_arguments(RlnGqlValidator *validator, List *arguments, const List *inputs,
						RlnGqlPlace place, const char *owner)
{
	ListCell *lc;

	check_names(validator, arguments, "argument");
	foreach(lc, arguments)
	{
		RlnGqlArgument *argument = lfirst(lc);

		argument->means = rln_gql_input_get(inputs, argument->name);
		if (argument->means != NULL)
			rln_gql_check_value(validator, argument->value, argument->means->type,
								argument->means->standard != NULL);
		else
		{
			if (owner != NULL)
				rln_gql_report(validator, argument->place,
							   psprintf("Unknown argument \"%s\" on %s.", argument->name, owner));
			rln_gql_check_value(validator, argument->value, unknown, false);
		}
	}
	foreach(lc, inputs)
	{
		const RlnGqlInputField *input = lfirst(lc);

		if (rln_gql_ref_is_required(input->type) && input->standard == NULL &&
			!has_argument(arguments, input->name))
			rln_gql_report(validator, place,
						   psprintf("Argument \"%s\" of type \"%s\" is required on %s, but it was not provided.",
									input->name, rln_gql_ref_text(input->type), owner));
	}
}

/* One error for each name that is there several times. */
static void
check_names(RlnGqlValidator *validator, const List *arguments, const char *what)
{
	ListCell *lc;

	foreach(lc, arguments)
	{
		RlnGqlArgument *argument = lfirst(lc);
		RlnGqlError *error = NULL;
		ListCell *lo;

		foreach(lo, arguments)
		{
			RlnGqlArgument *other = lfirst(lo);

			if (other == argument)
				continue;
			if (rln_gql_is_exhausted(validator))
				return;
			if (strcmp(other->name, argument->name) != 0)
				continue;
			if (foreach_current_index(lo) < foreach_current_index(lc))
				break; /* it was told there */
			if (error == NULL)
				error = rln_gql_report(validator, argument->place,
									   psprintf("There can be only one %s named \"%s\".", what,
												argument->name));
			rln_gql_error_place(error, other->place);
		}
	}
}

/* 5.7: known, at a place where it may stand, once. */
void
rln_gql_check_directives(RlnGqlValidator *validator, List *directives, RlnGqlLocation location)
{
	ListCell *lc;

	foreach(lc, directives)
	{
		RlnGqlDirective *directive = lfirst(lc);
		const RlnGqlDirectiveType *type = find_directive(validator->schema, directive->name);
		ListCell *lo;

		if (type == NULL)
			rln_gql_report(validator, directive->place,
						   psprintf("Unknown directive \"@%s\".", directive->name));
		else if ((type->locations & location) == 0)
			rln_gql_report(validator, directive->place,
						   psprintf("Directive \"@%s\" may not be used on %s.", directive->name,
									rln_gql_location_name(pg_rightmost_one_pos32(location))));
		rln_gql_check_arguments(validator, directive->arguments,
								type == NULL ? NIL : type->arguments, directive->place,
								type == NULL ? NULL : psprintf("directive \"@%s\"", type->name));
		foreach(lo, type == NULL ? NIL : directives)
		{
			RlnGqlDirective *earlier = lfirst(lo);

			if (earlier == directive || rln_gql_is_exhausted(validator))
				break;
			if (strcmp(earlier->name, directive->name) != 0)
				continue;
			rln_gql_error_place(rln_gql_report(validator, earlier->place,
											   psprintf("The directive \"@%s\" can only be used once at this location.",
														directive->name)),
								directive->place);
			break;
		}
	}
}

static const RlnGqlDirectiveType *
find_directive(const RlnGqlSchema *schema, const char *name)
{
	ListCell *lc;

	foreach(lc, schema->directives)
	{
		const RlnGqlDirectiveType *directive = lfirst(lc);

		if (strcmp(directive->name, name) == 0)
			return directive;
	}
	return NULL;
}

/*
 * 5.6: a value where the type is expected; type.type is NULL where that is not
 * known.  has_default: a variable that is null or absent is replaced there.
 */
void
rln_gql_check_value(RlnGqlValidator *validator, const RlnGqlValue *value, RlnGqlRef type,
					bool has_default)
{
	char *fault;

	check_stack_depth();
	if (value->kind == RLN_GQL_VARIABLE)
	{
		RlnGqlUsage *usage = palloc(sizeof(RlnGqlUsage));

		usage->value = value;
		usage->type = type;
		usage->has_default = has_default;
		validator->scope->usages = lappend(validator->scope->usages, usage);
		return;
	}
	if (value->kind == RLN_GQL_OBJECT_VALUE)
		check_field_names(validator, value);
	if (type.type != NULL && rln_gql_ref_is_required(type))
	{
		if (value->kind == RLN_GQL_NULL)
		{
			rln_gql_report(validator, value->place,
						   psprintf("Expected value of type \"%s\", found null.",
									rln_gql_ref_text(type)));
			return;
		}
		type = rln_gql_ref_inner(type);
	}
	if (value->kind == RLN_GQL_NULL)
		return;
	if (type.type != NULL && rln_gql_ref_is_list(type))
	{
		if (value->kind == RLN_GQL_LIST)
			check_items(validator, value, rln_gql_ref_inner(type));
		else
			rln_gql_check_value(validator, value, rln_gql_ref_inner(type), false);
		return;
	}
	if (type.type != NULL && type.type->kind == RLN_GQL_INPUT_OBJECT &&
		value->kind == RLN_GQL_OBJECT_VALUE)
	{
		check_object(validator, value, type.type);
		return;
	}
	fault = type.type == NULL ? NULL : rln_gql_literal_fault(type.type, value);
	if (fault != NULL)
		rln_gql_report(validator, value->place, fault);
	check_items(validator, value, unknown);
}

/* The values in a list or an object, all of one type. */
static void
check_items(RlnGqlValidator *validator, const RlnGqlValue *value, RlnGqlRef type)
{
	ListCell *lc;

	foreach(lc, value->items)
		rln_gql_check_value(validator,
							value->kind == RLN_GQL_OBJECT_VALUE
								? ((RlnGqlArgument *) lfirst(lc))->value
								: lfirst(lc),
							type, false);
}

/* 5.6.2, 5.6.4 */
static void
check_object(RlnGqlValidator *validator, const RlnGqlValue *value, const RlnGqlType *type)
{
	List *inputs = rln_gql_inputs(validator->schema, type);
	ListCell *lc;

	foreach(lc, value->items)
	{
		RlnGqlArgument *field = lfirst(lc);

		field->means = rln_gql_input_get(inputs, field->name);
		if (field->means == NULL)
			rln_gql_report(validator, field->place,
						   psprintf("Field \"%s\" is not defined by type \"%s\".", field->name,
									type->name));
		rln_gql_check_value(validator, field->value,
							field->means == NULL ? unknown : field->means->type,
							field->means != NULL && field->means->standard != NULL);
	}
	check_required_fields(validator, value, type);
}

static void
check_required_fields(RlnGqlValidator *validator, const RlnGqlValue *value,
					  const RlnGqlType *type)
{
	ListCell *lc;

	foreach(lc, type->inputs)
	{
		const RlnGqlInputField *input = lfirst(lc);

		if (rln_gql_ref_is_required(input->type) && input->standard == NULL &&
			!has_argument(value->items, input->name))
			rln_gql_report(validator, value->place,
						   psprintf("Field \"%s.%s\" of required type \"%s\" was not provided.",
									type->name, input->name, rln_gql_ref_text(input->type)));
	}
}

/* 5.6.3: of any object, each repetition beside the first. */
static void
check_field_names(RlnGqlValidator *validator, const RlnGqlValue *value)
{
	ListCell *lc;
	ListCell *lo;

	foreach(lc, value->items)
	{
		RlnGqlArgument *field = lfirst(lc);

		foreach(lo, value->items)
		{
			RlnGqlArgument *earlier = lfirst(lo);

			if (earlier == field || rln_gql_is_exhausted(validator))
				break;
			if (strcmp(earlier->name, field->name) != 0)
				continue;
			rln_gql_error_place(rln_gql_report(validator, earlier->place,
											   psprintf("There can be only one input field named \"%s\".",
														field->name)),
								field->place);
			break;
		}
	}
}

static bool
has_argument(const List *arguments, const char *name)
{
	ListCell *lc;

	foreach(lc, arguments)
	{
		if (strcmp(((RlnGqlArgument *) lfirst(lc))->name, name) == 0)
			return true;
	}
	return false;
}
