/*
 * value.c
 *	  Reading JSON: members, elements, scalars.
 *
 * Every member and element is visited under its own path step, which is
 * palloc'd: what is made of it keeps the path for later messages.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "json/json_front.h"

static JsonbIterator *begin(const JsonbValue *value, JsonbIteratorToken expected);


/* Calls member for each key of an object; 42601 where it is none. */
void
rln_json_each_member(const JsonbValue *object, RlnJsonMember member, void *arg)
{
	JsonbIterator *it;
	JsonbValue key;
	JsonbValue *value;

	check_stack_depth();
	if (!rln_json_is_object(object))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an object is expected here")));
	it = begin(object, WJB_BEGIN_OBJECT);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		RlnPath *step = palloc(sizeof(RlnPath));
		char *name = pnstrdup(key.val.string.val, key.val.string.len);

		value = palloc(sizeof(JsonbValue));
		(void) JsonbIteratorNext(&it, value, true);
		rln_path_enter_key(step, name);
		member(arg, name, value);
		rln_path_leave(step);
	}
}

/* Calls element for each element of an array; 42601 where it is none. */
void
rln_json_each_element(const JsonbValue *array, RlnJsonElement element, void *arg)
{
	JsonbIterator *it;
	JsonbValue *value;
	int index = 0;

	check_stack_depth();
	if (!rln_json_is_array(array))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an array is expected here")));
	it = begin(array, WJB_BEGIN_ARRAY);
	for (;; index++)
	{
		RlnPath *step = palloc(sizeof(RlnPath));

		value = palloc(sizeof(JsonbValue));
		if (JsonbIteratorNext(&it, value, true) != WJB_ELEM)
			return;
		rln_path_enter_element(step, index);
		element(arg, index, value);
		rln_path_leave(step);
	}
}

static JsonbIterator *
begin(const JsonbValue *value, JsonbIteratorToken expected)
{
	JsonbIterator *it = JsonbIteratorInit(value->val.binary.data);
	JsonbValue whole;

	if (JsonbIteratorNext(&it, &whole, false) != expected)
		elog(ERROR, "unexpected jsonb container"); /* should not happen */
	return it;
}

/* All of it as a value, which points into it. */
void
rln_json_whole(Jsonb *jsonb, JsonbValue *value)
{
	if (JB_ROOT_IS_SCALAR(jsonb))
	{
		*value = *getIthJsonbValueFromContainer(&jsonb->root, 0);
		return;
	}
	value->type = jbvBinary;
	value->val.binary.data = &jsonb->root;
	value->val.binary.len = VARSIZE(jsonb) - VARHDRSZ;
}

bool
rln_json_is_object(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
}

bool
rln_json_is_array(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data) &&
		!JsonContainerIsScalar(value->val.binary.data);
}

/* A string, palloc'd; 22023 for anything else. */
char *
rln_json_get_text(const JsonbValue *value)
{
	if (value->type != jbvString)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a string is expected here")));
	return pnstrdup(value->val.string.val, value->val.string.len);
}

/* true, false, or either as a string, as query strings have it */
bool
rln_json_get_bool(const JsonbValue *value)
{
	bool result;

	if (value->type == jbvBool)
		return value->val.boolean;
	if (value->type != jbvString ||
		!parse_bool_with_len(value->val.string.val, value->val.string.len, &result))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("true or false is expected here")));
	return result;
}

/* An integer that is not less than the given one, or its digits as a string. */
int64
rln_json_get_integer(const JsonbValue *value, int64 least)
{
	int64 result = 0;
	bool valid = false;

	if (value->type == jbvString || value->type == jbvNumeric)
	{
		char *text = value->type == jbvString
			? rln_json_get_text(value)
			: DatumGetCString(
				  DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		char *end;

		errno = 0;
		result = strtoll(text, &end, 10);
		valid = errno == 0 && end != text && *end == '\0';
	}
	if (!valid || result < least)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an integer not less than " INT64_FORMAT " is expected here", least)));
	return result;
}
