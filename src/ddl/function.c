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

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
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
static void append_equality(StringInfo buf, const char *left, Oid left_type, Oid operator,
							const char * right, Oid right_type);
static void append_operand(StringInfo buf, const char *operand, Oid type, Oid wanted,
						   Oid operator);
static bool text_is_stable(Oid type);
static char *item_as_key(const RowFunction *function, const char *row, const RlnColumn *item,
						 const RlnColumn *key);
static void append_discriminator(StringInfo buf, const RowFunction *function, const char *row);
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

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		RowFunction forward = {draft, target, edge->many, target->relid, target->field, true};
		RowFunction reverse = {draft, target, target->relid,
							   edge->many, edge->alias, edge->is_unique};

		if (!first_of_table(edge, target))
			continue;
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)) ||
			!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			continue; /* its functions went with the table */
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
	Oid standing;
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
		part->make = lappend(part->make, psprintf("ALTER FUNCTION %s OWNER TO %s", signature.data, quote_identifier(GetUserNameFromId(owner, false))));
	standing = rln_row_function_find(function->argument, function->name, function->result);
	if (OidIsValid(standing))
		part->drop = list_make1(psprintf("DROP FUNCTION %s",
										 format_procedure_qualified(standing)));
	return part;
}

/*----------
 * From the many side to the target:
 *	SELECT t.* FROM <target> t WHERE t.<key> OPERATOR(=) $1.<column> [AND ...]
 *		[AND $1.<discriminator> OPERATOR(=) '<value>']
 *----------
 */
static char *
forward_body(const RowFunction *function)
{
	const RlnTarget *target = function->target;
	bool tested = target->discriminator == NULL;
	ListCell *lc;
	ListCell *lk;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "SELECT t.* FROM %s t WHERE ", rln_table_sql(target->relid));
	forboth(lc, function->draft->many_columns, lk, target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_get(target->relid, lfirst(lk));
		char *left;
		Oid operator;

		if (key == NULL || !OidIsValid(column->type))
			continue; /* the column is gone, and what stands is replaced */
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&buf, " AND ");
		left = psprintf("t.%s", quote_identifier(key->name));
		operator= rln_equality_operator(key->type, column->type);
		if (OidIsValid(operator))
		{
			append_equality(&buf, left, key->type, operator,
							psprintf("$1.%s", quote_identifier(column->name)), column->type);
			continue;
		}
		append_equality(&buf, left, key->type, rln_equality_operator(key->type, key->type),
						item_as_key(function, "$1", column, key), key->type);
		tested = true;
	}
	if (!tested)
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
 * Where an item is text and the key is not, the key is cast to text, so that
 * the index on the item is used, unless that text depends on settings.
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
	forboth(lc, function->draft->many_columns, lk, target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_get(target->relid, lfirst(lk));
		char *left;
		char *right;
		Oid operator;

		if (key == NULL || !OidIsValid(column->type))
			continue; /* the column is gone, and what stands is replaced */
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&buf, " AND ");
		left = psprintf("t.%s", quote_identifier(column->name));
		right = psprintf("$1.%s", quote_identifier(key->name));
		operator= rln_equality_operator(key->type, column->type);
		if (OidIsValid(operator))
			append_equality(&buf, left, column->type, get_commutator(operator), right, key->type);
		else if (text_is_stable(key->type))
			append_equality(
				&buf, left, column->type, rln_equality_operator(column->type, column->type),
				psprintf("CAST(%s AS %s)", right, rln_type_sql(column->type)), column->type);
		else
			append_equality(&buf, item_as_key(function, "t", column, key), key->type,
							rln_equality_operator(key->type, key->type), right, key->type);
	}
	return buf.data;
}

/*
 * left OPERATOR(=) right, by the very operator: where the operands' types
 * alone would let the parser choose another of that name, they are cast.
 */
static void
append_equality(StringInfo buf, const char *left, Oid left_type, Oid operator, const char * right,
				Oid right_type)
{
	Oid left_input;
	Oid right_input;

	op_input_types(operator, & left_input, &right_input);
	append_operand(buf, left, left_type, left_input, operator);
	appendStringInfoChar(buf, ' ');
	rln_append_operator(buf, operator);
	appendStringInfoChar(buf, ' ');
	append_operand(buf, right, right_type, right_input, operator);
}

/*
 * Nobody can add an operator to pg_catalog, so that there base types decide;
 * varchar has no equality but text's.  Beside a user's type others may be
 * planted for its domains or for types that it can be coerced from.
 */
static void
append_operand(StringInfo buf, const char *operand, Oid type, Oid wanted, Oid operator)
{
	Oid base = getBaseType(type);
	bool exact;

	if (IsPolymorphicType(wanted))
		exact = true;
	else if (rln_operator_schema(operator) == PG_CATALOG_NAMESPACE)
		exact = base == wanted || (base == VARCHAROID && wanted == TEXTOID);
	else
		exact = type == wanted;

	if (exact)
		appendStringInfoString(buf, operand);
	else
		appendStringInfo(buf, "CAST(%s AS %s)", operand, rln_type_sql(wanted));
}

/*----------
 * An item that is text, as the key's type, only where it is meant to be one:
 *	CASE WHEN <row>.<discriminator> OPERATOR(=) '<value>' THEN CAST(<row>.<item> AS <type>) END
 *----------
 */
static char *
item_as_key(const RowFunction *function, const char *row, const RlnColumn *item,
			const RlnColumn *key)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "CASE WHEN ");
	append_discriminator(&buf, function, row);
	appendStringInfo(&buf, " THEN CAST(%s.%s AS %s) END", row, quote_identifier(item->name),
					 rln_type_sql(getBaseType(key->type)));
	return buf.data;
}

/*
 * Is a value's text the same in every session?  Not that of types whose output
 * depends on TimeZone, DateStyle, bytea_output or extra_float_digits; for the
 * latter two pg_proc says IMMUTABLE all the same.
 */
static bool
text_is_stable(Oid type)
{
	Oid base = getBaseType(type);
	Oid output;
	bool varlena;

	getTypeOutputInfo(base, &output, &varlena);
	return func_volatile(output) == PROVOLATILE_IMMUTABLE && base != BYTEAOID &&
		base != FLOAT4OID && base != FLOAT8OID;
}

/* Does the row's discriminator mean the target?  Several values may. */
static void
append_discriminator(StringInfo buf, const RowFunction *function, const char *row)
{
	const RlnColumn *column = function->draft->discriminator;
	Oid operator;
	Oid wanted;
	Oid right;
	int values = 0;
	ListCell *lc;
	StringInfoData tests;

	if (column == NULL)
		return; /* it is gone, and what stands is replaced */
	operator= rln_equality_operator(column->type, column->type);
	op_input_types(operator, & wanted, &right);
	initStringInfo(&tests);
	foreach(lc, function->draft->edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (target->relid != function->target->relid)
			continue;
		if (values++ > 0)
			appendStringInfoString(&tests, " OR ");
		append_operand(&tests,
					   psprintf("%s.%s", row, quote_identifier(function->draft->edge->discriminator_column)),
					   column->type, wanted, operator);
		appendStringInfoChar(&tests, ' ');
		rln_append_operator(&tests, operator);
		appendStringInfoChar(&tests, ' ');
		rln_append_literal(&tests, target->discriminator);
	}
	appendStringInfo(buf, values > 1 ? "(%s)" : "%s", tests.data);
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
	float4 rows;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid); /* should not happen */
	rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	return rows;
}

/* Several discriminator values may lead to one table: one function does. */
static bool
first_of_table(const RlnEdge *edge, const RlnTarget *target)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *other = lfirst(lc);

		if (other->relid == target->relid)
			return other == target;
	}
	return false;
}
