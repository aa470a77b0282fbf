/*
 * function.c
 *	  The row functions of an edge.
 *
 * Each end of an edge is a function from a row of one table to rows of the
 * other, in the schema of its argument's table.  The planner inlines such a
 * call in FROM to the plain join, if the function is SQL, STABLE, not STRICT,
 * returns a set, and has no SET clause and the caller's rights.
 *
 * Bodies are strings on purpose.  A BEGIN ATOMIC body would make PostgreSQL
 * refuse ALTER TABLE ... TYPE on the argument's table, and would expand t.* for
 * good, so that a column added later breaks every call.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

/* with fewer parents than this, statistics say nothing about the next row */
#define MIN_PARENTS_FOR_ESTIMATE 1000
#define DEFAULT_ROWS 10

/* the two tables of a function, and the edge's end that it stands for */
typedef struct RowFunction
{
	const RlnDraft *draft;
	const RlnTarget *target;
	Oid argument;
	Oid result;
	const char *name;
	bool to_one;
} RowFunction;

static RlnPart *make_function(const RowFunction *function, const char *body);
static char *forward_body(const RowFunction *function);
static char *reverse_body(const RowFunction *function);
static void append_discriminator(StringInfo buf, const RowFunction *function, const char *row);
static void append_cast(StringInfo buf, const char *row, const char *column, Oid type);
static double estimate_rows(Oid parent, Oid child);
static float4 table_rows(Oid relid);
static bool first_of_table(const RlnEdge *edge, const RlnTarget *target);


/* A function to each target and, where there is an alias, one back. */
List *
rln_function_parts(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	List *parts = NIL;
	ListCell *lc;

	foreach (lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		RowFunction forward = {draft, target, edge->many, target->relid, target->field, true};
		RowFunction reverse = {draft, target, target->relid, edge->many, edge->alias, edge->is_unique};

		if (!first_of_table(edge, target))
			continue;
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)) ||
			!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			continue;			/* its functions went with the table */
		parts = lappend(parts, make_function(&forward, forward_body(&forward)));
		if (edge->alias != NULL)
			parts = lappend(parts, make_function(&reverse, reverse_body(&reverse)));
	}
	return parts;
}

/*----------
 *	CREATE FUNCTION <schema>.<field>(<argument>) RETURNS SETOF <result>
 *		LANGUAGE sql STABLE PARALLEL SAFE ROWS <n> AS '<body>'
 *
 * It belongs to the many side's owner, whoever registers the relation: who may
 * change the relation must be able to replace its functions.
 *----------
 */
static RlnPart *
make_function(const RowFunction *function, const char *body)
{
	RlnPart *part = palloc0(sizeof(RlnPart));
	Oid schema = get_rel_namespace(function->argument);
	Oid owner = rln_table_owner(function->draft->edge->many);
	StringInfoData signature;
	StringInfoData definition;

	initStringInfo(&signature);
	rln_append_qualified(&signature, get_namespace_name(schema), function->name);
	appendStringInfo(&signature, "(%s)", rln_table_sql(function->argument));

	initStringInfo(&definition);
	appendStringInfo(&definition, "RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS %.0f AS ",
					 rln_table_sql(function->result),
					 function->to_one ? 1 : estimate_rows(function->argument, function->result));
	rln_append_literal(&definition, body);

	part->kind = RLN_PART_FUNCTION;
	part->name = signature.data;
	part->definition = definition.data;
	part->make = list_make1(psprintf("CREATE FUNCTION %s %s", signature.data, definition.data));
	if (owner != GetUserId() &&
		(superuser() || (rln_may_give_to(owner) && rln_may_create_in(schema, owner))))
		part->make = lappend(part->make, psprintf("ALTER FUNCTION %s OWNER TO %s", signature.data,
												  quote_identifier(GetUserNameFromId(owner, false))));
	if (rln_row_function_exists(function->argument, function->name))
		part->drop = list_make1(psprintf("DROP FUNCTION %s", signature.data));
	return part;
}

/*----------
 * From the many side to the target:
 *	SELECT t.* FROM <target> t WHERE t.<key> OPERATOR(=) $1.<column> [AND ...]
 *		[AND $1.<discriminator> OPERATOR(=) '<value>']
 *
 * An item that must be cast to the key's type is cast only where it is one:
 *	t.<key> OPERATOR(=) CASE WHEN $1.<discriminator> OPERATOR(=) '<value>'
 *		THEN CAST($1.<item> AS <type>) END
 *----------
 */
static char *
forward_body(const RowFunction *function)
{
	const RlnTarget *target = function->target;
	bool any = target->discriminator != NULL;
	bool cased = false;
	ListCell *lc;
	ListCell *lk;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "SELECT t.* FROM %s t WHERE ", rln_table_sql(target->relid));
	forboth (lc, function->draft->many_columns, lk, target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_get(target->relid, lfirst(lk));
		Oid operator;

		if (key == NULL || !OidIsValid(column->type))
			continue;			/* the column is gone, and the function with it */
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&buf, " AND ");
		operator = rln_equality_operator(key->type, column->type);
		appendStringInfo(&buf, "t.%s ", quote_identifier(key->name));
		if (OidIsValid(operator))
		{
			rln_append_operator(&buf, operator);
			appendStringInfo(&buf, " $1.%s", quote_identifier(column->name));
			continue;
		}
		rln_append_operator(&buf, rln_equality_operator(key->type, key->type));
		appendStringInfoString(&buf, " CASE WHEN ");
		append_discriminator(&buf, function, "$1");
		appendStringInfoString(&buf, " THEN ");
		append_cast(&buf, "$1", column->name, key->type);
		appendStringInfoString(&buf, " END");
		cased = true;
	}
	if (any && !cased)
	{
		appendStringInfoString(&buf, " AND ");
		append_discriminator(&buf, function, "$1");
	}
	return buf.data;
}

/*----------
 * From the target back to the many side:
 *	SELECT t.* FROM <many> t WHERE [t.<discriminator> OPERATOR(=) '<value>' AND]
 *		t.<column> OPERATOR(=) $1.<key> [AND ...]
 *
 * Here it is the key that is cast, so that the index on the item is used.
 *----------
 */
static char *
reverse_body(const RowFunction *function)
{
	const RlnTarget *target = function->target;
	ListCell *lc;
	ListCell *lk;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "SELECT t.* FROM %s t WHERE ", rln_table_sql(function->draft->edge->many));
	if (target->discriminator != NULL)
	{
		append_discriminator(&buf, function, "t");
		appendStringInfoString(&buf, " AND ");
	}
	forboth (lc, function->draft->many_columns, lk, target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_get(target->relid, lfirst(lk));
		Oid operator;

		if (key == NULL || !OidIsValid(column->type))
			continue;			/* the column is gone, and the function with it */
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&buf, " AND ");
		operator = rln_equality_operator(key->type, column->type);
		appendStringInfo(&buf, "t.%s ", quote_identifier(column->name));
		if (OidIsValid(operator))
		{
			rln_append_operator(&buf, operator);
			appendStringInfo(&buf, " $1.%s", quote_identifier(key->name));
			continue;
		}
		rln_append_operator(&buf, rln_equality_operator(column->type, column->type));
		appendStringInfoChar(&buf, ' ');
		append_cast(&buf, "$1", key->name, column->type);
	}
	return buf.data;
}

/* Does the row's discriminator mean the target?  Several values may. */
static void
append_discriminator(StringInfo buf, const RowFunction *function, const char *row)
{
	const RlnColumn *column = function->draft->discriminator;
	Oid operator = column == NULL ? InvalidOid : rln_equality_operator(column->type, column->type);
	int values = 0;
	ListCell *lc;
	StringInfoData tests;

	initStringInfo(&tests);
	foreach (lc, function->draft->edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (target->relid != function->target->relid)
			continue;
		if (values++ > 0)
			appendStringInfoString(&tests, " OR ");
		appendStringInfo(&tests, "%s.%s ", row, quote_identifier(function->draft->edge->discriminator_column));
		if (OidIsValid(operator))
			rln_append_operator(&tests, operator);
		appendStringInfoChar(&tests, ' ');
		rln_append_literal(&tests, target->discriminator);
	}
	appendStringInfo(buf, values > 1 ? "(%s)" : "%s", tests.data);
}

/* CAST(row.column AS type) */
static void
append_cast(StringInfo buf, const char *row, const char *column, Oid type)
{
	appendStringInfo(buf, "CAST(%s.%s AS ", row, quote_identifier(column));
	rln_append_type(buf, type, -1);
	appendStringInfoChar(buf, ')');
}

/*
 * How many rows an alias leads to.  It matters where the call is not inlined,
 * in a select list.  Never 1: by that the readers of these functions tell a
 * to-one end from a to-many end.
 */
static double
estimate_rows(Oid parent, Oid child)
{
	float4 parents = table_rows(parent);
	float4 children = table_rows(child);

	if (parents < MIN_PARENTS_FOR_ESTIMATE || children < 0)
		return DEFAULT_ROWS;
	return Max(2, rint(children / parents));
}

static float4
table_rows(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	float4 rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;

	ReleaseSysCache(tuple);
	return rows;
}

/* Several discriminator values may lead to one table: one function does. */
static bool
first_of_table(const RlnEdge *edge, const RlnTarget *target)
{
	ListCell *lc;

	foreach (lc, edge->targets)
	{
		RlnTarget *other = lfirst(lc);

		if (other->relid == target->relid)
			return other == target;
	}
	return false;
}
