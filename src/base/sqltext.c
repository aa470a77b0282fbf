/*
 * sqltext.c
 *	  Pieces of generated SQL: everything quoted, everything qualified.
 *
 * Whatever is put into a statement's text goes through here, so that no name
 * is looked up by search_path and no value is read as SQL.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "base/sqltext.h"


void
rln_append_name(StringInfo buf, const char *name)
{
	appendStringInfoString(buf, quote_identifier(name));
}

/* "a, b" */
void
rln_append_names(StringInfo buf, const List *names)
{
	ListCell *lc;

	foreach(lc, names)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, ", ");
		rln_append_name(buf, lfirst(lc));
	}
}

void
rln_append_qualified(StringInfo buf, const char *schema, const char *name)
{
	appendStringInfoString(buf, quote_qualified_identifier(schema, name));
}

/* The table's qualified name, as rln_table_sql(). */
void
rln_append_table(StringInfo buf, Oid relid)
{
	appendStringInfoString(buf, rln_table_sql(relid));
}

/*
 * The type with its modifier.  Types of the SQL standard come out under their
 * keywords, which the grammar itself binds to pg_catalog.
 */
void
rln_append_type(StringInfo buf, Oid type, int32 typmod)
{
	appendStringInfoString(
		buf,
		format_type_extended(type, typmod,
							 FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY));
}

/* The type of any length, for a cast; "character" would be character(1). */
char *
rln_type_sql(Oid type)
{
	return format_type_extended(type, -1, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
}

/* " COLLATE schema.name" */
void
rln_append_collation(StringInfo buf, Oid collation)
{
	HeapTuple tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation); /* should not happen */
	form = (Form_pg_collation) GETSTRUCT(tuple);
	appendStringInfoString(buf, " COLLATE ");
	rln_append_qualified(buf, get_namespace_name(form->collnamespace), NameStr(form->collname));
	ReleaseSysCache(tuple);
}

/* "OPERATOR(schema.name)" */
void
rln_append_operator(StringInfo buf, Oid op)
{
	appendStringInfo(buf, "OPERATOR(%s.%s)",
					 quote_identifier(get_namespace_name(rln_operator_schema(op))),
					 get_opname(op));
}

/*
 * An operand of the operator.  Nobody can add an operator to pg_catalog, so
 * that there base types decide; varchar has no equality but text's.  Beside a
 * user's type others may be planted for its domains or for types that it can
 * be coerced from.
 */
void
rln_append_operand(StringInfo buf, const char *operand, Oid type, Oid wanted, Oid op)
{
	Oid base = getBaseType(type);
	bool exact;

	if (IsPolymorphicType(wanted) || wanted == RECORDOID)
		exact = true;
	else if (rln_operator_schema(op) == PG_CATALOG_NAMESPACE)
		exact = base == wanted || (base == VARCHAROID && wanted == TEXTOID);
	else
		exact = type == wanted;
	if (exact)
		appendStringInfoString(buf, operand);
	else
		appendStringInfo(buf, "CAST(%s AS %s)", operand, rln_type_sql(wanted));
}

Oid
rln_operator_schema(Oid op)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(op));
	Oid schema;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", op); /* should not happen */
	schema = ((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace;
	ReleaseSysCache(tuple);
	return schema;
}

/* The text as a string literal that holds for either standard_conforming_strings. */
void
rln_append_literal(StringInfo buf, const char *text)
{
	appendStringInfoString(buf, quote_literal_cstr(text));
}

/*
 * The table's qualified name, for generated SQL; palloc'd.  42P01 where it was
 * dropped, though callers hold a lock that should have kept it.
 */
char *
rln_table_sql(Oid relid)
{
	char *name = get_rel_name(relid);
	char *schema = name == NULL ? NULL : get_namespace_name(get_rel_namespace(relid));

	if (schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	return quote_qualified_identifier(schema, name);
}

/* The table as regclass prints it, for messages and users; palloc'd. */
char *
rln_table_label(Oid relid)
{
	return DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(relid)));
}

/* "ONLY " for a table that may have children of which a constraint knows nothing. */
const char *
rln_only(Oid relid)
{
	return get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? "" : "ONLY ";
}
