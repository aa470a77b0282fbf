/*
 * write.c
 *	  The texts of rows put together.
 *
 * A row's text was written when the row came; what was missing then, the rows
 * that belong to it, goes into its holes.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "run/run.h"

static void write_hole(StringInfo out, const RlnFetch *fetch, const RlnHole *hole);


/* The root's rows, separated by commas. */
void
rln_write_root(RlnRun *run, StringInfo out)
{
	for (const RlnRow *row = run->first; row != NULL; row = row->next)
	{
		rln_write_row(out, run->plan->root, row);
		if (row->next != NULL)
			rln_json_append_char(out, ',');
	}
}

void
rln_write_row(StringInfo out, const RlnFetch *fetch, const RlnRow *row)
{
	const RlnHole *holes = rln_row_holes(row);
	const char *text = rln_row_text(fetch, row);
	uint32 at = 0;

	for (int i = 0; i < fetch->nholes; i++)
	{
		if (holes[i].child < 0)
			continue;
		rln_json_append(out, text + at, holes[i].offset - at);
		write_hole(out, fetch, &holes[i]);
		at = holes[i].offset;
	}
	rln_json_append(out, text + at, row->length - at);
}

static void
write_hole(StringInfo out, const RlnFetch *fetch, const RlnHole *hole)
{
	CHECK_FOR_INTERRUPTS();
	rln_write_list(out, fetch->children[hole->child], hole->entry);
}

/* All rows of a parent, or the one; entry is NULL where its key is null. */
void
rln_write_list(StringInfo out, const RlnFetch *fetch, const RlnKeyEntry *entry)
{
	check_stack_depth();
	if (fetch->to_one)
	{
		if (entry == NULL || entry->first == NULL)
			rln_json_append(out, "null", 4);
		else
			rln_write_row(out, fetch, entry->first);
		return;
	}
	rln_json_append_char(out, '[');
	for (const RlnRow *row = entry == NULL ? NULL : entry->first; row != NULL; row = row->next)
	{
		rln_write_row(out, fetch, row);
		if (row->next != NULL)
			rln_json_append_char(out, ',');
	}
	rln_json_append_char(out, ']');
}
