/*
 * any.c
 *	  From wishes to an edge: what is particular to a many-to-any relation.
 *
 * Its many side has a column that says which collection is meant and one or
 * more columns that hold the key.  Each stored value of the former is a target;
 * several may mean one collection.  The latter must be able to hold the keys
 * of all targets: their common type, or text.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void resolve_allowed(RlnDraft *draft);
static void add_target(RlnDraft *draft, Oid relid, char *discriminator);
static char *default_discriminator(const RlnDraft *draft, Oid relid);
static void ensure_discriminator_type(const RlnDraft *draft);
static void ensure_discriminator_fits(const RlnDraft *draft, const char *value);
static RlnColumn *widen(const RlnColumn *a, const RlnColumn *b);


/* one_collection_field and one_allowed_collections: no foreign key can do it */
void
rln_complete_any(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	ListCell *lc;

	if (draft->discriminator_column == NULL ||
		(draft->allowed == NIL && draft->discriminators == NIL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is required for a many-to-any relation",
						draft->discriminator_column == NULL ? "one_collection_field" : "one_allowed_collections")));

	edge->discriminator_column = draft->discriminator_column;
	draft->discriminator = rln_column_get(draft->many, draft->discriminator_column);
	if (draft->discriminator == NULL)
	{
		bool was_there = draft->old != NULL && RLN_IS_ANY(draft->old) &&
			strcmp(draft->old->discriminator_column, draft->discriminator_column) == 0;

		/* one that is gone is not made again: its data are not there */
		if (was_there || !draft->constraint)
			rln_column_lookup(draft->many, draft->discriminator_column);
		draft->discriminator = rln_column_like(draft->discriminator_column, &rln_text_column);
	}
	ensure_discriminator_type(draft);
	resolve_allowed(draft);
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		ensure_discriminator_fits(draft, target->discriminator);
		if (draft->constraint && !rln_key_exists(target->relid, target->columns))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("cannot refer to the key of \"%s\"", rln_table_label(target->relid)),
					 errdetail("It is deferrable, or not valid."),
					 errhint("Give the table a primary key or unique constraint that is not deferrable.")));
		if (draft->old == NULL || !rln_edge_leads_to(draft->old, target->relid))
			rln_ensure_references(target->relid, target->columns);
	}
	rln_complete_columns(draft, ((RlnTarget *) linitial(edge->targets))->columns,
						 rln_common_key(edge->targets));
	foreach(lc, edge->targets)
		rln_ensure_types_fit(draft, lfirst(lc));
	if (rln_names_contain(edge->columns, edge->discriminator_column))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" cannot hold both the collection and the key", edge->discriminator_column)));
}

/* Whether the discriminator's column is of a type for it, and holds each value. */
void
rln_ensure_discriminators_fit(const RlnDraft *draft)
{
	ListCell *lc;

	ensure_discriminator_type(draft);
	foreach(lc, draft->edge->targets)
		ensure_discriminator_fits(draft, ((RlnTarget *) lfirst(lc))->discriminator);
}

/*
 * The targets in the order of one_allowed_collections, each with the values
 * that mean it.  Where only discriminators are given, they are the list.
 */
static void
resolve_allowed(RlnDraft *draft)
{
	ListCell *lc;
	ListCell *ld;

	foreach(lc, draft->allowed)
	{
		RlnAllowed *allowed = lfirst(lc);
		bool named = allowed->discriminator != NULL;

		if (named)
			add_target(draft, allowed->relid, allowed->discriminator);
		foreach(ld, draft->discriminators)
		{
			RlnAllowed *discriminator = lfirst(ld);

			if (named || discriminator->relid != allowed->relid)
				continue;
			add_target(draft, discriminator->relid, discriminator->discriminator);
		}
		if (!rln_edge_leads_to(draft->edge, allowed->relid))
			add_target(draft, allowed->relid, default_discriminator(draft, allowed->relid));
	}
	foreach(ld, draft->discriminators)
	{
		RlnAllowed *discriminator = lfirst(ld);

		if (draft->allowed == NIL)
			add_target(draft, discriminator->relid, discriminator->discriminator);
		else if (draft->discriminators_given &&
				 !rln_edge_leads_to(draft->edge, discriminator->relid))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("discriminator \"%s\" means \"%s\", which is not among one_allowed_collections",
							discriminator->discriminator, rln_table_label(discriminator->relid))));
	}
}

static void
add_target(RlnDraft *draft, Oid relid, char *discriminator)
{
	RlnTarget *target = palloc0(sizeof(RlnTarget));
	ListCell *lc;

	CHECK_FOR_INTERRUPTS();
	foreach(lc, draft->edge->targets)
	{
		RlnTarget *other = lfirst(lc);

		if (strcmp(other->discriminator, discriminator) != 0)
			continue;
		if (other->relid == relid)
			return;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("discriminator \"%s\" stands for both \"%s\" and \"%s\"", discriminator,
						rln_table_label(other->relid), rln_table_label(relid))));
	}
	target->relid = relid;
	target->columns = rln_key_of(relid);
	target->discriminator = discriminator;
	draft->edge->targets = lappend(draft->edge->targets, target);
}

/* The table's name, with its schema where another allowed table has the same. */
static char *
default_discriminator(const RlnDraft *draft, Oid relid)
{
	char *name = get_rel_name(relid);
	ListCell *lc;

	foreach(lc, draft->allowed)
	{
		Oid other = ((RlnAllowed *) lfirst(lc))->relid;

		if (other != relid && strcmp(get_rel_name(other), name) == 0)
			return psprintf("%s.%s", get_namespace_name(get_rel_namespace(relid)), name);
	}
	return name;
}

/*
 * A text, a number, an enum: a type whose values are compared and read by code
 * of its own.  Arrays and composites read their elements by other types' code,
 * a domain's CHECK among it, which would run with the rights of whoever changes
 * the relation.
 */
static void
ensure_discriminator_type(const RlnDraft *draft)
{
	Oid type = draft->discriminator->type;
	Oid base = getBaseType(type);
	char typtype = get_typtype(base);

	if ((typtype != TYPTYPE_BASE && typtype != TYPTYPE_ENUM) ||
		OidIsValid(get_element_type(base)) || !OidIsValid(rln_equality_operator(type, type)))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of \"%s\" cannot be a discriminator", draft->discriminator->name,
						rln_table_label(draft->many)),
				 errdetail("It is of type %s.", format_type_be(type)),
				 errhint("A discriminator is a text, a number or an enum.")));
}

/*
 * The column's type itself says whether it can hold the value; of a domain its
 * base type, since a CHECK is another user's code.
 */
static void
ensure_discriminator_fits(const RlnDraft *draft, const char *value)
{
	int32 typmod = draft->discriminator->typmod;
	Oid type = getBaseTypeAndTypmod(draft->discriminator->type, &typmod);
	Oid input;
	Oid parameter;

	getTypeInputInfo(type, &input, &parameter);
	OidInputFunctionCall(input, unconstify(char *, value), parameter, typmod);
}

/*
 * For each column of the targets' keys (RlnTarget *) a model of the type that
 * holds all of their values; else text.  List of RlnColumn *.
 */
List *
rln_common_key(const List *targets)
{
	List *common = NIL;
	ListCell *lt;
	ListCell *lc;

	foreach(lt, targets)
	{
		RlnTarget *target = lfirst(lt);
		List *columns = NIL;

		if (common != NIL && list_length(common) != list_length(target->columns))
			rln_refuse_key_size(target, list_length(common));
		foreach(lc, target->columns)
		{
			RlnColumn *column = rln_column_lookup(target->relid, lfirst(lc));
			int i = foreach_current_index(lc);

			if (i < list_length(common))
				column = widen(list_nth(common, i), column);
			columns = lappend(columns, column);
		}
		common = columns;
	}
	return common;
}

static RlnColumn *
widen(const RlnColumn *a, const RlnColumn *b)
{
	static const Oid integers[] = {INT2OID, INT4OID, INT8OID};
	RlnColumn *wide = rln_column_like(a->name, a);
	int rank_a = -1;
	int rank_b = -1;

	if (a->typmod != b->typmod)
		wide->typmod = -1;
	if (a->collation != b->collation)
		wide->collation = DEFAULT_COLLATION_OID;
	if (a->type == b->type)
		return wide;
	for (int i = 0; i < lengthof(integers); i++)
	{
		if (getBaseType(a->type) == integers[i])
			rank_a = i;
		if (getBaseType(b->type) == integers[i])
			rank_b = i;
	}
	wide->typmod = -1;
	if (rank_a >= 0 && rank_b >= 0)
	{
		wide->type = integers[Max(rank_a, rank_b)];
		wide->collation = InvalidOid;
	}
	else
	{
		wide->type = TEXTOID;
		wide->collation = DEFAULT_COLLATION_OID;
	}
	return wide;
}
