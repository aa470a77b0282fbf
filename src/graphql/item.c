/*
 * item.c
 *	  The types of a collection: items, filters, groups.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "graphql/schema.h"

static void load_item(RlnGqlSchema *schema, RlnGqlType *type);
static void add_item_field(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part);
static void load_filter(RlnGqlSchema *schema, RlnGqlType *type);
static void add_filter_fields(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part);
static void add_logic(RlnGqlType *type);
static void load_quantifier(RlnGqlSchema *schema, RlnGqlType *type);
static void load_group(RlnGqlSchema *schema, RlnGqlType *type);
static void add_aggregates(RlnGqlSchema *schema, RlnGqlType *type, const char *function,
						   RlnGqlCollectionType of);
static void load_counts(RlnGqlSchema *schema, RlnGqlType *type);
static void load_numbers(RlnGqlSchema *schema, RlnGqlType *type);
static void load_values(RlnGqlSchema *schema, RlnGqlType *type);
static RlnGqlField *add_aggregate(RlnGqlType *type, const RlnGqlPart *part, RlnGqlRef ref);
static bool is_number(Oid type);
static bool has_extremes(Oid type);
static RlnGqlRef required(RlnGqlRef ref);
static void add_argument(List **arguments, const char *name, RlnGqlRef ref);
static RlnGqlType *type_of(const RlnGqlPart *part, RlnGqlCollectionType type);

/* by RlnGqlCollectionType */
static const RlnGqlLoad loads[RLN_GQL_COLLECTION_TYPES] = {
	[RLN_GQL_TYPE_ITEM] = load_item,
	[RLN_GQL_TYPE_FILTER] = load_filter,
	[RLN_GQL_TYPE_QUANTIFIER] = load_quantifier,
	[RLN_GQL_TYPE_GROUP] = load_group,
	[RLN_GQL_TYPE_COUNTS] = load_counts,
	[RLN_GQL_TYPE_NUMBERS] = load_numbers,
	[RLN_GQL_TYPE_VALUES] = load_values,
	[RLN_GQL_TYPE_CREATE] = rln_gql_load_create,
	[RLN_GQL_TYPE_UPDATE] = rln_gql_load_update,
	[RLN_GQL_TYPE_CHANGES] = rln_gql_load_changes,
};


/* Makes them, empty; what they hold is loaded when it is needed. */
void
rln_gql_collection_types(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	for (int i = 0; i < RLN_GQL_COLLECTION_TYPES; i++)
	{
		bool is_object = i == RLN_GQL_TYPE_ITEM ||
			(i >= RLN_GQL_TYPE_GROUP && i <= RLN_GQL_TYPE_VALUES);
		char *name = rln_gql_collection_type_name(collection, i);

		collection->types[i] =
			rln_gql_type_make(schema, is_object ? RLN_GQL_OBJECT : RLN_GQL_INPUT_OBJECT, name);
		collection->types[i]->collection = collection;
		collection->types[i]->load = loads[i];
	}
}

/* The arguments of a list of the collection's items. */
List *
rln_gql_list_arguments(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	RlnGqlType *string = schema->scalars[RLN_GQL_SCALAR_STRING];
	RlnGqlType *number = schema->scalars[RLN_GQL_SCALAR_INT];
	List *arguments = NIL;

	add_argument(&arguments, "filter", rln_gql_ref(collection->types[RLN_GQL_TYPE_FILTER], ""));
	add_argument(&arguments, "sort", rln_gql_ref(string, "["));
	add_argument(&arguments, "limit", rln_gql_ref(number, ""));
	add_argument(&arguments, "offset", rln_gql_ref(number, ""));
	add_argument(&arguments, "page", rln_gql_ref(number, ""));
	add_argument(&arguments, "search", rln_gql_ref(string, ""));
	return arguments;
}

static void
load_item(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	foreach(lc, type->collection->parts)
		add_item_field(schema, type, lfirst(lc));
}

static void
add_item_field(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part)
{
	RlnGqlField *field = rln_gql_field_add(type, part->name, part->type, RLN_GQL_MEANS_COLUMN);

	field->of = part->of;
	field->part = part;
	field->as_string = part->as_string;
	switch (part->kind)
	{
		case RLN_GQL_PART_COLUMN:
			if (part->not_null)
				field->type = required(part->type);
			break;
		case RLN_GQL_PART_ONE:
			field->means = RLN_GQL_MEANS_RELATION;
			field->collection = ((RlnGqlEnd *) linitial(part->ends))->collection;
			field->type = rln_gql_ref(type_of(part, RLN_GQL_TYPE_ITEM), "");
			add_argument(&field->arguments, "filter",
						 rln_gql_ref(type_of(part, RLN_GQL_TYPE_FILTER), ""));
			add_argument(&field->arguments, "search",
						 rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_STRING], ""));
			break;
		case RLN_GQL_PART_MANY:
			field->means = RLN_GQL_MEANS_RELATION;
			field->collection = ((RlnGqlEnd *) linitial(part->ends))->collection;
			field->type = rln_gql_ref(type_of(part, RLN_GQL_TYPE_ITEM), "![!");
			field->arguments = rln_gql_list_arguments(schema, field->collection);
			break;
		case RLN_GQL_PART_ANY:
			field->means = RLN_GQL_MEANS_ANY;
			field->type = rln_gql_ref(part->any, "");
			break;
	}
	if (part->functions == NULL)
		return;
	field = rln_gql_field_add(type, part->functions_name, rln_gql_ref(part->functions, "!"),
							  RLN_GQL_MEANS_FUNCTIONS);
	field->of = part->of;
	field->part = part;
}

static void
load_filter(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	add_logic(type);
	foreach(lc, type->collection->parts)
		add_filter_fields(schema, type, lfirst(lc));
}

static void
add_filter_fields(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part)
{
	RlnGqlInputField *input;
	RlnGqlRef ref = rln_gql_ref(part->operators, "");
	ListCell *lc;

	if (part->kind == RLN_GQL_PART_ONE)
		ref = rln_gql_ref(type_of(part, RLN_GQL_TYPE_FILTER), "");
	else if (part->kind == RLN_GQL_PART_MANY)
		ref = rln_gql_ref(type_of(part, RLN_GQL_TYPE_QUANTIFIER), "");
	foreach(lc, part->kind == RLN_GQL_PART_ANY ? part->ends : NIL)
	{
		RlnGqlEnd *end = lfirst(lc);
		char *name = psprintf("%s__%s", part->name, end->collection->type_name);

		if (rln_gql_input_get(type->inputs, name) != NULL)
			continue;
		ref = rln_gql_ref(end->collection->types[RLN_GQL_TYPE_FILTER], "");
		input = rln_gql_input_add(&type->inputs, name, ref, RLN_GQL_INPUT_SCOPE);
		input->of = part->of;
		input->scope = end->scope;
	}
	if (part->kind != RLN_GQL_PART_ANY && rln_gql_input_get(type->inputs, part->name) == NULL)
	{
		input = rln_gql_input_add(&type->inputs, part->name, ref, RLN_GQL_INPUT_FIELD);
		input->of = part->of;
		input->part = part;
	}
	if (part->functions != NULL && rln_gql_input_get(type->inputs, part->functions_name) == NULL)
	{
		ref = rln_gql_ref(part->function_operators, "");
		input = rln_gql_input_add(&type->inputs, part->functions_name, ref,
								  RLN_GQL_INPUT_FUNCTIONS);
		input->of = part->of;
		input->part = part;
	}
}

/* A column of such a name cannot be asked for. */
static void
add_logic(RlnGqlType *type)
{
	/* the type that is filled in is a copy; others refer to the one that is known */
	const RlnGqlCollection *collection = type->collection;
	const RlnGqlType *filter = type->name == collection->types[RLN_GQL_TYPE_FILTER]->name
		? collection->types[RLN_GQL_TYPE_FILTER]
		: collection->types[RLN_GQL_TYPE_QUANTIFIER];

	(void) rln_gql_input_add(&type->inputs, "_and", rln_gql_ref(filter, "["), RLN_GQL_INPUT_AND);
	(void) rln_gql_input_add(&type->inputs, "_or", rln_gql_ref(filter, "["), RLN_GQL_INPUT_OR);
	(void) rln_gql_input_add(&type->inputs, "_not", rln_gql_ref(filter, ""), RLN_GQL_INPUT_NOT);
}

/* What can be asked of an alias: all of the rows, and how many they are. */
static void
load_quantifier(RlnGqlSchema *schema, RlnGqlType *type)
{
	static const struct
	{
		const char *name;
		RlnFilterKind kind;
	} quantifiers[] = {
		{"_some", RLN_FILTER_SOME}, {"_none", RLN_FILTER_NONE}, {"_every", RLN_FILTER_EVERY}};
	RlnGqlRef rows = rln_gql_ref(type->collection->types[RLN_GQL_TYPE_FILTER], "");
	RlnGqlRef number = rln_gql_ref(schema->operators[RLN_GQL_OPERATORS_NUMBER], "");
	RlnGqlRef flag = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], "");

	for (int i = 0; i < lengthof(quantifiers); i++)
		rln_gql_input_add(&type->inputs, quantifiers[i].name, rows, RLN_GQL_INPUT_QUANTIFIER)
			->filter = quantifiers[i].kind;
	(void) rln_gql_input_add(&type->inputs, "_count", number, RLN_GQL_INPUT_COUNT);
	(void) rln_gql_input_add(&type->inputs, "_filter", rows, RLN_GQL_INPUT_WITHIN);
	for (int negated = 0; negated < 2; negated++)
	{
		RlnGqlInputField *input =
			rln_gql_input_add(&type->inputs, rln_operator_name(RLN_NULL, negated), flag,
							  RLN_GQL_INPUT_OPERATOR);

		input->op = RLN_NULL;
		input->negated = negated;
	}
	load_filter(schema, type);
}

static void
load_group(RlnGqlSchema *schema, RlnGqlType *type)
{
	static const char *const of_numbers[] = {"avg", "avgDistinct", "sum", "sumDistinct"};
	RlnGqlType *json = schema->scalars[RLN_GQL_SCALAR_JSON];
	RlnGqlType *number = schema->scalars[RLN_GQL_SCALAR_INT];

	(void) rln_gql_field_add(type, "group", rln_gql_ref(json, ""), RLN_GQL_MEANS_GROUP);
	(void) rln_gql_field_add(type, "countAll", rln_gql_ref(number, ""), RLN_GQL_MEANS_COUNT_ALL);
	add_aggregates(schema, type, "count", RLN_GQL_TYPE_COUNTS);
	add_aggregates(schema, type, "countDistinct", RLN_GQL_TYPE_COUNTS);
	for (int i = 0; i < lengthof(of_numbers); i++)
		add_aggregates(schema, type, of_numbers[i], RLN_GQL_TYPE_NUMBERS);
	add_aggregates(schema, type, "min", RLN_GQL_TYPE_VALUES);
	add_aggregates(schema, type, "max", RLN_GQL_TYPE_VALUES);
}

/* Where the collection has such columns. */
static void
add_aggregates(RlnGqlSchema *schema, RlnGqlType *type, const char *function,
			   RlnGqlCollectionType of)
{
	RlnGqlType *fields = type->collection->types[of];

	if (rln_gql_type_exists(schema, fields))
		rln_gql_field_add(type, function, rln_gql_ref(fields, ""), RLN_GQL_MEANS_AGGREGATES)->of =
			function;
}

static void
load_counts(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	foreach(lc, type->collection->parts)
	{
		RlnGqlPart *part = lfirst(lc);

		if (part->attnum != 0)
			(void) add_aggregate(type, part, rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_INT], ""));
	}
}

static void
load_numbers(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	foreach(lc, type->collection->parts)
	{
		RlnGqlPart *part = lfirst(lc);

		if (part->attnum != 0 && is_number(part->type_oid))
			(void) add_aggregate(type, part, rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_FLOAT], ""));
	}
}

static void
load_values(RlnGqlSchema *schema, RlnGqlType *type)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	foreach(lc, type->collection->parts)
	{
		RlnGqlPart *part = lfirst(lc);

		if (part->attnum != 0 && has_extremes(part->type_oid))
			add_aggregate(type, part, part->type)->as_string = part->as_string;
	}
}

static RlnGqlField *
add_aggregate(RlnGqlType *type, const RlnGqlPart *part, RlnGqlRef ref)
{
	RlnGqlField *field = rln_gql_field_add(type, part->name, ref, RLN_GQL_MEANS_AGGREGATE);

	field->of = part->of;
	field->part = part;
	return field;
}

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID || type == FLOAT4OID ||
		type == FLOAT8OID || type == NUMERICOID;
}

/* Types that min() and max() take in every version. */
static bool
has_extremes(Oid type)
{
	switch (type)
	{
		case DATEOID:
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INTERVALOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case CASHOID:
			return true;
		default:
			return is_number(type) || type_is_enum(type);
	}
}

/* Never null. */
static RlnGqlRef
required(RlnGqlRef ref)
{
	return ref.nwraps == 0 ? rln_gql_ref(ref.type, "!") : rln_gql_ref(ref.type, "[!");
}

static void
add_argument(List **arguments, const char *name, RlnGqlRef ref)
{
	rln_gql_input_add(arguments, name, ref, RLN_GQL_INPUT_ARGUMENT)->of = name;
}

/* A type of the one collection that the part leads to. */
static RlnGqlType *
type_of(const RlnGqlPart *part, RlnGqlCollectionType type)
{
	return ((RlnGqlEnd *) linitial(part->ends))->collection->types[type];
}
