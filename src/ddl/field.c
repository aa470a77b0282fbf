/*
 * field.c
 *	  Names of fields, which are names of row functions.
 *
 * A field of a table is a column, an alias of a relation that leads to the
 * table, or, for a many-to-any relation of the table, a target's name.  Each
 * of the latter two is a row function, as is a many-to-one field, which shares
 * its column's name.  So a name must be free both among the table's fields and
 * among the functions that take its row.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

typedef struct FieldScope
{
	const RlnEdge *edge;
	const RlnEdge *old;		/* whose functions go, or NULL */
	const char *own_column; /* the field may share this column's name */
} FieldScope;

static char *edge_user(Oid relid, const char *name, int32 except_edge);
static char *choose_target_field(const RlnEdge *edge, const RlnEdge *old,
								 const RlnTarget *target);
static bool field_taken(const char *name, void *arg);
static bool is_own_field(const RlnEdge *edge, const char *name);
static bool is_ours(Oid function);
static Oid find_in_schema(Oid argument, const char *name);


/*
 * Gives each target its field: one for each table, kept from the old edge
 * where that has led there.
 */
void
rln_choose_fields(RlnEdge *edge, const RlnEdge *old)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		const RlnTarget *before = old == NULL ? NULL : rln_edge_find_target(old, target->relid);

		if (before != NULL)
			target->field = pstrdup(before->field);
	}
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		const RlnTarget *first = rln_edge_find_target(edge, target->relid);

		if (target->field != NULL)
			continue;
		target->field = first != target ? pstrdup(first->field)
										: choose_target_field(edge, old, target);
	}
}

/*
 * 42710 where the edge's alias is a field of one of its targets already.  An
 * alias that a target has kept from the old edge (or NULL) is none to refuse.
 */
void
rln_ensure_alias(const RlnEdge *edge, const RlnEdge *old)
{
	bool kept = edge->alias != NULL && old != NULL && old->alias != NULL &&
		strcmp(edge->alias, old->alias) == 0;
	ListCell *lc;

	if (edge->alias == NULL)
		return;
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);
		char *user;

		if (kept && rln_edge_leads_to(old, target->relid))
			continue;
		user = rln_field_user(target->relid, edge->alias, edge->id);
		/* on a table that refers to itself all of the edge's names are fields */
		if (user == NULL && target->relid == edge->many &&
			(is_own_field(edge, edge->alias) || rln_names_contain(edge->columns, edge->alias)))
			user = "the other end of this relation";
		if (user == NULL && rln_row_function_exists(target->relid, edge->alias) &&
			!rln_row_function_is_orphan(target->relid, edge->alias))
			user = "a function of its rows";
		if (user != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_OBJECT),
					 errmsg("\"%s\" has a field \"%s\" already", rln_table_label(target->relid), edge->alias),
					 errdetail("It is %s.", user),
					 errhint("Choose another alias.")));
	}
}

/*
 * What makes the name a field of the table, apart from the given edge (0:
 * none): a palloc'd description, or NULL.  Every field that is no column is a
 * row function, so that a name without one is free, however many relations the
 * table takes part in.
 */
char *
rln_field_user(Oid relid, const char *name, int32 except_edge)
{
	if (get_attnum(relid, name) != InvalidAttrNumber)
		return "a column";
	return edge_user(relid, name, except_edge);
}

/* Is there a function of that name for a row of the table, in its schema? */
bool
rln_row_function_exists(Oid argument, const char *name)
{
	return OidIsValid(find_in_schema(argument, name));
}

/*
 * Is it one that was made for a relation which is registered no more?  So it is
 * when the registry was lost, in a restore by a user who may not write it; then
 * the relation is registered anew and takes its function over.
 */
bool
rln_row_function_is_orphan(Oid argument, const char *name)
{
	Oid function = find_in_schema(argument, name);

	return OidIsValid(function) && is_ours(function) && edge_user(argument, name, 0) == NULL;
}

/*
 * The row function from one table to the other, or InvalidOid.  It need not be
 * in its table's schema: ALTER TABLE ... SET SCHEMA leaves it behind.
 */
Oid
rln_row_function_find(Oid argument, const char *name, Oid result)
{
	Oid type = get_rel_type_id(argument);
	Oid found = find_in_schema(argument, name);
	CatCList *list;

	if (OidIsValid(found))
		return get_func_rettype(found) == get_rel_type_id(result) && is_ours(found) ? found
																					: InvalidOid;
	list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));

	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		if (form->pronargs != 1 || form->proargtypes.values[0] != type || !form->proretset ||
			form->prorettype != get_rel_type_id(result))
			continue;
		if (is_ours(form->oid))
			found = form->oid;
	}
	ReleaseSysCacheList(list);
	return found;
}

/*
 * A foreign key's field is its column, or its columns joined by underscores; a
 * many-to-any field is the target's name.  Where that is taken the target's,
 * or the column's, name is put beside it, and at last a number.
 */
static char *
choose_target_field(const RlnEdge *edge, const RlnEdge *old, const RlnTarget *target)
{
	FieldScope scope = {edge, old, NULL};
	char *columns = makeObjectName(rln_names_concat(edge->columns), NULL, NULL);
	char *table = get_rel_name(target->relid);

	if (RLN_IS_ANY(edge))
	{
		if (!field_taken(table, &scope))
			return table;
		return rln_name_choose(columns, table, field_taken, &scope);
	}
	if (list_length(edge->columns) == 1)
		scope.own_column = linitial(edge->columns);
	if (!field_taken(columns, &scope))
		return columns;
	return rln_name_choose(columns, table, field_taken, &scope);
}

static bool
field_taken(const char *name, void *arg)
{
	FieldScope *scope = arg;
	const RlnEdge *edge = scope->edge;
	bool is_own = scope->own_column != NULL && strcmp(scope->own_column, name) == 0;
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (target->field != NULL && strcmp(target->field, name) == 0)
			return true;
		/* on a table that refers to itself both ends are fields of it */
		if (target->relid == edge->many && edge->alias != NULL && strcmp(edge->alias, name) == 0)
			return true;
	}
	if (!is_own && get_attnum(edge->many, name) != InvalidAttrNumber)
		return true;
	if (edge_user(edge->many, name, edge->id) != NULL)
		return true;
	return rln_row_function_exists(edge->many, name) &&
		!(scope->old != NULL && is_own_field(scope->old, name)) &&
		!rln_row_function_is_orphan(edge->many, name);
}

/* The same for names that are no column. */
static char *
edge_user(Oid relid, const char *name, int32 except_edge)
{
	ListCell *le;
	ListCell *lt;

	if (!rln_row_function_exists(relid, name))
		return NULL;
	foreach(le, rln_edges_lookup(relid))
	{
		RlnEdge *edge = lfirst(le);

		if (edge->id == except_edge)
			continue;
		if (edge->alias != NULL && strcmp(edge->alias, name) == 0 &&
			rln_edge_leads_to(edge, relid))
			return psprintf("the alias of relation %d", edge->id);
		if (edge->many != relid)
			continue;
		foreach(lt, edge->targets)
		{
			if (strcmp(((RlnTarget *) lfirst(lt))->field, name) == 0)
				return psprintf("a field of relation %d", edge->id);
		}
	}
	return NULL;
}

/* Is it a row function of the edge's many side? */
static bool
is_own_field(const RlnEdge *edge, const char *name)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		if (strcmp(((RlnTarget *) lfirst(lc))->field, name) == 0)
			return true;
	}
	return false;
}

/* Was the function made for a relation?  Users replace functions by their own. */
static bool
is_ours(Oid function)
{
	return list_member_oid(getAutoExtensionsOfObject(ProcedureRelationId, function),
						   get_extension_oid("relations", false));
}

/* The function of that name for a row of the table, in its schema. */
static Oid
find_in_schema(Oid argument, const char *name)
{
	Oid type = get_rel_type_id(argument);
	oidvector *types = buildoidvector(&type, 1);

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(types), ObjectIdGetDatum(get_rel_namespace(argument)));
}
