/*
 * entry.c
 *	  discover() and adopt().
 *
 * Both see the same proposals; adopt() creates the relations that are not
 * registered yet and that this user may create.  Of foreign keys it changes
 * nothing but the registry and row functions: no constraint, no index, no row.
 * Polymorphic columns, which nothing has enforced yet, get what enforces them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/sqltext.h"
#include "discover/discover.h"

PG_FUNCTION_INFO_V1(relations_discover);
PG_FUNCTION_INFO_V1(relations_adopt);

static void put_row(ReturnSetInfo *result, const char *kind, const char *relation,
					const char *evidence, bool registered);
static char *describe_key(const RlnProposal *proposal);
static char *describe_junction(const RlnProposal *half);
static void append_relation(StringInfo buf, const RlnProposal *proposal);
static bool may_adopt(const RlnProposal *proposal);
static bool types_fit(const RlnProposal *proposal);
static int32 adopt(const RlnProposal *proposal);
static List *adopt_pairs(const List *pairs);


/*
 * A row for each foreign key and, behind its second half, for each junction;
 * then one for each polymorphic pair of columns.
 */
Datum
relations_discover(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	List *pairs;
	ListCell *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, rln_propose(PG_ARGISNULL(0) ? NULL : PG_GETARG_ARRAYTYPE_P(0), &pairs))
	{
		RlnProposal *proposal = lfirst(lc);
		StringInfoData relation;

		CHECK_FOR_INTERRUPTS();
		initStringInfo(&relation);
		append_relation(&relation, proposal);
		put_row(result, proposal->unique ? "o2o" : "m2o", relation.data, describe_key(proposal),
				proposal->edge != NULL);
		if (proposal->other == NULL || proposal->other->evidence == NULL)
			continue;
		resetStringInfo(&relation);
		appendStringInfoChar(&relation, '[');
		append_relation(&relation, proposal->other);
		appendStringInfoChar(&relation, ',');
		append_relation(&relation, proposal);
		appendStringInfoChar(&relation, ']');
		put_row(result, "m2m", relation.data, describe_junction(proposal->other),
				proposal->edge != NULL && proposal->other->edge != NULL);
	}
	foreach(lc, pairs)
	{
		const RlnPair *pair = lfirst(lc);
		StringInfoData relation;

		CHECK_FOR_INTERRUPTS();
		initStringInfo(&relation);
		rln_append_pair_relation(&relation, pair);
		put_row(result, "m2a", relation.data, rln_describe_pair(pair), pair->edge != NULL);
	}
	return (Datum) 0;
}

Datum
relations_adopt(PG_FUNCTION_ARGS)
{
	List *ids = NIL;
	List *pairs;
	int refused = 0;
	ListCell *lc;

	/* before any table, see change.c; who owns nothing need not hold up others */
	if (rln_owns_any_table())
		rln_registry_lock();
	foreach(lc, rln_propose(PG_ARGISNULL(0) ? NULL : PG_GETARG_ARRAYTYPE_P(0), &pairs))
	{
		RlnProposal *proposal = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (proposal->edge != NULL)
			continue;
		if (may_adopt(proposal))
			ids = lappend_int(ids, adopt(proposal));
		else
			refused++;
	}
	if (refused > 0)
		ereport(NOTICE,
				(errmsg_plural("%d foreign key was left out", "%d foreign keys were left out", refused, refused),
				 errdetail("A relation needs the ownership of its many side, CREATE in the schemas of both sides, and columns that can be compared with the key.")));
	ids = list_concat(ids, adopt_pairs(pairs));
	rln_return_relations(fcinfo, ids);
	return (Datum) 0;
}

static void
put_row(ReturnSetInfo *result, const char *kind, const char *relation, const char *evidence,
		bool registered)
{
	Datum values[4];
	bool nulls[4] = {false, false, false, false};

	values[0] = CStringGetTextDatum(kind);
	values[1] = DirectFunctionCall1(jsonb_in, CStringGetDatum(relation));
	values[2] = CStringGetTextDatum(evidence);
	values[3] = BoolGetDatum(registered);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static char *
describe_key(const RlnProposal *proposal)
{
	return psprintf("foreign key %s%s%s", proposal->key->name,
					proposal->unique ? " on a unique key" : "",
					!proposal->key->enforced		? ", not enforced"
						: !proposal->key->validated ? ", not validated"
													: "");
}

static char *
describe_junction(const RlnProposal *half)
{
	return psprintf("%s joins %s and %s by the foreign keys %s and %s: %s", rln_table_label(half->many),
					rln_table_label(half->key->one), rln_table_label(half->other->key->one),
					half->key->name, half->other->key->name, half->evidence);
}

/* A relation object that relations.create_relation() takes as it is. */
static void
append_relation(StringInfo buf, const RlnProposal *proposal)
{
	const char *alias = proposal->edge != NULL ? proposal->edge->alias : proposal->alias;

	appendStringInfoChar(buf, '{');
	rln_append_member(buf, "many_collection", rln_table_label(proposal->many));
	rln_append_member(buf, "many_field", rln_csv_print(proposal->key->columns));
	rln_append_member(buf, "one_collection", rln_table_label(proposal->key->one));
	rln_append_member(buf, "one_field", alias);
	if (proposal->other != NULL)
		rln_append_member(buf, "junction_field", rln_csv_print(proposal->other->key->columns));
	rln_append_member(buf, "on_delete", proposal->key->on_delete);
	rln_append_member(buf, "on_update", proposal->key->on_update);
	rln_append_member(buf, "constraint_name", proposal->key->name);
	if (proposal->unique)
		appendStringInfoString(buf, ",\"is_unique\":true");
	if (proposal->edge != NULL && proposal->edge->is_symmetric)
		appendStringInfoString(buf, ",\"is_symmetric\":true");
	appendStringInfoChar(buf, '}');
}

/* "key":"value", or null */
void
rln_append_member(StringInfo buf, const char *key, const char *value)
{
	if (buf->data[buf->len - 1] != '{')
		appendStringInfoChar(buf, ',');
	escape_json(buf, key);
	appendStringInfoChar(buf, ':');
	if (value == NULL)
		appendStringInfoString(buf, "null");
	else
		escape_json(buf, value);
}

/* Does the user own the many side, and may he make the row functions? */
static bool
may_adopt(const RlnProposal *proposal)
{
	return types_fit(proposal) && rln_owns_table(proposal->many) &&
		rln_may_create_in(get_rel_namespace(proposal->many), GetUserId()) &&
		rln_may_create_in(get_rel_namespace(proposal->key->one), GetUserId());
}

/*
 * A foreign key may compare by an operator of an index of its own kind, which
 * no row function can.
 */
static bool
types_fit(const RlnProposal *proposal)
{
	ListCell *lc;
	ListCell *lk;

	forboth(lc, proposal->key->columns, lk, proposal->key->one_columns)
	{
		RlnColumn *column = rln_column_get(proposal->many, lfirst(lc));
		RlnColumn *key = rln_column_get(proposal->key->one, lfirst(lk));

		if (!OidIsValid(rln_equality_operator(key->type, column->type)))
			return false;
	}
	return true;
}

static int32
adopt(const RlnProposal *proposal)
{
	RlnDraft *draft = rln_draft_make();

	draft->adopt = true;
	draft->many = proposal->many;
	draft->columns = proposal->key->columns;
	draft->one = proposal->key->one;
	draft->one_field = rln_free_alias(proposal);
	draft->constraint_name = proposal->key->name;
	if (proposal->other != NULL)
		draft->junction_columns = proposal->other->key->columns;
	return rln_create(draft);
}

/* The ids of those that are sound; a notice tells of the others. */
static List *
adopt_pairs(const List *pairs)
{
	List *ids = NIL;
	int unsound = 0;
	int refused = 0;
	ListCell *lc;

	foreach(lc, pairs)
	{
		const RlnPair *pair = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (pair->edge != NULL)
			continue;
		if (!rln_pair_is_sound(pair))
			unsound++;
		else if (!rln_may_adopt_pair(pair))
			refused++;
		else
			ids = lappend_int(ids, rln_adopt_pair(pair));
	}
	if (unsound > 0)
		ereport(NOTICE,
				(errmsg_plural("%d polymorphic pair of columns was left out",
							   "%d polymorphic pairs of columns were left out", unsound, unsound),
				 errdetail("Not every row of it leads for certain to a row that is there."),
				 errhint("relations.discover() tells why of each, and proposes a relation object to correct and to create.")));
	if (refused > 0)
		ereport(NOTICE,
				(errmsg_plural("%d polymorphic pair of columns is not yours to adopt",
							   "%d polymorphic pairs of columns are not yours to adopt", refused, refused),
				 errdetail("A relation needs the ownership of its many side, CREATE in the schemas of all sides, and REFERENCES on the collections that it leads to.")));
	return ids;
}
