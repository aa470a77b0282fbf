/*
 * trigger.c
 *	  The triggers of relations, as statements: what enforces a many-to-any one.
 *
 * What is hard here is that one table may be the many side and a target, that
 * a constraint may be deferrable while its actions may not, and that all
 * triggers which SET CONSTRAINTS shall reach must have one name on all tables.
 * So each table has
 *
 *	  enforce			 row constraint trigger, named as the constraint: the check
 *						 of the many side, what happens to a target
 *	  enforce_action	 only where the constraint is deferrable: the actions that
 *						 are not, as in PostgreSQL's own foreign keys
 *	  enforce_statement	 before and after each statement, so that its rows can be
 *						 looked at together; not where the constraint is deferrable
 *	  enforce_truncate	 after TRUNCATE of a target
 *	  canonical_item	 before a row of the many side, if an item is text
 *
 * A symmetric relation, which a CHECK enforces, has only
 *
 *	  canonical_pair	 before a row of the junction: puts the pair in order
 *
 * The argument of each is the relation's id: it outlives every rename and a
 * restore.  A trigger is known by its function and that argument, whatever its
 * name, so that users may rename it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

/* a table of the relation, with what it is in it */
typedef struct Place
{
	const RlnDraft *draft;
	Oid relid;
	bool is_many;
	bool is_target;
	List *standing; /* RlnTrigger *: those of the relation that are there */
	List *names;	/* char *: those given to other triggers of the table just now */
} Place;

static void add_pair_trigger(const RlnDraft *draft, List **parts);
static List *places_of(const RlnDraft *draft);
static void add_row_triggers(List **parts, Place *place);
static int action_events(const Place *place, bool deferrable);
static void add_statement_triggers(List **parts, Place *place);
static void add_partition_triggers(List **parts, const Place *place);
static void add_trigger(List **parts, Place *place, const char *function, int type, char *name);
static char *other_name(Place *place, const char *label);
static char *first_name(Place *place, const char *prefix);
static bool name_taken(const char *name, void *arg);
static bool name_taken_anywhere(const char *name, void *arg);
static char *event_list(int type);
static bool has_text_item(const RlnDraft *draft);
static RlnTrigger *read_trigger(Relation catalog, HeapTuple tuple, int32 edge);
static bool is_of_edge(Relation catalog, HeapTuple tuple, int32 edge);


/*
 * Name and rule of the constraint, where the draft is of a many-to-any relation
 * that is to be enforced: part of completion.
 */
void
rln_complete_enforcement(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	const RlnEdge *old = draft->old;
	const char *wish = draft->constraint_name;
	RlnTrigger *standing = old == NULL ? NULL : rln_check_trigger(old);

	if (draft->deferrable == RLN_UNSET && standing != NULL)
	{
		draft->deferrable = standing->deferrable ? RLN_YES : RLN_NO;
		draft->deferred = standing->deferred;
	}
	edge->constraint_generated = true;
	edge->is_validated = draft->validate != RLN_NO &&
		(draft->validate == RLN_YES || old == NULL || !old->is_enforced || old->is_validated);
	if (wish == NULL)
		wish = makeObjectName(get_rel_name(edge->many), rln_names_concat(rln_lookup_columns(edge)), "fkey");
	else if ((old == NULL || old->constraint_name == NULL ||
			  strcmp(old->constraint_name, wish) != 0) &&
			 name_taken_anywhere(wish, draft))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("constraint or trigger \"%s\" exists already on a table of the relation", wish),
				 errhint("Leave constraint_name out, or choose another.")));
	edge->constraint_name =
		name_taken_anywhere(wish, draft)
		? rln_name_choose(get_rel_name(edge->many),
						  psprintf("%s_fkey", rln_names_concat(rln_lookup_columns(edge))),
						  name_taken_anywhere, draft)
		: pstrdup(wish);
}

/* The triggers of the draft's edge, as parts. */
void
rln_add_triggers(const RlnDraft *draft, List **parts)
{
	ListCell *lc;

	if (draft->edge->is_symmetric)
		add_pair_trigger(draft, parts);
	if (!RLN_IS_ANY(draft->edge) || draft->edge->constraint_name == NULL)
		return;
	foreach(lc, places_of(draft))
	{
		Place *place = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		add_row_triggers(parts, place);
		add_statement_triggers(parts, place);
	}
}

/*
 * The triggers of that relation on the table, not those on its partitions.
 * List of palloc'd RlnTrigger *, by name.
 */
List *
rln_triggers_load(Oid relid, int32 edge)
{
	Relation catalog = table_open(TriggerRelationId, AccessShareLock);
	List *triggers = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		RlnTrigger *trigger = read_trigger(catalog, tuple, edge);

		if (trigger != NULL)
			triggers = lappend(triggers, trigger);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return triggers;
}

/*
 * Makes triggers of that relation the table's own, so that they can be dropped,
 * once it is no partition any more.  PostgreSQL gives a partition its parent's
 * row triggers and takes them back when it is detached, but for those with FROM,
 * which it believes to be a foreign key's.
 */
void
rln_triggers_release(Oid relid, int32 edge)
{
	Relation catalog = table_open(TriggerRelationId, RowExclusiveLock);
	List *clones = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	ListCell *lc;

	ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);

		if (OidIsValid(form->tgparentid) && is_of_edge(catalog, tuple, edge))
			clones = lappend_oid(clones, form->oid);
	}
	systable_endscan(scan);
	foreach(lc, clones)
		TriggerSetParentTrigger(catalog, lfirst_oid(lc), InvalidOid, relid);
	table_close(catalog, RowExclusiveLock);
	if (clones != NIL)
		CommandCounterIncrement();
}

/* The relation that a trigger's argument names; 0 where it is none. */
int32
rln_trigger_argument(const char *argument)
{
	char *end;
	long id = strtol(argument, &end, 10);

	return *end == '\0' && id > 0 && id <= PG_INT32_MAX ? (int32) id : 0;
}

/* The trigger that checks the many side's rows, or NULL. */
RlnTrigger *
rln_check_trigger(const RlnEdge *edge)
{
	return rln_trigger_find(rln_triggers_load(edge->many, edge->id), "enforce", TRIGGER_TYPE_AFTER);
}

/* That of the triggers which calls the function at that time, or NULL. */
RlnTrigger *
rln_trigger_find(const List *triggers, const char *function, int timing)
{
	ListCell *lc;

	foreach(lc, triggers)
	{
		RlnTrigger *trigger = lfirst(lc);

		if (strcmp(trigger->function, function) == 0 &&
			(trigger->type & TRIGGER_TYPE_TIMING_MASK) == timing)
			return trigger;
	}
	return NULL;
}

static void
add_pair_trigger(const RlnDraft *draft, List **parts)
{
	Oid relid = draft->edge->many;
	Place place = {draft, relid, true};

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		return;
	if (draft->edge->id != 0)
		place.standing = rln_triggers_load(relid, draft->edge->id);
	/* of an edge that has lost its foreign key it is still there to be taken back */
	if (!draft->edge->is_enforced &&
		!(draft->stands &&
		  rln_trigger_find(place.standing, "canonical_pair", TRIGGER_TYPE_BEFORE) != NULL))
		return;
	add_trigger(parts, &place, "canonical_pair",
				TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE,
				rln_name_choose(get_rel_name(relid), "pair", name_taken, &place));
}

/* The many side, then each allowed table, once each, as far as they are there. */
static List *
places_of(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	List *relids = NIL;
	List *places = NIL;
	ListCell *lc;

	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)))
		relids = list_make1_oid(edge->many);
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			relids = list_append_unique_oid(relids, target->relid);
	}
	foreach(lc, relids)
	{
		Place *place = palloc0(sizeof(Place));

		place->draft = draft;
		place->relid = lfirst_oid(lc);
		place->is_many = place->relid == edge->many;
		place->is_target = rln_edge_leads_to(edge, place->relid);
		if (edge->id != 0)
			place->standing = rln_triggers_load(place->relid, edge->id);
		places = lappend(places, place);
	}
	return places;
}

static void
add_row_triggers(List **parts, Place *place)
{
	bool deferrable = place->draft->deferrable == RLN_YES;
	int check = place->is_many ? TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE : 0;
	int now = place->is_target ? action_events(place, false) : 0;
	int later = place->is_target ? action_events(place, true) : 0;

	if (!deferrable)
	{
		check |= now;
		now = 0;
	}
	check |= later;
	if (place->is_many && has_text_item(place->draft))
		add_trigger(parts, place, "canonical_item",
					TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT |
						TRIGGER_TYPE_UPDATE,
					other_name(place, "item"));
	if (check != 0)
		add_trigger(parts, place, "enforce", TRIGGER_TYPE_ROW | check,
					place->draft->edge->constraint_name);
	if (now != 0)
		add_trigger(parts, place, "enforce_action", TRIGGER_TYPE_ROW | now, first_name(place, "RelationAction"));
}

/*
 * What may happen to a target whose action is NO ACTION, the only one that can
 * be deferred, or another.  A row that moves to another partition is deleted
 * and inserted: a change of its key that cascades needs the new one.
 */
static int
action_events(const Place *place, bool deferrable)
{
	const RlnEdge *edge = place->draft->edge;
	int events = 0;

	if ((strcmp(edge->on_delete, "NO ACTION") == 0) == deferrable)
		events |= TRIGGER_TYPE_DELETE;
	if ((strcmp(edge->on_update, "NO ACTION") == 0) == deferrable)
		events |= TRIGGER_TYPE_UPDATE;
	/* either part of the two may meet a row that moves, and asks the other action */
	if (get_rel_relkind(place->relid) == RELKIND_PARTITIONED_TABLE &&
		(events & TRIGGER_TYPE_UPDATE))
		events |= TRIGGER_TYPE_DELETE;
	if (get_rel_relkind(place->relid) == RELKIND_PARTITIONED_TABLE &&
		(events & TRIGGER_TYPE_UPDATE) && strcmp(edge->on_update, "CASCADE") == 0)
		events |= TRIGGER_TYPE_INSERT;
	return events;
}

static void
add_statement_triggers(List **parts, Place *place)
{
	int events = (place->is_many ? TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE : 0) |
		(place->is_target ? TRIGGER_TYPE_DELETE : 0);

	if (place->draft->deferrable != RLN_YES)
	{
		add_trigger(parts, place, "enforce_statement", TRIGGER_TYPE_BEFORE | events,
					first_name(place, "RelationBegin"));
		add_trigger(parts, place, "enforce_statement", events, first_name(place, "RelationEnd"));
	}
	if (place->is_target)
		add_trigger(parts, place, "enforce_truncate", TRIGGER_TYPE_TRUNCATE,
					other_name(place, "truncate"));
	add_partition_triggers(parts, place);
}

/* Row triggers are PostgreSQL's to give to partitions; those of statements are not. */
static void
add_partition_triggers(List **parts, const Place *place)
{
	ListCell *lc;

	if (!place->is_target || get_rel_relkind(place->relid) != RELKIND_PARTITIONED_TABLE)
		return;
	foreach(lc, find_all_inheritors(place->relid, AccessShareLock, NULL))
	{
		Place partition = {place->draft, lfirst_oid(lc)};

		if (partition.relid == place->relid)
			continue;
		if (place->draft->edge->id != 0)
			partition.standing = rln_triggers_load(partition.relid, place->draft->edge->id);
		add_trigger(parts, &partition, "enforce_truncate", TRIGGER_TYPE_TRUNCATE,
					other_name(&partition, "truncate"));
	}
}

/*----------
 *	CREATE CONSTRAINT TRIGGER <name> AFTER <events> ON <table> [FROM <many>]
 *		[DEFERRABLE [INITIALLY DEFERRED]]
 *		FOR EACH ROW EXECUTE FUNCTION relations.<function>('<id>')
 * or
 *	CREATE TRIGGER <name> {BEFORE|AFTER} <events> ON <table>
 *		FOR EACH {ROW|STATEMENT} EXECUTE FUNCTION relations.<function>('<id>')
 *
 * FROM lets the trigger go when the many side is dropped.
 *----------
 */
static void
add_trigger(List **parts, Place *place, const char *function, int type, char *name)
{
	const RlnDraft *draft = place->draft;
	bool is_row = (type & TRIGGER_TYPE_ROW) != 0;
	bool is_before = (type & TRIGGER_TYPE_BEFORE) != 0;
	bool is_constraint = is_row && !is_before;
	bool defers = draft->deferrable == RLN_YES && strcmp(function, "enforce") == 0;
	RlnTrigger *standing =
		rln_trigger_find(place->standing, function, type & TRIGGER_TYPE_TIMING_MASK);
	RlnPart *part = palloc0(sizeof(RlnPart));
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%s %s ON %s", is_before ? "BEFORE" : "AFTER", event_list(type),
					 rln_table_sql(place->relid));
	if (is_constraint && !place->is_many &&
		SearchSysCacheExists1(RELOID, ObjectIdGetDatum(draft->edge->many)))
		appendStringInfo(&buf, " FROM %s", rln_table_sql(draft->edge->many));
	if (is_constraint && defers)
		appendStringInfo(&buf, " DEFERRABLE%s", draft->deferred ? " INITIALLY DEFERRED" : "");
	appendStringInfo(&buf, " FOR EACH %s EXECUTE FUNCTION relations.%s('%d')",
					 is_row ? "ROW" : "STATEMENT", function, draft->edge->id);

	part->kind = RLN_PART_TRIGGER;
	part->name = psprintf("%s %s %u", function, is_before ? "before" : "after", place->relid);
	part->definition = strcmp(function, "enforce") == 0 ? psprintf("%s %s", name, buf.data) : buf.data;
	part->make = list_make1(psprintf("CREATE %s %s %s", is_constraint ? "CONSTRAINT TRIGGER" : "TRIGGER",
									 quote_identifier(name), buf.data));
	part->drop = standing == NULL || !draft->stands
		? NIL
		: list_make1(psprintf("DROP TRIGGER %s ON %s", quote_identifier(standing->name),
							  rln_table_sql(place->relid)));
	part->table = place->relid;
	part->on_target = !place->is_many;
	part->admits_rows = place->is_many && is_constraint;
	place->names = lappend(place->names, name);
	*parts = lappend(*parts, part);
}

static char *
other_name(Place *place, const char *label)
{
	return rln_name_choose(place->draft->edge->constraint_name, label, name_taken, place);
}

/*
 * Triggers fire in the order of their names; those of PostgreSQL's own foreign
 * keys begin with "RI_".  On a table that refers to itself an action must come
 * before the check of the row that it follows.
 */
static char *
first_name(Place *place, const char *prefix)
{
	const char *check = place->draft->edge->constraint_name;

	if (strcmp(prefix, check) > 0)
		prefix = psprintf("!%s", prefix);
	return rln_name_choose(prefix, check, name_taken, place);
}

/* Is there a trigger or constraint of that name on the table, other than ours? */
static bool
name_taken(const char *name, void *arg)
{
	Place *place = arg;
	ListCell *lc;

	if (rln_names_contain(place->names, name))
		return true;
	foreach(lc, place->standing)
	{
		if (strcmp(((RlnTrigger *) lfirst(lc))->name, name) == 0)
			return false;
	}
	return OidIsValid(get_trigger_oid(place->relid, name, true)) ||
		OidIsValid(get_relation_constraint_oid(place->relid, name, true));
}

static bool
name_taken_anywhere(const char *name, void *arg)
{
	ListCell *lc;

	foreach(lc, places_of(arg))
	{
		if (name_taken(name, lfirst(lc)))
			return true;
	}
	return false;
}

/* "INSERT OR UPDATE" */
static char *
event_list(int type)
{
	static const struct
	{
		int bit;
		const char *name;
	} events[] = {{TRIGGER_TYPE_INSERT, "INSERT"},
				  {TRIGGER_TYPE_DELETE, "DELETE"},
				  {TRIGGER_TYPE_UPDATE, "UPDATE"},
				  {TRIGGER_TYPE_TRUNCATE, "TRUNCATE"}};
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < lengthof(events); i++)
	{
		if (type & events[i].bit)
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? " OR " : "", events[i].name);
	}
	return buf.data;
}

/* Has the key a column that is kept as text, though some target's is none? */
static bool
has_text_item(const RlnDraft *draft)
{
	ListCell *lc;
	ListCell *lt;

	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);

		foreach(lt, draft->edge->targets)
		{
			RlnTarget *target = lfirst(lt);
			RlnColumn *key = foreach_current_index(lc) < list_length(target->columns)
				? rln_column_get(target->relid,
								 list_nth(target->columns, foreach_current_index(lc)))
				: NULL;

			if (key != NULL && OidIsValid(column->type) &&
				!OidIsValid(rln_equality_operator(key->type, column->type)))
				return true;
		}
	}
	return false;
}

/* The trigger if it is one of ours for that relation, and no partition's clone, else NULL. */
static RlnTrigger *
read_trigger(Relation catalog, HeapTuple tuple, int32 edge)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	RlnTrigger *trigger;

	if (OidIsValid(form->tgparentid) || !is_of_edge(catalog, tuple, edge))
		return NULL;
	trigger = palloc0(sizeof(RlnTrigger));
	trigger->name = pstrdup(NameStr(form->tgname));
	trigger->function = get_func_name(form->tgfoid);
	trigger->type = form->tgtype;
	trigger->deferrable = form->tgdeferrable;
	trigger->deferred = form->tginitdeferred;
	trigger->enabled = form->tgenabled;
	return trigger;
}

/* Does it call a function of ours for that relation? */
static bool
is_of_edge(Relation catalog, HeapTuple tuple, int32 edge)
{
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	Datum args;
	bool isnull;

	if (form->tgisinternal || form->tgnargs != 1 ||
		get_func_namespace(form->tgfoid) != get_rel_namespace(rln_registry_table()))
		return false;
	args = SPI_getbinval(tuple, RelationGetDescr(catalog), Anum_pg_trigger_tgargs, &isnull);
	/* each argument ends in a zero byte */
	return !isnull && rln_trigger_argument(VARDATA_ANY(DatumGetByteaPP(args))) == edge;
}
