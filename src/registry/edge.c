/*
 * edge.c
 *	  Rows of the registry, to and from RlnEdge.
 *
 * Rows are read under the latest snapshot with the caller's rights (everybody
 * may read them) and written with those of the registry's owner: no user may
 * write them, and whoever calls these functions has checked that this user may
 * make this change.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "registry/registry.h"

#define LOAD_COLUMNS \
	"SELECT e.id, e.many_collection, e.many_columns, e.discriminator_column, e.alias," \
	" e.junction_columns, e.sort_column, e.deselect_action, e.on_delete, e.on_update," \
	" e.is_unique, e.constraint_name, e.constraint_generated, e.not_null_generated," \
	" e.unique_generated, e.index_generated," \
	" t.one_collection, t.one_columns, t.discriminator, t.field" \
	" FROM relations.edge e JOIN relations.target t ON t.edge OPERATOR(pg_catalog.=) e.id"
#define LOAD_ORDER " ORDER BY e.id, t.position"

/* positions in LOAD_COLUMNS */
enum
{
	C_ID = 1,
	C_MANY,
	C_COLUMNS,
	C_DISCRIMINATOR_COLUMN,
	C_ALIAS,
	C_JUNCTION_COLUMNS,
	C_SORT_COLUMN,
	C_DESELECT_ACTION,
	C_ON_DELETE,
	C_ON_UPDATE,
	C_IS_UNIQUE,
	C_CONSTRAINT_NAME,
	C_CONSTRAINT_GENERATED,
	C_NOT_NULL_GENERATED,
	C_UNIQUE_GENERATED,
	C_INDEX_GENERATED,
	C_TARGET,
	C_TARGET_COLUMNS,
	C_TARGET_DISCRIMINATOR,
	C_TARGET_FIELD
};

static RlnStatement load_all = {LOAD_COLUMNS LOAD_ORDER};

static RlnStatement load_by_id = {
	LOAD_COLUMNS " WHERE e.id OPERATOR(pg_catalog.=) $1" LOAD_ORDER,
	1,
	{INT4OID}};

static RlnStatement load_by_table = {
	LOAD_COLUMNS
	" WHERE e.id OPERATOR(pg_catalog.=) ANY (ARRAY("
	"SELECT m.id FROM relations.edge m WHERE m.many_collection OPERATOR(pg_catalog.=) $1"
	" UNION SELECT o.edge FROM relations.target o WHERE o.one_collection OPERATOR(pg_catalog.=) $1"
	"))" LOAD_ORDER,
	1,
	{OIDOID}};

static RlnStatement next_id = {
	"SELECT pg_catalog.nextval('relations.edge_id_seq')::pg_catalog.int4"};

static RlnStatement insert_edge = {
	"INSERT INTO relations.edge (id, many_collection, many_columns, discriminator_column, alias,"
	" junction_columns, sort_column, deselect_action, on_delete, on_update, is_unique,"
	" constraint_name, constraint_generated, not_null_generated, unique_generated, index_generated)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
	16,
	{INT4OID, REGCLASSOID, NAMEARRAYOID, NAMEOID, NAMEOID, NAMEARRAYOID, NAMEOID, TEXTOID, TEXTOID,
	 TEXTOID, BOOLOID, NAMEOID, BOOLOID, NAMEARRAYOID, NAMEOID, NAMEOID}};

static RlnStatement update_edge = {
	"UPDATE relations.edge SET many_collection = $2, many_columns = $3, discriminator_column = $4,"
	" alias = $5, junction_columns = $6, sort_column = $7, deselect_action = $8, on_delete = $9,"
	" on_update = $10, is_unique = $11, constraint_name = $12, constraint_generated = $13,"
	" not_null_generated = $14, unique_generated = $15, index_generated = $16"
	" WHERE id OPERATOR(pg_catalog.=) $1",
	16,
	{INT4OID, REGCLASSOID, NAMEARRAYOID, NAMEOID, NAMEOID, NAMEARRAYOID, NAMEOID, TEXTOID, TEXTOID,
	 TEXTOID, BOOLOID, NAMEOID, BOOLOID, NAMEARRAYOID, NAMEOID, NAMEOID}};

static RlnStatement delete_edge = {
	"DELETE FROM relations.edge WHERE id OPERATOR(pg_catalog.=) $1", 1, {INT4OID}};

static RlnStatement insert_target = {
	"INSERT INTO relations.target (edge, position, one_collection, one_columns, discriminator, field)"
	" VALUES ($1, $2, $3, $4, $5, $6)",
	6,
	{INT4OID, INT4OID, REGCLASSOID, NAMEARRAYOID, TEXTOID, NAMEOID}};

static RlnStatement delete_targets = {
	"DELETE FROM relations.target WHERE edge OPERATOR(pg_catalog.=) $1", 1, {INT4OID}};

static List *load(RlnStatement *statement, const Datum *values);
static RlnEdge *read_edge(uint64 row, MemoryContext context);
static RlnTarget *read_target(uint64 row, MemoryContext context);
static List *read_names(uint64 row, int column, MemoryContext context);
static List *copy_names(const List *names);
static char *copy_text(const char *text);
static void write_edge(RlnStatement *statement, const RlnEdge *edge);
static void write_targets(const RlnEdge *edge);
static Datum names_datum(const List *names);
static Oid registry_owner(void);


/* Every edge, by id; in the current memory context, as all that follow. */
List *
rln_edges_load(void)
{
	return load(&load_all, NULL);
}

/* The edges that the table takes part in, on either side, by id. */
List *
rln_edges_load_of(Oid relid)
{
	Datum values[1] = {ObjectIdGetDatum(relid)};

	return load(&load_by_table, values);
}

/* The edge, or NULL. */
RlnEdge *
rln_edge_get(int32 id)
{
	Datum values[1] = {Int32GetDatum(id)};
	List *edges = load(&load_by_id, values);

	return edges == NIL ? NULL : linitial(edges);
}

RlnEdge *
rln_edge_copy(const RlnEdge *edge)
{
	RlnEdge *copy = palloc(sizeof(RlnEdge));
	ListCell *lc;

	memcpy(copy, edge, sizeof(RlnEdge));
	copy->columns = copy_names(edge->columns);
	copy->discriminator_column = copy_text(edge->discriminator_column);
	copy->alias = copy_text(edge->alias);
	copy->junction_columns = copy_names(edge->junction_columns);
	copy->sort_column = copy_text(edge->sort_column);
	copy->deselect_action = copy_text(edge->deselect_action);
	copy->on_delete = copy_text(edge->on_delete);
	copy->on_update = copy_text(edge->on_update);
	copy->constraint_name = copy_text(edge->constraint_name);
	copy->not_null_generated = copy_names(edge->not_null_generated);
	copy->unique_generated = copy_text(edge->unique_generated);
	copy->index_generated = copy_text(edge->index_generated);
	copy->targets = NIL;
	foreach (lc, edge->targets)
	{
		RlnTarget *from = lfirst(lc);
		RlnTarget *target = palloc(sizeof(RlnTarget));

		target->relid = from->relid;
		target->columns = copy_names(from->columns);
		target->discriminator = copy_text(from->discriminator);
		target->field = copy_text(from->field);
		copy->targets = lappend(copy->targets, target);
	}
	return copy;
}

/* Stores a new edge and gives it its id, unless it brings one. */
void
rln_edge_insert(RlnEdge *edge)
{
	if (edge->id == 0)
	{
		bool isnull;

		rln_spi_connect();
		rln_spi_write_as(&next_id, NULL, NULL, registry_owner());
		edge->id = DatumGetInt32(rln_spi_value(0, 1, &isnull));
		rln_spi_finish();
	}
	write_edge(&insert_edge, edge);
	write_targets(edge);
}

void
rln_edge_update(const RlnEdge *edge)
{
	Datum values[1] = {Int32GetDatum(edge->id)};

	write_edge(&update_edge, edge);
	rln_spi_connect();
	rln_spi_write_as(&delete_targets, values, NULL, registry_owner());
	rln_spi_finish();
	write_targets(edge);
}

/* Its targets go with it, by the registry's own foreign key. */
void
rln_edge_delete(int32 id)
{
	Datum values[1] = {Int32GetDatum(id)};

	rln_spi_connect();
	rln_spi_write_as(&delete_edge, values, NULL, registry_owner());
	rln_spi_finish();
}

/*
 * One change of the registry at a time, to the end of the transaction: what is
 * checked about names and equal relations stays true until it is stored.
 * Readers are not held up.
 */
void
rln_registry_lock(void)
{
	LockRelationOid(rln_registry_table(), ShareRowExclusiveLock);
}

/* The table that holds the edges. */
Oid
rln_registry_table(void)
{
	Oid schema = get_namespace_oid("relations", false);
	Oid relid = get_relname_relid("edge", schema);

	if (!OidIsValid(relid))
		elog(ERROR, "relations.edge does not exist"); /* should not happen */
	return relid;
}

/* The one target of an edge that is a foreign key. */
RlnTarget *
rln_edge_target(const RlnEdge *edge)
{
	Assert(!RLN_IS_ANY(edge));
	return linitial(edge->targets);
}

bool
rln_edge_leads_to(const RlnEdge *edge, Oid relid)
{
	ListCell *lc;

	foreach (lc, edge->targets)
	{
		if (((RlnTarget *) lfirst(lc))->relid == relid)
			return true;
	}
	return false;
}

/* Rows of LOAD_COLUMNS as edges, each with its run of targets. */
static List *
load(RlnStatement *statement, const Datum *values)
{
	MemoryContext context = CurrentMemoryContext;
	List *edges = NIL;
	RlnEdge *edge = NULL;
	uint64 rows;

	rln_spi_connect();
	rows = rln_spi_load(statement, values);
	for (uint64 row = 0; row < rows; row++)
	{
		bool isnull;
		int32 id = DatumGetInt32(rln_spi_value(row, C_ID, &isnull));
		MemoryContext spi_context;

		CHECK_FOR_INTERRUPTS();
		spi_context = MemoryContextSwitchTo(context);
		if (edge == NULL || edge->id != id)
		{
			edge = read_edge(row, context);
			edges = lappend(edges, edge);
		}
		edge->targets = lappend(edge->targets, read_target(row, context));
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	return edges;
}

static RlnEdge *
read_edge(uint64 row, MemoryContext context)
{
	RlnEdge *edge = palloc0(sizeof(RlnEdge));
	bool isnull;

	edge->id = DatumGetInt32(rln_spi_value(row, C_ID, &isnull));
	edge->many = DatumGetObjectId(rln_spi_value(row, C_MANY, &isnull));
	edge->columns = read_names(row, C_COLUMNS, context);
	edge->discriminator_column = rln_spi_text(row, C_DISCRIMINATOR_COLUMN, context);
	edge->alias = rln_spi_text(row, C_ALIAS, context);
	edge->junction_columns = read_names(row, C_JUNCTION_COLUMNS, context);
	edge->sort_column = rln_spi_text(row, C_SORT_COLUMN, context);
	edge->deselect_action = rln_spi_text(row, C_DESELECT_ACTION, context);
	edge->on_delete = rln_spi_text(row, C_ON_DELETE, context);
	edge->on_update = rln_spi_text(row, C_ON_UPDATE, context);
	edge->is_unique = DatumGetBool(rln_spi_value(row, C_IS_UNIQUE, &isnull));
	edge->constraint_name = rln_spi_text(row, C_CONSTRAINT_NAME, context);
	edge->constraint_generated = DatumGetBool(rln_spi_value(row, C_CONSTRAINT_GENERATED, &isnull));
	edge->not_null_generated = read_names(row, C_NOT_NULL_GENERATED, context);
	edge->unique_generated = rln_spi_text(row, C_UNIQUE_GENERATED, context);
	edge->index_generated = rln_spi_text(row, C_INDEX_GENERATED, context);
	return edge;
}

static RlnTarget *
read_target(uint64 row, MemoryContext context)
{
	RlnTarget *target = palloc0(sizeof(RlnTarget));
	bool isnull;

	target->relid = DatumGetObjectId(rln_spi_value(row, C_TARGET, &isnull));
	target->columns = read_names(row, C_TARGET_COLUMNS, context);
	target->discriminator = rln_spi_text(row, C_TARGET_DISCRIMINATOR, context);
	target->field = rln_spi_text(row, C_TARGET_FIELD, context);
	return target;
}

/* A name[] as a List of char *; null is NIL. */
static List *
read_names(uint64 row, int column, MemoryContext context)
{
	bool isnull;
	Datum value = rln_spi_value(row, column, &isnull);
	List *names;
	MemoryContext before;

	if (isnull)
		return NIL;
	before = MemoryContextSwitchTo(context);
	names = rln_names_from_array(DatumGetArrayTypeP(value));
	MemoryContextSwitchTo(before);
	return names;
}

static List *
copy_names(const List *names)
{
	List *copy = NIL;
	ListCell *lc;

	foreach (lc, names)
		copy = lappend(copy, pstrdup(lfirst(lc)));
	return copy;
}

static char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}

static void
write_edge(RlnStatement *statement, const RlnEdge *edge)
{
	Datum values[16];
	char nulls[17];
	int n = 0;

#define PUT(value) \
	(nulls[n] = ' ', values[n] = (value), n++)
#define PUT_NAME(name) \
	(nulls[n] = (name) == NULL ? 'n' : ' ', \
	 values[n] = (name) == NULL ? (Datum) 0 : DirectFunctionCall1(namein, CStringGetDatum(name)), n++)
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
	rln_spi_write_as(statement, values, nulls, registry_owner());
	rln_spi_finish();
}

static void
write_targets(const RlnEdge *edge)
{
	Oid owner = registry_owner();
	ListCell *lc;

	rln_spi_connect();
	foreach (lc, edge->targets)
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

	foreach (lc, names)
		elements[foreach_current_index(lc)] = DirectFunctionCall1(namein, CStringGetDatum(lfirst(lc)));
	return PointerGetDatum(construct_array(elements, list_length(names), NAMEOID, NAMEDATALEN,
										   false, TYPALIGN_CHAR));
}

static Oid
registry_owner(void)
{
	return rln_table_owner(rln_registry_table());
}
