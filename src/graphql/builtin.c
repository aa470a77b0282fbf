/*
 * builtin.c
 *	  Types that every schema has: scalars, operators, functions, directives.
 *
 * Their names are Directus', whose clients know them.
 */
#include "postgres.h"

#include "graphql/schema.h"

typedef struct ScalarName
{
	const char *name;
	const char *description;
} ScalarName;

/* by RlnGqlScalar */
static const ScalarName scalars[RLN_GQL_SCALARS] = {
	{"Int", "A whole number of 32 bits with a sign."},
	{"Float", "A number."},
	{"String", "A text, or a value of a type that GraphQL has no word for, as text."},
	{"Boolean", "true or false."},
	{"ID", "A key; always written as a string."},
	{"GraphQLBigInt", "A whole number of 64 bits; written as a string, since JavaScript cannot hold it."},
	{"Date", "A date, a time of a day of the calendar, or a timestamp, in ISO 8601."},
	{"JSON", "Any JSON value."},
	{"GraphQLStringOrFloat", "A number, or a string that holds one."},
};

/* operators of an input object of the kind, each with its negated twin */
typedef struct OperatorType
{
	const char *name;
	RlnGqlScalar scalar;
	bool has_equality;
	bool has_order;
	bool has_list;
	bool has_text;
} OperatorType;

static const OperatorType operator_types[] = {
	[RLN_GQL_OPERATORS_STRING] = {"string_filter_operators", RLN_GQL_SCALAR_STRING, true, true, true, true},
	[RLN_GQL_OPERATORS_ID] = {"id_filter_operators", RLN_GQL_SCALAR_ID, true, true, true},
	[RLN_GQL_OPERATORS_NUMBER] = {"number_filter_operators", RLN_GQL_SCALAR_STRING_OR_FLOAT, true, true, true},
	[RLN_GQL_OPERATORS_BIG_INT] = {"big_int_filter_operators", RLN_GQL_SCALAR_BIG_INT, true, true, true},
	[RLN_GQL_OPERATORS_BOOLEAN] = {"boolean_filter_operators", RLN_GQL_SCALAR_BOOLEAN, true, false, true},
	[RLN_GQL_OPERATORS_DATE] = {"date_filter_operators", RLN_GQL_SCALAR_STRING, true, true, true},
	[RLN_GQL_OPERATORS_JSON] = {"json_filter_operators", RLN_GQL_SCALAR_JSON},
	[RLN_GQL_OPERATORS_ORDERED] = {"ordered_filter_operators", RLN_GQL_SCALAR_STRING, true, true, true},
	[RLN_GQL_OPERATORS_EQUALITY] = {"equality_filter_operators", RLN_GQL_SCALAR_STRING, true, false, true},
	[RLN_GQL_OPERATORS_ID_EQUALITY] = {"id_equality_filter_operators", RLN_GQL_SCALAR_ID, true, false, true},
	[RLN_GQL_OPERATORS_NULL] = {"null_filter_operators", RLN_GQL_SCALAR_STRING},
};

static const RlnOperator text_operators[] = {
	RLN_CONTAINS, RLN_ICONTAINS, RLN_STARTS_WITH, RLN_ISTARTS_WITH, RLN_ENDS_WITH,
	RLN_IENDS_WITH, RLN_IEQ, RLN_REGEX};
static const RlnOperator order_operators[] = {RLN_LT, RLN_LTE, RLN_GT, RLN_GTE};

/* functions of a field */
typedef struct FunctionType
{
	const char *name;
	const char *operators_name;
	const char *const *functions;
} FunctionType;

static const char *const date_functions[] = {"year", "month", "week", "day", "weekday", NULL};
static const char *const time_functions[] = {"hour", "minute", "second", NULL};
static const char *const datetime_functions[] = {"year", "month", "week", "day", "weekday",
												 "hour", "minute", "second", NULL};
static const char *const count_functions[] = {"count", NULL};

static const FunctionType function_types[RLN_GQL_FUNCTION_TYPES] = {
	[RLN_GQL_FUNCTIONS_DATE] = {"date_functions", "date_function_filter_operators", date_functions},
	[RLN_GQL_FUNCTIONS_TIME] = {"time_functions", "time_function_filter_operators", time_functions},
	[RLN_GQL_FUNCTIONS_DATETIME] = {"datetime_functions", "datetime_function_filter_operators", datetime_functions},
	[RLN_GQL_FUNCTIONS_COUNT] = {"count_functions", "count_function_filter_operators", count_functions},
};

static void add_scalars(RlnGqlSchema *schema);
static void add_operators(RlnGqlSchema *schema);
static void add_functions(RlnGqlSchema *schema);
static void add_deleted(RlnGqlSchema *schema);
static void add_directives(RlnGqlSchema *schema);
static RlnGqlDirectiveType *add_directive(RlnGqlSchema *schema, const char *name,
										  const char *description, int locations);
static void add_operator(RlnGqlType *type, RlnOperator op, RlnGqlRef ref);


/* In the current context, which is the schema's. */
void
rln_gql_builtin_add(RlnGqlSchema *schema)
{
	schema->query = rln_gql_type_make(schema, RLN_GQL_OBJECT, "Query");
	schema->mutation = rln_gql_type_make(schema, RLN_GQL_OBJECT, "Mutation");
	add_scalars(schema);
	add_operators(schema);
	add_functions(schema);
	add_deleted(schema);
	add_directives(schema);
}

/*
 * The operators of a value: equality, order, lists, texts, as asked; those of
 * null are always there.
 */
void
rln_gql_operators_fill(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlType *value,
					   bool has_order)
{
	RlnGqlRef null = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], "");

	if (value != NULL)
	{
		add_operator(type, RLN_EQ, rln_gql_ref(value, ""));
		add_operator(type, RLN_IN, rln_gql_ref(value, "["));
	}
	for (int i = 0; has_order && i < lengthof(order_operators); i++)
		add_operator(type, order_operators[i], rln_gql_ref(value, ""));
	if (has_order)
		add_operator(type, RLN_BETWEEN, rln_gql_ref(value, "["));
	add_operator(type, RLN_NULL, null);
}

static void
add_scalars(RlnGqlSchema *schema)
{
	for (int i = 0; i < RLN_GQL_SCALARS; i++)
	{
		schema->scalars[i] = rln_gql_type_make(schema, RLN_GQL_SCALAR, scalars[i].name);
		schema->scalars[i]->description = scalars[i].description;
		schema->scalars[i]->scalar = i;
	}
}

static void
add_operators(RlnGqlSchema *schema)
{
	for (int i = 0; i < lengthof(operator_types); i++)
	{
		const OperatorType *from = &operator_types[i];
		RlnGqlType *value = schema->scalars[from->scalar];
		RlnGqlType *type = rln_gql_type_make(schema, RLN_GQL_INPUT_OBJECT, from->name);

		schema->operators[i] = type;
		rln_gql_operators_fill(schema, type, from->has_equality ? value : NULL, from->has_order);
		for (int j = 0; from->has_text && j < lengthof(text_operators); j++)
			add_operator(type, text_operators[j], rln_gql_ref(value, ""));
		if (from->has_text)
			add_operator(type, RLN_EMPTY, rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], ""));
		if (i == RLN_GQL_OPERATORS_JSON)
			(void) rln_gql_input_add(&type->inputs, "_json", rln_gql_ref(value, ""), RLN_GQL_INPUT_JSON);
	}
}

/* The operator and its negated twin. */
static void
add_operator(RlnGqlType *type, RlnOperator op, RlnGqlRef ref)
{
	for (int negated = 0; negated < 2; negated++)
	{
		const char *name = rln_operator_name(op, negated);
		RlnGqlInputField *input;

		if (name == NULL)
			continue;
		input = rln_gql_input_add(&type->inputs, name, ref, RLN_GQL_INPUT_OPERATOR);
		input->op = op;
		input->negated = negated;
	}
}

/* Of a second a part may be left: it is no whole number. */
static void
add_functions(RlnGqlSchema *schema)
{
	RlnGqlType *numbers = schema->operators[RLN_GQL_OPERATORS_NUMBER];

	for (int i = 0; i < RLN_GQL_FUNCTION_TYPES; i++)
	{
		const FunctionType *from = &function_types[i];
		RlnGqlType *type = rln_gql_type_make(schema, RLN_GQL_OBJECT, from->name);
		RlnGqlType *operators =
			rln_gql_type_make(schema, RLN_GQL_INPUT_OBJECT, from->operators_name);

		schema->functions[i] = type;
		schema->operators[RLN_GQL_OPERATORS_DATE_FUNCTIONS + i] = operators;
		for (const char *const *name = from->functions; *name != NULL; name++)
		{
			bool is_second = strcmp(*name, "second") == 0;
			RlnGqlScalar scalar = is_second ? RLN_GQL_SCALAR_FLOAT : RLN_GQL_SCALAR_INT;

			rln_gql_field_add(type, *name, rln_gql_ref(schema->scalars[scalar], ""),
							  RLN_GQL_MEANS_FUNCTION)
				->of = *name;
			rln_gql_input_add(&operators->inputs, *name, rln_gql_ref(numbers, ""),
							  RLN_GQL_INPUT_FUNCTION)
				->of = *name;
		}
	}
}

/* What deleting gives. */
static void
add_deleted(RlnGqlSchema *schema)
{
	const RlnGqlType *id = schema->scalars[RLN_GQL_SCALAR_ID];

	schema->delete_one = rln_gql_type_make(schema, RLN_GQL_OBJECT, "delete_one");
	(void) rln_gql_field_add(schema->delete_one, "id", rln_gql_ref(id, "!"), RLN_GQL_MEANS_KEYS);
	schema->delete_many = rln_gql_type_make(schema, RLN_GQL_OBJECT, "delete_many");
	(void) rln_gql_field_add(schema->delete_many, "ids", rln_gql_ref(id, "![!"), RLN_GQL_MEANS_KEYS);
}

static void
add_directives(RlnGqlSchema *schema)
{
	int selections = RLN_GQL_AT_FIELD | RLN_GQL_AT_FRAGMENT_SPREAD | RLN_GQL_AT_INLINE_FRAGMENT;
	RlnGqlRef string = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_STRING], "");
	RlnGqlRef condition = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], "!");
	RlnGqlDirectiveType *directive;

	directive = add_directive(schema, "include", "Only where the argument is true.", selections);
	(void) rln_gql_input_add(&directive->arguments, "if", condition, RLN_GQL_INPUT_ARGUMENT);
	directive = add_directive(schema, "skip", "Not where the argument is true.", selections);
	(void) rln_gql_input_add(&directive->arguments, "if", condition, RLN_GQL_INPUT_ARGUMENT);
	directive = add_directive(schema, "deprecated", "It should not be used any more.",
							  RLN_GQL_AT_FIELD_DEFINITION | RLN_GQL_AT_ARGUMENT_DEFINITION |
								  RLN_GQL_AT_INPUT_FIELD_DEFINITION | RLN_GQL_AT_ENUM_VALUE);
	rln_gql_input_add(&directive->arguments, "reason", string, RLN_GQL_INPUT_ARGUMENT)->standard =
		"\"No longer supported\"";
	directive = add_directive(schema, "specifiedBy", "Where the scalar is described.",
							  RLN_GQL_AT_SCALAR);
	string = rln_gql_ref(string.type, "!");
	(void) rln_gql_input_add(&directive->arguments, "url", string, RLN_GQL_INPUT_ARGUMENT);
}

static RlnGqlDirectiveType *
add_directive(RlnGqlSchema *schema, const char *name, const char *description, int locations)
{
	RlnGqlDirectiveType *directive = palloc0(sizeof(RlnGqlDirectiveType));

	directive->name = name;
	directive->description = description;
	directive->locations = locations;
	schema->directives = lappend(schema->directives, directive);
	return directive;
}
