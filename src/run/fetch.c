/*
 * fetch.c
 *	  Statements run, rows taken in.
 *
 * Rows go from the executor straight into text: no row is kept as a row.  What
 * is taken of it is its text, its key (to find its parents), its sort columns,
 * and for each child the entry in that child's table of keys.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/spi.h"
#include "run/run.h"

/* with fewer keys, look-ups are cheap enough whatever the table */
#define LEAST_KEYS_TO_SCAN 500
#define LEAST_KEYS_OF_RANGE 20

typedef struct Receiver
{
	DestReceiver pub; /* must be first */
	RlnRun *run;
	const RlnFetch *fetch;
	RlnKeyTable *table;	 /* of the fetch; NULL: the root */
	StringInfoData text; /* of the row that is being written */
	RlnHole *holes;		 /* of that row */
	SortSupport sort;
	RlnRow *probe;		   /* sort columns of a row that is not there yet */
	MemoryContext scratch; /* for what output functions leave */
} Receiver;

static void execute_keys(RlnRun *run, RlnFetch *fetch);
static bool execute_range(RlnRun *run, RlnFetch *fetch);
static SPIPlanPtr prepare(RlnVariant *variant, int nargs, Oid *types);
static void execute(RlnRun *run, RlnFetch *fetch, SPIPlanPtr statement, ParamListInfo params);
static bool wants_scan(const RlnFetch *fetch, uint32 nkeys);
static void skip_rows(const RlnFetch *fetch, RlnKeyTable *table);
static void begin(DestReceiver *self, int operation, TupleDesc desc);
static bool receive(TupleTableSlot *slot, DestReceiver *self);
static void end(DestReceiver *self);
static void destroy(DestReceiver *self);
static RlnKeyEntry *find_parents(Receiver *receiver, const TupleTableSlot *slot);
static bool is_full(const Receiver *receiver, const RlnKeyEntry *entry);
static bool is_behind(Receiver *receiver, const RlnKeyEntry *entry, const TupleTableSlot *slot);
static void insert_row(Receiver *receiver, RlnKeyEntry *entry, RlnRow *row);
static void add_row(Receiver *receiver, RlnKeyEntry *entry, RlnRow *row);
static RlnRow *make_row(Receiver *receiver, const TupleTableSlot *slot);
static void count_text(RlnRun *run, StringInfo text);
static void copy_sort_columns(const Receiver *receiver, RlnRow *row, const TupleTableSlot *slot);
static void write_pieces(Receiver *receiver, StringInfo out, const TupleTableSlot *slot);
static inline void copy_label(StringInfo out, const char *label, int length);
static void write_string(StringInfo out, RlnJsonType *type, Datum value);
static void write_key(StringInfo out, const RlnPiece *piece, const TupleTableSlot *slot);
static RlnHole make_hole(Receiver *receiver, int child, uint32 offset, const TupleTableSlot *slot);
static int find_child(const RlnFetch *fetch, const RlnPiece *piece, const TupleTableSlot *slot);


/* Runs the statement of a child for the keys in its table, then those below it. */
void
rln_fetch_run(RlnRun *run, RlnFetch *fetch)
{
	RlnKeyTable *table = &run->tables[fetch->number];

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (table->nentries == 0)
		return;
	if (fetch->scan.sql != NULL && wants_scan(fetch, table->nentries))
		execute(run, fetch, prepare(&fetch->scan, 0, NULL), NULL);
	else if (fetch->range.sql == NULL || table->nentries < LEAST_KEYS_OF_RANGE ||
			 !execute_range(run, fetch))
		execute_keys(run, fetch);
	if (fetch->top == 0)
		rln_sort_rows(fetch, table);
	else if (fetch->skip > 0)
		skip_rows(fetch, table);
	rln_fetch_children(run, fetch);
}

/* For all keys, each as an element of an array. */
static void
execute_keys(RlnRun *run, RlnFetch *fetch)
{
	const RlnKeyTable *table = &run->tables[fetch->number];
	ParamListInfo params = run->params[fetch->number];

	for (int i = 0; i < fetch->nkeys; i++)
		params->params[i].value = rln_key_array(table, i);
	execute(run, fetch, fetch->statement, params);
	for (int i = 0; i < fetch->nkeys; i++)
		pfree(DatumGetPointer(params->params[i].value));
}

/*
 * The same if there is no gap between the keys, as in a page of parents: an
 * index is then descended once, not for each key.
 */
static bool
execute_range(RlnRun *run, RlnFetch *fetch)
{
	Oid types[2] = {fetch->keys[0].type, fetch->keys[0].type};
	ParamListInfo params;
	Datum bounds[2];

	if (!rln_key_range(&run->tables[fetch->number], &bounds[0], &bounds[1]))
		return false;
	params = makeParamList(2);
	for (int i = 0; i < 2; i++)
	{
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = types[i];
		params->params[i].isnull = false;
		params->params[i].value = bounds[i];
	}
	execute(run, fetch, prepare(&fetch->range, 2, types), params);
	return true;
}

/* Whatever would make it another statement has made another plan before. */
static SPIPlanPtr
prepare(RlnVariant *variant, int nargs, Oid *types)
{
	SPIPlanPtr statement;

	if (variant->statement == NULL)
	{
		statement = rln_spi_prepare(variant->sql, nargs, types, CURSOR_OPT_GENERIC_PLAN);
		rln_spi_keep(statement);
		variant->statement = statement;
	}
	return variant->statement;
}

/* Takes the first rows of each parent off. */
static void
skip_rows(const RlnFetch *fetch, RlnKeyTable *table)
{
	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
	{
		for (int64 i = 0; i < fetch->skip && entry->first != NULL; i++)
			entry->first = entry->first->next;
	}
}

/* After the rows of the fetch have come. */
void
rln_fetch_children(RlnRun *run, const RlnFetch *fetch)
{
	for (int i = 0; i < fetch->nchildren; i++)
		rln_fetch_run(run, fetch->children[i]);
}

/* Runs the root's statement. */
void
rln_fetch_execute(RlnRun *run, RlnFetch *fetch)
{
	execute(run, fetch, fetch->statement, run->params[fetch->number]);
}

static void
execute(RlnRun *run, RlnFetch *fetch, SPIPlanPtr statement, ParamListInfo params)
{
	DestReceiver *receiver = rln_fetch_receiver(run, fetch);

	rln_spi_execute(statement, params, receiver);
	receiver->rDestroy(receiver);
}

/*
 * Is reading the whole table cheaper than so many look-ups?  A look-up costs as
 * much as reading some twenty rows.
 */
static bool
wants_scan(const RlnFetch *fetch, uint32 nkeys)
{
	HeapTuple tuple;
	Form_pg_class form;
	double rows;
	double cost;

	if (nkeys < LEAST_KEYS_TO_SCAN)
		return false;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(fetch->relid));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	rows = form->reltuples;
	cost = rows + 4.0 * form->relpages;
	ReleaseSysCache(tuple);
	return rows > 0 && cost <= 16.0 * nkeys;
}

/* A receiver of the fetch's rows; in the current context. */
DestReceiver *
rln_fetch_receiver(RlnRun *run, const RlnFetch *fetch)
{
	Receiver *receiver = palloc0(sizeof(Receiver));

	receiver->pub.receiveSlot = receive;
	receiver->pub.rStartup = begin;
	receiver->pub.rShutdown = end;
	receiver->pub.rDestroy = destroy;
	receiver->pub.mydest = DestNone;
	receiver->run = run;
	receiver->fetch = fetch;
	receiver->table = fetch->nkeys > 0 ? &run->tables[fetch->number] : NULL;
	receiver->holes = palloc(sizeof(RlnHole) * Max(fetch->nholes, 1));
	receiver->sort = rln_sort_begin(fetch);
	receiver->probe = palloc0(fetch->text_offset);
	initStringInfo(&receiver->text);
	receiver->scratch = AllocSetContextCreate(CurrentMemoryContext, "relations: values of a row",
											  ALLOCSET_DEFAULT_SIZES);
	return &receiver->pub;
}

/* The columns are of the types that the pieces were made for. */
static void
begin(DestReceiver *self, int operation, TupleDesc desc)
{
	const RlnFetch *fetch = ((Receiver *) self)->fetch;

	if (desc->natts != fetch->ncolumns)
		elog(ERROR, "a statement of relations has %d columns instead of %d", desc->natts,
			 fetch->ncolumns); /* should not happen */
	for (int i = 0; i < desc->natts; i++)
	{
		/* the tables are locked, so that no ALTER TABLE comes between */
		if (TupleDescAttr(desc, i)->atttypid != fetch->column_types[i])
			elog(ERROR, "column %d of a statement of relations has type %u instead of %u", i + 1,
				 TupleDescAttr(desc, i)->atttypid, fetch->column_types[i]); /* should not happen */
	}
}

static bool
receive(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver *receiver = (Receiver *) self;
	RlnRun *run = receiver->run;
	MemoryContext before;

	slot_getallattrs(slot);
	before = MemoryContextSwitchTo(receiver->scratch);
	if (receiver->table != NULL)
	{
		RlnKeyEntry *entry = find_parents(receiver, slot);

		/* a scan of the whole table brings rows of nobody */
		if (entry != NULL && !(is_full(receiver, entry) && is_behind(receiver, entry, slot)))
			add_row(receiver, entry, make_row(receiver, slot));
	}
	else if (run->direct != NULL)
	{
		if (run->nrows++ > 0)
			rln_json_append_char(run->direct, ',');
		write_pieces(receiver, run->direct, slot);
	}
	else
	{
		RlnRow *row = make_row(receiver, slot);

		if (run->nrows++ == 0)
			run->first = row;
		else
			run->last->next = row;
		run->last = row;
	}
	MemoryContextSwitchTo(before);
	if (!receiver->scratch->isReset)
		MemoryContextReset(receiver->scratch);
	return true;
}

/* Behind the other rows of the parents. */
static void
add_row(Receiver *receiver, RlnKeyEntry *entry, RlnRow *row)
{
	if (receiver->fetch->top > 0)
	{
		insert_row(receiver, entry, row);
		return;
	}
	if (entry->nrows++ == 0)
		entry->first = row;
	else
	{
		entry->last->next = row;
		if (receiver->sort != NULL && !entry->is_unsorted &&
			rln_sort_compare(receiver->fetch, receiver->sort, entry->last, row) > 0)
			entry->is_unsorted = true;
	}
	entry->last = row;
}

/* Are the first rows that are wanted of the parents there? */
static bool
is_full(const Receiver *receiver, const RlnKeyEntry *entry)
{
	return receiver->fetch->top > 0 && entry->nrows >= receiver->fetch->top;
}

/* Would the row come behind all that are there? */
static bool
is_behind(Receiver *receiver, const RlnKeyEntry *entry, const TupleTableSlot *slot)
{
	const RlnFetch *fetch = receiver->fetch;
	RlnRow *probe = receiver->probe;
	Datum *values = (Datum *) ((char *) probe + fetch->sort_offset);

	probe->nulls = 0;
	for (int i = 0; i < fetch->nsort; i++)
	{
		values[i] = slot->tts_values[fetch->sort[i].column];
		if (slot->tts_isnull[fetch->sort[i].column])
			probe->nulls |= (uint32) 1 << i;
	}
	return rln_sort_compare(fetch, receiver->sort, entry->last, probe) <= 0;
}

/* At its place among the first rows; what is one too many goes. */
static void
insert_row(Receiver *receiver, RlnKeyEntry *entry, RlnRow *row)
{
	const RlnFetch *fetch = receiver->fetch;
	RlnRow **place = &entry->first;

	if (entry->last != NULL && rln_sort_compare(fetch, receiver->sort, entry->last, row) <= 0)
		place = &entry->last->next;
	else
	{
		while (*place != NULL && rln_sort_compare(fetch, receiver->sort, *place, row) <= 0)
			place = &(*place)->next;
	}
	row->next = *place;
	*place = row;
	if (row->next == NULL)
		entry->last = row;
	if (++entry->nrows <= fetch->top)
		return;
	entry->nrows--;
	for (row = entry->first; row->next != entry->last; row = row->next)
		;
	row->next = NULL;
	entry->last = row;
}

static void
end(DestReceiver *self)
{
}

static void
destroy(DestReceiver *self)
{
	Receiver *receiver = (Receiver *) self;

	MemoryContextDelete(receiver->scratch);
	pfree(receiver->text.data);
	pfree(receiver);
}

/* The entry of the parents that the row belongs to; NULL where its key is null. */
static RlnKeyEntry *
find_parents(Receiver *receiver, const TupleTableSlot *slot)
{
	for (int i = 0; i < receiver->fetch->nkeys; i++)
	{
		if (slot->tts_isnull[i])
			return NULL;
	}
	return rln_key_find(receiver->table, slot->tts_values);
}

static RlnRow *
make_row(Receiver *receiver, const TupleTableSlot *slot)
{
	const RlnFetch *fetch = receiver->fetch;
	StringInfo text = &receiver->text;
	RlnRow *row;

	text->len = 0;
	write_pieces(receiver, text, slot);
	if (fetch->top == 0)
		count_text(receiver->run, text);
	row = rln_arena_alloc(&receiver->run->arena, fetch->text_offset + text->len);
	row->next = NULL;
	row->length = text->len;
	row->nulls = 0;
	if (fetch->nholes > 0)
		memcpy(row + 1, receiver->holes, sizeof(RlnHole) * fetch->nholes);
	if (fetch->nsort > 0)
		copy_sort_columns(receiver, row, slot);
	memcpy((char *) row + fetch->text_offset, text->data, text->len);
	return row;
}

/* 54000 as soon as the rows, all of which are in the result, are too much for it. */
static void
count_text(RlnRun *run, StringInfo text)
{
	run->length += text->len;
	if (run->length >= MaxAllocSize)
		rln_json_enlarge(text, MaxAllocSize);
}

static void
copy_sort_columns(const Receiver *receiver, RlnRow *row, const TupleTableSlot *slot)
{
	const RlnFetch *fetch = receiver->fetch;
	Datum *values = (Datum *) ((char *) row + fetch->sort_offset);

	for (int i = 0; i < fetch->nsort; i++)
	{
		const RlnSortColumn *column = &fetch->sort[i];

		values[i] = slot->tts_values[column->column];
		if (slot->tts_isnull[column->column])
			row->nulls |= (uint32) 1 << i;
		else if (!column->by_value)
			values[i] = rln_arena_copy(&receiver->run->arena, values[i], column->length);
	}
}

/* The row's text, with its holes noted. */
static void
write_pieces(Receiver *receiver, StringInfo out, const TupleTableSlot *slot)
{
	const RlnFetch *fetch = receiver->fetch;
	RlnHole *hole = receiver->holes;

	for (int i = 0; i < fetch->npieces; i++)
	{
		const RlnPiece *piece = &fetch->pieces[i];
		int column;
		int child;

		copy_label(out, piece->label, piece->label_length);
		switch (piece->kind)
		{
			case RLN_PIECE_VALUE:
				column = piece->columns[0];
				if (slot->tts_isnull[column])
					rln_json_append(out, "null", 4);
				else
					rln_json_value(out, piece->types[0], slot->tts_values[column]);
				break;
			case RLN_PIECE_STRING:
				column = piece->columns[0];
				if (slot->tts_isnull[column])
					rln_json_append(out, "null", 4);
				else
					write_string(out, piece->types[0], slot->tts_values[column]);
				break;
			case RLN_PIECE_KEY:
				write_key(out, piece, slot);
				break;
			case RLN_PIECE_NODE:
				*hole++ = make_hole(receiver, piece->children[0], out->len, slot);
				break;
			case RLN_PIECE_ANY:
				child = find_child(fetch, piece, slot);
				if (child < 0)
				{
					hole->child = -1;
					hole++;
					write_key(out, piece, slot);
				}
				else
					*hole++ = make_hole(receiver, child, out->len, slot);
				break;
		}
	}
	copy_label(out, fetch->tail, fetch->tail_length);
}

/* Without a call, for the price of some bytes too many, which are overwritten. */
static inline void
copy_label(StringInfo out, const char *label, int length)
{
	char *to;

	rln_json_reserve(out, length + RLN_LABEL_STEP);
	to = out->data + out->len;
	out->len += length;
	for (; length > 0; length -= RLN_LABEL_STEP)
	{
		memcpy(to, label, RLN_LABEL_STEP);
		to += RLN_LABEL_STEP;
		label += RLN_LABEL_STEP;
	}
}

/* A value that is no string comes in quotes; it is a number then, or true or false. */
static void
write_string(StringInfo out, RlnJsonType *type, Datum value)
{
	int start = out->len;

	rln_json_append_char(out, '"');
	rln_json_value(out, type, value);
	if (out->data[start + 1] != '"')
		rln_json_append_char(out, '"');
	else
	{
		out->len--;
		memmove(out->data + start, out->data + start + 1, out->len - start);
	}
}

/* One column as a value, several as an array; null where one of them is, or none is there. */
static void
write_key(StringInfo out, const RlnPiece *piece, const TupleTableSlot *slot)
{
	if (piece->ncolumns == 0)
		rln_json_append(out, "null", 4);
	for (int i = 0; i < piece->ncolumns; i++)
	{
		if (slot->tts_isnull[piece->columns[i]])
		{
			rln_json_append(out, "null", 4);
			return;
		}
	}
	for (int i = 0; i < piece->ncolumns; i++)
	{
		if (piece->ncolumns > 1)
			rln_json_append_char(out, i == 0 ? '[' : ',');
		rln_json_value(out, piece->types[i], slot->tts_values[piece->columns[i]]);
	}
	if (piece->ncolumns > 1)
		rln_json_append_char(out, ']');
}

/* The child's rows will belong here; its key is asked for. */
static RlnHole
make_hole(Receiver *receiver, int child, uint32 offset, const TupleTableSlot *slot)
{
	const RlnFetch *fetch = receiver->fetch->children[child];
	RlnHole hole = {NULL, offset, child};
	Datum values[INDEX_MAX_KEYS];

	for (int i = 0; i < fetch->nkeys; i++)
	{
		int column = fetch->parent_columns[i];

		if (slot->tts_isnull[column])
			return hole;
		values[i] = slot->tts_values[column];
	}
	hole.entry = rln_key_enter(&receiver->run->tables[fetch->number], values);
	return hole;
}

/* Which of the children the row's discriminator means, or -1. */
static int
find_child(const RlnFetch *fetch, const RlnPiece *piece, const TupleTableSlot *slot)
{
	Datum value = slot->tts_values[piece->discriminator];
	const char *name;
	int length;

	if (slot->tts_isnull[piece->discriminator])
		return -1;
	if (piece->discriminator_is_text)
	{
		text *stored = DatumGetTextPP(value);

		name = VARDATA_ANY(stored);
		length = VARSIZE_ANY_EXHDR(stored);
	}
	else
	{
		name = OutputFunctionCall((FmgrInfo *) &piece->discriminator_output, value);
		length = strlen(name);
	}
	for (int i = 0; i < piece->nchildren; i++)
	{
		const RlnFetch *child = fetch->children[piece->children[i]];

		for (int j = 0; j < child->ndiscriminators; j++)
		{
			if (strncmp(child->discriminators[j], name, length) == 0 &&
				child->discriminators[j][length] == '\0')
				return piece->children[i];
		}
	}
	return -1;
}
