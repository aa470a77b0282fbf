/*
 * scalar.c
 *	  What the type of a column is in GraphQL.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "graphql/schema.h"
#include "query/node.h"

static bool set_built_in(RlnGqlSchema *schema, RlnGqlPart *part, Oid type);
static void set_scalar(RlnGqlSchema *schema, RlnGqlPart *part, RlnGqlScalar scalar,
					   RlnGqlOperators operators);
static bool set_enum(RlnGqlSchema *schema, RlnGqlPart *part);
static RlnGqlType *enum_type(RlnGqlSchema *schema, Oid type);
static char *enum_name(RlnGqlSchema *schema, Oid type);
static List *enum_labels(Oid type);
static bool set_array(RlnGqlSchema *schema, RlnGqlPart *part);
static void set_key(RlnGqlSchema *schema, RlnGqlPart *part);
static bool shows_as_json(Oid type);
static bool is_text(Oid type);


/*
 * The part's type, operators and functions, from its type_oid; in the current
 * context, which is the schema's.
 */
void
rln_gql_part_set_type(RlnGqlSchema *schema, RlnGqlPart *part)
{
	Oid type = part->type_oid;

	if (!set_built_in(schema, part, type) && !set_enum(schema, part) && !set_array(schema, part))
	{
		RlnGqlOperators operators = RLN_GQL_OPERATORS_NULL;

		if (is_text(type))
			operators = RLN_GQL_OPERATORS_STRING;
		else if (rln_type_has_operator(type, RLN_LT))
			operators = RLN_GQL_OPERATORS_ORDERED;
		else if (rln_type_has_operator(type, RLN_IN))
			operators = RLN_GQL_OPERATORS_EQUALITY;
		if (shows_as_json(type))
			set_scalar(schema, part, RLN_GQL_SCALAR_JSON, RLN_GQL_OPERATORS_NULL);
		else
			set_scalar(schema, part, RLN_GQL_SCALAR_STRING, operators);
	}
	if (part->is_key)
		set_key(schema, part);
}

static bool
set_built_in(RlnGqlSchema *schema, RlnGqlPart *part, Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
			set_scalar(schema, part, RLN_GQL_SCALAR_INT, RLN_GQL_OPERATORS_NUMBER);
			return true;
		case INT8OID:
			set_scalar(schema, part, RLN_GQL_SCALAR_BIG_INT, RLN_GQL_OPERATORS_BIG_INT);
			part->as_string = true;
			return true;
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_FLOAT, RLN_GQL_OPERATORS_NUMBER);
			return true;
		case BOOLOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_BOOLEAN, RLN_GQL_OPERATORS_BOOLEAN);
			return true;
		case JSONOID:
		case JSONBOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_JSON, RLN_GQL_OPERATORS_JSON);
			part->functions = schema->functions[RLN_GQL_FUNCTIONS_COUNT];
			part->function_operators = schema->operators[RLN_GQL_OPERATORS_COUNT_FUNCTIONS];
			return true;
		case DATEOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_DATE, RLN_GQL_OPERATORS_DATE);
			part->functions = schema->functions[RLN_GQL_FUNCTIONS_DATE];
			part->function_operators = schema->operators[RLN_GQL_OPERATORS_DATE_FUNCTIONS];
			return true;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_DATE, RLN_GQL_OPERATORS_DATE);
			part->functions = schema->functions[RLN_GQL_FUNCTIONS_DATETIME];
			part->function_operators = schema->operators[RLN_GQL_OPERATORS_DATETIME_FUNCTIONS];
			return true;
		case TIMEOID:
		case TIMETZOID:
			set_scalar(schema, part, RLN_GQL_SCALAR_STRING, RLN_GQL_OPERATORS_DATE);
			part->functions = schema->functions[RLN_GQL_FUNCTIONS_TIME];
			part->function_operators = schema->operators[RLN_GQL_OPERATORS_TIME_FUNCTIONS];
			return true;
		default:
			return false;
	}
}

static void
set_scalar(RlnGqlSchema *schema, RlnGqlPart *part, RlnGqlScalar scalar, RlnGqlOperators operators)
{
	part->type = rln_gql_ref(schema->scalars[scalar], "");
	part->operators = schema->operators[operators];
}

/* An enum whose labels are all names; one that has others is a string. */
static bool
set_enum(RlnGqlSchema *schema, RlnGqlPart *part)
{
	RlnGqlType *type;
	char *name;

	if (!type_is_enum(part->type_oid))
		return false;
	type = enum_type(schema, part->type_oid);
	if (type == NULL)
	{
		set_scalar(schema, part, RLN_GQL_SCALAR_STRING, RLN_GQL_OPERATORS_ORDERED);
		return true;
	}
	part->type = rln_gql_ref(type, "");
	name = psprintf("%s_filter_operators", type->name);
	part->operators = rln_gql_type_get(schema, name);
	if (part->operators == NULL)
	{
		part->operators = rln_gql_type_make(schema, RLN_GQL_INPUT_OBJECT, name);
		rln_gql_operators_fill(schema, part->operators, type, true);
	}
	return true;
}

static RlnGqlType *
enum_type(RlnGqlSchema *schema, Oid type)
{
	List *labels;
	RlnGqlType *made;
	ListCell *lc;

	foreach(lc, schema->all_types)
	{
		made = lfirst(lc);
		if (made->enum_type == type)
			return made;
	}
	labels = enum_labels(type);
	foreach(lc, labels)
	{
		const char *label = lfirst(lc);

		if (!rln_gql_is_name(label) || strcmp(label, "true") == 0 ||
			strcmp(label, "false") == 0 || strcmp(label, "null") == 0)
			return NULL;
	}
	if (labels == NIL)
		return NULL;
	made = rln_gql_type_make(schema, RLN_GQL_ENUM, enum_name(schema, type));
	made->enum_type = type;
	made->values = labels;
	return made;
}

/* As a collection would be called; that of the operators must be free too. */
static char *
enum_name(RlnGqlSchema *schema, Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);
	char *name = pstrdup(NameStr(form->typname));
	char *qualified =
		rln_gql_name(rln_name_join(get_namespace_name(form->typnamespace), name));

	ReleaseSysCache(tuple);
	name = TypeIsVisible(type) ? rln_gql_name(name) : qualified;
	for (int i = 1; hash_search(schema->types, name, HASH_FIND, NULL) != NULL ||
		 hash_search(schema->types, psprintf("%s_filter_operators", name), HASH_FIND, NULL) != NULL;
		 i++)
		name = i == 1 ? qualified : psprintf("%s_%d", qualified, i);
	return name;
}

/* In the enum's order. */
static List *
enum_labels(Oid type)
{
	CatCList *members = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
	List *labels = NIL;
	float4 last = 0;

	for (int i = 0; i < members->n_members; i++)
	{
		Form_pg_enum next = NULL;

		for (int j = 0; j < members->n_members; j++)
		{
			Form_pg_enum form = (Form_pg_enum) GETSTRUCT(&members->members[j]->tuple);

			if ((i == 0 || form->enumsortorder > last) &&
				(next == NULL || form->enumsortorder < next->enumsortorder))
				next = form;
		}
		last = next->enumsortorder;
		labels = lappend(labels, pstrdup(NameStr(next->enumlabel)));
	}
	ReleaseSysCacheList(members);
	return labels;
}

/* A list of what its elements are; what is written in another way alone is JSON. */
static bool
set_array(RlnGqlSchema *schema, RlnGqlPart *part)
{
	RlnGqlPart element = {.type_oid = get_element_type(part->type_oid)};

	if (!OidIsValid(element.type_oid))
		return false;
	element.type_oid = getBaseType(element.type_oid);
	rln_gql_part_set_type(schema, &element);
	if (element.as_string || element.type.nwraps > 0)
		element.type.type = schema->scalars[RLN_GQL_SCALAR_JSON];
	else
		element.type.wraps = "[";
	part->type = element.type;
	part->type.nwraps = strlen(part->type.wraps);
	part->operators = schema->operators[RLN_GQL_OPERATORS_NULL];
	return true;
}

static void
set_key(RlnGqlSchema *schema, RlnGqlPart *part)
{
	RlnGqlOperators operators = RLN_GQL_OPERATORS_ID_EQUALITY;

	if (is_text(part->type_oid))
		operators = RLN_GQL_OPERATORS_STRING;
	else if (rln_type_has_operator(part->type_oid, RLN_LT))
		operators = RLN_GQL_OPERATORS_ID;
	part->type = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_ID], "");
	part->operators = schema->operators[operators];
	part->as_string = true;
}

/* As to_json() has it: rows, and types of users with a cast to json. */
static bool
shows_as_json(Oid type)
{
	Oid function;

	if (type_is_rowtype(type))
		return true;
	return type >= FirstNormalObjectId &&
		find_coercion_pathway(JSONOID, type, COERCION_EXPLICIT, &function) == COERCION_PATH_FUNC;
}

static bool
is_text(Oid type)
{
	return rln_type_has_operator(type, RLN_CONTAINS);
}
