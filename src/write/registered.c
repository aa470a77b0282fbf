/*
 * registered.c
 *	  relations.relations as a collection: its items are relation objects.
 *
 * Writing them is the same as relations.create_relation() and its like, with
 * all that those take.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "write/write.h"
#include "json/json_front.h"

static void change_all(const JsonbValue *keys, const JsonbValue *data, bool one, List **ids);
static int32 read_id(const JsonbValue *key);
static void change(int32 id, const JsonbValue *data, List **ids);
static List *add_id(List *keys, int32 id);


/* The keys (List of Datum *) of the new relations. */
List *
rln_relations_create(const JsonbValue *data, bool one)
{
	RlnObject object;
	List *keys = NIL;
	int32 id;
	ListCell *lc;

	if (one)
	{
		rln_object_from_jsonb(JsonbValueToJsonb((JsonbValue *) data), &object);
		id = rln_create_from_object(&object);
		rln_ensure_junction(id);
		return add_id(NIL, id);
	}
	foreach(lc, rln_create_from_array(JsonbValueToJsonb((JsonbValue *) data)))
		keys = add_id(keys, lfirst_int(lc));
	return keys;
}

List *
rln_relations_update(const JsonbValue *keys, const JsonbValue *data, bool one)
{
	List *ids = NIL;

	change_all(keys, data, one, &ids);
	return ids;
}

void
rln_relations_delete(const JsonbValue *keys, bool one)
{
	change_all(keys, NULL, one, NULL);
}

/* For each of the keys; without keys, for each of the data, which have theirs. */
static void
change_all(const JsonbValue *keys, const JsonbValue *data, bool one, List **ids)
{
	const JsonbValue *list = keys != NULL ? keys : data;
	JsonbIterator *it;
	JsonbValue element;
	RlnPath outer;
	RlnPath path;
	int index = 0;

	if (one)
	{
		change(read_id(keys), data, ids);
		return;
	}
	if (keys != NULL)
		rln_path_enter_key(&outer, "keys");
	if (!rln_json_is_array(list))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an array is expected here")));
	it = JsonbIteratorInit(list->val.binary.data);
	(void) JsonbIteratorNext(&it, &element, true);
	while (JsonbIteratorNext(&it, &element, true) == WJB_ELEM)
	{
		JsonbValue id;

		rln_path_enter_element(&path, index++);
		if (keys != NULL)
			change(read_id(&element), data, ids);
		else
		{
			if (!rln_json_is_object(&element))
				ereport(ERROR,
						(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an object is expected here")));
			if (getKeyJsonValueFromContainer(element.val.binary.data, "id", 2, &id) == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("the id of the relation is missing here")));
			change(read_id(&id), &element, ids);
		}
		rln_path_leave(&path);
	}
	if (keys != NULL)
		rln_path_leave(&outer);
}

static int32
read_id(const JsonbValue *key)
{
	bool isnull;
	Datum id = rln_json_read(rln_json_input(INT4OID, -1), key, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a key is not null")));
	return DatumGetInt32(id);
}

/* Without data the relation is deleted. */
static void
change(int32 id, const JsonbValue *data, List **ids)
{
	RlnObject object;

	if (data == NULL)
	{
		rln_delete(id);
		return;
	}
	rln_object_from_jsonb(JsonbValueToJsonb((JsonbValue *) data), &object);
	rln_update_from_object(id, &object);
	*ids = add_id(*ids, id);
}

static List *
add_id(List *keys, int32 id)
{
	Datum *key = palloc(sizeof(Datum));

	*key = Int32GetDatum(id);
	return lappend(keys, key);
}
