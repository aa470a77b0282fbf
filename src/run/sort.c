/*
 * sort.c
 *	  Rows of one parent in their order.
 *
 * The order is that which ORDER BY would give: the same operators, collations
 * and place of nulls.  Most lists come in order already, as their tables were
 * filled.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "run/run.h"

typedef struct RowOrder
{
	const RlnFetch *fetch;
	SortSupport support;
} RowOrder;

/* 2^32 runs are more than there are rows */
#define LEVELS 32

static void sort_list(RlnKeyEntry *entry, const RowOrder *order);
static RlnRow *cut_run(RlnRow **rest, const RowOrder *order);
static RlnRow *merge(RlnRow *a, RlnRow *b, const RowOrder *order);


/* What comparing rows of the fetch needs, in the current context; NULL without order. */
SortSupport
rln_sort_begin(const RlnFetch *fetch)
{
	SortSupport support;

	if (fetch->nsort == 0)
		return NULL;
	support = palloc0(sizeof(SortSupportData) * fetch->nsort);
	for (int i = 0; i < fetch->nsort; i++)
	{
		const RlnSortColumn *column = &fetch->sort[i];
		TypeCacheEntry *type =
			lookup_type_cache(column->type, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);

		support[i].ssup_cxt = CurrentMemoryContext;
		support[i].ssup_collation = column->collation;
		support[i].ssup_nulls_first = column->descending;
		PrepareSortSupportFromOrderingOp(column->descending ? type->gt_opr : type->lt_opr,
										 &support[i]);
	}
	return support;
}

int
rln_sort_compare(const RlnFetch *fetch, SortSupport support, const RlnRow *a, const RlnRow *b)
{
	const Datum *left = (const Datum *) ((const char *) a + fetch->sort_offset);
	const Datum *right = (const Datum *) ((const char *) b + fetch->sort_offset);

	for (int i = 0; i < fetch->nsort; i++)
	{
		bool a_is_null = (a->nulls >> i) & 1;
		bool b_is_null = (b->nulls >> i) & 1;
		int order;

		/* the most common of all, without a call */
		if (support[i].comparator == ssup_datum_int32_cmp)
			order = ApplyInt32SortComparator(left[i], a_is_null, right[i], b_is_null, &support[i]);
		else
			order = ApplySortComparator(left[i], a_is_null, right[i], b_is_null, &support[i]);
		if (order != 0)
			return order;
	}
	return 0;
}

/* Rows that were found by keys: a list in the keys' order, or in the query's. */
void
rln_sort_root(RlnRun *run)
{
	const RlnFetch *fetch = run->plan->root;
	RowOrder order = {fetch, rln_sort_begin(fetch)};
	RlnKeyEntry all = {0};

	for (RlnKeyEntry *entry = run->tables[fetch->number].first; entry != NULL;
		 entry = entry->next)
	{
		if (entry->first == NULL)
			continue;
		if (all.first == NULL)
			all.first = entry->first;
		else
			all.last->next = entry->first;
		all.last = entry->first;
		all.last->next = NULL;
		all.nrows++;
	}
	if (all.nrows > 1 && fetch->nsort > 0)
		sort_list(&all, &order);
	run->first = all.first;
	run->last = all.last;
	run->nrows = all.nrows;
}

/* Sorts the rows of each parent whose rows have not come in order. */
void
rln_sort_rows(const RlnFetch *fetch, RlnKeyTable *table)
{
	RowOrder order = {fetch, NULL};

	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
	{
		if (!entry->is_unsorted)
			continue;
		if (order.support == NULL)
			order.support = rln_sort_begin(fetch);
		sort_list(entry, &order);
	}
}

/*
 * Merges the runs that are in order already, each with its like: sorted[i] is
 * NULL or made of 2^i runs, all of which came before those of sorted[i - 1].
 */
static void
sort_list(RlnKeyEntry *entry, const RowOrder *order)
{
	RlnRow *sorted[LEVELS] = {NULL};
	RlnRow *rest = entry->first;
	RlnRow *all = NULL;

	while (rest != NULL)
	{
		RlnRow *run = cut_run(&rest, order);
		int level = 0;

		for (; sorted[level] != NULL; level++)
		{
			run = merge(sorted[level], run, order);
			sorted[level] = NULL;
		}
		sorted[level] = run;
	}
	for (int level = 0; level < LEVELS; level++)
	{
		if (sorted[level] != NULL)
			all = merge(sorted[level], all, order);
	}
	entry->first = all;
	while (all->next != NULL)
		all = all->next;
	entry->last = all;
	entry->is_unsorted = false;
}

/* Takes the rows off that are in order. */
static RlnRow *
cut_run(RlnRow **rest, const RowOrder *order)
{
	RlnRow *first = *rest;
	RlnRow *last = first;

	while (last->next != NULL &&
		   rln_sort_compare(order->fetch, order->support, last, last->next) <= 0)
	{
		CHECK_FOR_INTERRUPTS();
		last = last->next;
	}
	*rest = last->next;
	last->next = NULL;
	return first;
}

/* Rows of a stand before those of b that are equal. */
static RlnRow *
merge(RlnRow *a, RlnRow *b, const RowOrder *order)
{
	RlnRow *first = NULL;
	RlnRow **next = &first;

	while (a != NULL && b != NULL)
	{
		RlnRow **least = &a;

		CHECK_FOR_INTERRUPTS();
		if (rln_sort_compare(order->fetch, order->support, a, b) > 0)
			least = &b;
		*next = *least;
		next = &(*least)->next;
		*least = *next;
	}
	*next = a != NULL ? a : b;
	return first;
}
