/*
 * parts.c
 *	  What stands in the database for an edge, as statements.
 *
 * Each part knows how it is made and how it is taken back, and has a
 * definition by which an old and a new part are compared.  Columns are parts
 * that are only made, never taken back.  Only the parts of an edge that is
 * stored are looked for; one that does not stand, because its table is gone or
 * somebody has dropped it, has no statement by which it is taken back.
 */
#include "postgres.h"

#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void add_columns(const RlnDraft *draft, List **parts);
static RlnPart *make_column(Oid relid, const RlnColumn *column);
static void add_not_null(const RlnDraft *draft, List **parts);
static void add_unique(const RlnDraft *draft, List **parts);
static void add_check(const RlnDraft *draft, List **parts);
static void add_foreign_key(const RlnDraft *draft, List **parts);
static char *foreign_key_definition(const RlnDraft *draft);
static void add_index(const RlnDraft *draft, List **parts);
static RlnPart *make_part(RlnPartKind kind, const char *name, char *definition);
static bool table_exists(Oid relid);
static bool can_be_null(Oid relid, const char *column);


/* The parts in the order in which they are made. */
List *
rln_parts(const RlnDraft *draft)
{
	List *parts = NIL;

	if (table_exists(draft->edge->many))
	{
		add_columns(draft, &parts);
		add_not_null(draft, &parts);
		add_unique(draft, &parts);
		add_check(draft, &parts);
		add_foreign_key(draft, &parts);
		add_index(draft, &parts);
	}
	/* those on the targets are left when the many side was dropped */
	rln_add_triggers(draft, &parts);
	return list_concat(parts, rln_function_parts(draft));
}

List *
rln_parts_of_edge(const RlnEdge *edge)
{
	return rln_parts(rln_draft_of_edge(edge));
}

/*----------
 * The columns that are missing:
 *	ALTER TABLE <many> ADD COLUMN <name> <type> [COLLATE <c>] [DEFAULT NULL]
 *----------
 */
static void
add_columns(const RlnDraft *draft, List **parts)
{
	ListCell *lc;

	if (draft->discriminator != NULL && !draft->discriminator->exists)
		*parts = lappend(*parts, make_column(draft->edge->many, draft->discriminator));
	foreach(lc, draft->many_columns)
	{
		RlnColumn *column = lfirst(lc);

		if (!column->exists && OidIsValid(column->type))
			*parts = lappend(*parts, make_column(draft->edge->many, column));
	}
	if (draft->sort != NULL && !draft->sort->exists)
		*parts = lappend(*parts, make_column(draft->edge->many, draft->sort));
}

static RlnPart *
make_column(Oid relid, const RlnColumn *column)
{
	RlnPart *part = make_part(RLN_PART_COLUMN, column->name, "");
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "ALTER TABLE ");
	rln_append_table(&buf, relid);
	appendStringInfoString(&buf, " ADD COLUMN ");
	rln_append_column(&buf, column);
	part->make = list_make1(buf.data);
	return part;
}

/*
 * <name> <type> [COLLATE <c>] [DEFAULT NULL].  A domain may have a default,
 * with which existing rows would refer to something.
 */
void
rln_append_column(StringInfo buf, const RlnColumn *column)
{
	rln_append_name(buf, column->name);
	appendStringInfoChar(buf, ' ');
	rln_append_type(buf, column->type, column->typmod);
	if (OidIsValid(column->collation) && column->collation != get_typcollation(column->type))
		rln_append_collation(buf, column->collation);
	if (get_typtype(column->type) == TYPTYPE_DOMAIN)
		appendStringInfoString(buf, " DEFAULT NULL");
}

/*----------
 * required:
 *	ALTER TABLE <many> ALTER COLUMN <name> SET NOT NULL
 *----------
 */
static void
add_not_null(const RlnDraft *draft, List **parts)
{
	ListCell *lc;

	foreach(lc, draft->edge->not_null_generated)
	{
		RlnPart *part = make_part(RLN_PART_NOT_NULL, lfirst(lc), "");
		char *column = psprintf("ALTER TABLE %s ALTER COLUMN %s", rln_table_sql(draft->edge->many),
								quote_identifier(lfirst(lc)));

		part->make = list_make1(psprintf("%s SET NOT NULL", column));
		if (draft->stands && can_be_null(draft->edge->many, lfirst(lc)))
			part->drop = list_make1(psprintf("%s DROP NOT NULL", column));
		part->checks_rows = true;
		*parts = lappend(*parts, part);
	}
}

/*----------
 * is_unique, or each pair of a junction once:
 *	ALTER TABLE <many> ADD CONSTRAINT <name> UNIQUE (<columns>)
 *----------
 */
static void
add_unique(const RlnDraft *draft, List **parts)
{
	const RlnEdge *edge = draft->edge;
	RlnPart *part;
	StringInfoData buf;

	if (edge->unique_generated == NULL)
		return;
	part = make_part(RLN_PART_UNIQUE, edge->unique_generated,
					 rln_csv_print(draft->unique_columns));
	initStringInfo(&buf);
	appendStringInfo(&buf, "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (", rln_table_sql(edge->many),
					 quote_identifier(edge->unique_generated));
	rln_append_names(&buf, draft->unique_columns);
	appendStringInfoChar(&buf, ')');
	part->make = list_make1(buf.data);
	if (draft->stands && draft->unique_columns != NIL)
		part->drop = list_make1(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", rln_table_sql(edge->many),
										 quote_identifier(edge->unique_generated)));
	part->checks_rows = true;
	*parts = lappend(*parts, part);
}

/*----------
 * is_symmetric:
 *	ALTER TABLE <many> ADD CONSTRAINT <name> CHECK (<pair in order>) [NOT VALID]
 *----------
 */
static void
add_check(const RlnDraft *draft, List **parts)
{
	const RlnEdge *edge = draft->edge;
	RlnPart *part;
	StringInfoData order;
	ListCell *lc;

	if (edge->check_generated == NULL)
		return;
	foreach(lc, draft->many_columns)
	{
		/* the constraint went with its column */
		if (!OidIsValid(((RlnColumn *) lfirst(lc))->type))
			return;
	}
	initStringInfo(&order);
	rln_append_pair_order(&order, draft, "");
	part = make_part(RLN_PART_CHECK, edge->check_generated, order.data);
	part->make = list_make1(psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)%s", rln_table_sql(edge->many),
									 quote_identifier(edge->check_generated), order.data,
									 draft->validate == RLN_NO ? " NOT VALID" : ""));
	if (rln_check_exists(edge->many, edge->check_generated))
	{
		part->not_valid = !rln_constraint_is_validated(edge->many, edge->check_generated);
		if (draft->stands)
			part->drop = list_make1(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", rln_table_sql(edge->many),
											 quote_identifier(edge->check_generated)));
	}
	part->checks_rows = true;
	*parts = lappend(*parts, part);
}

/*----------
 *	ALTER TABLE <many> ADD CONSTRAINT <name>
 *		FOREIGN KEY (<columns>) REFERENCES <one> (<key>) [MATCH FULL]
 *		[ON DELETE <action>] [ON UPDATE <action>]
 *		[DEFERRABLE [INITIALLY DEFERRED]] [NOT VALID]
 *----------
 */
static void
add_foreign_key(const RlnDraft *draft, List **parts)
{
	const RlnEdge *edge = draft->edge;
	RlnPart *part;
	bool not_valid = draft->validate == RLN_NO;

	if (RLN_IS_ANY(edge) || edge->constraint_name == NULL ||
		!table_exists(rln_edge_target(edge)->relid))
		return;
	if (draft->validate == RLN_UNSET && draft->found != NULL && !draft->found->validated)
		not_valid = draft->found->enforced;

	part = make_part(RLN_PART_FOREIGN_KEY, edge->constraint_name, foreign_key_definition(draft));
	part->exists = draft->adopted || (draft->found != NULL && draft->found->inherited);
	part->keep = !edge->constraint_generated;
	part->checks_rows = true;
	part->make = list_make1(psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s%s", rln_table_sql(edge->many),
									 quote_identifier(edge->constraint_name), part->definition,
									 not_valid ? " NOT VALID" : ""));
	if (draft->stands && draft->found != NULL && !draft->found->inherited)
		part->drop = list_make1(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", rln_table_sql(edge->many),
										 quote_identifier(edge->constraint_name)));
	*parts = lappend(*parts, part);
}

static char *
foreign_key_definition(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	const RlnTarget *target = rln_edge_target(edge);
	const RlnForeignKey *found = draft->found;
	bool deferrable = draft->deferrable == RLN_YES;
	bool deferred = draft->deferred;
	StringInfoData buf;

	if (draft->deferrable == RLN_UNSET && found != NULL)
	{
		deferrable = found->deferrable;
		deferred = found->deferred;
	}
	initStringInfo(&buf);
	appendStringInfoString(&buf, "FOREIGN KEY (");
	rln_append_names(&buf, edge->columns);
	appendStringInfoString(&buf, ") REFERENCES ");
	rln_append_table(&buf, target->relid);
	appendStringInfoString(&buf, " (");
	rln_append_names(&buf, target->columns);
	appendStringInfoChar(&buf, ')');
	if (found != NULL && found->match_full)
		appendStringInfoString(&buf, " MATCH FULL");
	if (strcmp(edge->on_delete, "NO ACTION") != 0)
		appendStringInfo(&buf, " ON DELETE %s", edge->on_delete);
	if (rln_keeps_delete_columns(draft))
	{
		appendStringInfoString(&buf, " (");
		rln_append_names(&buf, found->delete_columns);
		appendStringInfoChar(&buf, ')');
	}
	if (strcmp(edge->on_update, "NO ACTION") != 0)
		appendStringInfo(&buf, " ON UPDATE %s", edge->on_update);
	if (deferrable)
		appendStringInfoString(&buf, " DEFERRABLE");
	if (deferred)
		appendStringInfoString(&buf, " INITIALLY DEFERRED");
	if (found != NULL && !found->enforced)
		appendStringInfoString(&buf, " NOT ENFORCED");
	return buf.data;
}

/*----------
 *	CREATE INDEX <name> ON <many> (<columns>)
 *----------
 */
static void
add_index(const RlnDraft *draft, List **parts)
{
	const RlnEdge *edge = draft->edge;
	Oid schema = get_rel_namespace(edge->many);
	List *columns;
	RlnPart *part;

	if (edge->index_generated == NULL)
		return;
	columns = draft->stands ? rln_index_columns(edge->many, edge->index_generated)
							: rln_lookup_columns(edge);
	part = make_part(RLN_PART_INDEX, edge->index_generated, rln_csv_print(columns));
	part->make = list_make1(
		rln_index_sql(quote_identifier(edge->index_generated), edge->many, columns));
	if (draft->stands && rln_names_equal(columns, rln_lookup_columns(edge)))
		part->drop = list_make1(psprintf("DROP INDEX %s",
										 quote_qualified_identifier(get_namespace_name(schema),
																	edge->index_generated)));
	*parts = lappend(*parts, part);
}

static RlnPart *
make_part(RlnPartKind kind, const char *name, char *definition)
{
	RlnPart *part = palloc0(sizeof(RlnPart));

	part->kind = kind;
	part->name = pstrdup(name);
	part->definition = definition;
	return part;
}

static bool
table_exists(Oid relid)
{
	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid));
}

/*
 * Is it NOT NULL, and nothing needs that: no primary key, no identity, no
 * column of the table that this one is a partition of?
 */
static bool
can_be_null(Oid relid, const char *column)
{
	RlnColumn *found = rln_column_get(relid, column);

	if (found == NULL || !found->not_null || found->identity ||
		rln_names_contain(rln_primary_key(relid), column))
		return false;
	if (get_rel_relispartition(relid))
		found = rln_column_get(get_partition_parent(relid, true), column);
	return !get_rel_relispartition(relid) || found == NULL || !found->not_null;
}
