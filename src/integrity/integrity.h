/*
 * integrity.h
 *	  Many-to-any relations, enforced as PostgreSQL enforces foreign keys.
 *
 * A *guard* is what a session keeps of a relation in order to enforce it. The
 * row triggers turn each row into an *item* (the key it refers to, or the key
 * that is gone) for one target.  Items are looked at one by one, or, where no
 * user's code can run in between, together when the statement is done: then a
 * *frame* collects them.  A *probe* looks a key up in an index; where an index
 * must not be trusted, a kept query does it.
 *
 * Where the safeguards of PostgreSQL's ri_triggers.c are:
 *
 *	  protocol of a trigger			rln_ensure_trigger(), rln_site(): also that the
 *									table has to do with the relation
 *	  a row version that is dead	is_alive(), ensure_found()
 *	  MATCH FULL, nulls				rln_reference_target(), read_key()
 *	  FOR KEY SHARE, EvalPlanQual	lock_row(), still_matches()
 *	  fresh snapshot, crosscheck	rln_probe_begin(), rln_spi_enforce_as()
 *	  ... of partitioned targets	rln_query_run(): no index of theirs is probed
 *	  ONLY, or all partitions		rln_only()
 *	  another row with the old key	is_replaced(), asked in refuse_if_referred()
 *	  lock, then look at tables		lock_many(), rln_guard_ready()
 *	  second look, SET DEFAULT		act(), rln_act_deleted()
 *	  updates that change no key	must_check(), same_key(): asked when the
 *									trigger runs, not before it is queued
 *	  moves between partitions		moved.c, read_event()
 *	  owner switch, row security	rln_spi_enforce_as(); a probe runs no user's code
 *	  operators, casts, collations	rln_equality_operator(), append_equality(),
 *									collations_agree(), fill_keys()
 *	  a rule rewrites the query		expected_result()
 *	  stale plans and definitions	is_current(), retire_plans()
 *	  a cache entry that is in use	rln_guard_get(), sweep(): goes with the
 *									transaction
 *	  cost of invalidations			note_change(): a look into a hash table, however
 *									many guards there are
 *	  who may see values			may_read_columns()
 *	  the first check of all rows	relations_validate(): the owner's to call;
 *									nothing is locked, as the triggers are there
 *	  one snapshot for all rows		rln_probe_begin_under(), rln_query_exists()
 *	  pending events, TRUNCATE		ensure_nothing_pending(),
 *									relations_enforce_truncate()
 *	  SET NULL of some columns		not here: a reference is null as a whole, or not
 *	  partitions that come and go	sync/rows.c
 */
#ifndef RLN_INTEGRITY_H
#define RLN_INTEGRITY_H

#include "access/genam.h"
#include "access/skey.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "storage/buf.h"
#include "storage/itemptr.h"
#include "storage/lockdefs.h"

#include "registry/registry.h"

/* how a column of the many side holds a key column's value */
typedef enum RlnForm
{
	RLN_FORM_TYPED,	  /* as a value that can be compared with it */
	RLN_FORM_INTEGER, /* as text, and the key is an integer */
	RLN_FORM_UUID,	  /* as text, and the key is a uuid */
	RLN_FORM_TEXT	  /* as text, which must be the key's own to the letter */
} RlnForm;

typedef enum RlnAction
{
	RLN_NO_ACTION,
	RLN_RESTRICT,
	RLN_CASCADE,
	RLN_SET_NULL,
	RLN_SET_DEFAULT
} RlnAction;

/* the queries that a target may need; texts in query.c */
typedef enum RlnQuery
{
	RLN_QUERY_PRESENT,	/* target: lock the row that an item refers to */
	RLN_QUERY_EXISTS,	/* target: is it there? */
	RLN_QUERY_REPLACED, /* target: lock a row that has a key which another had */
	RLN_QUERY_MEANT,	/* many side: is there a row for the discriminator? */
	RLN_QUERY_REFERRED, /* many side: lock a row that refers to the key */
	RLN_QUERY_FOLLOW,	/* many side: refer to another key */
	RLN_QUERY_DELETE,	/* many side: the rows that refer to the key, ... */
	RLN_QUERY_SET_NULL,
	RLN_QUERY_SET_DEFAULT,
	RLN_QUERY_DELETE_ALL, /* ... and to any of an array of keys */
	RLN_QUERY_SET_NULL_ALL,
	RLN_QUERY_SET_DEFAULT_ALL,
	RLN_QUERIES
} RlnQuery;

typedef struct RlnProbeKey
{
	ScanKeyData scan;
	int value;		   /* which of the values goes into it */
	AttrNumber column; /* of the table */
} RlnProbeKey;

/* an index by which rows with given values are found */
typedef struct RlnProbe
{
	Oid table;
	Oid index;
	bool can_walk;		   /* along the last key, by what follows */
	ScanKeyData from;	   /* not less than a value */
	FmgrInfo order_entry;  /* an entry of the index beside a value */
	FmgrInfo order_values; /* a value beside another */
	int nkeys;
	RlnProbeKey keys[FLEXIBLE_ARRAY_MEMBER];
} RlnProbe;

/* a walk along the index from one value to the next; see walk.c */
typedef struct RlnWalk
{
	bool is_allowed;
	bool is_on;
	bool has_entry;
	int order; /* of the entry beside the value; positive at the end */
	Datum prefix[INDEX_MAX_KEYS];
	Datum last;
	int steps; /* that it may still take */
	int keys;  /* that it has come to */
	int pause; /* keys until the next one is tried */
	int next_pause;
} RlnWalk;

/* a probe that is open: many keys may be looked up */
typedef struct RlnProbing
{
	const RlnProbe *probe;
	Relation table;
	Relation index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	Buffer map; /* page of the visibility map */
	Snapshot snapshot;
	ScanKeyData keys[INDEX_MAX_KEYS];
	RlnWalk walk;
} RlnProbing;

/* a column of a target's key, and the column of the many side that holds it */
typedef struct RlnKeyColumn
{
	const char *name;
	Oid type;
	int16 length;
	bool by_value;
	FmgrInfo to_text; /* the cast to text, or the output function */
	bool to_text_is_cast;
	bool text_varies; /* with the session's settings */
	FmgrInfo output;
	RlnForm form;
	Oid item_type;
	int16 item_length;
	bool item_by_value;
	/* of an item once rln_item_read() has read it: the key's or the item's */
	Oid value_type;
	int16 value_length;
	bool value_by_value;
	/* of a key once it is to be looked for on the many side */
	Oid sought_type;
} RlnKeyColumn;

typedef struct RlnGuardTarget
{
	int number; /* its place in guard->targets */
	Oid relid;
	bool is_partitioned;
	uint64 loaded_at;
	TransactionId usable_after; /* an index that is not asked yet; see probe.c */
	Datum discriminator;		/* of the column's type */
	RlnKeyColumn *key;			/* NULL until it is used */
	bool is_unique;				/* as it was when the relation was made */
	bool text_varies;			/* that of a column which is held as text */
	RlnProbe *to_target;		/* by the values of an item; NULL: by query */
	RlnProbe *to_self;			/* by the values of a key */
	RlnProbe *to_many;			/* by the discriminator and what is sought */
	SPIPlanPtr plans[RLN_QUERIES];
	bool was_referred; /* the last of its keys that was gone; a guess for the next */
} RlnGuardTarget;

/* of the number of places in which a target may be found without a search */
#define RLN_FOUND_BITS 6

typedef struct RlnGuard
{
	const RlnEdge *edge;
	MemoryContext context;
	uint64 generation; /* of the registry */
	uint64 loaded_at;  /* see guard.c */
	uint64 checked_at;
	int nkeys;
	RlnAction on_delete;
	RlnAction on_update;
	Oid discriminator_type;
	int16 discriminator_length;
	bool discriminator_by_value;
	Oid discriminator_collation;
	bool discriminator_by_image; /* equal values have equal bytes */
	FmgrInfo discriminator_equal;
	FmgrInfo discriminator_output;
	int ntargets;
	RlnGuardTarget *targets;
	RlnGuardTarget *found[1 << RLN_FOUND_BITS];
	List *retired; /* SPIPlanPtr: out of date, maybe in use */
	List *sites;   /* RlnSite *: tables that its triggers were fired for */
} RlnGuard;

/* what a row trigger knows of the table that it was fired for */
typedef struct RlnSite
{
	RlnGuard *guard;
	uint64 changes; /* as of which it is known to be true */
	uint64 generation;
	uint64 loaded_at;
	Oid relid;
	bool is_many;
	AttrNumber discriminator; /* if is_many */
	AttrNumber items[INDEX_MAX_KEYS];
	Oid target; /* of the relation, of which this table is a part; or none */
	bool target_is_partitioned;
	AttrNumber keys[INDEX_MAX_KEYS];
	bool alone; /* no row trigger of a user's comes after the rows */
} RlnSite;

/* one row's values; item.c says how they are kept */
typedef struct RlnItem
{
	uint64 first; /* bytes of the key */
	uint64 rest;
	ItemPointerData tid; /* of the many side's row */
	uint16 source;		 /* its table; see frame.c */
} RlnItem;

/* items of one target; zero to begin with */
typedef struct RlnBatch
{
	RlnItem *items;
	int n;
	int size;
} RlnBatch;

/* Spreads the bytes over so many bits (Fibonacci hashing). */
static inline uint32
rln_spread(uint64 bytes, int bits)
{
	return (uint32) ((bytes * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - bits));
}

/* guard.c */
extern uint64 rln_guard_changes;
extern void rln_guard_init(void);
extern void rln_guard_watch(Oid relid);
extern bool rln_guard_watched_since(Oid relid, uint64 loaded_at);
extern RlnGuard *rln_guard_get(int32 id);
extern bool rln_guard_ready(RlnGuard *guard, RlnGuardTarget *target);
extern RlnGuardTarget *rln_guard_find(RlnGuard *guard, Datum discriminator);

/* entry.c */
extern TriggerData *rln_ensure_trigger(FunctionCallInfo fcinfo, const char *name, int32 mask,
									   int32 wanted);

/* site.c */
extern RlnSite *rln_site(FunctionCallInfo fcinfo);
extern RlnSite *rln_site_get(FunctionCallInfo fcinfo);
extern int32 rln_trigger_edge(const TriggerData *trigger);
extern void rln_site_fill(RlnSite *site, Relation rel);

/* item.c: values as they are kept, compared and shown */
extern bool rln_item_read(const RlnKeyColumn *column, Datum value, Datum *key);
extern void rln_item_fill(RlnItem *item, const RlnGuard *guard, const RlnGuardTarget *target,
						  const Datum *values);
extern const Datum *rln_item_values(const RlnGuard *guard, const RlnGuardTarget *target,
									const RlnItem *item, Datum *value);
extern Datum rln_item_sought(const RlnKeyColumn *column, Datum key);
extern void rln_items_sort(const RlnGuard *guard, const RlnGuardTarget *target, RlnItem *items,
						   int n);
extern bool rln_items_are_whole(const RlnGuard *guard, const RlnGuardTarget *target);
extern int rln_items_alike(const RlnGuard *guard, const RlnGuardTarget *target,
						   const RlnItem *items, int n);
extern RlnItem *rln_batch_add(RlnBatch *batch, const RlnGuard *guard, const RlnGuardTarget *target,
							  const Datum *values);
extern Datum rln_item_from_text(const RlnKeyColumn *column, char *text, int32 typmod);
extern char *rln_item_canonical(const RlnKeyColumn *column, const char *text);

/* probe.c */
extern RlnProbe *rln_probe_make(Oid table, const List *columns, const Oid *types, bool unique,
								TransactionId *usable_after);
extern void rln_probe_begin(RlnProbing *probing, const RlnProbe *probe, bool newest);
extern void rln_probe_begin_under(RlnProbing *probing, const RlnProbe *probe, Snapshot snapshot);
extern bool rln_probe_exists(RlnProbing *probing, const Datum *values);
extern bool rln_probe_lock(RlnProbing *probing, const Datum *values);
extern void rln_probe_end(RlnProbing *probing);

/* walk.c */
extern void rln_walk_get_ready(RlnProbing *probing);
extern bool rln_walk_to(RlnProbing *probing, const Datum *values);
extern void rln_walk_step(RlnProbing *probing, const Datum *values);

/* query.c */
extern uint64 rln_query_run(RlnGuard *guard, RlnGuardTarget *target, RlnQuery query,
							const Datum *values);
extern bool rln_query_exists(RlnGuard *guard, RlnGuardTarget *target, const Datum *values,
							 Snapshot snapshot);
extern bool rln_query_takes_all(const RlnGuard *guard, const RlnGuardTarget *target);

/* frame.c */
typedef struct RlnFrame RlnFrame;

extern void rln_frame_init(void);
extern void rln_frame_open(RlnGuard *guard, const TriggerData *trigger);
extern void rln_frame_close(int32 edge);
extern RlnFrame *rln_frame_of(int32 edge, TupleTableSlot *slot);
extern bool rln_frame_holds(const RlnFrame *frame, const RlnGuard *guard,
							const RlnGuardTarget *target);
extern void rln_frame_add_reference(RlnFrame *frame, RlnGuard *guard, RlnGuardTarget *target,
									Relation rel, ItemPointer tid, const Datum *values);
extern void rln_frame_add_deleted(RlnFrame *frame, RlnGuard *guard, RlnGuardTarget *target,
								  const Datum *key);

/* check.c: the many side */
typedef enum RlnFault
{
	RLN_FAULT_NONE,
	RLN_FAULT_HALF,	  /* null in part */
	RLN_FAULT_MISSING /* not allowed, or not there */
} RlnFault;

extern RlnGuardTarget *rln_reference_target(const RlnSite *site, TupleTableSlot *slot,
											Datum *values, RlnFault *fault);
extern bool rln_reference_read(const RlnGuard *guard, const RlnGuardTarget *target, Datum *values);
extern void rln_check_row(RlnSite *site, TriggerData *trigger);
extern void rln_check_items(RlnGuard *guard, RlnGuardTarget *target, RlnItem *items, int n,
							const Oid *sources);

/* action.c: the targets */
extern void rln_act_row(FunctionCallInfo fcinfo, RlnSite *site, bool is_action_trigger);
extern void rln_act_deleted(RlnGuard *guard, RlnGuardTarget *target, RlnItem *items, int n);

/* moved.c */
extern bool rln_moved(TupleTableSlot *slot);
extern void rln_moved_remember(const RlnSite *site, TupleTableSlot *slot, const Datum *key);
extern const Datum *rln_moved_take(const RlnSite *site, TupleTableSlot *slot);
extern void rln_moved_ensure_none(void);

/* validate.c */
extern void rln_validate(int32 id, Oid relid);

/* report.c: these do not return */
extern void rln_report_row(const RlnGuard *guard, const RlnSite *site, Relation rel,
						   TupleTableSlot *slot, RlnFault fault);
extern void rln_report_referred(const RlnGuard *guard, const RlnGuardTarget *target,
								const Datum *key, bool restricts);

#endif /* RLN_INTEGRITY_H */
