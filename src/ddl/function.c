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

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
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
	bool forward; /* from the many side to the target */
	bool to_one;
} RowFunction;

/* a row of the many side beside one of the target, under these names */
typedef struct Match
{
	const RlnDraft *draft;
	const RlnTarget *target;
	const char *many_row;
	const char *one_row;
	bool by_key;  /* the row of the many side is given, that of the target looked for */
	bool by_text; /* an item that is text is always compared as text */
} Match;

static RlnPart *make_function(const RowFunction *function);
static char *make_body(const RowFunction *function);
static List *many_columns(const RlnDraft *draft);
static char *body_of(Oid function);
static bool is_row_function(Oid function);
static bool append_conditions(StringInfo buf, const Match *match);
static bool append_condition(StringInfo buf, const Match *match, const RlnColumn *column,
							 const RlnColumn *key);
static void append_equality(StringInfo buf, const char *left, Oid left_type, Oid op,
							const char *right, Oid right_type);
static char *item_as_key(const Match *match, const RlnColumn *item, const RlnColumn *key);
static void append_discriminator(StringInfo buf, const Match *match);
static double estimate_rows(const RowFunction *function);


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
		RowFunction forward = {draft, target, edge->many, target->relid,
							   target->field, true, true};
		RowFunction reverse = {draft, target, target->relid, edge->many, edge->alias,
							   false, edge->is_unique};

		/* several discriminator values may lead to one table: one function does */
		if (rln_edge_find_target(edge, target->relid) != target)
			continue;
		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)) ||
			!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			continue; /* its functions went with the table */
		parts = lappend(parts, make_function(&forward));
		if (edge->alias != NULL)
			parts = lappend(parts, make_function(&reverse));
	}
	return parts;
}

/*----------
 *	CREATE FUNCTION <schema>.<field>(<argument>) RETURNS SETOF <result>
 *		LANGUAGE sql STABLE PARALLEL SAFE ROWS <n> AS '<body>'
 *	ALTER FUNCTION <schema>.<field>(<argument>) DEPENDS ON EXTENSION relations
 *
 * So DROP EXTENSION drops it, also after a restore.  It belongs to the many
 * side's owner, whoever registers the relation: who may change the relation
 * must be able to replace its functions.
 *----------
 */
static RlnPart *
make_function(const RowFunction *function)
{
	RlnPart *part = palloc0(sizeof(RlnPart));
	Oid schema = get_rel_namespace(function->argument);
	Oid owner = rln_table_owner(function->draft->edge->many);
	Oid standing = InvalidOid;
	char *body = make_body(function);
	char *depends;
	StringInfoData signature;
	StringInfoData definition;

	initStringInfo(&signature);
	rln_append_qualified(&signature, get_namespace_name(schema), function->name);
	appendStringInfo(&signature, "(%s)", rln_table_sql(function->argument));

	initStringInfo(&definition);
	appendStringInfo(&definition, "RETURNS SETOF %s LANGUAGE sql STABLE PARALLEL SAFE ROWS %.0f AS ",
					 rln_table_sql(function->result),
					 estimate_rows(function));
	rln_append_literal(&definition, body);

	part->kind = RLN_PART_FUNCTION;
	part->name = signature.data;
	part->definition = definition.data;
	depends = psprintf("ALTER FUNCTION %s DEPENDS ON EXTENSION relations", signature.data);
	part->make = list_make2(
		psprintf("CREATE FUNCTION %s %s", signature.data, definition.data), depends);
	/* a replaced function has lost what it depended on */
	part->replace = list_make2(
		psprintf("CREATE OR REPLACE FUNCTION %s %s", signature.data, definition.data), depends);
	part->result = function->result;
	if (owner != GetUserId() &&
		(superuser() || (rln_may_give_to(owner) && rln_may_create_in(schema, owner))))
		part->make = lappend(part->make, psprintf("ALTER FUNCTION %s OWNER TO %s", signature.data, quote_identifier(GetUserNameFromId(owner, false))));
	/* one that was made for a relation which is registered no more is taken over */
	if (!function->draft->stands &&
		rln_row_function_is_orphan(function->argument, function->name))
	{
		if (OidIsValid(
				rln_row_function_find(function->argument, function->name, function->result)))
			part->make = list_copy(part->replace);
		else
			part->make = lcons(psprintf("DROP FUNCTION %s", signature.data), part->make);
	}
	if (function->draft->stands)
		standing = rln_row_function_find(function->argument, function->name, function->result);
	/* not where ALTER TABLE ... SET SCHEMA has left it behind */
	if (OidIsValid(standing) && get_func_namespace(standing) != schema)
		part->result = InvalidOid;
	if (OidIsValid(standing) && strcmp(body_of(standing), body) != 0)
		part->is_stale = true;
	if (OidIsValid(standing))
		part->drop = list_make1(psprintf("DROP FUNCTION %s",
										 format_procedure_qualified(standing)));
	return part;
}

/*
 * Lets the function go with the tables that it is about, without DROP ...
 * CASCADE: an alias must not hold up DROP TABLE.  What uses the function, such
 * as a view, still does.  A restore makes functions without us, but says of each
 * that it depends on the extension, so that is when this is called.
 */
void
rln_function_unbind(Oid function)
{
	Relation catalog;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	if (!is_row_function(function))
		return;
	catalog = table_open(DependRelationId, RowExclusiveLock);
	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ProcedureRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(function));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->refclassid != TypeRelationId || form->deptype != DEPENDENCY_NORMAL ||
			!OidIsValid(get_typ_typrelid(form->refobjid)))
			continue;
		tuple = heap_copytuple(tuple);
		((Form_pg_depend) GETSTRUCT(tuple))->deptype = DEPENDENCY_AUTO;
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/* SQL, from one row to rows: what functions of ours look like. */
static bool
is_row_function(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	bool is;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	is = form->prolang == SQLlanguageId && form->pronargs == 1 && form->proretset &&
		OidIsValid(get_typ_typrelid(form->proargtypes.values[0])) &&
		OidIsValid(get_typ_typrelid(form->prorettype));
	ReleaseSysCache(tuple);
	return is;
}

/* The text that the function was made with; palloc'd. */
static char *
body_of(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Datum body;
	bool isnull;
	char *copy;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function); /* should not happen */
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
	copy = isnull ? pstrdup("") : TextDatumGetCString(body);
	ReleaseSysCache(tuple);
	return copy;
}

/*----------
 * From the many side to the target:
 *	SELECT t.* FROM <target> t WHERE t.<key> OPERATOR(=) $1.<column> [AND ...]
 *		[AND $1.<discriminator> OPERATOR(=) '<value>']
 * and back:
 *	SELECT t.* FROM <many> t WHERE [t.<discriminator> OPERATOR(=) '<value>' AND]
 *		t.<column> OPERATOR(=) $1.<key> [AND ...]
 * where a symmetric relation has in place of <many>
 *	(SELECT <columns> FROM <many> s UNION ALL SELECT <the same, ends exchanged> FROM <many> s)
 * so that its function must be made anew when <many> gets or loses a column.
 *
 * Columns that are gone are left out: then the text only serves to be compared
 * with that of the function which replaces it.
 *----------
 */
static char *
make_body(const RowFunction *function)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT t.* FROM ");
	if (function->draft->edge->is_symmetric && !function->forward)
		rln_append_both_ends(&buf, function->draft->edge, many_columns(function->draft));
	else
		rln_append_table(&buf, function->result);
	appendStringInfoString(&buf, " t WHERE ");
	if (function->forward)
	{
		Match match = {function->draft, function->target, "$1", "t", true};

		if (!append_conditions(&buf, &match) && function->target->discriminator != NULL)
		{
			appendStringInfoString(&buf, " AND ");
			append_discriminator(&buf, &match);
		}
	}
	else
		rln_append_match(&buf, function->draft, function->target, "t", "$1", false);
	return buf.data;
}

/* The names of the many side's columns, with those that the draft adds. */
static List *
many_columns(const RlnDraft *draft)
{
	List *names = rln_columns_load(draft->edge->many);
	ListCell *lc;

	foreach(lc, draft->many_columns)
	{
		const RlnColumn *column = lfirst(lc);

		if (!column->exists && OidIsValid(column->type))
			names = lappend(names, column->name);
	}
	if (draft->sort != NULL && !draft->sort->exists)
		names = lappend(names, draft->sort->name);
	return names;
}

/*
 * The condition under which a row of the many side refers to one of the target;
 * by_text, it is the one that is enforced, but depends on settings where a key's
 * text does, see rln_settings_fix():
 *	[<many_row>.<discriminator> OPERATOR(=) '<value>' AND]
 *		<many_row>.<column> OPERATOR(=) <one_row>.<key> [AND ...]
 */
void
rln_append_match(StringInfo buf, const RlnDraft *draft, const RlnTarget *target,
				 const char *many_row, const char *one_row, bool by_text)
{
	Match match = {draft, target, many_row, one_row, false, by_text};

	if (target->discriminator != NULL)
	{
		append_discriminator(buf, &match);
		appendStringInfoString(buf, " AND ");
	}
	append_conditions(buf, &match);
}

/* True if one of the conditions tests the discriminator. */
static bool
append_conditions(StringInfo buf, const Match *match)
{
	bool tested = false;
	ListCell *lc;
	ListCell *lk;

	forboth(lc, match->draft->many_columns, lk, match->target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_get(match->target->relid, lfirst(lk));

		if (key == NULL || !OidIsValid(column->type))
			continue;
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " AND ");
		if (append_condition(buf, match, column, key))
			tested = true;
	}
	return tested;
}

/*
 * The condition on one column and the key column that it refers to.  Where an
 * item is text and the key is not, they are compared as keys; where the item is
 * looked for as texts, so that the index on it is used, unless the key's text
 * depends on settings.  True if the condition tests the discriminator.
 */
static bool
append_condition(StringInfo buf, const Match *match, const RlnColumn *column, const RlnColumn *key)
{
	char *item_sql = psprintf("%s.%s", match->many_row, quote_identifier(column->name));
	char *key_sql = psprintf("%s.%s", match->one_row, quote_identifier(key->name));
	Oid item_type = column->type;
	Oid key_type = key->type;
	Oid op = rln_equality_operator(key_type, item_type);
	bool cased = false;

	if (!OidIsValid(op) && !match->by_key && (match->by_text || rln_text_is_stable(key_type)))
	{
		key_sql = psprintf("CAST(%s AS %s)", key_sql, rln_type_sql(item_type));
		key_type = item_type;
	}
	else if (!OidIsValid(op))
	{
		item_sql = item_as_key(match, column, key);
		item_type = key_type;
		cased = true;
	}
	op = rln_equality_operator(key_type, item_type);
	if (match->by_key)
		append_equality(buf, key_sql, key_type, op, item_sql, item_type);
	else
		append_equality(buf, item_sql, item_type, get_commutator(op), key_sql, key_type);
	return cased;
}

/*
 * left OPERATOR(=) right, by the very operator: where the operands' types
 * alone would let the parser choose another of that name, they are cast.
 */
static void
append_equality(StringInfo buf, const char *left, Oid left_type, Oid op, const char *right,
				Oid right_type)
{
	Oid left_input;
	Oid right_input;

	op_input_types(op, &left_input, &right_input);
	rln_append_operand(buf, left, left_type, left_input, op);
	appendStringInfoChar(buf, ' ');
	rln_append_operator(buf, op);
	appendStringInfoChar(buf, ' ');
	rln_append_operand(buf, right, right_type, right_input, op);
}

/*----------
 * An item that is text, as the key's type, only where it is meant to be one:
 *	CASE WHEN <row>.<discriminator> OPERATOR(=) '<value>' THEN CAST(<row>.<item> AS <type>) END
 *----------
 */
static char *
item_as_key(const Match *match, const RlnColumn *item, const RlnColumn *key)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "CASE WHEN ");
	append_discriminator(&buf, match);
	appendStringInfo(&buf, " THEN CAST(%s.%s AS %s) END", match->many_row, quote_identifier(item->name),
					 rln_type_sql(getBaseType(key->type)));
	return buf.data;
}

/*
 * Is a value's text the same in every session?  Not that of types whose output
 * depends on TimeZone, DateStyle, bytea_output or extra_float_digits; for the
 * latter two pg_proc says IMMUTABLE all the same.
 */
bool
rln_text_is_stable(Oid type)
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
append_discriminator(StringInfo buf, const Match *match)
{
	const RlnColumn *column = match->draft->discriminator;
	Oid op;
	Oid wanted;
	Oid right;
	int values = 0;
	ListCell *lc;
	StringInfoData tests;

	if (column == NULL)
		return; /* it is gone, and what stands is replaced */
	op = rln_equality_operator(column->type, column->type);
	op_input_types(op, &wanted, &right);
	initStringInfo(&tests);
	foreach(lc, match->draft->edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (target->relid != match->target->relid)
			continue;
		if (values++ > 0)
			appendStringInfoString(&tests, " OR ");
		rln_append_operand(&tests,
						   psprintf("%s.%s", match->many_row, quote_identifier(match->draft->edge->discriminator_column)),
						   column->type, wanted, op);
		appendStringInfoChar(&tests, ' ');
		rln_append_operator(&tests, op);
		appendStringInfoChar(&tests, ' ');
		rln_append_literal(&tests, target->discriminator);
	}
	appendStringInfo(buf, values > 1 ? "(%s)" : "%s", tests.data);
}

/*
 * How many rows the function gives.  It matters where the call is not inlined,
 * in a select list.  Of an alias never 1: by that the readers of these functions
 * tell a to-one end from a to-many end.
 */
static double
estimate_rows(const RowFunction *function)
{
	float4 parents = rln_table_rows(function->argument);
	float4 children = rln_table_rows(function->result);

	if (function->to_one)
		return 1;
	if (parents < MIN_PARENTS_FOR_ESTIMATE || children < 0)
		return DEFAULT_ROWS;
	if (function->draft->edge->is_symmetric)
		children *= 2; /* each is seen from both ends */
	return Max(2, rint(children / parents));
}

/* PostgreSQL's own estimate, below 0 where it has none. */
float4
rln_table_rows(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	float4 rows;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid); /* should not happen */
	rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	return rows;
}
