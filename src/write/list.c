/*
 * list.c
 *	  Aliases in payloads.
 *
 *----------
 *	[2, {"name": "new"}, {"id": 5, "name": "changed"}]		all that there shall be
 *	{"create": [{}], "update": [{"id": 5}], "delete": [2]}	only what is named
 *	2, {"name": "new"}, null								where there is one at most
 *----------
 */
#include "postgres.h"

#include "write/write.h"
#include "json/json_front.h"

/* a list while it is read */
typedef struct ListState
{
	RlnWriteNode *node;
	RlnWriteList *list;
	void (*add)(struct ListState *state, RlnPath *path, const JsonbValue *json);
} ListState;

static void add_element(void *arg, int index, const JsonbValue *json);
static void parse_detailed(ListState *state, const JsonbValue *json);
static RlnWriteRow *add_row(ListState *state, RlnPath *path);
static void add_member(ListState *state, RlnPath *path, const JsonbValue *json);
static void add_created(ListState *state, RlnPath *path, const JsonbValue *json);
static void add_updated(ListState *state, RlnPath *path, const JsonbValue *json);
static void add_removed(ListState *state, RlnPath *path, const JsonbValue *json);


/* What the alias of the parent shall be; the current path step must last. */
void
rln_payload_list(RlnWriteNode *node, RlnWriteRow *parent, const JsonbValue *json)
{
	ListState state = {node, palloc0(sizeof(RlnWriteList)), add_member};

	state.list->parent = parent;
	state.list->path = rln_path_current();
	state.list->start = node->nrows;
	node->lists = lappend(node->lists, state.list);
	state.list->is_whole = true;
	if (json->type == jbvNull)
		return;
	if (node->edge->is_unique)
	{
		/* an array is a key of several columns here, or a list of one */
		if (rln_json_is_array(json) && list_length(node->key) == 1)
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR),
					 errmsg("an object, a key or null is expected here")));
		add_member(&state, state.list->path, json);
	}
	else if (rln_json_is_array(json))
		rln_json_each_element(json, add_element, &state);
	else if (rln_json_is_object(json))
	{
		state.list->is_whole = false;
		parse_detailed(&state, json);
	}
	else
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("an array is expected here, or an object with create, update and delete")));
}

static void
add_element(void *arg, int index, const JsonbValue *json)
{
	ListState *state = arg;

	if (json->type == jbvNull)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an object or a key is expected here")));
	state->add(state, rln_path_current(), json);
}

/* In this order, whatever that of the keys. */
static void
parse_detailed(ListState *state, const JsonbValue *json)
{
	static const struct
	{
		const char *key;
		void (*add)(ListState *state, RlnPath *path, const JsonbValue *json);
	} parts[] = {{"create", add_created}, {"update", add_updated}, {"delete", add_removed}};
	int found = 0;

	for (int i = 0; i < lengthof(parts); i++)
	{
		JsonbValue value;
		RlnPath *path;

		if (getKeyJsonValueFromContainer(json->val.binary.data, parts[i].key,
										 strlen(parts[i].key), &value) == NULL)
			continue;
		found++;
		path = palloc(sizeof(RlnPath));
		rln_path_enter_key(path, parts[i].key);
		state->add = parts[i].add;
		rln_json_each_element(&value, add_element, state);
		rln_path_leave(path);
	}
	if (found == 0 || found < JsonContainerSize(json->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a change of a list has the keys create, update and delete, and no others"),
				 errhint("An array says what the whole list shall be.")));
}

static RlnWriteRow *
add_row(ListState *state, RlnPath *path)
{
	RlnWriteRow *row = rln_node_add(state->node, state->list->parent, path);

	row->list = state->list;
	if (state->list->is_whole)
		row->position = ++state->list->length;
	return row;
}

/* An object, which may have a key, or the key of a row that is there. */
static void
add_member(ListState *state, RlnPath *path, const JsonbValue *json)
{
	RlnWriteRow *row = add_row(state, path);

	if (rln_json_is_object(json))
		rln_payload_parse(state->node, row, json);
	else
		rln_payload_key(state->node, row, json);
}

static void
add_created(ListState *state, RlnPath *path, const JsonbValue *json)
{
	RlnWriteRow *row = add_row(state, path);

	row->action = RLN_ROW_CREATE;
	rln_payload_parse(state->node, row, json);
}

static void
add_updated(ListState *state, RlnPath *path, const JsonbValue *json)
{
	RlnWriteRow *row = add_row(state, path);

	row->must_exist = row->must_belong = true;
	rln_payload_parse(state->node, row, json);
}

static void
add_removed(ListState *state, RlnPath *path, const JsonbValue *json)
{
	RlnWriteRow *row = add_row(state, path);

	rln_payload_key(state->node, row, json);
	row->action = RLN_ROW_REMOVE;
	row->must_belong = true;
}
