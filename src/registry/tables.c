/*
 * tables.c
 *	  Which tables have edges at all.
 *
 * Whoever has to find a few tables among many that are none of ours reads
 * these once, without their edges: two columns of each row of the registry.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "registry/registry.h"

static List *read_tables(List *tables, const char *name, const char *column,
						 const char *any_column, List **of_any);


/*
 * The tables of all edges, some more than once, as OIDs in the current memory
 * context; *of_any are those of many-to-any edges.
 */
List *
rln_registry_tables(List **of_any)
{
	List *tables;

	*of_any = NIL;
	tables = read_tables(NIL, "edge", "many_collection", "discriminator_column", of_any);
	return read_tables(tables, "target", "one_collection", "discriminator", of_any);
}

/* A row whose any_column is not null belongs to a many-to-any edge. */
static List *
read_tables(List *tables, const char *name, const char *column, const char *any_column,
			List **of_any)
{
	Relation rel = table_open(rln_registry_relation(name), AccessShareLock);
	AttrNumber table_number = get_attnum(RelationGetRelid(rel), column);
	AttrNumber any_number = get_attnum(RelationGetRelid(rel), any_column);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool isnull;
		Oid relid = DatumGetObjectId(
			heap_getattr(tuple, table_number, RelationGetDescr(rel), &isnull));

		tables = lappend_oid(tables, relid);
		if (!heap_attisnull(tuple, any_number, RelationGetDescr(rel)))
			*of_any = lappend_oid(*of_any, relid);
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return tables;
}
