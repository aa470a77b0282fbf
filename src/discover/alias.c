/*
 * alias.c
 *	  Names for the aliases that an existing database has none for.
 *
 * An alias is named after what it leads to: the table on the many side, or
 * through a junction, if it is the only one between the two, the table at its
 * other end.  Where a table has more than one foreign key to another, or one to
 * itself, that would not say which; then each is named after table and column.
 * A name that is taken on the table (a column, an alias, a function of its row)
 * is left for the next in that order, at last for a number.  So the names
 * depend on the database alone, and not on the order in which it is looked at,
 * but for numbers.
 *
 * The other half of a symmetric relation gets none: that one's alias serves both.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "discover/discover.h"

/* an alias that a proposal has got */
typedef struct Claim
{
	Oid relid; /* hash key: the two must be first */
	NameData name;
} Claim;

typedef struct AliasScope
{
	List *relids; /* tables that get the alias */
	HTAB *claims; /* NULL: only what is there */
} AliasScope;

static void choose_of_pairs(const List *pairs, HTAB *claims);
static bool has_one_pair(const List *pairs, Oid many);
static List *tables_of(const RlnPair *pair);
static HTAB *make_claims(const char *name);
static void count_junctions(const List *proposals, HTAB *junctions);
static char *choose(const RlnProposal *proposal, HTAB *claims, HTAB *junctions, bool ambiguous);
static bool is_taken(const char *name, void *arg);
static bool claim(HTAB *claims, Oid relid, const char *name, HASHACTION action);
static bool is_ambiguous(const List *proposals, const ListCell *cell);
static bool has_alias_already(const RlnProposal *proposal);


/*
 * Gives every proposal that is not registered an alias.  Those that lead
 * straight to a table come before those through a junction, so that a table's
 * name goes to its own rows.
 */
void
rln_choose_aliases(const List *proposals, const List *pairs)
{
	HTAB *claims = make_claims("relations: aliases");
	HTAB *junctions = make_claims("relations: ends of junctions");

	for (int through = 0; through <= 1; through++)
	{
		ListCell *lc;

		foreach(lc, proposals)
		{
			RlnProposal *proposal = lfirst(lc);
			bool ambiguous;

			CHECK_FOR_INTERRUPTS();
			if (proposal->edge != NULL || (proposal->other != NULL) != (through == 1) ||
				has_alias_already(proposal))
				continue;
			ambiguous = is_ambiguous(proposals, lc);
			proposal->alias = choose(proposal, claims, junctions, ambiguous);
			claim(claims, proposal->key->one, proposal->alias, HASH_ENTER);
		}
		if (through == 0)
			count_junctions(proposals, junctions);
	}
	choose_of_pairs(pairs, claims);
}

/* The proposal's alias, or the next that is free now; NULL where it has none. */
char *
rln_free_alias(const RlnProposal *proposal)
{
	AliasScope scope = {list_make1_oid(proposal->key->one), NULL};

	if (proposal->alias == NULL)
		return NULL;
	return rln_name_choose(proposal->alias, NULL, is_taken, &scope);
}

/* The same for a polymorphic pair of columns. */
char *
rln_free_pair_alias(const RlnPair *pair)
{
	AliasScope scope = {tables_of(pair), NULL};

	return rln_name_choose(pair->alias, NULL, is_taken, &scope);
}

/*
 * Aliases that all tables that a pair of columns leads to can have: after the
 * table, or table and column where that is taken, or has two pairs.
 */
static void
choose_of_pairs(const List *pairs, HTAB *claims)
{
	ListCell *lc;

	foreach(lc, pairs)
	{
		RlnPair *pair = lfirst(lc);
		AliasScope scope = {tables_of(pair), claims};
		char *table = get_rel_name(pair->many);
		ListCell *lt;

		CHECK_FOR_INTERRUPTS();
		if (pair->edge != NULL || scope.relids == NIL)
			continue;
		if (has_one_pair(pairs, pair->many) && !is_taken(table, &scope))
			pair->alias = table;
		else
			pair->alias = rln_name_choose(table, pair->item, is_taken, &scope);
		foreach(lt, scope.relids)
			claim(claims, lfirst_oid(lt), pair->alias, HASH_ENTER);
	}
}

static bool
has_one_pair(const List *pairs, Oid many)
{
	int n = 0;
	ListCell *lc;

	foreach(lc, pairs)
	{
		if (((RlnPair *) lfirst(lc))->many == many)
			n++;
	}
	return n == 1;
}

/* The tables that the pair can lead to; List of Oid. */
static List *
tables_of(const RlnPair *pair)
{
	List *relids = NIL;
	ListCell *lc;

	foreach(lc, pair->meanings)
	{
		RlnMeaning *meaning = lfirst(lc);

		if (meaning->usable)
			relids = list_append_unique_oid(relids, meaning->table);
	}
	return relids;
}

static HTAB *
make_claims(const char *name)
{
	HASHCTL control = {
		.keysize = sizeof(Claim), .entrysize = sizeof(Claim), .hcxt = CurrentMemoryContext};

	return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Enters the names of far ends to which more than one junction leads. */
static void
count_junctions(const List *proposals, HTAB *junctions)
{
	HTAB *once = make_claims("relations: junctions");
	ListCell *lc;

	foreach(lc, proposals)
	{
		RlnProposal *proposal = lfirst(lc);
		const char *far;

		if (proposal->other == NULL)
			continue;
		far = get_rel_name(proposal->other->key->one);
		if (claim(once, proposal->key->one, far, HASH_ENTER))
			claim(junctions, proposal->key->one, far, HASH_ENTER);
	}
}

static char *
choose(const RlnProposal *proposal, HTAB *claims, HTAB *junctions, bool ambiguous)
{
	AliasScope scope = {list_make1_oid(proposal->key->one), claims};
	char *table = get_rel_name(proposal->many);

	if (proposal->other != NULL && proposal->other->key->one != proposal->key->one)
	{
		char *far = get_rel_name(proposal->other->key->one);

		if (!claim(junctions, proposal->key->one, far, HASH_FIND) && !is_taken(far, &scope))
			return far;
	}
	if (!ambiguous && !is_taken(table, &scope))
		return table;
	return rln_name_choose(table, rln_names_concat(proposal->key->columns), is_taken, &scope);
}

static bool
is_taken(const char *name, void *arg)
{
	AliasScope *scope = arg;
	ListCell *lc;

	foreach(lc, scope->relids)
	{
		Oid relid = lfirst_oid(lc);

		if ((scope->claims != NULL && claim(scope->claims, relid, name, HASH_FIND)) ||
			rln_field_user(relid, name, 0) != NULL ||
			(rln_row_function_exists(relid, name) && !rln_row_function_is_orphan(relid, name)))
			return true;
	}
	return false;
}

/* Looks for, or enters, a name; true if it was there. */
static bool
claim(HTAB *claims, Oid relid, const char *name, HASHACTION action)
{
	Claim key;
	bool found;

	memset(&key, 0, sizeof(key));
	key.relid = relid;
	namestrcpy(&key.name, name);
	hash_search(claims, &key, action, &found);
	return found;
}

/* Is it seen through the alias of the junction's other half? */
static bool
has_alias_already(const RlnProposal *proposal)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(proposal->many))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->is_symmetric && edge->many == proposal->many &&
			rln_names_same_set(edge->junction_columns, proposal->key->columns))
			return true;
	}
	return false;
}

/* Is there another foreign key between the tables, or are they the same? */
static bool
is_ambiguous(const List *proposals, const ListCell *cell)
{
	const RlnProposal *proposal = lfirst(cell);
	int index = cell - list_head(proposals);

	if (proposal->many == proposal->key->one)
		return true;

	/* a table's proposals stand together */
	for (int step = -1; step <= 1; step += 2)
	{
		for (int i = index + step; i >= 0 && i < list_length(proposals); i += step)
		{
			const RlnProposal *other = list_nth(proposals, i);

			if (other->many != proposal->many)
				break;
			if (other->key->one == proposal->key->one)
				return true;
		}
	}
	return false;
}
