/*
 * type.c
 *	  Making types, fields and references to types, and finding them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "graphql/schema.h"

static bool has_field(RlnGqlSchema *schema, const RlnGqlType *type);

typedef struct NamedType
{
	char name[RLN_GQL_MAX_NAME]; /* hash key, must be first */
	RlnGqlType *type;
} NamedType;

typedef struct NamedField
{
	char name[RLN_GQL_MAX_NAME]; /* hash key, must be first */
	RlnGqlField *field;
} NamedField;


/* A new type of that name, which must be free; in the schema's context. */
RlnGqlType *
rln_gql_type_make(RlnGqlSchema *schema, RlnGqlKind kind, const char *name)
{
	MemoryContext before = MemoryContextSwitchTo(schema->context);
	RlnGqlType *type = palloc0(sizeof(RlnGqlType));
	NamedType *entry;
	bool found;

	type->name = pstrdup(name);
	type->kind = kind;
	entry = hash_search(schema->types, name, HASH_ENTER, &found);
	Assert(!found);
	entry->type = type;
	schema->all_types = lappend(schema->all_types, type);
	MemoryContextSwitchTo(before);
	return type;
}

/* The type of that name, loaded, or NULL. */
RlnGqlType *
rln_gql_type_get(RlnGqlSchema *schema, const char *name)
{
	NamedType *entry = NULL;

	if (strlen(name) < RLN_GQL_MAX_NAME)
		entry = hash_search(schema->types, name, HASH_FIND, NULL);
	if (entry == NULL || !rln_gql_type_exists(schema, entry->type))
		return NULL;
	return entry->type;
}

/*
 * Fills the type in, where that has not been done.  What is loaded is complete:
 * an error leaves the type as it was.
 */
void
rln_gql_type_load(RlnGqlSchema *schema, const RlnGqlType *type)
{
	RlnGqlType filled = *type;
	MemoryContext before;

	if (type->load == NULL)
		return;
	check_stack_depth();
	filled.load = NULL;
	before = MemoryContextSwitchTo(schema->context);
	type->load(schema, &filled);
	MemoryContextSwitchTo(before);
	*(RlnGqlType *) type = filled;
}

/* A type that would be empty is none. */
bool
rln_gql_type_exists(RlnGqlSchema *schema, const RlnGqlType *type)
{
	rln_gql_type_load(schema, type);
	switch (type->kind)
	{
		case RLN_GQL_SCALAR:
			return true;
		case RLN_GQL_INPUT_OBJECT:
			return type->inputs != NIL;
		case RLN_GQL_UNION:
			return type->members != NIL;
		case RLN_GQL_ENUM:
			return type->values != NIL;
		default:
			return has_field(schema, type);
	}
}

/* Of a root the first that there is will do: to ask for each would load every collection. */
static bool
has_field(RlnGqlSchema *schema, const RlnGqlType *type)
{
	ListCell *lc;

	if (type != schema->query && type != schema->mutation)
		return type->fields != NIL;
	foreach(lc, type->fields)
	{
		if (rln_gql_root_exists(schema, lfirst(lc)))
			return true;
	}
	return false;
}

/* In the current context, which is the schema's; names and references are kept as they are. */
RlnGqlField *
rln_gql_field_add(RlnGqlType *type, const char *name, RlnGqlRef ref, RlnGqlMeaning means)
{
	RlnGqlField *field = palloc0(sizeof(RlnGqlField));

	field->name = name;
	field->type = ref;
	field->means = means;
	if (type != NULL)
		type->fields = lappend(type->fields, field);
	return field;
}

/* The same for an argument or a field of an input object. */
RlnGqlInputField *
rln_gql_input_add(List **inputs, const char *name, RlnGqlRef ref, RlnGqlInputMeaning means)
{
	RlnGqlInputField *input = palloc0(sizeof(RlnGqlInputField));

	input->name = name;
	input->type = ref;
	input->means = means;
	*inputs = lappend(*inputs, input);
	return input;
}

/* The field of an object or a root, or NULL; of any type that has fields, __typename. */
const RlnGqlField *
rln_gql_field_get(RlnGqlSchema *schema, const RlnGqlType *type, const char *name)
{
	HTAB *roots = type == schema->query ? schema->queries
		: type == schema->mutation		? schema->mutations
										: NULL;
	ListCell *lc;

	if (strcmp(name, "__typename") == 0 && rln_gql_is_composite(type))
		return schema->meta_typename;
	if (type == schema->query && strcmp(name, "__schema") == 0)
		return schema->meta_schema;
	if (type == schema->query && strcmp(name, "__type") == 0)
		return schema->meta_type;
	if (roots != NULL)
	{
		NamedField *entry = strlen(name) < RLN_GQL_MAX_NAME
			? hash_search(roots, name, HASH_FIND, NULL)
			: NULL;

		return entry != NULL && rln_gql_root_exists(schema, entry->field) ? entry->field : NULL;
	}
	rln_gql_type_load(schema, type);
	foreach(lc, type->fields)
	{
		const RlnGqlField *field = lfirst(lc);

		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

/* The fields of an object, those of the introspection apart; of roots those that there are. */
List *
rln_gql_fields(RlnGqlSchema *schema, const RlnGqlType *type)
{
	List *fields = NIL;
	ListCell *lc;

	rln_gql_type_load(schema, type);
	if (type != schema->query && type != schema->mutation)
		return type->fields;
	foreach(lc, type->fields)
	{
		if (rln_gql_root_exists(schema, lfirst(lc)))
			fields = lappend(fields, lfirst(lc));
	}
	return fields;
}

const RlnGqlInputField *
rln_gql_input_get(const List *inputs, const char *name)
{
	ListCell *lc;

	foreach(lc, inputs)
	{
		const RlnGqlInputField *input = lfirst(lc);

		if (strcmp(input->name, name) == 0)
			return input;
	}
	return NULL;
}

List *
rln_gql_inputs(RlnGqlSchema *schema, const RlnGqlType *type)
{
	rln_gql_type_load(schema, type);
	return type->inputs;
}

/* Without the outermost wrap. */
RlnGqlRef
rln_gql_ref_inner(RlnGqlRef ref)
{
	Assert(ref.nwraps > 0);
	ref.nwraps--;
	return ref;
}

bool
rln_gql_ref_is_required(RlnGqlRef ref)
{
	return ref.nwraps > 0 && ref.wraps[ref.nwraps - 1] == '!';
}

bool
rln_gql_ref_is_list(RlnGqlRef ref)
{
	return ref.nwraps > 0 && ref.wraps[ref.nwraps - 1] == '[';
}

/* "[Int!]!" */
void
rln_gql_ref_print(StringInfo buf, RlnGqlRef ref)
{
	for (int i = ref.nwraps - 1; i >= 0; i--)
	{
		if (ref.wraps[i] == '[')
			appendStringInfoChar(buf, '[');
	}
	appendStringInfoString(buf, ref.type->name);
	for (int i = 0; i < ref.nwraps; i++)
		appendStringInfoChar(buf, ref.wraps[i] == '[' ? ']' : '!');
}

char *
rln_gql_ref_text(RlnGqlRef ref)
{
	StringInfoData buf;

	initStringInfo(&buf);
	rln_gql_ref_print(&buf, ref);
	return buf.data;
}

/* Has it fields of which some are selected? */
bool
rln_gql_is_composite(const RlnGqlType *type)
{
	return type->kind == RLN_GQL_OBJECT || type->kind == RLN_GQL_INTERFACE ||
		type->kind == RLN_GQL_UNION;
}

/* Can values of it be given? */
bool
rln_gql_is_input(const RlnGqlType *type)
{
	return type->kind == RLN_GQL_SCALAR || type->kind == RLN_GQL_ENUM ||
		type->kind == RLN_GQL_INPUT_OBJECT;
}

/* The objects that a value of a composite type may be. */
List *
rln_gql_possible_types(RlnGqlSchema *schema, const RlnGqlType *type)
{
	if (type->kind != RLN_GQL_UNION)
		return list_make1((void *) type);
	rln_gql_type_load(schema, type);
	return type->members;
}
