/*
 * parser.c
 *	  GraphQL tokens to a document (specification, sections 2.2 to 2.12).
 *
 * Executable documents only: definitions of types are refused by name.  The
 * lexer turns the first error into the end of the text, so that every loop here
 * stops there; what was made until then is garbage and nobody sees it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "graphql/ast.h"

typedef struct Parser
{
	RlnGqlLexer lexer;
	RlnGqlDocument *document;
	int depth;
} Parser;

static void parse_definition(Parser *parser);
static bool skip_description(Parser *parser);
static bool is_type_system(const RlnGqlToken *token);
static void parse_operation(Parser *parser, RlnGqlPlace start);
static List *parse_variables(Parser *parser);
static void parse_type(Parser *parser, RlnGqlVariable *variable);
static void parse_fragment(Parser *parser, RlnGqlPlace start);
static List *parse_selections(Parser *parser, RlnGqlPlace *place);
static RlnGqlSelection *parse_selection(Parser *parser);
static void parse_field(Parser *parser, RlnGqlSelection *selection);
static void parse_spread(Parser *parser, RlnGqlSelection *selection);
static List *parse_arguments(Parser *parser, bool is_constant);
static RlnGqlArgument *parse_argument(Parser *parser, bool is_constant);
static List *parse_directives(Parser *parser, bool is_constant);
static RlnGqlValue *parse_value(Parser *parser, bool is_constant);
static void parse_name_value(Parser *parser, RlnGqlValue *value);
static void parse_variable_value(Parser *parser, RlnGqlValue *value, bool is_constant);
static void parse_items(Parser *parser, RlnGqlValue *value, bool is_constant);
static const char *parse_name(Parser *parser);
static bool at_end(const Parser *parser);
static bool at(const Parser *parser, char punctuator);
static bool at_name(const Parser *parser, const char *name);
static bool skip(Parser *parser, char punctuator);
static void expect(Parser *parser, char punctuator);
static void unexpected(Parser *parser);
static void enter(Parser *parser);


/*
 * The document, palloc'd; the text, which ends in a null byte, may go.  NULL
 * where it is none: then *error is what is wrong.
 */
RlnGqlDocument *
rln_gql_parse(const char *text, int length, RlnGqlError **error)
{
	Parser parser = {0};

	parser.document = palloc0(sizeof(RlnGqlDocument));
	rln_gql_lexer_init(&parser.lexer, text, length);
	rln_gql_advance(&parser.lexer);
	if (at_end(&parser))
		unexpected(&parser);
	while (!at_end(&parser))
		parse_definition(&parser);
	*error = parser.lexer.error;
	return parser.lexer.error == NULL ? parser.document : NULL;
}

/* It stands where its description does, if it has one. */
static void
parse_definition(Parser *parser)
{
	RlnGqlPlace place = parser->lexer.token.place;
	bool is_described = skip_description(parser);

	if (is_type_system(&parser->lexer.token))
	{
		rln_gql_fail(&parser->lexer, place, "");
		parser->lexer.error->message =
			"Only operations and fragments are executed: a document cannot define types.";
	}
	else if (at(parser, '{') && is_described)
		rln_gql_fail(&parser->lexer, place,
					 "Unexpected description, descriptions are not supported for shorthand queries.");
	else if (at(parser, '{') || at_name(parser, "query") || at_name(parser, "mutation") ||
			 at_name(parser, "subscription"))
		parse_operation(parser, place);
	else if (at_name(parser, "fragment"))
		parse_fragment(parser, place);
	else
		unexpected(parser);
}

static bool
skip_description(Parser *parser)
{
	RlnGqlTokenKind kind = parser->lexer.token.kind;

	if (kind != RLN_GQL_TOKEN_STRING && kind != RLN_GQL_TOKEN_BLOCK_STRING)
		return false;
	rln_gql_advance(&parser->lexer);
	return true;
}

static bool
is_type_system(const RlnGqlToken *token)
{
	static const char *const keywords[] = {"schema", "scalar", "type", "interface", "union",
										   "enum", "input", "directive", "extend"};

	for (int i = 0; token->kind == RLN_GQL_TOKEN_NAME && i < lengthof(keywords); i++)
	{
		if (strcmp(token->text, keywords[i]) == 0)
			return true;
	}
	return false;
}

static void
parse_operation(Parser *parser, RlnGqlPlace start)
{
	RlnGqlOperation *operation = palloc0(sizeof(RlnGqlOperation));
	RlnGqlPlace place;

	operation->place = start;
	if (!at(parser, '{'))
	{
		if (at_name(parser, "mutation"))
			operation->kind = RLN_GQL_MUTATION;
		else if (at_name(parser, "subscription"))
			operation->kind = RLN_GQL_SUBSCRIPTION;
		rln_gql_advance(&parser->lexer);
		operation->name_place = parser->lexer.token.place;
		if (parser->lexer.token.kind == RLN_GQL_TOKEN_NAME)
			operation->name = parse_name(parser);
		operation->variables = parse_variables(parser);
		operation->directives = parse_directives(parser, false);
	}
	operation->selections = parse_selections(parser, &place);
	parser->document->operations = lappend(parser->document->operations, operation);
}

static List *
parse_variables(Parser *parser)
{
	List *variables = NIL;

	if (!skip(parser, '('))
		return NIL;
	do
	{
		RlnGqlVariable *variable = palloc0(sizeof(RlnGqlVariable));

		variable->place = parser->lexer.token.place;
		(void) skip_description(parser);
		expect(parser, '$');
		variable->name_place = parser->lexer.token.place;
		variable->name = parse_name(parser);
		expect(parser, ':');
		variable->type_place = parser->lexer.token.place;
		parse_type(parser, variable);
		if (skip(parser, '='))
			variable->standard = parse_value(parser, true);
		variable->directives = parse_directives(parser, true);
		variables = lappend(variables, variable);
	} while (!at_end(parser) && !skip(parser, ')'));
	return variables;
}

/* [[Name!]!]: opening brackets are counted, wraps come from the inside out. */
static void
parse_type(Parser *parser, RlnGqlVariable *variable)
{
	StringInfoData wraps;
	int lists = 0;

	initStringInfo(&wraps);
	while (skip(parser, '['))
	{
		if (++lists + parser->depth > RLN_GQL_MAX_DEPTH)
		{
			rln_gql_fail(&parser->lexer, parser->lexer.token.place, "Document is nested too deeply.");
			return;
		}
	}
	variable->named_place = parser->lexer.token.place;
	variable->type_name = parse_name(parser);
	if (skip(parser, '!'))
		appendStringInfoChar(&wraps, '!');
	for (; lists > 0 && !at_end(parser); lists--)
	{
		expect(parser, ']');
		appendStringInfoChar(&wraps, '[');
		if (skip(parser, '!'))
			appendStringInfoChar(&wraps, '!');
	}
	if (lists > 0)
		expect(parser, ']');
	variable->wraps = wraps.data;
}

static void
parse_fragment(Parser *parser, RlnGqlPlace start)
{
	RlnGqlFragment *fragment = palloc0(sizeof(RlnGqlFragment));
	RlnGqlPlace place;

	fragment->place = start;
	rln_gql_advance(&parser->lexer);
	fragment->name_place = parser->lexer.token.place;
	if (at_name(parser, "on"))
		unexpected(parser);
	fragment->name = parse_name(parser);
	if (at_name(parser, "on"))
		rln_gql_advance(&parser->lexer);
	else
		rln_gql_fail(&parser->lexer, parser->lexer.token.place,
					 psprintf("Expected \"on\", found %s.", rln_gql_token_name(&parser->lexer.token)));
	fragment->condition_place = parser->lexer.token.place;
	fragment->condition = parse_name(parser);
	fragment->directives = parse_directives(parser, false);
	fragment->selections = parse_selections(parser, &place);
	fragment->number = list_length(parser->document->fragments);
	parser->document->fragments = lappend(parser->document->fragments, fragment);
}

/* In braces; there is at least one.  *place is that of the opening brace. */
static List *
parse_selections(Parser *parser, RlnGqlPlace *place)
{
	List *selections = NIL;

	*place = parser->lexer.token.place;
	expect(parser, '{');
	enter(parser);
	do
		selections = lappend(selections, parse_selection(parser));
	while (!at_end(parser) && !at(parser, '}'));
	expect(parser, '}');
	parser->depth--;
	return selections;
}

static RlnGqlSelection *
parse_selection(Parser *parser)
{
	RlnGqlSelection *selection = palloc0(sizeof(RlnGqlSelection));

	selection->place = parser->lexer.token.place;
	if (skip(parser, '.'))
		parse_spread(parser, selection);
	else
		parse_field(parser, selection);
	return selection;
}

static void
parse_field(Parser *parser, RlnGqlSelection *selection)
{
	selection->kind = RLN_GQL_FIELD;
	selection->name_place = selection->place;
	selection->alias = selection->name = parse_name(parser);
	if (skip(parser, ':'))
	{
		selection->name_place = parser->lexer.token.place;
		selection->name = parse_name(parser);
	}
	selection->arguments = parse_arguments(parser, false);
	selection->directives = parse_directives(parser, false);
	if (at(parser, '{'))
		selection->selections = parse_selections(parser, &selection->selections_place);
}

/* Behind the dots: a fragment's name, or an inline fragment. */
static void
parse_spread(Parser *parser, RlnGqlSelection *selection)
{
	bool is_condition = at_name(parser, "on");

	if (parser->lexer.token.kind == RLN_GQL_TOKEN_NAME && !is_condition)
	{
		selection->kind = RLN_GQL_SPREAD;
		selection->name_place = parser->lexer.token.place;
		selection->name = parse_name(parser);
		selection->directives = parse_directives(parser, false);
		return;
	}
	selection->kind = RLN_GQL_INLINE;
	if (is_condition)
	{
		rln_gql_advance(&parser->lexer);
		selection->condition_place = parser->lexer.token.place;
		selection->condition = parse_name(parser);
	}
	selection->directives = parse_directives(parser, false);
	selection->selections = parse_selections(parser, &selection->selections_place);
}

static List *
parse_arguments(Parser *parser, bool is_constant)
{
	List *arguments = NIL;

	if (!skip(parser, '('))
		return NIL;
	do
		arguments = lappend(arguments, parse_argument(parser, is_constant));
	while (!at_end(parser) && !skip(parser, ')'));
	return arguments;
}

static RlnGqlArgument *
parse_argument(Parser *parser, bool is_constant)
{
	RlnGqlArgument *argument = palloc0(sizeof(RlnGqlArgument));

	argument->place = parser->lexer.token.place;
	argument->name = parse_name(parser);
	expect(parser, ':');
	argument->value = parse_value(parser, is_constant);
	return argument;
}

static List *
parse_directives(Parser *parser, bool is_constant)
{
	List *directives = NIL;

	while (at(parser, '@'))
	{
		RlnGqlDirective *directive = palloc0(sizeof(RlnGqlDirective));

		directive->place = parser->lexer.token.place;
		expect(parser, '@');
		directive->name = parse_name(parser);
		directive->arguments = parse_arguments(parser, is_constant);
		directives = lappend(directives, directive);
	}
	return directives;
}

static RlnGqlValue *
parse_value(Parser *parser, bool is_constant)
{
	const RlnGqlToken *token = &parser->lexer.token;
	RlnGqlValue *value = palloc0(sizeof(RlnGqlValue));

	value->place = token->place;
	value->text = token->text;
	switch (token->kind)
	{
		case RLN_GQL_TOKEN_INT:
			value->kind = RLN_GQL_INT;
			break;
		case RLN_GQL_TOKEN_FLOAT:
			value->kind = RLN_GQL_FLOAT;
			break;
		case RLN_GQL_TOKEN_STRING:
		case RLN_GQL_TOKEN_BLOCK_STRING:
			value->kind = RLN_GQL_STRING;
			break;
		case RLN_GQL_TOKEN_NAME:
			parse_name_value(parser, value);
			break;
		case RLN_GQL_TOKEN_PUNCTUATOR:
			if (token->punctuator == '$')
				parse_variable_value(parser, value, is_constant);
			else if (token->punctuator == '[' || token->punctuator == '{')
				parse_items(parser, value, is_constant);
			else
				unexpected(parser);
			return value;
		case RLN_GQL_TOKEN_END:
			unexpected(parser);
			return value;
	}
	rln_gql_advance(&parser->lexer);
	return value;
}

static void
parse_name_value(Parser *parser, RlnGqlValue *value)
{
	if (at_name(parser, "true") || at_name(parser, "false"))
		value->kind = RLN_GQL_BOOLEAN;
	else if (at_name(parser, "null"))
		value->kind = RLN_GQL_NULL;
	else
		value->kind = RLN_GQL_ENUM_VALUE;
}

static void
parse_variable_value(Parser *parser, RlnGqlValue *value, bool is_constant)
{
	value->kind = RLN_GQL_VARIABLE;
	rln_gql_advance(&parser->lexer);
	if (is_constant && parser->lexer.token.kind == RLN_GQL_TOKEN_NAME)
	{
		rln_gql_fail(&parser->lexer, value->place,
					 psprintf("Unexpected variable \"$%s\" in constant value.",
							  parser->lexer.token.text));
		return;
	}
	value->text = parse_name(parser);
}

/* A list, or an object's fields. */
static void
parse_items(Parser *parser, RlnGqlValue *value, bool is_constant)
{
	bool is_list = at(parser, '[');

	value->kind = is_list ? RLN_GQL_LIST : RLN_GQL_OBJECT_VALUE;
	rln_gql_advance(&parser->lexer);
	enter(parser);
	while (!at_end(parser) && !at(parser, is_list ? ']' : '}'))
	{
		void *item = is_list ? (void *) parse_value(parser, is_constant)
							 : (void *) parse_argument(parser, is_constant);

		value->items = lappend(value->items, item);
	}
	expect(parser, is_list ? ']' : '}');
	parser->depth--;
}

/* "" after an error */
static const char *
parse_name(Parser *parser)
{
	const char *name = parser->lexer.token.text;

	if (parser->lexer.token.kind != RLN_GQL_TOKEN_NAME)
	{
		rln_gql_fail(&parser->lexer, parser->lexer.token.place,
					 psprintf("Expected Name, found %s.", rln_gql_token_name(&parser->lexer.token)));
		return "";
	}
	rln_gql_advance(&parser->lexer);
	return name;
}

static bool
at_end(const Parser *parser)
{
	return parser->lexer.token.kind == RLN_GQL_TOKEN_END;
}

static bool
at(const Parser *parser, char punctuator)
{
	return parser->lexer.token.punctuator == punctuator;
}

static bool
at_name(const Parser *parser, const char *name)
{
	return parser->lexer.token.kind == RLN_GQL_TOKEN_NAME &&
		strcmp(parser->lexer.token.text, name) == 0;
}

static bool
skip(Parser *parser, char punctuator)
{
	if (!at(parser, punctuator))
		return false;
	rln_gql_advance(&parser->lexer);
	return true;
}

static void
expect(Parser *parser, char punctuator)
{
	if (!skip(parser, punctuator))
		rln_gql_fail(&parser->lexer, parser->lexer.token.place,
					 psprintf("Expected \"%c\", found %s.", punctuator,
							  rln_gql_token_name(&parser->lexer.token)));
}

static void
unexpected(Parser *parser)
{
	rln_gql_fail(&parser->lexer, parser->lexer.token.place,
				 psprintf("Unexpected %s.", rln_gql_token_name(&parser->lexer.token)));
}

/* One brace or bracket deeper; whoever enters counts down again. */
static void
enter(Parser *parser)
{
	check_stack_depth();
	if (++parser->depth > RLN_GQL_MAX_DEPTH)
		rln_gql_fail(&parser->lexer, parser->lexer.token.place, "Document is nested too deeply.");
}
