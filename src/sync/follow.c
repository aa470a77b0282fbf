/*
 * follow.c
 *	  A relation, after a command that touched its tables.
 *
 * The edge as it is stored is compared with what the catalogs say now, and the
 * next edge made of it: names that were changed, a constraint that is gone, a
 * collection less.  If nothing is different, nothing is locked or written.
 *
 * During a restore tables have relations already while their constraints,
 * triggers and functions are still to come.  So that something is missing means
 * nothing by itself; it is gone only if the command was one that takes away.
 *
 * Locks: the command holds its tables; here the edge is locked besides, as
 * whoever changes a relation does after he has locked its tables.  No other
 * table is locked, except where triggers have to go, as with a foreign key.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "ddl/ddl.h"
#include "sync/sync.h"

static void make_next(RlnFollow *follow);
static void follow_columns(RlnFollow *follow);
static void follow_list(RlnFollow *follow, Oid relid, List *columns);
static bool are_there(RlnFollow *follow, Oid relid, const List *columns);
static void follow_targets(RlnFollow *follow);
static void follow_fields(RlnFollow *follow);
static void follow_function(RlnFollow *follow, RlnTarget *target);
static void follow_field(RlnFollow *follow, RlnTarget *target, const char *wish);
static void follow_foreign_key(RlnFollow *follow);
static void take_foreign_key(RlnFollow *follow, const RlnForeignKey *key);
static void follow_trigger(RlnFollow *follow);
static void follow_generated(RlnFollow *follow);
static bool is_renamed(const RlnCommand *command, const char *name);
static void follow_values(RlnFollow *follow);
static bool concerns_rows(const RlnFollow *follow);
static void apply(RlnFollow *follow);


/*
 * True if the edge is followed; false if the command has left it as it cannot
 * be, because it is one in the middle of another.
 */
bool
rln_follow_edge(const RlnEdge *edge, const RlnCommand *command)
{
	RlnFollow follow = {command, edge};

	make_next(&follow);
	if (follow.undecided)
		return false;
	if (!follow.changed && !follow.ends && !concerns_rows(&follow) &&
		!rln_functions_are_stale(follow.edge, follow.next, command))
		return true;

	/* again, now that nobody else can change it */
	rln_edge_lock(edge->id);
	memset(&follow, 0, sizeof(follow));
	follow.command = command;
	follow.edge = rln_edge_get(edge->id);
	if (follow.edge == NULL)
		return true;
	make_next(&follow);
	apply(&follow);
	return true;
}

/*
 * Tables whose row function has just been renamed: the new name is known, and
 * whose function it is says its argument.
 */
List *
rln_follow_functions(const RlnCommand *command)
{
	List *tables = NIL;
	CatCList *list;

	if (command->to == NULL ||
		(command->renamed != OBJECT_FUNCTION && command->renamed != OBJECT_ROUTINE))
		return NIL;
	list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(command->to));
	for (int i = 0; i < list->n_members; i++)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		if (form->pronargs == 1 && form->proretset &&
			OidIsValid(get_typ_typrelid(form->proargtypes.values[0])))
			tables = list_append_unique_oid(tables,
											get_typ_typrelid(form->proargtypes.values[0]));
	}
	ReleaseSysCacheList(list);
	return tables;
}

static void
make_next(RlnFollow *follow)
{
	follow->next = rln_edge_copy(follow->edge);
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(follow->edge->many)))
	{
		follow->ends = true;
		return;
	}
	follow_columns(follow);
	if (follow->ends || follow->undecided)
		return;
	follow_targets(follow);
	if (follow->ends || follow->undecided)
		return;
	follow_fields(follow);
	if (RLN_IS_ANY(follow->next))
	{
		follow_trigger(follow);
		follow_values(follow);
	}
	else
		follow_foreign_key(follow);
	follow_generated(follow);
}

/* Columns of the many side: renamed, or gone and the relation with them. */
static void
follow_columns(RlnFollow *follow)
{
	RlnEdge *next = follow->next;

	follow_list(follow, next->many, next->columns);
	follow_list(follow, next->many, next->junction_columns);
	follow_list(follow, next->many, next->not_null_generated);
	if (next->discriminator_column != NULL)
	{
		List *column = list_make1(next->discriminator_column);

		follow_list(follow, next->many, column);
		next->discriminator_column = linitial(column);
	}
	if (next->sort_column != NULL)
	{
		List *column = list_make1(next->sort_column);

		follow_list(follow, next->many, column);
		next->sort_column = are_there(follow, next->many, column) ? linitial(column) : NULL;
		if (next->sort_column == NULL)
			follow->changed = true;
	}
	if (!are_there(follow, next->many, next->junction_columns))
	{
		next->junction_columns = NIL;
		next->is_symmetric = false;
		next->check_generated = NULL; /* it went with the column */
		follow->changed = true;
	}
	follow->ends = !are_there(follow, next->many, rln_lookup_columns(next));
}

/* Changes, in place, the name of a column that was renamed. */
static void
follow_list(RlnFollow *follow, Oid relid, List *columns)
{
	const RlnCommand *command = follow->command;
	ListCell *lc;

	if (command->to == NULL ||
		(command->renamed != OBJECT_COLUMN && command->renamed != OBJECT_ATTRIBUTE))
		return;
	foreach(lc, columns)
	{
		if (strcmp(lfirst(lc), command->from) != 0 ||
			get_attnum(relid, command->from) != InvalidAttrNumber ||
			get_attnum(relid, command->to) == InvalidAttrNumber)
			continue;
		lfirst(lc) = pstrdup(command->to);
		follow->changed = true;
	}
}

/*
 * Are the columns there?  Of one that is missing, but cannot be gone because of
 * this command, nothing is decided now.
 */
static bool
are_there(RlnFollow *follow, Oid relid, const List *columns)
{
	const RlnCommand *command = follow->command;
	bool all = true;
	ListCell *lc;

	foreach(lc, columns)
	{
		if (get_attnum(relid, lfirst(lc)) != InvalidAttrNumber)
			continue;
		if (!command->may_drop_columns &&
			!rln_names_contain(command->dropped_columns, lfirst(lc)))
			follow->undecided = true;
		all = false;
	}
	return all;
}

/* Collections that it leads to: their keys renamed, or gone. */
static void
follow_targets(RlnFollow *follow)
{
	List *rest = NIL;
	ListCell *lc;

	foreach(lc, follow->next->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
		{
			follow_list(follow, target->relid, target->columns);
			if (are_there(follow, target->relid, target->columns))
			{
				rest = lappend(rest, target);
				continue;
			}
		}
		follow->lost = lappend(follow->lost, target);
		follow->changed = true;
	}
	follow->next->targets = rest;
	follow->ends = rest == NIL;
}

/*
 * A field that has the name of its column, or for many-to-any of its table, has
 * the new one too, if that is free.  So has one whose function was renamed.
 */
static void
follow_fields(RlnFollow *follow)
{
	RlnEdge *next = follow->next;
	const RlnCommand *command = follow->command;
	char *before = rln_names_concat(follow->edge->columns);
	char *after = rln_names_concat(next->columns);
	ListCell *lc;

	if (command->to == NULL)
		return;
	foreach(lc, next->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (command->renamed == OBJECT_FUNCTION || command->renamed == OBJECT_ROUTINE)
			follow_function(follow, target);
		else if (RLN_IS_ANY(next))
		{
			if (command->renamed != OBJECT_COLUMN && strcmp(target->field, command->from) == 0 &&
				strcmp(get_rel_name(target->relid), command->to) == 0)
				follow_field(follow, target, command->to);
		}
		else if (strcmp(before, after) != 0 && strcmp(target->field, before) == 0)
			follow_field(follow, target, after);
	}
}

/* The function to the target, or the one back, was it renamed? */
static void
follow_function(RlnFollow *follow, RlnTarget *target)
{
	RlnEdge *next = follow->next;
	const char *from = follow->command->from;
	const char *to = follow->command->to;

	if (strcmp(target->field, from) == 0 &&
		!OidIsValid(rln_row_function_find(next->many, from, target->relid)) &&
		OidIsValid(rln_row_function_find(next->many, to, target->relid)))
		target->field = pstrdup(to);
	else if (next->alias != NULL && strcmp(next->alias, from) == 0 &&
			 !OidIsValid(rln_row_function_find(target->relid, from, next->many)) &&
			 OidIsValid(rln_row_function_find(target->relid, to, next->many)))
		next->alias = pstrdup(to);
	else
		return;
	follow->changed = true;
}

/* The wish, unless a function or a column other than the field's own has that name. */
static void
follow_field(RlnFollow *follow, RlnTarget *target, const char *wish)
{
	const RlnEdge *next = follow->next;
	char *name = rln_name_clip(wish);
	bool is_own = !RLN_IS_ANY(next) && list_length(next->columns) == 1;

	if (rln_row_function_exists(next->many, name) ||
		(!is_own && get_attnum(next->many, name) != InvalidAttrNumber))
		return;
	target->field = name;
	follow->changed = true;
}

/*
 * The foreign key: renamed, dropped (what is left is metadata, unless another
 * does the same), or added to a relation that had none.
 */
static void
follow_foreign_key(RlnFollow *follow)
{
	RlnEdge *next = follow->next;
	const RlnCommand *command = follow->command;
	Oid one = rln_edge_target(next)->relid;
	RlnForeignKey *key = next->constraint_name == NULL
		? NULL
		: rln_foreign_key_get(next->many, next->constraint_name);

	if (key != NULL && key->one == one && rln_names_same_set(key->columns, next->columns))
		return;
	if (!is_renamed(command, next->constraint_name) && !command->may_drop && !command->adds_key)
		return;
	key = rln_foreign_key_find(next->many, next->columns, one);
	if (key != NULL)
		take_foreign_key(follow, key);
	else if (command->may_drop && next->constraint_name != NULL)
	{
		next->constraint_name = NULL;
		next->constraint_generated = false;
		next->is_enforced = false;
		follow->changed = true;
	}
}

/* One that was only renamed is still ours to take back, any other is not. */
static void
take_foreign_key(RlnFollow *follow, const RlnForeignKey *key)
{
	RlnEdge *next = follow->next;

	if (!is_renamed(follow->command, next->constraint_name))
		next->constraint_generated = false;
	next->constraint_name = key->name;
	next->is_enforced = true;
	if (next->is_symmetric)
		next->junction_columns = rln_pair_partners(next, key->columns);
	next->columns = key->columns;
	rln_edge_target(next)->columns = key->one_columns;
	next->on_delete = key->on_delete;
	next->on_update = key->on_update;
	follow->changed = true;
}

/* The relation's constraint has the name of the trigger that checks its rows. */
static void
follow_trigger(RlnFollow *follow)
{
	RlnEdge *next = follow->next;
	RlnTrigger *trigger =
		next->constraint_name == NULL ? NULL : rln_check_trigger(follow->edge);

	if (trigger == NULL || strcmp(trigger->name, next->constraint_name) == 0)
		return;
	next->constraint_name = trigger->name;
	follow->changed = true;
}

/* What was generated besides: renamed, or no longer there to be taken back. */
static void
follow_generated(RlnFollow *follow)
{
	RlnEdge *next = follow->next;
	const RlnCommand *command = follow->command;
	ListCell *lc;

	if (is_renamed(command, next->unique_generated) && rln_own_unique_columns(next) == NIL)
	{
		next->unique_generated = pstrdup(command->to);
		follow->changed = true;
	}
	if (is_renamed(command, next->index_generated) &&
		rln_index_columns(next->many, next->index_generated) == NIL)
	{
		next->index_generated = pstrdup(command->to);
		follow->changed = true;
	}
	if (is_renamed(command, next->check_generated) &&
		!rln_check_exists(next->many, next->check_generated))
	{
		next->check_generated = pstrdup(command->to);
		follow->changed = true;
	}
	if (command->drops_not_null)
	{
		foreach(lc, list_copy(next->not_null_generated))
		{
			if (rln_column_lookup(next->many, lfirst(lc))->not_null)
				continue;
			next->not_null_generated = rln_names_without(next->not_null_generated, lfirst(lc));
			follow->changed = true;
		}
	}
	if (!command->may_drop)
		return;
	if (next->unique_generated != NULL && rln_own_unique_columns(next) == NIL)
	{
		next->unique_generated = NULL;
		follow->changed = true;
	}
	if (next->index_generated != NULL &&
		rln_index_columns(next->many, next->index_generated) == NIL)
	{
		next->index_generated = NULL;
		follow->changed = true;
	}
	if (next->check_generated != NULL && !rln_check_exists(next->many, next->check_generated))
	{
		next->check_generated = NULL;
		follow->changed = true;
	}
	/* one that leads to many now must not be read as one that leads to one */
	if (next->is_unique && next->is_enforced && !rln_columns_unique(next->many, next->columns))
	{
		next->is_unique = false;
		follow->changed = true;
	}
}

static bool
is_renamed(const RlnCommand *command, const char *name)
{
	return name != NULL && command->to != NULL && command->from != NULL &&
		strcmp(name, command->from) == 0;
}

/* ALTER TYPE ... RENAME VALUE has changed what is stored in the rows as well. */
static void
follow_values(RlnFollow *follow)
{
	const RlnCommand *command = follow->command;
	RlnColumn *column;
	ListCell *lc;

	if (!OidIsValid(command->enum_type))
		return;
	column = rln_column_get(follow->next->many, follow->next->discriminator_column);
	if (column == NULL || getBaseType(column->type) != command->enum_type)
		return;
	foreach(lc, follow->next->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (strcmp(target->discriminator, command->from_value) != 0)
			continue;
		target->discriminator = pstrdup(command->to_value);
		follow->changed = true;
	}
}

/* Does the command mean something for rows, though no name has changed? */
static bool
concerns_rows(const RlnFollow *follow)
{
	const RlnCommand *command = follow->command;

	return rln_concerns_types(follow) ||
		(RLN_IS_ANY(follow->edge) && follow->edge->is_enforced &&
		 (OidIsValid(command->attached) || OidIsValid(command->detached) ||
		  command->changes_persistence || command->drops_partition));
}

/* Stores what was found, and lets what is generated follow. */
static void
apply(RlnFollow *follow)
{
	bool leaves_some = false;
	ListCell *lc;

	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(follow->edge->many)))
		leaves_some = rln_ensure_none_refers(follow);
	if (follow->ends)
	{
		rln_edge_forget(unconstify(RlnEdge *, follow->edge));
		return;
	}
	if (leaves_some && follow->next->is_validated)
	{
		follow->next->is_validated = false;
		follow->changed = true;
	}
	if (rln_concerns_types(follow))
		rln_ensure_fits(rln_draft_of_edge(follow->next));
	if (follow->changed)
		rln_edge_update(follow->next);
	foreach(lc, follow->lost)
		rln_target_remove(follow->edge, lfirst(lc));
	if (follow->edge->is_symmetric && !follow->next->is_symmetric)
		rln_triggers_remove(follow->next->many, follow->next->id);
	rln_functions_refresh(follow->edge, follow->next, follow->command);
	if (RLN_IS_ANY(follow->next) && follow->next->is_enforced)
		rln_follow_rows(follow);
}
