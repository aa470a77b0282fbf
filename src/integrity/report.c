/*
 * report.c
 *	  Violations, reported as PostgreSQL reports those of a foreign key.
 *
 * See ri_ReportViolation(): the same code, message and error fields, so that
 * ORMs take it for what it is, and values only for who may read them.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "base/compat.h"
#include "integrity/integrity.h"

static bool may_read_columns(Oid relid, const AttrNumber *columns, int n);
static char *value_text(Form_pg_attribute column, Datum value);


/*
 * A row of the many side that is not right.  Does not return.
 */
void
rln_report_row(const RlnGuard *guard, const RlnSite *site, Relation rel, TupleTableSlot *slot,
			   RlnFault fault)
{
	const RlnEdge *edge = guard->edge;
	AttrNumber columns[INDEX_MAX_KEYS + 1];
	int n = guard->nkeys + 1;
	StringInfoData names;
	StringInfoData values;
	bool readable;
	RlnGuardTarget *target;
	Datum discriminator;
	bool isnull;

	columns[0] = site->discriminator;
	memcpy(&columns[1], site->items, sizeof(AttrNumber) * guard->nkeys);
	readable = may_read_columns(RelationGetRelid(rel), columns, n);
	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < n && readable; i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(rel), columns[i] - 1);
		Datum value = slot_getattr(slot, columns[i], &isnull);

		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", NameStr(column->attname));
		if (i > 0)
			appendStringInfoString(&values, ", ");
		appendStringInfoString(&values, isnull ? "null" : value_text(column, value));
	}
	discriminator = slot_getattr(slot, site->discriminator, &isnull);
	target = isnull ? NULL : rln_guard_find(unconstify(RlnGuard *, guard), discriminator);
	if (target != NULL && get_rel_name(target->relid) == NULL)
		target = NULL; /* dropped */

	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("insert or update on table \"%s\" violates foreign key constraint \"%s\"",
					RelationGetRelationName(rel), edge->constraint_name),
			 fault == RLN_FAULT_HALF
				 ? errdetail("MATCH FULL does not allow mixing of null and nonnull key values.")
				 : target == NULL
				 ? (readable ? errdetail("Key (%s)=(%s) does not lead to an allowed collection.", names.data, values.data)
							 : errdetail("Key does not lead to an allowed collection."))
				 : readable
				 ? errdetail("Key (%s)=(%s) is not present in table \"%s\".", names.data, values.data,
							 get_rel_name(target->relid))
				 : errdetail("Key is not present in table \"%s\".", get_rel_name(target->relid)),
			 target == NULL && fault == RLN_FAULT_MISSING
				 ? errhint("Relation %d says which values of \"%s\" are allowed.", edge->id,
						   edge->discriminator_column)
				 : 0,
			 errtableconstraint(rel, edge->constraint_name)));
}

/*
 * A target's key that is gone, though rows of the many side refer to it.  The
 * key's values are those of the columns of rel, the table or its partition.
 * Does not return.
 */
void
rln_report_referred(const RlnGuard *guard, const RlnGuardTarget *target, const Datum *key,
					bool restricts)
{
	const RlnEdge *edge = guard->edge;
	Relation rel = table_open(target->relid, NoLock);
	Relation many = table_open(edge->many, NoLock);
	AttrNumber columns[INDEX_MAX_KEYS];
	StringInfoData names;
	StringInfoData values;
	bool readable;

	for (int i = 0; i < guard->nkeys; i++)
		columns[i] = get_attnum(target->relid, target->key[i].name);
	readable = may_read_columns(target->relid, columns, guard->nkeys);
	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < guard->nkeys && readable; i++)
	{
		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "", target->key[i].name);
		if (i > 0)
			appendStringInfoString(&values, ", ");
		appendStringInfoString(&values, OutputFunctionCall(&target->key[i].output, key[i]));
	}
	ereport(
		ERROR,
		(errcode(restricts ? RLN_ERRCODE_RESTRICT : ERRCODE_FOREIGN_KEY_VIOLATION),
		 errmsg(
			 "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\"",
			 RelationGetRelationName(rel), edge->constraint_name,
			 RelationGetRelationName(many)),
		 readable ? errdetail("Key (%s)=(%s) is still referenced from table \"%s\".",
							  names.data, values.data, RelationGetRelationName(many))
				  : errdetail("Key is still referenced from table \"%s\".",
							  RelationGetRelationName(many)),
		 errtableconstraint(many, edge->constraint_name)));
}

/* Not where row security might hide the row. */
static bool
may_read_columns(Oid relid, const AttrNumber *columns, int n)
{
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return false;
	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	for (int i = 0; i < n; i++)
	{
		if (pg_attribute_aclcheck(relid, columns[i], GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

static char *
value_text(Form_pg_attribute column, Datum value)
{
	Oid output;
	bool varlena;

	getTypeOutputInfo(column->atttypid, &output, &varlena);
	return OidOutputFunctionCall(output, value);
}
