/*
 * write.c
 *	  Items written: the layer's interface.
 *
 * An operation has a context of its own below the caller's, which holds the
 * payload's rows; the result is in the caller's.  An error leaves nothing behind,
 * since all happens in the caller's transaction.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/sqltext.h"
#include "run/run.h"
#include "write/write.h"
#include "json/json_front.h"

typedef struct Operation
{
	MemoryContext outer;
	MemoryContext context;
	RlnWriteNode *root;
} Operation;

/* instead of its index: what is added is no element, and has no path of its own */
#define ALONE (-1)

static void begin(Operation *operation, Oid relid, const RlnRequest *request);
static List *finish(Operation *operation, bool with_keys);
static RlnWriteRow *add_root(Operation *operation, int index);
static void add_created(void *arg, int index, const JsonbValue *json);
static void add_keyed(void *arg, int index, const JsonbValue *json);
static void add_keys(Operation *operation, const JsonbValue *keys, bool one);
static void add_key(void *arg, int index, const JsonbValue *json);
static List *returned_keys(const RlnWriteNode *root);
static text *read_back(Oid relid, const List *keys, bool one, const RlnRequest *request);


/*
 * Makes items: one of an object, or as many as the array has elements.  Returns
 * what the request reads of them, as JSON; NULL where there is nothing to read,
 * or where request is NULL.
 */
text *
rln_create_items(Oid relid, const JsonbValue *data, bool one, const RlnRequest *request)
{
	Operation operation;
	List *keys;

	if (relid == rln_registry_view())
		keys = rln_relations_create(data, one);
	else
	{
		begin(&operation, relid, request);
		if (one)
			add_created(&operation, ALONE, data);
		else
			rln_json_each_element(data, add_created, &operation);
		keys = finish(&operation, request != NULL);
	}
	return read_back(relid, keys, one, request);
}

/*
 * Changes items: that of the one key, or all of the array of keys, as the object
 * says; where keys are NULL, data is an array of objects with their keys.
 */
text *
rln_update_items(Oid relid, const JsonbValue *keys, const JsonbValue *data, bool one,
				 const RlnRequest *request)
{
	Operation operation;
	List *written;

	if (relid == rln_registry_view())
		written = rln_relations_update(keys, data, one);
	else
	{
		begin(&operation, relid, request);
		if (keys == NULL)
			rln_json_each_element(data, add_keyed, &operation);
		else
			add_keys(&operation, keys, one);
		for (int i = 0; keys != NULL && i < operation.root->nrows; i++)
			rln_payload_parse(operation.root, operation.root->rows[i], data);
		written = finish(&operation, request != NULL);
	}
	return read_back(relid, written, one, request);
}

/* Deletes the item of the key, or those of the array of keys: all or none. */
void
rln_delete_items(Oid relid, const JsonbValue *keys, bool one)
{
	Operation operation;

	if (relid == rln_registry_view())
	{
		rln_relations_delete(keys, one);
		return;
	}
	begin(&operation, relid, NULL);
	add_keys(&operation, keys, one);
	for (int i = 0; i < operation.root->nrows; i++)
		operation.root->rows[i]->action = RLN_ROW_REMOVE;
	(void) finish(&operation, false);
}

/*
 * SPI is connected until finish(), and the operation's context is current.  What
 * will be read back (or NULL) is found good or bad before anything is written.
 */
static void
begin(Operation *operation, Oid relid, const RlnRequest *request)
{
	operation->outer = CurrentMemoryContext;
	operation->context = AllocSetContextCreate(CurrentMemoryContext, "relations: items to be written",
											   ALLOCSET_DEFAULT_SIZES);
	rln_spi_connect();
	MemoryContextSwitchTo(operation->context);
	operation->root = rln_node_root(relid);
	if (request != NULL && operation->root->returns_keys)
		rln_run_check_keys(relid, request);
}

/* Checks and writes all rows; the keys of the root's, in the outer context. */
static List *
finish(Operation *operation, bool with_keys)
{
	List *keys = NIL;

	rln_write_check(operation->root);
	rln_write_apply(operation->root);
	rln_spi_finish();
	MemoryContextSwitchTo(operation->outer);
	if (with_keys && operation->root->returns_keys)
		keys = returned_keys(operation->root);
	MemoryContextDelete(operation->context);
	return keys;
}

static RlnWriteRow *
add_root(Operation *operation, int index)
{
	return rln_node_add(operation->root, NULL, index == ALONE ? NULL : rln_path_current());
}

static void
add_created(void *arg, int index, const JsonbValue *json)
{
	Operation *operation = arg;
	RlnWriteRow *row = add_root(operation, index);

	row->action = RLN_ROW_CREATE;
	rln_payload_parse(operation->root, row, json);
}

static void
add_keyed(void *arg, int index, const JsonbValue *json)
{
	Operation *operation = arg;
	RlnWriteRow *row = add_root(operation, index);

	row->must_exist = true;
	rln_payload_parse(operation->root, row, json);
}

/* The argument "key", or "keys"; what is wrong with the one row later has no path. */
static void
add_keys(Operation *operation, const JsonbValue *keys, bool one)
{
	RlnPath *path = palloc(sizeof(RlnPath));

	rln_path_enter_key(path, one ? "key" : "keys");
	if (one)
		add_key(operation, ALONE, keys);
	else
		rln_json_each_element(keys, add_key, operation);
	rln_path_leave(path);
}

static void
add_key(void *arg, int index, const JsonbValue *json)
{
	Operation *operation = arg;

	rln_payload_key(operation->root, add_root(operation, index), json);
}

/* List of Datum *; rows that triggers have suppressed have none. */
static List *
returned_keys(const RlnWriteNode *root)
{
	List *keys = NIL;
	int nkeys = list_length(root->key);

	for (int i = 0; i < root->nrows; i++)
	{
		const RlnWriteRow *row = rln_row_meant(root->rows[i]);
		Datum *key;

		if (row->kept == NULL)
			continue;
		key = palloc(sizeof(Datum) * nkeys);
		for (int j = 0; j < nkeys; j++)
		{
			const RlnWriteColumn *column = list_nth(root->key, j);

			key[j] = datumCopy(row->kept[j], column->by_value, column->length);
		}
		keys = lappend(keys, key);
	}
	return keys;
}

/* What has just been written is seen by a snapshot that is taken now. */
static text *
read_back(Oid relid, const List *keys, bool one, const RlnRequest *request)
{
	text *result;

	if (request == NULL)
		return NULL;
	if (keys == NIL)
		return one ? NULL : cstring_to_text("[]");
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	result = rln_run_keys(relid, request, keys, one);
	PopActiveSnapshot();
	return result;
}
