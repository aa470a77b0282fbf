/*
 * write.c
 *	  RlnEdge to rows of the registry.
 *
 * They are written with the rights of the registry's owner: no user may write
 * them, and whoever calls these functions has checked that this user may make
 * this change.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "registry/registry.h"

/* what came later is written apart: the tables may still be those of 0.1 */
#define COLUMNS_0_1 18
#define EDGE_TYPES \
	INT4OID, REGCLASSOID, NAMEARRAYOID, NAMEOID, NAMEOID, NAMEARRAYOID, NAMEOID, TEXTOID, \
		TEXTOID, TEXTOID, BOOLOID, BOOLOID, BOOLOID, NAMEOID, BOOLOID, NAMEARRAYOID, NAMEOID, \
		NAMEOID

static RlnStatement insert_edge = {
	"INSERT INTO relations.edge (id, many_collection, many_columns, discriminator_column, alias,"
	" junction_columns, sort_column, deselect_action, on_delete, on_update, is_unique, is_enforced,"
	" is_validated, constraint_name, constraint_generated, not_null_generated, unique_generated,"
	" index_generated)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
	COLUMNS_0_1,
	{EDGE_TYPES}};

static RlnStatement update_edge = {
	"UPDATE relations.edge SET many_collection = $2, many_columns = $3, discriminator_column = $4,"
	" alias = $5, junction_columns = $6, sort_column = $7, deselect_action = $8, on_delete = $9,"
	" on_update = $10, is_unique = $11, is_enforced = $12, is_validated = $13,"
	" constraint_name = $14, constraint_generated = $15, not_null_generated = $16,"
	" unique_generated = $17, index_generated = $18"
	" WHERE id OPERATOR(pg_catalog.=) $1",
	COLUMNS_0_1,
	{EDGE_TYPES}};

static RlnStatement update_symmetric = {
	"UPDATE relations.edge SET is_symmetric = $2, check_generated = $3"
	" WHERE id OPERATOR(pg_catalog.=) $1",
	3,
	{INT4OID, BOOLOID, NAMEOID}};

static RlnStatement delete_edge = {
	"DELETE FROM relations.edge WHERE id OPERATOR(pg_catalog.=) $1", 1, {INT4OID}};

static RlnStatement insert_target = {
	"INSERT INTO relations.target (edge, position, one_collection, one_columns, discriminator, field)"
	" VALUES ($1, $2, $3, $4, $5, $6)",
	6,
	{INT4OID, INT4OID, REGCLASSOID, NAMEARRAYOID, TEXTOID, NAMEOID}};

static RlnStatement delete_targets = {
	"DELETE FROM relations.target WHERE edge OPERATOR(pg_catalog.=) $1", 1, {INT4OID}};

static void write_edge(RlnStatement *statement, const RlnEdge *edge);
static void write_symmetric(const RlnEdge *edge);
static uint64 delete_rows(RlnStatement *statement, const Datum *values);
static void ensure_written(uint64 rows, int32 id);
static void write_targets(const RlnEdge *edge);
static Datum names_datum(const List *names);
static Oid registry_owner(void);


/* Stores a new edge and gives it its id, unless it brings one. */
void
rln_edge_insert(RlnEdge *edge)
{
	if (edge->id == 0)
		edge->id = rln_edge_next_id();
	write_edge(&insert_edge, edge);
	if (edge->is_symmetric)
		write_symmetric(edge);
	write_targets(edge);
}

void
rln_edge_update(const RlnEdge *edge)
{
	Datum values[1] = {Int32GetDatum(edge->id)};

	write_edge(&update_edge, edge);
	write_symmetric(edge);
	delete_rows(&delete_targets, values);
	write_targets(edge);
}

void
rln_edge_delete(int32 id)
{
	Datum values[1] = {Int32GetDatum(id)};

	delete_rows(&delete_targets, values);
	ensure_written(delete_rows(&delete_edge, values), id);
}

static void
write_edge(RlnStatement *statement, const RlnEdge *edge)
{
	Datum values[COLUMNS_0_1];
	char nulls[COLUMNS_0_1 + 1];
	int n = 0;

#define PUT(value) \
	(nulls[n] = ' ', values[n] = (value), n++)
#define PUT_NAME(name) \
	(nulls[n] = (name) == NULL ? 'n' : ' ', \
	 values[n] = \
		 (name) == NULL ? (Datum) 0 : DirectFunctionCall1(namein, CStringGetDatum(name)), \
	 n++)
#define PUT_NAMES(names) \
	(nulls[n] = (names) == NIL ? 'n' : ' ', \
	 values[n] = (names) == NIL ? (Datum) 0 : names_datum(names), n++)

	PUT(Int32GetDatum(edge->id));
	PUT(ObjectIdGetDatum(edge->many));
	PUT_NAMES(edge->columns);
	PUT_NAME(edge->discriminator_column);
	PUT_NAME(edge->alias);
	PUT_NAMES(edge->junction_columns);
	PUT_NAME(edge->sort_column);
	PUT(CStringGetTextDatum(edge->deselect_action));
	PUT(CStringGetTextDatum(edge->on_delete));
	PUT(CStringGetTextDatum(edge->on_update));
	PUT(BoolGetDatum(edge->is_unique));
	PUT(BoolGetDatum(edge->is_enforced));
	PUT(BoolGetDatum(edge->is_validated));
	PUT_NAME(edge->constraint_name);
	PUT(BoolGetDatum(edge->constraint_generated));
	PUT_NAMES(edge->not_null_generated);
	PUT_NAME(edge->unique_generated);
	PUT_NAME(edge->index_generated);
	nulls[n] = '\0';

#undef PUT
#undef PUT_NAME
#undef PUT_NAMES

	rln_spi_connect();
	ensure_written(rln_spi_write_as(statement, values, nulls, registry_owner()), edge->id);
	rln_spi_finish();
}

/* 55000 where the extension's tables are not those of this library yet. */
static void
write_symmetric(const RlnEdge *edge)
{
	Datum values[3] = {Int32GetDatum(edge->id), BoolGetDatum(edge->is_symmetric), (Datum) 0};
	char nulls[] = "   ";

	if (get_attnum(rln_registry_table(), "is_symmetric") == InvalidAttrNumber)
	{
		if (edge->is_symmetric)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("this version of the extension in the database knows no symmetric relations"),
					 errhint("ALTER EXTENSION relations UPDATE.")));
		return;
	}
	if (edge->check_generated == NULL)
		nulls[2] = 'n';
	else
		values[2] = DirectFunctionCall1(namein, CStringGetDatum(edge->check_generated));
	rln_spi_connect();
	ensure_written(rln_spi_write_as(&update_symmetric, values, nulls, registry_owner()), edge->id);
	rln_spi_finish();
}

static uint64
delete_rows(RlnStatement *statement, const Datum *values)
{
	uint64 rows;

	rln_spi_connect();
	rows = rln_spi_write_as(statement, values, NULL, registry_owner());
	rln_spi_finish();
	return rows;
}

/* The registry is locked, so what was read is there to be written. */
static void
ensure_written(uint64 rows, int32 id)
{
	if (rows != 1)
		elog(ERROR, "relation %d was not written", id); /* should not happen */
}

static void
write_targets(const RlnEdge *edge)
{
	Oid owner = registry_owner();
	ListCell *lc;

	rln_spi_connect();
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		Datum values[6];
		char nulls[] = "      ";

		values[0] = Int32GetDatum(edge->id);
		values[1] = Int32GetDatum(foreach_current_index(lc) + 1);
		values[2] = ObjectIdGetDatum(target->relid);
		values[3] = names_datum(target->columns);
		values[4] = (Datum) 0;
		if (target->discriminator == NULL)
			nulls[4] = 'n';
		else
			values[4] = CStringGetTextDatum(target->discriminator);
		values[5] = DirectFunctionCall1(namein, CStringGetDatum(target->field));
		rln_spi_write_as(&insert_target, values, nulls, owner);
	}
	rln_spi_finish();
}

static Datum
names_datum(const List *names)
{
	Datum *elements = palloc(sizeof(Datum) * list_length(names));
	ListCell *lc;

	foreach(lc, names)
		elements[foreach_current_index(lc)] =
			DirectFunctionCall1(namein, CStringGetDatum(lfirst(lc)));
	return PointerGetDatum(construct_array(elements, list_length(names), NAMEOID, NAMEDATALEN,
										   false, TYPALIGN_CHAR));
}

static Oid
registry_owner(void)
{
	return rln_table_owner(rln_registry_table());
}
