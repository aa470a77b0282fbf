/*
 * any.c
 *	  A polymorphic pair of columns as a proposal, and adopting it.
 *
 * What is proposed is what create_relation() takes.  Where rows lead nowhere, or
 * hold a value that means no table for certain, the relation is proposed with
 * "validate": false: it holds for new rows at once, and for the old ones when
 * they are put right.  adopt() leaves that to the user.
 *
 * The rule proposed for deletes is NO ACTION, as that of a foreign key which somebody adds:
 * nothing that an application relied on is deleted without it.  Where the discriminator
 * has a foreign key, the reference waits as long as that does: Django makes all foreign keys
 * initially deferred, and deletes what is referred to before what refers.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/sqltext.h"
#include "discover/discover.h"

static const char on_delete[] = "NO ACTION";

/* last words of tables that keep rows about what may be gone */
static const char *const histories[] = {
	"version", "versions", "audit", "audits", "log", "logs", "activity", "activities", "revision",
	"revisions", "history", "histories", "event", "events", "trail", "trails", "trash"};

static void append_discriminators(StringInfo buf, const RlnPair *pair);
static void append_meaning(StringInfo buf, const RlnPair *pair, const RlnMeaning *meaning);
static void append_faults(StringInfo buf, const RlnPair *pair);
static bool is_history(Oid relid);
static int64 count_orphans(const RlnPair *pair);
static bool is_usable_throughout(const RlnPair *pair);
static char *print_rows(int64 rows);


/* A relation object that relations.create_relation() takes as it is. */
void
rln_append_pair_relation(StringInfo buf, const RlnPair *pair)
{
	appendStringInfoChar(buf, '{');
	rln_append_member(buf, "many_collection", rln_table_label(pair->many));
	rln_append_member(buf, "many_field",
					  rln_csv_print(pair->edge != NULL ? pair->edge->columns
													   : list_make1(pair->item)));
	rln_append_member(buf, "one_collection_field", pair->discriminator);
	append_discriminators(buf, pair);
	rln_append_member(buf, "reverse_field", pair->edge != NULL ? pair->edge->alias : pair->alias);
	rln_append_member(buf, "on_delete", pair->edge != NULL ? pair->edge->on_delete : on_delete);
	if (pair->edge == NULL && pair->deferrable)
		rln_append_member(buf, "deferrable", pair->deferred ? "initially deferred" : "initially immediate");
	if (pair->edge == NULL && !is_usable_throughout(pair))
		appendStringInfoString(buf, ",\"validate\":false");
	appendStringInfoChar(buf, '}');
}

/*
 * "columns a, b: 'Post' is posts (3 rows); 'Ghost' maps to no table (1 row); ...",
 * and why adopt() leaves it out, if it does; palloc'd.
 */
char *
rln_describe_pair(const RlnPair *pair)
{
	StringInfoData buf;
	const char *separator = ": ";
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "columns %s, %s", pair->discriminator, pair->item);
	if (pair->edge != NULL)
		return buf.data;
	if (OidIsValid(pair->lookup))
		appendStringInfo(&buf, ", looked up in %s", rln_table_label(pair->lookup));
	foreach(lc, pair->meanings)
	{
		appendStringInfoString(&buf, separator);
		append_meaning(&buf, pair, lfirst(lc));
		separator = "; ";
	}
	append_faults(&buf, pair);
	return buf.data;
}

/* Does every row lead, for certain, to a row that is there? */
bool
rln_pair_is_sound(const RlnPair *pair)
{
	ListCell *lc;

	foreach(lc, pair->meanings)
	{
		if (((RlnMeaning *) lfirst(lc))->certainty != RLN_CERTAIN)
			return false;
	}
	return pair->meanings != NIL && is_usable_throughout(pair) && !is_history(pair->many);
}

/* May the user create it?  As for a foreign key, and for the row functions. */
bool
rln_may_adopt_pair(const RlnPair *pair)
{
	ListCell *lc;

	if (!rln_owns_table(pair->many) ||
		!rln_may_create_in(get_rel_namespace(pair->many), GetUserId()))
		return false;
	foreach(lc, pair->meanings)
	{
		Oid table = ((RlnMeaning *) lfirst(lc))->table;

		if (!rln_may_create_in(get_rel_namespace(table), GetUserId()) ||
			!rln_may_reference(table, rln_key_columns(table)) ||
			get_rel_persistence(table) != get_rel_persistence(pair->many))
			return false;
	}
	return true;
}

/* Creates the relation of a sound pair; returns its id. */
int32
rln_adopt_pair(const RlnPair *pair)
{
	RlnDraft *draft = rln_draft_make();
	ListCell *lc;

	draft->many = pair->many;
	draft->columns = list_make1(pair->item);
	draft->discriminator_column = pair->discriminator;
	foreach(lc, pair->meanings)
	{
		RlnMeaning *meaning = lfirst(lc);

		draft->discriminators =
			lappend(draft->discriminators, rln_allowed_make(meaning->table, meaning->value));
	}
	draft->on_delete = pstrdup(on_delete);
	draft->reverse_field = rln_free_pair_alias(pair);
	draft->deferrable = pair->deferrable ? RLN_YES : RLN_UNSET;
	draft->deferred = pair->deferred;
	return rln_create(draft);
}

/* ,"discriminators":{"value": "collection", ...}: of the edge, or what could be used */
static void
append_discriminators(StringInfo buf, const RlnPair *pair)
{
	ListCell *lc;

	appendStringInfoString(buf, ",\"discriminators\":{");
	if (pair->edge != NULL)
	{
		foreach(lc, pair->edge->targets)
		{
			const RlnTarget *target = lfirst(lc);

			if (rln_may_read(target->relid))
				rln_append_member(buf, target->discriminator, rln_table_label(target->relid));
		}
	}
	foreach(lc, pair->meanings)
	{
		const RlnMeaning *meaning = lfirst(lc);

		if (meaning->usable)
			rln_append_member(buf, meaning->value, rln_table_label(meaning->table));
	}
	appendStringInfoChar(buf, '}');
}

/* 'Post' most likely means posts, or blog_posts (3 rows) */
static void
append_meaning(StringInfo buf, const RlnPair *pair, const RlnMeaning *meaning)
{
	if (OidIsValid(pair->lookup))
		appendStringInfoString(buf, meaning->value);
	else
		appendStringInfo(buf, "'%s'", meaning->value);
	if (meaning->app != NULL && meaning->model != NULL)
		appendStringInfo(buf, " (%s.%s)", meaning->app, meaning->model);
	if (!OidIsValid(meaning->table))
		appendStringInfoString(buf, " maps to no table");
	else
		appendStringInfo(buf, " %s %s", meaning->certainty == RLN_CERTAIN ? "is" : "most likely is",
						 rln_table_label(meaning->table));
	if (OidIsValid(meaning->other))
		appendStringInfo(buf, " or %s", rln_table_label(meaning->other));
	if (meaning->reason != NULL)
		appendStringInfo(buf, " %s", meaning->reason);
	if (meaning->obstacle != NULL)
		appendStringInfo(buf, ", %s", meaning->obstacle);
	appendStringInfo(buf, " (%s", print_rows(meaning->rows));
	if (meaning->orphans > 0)
		appendStringInfo(buf, ", " INT64_FORMAT " of them lead%s nowhere", meaning->orphans,
						 meaning->orphans == 1 ? "s" : "");
	appendStringInfoChar(buf, ')');
}

/* What is to be settled before it can be adopted. */
static void
append_faults(StringInfo buf, const RlnPair *pair)
{
	if (pair->half > 0)
		appendStringInfo(buf, "; %s only one of the two columns",
						 pair->half == 1 ? "1 row has" : psprintf(INT64_FORMAT " rows have", pair->half));
	if (pair->meanings == NIL)
		appendStringInfoString(buf, ": no rows say what it refers to");
	else if (is_history(pair->many))
		appendStringInfoString(buf, "; by its name the table keeps rows about what may be gone");
	if (!rln_pair_is_sound(pair))
		appendStringInfoString(buf, "; adopt() leaves it out");
}

static bool
is_history(Oid relid)
{
	char *name = rln_name_underscore(get_rel_name(relid));
	const char *last = strrchr(name, '_');

	last = last == NULL ? name : last + 1;
	for (int i = 0; i < lengthof(histories); i++)
	{
		if (strcmp(last, histories[i]) == 0)
			return true;
	}
	return false;
}

static int64
count_orphans(const RlnPair *pair)
{
	int64 orphans = 0;
	ListCell *lc;

	foreach(lc, pair->meanings)
		orphans += ((RlnMeaning *) lfirst(lc))->orphans;
	return orphans;
}

/* Would the relation hold for all rows, if the meanings are right? */
static bool
is_usable_throughout(const RlnPair *pair)
{
	ListCell *lc;

	foreach(lc, pair->meanings)
	{
		if (!((RlnMeaning *) lfirst(lc))->usable)
			return false;
	}
	return pair->half == 0 && count_orphans(pair) == 0;
}

static char *
print_rows(int64 rows)
{
	return rows == 1 ? pstrdup("1 row") : psprintf(INT64_FORMAT " rows", rows);
}
