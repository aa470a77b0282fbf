/*
 * introspect.c
 *	  __schema and __type.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/json.h"
#include "graphql/graphql.h"

/* what the introspection shows, one of these */
typedef struct Shown
{
	RlnGqlRef ref; /* a type */
	const RlnGqlField *field;
	const RlnGqlInputField *input;
	const char *value; /* of an enum */
	const RlnGqlDirectiveType *directive;
} Shown;

typedef struct Writer
{
	RlnGqlCall *call;
	StringInfo out;
} Writer;

static void write_object(Writer *writer, const Shown *shown, const RlnGqlType *type,
						 const List *selections);
static void write_field(Writer *writer, const Shown *shown, const RlnGqlAsked *asked);
static void write_list(Writer *writer, const Shown *shown, const RlnGqlAsked *asked);
static bool has_list(const Shown *shown, RlnGqlMeta meta);
static List *list_of(Writer *writer, const Shown *shown, RlnGqlMeta meta);
static Shown show_item(RlnGqlMeta meta, void *item);
static void write_type(Writer *writer, const RlnGqlType *type, const RlnGqlAsked *asked);
static void write_wrapped(Writer *writer, RlnGqlRef ref, const RlnGqlAsked *asked);
static void write_locations(Writer *writer, const Shown *shown);
static const char *name_of(const Shown *shown);
static const char *kind_of(const Shown *shown);
static const char *description_of(const Shown *shown);
static void write_text(Writer *writer, const char *text);
static void write_boolean(Writer *writer, bool value);


/* Appends the value of the root field. */
void
rln_gql_introspect(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root)
{
	Writer writer = {call, out};
	Shown shown = {{0}};
	RlnGqlInput *name;

	if (root->field->meta == RLN_GQL_META_SCHEMA)
	{
		write_object(&writer, &shown, root->field->type.type, root->selections);
		return;
	}
	name = rln_gql_coerce_argument(call, root->node, linitial(root->field->arguments));
	write_type(&writer,
			   rln_gql_type_get(call->schema,
								pnstrdup(name->json->val.string.val, name->json->val.string.len)),
			   root);
}

static void
write_object(Writer *writer, const Shown *shown, const RlnGqlType *type, const List *selections)
{
	ListCell *lc;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	rln_json_append_char(writer->out, '{');
	foreach(lc, rln_gql_collect(writer->call, type, selections))
	{
		const RlnGqlAsked *asked = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			rln_json_append_char(writer->out, ',');
		rln_json_string(writer->out, asked->key, strlen(asked->key));
		rln_json_append_char(writer->out, ':');
		if (asked->field->means == RLN_GQL_MEANS_TYPENAME)
			write_text(writer, type->name);
		else
			write_field(writer, shown, asked);
	}
	rln_json_append_char(writer->out, '}');
}

static void
write_field(Writer *writer, const Shown *shown, const RlnGqlAsked *asked)
{
	RlnGqlSchema *schema = writer->call->schema;

	switch (asked->field->meta)
	{
		case RLN_GQL_META_NAME:
			write_text(writer, name_of(shown));
			break;
		case RLN_GQL_META_DESCRIPTION:
			write_text(writer, description_of(shown));
			break;
		case RLN_GQL_META_QUERY_TYPE:
			write_type(writer, schema->query, asked);
			break;
		case RLN_GQL_META_MUTATION_TYPE:
			write_type(writer, rln_gql_type_get(schema, schema->mutation->name), asked);
			break;
		case RLN_GQL_META_KIND:
			write_text(writer, kind_of(shown));
			break;
		case RLN_GQL_META_OF_TYPE:
			if (shown->ref.nwraps > 0)
				write_wrapped(writer, rln_gql_ref_inner(shown->ref), asked);
			else
				write_text(writer, NULL);
			break;
		case RLN_GQL_META_IS_ONE_OF:
			if (shown->ref.nwraps == 0 && shown->ref.type->kind == RLN_GQL_INPUT_OBJECT)
				write_boolean(writer, false);
			else
				write_text(writer, NULL);
			break;
		case RLN_GQL_META_TYPE_OF:
			write_wrapped(
				writer, shown->field != NULL ? shown->field->type : shown->input->type, asked);
			break;
		case RLN_GQL_META_DEFAULT:
			write_text(writer, shown->input->standard);
			break;
		case RLN_GQL_META_IS_DEPRECATED:
		case RLN_GQL_META_IS_REPEATABLE:
			write_boolean(writer, false);
			break;
		case RLN_GQL_META_LOCATIONS:
			write_locations(writer, shown);
			break;
		case RLN_GQL_META_SUBSCRIPTION_TYPE:
		case RLN_GQL_META_SPECIFIED_BY:
		case RLN_GQL_META_DEPRECATION:
			write_text(writer, NULL);
			break;
		default:
			write_list(writer, shown, asked);
			break;
	}
}

static void
write_list(Writer *writer, const Shown *shown, const RlnGqlAsked *asked)
{
	ListCell *lc;
	List *items;

	if (!has_list(shown, asked->field->meta))
	{
		write_text(writer, NULL);
		return;
	}
	rln_json_append_char(writer->out, '[');
	items = list_of(writer, shown, asked->field->meta);
	foreach(lc, items)
	{
		Shown item = show_item(asked->field->meta, lfirst(lc));

		if (foreach_current_index(lc) > 0)
			rln_json_append_char(writer->out, ',');
		write_object(writer, &item, asked->field->type.type, asked->selections);
	}
	rln_json_append_char(writer->out, ']');
}

/* What a type of another kind does not have is null. */
static bool
has_list(const Shown *shown, RlnGqlMeta meta)
{
	RlnGqlKind kind;

	if (meta == RLN_GQL_META_TYPES || meta == RLN_GQL_META_DIRECTIVES || meta == RLN_GQL_META_ARGS)
		return true;
	if (shown->ref.nwraps > 0)
		return false;
	kind = shown->ref.type->kind;
	switch (meta)
	{
		case RLN_GQL_META_POSSIBLE_TYPES:
			return kind == RLN_GQL_UNION;
		case RLN_GQL_META_ENUM_VALUES:
			return kind == RLN_GQL_ENUM;
		case RLN_GQL_META_INPUT_FIELDS:
			return kind == RLN_GQL_INPUT_OBJECT;
		default:
			return kind == RLN_GQL_OBJECT;
	}
}

static List *
list_of(Writer *writer, const Shown *shown, RlnGqlMeta meta)
{
	RlnGqlSchema *schema = writer->call->schema;

	switch (meta)
	{
		case RLN_GQL_META_TYPES:
			return rln_gql_types(schema);
		case RLN_GQL_META_DIRECTIVES:
			return schema->directives;
		case RLN_GQL_META_ARGS:
			return shown->field != NULL ? shown->field->arguments : shown->directive->arguments;
		case RLN_GQL_META_FIELDS:
			return rln_gql_fields(schema, shown->ref.type);
		case RLN_GQL_META_POSSIBLE_TYPES:
			return rln_gql_possible_types(schema, shown->ref.type);
		case RLN_GQL_META_ENUM_VALUES:
			return shown->ref.type->values;
		case RLN_GQL_META_INPUT_FIELDS:
			return rln_gql_inputs(schema, shown->ref.type);
		default:
			return NIL;
	}
}

static Shown
show_item(RlnGqlMeta meta, void *item)
{
	Shown shown = {{0}};

	switch (meta)
	{
		case RLN_GQL_META_TYPES:
		case RLN_GQL_META_POSSIBLE_TYPES:
			shown.ref = rln_gql_ref(item, "");
			break;
		case RLN_GQL_META_DIRECTIVES:
			shown.directive = item;
			break;
		case RLN_GQL_META_FIELDS:
			shown.field = item;
			break;
		case RLN_GQL_META_ENUM_VALUES:
			shown.value = item;
			break;
		default:
			shown.input = item;
			break;
	}
	return shown;
}

/* A type by itself, or null. */
static void
write_type(Writer *writer, const RlnGqlType *type, const RlnGqlAsked *asked)
{
	if (type == NULL)
		write_text(writer, NULL);
	else
		write_wrapped(writer, rln_gql_ref(type, ""), asked);
}

static void
write_wrapped(Writer *writer, RlnGqlRef ref, const RlnGqlAsked *asked)
{
	Shown shown = {.ref = ref};

	rln_gql_type_load(writer->call->schema, ref.type);
	write_object(writer, &shown, asked->field->type.type, asked->selections);
}

static void
write_locations(Writer *writer, const Shown *shown)
{
	bool is_first = true;

	rln_json_append_char(writer->out, '[');
	for (int bit = 0; rln_gql_location_name(bit) != NULL; bit++)
	{
		if ((shown->directive->locations & 1 << bit) == 0)
			continue;
		if (!is_first)
			rln_json_append_char(writer->out, ',');
		is_first = false;
		write_text(writer, rln_gql_location_name(bit));
	}
	rln_json_append_char(writer->out, ']');
}

/* A wrapped type has none. */
static const char *
name_of(const Shown *shown)
{
	if (shown->field != NULL)
		return shown->field->name;
	if (shown->input != NULL)
		return shown->input->name;
	if (shown->directive != NULL)
		return shown->directive->name;
	if (shown->value != NULL)
		return shown->value;
	return shown->ref.nwraps > 0 ? NULL : shown->ref.type->name;
}

static const char *
kind_of(const Shown *shown)
{
	if (rln_gql_ref_is_required(shown->ref))
		return "NON_NULL";
	if (rln_gql_ref_is_list(shown->ref))
		return "LIST";
	return rln_gql_kind_name(shown->ref.type->kind);
}

static const char *
description_of(const Shown *shown)
{
	if (shown->field != NULL)
		return rln_gql_part_comment(shown->field->part);
	if (shown->input != NULL)
		return rln_gql_part_comment(shown->input->part);
	if (shown->directive != NULL)
		return shown->directive->description;
	if (shown->ref.type != NULL && shown->ref.nwraps == 0)
		return rln_gql_type_comment(shown->ref.type);
	return NULL;
}

/* NULL is null. */
static void
write_text(Writer *writer, const char *text)
{
	if (text == NULL)
		rln_json_append(writer->out, "null", 4);
	else
		rln_json_string(writer->out, text, strlen(text));
}

static void
write_boolean(Writer *writer, bool value)
{
	appendStringInfoString(writer->out, value ? "true" : "false");
}
