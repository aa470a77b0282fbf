/*
 * junction_shape.c
 *	  Is a table a junction, and of what?
 *
 * Two foreign keys of a table join what they refer to
 *	  - for certain, if each pair of values is there once and neither value
 *		alone is: a unique key over just the two (shared columns, such as a
 *		tenant, count once), whatever other columns there are;
 *	  - most likely, if they are the table's only foreign keys, lead to two
 *		other tables, no table refers to it, its key is a number or the like
 *		that the database makes up, or there is none, and it either has no
 *		further columns than one that orders or dates the rows, or is named
 *		after both tables.
 * An order's line refers to an order and to a product, has a key of its own
 * and a quantity, and is a thing in itself: not named after both, no junction.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "discover/discover.h"

/* what is shorter is found by chance */
#define MIN_STEM 3

static bool pairs_are_unique(const RlnProposal *a, const RlnProposal *b);
static bool has_surrogate_key(const RlnProposal *a, const RlnProposal *b);
static bool has_no_contents(const RlnProposal *a, const RlnProposal *b);
static bool is_bookkeeping(const char *column);
static bool is_referred_to(Oid relid, HTAB *referred);
static bool is_named_after_both(const RlnProposal *a, const RlnProposal *b);
static char *stem(const char *name);
static void join(RlnProposal *a, RlnProposal *b, const char *evidence);


/*
 * Marks the two halves of a junction among the proposals of one table, if it
 * is one.  referred holds the OIDs of all tables that foreign keys lead to.
 */
void
rln_find_junction(const List *proposals, HTAB *referred)
{
	ListCell *la;
	ListCell *lb;
	RlnProposal *first;
	RlnProposal *second;

	foreach(la, proposals)
	{
		for_each_from(lb, proposals, foreach_current_index(la) + 1)
		{
			if (!pairs_are_unique(lfirst(la), lfirst(lb)))
				continue;
			join(lfirst(la), lfirst(lb), "each pair is there once");
			return;
		}
	}
	if (list_length(proposals) != 2)
		return;
	first = linitial(proposals);
	second = lsecond(proposals);
	if (first->unique || second->unique || !has_surrogate_key(first, second))
		return;
	if (first->key->one == second->key->one || first->key->one == first->many ||
		second->key->one == first->many)
		return; /* an order's two addresses are no pair, nor is a part and its whole */
	if (is_referred_to(first->many, referred))
		return; /* a thing in itself */
	if (is_named_after_both(first, second))
		join(first, second, "the table is named after both");
	else if (has_no_contents(first, second))
		join(first, second, "the table has no contents of its own");
}

static bool
pairs_are_unique(const RlnProposal *a, const RlnProposal *b)
{
	return !a->unique && !b->unique &&
		rln_columns_unique(a->many, list_concat_copy(a->key->columns, b->key->columns));
}

/* A key of one column that refers to nothing and is made up, or none at all. */
static bool
has_surrogate_key(const RlnProposal *a, const RlnProposal *b)
{
	List *key = rln_key_columns(a->many);
	HeapTuple tuple;
	Form_pg_attribute attribute;
	bool made_up;

	if (key == NIL)
		return true;
	if (list_length(key) != 1 || rln_names_contain(a->key->columns, linitial(key)) ||
		rln_names_contain(b->key->columns, linitial(key)))
		return false;
	tuple = SearchSysCacheAttName(a->many, linitial(key));
	if (!HeapTupleIsValid(tuple))
		return false;
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	made_up = attribute->atthasdef || attribute->attidentity != '\0' ||
		TypeCategory(attribute->atttypid) == TYPCATEGORY_NUMERIC;
	ReleaseSysCache(tuple);
	return made_up;
}

static bool
is_referred_to(Oid relid, HTAB *referred)
{
	bool found;

	hash_search(referred, &relid, HASH_FIND, &found);
	return found;
}

/* Only the two references, a key, and columns that say nothing of the pair. */
static bool
has_no_contents(const RlnProposal *a, const RlnProposal *b)
{
	Relation rel = table_open(a->many, AccessShareLock);
	List *key = rln_key_columns(a->many);
	bool empty = true;

	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(rel), i);
		const char *name = NameStr(attribute->attname);

		if (!attribute->attisdropped && !rln_names_contain(key, name) &&
			!rln_names_contain(a->key->columns, name) &&
			!rln_names_contain(b->key->columns, name) && !is_bookkeeping(name))
			empty = false;
	}
	table_close(rel, AccessShareLock);
	return empty;
}

static bool
is_bookkeeping(const char *column)
{
	static const char *const names[] = {"sort", "position", "ordering", "sort_order",
										"created_at", "updated_at", "created_on", "updated_on"};

	for (int i = 0; i < lengthof(names); i++)
	{
		if (strcmp(column, names[i]) == 0)
			return true;
	}
	return false;
}

/*
 * Does the table's name hold both others', singular or plural, side by side?
 * The longer is looked for first, and is not there for the other any more.
 */
static bool
is_named_after_both(const RlnProposal *a, const RlnProposal *b)
{
	char *name = stem(get_rel_name(a->many));
	char *longer = stem(get_rel_name(a->key->one));
	char *shorter = stem(get_rel_name(b->key->one));
	char *place;

	if (strlen(longer) < strlen(shorter))
	{
		char *swap = longer;

		longer = shorter;
		shorter = swap;
	}
	place = strstr(name, longer);
	if (strlen(shorter) < MIN_STEM || place == NULL)
		return false;
	memset(place, ' ', strlen(longer));
	return strstr(name, shorter) != NULL;
}

/* The name in lower case without an English plural's ending. */
static char *
stem(const char *name)
{
	char *word = pstrdup(name);
	size_t len = strlen(word);

	for (char *c = word; *c; c++)
		*c = tolower((unsigned char) *c);
	if (len > 3 && strcmp(word + len - 3, "ies") == 0)
		word[len - 3] = '\0';
	else if (len > 1 && word[len - 1] == 's')
		word[len - 1] = '\0';
	return word;
}

static void
join(RlnProposal *a, RlnProposal *b, const char *evidence)
{
	a->other = b;
	b->other = a;
	a->evidence = evidence;
}
