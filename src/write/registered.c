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

/* a change of several relations */
typedef struct Change
{
	const JsonbValue *data; /* of all of them; NULL: they are deleted, or the elements say it */
	List *ids;				/* of those that were changed, as keys */
} Change;

static void change_keyed(void *arg, int index, const JsonbValue *key);
static void change_as_told(void *arg, int index, const JsonbValue *object);
static int32 read_id(const JsonbValue *key);
static void change(Change *changes, int32 id, const JsonbValue *data);
static List *add_id(List *keys, int32 id);
static void each_key(const JsonbValue *keys, bool one, Change *changes);


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

/* Those of the keys, as the data say; without keys those that the data are an array of. */
List *
rln_relations_update(const JsonbValue *keys, const JsonbValue *data, bool one)
{
	Change changes = {data, NIL};

	if (keys == NULL)
		rln_json_each_element(data, change_as_told, &changes);
	else
		each_key(keys, one, &changes);
	return changes.ids;
}

void
rln_relations_delete(const JsonbValue *keys, bool one)
{
	Change changes = {NULL, NIL};

	each_key(keys, one, &changes);
}

static void
each_key(const JsonbValue *keys, bool one, Change *changes)
{
	RlnPath *path;

	if (one)
	{
		change_keyed(changes, 0, keys);
		return;
	}
	path = palloc(sizeof(RlnPath));
	rln_path_enter_key(path, "keys");
	rln_json_each_element(keys, change_keyed, changes);
	rln_path_leave(path);
}

static void
change_keyed(void *arg, int index, const JsonbValue *key)
{
	Change *changes = arg;

	change(changes, read_id(key), changes->data);
}

static void
change_as_told(void *arg, int index, const JsonbValue *object)
{
	JsonbValue id;

	if (!rln_json_is_object(object))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("an object is expected here")));
	if (getKeyJsonValueFromContainer(object->val.binary.data, "id", 2, &id) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the id of the relation is missing here")));
	change(arg, read_id(&id), object);
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
change(Change *changes, int32 id, const JsonbValue *data)
{
	RlnObject object;

	if (data == NULL)
	{
		rln_delete(id);
		return;
	}
	rln_object_from_jsonb(JsonbValueToJsonb((JsonbValue *) data), &object);
	rln_update_from_object(id, &object);
	changes->ids = add_id(changes->ids, id);
}

static List *
add_id(List *keys, int32 id)
{
	Datum *key = palloc(sizeof(Datum));

	*key = Int32GetDatum(id);
	return lappend(keys, key);
}
