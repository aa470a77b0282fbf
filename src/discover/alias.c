/*
 * alias.c
 *	  Names for the aliases that an existing database has none for.
 *
 * An alias is named after what it leads to: the table on the many side, or
 * through a junction the table at its other end.  Where a table has more than
 * one foreign key to another, or one to itself, that would not say which; then
 * each is named after table and column.  A name that is taken on the table (a
 * column, an alias, a function of its row) is left for the next in that order,
 * at last for a number.  So the names depend on the database alone, and not on
 * the order in which it is looked at, but for numbers.
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
	Oid relid;
	HTAB *claims; /* NULL: only what is there */
} AliasScope;

static char *choose(const RlnProposal *proposal, HTAB *claims, bool ambiguous);
static bool is_taken(const char *name, void *arg);
static bool claim(HTAB *claims, Oid relid, const char *name, HASHACTION action);
static bool is_ambiguous(const List *proposals, const ListCell *cell);


/* Gives every proposal that is not registered an alias. */
void
rln_choose_aliases(const List *proposals)
{
	HASHCTL control = {
		.keysize = sizeof(Claim), .entrysize = sizeof(Claim), .hcxt = CurrentMemoryContext};
	HTAB *claims = hash_create("relations: aliases", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	ListCell *lc;

	foreach(lc, proposals)
	{
		RlnProposal *proposal = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (proposal->edge != NULL)
			continue;
		proposal->alias = choose(proposal, claims, is_ambiguous(proposals, lc));
		claim(claims, proposal->key->one, proposal->alias, HASH_ENTER);
	}
}

/* The proposal's alias, or the next that is free now. */
char *
rln_free_alias(const RlnProposal *proposal)
{
	AliasScope scope = {proposal->key->one, NULL};

	return rln_name_choose(proposal->alias, NULL, is_taken, &scope);
}

static char *
choose(const RlnProposal *proposal, HTAB *claims, bool ambiguous)
{
	AliasScope scope = {proposal->key->one, claims};
	char *table = get_rel_name(proposal->many);

	if (proposal->other != NULL && proposal->other->key->one != proposal->key->one)
	{
		char *far = get_rel_name(proposal->other->key->one);

		if (!is_taken(far, &scope))
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

	return (scope->claims != NULL && claim(scope->claims, scope->relid, name, HASH_FIND)) ||
		rln_row_function_exists(scope->relid, name) ||
		rln_field_user(scope->relid, name, 0) != NULL;
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
