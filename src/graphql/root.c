/*
 * root.c
 *	  The fields of Query and Mutation.
 */
#include "postgres.h"

#include "nodes/nodes.h"

#include "graphql/schema.h"

typedef struct RootEntry
{
	char name[RLN_GQL_MAX_NAME]; /* hash key, must be first */
	RlnGqlField *field;
} RootEntry;

static RlnGqlField *add_root(HTAB *roots, RlnGqlType *type, RlnGqlCollection *collection,
							 const char *pattern, RlnGqlRef ref, RlnGqlMeaning means);
static void add_mutations(RlnGqlSchema *schema, RlnGqlCollection *collection, RlnGqlRef items);
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
	RlnGqlRef items = rln_gql_ref(item, "![");
	RlnGqlRef string = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_STRING], "[");
	RlnGqlRef json = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_JSON], "");
	RlnGqlField *field;

	/* as the reference has it */
	if (collection->is_registry)
		items = rln_gql_ref(item, "[");
	field = add_root(schema->queries, schema->query, collection, "%s", items,
					 RLN_GQL_MEANS_READ_MANY);
	field->arguments = rln_gql_list_arguments(schema, collection);
	field = add_root(schema->queries, schema->query, collection, "%s_by_id",
					 rln_gql_ref(item, ""), RLN_GQL_MEANS_READ_ONE);
	add_argument(field, "id", rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_ID], "!"));
	field = add_root(schema->queries, schema->query, collection, "%s_aggregated",
					 rln_gql_ref(group, "!["), RLN_GQL_MEANS_READ_GROUPS);
	field->arguments = rln_gql_list_arguments(schema, collection);
	add_argument(field, "groupBy", string);
	add_argument(field, "having", json);
	add_mutations(schema, collection, items);
}

/* Those for which the role has no right are left out by rln_gql_root_exists(). */
static void
add_mutations(RlnGqlSchema *schema, RlnGqlCollection *collection, RlnGqlRef items)
{
	static const struct
	{
		const char *pattern;
		RlnGqlMeaning means;
		bool one;
	} roots[] = {{"create_%s_item", RLN_GQL_MEANS_CREATE_ONE, true},
				 {"create_%s_items", RLN_GQL_MEANS_CREATE_MANY, false},
				 {"update_%s_item", RLN_GQL_MEANS_UPDATE_ONE, true},
				 {"update_%s_items", RLN_GQL_MEANS_UPDATE_MANY, false},
				 {"delete_%s_item", RLN_GQL_MEANS_DELETE_ONE, true},
				 {"delete_%s_items", RLN_GQL_MEANS_DELETE_MANY, false}};
	const RlnGqlType *id = schema->scalars[RLN_GQL_SCALAR_ID];

	for (int i = 0; i < lengthof(roots); i++)
	{
		bool is_create = roots[i].means <= RLN_GQL_MEANS_CREATE_MANY;
		bool is_delete = roots[i].means >= RLN_GQL_MEANS_DELETE_ONE;
		const RlnGqlType *data =
			collection->types[is_create ? RLN_GQL_TYPE_CREATE : RLN_GQL_TYPE_UPDATE];
		RlnGqlRef result = roots[i].one ? rln_gql_ref(items.type, "") : items;
		RlnGqlField *field;

		if (is_delete)
			result = rln_gql_ref(roots[i].one ? schema->delete_one : schema->delete_many, "");
		field = add_root(schema->mutations, schema->mutation, collection, roots[i].pattern, result,
						 roots[i].means);
		if (!is_create)
			add_argument(field, roots[i].one ? "id" : "ids",
						 roots[i].one ? rln_gql_ref(id, "!") : rln_gql_ref(id, "![!"));
		if (!is_delete)
			add_argument(field, "data",
						 is_create && !roots[i].one ? rln_gql_ref(data, "![!")
													: rln_gql_ref(data, "!"));
	}
}

/* Is the role allowed that, and does the collection have what it needs? */
bool
rln_gql_root_exists(RlnGqlSchema *schema, const RlnGqlField *field)
{
	RlnGqlCollection *collection = field->collection;
	bool is_allowed = true;
	CmdType event = CMD_SELECT;

	switch (field->means)
	{
		case RLN_GQL_MEANS_READ_ONE:
			break;
		case RLN_GQL_MEANS_CREATE_ONE:
		case RLN_GQL_MEANS_CREATE_MANY:
			event = CMD_INSERT;
			is_allowed = collection->may_insert;
			break;
		case RLN_GQL_MEANS_UPDATE_ONE:
		case RLN_GQL_MEANS_UPDATE_MANY:
			event = CMD_UPDATE;
			is_allowed = collection->may_update;
			break;
		case RLN_GQL_MEANS_DELETE_ONE:
		case RLN_GQL_MEANS_DELETE_MANY:
			event = CMD_DELETE;
			is_allowed = collection->may_delete;
			break;
		default:
			return true;
	}
	if (!is_allowed)
		return false;
	rln_gql_collection_load(schema, collection);
	if (event != CMD_SELECT && (collection->events & (1 << event)) == 0)
		return false;
	if (event == CMD_INSERT)
		return rln_gql_type_exists(schema, collection->types[RLN_GQL_TYPE_CREATE]);
	return collection->key != NIL;
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
