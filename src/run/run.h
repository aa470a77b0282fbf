/*
 * run.h
 *	  Running a query: plans that are kept, rows, JSON.
 *
 * An RlnPlan is what is kept of a query's shape: an RlnFetch for each node, a
 * statement with what becomes of its rows.  A run binds the request's values,
 * runs the root's statement, then each child's for the keys that its parents'
 * rows hold, and puts the rows' texts together.
 */
#ifndef RLN_RUN_H
#define RLN_RUN_H

#include "executor/spi.h"
#include "fmgr.h"
#include "lib/ilist.h"
#include "utils/sortsupport.h"

#include "base/json.h"
#include "query/node.h"

/* --- what is kept --- */

typedef enum RlnPieceKind
{
	RLN_PIECE_VALUE,
	RLN_PIECE_STRING, /* a value; a number is put in quotes */
	RLN_PIECE_KEY,	  /* several columns as an array, or null */
	RLN_PIECE_NODE,	  /* a hole for the child's rows */
	RLN_PIECE_ANY	  /* a hole for one of the children's rows, or a key, or null */
} RlnPieceKind;

/* labels are short and copied by steps of constant length */
#define RLN_LABEL_STEP 16

/* a part of a row's text: the label, then what is not known before */
typedef struct RlnPiece
{
	RlnPieceKind kind;
	const char *label;
	int label_length;
	int ncolumns;
	int *columns; /* in the statement's result */
	RlnJsonType **types;
	int nchildren;
	int *children;	   /* in the fetch's list */
	int discriminator; /* column */
	bool discriminator_is_text;
	FmgrInfo discriminator_output;
} RlnPiece;

typedef struct RlnSortColumn
{
	int column;
	bool descending;
	Oid type;
	Oid collation;
	int16 length;
	bool by_value;
} RlnSortColumn;

/* a column of the keys by which rows are found */
typedef struct RlnLookupColumn
{
	Oid type;
	Oid array_type;
	Oid collation;
	int16 length;
	bool by_value;
	char align;
	bool is_plain; /* equal values are equal Datums */
	FmgrInfo hash;
	FmgrInfo equal;
	bool has_hash;
	FmgrInfo output;
} RlnLookupColumn;

/* another statement for the same rows, prepared when it is first needed */
typedef struct RlnVariant
{
	char *sql; /* NULL: there is none */
	SPIPlanPtr statement;
} RlnVariant;

/* a statement, and what becomes of its rows */
typedef struct RlnFetch
{
	const char *path;
	int number; /* in the plan */
	char *sql;
	SPIPlanPtr statement;
	RlnVariant scan;  /* without keys: all rows */
	RlnVariant range; /* for keys without a gap: the least and the largest are given */
	Oid relid;
	bool custom; /* planned for the values of each run */
	int ncolumns;
	Oid *column_types;

	/* below a parent: where a row's own key stands is in its first columns */
	int nkeys;
	RlnLookupColumn *keys;
	int *parent_columns; /* the same in the parent's result */
	bool to_one;
	int ndiscriminators; /* of an item: values that mean this child */
	char **discriminators;

	int nparams;
	RlnParam *params;
	FmgrInfo *inputs;
	Oid *input_params;

	int npieces;
	RlnPiece *pieces;
	const char *tail; /* after the last piece */
	int tail_length;
	int nholes;
	int nsort;
	RlnSortColumn *sort;
	int64 top;		  /* so many first rows of each parent are kept; 0: all */
	int64 skip;		  /* so many of them are none */
	Size sort_offset; /* in a row */
	Size text_offset;
	int nchildren;
	struct RlnFetch **children;
} RlnFetch;

typedef struct RlnPlan
{
	dlist_node recent; /* in order of use */
	MemoryContext context;
	uint64 hash;
	const char *key;
	int pins;
	Size memory; /* that it held after the last run */
	bool is_stale;
	RlnFetch *root;
	int nfetches;
	int length;			/* of the last result */
	RlnFetch **fetches; /* parents first */
	List *relids;		/* tables that it reads */
	double pages;		/* that they had when it was made */
	List *watches;		/* Watch *: of kept.c */
	uint64 generation;
	uint64 registry_generation;
} RlnPlan;

/* build.c */
extern RlnPlan *rln_plan_build(Oid relid, const RlnRequest *request, RlnPurpose purpose);
extern Size rln_plan_memory(const RlnPlan *plan);
extern void rln_plan_free(RlnPlan *plan);

/* kept.c */
extern void rln_kept_init(void);
extern RlnPlan *rln_plan_lookup(Oid relid, const RlnRequest *request, RlnPurpose purpose);

/* --- what is running --- */

/* a row; its holes, its sort columns and its text follow */
typedef struct RlnRow
{
	struct RlnRow *next; /* of the same parent */
	uint32 length;		 /* of the text */
	uint32 nulls;		 /* of the sort columns, a bit each */
} RlnRow;

/* more sort columns than there are bits are refused */
#define RLN_MAX_SORT 32

typedef struct RlnKeyEntry
{
	struct RlnKeyEntry *chain;
	struct RlnKeyEntry *next; /* in the order in which they came */
	uint32 hash;
	uint32 nrows;
	bool is_unsorted; /* rows have not come in their order */
	RlnRow *first;
	RlnRow *last;
	Datum values[FLEXIBLE_ARRAY_MEMBER];
} RlnKeyEntry;

typedef struct RlnHole
{
	RlnKeyEntry *entry; /* NULL: it leads nowhere */
	uint32 offset;
	int child; /* -1: nothing is missing there */
} RlnHole;

/* memory for what lives as long as a batch of rows */
typedef struct RlnArena
{
	MemoryContext context;
	char *kept; /* a first block that outlives it, or NULL */
	Size kept_size;
	char *start; /* of the block that is being filled */
	char *at;
	char *end;
	Size next_size;
	Size full; /* bytes in the blocks before */
	Size most; /* bytes that were needed before a reset */
} RlnArena;

typedef struct RlnKeyTable
{
	const RlnFetch *fetch;
	RlnArena *arena;
	uint32 nentries;
	uint32 mask;
	RlnKeyEntry **buckets;
	RlnKeyEntry *first;
	RlnKeyEntry *last;
	RlnKeyEntry *found; /* by the last look-up that found one */
	bool is_shuffled;	/* it was not the next one */
} RlnKeyTable;

typedef struct RlnRun
{
	RlnPlan *plan;
	MemoryContext outer;
	MemoryContext context; /* for the run */
	RlnArena arena;		   /* for a batch */
	RlnKeyTable *tables;   /* by the fetch's number */
	ParamListInfo *params; /* the same */
	RlnRow *first;		   /* of the root */
	RlnRow *last;
	StringInfo direct; /* the root's rows go here at once; or NULL */
	uint64 nrows;
	Size length; /* of all rows' texts, which are in the result */
} RlnRun;

/* arena.c */
extern void rln_arena_init(RlnArena *arena, MemoryContext context);
extern void *rln_arena_alloc(RlnArena *arena, Size size);
extern Datum rln_arena_copy(RlnArena *arena, Datum value, int16 length);
extern void rln_arena_reset(RlnArena *arena);

/* keys.c */
extern void rln_key_column_init(RlnLookupColumn *column, Oid type, Oid collation);
extern void rln_key_table_init(RlnKeyTable *table, const RlnFetch *fetch, RlnArena *arena);
extern RlnKeyEntry *rln_key_enter(RlnKeyTable *table, const Datum *values);
extern RlnKeyEntry *rln_key_find(RlnKeyTable *table, const Datum *values);
extern Datum rln_key_array(const RlnKeyTable *table, int column);
extern bool rln_key_range(const RlnKeyTable *table, Datum *least, Datum *largest);

/* bind.c */
extern Oid rln_param_type(const RlnParam *param);
extern ParamListInfo rln_bind(const RlnFetch *fetch, const RlnRequest *request);

/* fetch.c */
extern void rln_fetch_execute(RlnRun *run, RlnFetch *fetch);
extern DestReceiver *rln_fetch_receiver(RlnRun *run, const RlnFetch *fetch);
extern void rln_fetch_children(RlnRun *run, const RlnFetch *fetch);
extern void rln_fetch_run(RlnRun *run, RlnFetch *fetch);

/* write.c */
extern void rln_write_root(RlnRun *run, StringInfo out);
extern void rln_write_row(StringInfo out, const RlnFetch *fetch, const RlnRow *row);
extern void rln_write_list(StringInfo out, const RlnFetch *fetch, const RlnKeyEntry *entry);

/* sort.c */
extern SortSupport rln_sort_begin(const RlnFetch *fetch);
extern int rln_sort_compare(const RlnFetch *fetch, SortSupport support, const RlnRow *a,
							const RlnRow *b);
extern void rln_sort_root(RlnRun *run);
extern void rln_sort_rows(const RlnFetch *fetch, RlnKeyTable *table);

/* stream.c */
typedef struct RlnStream RlnStream;

extern RlnStream *rln_stream_begin(Oid relid, const RlnRequest *request);
extern text *rln_stream_next(RlnStream *stream);
extern void rln_stream_end(RlnStream *stream);

/* show.c */
typedef struct RlnShown
{
	char *path;
	char *statement;
} RlnShown;

extern List *rln_run_show(Oid relid, const RlnRequest *request);

/* run.c: the layer's interface */
extern RlnRun *rln_run_begin(Oid relid, const RlnRequest *request, RlnPurpose purpose);
extern void rln_run_clear(RlnRun *run);
extern void rln_run_end(RlnRun *run);
extern void rln_run_pause(RlnRun *run);
extern void rln_run_resume(RlnRun *run);
extern void rln_text_begin(StringInfo out);
extern text *rln_text_end(StringInfo out);
extern void rln_append_items(StringInfo out, Oid relid, const RlnRequest *request);
extern bool rln_append_item(StringInfo out, Oid relid, const RlnRequest *request);
extern text *rln_run_items(Oid relid, const RlnRequest *request);
extern text *rln_run_item(Oid relid, const RlnRequest *request);
extern void rln_run_check_keys(Oid relid, const RlnRequest *request);
extern text *rln_run_keys(Oid relid, const RlnRequest *request, const List *keys, bool one);
extern text *rln_run_row(Oid relid, const RlnRequest *request);
extern int64 rln_run_count(Oid relid, const RlnRequest *request);

static inline const RlnHole *
rln_row_holes(const RlnRow *row)
{
	return (const RlnHole *) (row + 1);
}

static inline const char *
rln_row_text(const RlnFetch *fetch, const RlnRow *row)
{
	return (const char *) row + fetch->text_offset;
}

#endif /* RLN_RUN_H */
