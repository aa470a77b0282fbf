/*
 * diagnose.c
 *	  Which rows break the new rule.
 *
 * PostgreSQL stops at the first row that a new constraint does not allow.  A
 * user who has to mend his data wants to know how many there are and to see
 * them.  So a statement that checks existing rows runs in a subtransaction;
 * only when it fails are the rows counted, by a query that the user also gets,
 * and the error is raised anew with both.  Good data pays for the
 * subtransaction and nothing else.
 *
 * Everything is read with the caller's rights.  Where he may not read the
 * tables, or row security would hide rows, PostgreSQL's own error stands.
 */
#include "postgres.h"

#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"

#include "base/error.h"
#include "base/names.h"
#include "base/spi.h"
#include "base/sqltext.h"
#include "base/textform.h"
#include "ddl/ddl.h"

#define MAX_SAMPLES 5

typedef struct Offence
{
	int sqlstate;
	char *rows;		  /* query that lists the rows */
	char *samples;	  /* query that lists their values, once each */
	char *complaint;  /* "rows that ..." */
	char *mend;		  /* what to do with them, or NULL */
	bool text_varies; /* the queries compare texts that depend on settings */
} Offence;

static void ensure_no_row_security(Oid relid);
static bool is_offence(int sqlstate);
static bool had_columns(const RlnDraft *draft);
static void run_statement(void *sql);
static Offence *find_offence(const RlnDraft *draft, const RlnPart *part);
static Offence *orphans(const RlnDraft *draft);
static Offence *duplicates(const RlnDraft *draft);
static Offence *reversed(const RlnDraft *draft);
static Offence *nulls(const RlnDraft *draft, const RlnPart *part);
static void report(const RlnDraft *draft, const RlnPart *part, const Offence *offence,
				   const char *message);
static char *describe(const RlnDraft *draft, const Offence *offence, int64 count);
static int64 count_offenders(const Offence *offence);
static char *sample_values(const char *query);


/* Runs a statement that makes the part and checks the rows that are there. */
void
rln_run_checked(const RlnDraft *draft, const RlnPart *part, const char *sql)
{
	ErrorData *error;

	/* references of which one is null, as in a column just added, break nothing */
	if (part->kind != RLN_PART_NOT_NULL && part->kind != RLN_PART_TRIGGER && !had_columns(draft))
	{
		rln_spi_run(sql);
		return;
	}
	error = rln_attempt(run_statement, unconstify(char *, sql));
	if (error == NULL)
		return;
	if (is_offence(error->sqlerrcode) && rln_may_diagnose(draft))
	{
		Offence *offence = find_offence(draft, part);

		report(draft, part, offence,
			   part->kind == RLN_PART_CHECK
				   ? psprintf("pairs of \"%s\" are not in order", rln_table_label(draft->many))
				   : error->message);
	}
	ReThrowError(error);
}

/*
 * What is wrong with the rows of an edge, as a sentence; NULL where all lead to
 * a row.  The caller must be able to read the tables.
 */
char *
rln_describe_orphans(const RlnDraft *draft)
{
	Offence *offence = orphans(draft);
	int64 count = count_offenders(offence);

	return count == 0 ? NULL : describe(draft, offence, count);
}

/*
 * 23503 where rows still have a discriminator value that the changed relation
 * would no longer know, or would read as another collection.
 */
void
rln_ensure_unreferenced(const RlnDraft *draft)
{
	ListCell *lo;
	ListCell *ln;

	/* a view enforces nothing, and reading it would run other users' code */
	if (!RLN_IS_ANY(draft->old) || draft->discriminator == NULL ||
		!draft->discriminator->exists || !rln_holds_rows(draft->many))
		return;
	foreach(lo, draft->old->targets)
	{
		RlnTarget *old = lfirst(lo);
		bool stays = false;
		Offence offence = {ERRCODE_FOREIGN_KEY_VIOLATION};
		Oid type = draft->discriminator->type;
		StringInfoData where;

		foreach(ln, draft->edge->targets)
		{
			RlnTarget *next = lfirst(ln);

			stays = stays ||
				(next->relid == old->relid &&
				 strcmp(next->discriminator, old->discriminator) == 0);
		}
		if (stays)
			continue;
		initStringInfo(&where);
		appendStringInfo(&where, "FROM %s t WHERE t.%s ", rln_table_sql(draft->many),
						 quote_identifier(draft->discriminator->name));
		rln_append_operator(&where, rln_equality_operator(type, type));
		appendStringInfoChar(&where, ' ');
		rln_append_literal(&where, old->discriminator);
		/* nobody adds a row that refers, to a partition neither, until the list has changed */
		LockRelationOid(draft->many, ShareRowExclusiveLock);
		find_all_inheritors(draft->many, ShareRowExclusiveLock, NULL);
		ensure_no_row_security(draft->many);
		offence.rows = psprintf("SELECT t.* %s", where.data);
		offence.samples = psprintf("SELECT DISTINCT %s %s ORDER BY %s LIMIT %d",
								   rln_columns_of(draft->edge->columns, "t"), where.data,
								   rln_columns_of(draft->edge->columns, "t"), MAX_SAMPLES + 1);
		offence.complaint = psprintf("whose (%s) is \"%s\", with the (%s)", draft->discriminator->name,
									 old->discriminator, rln_csv_print(draft->edge->columns));
		if (count_offenders(&offence) > 0)
			report(draft, NULL, &offence,
				   psprintf("cannot take \"%s\" off relation \"%s.%s\": rows still refer to it",
							old->discriminator, rln_table_label(draft->many),
							rln_csv_print(draft->edge->columns)));
	}
}

/*
 * A foreign key sees all rows.  The owner whom row security is forced upon does
 * not: 42501, since an answer that may be wrong is none.
 */
static void
ensure_no_row_security(Oid relid)
{
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row security hides rows of \"%s\" that may refer to what is taken away", rln_table_label(relid)),
				 errhint("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY for this change.", rln_table_label(relid))));
}

/* Were all columns of the relation there before? */
static bool
had_columns(const RlnDraft *draft)
{
	ListCell *lc;

	foreach(lc, draft->many_columns)
	{
		if (!((RlnColumn *) lfirst(lc))->exists)
			return false;
	}
	return true;
}

static bool
is_offence(int sqlstate)
{
	return sqlstate == ERRCODE_FOREIGN_KEY_VIOLATION || sqlstate == ERRCODE_UNIQUE_VIOLATION ||
		sqlstate == ERRCODE_NOT_NULL_VIOLATION || sqlstate == ERRCODE_CHECK_VIOLATION;
}

static void
run_statement(void *sql)
{
	rln_spi_run(sql);
}

/* May the caller read all rows of both tables? */
bool
rln_may_diagnose(const RlnDraft *draft)
{
	List *tables = list_make1_oid(draft->many);
	ListCell *lc;

	foreach(lc, draft->edge->targets)
		tables = lappend_oid(tables, ((RlnTarget *) lfirst(lc))->relid);
	foreach(lc, tables)
	{
		if (get_rel_relkind(lfirst_oid(lc)) == '\0')
			continue; /* dropped */
		if (pg_class_aclcheck(lfirst_oid(lc), GetUserId(), ACL_SELECT) != ACLCHECK_OK ||
			check_enable_rls(lfirst_oid(lc), InvalidOid, true) != RLS_NONE)
			return false;
	}
	return true;
}

static Offence *
find_offence(const RlnDraft *draft, const RlnPart *part)
{
	switch (part->kind)
	{
		case RLN_PART_FOREIGN_KEY:
		case RLN_PART_TRIGGER:
			return orphans(draft);
		case RLN_PART_UNIQUE:
			return duplicates(draft);
		case RLN_PART_CHECK:
			return reversed(draft);
		case RLN_PART_NOT_NULL:
			return nulls(draft, part);
		default:
			elog(ERROR, "part %d checks no rows", part->kind); /* should not happen */
	}
}

/* The rows that lead nowhere. */
static Offence *
orphans(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	Offence *offence = palloc0(sizeof(Offence));
	const List *names = rln_lookup_columns(edge);
	char *columns = rln_columns_of(names, "t");
	char *from = psprintf("%s WHERE %s", rln_orphans_table(draft), rln_orphans_condition(draft));

	offence->sqlstate = ERRCODE_FOREIGN_KEY_VIOLATION;
	offence->text_varies = rln_text_varies(edge);
	offence->rows = psprintf("SELECT t.* FROM %s", from);
	offence->samples = psprintf("SELECT DISTINCT %s FROM %s ORDER BY %s LIMIT %d", columns, from, columns,
								MAX_SAMPLES + 1);
	if (RLN_IS_ANY(edge))
		offence->complaint = psprintf("whose (%s) leads to no row of an allowed collection", rln_csv_print(names));
	else
		offence->complaint = psprintf("whose (%s) is not in \"%s\"", rln_csv_print(names),
									  rln_table_label(rln_edge_target(edge)->relid));
	return offence;
}

/*----------
 * SELECT t.* FROM <many> t JOIN
 *	(SELECT <columns> FROM <many> d WHERE <column> IS NOT NULL [AND ...]
 *		GROUP BY <columns> HAVING count(*) > 1) d
 *	ON t.<column> OPERATOR(=) d.<column> [AND ...]
 *----------
 */
static Offence *
duplicates(const RlnDraft *draft)
{
	Offence *offence = palloc0(sizeof(Offence));
	char *columns = rln_columns_of(draft->unique_columns, "d");
	StringInfoData group;
	StringInfoData rows;
	ListCell *lc;

	initStringInfo(&group);
	appendStringInfo(&group, "SELECT %s FROM %s d WHERE ", columns, rln_table_sql(draft->many));
	foreach(lc, draft->unique_columns)
		appendStringInfo(&group, "%sd.%s IS NOT NULL", foreach_current_index(lc) > 0 ? " AND " : "",
						 quote_identifier(lfirst(lc)));
	appendStringInfo(&group, " GROUP BY %s HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1", columns);

	/* USING would be shorter, but compares by operators of the search path */
	initStringInfo(&rows);
	appendStringInfo(&rows, "SELECT t.* FROM %s t JOIN (%s) d ON ", rln_table_sql(draft->many), group.data);
	foreach(lc, draft->unique_columns)
	{
		Oid type = rln_column_get(draft->many, lfirst(lc))->type;

		appendStringInfo(&rows, "%st.%s ", foreach_current_index(lc) > 0 ? " AND " : "",
						 quote_identifier(lfirst(lc)));
		rln_append_operator(&rows, rln_equality_operator(type, type));
		appendStringInfo(&rows, " d.%s", quote_identifier(lfirst(lc)));
	}
	offence->sqlstate = ERRCODE_UNIQUE_VIOLATION;
	offence->rows = rows.data;
	offence->samples = psprintf("%s ORDER BY %s LIMIT %d", group.data, columns, MAX_SAMPLES + 1);
	offence->complaint = psprintf("whose (%s) is there more than once",
								  rln_csv_print(draft->unique_columns));
	return offence;
}

/*
 * SELECT t.* FROM <many> t WHERE NOT <pair in order>: pairs that would be there
 * once more the other way round, or whose ends are one.  So the code is that of
 * what is there twice.
 */
static Offence *
reversed(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	Offence *offence = palloc0(sizeof(Offence));
	char *columns = rln_columns_of(list_concat_copy(edge->columns, edge->junction_columns), "t");
	char *table = rln_table_sql(draft->many);
	char *from;
	StringInfoData order;
	StringInfoData set;
	ListCell *lc;
	ListCell *lo;

	initStringInfo(&order);
	rln_append_pair_order(&order, draft, "t.");
	from = psprintf("%s t WHERE NOT (%s)", table, order.data);
	initStringInfo(&set);
	forboth(lc, edge->columns, lo, edge->junction_columns)
	{
		char *column = lfirst(lc);
		char *other = lfirst(lo);

		if (strcmp(column, other) != 0)
			appendStringInfo(&set, "%s%s = t.%s, %s = t.%s", set.len > 0 ? ", " : "",
							 quote_identifier(column), quote_identifier(other),
							 quote_identifier(other), quote_identifier(column));
	}
	offence->sqlstate = ERRCODE_UNIQUE_VIOLATION;
	offence->rows = psprintf("SELECT t.* FROM %s", from);
	offence->samples = psprintf("SELECT DISTINCT %s FROM %s ORDER BY %s LIMIT %d", columns, from, columns,
								MAX_SAMPLES + 1);
	offence->complaint = psprintf("whose (%s) does not come before (%s)", rln_csv_print(edge->columns),
								  rln_csv_print(edge->junction_columns));
	offence->mend = psprintf("put them in order by UPDATE %s t SET %s WHERE NOT (%s), delete those that remain",
							 table, set.data, order.data);
	return offence;
}

/*
 * SELECT t.* FROM <many> t [WHERE t.<column> IS NULL]; a column that was just
 * added goes with the error, and had no value in any row.
 */
static Offence *
nulls(const RlnDraft *draft, const RlnPart *part)
{
	Offence *offence = palloc0(sizeof(Offence));

	offence->sqlstate = ERRCODE_NOT_NULL_VIOLATION;
	offence->rows = psprintf("SELECT t.* FROM %s t", rln_table_sql(draft->many));
	if (had_columns(draft))
		offence->rows = psprintf("%s WHERE t.%s IS NULL", offence->rows, quote_identifier(part->name));
	offence->complaint = psprintf("without \"%s\"", part->name);
	return offence;
}

/* Returns only where the rows are gone by now. */
static void
report(const RlnDraft *draft, const RlnPart *part, const Offence *offence, const char *message)
{
	int64 count = count_offenders(offence);

	if (count == 0)
		return;
	ereport(
		ERROR,
		(errcode(offence->sqlstate), errmsg("%s", message),
		 errdetail("%s", describe(draft, offence, count)),
		 errhint("List them by %s%s; %s, then try again.",
				 offence->text_varies ? rln_settings_sql() : "", offence->rows,
				 offence->mend != NULL ? offence->mend : "mend them"),
		 rln_errtable(draft->many),
		 part == NULL
			 ? 0
			 : err_generic_string(part->kind == RLN_PART_NOT_NULL ? PG_DIAG_COLUMN_NAME
																  : PG_DIAG_CONSTRAINT_NAME,
								  part->name)));
}

/* "There are 3 rows of "t" whose (a) is not in "b": 1, 2, 5."; palloc'd */
static char *
describe(const RlnDraft *draft, const Offence *offence, int64 count)
{
	int level = offence->text_varies ? rln_settings_fix() : 0;
	char *samples = offence->samples == NULL ? NULL : sample_values(offence->samples);

	if (offence->text_varies)
		rln_settings_restore(level);
	return psprintf(ngettext("There is %lld row of \"%s\" %s%s%s.",
							 "There are %lld rows of \"%s\" %s%s%s.", (unsigned long) count),
					(long long) count, rln_table_label(draft->many), offence->complaint,
					samples == NULL ? "" : ": ", samples == NULL ? "" : samples);
}

static int64
count_offenders(const Offence *offence)
{
	int level = offence->text_varies ? rln_settings_fix() : 0;
	bool isnull;
	int64 count;

	rln_spi_connect();
	rln_spi_query(psprintf("SELECT pg_catalog.count(*) FROM (%s) q", offence->rows));
	count = DatumGetInt64(rln_spi_value(0, 1, &isnull));
	rln_spi_finish();
	if (offence->text_varies)
		rln_settings_restore(level);
	return count;
}

/* "1, 2, 3" or "(1, 2), (1, 3)", up to MAX_SAMPLES and "..." where more are. */
static char *
sample_values(const char *query)
{
	MemoryContext context = CurrentMemoryContext;
	StringInfoData buf;
	uint64 rows;

	initStringInfo(&buf);
	rln_spi_connect();
	rows = rln_spi_query(query);
	for (uint64 row = 0; row < Min(rows, MAX_SAMPLES); row++)
	{
		int columns = SPI_tuptable->tupdesc->natts;

		appendStringInfo(&buf, "%s%s", row > 0 ? ", " : "", columns > 1 ? "(" : "");
		for (int column = 1; column <= columns; column++)
		{
			char *value = rln_spi_text(row, column, context);

			appendStringInfo(&buf, "%s%s", column > 1 ? ", " : "", value == NULL ? "null" : value);
		}
		appendStringInfoString(&buf, columns > 1 ? ")" : "");
	}
	if (rows > MAX_SAMPLES)
		appendStringInfoString(&buf, ", ...");
	rln_spi_finish();
	return buf.data;
}
