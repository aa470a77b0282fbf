/*
 * propose.c
 *	  The foreign keys of a database as relations.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "discover/discover.h"

/* the registered edges of one table's many side */
typedef struct TableEdges
{
	Oid many; /* hash key, must be first */
	List *edges;
} TableEdges;

/* Those with foreign keys that the caller may read. */
static RlnStatement load_tables = {
	"SELECT c.oid FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	" WHERE " RLN_USERS_TABLES
	" AND EXISTS (SELECT FROM pg_catalog.pg_constraint k"
	"   WHERE k.conrelid OPERATOR(pg_catalog.=) c.oid AND k.contype OPERATOR(pg_catalog.=) 'f')"
	" AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')"
	" ORDER BY n.nspname, c.relname",
	1,
	{NAMEARRAYOID}};

static RlnStatement find_owned = {
	"SELECT FROM pg_catalog.pg_class c"
	" WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[])"
	" AND pg_catalog.pg_has_role(c.relowner, 'USAGE') LIMIT 1"};

static List *propose_pairs(ArrayType *schemas);
static HTAB *make_referred(void);
static void note_referred(const List *proposals, HTAB *referred);
static List *find_tables(ArrayType *schemas);
static void ensure_schemas(ArrayType *schemas);
static HTAB *hash_edges(void);
static List *propose_table(Oid relid, HTAB *edges);
static bool is_proposed(const List *proposals, const RlnForeignKey *key);
static const RlnEdge *find_edge(HTAB *edges, Oid many, const RlnForeignKey *key);
static int compare_position(const ListCell *a, const ListCell *b);


/*
 * A proposal for each foreign key of the schemas' tables (NULL: of all), by
 * schema, table and column; List of RlnProposal *.  *pairs gets the polymorphic
 * pairs of columns in the same order; List of RlnPair *.
 */
List *
rln_propose(ArrayType *schemas, List **pairs)
{
	HTAB *edges = hash_edges();
	List *tables = NIL; /* a List of proposals for each */
	List *proposals = NIL;
	HTAB *referred = make_referred();
	ListCell *lc;

	if (schemas != NULL)
		ensure_schemas(schemas);
	else
		schemas = construct_empty_array(NAMEOID);
	foreach(lc, find_tables(schemas))
	{
		List *of_table;

		CHECK_FOR_INTERRUPTS();
		if (!rln_table_lock(lfirst_oid(lc)))
			continue; /* dropped since it was listed */
		of_table = propose_table(lfirst_oid(lc), edges);
		note_referred(of_table, referred);
		tables = lappend(tables, of_table);
	}
	foreach(lc, tables)
	{
		rln_find_junction(lfirst(lc), referred);
		proposals = list_concat(proposals, lfirst(lc));
	}
	*pairs = propose_pairs(schemas);
	rln_choose_aliases(proposals, *pairs);
	return proposals;
}

/* The pairs, with what the values of those that are not registered mean. */
static List *
propose_pairs(ArrayType *schemas)
{
	List *pairs = NIL;
	RlnTyped *typed = rln_typed_make();
	ListCell *lc;

	foreach(lc, rln_find_pairs(schemas))
	{
		RlnPair *pair = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (pair->edge != NULL || rln_find_meanings(pair, typed))
			pairs = lappend(pairs, pair);
	}
	return pairs;
}

static HTAB *
make_referred(void)
{
	HASHCTL control = {
		.keysize = sizeof(Oid), .entrysize = sizeof(Oid), .hcxt = CurrentMemoryContext};

	return hash_create("relations: tables referred to", 256, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static void
note_referred(const List *proposals, HTAB *referred)
{
	ListCell *lc;

	foreach(lc, proposals)
		hash_search(referred, &((RlnProposal *) lfirst(lc))->key->one, HASH_ENTER, NULL);
}

/* Could the caller register anything at all? */
bool
rln_owns_any_table(void)
{
	bool owns;

	rln_spi_connect();
	owns = rln_spi_load(&find_owned, NULL) > 0;
	rln_spi_finish();
	return owns;
}

static List *
find_tables(ArrayType *schemas)
{
	MemoryContext context = CurrentMemoryContext;
	List *tables = NIL;
	Datum values[1];
	uint64 rows;

	values[0] = PointerGetDatum(schemas);

	rln_spi_connect();
	rows = rln_spi_load(&load_tables, values);
	for (uint64 row = 0; row < rows; row++)
	{
		bool isnull;
		Oid relid = DatumGetObjectId(rln_spi_value(row, 1, &isnull));
		MemoryContext spi_context = MemoryContextSwitchTo(context);

		tables = lappend_oid(tables, relid);
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	return tables;
}

/* 3F000 where a schema does not exist; an empty list is a mistake too */
static void
ensure_schemas(ArrayType *schemas)
{
	List *names = rln_names_from_array(schemas);
	ListCell *lc;

	if (names == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("schemas must not be empty"),
				 errhint("Leave it out to look at all schemas.")));
	foreach(lc, names)
		get_namespace_oid(lfirst(lc), false);
}

static HTAB *
hash_edges(void)
{
	HASHCTL control = {
		.keysize = sizeof(Oid), .entrysize = sizeof(TableEdges), .hcxt = CurrentMemoryContext};
	HTAB *hash = hash_create("relations: edges by table", 256, &control,
							 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	ListCell *lc;

	foreach(lc, rln_edges_load())
	{
		RlnEdge *edge = lfirst(lc);
		bool found;
		TableEdges *entry = hash_search(hash, &edge->many, HASH_ENTER, &found);

		if (!found)
			entry->edges = NIL;
		entry->edges = lappend(entry->edges, edge);
	}
	return hash;
}

static List *
propose_table(Oid relid, HTAB *edges)
{
	List *proposals = NIL;
	ListCell *lc;

	foreach(lc, rln_foreign_keys_load(relid))
	{
		RlnForeignKey *key = lfirst(lc);
		RlnProposal *proposal;

		if (key->inherited || !rln_table_lock(key->one) || !rln_may_read(key->one))
			continue;
		if (is_proposed(proposals, key))
			continue; /* the same foreign key twice is one relation */
		proposal = palloc0(sizeof(RlnProposal));
		proposal->many = relid;
		proposal->key = key;
		proposal->unique = rln_columns_unique(relid, key->columns);
		proposal->edge = find_edge(edges, relid, key);
		proposals = lappend(proposals, proposal);
	}
	list_sort(proposals, compare_position);
	return proposals;
}

static bool
is_proposed(const List *proposals, const RlnForeignKey *key)
{
	ListCell *lc;

	foreach(lc, proposals)
	{
		const RlnForeignKey *other = ((RlnProposal *) lfirst(lc))->key;

		if (other->one == key->one && rln_names_same_set(other->columns, key->columns))
			return true;
	}
	return false;
}

static const RlnEdge *
find_edge(HTAB *edges, Oid many, const RlnForeignKey *key)
{
	TableEdges *entry = hash_search(edges, &many, HASH_FIND, NULL);
	ListCell *lc;

	foreach(lc, entry == NULL ? NIL : entry->edges)
	{
		RlnEdge *edge = lfirst(lc);

		if (rln_edge_leads_to(edge, key->one) && rln_names_same_set(edge->columns, key->columns))
			return edge;
	}
	return NULL;
}

/* By the first column's place in the table; names break ties. */
static int
compare_position(const ListCell *a, const ListCell *b)
{
	const RlnProposal *left = lfirst(a);
	const RlnProposal *right = lfirst(b);
	int difference = get_attnum(left->many, linitial(left->key->columns)) -
		get_attnum(right->many, linitial(right->key->columns));

	return difference != 0 ? difference : strcmp(left->key->name, right->key->name);
}
