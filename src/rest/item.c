/*
 * item.c
 *	  The routes of a collection's items.
 *
 *----------
 *	GET    /items/:collection		items			body of SEARCH: {"query"} or {"keys"}
 *	POST   /items/:collection		makes one of an object, several of an array
 *	PATCH  /items/:collection		[{}, ...] with keys, {"keys", "data"} or {"query", "data"}
 *	DELETE /items/:collection		[key, ...], {"keys"} or {"query"}
 *	GET, PATCH, DELETE /items/:collection/:key
 *----------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "base/json.h"
#include "base/path.h"
#include "base/sqltext.h"
#include "rest/rest.h"
#include "run/run.h"
#include "write/write.h"
#include "json/json_front.h"

/* keys of a body that is an object */
typedef struct Body
{
	JsonbValue *keys;
	JsonbValue *query;
	JsonbValue *data;
} Body;

static void handle_list(RlnRestRequest *request, Oid relid);
static void handle_item(RlnRestRequest *request, Oid relid, const char *name);
static void list_items(RlnRestRequest *request, Oid relid, RlnRequest *query);
static void search_items(RlnRestRequest *request, Oid relid);
static void create_items(RlnRestRequest *request, Oid relid);
static void update_items(RlnRestRequest *request, Oid relid);
static void delete_items(RlnRestRequest *request, Oid relid);
static RlnRequest *parse_query(RlnRestRequest *request);
static RlnRequest *parse_result_query(RlnRestRequest *request, Oid relid);
static void ensure_no_meta(RlnRestRequest *request);
static JsonbValue *read_key(const char *name, Oid relid);
static List *read_keys(Oid relid, const JsonbValue *json);
static void read_body(RlnRestRequest *request, Body *body, bool with_data);
static JsonbValue *find_keys(RlnRestRequest *request, Oid relid, const Body *body);
static RlnRequest *make_key_query(const JsonbValue *json, const List *columns);
static void add_field(RlnRead *query, const char *name);
static void add_key_value(JsonbParseState **state, const JsonbValue *item, const List *columns);
static void ensure_body(RlnRestRequest *request, bool wanted);
static void respond_data(RlnRestRequest *request, const text *data);


/* Answers a request for the collection: for an item where a key follows in the path. */
void
rln_rest_items(RlnRestRequest *request, Oid relid)
{
	rln_ensure_relation_kind(relid);
	if (request->segments == NIL)
		handle_list(request, relid);
	else if (list_length(request->segments) == 1)
		handle_item(request, relid, linitial(request->segments));
	else
		rln_refuse_route(request);
}

static void
handle_list(RlnRestRequest *request, Oid relid)
{
	if (strcmp(request->method, "GET") == 0)
	{
		ensure_body(request, false);
		list_items(request, relid, parse_query(request));
	}
	else if (strcmp(request->method, "SEARCH") == 0)
		search_items(request, relid);
	else if (strcmp(request->method, "POST") == 0)
		create_items(request, relid);
	else if (strcmp(request->method, "PATCH") == 0)
		update_items(request, relid);
	else if (strcmp(request->method, "DELETE") == 0)
		delete_items(request, relid);
	else
		rln_refuse_route(request);
}

static void
handle_item(RlnRestRequest *request, Oid relid, const char *name)
{
	JsonbValue *key = read_key(name, relid);
	RlnPath path;

	if (strcmp(request->method, "GET") == 0)
	{
		RlnRequest *query = parse_query(request);
		text *item;

		ensure_no_meta(request);
		ensure_body(request, false);
		rln_path_enter_key(&path, "key");
		rln_value_make(query, key);
		rln_path_leave(&path);
		item = rln_run_item(relid, query);
		request->stage = RLN_REST_ROUTE;
		if (item == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_NO_DATA_FOUND),
					 errmsg("there is no item of \"%s\" with the key %s",
							rln_table_label(relid), name)));
		respond_data(request, item);
	}
	else if (strcmp(request->method, "PATCH") == 0)
	{
		RlnRequest *query = parse_result_query(request, relid);

		ensure_body(request, true);
		request->stage = RLN_REST_PAYLOAD;
		respond_data(request, rln_update_items(relid, key, request->body, true, query));
	}
	else if (strcmp(request->method, "DELETE") == 0)
	{
		(void) parse_query(request);
		ensure_no_meta(request);
		ensure_body(request, false);
		request->stage = RLN_REST_PAYLOAD;
		rln_delete_items(relid, key, true);
		request->status = 204;
	}
	else
		rln_refuse_route(request);
}

/* {"data": [...], "meta": {...}} */
static void
list_items(RlnRestRequest *request, Oid relid, RlnRequest *query)
{
	StringInfo out = &request->response;

	respond_data(request, rln_run_items(relid, query));
	if (!request->counts_all && !request->counts_filtered)
		return;
	out->len--;
	out->data[out->len] = '\0';
	appendStringInfoString(out, ",\"meta\":{");
	if (request->counts_all)
	{
		RlnRequest all = {.query = rln_read_make()};

		appendStringInfo(out, "\"total_count\":" INT64_FORMAT, rln_run_count(relid, &all));
	}
	if (request->counts_filtered)
	{
		RlnRequest filtered = *query;

		filtered.query = rln_read_make();
		filtered.query->filter = query->query->filter;
		filtered.query->search = query->query->search;
		appendStringInfo(out, "%s\"filter_count\":" INT64_FORMAT, request->counts_all ? "," : "",
						 rln_run_count(relid, &filtered));
	}
	appendStringInfoString(out, "}}");
}

/* A query that is too long for a path. */
static void
search_items(RlnRestRequest *request, Oid relid)
{
	Body body;

	ensure_body(request, true);
	read_body(request, &body, false);
	if (body.keys != NULL)
	{
		RlnRequest *query = parse_query(request);

		ensure_no_meta(request);
		respond_data(request, rln_run_keys(relid, query, read_keys(relid, body.keys), false));
		return;
	}
	request->stage = RLN_REST_QUERY;
	if (!rln_json_is_object(body.query))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query is a JSON object")));
	if (JB_ROOT_COUNT(request->query) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query is given both in the path and in the body")));
	request->query = JsonbValueToJsonb(body.query);
	list_items(request, relid, parse_query(request));
}

static void
create_items(RlnRestRequest *request, Oid relid)
{
	RlnRequest *query = parse_result_query(request, relid);

	ensure_body(request, true);
	request->stage = RLN_REST_PAYLOAD;
	respond_data(
		request,
		rln_create_items(relid, request->body, !rln_json_is_array(request->body), query));
}

static void
update_items(RlnRestRequest *request, Oid relid)
{
	RlnRequest *query = parse_result_query(request, relid);
	Body body;
	JsonbValue *keys;

	ensure_body(request, true);
	request->stage = RLN_REST_PAYLOAD;
	if (rln_json_is_array(request->body))
	{
		respond_data(request, rln_update_items(relid, NULL, request->body, false, query));
		return;
	}
	read_body(request, &body, true);
	keys = find_keys(request, relid, &body);
	request->stage = RLN_REST_PAYLOAD;
	respond_data(request, rln_update_items(relid, keys, body.data, false, query));
}

static void
delete_items(RlnRestRequest *request, Oid relid)
{
	JsonbValue *keys = request->body;
	Body body;

	(void) parse_query(request);
	ensure_no_meta(request);
	ensure_body(request, true);
	request->stage = RLN_REST_PAYLOAD;
	if (!rln_json_is_array(request->body))
	{
		read_body(request, &body, false);
		keys = find_keys(request, relid, &body);
		request->stage = RLN_REST_PAYLOAD;
	}
	rln_delete_items(relid, keys, false);
	request->status = 204;
}

static RlnRequest *
parse_query(RlnRestRequest *request)
{
	request->stage = RLN_REST_QUERY;
	return rln_json_request(request->query);
}

/* What is read back: found good or bad before anything is written. */
static RlnRequest *
parse_result_query(RlnRestRequest *request, Oid relid)
{
	RlnRequest *query = parse_query(request);

	ensure_no_meta(request);
	if (rln_key_columns(relid) != NIL && rln_may_read(relid))
		rln_run_check_keys(relid, query);
	return query;
}

static void
ensure_no_meta(RlnRestRequest *request)
{
	if (request->counts_all || request->counts_filtered)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("meta counts the items of a list only")));
}

/* The key in the path: of several columns as JSON, or as values with commas between. */
static JsonbValue *
read_key(const char *name, Oid relid)
{
	JsonbValue *key = palloc(sizeof(JsonbValue));
	int n = list_length(rln_key_columns(relid));
	JsonbParseState *state = NULL;

	rln_json_set_text(key, pstrdup(name), strlen(name));
	if (n <= 1)
		return key;
	if (name[0] == '[' || name[0] == '{')
	{
		rln_json_whole(DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(name))), key);
		return key;
	}
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (const char *at = name; at != NULL;)
	{
		const char *end = strchr(at, ',');
		JsonbValue part;

		rln_json_set_text(&part, at, end == NULL ? strlen(at) : end - at);
		pushJsonbValue(&state, WJB_ELEM, &part);
		at = end == NULL ? NULL : end + 1;
	}
	rln_json_whole(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)), key);
	return key;
}

/* As List of Datum *. */
static List *
read_keys(Oid relid, const JsonbValue *json)
{
	RlnWriteNode *node = rln_node_root(relid);
	List *keys = NIL;
	JsonbIterator *it;
	JsonbValue element;
	int index = 0;

	if (!rln_json_is_array(json))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("keys are an array")));
	it = JsonbIteratorInit(json->val.binary.data);
	(void) JsonbIteratorNext(&it, &element, true);
	while (JsonbIteratorNext(&it, &element, true) == WJB_ELEM)
	{
		RlnWriteRow *row = rln_node_add(node, NULL, NULL);
		RlnPath outer;
		RlnPath path;

		rln_path_enter_key(&outer, "keys");
		rln_path_enter_element(&path, index++);
		rln_payload_key(node, row, &element);
		rln_path_leave(&path);
		rln_path_leave(&outer);
		keys = lappend(keys, row->key);
	}
	return keys;
}

/* {"keys": [], "data": {}} or {"query": {}, "data": {}}: 42601 for anything else. */
static void
read_body(RlnRestRequest *request, Body *body, bool with_data)
{
	static const char *const names[] = {"keys", "query", "data"};
	JsonbValue **places[] = {&body->keys, &body->query, &body->data};
	int found = 0;

	memset(body, 0, sizeof(Body));
	for (int i = 0; i < lengthof(names) && rln_json_is_object(request->body); i++)
	{
		*places[i] = getKeyJsonValueFromContainer(request->body->val.binary.data, names[i],
												  strlen(names[i]), NULL);
		found += *places[i] != NULL;
	}
	if ((body->keys != NULL) == (body->query != NULL) || (body->data != NULL) != with_data ||
		found != JsonContainerSize(request->body->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 with_data ? errmsg("an array of objects is expected here, or an object with keys or query, and data")
						   : errmsg("an array of keys is expected here, or an object with keys or query")));
}

/* The keys that the body names, or those of all items that its query finds, as a JSON array. */
static JsonbValue *
find_keys(RlnRestRequest *request, Oid relid, const Body *body)
{
	List *columns = rln_key_of(relid);
	JsonbParseState *state = NULL;
	JsonbValue *keys = palloc(sizeof(JsonbValue));
	RlnRequest *query;
	JsonbValue items;
	JsonbIterator *it;
	JsonbValue item;

	if (body->keys != NULL)
		return body->keys;
	request->stage = RLN_REST_QUERY;
	query = make_key_query(body->query, columns);
	rln_json_whole(DatumGetJsonbP(DirectFunctionCall1(
					   jsonb_in, CStringGetDatum(text_to_cstring(rln_run_items(relid, query))))),
				   &items);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	it = JsonbIteratorInit(items.val.binary.data);
	(void) JsonbIteratorNext(&it, &item, true);
	while (JsonbIteratorNext(&it, &item, true) == WJB_ELEM)
		add_key_value(&state, &item, columns);
	rln_json_whole(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)), keys);
	return keys;
}

/* Its fields are the key, and without a limit it finds all. */
static RlnRequest *
make_key_query(const JsonbValue *json, const List *columns)
{
	RlnRequest *request;
	ListCell *lc;

	if (!rln_json_is_object(json))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a query is a JSON object")));
	request = rln_json_request(JsonbValueToJsonb((JsonbValue *) json));
	if (request->query->aggregate != NIL || request->query->group != NIL ||
		getKeyJsonValueFromContainer(json->val.binary.data, "fields", 6, NULL) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a query for items that are changed has no fields and no groups")));
	if (request->query->limit == RLN_LIMIT_DEFAULT)
		request->query->limit = RLN_LIMIT_NONE;
	request->query->fields = NIL;
	foreach(lc, columns)
		add_field(request->query, lfirst(lc));
	return request;
}

static void
add_field(RlnRead *query, const char *name)
{
	RlnStep *step = palloc0(sizeof(RlnStep));
	RlnField *field = palloc0(sizeof(RlnField));

	step->name = name;
	field->steps = list_make1(step);
	query->fields = lappend(query->fields, field);
}

static void
add_key_value(JsonbParseState **state, const JsonbValue *item, const List *columns)
{
	ListCell *lc;

	if (list_length(columns) > 1)
		pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, columns)
		pushJsonbValue(state, WJB_ELEM,
					   getKeyJsonValueFromContainer(item->val.binary.data, lfirst(lc),
													strlen(lfirst(lc)), NULL));
	if (list_length(columns) > 1)
		pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

static void
ensure_body(RlnRestRequest *request, bool wanted)
{
	if (wanted == (request->body != NULL))
		return;
	request->stage = RLN_REST_PAYLOAD;
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 wanted ? errmsg("%s needs a body", request->method)
					: errmsg("%s takes no body here", request->method)));
}

/* {"data": ...}; NULL is null */
static void
respond_data(RlnRestRequest *request, const text *data)
{
	StringInfo out = &request->response;

	request->status = 200;
	appendStringInfoString(out, "{\"data\":");
	if (data == NULL)
		appendStringInfoString(out, "null");
	else
	{
		rln_json_reserve(out, VARSIZE_ANY_EXHDR(data) + 1);
		appendBinaryStringInfo(out, VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data));
	}
	appendStringInfoChar(out, '}');
}
