/*
 * typed.c
 *	  Tables whose rows say of which class they are.
 *
 * An object mapper may store a class and its subclasses in one table; a column
 * "type" holds the name of the row's class (single-table inheritance).  The names
 * that occur are read once for each call of discover(), by one scan of each such
 * table, and not once for each value of a discriminator that means no table.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "discover/discover.h"

/* a column with more values says something else */
#define MAX_CLASSES 1000

typedef struct TypedTable
{
	Oid relid;
	Oid schema;
	List *classes; /* of char * */
} TypedTable;

struct RlnTyped
{
	List *schemas; /* those that have been read, as OIDs */
	List *tables;  /* TypedTable *, by schema and name */
};

/* tables of a schema with a column for it that the caller may read */
static RlnStatement load_typed = {
	"SELECT c.oid FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
	" WHERE c.relnamespace OPERATOR(pg_catalog.=) $1"
	" AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[]) AND NOT c.relispartition"
	" AND a.attname OPERATOR(pg_catalog.=) 'type' AND NOT a.attisdropped"
	" AND a.atttypid OPERATOR(pg_catalog.=) ANY ('{text,varchar}'::pg_catalog.regtype[])"
	" AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')"
	" ORDER BY c.relname",
	1,
	{OIDOID}};

static void load_schema(RlnTyped *typed, Oid schema);
static List *load_classes(Oid relid);


/* Nothing is read before it is asked for; in the current memory context, for good. */
RlnTyped *
rln_typed_make(void)
{
	return palloc0(sizeof(RlnTyped));
}

/* The schema's tables that have rows of the class; List of Oid, by name. */
List *
rln_typed_tables(RlnTyped *typed, Oid schema, const char *class)
{
	List *relids = NIL;
	ListCell *lc;

	if (!list_member_oid(typed->schemas, schema))
		load_schema(typed, schema);
	foreach(lc, typed->tables)
	{
		TypedTable *table = lfirst(lc);

		if (table->schema == schema && rln_names_contain(table->classes, class))
			relids = lappend_oid(relids, table->relid);
	}
	return relids;
}

static void
load_schema(RlnTyped *typed, Oid schema)
{
	MemoryContext context = CurrentMemoryContext;
	Datum values[1] = {ObjectIdGetDatum(schema)};
	List *relids = NIL;
	uint64 rows;
	ListCell *lc;

	rln_spi_connect();
	rows = rln_spi_load(&load_typed, values);
	for (uint64 row = 0; row < rows; row++)
	{
		bool isnull;
		MemoryContext spi_context = MemoryContextSwitchTo(context);

		relids = lappend_oid(relids, DatumGetObjectId(rln_spi_value(row, 1, &isnull)));
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	foreach(lc, relids)
	{
		TypedTable *table;

		CHECK_FOR_INTERRUPTS();
		if (!rln_table_lock(lfirst_oid(lc)))
			continue; /* dropped since it was listed */
		table = palloc0(sizeof(TypedTable));
		table->relid = lfirst_oid(lc);
		table->schema = schema;
		table->classes = load_classes(table->relid);
		typed->tables = lappend(typed->tables, table);
	}
	typed->schemas = lappend_oid(typed->schemas, schema);
}

/*----------
 * NIL where there are too many for classes:
 *	SELECT DISTINCT t.type::text FROM [ONLY] <table> t WHERE t.type IS NOT NULL LIMIT 1001
 *----------
 */
static List *
load_classes(Oid relid)
{
	MemoryContext context = CurrentMemoryContext;
	List *classes = NIL;
	char *sql = psprintf("SELECT DISTINCT CAST(t.\"type\" AS pg_catalog.text) FROM %s%s t"
						 " WHERE t.\"type\" IS NOT NULL LIMIT %d",
						 rln_only(relid), rln_table_sql(relid), MAX_CLASSES + 1);
	uint64 rows;

	rln_spi_connect();
	rows = rln_spi_query(sql);
	for (uint64 row = 0; row < rows && rows <= MAX_CLASSES; row++)
	{
		char *class = rln_spi_text(row, 1, context);
		MemoryContext spi_context = MemoryContextSwitchTo(context);

		classes = lappend(classes, class);
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	return classes;
}
