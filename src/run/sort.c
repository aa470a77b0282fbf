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

static void sort_list(RlnKeyEntry *entry, const RowOrder *order, RlnRow **rows);
static int compare(const void *a, const void *b, void *arg);


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
		int order = ApplySortComparator(left[i], (a->nulls >> i) & 1, right[i],
										(b->nulls >> i) & 1, &support[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

/* Sorts the rows of each parent whose rows have not come in order. */
void
rln_sort_rows(const RlnFetch *fetch, RlnKeyTable *table)
{
	RowOrder order = {fetch, NULL};
	uint32 longest = 0;
	RlnRow **rows;

	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
	{
		if (entry->is_unsorted)
			longest = Max(longest, entry->nrows);
	}
	if (longest == 0)
		return;
	order.support = rln_sort_begin(fetch);
	rows = palloc_extended(sizeof(RlnRow *) * (Size) longest, MCXT_ALLOC_HUGE);
	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
	{
		if (entry->is_unsorted)
			sort_list(entry, &order, rows);
	}
	pfree(rows);
}

static void
sort_list(RlnKeyEntry *entry, const RowOrder *order, RlnRow **rows)
{
	uint32 n = 0;

	CHECK_FOR_INTERRUPTS();
	for (RlnRow *row = entry->first; row != NULL; row = row->next)
		rows[n++] = row;
	qsort_arg(rows, n, sizeof(RlnRow *), compare, (void *) order);
	for (uint32 i = 0; i < n; i++)
		rows[i]->next = i + 1 < n ? rows[i + 1] : NULL;
	entry->first = rows[0];
	entry->last = rows[n - 1];
	entry->is_unsorted = false;
}

static int
compare(const void *a, const void *b, void *arg)
{
	const RowOrder *order = arg;

	CHECK_FOR_INTERRUPTS();
	return rln_sort_compare(order->fetch, order->support, *(RlnRow *const *) a,
							*(RlnRow *const *) b);
}
