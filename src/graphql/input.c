/*
 * input.c
 *	  Values that are given, literals and variables, as their types have them
 *	  (specification, sections 3.10, 3.11 and 6.1.2).
 *
 * The document is valid: literals fit their types, and a variable stands only
 * where its type may.  What a request brings for variables is checked here.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "base/json_input.h"
#include "graphql/graphql.h"
#include "json/json_front.h"

/* where in a variable's value, for messages */
typedef struct Where
{
	const struct Where *outer;
	const RlnGqlVariable *variable;
	const char *key; /* NULL: an element */
	int index;
} Where;

/* what is gone through of a variable's value */
typedef struct JsonWalk
{
	RlnGqlCall *call;
	const Where *where;
	RlnGqlRef type;
	RlnGqlInput *input;
	bool failed;
} JsonWalk;

static bool coerce_variable(RlnGqlCall *call, const RlnGqlVariable *variable,
							const JsonbValue *json);
static RlnGqlInput *coerce_json(RlnGqlCall *call, const Where *where, RlnGqlRef type,
								const JsonbValue *json);
static bool coerce_list(JsonWalk *walk, const JsonbValue *json);
static void add_element(void *arg, int index, const JsonbValue *value);
static bool coerce_object(JsonWalk *walk, const JsonbValue *json);
static void add_member(void *arg, const char *key, const JsonbValue *value);
static bool has_given(const RlnGqlInput *input, const RlnGqlInputField *means);
static void fail(RlnGqlCall *call, const Where *where, const char *reason);
static void append_where(StringInfo buf, const Where *where);
static RlnGqlInput *coerce_literal(RlnGqlCall *call, RlnGqlRef type, const RlnGqlValue *value);
static RlnGqlInput *variable_value(RlnGqlCall *call, const char *name);
static RlnGqlInput *coerce_items(RlnGqlCall *call, RlnGqlRef type, const RlnGqlValue *value);
static JsonbValue *literal_json(RlnGqlCall *call, const RlnGqlType *type,
								const RlnGqlValue *value);
static JsonbValue *plain_number(const RlnGqlType *type, JsonbValue *json);
static JsonbValue *push_literal(RlnGqlCall *call, JsonbParseState **state,
								const RlnGqlValue *value);
static JsonbValue *push_scalar(JsonbParseState **state, JsonbIteratorToken token,
							   JsonbValue *json);
static JsonbValue *string_json(const char *text, int length);
static JsonbValue *number_json(const char *text);
static RlnGqlInput *make_input(RlnGqlInputKind kind, RlnGqlPlace place);


/*
 * The values of the operation's variables, from the request's object or NULL.
 * False where one does not do: the errors are noted.
 */
bool
rln_gql_coerce_variables(RlnGqlCall *call, const JsonbValue *variables)
{
	bool valid = true;
	ListCell *lc;

	foreach(lc, call->operation->variables)
	{
		const RlnGqlVariable *variable = lfirst(lc);
		JsonbValue *json = NULL;

		if (variables != NULL)
			json = getKeyJsonValueFromContainer(variables->val.binary.data, variable->name,
												strlen(variable->name), NULL);
		if (!coerce_variable(call, variable, json))
			valid = false;
	}
	return valid;
}

static bool
coerce_variable(RlnGqlCall *call, const RlnGqlVariable *variable, const JsonbValue *json)
{
	RlnGqlVariableValue *value = palloc0(sizeof(RlnGqlVariableValue));
	Where where = {NULL, variable};

	value->variable = variable;
	call->variables = lappend(call->variables, value);
	if (json != NULL)
		value->value = coerce_json(call, &where, variable->type, json);
	else if (variable->standard != NULL)
		value->value = coerce_literal(call, variable->type, variable->standard);
	else if (rln_gql_ref_is_required(variable->type))
		call->errors =
			lappend(call->errors,
					rln_gql_error(psprintf("Variable \"$%s\" of required type \"%s\" was not provided.",
										   variable->name, rln_gql_ref_text(variable->type)),
								  variable->place));
	else
		return true;
	return value->value != NULL;
}

/* NULL where the value does not do, which is noted. */
static RlnGqlInput *
coerce_json(RlnGqlCall *call, const Where *where, RlnGqlRef type, const JsonbValue *json)
{
	JsonWalk walk = {call, where, type};
	char *fault;

	check_stack_depth();
	if (rln_gql_ref_is_required(type))
	{
		if (json->type == jbvNull)
		{
			fail(call, where, psprintf("Expected non-nullable type \"%s\" not to be null.", rln_gql_ref_text(type)));
			return NULL;
		}
		walk.type = type = rln_gql_ref_inner(type);
	}
	walk.input = make_input(RLN_GQL_GIVEN_NULL, where->variable->place);
	if (json->type == jbvNull)
		return walk.input;
	if (rln_gql_ref_is_list(type))
		return coerce_list(&walk, json) ? walk.input : NULL;
	if (type.type->kind == RLN_GQL_INPUT_OBJECT && rln_json_is_object(json))
		return coerce_object(&walk, json) ? walk.input : NULL;
	fault = rln_gql_json_fault(type.type, json);
	if (fault != NULL)
	{
		fail(call, where, fault);
		return NULL;
	}
	walk.input->kind = RLN_GQL_GIVEN_SCALAR;
	walk.input->json = plain_number(type.type, (JsonbValue *) json);
	return walk.input;
}

/* What is no list is a list of it alone. */
static bool
coerce_list(JsonWalk *walk, const JsonbValue *json)
{
	walk->input->kind = RLN_GQL_GIVEN_LIST;
	walk->type = rln_gql_ref_inner(walk->type);
	if (rln_json_is_array(json))
		rln_json_each_element(json, add_element, walk);
	else
	{
		RlnGqlInput *item = coerce_json(walk->call, walk->where, walk->type, json);

		walk->failed = item == NULL;
		walk->input->items = list_make1(item);
	}
	return !walk->failed;
}

static void
add_element(void *arg, int index, const JsonbValue *value)
{
	JsonWalk *walk = arg;
	Where where = {walk->where, walk->where->variable, NULL, index};
	RlnGqlInput *item = coerce_json(walk->call, &where, walk->type, value);

	walk->failed = walk->failed || item == NULL;
	walk->input->items = lappend(walk->input->items, item);
}

static bool
coerce_object(JsonWalk *walk, const JsonbValue *json)
{
	ListCell *lc;

	walk->input->kind = RLN_GQL_GIVEN_OBJECT;
	rln_json_each_member(json, add_member, walk);
	foreach(lc, rln_gql_inputs(walk->call->schema, walk->type.type))
	{
		const RlnGqlInputField *means = lfirst(lc);

		if (walk->failed || !rln_gql_ref_is_required(means->type) || has_given(walk->input, means))
			continue;
		fail(walk->call, walk->where,
			 psprintf("Field \"%s\" of required type \"%s\" was not provided.", means->name,
					  rln_gql_ref_text(means->type)));
		walk->failed = true;
	}
	return !walk->failed;
}

static void
add_member(void *arg, const char *key, const JsonbValue *value)
{
	JsonWalk *walk = arg;
	const RlnGqlType *type = walk->type.type;
	const RlnGqlInputField *means =
		rln_gql_input_get(rln_gql_inputs(walk->call->schema, type), key);
	RlnGqlGiven *given = palloc(sizeof(RlnGqlGiven));
	Where where = {walk->where, walk->where->variable, key};

	if (means == NULL)
	{
		fail(walk->call, walk->where,
			 psprintf("Field \"%s\" is not defined by type \"%s\".", key, type->name));
		walk->failed = true;
		return;
	}
	given->means = means;
	given->value = coerce_json(walk->call, &where, means->type, value);
	walk->failed = walk->failed || given->value == NULL;
	walk->input->items = lappend(walk->input->items, given);
}

static bool
has_given(const RlnGqlInput *input, const RlnGqlInputField *means)
{
	ListCell *lc;

	foreach(lc, input->items)
	{
		if (((RlnGqlGiven *) lfirst(lc))->means == means)
			return true;
	}
	return false;
}

static void
fail(RlnGqlCall *call, const Where *where, const char *reason)
{
	StringInfoData message;

	if (list_length(call->errors) >= RLN_GQL_MAX_ERRORS)
		return;
	initStringInfo(&message);
	appendStringInfo(&message, "Variable \"$%s\" got invalid value", where->variable->name);
	if (where->outer != NULL)
	{
		appendStringInfo(&message, " at \"%s", where->variable->name);
		append_where(&message, where);
		appendStringInfoChar(&message, '"');
	}
	appendStringInfo(&message, "; %s", reason);
	call->errors = lappend(call->errors, rln_gql_error(message.data, where->variable->place));
}

static void
append_where(StringInfo buf, const Where *where)
{
	if (where->outer == NULL)
		return;
	append_where(buf, where->outer);
	if (where->key != NULL)
		appendStringInfo(buf, ".%s", where->key);
	else
		appendStringInfo(buf, "[%d]", where->index);
}

/*
 * The value of a field's argument, NULL where none is given.  22023 where a
 * variable brings a null that a default should have stood for.
 */
RlnGqlInput *
rln_gql_coerce_argument(RlnGqlCall *call, const RlnGqlSelection *node,
						const RlnGqlInputField *argument)
{
	RlnGqlInput *input = NULL;
	ListCell *lc;

	foreach(lc, node->arguments)
	{
		const RlnGqlArgument *given = lfirst(lc);

		if (given->means == argument)
			input = coerce_literal(call, argument->type, given->value);
	}
	if ((input == NULL || input->kind == RLN_GQL_GIVEN_NULL) &&
		rln_gql_ref_is_required(argument->type))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" of type %s must not be null", argument->name,
						rln_gql_ref_text(argument->type))));
	return input;
}

/* @skip and @include */
bool
rln_gql_is_included(RlnGqlCall *call, const List *directives)
{
	ListCell *lc;

	foreach(lc, directives)
	{
		const RlnGqlDirective *directive = lfirst(lc);
		const RlnGqlArgument *argument = linitial(directive->arguments);
		RlnGqlInput *condition = coerce_literal(call, argument->means->type, argument->value);

		if (condition == NULL || condition->kind != RLN_GQL_GIVEN_SCALAR)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("argument \"if\" of directive \"@%s\" must not be null", directive->name)));
		if (condition->json->val.boolean == (strcmp(directive->name, "skip") == 0))
			return false;
	}
	return true;
}

/* NULL: a variable that has no value. */
static RlnGqlInput *
coerce_literal(RlnGqlCall *call, RlnGqlRef type, const RlnGqlValue *value)
{
	RlnGqlInput *input;

	check_stack_depth();
	if (value->kind == RLN_GQL_VARIABLE)
	{
		/* one that may be null is allowed here if this or it has a default: 5.8.5 */
		input = variable_value(call, value->text);
		if (input != NULL && input->kind == RLN_GQL_GIVEN_NULL && rln_gql_ref_is_required(type))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("variable \"$%s\" must not be null where %s is expected", value->text,
							rln_gql_ref_text(type))));
		return input;
	}
	if (value->kind == RLN_GQL_NULL)
		return make_input(RLN_GQL_GIVEN_NULL, value->place);
	if (rln_gql_ref_is_required(type))
		type = rln_gql_ref_inner(type);
	if (rln_gql_ref_is_list(type) || type.type->kind == RLN_GQL_INPUT_OBJECT)
		return coerce_items(call, type, value);
	input = make_input(RLN_GQL_GIVEN_SCALAR, value->place);
	input->json = literal_json(call, type.type, value);
	return input;
}

static RlnGqlInput *
variable_value(RlnGqlCall *call, const char *name)
{
	ListCell *lc;

	foreach(lc, call->variables)
	{
		RlnGqlVariableValue *value = lfirst(lc);

		if (strcmp(value->variable->name, name) == 0)
			return value->value;
	}
	return NULL;
}

/* A list, or an object. */
static RlnGqlInput *
coerce_items(RlnGqlCall *call, RlnGqlRef type, const RlnGqlValue *value)
{
	bool is_list = rln_gql_ref_is_list(type);
	RlnGqlInput *input =
		make_input(is_list ? RLN_GQL_GIVEN_LIST : RLN_GQL_GIVEN_OBJECT, value->place);
	ListCell *lc;

	if (is_list && value->kind != RLN_GQL_LIST)
	{
		input->items = list_make1(coerce_literal(call, rln_gql_ref_inner(type), value));
		return input;
	}
	foreach(lc, value->items)
	{
		if (is_list)
		{
			RlnGqlInput *item = coerce_literal(call, rln_gql_ref_inner(type), lfirst(lc));

			/* a variable without a value is null in a list */
			if (item == NULL)
				item = make_input(RLN_GQL_GIVEN_NULL, value->place);
			input->items = lappend(input->items, item);
		}
		else
		{
			const RlnGqlArgument *field = lfirst(lc);
			RlnGqlGiven *given = palloc(sizeof(RlnGqlGiven));

			given->means = field->means;
			given->value = coerce_literal(call, field->means->type, field->value);
			if (given->value != NULL)
				input->items = lappend(input->items, given);
		}
	}
	return input;
}

/* A literal of a scalar or an enum, which it fits. */
static JsonbValue *
literal_json(RlnGqlCall *call, const RlnGqlType *type, const RlnGqlValue *value)
{
	JsonbParseState *state = NULL;

	if (type->kind == RLN_GQL_SCALAR && type->scalar == RLN_GQL_SCALAR_ID)
		return string_json(value->text, strlen(value->text));
	return plain_number(type, push_literal(call, &state, value));
}

/*
 * 10.0 is the whole number 10, unless it is JSON, which stays as it is; an ID is text, as a
 * literal is (specification, 3.5.5).
 */
static JsonbValue *
plain_number(const RlnGqlType *type, JsonbValue *json)
{
	JsonbValue *plain;
	char *text;

	if (json->type != jbvNumeric || type->kind != RLN_GQL_SCALAR ||
		type->scalar == RLN_GQL_SCALAR_JSON)
		return json;
	plain = palloc(sizeof(JsonbValue));
	plain->type = jbvNumeric;
	plain->val.numeric = DatumGetNumeric(
		DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(json->val.numeric)));
	if (type->scalar != RLN_GQL_SCALAR_ID)
		return plain;
	text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(plain->val.numeric)));
	return string_json(text, strlen(text));
}

/* Any literal as the JSON that it looks like; the value, when it is complete. */
static JsonbValue *
push_literal(RlnGqlCall *call, JsonbParseState **state, const RlnGqlValue *value)
{
	bool is_list = value->kind == RLN_GQL_LIST;
	JsonbValue *json = palloc(sizeof(JsonbValue));
	RlnGqlInput *input;
	ListCell *lc;

	check_stack_depth();
	json->type = jbvNull;
	switch (value->kind)
	{
		case RLN_GQL_VARIABLE:
			input = variable_value(call, value->text);
			if (input != NULL)
				return rln_gql_push(state, input);
			break;
		case RLN_GQL_NULL:
			break;
		case RLN_GQL_INT:
		case RLN_GQL_FLOAT:
			json = number_json(value->text);
			break;
		case RLN_GQL_BOOLEAN:
			json->type = jbvBool;
			json->val.boolean = value->text[0] == 't';
			break;
		case RLN_GQL_LIST:
		case RLN_GQL_OBJECT_VALUE:
			pushJsonbValue(state, is_list ? WJB_BEGIN_ARRAY : WJB_BEGIN_OBJECT, NULL);
			foreach(lc, value->items)
			{
				const RlnGqlArgument *field = lfirst(lc);

				if (!is_list)
					pushJsonbValue(state, WJB_KEY, string_json(field->name, strlen(field->name)));
				push_literal(call, state, is_list ? lfirst(lc) : field->value);
			}
			return pushJsonbValue(state, is_list ? WJB_END_ARRAY : WJB_END_OBJECT, NULL);
		default:
			json = string_json(value->text, strlen(value->text));
			break;
	}
	return push_scalar(state, WJB_VALUE, json);
}

/* A value of whatever type as JSON, by the GraphQL names. */
JsonbValue *
rln_gql_input_json(const RlnGqlInput *input)
{
	JsonbParseState *state = NULL;
	JsonbValue *json;
	JsonbValue *binary;
	Jsonb *jsonb;

	if (input->kind == RLN_GQL_GIVEN_SCALAR)
		json = input->json;
	else
		json = rln_gql_push(&state, input);
	if (json->type != jbvArray && json->type != jbvObject)
		return json;
	jsonb = JsonbValueToJsonb(json);
	binary = palloc(sizeof(JsonbValue));
	binary->type = jbvBinary;
	binary->val.binary.data = &jsonb->root;
	binary->val.binary.len = VARSIZE(jsonb) - VARHDRSZ;
	return binary;
}

/* The same into a container that is open; a value by itself where none is. */
JsonbValue *
rln_gql_push(JsonbParseState **state, const RlnGqlInput *input)
{
	JsonbValue *null;
	ListCell *lc;

	check_stack_depth();
	switch (input->kind)
	{
		case RLN_GQL_GIVEN_SCALAR:
			return push_scalar(state, WJB_VALUE, input->json);
		case RLN_GQL_GIVEN_LIST:
			pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
			foreach(lc, input->items)
				rln_gql_push(state, lfirst(lc));
			return pushJsonbValue(state, WJB_END_ARRAY, NULL);
		case RLN_GQL_GIVEN_OBJECT:
			pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
			foreach(lc, input->items)
			{
				const RlnGqlGiven *given = lfirst(lc);

				pushJsonbValue(state, WJB_KEY,
							   string_json(given->means->name, strlen(given->means->name)));
				rln_gql_push(state, given->value);
			}
			return pushJsonbValue(state, WJB_END_OBJECT, NULL);
		default:
			null = palloc(sizeof(JsonbValue));
			null->type = jbvNull;
			return push_scalar(state, WJB_VALUE, null);
	}
}

/* Into the container that is open, or by itself. */
static JsonbValue *
push_scalar(JsonbParseState **state, JsonbIteratorToken token, JsonbValue *json)
{
	if (*state == NULL)
		return json;
	if ((*state)->contVal.type == jbvArray)
		token = WJB_ELEM;
	return pushJsonbValue(state, token, json);
}

static JsonbValue *
string_json(const char *text, int length)
{
	JsonbValue *json = palloc(sizeof(JsonbValue));

	rln_json_set_text(json, text, length);
	return json;
}

/* 22003 where it is larger than any number. */
static JsonbValue *
number_json(const char *text)
{
	JsonbValue *json = palloc(sizeof(JsonbValue));

	json->type = jbvNumeric;
	json->val.numeric =
		DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	return json;
}

static RlnGqlInput *
make_input(RlnGqlInputKind kind, RlnGqlPlace place)
{
	RlnGqlInput *input = palloc0(sizeof(RlnGqlInput));

	input->kind = kind;
	input->place = place;
	return input;
}
