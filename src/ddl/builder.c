/*
 * builder.c
 *	  The common types of relations as SQL functions with named arguments.
 *
 * A builder is a way to write relation objects, nothing more: what it makes is
 * what relations.create_relation() makes of the same objects, after a junction
 * table was created where there is none.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "ddl/ddl.h"
#include "ddl/junction.h"

PG_FUNCTION_INFO_V1(relations_many_to_one);
PG_FUNCTION_INFO_V1(relations_one_to_one);
PG_FUNCTION_INFO_V1(relations_many_to_many);
PG_FUNCTION_INFO_V1(relations_many_to_any);
PG_FUNCTION_INFO_V1(relations_translations);

static Datum build_to_one(FunctionCallInfo fcinfo, bool unique);
static int32 create(const RlnObject *object, const List *unique_with);
static RlnObject *make_half(const RlnJunction *junction, const List *columns, Oid one,
							const char *alias);
static List *create_halves(const RlnJunction *junction, RlnObject *first, RlnObject *second,
						   const List *unique_with);
static List *read_targets(ArrayType *array);
static char *name_argument(FunctionCallInfo fcinfo, int argument);
static char *text_argument(FunctionCallInfo fcinfo, int argument);


Datum
relations_many_to_one(PG_FUNCTION_ARGS)
{
	return build_to_one(fcinfo, false);
}

Datum
relations_one_to_one(PG_FUNCTION_ARGS)
{
	return build_to_one(fcinfo, true);
}

/*
 * A junction with a row for each pair; each of its two foreign keys is a
 * relation with an alias of its own.
 */
Datum
relations_many_to_many(PG_FUNCTION_ARGS)
{
	RlnJunction junction = {0};
	Oid collection;
	Oid related;
	RlnObject *first;
	RlnObject *second;
	bool unique;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "field");
	rln_ensure_argument(fcinfo, 2, "related_collection");
	collection = PG_GETARG_OID(0);
	related = PG_GETARG_OID(2);
	unique = PG_ARGISNULL(8) || PG_GETARG_BOOL(8);

	rln_junction_open(&junction, collection, related, text_argument(fcinfo, 4), NULL);
	junction.columns = rln_junction_columns(&junction, collection, name_argument(fcinfo, 5), NIL);
	junction.related_columns = rln_junction_columns(&junction, related, name_argument(fcinfo, 6),
													junction.columns);
	if (!junction.exists)
	{
		rln_junction_add_key(&junction, junction.columns, collection);
		rln_junction_add_key(&junction, junction.related_columns, related);
		rln_junction_add_sort(&junction, name_argument(fcinfo, 7));
		if (unique)
			rln_junction_add_unique(&junction);
		rln_junction_create(&junction);
	}
	else
		rln_junction_complete_key(&junction, junction.related_columns, related);

	first = make_half(&junction, junction.columns, collection, name_argument(fcinfo, 1));
	rln_object_set_text(first, RLN_KEY_SORT_FIELD, name_argument(fcinfo, 7));
	second = make_half(&junction, junction.related_columns, related, name_argument(fcinfo, 3));
	rln_object_set_text(second, RLN_KEY_JUNCTION_FIELD, rln_csv_print(junction.columns));
	rln_object_set_text(first, RLN_KEY_JUNCTION_FIELD, rln_csv_print(junction.related_columns));
	rln_return_relations(
		fcinfo,
		create_halves(&junction, first, second, unique ? junction.related_columns : NIL));
	return (Datum) 0;
}

/* A junction whose rows refer to the collection and to an item of any allowed one. */
Datum
relations_many_to_any(PG_FUNCTION_ARGS)
{
	RlnJunction junction = {0};
	Oid collection;
	List *targets;
	RlnObject *first;
	RlnObject *second;
	List *item;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "field");
	rln_ensure_argument(fcinfo, 2, "allowed_collections");
	collection = PG_GETARG_OID(0);

	rln_junction_open(&junction, collection, InvalidOid, text_argument(fcinfo, 3),
					  name_argument(fcinfo, 1));
	targets = read_targets(PG_GETARG_ARRAYTYPE_P(2));
	junction.columns = rln_junction_columns(&junction, collection, name_argument(fcinfo, 4), NIL);
	item = rln_junction_item_columns(&junction, targets);
	if (!junction.exists)
	{
		rln_junction_add_key(&junction, junction.columns, collection);
		rln_junction_add_item(&junction, item, targets);
		rln_junction_add_sort(&junction, name_argument(fcinfo, 5));
		rln_junction_create(&junction);
	}

	first = make_half(&junction, junction.columns, collection, name_argument(fcinfo, 1));
	rln_object_set_text(first, RLN_KEY_SORT_FIELD, name_argument(fcinfo, 5));
	rln_object_set_text(first, RLN_KEY_JUNCTION_FIELD, rln_csv_print(item));
	second = make_half(&junction, item, InvalidOid, NULL);
	rln_object_set_text(second, RLN_KEY_ONE_COLLECTION_FIELD, RLN_ITEM_COLLECTION);
	rln_object_set_text(second, RLN_KEY_ONE_ALLOWED_COLLECTIONS, rln_targets_csv(targets));
	rln_object_set_text(second, RLN_KEY_JUNCTION_FIELD, rln_csv_print(junction.columns));
	rln_object_set_text(second, RLN_KEY_ON_DELETE, text_argument(fcinfo, 6));
	rln_object_set_text(second, RLN_KEY_REVERSE_FIELD, name_argument(fcinfo, 7));
	rln_return_relations(fcinfo, create_halves(&junction, first, second, NIL));
	return (Datum) 0;
}

/*
 * One row for each parent and language.  With a table of languages it is a
 * junction to it, else a list whose rows name their language.
 */
Datum
relations_translations(PG_FUNCTION_ARGS)
{
	RlnJunction junction = {0};
	Oid collection;
	Oid languages = PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2);
	List *fields;
	RlnObject *first;
	RlnObject *second = NULL;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "translated_fields");
	rln_ensure_argument(fcinfo, 3, "field");
	collection = PG_GETARG_OID(0);
	fields = rln_names_from_array(PG_GETARG_ARRAYTYPE_P(1));

	rln_junction_open(&junction, collection, languages, NULL, name_argument(fcinfo, 3));
	junction.columns = rln_junction_columns(&junction, collection, NULL, NIL);
	junction.related_columns = OidIsValid(languages)
		? rln_junction_columns(&junction, languages, NULL, junction.columns)
		: list_make1(RLN_LANGUAGE_COLUMN);
	if (!junction.exists)
	{
		rln_junction_add_key(&junction, junction.columns, collection);
		if (OidIsValid(languages))
			rln_junction_add_key(&junction, junction.related_columns, languages);
		else
			rln_junction_add_language(&junction);
		rln_junction_add_fields(&junction, fields, collection);
		rln_junction_add_unique(&junction);
		rln_junction_create(&junction);
	}
	else
	{
		if (OidIsValid(languages))
			rln_junction_complete_key(&junction, junction.related_columns, languages);
		else
			rln_junction_complete_language(&junction);
		rln_junction_complete_fields(&junction, fields, collection);
	}

	first = make_half(&junction, junction.columns, collection, name_argument(fcinfo, 3));
	if (OidIsValid(languages))
	{
		second = make_half(&junction, junction.related_columns, languages, NULL);
		rln_object_set_text(second, RLN_KEY_JUNCTION_FIELD, rln_csv_print(junction.columns));
		rln_object_set_text(first, RLN_KEY_JUNCTION_FIELD,
							rln_csv_print(junction.related_columns));
	}
	else if (!junction.exists)
		rln_object_set_text(first, RLN_KEY_ON_DELETE, "CASCADE");
	rln_return_relations(fcinfo,
						 create_halves(&junction, first, second, junction.related_columns));
	return (Datum) 0;
}

/* many_to_one and one_to_one: sort_field is an argument of the former only */
static Datum
build_to_one(FunctionCallInfo fcinfo, bool unique)
{
	RlnObject object = {{0}};
	int32 id;

	rln_ensure_argument(fcinfo, 0, "many_collection");
	rln_ensure_argument(fcinfo, 1, "many_field");
	rln_ensure_argument(fcinfo, 2, "one_collection");
	rln_object_set_table(&object, RLN_KEY_MANY_COLLECTION, PG_GETARG_OID(0));
	rln_object_set_text(&object, RLN_KEY_MANY_FIELD, name_argument(fcinfo, 1));
	rln_object_set_table(&object, RLN_KEY_ONE_COLLECTION, PG_GETARG_OID(2));
	rln_object_set_text(&object, RLN_KEY_ONE_FIELD, name_argument(fcinfo, 3));
	rln_object_set_text(&object, RLN_KEY_ON_DELETE, text_argument(fcinfo, 4));
	rln_object_set_text(&object, RLN_KEY_ON_UPDATE, text_argument(fcinfo, 5));
	if (!PG_ARGISNULL(6) && PG_GETARG_BOOL(6))
		rln_object_set_bool(&object, RLN_KEY_REQUIRED, true);
	if (unique)
		rln_object_set_bool(&object, RLN_KEY_IS_UNIQUE, true);
	else
		rln_object_set_text(&object, RLN_KEY_SORT_FIELD, name_argument(fcinfo, 7));
	id = create(&object, NIL);
	PG_RETURN_DATUM(rln_row_datum(rln_row_get(id, RLN_EVERYTHING)));
}

static int32
create(const RlnObject *object, const List *unique_with)
{
	RlnDraft *draft = rln_draft_make();

	rln_draft_apply(draft, object);
	draft->unique_with = unconstify(List *, unique_with);
	return rln_create(draft);
}

/* The relation of a junction's columns; one is InvalidOid for many-to-any. */
static RlnObject *
make_half(const RlnJunction *junction, const List *columns, Oid one, const char *alias)
{
	RlnObject *object = palloc0(sizeof(RlnObject));

	rln_object_set_table(object, RLN_KEY_MANY_COLLECTION, junction->relid);
	rln_object_set_text(object, RLN_KEY_MANY_FIELD, rln_csv_print(columns));
	if (OidIsValid(one))
		rln_object_set_table(object, RLN_KEY_ONE_COLLECTION, one);
	rln_object_set_text(object, RLN_KEY_ONE_FIELD, alias);
	return object;
}

/*
 * Creates the relations, the one to the collection first; returns their ids.
 * The second may be NULL.  In a junction that was there already the pair is
 * made unique by a constraint of the first relation.
 */
static List *
create_halves(const RlnJunction *junction, RlnObject *first, RlnObject *second,
			  const List *unique_with)
{
	List *ids = list_make1_int(create(first, junction->exists ? unique_with : NIL));

	if (second != NULL)
		ids = lappend_int(ids, create(second, NIL));
	return ids;
}

/* The allowed collections, with their keys, as List of RlnTarget *. */
static List *
read_targets(ArrayType *array)
{
	List *targets = NIL;
	Datum *elements;
	bool *nulls;
	int n;

	deconstruct_array(array, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		RlnTarget *target = palloc0(sizeof(RlnTarget));

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("allowed_collections must not hold nulls")));
		target->relid = DatumGetObjectId(elements[i]);
		rln_ensure_collection(target->relid);
		target->columns = rln_key_of(target->relid);
		targets = lappend(targets, target);
	}
	if (targets == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("allowed_collections must not be empty")));
	return targets;
}

/* An argument of type name, or NULL. */
static char *
name_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : pstrdup(NameStr(*PG_GETARG_NAME(argument)));
}

/* An argument of type text, or NULL. */
static char *
text_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}
