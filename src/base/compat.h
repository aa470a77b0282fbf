/*
 * compat.h
 *	  Differences between the supported server versions, and nothing else.
 *
 * This is the only file that may look at PG_VERSION_NUM.  Each name below
 * reads like the newest server's function, or is ours where there is none.
 */
#ifndef RLN_COMPAT_H
#define RLN_COMPAT_H

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/acl.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#if PG_VERSION_NUM < 150000
#error "relations needs PostgreSQL 15 or newer"
#endif

#if PG_VERSION_NUM >= 160000
#define rln_owns_table(relid) \
	object_ownercheck(RelationRelationId, (relid), GetUserId())
#else
#define rln_owns_table(relid) pg_class_ownercheck((relid), GetUserId())
#endif

/* may the role read and lock rows of the table, by such a function? */
#if PG_VERSION_NUM >= 160000
#define rln_may_use_schema(schema, role) \
	(object_aclcheck(NamespaceRelationId, (schema), (role), ACL_USAGE) == ACLCHECK_OK)
#define rln_may_execute(function, role) \
	(object_aclcheck(ProcedureRelationId, (function), (role), ACL_EXECUTE) == ACLCHECK_OK)
#else
#define rln_may_use_schema(schema, role) \
	(pg_namespace_aclcheck((schema), (role), ACL_USAGE) == ACLCHECK_OK)
#define rln_may_execute(function, role) \
	(pg_proc_aclcheck((function), (role), ACL_EXECUTE) == ACLCHECK_OK)
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"

#define RLN_HAS_SOFT_ERRORS
#endif

#if PG_VERSION_NUM >= 180000
#define rln_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan((table), (index), (snapshot), NULL, (nkeys), 0)
/* SQL's own code for what ON DELETE RESTRICT forbids */
#define RLN_ERRCODE_RESTRICT ERRCODE_RESTRICT_VIOLATION
#else
#define rln_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan((table), (index), (snapshot), (nkeys), 0)
#define RLN_ERRCODE_RESTRICT ERRCODE_FOREIGN_KEY_VIOLATION
#endif

/* may the role create objects in the schema? */
#if PG_VERSION_NUM >= 160000
#define rln_may_create_in(schema, role) \
	(object_aclcheck(NamespaceRelationId, (schema), (role), ACL_CREATE) == ACLCHECK_OK)
#else
#define rln_may_create_in(schema, role) \
	(pg_namespace_aclcheck((schema), (role), ACL_CREATE) == ACLCHECK_OK)
#endif

/* may the current user make the role the owner of something? */
#if PG_VERSION_NUM >= 160000
#define rln_may_give_to(role) member_can_set_role(GetUserId(), (role))
#else
#define rln_may_give_to(role) is_member_of_role(GetUserId(), (role))
#endif

#if PG_VERSION_NUM >= 160000
#define rln_name_to_qualified(text) stringToQualifiedNameList((text), NULL)
#else
#define rln_name_to_qualified(text) stringToQualifiedNameList((text))
#endif

/* this session's transaction, also one that has no id */
#if PG_VERSION_NUM >= 170000
#define rln_transaction() (MyProc->vxid.lxid)
#else
#define rln_transaction() (MyProc->lxid)
#endif

/* of a row of pg_constraint: a key with PERIOD, a key that is only declared */
#if PG_VERSION_NUM >= 180000
#define rln_fk_is_temporal(form) ((form)->conperiod)
#define rln_fk_is_enforced(form) ((form)->conenforced)
#else
#define rln_fk_is_temporal(form) false
#define rln_fk_is_enforced(form) true
#endif

/* is no null in the column, by a constraint that all rows were checked against? */
#if PG_VERSION_NUM >= 180000
#define rln_column_is_never_null(desc, i) \
	(TupleDescCompactAttr((desc), (i))->attnullability == ATTNULLABLE_VALID)
#else
#define rln_column_is_never_null(desc, i) (TupleDescAttr((desc), (i))->attnotnull)
#endif

/* before a function that does not return */
#if PG_VERSION_NUM >= 180000
#define RLN_NORETURN pg_noreturn
#else
#define RLN_NORETURN pg_attribute_noreturn()
#endif

/*
 * The row in a composite Datum, detoasted.  From the minor releases of November
 * 2026 on, the server marks a row here and checks its version when it is
 * deformed; before them there is no such function.  A weak symbol lets one
 * library run on both, whichever headers it was built with.
 */
#undef DatumGetHeapTupleHeader
extern HeapTupleHeader DatumGetHeapTupleHeader(Datum datum) __attribute__((weak));

#define rln_datum_get_tuple(datum) \
	(DatumGetHeapTupleHeader != NULL ? DatumGetHeapTupleHeader(datum) \
									 : (HeapTupleHeader) PG_DETOAST_DATUM(datum))

#endif /* RLN_COMPAT_H */
