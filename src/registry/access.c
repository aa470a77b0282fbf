/*
 * access.c
 *	  Who may see and who may change an edge.
 *
 * Changing an edge is DDL on its many table, and so needs what ALTER TABLE
 * needs: ownership.  What the generated statements need beyond that (REFERENCES
 * for a foreign key, CREATE for a function) PostgreSQL checks itself when they
 * run as the caller; where no foreign key is made we check the same in C.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/sqltext.h"
#include "registry/registry.h"


/* Is it what pg_class has for a table or view, and so may be a collection? */
bool
rln_is_collection_kind(char relkind)
{
	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE ||
		relkind == RELKIND_VIEW || relkind == RELKIND_MATVIEW || relkind == RELKIND_FOREIGN_TABLE;
}

/* May the caller read the table, or any column of it?  False where it is gone. */
bool
rln_may_read(Oid relid)
{
	bool is_missing = false;

	if (pg_class_aclcheck_ext(relid, GetUserId(), ACL_SELECT, &is_missing) == ACLCHECK_OK)
		return true;
	return !is_missing &&
		pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT, ACLMASK_ANY) == ACLCHECK_OK;
}

/* The rule of relations.relations. */
bool
rln_may_see(const RlnEdge *edge)
{
	return rln_may_read(edge->many) &&
		(RLN_IS_ANY(edge) || rln_may_read(rln_edge_target(edge)->relid));
}

/*
 * Holds off DROP and ALTER of the table to the end of the transaction: what was
 * looked at is what generated statements will name.  A stronger lock, if one is
 * needed, is taken by those statements.  False where the table is gone.
 */
bool
rln_table_lock(Oid relid)
{
	LockRelationOid(relid, AccessShareLock);
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		return true;
	UnlockRelationOid(relid, AccessShareLock);
	return false;
}

/*
 * Holds off other changes of the edge to the end of the transaction: those by
 * whoever changes the relation, and those that follow a command on one of its
 * tables.  Taken after the locks on tables, and before the edge is read.
 */
void
rln_edge_lock(int32 id)
{
	LockDatabaseObject(rln_registry_table(), id, 0, ExclusiveLock);
}

/* Is it a temporary table of another session, whose rows nobody else can read? */
bool
rln_is_foreign_temporary(Oid relid)
{
	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)) &&
		isOtherTempNamespace(get_rel_namespace(relid));
}

Oid
rln_table_owner(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid); /* should not happen */
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* 42501 unless the caller owns the table, as for ALTER TABLE. */
void
rln_ensure_owner(Oid relid)
{
	if (!rln_owns_table(relid))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of table \"%s\"", rln_table_label(relid)),
				 errhint("A relation belongs to the table on its many side; ask that table's owner.")));
}

/* May the caller refer to these columns, as by a foreign key? */
bool
rln_may_reference(Oid relid, const List *columns)
{
	ListCell *lc;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_REFERENCES) == ACLCHECK_OK)
		return true;
	foreach(lc, columns)
	{
		AttrNumber attnum = get_attnum(relid, lfirst(lc));

		if (attnum != InvalidAttrNumber &&
			pg_attribute_aclcheck(relid, attnum, GetUserId(), ACL_REFERENCES) != ACLCHECK_OK)
			return false;
	}
	return true;
}

/* 42501 unless he may. */
void
rln_ensure_references(Oid relid, const List *columns)
{
	if (!rln_may_reference(relid, columns))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to refer to table \"%s\"", rln_table_label(relid)),
				 errhint("GRANT REFERENCES ON %s TO the role that registers the relation.",
						 rln_table_label(relid))));
}
