/*
 * meta.c
 *	  The types of the introspection (specification, section 4.2).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "graphql/schema.h"

static const char *const kinds[] = {
	"SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "LIST", "NON_NULL"};

/* by the bits of RlnGqlLocation */
static const char *const locations[] = {
	"QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD",
	"INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION",
	"ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT",
	"INPUT_FIELD_DEFINITION"};

typedef enum MetaType
{
	META_SCHEMA,
	META_TYPE,
	META_FIELD,
	META_INPUT,
	META_VALUE,
	META_DIRECTIVE,
	META_KIND,
	META_LOCATION,
	META_TYPES,
	META_STRING = META_TYPES,
	META_BOOLEAN
} MetaType;

static const char *const type_names[META_TYPES] = {
	"__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__Directive", "__TypeKind",
	"__DirectiveLocation"};

typedef struct MetaField
{
	MetaType of;
	const char *name;
	MetaType type;
	const char *wraps;
	RlnGqlMeta meta;
	bool has_deprecated; /* an argument of it */
} MetaField;

static const MetaField fields[] = {
	{META_SCHEMA, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_SCHEMA, "types", META_TYPE, "![!", RLN_GQL_META_TYPES},
	{META_SCHEMA, "queryType", META_TYPE, "!", RLN_GQL_META_QUERY_TYPE},
	{META_SCHEMA, "mutationType", META_TYPE, "", RLN_GQL_META_MUTATION_TYPE},
	{META_SCHEMA, "subscriptionType", META_TYPE, "", RLN_GQL_META_SUBSCRIPTION_TYPE},
	{META_SCHEMA, "directives", META_DIRECTIVE, "![!", RLN_GQL_META_DIRECTIVES},
	{META_TYPE, "kind", META_KIND, "!", RLN_GQL_META_KIND},
	{META_TYPE, "name", META_STRING, "", RLN_GQL_META_NAME},
	{META_TYPE, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_TYPE, "specifiedByURL", META_STRING, "", RLN_GQL_META_SPECIFIED_BY},
	{META_TYPE, "fields", META_FIELD, "![", RLN_GQL_META_FIELDS, true},
	{META_TYPE, "interfaces", META_TYPE, "![", RLN_GQL_META_INTERFACES},
	{META_TYPE, "possibleTypes", META_TYPE, "![", RLN_GQL_META_POSSIBLE_TYPES},
	{META_TYPE, "enumValues", META_VALUE, "![", RLN_GQL_META_ENUM_VALUES, true},
	{META_TYPE, "inputFields", META_INPUT, "![", RLN_GQL_META_INPUT_FIELDS, true},
	{META_TYPE, "ofType", META_TYPE, "", RLN_GQL_META_OF_TYPE},
	{META_TYPE, "isOneOf", META_BOOLEAN, "", RLN_GQL_META_IS_ONE_OF},
	{META_FIELD, "name", META_STRING, "!", RLN_GQL_META_NAME},
	{META_FIELD, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_FIELD, "args", META_INPUT, "![!", RLN_GQL_META_ARGS, true},
	{META_FIELD, "type", META_TYPE, "!", RLN_GQL_META_TYPE_OF},
	{META_FIELD, "isDeprecated", META_BOOLEAN, "!", RLN_GQL_META_IS_DEPRECATED},
	{META_FIELD, "deprecationReason", META_STRING, "", RLN_GQL_META_DEPRECATION},
	{META_INPUT, "name", META_STRING, "!", RLN_GQL_META_NAME},
	{META_INPUT, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_INPUT, "type", META_TYPE, "!", RLN_GQL_META_TYPE_OF},
	{META_INPUT, "defaultValue", META_STRING, "", RLN_GQL_META_DEFAULT},
	{META_INPUT, "isDeprecated", META_BOOLEAN, "!", RLN_GQL_META_IS_DEPRECATED},
	{META_INPUT, "deprecationReason", META_STRING, "", RLN_GQL_META_DEPRECATION},
	{META_VALUE, "name", META_STRING, "!", RLN_GQL_META_NAME},
	{META_VALUE, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_VALUE, "isDeprecated", META_BOOLEAN, "!", RLN_GQL_META_IS_DEPRECATED},
	{META_VALUE, "deprecationReason", META_STRING, "", RLN_GQL_META_DEPRECATION},
	{META_DIRECTIVE, "name", META_STRING, "!", RLN_GQL_META_NAME},
	{META_DIRECTIVE, "description", META_STRING, "", RLN_GQL_META_DESCRIPTION},
	{META_DIRECTIVE, "isRepeatable", META_BOOLEAN, "!", RLN_GQL_META_IS_REPEATABLE},
	{META_DIRECTIVE, "locations", META_LOCATION, "![!", RLN_GQL_META_LOCATIONS},
	{META_DIRECTIVE, "args", META_INPUT, "![!", RLN_GQL_META_ARGS, true},
};

static RlnGqlField *add_field(RlnGqlSchema *schema, RlnGqlType *type, const MetaField *from,
							  RlnGqlType *of);
static List *make_labels(const char *const *names, int n);
static int compare_types(const ListCell *a, const ListCell *b);


/* In the current context, which is the schema's; the scalars are there. */
void
rln_gql_meta_add(RlnGqlSchema *schema)
{
	RlnGqlType *types[META_BOOLEAN + 1];
	RlnGqlRef string = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_STRING], "!");

	types[META_STRING] = schema->scalars[RLN_GQL_SCALAR_STRING];
	types[META_BOOLEAN] = schema->scalars[RLN_GQL_SCALAR_BOOLEAN];
	for (int i = 0; i < META_TYPES; i++)
	{
		types[i] = rln_gql_type_make(schema, i < META_KIND ? RLN_GQL_OBJECT : RLN_GQL_ENUM,
									 type_names[i]);
		types[i]->is_meta = true;
	}
	types[META_KIND]->values = make_labels(kinds, lengthof(kinds));
	types[META_LOCATION]->values = make_labels(locations, lengthof(locations));
	for (int i = 0; i < lengthof(fields); i++)
		(void) add_field(schema, types[fields[i].of], &fields[i], types[fields[i].type]);

	/* of Query, but not among its fields */
	schema->meta_schema = rln_gql_field_add(NULL, "__schema", rln_gql_ref(types[META_SCHEMA], "!"),
											RLN_GQL_MEANS_META);
	schema->meta_schema->meta = RLN_GQL_META_SCHEMA;
	schema->meta_type = rln_gql_field_add(NULL, "__type", rln_gql_ref(types[META_TYPE], ""),
										  RLN_GQL_MEANS_META);
	schema->meta_type->meta = RLN_GQL_META_TYPE;
	(void) rln_gql_input_add(&schema->meta_type->arguments, "name", string, RLN_GQL_INPUT_ARGUMENT);
	schema->meta_typename = rln_gql_field_add(NULL, "__typename", string, RLN_GQL_MEANS_TYPENAME);
}

const char *
rln_gql_kind_name(RlnGqlKind kind)
{
	return kinds[kind];
}

/* Of the bit of that number; NULL behind the last one. */
const char *
rln_gql_location_name(int bit)
{
	return bit < lengthof(locations) ? locations[bit] : NULL;
}

/* All types, loaded, by name; in the current context. */
List *
rln_gql_types(RlnGqlSchema *schema)
{
	List *types = NIL;

	/* loading one may make others */
	for (int i = 0; i < list_length(schema->all_types); i++)
	{
		RlnGqlType *type = list_nth(schema->all_types, i);

		CHECK_FOR_INTERRUPTS();
		if (rln_gql_type_exists(schema, type))
			types = lappend(types, type);
	}
	list_sort(types, compare_types);
	return types;
}

static int
compare_types(const ListCell *a, const ListCell *b)
{
	return strcmp(((RlnGqlType *) lfirst(a))->name, ((RlnGqlType *) lfirst(b))->name);
}

static RlnGqlField *
add_field(RlnGqlSchema *schema, RlnGqlType *type, const MetaField *from, RlnGqlType *of)
{
	RlnGqlRef ref = {of, from->wraps, strlen(from->wraps)};
	RlnGqlField *field = rln_gql_field_add(type, from->name, ref, RLN_GQL_MEANS_META);
	RlnGqlRef flag = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], "");

	field->meta = from->meta;
	if (from->has_deprecated)
		rln_gql_input_add(&field->arguments, "includeDeprecated", flag, RLN_GQL_INPUT_ARGUMENT)
			->standard = "false";
	return field;
}

static List *
make_labels(const char *const *names, int n)
{
	List *labels = NIL;

	for (int i = 0; i < n; i++)
		labels = lappend(labels, (char *) names[i]);
	return labels;
}
