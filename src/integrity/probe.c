/*
 * probe.c
 *	  Looking a key up in an index, and locking the row.
 *
 * What is hard here is to see and to wait for just what a query of
 * ri_triggers.c would, without running one.  The steps are those of its
 * "SELECT 1 FROM t x WHERE key = $1 FOR KEY SHARE OF x":
 *
 *	  - the index finds the row that the snapshot shows;
 *	  - its newest version is locked FOR KEY SHARE, after waiting for whoever
 *		changes it (nodeLockRows.c);
 *	  - if there was a newer version, its key is compared again, which is what
 *		EvalPlanQual would do;
 *	  - in REPEATABLE READ and SERIALIZABLE a row changed since raises 40001.
 *
 * An index is asked directly only where that cannot differ from the query:
 *
 *	  table		a heap, not partitioned: nodeLockRows.c knows more kinds
 *	  index		btree, valid, over all rows, on plain columns, and usable by
 *				every snapshot, as the planner demands; for a target unique
 *				and immediate, over just the key
 *	  operator	the index's own equality for the two types, or after a
 *				binary coercion; of pg_catalog, so that no user's code is run
 *				and nobody need be switched to
 *	  collation	the column's own, and deterministic
 *	  rights	the table's owner, as whom the query would run, may read and
 *				lock rows; otherwise the query raises PostgreSQL's own error
 *
 * Row security needs no thought: the query would run past it.
 *
 * Many keys in one order are looked up by walks from one to the next (walk.c).
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "storage/predicate.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/names.h"
#include "integrity/integrity.h"

static void open_probe(RlnProbing *probing, const RlnProbe *probe);
static bool owner_may_lock(Relation table);
static bool index_serves(Relation index, Relation table, const List *columns, bool unique,
						 TransactionId *usable_after);
static bool fill_keys(RlnProbe *probe, Relation index, Relation table, const List *columns,
					  const Oid *types);
static void prepare_walk(RlnProbe *probe, Relation index, Oid type, Oid owner);
static Oid operator_of(Relation index, int column, Oid type, StrategyNumber strategy);
static bool is_trusted(Oid function, Oid owner);
static void start(RlnProbing *probing, const Datum *values);
static void descend(RlnProbing *probing, const Datum *values);
static bool is_seen_by_all(RlnProbing *probing);
static bool next_row(RlnProbing *probing, const Datum *values);
static bool lock_row(RlnProbing *probing, const Datum *values);
static TM_Result lock_version(RlnProbing *probing, ItemPointer tid, LockWaitPolicy policy,
							  TM_FailureData *failure);
static bool still_matches(const RlnProbing *probing, const Datum *values);


/*
 * A probe, palloc'd, for rows of the table whose columns (char *) equal values
 * of the types; NULL where no index may be asked.  unique: at most one row.
 * usable_after: set where an index will serve when that transaction is older
 * than all snapshots.
 */
RlnProbe *
rln_probe_make(Oid table, const List *columns, const Oid *types, bool unique,
			   TransactionId *usable_after)
{
	Relation rel = table_open(table, AccessShareLock);
	RlnProbe *probe = NULL;
	ListCell *lc;

	if (rel->rd_rel->relkind == RELKIND_RELATION && rel->rd_rel->relam == HEAP_TABLE_AM_OID &&
		owner_may_lock(rel))
	{
		foreach(lc, RelationGetIndexList(rel))
		{
			Relation index = index_open(lfirst_oid(lc), AccessShareLock);

			if (index_serves(index, rel, columns, unique, usable_after))
			{
				probe = palloc0(offsetof(RlnProbe, keys) +
								sizeof(RlnProbeKey) * list_length(columns));
				probe->table = table;
				if (!fill_keys(probe, index, rel, columns, types))
				{
					pfree(probe);
					probe = NULL;
				}
			}
			index_close(index, AccessShareLock);
			if (probe != NULL)
				break;
		}
	}
	table_close(rel, AccessShareLock);
	return probe;
}

/*
 * Opens the probe, whose table is locked, to look rows up and lock them.  newest:
 * rows that the transaction's snapshot does not show must be seen too, as for
 * all that happens to a target.
 */
void
rln_probe_begin(RlnProbing *probing, const RlnProbe *probe, bool newest)
{
	/* the query, which needs the right to UPDATE, would say the same */
	if (XactReadOnly && get_rel_persistence(probe->table) != RELPERSISTENCE_TEMP)
		PreventCommandIfReadOnly("SELECT FOR KEY SHARE");

	/* what this transaction has done so far is seen, as SPI sees to */
	CommandCounterIncrement();
	PushCopiedSnapshot(newest && IsolationUsesXactSnapshot() ? GetLatestSnapshot()
															 : GetTransactionSnapshot());
	UpdateActiveSnapshotCommandId();
	open_probe(probing, probe);
}

/* The same under a given snapshot, to look rows up alone. */
void
rln_probe_begin_under(RlnProbing *probing, const RlnProbe *probe, Snapshot snapshot)
{
	PushActiveSnapshot(snapshot);
	open_probe(probing, probe);
}

static void
open_probe(RlnProbing *probing, const RlnProbe *probe)
{
	probing->probe = probe;
	probing->snapshot = GetActiveSnapshot();
	/* the caller has locked it; the index's lock stays too, as the query's would */
	probing->table = table_open(probe->table, NoLock);
	probing->index = index_open(probe->index, RowShareLock);
	probing->slot = table_slot_create(probing->table, NULL);
	probing->map = InvalidBuffer;
	probing->scan =
		rln_index_beginscan(probing->table, probing->index, probing->snapshot, probe->nkeys);
	for (int i = 0; i < probe->nkeys; i++)
		probing->keys[i] = probe->keys[i].scan;
	rln_walk_get_ready(probing);
}

/*
 * Does the snapshot show such a row?  Locks none and waits for nobody.  What the
 * values of the last look-up point to must be there still, here and below.
 */
bool
rln_probe_exists(RlnProbing *probing, const Datum *values)
{
	start(probing, values);
	return is_seen_by_all(probing) || next_row(probing, values);
}

/* Locks such a row FOR KEY SHARE; false where there is none (any more). */
bool
rln_probe_lock(RlnProbing *probing, const Datum *values)
{
	start(probing, values);
	while (next_row(probing, values))
	{
		if (lock_row(probing, values))
			return true;
		if (probing->walk.is_on)
			rln_walk_step(probing, values);
	}
	return false;
}

void
rln_probe_end(RlnProbing *probing)
{
	if (BufferIsValid(probing->map))
		ReleaseBuffer(probing->map);
	index_endscan(probing->scan);
	ExecDropSingleTupleTableSlot(probing->slot);
	index_close(probing->index, NoLock);
	table_close(probing->table, NoLock);
	PopActiveSnapshot();
}

static void
start(RlnProbing *probing, const Datum *values)
{
	if (!rln_walk_to(probing, values))
		descend(probing, values);
}

static void
descend(RlnProbing *probing, const Datum *values)
{
	const RlnProbe *probe = probing->probe;
	int last = probe->nkeys - 1;

	probing->walk.is_on = false;
	probing->scan->xs_want_itup = false;
	probing->keys[last] = probe->keys[last].scan;
	for (int i = 0; i < probe->nkeys; i++)
		probing->keys[i].sk_argument = values[probe->keys[i].value];
	index_rescan(probing->scan, probing->keys, probe->nkeys, NULL, 0);
}

/*
 * Has a walk come to a row of a page on which all rows are visible to everybody?
 * Then it need not be fetched; see nodeIndexonlyscan.c, whose scan a walk is.
 */
static bool
is_seen_by_all(RlnProbing *probing)
{
	BlockNumber page;

	if (!probing->walk.is_on || probing->walk.order != 0)
		return false;
	page = ItemPointerGetBlockNumber(&probing->scan->xs_heaptid);
	if (!VM_ALL_VISIBLE(probing->table, page, &probing->map))
		return false;
	/* as fetching it would have done */
	PredicateLockPage(probing->table, page, probing->snapshot);
	return true;
}

/* The next row with the values that the snapshot shows, into the slot. */
static bool
next_row(RlnProbing *probing, const Datum *values)
{
	if (!probing->walk.is_on)
		return index_getnext_slot(probing->scan, ForwardScanDirection, probing->slot);
	while (probing->walk.order == 0 && !index_fetch_heap(probing->scan, probing->slot))
		rln_walk_step(probing, values);
	return probing->walk.order == 0;
}

/* The row in the slot; see ExecLockRows(), whose cases these are. */
static bool
lock_row(RlnProbing *probing, const Datum *values)
{
	ItemPointerData tid = probing->slot->tts_tid;
	TM_FailureData failure;
	TM_Result result;

	/* a walk keeps a page of the index pinned: VACUUM would wait for whom we wait for */
	if (probing->walk.is_on)
	{
		ItemPointerData again = tid;

		result = lock_version(probing, &again, LockWaitSkip, &failure);
		if (result == TM_WouldBlock)
			descend(probing, values);
	}
	if (!probing->walk.is_on)
		result = lock_version(probing, &tid, LockWaitBlock, &failure);
	switch (result)
	{
		case TM_Ok:
			return !failure.traversed || still_matches(probing, values);

		case TM_SelfModified:
			/* this transaction has changed it by a command that the snapshot does not show */
			return false;

		case TM_Updated:
		case TM_Deleted:
			if (IsolationUsesXactSnapshot())
				ereport(ERROR,
						(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						 errmsg("could not serialize access due to concurrent update")));
			return false;

		default:
			elog(ERROR, "attempted to lock invisible tuple"); /* should not happen */
	}
}

static TM_Result
lock_version(RlnProbing *probing, ItemPointer tid, LockWaitPolicy policy, TM_FailureData *failure)
{
	uint8 flags = TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS;

	if (!IsolationUsesXactSnapshot())
		flags |= TUPLE_LOCK_FLAG_FIND_LAST_VERSION;
	return table_tuple_lock(probing->table, tid, probing->snapshot, probing->slot,
							probing->snapshot->curcid, LockTupleKeyShare, policy, flags, failure);
}

static bool
still_matches(const RlnProbing *probing, const Datum *values)
{
	const RlnProbe *probe = probing->probe;

	for (int i = 0; i < probe->nkeys; i++)
	{
		const RlnProbeKey *key = &probe->keys[i];
		bool isnull;
		Datum value = slot_getattr(probing->slot, key->column, &isnull);

		if (isnull ||
			!DatumGetBool(FunctionCall2Coll(unconstify(FmgrInfo *, &key->scan.sk_func),
											key->scan.sk_collation, value, values[key->value])))
			return false;
	}
	return true;
}

/* SELECT ... FOR KEY SHARE asks for the right to UPDATE as well. */
static bool
owner_may_lock(Relation table)
{
	Oid owner = table->rd_rel->relowner;
	AclMode mode = ACL_SELECT | ACL_UPDATE;

	return pg_class_aclmask(RelationGetRelid(table), owner, mode, ACLMASK_ALL) == mode &&
		rln_may_use_schema(RelationGetNamespace(table), owner);
}

static bool
index_serves(Relation index, Relation table, const List *columns, bool unique,
			 TransactionId *usable_after)
{
	Form_pg_index form = index->rd_index;
	int n = list_length(columns);
	List *leading = NIL;

	if (index->rd_rel->relam != BTREE_AM_OID || !form->indisvalid || !form->indisready ||
		!form->indislive || form->indnkeyatts < n ||
		!heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) ||
		!heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL))
		return false;
	if (unique && (!form->indisunique || !form->indimmediate || form->indnkeyatts != n))
		return false;
	for (int i = 0; i < n; i++)
	{
		AttrNumber attnum = form->indkey.values[i];

		if (attnum <= 0)
			return false;
		leading = lappend(leading,
						  NameStr(TupleDescAttr(RelationGetDescr(table), attnum - 1)->attname));
	}
	if (!rln_names_same_set(leading, columns))
		return false;
	/* older snapshots may miss rows of it, see plancat.c */
	if (form->indcheckxmin)
	{
		TransactionId xmin = HeapTupleHeaderGetXmin(index->rd_indextuple->t_data);

		if (!TransactionIdPrecedes(xmin, TransactionXmin))
		{
			*usable_after = xmin;
			return false;
		}
	}
	return true;
}

/* False where an operator or a collation of the index cannot be trusted. */
static bool
fill_keys(RlnProbe *probe, Relation index, Relation table, const List *columns, const Oid *types)
{
	probe->index = RelationGetRelid(index);
	probe->nkeys = list_length(columns);
	for (int i = 0; i < probe->nkeys; i++)
	{
		AttrNumber attnum = index->rd_index->indkey.values[i];
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(table), attnum - 1);
		Oid collation = index->rd_indcollation[i];
		Oid op;
		Oid function;
		Oid left;
		Oid right;
		int value = 0;

		while (strcmp(list_nth(columns, value), NameStr(column->attname)) != 0)
			value++;
		op = operator_of(index, i, types[value], BTEqualStrategyNumber);
		function = OidIsValid(op) ? get_opcode(op) : InvalidOid;
		if (!is_trusted(function, table->rd_rel->relowner) || collation != column->attcollation ||
			(OidIsValid(collation) && !get_collation_isdeterministic(collation)))
			return false;
		op_input_types(op, &left, &right);
		probe->keys[i].value = value;
		probe->keys[i].column = attnum;
		ScanKeyEntryInitialize(&probe->keys[i].scan, 0, i + 1, BTEqualStrategyNumber, right,
							   collation, function, (Datum) 0);
	}
	prepare_walk(probe, index, types[probe->keys[probe->nkeys - 1].value],
				 table->rd_rel->relowner);
	return true;
}

/* Finds what a walk along the index's column of the last key needs, if it is there. */
static void
prepare_walk(RlnProbe *probe, Relation index, Oid type, Oid owner)
{
	int column = probe->nkeys - 1;
	Oid family = index->rd_opfamily[column];
	Oid input = index->rd_opcintype[column];
	Oid op = operator_of(index, column, type, BTGreaterEqualStrategyNumber);
	Oid left;
	Oid right;
	Oid order_entry;
	Oid order_values;

	if (!OidIsValid(op) || (index->rd_indoption[column] & INDOPTION_DESC))
		return;
	op_input_types(op, &left, &right);
	order_entry = get_opfamily_proc(family, input, right, BTORDER_PROC);
	order_values = get_opfamily_proc(family, right, right, BTORDER_PROC);
	if (!is_trusted(get_opcode(op), owner) || !is_trusted(order_entry, owner) ||
		!is_trusted(order_values, owner))
		return;
	ScanKeyEntryInitialize(&probe->from, 0, probe->nkeys, BTGreaterEqualStrategyNumber, right,
						   index->rd_indcollation[column], get_opcode(op), (Datum) 0);
	fmgr_info(order_entry, &probe->order_entry);
	fmgr_info(order_values, &probe->order_values);
	probe->can_walk = true;
}

/* The index's operator on its column and a value of the (base) type, or InvalidOid. */
static Oid
operator_of(Relation index, int column, Oid type, StrategyNumber strategy)
{
	Oid input = index->rd_opcintype[column];
	Oid family = index->rd_opfamily[column];
	Oid op = get_opfamily_member(family, input, type, strategy);

	if (!OidIsValid(op) && IsBinaryCoercible(type, input))
		op = get_opfamily_member(family, input, input, strategy);
	return op;
}

/* PostgreSQL's own, and nobody has forbidden it. */
static bool
is_trusted(Oid function, Oid owner)
{
	return OidIsValid(function) && get_func_namespace(function) == PG_CATALOG_NAMESPACE &&
		rln_may_execute(function, owner);
}
