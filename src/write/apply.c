/*
 * apply.c
 *	  The statements, in order: targets, then the rows that refer to them, then
 *	  their lists.
 *
 * A node takes at most five statements, however many rows it has: what is not
 * named is taken off whole lists, named rows off theirs, rows are changed, and
 * new ones made; before that, new rows of a list may need to know its end.  Only
 * a view takes one for each set of columns that its new rows have.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "base/sqltext.h"
#include "write/write.h"

/* the columns of a statement's rows */
typedef struct Columns
{
	RlnWriteNode *node;
	RlnWriteRow **rows;
	int nrows;
	List *columns;	 /* RlnWriteColumn * */
	Bitmapset *some; /* those that not all rows have, by their place in the list */
} Columns;

typedef bool (*RowTest)(const RlnWriteRow *row);

static void apply_node(RlnWriteNode *node);
static void ensure_single_lists(const RlnWriteNode *node);
static bool is_repeated(const RlnWriteNode *node, const RlnWriteList *a, const RlnWriteList *b);
static int compare_lists(const ListCell *a, const ListCell *b);
static void place_created(RlnWriteNode *node);
static void take_last(void *arg, int row, TupleTableSlot *slot);
static bool needs_place(const RlnWriteNode *node, const RlnWriteRow *row);
static void clear_lists(RlnWriteNode *node);
static bool is_cleared(const RlnWriteList *list);
static void remove_rows(RlnWriteNode *node);
static void update_rows(RlnWriteNode *node);
static void insert_rows(RlnWriteNode *node);
static void insert_shapes(RlnWriteNode *node, RlnWriteRow **rows, int nrows);
static void insert_some(RlnWriteNode *node, RlnWriteRow **rows, int nrows);
static RlnWriteRow **collect_rows(const RlnWriteNode *node, RowTest test, int *nrows);
static bool is_there(const RlnWriteRow *row);
static bool is_removed(const RlnWriteRow *row);
static bool is_changed(const RlnWriteRow *row);
static bool is_created(const RlnWriteRow *row);
static void find_columns(Columns *columns);
static RlnSource *make_source(const Columns *columns, bool with_keys);
static void take_inserted(void *arg, int row, TupleTableSlot *slot);
static void take_changed(void *arg, int row, TupleTableSlot *slot);
static void take_removed(void *arg, int row, TupleTableSlot *slot);
static void ensure_done(const RlnWriteNode *node, RlnWriteRow **rows, int nrows);
static bool may_suppress(Oid relid);


/* Writes what the checked rows say. */
void
rln_write_apply(RlnWriteNode *root)
{
	apply_node(root);
}

static void
apply_node(RlnWriteNode *node)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, node->targets)
	{
		RlnWriteNode *targets = lfirst(lc);

		if (targets->is_reference)
			continue; /* it was looked up, and is what the rows say */
		apply_node(targets);
		rln_link_targets(node, targets);
	}
	if (node->role == RLN_WRITE_MEMBER)
	{
		ensure_single_lists(node);
		clear_lists(node);
	}
	remove_rows(node);
	if (node->role == RLN_WRITE_MEMBER)
	{
		place_created(node);
		rln_link_members(node);
	}
	update_rows(node);
	insert_rows(node);
	foreach(lc, node->members)
		apply_node(lfirst(lc));
}

/* 22023 where two mentions of one parent say different things of its list. */
static void
ensure_single_lists(const RlnWriteNode *node)
{
	List *lists = list_copy(node->lists);
	const RlnWriteList *last = NULL;
	ListCell *lc;

	list_sort(lists, compare_lists);
	foreach(lc, lists)
	{
		const RlnWriteList *list = lfirst(lc);

		if (last != NULL && rln_row_meant(last->parent) == rln_row_meant(list->parent) &&
			!is_repeated(node, last, list))
		{
			rln_path_resume(list->path);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("this list of one item is given twice")));
		}
		last = list;
	}
}

/* Are both whole lists, of the same rows that exist, in the same order? */
static bool
is_repeated(const RlnWriteNode *node, const RlnWriteList *a, const RlnWriteList *b)
{
	if (!a->is_whole || !b->is_whole || a->length != b->length)
		return false;
	for (int i = 0; i < a->length; i++)
	{
		RlnWriteRow *left = rln_row_meant(node->rows[a->start + i]);
		RlnWriteRow *right = rln_row_meant(node->rows[b->start + i]);

		if (left != right || left->action != RLN_ROW_EXISTS)
			return false;
	}
	return true;
}

/* By their parents, then in the order of the payload. */
static int
compare_lists(const ListCell *a, const ListCell *b)
{
	const RlnWriteList *left = lfirst(a);
	const RlnWriteList *right = lfirst(b);
	int order = rln_row_meant(left->parent)->number - rln_row_meant(right->parent)->number;

	return order != 0 ? order : left->start - right->start;
}

/* What is added to a list that has an order comes last. */
static void
place_created(RlnWriteNode *node)
{
	RlnSource *parents = NULL;

	for (int i = 0; i < node->nrows && parents == NULL; i++)
	{
		if (needs_place(node, node->rows[i]))
			parents = rln_parents_source(node, false);
	}
	if (parents == NULL)
		return;
	rln_source_run(node, NULL, rln_sql_last(node), list_make1(parents), take_last, node);
	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];

		if (needs_place(node, row))
			row->position = ++row->list->length;
	}
}

/* a list's number, and its last place as text */
static void
take_last(void *arg, int row, TupleTableSlot *slot)
{
	RlnWriteNode *node = arg;
	RlnWriteList *list = list_nth(node->lists, DatumGetInt32(slot->tts_values[0]));

	if (!slot->tts_isnull[1] && !list->is_whole)
	{
		double last = strtod(TextDatumGetCString(slot->tts_values[1]), NULL);

		/* beyond all integers there is no next place */
		list->length = last > 0 && last < PG_INT32_MAX / 2 ? (int) last : 0;
	}
}

static bool
needs_place(const RlnWriteNode *node, const RlnWriteRow *row)
{
	return node->sort != NULL && !row->list->is_whole && row->action == RLN_ROW_CREATE &&
		rln_row_find(row, node->sort) == NULL;
}

/* Off whole lists of parents that exist goes what is not named. */
static void
clear_lists(RlnWriteNode *node)
{
	RlnWriteRow **rows;
	List *sources;
	RlnPath *path = NULL;
	int nrows;
	int n = 0;
	ListCell *lc;

	foreach(lc, node->lists)
	{
		if (!is_cleared(lfirst(lc)))
			continue;
		path = ((RlnWriteList *) lfirst(lc))->path;
		n++;
	}
	if (n == 0)
		return;
	sources = list_make1(rln_parents_source(node, true));
	if (node->key != NIL)
	{
		rows = collect_rows(node, is_there, &nrows);
		sources = lappend(sources, rln_keys_source(node, rows, nrows));
	}
	rln_source_run(node, n == 1 ? path : NULL, rln_sql_clear(node), sources, NULL, NULL);
}

static bool
is_cleared(const RlnWriteList *list)
{
	const RlnWriteRow *parent = rln_row_meant(list->parent);

	return list->is_whole && parent->action == RLN_ROW_EXISTS && parent->kept != NULL;
}

static void
remove_rows(RlnWriteNode *node)
{
	int nrows;
	RlnWriteRow **rows = collect_rows(node, is_removed, &nrows);

	if (nrows == 0)
		return;
	rln_source_run(node, NULL, rln_sql_take_off(node),
				   list_make1(rln_keys_source(node, rows, nrows)), take_removed, node);
	ensure_done(node, rows, nrows);
}

static void
update_rows(RlnWriteNode *node)
{
	Columns columns = {node};

	columns.rows = collect_rows(node, is_changed, &columns.nrows);
	if (columns.nrows == 0)
		return;
	find_columns(&columns);
	rln_source_run(node, NULL, rln_sql_update(node, columns.columns, columns.some),
				   list_make1(make_source(&columns, true)), take_changed, node);
	ensure_done(node, columns.rows, columns.nrows);
}

static void
insert_rows(RlnWriteNode *node)
{
	int nrows;
	RlnWriteRow **rows = collect_rows(node, is_created, &nrows);

	if (nrows == 0)
		return;
	if (node->relkind == RELKIND_VIEW)
		insert_shapes(node, rows, nrows);
	else
		insert_some(node, rows, nrows);
}

/*
 * The defaults of a view's columns are those of tables below it, which only the
 * rewriter knows: so rows with different columns need statements of their own.
 */
static void
insert_shapes(RlnWriteNode *node, RlnWriteRow **rows, int nrows)
{
	List *shapes = NIL; /* Bitmapset *, with members parallel to it */
	List *members = NIL;
	ListCell *lc;

	for (int i = 0; i < nrows; i++)
	{
		Bitmapset *shape = NULL;
		int at = -1;

		for (int j = 0; j < rows[i]->nvalues; j++)
			shape = bms_add_member(shape, rows[i]->values[j].column->number);
		foreach(lc, shapes)
		{
			if (bms_equal(lfirst(lc), shape))
				at = foreach_current_index(lc);
		}
		if (at >= 0)
		{
			ListCell *cell = list_nth_cell(members, at);

			lfirst(cell) = lappend(lfirst(cell), rows[i]);
			continue;
		}
		shapes = lappend(shapes, shape);
		members = lappend(members, list_make1(rows[i]));
	}
	foreach(lc, members)
	{
		List *alike = lfirst(lc);
		RlnWriteRow **some = palloc(sizeof(RlnWriteRow *) * list_length(alike));
		ListCell *lr;

		foreach(lr, alike)
			some[foreach_current_index(lr)] = lfirst(lr);
		insert_some(node, some, list_length(alike));
	}
}

static void
insert_some(RlnWriteNode *node, RlnWriteRow **rows, int nrows)
{
	Columns columns = {node, rows, nrows};

	find_columns(&columns);
	if (node->relkind != RELKIND_VIEW)
		rln_fill_defaults(node, columns.columns, rows, nrows);
	rln_source_run(node, NULL, rln_sql_insert(node, columns.columns),
				   list_make1(make_source(&columns, false)), take_inserted, node);
	rln_move_sequences(node, columns.columns, rows, nrows);
}

static RlnWriteRow **
collect_rows(const RlnWriteNode *node, RowTest test, int *nrows)
{
	RlnWriteRow **rows =
		palloc_extended(sizeof(RlnWriteRow *) * (Size) Max(node->nrows, 1), MCXT_ALLOC_HUGE);

	*nrows = 0;
	for (int i = 0; i < node->nrows; i++)
	{
		if (test(node->rows[i]))
			rows[(*nrows)++] = node->rows[i];
	}
	return rows;
}

static bool
is_there(const RlnWriteRow *row)
{
	return row->action == RLN_ROW_EXISTS;
}

static bool
is_removed(const RlnWriteRow *row)
{
	return row->action == RLN_ROW_REMOVE;
}

static bool
is_changed(const RlnWriteRow *row)
{
	return row->action == RLN_ROW_EXISTS && row->nvalues > 0;
}

static bool
is_created(const RlnWriteRow *row)
{
	return row->action == RLN_ROW_CREATE;
}

/* All columns that any of the rows has a value of, in the table's order of mention. */
static void
find_columns(Columns *columns)
{
	int *counts = palloc0(sizeof(int) * Max(list_length(columns->node->columns), 1));
	ListCell *lc;

	for (int i = 0; i < columns->nrows; i++)
	{
		for (int j = 0; j < columns->rows[i]->nvalues; j++)
			counts[columns->rows[i]->values[j].column->number]++;
	}
	foreach(lc, columns->node->columns)
	{
		RlnWriteColumn *column = lfirst(lc);

		if (counts[column->number] == 0)
			continue;
		if (counts[column->number] < columns->nrows)
			columns->some = bms_add_member(columns->some, list_length(columns->columns));
		columns->columns = lappend(columns->columns, column);
	}
}

/* n, c1, ...; with keys n, k1, ..., c1, ..., and flags of columns that only some rows have */
static RlnSource *
make_source(const Columns *columns, bool with_keys)
{
	RlnSource *source = rln_source_make("given");
	int nkeys = with_keys ? list_length(columns->node->key) : 0;
	int ncolumns = list_length(columns->columns);
	int *places = palloc0(sizeof(int) * list_length(columns->node->columns));
	int *flags = palloc0(sizeof(int) * list_length(columns->node->columns));
	Datum *values;
	bool *nulls;
	int width;

	for (int i = 0; i < nkeys; i++)
		(void) rln_source_column(source, psprintf("k%d", i + 1), list_nth(columns->node->key, i));
	for (int i = 0; i < ncolumns; i++)
	{
		RlnWriteColumn *column = list_nth(columns->columns, i);

		places[column->number] = rln_source_column(source, psprintf("c%d", i + 1), column);
		if (with_keys && bms_is_member(i, columns->some))
			flags[column->number] = rln_source_flag(source, psprintf("g%d", i + 1));
	}
	rln_source_begin(source);
	width = rln_source_width(source);
	values = palloc0(sizeof(Datum) * width);
	nulls = palloc(sizeof(bool) * width);
	for (int i = 0; i < columns->nrows; i++)
	{
		const RlnWriteRow *row = columns->rows[i];

		memset(nulls, true, sizeof(bool) * width);
		for (int j = 0; j < nkeys; j++)
		{
			values[1 + j] = row->key[j];
			nulls[1 + j] = false;
		}
		for (int j = 0; j < row->nvalues; j++)
		{
			const RlnWriteValue *value = &row->values[j];
			int place = places[value->column->number];
			int flag = flags[value->column->number];

			values[place] = value->value;
			nulls[place] = value->isnull;
			if (flag > 0)
			{
				values[flag] = BoolGetDatum(true);
				nulls[flag] = false;
			}
		}
		rln_source_add(source, values, nulls, row->number);
	}
	return source;
}

/* n, k1, ... */
RlnSource *
rln_keys_source(const RlnWriteNode *node, RlnWriteRow **rows, int nrows)
{
	RlnSource *source = rln_source_make("given");
	int nkeys = list_length(node->key);
	Datum *values = palloc(sizeof(Datum) * (nkeys + 1));
	bool *nulls = palloc0(sizeof(bool) * (nkeys + 1));

	for (int i = 0; i < nkeys; i++)
		(void) rln_source_column(source, psprintf("k%d", i + 1), list_nth(node->key, i));
	rln_source_begin(source);
	for (int i = 0; i < nrows; i++)
	{
		memcpy(values + 1, rows[i]->key, sizeof(Datum) * nkeys);
		rln_source_add(source, values, nulls, rows[i]->number);
	}
	return source;
}

/* n, the number of the list; p1, ..., what its members refer to; d1, their discriminator */
RlnSource *
rln_parents_source(const RlnWriteNode *node, bool only_cleared)
{
	RlnSource *source = rln_source_make("parents");
	int nlinks = list_length(node->links);
	Datum *values = palloc0(sizeof(Datum) * (nlinks + 2));
	bool *nulls = palloc0(sizeof(bool) * (nlinks + 2));
	ListCell *lc;

	for (int i = 0; i < nlinks; i++)
		(void) rln_source_column(source, psprintf("p%d", i + 1),
								 ((RlnWriteLink *) list_nth(node->links, i))->many);
	if (node->discriminator != NULL)
		(void) rln_source_column(source, "d1", node->discriminator);
	rln_source_begin(source);
	foreach(lc, node->lists)
	{
		const RlnWriteList *list = lfirst(lc);
		RlnWriteRow row = {.parent = list->parent};
		bool is_there = true;

		if (only_cleared && !is_cleared(list))
			continue;
		for (int i = 0; i < nlinks; i++)
		{
			if (!rln_parent_value(node, &row, i, &values[i + 1], &nulls[i + 1]))
				is_there = false;
		}
		values[nlinks + 1] = node->discriminator_value;
		nulls[nlinks + 1] = false;
		if (is_there)
			rln_source_add(source, values, nulls, foreach_current_index(lc));
	}
	return source;
}

/* the kept columns */
static void
take_inserted(void *arg, int number, TupleTableSlot *slot)
{
	RlnWriteNode *node = arg;

	if (number < 0)
		elog(ERROR, "a row was returned that was not reached"); /* should not happen */
	if (node->kept != NIL)
		rln_row_keep(node, node->rows[number], slot->tts_values, slot->tts_isnull);
}

/* n, the kept columns */
static void
take_changed(void *arg, int number, TupleTableSlot *slot)
{
	RlnWriteNode *node = arg;
	RlnWriteRow *row = node->rows[DatumGetInt32(slot->tts_values[0])];

	row->is_returned = true;
	rln_row_keep(node, row, &slot->tts_values[1], &slot->tts_isnull[1]);
}

/* n */
static void
take_removed(void *arg, int number, TupleTableSlot *slot)
{
	RlnWriteNode *node = arg;

	node->rows[DatumGetInt32(slot->tts_values[0])]->is_returned = true;
}

/*
 * Rows that were there a moment ago and that the statement did not find: row
 * security hides them from a change, or somebody has deleted them, unless a
 * trigger has suppressed the change, which is its right.
 */
static void
ensure_done(const RlnWriteNode *node, RlnWriteRow **rows, int nrows)
{
	for (int i = 0; i < nrows; i++)
	{
		if (rows[i]->is_returned)
			continue;
		if (may_suppress(node->relid))
			return;
		if (check_enable_rls(node->relid, InvalidOid, true) == RLS_ENABLED)
		{
			if (rows[i]->path != NULL)
				rln_path_resume(rows[i]->path);
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("row security of \"%s\" does not let the item with the key %s be changed",
							rln_table_label(node->relid), rln_key_text(node, rows[i]->key))));
		}
		rows[i]->is_found = false;
		rln_refuse_missing(node, rows[i]);
	}
}

/* Has it row triggers or rules that may leave changes out? */
static bool
may_suppress(Oid relid)
{
	Relation rel = table_open(relid, AccessShareLock);
	TriggerDesc *triggers = rel->trigdesc;
	bool result = rel->rd_rules != NULL || rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE ||
		(triggers != NULL &&
		 (triggers->trig_update_before_row || triggers->trig_update_instead_row ||
		  triggers->trig_delete_before_row || triggers->trig_delete_instead_row));

	table_close(rel, NoLock);
	return result;
}
