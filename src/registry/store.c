/*
 * store.c
 *	  Rows of the registry to RlnEdge.
 *
 * Rows are read as PostgreSQL reads its own catalogs: by an index, under one
 * catalog snapshot, without a plan.  So a REPEATABLE READ transaction does not
 * miss a relation whose constraint it already has to obey, and nothing is
 * planned anew when the registry changes.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/names.h"
#include "base/spi.h"
#include "registry/registry.h"

/* columns of relations.edge, in the order of its definition */
enum EdgeColumn
{
	E_ID = 1,
	E_MANY_COLLECTION,
	E_MANY_COLUMNS,
	E_DISCRIMINATOR_COLUMN,
	E_ALIAS,
	E_JUNCTION_COLUMNS,
	E_SORT_COLUMN,
	E_DESELECT_ACTION,
	E_ON_DELETE,
	E_ON_UPDATE,
	E_IS_UNIQUE,
	E_IS_ENFORCED,
	E_IS_VALIDATED,
	E_CONSTRAINT_NAME,
	E_CONSTRAINT_GENERATED,
	E_NOT_NULL_GENERATED,
	E_UNIQUE_GENERATED,
	E_INDEX_GENERATED,
	E_IS_SYMMETRIC,
	E_CHECK_GENERATED
};

#define EDGE_COLUMNS E_CHECK_GENERATED

/* columns of relations.target */
enum TargetColumn
{
	T_EDGE = 1,
	T_POSITION,
	T_ONE_COLLECTION,
	T_ONE_COLUMNS,
	T_DISCRIMINATOR,
	T_FIELD
};

/* a row that is being read */
typedef struct Row
{
	Datum values[EDGE_COLUMNS];
	bool nulls[EDGE_COLUMNS];
} Row;

static RlnStatement peek_id = {
	"SELECT (last_value OPERATOR(pg_catalog.+)"
	" CASE WHEN is_called THEN 1 ELSE 0 END)::pg_catalog.int4 FROM relations.edge_id_seq"};

static Snapshot begin_load(void);
static List *scan_edges(Snapshot snapshot, const char *index, ScanKey key);
static List *scan_id(Snapshot snapshot, int32 id);
static List *scan_target_edges(Snapshot snapshot, Oid relid);
static List *scan_targets(Snapshot snapshot, int32 edge);
static List *scan(Snapshot snapshot, const char *table, const char *index, ScanKey key,
				  void *(*read)(Row *row));
static void *read_edge(Row *row);
static void *read_target(Row *row);
static void *read_target_edge(Row *row);
static Datum column_value(Row *row, int column, bool *isnull);
static Oid column_oid(Row *row, int column);
static bool column_bool(Row *row, int column);
static char *column_name(Row *row, int column);
static char *column_text(Row *row, int column);
static List *column_names(Row *row, int column);
static int compare_ids(const ListCell *a, const ListCell *b);


/* Every edge, by id; in the current memory context, as all that follow. */
List *
rln_edges_load(void)
{
	Snapshot snapshot = begin_load();
	List *edges = scan_edges(snapshot, "edge_pkey", NULL);

	UnregisterSnapshot(snapshot);
	return edges;
}

/* The edges that the table takes part in, on either side, by id. */
List *
rln_edges_load_of(Oid relid)
{
	Snapshot snapshot = begin_load();
	List *others = NIL;
	List *edges;
	int position = 0;
	int32 last = 0;
	ScanKeyData key;
	ListCell *lc;

	ScanKeyInit(&key, E_MANY_COLLECTION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	edges = scan_edges(snapshot, "edge_many_collection_idx", &key);

	/* those that only lead to the table: both lists are walked by id */
	list_sort(edges, compare_ids);
	foreach(lc, scan_target_edges(snapshot, relid))
	{
		int32 id = lfirst_int(lc);

		while (position < list_length(edges) && ((RlnEdge *) list_nth(edges, position))->id < id)
			position++;
		if (id == last ||
			(position < list_length(edges) && ((RlnEdge *) list_nth(edges, position))->id == id))
			continue;
		last = id;
		others = list_concat(others, scan_id(snapshot, id));
	}
	UnregisterSnapshot(snapshot);
	edges = list_concat(edges, others);
	list_sort(edges, compare_ids);
	return edges;
}

/* The edge, or NULL. */
RlnEdge *
rln_edge_get(int32 id)
{
	Snapshot snapshot = begin_load();
	List *edges = scan_id(snapshot, id);

	UnregisterSnapshot(snapshot);
	return edges == NIL ? NULL : linitial(edges);
}

/* An id for a new edge; one that somebody chose himself is passed over. */
int32
rln_edge_next_id(void)
{
	int32 id;

	do
		id = nextval_internal(rln_registry_relation("edge_id_seq"), false);
	while (rln_edge_get(id) != NULL);
	return id;
}

/* The id that rln_edge_next_id() would give if nobody took it meanwhile. */
int32
rln_edge_peek_id(void)
{
	int32 id;
	bool isnull;

	rln_spi_connect();
	rln_spi_load(&peek_id, NULL);
	id = DatumGetInt32(rln_spi_value(0, 1, &isnull));
	rln_spi_finish();
	return id;
}

/*
 * One change of relations by a user at a time, to the end of the transaction:
 * what is checked about names and equal relations stays true until it is
 * stored.  Readers are not held up, and not those who write because an edge has
 * to follow a command: they hold tables already, for which the holder of this
 * lock may be waiting.  It is the lock of an edge that there is not.
 */
void
rln_registry_lock(void)
{
	rln_edge_lock(0);
}

/* The table that holds the edges. */
Oid
rln_registry_table(void)
{
	return rln_registry_relation("edge");
}

/* The view by which users see the edges. */
Oid
rln_registry_view(void)
{
	return rln_registry_relation("relations");
}

/*
 * What is invalidated when the registry changes: an index, because no plan
 * depends on one.  On the table itself every change of the registry would make
 * every session plan anew all that it keeps plans for.
 */
Oid
rln_registry_signal(void)
{
	return rln_registry_relation("edge_pkey");
}

/* One snapshot for edges and targets: both are of the same time. */
static Snapshot
begin_load(void)
{
	return RegisterSnapshot(GetCatalogSnapshot(rln_registry_table()));
}

/*
 * The edges that the key finds, or all, with their targets.  In the middle of a
 * restore an edge may have no targets yet: it is no edge yet.
 */
static List *
scan_edges(Snapshot snapshot, const char *index, ScanKey key)
{
	List *complete = NIL;
	ListCell *lc;

	foreach(lc, scan(snapshot, "edge", index, key, read_edge))
	{
		RlnEdge *edge = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		edge->targets = scan_targets(snapshot, edge->id);
		if (edge->targets != NIL)
			complete = lappend(complete, edge);
	}
	return complete;
}

static List *
scan_id(Snapshot snapshot, int32 id)
{
	ScanKeyData key;

	ScanKeyInit(&key, E_ID, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(id));
	return scan_edges(snapshot, "edge_pkey", &key);
}

/* The ids of the edges that lead to the table, in order, some more than once. */
static List *
scan_target_edges(Snapshot snapshot, Oid relid)
{
	List *ids = NIL;
	ScanKeyData key;
	ListCell *lc;

	ScanKeyInit(&key, T_ONE_COLLECTION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	foreach(lc, scan(snapshot, "target", "target_one_collection_idx", &key, read_target_edge))
		ids = lappend_int(ids, *(int32 *) lfirst(lc));
	list_sort(ids, list_int_cmp);
	return ids;
}

static List *
scan_targets(Snapshot snapshot, int32 edge)
{
	ScanKeyData key;

	ScanKeyInit(&key, T_EDGE, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(edge));
	return scan(snapshot, "target", "target_pkey", &key, read_target);
}

/* What read makes of the rows, in the order of the index; key may be NULL. */
static List *
scan(Snapshot snapshot, const char *table, const char *index, ScanKey key,
	 void *(*read)(Row *row))
{
	Relation rel = table_open(rln_registry_relation(table), AccessShareLock);
	Relation index_rel = index_open(rln_registry_relation(index), AccessShareLock);
	SysScanDesc scan =
		systable_beginscan_ordered(rel, index_rel, snapshot, key == NULL ? 0 : 1, key);
	HeapTuple tuple;
	List *list = NIL;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(scan, ForwardScanDirection)))
	{
		Row row;

		/* the columns that the extension has got since it was made here are not there yet */
		memset(row.values, 0, sizeof(row.values));
		memset(row.nulls, true, sizeof(row.nulls));
		heap_deform_tuple(tuple, RelationGetDescr(rel), row.values, row.nulls);
		list = lappend(list, read(&row));
	}
	systable_endscan_ordered(scan);
	index_close(index_rel, AccessShareLock);
	table_close(rel, AccessShareLock);
	return list;
}

static void *
read_edge(Row *row)
{
	RlnEdge *edge = palloc0(sizeof(RlnEdge));
	bool isnull;

	edge->id = DatumGetInt32(column_value(row, E_ID, &isnull));
	edge->many = column_oid(row, E_MANY_COLLECTION);
	edge->columns = column_names(row, E_MANY_COLUMNS);
	edge->discriminator_column = column_name(row, E_DISCRIMINATOR_COLUMN);
	edge->alias = column_name(row, E_ALIAS);
	edge->junction_columns = column_names(row, E_JUNCTION_COLUMNS);
	edge->sort_column = column_name(row, E_SORT_COLUMN);
	edge->deselect_action = column_text(row, E_DESELECT_ACTION);
	edge->on_delete = column_text(row, E_ON_DELETE);
	edge->on_update = column_text(row, E_ON_UPDATE);
	edge->is_unique = column_bool(row, E_IS_UNIQUE);
	edge->is_enforced = column_bool(row, E_IS_ENFORCED);
	edge->is_validated = column_bool(row, E_IS_VALIDATED);
	edge->constraint_name = column_name(row, E_CONSTRAINT_NAME);
	edge->constraint_generated = column_bool(row, E_CONSTRAINT_GENERATED);
	edge->not_null_generated = column_names(row, E_NOT_NULL_GENERATED);
	edge->unique_generated = column_name(row, E_UNIQUE_GENERATED);
	edge->index_generated = column_name(row, E_INDEX_GENERATED);
	edge->is_symmetric = column_bool(row, E_IS_SYMMETRIC);
	edge->check_generated = column_name(row, E_CHECK_GENERATED);
	return edge;
}

static void *
read_target(Row *row)
{
	RlnTarget *target = palloc0(sizeof(RlnTarget));

	target->relid = column_oid(row, T_ONE_COLLECTION);
	target->columns = column_names(row, T_ONE_COLUMNS);
	target->discriminator = column_text(row, T_DISCRIMINATOR);
	target->field = column_name(row, T_FIELD);
	return target;
}

static void *
read_target_edge(Row *row)
{
	int32 *id = palloc(sizeof(int32));
	bool isnull;

	*id = DatumGetInt32(column_value(row, T_EDGE, &isnull));
	return id;
}

static Datum
column_value(Row *row, int column, bool *isnull)
{
	*isnull = row->nulls[column - 1];
	return row->values[column - 1];
}

static Oid
column_oid(Row *row, int column)
{
	bool isnull;

	return DatumGetObjectId(column_value(row, column, &isnull));
}

static bool
column_bool(Row *row, int column)
{
	bool isnull;

	return DatumGetBool(column_value(row, column, &isnull));
}

/* A palloc'd copy, or NULL. */
static char *
column_name(Row *row, int column)
{
	bool isnull;
	Datum value = column_value(row, column, &isnull);

	return isnull ? NULL : pstrdup(NameStr(*DatumGetName(value)));
}

static char *
column_text(Row *row, int column)
{
	bool isnull;
	Datum value = column_value(row, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* A name[] as a List of char *; null is NIL. */
static List *
column_names(Row *row, int column)
{
	bool isnull;
	Datum value = column_value(row, column, &isnull);

	return isnull ? NIL : rln_names_from_array(DatumGetArrayTypeP(value));
}

static int
compare_ids(const ListCell *a, const ListCell *b)
{
	const RlnEdge *left = lfirst(a);
	const RlnEdge *right = lfirst(b);

	return (left->id > right->id) - (left->id < right->id);
}

/* A table, index or sequence of the registry. */
Oid
rln_registry_relation(const char *name)
{
	Oid relid = get_relname_relid(name, get_namespace_oid("relations", false));

	if (!OidIsValid(relid))
		elog(ERROR, "relations.%s does not exist", name); /* should not happen */
	return relid;
}
