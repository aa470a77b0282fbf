/*
 * bind.c
 *	  Values of a request to parameters of statements.
 *
 * What a value is, the parameter's type says and never the value's looks: its
 * text goes through the type's input function.  The variables are the
 * exception, as they are for whoever writes them.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "base/json_input.h"
#include "base/path.h"
#include "run/run.h"

/* one parameter while it is bound */
typedef struct Binding
{
	const RlnParam *param;
	FmgrInfo *input;
	Oid input_param;
	RlnParamForm form; /* of a single value */
} Binding;

static Datum bind_param(const Binding *binding, const JsonbValue *json, bool *isnull);
static Datum bind_list(const Binding *binding, const JsonbValue *json);
static List *elements_of(const JsonbValue *json);
static List *split_text(const JsonbValue *json);
static const JsonbValue *key_part(const RlnParam *param, const JsonbValue *json);
static Datum bind_value(const Binding *binding, const JsonbValue *json, bool *isnull);
static void ensure_regex(const char *text);
static char *text_of(Oid type, const JsonbValue *json);
static char *expand_variable(char *text);
static char *make_now(const char *text);
static void append_array(StringInfo buf, const JsonbValue *json);
static char *make_pattern(RlnParamForm form, const char *text);


/*
 * The parameters of the fetch's statement, in the current context; room for
 * its keys is left before them.  22P02 and the like carry the value's path.
 */
ParamListInfo
rln_bind(const RlnFetch *fetch, const RlnRequest *request)
{
	ParamListInfo params = makeParamList(fetch->nkeys + fetch->nparams);

	for (int i = 0; i < fetch->nkeys; i++)
	{
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = fetch->keys[i].array_type;
		params->params[i].isnull = false;
	}
	for (int i = 0; i < fetch->nparams; i++)
	{
		const RlnParam *param = &fetch->params[i];
		RlnValue *value;
		Binding binding = {param, &fetch->inputs[i], fetch->input_params[i], param->form};
		ParamExternData *data = &params->params[fetch->nkeys + i];

		data->pflags = PARAM_FLAG_CONST;
		data->ptype = rln_param_type(param);
		data->isnull = false;
		if (param->form == RLN_PARAM_ROW)
		{
			data->value = request->row;
			continue;
		}
		value = list_nth(request->values, param->value);
		if (value->path != NULL)
			rln_path_resume(value->path);
		data->value = bind_param(&binding, value->json, &data->isnull);
		if (value->path != NULL)
			rln_path_leave(value->path);
	}
	return params;
}

/* The type of the statement's parameter. */
Oid
rln_param_type(const RlnParam *param)
{
	if (param->form == RLN_PARAM_LIST || param->form == RLN_PARAM_KEY_LIST)
		return get_array_type(param->type);
	return param->type;
}

static Datum
bind_param(const Binding *binding, const JsonbValue *json, bool *isnull)
{
	const RlnParam *param = binding->param;
	List *elements;

	*isnull = false;
	switch (param->form)
	{
		case RLN_PARAM_LIST:
		case RLN_PARAM_KEY_LIST:
			return bind_list(binding, json);
		case RLN_PARAM_ELEMENT:
			elements = elements_of(json);
			if (list_length(elements) != param->elements)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("%d values are expected here, not %d", param->elements,
								list_length(elements))));
			return bind_value(binding, list_nth(elements, param->element), isnull);
		case RLN_PARAM_KEY:
			return bind_value(binding, key_part(param, json), isnull);
		default:
			return bind_value(binding, json, isnull);
	}
}

/* An array of the elements, or of one column of the keys. */
static Datum
bind_list(const Binding *binding, const JsonbValue *json)
{
	List *elements = elements_of(json);
	int n = list_length(elements);
	Datum *values = palloc(sizeof(Datum) * Max(n, 1));
	bool *nulls = palloc(sizeof(bool) * Max(n, 1));
	Binding single = *binding;
	int16 length;
	bool by_value;
	char align;
	int lower = 1;
	ListCell *lc;

	single.form = RLN_PARAM_VALUE;
	foreach(lc, elements)
	{
		int i = foreach_current_index(lc);
		const JsonbValue *element = lfirst(lc);
		RlnPath step;

		rln_path_enter_element(&step, i);
		if (binding->param->form == RLN_PARAM_KEY_LIST)
			element = key_part(binding->param, element);
		values[i] = bind_value(&single, element, &nulls[i]);
		rln_path_leave(&step);
	}
	get_typlenbyvalalign(binding->param->type, &length, &by_value, &align);
	return PointerGetDatum(construct_md_array(values, nulls, n > 0 ? 1 : 0, &n, &lower,
											  binding->param->type, length, by_value, align));
}

/* The elements, as JsonbValue *; those of a string are separated by commas. */
static List *
elements_of(const JsonbValue *json)
{
	JsonbIterator *it;
	JsonbValue *element;
	List *elements = NIL;

	if (json->type == jbvString)
		return split_text(json);
	if (json->type != jbvBinary || !JsonContainerIsArray(json->val.binary.data) ||
		JsonContainerIsScalar(json->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an array of values is expected here")));
	it = JsonbIteratorInit(json->val.binary.data);
	element = palloc(sizeof(JsonbValue));
	(void) JsonbIteratorNext(&it, element, false);
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		element = palloc(sizeof(JsonbValue));
		if (JsonbIteratorNext(&it, element, true) != WJB_ELEM)
			return elements;
		elements = lappend(elements, element);
	}
}

static List *
split_text(const JsonbValue *json)
{
	List *elements = NIL;
	char *at = json->val.string.val;
	char *end = at + json->val.string.len;

	for (;;)
	{
		JsonbValue *element = palloc(sizeof(JsonbValue));
		char *comma = memchr(at, ',', end - at);

		rln_json_set_text(element, at, (comma == NULL ? end : comma) - at);
		elements = lappend(elements, element);
		if (comma == NULL)
			return elements;
		at = comma + 1;
	}
}

/* The part of a compound key that is the parameter's: by place or by name. */
static const JsonbValue *
key_part(const RlnParam *param, const JsonbValue *json)
{
	JsonbValue *part = NULL;
	JsonbContainer *container = json->type == jbvBinary ? json->val.binary.data : NULL;

	if (container != NULL && JsonContainerIsArray(container) &&
		JsonContainerSize(container) == param->elements)
		part = getIthJsonbValueFromContainer(container, param->element);
	else if (container != NULL && JsonContainerIsObject(container) &&
			 JsonContainerSize(container) == param->elements)
	{
		JsonbValue *value = palloc(sizeof(JsonbValue));

		part = getKeyJsonValueFromContainer(container, param->name, strlen(param->name), value);
		if (part == NULL && param->other_name != NULL)
			part = getKeyJsonValueFromContainer(container, param->other_name,
												strlen(param->other_name), value);
	}
	if (part == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key of %d columns is an array of so many values, or an object with the columns' names",
						param->elements)));
	return part;
}

static Datum
bind_value(const Binding *binding, const JsonbValue *json, bool *isnull)
{
	char *text;

	*isnull = json->type == jbvNull;
	if (*isnull)
		return (Datum) 0;
	text = text_of(binding->param->type, json);
	if (json->type == jbvString && text[0] == '$')
		text = expand_variable(text);
	*isnull = text == NULL;
	if (*isnull)
		return (Datum) 0;
	switch (binding->form)
	{
		case RLN_PARAM_CONTAINS:
		case RLN_PARAM_STARTS_WITH:
		case RLN_PARAM_ENDS_WITH:
		case RLN_PARAM_EXACTLY:
			return CStringGetTextDatum(make_pattern(binding->form, text));
		case RLN_PARAM_REGEX:
			ensure_regex(text);
			return CStringGetTextDatum(text);
		default:
			return InputFunctionCall(binding->input, text, binding->input_param, -1);
	}
}

/* 2201B here, where its place is known, and not from the statement that uses it. */
static void
ensure_regex(const char *text)
{
	(void) DirectFunctionCall2Coll(textregexeq, C_COLLATION_OID, CStringGetTextDatum(""),
								   CStringGetTextDatum(text));
}

/* What the type's input function shall read; palloc'd. */
static char *
text_of(Oid type, const JsonbValue *json)
{
	StringInfoData buf;

	if (type == JSONBOID || type == JSONOID)
		return JsonbToCString(NULL, &JsonbValueToJsonb((JsonbValue *) json)->root, 0);
	if (IsAJsonbScalar(json))
		return rln_json_text(json);
	if (!OidIsValid(get_element_type(type)) || json->type != jbvBinary ||
		!JsonContainerIsArray(json->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a string, number or boolean is expected here")));
	initStringInfo(&buf);
	append_array(&buf, json);
	return buf.data;
}

/*
 * $NOW and $NOW(-1 day), $CURRENT_USER, and $CURRENT_USER.x for the setting
 * relations.x, which is null where it is not set.  Anything else stands for
 * itself.
 */
static char *
expand_variable(char *text)
{
	const char *setting;

	if (strcmp(text, "$NOW") == 0 || strncmp(text, "$NOW(", 5) == 0)
		return make_now(text);
	if (strcmp(text, "$CURRENT_USER") == 0)
		return GetUserNameFromId(GetUserId(), false);
	if (strncmp(text, "$CURRENT_USER.", 14) != 0)
		return text;
	setting = GetConfigOption(psprintf("relations.%s", text + 14), true, false);
	return setting == NULL || setting[0] == '\0' ? NULL : pstrdup(setting);
}

/* The transaction's time, moved by an interval, as text that any date type reads. */
static char *
make_now(const char *text)
{
	Datum now = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());

	if (text[4] != '\0')
	{
		int length = strlen(text);
		Datum interval;

		if (text[length - 1] != ')')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\")\" is missing in \"%s\"", text)));
		interval = DirectFunctionCall3(interval_in,
									   CStringGetDatum(pnstrdup(text + 5, length - 6)),
									   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
		now = DirectFunctionCall2(timestamptz_pl_interval, now, interval);
	}
	return DatumGetCString(DirectFunctionCall1(timestamptz_out, now));
}

/* A JSON array as an array literal. */
static void
append_array(StringInfo buf, const JsonbValue *json)
{
	ListCell *lc;

	check_stack_depth();
	appendStringInfoChar(buf, '{');
	foreach(lc, elements_of(json))
	{
		const JsonbValue *element = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoChar(buf, ',');
		if (element->type == jbvNull)
			appendStringInfoString(buf, "NULL");
		else if (element->type == jbvBinary)
			append_array(buf, element);
		else
		{
			appendStringInfoChar(buf, '"');
			for (char *at = text_of(InvalidOid, element); *at != '\0'; at++)
			{
				if (*at == '"' || *at == '\\')
					appendStringInfoChar(buf, '\\');
				appendStringInfoChar(buf, *at);
			}
			appendStringInfoChar(buf, '"');
		}
	}
	appendStringInfoChar(buf, '}');
}

/* What LIKE takes for "contains" and the like: %, _ and \ stand for themselves. */
static char *
make_pattern(RlnParamForm form, const char *text)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (form == RLN_PARAM_CONTAINS || form == RLN_PARAM_ENDS_WITH)
		appendStringInfoChar(&buf, '%');
	for (; *text != '\0'; text++)
	{
		if (*text == '%' || *text == '_' || *text == '\\')
			appendStringInfoChar(&buf, '\\');
		appendStringInfoChar(&buf, *text);
	}
	if (form == RLN_PARAM_CONTAINS || form == RLN_PARAM_STARTS_WITH)
		appendStringInfoChar(&buf, '%');
	return buf.data;
}
