/*
 * parameter.c
 *	  The parameters of a query string as a query object.
 *
 *----------
 *	fields=a,b		fields[]=a&fields[]=b	fields[0]=a
 *	filter[a][_eq]=1						filter={"a": {"_eq": 1}}
 *	deep[cities][_limit]=3					deep={"cities": {"_limit": 3}}
 *----------
 *
 * Names in brackets are keys; where all keys of one place are numbers, or empty,
 * or one name is given several times, the values are an array.  What a key means,
 * and which value it takes, the JSON front end says.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "base/json_input.h"
#include "base/names.h"
#include "base/path.h"
#include "rest/rest.h"

#define MOST_KEYS 10000

/* a place in the query object while parameters come */
typedef struct Parameter
{
	char *key;
	List *values;	/* char *: that were given for it */
	List *children; /* struct Parameter * */
} Parameter;

static void add_parameter(Parameter *root, char *text);
static Parameter *find_child(Parameter *parameter, char *key);
static void take_meta(RlnRestRequest *request, Parameter *root);
static void add_count(RlnRestRequest *request, const char *name);
static void push_children(JsonbParseState **state, Parameter *parameter);
static void push_parameter(JsonbParseState **state, Parameter *parameter,
						   JsonbIteratorToken token, bool is_top);
static void push_text(JsonbParseState **state, JsonbIteratorToken token, char *text);
static void push_json(JsonbParseState **state, const char *text);
static bool is_list(const Parameter *parameter);
static int compare_numbers(const ListCell *a, const ListCell *b);
static bool is_json_parameter(const char *key);


/* Sets the query and what meta counts.  text is UTF-8, and is cut to pieces. */
void
rln_parameters_parse(RlnRestRequest *request, char *text)
{
	Parameter root = {0};
	JsonbParseState *state = NULL;

	while (*text != '\0')
	{
		char *end = strchrnul(text, '&');
		bool is_last = *end == '\0';

		*end = '\0';
		if (*text != '\0')
			add_parameter(&root, text);
		text = is_last ? end : end + 1;
	}
	take_meta(request, &root);
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_children(&state, &root);
	request->query = JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* name[key][key]=value */
static void
add_parameter(Parameter *root, char *text)
{
	char *value = strchr(text, '=');
	char *name;
	char *bracket;
	Parameter *parameter;

	if (value != NULL)
		*value++ = '\0';
	/* brackets may be encoded as well; keys cannot hold any */
	name = rln_uri_decode(text, true);
	bracket = strchr(name, '[');
	parameter = find_child(root, bracket == NULL ? name : pnstrdup(name, bracket - name));
	while (bracket != NULL && *bracket == '[')
	{
		char *end = strchr(bracket, ']');

		if (end == NULL || (end[1] != '\0' && end[1] != '['))
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR),
					 errmsg("brackets of parameter \"%s\" do not match", name)));
		parameter = find_child(parameter, pnstrdup(bracket + 1, end - bracket - 1));
		bracket = end + 1;
	}
	parameter->values =
		lappend(parameter->values, value == NULL ? pstrdup("") : rln_uri_decode(value, true));
}

/* 54000 where the keys of one place are so many that finding one would take long. */
static Parameter *
find_child(Parameter *parameter, char *key)
{
	Parameter *child;
	ListCell *lc;

	foreach(lc, parameter->children)
	{
		child = lfirst(lc);
		if (strcmp(child->key, key) == 0)
			return child;
	}
	if (list_length(parameter->children) >= MOST_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d parameters, or keys of one", MOST_KEYS)));
	child = palloc0(sizeof(Parameter));
	child->key = key;
	parameter->children = lappend(parameter->children, child);
	return child;
}

/* meta=total_count,filter_count or * */
static void
take_meta(RlnRestRequest *request, Parameter *root)
{
	ListCell *lc;
	ListCell *lv;

	foreach(lc, root->children)
	{
		Parameter *child = lfirst(lc);
		List *values = child->values;

		if (strcmp(child->key, "meta") != 0)
			continue;
		foreach(lv, child->children)
			values = list_concat(values, ((Parameter *) lfirst(lv))->values);
		foreach(lv, values)
		{
			ListCell *ln;

			foreach(ln, rln_csv_parse(lfirst(lv)))
				add_count(request, lfirst(ln));
		}
		root->children = foreach_delete_current(root->children, lc);
	}
}

static void
add_count(RlnRestRequest *request, const char *name)
{
	bool all = strcmp(name, "*") == 0;

	if (!all && strcmp(name, "total_count") != 0 && strcmp(name, "filter_count") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("meta has no \"%s\"", name),
				 errhint("It has total_count and filter_count.")));
	request->counts_all |= all || strcmp(name, "total_count") == 0;
	request->counts_filtered |= all || strcmp(name, "filter_count") == 0;
}

static void
push_children(JsonbParseState **state, Parameter *parameter)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, parameter->children)
	{
		Parameter *child = lfirst(lc);

		push_text(state, WJB_KEY, child->key);
		push_parameter(state, child, WJB_VALUE, parameter->key == NULL);
	}
}

/* As an object's value or an array's element. */
static void
push_parameter(JsonbParseState **state, Parameter *parameter, JsonbIteratorToken token,
			   bool is_top)
{
	ListCell *lc;
	ListCell *lv;
	RlnPath path;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	rln_path_enter_key(&path, parameter->key);
	if (parameter->values != NIL && parameter->children != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("parameter \"%s\" is given in two forms", parameter->key)));
	if (list_length(parameter->values) == 1)
	{
		char *text = linitial(parameter->values);

		if (is_top && is_json_parameter(parameter->key))
			push_json(state, text);
		else
			push_text(state, token, text);
	}
	else if (parameter->values != NIL)
	{
		pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
		foreach(lc, parameter->values)
			push_text(state, WJB_ELEM, lfirst(lc));
		pushJsonbValue(state, WJB_END_ARRAY, NULL);
	}
	else if (is_list(parameter))
	{
		list_sort(parameter->children, compare_numbers);
		pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
		foreach(lc, parameter->children)
		{
			Parameter *child = lfirst(lc);

			foreach(lv, child->values)
				push_text(state, WJB_ELEM, lfirst(lv));
			if (child->values == NIL)
				push_parameter(state, child, WJB_ELEM, false);
		}
		pushJsonbValue(state, WJB_END_ARRAY, NULL);
	}
	else
	{
		pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
		push_children(state, parameter);
		pushJsonbValue(state, WJB_END_OBJECT, NULL);
	}
	rln_path_leave(&path);
}

static void
push_text(JsonbParseState **state, JsonbIteratorToken token, char *text)
{
	JsonbValue value;

	rln_json_set_text(&value, text, strlen(text));
	pushJsonbValue(state, token, &value);
}

static void
push_json(JsonbParseState **state, const char *text)
{
	Jsonb *jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	JsonbValue value;

	if (JB_ROOT_IS_SCALAR(jsonb))
		value = *getIthJsonbValueFromContainer(&jsonb->root, 0);
	else
	{
		value.type = jbvBinary;
		value.val.binary.data = &jsonb->root;
		value.val.binary.len = VARSIZE(jsonb) - VARHDRSZ;
	}
	pushJsonbValue(state, WJB_VALUE, &value);
}

/* Are all keys numbers, or nothing? */
static bool
is_list(const Parameter *parameter)
{
	ListCell *lc;

	foreach(lc, parameter->children)
	{
		const char *key = ((Parameter *) lfirst(lc))->key;

		if (strspn(key, "0123456789") != strlen(key))
			return false;
	}
	return true;
}

/* By value; what has no number comes last. */
static int
compare_numbers(const ListCell *a, const ListCell *b)
{
	const char *left = ((Parameter *) lfirst(a))->key;
	const char *right = ((Parameter *) lfirst(b))->key;

	if (*left == '\0' || *right == '\0')
		return (*left == '\0') - (*right == '\0');
	while (*left == '0' && left[1] != '\0')
		left++;
	while (*right == '0' && right[1] != '\0')
		right++;
	if (strlen(left) != strlen(right))
		return strlen(left) < strlen(right) ? -1 : 1;
	return strcmp(left, right);
}

/* Those whose value alone is JSON. */
static bool
is_json_parameter(const char *key)
{
	static const char *const keys[] = {"filter", "deep", "alias", "aggregate", "having"};

	for (int i = 0; i < lengthof(keys); i++)
	{
		if (strcmp(keys[i], key) == 0)
			return true;
	}
	return false;
}
