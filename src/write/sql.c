/*
 * sql.c
 *	  Text of the statements that write.
 *
 *----------
 * t is the node's table, s its rows, with keys k1, ..., values c1, ..., and
 * flags g1, ... where not all rows have a value; p are parents of lists, with
 * what their members refer to as p1, ...
 *
 * which rows are there:
 *	SELECT s.n, <kept>, <key> [, <belongs>, <is placed>] FROM "table" t, given s WHERE t.id = s.k1
 * parents locked:
 *	SELECT true FROM "table" t, given s WHERE t.id = s.k1 ORDER BY t.id FOR NO KEY UPDATE OF t
 * rows made, changed and deleted:
 *	INSERT INTO "table" AS t (a, b) SELECT s.c1, s.c2 FROM given s WHERE relations.reach(s.n)
 *		RETURNING <kept>
 *	UPDATE "table" t SET a = CASE WHEN relations.reach(s.n) THEN s.c1 END,
 *		b = CASE WHEN s.g2 THEN s.c2 ELSE t.b END FROM given s WHERE t.id = s.k1
 *		RETURNING s.n, <kept>
 *	DELETE FROM "table" t USING given s WHERE t.id = s.k1 RETURNING s.n
 * what is not named is taken off whole lists, and single rows off theirs:
 *	UPDATE "table" t SET parent = NULL FROM parents p
 *		WHERE t.parent = p.p1 AND NOT EXISTS (SELECT FROM given s WHERE t.id = s.k1)
 *	DELETE FROM "table" t USING parents p WHERE ...
 *	UPDATE "table" t SET parent = NULL FROM given s WHERE t.id = s.k1 RETURNING s.n
 *----------
 */
#include "postgres.h"

#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "write/write.h"

static char *delete_rows(const RlnWriteNode *node);
static void append_test(StringInfo buf, const RlnWriteColumn *column, char source, char letter,
						int number);
static void append_key_test(StringInfo buf, const RlnWriteNode *node, char source);
static void append_either_key_test(StringInfo buf, const RlnWriteNode *node);
static void append_link_test(StringInfo buf, const RlnWriteNode *node, char source);
static void append_list_test(StringInfo buf, const RlnWriteNode *node, char source);
static void append_columns(StringInfo buf, const List *columns, const char *before);
static void append_nulls(StringInfo buf, const RlnWriteNode *node);
static void append_place(StringInfo buf, const RlnWriteNode *node);


/*
 * Which of the rows are there, and of members, on their lists.  Returns
 * n, the kept columns, the key, and the two facts.
 */
char *
rln_sql_lookup(const RlnWriteNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT s.n");
	append_columns(&buf, node->kept, ", ");
	append_columns(&buf, node->key, ", ");
	if (node->role == RLN_WRITE_MEMBER)
	{
		appendStringInfoString(&buf, ", ");
		append_list_test(&buf, node, 's');
		appendStringInfoString(&buf, ", ");
		append_place(&buf, node);
	}
	appendStringInfoString(&buf, " FROM ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t, given s WHERE ");
	append_either_key_test(&buf, node);
	return buf.data;
}

static void
append_place(StringInfo buf, const RlnWriteNode *node)
{
	if (node->sort == NULL)
		appendStringInfoString(buf, "true");
	else
		append_test(buf, node->sort, 's', 'c', 1);
}

/* Locks the rows, one after the other in the order of their keys. */
char *
rln_sql_lock(const RlnWriteNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT true FROM ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t, given s WHERE ");
	append_key_test(&buf, node, 's');
	append_columns(&buf, node->key, " ORDER BY ");
	appendStringInfoString(&buf, " FOR NO KEY UPDATE OF t");
	return buf.data;
}

/* Columns (List of RlnWriteColumn *) are c1, ... of the rows. */
char *
rln_sql_insert(const RlnWriteNode *node, const List *columns)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "INSERT INTO ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " AS t");
	foreach(lc, columns)
	{
		appendStringInfoString(&buf, foreach_current_index(lc) == 0 ? " (" : ", ");
		rln_append_name(&buf, ((RlnWriteColumn *) lfirst(lc))->name);
	}
	appendStringInfoString(&buf, columns == NIL ? " SELECT" : ") SELECT ");
	foreach(lc, columns)
		appendStringInfo(&buf, "%ss.c%d", foreach_current_index(lc) == 0 ? "" : ", ",
						 foreach_current_index(lc) + 1);
	appendStringInfoString(&buf, " FROM given s WHERE relations.reach(s.n) RETURNING ");
	if (node->kept == NIL)
		appendStringInfoString(&buf, "true");
	append_columns(&buf, node->kept, "");
	return buf.data;
}

/* "some" are the columns, by their place in the list, that not all rows have a value of. */
char *
rln_sql_update(const RlnWriteNode *node, const List *columns, const Bitmapset *some)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "UPDATE ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t SET ");
	foreach(lc, columns)
	{
		const RlnWriteColumn *column = lfirst(lc);
		int i = foreach_current_index(lc);
		bool is_some = bms_is_member(i, some);

		if (i > 0)
			appendStringInfoString(&buf, ", ");
		rln_append_name(&buf, column->name);
		if (i > 0 && !is_some)
		{
			appendStringInfo(&buf, " = s.c%d", i + 1);
			continue;
		}
		/* evaluated as the row is taken, before anything is done with it */
		appendStringInfoString(&buf, " = CASE WHEN ");
		if (i == 0)
			appendStringInfoString(&buf, "relations.reach(s.n)");
		if (is_some)
			appendStringInfo(&buf, "%ss.g%d", i == 0 ? " AND " : "", i + 1);
		appendStringInfo(&buf, " THEN s.c%d", i + 1);
		if (is_some)
		{
			appendStringInfoString(&buf, " ELSE t.");
			rln_append_name(&buf, column->name);
		}
		appendStringInfoString(&buf, " END");
	}
	appendStringInfoString(&buf, " FROM given s WHERE ");
	append_key_test(&buf, node, 's');
	appendStringInfoString(&buf, " RETURNING s.n");
	append_columns(&buf, node->kept, ", ");
	return buf.data;
}

/* Single rows off their lists, or deleted, as the relation says. */
char *
rln_sql_take_off(const RlnWriteNode *node)
{
	StringInfoData buf;

	if (node->edge == NULL || strcmp(node->edge->deselect_action, "delete") == 0)
		return delete_rows(node);
	initStringInfo(&buf);
	appendStringInfoString(&buf, "UPDATE ");
	rln_append_table(&buf, node->relid);
	append_nulls(&buf, node);
	appendStringInfoString(&buf, " FROM given s WHERE ");
	append_key_test(&buf, node, 's');
	appendStringInfoString(&buf, " RETURNING s.n");
	return buf.data;
}

static char *
delete_rows(const RlnWriteNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "DELETE FROM ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t USING given s WHERE ");
	append_key_test(&buf, node, 's');
	appendStringInfoString(&buf, " RETURNING s.n");
	return buf.data;
}

/* All rows of the parents but those named. */
char *
rln_sql_clear(const RlnWriteNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (strcmp(node->edge->deselect_action, "delete") == 0)
	{
		appendStringInfoString(&buf, "DELETE FROM ");
		rln_append_table(&buf, node->relid);
		appendStringInfoString(&buf, " t USING parents p WHERE ");
	}
	else
	{
		appendStringInfoString(&buf, "UPDATE ");
		rln_append_table(&buf, node->relid);
		append_nulls(&buf, node);
		appendStringInfoString(&buf, " FROM parents p WHERE ");
	}
	append_list_test(&buf, node, 'p');
	if (node->key != NIL)
	{
		appendStringInfoString(&buf, " AND NOT EXISTS (SELECT FROM given s WHERE ");
		append_key_test(&buf, node, 's');
		appendStringInfoChar(&buf, ')');
	}
	appendStringInfoString(&buf, " RETURNING true");
	return buf.data;
}

/* The last place on each parent's list, as text. */
char *
rln_sql_last(const RlnWriteNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT p.n, CAST(pg_catalog.max(t.");
	rln_append_name(&buf, node->sort->name);
	appendStringInfoString(&buf, ") AS pg_catalog.text) FROM ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t, parents p WHERE ");
	append_list_test(&buf, node, 'p');
	appendStringInfoString(&buf, " GROUP BY p.n");
	return buf.data;
}

/*----------
 * Places of all members of a list: those named, in their order, before the others
 * in the order that they have.
 *	UPDATE "table" t SET sort = o.c1
 *		FROM (SELECT t.id AS k1, row_number() OVER (ORDER BY s.n, t.sort, t.id) AS c1
 *			FROM "table" t JOIN parents p ON t.parent = p.p1 LEFT JOIN given s ON t.id = s.k1) o
 *		WHERE t.id = o.k1 AND t.sort IS DISTINCT FROM o.c1
 *----------
 */
char *
rln_sql_reorder(const RlnWriteNode *node)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "UPDATE ");
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t SET ");
	rln_append_name(&buf, node->sort->name);
	appendStringInfoString(&buf, " = o.c1 FROM (SELECT ");
	foreach(lc, node->key)
	{
		appendStringInfoString(&buf, "t.");
		rln_append_name(&buf, ((RlnWriteColumn *) lfirst(lc))->name);
		appendStringInfo(&buf, " AS k%d, ", foreach_current_index(lc) + 1);
	}
	appendStringInfoString(&buf, "CAST(pg_catalog.row_number() OVER (ORDER BY s.n, t.");
	rln_append_name(&buf, node->sort->name);
	append_columns(&buf, node->key, ", ");
	appendStringInfo(&buf, ") AS %s) AS c1 FROM ", rln_type_sql(node->sort->type));
	rln_append_table(&buf, node->relid);
	appendStringInfoString(&buf, " t JOIN parents p ON ");
	append_list_test(&buf, node, 'p');
	appendStringInfoString(&buf, " LEFT JOIN given s ON ");
	append_key_test(&buf, node, 's');
	appendStringInfoString(&buf, ") o WHERE ");
	append_key_test(&buf, node, 'o');
	appendStringInfoString(&buf, " AND NOT coalesce(");
	append_test(&buf, node->sort, 'o', 'c', 1);
	appendStringInfoString(&buf, ", false) RETURNING true");
	return buf.data;
}

/* t SET parent = NULL, ... */
static void
append_nulls(StringInfo buf, const RlnWriteNode *node)
{
	ListCell *lc;

	appendStringInfoString(buf, " t SET ");
	foreach(lc, node->links)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, ", ");
		rln_append_name(buf, ((RlnWriteLink *) lfirst(lc))->many->name);
		appendStringInfoString(buf, " = NULL");
	}
	if (node->discriminator != NULL)
	{
		appendStringInfoString(buf, ", ");
		rln_append_name(buf, node->discriminator->name);
		appendStringInfoString(buf, " = NULL");
	}
}

/* t.<column> OPERATOR(=) <source>.<letter><number> */
static void
append_test(StringInfo buf, const RlnWriteColumn *column, char source, char letter, int number)
{
	Oid op = rln_equality_operator(column->type, column->type);
	StringInfoData name;
	Oid left;
	Oid right;

	if (!OidIsValid(op))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("values of column \"%s\" cannot be compared", column->name)));
	op_input_types(op, &left, &right);
	initStringInfo(&name);
	appendStringInfoString(&name, "t.");
	rln_append_name(&name, column->name);
	rln_append_operand(buf, name.data, column->type, left, op);
	appendStringInfoChar(buf, ' ');
	rln_append_operator(buf, op);
	appendStringInfoChar(buf, ' ');
	rln_append_operand(buf, psprintf("%c.%c%d", source, letter, number), column->type, right, op);
}

static void
append_key_test(StringInfo buf, const RlnWriteNode *node, char source)
{
	ListCell *lc;

	foreach(lc, node->key)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " AND ");
		append_test(buf, lfirst(lc), source, 'k', foreach_current_index(lc) + 1);
	}
}

/* The same, but that a key which is a symmetric pair may be that of its other end. */
static void
append_either_key_test(StringInfo buf, const RlnWriteNode *node)
{
	ListCell *lc;

	if (!rln_key_is_pair(node))
	{
		append_key_test(buf, node, 's');
		return;
	}
	appendStringInfoChar(buf, '(');
	append_key_test(buf, node, 's');
	foreach(lc, node->key)
	{
		appendStringInfoString(buf, foreach_current_index(lc) == 0 ? " OR " : " AND ");
		append_test(buf, rln_pair_partner(node, lfirst(lc)), 's', 'k',
					foreach_current_index(lc) + 1);
	}
	appendStringInfoChar(buf, ')');
}

static void
append_link_test(StringInfo buf, const RlnWriteNode *node, char source)
{
	ListCell *lc;

	foreach(lc, node->links)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " AND ");
		append_test(buf, ((RlnWriteLink *) lfirst(lc))->many, source, 'p',
					foreach_current_index(lc) + 1);
	}
}

/* The row is on the parent's list: where that is symmetric, at either end. */
static void
append_list_test(StringInfo buf, const RlnWriteNode *node, char source)
{
	ListCell *lc;

	if (node->partners != NIL)
		appendStringInfoChar(buf, '(');
	append_link_test(buf, node, source);
	foreach(lc, node->partners)
	{
		appendStringInfoString(buf, foreach_current_index(lc) == 0 ? " OR " : " AND ");
		append_test(buf, lfirst(lc), source, 'p', foreach_current_index(lc) + 1);
	}
	if (node->partners != NIL)
		appendStringInfoChar(buf, ')');
	if (node->discriminator != NULL)
	{
		appendStringInfoString(buf, " AND ");
		append_test(buf, node->discriminator, source, 'd', 1);
	}
}

static void
append_columns(StringInfo buf, const List *columns, const char *before)
{
	ListCell *lc;

	foreach(lc, columns)
	{
		appendStringInfo(buf, "%st.", foreach_current_index(lc) == 0 ? before : ", ");
		rln_append_name(buf, ((RlnWriteColumn *) lfirst(lc))->name);
	}
}
