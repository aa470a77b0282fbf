/*
 * sdl.c
 *	  The schema in GraphQL's own language (specification, section 3).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/json.h"
#include "graphql/schema.h"

static void print_type(StringInfo buf, RlnGqlSchema *schema, const RlnGqlType *type);
static bool is_of_the_language(const RlnGqlSchema *schema, const RlnGqlType *type);
static void print_fields(StringInfo buf, const List *fields);
static void print_inputs(StringInfo buf, const List *inputs);
static void print_input(StringInfo buf, const RlnGqlInputField *input);
static void print_names(StringInfo buf, const RlnGqlType *type);
static void print_description(StringInfo buf, const char *indent, const char *description);


/* All types that are not built into the language, by name; palloc'd. */
char *
rln_gql_sdl(RlnGqlSchema *schema)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, rln_gql_types(schema))
	{
		const RlnGqlType *type = lfirst(lc);

		if (is_of_the_language(schema, type))
			continue;
		if (buf.len > 0)
			appendStringInfoChar(&buf, '\n');
		print_type(&buf, schema, type);
	}
	return buf.data;
}

static bool
is_of_the_language(const RlnGqlSchema *schema, const RlnGqlType *type)
{
	return type->is_meta ||
		(type->kind == RLN_GQL_SCALAR && type->scalar <= RLN_GQL_SCALAR_ID);
}

static void
print_type(StringInfo buf, RlnGqlSchema *schema, const RlnGqlType *type)
{
	static const char *const keywords[] = {"scalar", "type", "interface", "union", "enum", "input"};

	CHECK_FOR_INTERRUPTS();
	print_description(buf, "", rln_gql_type_comment(type));
	appendStringInfo(buf, "%s %s", keywords[type->kind], type->name);
	switch (type->kind)
	{
		case RLN_GQL_OBJECT:
			print_fields(buf, rln_gql_fields(schema, type));
			break;
		case RLN_GQL_INPUT_OBJECT:
			print_inputs(buf, type->inputs);
			break;
		case RLN_GQL_UNION:
		case RLN_GQL_ENUM:
			print_names(buf, type);
			break;
		default:
			appendStringInfoChar(buf, '\n');
			break;
	}
}

static void
print_fields(StringInfo buf, const List *fields)
{
	ListCell *lc;
	ListCell *la;

	appendStringInfoString(buf, " {\n");
	foreach(lc, fields)
	{
		const RlnGqlField *field = lfirst(lc);

		print_description(buf, "  ", rln_gql_part_comment(field->part));
		appendStringInfo(buf, "  %s", field->name);
		foreach(la, field->arguments)
		{
			appendStringInfoString(buf, foreach_current_index(la) == 0 ? "(" : ", ");
			print_input(buf, lfirst(la));
		}
		if (field->arguments != NIL)
			appendStringInfoChar(buf, ')');
		appendStringInfoString(buf, ": ");
		rln_gql_ref_print(buf, field->type);
		appendStringInfoChar(buf, '\n');
	}
	appendStringInfoString(buf, "}\n");
}

static void
print_inputs(StringInfo buf, const List *inputs)
{
	ListCell *lc;

	appendStringInfoString(buf, " {\n");
	foreach(lc, inputs)
	{
		const RlnGqlInputField *input = lfirst(lc);

		print_description(buf, "  ", rln_gql_part_comment(input->part));
		appendStringInfoString(buf, "  ");
		print_input(buf, input);
		appendStringInfoChar(buf, '\n');
	}
	appendStringInfoString(buf, "}\n");
}

static void
print_input(StringInfo buf, const RlnGqlInputField *input)
{
	appendStringInfo(buf, "%s: ", input->name);
	rln_gql_ref_print(buf, input->type);
	if (input->standard != NULL)
		appendStringInfo(buf, " = %s", input->standard);
}

/* The members of a union, the values of an enum. */
static void
print_names(StringInfo buf, const RlnGqlType *type)
{
	ListCell *lc;

	foreach(lc, type->members)
		appendStringInfo(buf, "%s%s", foreach_current_index(lc) == 0 ? " = " : " | ",
						 ((RlnGqlType *) lfirst(lc))->name);
	if (type->kind == RLN_GQL_ENUM)
		appendStringInfoString(buf, " {");
	foreach(lc, type->values)
		appendStringInfo(buf, "\n  %s", (char *) lfirst(lc));
	appendStringInfoString(buf, type->kind == RLN_GQL_ENUM ? "\n}\n" : "\n");
}

/* A string of GraphQL is one of JSON. */
static void
print_description(StringInfo buf, const char *indent, const char *description)
{
	if (description == NULL)
		return;
	appendStringInfoString(buf, indent);
	rln_json_string(buf, description, strlen(description));
	appendStringInfoChar(buf, '\n');
}
