/*
 * parse.c
 *	  A query object to a query tree.
 *
 * The same keys serve the query itself and, with "_" before them, the
 * arguments of a relational field under "deep".
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "json/json_front.h"

typedef struct QueryState
{
	RlnRequest *request;
	RlnRead *query;
	bool is_deep;
	const char *function; /* the aggregate whose fields are read */
	RlnPath *page;		  /* where they stand */
	RlnPath *having;
} QueryState;

/* an element or a list of them, as a csv or an array */
typedef void (*AddText)(QueryState *state, const char *text);

typedef struct TextsState
{
	QueryState *state;
	AddText add;
} TextsState;

typedef void (*ParseArgument)(QueryState *state, const JsonbValue *value);

typedef struct Argument
{
	const char *key; /* as in deep */
	ParseArgument parse;
	bool in_query;
	bool in_deep;
} Argument;

static RlnRead *parse_query(RlnRequest *request, const JsonbValue *json, bool is_deep);
static void add_argument(void *arg, const char *key, const JsonbValue *value);
static void parse_fields(QueryState *state, const JsonbValue *value);
static void parse_filter(QueryState *state, const JsonbValue *value);
static void parse_search(QueryState *state, const JsonbValue *value);
static void parse_sort(QueryState *state, const JsonbValue *value);
static void parse_limit(QueryState *state, const JsonbValue *value);
static void parse_offset(QueryState *state, const JsonbValue *value);
static void parse_page(QueryState *state, const JsonbValue *value);
static void parse_deep(QueryState *state, const JsonbValue *value);
static void parse_alias(QueryState *state, const JsonbValue *value);
static void parse_aggregate(QueryState *state, const JsonbValue *value);
static void parse_group(QueryState *state, const JsonbValue *value);
static void parse_having(QueryState *state, const JsonbValue *value);
static void parse_backlink(QueryState *state, const JsonbValue *value);
static void parse_required(QueryState *state, const JsonbValue *value);
static void parse_count(QueryState *state, const JsonbValue *value);
static void parse_texts(QueryState *state, const JsonbValue *value, AddText add);
static void add_text_element(void *arg, int index, const JsonbValue *value);
static void add_field(QueryState *state, const char *text);
static void add_sort(QueryState *state, const char *text);
static void add_group(QueryState *state, const char *text);
static void add_deep(void *arg, const char *key, const JsonbValue *value);
static void add_alias(void *arg, const char *key, const JsonbValue *value);
static void add_function(void *arg, const char *key, const JsonbValue *value);
static void add_aggregate(QueryState *state, const char *text);
static void ensure_page(const QueryState *state);
static bool looks_like_number(const char *text);
static bool looks_like_uuid(const char *text);

static const Argument arguments[] = {
	{"_fields", parse_fields, true, false},
	{"_filter", parse_filter, true, true},
	{"_search", parse_search, true, true},
	{"_sort", parse_sort, true, true},
	{"_limit", parse_limit, true, true},
	{"_offset", parse_offset, true, true},
	{"_page", parse_page, true, true},
	{"_deep", parse_deep, true, false},
	{"_alias", parse_alias, true, true},
	{"_aggregate", parse_aggregate, true, true},
	{"_groupBy", parse_group, true, true},
	{"_having", parse_having, true, true},
	{"_backlink", parse_backlink, true, false},
	{"_required", parse_required, false, true},
	{"_count", parse_count, false, true},
};


/* The query; what is not described is refused: 42601 or 22023, with the path. */
RlnRequest *
rln_json_request(Jsonb *query)
{
	RlnRequest *request = palloc0(sizeof(RlnRequest));
	JsonbValue json;

	json.type = jbvBinary;
	json.val.binary.data = &query->root;
	json.val.binary.len = VARSIZE(query) - VARHDRSZ;
	if (!rln_json_is_object(&json))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query is a JSON object")));
	request->query = parse_query(request, &json, false);
	return request;
}

/*
 * A query of the arguments, as a List of RlnJsonArgument, for a front end that
 * has another syntax for the rest.  Their keys are those of a query object.
 */
RlnRead *
rln_json_query(RlnRequest *request, const List *arguments, bool is_deep)
{
	QueryState state = {request, rln_read_make(), is_deep};
	ListCell *lc;

	foreach(lc, arguments)
	{
		const RlnJsonArgument *argument = lfirst(lc);

		rln_path_resume(argument->path);
		add_argument(&state, is_deep ? psprintf("_%s", argument->key) : argument->key,
					 argument->value);
		rln_path_leave(argument->path);
	}
	ensure_page(&state);
	return state.query;
}

static RlnRead *
parse_query(RlnRequest *request, const JsonbValue *json, bool is_deep)
{
	QueryState state = {request, rln_read_make(), is_deep};

	rln_json_each_member(json, add_argument, &state);
	if (state.query->fields == NIL && !is_deep)
		add_field(&state, "*");
	ensure_page(&state);
	return state.query;
}

static void
add_argument(void *arg, const char *key, const JsonbValue *value)
{
	QueryState *state = arg;

	for (int i = 0; i < lengthof(arguments); i++)
	{
		const Argument *argument = &arguments[i];

		if (state->is_deep ? argument->in_deep && strcmp(key, argument->key) == 0
						   : argument->in_query && strcmp(key, argument->key + 1) == 0)
		{
			argument->parse(state, value);
			return;
		}
	}
	if (!state->is_deep)
	{
		StringInfoData keys;

		initStringInfo(&keys);
		for (int i = 0; i < lengthof(arguments); i++)
		{
			if (arguments[i].in_query)
				appendStringInfo(&keys, "%s%s", keys.len > 0 ? ", " : "", arguments[i].key + 1);
		}
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a query has no key \"%s\"", key),
				 errhint("The keys are %s.", keys.data)));
	}
	if (key[0] == '_' && !rln_json_is_object(value))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("deep has no argument \"%s\"", key)));
	add_deep(state, key, value);
}

static void
parse_fields(QueryState *state, const JsonbValue *value)
{
	parse_texts(state, value, add_field);
}

static void
parse_filter(QueryState *state, const JsonbValue *value)
{
	if (value->type != jbvNull)
		state->query->filter = rln_json_filter(state->request, value);
}

/* An empty term searches for nothing in particular. */
static void
parse_search(QueryState *state, const JsonbValue *value)
{
	char *term;

	if (value->type == jbvNull)
		return;
	if (value->type == jbvNumeric)
		term = JsonbToCString(NULL, &JsonbValueToJsonb((JsonbValue *) value)->root, 0);
	else
		term = rln_json_get_text(value);
	if (term[0] == '\0')
		return;
	state->query->search = palloc(sizeof(RlnSearch));
	state->query->search->term = rln_value_make(state->request, value);
	state->query->search->is_number = looks_like_number(term);
	state->query->search->is_uuid = looks_like_uuid(term);
}

static void
parse_sort(QueryState *state, const JsonbValue *value)
{
	parse_texts(state, value, add_sort);
}

static void
parse_limit(QueryState *state, const JsonbValue *value)
{
	state->query->limit = rln_json_get_integer(value, RLN_LIMIT_NONE);
}

static void
parse_offset(QueryState *state, const JsonbValue *value)
{
	state->query->offset = rln_json_get_integer(value, 0);
}

static void
parse_page(QueryState *state, const JsonbValue *value)
{
	state->query->page = rln_json_get_integer(value, 1);
	state->page = rln_path_current();
}

static void
parse_deep(QueryState *state, const JsonbValue *value)
{
	rln_json_each_member(value, add_deep, state);
}

static void
parse_alias(QueryState *state, const JsonbValue *value)
{
	rln_json_each_member(value, add_alias, state);
}

static void
parse_aggregate(QueryState *state, const JsonbValue *value)
{
	rln_json_each_member(value, add_function, state);
	if (state->query->aggregate == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("aggregate names no function")));
}

static void
parse_group(QueryState *state, const JsonbValue *value)
{
	parse_texts(state, value, add_group);
}

static void
parse_having(QueryState *state, const JsonbValue *value)
{
	state->query->having = rln_json_filter(state->request, value);
	state->having = rln_path_current();
}

static void
parse_backlink(QueryState *state, const JsonbValue *value)
{
	state->query->backlink = rln_json_get_bool(value);
}

static void
parse_required(QueryState *state, const JsonbValue *value)
{
	state->query->required = rln_json_get_bool(value);
}

static void
parse_count(QueryState *state, const JsonbValue *value)
{
	state->query->count = rln_json_get_bool(value);
}

/* A csv, or an array whose elements may be csv themselves. */
static void
parse_texts(QueryState *state, const JsonbValue *value, AddText add)
{
	TextsState texts = {state, add};

	if (value->type == jbvString)
		add_text_element(&texts, 0, value);
	else if (rln_json_is_array(value))
		rln_json_each_element(value, add_text_element, &texts);
	else
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an array of strings, or one string, is expected here")));
}

static void
add_text_element(void *arg, int index, const JsonbValue *value)
{
	TextsState *texts = arg;
	ListCell *lc;

	foreach(lc, rln_fields_split(rln_json_get_text(value)))
		texts->add(texts->state, lfirst(lc));
}

static void
add_field(QueryState *state, const char *text)
{
	RlnField *field = palloc(sizeof(RlnField));

	field->steps = rln_steps_parse(text);
	field->path = rln_path_current();
	state->query->fields = lappend(state->query->fields, field);
}

static void
add_sort(QueryState *state, const char *text)
{
	RlnSort *sort = palloc(sizeof(RlnSort));

	sort->descending = text[0] == '-';
	sort->steps = rln_steps_parse(sort->descending || text[0] == '+' ? text + 1 : text);
	sort->path = rln_path_current();
	state->query->sort = lappend(state->query->sort, sort);
}

static void
add_group(QueryState *state, const char *text)
{
	RlnField *field = palloc(sizeof(RlnField));

	field->steps = rln_steps_parse(text);
	field->path = rln_path_current();
	state->query->group = lappend(state->query->group, field);
}

static void
add_deep(void *arg, const char *key, const JsonbValue *value)
{
	QueryState *state = arg;
	RlnDeep *deep = palloc(sizeof(RlnDeep));
	RlnStep *step = rln_step_parse(key);

	if (step->function != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("deep names relational fields, not functions")));
	deep->name = step->name;
	deep->scope = step->scope;
	deep->path = rln_path_current();
	deep->query = parse_query(state->request, value, true);
	state->query->deep = lappend(state->query->deep, deep);
}

static void
add_alias(void *arg, const char *key, const JsonbValue *value)
{
	QueryState *state = arg;
	RlnAlias *alias = palloc(sizeof(RlnAlias));

	if (key[0] == '\0' || strcmp(key, "*") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("an alias needs a name")));
	alias->name = key;
	alias->step = rln_step_parse(rln_json_get_text(value));
	alias->path = rln_path_current();
	state->query->alias = lappend(state->query->alias, alias);
}

/* {"sum": ["a", "b"], "count": "*"} */
static void
add_function(void *arg, const char *key, const JsonbValue *value)
{
	QueryState *state = arg;

	state->function = key;
	parse_texts(state, value, add_aggregate);
}

static void
add_aggregate(QueryState *state, const char *text)
{
	RlnAggregate *aggregate = palloc0(sizeof(RlnAggregate));

	aggregate->function = state->function;
	aggregate->path = rln_path_current();
	if (strcmp(text, "*") != 0)
		aggregate->step = rln_step_parse(text);
	state->query->aggregate = lappend(state->query->aggregate, aggregate);
}

static void
ensure_page(const QueryState *state)
{
	const RlnRead *query = state->query;

	if (state->page != NULL && query->offset > 0)
	{
		rln_path_resume(state->page);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("page and offset exclude each other")));
	}
	if (query->page > 1 &&
		(query->limit == RLN_LIMIT_NONE || (state->is_deep && query->limit < 0)))
	{
		rln_path_resume(state->page);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a page needs a limit")));
	}
	if (query->page > 1 && query->limit > 0 && query->page > PG_INT64_MAX / query->limit)
	{
		rln_path_resume(state->page);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("page is out of range")));
	}
	if (query->having != NULL && query->aggregate == NIL && query->group == NIL)
	{
		rln_path_resume(state->having);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("having needs aggregate or groupBy")));
	}
}

/* What numeric_in() takes, but for its words. */
static bool
looks_like_number(const char *text)
{
	int digits = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text >= '0' && *text <= '9'; text++)
		digits++;
	if (*text == '.')
	{
		for (text++; *text >= '0' && *text <= '9'; text++)
			digits++;
	}
	if (digits == 0 || digits > 1000)
		return false;
	if (*text == 'e' || *text == 'E')
	{
		text++;
		if (*text == '-' || *text == '+')
			text++;
		for (digits = 0; *text >= '0' && *text <= '9'; text++)
			digits++;
		if (digits == 0 || digits > 3)
			return false;
	}
	return *text == '\0';
}

static bool
looks_like_uuid(const char *text)
{
	for (int i = 0; i < 36; i++)
	{
		bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_hyphen ? text[i] != '-' : !isxdigit((unsigned char) text[i]))
			return false;
	}
	return text[36] == '\0';
}
