/*
 * junction_shape.c
 *	  Is a table a junction, and of what?
 *
 * Two foreign keys of a table join what they refer to
 *	  - for certain, if each pair of values is there once and neither value
 *		alone is: a unique key over just the two (shared columns, such as a
 *		tenant, count once), whatever other columns there are;
 *	  - most likely, if they are the table's only foreign keys, lead to two
 *		tables, its key is a surrogate, and it either has no further columns
 *		than one that orders or dates the rows, or is named after both tables.
 * An order's line refers to an order and to a product, has a key of its own
 * and a quantity, and is a thing in itself: not named after both, no junction.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/table.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "discover/discover.h"

/* a word's end that the plural of a table's name may have */
#define MIN_STEM 3

static bool pairs_are_unique(const RlnProposal *a, const RlnProposal *b);
static bool has_surrogate_key(const RlnProposal *a, const RlnProposal *b);
static bool has_no_contents(const RlnProposal *a, const RlnProposal *b);
static bool is_bookkeeping(const char *column);
static bool is_named_after(Oid relid, Oid one);
static char *stem(const char *name);
static void join(RlnProposal *a, RlnProposal *b, const char *evidence);


/*
 * Marks the two halves of a junction among the proposals of one table, if it
 * is one.
 */
void
rln_find_junction(const List *proposals)
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
	if (first->key->one == second->key->one)
		return; /* an order's two addresses are no pair */
	if (is_named_after(first->many, first->key->one) &&
		is_named_after(first->many, second->key->one))
		join(first, second, "the table has a surrogate key and is named after both");
	else if (has_no_contents(first, second))
		join(first, second, "the table has a surrogate key and no contents of its own");
}

static bool
pairs_are_unique(const RlnProposal *a, const RlnProposal *b)
{
	return !a->unique && !b->unique &&
		rln_columns_unique(a->many, list_concat_copy(a->key->columns, b->key->columns));
}

/* A key of one column that refers to nothing. */
static bool
has_surrogate_key(const RlnProposal *a, const RlnProposal *b)
{
	List *key = rln_key_columns(a->many);

	return list_length(key) == 1 && !rln_names_contain(a->key->columns, linitial(key)) &&
		!rln_names_contain(b->key->columns, linitial(key));
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

/* Does the table's name hold the other's, singular or plural? */
static bool
is_named_after(Oid relid, Oid one)
{
	char *word = stem(get_rel_name(one));

	return strlen(word) >= MIN_STEM && strstr(stem(get_rel_name(relid)), word) != NULL;
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
