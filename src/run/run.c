/*
 * run.c
 *	  A request run: the layer's interface.
 *
 * A run has a context of its own below the caller's, which holds the pin on its
 * plan, the values bound and the rows; the result is in the caller's.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "run/run.h"

/* a result is expected to be as long as the last one, up to this */
#define MOST_TO_EXPECT (1024 * 1024)


/*
 * A run with its plan and its values bound.  SPI is connected until
 * rln_run_end(), and the run's context is current.
 */
RlnRun *
rln_run_begin(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "relations: run of a query", ALLOCSET_DEFAULT_SIZES);
	RlnRun *run = MemoryContextAllocZero(context, sizeof(RlnRun));
	RlnPlan *plan;

	run->context = context;
	run->outer = CurrentMemoryContext;
	rln_spi_connect();
	MemoryContextSwitchTo(context);
	plan = run->plan = rln_plan_lookup(relid, request, purpose);
	rln_arena_init(&run->arena,
				   AllocSetContextCreate(context, "relations: rows of a query", ALLOCSET_DEFAULT_SIZES));
	run->tables = palloc(sizeof(RlnKeyTable) * plan->nfetches);
	run->params = palloc(sizeof(ParamListInfo) * plan->nfetches);
	for (int i = 0; i < plan->nfetches; i++)
		run->params[i] = rln_bind(plan->fetches[i], request);
	rln_run_clear(run);
	return run;
}

/* Forgets all rows. */
void
rln_run_clear(RlnRun *run)
{
	rln_arena_reset(&run->arena);
	for (int i = 0; i < run->plan->nfetches; i++)
		rln_key_table_init(&run->tables[i], run->plan->fetches[i], &run->arena);
	run->first = run->last = NULL;
	run->nrows = 0;
	run->length = 0;
}

void
rln_run_end(RlnRun *run)
{
	rln_run_pause(run);
	MemoryContextDelete(run->context);
}

/* Between calls of a function that returns a set: as before rln_run_begin(). */
void
rln_run_pause(RlnRun *run)
{
	rln_spi_finish();
	MemoryContextSwitchTo(run->outer);
}

void
rln_run_resume(RlnRun *run)
{
	run->outer = CurrentMemoryContext;
	rln_spi_connect();
	MemoryContextSwitchTo(run->context);
}

/* Appends all items, as a JSON array. */
void
rln_append_items(StringInfo out, Oid relid, const RlnRequest *request)
{
	int start = out->len;
	RlnRun *run;

	rln_json_append_char(out, '[');
	run = rln_run_begin(relid, request, RLN_FOR_ITEMS);
	rln_json_reserve(out, Min(run->plan->length, MOST_TO_EXPECT));
	if (run->plan->root->nholes == 0)
		run->direct = out;
	rln_fetch_execute(run, run->plan->root);
	rln_fetch_children(run, run->plan->root);
	rln_write_root(run, out);
	run->plan->length = out->len - start;
	rln_run_end(run);
	rln_json_append_char(out, ']');
}

/* Appends one item, or nothing: then it is false. */
bool
rln_append_item(StringInfo out, Oid relid, const RlnRequest *request)
{
	RlnRun *run = rln_run_begin(relid, request, RLN_FOR_ITEM);
	bool found;

	rln_fetch_execute(run, run->plan->root);
	rln_fetch_children(run, run->plan->root);
	found = run->first != NULL;
	if (found)
		rln_write_row(out, run->plan->root, run->first);
	rln_run_end(run);
	return found;
}

/* All items, as a JSON array; in the current context, as all that follow. */
text *
rln_run_items(Oid relid, const RlnRequest *request)
{
	StringInfoData out;

	rln_text_begin(&out);
	rln_append_items(&out, relid, request);
	return rln_text_end(&out);
}

/* One item, or NULL. */
text *
rln_run_item(Oid relid, const RlnRequest *request)
{
	StringInfoData out;

	rln_text_begin(&out);
	return rln_append_item(&out, relid, request) ? rln_text_end(&out) : NULL;
}

/* The errors that rln_run_keys() would raise for the request, whatever the keys. */
void
rln_run_check_keys(Oid relid, const RlnRequest *request)
{
	rln_run_end(rln_run_begin(relid, request, RLN_FOR_KEYS));
}

/*
 * The items that have the keys (List of Datum *, an array for each, of the key's
 * columns), in that order unless the query sorts them, as a JSON array.  Keys
 * without a visible row are left out.  With "one" it is the first item, or NULL.
 */
text *
rln_run_keys(Oid relid, const RlnRequest *request, const List *keys, bool one)
{
	StringInfoData out;
	RlnRun *run;
	RlnFetch *root;
	bool found;
	ListCell *lc;

	rln_text_begin(&out);
	if (!one)
		rln_json_append_char(&out, '[');
	run = rln_run_begin(relid, request, RLN_FOR_KEYS);
	root = run->plan->root;
	foreach(lc, keys)
		(void) rln_key_enter(&run->tables[root->number], lfirst(lc));
	rln_fetch_run(run, root);
	rln_sort_root(run);
	found = run->first != NULL;
	if (!one)
		rln_write_root(run, &out);
	else if (found)
		rln_write_row(&out, root, run->first);
	rln_run_end(run);
	if (!one)
		rln_json_append_char(&out, ']');
	return one && !found ? NULL : rln_text_end(&out);
}

/* The value of the one field that is asked for of the request's row, or NULL for null. */
text *
rln_run_row(Oid relid, const RlnRequest *request)
{
	StringInfoData out;
	RlnRun *run;
	bool is_null;

	rln_text_begin(&out);
	run = rln_run_begin(relid, request, RLN_FOR_ROW);
	rln_fetch_execute(run, run->plan->root);
	rln_fetch_children(run, run->plan->root);
	rln_write_root(run, &out);
	rln_run_end(run);
	is_null = out.len == VARHDRSZ + 4 && memcmp(out.data + VARHDRSZ, "null", 4) == 0;
	return is_null ? NULL : rln_text_end(&out);
}

/* The number of items: the one row's text is it. */
int64
rln_run_count(Oid relid, const RlnRequest *request)
{
	StringInfoData out;
	RlnRun *run;

	initStringInfo(&out);
	run = rln_run_begin(relid, request, RLN_FOR_COUNT);
	rln_fetch_execute(run, run->plan->root);
	rln_write_root(run, &out);
	rln_run_end(run);
	rln_json_append_char(&out, '\0');
	return strtoll(out.data, NULL, 10);
}

/* A text that is written in place: its header comes when its length is known. */
void
rln_text_begin(StringInfo out)
{
	initStringInfo(out);
	out->len = VARHDRSZ;
}

text *
rln_text_end(StringInfo out)
{
	SET_VARSIZE(out->data, out->len);
	return (text *) out->data;
}
