/*
 * foreign_key.c
 *	  The foreign keys that a table has already.
 *
 * They are given in the order of the key that they refer to, whatever order
 * they were declared in, so that equal foreign keys compare equal.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "ddl/ddl.h"

static RlnForeignKey *read_foreign_key(HeapTuple tuple);
static const char *action_name(char action);


/*
 * The table's foreign keys in the order of their names, as RlnForeignKey *.
 */
List *
rln_foreign_keys_load(Oid relid)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	List *keys = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		/* a row function compares by equality, a period is compared by overlap */
		if (form->contype == CONSTRAINT_FOREIGN && !rln_fk_is_temporal(form))
			keys = lappend(keys, read_foreign_key(tuple));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return keys;
}

/*
 * The foreign key from just these columns to that table, or NULL; one that has
 * them in the given order before one that has them in another.
 */
RlnForeignKey *
rln_foreign_key_find(Oid relid, const List *columns, Oid one)
{
	RlnForeignKey *found = NULL;
	ListCell *lc;

	foreach(lc, rln_foreign_keys_load(relid))
	{
		RlnForeignKey *key = lfirst(lc);

		if (key->one != one || !rln_names_same_set(key->columns, columns))
			continue;
		if (rln_names_equal(key->columns, columns))
			return key;
		if (found == NULL)
			found = key;
	}
	return found;
}

/* The table's foreign key of that name, or NULL. */
RlnForeignKey *
rln_foreign_key_get(Oid relid, const char *name)
{
	ListCell *lc;

	foreach(lc, rln_foreign_keys_load(relid))
	{
		RlnForeignKey *key = lfirst(lc);

		if (strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}

static RlnForeignKey *
read_foreign_key(HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	RlnForeignKey *key = palloc0(sizeof(RlnForeignKey));
	AttrNumber columns[INDEX_MAX_KEYS];
	AttrNumber one_columns[INDEX_MAX_KEYS];
	AttrNumber delete_columns[INDEX_MAX_KEYS];
	int n;
	int n_delete;
	HeapTuple index;
	int2vector *order;

	DeconstructFkConstraintRow(tuple, &n, columns, one_columns, NULL, NULL, NULL, &n_delete,
							   delete_columns);

	for (int i = 0; i < n_delete; i++)
		key->delete_columns = lappend(key->delete_columns,
									  get_attname(form->conrelid, delete_columns[i], false));
	key->name = pstrdup(NameStr(form->conname));
	key->one = form->confrelid;
	key->on_delete = action_name(form->confdeltype);
	key->on_update = action_name(form->confupdtype);
	key->match_full = form->confmatchtype == FKCONSTR_MATCH_FULL;
	key->deferrable = form->condeferrable;
	key->deferred = form->condeferred;
	key->validated = form->convalidated;
	key->enforced = rln_fk_is_enforced(form);
	key->inherited = OidIsValid(form->conparentid);

	index = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(form->conindid));
	if (!HeapTupleIsValid(index))
		elog(ERROR, "cache lookup failed for index %u", form->conindid); /* should not happen */
	order = &((Form_pg_index) GETSTRUCT(index))->indkey;
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
		{
			if (one_columns[j] != order->values[i])
				continue;
			key->columns = lappend(key->columns, get_attname(form->conrelid, columns[j], false));
			key->one_columns = lappend(key->one_columns,
									   get_attname(form->confrelid, one_columns[j], false));
		}
	}
	ReleaseSysCache(index);
	return key;
}

static const char *
action_name(char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_NOACTION:
			return "NO ACTION";
		case FKCONSTR_ACTION_RESTRICT:
			return "RESTRICT";
		case FKCONSTR_ACTION_CASCADE:
			return "CASCADE";
		case FKCONSTR_ACTION_SETNULL:
			return "SET NULL";
		case FKCONSTR_ACTION_SETDEFAULT:
			return "SET DEFAULT";
	}
	elog(ERROR, "unknown foreign key action \"%c\"", action); /* should not happen */
}
