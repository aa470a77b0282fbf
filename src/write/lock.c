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
 * All parents are locked at once, in the order of their keys, and with them those
 * of the same table that will be changed: two writers never have one each that the
 * other wants.
 *
 * A lock needs the right to change the parent, which writing its lists does not:
 * who has not got it writes without.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "write/write.h"

static bool *find_parents(const RlnWriteNode *node);
static bool may_lock(const RlnWriteNode *node);


/* Locks the rows of the node that have such lists, before anybody looks at these. */
void
rln_lock_parents(RlnWriteNode *node)
{
	bool *is_parent = find_parents(node);
	RlnWriteRow **rows;
	int nrows = 0;

	if (is_parent == NULL || !may_lock(node))
		return;
	rows = palloc(sizeof(RlnWriteRow *) * node->nrows);
	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];

		if (row->action == RLN_ROW_EXISTS && row->key != NULL &&
			(is_parent[i] || row->nvalues > 0))
			rows[nrows++] = row;
	}
	rln_source_run(node, NULL, rln_sql_lock(node), list_make1(rln_keys_source(node, rows, nrows)),
				   NULL, NULL);
}

/* By their numbers, which rows that are there have lists to be locked; NULL: none. */
static bool *
find_parents(const RlnWriteNode *node)
{
	bool *is_parent = NULL;
	ListCell *member;
	ListCell *lc;

	foreach(member, node->members)
	{
		const RlnWriteNode *members = lfirst(member);

		foreach(lc, members->lists)
		{
			const RlnWriteList *list = lfirst(lc);
			const RlnWriteRow *parent = rln_row_meant(list->parent);

			if (!list->is_whole && members->sort == NULL)
				continue;
			if (parent->action != RLN_ROW_EXISTS || parent->key == NULL)
				continue;
			if (is_parent == NULL)
				is_parent = palloc0(sizeof(bool) * node->nrows);
			is_parent[parent->number] = true;
		}
	}
	return is_parent;
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
