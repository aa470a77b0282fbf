/*
 * meaning.c
 *	  What the values of a discriminator mean, and whether the rows bear it out.
 *
 * A pair of columns costs one aggregate over its table for the values that occur, and, if
 * any of them means a table, one more query with an anti join for each table
 * that is meant.  Both run with the caller's rights, on columns that he may
 * read.  A value means
 *	  - for certain: the one table beside the many side that has one of its
 *		names; the table of its content type; the table whose column "type" holds
 *		it, if all rows that are referred to by it have it (single-table inheritance,
 *		see typed.c);
 *	  - most likely: the first of several such tables; a table with the prefix of
 *		the many side's name, or one of another schema, that is called so; a
 *		namespaced class's last part, where one of its namespaces has a table as
 *		well, or another value means the same; a table of its name, where the rows
 *		referred to are all in another whose column "type" holds it.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "base/textform.h"
#include "discover/discover.h"

/* a column with more values says something else */
#define MAX_VALUES 200

/* tables of other schemas with one of these names */
static RlnStatement find_elsewhere = {
	"SELECT c.oid FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	" WHERE c.relname OPERATOR(pg_catalog.=) ANY ($1)"
	" AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[])"
	" AND NOT c.relispartition AND c.relpersistence OPERATOR(pg_catalog.<>) 't'"
	" AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'"
	" AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,relations}'::pg_catalog.name[])"
	" AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')"
	" AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')"
	" ORDER BY n.nspname, c.relname LIMIT 2",
	1,
	{NAMEARRAYOID}};

static RlnDraft *draft_of(const RlnPair *pair, const List *meanings);
static bool load_values(RlnPair *pair);
static char *values_query(const RlnPair *pair);
static void find_meanings(RlnPair *pair, RlnTyped *typed);
static void find_class(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed);
static void find_by_name(const RlnPair *pair, RlnMeaning *meaning, const List *names);
static void find_exact(const RlnPair *pair, RlnMeaning *meaning);
static void find_by_prefix(const RlnPair *pair, RlnMeaning *meaning);
static void find_in_other_schemas(const RlnPair *pair, RlnMeaning *meaning);
static void find_by_type(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed);
static void doubt_parts(const RlnPair *pair);
static bool is_in_class(const RlnPair *pair, const RlnMeaning *meaning);
static void note_table(RlnMeaning *meaning, Oid relid, RlnCertainty certainty, const char *reason);
static bool may_use(Oid schema);
static Oid table_of(Oid schema, const char *name);
static void judge_key(const RlnPair *pair, RlnMeaning *meaning);
static bool may_read_columns(Oid relid, const List *columns);
static void count_orphans(RlnPair *pair);
static void weigh_types(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed);
static int64 count_unlike(const RlnPair *pair, const RlnMeaning *meaning);
static uint64 query_alike(const RlnDraft *draft, const char *sql);


/* Fills in what the pair's values mean; false if it is no reference after all. */
bool
rln_find_meanings(RlnPair *pair, RlnTyped *typed)
{
	ListCell *lc;

	if (!load_values(pair))
		return false;
	find_meanings(pair, typed);
	count_orphans(pair);
	foreach(lc, pair->meanings)
	{
		CHECK_FOR_INTERRUPTS();
		if (!pair->is_exact && !OidIsValid(pair->lookup))
			weigh_types(pair, lfirst(lc), typed);
	}
	return true;
}

/* The draft of a relation with these usable meanings of the pair, to make SQL of. */
static RlnDraft *
draft_of(const RlnPair *pair, const List *meanings)
{
	RlnEdge *edge = palloc0(sizeof(RlnEdge));
	ListCell *lc;

	edge->many = pair->many;
	edge->columns = list_make1(pair->item);
	edge->discriminator_column = pair->discriminator;
	edge->deselect_action = "nullify";
	edge->on_delete = edge->on_update = "NO ACTION";
	edge->is_enforced = true;
	foreach(lc, meanings)
	{
		RlnMeaning *meaning = lfirst(lc);
		RlnTarget *target;

		if (!meaning->usable)
			continue;
		target = palloc0(sizeof(RlnTarget));
		target->relid = meaning->table;
		target->columns = rln_key_columns(meaning->table);
		target->discriminator = meaning->value;
		edge->targets = lappend(edge->targets, target);
	}
	return rln_draft_of_edge(edge);
}

/* False where there are too many values for a discriminator. */
static bool
load_values(RlnPair *pair)
{
	MemoryContext context = CurrentMemoryContext;
	uint64 rows;

	rln_spi_connect();
	rows = rln_spi_query(values_query(pair));
	for (uint64 row = 0; row < rows && row <= MAX_VALUES; row++)
	{
		bool isnull;
		char *value = rln_spi_text(row, 1, context);
		int64 count = DatumGetInt64(rln_spi_value(row, 2, &isnull));
		int64 complete = DatumGetInt64(rln_spi_value(row, 3, &isnull));
		RlnMeaning *meaning;
		MemoryContext spi_context;

		pair->half += value == NULL ? complete : count - complete;
		if (value == NULL || complete == 0)
			continue;
		meaning = MemoryContextAllocZero(context, sizeof(RlnMeaning));
		meaning->value = value;
		meaning->rows = complete;
		if (OidIsValid(pair->lookup))
		{
			meaning->app = rln_spi_text(row, 4, context);
			meaning->model = rln_spi_text(row, 5, context);
		}
		spi_context = MemoryContextSwitchTo(context);
		pair->meanings = lappend(pair->meanings, meaning);
		MemoryContextSwitchTo(spi_context);
	}
	rln_spi_finish();
	return rows <= MAX_VALUES;
}

/*----------
 * The values, each with its rows and with those of them that have a key:
 *	SELECT v.value::text, v.rows, v.complete [, l.app_label::text, l.model::text]
 *	FROM (SELECT t.<discriminator> AS value, count(*) AS rows, count(t.<item>) AS complete
 *		FROM [ONLY] <many> t GROUP BY 1) v
 *	[LEFT JOIN <lookup> l ON l.id = v.value]
 *	ORDER BY v.value::text COLLATE "C" LIMIT 201
 *----------
 */
static char *
values_query(const RlnPair *pair)
{
	StringInfoData sql;
	const char *value = "CAST(v.value AS pg_catalog.text)";

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s, v.rows, v.complete", value);
	if (OidIsValid(pair->lookup))
		appendStringInfoString(&sql, ", CAST(l.app_label AS pg_catalog.text), CAST(l.model AS pg_catalog.text)");
	appendStringInfo(
		&sql,
		" FROM (SELECT t.%s AS value, pg_catalog.count(*) AS rows, pg_catalog.count(t.%s) AS complete"
		" FROM %s%s t GROUP BY 1) v",
		quote_identifier(pair->discriminator), quote_identifier(pair->item),
		rln_only(pair->many), rln_table_sql(pair->many));
	if (OidIsValid(pair->lookup))
		appendStringInfo(&sql, " LEFT JOIN %s l ON l.id OPERATOR(pg_catalog.=) v.value",
						 rln_table_sql(pair->lookup));
	appendStringInfo(&sql, " ORDER BY %s COLLATE pg_catalog.\"C\" LIMIT %d", value, MAX_VALUES + 1);
	return sql.data;
}

static void
find_meanings(RlnPair *pair, RlnTyped *typed)
{
	ListCell *lc;

	foreach(lc, pair->meanings)
	{
		RlnMeaning *meaning = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(pair->lookup))
		{
			Oid schema = get_rel_namespace(pair->many);

			if (meaning->app == NULL || meaning->model == NULL)
				continue;
			note_table(meaning,
					   table_of(schema, psprintf("%s_%s", meaning->app, meaning->model)),
					   RLN_CERTAIN, NULL);
		}
		else
		{
			find_exact(pair, meaning);
			if (!OidIsValid(meaning->table) && !pair->is_exact)
				find_class(pair, meaning, typed);
			if (!OidIsValid(meaning->table))
				find_in_other_schemas(pair, meaning);
		}
	}
	doubt_parts(pair);
	foreach(lc, pair->meanings)
		judge_key(pair, lfirst(lc));
}

/*
 * By the whole name, then by rows that name the class, then by the name's last
 * parts.  Where namespaces are no part of names that a mapper makes, as in PHP, a
 * table of the whole name and one of a part are both likely; in Ruby the former is
 * the class's own.
 */
static void
find_class(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed)
{
	int whole;
	List *names = rln_table_names(meaning->value, "", &whole);

	find_by_name(pair, meaning, list_copy_head(names, whole));
	if (OidIsValid(meaning->table) && rln_is_constant_path(meaning->value))
		return;
	if (!OidIsValid(meaning->table))
		find_by_type(pair, meaning, typed);
	if (!meaning->by_type)
	{
		meaning->by_part = !OidIsValid(meaning->table);
		find_by_name(pair, meaning, list_copy_tail(names, whole));
		meaning->by_part &= OidIsValid(meaning->table);
	}
	if (!OidIsValid(meaning->table))
		find_by_prefix(pair, meaning);
}

/* A table's name, alone or with its schema. */
static void
find_exact(const RlnPair *pair, RlnMeaning *meaning)
{
	const char *dot = strchr(meaning->value, '.');
	Oid schema;

	if (pair->is_exact)
		note_table(meaning, table_of(get_rel_namespace(pair->many), meaning->value), RLN_CERTAIN,
				   NULL);
	if (dot == NULL || dot == meaning->value)
		return;
	schema = get_namespace_oid(pnstrdup(meaning->value, dot - meaning->value), true);
	if (OidIsValid(schema) && may_use(schema))
		note_table(meaning, table_of(schema, dot + 1), RLN_CERTAIN, NULL);
}

static void
find_by_name(const RlnPair *pair, RlnMeaning *meaning, const List *names)
{
	ListCell *lc;

	foreach(lc, names)
		note_table(meaning, table_of(get_rel_namespace(pair->many), lfirst(lc)), RLN_CERTAIN,
				   NULL);
}

/* comments of wp_comments to Post: wp_posts */
static void
find_by_prefix(const RlnPair *pair, RlnMeaning *meaning)
{
	const char *many = get_rel_name(pair->many);

	for (const char *at = strchr(many, '_'); at != NULL; at = strchr(at + 1, '_'))
	{
		char *prefix = pnstrdup(many, at + 1 - many);
		int whole;
		ListCell *lc;

		foreach(lc, rln_table_names(meaning->value, prefix, &whole))
			note_table(meaning, table_of(get_rel_namespace(pair->many), lfirst(lc)), RLN_LIKELY,
					   "by its prefix");
	}
}

static void
find_in_other_schemas(const RlnPair *pair, RlnMeaning *meaning)
{
	int whole;
	List *names = pair->is_exact ? list_make1(meaning->value)
								 : rln_table_names(meaning->value, "", &whole);
	Datum *elements = palloc(list_length(names) * sizeof(Datum));
	int n = 0;
	Datum values[1];
	uint64 rows;
	ListCell *lc;

	foreach(lc, names)
	{
		if (strlen(lfirst(lc)) < NAMEDATALEN)
			elements[n++] = DirectFunctionCall1(namein, CStringGetDatum(lfirst(lc)));
	}
	values[0] =
		PointerGetDatum(construct_array(elements, n, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR));
	rln_spi_connect();
	rows = rln_spi_load(&find_elsewhere, values);
	if (rows == 1)
	{
		bool isnull;

		meaning->table = DatumGetObjectId(rln_spi_value(0, 1, &isnull));
		meaning->certainty = RLN_LIKELY;
		meaning->reason = "in another schema";
	}
	rln_spi_finish();
}

/* A class that shares the table of another: the rows there say so. */
static void
find_by_type(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed)
{
	ListCell *lc;

	foreach(lc, rln_typed_tables(typed, get_rel_namespace(pair->many), meaning->value))
	{
		note_table(meaning, lfirst_oid(lc), RLN_CERTAIN, "by its column type");
		meaning->by_type = true;
	}
}

/*
 * Mappers leave a namespace out of a table's name, unless it is a class that has
 * a table: Customer::Tax is another class than Tax.  So is Blog::Post where both
 * it and Post occur.
 */
static void
doubt_parts(const RlnPair *pair)
{
	ListCell *lc;
	ListCell *lo;

	foreach(lc, pair->meanings)
	{
		RlnMeaning *meaning = lfirst(lc);
		bool is_doubtful;

		if (!meaning->by_part)
			continue;
		is_doubtful = is_in_class(pair, meaning);
		foreach(lo, pair->meanings)
		{
			const RlnMeaning *other = lfirst(lo);

			if (meaning != other && meaning->table == other->table)
				is_doubtful = true;
		}
		if (is_doubtful)
		{
			meaning->certainty = RLN_LIKELY;
			meaning->reason = "by its last part alone";
		}
	}
}

/* Has one of the class's namespaces another table?  That of api::post.post has the same. */
static bool
is_in_class(const RlnPair *pair, const RlnMeaning *meaning)
{
	ListCell *lc;

	foreach(lc, rln_namespace_tables(meaning->value))
	{
		Oid table = table_of(get_rel_namespace(pair->many), lfirst(lc));

		if (OidIsValid(table) && table != meaning->table)
			return true;
	}
	return false;
}

/* The first table stays the value's; another one makes it less than certain. */
static void
note_table(RlnMeaning *meaning, Oid relid, RlnCertainty certainty, const char *reason)
{
	if (!OidIsValid(relid) || relid == meaning->table)
		return;
	if (OidIsValid(meaning->table))
	{
		meaning->certainty = RLN_LIKELY;
		if (!OidIsValid(meaning->other))
			meaning->other = relid;
		return;
	}
	meaning->table = relid;
	meaning->certainty = certainty;
	meaning->reason = reason;
}

static bool
may_use(Oid schema)
{
	return DatumGetBool(DirectFunctionCall2(has_schema_privilege_id, ObjectIdGetDatum(schema),
											CStringGetTextDatum("USAGE")));
}

/* The table of that name that the caller may read something of, or InvalidOid. */
static Oid
table_of(Oid schema, const char *name)
{
	Oid relid = strlen(name) < NAMEDATALEN ? get_relname_relid(name, schema) : InvalidOid;

	if (!OidIsValid(relid) || !rln_holds_rows(relid) || get_rel_relispartition(relid) ||
		!rln_may_read(relid))
		return InvalidOid;
	return relid;
}

/* Could the item hold the keys of the table that is meant? */
static void
judge_key(const RlnPair *pair, RlnMeaning *meaning)
{
	List *key;
	RlnColumn *item = rln_column_get(pair->many, pair->item);
	RlnColumn *column;

	if (!OidIsValid(meaning->table) || !rln_table_lock(meaning->table))
		return;
	key = rln_key_columns(meaning->table);
	if (list_length(key) != 1)
	{
		meaning->obstacle = key == NIL ? "which has no key" : "whose key has several columns";
		return;
	}
	column = rln_column_get(meaning->table, linitial(key));
	if (!may_read_columns(meaning->table, key))
		meaning->obstacle = "whose key you may not read";
	else if (!OidIsValid(rln_equality_operator(column->type, item->type)) &&
			 !rln_text_fits(item, column))
		meaning->obstacle =
			psprintf("whose key of type %s does not fit %s of type %s",
					 format_type_be(column->type), pair->item, format_type_be(item->type));
	else if (!rln_key_exists(meaning->table, key))
		meaning->obstacle = "whose key nothing can refer to";
	else
		meaning->usable = true;
}

static bool
may_read_columns(Oid relid, const List *columns)
{
	ListCell *lc;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	foreach(lc, columns)
	{
		if (pg_attribute_aclcheck(relid, get_attnum(relid, lfirst(lc)), GetUserId(), ACL_SELECT) !=
			ACLCHECK_OK)
			return false;
	}
	return true;
}

/*----------
 * The rows that lead nowhere, of the values that mean a table:
 *	SELECT t.<discriminator>::text, count(*) FROM [ONLY] <many> t
 *	WHERE <rln_orphans_condition()> AND t.<item> IS NOT NULL GROUP BY 1
 *----------
 */
static void
count_orphans(RlnPair *pair)
{
	RlnDraft *draft = draft_of(pair, pair->meanings);
	StringInfoData sql;
	uint64 rows;
	ListCell *lc;

	if (draft->edge->targets == NIL)
		return;
	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "SELECT CAST(t.%s AS pg_catalog.text), pg_catalog.count(*) FROM %s"
					 " WHERE %s AND t.%s IS NOT NULL GROUP BY 1",
					 quote_identifier(pair->discriminator), rln_orphans_table(draft),
					 rln_orphans_condition(draft), quote_identifier(pair->item));
	rln_spi_connect();
	rows = query_alike(draft, sql.data);
	foreach(lc, pair->meanings)
	{
		RlnMeaning *meaning = lfirst(lc);

		for (uint64 row = 0; row < rows && meaning->usable; row++)
		{
			char *value = rln_spi_text(row, 1, CurrentMemoryContext);
			bool isnull;

			if (value != NULL && strcmp(value, meaning->value) == 0)
				meaning->orphans = DatumGetInt64(rln_spi_value(row, 2, &isnull));
		}
	}
	rln_spi_finish();
}

/*
 * What the rows referred to say.  Rows of another class make it no more than likely
 * that the value means the table by its column type; and so do rows of the class
 * itself, all of them in a table that is called otherwise, where it has a name.
 */
static void
weigh_types(const RlnPair *pair, RlnMeaning *meaning, RlnTyped *typed)
{
	ListCell *lc;

	if (!meaning->usable || meaning->certainty != RLN_CERTAIN)
		return;
	if (meaning->by_type)
	{
		if (count_unlike(pair, meaning) > meaning->orphans)
			meaning->certainty = RLN_LIKELY;
		return;
	}
	foreach(lc, rln_typed_tables(typed, get_rel_namespace(pair->many), meaning->value))
	{
		RlnMeaning other = *meaning;

		other.table = lfirst_oid(lc);
		other.usable = false;
		judge_key(pair, &other);
		if (other.usable && other.table != meaning->table && count_unlike(pair, &other) == 0)
			note_table(meaning, other.table, RLN_LIKELY, NULL);
	}
}

/*----------
 * The rows of the value that lead to no row of the class in the table:
 *	SELECT count(*) FROM [ONLY] <many> t
 *	WHERE t.<discriminator> = '<value>' AND t.<item> IS NOT NULL AND NOT EXISTS
 *		(SELECT FROM [ONLY] <table> o WHERE <match> AND o.type = '<value>')
 *----------
 */
static int64
count_unlike(const RlnPair *pair, const RlnMeaning *meaning)
{
	RlnDraft *draft = draft_of(pair, list_make1((RlnMeaning *) meaning));
	StringInfoData sql;
	bool isnull;
	int64 rows;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT pg_catalog.count(*) FROM %s WHERE CAST(t.%s AS pg_catalog.text) OPERATOR(pg_catalog.=) ",
					 rln_orphans_table(draft), quote_identifier(pair->discriminator));
	rln_append_literal(&sql, meaning->value);
	appendStringInfo(&sql, " AND t.%s IS NOT NULL AND NOT EXISTS (SELECT FROM %s%s o WHERE ",
					 quote_identifier(pair->item), rln_only(meaning->table),
					 rln_table_sql(meaning->table));
	rln_append_match(&sql, draft, linitial(draft->edge->targets), "t", "o", true);
	appendStringInfoString(&sql, " AND CAST(o.\"type\" AS pg_catalog.text) OPERATOR(pg_catalog.=) ");
	rln_append_literal(&sql, meaning->value);
	appendStringInfoChar(&sql, ')');
	rln_spi_connect();
	query_alike(draft, sql.data);
	rows = DatumGetInt64(rln_spi_value(0, 1, &isnull));
	rln_spi_finish();
	return rows;
}

/* Runs a query that may compare keys by their text, as the relation itself would. */
static uint64
query_alike(const RlnDraft *draft, const char *sql)
{
	int level = rln_text_varies(draft->edge) ? rln_settings_fix() : 0;
	uint64 rows = rln_spi_query(sql);

	if (level > 0)
		rln_settings_restore(level);
	return rows;
}
