/*
 * directus.c
 *	  import_directus(): the relations of a Directus project.
 *
 * Directus keeps them in tables of its own, in the same schema as the
 * collections: directus_relations, a row for each many side, with the eight
 * columns of the reference document and two more; directus_fields, where an
 * alias is a row without a column; directus_collections, where a folder is a
 * row without a table.  Older versions lack some columns.
 *
 * Each row is registered on its own, so that one that cannot be is no obstacle
 * to the others: it is told in a notice.  What it relates is never changed:
 * a column that is missing is not added.  Where rows break the rule, which
 * nobody has enforced so far, the relation is made without validation.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/error.h"
#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "discover/discover.h"

/* a row of directus_relations */
typedef enum DirectusColumn
{
	MANY_COLLECTION,
	MANY_FIELD,
	ONE_COLLECTION,
	ONE_FIELD,
	ONE_COLLECTION_FIELD,
	ONE_ALLOWED_COLLECTIONS,
	JUNCTION_FIELD,
	SORT_FIELD,
	ONE_DESELECT_ACTION,
	DIRECTUS_COLUMNS
} DirectusColumn;

static const char *const column_names[] = {
	"many_collection", "many_field", "one_collection", "one_field", "one_collection_field",
	"one_allowed_collections", "junction_field", "sort_field", "one_deselect_action"};

typedef struct DirectusRow
{
	char *values[DIRECTUS_COLUMNS]; /* NULL where empty */
} DirectusRow;

/* a relation that is to be made, and then its id */
typedef struct Attempt
{
	Oid schema;
	const DirectusRow *row;
	RlnTristate validate;
	int32 id;
} Attempt;

PG_FUNCTION_INFO_V1(relations_import_directus);

static Oid table_in(Oid schema, const char *name);
static void ensure_directus(Oid schema, const char *name);
static List *load_rows(Oid schema);
static char *text_sql(Oid relid, const char *name);
static int32 import_row(Oid schema, const DirectusRow *row);
static const char *find_obstacle(Oid schema, const DirectusRow *row);
static const char *missing_table(Oid schema, const char *name);
static bool is_registered(Oid schema, const DirectusRow *row);
static bool is_any(const DirectusRow *row);
static List *allowed_tables(Oid schema, const DirectusRow *row, bool tell);
static void create(void *arg);
static void notice_left_out(const DirectusRow *row, const char *reason);
static void notice_lost_sort(Oid schema, const DirectusRow *row);
static void notice_lost_aliases(Oid schema);


/* Registers what is not registered yet; returns the new relations. */
Datum
relations_import_directus(PG_FUNCTION_ARGS)
{
	List *ids = NIL;
	Oid schema;
	ListCell *lc;

	rln_ensure_argument(fcinfo, 0, "schema");
	schema = get_namespace_oid(NameStr(*PG_GETARG_NAME(0)), false);
	ensure_directus(schema, NameStr(*PG_GETARG_NAME(0)));

	/* before any table, see change.c; who owns nothing need not hold up others */
	if (rln_owns_any_table())
		rln_registry_lock();
	foreach(lc, load_rows(schema))
	{
		int32 id;

		CHECK_FOR_INTERRUPTS();
		id = import_row(schema, lfirst(lc));
		if (id != 0)
			ids = lappend_int(ids, id);
	}
	notice_lost_aliases(schema);
	rln_return_relations(fcinfo, ids);
	return (Datum) 0;
}

/* 42P01 where the schema holds no Directus project. */
static void
ensure_directus(Oid schema, const char *name)
{
	Oid relations = table_in(schema, "directus_relations");

	if (!OidIsValid(relations) || !rln_holds_rows(relations))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table \"directus_relations\" in schema \"%s\"", name),
				 errhint("Name the schema that holds the tables of Directus.")));
}

/* The relations in the order in which they were made; List of DirectusRow *. */
static List *
load_rows(Oid schema)
{
	MemoryContext context = CurrentMemoryContext;
	List *rows = NIL;
	Oid relations = table_in(schema, "directus_relations");
	StringInfoData sql;
	uint64 n;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (int i = 0; i < DIRECTUS_COLUMNS; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "", text_sql(relations, column_names[i]));
	appendStringInfo(&sql, " FROM %s r ORDER BY %s", rln_table_sql(relations),
					 rln_column_get(relations, "id") == NULL ? "1, 2" : "r.id");
	rln_spi_connect();
	n = rln_spi_query(sql.data);
	for (uint64 i = 0; i < n; i++)
	{
		DirectusRow *row = MemoryContextAllocZero(context, sizeof(DirectusRow));
		MemoryContext spi_context;

		for (int column = 0; column < DIRECTUS_COLUMNS; column++)
		{
			char *text = rln_spi_text(i, column + 1, context);

			row->values[column] = text == NULL || text[0] == '\0' ? NULL : text;
		}
		spi_context = MemoryContextSwitchTo(context);
		rows = lappend(rows, row);
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	return rows;
}

/* The column r.<name> as text, or null where there is no such text. */
static char *
text_sql(Oid relid, const char *name)
{
	const RlnColumn *column = rln_column_get(relid, name);
	Oid type = column == NULL ? InvalidOid : getBaseType(column->type);

	if (type != TEXTOID && type != VARCHAROID && type != BPCHAROID)
		return pstrdup("CAST(NULL AS pg_catalog.text)");
	return psprintf("CAST(r.%s AS pg_catalog.text)", quote_identifier(name));
}

/* The id of the relation that was made, or 0; a notice says why none was. */
static int32
import_row(Oid schema, const DirectusRow *row)
{
	Attempt attempt = {schema, row, RLN_UNSET, 0};
	const char *obstacle = find_obstacle(schema, row);
	ErrorData *error;

	if (obstacle != NULL)
	{
		notice_left_out(row, obstacle);
		return 0;
	}
	if (is_registered(schema, row))
		return 0;
	notice_lost_sort(schema, row);
	error = rln_attempt(create, &attempt);
	if (error != NULL && error->sqlerrcode == ERRCODE_FOREIGN_KEY_VIOLATION)
	{
		ErrorData *broken = error;

		attempt.validate = RLN_NO;
		error = rln_attempt(create, &attempt);
		if (error == NULL)
			ereport(NOTICE,
					(errmsg("relation \"%s.%s\" holds for new rows only", row->values[MANY_COLLECTION],
							row->values[MANY_FIELD]),
					 broken->detail != NULL ? errdetail_internal("%s", broken->detail) : 0,
					 errhint("When the rows are right: SELECT relations.update_relation(%d, '{\"validate\": true}').", attempt.id)));
	}
	if (error != NULL)
	{
		notice_left_out(row, psprintf("It is refused: %s.", error->message));
		return 0;
	}
	return attempt.id;
}

/* Why the row cannot be a relation, or NULL. */
static const char *
find_obstacle(Oid schema, const DirectusRow *row)
{
	static const DirectusColumn columns[] = {MANY_FIELD, ONE_COLLECTION_FIELD, JUNCTION_FIELD};
	const char *missing;
	Oid many;

	if (row->values[MANY_COLLECTION] == NULL || row->values[MANY_FIELD] == NULL)
		return "It has no many_collection or no many_field.";
	missing = missing_table(schema, row->values[MANY_COLLECTION]);
	if (missing != NULL)
		return missing;
	many = table_in(schema, row->values[MANY_COLLECTION]);
	for (int i = 0; i < lengthof(columns); i++)
	{
		const char *column = row->values[columns[i]];

		if (column != NULL && rln_column_get(many, column) == NULL)
			return psprintf("%s \"%s\" is no column of \"%s\".", column_names[columns[i]], column,
							rln_table_label(many));
	}
	if (is_any(row))
		return allowed_tables(schema, row, true) == NIL
			? "None of one_allowed_collections is a table."
			: NULL;
	if (row->values[ONE_COLLECTION] == NULL)
		return "It leads nowhere: it has neither one_collection nor one_collection_field.";
	return missing_table(schema, row->values[ONE_COLLECTION]);
}

/* What the name stands for, if not for a table or view; else NULL. */
static const char *
missing_table(Oid schema, const char *name)
{
	Oid collections = table_in(schema, "directus_collections");
	StringInfoData sql;
	bool is_folder;

	if (OidIsValid(table_in(schema, name)))
		return NULL;
	if (!OidIsValid(collections) || !rln_holds_rows(collections) || !rln_may_read(collections))
		return psprintf("There is no table \"%s\".", name);
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT FROM %s r WHERE %s OPERATOR(pg_catalog.=) ",
					 rln_table_sql(collections), text_sql(collections, "collection"));
	rln_append_literal(&sql, name);
	rln_spi_connect();
	is_folder = rln_spi_query(sql.data) > 0;
	rln_spi_finish();
	return is_folder
		? psprintf("Collection \"%s\" has no table: it is a folder, or its table is gone.", name)
		: psprintf("There is no table \"%s\".", name);
}

static Oid
table_in(Oid schema, const char *name)
{
	Oid relid = strlen(name) < NAMEDATALEN ? get_relname_relid(name, schema) : InvalidOid;

	return OidIsValid(relid) && rln_table_lock(relid) ? relid : InvalidOid;
}

static bool
is_registered(Oid schema, const DirectusRow *row)
{
	Oid many = table_in(schema, row->values[MANY_COLLECTION]);
	ListCell *lc;

	foreach(lc, rln_edges_lookup(many))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->many == many && rln_names_contain(edge->columns, row->values[MANY_FIELD]) &&
			RLN_IS_ANY(edge) == is_any(row) &&
			(is_any(row) ||
			 rln_edge_leads_to(edge, table_in(schema, row->values[ONE_COLLECTION]))))
			return true;
	}
	return false;
}

static bool
is_any(const DirectusRow *row)
{
	return row->values[ONE_COLLECTION_FIELD] != NULL;
}

/*
 * The tables that a many-to-any relation allows, each by its name, which is
 * what Directus stores; List of RlnAllowed *.
 */
static List *
allowed_tables(Oid schema, const DirectusRow *row, bool tell)
{
	const char *names = row->values[ONE_ALLOWED_COLLECTIONS];
	List *allowed = NIL;
	ListCell *lc;

	foreach(lc, names == NULL ? NIL : rln_csv_parse(names))
	{
		const char *missing = missing_table(schema, lfirst(lc));

		if (missing == NULL)
			allowed = lappend(allowed, rln_allowed_make(table_in(schema, lfirst(lc)), lfirst(lc)));
		else if (tell)
			ereport(NOTICE,
					(errmsg("collection \"%s\" was left out of relation \"%s.%s\"", (char *) lfirst(lc),
							row->values[MANY_COLLECTION], row->values[MANY_FIELD]),
					 errdetail_internal("%s", missing)));
	}
	return allowed;
}

/* Makes the relation of an attempt. */
static void
create(void *arg)
{
	Attempt *attempt = arg;
	char *const *values = attempt->row->values;
	RlnDraft *draft = rln_draft_make();

	draft->many = table_in(attempt->schema, values[MANY_COLLECTION]);
	draft->columns = list_make1(values[MANY_FIELD]);
	if (is_any(attempt->row))
	{
		draft->discriminator_column = values[ONE_COLLECTION_FIELD];
		draft->allowed = allowed_tables(attempt->schema, attempt->row, false);
	}
	else
	{
		draft->one = table_in(attempt->schema, values[ONE_COLLECTION]);
		draft->one_field = values[ONE_FIELD];
	}
	if (values[JUNCTION_FIELD] != NULL)
		draft->junction_columns = list_make1(values[JUNCTION_FIELD]);
	if (values[SORT_FIELD] != NULL && rln_column_get(draft->many, values[SORT_FIELD]) != NULL)
		draft->sort_column = values[SORT_FIELD];
	if (values[ONE_DESELECT_ACTION] != NULL)
		draft->deselect_action =
			strcmp(values[ONE_DESELECT_ACTION], "delete") == 0 ? "delete" : "nullify";
	draft->constraint = rln_holds_rows(draft->many) &&
		(is_any(attempt->row) || rln_holds_rows(draft->one));
	draft->validate = attempt->validate;
	attempt->id = rln_create(draft);
}

static void
notice_left_out(const DirectusRow *row, const char *reason)
{
	const char *many = row->values[MANY_COLLECTION];
	const char *field = row->values[MANY_FIELD];

	ereport(NOTICE,
			(errmsg("relation \"%s.%s\" of Directus was left out", many != NULL ? many : "",
					field != NULL ? field : ""),
			 errdetail_internal("%s", reason)));
}

/* A sort_field that is no column: nothing has been in that order. */
static void
notice_lost_sort(Oid schema, const DirectusRow *row)
{
	Oid many = table_in(schema, row->values[MANY_COLLECTION]);
	const char *sort = row->values[SORT_FIELD];

	if (sort != NULL && rln_column_get(many, sort) == NULL)
		ereport(NOTICE,
				(errmsg("sort_field of relation \"%s.%s\" was left out", row->values[MANY_COLLECTION],
						row->values[MANY_FIELD]),
				 errdetail("\"%s\" is no column of \"%s\".", sort, rln_table_label(many))));
}

/* Aliases of relational interfaces that no relation leads to: they were broken before. */
static void
notice_lost_aliases(Oid schema)
{
	MemoryContext context = CurrentMemoryContext;
	Oid fields = table_in(schema, "directus_fields");
	Oid relations = table_in(schema, "directus_relations");
	uint64 n;

	if (!OidIsValid(fields) || !rln_holds_rows(fields) || !rln_may_read(fields))
		return;
	rln_spi_connect();
	n = rln_spi_query(psprintf(
		"SELECT f.collection, f.field"
		" FROM (SELECT %s AS collection, %s AS field, %s AS special FROM %s r) f"
		" WHERE pg_catalog.string_to_array(f.special, ',') OPERATOR(pg_catalog.&&)"
		"  '{o2m,m2m,m2a,files,translations}'::pg_catalog.text[]"
		" AND NOT EXISTS (SELECT FROM %s r WHERE %s OPERATOR(pg_catalog.=) f.collection"
		"  AND %s OPERATOR(pg_catalog.=) f.field)"
		" ORDER BY 1, 2",
		text_sql(fields, "collection"), text_sql(fields, "field"), text_sql(fields, "special"),
		rln_table_sql(fields), rln_table_sql(relations), text_sql(relations, "one_collection"),
		text_sql(relations, "one_field")));
	for (uint64 i = 0; i < n; i++)
		ereport(NOTICE,
				(errmsg("alias \"%s.%s\" of Directus was left out", rln_spi_text(i, 1, context),
						rln_spi_text(i, 2, context)),
				 errdetail("No relation of directus_relations leads to it.")));
	rln_spi_finish();
}
