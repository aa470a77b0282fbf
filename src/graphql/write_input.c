/*
 * write_input.c
 *	  The input objects of mutations: what may be given for an item.
 *
 * What creates an item needs what no default stands for.  What changes one needs
 * nothing, and so serves for nested items too: {id: 1} links that item, {name:
 * "x"} makes one, both together change the one that is linked.
 */
#include "postgres.h"

#include "base/names.h"
#include "ddl/ddl.h"
#include "graphql/schema.h"

static void load_input(RlnGqlSchema *schema, RlnGqlType *type, bool is_create);
static void add_part(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part,
					 bool is_create);
static bool may_give(const RlnGqlPart *part, bool is_create);
static void add_column(RlnGqlType *type, const RlnGqlPart *part, bool is_create);
static bool is_discriminator(const RlnGqlPart *part);
static void add_item(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part);
static void add_list(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part);
static void add_any(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part);
static void add_registry_keys(RlnGqlSchema *schema, RlnGqlType *type);
static RlnGqlInputField *add_data(RlnGqlType *type, const char *name, RlnGqlRef ref,
								  const RlnGqlPart *part);
static bool has_key(RlnGqlSchema *schema, RlnGqlCollection *collection);


void
rln_gql_load_create(RlnGqlSchema *schema, RlnGqlType *type)
{
	load_input(schema, type, true);
}

void
rln_gql_load_update(RlnGqlSchema *schema, RlnGqlType *type)
{
	load_input(schema, type, false);
}

/* What is done to a list, where it is not given as a whole. */
void
rln_gql_load_changes(RlnGqlSchema *schema, RlnGqlType *type)
{
	RlnGqlCollection *collection = type->collection;

	if (!has_key(schema, collection))
		return;
	if (collection->may_insert)
		add_data(type, "create", rln_gql_ref(collection->types[RLN_GQL_TYPE_UPDATE], "!["), NULL)
			->of = "create";
	add_data(type, "update", rln_gql_ref(collection->types[RLN_GQL_TYPE_UPDATE], "!["), NULL)->of =
		"update";
	add_data(type, "delete", rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_ID], "!["), NULL)->of =
		"delete";
}

static void
load_input(RlnGqlSchema *schema, RlnGqlType *type, bool is_create)
{
	ListCell *lc;

	rln_gql_collection_load(schema, type->collection);
	foreach(lc, type->collection->parts)
		add_part(schema, type, lfirst(lc), is_create);
	if (type->collection->is_registry)
		add_registry_keys(schema, type);
}

static void
add_part(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part, bool is_create)
{
	if (part->attnum != 0 && !may_give(part, is_create))
		return;
	switch (part->kind)
	{
		case RLN_GQL_PART_COLUMN:
			add_column(type, part, is_create);
			break;
		case RLN_GQL_PART_ONE:
			add_item(schema, type, part);
			break;
		case RLN_GQL_PART_MANY:
			add_list(schema, type, part);
			break;
		case RLN_GQL_PART_ANY:
			add_any(schema, type, part);
			break;
	}
}

/* A key may always be given: by it an item that is there is meant. */
static bool
may_give(const RlnGqlPart *part, bool is_create)
{
	if (part->is_generated)
		return false;
	return part->may_insert ||
		(!is_create && (part->may_update || rln_names_contain(part->collection->key, part->of)));
}

static void
add_column(RlnGqlType *type, const RlnGqlPart *part, bool is_create)
{
	RlnGqlRef ref = part->type;

	if (is_create && part->not_null && !part->has_default && !is_discriminator(part))
		ref = ref.nwraps == 0 ? rln_gql_ref(ref.type, "!") : rln_gql_ref(ref.type, "[!");
	(void) add_data(type, part->name, ref, part);
}

/* It may be given by an item of the collection. */
static bool
is_discriminator(const RlnGqlPart *part)
{
	ListCell *lc;

	foreach(lc, part->collection->parts)
	{
		const RlnGqlPart *other = lfirst(lc);

		if (other->discriminator != NULL && strcmp(other->discriminator, part->of) == 0)
			return true;
	}
	return false;
}

static void
add_item(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part)
{
	RlnGqlCollection *to = ((RlnGqlEnd *) linitial(part->ends))->collection;

	if (has_key(schema, to))
		(void) add_data(type, part->name, rln_gql_ref(to->types[RLN_GQL_TYPE_UPDATE], ""), part);
}

/* As a whole, or what is done to it. */
static void
add_list(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part)
{
	RlnGqlCollection *to = ((RlnGqlEnd *) linitial(part->ends))->collection;
	char *changes = psprintf("%s_changes", part->name);
	ListCell *lc;

	if (!has_key(schema, to))
		return;
	(void) add_data(type, part->name, rln_gql_ref(to->types[RLN_GQL_TYPE_UPDATE], "!["), part);
	foreach(lc, type->collection->parts)
	{
		if (strcmp(((RlnGqlPart *) lfirst(lc))->name, changes) == 0)
			return;
	}
	(void) add_data(type, changes, rln_gql_ref(to->types[RLN_GQL_TYPE_CHANGES], ""), part);
}

/* By its key, beside which the discriminator is given, or as an item of a collection. */
static void
add_any(RlnGqlSchema *schema, RlnGqlType *type, const RlnGqlPart *part)
{
	ListCell *lc;

	(void) add_data(type, part->name, rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_ID], ""), part);
	foreach(lc, part->ends)
	{
		RlnGqlEnd *end = lfirst(lc);
		char *name = psprintf("%s__%s", part->name, end->collection->type_name);
		RlnGqlInputField *input;

		if (!has_key(schema, end->collection) || rln_gql_input_get(type->inputs, name) != NULL)
			continue;
		input = add_data(type, name,
						 rln_gql_ref(end->collection->types[RLN_GQL_TYPE_UPDATE], ""), part);
		input->means = RLN_GQL_INPUT_DATA_SCOPE;
		input->scope = end->scope;
	}
}

/* What a relation object may have besides its columns. */
static void
add_registry_keys(RlnGqlSchema *schema, RlnGqlType *type)
{
	RlnGqlRef flag = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_BOOLEAN], "");
	RlnGqlRef json = rln_gql_ref(schema->scalars[RLN_GQL_SCALAR_JSON], "");

	for (int key = RLN_VIEW_COLUMNS; key < RLN_OBJECT_KEYS; key++)
	{
		const char *name = rln_object_key_name(key);

		if (rln_gql_input_get(type->inputs, name) == NULL)
			add_data(type, name, key == RLN_KEY_DEFERRABLE ? json : flag, NULL)->of = name;
	}
}

static RlnGqlInputField *
add_data(RlnGqlType *type, const char *name, RlnGqlRef ref, const RlnGqlPart *part)
{
	RlnGqlInputField *input = rln_gql_input_add(&type->inputs, name, ref, RLN_GQL_INPUT_DATA);

	input->part = part;
	input->of = part == NULL ? NULL : part->of;
	return input;
}

/* Without a key no item can be linked. */
static bool
has_key(RlnGqlSchema *schema, RlnGqlCollection *collection)
{
	rln_gql_collection_load(schema, collection);
	return collection->key != NIL;
}
