/*
 * pair.c
 *	  The trigger that puts the pair of a symmetric relation in order.
 *
 * Whoever writes a junction need not know which of the two ends comes first.
 * What is compared here, a CHECK of the table compares in SQL: both use the
 * default btree family of the type, and the same collation.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/partition.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "ddl/ddl.h"
#include "integrity/integrity.h"

PG_FUNCTION_INFO_V1(relations_canonical_pair);

/* columns that may change places; of a compound key one of several */
typedef struct Exchange
{
	int first;
	int second;
	Oid collation;
	FmgrInfo compare;
} Exchange;

/* what the trigger knows of a table, for the length of a statement */
typedef struct Pair
{
	Oid relid;
	uint64 generation;
	int n; /* 0: the relation is not symmetric, or not there yet */
	Exchange columns[FLEXIBLE_ARRAY_MEMBER];
} Pair;

static Pair *lookup_pair(FunctionCallInfo fcinfo, const TriggerData *trigger);
static Pair *make_pair(Relation rel, const RlnEdge *edge);
static void ensure_alike(Relation rel, const RlnEdge *edge, const RlnColumn *column,
						 const RlnColumn *other);
static const RlnEdge *find_edge(Relation rel, int32 id);
static bool is_reversed(const Pair *pair, HeapTuple row, TupleDesc desc);
static HeapTuple exchange(const Pair *pair, HeapTuple row, TupleDesc desc);


/* Before a row of the junction. */
Datum
relations_canonical_pair(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rln_ensure_trigger(fcinfo, "canonical_pair", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
											  TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW);
	TupleDesc desc = RelationGetDescr(trigger->tg_relation);
	HeapTuple row = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple
															   : trigger->tg_trigtuple;
	Pair *pair = lookup_pair(fcinfo, trigger);

	return PointerGetDatum(is_reversed(pair, row, desc) ? exchange(pair, row, desc) : row);
}

static Pair *
lookup_pair(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	Pair *pair = fcinfo->flinfo->fn_extra;
	uint64 generation = rln_registry_generation();
	MemoryContext before;

	if (pair != NULL && pair->generation == generation &&
		pair->relid == RelationGetRelid(trigger->tg_relation))
		return pair;
	fcinfo->flinfo->fn_extra = NULL;
	before = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	pair = make_pair(trigger->tg_relation,
					 find_edge(trigger->tg_relation, rln_trigger_edge(trigger)));
	pair->generation = generation;
	MemoryContextSwitchTo(before);
	fcinfo->flinfo->fn_extra = pair;
	return pair;
}

/* In the current memory context.  In a partition the columns have other numbers. */
static Pair *
make_pair(Relation rel, const RlnEdge *edge)
{
	int n = edge == NULL || !edge->is_symmetric ? 0 : list_length(edge->columns);
	Pair *pair = palloc0(offsetof(Pair, columns) + sizeof(Exchange) * n);
	Oid relid = RelationGetRelid(rel);

	pair->relid = relid;
	for (int i = 0; i < n; i++)
	{
		Exchange *columns = &pair->columns[pair->n];
		RlnColumn *column = rln_column_lookup(relid, list_nth(edge->columns, i));
		RlnColumn *other = rln_column_lookup(relid, list_nth(edge->junction_columns, i));
		TypeCacheEntry *entry = lookup_type_cache(column->type, TYPECACHE_CMP_PROC);

		columns->first = get_attnum(relid, column->name);
		columns->second = get_attnum(relid, other->name);
		if (columns->first == columns->second)
			continue;
		ensure_alike(rel, edge, column, other);
		columns->collation = rln_pair_collation(column->collation);
		fmgr_info(entry->cmp_proc, &columns->compare);
		pair->n++;
	}
	return pair;
}

/* 42804 where somebody has since changed the type of one of the columns. */
static void
ensure_alike(Relation rel, const RlnEdge *edge, const RlnColumn *column, const RlnColumn *other)
{
	if (rln_pair_is_alike(column, other))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("columns \"%s\" and \"%s\" of \"%s\" cannot be put in order", column->name,
					other->name, RelationGetRelationName(rel)),
			 errdetail("Relation %d is symmetric, and they are not of one type any more.", edge->id),
			 errhint("Give both the same type, or SELECT relations.update_relation(%d, '{\"is_symmetric\": false}').", edge->id)));
}

/* The relation, or NULL, as long as a restore has not brought it. */
static const RlnEdge *
find_edge(Relation rel, int32 id)
{
	List *tables = list_make1_oid(RelationGetRelid(rel));
	ListCell *lt;
	ListCell *le;

	if (rel->rd_rel->relispartition)
		tables = list_concat(tables, get_partition_ancestors(RelationGetRelid(rel)));
	foreach(lt, tables)
	{
		foreach(le, rln_edges_lookup(lfirst_oid(lt)))
		{
			const RlnEdge *edge = lfirst(le);

			if (edge->id == id && edge->many == lfirst_oid(lt))
				return edge;
		}
	}
	return NULL;
}

/* Nulls have no order, as in the CHECK. */
static bool
is_reversed(const Pair *pair, HeapTuple row, TupleDesc desc)
{
	for (int i = 0; i < pair->n; i++)
	{
		Exchange *columns = unconstify(Exchange *, &pair->columns[i]);
		bool isnull;
		Datum first = heap_getattr(row, columns->first, desc, &isnull);
		Datum second;
		int order;

		if (isnull)
			return false;
		second = heap_getattr(row, columns->second, desc, &isnull);
		if (isnull)
			return false;
		order = DatumGetInt32(
			FunctionCall2Coll(&columns->compare, columns->collation, first, second));
		if (order != 0)
			return order > 0;
	}
	return false;
}

static HeapTuple
exchange(const Pair *pair, HeapTuple row, TupleDesc desc)
{
	int n = pair->n * 2;
	int *attnums = palloc(sizeof(int) * n);
	Datum *values = palloc(sizeof(Datum) * n);
	bool *nulls = palloc(sizeof(bool) * n);

	for (int i = 0; i < n; i += 2)
	{
		attnums[i] = pair->columns[i / 2].first;
		attnums[i + 1] = pair->columns[i / 2].second;
		values[i] = heap_getattr(row, attnums[i + 1], desc, &nulls[i]);
		values[i + 1] = heap_getattr(row, attnums[i], desc, &nulls[i + 1]);
	}
	return heap_modify_tuple_by_cols(row, desc, n, attnums, values, nulls);
}
