/*
 * pair.c
 *	  Pairs of columns that look like a polymorphic reference.
 *
 * One of them says which table is meant and the other holds its key.  What is looked
 * at are names, types and foreign keys; the rows are for meaning.c.  A key
 * that has a foreign key leads to one table, whatever stands beside it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/names.h"
#include "base/spi.h"
#include "discover/discover.h"

/*
 * Endings of the two columns' names; what is before them is the same.  "bare": they may be
 * the whole names.  "exact": the values are tables' names.  "looked_up": the
 * discriminator refers to Django's table of content types.
 */
#define CONVENTIONS \
	"(VALUES ('_type', '_id', false, false, false), ('Type', 'Id', false, false, false)," \
	" ('_type', '_uuid', false, false, false), ('Type', 'Uuid', false, false, false)," \
	" ('_class', '_id', false, false, false), ('_model', '_id', false, false, false)," \
	" ('_kind', '_id', false, false, false), ('_table', '_id', false, true, false)," \
	" ('_collection', '_id', false, true, false), ('_collection', '_item', false, true, false)," \
	" ('collection', 'item', true, true, false), ('table_name', 'record_id', true, true, false)," \
	" ('table_name', 'row_id', true, true, false)," \
	" ('content_type_id', 'object_id', true, false, true)," \
	" ('content_type_id', 'object_pk', true, false, true)," \
	" ('_type_id', '_id', false, false, true), ('_ct_id', '_id', false, false, true))" \
	" r (first, second, bare, exact, looked_up)"

/*
 * Users' tables as in propose.c, of which the caller may read both columns.  The
 * columns that end like a discriminator are found first: there are few, and a table
 * may have many others.
 */
static RlnStatement load_pairs = {
	"WITH d AS MATERIALIZED (SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname, a.atttypid"
	"  FROM pg_catalog.pg_class c"
	"  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	"  JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
	"   AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped"
	"   AND a.attname OPERATOR(pg_catalog.~) (SELECT pg_catalog.concat('(', pg_catalog.string_agg(r.first, '|'), ')$')"
	"    FROM " CONVENTIONS ")"
	"  WHERE " RLN_USERS_TABLES
	"  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
	"  AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'))"
	" SELECT d.oid, d.attname, i.attname, r.exact, l.oid,"
	" COALESCE(k.condeferrable, false), COALESCE(k.condeferred, false)"
	" FROM d JOIN " CONVENTIONS
	"  ON pg_catalog.right(d.attname::pg_catalog.text, pg_catalog.length(r.first)) OPERATOR(pg_catalog.=) r.first"
	"  AND (r.bare OR d.attname::pg_catalog.text OPERATOR(pg_catalog.<>) r.first)"
	" JOIN pg_catalog.pg_attribute i ON i.attrelid OPERATOR(pg_catalog.=) d.oid"
	"  AND i.attnum OPERATOR(pg_catalog.>) 0 AND NOT i.attisdropped"
	"  AND i.attname OPERATOR(pg_catalog.=) CAST(pg_catalog.left(d.attname::pg_catalog.text,"
	"   OPERATOR(pg_catalog.-) pg_catalog.length(r.first)) OPERATOR(pg_catalog.||) r.second AS pg_catalog.name)"
	" JOIN pg_catalog.pg_type dt ON dt.oid OPERATOR(pg_catalog.=) d.atttypid"
	" JOIN pg_catalog.pg_type it ON it.oid OPERATOR(pg_catalog.=) i.atttypid"
	" LEFT JOIN (pg_catalog.pg_constraint k"
	"   JOIN pg_catalog.pg_class l ON l.oid OPERATOR(pg_catalog.=) k.confrelid"
	"    AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute a"
	"     WHERE a.attrelid OPERATOR(pg_catalog.=) l.oid AND NOT a.attisdropped"
	"     AND (a.attname OPERATOR(pg_catalog.=) 'id' AND a.atttypid OPERATOR(pg_catalog.=) ANY"
	"      ('{smallint,integer,bigint}'::pg_catalog.regtype[])"
	"      OR a.attname OPERATOR(pg_catalog.=) ANY ('{app_label,model}'::pg_catalog.name[])"
	"      AND a.atttypid OPERATOR(pg_catalog.=) ANY ('{text,varchar}'::pg_catalog.regtype[]))"
	"     AND pg_catalog.has_column_privilege(l.oid, a.attnum, 'SELECT')) OPERATOR(pg_catalog.=) 3"
	"    AND pg_catalog.has_schema_privilege(l.relnamespace, 'USAGE')"
	"   JOIN pg_catalog.pg_attribute la ON la.attrelid OPERATOR(pg_catalog.=) l.oid"
	"    AND la.attnum OPERATOR(pg_catalog.=) k.confkey[1]"
	"    AND la.attname OPERATOR(pg_catalog.=) 'id')"
	"  ON r.looked_up AND k.conrelid OPERATOR(pg_catalog.=) d.oid AND k.contype OPERATOR(pg_catalog.=) 'f'"
	"  AND k.conkey OPERATOR(pg_catalog.=) ARRAY[d.attnum]"
	/* the types of PostgreSQL's own that hold names and keys, and users' enums */
	" WHERE CASE WHEN r.looked_up THEN l.oid IS NOT NULL"
	"  AND dt.oid OPERATOR(pg_catalog.=) ANY ('{smallint,integer,bigint}'::pg_catalog.regtype[])"
	"  ELSE dt.typtype OPERATOR(pg_catalog.=) 'e'"
	"  OR dt.oid OPERATOR(pg_catalog.=) ANY ('{text,varchar,bpchar,name}'::pg_catalog.regtype[]) END"
	" AND it.oid OPERATOR(pg_catalog.=) ANY"
	"  ('{smallint,integer,bigint,numeric,uuid,text,varchar,bpchar,name}'::pg_catalog.regtype[])"
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f"
	"   WHERE f.conrelid OPERATOR(pg_catalog.=) d.oid AND f.contype OPERATOR(pg_catalog.=) 'f'"
	"   AND i.attnum OPERATOR(pg_catalog.=) ANY (f.conkey))"
	" AND pg_catalog.has_column_privilege(d.oid, i.attnum, 'SELECT')"
	" ORDER BY d.nspname, d.relname, d.attnum, i.attnum",
	1,
	{NAMEARRAYOID}};

static const RlnEdge *find_edge(const RlnPair *pair);


/* The pairs of the schemas' tables (empty: of all); List of RlnPair *. */
List *
rln_find_pairs(ArrayType *schemas)
{
	MemoryContext context = CurrentMemoryContext;
	List *found = NIL;
	List *pairs = NIL;
	Datum values[1] = {PointerGetDatum(schemas)};
	uint64 rows;
	ListCell *lc;

	rln_spi_connect();
	rows = rln_spi_load(&load_pairs, values);
	for (uint64 row = 0; row < rows; row++)
	{
		RlnPair *pair = MemoryContextAllocZero(context, sizeof(RlnPair));
		bool isnull;
		MemoryContext spi_context;

		pair->many = DatumGetObjectId(rln_spi_value(row, 1, &isnull));
		pair->discriminator = rln_spi_text(row, 2, context);
		pair->item = rln_spi_text(row, 3, context);
		pair->is_exact = DatumGetBool(rln_spi_value(row, 4, &isnull));
		pair->lookup = DatumGetObjectId(rln_spi_value(row, 5, &isnull));
		if (isnull)
			pair->lookup = InvalidOid;
		pair->deferrable = DatumGetBool(rln_spi_value(row, 6, &isnull));
		pair->deferred = DatumGetBool(rln_spi_value(row, 7, &isnull));
		spi_context = MemoryContextSwitchTo(context);
		found = lappend(found, pair);
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();

	foreach(lc, found)
	{
		RlnPair *pair = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (!rln_table_lock(pair->many) ||
			(OidIsValid(pair->lookup) && !rln_table_lock(pair->lookup)) ||
			rln_column_get(pair->many, pair->discriminator) == NULL ||
			rln_column_get(pair->many, pair->item) == NULL)
			continue; /* dropped since it was listed */
		pair->edge = find_edge(pair);
		pairs = lappend(pairs, pair);
	}
	return pairs;
}

/* The many-to-any relation that the pair has already, or NULL. */
static const RlnEdge *
find_edge(const RlnPair *pair)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(pair->many))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->many == pair->many && RLN_IS_ANY(edge) &&
			strcmp(edge->discriminator_column, pair->discriminator) == 0 &&
			rln_names_contain(edge->columns, pair->item))
			return rln_edge_copy(edge);
	}
	return NULL;
}
