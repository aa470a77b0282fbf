/*
 * lock.c
 *	  Lists of parents that are there, one writer at a time.
 *
 * Two that say at once what is on a list would together leave what neither has
 * said, and two that add to its end would take the same place.  So whoever writes
 * a list as a whole, or one that has an order, has its parent first, as an UPDATE
 * of the parent would: others wait, and then see what was written.  Rows that
 * refer to the parent come and go as before, by their foreign keys' own lock.
 *
 * A lock needs the right to change the parent, which writing its lists does not:
 * who has not got it writes without.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "write/write.h"

static bool may_lock(const RlnWriteNode *node);
static int compare_numbers(const void *a, const void *b);


/* Locks the parents of the lists in the order of their keys, before anybody looks at them. */
void
rln_lock_parents(RlnWriteNode *node)
{
	RlnWriteNode *parents = node->parent;
	RlnWriteRow **rows = palloc(sizeof(RlnWriteRow *) * Max(list_length(node->lists), 1));
	int nrows = 0;
	int ndistinct = 0;
	ListCell *lc;

	foreach(lc, node->lists)
	{
		const RlnWriteList *list = lfirst(lc);
		RlnWriteRow *parent = rln_row_meant(list->parent);

		if ((list->is_whole || node->sort != NULL) && parent->action == RLN_ROW_EXISTS &&
			parent->key != NULL)
			rows[nrows++] = parent;
	}
	if (nrows == 0 || !may_lock(parents))
		return;
	qsort(rows, nrows, sizeof(RlnWriteRow *), compare_numbers);
	for (int i = 0; i < nrows; i++)
	{
		if (ndistinct == 0 || rows[ndistinct - 1] != rows[i])
			rows[ndistinct++] = rows[i];
	}
	rln_source_run(parents, NULL, rln_sql_lock(parents),
				   list_make1(rln_keys_source(parents, rows, ndistinct)), NULL, NULL);
}

/* SELECT ... FOR NO KEY UPDATE asks for the right to update any column. */
static bool
may_lock(const RlnWriteNode *node)
{
	if (node->relkind != RELKIND_RELATION && node->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	return pg_class_aclcheck(node->relid, GetUserId(), ACL_UPDATE) == ACLCHECK_OK ||
		pg_attribute_aclcheck_all(node->relid, GetUserId(), ACL_UPDATE, ACLMASK_ANY) ==
		ACLCHECK_OK;
}

static int
compare_numbers(const void *a, const void *b)
{
	return (*(RlnWriteRow *const *) a)->number - (*(RlnWriteRow *const *) b)->number;
}
