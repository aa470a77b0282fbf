/*
 * check.c
 *	  relations.check(): what is not as it should be, and what mends it.
 *
 * For each relation that the caller may see it is asked whether its tables and
 * columns are there, whether what enforces it is there and switched on, whether
 * an index serves it, whether its row functions are as they would be made now,
 * and whether every row leads to a row.  The last is answered by reading the
 * rows, with the caller's rights, and for whatever cannot be trusted to be
 * true: a foreign key that is validated and switched on is.
 *
 * The order of the findings is the order in which their fixes work.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/error.h"
#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "base/textform.h"
#include "ddl/ddl.h"

/* from so many rows on it is said which table is being read */
#define ROWS_WORTH_A_NOTICE 1000000

PG_FUNCTION_INFO_V1(relations_check);

typedef struct Report
{
	ReturnSetInfo *result;
	List *edges; /* RlnEdge *: all there are */
} Report;

/* what is looked at in a subtransaction */
typedef struct Check
{
	Report *report;
	const RlnEdge *edge;
} Check;

static void check_by_itself(Report *report, const RlnEdge *edge);
static void check_edge(void *arg);
static bool check_tables(Report *report, const RlnEdge *edge);
static bool check_column(Report *report, const RlnEdge *edge, Oid relid, const char *name);
static void check_targets(Report *report, const RlnEdge *edge);
static char *unique_fix(const RlnTarget *target);
static void check_parts(Report *report, const RlnDraft *draft);
static void check_pairs(Report *report, const RlnDraft *draft);
static void check_foreign_key(Report *report, const RlnDraft *draft);
static void check_indexes(Report *report, const RlnDraft *draft);
static void check_index(Report *report, const RlnEdge *edge, List *columns);
static bool is_half(const Report *report, const RlnEdge *edge, const List *columns);
static void check_rows(Report *report, const RlnDraft *draft);
static void check_validation(Report *report, const RlnDraft *draft);
static bool is_proved(const RlnDraft *draft);
static char *orphans_fix(const RlnDraft *draft);
static void check_triggers(Report *report);
static void check_trigger(Report *report, Form_pg_trigger form, int32 id);
static bool foreign_key_is_off(const RlnEdge *edge);
static bool belongs_to(Oid relid, const RlnEdge *edge);
static const RlnEdge *find_edge(const List *edges, int32 id);
static char *join(const List *statements);
static char *fix_by_update(int32 id, const char *changes);
static void add(Report *report, const char *severity, int32 id, const char *problem, char *detail,
				char *fix);


Datum
relations_check(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context =
		AllocSetContextCreate(caller, "relations: check of one relation", ALLOCSET_DEFAULT_SIZES);
	Report report = {(ReturnSetInfo *) fcinfo->resultinfo};
	ListCell *lc;

	InitMaterializedSRF(fcinfo, 0);
	report.edges = rln_edges_load();
	check_triggers(&report);
	foreach(lc, report.edges)
	{
		const RlnEdge *edge = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (rln_is_foreign_temporary(edge->many))
			continue;
		if (rln_table_lock(edge->many) ? !rln_may_see(edge) : !superuser())
			continue;
		MemoryContextSwitchTo(context);
		check_by_itself(&report, edge);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	return (Datum) 0;
}

/* A relation that cannot be looked at must not hide what there is to say of others. */
static void
check_by_itself(Report *report, const RlnEdge *edge)
{
	Check check = {report, edge};
	ErrorData *error = rln_attempt(check_edge, &check);

	if (error != NULL)
		add(report, "error", edge->id, "it could not be looked at", error->message, NULL);
}

static void
check_edge(void *arg)
{
	Report *report = ((Check *) arg)->report;
	const RlnEdge *edge = ((Check *) arg)->edge;
	RlnDraft *draft;

	if (!check_tables(report, edge))
		return;
	draft = rln_draft_of_edge(edge);
	/* what is made anew below looks at the rows, so these come first */
	check_rows(report, draft);
	check_targets(report, edge);
	check_pairs(report, draft);
	check_parts(report, draft);
	if (!RLN_IS_ANY(edge))
		check_foreign_key(report, draft);
	check_indexes(report, draft);
	check_validation(report, draft);
}

/* False where so much is gone that nothing else can be asked. */
static bool
check_tables(Report *report, const RlnEdge *edge)
{
	char *take_back = psprintf("SELECT relations.delete_relation(%d)", edge->id);
	bool complete = true;
	int there = 0;
	ListCell *lt;
	ListCell *lc;

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(edge->many)))
	{
		add(report, "error", edge->id, "the table on the many side is gone", NULL, take_back);
		return false;
	}
	foreach(lc, rln_lookup_columns(edge))
		complete = check_column(report, edge, edge->many, lfirst(lc)) && complete;
	foreach(lt, edge->targets)
	{
		RlnTarget *target = lfirst(lt);

		if (!rln_table_lock(target->relid))
			continue;
		there++;
		foreach(lc, target->columns)
			complete = check_column(report, edge, target->relid, lfirst(lc)) && complete;
	}
	if (there == 0)
		add(report, "error", edge->id, "no collection that it leads to is there", NULL, take_back);
	return complete && there > 0;
}

/* Collections that are gone; rows that refer to them were found before. */
static void
check_targets(Report *report, const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
			add(report, "error", edge->id, "a collection that it leads to is gone",
				psprintf("It was meant by \"%s\".", target->discriminator), fix_by_update(edge->id, "{}"));
		else if (RLN_IS_ANY(edge) && edge->is_enforced &&
				 !rln_key_exists(target->relid, target->columns))
			add(report, "error", edge->id, "a key that it refers to is not unique any more",
				psprintf("It is (%s) of \"%s\".", rln_csv_print(target->columns), rln_table_label(target->relid)),
				unique_fix(target));
	}
}

static char *
unique_fix(const RlnTarget *target)
{
	StringInfoData fix;

	initStringInfo(&fix);
	appendStringInfo(&fix, "ALTER TABLE %s ADD UNIQUE (", rln_table_sql(target->relid));
	rln_append_names(&fix, target->columns);
	appendStringInfoChar(&fix, ')');
	return fix.data;
}

static bool
check_column(Report *report, const RlnEdge *edge, Oid relid, const char *name)
{
	if (get_attnum(relid, name) != InvalidAttrNumber)
		return true;
	add(report, "error", edge->id, "a column is gone",
		psprintf("Table \"%s\" has no column \"%s\".", rln_table_label(relid), name),
		psprintf("SELECT relations.delete_relation(%d)", edge->id));
	return false;
}

/* Is there a relation of the edge's table by these columns, of which the same is asked? */
static bool
is_half(const Report *report, const RlnEdge *edge, const List *columns)
{
	ListCell *lc;

	foreach(lc, report->edges)
	{
		const RlnEdge *other = lfirst(lc);

		if (other->many == edge->many && other->is_enforced &&
			rln_names_same_set(other->columns, columns))
			return true;
	}
	return false;
}

/* What was made for the relation and does not stand, or not as it should. */
static void
check_parts(Report *report, const RlnDraft *draft)
{
	int32 id = draft->edge->id;
	ListCell *lc;

	foreach(lc, rln_parts(draft))
	{
		RlnPart *part = lfirst(lc);
		bool is_missing = part->drop == NIL;

		if (part->kind == RLN_PART_TRIGGER && is_missing)
			add(report, "error", id, "a trigger that enforces it is missing",
				psprintf("It is made by: %s", (char *) linitial(part->make)), fix_by_update(id, "{}"));
		else if (part->kind == RLN_PART_FUNCTION && is_missing)
			add(report, "warning", id, "a row function is missing", psprintf("It is %s.", part->name),
				fix_by_update(id, "{}"));
		else if (part->kind == RLN_PART_FUNCTION && part->is_stale)
			add(report, "warning", id, "a row function is out of date", psprintf("It is %s.", part->name),
				join(part->replace));
	}
}

/* What keeps the pairs of a symmetric relation in order. */
static void
check_pairs(Report *report, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	ListCell *lc;
	ListCell *lo;

	if (!edge->is_symmetric || !edge->is_enforced)
		return;
	forboth(lc, draft->many_columns, lo, edge->junction_columns)
	{
		const RlnColumn *column = lfirst(lc);

		if (!rln_pair_is_alike(column, rln_column_lookup(edge->many, lfirst(lo))))
			add(report, "error", edge->id, "the two columns of its pairs are of different types",
				psprintf("They are \"%s\" and \"%s\" of \"%s\".", column->name, (char *) lfirst(lo),
						 rln_table_label(edge->many)),
				NULL);
	}
	if (!rln_check_exists(edge->many, edge->check_generated))
		add(report, "error", edge->id, "the constraint that keeps its pairs in order is missing", NULL,
			fix_by_update(edge->id, "{}"));
	else if (!rln_constraint_is_validated(edge->many, edge->check_generated))
		add(report, "warning", edge->id, "its pairs need not be in order",
			psprintf("Constraint \"%s\" is not validated.", edge->check_generated),
			fix_by_update(edge->id, "{\"validate\": true}"));
}

static void
check_foreign_key(Report *report, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;

	if (!edge->is_enforced)
		return;
	if (draft->found == NULL)
		add(report, "error", edge->id, "its foreign key is gone", NULL, fix_by_update(edge->id, "{\"constraint\": true}"));
	else if (foreign_key_is_off(edge))
		add(report, "error", edge->id, "triggers of its foreign key are switched off",
			psprintf("It is \"%s\" of \"%s\".", draft->found->name, rln_table_label(edge->many)),
			psprintf("ALTER TABLE %s ENABLE TRIGGER ALL; ALTER TABLE %s ENABLE TRIGGER ALL",
					 rln_table_sql(edge->many), rln_table_sql(rln_edge_target(edge)->relid)));
}

/* A symmetric relation is looked up by the other half's columns as well. */
static void
check_indexes(Report *report, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;

	if (!edge->is_enforced || !rln_holds_rows(edge->many))
		return;
	check_index(report, edge, rln_lookup_columns(edge));
	if (edge->is_symmetric && !is_half(report, edge, edge->junction_columns))
		check_index(report, edge, edge->junction_columns);
}

/* Without it every deletion on the one side reads the whole many side. */
static void
check_index(Report *report, const RlnEdge *edge, List *columns)
{
	if (rln_columns_indexed(edge->many, columns, NULL))
		return;
	add(report, "warning", edge->id, "no index serves it",
		psprintf("Table \"%s\" has none that begins with (%s).", rln_table_label(edge->many), rln_csv_print(columns)),
		rln_index_sql("", edge->many, columns));
}

static void
check_rows(Report *report, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	float4 rows;
	char *orphans;
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		Oid relid = ((RlnTarget *) lfirst(lc))->relid;

		if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)) && !rln_holds_rows(relid))
			return;
	}
	if (!rln_holds_rows(edge->many))
		return;
	if (!is_proved(draft))
	{
		if (!rln_may_diagnose(draft))
		{
			add(report, "notice", edge->id, "its rows were not looked at",
				pstrdup("You may not read all rows of its tables."), NULL);
			return;
		}
		rows = rln_table_rows(edge->many);
		if (rows >= ROWS_WORTH_A_NOTICE)
			ereport(NOTICE,
					(errmsg("relation %d: looking at about %.0f rows of \"%s\"", edge->id, rows,
							rln_table_label(edge->many))));
		orphans = rln_describe_orphans(draft);
		if (orphans != NULL)
			add(report, edge->is_enforced ? "error" : "warning", edge->id, "rows lead nowhere", orphans,
				orphans_fix(draft));
	}
}

static void
check_validation(Report *report, const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	bool is_validated =
		RLN_IS_ANY(edge) ? edge->is_validated : draft->found == NULL || draft->found->validated;

	if (edge->is_enforced && !is_validated)
		add(report, "warning", edge->id, "it is not validated",
			pstrdup("Rows that were there before it need not be right."),
			fix_by_update(edge->id, "{\"validate\": true}"));
}

/* Is it certain without looking that every row leads to a row? */
static bool
is_proved(const RlnDraft *draft)
{
	return !RLN_IS_ANY(draft->edge) && draft->found != NULL && draft->found->validated &&
		draft->found->enforced && !foreign_key_is_off(draft->edge);
}

/* What the relation would have done to the rows, as far as it can be done now. */
static char *
orphans_fix(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	char *table = rln_orphans_table(draft);
	char *condition = rln_orphans_condition(draft);
	const char *settings = rln_text_varies(edge) ? rln_settings_sql() : "";
	bool may_be_null = true;
	StringInfoData fix;
	ListCell *lc;

	foreach(lc, rln_lookup_columns(edge))
		may_be_null = may_be_null && !rln_column_lookup(edge->many, lfirst(lc))->not_null;
	if (strcmp(edge->on_delete, "CASCADE") == 0 || !may_be_null)
		return psprintf("%sDELETE FROM %s WHERE %s", settings, table, condition);
	initStringInfo(&fix);
	appendStringInfo(&fix, "%sUPDATE %s SET ", settings, table);
	foreach(lc, rln_lookup_columns(edge))
		appendStringInfo(&fix, "%s%s = NULL", foreach_current_index(lc) > 0 ? ", " : "",
						 quote_identifier(lfirst(lc)));
	appendStringInfo(&fix, " WHERE %s", condition);
	return fix.data;
}

/* Triggers of ours that are switched off, or that belong to nothing. */
static void
check_triggers(Report *report)
{
	Relation catalog = table_open(TriggerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	Oid schema = get_rel_namespace(rln_registry_table());
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
		Datum args;
		bool isnull;

		CHECK_FOR_INTERRUPTS();
		if (form->tgisinternal || form->tgnargs != 1 || get_func_namespace(form->tgfoid) != schema)
			continue;
		args = SPI_getbinval(tuple, RelationGetDescr(catalog), Anum_pg_trigger_tgargs, &isnull);
		if (!isnull)
			check_trigger(report, form,
						  rln_trigger_argument(VARDATA_ANY(DatumGetByteaPP(args))));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static void
check_trigger(Report *report, Form_pg_trigger form, int32 id)
{
	const RlnEdge *edge = find_edge(report->edges, id);
	char *name = pstrdup(NameStr(form->tgname));

	if (!rln_may_read(form->tgrelid))
		return;
	if (edge == NULL || !(edge->is_enforced || edge->is_symmetric) ||
		!belongs_to(form->tgrelid, edge))
	{
		/* one of a partition goes with that of its parent */
		if (!OidIsValid(form->tgparentid))
			add(report, "warning", id, "a trigger enforces nothing",
				psprintf("Trigger \"%s\" of \"%s\" is of a relation that has nothing to do with the table.", name,
						 rln_table_label(form->tgrelid)),
				psprintf("DROP TRIGGER %s ON %s", quote_identifier(name), rln_table_sql(form->tgrelid)));
		return;
	}
	if (form->tgenabled != TRIGGER_FIRES_ON_ORIGIN && form->tgenabled != TRIGGER_FIRES_ALWAYS)
		add(report, "error", id, "a trigger that enforces it is switched off",
			psprintf("It is trigger \"%s\" of \"%s\".", name, rln_table_label(form->tgrelid)),
			psprintf("ALTER TABLE %s ENABLE TRIGGER %s", rln_table_sql(form->tgrelid), quote_identifier(name)));
}

/* Is a trigger of the edge's foreign key switched off, on either side? */
static bool
foreign_key_is_off(const RlnEdge *edge)
{
	Oid constraint = edge->constraint_name == NULL
		? InvalidOid
		: get_relation_constraint_oid(edge->many, edge->constraint_name, true);
	bool off = false;
	Oid tables[2] = {edge->many, rln_edge_target(edge)->relid};

	for (int i = 0; i < lengthof(tables) && OidIsValid(constraint); i++)
	{
		Relation rel = table_open(tables[i], AccessShareLock);

		for (int t = 0; rel->trigdesc != NULL && t < rel->trigdesc->numtriggers; t++)
		{
			const Trigger *trigger = &rel->trigdesc->triggers[t];

			if (trigger->tgconstraint == constraint &&
				trigger->tgenabled != TRIGGER_FIRES_ON_ORIGIN &&
				trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
				off = true;
		}
		table_close(rel, AccessShareLock);
	}
	return off;
}

/* Is the table one of the edge's, or a part of one? */
static bool
belongs_to(Oid relid, const RlnEdge *edge)
{
	List *tables = list_make1_oid(relid);
	ListCell *lc;

	if (get_rel_relispartition(relid))
		tables = list_concat(tables, get_partition_ancestors(relid));
	foreach(lc, tables)
	{
		if (lfirst_oid(lc) == edge->many || rln_edge_leads_to(edge, lfirst_oid(lc)))
			return true;
	}
	return false;
}

static const RlnEdge *
find_edge(const List *edges, int32 id)
{
	ListCell *lc;

	foreach(lc, edges)
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->id == id)
			return edge;
	}
	return NULL;
}

/* "a; b" */
static char *
join(const List *statements)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, statements)
		appendStringInfo(&buf, "%s%s", foreach_current_index(lc) > 0 ? "; " : "", (char *) lfirst(lc));
	return buf.data;
}

static char *
fix_by_update(int32 id, const char *changes)
{
	return psprintf("SELECT relations.update_relation(%d, '%s')", id, changes);
}

/* A row of the result; detail and fix may be NULL. */
static void
add(Report *report, const char *severity, int32 id, const char *problem, char *detail, char *fix)
{
	Datum values[5];
	bool nulls[5] = {false};

	values[0] = CStringGetTextDatum(severity);
	values[1] = Int32GetDatum(id);
	values[2] = CStringGetTextDatum(problem);
	nulls[3] = detail == NULL;
	values[3] = detail == NULL ? (Datum) 0 : CStringGetTextDatum(detail);
	nulls[4] = fix == NULL;
	values[4] = fix == NULL ? (Datum) 0 : CStringGetTextDatum(fix);
	tuplestore_putvalues(report->result->setResult, report->result->setDesc, values, nulls);
}
