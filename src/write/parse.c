/*
 * parse.c
 *	  Payloads to rows.
 *
 * Values are read as their columns' types at once, so that a bad one is
 * reported where it stands.  What a row is for the database (new, or there
 * already) is not asked here.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "write/write.h"
#include "json/json_front.h"

static void parse_member(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *object,
						 RlnWriteField *field, const JsonbValue *json);
static void unlink_target(RlnWriteNode *node, RlnWriteRow *row, const RlnEdge *edge);
static void set_column(RlnWriteRow *row, RlnWriteColumn *column, const JsonbValue *json);
static void set_given(RlnWriteRow *row, RlnWriteColumn *column, Datum value, bool isnull);
static void set_own_link(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json);
static const RlnTarget *find_target(const RlnEdge *edge, const JsonbValue *object);
static void parse_target(RlnWriteNode *node, RlnWriteRow *row, RlnWriteField *field,
						 const RlnTarget *target, const JsonbValue *json);
static Datum *read_key(const List *columns, const JsonbValue *json);


/*
 * Fills the row from an object.  Errors carry the path: 42601 where the JSON is
 * of another form, 42703 for a field that is none, 22P02 and the like for values.
 */
void
rln_payload_parse(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json)
{
	JsonbIterator *it;
	JsonbValue key;
	JsonbValue value;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (!rln_json_is_object(json))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an object is expected here")));
	it = JsonbIteratorInit(json->val.binary.data);
	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		char *name = pnstrdup(key.val.string.val, key.val.string.len);
		RlnWriteField *field;
		RlnPath here;
		RlnPath *path = &here;

		(void) JsonbIteratorNext(&it, &value, true);
		rln_path_enter_key(path, name);
		field = rln_node_field(node, name);
		if (field->edge != NULL)
		{
			/* rows below keep the path */
			rln_path_leave(path);
			path = palloc(sizeof(RlnPath));
			rln_path_enter_key(path, field->name);
		}
		parse_member(node, row, json, field, &value);
		rln_path_leave(path);
		pfree(name);
	}
}

static void
parse_member(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *object,
			 RlnWriteField *field, const JsonbValue *json)
{
	const RlnEdge *edge = field->edge;
	const RlnTarget *target;

	if (edge == NULL)
	{
		set_column(row, field->column, json);
		return;
	}
	if (!field->forward)
	{
		rln_payload_list(rln_field_members(node, field), row, json);
		return;
	}
	if (node->role == RLN_WRITE_MEMBER && edge->id == node->edge->id)
	{
		set_own_link(node, row, json);
		return;
	}
	if (json->type == jbvNull)
	{
		unlink_target(node, row, edge);
		return;
	}
	target = find_target(edge, object);
	if (target != NULL)
		parse_target(node, row, field, target, json);
	else if (field->column != NULL && !rln_json_is_object(json))
		set_column(row, field->column, json); /* the database knows what it means */
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is needed beside \"%s\"", edge->discriminator_column, field->name),
				 errhint("It says which collection the item is of.")));
}

/* One null is enough; a column that is given beside the field may have another value. */
static void
unlink_target(RlnWriteNode *node, RlnWriteRow *row, const RlnEdge *edge)
{
	bool is_null = false;
	ListCell *lc;

	foreach(lc, edge->columns)
	{
		RlnWriteColumn *column = rln_node_column(node, lfirst(lc));
		RlnWriteValue *given = rln_row_find(row, column);

		if (given == NULL)
			rln_row_set(row, column, (Datum) 0, true);
		is_null |= given == NULL || given->isnull;
	}
	if (!is_null)
		set_given(row, rln_node_column(node, linitial(edge->columns)), (Datum) 0, true);
}

/* A value of a column, which is not generated. */
static void
set_column(RlnWriteRow *row, RlnWriteColumn *column, const JsonbValue *json)
{
	Datum value;
	bool isnull;

	if (column->is_generated)
		ereport(ERROR,
				(errcode(ERRCODE_GENERATED_ALWAYS),
				 errmsg("column \"%s\" is a generated column: it takes no value", column->name)));
	value = rln_json_read(column->input, json, &isnull);
	set_given(row, column, value, isnull);
}

/* 22023 where a compound key and one of its columns are both given, and differ. */
static void
set_given(RlnWriteRow *row, RlnWriteColumn *column, Datum value, bool isnull)
{
	RlnWriteValue *given = rln_row_find(row, column);

	if (given != NULL &&
		(given->isnull != isnull ||
		 (!isnull &&
		  strcmp(rln_column_text(column, given->value), rln_column_text(column, value)) != 0)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" is given two values", column->name)));
	rln_row_set(row, column, value, isnull);
}

/*
 * The field by which members of a list refer to their parent: it may be given,
 * as when what was read is written again, and must then say the same.
 */
static void
set_own_link(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json)
{
	List *columns = NIL;
	Datum *key;
	ListCell *lc;

	if (rln_json_is_object(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the list says already what this field refers to"),
				 errhint("Leave the field out.")));
	foreach(lc, node->links)
		columns = lappend(columns, ((RlnWriteLink *) lfirst(lc))->many);
	if (json->type == jbvNull)
	{
		foreach(lc, columns)
			set_given(row, lfirst(lc), (Datum) 0, true);
		return;
	}
	key = read_key(columns, json);
	foreach(lc, columns)
		set_given(row, lfirst(lc), key[foreach_current_index(lc)], false);
}

/*
 * The target that is meant: for an item, the one whose discriminator stands
 * beside it in the object; NULL where none does.  23503 for one that is not
 * allowed, as the relation itself would say.
 */
static const RlnTarget *
find_target(const RlnEdge *edge, const JsonbValue *object)
{
	StringInfoData allowed;
	JsonbValue value;
	char *text;
	ListCell *lc;

	if (!RLN_IS_ANY(edge))
		return rln_edge_target(edge);
	if (getKeyJsonValueFromContainer(object->val.binary.data, edge->discriminator_column,
									 strlen(edge->discriminator_column), &value) == NULL ||
		value.type == jbvNull)
		return NULL;
	text = rln_json_text(&value);
	initStringInfo(&allowed);
	foreach(lc, edge->targets)
	{
		const RlnTarget *target = lfirst(lc);

		if (strcmp(target->discriminator, text) == 0)
			return target;
		appendStringInfo(&allowed, "%s\"%s\"", allowed.len > 0 ? ", " : "", target->discriminator);
	}
	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("collection \"%s\" is not allowed in field \"%s\" of \"%s\"", text,
					rln_csv_print(edge->columns), rln_table_label(edge->many)),
			 errhint("The collections are %s.", allowed.data)));
}

/* An object that is written before the row, or the key of what is there. */
static void
parse_target(RlnWriteNode *node, RlnWriteRow *row, RlnWriteField *field, const RlnTarget *target,
			 const JsonbValue *json)
{
	bool is_reference = !rln_json_is_object(json);
	RlnWriteNode *child = rln_field_target(node, field, target, is_reference);
	RlnWriteRow *below = rln_node_add(child, row, rln_path_current());

	if (is_reference)
	{
		below->action = RLN_ROW_EXISTS;
		below->must_exist = true;
		below->key = read_key(child->key, json);
		rln_link_reference(row, child, below->key);
	}
	else
		rln_payload_parse(child, below, json);
}

/* 42704 unless the collection has a key, by which its rows are named. */
void
rln_ensure_key(const RlnWriteNode *node)
{
	if (node->key == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("collection \"%s\" has no key", rln_table_label(node->relid)),
				 errhint("Give it a primary key.")));
}

/* The key of a row that must be there: a value, or for a compound key an array or object. */
void
rln_payload_key(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json)
{
	rln_ensure_key(node);
	row->key = read_key(node->key, json);
	row->action = RLN_ROW_EXISTS;
	row->must_exist = true;
}

static Datum *
read_key(const List *columns, const JsonbValue *json)
{
	int n = list_length(columns);
	Datum *key = palloc(sizeof(Datum) * n);
	ListCell *lc;

	foreach(lc, columns)
	{
		RlnWriteColumn *column = lfirst(lc);
		int i = foreach_current_index(lc);
		const JsonbValue *part = json;
		JsonbValue value;
		bool isnull;

		if (n > 1)
		{
			part = NULL;
			if (rln_json_is_array(json) && JsonContainerSize(json->val.binary.data) == n)
				part = getIthJsonbValueFromContainer(json->val.binary.data, i);
			else if (rln_json_is_object(json) && JsonContainerSize(json->val.binary.data) == n)
				part = getKeyJsonValueFromContainer(json->val.binary.data, column->name,
													strlen(column->name), &value);
			if (part == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("a key of %d columns is an array of so many values, or an object with the columns' names",
								n)));
		}
		key[i] = rln_json_read(column->input, part, &isnull);
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a key is not null")));
	}
	return key;
}
