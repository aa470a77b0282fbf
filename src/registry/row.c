/*
 * row.c
 *	  The relation object as users see it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/names.h"
#include "base/spi.h"
#include "registry/registry.h"

PG_FUNCTION_INFO_V1(relations_csv);

static RlnStatement describe = {
	"SELECT * FROM relations.describe($2) d WHERE d.id OPERATOR(pg_catalog.=) $1",
	2,
	{INT4OID, BOOLOID}};


/*
 * The relation object as a row of relations.relations, palloc'd, or NULL where
 * there is none.  With RLN_VISIBLE_ONLY there is none either where the caller
 * may not see it.
 */
HeapTuple
rln_row_get(int32 id, RlnVisibility visibility)
{
	Datum values[2] = {Int32GetDatum(id), BoolGetDatum(visibility == RLN_VISIBLE_ONLY)};
	HeapTuple row = NULL;

	rln_spi_connect();
	if (rln_spi_load(&describe, values) > 0)
		row = SPI_copytuple(SPI_tuptable->vals[0]);
	rln_spi_finish();
	return row;
}

/* The row as a value of type relations.relations. */
Datum
rln_row_datum(HeapTuple row)
{
	Oid view = rln_registry_view();
	TupleDesc desc = lookup_rowtype_tupdesc(get_rel_type_id(view), -1);
	Datum datum = heap_copy_tuple_as_datum(row, desc);

	ReleaseTupleDesc(desc);
	return datum;
}

/* names as one text */
Datum
relations_csv(PG_FUNCTION_ARGS)
{
	List *names = rln_names_from_array(PG_GETARG_ARRAYTYPE_P(0));

	PG_RETURN_TEXT_P(cstring_to_text(rln_csv_print(names)));
}
