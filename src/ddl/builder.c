/*
 * builder.c
 *	  The common types of relations as SQL functions with named arguments.
 *
 * A builder fills drafts from its arguments as relations.create_relation() does
 * from an object, after a junction table was created where there is none; what
 * comes of them is the same.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "ddl/junction.h"

PG_FUNCTION_INFO_V1(relations_many_to_one);
PG_FUNCTION_INFO_V1(relations_one_to_one);
PG_FUNCTION_INFO_V1(relations_many_to_many);
PG_FUNCTION_INFO_V1(relations_many_to_any);
PG_FUNCTION_INFO_V1(relations_translations);

static Datum build_to_one(FunctionCallInfo fcinfo, bool unique);
static RlnDraft *make_half(const RlnJunction *junction, List *columns, Oid one, List *others);
static void ensure_one_end(Oid collection, Oid related, const char *related_field);
static List *create_halves(RlnDraft *first, RlnDraft *second);
static List *read_targets(ArrayType *array);
static char *name_argument(FunctionCallInfo fcinfo, int argument);
static char *text_argument(FunctionCallInfo fcinfo, int argument);
static char *action_argument(FunctionCallInfo fcinfo, int argument);


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
 * relation with an alias of its own, or, where pairs have no direction, the
 * first has the alias of both.
 */
Datum
relations_many_to_many(PG_FUNCTION_ARGS)
{
	RlnJunction junction = {0};
	Oid collection;
	Oid related;
	RlnDraft *first;
	RlnDraft *second;
	bool unique;
	bool symmetric;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "field");
	rln_ensure_argument(fcinfo, 2, "related_collection");
	collection = PG_GETARG_OID(0);
	related = PG_GETARG_OID(2);
	unique = PG_ARGISNULL(8) || PG_GETARG_BOOL(8);
	/* 0.1 has declared one argument less */
	symmetric = PG_NARGS() > 9 && !PG_ARGISNULL(9) && PG_GETARG_BOOL(9);
	if (symmetric)
		ensure_one_end(collection, related, name_argument(fcinfo, 3));

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

	first = make_half(&junction, junction.columns, collection, junction.related_columns);
	first->one_field = name_argument(fcinfo, 1);
	first->sort_column = name_argument(fcinfo, 7);
	if (unique && junction.exists)
		first->unique_with = junction.related_columns;
	if (symmetric)
		first->is_symmetric = RLN_YES;
	second = make_half(&junction, junction.related_columns, related, junction.columns);
	second->one_field = name_argument(fcinfo, 3);
	rln_return_relations(fcinfo, create_halves(first, second));
	return (Datum) 0;
}

/* A junction whose rows refer to the collection and to an item of any allowed one. */
Datum
relations_many_to_any(PG_FUNCTION_ARGS)
{
	RlnJunction junction = {0};
	Oid collection;
	List *targets;
	RlnDraft *first;
	RlnDraft *second;
	List *item;
	char *on_delete;
	ListCell *lc;

	rln_ensure_argument(fcinfo, 0, "collection");
	rln_ensure_argument(fcinfo, 1, "field");
	rln_ensure_argument(fcinfo, 2, "allowed_collections");
	collection = PG_GETARG_OID(0);
	on_delete = action_argument(fcinfo, 6);

	rln_junction_open(&junction, collection, InvalidOid, text_argument(fcinfo, 3),
					  name_argument(fcinfo, 1));
	targets = read_targets(PG_GETARG_ARRAYTYPE_P(2));
	junction.columns = rln_junction_columns(&junction, collection, name_argument(fcinfo, 4), NIL);
	item = rln_junction_item_columns(&junction, targets);
	if (!junction.exists)
	{
		rln_junction_add_key(&junction, junction.columns, collection);
		rln_junction_add_item(&junction, item, targets,
							  on_delete != NULL && strncmp(on_delete, "SET", 3) == 0);
		rln_junction_add_sort(&junction, name_argument(fcinfo, 5));
		rln_junction_create(&junction);
	}

	first = make_half(&junction, junction.columns, collection, item);
	first->one_field = name_argument(fcinfo, 1);
	first->sort_column = name_argument(fcinfo, 5);
	second = make_half(&junction, item, InvalidOid, junction.columns);
	second->discriminator_column = pstrdup(RLN_ITEM_COLLECTION);
	foreach(lc, targets)
		second->allowed = lappend(second->allowed,
								  rln_allowed_make(((RlnTarget *) lfirst(lc))->relid, NULL));
	second->on_delete = on_delete;
	second->reverse_field = name_argument(fcinfo, 7);
	rln_return_relations(fcinfo, create_halves(first, second));
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
	RlnDraft *first;
	RlnDraft *second = NULL;

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

	first = make_half(&junction, junction.columns, collection,
					  OidIsValid(languages) ? junction.related_columns : NIL);
	first->one_field = name_argument(fcinfo, 3);
	if (junction.exists)
		first->unique_with = junction.related_columns;
	else
		first->on_delete = pstrdup("CASCADE");
	if (OidIsValid(languages))
		second = make_half(&junction, junction.related_columns, languages, junction.columns);
	rln_return_relations(fcinfo, create_halves(first, second));
	return (Datum) 0;
}

/* many_to_one and one_to_one: sort_field is an argument of the former only */
static Datum
build_to_one(FunctionCallInfo fcinfo, bool unique)
{
	RlnDraft *draft = rln_draft_make();
	int32 id;

	rln_ensure_argument(fcinfo, 0, "many_collection");
	rln_ensure_argument(fcinfo, 1, "many_field");
	rln_ensure_argument(fcinfo, 2, "one_collection");
	draft->many = PG_GETARG_OID(0);
	draft->columns = rln_draft_columns(draft->many, name_argument(fcinfo, 1));
	draft->one = PG_GETARG_OID(2);
	draft->one_field = name_argument(fcinfo, 3);
	draft->on_delete = action_argument(fcinfo, 4);
	draft->on_update = action_argument(fcinfo, 5);
	if (!PG_ARGISNULL(6) && PG_GETARG_BOOL(6))
		draft->required = RLN_YES;
	if (unique)
		draft->is_unique = RLN_YES;
	else
		draft->sort_column = name_argument(fcinfo, 7);
	id = rln_create(draft);
	PG_RETURN_DATUM(rln_row_datum(rln_row_get(id, RLN_EVERYTHING)));
}

/*
 * The relation of a junction's columns; one is InvalidOid for many-to-any.
 * others are the other half's columns, or NIL.
 */
static RlnDraft *
make_half(const RlnJunction *junction, List *columns, Oid one, List *others)
{
	RlnDraft *draft = rln_draft_make();

	draft->many = junction->relid;
	draft->columns = columns;
	draft->one = one;
	draft->junction_columns = others;
	return draft;
}

/* 22023 unless the arguments are such that a pair can be without direction. */
static void
ensure_one_end(Oid collection, Oid related, const char *related_field)
{
	if (collection != related)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a symmetric relation joins a table with itself, not \"%s\" with \"%s\"", rln_table_label(collection),
						rln_table_label(related)),
				 errhint("Leave is_symmetric out: each of the two has an alias of its own.")));
	if (related_field != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("related_field must be null where the relation is symmetric"),
				 errhint("Its one alias leads to the related rows from either end.")));
}

/*
 * Creates the relations; returns their ids, first that of the one to the
 * collection.  One that is symmetric is made when the other half, which may be
 * NULL, is there.
 */
static List *
create_halves(RlnDraft *first, RlnDraft *second)
{
	bool is_last = first->is_symmetric == RLN_YES;
	int32 other = second != NULL && is_last ? rln_create(second) : 0;
	List *ids = list_make1_int(rln_create(first));

	if (second != NULL)
		ids = lappend_int(ids, is_last ? other : rln_create(second));
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
	char *name;

	if (PG_ARGISNULL(argument))
		return NULL;
	name = pstrdup(NameStr(*PG_GETARG_NAME(argument)));
	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a name must not be empty")));
	return name;
}

/* An argument of type text, or NULL. */
static char *
text_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/* An on_delete or on_update, or NULL. */
static char *
action_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL : rln_draft_action(text_argument(fcinfo, argument));
}
