/*
 * mutate.c
 *	  A root field that writes.
 *
 * The data become the payload that relations.create_item() and its like take;
 * what is selected is read back by the query that it is.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/json.h"
#include "graphql/graphql.h"
#include "write/write.h"
#include "json/json_front.h"

static void create_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one);
static void update_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one);
static void delete_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one);
static RlnGqlInput *get_argument(RlnGqlCall *call, const RlnGqlAsked *root, const char *name);
static JsonbValue *payload(const RlnGqlInput *input);
static JsonbValue *push_data(JsonbParseState **state, const RlnGqlInput *input);
static void push_object(JsonbParseState **state, const RlnGqlInput *input);
static void push_member(JsonbParseState **state, const RlnGqlInput *input,
						const RlnGqlGiven *given);
static void push_key(JsonbParseState **state, const char *key);
static bool gives(const RlnGqlInput *input, const char *of, const RlnGqlGiven *except);
static JsonbValue *keys_json(const RlnGqlCollection *collection, const RlnGqlInput *input);
static void append_result(StringInfo out, const text *result);


/* Appends the value of the root field. */
void
rln_gql_mutate(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root)
{
	switch (root->field->means)
	{
		case RLN_GQL_MEANS_CREATE_ONE:
		case RLN_GQL_MEANS_CREATE_MANY:
			create_items(call, out, root, root->field->means == RLN_GQL_MEANS_CREATE_ONE);
			break;
		case RLN_GQL_MEANS_UPDATE_ONE:
		case RLN_GQL_MEANS_UPDATE_MANY:
			update_items(call, out, root, root->field->means == RLN_GQL_MEANS_UPDATE_ONE);
			break;
		default:
			delete_items(call, out, root, root->field->means == RLN_GQL_MEANS_DELETE_ONE);
			break;
	}
}

static void
create_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one)
{
	RlnGqlInput *data = get_argument(call, root, "data");
	RlnRequest *request = rln_gql_selection(call, root);
	RlnPath *path = rln_gql_enter(call, "data", data->place);

	append_result(out,
				  rln_create_items(root->field->collection->relid, payload(data), one, request));
	rln_path_leave(path);
}

static void
update_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one)
{
	const RlnGqlCollection *collection = root->field->collection;
	RlnGqlInput *data = get_argument(call, root, "data");
	JsonbValue *keys = keys_json(collection, get_argument(call, root, one ? "id" : "ids"));

	append_result(out,
				  rln_update_items(collection->relid, keys, payload(data), one,
								   rln_gql_selection(call, root)));
}

/* What is deleted is gone: its keys are those that were given. */
static void
delete_items(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root, bool one)
{
	const RlnGqlType *type = root->field->type.type;
	RlnGqlInput *given = get_argument(call, root, one ? "id" : "ids");
	JsonbValue *keys = rln_gql_input_json(given);
	Jsonb *json = JsonbValueToJsonb(keys);
	ListCell *lc;

	rln_delete_items(root->field->collection->relid, keys_json(root->field->collection, given),
					 one);
	rln_json_append_char(out, '{');
	foreach(lc, rln_gql_collect(call, type, root->selections))
	{
		const RlnGqlAsked *asked = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			rln_json_append_char(out, ',');
		rln_json_string(out, asked->key, strlen(asked->key));
		rln_json_append_char(out, ':');
		if (asked->field->means == RLN_GQL_MEANS_TYPENAME)
			rln_json_string(out, type->name, strlen(type->name));
		else
			appendStringInfoString(out, JsonbToCString(NULL, &json->root, VARSIZE(json)));
	}
	rln_json_append_char(out, '}');
}

/* A required argument, under its name's path should it be wrong. */
static RlnGqlInput *
get_argument(RlnGqlCall *call, const RlnGqlAsked *root, const char *name)
{
	return rln_gql_coerce_argument(call, root->node,
								   rln_gql_input_get(root->field->arguments, name));
}

/* The data by the names of the query language. */
static JsonbValue *
payload(const RlnGqlInput *input)
{
	JsonbParseState *state = NULL;
	JsonbValue *json = palloc(sizeof(JsonbValue));

	rln_json_whole(JsonbValueToJsonb(push_data(&state, input)), json);
	return json;
}

static JsonbValue *
push_data(JsonbParseState **state, const RlnGqlInput *input)
{
	ListCell *lc;

	check_stack_depth();
	switch (input->kind)
	{
		case RLN_GQL_GIVEN_LIST:
			pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
			foreach(lc, input->items)
				push_data(state, lfirst(lc));
			return pushJsonbValue(state, WJB_END_ARRAY, NULL);
		case RLN_GQL_GIVEN_OBJECT:
			pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
			push_object(state, input);
			return pushJsonbValue(state, WJB_END_OBJECT, NULL);
		default:
			return rln_gql_push(state, input);
	}
}

static void
push_object(JsonbParseState **state, const RlnGqlInput *input)
{
	ListCell *lc;

	foreach(lc, input->items)
	{
		CHECK_FOR_INTERRUPTS();
		push_member(state, input, lfirst(lc));
	}
}

/* item__headings: {...} is the item and says which collection it is of. */
static void
push_member(JsonbParseState **state, const RlnGqlInput *input, const RlnGqlGiven *given)
{
	const RlnGqlInputField *means = given->means;
	const char *discriminator =
		means->means == RLN_GQL_INPUT_DATA_SCOPE ? means->part->discriminator : NULL;

	if (gives(input, means->of, given))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("field \"%s\" is given in two ways", means->of)));
	if (discriminator != NULL && !gives(input, discriminator, given))
	{
		RlnGqlInput scope = {RLN_GQL_GIVEN_SCALAR};
		JsonbValue text;

		rln_json_set_text(&text, means->scope, strlen(means->scope));
		scope.json = &text;
		push_key(state, discriminator);
		(void) rln_gql_push(state, &scope);
	}
	push_key(state, means->of);
	(void) push_data(state, given->value);
}

static void
push_key(JsonbParseState **state, const char *key)
{
	JsonbValue json;

	rln_json_set_text(&json, key, strlen(key));
	pushJsonbValue(state, WJB_KEY, &json);
}

/* Is the field given by another member? */
static bool
gives(const RlnGqlInput *input, const char *of, const RlnGqlGiven *except)
{
	ListCell *lc;

	foreach(lc, input->items)
	{
		const RlnGqlGiven *given = lfirst(lc);

		if (given != except && strcmp(given->means->of, of) == 0)
			return true;
	}
	return false;
}

/* A key, or a list of them; those of several columns are JSON. */
static JsonbValue *
keys_json(const RlnGqlCollection *collection, const RlnGqlInput *input)
{
	JsonbParseState *state = NULL;
	JsonbValue *json;
	ListCell *lc;

	if (input->kind != RLN_GQL_GIVEN_LIST)
		return rln_gql_key(collection, input->json);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, input->items)
		pushJsonbValue(&state, WJB_ELEM,
					   rln_gql_key(collection, ((RlnGqlInput *) lfirst(lc))->json));
	json = palloc(sizeof(JsonbValue));
	rln_json_whole(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)), json);
	return json;
}

static void
append_result(StringInfo out, const text *result)
{
	if (result == NULL)
		rln_json_append(out, "null", 4);
	else
		rln_json_append(out, VARDATA_ANY(result), VARSIZE_ANY_EXHDR(result));
}
