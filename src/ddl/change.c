/*
 * change.c
 *	  From one edge to the next.
 *
 * Creating is a change from nothing, deleting a change to nothing.  The parts
 * of both edges are compared; what differs is taken back and made, what is
 * equal is not touched: nothing is validated twice.  Statements run with the
 * caller's rights; an error in any of them undoes all, since nothing here
 * catches one.
 *
 * One change at a time: the registry is locked before it is read, to the end
 * of the transaction, and before any table.  A session that waits for the
 * registry therefore holds up none of the statements of the one that has it.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

/* a statement, and the part that it makes or takes back */
typedef struct Step
{
	const RlnPart *part;
	char *sql;
	bool checks_rows;
} Step;

static void forget_temporary(void);
static void lock_for_actions(const RlnDraft *draft);
static void ensure_nothing_pending(Oid relid);
static void bequeath(RlnEdge *old, const RlnEdge *next);
static bool owns_any_target(const RlnEdge *edge);
static List *plan_steps(const RlnDraft *draft);
static List *standing(const List *parts);
static void add_steps(List **steps, const RlnPart *part, const List *statements, bool checks_rows);
static RlnPart *find_part(const List *parts, const RlnPart *like);
static RlnPart *find_renamed(const List *parts, const RlnPart *like);
static void add_rename(List **steps, const RlnDraft *draft, const RlnPart *from,
					   const RlnPart *to);
static void add_validation(List **steps, const RlnDraft *draft, const List *parts);
static bool is_replaceable(const RlnPart *from, const RlnPart *to);
static bool is_same(const RlnPart *a, const RlnPart *b);
static void run_steps(const RlnDraft *draft, const List *steps, Oid role);
static bool must_validate(const RlnDraft *draft, const List *steps);
static char *validation(const RlnDraft *draft);
static void validate_rows(const RlnDraft *draft);
static void notice_index(const RlnDraft *draft);


/* The statements of the change, as List of char *; runs none. */
List *
rln_change_statements(RlnDraft *draft)
{
	List *statements = NIL;
	List *steps;
	ListCell *lc;

	if (draft->edge->id == 0)
		draft->edge->id = rln_edge_peek_id();
	steps = plan_steps(draft);
	foreach(lc, steps)
		statements = lappend(statements, ((Step *) lfirst(lc))->sql);
	if (must_validate(draft, steps))
		statements = lappend(statements, validation(draft));
	return statements;
}

/* Makes the relation that the draft wishes for; returns its id. */
int32
rln_create(RlnDraft *draft)
{
	List *steps;
	bool validates;

	if (OidIsValid(draft->many))
		rln_ensure_owner(draft->many);
	rln_registry_lock();
	if (draft->id != 0 && rln_edge_get(draft->id) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("relation %d exists already", draft->id),
				 errhint("Leave the id out to get the next free one.")));
	rln_draft_complete(draft);
	if (get_rel_persistence(draft->many) == RELPERSISTENCE_TEMP)
		forget_temporary();
	/* triggers are told the id */
	if ((RLN_IS_ANY(draft->edge) || draft->edge->is_symmetric) && draft->edge->id == 0)
		draft->edge->id = rln_edge_next_id();
	steps = plan_steps(draft);
	validates = must_validate(draft, steps);
	run_steps(draft, steps, InvalidOid);
	rln_edge_insert(draft->edge);
	if (validates)
		validate_rows(draft);
	if (draft->leaves_index)
		notice_index(draft);
	return draft->edge->id;
}

/*
 * Nobody is told when a session's temporary tables go.  So whoever registers
 * some of his own first clears away relations of which no table is left; an OID
 * is not given again before long after.
 */
static void
forget_temporary(void)
{
	ListCell *le;
	ListCell *lt;

	foreach(le, rln_edges_load())
	{
		const RlnEdge *edge = lfirst(le);
		bool is_gone = !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many));

		foreach(lt, edge->targets)
			is_gone = is_gone &&
				!SearchSysCacheExists1(RELOID,
									   ObjectIdGetDatum(((RlnTarget *) lfirst(lt))->relid));
		if (is_gone)
			rln_edge_delete(edge->id);
	}
}

/* The draft is one of rln_draft_change(rln_edge_to_change(id)). */
void
rln_update(RlnDraft *draft)
{
	List *steps;
	bool validates;

	rln_draft_complete(draft);
	rln_ensure_unreferenced(draft);
	bequeath(unconstify(RlnEdge *, draft->old), draft->edge);
	lock_for_actions(draft);
	steps = plan_steps(draft);
	validates = must_validate(draft, steps);
	run_steps(draft, steps, InvalidOid);
	rln_edge_update(draft->edge);
	if (validates)
		validate_rows(draft);
	if (draft->leaves_index)
		notice_index(draft);
}

/*
 * What happens to rows that refer is read from the registry by the triggers.
 * While it changes nobody may be in the middle of it, as when a foreign key is
 * dropped and added anew; and as for that the right to refer is needed again.
 */
static void
lock_for_actions(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	ListCell *lc;

	if (!RLN_IS_ANY(edge) || !edge->is_enforced ||
		(strcmp(edge->on_delete, draft->old->on_delete) == 0 &&
		 strcmp(edge->on_update, draft->old->on_update) == 0))
		return;
	LockRelationOid(edge->many, ShareRowExclusiveLock);
	foreach(lc, edge->targets)
	{
		const RlnTarget *target = lfirst(lc);

		rln_ensure_references(target->relid, target->columns);
		LockRelationOid(target->relid, ShareRowExclusiveLock);
		ensure_nothing_pending(target->relid);
	}
}

/*
 * 55006 where a deferred check of the table is still to come: it would be lost
 * with its trigger.  ALTER TABLE refuses that too, DROP TRIGGER does not.
 */
static void
ensure_nothing_pending(Oid relid)
{
	if (AfterTriggerPendingOnRel(relid))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("cannot change a relation of \"%s\" because it has pending trigger events", rln_table_label(relid)),
				 errhint("SET CONSTRAINTS ALL IMMEDIATE first.")));
}

/* Takes back what was generated for the relation, and forgets it. */
void
rln_delete(int32 id)
{
	RlnDraft *draft = rln_draft_make();
	RlnEdge *edge = rln_edge_to_change(id);

	bequeath(edge, NULL);
	draft->old = edge;
	run_steps(draft, plan_steps(draft), InvalidOid);
	rln_edge_delete(id);
}

/*
 * The same for an edge whose tables or columns are gone, whoever has dropped
 * them: as the registry's owner.  The edge is locked.
 */
void
rln_edge_forget(RlnEdge *edge)
{
	RlnDraft *draft = rln_draft_make();

	bequeath(edge, NULL);
	draft->old = edge;
	run_steps(draft, plan_steps(draft), rln_table_owner(rln_registry_table()));
	rln_edge_delete(edge->id);
}

/*
 * What was generated for the old edge and is not for the new one (NULL: none)
 * may serve other relations of the table as well: a NOT NULL that they asked
 * for too, an index or a unique constraint of the same columns, which passes to
 * one of them.  It is no part of the old edge then, and so not taken back.
 */
static void
bequeath(RlnEdge *old, const RlnEdge *next)
{
	bool index_goes =
		old->index_generated != NULL && (next == NULL || next->index_generated == NULL);
	bool unique_goes =
		old->unique_generated != NULL && (next == NULL || next->unique_generated == NULL);
	ListCell *lc;
	ListCell *ln;

	foreach(lc, rln_edges_load_of(old->many))
	{
		RlnEdge *heir = lfirst(lc);
		bool inherits = false;

		if (heir->id == old->id || heir->many != old->many)
			continue;
		foreach(ln, heir->not_null_generated)
		{
			if (next == NULL || !rln_names_contain(next->not_null_generated, lfirst(ln)))
				old->not_null_generated = rln_names_without(old->not_null_generated, lfirst(ln));
		}
		if (RLN_IS_ANY(heir) || !heir->is_enforced ||
			!rln_names_same_set(heir->columns, old->columns))
			continue;
		if (index_goes && heir->index_generated == NULL)
		{
			heir->index_generated = old->index_generated;
			old->index_generated = NULL;
			index_goes = false;
			inherits = true;
		}
		if (unique_goes && heir->is_unique && heir->unique_generated == NULL)
		{
			heir->unique_generated = old->unique_generated;
			old->unique_generated = NULL;
			unique_goes = false;
			inherits = true;
		}
		if (inherits)
			rln_edge_update(heir);
	}
}

/*
 * The edge, locked against other changes, and its tables against DROP.  42704
 * where there is none that the caller may know of, 42501 where he may know but
 * not change it.  Of an edge whose many side was dropped the owner of what is
 * left may dispose.
 */
RlnEdge *
rln_edge_to_change(int32 id)
{
	RlnEdge *edge = rln_edge_get(id);
	ListCell *lc;

	if (edge == NULL)
		rln_refuse_unknown(id);
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)))
	{
		if (!rln_may_see(edge) && !rln_owns_table(edge->many))
			rln_refuse_unknown(id);
		rln_ensure_owner(edge->many);
	}
	else if (!owns_any_target(edge))
		rln_refuse_unknown(id);

	/* again, now that nobody else can change it */
	rln_registry_lock();
	edge = rln_edge_get(id);
	if (edge == NULL)
		rln_refuse_unknown(id);
	if (rln_table_lock(edge->many))
		rln_ensure_owner(edge->many);
	foreach(lc, edge->targets)
		rln_table_lock(((RlnTarget *) lfirst(lc))->relid);
	/* once more: it may have followed a command that held one of the tables */
	rln_edge_lock(id);
	edge = rln_edge_get(id);
	if (edge == NULL)
		rln_refuse_unknown(id);
	return edge;
}

static bool
owns_any_target(const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)) &&
			rln_owns_table(target->relid))
			return true;
	}
	return superuser();
}

void
rln_refuse_unknown(int32 id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("relation %d does not exist", id),
			 errhint("SELECT * FROM relations.relations lists those that you may see.")));
}

/*
 * 42703 where the relation's junction_field is no column of the many side.
 * Called when all of a batch is there: each half of a junction names the
 * other's column, which the other may just have added.
 */
void
rln_ensure_junction(int32 id)
{
	RlnEdge *edge = rln_edge_get(id);
	ListCell *lc;

	foreach(lc, edge->junction_columns)
	{
		if (get_attnum(edge->many, lfirst(lc)) == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of \"%s\" does not exist", (char *) lfirst(lc), rln_table_label(edge->many)),
					 errhint("junction_field names the many_field of the junction's other half; create both halves by one relations.create_relations().")));
	}
}

static List *
plan_steps(const RlnDraft *draft)
{
	List *before = draft->old != NULL ? standing(rln_parts_of_edge(draft->old)) : NIL;
	List *after = draft->edge != NULL ? rln_parts(draft) : NIL;
	List *steps = NIL;

	/* take back, last made first */
	for (int i = list_length(before) - 1; i >= 0; i--)
	{
		RlnPart *part = list_nth(before, i);
		RlnPart *next = find_part(after, part);
		RlnPart *renamed = next == NULL ? find_renamed(after, part) : NULL;

		if (renamed != NULL)
			add_rename(&steps, draft, part, renamed);
		else if (next == NULL ? !part->keep : !is_same(part, next) && !is_replaceable(part, next))
			add_steps(&steps, part, part->drop, false);
	}
	for (int i = 0; i < list_length(after); i++)
	{
		RlnPart *part = list_nth(after, i);
		RlnPart *previous = find_part(before, part);

		if (part->exists ||
			(previous != NULL && is_same(previous, part) && !previous->is_stale) ||
			find_renamed(before, part) != NULL)
			continue;
		if (previous != NULL && is_replaceable(previous, part))
			add_steps(&steps, part, part->replace, false);
		else
			add_steps(&steps, part, part->make, part->checks_rows);
	}
	add_validation(&steps, draft, after);
	return steps;
}

/* The parts that are there in truth, whatever the registry says. */
static List *
standing(const List *parts)
{
	List *there = NIL;
	ListCell *lc;

	foreach(lc, parts)
	{
		if (((RlnPart *) lfirst(lc))->drop != NIL)
			there = lappend(there, lfirst(lc));
	}
	return there;
}

static void
add_steps(List **steps, const RlnPart *part, const List *statements, bool checks_rows)
{
	ListCell *lc;

	foreach(lc, statements)
	{
		Step *step = palloc(sizeof(Step));

		step->part = part;
		step->sql = lfirst(lc);
		step->checks_rows = checks_rows;
		*steps = lappend(*steps, step);
	}
}

static RlnPart *
find_part(const List *parts, const RlnPart *like)
{
	ListCell *lc;

	foreach(lc, parts)
	{
		RlnPart *part = lfirst(lc);

		if (part->kind == like->kind && strcmp(part->name, like->name) == 0)
			return part;
	}
	return NULL;
}

/* A foreign key that differs by its name only. */
static RlnPart *
find_renamed(const List *parts, const RlnPart *like)
{
	ListCell *lc;

	foreach(lc, parts)
	{
		RlnPart *part = lfirst(lc);

		if (part->kind == RLN_PART_FOREIGN_KEY && like->kind == RLN_PART_FOREIGN_KEY &&
			strcmp(part->name, like->name) != 0 && is_same(part, like))
			return part;
	}
	return NULL;
}

static bool
is_same(const RlnPart *a, const RlnPart *b)
{
	return strcmp(a->definition, b->definition) == 0;
}

/*
 * A function of ours that returns rows of the same table takes a new body, so
 * that views that use it and rights that were granted on it stay.
 */
static bool
is_replaceable(const RlnPart *from, const RlnPart *to)
{
	return to->kind == RLN_PART_FUNCTION && from->result == to->result;
}

static void
add_rename(List **steps, const RlnDraft *draft, const RlnPart *from, const RlnPart *to)
{
	char *sql = psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", rln_table_sql(draft->old->many),
						 quote_identifier(from->name), quote_identifier(to->name));

	add_steps(steps, to, list_make1(sql), false);
}

/* validate: true on a foreign key or a CHECK that was added NOT VALID */
static void
add_validation(List **steps, const RlnDraft *draft, const List *parts)
{
	ListCell *lc;

	if (draft->validate != RLN_YES)
		return;
	foreach(lc, parts)
	{
		RlnPart *part = lfirst(lc);
		char *sql;

		if (!(part->kind == RLN_PART_FOREIGN_KEY && draft->found != NULL &&
			  !draft->found->validated) &&
			!part->not_valid)
			continue;
		sql = psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", rln_table_sql(draft->edge->many),
					   quote_identifier(part->name));
		add_steps(steps, part, list_make1(sql), true);
	}
}

/*
 * Triggers on a target are made and dropped as the registry's owner: who may
 * refer to a table may have them, as with the triggers of a foreign key, though
 * he may neither make triggers there himself nor owns the table.  With a role,
 * everything is done as that.
 */
static void
run_steps(const RlnDraft *draft, const List *steps, Oid role)
{
	ListCell *lc;

	foreach(lc, steps)
	{
		Step *step = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(step->part->table) && list_member_ptr(step->part->drop, step->sql))
			ensure_nothing_pending(step->part->table);
		if (step->checks_rows)
			rln_run_checked(draft, step->part, step->sql);
		else if (OidIsValid(role) || step->part->on_target)
			rln_spi_run_as(step->sql,
						   OidIsValid(role) ? role : rln_table_owner(rln_registry_table()));
		else
			rln_spi_run(step->sql);
	}
}

/*
 * Rows of a many-to-any relation that were there before it, or while the
 * trigger was missing that checks them, are looked at once it is there, and
 * once the registry knows the relation.
 */
static bool
must_validate(const RlnDraft *draft, const List *steps)
{
	const RlnEdge *old = draft->old;
	ListCell *lc;

	if (!RLN_IS_ANY(draft->edge) || !draft->edge->is_enforced || !draft->edge->is_validated)
		return false;
	if (old == NULL || !old->is_enforced || !old->is_validated)
		return true;
	foreach(lc, steps)
	{
		const RlnPart *part = ((Step *) lfirst(lc))->part;

		if (part->admits_rows && rln_check_trigger(old) == NULL)
			return true;
	}
	return false;
}

static char *
validation(const RlnDraft *draft)
{
	return psprintf("SELECT relations.validate(%d)", draft->edge->id);
}

static void
validate_rows(const RlnDraft *draft)
{
	RlnPart part = {.kind = RLN_PART_TRIGGER, .name = draft->edge->constraint_name};

	rln_run_checked(draft, &part, validation(draft));
}

/* What the user can do about it who wished for no long lock. */
static void
notice_index(const RlnDraft *draft)
{
	Oid many = draft->edge->many;
	List *columns = rln_lookup_columns(draft->edge);
	const char *words = get_rel_relkind(many) == RELKIND_PARTITIONED_TABLE ? "" : "CONCURRENTLY";

	ereport(NOTICE,
			(errmsg("no index was made on (%s) of \"%s\"", rln_csv_print(columns), rln_table_label(many)),
			 errdetail("Nobody could write to the table while all its rows are read. Without it each deletion of a row that may be referred to reads them."),
			 errhint("%s;", rln_index_sql(words, many, columns))));
}
