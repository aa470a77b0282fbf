/*
 * entry.c
 *	  relations.diagram(): which format, which collections.
 */
#include "postgres.h"

#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/sqltext.h"
#include "ddl/ddl.h"
#include "diagram/diagram.h"

typedef void (*AppendDiagram)(StringInfo buf, const RlnDiagram *diagram);

PG_FUNCTION_INFO_V1(relations_diagram);

static AppendDiagram get_format(const char *name);
static List *get_collections(ArrayType *array);
static void ensure_drawable(Oid relid);


Datum
relations_diagram(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "relations diagram", ALLOCSET_DEFAULT_SIZES);
	AppendDiagram append_diagram;
	RlnDiagram *diagram;
	StringInfoData buf;
	text *result;

	rln_ensure_argument(fcinfo, 0, "format");
	MemoryContextSwitchTo(context);
	append_diagram = get_format(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (PG_ARGISNULL(1))
		diagram = rln_diagram_of_all();
	else
		diagram = rln_diagram_of(get_collections(PG_GETARG_ARRAYTYPE_P(1)));
	initStringInfo(&buf);
	append_diagram(&buf, diagram);

	MemoryContextSwitchTo(caller);
	result = cstring_to_text_with_len(buf.data, buf.len);
	MemoryContextDelete(context);
	PG_RETURN_TEXT_P(result);
}

static AppendDiagram
get_format(const char *name)
{
	if (strcmp(name, "mermaid") == 0)
		return rln_append_mermaid;
	if (strcmp(name, "dot") == 0)
		return rln_append_dot;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown diagram format \"%s\"", name),
			 errhint("Possible values are mermaid, dot.")));
}

static List *
get_collections(ArrayType *array)
{
	List *relids = NIL;
	Datum *elements;
	bool *nulls;
	int n;

	deconstruct_array(array, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("collections must not hold nulls")));
		ensure_drawable(DatumGetObjectId(elements[i]));
		relids = lappend_oid(relids, DatumGetObjectId(elements[i]));
	}
	return relids;
}

/*
 * A table or view that the caller may read.  One that he names he is told
 * about; without names, what he may not read is merely left out.
 */
static void
ensure_drawable(Oid relid)
{
	char relkind = get_rel_relkind(relid);

	if (relkind == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("collections: relation with OID %u does not exist", relid)));
	if (!rln_is_collection_kind(relkind))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a table or view", rln_table_label(relid))));
	if (!rln_may_read(relid))
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(relkind), rln_table_label(relid));
}
