/*
 * check.c
 *	  What is there already, before anything is written.
 *
 * Parents are looked up before members, since a member's key may hold what it
 * takes from its parent.  Then each row is known to be new or to exist, and all
 * keys that the payload mentions are known to be good.  A key may also be that
 * of a row that the same payload creates, wherever that stands; so keys which
 * were not found are judged last.
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/rls.h"

#include "base/sqltext.h"
#include "write/write.h"

/* a row by its key's text */
typedef struct SeenRow
{
	const char *key; /* hash key, must be first */
	uint32 hash;
	char status;
	RlnWriteRow *row;
} SeenRow;

#define SH_PREFIX seen
#define SH_ELEMENT_TYPE SeenRow
#define SH_KEY_TYPE const char *
#define SH_KEY key
#define SH_HASH_KEY(tb, key) hash_bytes((const unsigned char *) key, strlen(key))
#define SH_EQUAL(tb, a, b) (strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, a) (a)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct CheckState
{
	RlnWriteNode *root;
	List *missing; /* RlnWriteNode *: references some of whose rows were not found */
} CheckState;

typedef struct LookupState
{
	RlnWriteNode *node;
	seen_hash *seen; /* stored keys, as they are found */
} LookupState;

static void check_node(CheckState *state, RlnWriteNode *node);
static void find_keys(RlnWriteNode *node);
static Datum *compose_key(const RlnWriteNode *node, RlnWriteRow *row);
static bool take_from_parent(const RlnWriteNode *node, const RlnWriteRow *row,
							 const RlnWriteColumn *column, Datum *value);
static bool is_trusted(const RlnWriteNode *node);
static void look_up(RlnWriteNode *node);
static RlnSource *make_lookup_source(RlnWriteNode *node);
static void add_lookup_rows(RlnWriteNode *node, RlnSource *source);
static void take_found(void *arg, int row, TupleTableSlot *slot);
static void decide(RlnWriteNode *node);
static void merge(RlnWriteNode *node, RlnWriteRow *row, RlnWriteRow *first);
static bool may_be_repeated(const RlnWriteNode *node, const RlnWriteRow *row,
							const RlnWriteRow *first);
static void settle_existing(RlnWriteNode *node, RlnWriteRow *row);
static void ensure_all_assignable(const RlnWriteRow *row);
static void ensure_assignable(const RlnWriteRow *row, const RlnWriteValue *value);
static void judge_missing(CheckState *state, RlnWriteNode *node);
static void collect_created(RlnWriteNode *node, const RlnWriteNode *model, seen_hash *created);
static const char *distinct_text(const List *columns, const Datum *key);


/* Decides what each row is; errors where a key is not good. */
void
rln_write_check(RlnWriteNode *root)
{
	CheckState state = {root};
	ListCell *lc;

	check_node(&state, root);
	foreach(lc, state.missing)
		judge_missing(&state, lfirst(lc));
}

static void
check_node(CheckState *state, RlnWriteNode *node)
{
	ListCell *lc;

	check_stack_depth();
	if (!is_trusted(node))
	{
		find_keys(node);
		look_up(node);
		if (node->is_reference)
			state->missing = lappend(state->missing, node);
		else
			decide(node);
	}
	foreach(lc, node->targets)
		check_node(state, lfirst(lc));
	rln_lock_parents(node);
	foreach(lc, node->members)
		check_node(state, lfirst(lc));
}

/*
 * Does a foreign key look after references that the caller himself could not
 * look up?  PostgreSQL lets him refer to rows that he may not read.
 */
static bool
is_trusted(const RlnWriteNode *node)
{
	ListCell *lc;

	if (!node->is_reference || !node->edge->is_enforced)
		return false;
	if (check_enable_rls(node->relid, InvalidOid, true) == RLS_ENABLED)
		return true;
	foreach(lc, node->key)
	{
		if (!rln_column_is_readable(node->relid, ((RlnWriteColumn *) lfirst(lc))->name))
			return true;
	}
	return false;
}

/* Objects have their keys among their values, or from their parents. */
static void
find_keys(RlnWriteNode *node)
{
	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];

		CHECK_FOR_INTERRUPTS();
		if (row->action != RLN_ROW_UNKNOWN || row->key != NULL)
			continue;
		row->key = compose_key(node, row);
		if (row->key == NULL && row->must_exist)
		{
			rln_path_resume(row->path);
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the key of an item of \"%s\" is missing here",
							rln_table_label(node->relid))));
		}
	}
}

/* NULL where a part is missing. */
static Datum *
compose_key(const RlnWriteNode *node, RlnWriteRow *row)
{
	Datum *key;
	ListCell *lc;

	if (node->key == NIL)
		return NULL;
	key = palloc(sizeof(Datum) * list_length(node->key));
	foreach(lc, node->key)
	{
		RlnWriteColumn *column = lfirst(lc);
		RlnWriteValue *given = rln_row_find(row, column);
		Datum *part = &key[foreach_current_index(lc)];

		if (given != NULL && !given->isnull)
			*part = given->value;
		else if (given != NULL || !take_from_parent(node, row, column, part))
			return NULL;
	}
	return key;
}

static bool
take_from_parent(const RlnWriteNode *node, const RlnWriteRow *row, const RlnWriteColumn *column,
				 Datum *value)
{
	ListCell *lc;
	bool isnull;

	if (node->role != RLN_WRITE_MEMBER)
		return false;
	foreach(lc, node->links)
	{
		RlnWriteLink *link = lfirst(lc);

		if (link->many == column)
			return rln_parent_value(node, row, foreach_current_index(lc), value, &isnull) &&
				!isnull;
	}
	if (column != node->discriminator)
		return false;
	*value = node->discriminator_value;
	return true;
}

/* One statement for all rows that have a key, whatever they are to be. */
static void
look_up(RlnWriteNode *node)
{
	LookupState state = {node};
	RlnSource *source = NULL;

	for (int i = 0; i < node->nrows && source == NULL; i++)
	{
		if (node->rows[i]->key != NULL && node->rows[i]->action != RLN_ROW_CREATE)
			source = make_lookup_source(node);
	}
	if (source == NULL)
		return;
	add_lookup_rows(node, source);
	state.seen = seen_create(CurrentMemoryContext, Max(node->nrows, 16), NULL);
	rln_source_run(node, NULL, rln_sql_lookup(node), list_make1(source), take_found, &state);
}

/* n, k1, ..., and for a list p1, ..., d1, c1 (the place) */
static RlnSource *
make_lookup_source(RlnWriteNode *node)
{
	RlnSource *source = rln_source_make("given");
	ListCell *lc;

	foreach(lc, node->key)
		(void) rln_source_column(source, psprintf("k%d", foreach_current_index(lc) + 1),
								 lfirst(lc));
	if (node->role == RLN_WRITE_MEMBER)
	{
		foreach(lc, node->links)
			(void) rln_source_column(source, psprintf("p%d", foreach_current_index(lc) + 1),
									 ((RlnWriteLink *) lfirst(lc))->many);
		if (node->discriminator != NULL)
			(void) rln_source_column(source, "d1", node->discriminator);
		if (node->sort != NULL)
			(void) rln_source_column(source, "c1", node->sort);
	}
	rln_source_begin(source);
	return source;
}

static void
add_lookup_rows(RlnWriteNode *node, RlnSource *source)
{
	int width = rln_source_width(source);
	Datum *values = palloc(sizeof(Datum) * width);
	bool *nulls = palloc(sizeof(bool) * width);
	int nkeys = list_length(node->key);
	int nlinks = node->role == RLN_WRITE_MEMBER ? list_length(node->links) : 0;

	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];
		int at = 1;

		if (row->key == NULL || row->action == RLN_ROW_CREATE)
			continue;
		memset(nulls, true, sizeof(bool) * width);
		for (int j = 0; j < nkeys; j++, at++)
		{
			values[at] = row->key[j];
			nulls[at] = false;
		}
		for (int j = 0; j < nlinks; j++, at++)
		{
			bool isnull;

			nulls[at] = !rln_parent_value(node, row, j, &values[at], &isnull) || isnull;
		}
		if (nlinks > 0 && node->discriminator != NULL)
		{
			values[at] = node->discriminator_value;
			nulls[at++] = false;
		}
		if (nlinks > 0 && node->sort != NULL && row->position > 0)
		{
			values[at] = rln_place_value(node, row->position);
			nulls[at] = false;
		}
		rln_source_add(source, values, nulls, i);
	}
}

/* n, the kept columns, the key, and of a list: is it there, and at its place? */
static void
take_found(void *arg, int number, TupleTableSlot *slot)
{
	LookupState *state = arg;
	RlnWriteNode *node = state->node;
	RlnWriteRow *row = node->rows[DatumGetInt32(slot->tts_values[0])];
	int nkept = list_length(node->kept);
	int nkeys = list_length(node->key);
	const Datum *facts = &slot->tts_values[1 + nkept + nkeys];
	const bool *unknown = &slot->tts_isnull[1 + nkept + nkeys];
	SeenRow *seen;
	bool found;

	rln_row_keep(node, row, &slot->tts_values[1], &slot->tts_isnull[1]);
	row->is_found = true;
	if (rln_key_is_pair(node))
	{
		/* as it is stored, whichever end it was given from */
		for (int i = 0; i < nkeys; i++)
		{
			RlnWriteColumn *column = list_nth(node->key, i);

			row->key[i] =
				datumCopy(slot->tts_values[1 + nkept + i], column->by_value, column->length);
		}
	}
	if (node->role == RLN_WRITE_MEMBER)
	{
		row->belongs = !unknown[0] && DatumGetBool(facts[0]);
		row->is_placed = row->belongs && !unknown[1] && DatumGetBool(facts[1]);
	}
	if (node->is_reference)
		return;
	seen = seen_insert(state->seen, distinct_text(node->key, &slot->tts_values[1 + nkept]),
					   &found);
	if (found)
		row->same = seen->row;
	else
		seen->row = row;
}

/* A row is new, or exists, or is one that the payload has named before. */
static void
decide(RlnWriteNode *node)
{
	seen_hash *fresh = seen_create(CurrentMemoryContext, 16, NULL);

	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];
		bool found = false;
		SeenRow *seen = NULL;

		CHECK_FOR_INTERRUPTS();
		if (!row->is_found && row->must_exist)
			rln_refuse_missing(node, row);
		if (row->must_belong && !row->belongs)
			rln_refuse_missing(node, row);
		if (!row->is_found && row->key != NULL && row->action == RLN_ROW_UNKNOWN)
		{
			seen = seen_insert(fresh, distinct_text(node->key, row->key), &found);
			if (found)
				row->same = seen->row;
			else
				seen->row = row;
		}
		if (row->same != NULL)
			merge(node, row, row->same);
		else if (row->is_found)
			settle_existing(node, row);
		else
		{
			row->action = RLN_ROW_CREATE;
			ensure_all_assignable(row);
		}
	}
}

/*
 * A second mention of a row.  Targets that several rows have, with the lists of
 * those, are the rule where what was read is written again, and so are pairs that
 * are seen from both ends; the last mention counts, column by column.
 */
static void
merge(RlnWriteNode *node, RlnWriteRow *row, RlnWriteRow *first)
{
	if (row->action == RLN_ROW_REMOVE && first->action == RLN_ROW_REMOVE)
	{
		row->action = RLN_ROW_SAME;
		return;
	}
	if (!may_be_repeated(node, row, first))
	{
		if (row->path != NULL)
			rln_path_resume(row->path);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the item of \"%s\" with the key %s is given twice",
						rln_table_label(node->relid), rln_key_text(node, row->key))));
	}
	if (row->is_found)
		settle_existing(node, row);
	for (int i = 0; i < row->nvalues; i++)
	{
		RlnWriteValue *value = &row->values[i];

		/* from the other end of a pair its columns look exchanged */
		if (rln_pair_partner(node, value->column) == NULL)
			rln_row_set(first, value->column, value->value, value->isnull);
	}
	row->action = RLN_ROW_SAME;
}

/* Members are on one list each, though it may be mentioned twice. */
static bool
may_be_repeated(const RlnWriteNode *node, const RlnWriteRow *row, const RlnWriteRow *first)
{
	if (node->role == RLN_WRITE_TARGET)
		return true;
	if (node->role != RLN_WRITE_MEMBER || !row->list->is_whole || !first->list->is_whole ||
		row->list == first->list)
		return false;
	return node->partners != NIL || rln_row_meant(row->parent) == rln_row_meant(first->parent);
}

/* Its key finds the row and does not change, unless it is the root's. */
static void
settle_existing(RlnWriteNode *node, RlnWriteRow *row)
{
	int kept = 0;

	if (row->action == RLN_ROW_UNKNOWN)
		row->action = RLN_ROW_EXISTS;
	for (int i = 0; i < row->nvalues; i++)
	{
		RlnWriteValue *value = &row->values[i];
		bool is_key = false;
		ListCell *lc;

		foreach(lc, node->key)
		{
			if (lfirst(lc) != value->column)
				continue;
			is_key = node->role != RLN_WRITE_ROOT ||
				(!value->isnull &&
				 strcmp(rln_column_text(value->column, value->value),
						rln_column_text(value->column, row->key[foreach_current_index(lc)])) == 0);
		}
		if (!is_key)
			row->values[kept++] = *value;
	}
	row->nvalues = kept;
	ensure_all_assignable(row);
}

static void
ensure_all_assignable(const RlnWriteRow *row)
{
	for (int i = 0; i < row->nvalues; i++)
		ensure_assignable(row, &row->values[i]);
}

/* 428C9 for a column that is GENERATED ALWAYS AS IDENTITY. */
static void
ensure_assignable(const RlnWriteRow *row, const RlnWriteValue *value)
{
	RlnPath step;

	if (value->column->identity != ATTRIBUTE_IDENTITY_ALWAYS)
		return;
	if (row->path != NULL)
		rln_path_resume(row->path);
	rln_path_enter_key(&step, value->column->name);
	ereport(ERROR,
			(errcode(ERRCODE_GENERATED_ALWAYS),
			 errmsg("column \"%s\" is an identity column defined as GENERATED ALWAYS: it takes no value",
					value->column->name),
			 errhint("Leave the column out; the database gives the value.")));
}

/* P0002 at the root, as nothing was found; below it 23503, as a relation breaks. */
void
rln_refuse_missing(const RlnWriteNode *node, const RlnWriteRow *row)
{
	if (row->path != NULL)
		rln_path_resume(row->path);
	if (row->is_found)
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("the item of \"%s\" with the key %s is not on this list",
						rln_table_label(node->relid), rln_key_text(node, row->key))));
	ereport(ERROR,
			(errcode(node->role == RLN_WRITE_ROOT ? ERRCODE_NO_DATA_FOUND
												  : ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("there is no item of \"%s\" with the key %s", rln_table_label(node->relid),
					rln_key_text(node, row->key))));
}

/* References that were not found must be to rows that the payload creates. */
static void
judge_missing(CheckState *state, RlnWriteNode *node)
{
	seen_hash *created = NULL;

	for (int i = 0; i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];

		CHECK_FOR_INTERRUPTS();
		if (row->is_found)
			continue;
		if (created == NULL)
		{
			created = seen_create(CurrentMemoryContext, 64, NULL);
			collect_created(state->root, node, created);
		}
		if (seen_lookup(created, distinct_text(node->key, row->key)) == NULL)
			rln_refuse_missing(node, row);
	}
}

/* The keys of new rows of the model's collection, by the model's key. */
static void
collect_created(RlnWriteNode *node, const RlnWriteNode *model, seen_hash *created)
{
	ListCell *lc;

	check_stack_depth();
	for (int i = 0; node->relid == model->relid && i < node->nrows; i++)
	{
		RlnWriteRow *row = node->rows[i];
		Datum key[INDEX_MAX_KEYS];
		bool is_complete = row->action == RLN_ROW_CREATE;
		bool found;

		foreach(lc, model->key)
		{
			RlnWriteColumn *column = rln_node_column(node, ((RlnWriteColumn *) lfirst(lc))->name);
			RlnWriteValue *value = rln_row_find(row, column);

			if (value == NULL || value->isnull)
				is_complete = false;
			else
				key[foreach_current_index(lc)] = value->value;
		}
		if (is_complete)
			(void) seen_insert(created, distinct_text(model->key, key), &found);
	}
	foreach(lc, node->targets)
		collect_created(lfirst(lc), model, created);
	foreach(lc, node->members)
		collect_created(lfirst(lc), model, created);
}

/* A text that no other key has; palloc'd. */
static const char *
distinct_text(const List *columns, const Datum *key)
{
	StringInfoData buf;
	ListCell *lc;

	if (list_length(columns) == 1)
		return rln_column_text(linitial(columns), key[0]);
	initStringInfo(&buf);
	foreach(lc, columns)
	{
		char *text = rln_column_text(lfirst(lc), key[foreach_current_index(lc)]);

		appendStringInfo(&buf, "%zu'%s", strlen(text), text);
	}
	return buf.data;
}
