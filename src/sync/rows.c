/*
 * rows.c
 *	  What a command on a table of a relation means for rows.
 *
 * PostgreSQL refuses to drop what a foreign key needs, looks at the rows of a
 * partition that is attached or detached, and at all rows when a type changes.
 * For many-to-any relations that is done here.
 *
 * Rows are read as the registry's owner and past row security, as the queries
 * of a foreign key see all rows; the queries name nothing but tables, operators
 * that the relation was made with, and PostgreSQL's own functions.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "base/textform.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"
#include "sync/sync.h"

static bool is_referred(const RlnFollow *follow, const RlnTarget *target);
static bool misses_any(const RlnFollow *follow);
static void refuse_drop(const RlnFollow *follow, const char *what);
static void detach(const RlnFollow *follow, const RlnTarget *target);
static void go_on_apart(const RlnFollow *follow);
static bool is_part_of(Oid part, Oid whole);
static bool find_row(const char *sql);
static char *name_before(Oid relid);
static HeapTuple class_before(Oid relid);


/* Was the type of one of its columns changed? */
bool
rln_concerns_types(const RlnFollow *follow)
{
	ListCell *lc;
	ListCell *lt;

	foreach(lc, follow->command->retyped)
	{
		if (rln_names_contain(rln_lookup_columns(follow->next), lfirst(lc)))
			return true;
		foreach(lt, follow->next->targets)
		{
			if (rln_names_contain(((RlnTarget *) lfirst(lt))->columns, lfirst(lc)))
				return true;
		}
	}
	return false;
}

/*
 * What PostgreSQL does for a foreign key when a partition comes or goes, when a
 * type changes, when a table becomes unlogged.
 */
void
rln_follow_rows(const RlnFollow *follow)
{
	const RlnCommand *command = follow->command;
	const RlnEdge *next = follow->next;
	bool types = rln_concerns_types(follow);
	ListCell *lc;

	foreach(lc, next->targets)
	{
		const RlnTarget *target = lfirst(lc);

		if (command->changes_persistence)
			rln_ensure_outlives(target->relid, next->many);
		if (OidIsValid(command->detached) && is_part_of(command->detached_from, target->relid))
			detach(follow, target);
	}
	if (OidIsValid(command->detached) && is_part_of(command->detached_from, next->many))
		go_on_apart(follow);
	if (types || OidIsValid(command->attached))
		rln_triggers_refresh(next);
	if (!next->is_validated)
		return;
	if (types)
		rln_validate(next->id, next->many);
	else if (OidIsValid(command->attached) && is_part_of(command->attached, next->many))
		rln_validate(next->id, command->attached);
}

/*
 * 2BP01 where rows refer to what the command has dropped.  With CASCADE they
 * stay, as they do when a foreign key goes with the table that it refers to;
 * true says that there are some.  Where the trigger that checks rows was dropped
 * before, as a restore over what is there does, nothing is refused: the
 * constraint is gone.
 */
bool
rln_ensure_none_refers(const RlnFollow *follow)
{
	const RlnEdge *edge = follow->edge;
	const RlnCommand *command = follow->command;
	bool leaves_some = false;
	ListCell *lc;

	if (!RLN_IS_ANY(edge) || !edge->is_enforced || rln_check_trigger(edge) == NULL ||
		rln_column_get(edge->many, follow->next->discriminator_column) == NULL)
		return false;
	foreach(lc, follow->lost)
	{
		const RlnTarget *target = lfirst(lc);

		if (!is_referred(follow, target))
			continue;
		if (!command->cascades)
			refuse_drop(follow, name_before(target->relid));
		leaves_some = true;
	}
	if (command->drops_partition && !follow->ends && edge->is_validated && misses_any(follow))
	{
		if (!command->cascades)
			refuse_drop(follow, "a partition");
		leaves_some = true;
	}
	return leaves_some;
}

/*----------
 *	SELECT FROM <many> t WHERE t.<discriminator> OPERATOR(=) '<value>' LIMIT 1
 *----------
 */
static bool
is_referred(const RlnFollow *follow, const RlnTarget *target)
{
	Oid many = follow->edge->many;
	RlnColumn *column = rln_column_get(many, follow->next->discriminator_column);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT FROM %s t WHERE t.%s ", rln_table_sql(many),
					 quote_identifier(column->name));
	rln_append_operator(&sql, rln_equality_operator(column->type, column->type));
	appendStringInfoChar(&sql, ' ');
	rln_append_literal(&sql, target->discriminator);
	appendStringInfoString(&sql, " LIMIT 1");
	return find_row(sql.data);
}

/*
 * A partition is gone.  Nobody knows any more which rows it had; but where all
 * rows led somewhere before, one that leads nowhere now has led to it.
 */
static bool
misses_any(const RlnFollow *follow)
{
	RlnDraft *draft = rln_draft_of_edge(follow->next);

	return find_row(psprintf("SELECT FROM %s WHERE %s LIMIT 1", rln_orphans_table(draft),
							 rln_orphans_condition(draft)));
}

static void
refuse_drop(const RlnFollow *follow, const char *what)
{
	const RlnEdge *edge = follow->edge;

	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot drop %s because rows of \"%s\" refer to it", what,
					rln_table_label(edge->many)),
			 errdetail("Relation %d leads from (%s) there.", edge->id,
					   rln_csv_print(rln_lookup_columns(edge))),
			 errhint("Delete those rows first, or use DROP ... CASCADE to take it off the relation and keep them.")));
}

/* 23503 where rows refer to rows of the partition that was detached from the target. */
static void
detach(const RlnFollow *follow, const RlnTarget *target)
{
	const RlnCommand *command = follow->command;
	const RlnEdge *next = follow->next;
	RlnDraft *draft = rln_draft_of_edge(next);
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT FROM %s t WHERE EXISTS (SELECT FROM %s o WHERE ", rln_table_sql(next->many),
					 rln_table_sql(command->detached));
	rln_append_match(&sql, draft, target, "t", "o", true);
	appendStringInfo(&sql, ") AND %s LIMIT 1", rln_orphans_condition(draft));
	if (find_row(sql.data))
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("removing partition \"%s\" violates constraint \"%s\" of \"%s\"",
						rln_table_label(command->detached), next->constraint_name,
						rln_table_label(next->many)),
				 errdetail("Rows of \"%s\" refer to rows of the partition.", rln_table_label(next->many)),
				 errhint("Delete those rows first.")));
	foreach(lc, find_all_inheritors(command->detached, AccessShareLock, NULL))
		rln_triggers_remove(lfirst_oid(lc), next->id);
}

/*
 * A partition of the many side that is detached keeps a relation of its own, as
 * it keeps a foreign key; but no alias leads there, which its parent has.
 */
static void
go_on_apart(const RlnFollow *follow)
{
	const RlnEdge *next = follow->next;
	const RlnTrigger *check = rln_check_trigger(next);
	StringInfoData json;
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"many_collection\": ");
	escape_json(&json, rln_table_sql(follow->command->detached));
	appendStringInfoString(&json, ", \"many_field\": ");
	escape_json(&json, rln_csv_print(next->columns));
	appendStringInfoString(&json, ", \"one_collection_field\": ");
	escape_json(&json, next->discriminator_column);
	appendStringInfoString(&json, ", \"one_allowed_collections\": {");
	foreach(lc, next->targets)
	{
		const RlnTarget *target = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&json, ", ");
		escape_json(&json, target->discriminator);
		appendStringInfoString(&json, ": ");
		escape_json(&json, rln_table_sql(target->relid));
	}
	appendStringInfo(&json, "}, \"on_delete\": \"%s\", \"on_update\": \"%s\", \"deferrable\": %s, \"validate\": %s}",
					 next->on_delete, next->on_update,
					 check != NULL && check->deferrable ? "true" : "false",
					 next->is_validated ? "true" : "false");
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT relations.create_relation(");
	rln_append_literal(&sql, json.data);
	appendStringInfoChar(&sql, ')');
	rln_spi_run_as(sql.data, rln_table_owner(rln_registry_table()));
}

/* Is the table a partition of the other, at any level, or the other itself? */
static bool
is_part_of(Oid part, Oid whole)
{
	if (part == whole)
		return true;
	return get_rel_relispartition(part) &&
		list_member_oid(get_partition_ancestors(part), whole);
}

/* Is there a row?  Read past row security, as a foreign key's queries are. */
static bool
find_row(const char *sql)
{
	Oid owner = rln_table_owner(rln_registry_table());
	int settings = rln_settings_fix();
	SPIPlanPtr plan;
	bool found;

	rln_spi_connect();
	plan = rln_spi_keep_as(sql, 0, NULL, owner);
	PushActiveSnapshot(GetLatestSnapshot());
	found = rln_spi_read_as(plan, NULL, owner, GetActiveSnapshot(), 1) > 0;
	PopActiveSnapshot();
	SPI_freeplan(plan);
	rln_spi_finish();
	rln_settings_restore(settings);
	return found;
}

/* What a table was called that this command has dropped, or whose column it has. */
static char *
name_before(Oid relid)
{
	HeapTuple tuple = class_before(relid);

	return tuple == NULL
		? pstrdup("a table")
		: psprintf("\"%s\"", NameStr(((Form_pg_class) GETSTRUCT(tuple))->relname));
}

/* Was it a partition?  Of a table that is gone. */
bool
rln_was_partition(Oid relid)
{
	HeapTuple tuple = class_before(relid);
	Form_pg_class form;

	if (tuple == NULL)
		return false;
	form = (Form_pg_class) GETSTRUCT(tuple);
	return form->relispartition && form->relkind != RELKIND_INDEX &&
		form->relkind != RELKIND_PARTITIONED_INDEX;
}

/*
 * The last row of pg_class for the table, copied, or NULL.  If this transaction
 * has dropped it, the row is dead but still there.
 */
static HeapTuple
class_before(Oid relid)
{
	Relation catalog = table_open(RelationRelationId, AccessShareLock);
	HeapTuple last = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, ClassOidIndexId, true, SnapshotAny, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		last = heap_copytuple(tuple);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return last;
}
