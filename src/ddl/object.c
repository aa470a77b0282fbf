/*
 * object.c
 *	  Reading relation objects.
 *
 * A relation object comes as JSON or as a row of relations.relations; both
 * become the same array of values, so that everything behind this file knows
 * one form.  Unknown keys are refused here; a null in a new object is the same
 * as an absent key, in a change it sets the default.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/numeric.h"

#include "ddl/ddl.h"

static const char *const key_names[RLN_OBJECT_KEYS] = {
	"id", "many_collection", "many_field", "one_collection", "one_field", "one_collection_field",
	"one_allowed_collections", "junction_field", "sort_field", "one_deselect_action", "on_delete",
	"on_update", "is_unique", "discriminators", "reverse_field", "constraint_name",
	"is_symmetric", "validate", "constraint", "required", "deferrable"};

static int lookup_key(const JsonbValue *name);
static JsonbValue *make_value(Datum datum, Oid type);


/* The name of a key, for messages. */
const char *
rln_object_key_name(RlnObjectKey key)
{
	return key_names[key];
}

/* The values point into the jsonb. */
void
rln_object_from_jsonb(Jsonb *jsonb, RlnObject *object)
{
	JsonbIterator *iterator;
	JsonbValue value;
	JsonbIteratorToken token;
	int key = -1;

	memset(object, 0, sizeof(RlnObject));
	if (!JB_ROOT_IS_OBJECT(jsonb))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a relation must be a JSON object"),
				 errhint("For example {\"many_collection\": \"cities\", \"many_field\": \"country\", \"one_collection\": \"country\"}.")));

	iterator = JsonbIteratorInit(&jsonb->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			key = lookup_key(&value);
		else if (token == WJB_VALUE)
		{
			object->values[key] = palloc(sizeof(JsonbValue));
			*object->values[key] = value;
		}
	}
}

/* A new row of the view; its nulls are absent. */
void
rln_object_from_row(HeapTuple row, TupleDesc desc, RlnObject *object)
{
	Datum values[RLN_VIEW_COLUMNS];
	bool nulls[RLN_VIEW_COLUMNS];

	memset(object, 0, sizeof(RlnObject));
	memset(nulls, true, sizeof(nulls)); /* an older view has fewer */
	heap_deform_tuple(row, desc, values, nulls);
	for (int i = 0; i < RLN_VIEW_COLUMNS; i++)
	{
		if (!nulls[i])
			object->values[i] = make_value(values[i], TupleDescAttr(desc, i)->atttypid);
	}
}

/* What an UPDATE of the view changes. */
void
rln_object_from_change(HeapTuple before, HeapTuple after, TupleDesc desc, RlnObject *object)
{
	Datum old_values[RLN_VIEW_COLUMNS];
	Datum new_values[RLN_VIEW_COLUMNS];
	bool old_nulls[RLN_VIEW_COLUMNS];
	bool new_nulls[RLN_VIEW_COLUMNS];

	memset(object, 0, sizeof(RlnObject));
	memset(old_nulls, true, sizeof(old_nulls));
	memset(new_nulls, true, sizeof(new_nulls));
	heap_deform_tuple(before, desc, old_values, old_nulls);
	heap_deform_tuple(after, desc, new_values, new_nulls);
	for (int i = 0; i < RLN_VIEW_COLUMNS; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (old_nulls[i] && new_nulls[i])
			continue;
		if (old_nulls[i] == new_nulls[i] &&
			datum_image_eq(old_values[i], new_values[i], attribute->attbyval, attribute->attlen))
			continue;
		if (new_nulls[i])
		{
			object->values[i] = palloc(sizeof(JsonbValue));
			object->values[i]->type = jbvNull;
		}
		else
			object->values[i] = make_value(new_values[i], attribute->atttypid);
	}
}

/* 42703 where a relation object has no such key. */
static int
lookup_key(const JsonbValue *name)
{
	StringInfoData known;

	for (int i = 0; i < RLN_OBJECT_KEYS; i++)
	{
		if (strlen(key_names[i]) == name->val.string.len &&
			strncmp(key_names[i], name->val.string.val, name->val.string.len) == 0)
			return i;
	}
	initStringInfo(&known);
	for (int i = 0; i < RLN_OBJECT_KEYS; i++)
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", key_names[i]);
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("a relation has no field \"%.*s\"", name->val.string.len, name->val.string.val),
			 errhint("Its fields are %s.", known.data)));
}

/* A view's column as the JSON value that would say the same. */
static JsonbValue *
make_value(Datum datum, Oid type)
{
	JsonbValue *value = palloc(sizeof(JsonbValue));

	switch (type)
	{
		case INT4OID:
			value->type = jbvNumeric;
			value->val.numeric = int64_to_numeric(DatumGetInt32(datum));
			break;
		case BOOLOID:
			value->type = jbvBool;
			value->val.boolean = DatumGetBool(datum);
			break;
		case TEXTOID:
			value->type = jbvString;
			value->val.string.val = text_to_cstring(DatumGetTextPP(datum));
			value->val.string.len = strlen(value->val.string.val);
			break;
		case JSONBOID:
			JsonbToJsonbValue(DatumGetJsonbP(datum), value);
			break;
		default:
			elog(ERROR, "unexpected type %u in relations.relations", type); /* should not happen */
	}
	return value;
}
