/*
 * rule.c
 *	  From wishes to an edge: actions, constraints and indexes.
 *
 * Rules that contradict each other are refused here, when the relation is
 * made, and not by the first DELETE that meets them.  A constraint that was
 * adopted keeps its own rules.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

/* of a table that is indexed within milliseconds: a megabyte */
#define LARGE_PAGES (1024 * 1024 / BLCKSZ)

static void complete_actions(RlnDraft *draft);
static bool was_dropped(const RlnDraft *draft);
static void complete_required(RlnDraft *draft);
static bool others_made_not_null(const RlnEdge *edge, const char *column);
static void ensure_nullable(const RlnDraft *draft, const char *rule, const char *value);
static void ensure_writable(const RlnDraft *draft);
static bool any_not_null(const RlnDraft *draft);
static void complete_constraint(RlnDraft *draft);
static void complete_unique(RlnDraft *draft);
static void complete_index(RlnDraft *draft);
static bool is_large(Oid many);
static List *found_columns(const RlnDraft *draft);


/* The part of completion that decides what stands in the database. */
void
rln_complete_rules(RlnDraft *draft)
{
	complete_constraint(draft);
	complete_required(draft);
	complete_actions(draft);
	complete_unique(draft);
	complete_index(draft);
}

/* Does the foreign key that is there set only some columns, as before? */
bool
rln_keeps_delete_columns(const RlnDraft *draft)
{
	return draft->found != NULL && draft->found->delete_columns != NIL &&
		strcmp(draft->edge->on_delete, draft->found->on_delete) == 0;
}

/* The columns by which the many side's rows are looked up. */
List *
rln_lookup_columns(const RlnEdge *edge)
{
	if (!RLN_IS_ANY(edge))
		return edge->columns;
	return lcons(edge->discriminator_column, list_copy(edge->columns));
}

/* The name of the foreign key that is there or is to be added. */
static void
complete_constraint(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	bool renamed = draft->old != NULL && draft->constraint_name != NULL &&
		draft->constraint_name != draft->old->constraint_name;

	if (RLN_IS_ANY(edge) && draft->constraint)
	{
		rln_complete_enforcement(draft);
		return;
	}
	if (!draft->constraint)
	{
		if (draft->old == NULL && draft->constraint_name != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("constraint_name is given for a relation without constraint")));
		return;
	}
	if (draft->found != NULL)
	{
		edge->constraint_name = renamed ? draft->constraint_name : draft->found->name;
		edge->constraint_generated = !draft->adopted && draft->old->constraint_generated;
		return;
	}
	if (was_dropped(draft))
		return;
	edge->constraint_generated = true;
	if (draft->constraint_name != NULL)
		edge->constraint_name = draft->constraint_name;
	else
		edge->constraint_name = ChooseConstraintName(get_rel_name(edge->many),
													 rln_names_concat(edge->columns), "fkey",
													 get_rel_namespace(edge->many), NIL);
}

/*
 * Has somebody dropped the foreign key by hand, and does the change not ask for
 * one?  Then it is not made again.
 */
static bool
was_dropped(const RlnDraft *draft)
{
	const RlnEdge *old = draft->old;

	return old != NULL && old->is_enforced && !RLN_IS_ANY(old) &&
		rln_edge_target(old)->relid == draft->one && draft->keep_on_delete &&
		draft->keep_on_update && !draft->constraint_given && draft->deferrable == RLN_UNSET &&
		draft->validate == RLN_UNSET && draft->constraint_name == old->constraint_name;
}

/* required: which columns are to be made NOT NULL, or are made so no longer */
static void
complete_required(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	List *before = NIL;
	ListCell *lc;

	/* what somebody has taken away by hand is not made again */
	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);

		if (column->not_null && draft->old != NULL &&
			rln_names_contain(draft->old->not_null_generated, column->name))
			before = lappend(before, column->name);
	}
	if (draft->required == RLN_UNSET || (draft->required == RLN_NO && draft->old == NULL))
	{
		edge->not_null_generated = before;
		return;
	}
	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);
		bool ours = rln_names_contain(before, column->name);

		if (draft->required == RLN_YES &&
			(!column->not_null || ours || others_made_not_null(edge, column->name)))
			edge->not_null_generated = lappend(edge->not_null_generated, column->name);
		if (draft->required == RLN_NO && column->not_null && !ours)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" of \"%s\" is NOT NULL, and not because of this relation", column->name,
							rln_table_label(edge->many)),
					 errhint("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL.", rln_table_label(edge->many),
							 column->name)));
	}
}

/* Has another relation of the table made the column NOT NULL? */
static bool
others_made_not_null(const RlnEdge *edge, const char *column)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(edge->many))
	{
		const RlnEdge *other = lfirst(lc);

		if (other->id != edge->id && other->many == edge->many &&
			rln_names_contain(other->not_null_generated, column))
			return true;
	}
	return false;
}

/*
 * on_delete, on_update and what a nested write does.  The rows of a junction
 * have no meaning without both ends, so they go with them.
 */
static void
complete_actions(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	bool dependent = RLN_IS_ANY(edge) || edge->junction_columns != NIL;
	const RlnEdge *old = draft->old;

	if (draft->adopted)
	{
		edge->on_delete = draft->found->on_delete;
		edge->on_update = draft->found->on_update;
	}
	else
	{
		edge->on_delete = dependent ? "CASCADE" : "NO ACTION";
		edge->on_update = "NO ACTION";
		if (draft->keep_on_delete || draft->on_delete != NULL)
			edge->on_delete = draft->keep_on_delete ? old->on_delete : draft->on_delete;
		if (draft->keep_on_update || draft->on_update != NULL)
			edge->on_update = draft->keep_on_update ? old->on_update : draft->on_update;
		if (!rln_keeps_delete_columns(draft))
			ensure_nullable(draft, "on_delete", edge->on_delete);
		ensure_nullable(draft, "on_update", edge->on_update);
		ensure_writable(draft);
	}
	if (draft->keep_deselect &&
		!(strcmp(old->deselect_action, "nullify") == 0 && any_not_null(draft)))
		edge->deselect_action = old->deselect_action;
	else if (draft->deselect_action == NULL)
		edge->deselect_action = dependent || any_not_null(draft) ? "delete" : "nullify";
	else
	{
		edge->deselect_action = draft->deselect_action;
		ensure_nullable(draft, "one_deselect_action", edge->deselect_action);
	}
}

static void
ensure_nullable(const RlnDraft *draft, const char *rule, const char *value)
{
	if (strcmp(value, "SET NULL") != 0 && strcmp(value, "nullify") != 0)
		return;
	if (any_not_null(draft))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot be \"%s\": \"%s.%s\" must not be null", rule, value,
						rln_table_label(draft->many), rln_csv_print(draft->edge->columns)),
				 errhint("Choose another action, or let the column be null.")));
}

/* 22023 where an action of a many-to-any relation would have to write a generated column. */
static void
ensure_writable(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	ListCell *lc;

	if (!RLN_IS_ANY(edge) || !draft->constraint ||
		(strncmp(edge->on_delete, "SET", 3) != 0 && strncmp(edge->on_update, "SET", 3) != 0 &&
		 strcmp(edge->on_update, "CASCADE") != 0))
		return;
	foreach(lc, rln_lookup_columns(edge))
	{
		AttrNumber attnum = get_attnum(edge->many, lfirst(lc));

		if (attnum != InvalidAttrNumber && get_attgenerated(edge->many, attnum) != '\0')
			ereport(
				ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(
					 "on_delete \"%s\" and on_update \"%s\" cannot be: column \"%s\" of \"%s\" is generated",
					 edge->on_delete, edge->on_update, (char *) lfirst(lc),
					 rln_table_label(edge->many)),
				 errhint(
					 "For a generated column on_delete may be NO ACTION, RESTRICT or CASCADE, and on_update NO ACTION or RESTRICT.")));
	}
}

/* Once the relation stands, will one of its columns be NOT NULL? */
static bool
any_not_null(const RlnDraft *draft)
{
	const List *before = draft->old != NULL ? draft->old->not_null_generated : NIL;
	ListCell *lc;

	if (draft->edge->not_null_generated != NIL)
		return true;
	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);

		if (column->not_null && !rln_names_contain(before, column->name))
			return true;
	}
	return false;
}

/*
 * is_unique: by default what the table's indexes say already.  A constraint is
 * added where they do not; a relation that is metadata only just says so.  One
 * that makes pairs unique stays as it is, until it is dropped by hand.
 */
static void
complete_unique(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	const RlnEdge *old = draft->old;
	const char *old_name = old != NULL ? old->unique_generated : NULL;
	List *old_columns = old != NULL ? rln_own_unique_columns(old) : NIL;
	List *columns = rln_lookup_columns(edge);

	if (draft->is_unique == RLN_UNSET)
		edge->is_unique = rln_columns_unique(edge->many, found_columns(draft));
	else
		edge->is_unique = draft->is_unique == RLN_YES;

	if (edge->is_unique)
		draft->unique_columns = columns;
	else if (draft->unique_with != NIL)
		draft->unique_columns = list_concat_copy(columns, draft->unique_with);
	else if (old != NULL && !old->is_unique)
		draft->unique_columns = old_columns;

	if (draft->unique_columns == NIL || draft->adopt || !draft->constraint)
		return;
	if (rln_names_equal(draft->unique_columns, old_columns))
		edge->unique_generated = pstrdup(old_name);
	else if (!rln_columns_unique(edge->many, draft->unique_columns))
		edge->unique_generated = ChooseConstraintName(get_rel_name(edge->many),
													  rln_names_concat(draft->unique_columns),
													  "key", get_rel_namespace(edge->many), NIL);
}

/*
 * Deleting a row of the one side looks for rows of the many side.  Who wishes
 * that old rows be left alone wants no lock for as long as it takes to read them.
 */
static void
complete_index(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	const RlnEdge *old = draft->old;
	const char *old_name = old != NULL ? old->index_generated : NULL;
	List *columns = rln_lookup_columns(edge);
	bool all_found = list_length(found_columns(draft)) == list_length(columns);
	const char *dropped = NULL;

	if (draft->adopt || !draft->constraint)
		return;
	if (rln_names_equal(rln_index_columns(edge->many, old_name), columns))
	{
		edge->index_generated = pstrdup(old_name);
		return;
	}
	if (edge->unique_generated != NULL)
		return; /* its index begins with these columns */
	if (old != NULL)
	{
		dropped = old->unique_generated;
		/* what somebody has dropped by hand is not made again */
		if (dropped == NULL && old->is_enforced &&
			rln_names_equal(rln_lookup_columns(old), columns))
			return;
	}
	if (all_found && rln_columns_indexed(edge->many, columns, dropped))
		return;
	if (draft->validate == RLN_NO && is_large(edge->many))
	{
		draft->leaves_index = true;
		return;
	}
	edge->index_generated = ChooseRelationName(get_rel_name(edge->many),
											   rln_names_concat(columns), "idx",
											   get_rel_namespace(edge->many), false);
}

/* Would an index of the table take longer than the rest of a relation? */
static bool
is_large(Oid many)
{
	BlockNumber pages = 0;
	ListCell *lc;

	foreach(lc, rln_tables_with_rows(many))
	{
		Relation rel = table_open(lfirst_oid(lc), AccessShareLock);

		pages += RelationGetNumberOfBlocks(rel);
		table_close(rel, NoLock);
	}
	return pages > LARGE_PAGES;
}

/* Those of the look-up columns that exist already. */
static List *
found_columns(const RlnDraft *draft)
{
	List *names = NIL;
	ListCell *lc;

	if (draft->discriminator != NULL && draft->discriminator->exists)
		names = lappend(names, draft->discriminator->name);
	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);

		if (column->exists)
			names = lappend(names, column->name);
	}
	return names;
}
