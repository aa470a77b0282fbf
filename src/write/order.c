/*
 * order.c
 *	  The manual order of an alias.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/sqltext.h"
#include "write/write.h"
#include "json/json_front.h"

static RlnWriteNode *find_list(RlnWriteNode *root, const char *name);
static void add_keys(RlnWriteNode *node, RlnWriteRow *parent, const JsonbValue *keys);
static void add_key(void *arg, int index, const JsonbValue *json);
static void run(RlnWriteNode *node);


/*
 * Puts the rows of the keys first on the item's list, in that order; the others
 * follow in the order that they have.
 */
void
rln_reorder(Oid relid, const JsonbValue *key, const char *name, const JsonbValue *keys)
{
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext context =
		AllocSetContextCreate(outer, "relations: order of a list", ALLOCSET_DEFAULT_SIZES);
	RlnWriteNode *root;
	RlnWriteNode *node;
	RlnWriteRow *parent;
	RlnPath path;

	rln_spi_connect();
	MemoryContextSwitchTo(context);
	root = rln_node_root(relid);
	rln_path_enter_key(&path, "key");
	parent = rln_node_add(root, NULL, &path);
	rln_payload_key(root, parent, key);
	rln_path_leave(&path);
	node = find_list(root, name);
	add_keys(node, parent, keys);
	rln_write_check(root);
	run(node);
	rln_spi_finish();
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(context);
}

/* 22023 unless the field is a list that has a sort field. */
static RlnWriteNode *
find_list(RlnWriteNode *root, const char *name)
{
	RlnWriteField *field = rln_node_field(root, name);
	RlnWriteNode *node;

	if (field->forward || field->edge == NULL || field->edge->is_unique)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("field \"%s\" of \"%s\" is no list", name, rln_table_label(root->relid))));
	node = rln_field_members(root, field);
	rln_ensure_key(node);
	if (field->edge->sort_column == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("field \"%s\" of \"%s\" has no order of its own", name,
						rln_table_label(root->relid)),
				 errhint("Give its relation a sort_field.")));
	if (node->sort == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of \"%s\" holds no numbers: it cannot be set to places",
						field->edge->sort_column, rln_table_label(node->relid))));
	return node;
}

static void
add_keys(RlnWriteNode *node, RlnWriteRow *parent, const JsonbValue *keys)
{
	RlnPath *path = palloc(sizeof(RlnPath));
	RlnWriteList *list = palloc0(sizeof(RlnWriteList));

	rln_path_enter_key(path, "keys");
	list->parent = parent;
	list->path = path;
	node->lists = list_make1(list);
	rln_json_each_element(keys, add_key, node);
	rln_path_leave(path);
}

static void
add_key(void *arg, int index, const JsonbValue *json)
{
	RlnWriteNode *node = arg;
	RlnWriteList *list = linitial(node->lists);
	RlnWriteRow *row = rln_node_add(node, list->parent, rln_path_current());

	row->list = list;
	row->must_belong = true;
	rln_payload_key(node, row, json);
}

static void
run(RlnWriteNode *node)
{
	List *sources = list_make2(rln_parents_source(node, false),
							   rln_keys_source(node, node->rows, node->nrows));

	rln_source_run(node, NULL, rln_sql_reorder(node), sources, NULL, NULL);
}
