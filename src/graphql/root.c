/*
 * root.c
 *	  The fields of Query and Mutation.
 */
#include "postgres.h"

#include "graphql/schema.h"

typedef struct RootEntry
{
	char name[RLN_GQL_MAX_NAME]; /* hash key, must be first */
	RlnGqlField *field;
} RootEntry;

static RlnGqlField *add_root(HTAB *roots, RlnGqlType *type, RlnGqlCollection *collection,
							 const char *pattern, RlnGqlRef ref, RlnGqlMeaning means);
static void add_argument(RlnGqlField *field, const char *name, RlnGqlRef ref);


/*
 * Those of a collection, in the current context, which is the schema's.  A
 * list may be null: so an error in one field leaves the others as they are.
 */
void
rln_gql_roots_add(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	RlnGqlType *item = collection->types[RLN_GQL_TYPE_ITEM];
	RlnGqlType *group = collection->types[RLN_GQL_TYPE_GROUP];
	RlnGqlRef items = RLN_GQL_REF(item, "![");
	RlnGqlRef string = RLN_GQL_REF(schema->scalars[RLN_GQL_SCALAR_STRING], "[");
	RlnGqlRef json = RLN_GQL_REF(schema->scalars[RLN_GQL_SCALAR_JSON], "");
	RlnGqlField *field;

	/* as the reference has it */
	if (collection->is_registry)
		items = RLN_GQL_REF(item, "[");
	field = add_root(schema->queries, schema->query, collection, "%s", items,
					 RLN_GQL_MEANS_READ_MANY);
	field->arguments = rln_gql_list_arguments(schema, collection);
	field = add_root(schema->queries, schema->query, collection, "%s_by_id",
					 RLN_GQL_REF(item, ""), RLN_GQL_MEANS_READ_ONE);
	add_argument(field, "id", RLN_GQL_REF(schema->scalars[RLN_GQL_SCALAR_ID], "!"));
	field = add_root(schema->queries, schema->query, collection, "%s_aggregated",
					 RLN_GQL_REF(group, "!["), RLN_GQL_MEANS_READ_GROUPS);
	field->arguments = rln_gql_list_arguments(schema, collection);
	add_argument(field, "groupBy", string);
	add_argument(field, "having", json);
}

/* One item is found by its key alone. */
bool
rln_gql_root_exists(RlnGqlSchema *schema, const RlnGqlField *field)
{
	if (field->means != RLN_GQL_MEANS_READ_ONE)
		return true;
	rln_gql_collection_load(schema, field->collection);
	return field->collection->key != NIL;
}

static RlnGqlField *
add_root(HTAB *roots, RlnGqlType *type, RlnGqlCollection *collection, const char *pattern,
		 RlnGqlRef ref, RlnGqlMeaning means)
{
	char *name = psprintf(pattern, collection->root_name);
	RlnGqlField *field = rln_gql_field_add(type, name, ref, means);
	RootEntry *entry;
	bool found;

	entry = hash_search(roots, name, HASH_ENTER, &found);
	Assert(!found);
	entry->field = field;
	field->collection = collection;
	return field;
}

static void
add_argument(RlnGqlField *field, const char *name, RlnGqlRef ref)
{
	rln_gql_input_add(&field->arguments, name, ref, RLN_GQL_INPUT_ARGUMENT)->of = name;
}
