/*
 * link.c
 *	  What rows take from each other: the columns of relations.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "base/textform.h"
#include "write/write.h"

static Datum convert(const RlnWriteLink *link, Datum value);
static void settle_pair(const RlnWriteNode *node, RlnWriteRow *row);
static void ensure_same(const RlnWriteNode *node, RlnWriteRow *row, int number);
static void set_own(RlnWriteRow *row, RlnWriteColumn *column, Datum value);
static void set_link(RlnWriteRow *row, RlnWriteColumn *column, Datum value);
RLN_NORETURN static void refuse_suppressed(const RlnWriteNode *node, const RlnWriteRow *row);


/* The row refers to what has the key, which may be a part of its own. */
void
rln_link_reference(RlnWriteRow *row, const RlnWriteNode *references, const Datum *key)
{
	ListCell *lc;

	foreach(lc, references->links)
	{
		RlnWriteLink *link = lfirst(lc);

		set_link(row, link->many, convert(link, key[foreach_current_index(lc)]));
	}
}

/* Rows of the node refer to the targets that stand in their fields. */
void
rln_link_targets(RlnWriteNode *node, const RlnWriteNode *targets)
{
	for (int i = 0; i < targets->nrows; i++)
	{
		RlnWriteRow *target = targets->rows[i];
		RlnWriteRow *meant = rln_row_meant(target);
		RlnWriteRow *row = rln_row_meant(target->parent);
		ListCell *lc;

		CHECK_FOR_INTERRUPTS();
		if (meant->kept == NULL)
			refuse_suppressed(targets, target);
		rln_path_resume(target->path);
		foreach(lc, targets->links)
		{
			RlnWriteLink *link = lfirst(lc);

			if (meant->kept_nulls[link->one])
				ereport(ERROR,
						(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
						 errmsg("column \"%s\" of \"%s\" is null: nothing can refer to the item",
								link->type->name, rln_table_label(targets->relid))));
			set_link(row, link->many, convert(link, meant->kept[link->one]));
		}
		rln_path_leave(target->path);
	}
}

/* Members of lists refer to their parents, and stand at their places. */
void
rln_link_members(RlnWriteNode *node)
{
	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];
		int nlinks = list_length(node->links);

		CHECK_FOR_INTERRUPTS();
		if (row->action == RLN_ROW_REMOVE || row->action == RLN_ROW_SAME)
			continue;
		rln_path_resume(row->path);
		if (node->partners != NIL && row->action == RLN_ROW_EXISTS)
			settle_pair(node, row);
		for (int j = 0; j < nlinks; j++)
		{
			RlnWriteLink *link = list_nth(node->links, j);
			Datum value;
			bool isnull;

			if (!rln_parent_value(node, row, j, &value, &isnull))
				refuse_suppressed(node->parent, row->parent);
			if (isnull)
				ereport(ERROR,
						(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
						 errmsg("column \"%s\" of \"%s\" is null: nothing can refer to the item",
								link->type->name, rln_table_label(node->parent->relid))));
			set_own(row, link->many, value);
		}
		if (node->discriminator != NULL)
			set_own(row, node->discriminator, node->discriminator_value);
		if (node->sort != NULL && row->position > 0 &&
			(!row->belongs || !row->is_placed || rln_row_find(row, node->sort) != NULL))
			rln_row_set(row, node->sort, rln_place_value(node, row->position), false);
		rln_path_leave(row->path);
	}
}

/*
 * A pair of a symmetric list that exists may hold its parent at either end.  If
 * it gets another partner both ends are written, and a trigger puts them in
 * order; else neither is.
 */
static void
settle_pair(const RlnWriteNode *node, RlnWriteRow *row)
{
	int given = 0;
	ListCell *lc;

	foreach(lc, node->partners)
	{
		if (rln_row_find(row, lfirst(lc)) != NULL)
			given++;
	}
	if (given == list_length(node->partners))
		row->belongs = row->is_placed = false;
	else if (given > 0 || !row->belongs)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the other end of a pair of \"%s\" is needed here",
						rln_table_label(node->relid))));
	else
	{
		foreach(lc, node->links)
			ensure_same(node, row, foreach_current_index(lc));
		foreach(lc, node->links)
			rln_row_drop(row, ((RlnWriteLink *) lfirst(lc))->many);
	}
}

/* 22023 where the row says that it is on the list of another parent. */
static void
ensure_same(const RlnWriteNode *node, RlnWriteRow *row, int number)
{
	const RlnWriteLink *link = list_nth(node->links, number);
	Datum value;
	bool isnull;

	if (rln_row_find(row, link->many) != NULL &&
		rln_parent_value(node, row, number, &value, &isnull))
		set_link(row, link->many, value);
}

/* What a member of a list takes from its parent, as its own column's type; false without one. */
bool
rln_parent_value(const RlnWriteNode *node, const RlnWriteRow *row, int number, Datum *value,
				 bool *isnull)
{
	const RlnWriteLink *link = list_nth(node->links, number);
	const RlnWriteRow *parent = rln_row_meant(row->parent);

	if (parent->kept == NULL)
		return false;
	*isnull = parent->kept_nulls[link->one];
	if (!*isnull)
		*value = convert(link, parent->kept[link->one]);
	return true;
}

/*
 * The value as the referring column's type: most often another width, or the
 * text of an item, in a form that any session reads.
 */
static Datum
convert(const RlnWriteLink *link, Datum value)
{
	Oid from = link->type->type;
	Oid to = link->many->type;
	Oid input;
	Oid param;
	Datum result;
	int level;
	char *text;

	if (from == to || (getBaseType(from) == to && link->many->typmod < 0))
		return value;
	level = rln_settings_fix();
	text = rln_column_text(link->type, value);
	getTypeInputInfo(to, &input, &param);
	result = OidInputFunctionCall(input, text, param, link->many->typmod);
	rln_settings_restore(level);
	return result;
}

/* A row that is on the list already has the value, but may say another. */
static void
set_own(RlnWriteRow *row, RlnWriteColumn *column, Datum value)
{
	if (!row->belongs || rln_row_find(row, column) != NULL)
		set_link(row, column, value);
}

/* 22023 where the row says something else itself. */
static void
set_link(RlnWriteRow *row, RlnWriteColumn *column, Datum value)
{
	RlnWriteValue *given = rln_row_find(row, column);

	if (given != NULL &&
		(given->isnull ||
		 strcmp(rln_column_text(column, given->value), rln_column_text(column, value)) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"%s\" is given another value than the item that it refers to has",
						column->name),
				 errhint("Leave the column out.")));
	if (given == NULL)
		rln_row_set(row, column, value, false);
}

/* A place on a list, from 1, as the sort column holds it. */
Datum
rln_place_value(const RlnWriteNode *node, int place)
{
	char *text = psprintf("%d", place);
	JsonbValue json;
	bool isnull;

	rln_json_set_text(&json, text, strlen(text));
	return rln_json_read(node->sort->input, &json, &isnull);
}

/* 09000: others refer to the row, which a trigger (or rule) has not let through. */
static void
refuse_suppressed(const RlnWriteNode *node, const RlnWriteRow *row)
{
	if (row->path != NULL)
		rln_path_resume(row->path);
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 errmsg("an item of \"%s\" was not written, but others refer to it",
					rln_table_label(node->relid)),
			 errdetail("A trigger or rule of the table has suppressed it.")));
}
