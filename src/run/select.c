/*
 * select.c
 *	  A node's statement.
 *
 *----------
 * The root, or a row that is given:
 *	SELECT ... FROM <table> t1 WHERE ... ORDER BY ... LIMIT n OFFSET n
 *	SELECT ... FROM (SELECT ($1).*) t1
 * rows of given parents:
 *	SELECT <key>, ... FROM <table> t1 WHERE <key> OPERATOR(=) ANY ($1) AND ...
 * the same by a compound key, or where no index leads to the column:
 *	SELECT <keys>, ... FROM ROWS FROM (unnest($1), unnest($2)) k (k1, k2), <table> t1
 *		WHERE t1.a OPERATOR(=) k.k1 AND ...
 * a part or an aggregate of each parent's rows:
 *	SELECT k.k1, ..., s.* FROM ROWS FROM (unnest($1), ...) k (k1, ...)
 *		CROSS JOIN LATERAL (SELECT ... FROM <table> t1 WHERE ... ORDER BY ... LIMIT n) s
 * all rows, where the parents are so many that most rows are theirs:
 *	SELECT <keys>, ... FROM <table> t1
 * all rows of keys that are integers without a gap, which an index has together:
 *	SELECT <key>, ... FROM <table> t1 WHERE <key> OPERATOR(>=) $1 AND <key> OPERATOR(<=) $2
 *----------
 *
 * Rows of parents come in no order: they are few for each parent, and sorting
 * them there, or keeping the first of them, is cheaper than sorting them all.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_opfamily.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "run/sql.h"

/* of each parent, one by one in a list */
#define MOST_ROWS_TO_KEEP 100

static bool is_found_by_array_alone(const RlnNode *node);
static bool is_found_by_array(const RlnNode *node);
static bool is_indexed(const RlnLink *link, const char *order);
static void append_keys_from(StringInfo buf, int keys);
static void append_discriminator(StringInfo buf, const RlnNode *node);
static void append_key_tests(StringInfo buf, const RlnNode *node);
static void append_select_from(RlnSql *sql, StringInfo buf, const RlnNode *node);
static void append_keys_and_columns(RlnSql *sql, StringInfo buf, const RlnNode *node);
static void append_columns(StringInfo buf, const RlnSql *sql);
static void append_rows(RlnSql *sql, StringInfo buf, const RlnNode *node);
static void append_page(StringInfo buf, const RlnNode *node);
static void append_groups(RlnSql *sql, StringInfo buf, const RlnNode *node);


/* Before any column of the node is asked for. */
void
rln_sql_begin(RlnSql *sql, const RlnNode *node)
{
	memset(sql, 0, sizeof(RlnSql));
	sql->keys = node->link == NULL ? 0 : list_length(node->link->parts);
	if (node->range->is_given)
	{
		RlnParam *param = palloc0(sizeof(RlnParam));

		param->form = RLN_PARAM_ROW;
		param->type = get_rel_type_id(node->range->relid);
		sql->params = list_make1(param);
	}
}

/* Adds the expression to what is selected; its place among the result's columns. */
int
rln_sql_select(RlnSql *sql, const RlnExpr *expr)
{
	StringInfoData text;
	ListCell *lc;

	initStringInfo(&text);
	rln_sql_expr(sql, &text, expr);
	foreach(lc, sql->columns)
	{
		if (strcmp(lfirst(lc), text.data) == 0)
			return sql->keys + foreach_current_index(lc);
	}
	sql->columns = lappend(sql->columns, text.data);
	return sql->keys + list_length(sql->columns) - 1;
}

/* The statement, when all columns were asked for; palloc'd. */
char *
rln_sql_text(RlnSql *sql, const RlnNode *node)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT ");
	if (node->link == NULL)
	{
		append_columns(&buf, sql);
		appendStringInfoString(&buf, " FROM ");
		rln_sql_from(sql, &buf, node->range);
		rln_sql_where(sql, &buf, node->where, " WHERE ");
		append_groups(sql, &buf, node);
		rln_sql_order(sql, &buf, node);
		append_page(&buf, node);
		return buf.data;
	}
	if (rln_sql_is_lateral(node))
	{
		for (int i = 0; i < sql->keys; i++)
			appendStringInfo(&buf, "k.k%d, ", i + 1);
		appendStringInfoString(&buf, "s.* FROM ");
		append_keys_from(&buf, sql->keys);
		appendStringInfoString(&buf, " CROSS JOIN LATERAL (SELECT ");
		append_columns(&buf, sql);
		appendStringInfoString(&buf, " FROM ");
		rln_sql_from(sql, &buf, node->range);
		appendStringInfoString(&buf, " WHERE ");
		append_key_tests(&buf, node);
		rln_sql_where(sql, &buf, node->where, " AND ");
		append_groups(sql, &buf, node);
		rln_sql_order(sql, &buf, node);
		append_page(&buf, node);
		appendStringInfoString(&buf, ") s");
		return buf.data;
	}
	append_keys_and_columns(sql, &buf, node);
	append_rows(sql, &buf, node);
	return buf.data;
}

/*
 * Reading all rows of a table is cheaper than finding most of them, if nothing
 * else has to be done for each row.
 */
bool
rln_sql_can_scan(const RlnNode *node)
{
	return is_found_by_array_alone(node) &&
		check_enable_rls(node->range->relid, InvalidOid, true) != RLS_ENABLED;
}

/* Is there nothing to do but to find a table's rows by an array of keys? */
static bool
is_found_by_array_alone(const RlnNode *node)
{
	char kind = get_rel_relkind(node->range->relid);

	return node->link != NULL && !rln_sql_is_lateral(node) && node->where == NIL &&
		node->range->joins == NIL && is_found_by_array(node) &&
		(kind == RELKIND_RELATION || kind == RELKIND_MATVIEW ||
		 kind == RELKIND_PARTITIONED_TABLE);
}

char *
rln_sql_scan_text(RlnSql *sql, const RlnNode *node)
{
	const RlnLink *link = node->link;
	StringInfoData buf;

	initStringInfo(&buf);
	append_select_from(sql, &buf, node);
	if (link->discriminator != NULL && !link->forward)
	{
		appendStringInfoString(&buf, " WHERE ");
		rln_sql_discriminator(&buf, link, node->range);
	}
	return buf.data;
}

/* Integers on both sides: a range holds no others than those that an array names. */
bool
rln_sql_can_range(const RlnNode *node)
{
	return is_found_by_array_alone(node) &&
		op_in_opfamily(((RlnKeyPart *) linitial(node->link->parts))->op, INTEGER_BTREE_FAM_OID);
}

char *
rln_sql_range_text(RlnSql *sql, const RlnNode *node)
{
	const RlnLink *link = node->link;
	StringInfoData buf;

	initStringInfo(&buf);
	append_select_from(sql, &buf, node);
	appendStringInfoString(&buf, " WHERE ");
	append_discriminator(&buf, node);
	rln_sql_to_test(&buf, link, linitial(link->parts), node->range);
	appendStringInfoString(&buf, " OPERATOR(pg_catalog.>=) $1 AND ");
	rln_sql_to_test(&buf, link, linitial(link->parts), node->range);
	appendStringInfoString(&buf, " OPERATOR(pg_catalog.<=) $2");
	return buf.data;
}

/* SELECT <keys>, ... FROM <table> t1 */
static void
append_select_from(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	appendStringInfoString(buf, "SELECT ");
	append_keys_and_columns(sql, buf, node);
	appendStringInfoString(buf, " FROM ");
	rln_sql_from(sql, buf, node->range);
}

/* The keys by which rows find their parents, then all else. */
static void
append_keys_and_columns(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	ListCell *lc;

	foreach(lc, node->link->parts)
	{
		rln_sql_link_side(buf, node->link, lfirst(lc), node->range, true,
						  ((RlnKeyPart *) lfirst(lc))->to_form);
		if (sql->columns != NIL || lnext(node->link->parts, lc) != NULL)
			appendStringInfoString(buf, ", ");
	}
	append_columns(buf, sql);
}

/* Is something done with each parent's rows that needs a sub-select? */
bool
rln_sql_is_lateral(const RlnNode *node)
{
	return (node->limit != RLN_LIMIT_NONE || node->offset != 0 || node->aggregates) &&
		rln_sql_top(node) == 0;
}

/*
 * The number of first rows of each parent that are kept while all of them are
 * read, or 0 where that is not how it is done.  A sub-select for each parent
 * has to read all of them too, and sort them, unless an index has them in
 * their order.
 */
int64
rln_sql_top(const RlnNode *node)
{
	RlnExpr *first;

	if (node->link == NULL || node->aggregates || node->limit <= 0 || node->order == NIL ||
		node->limit > MOST_ROWS_TO_KEEP || node->offset > MOST_ROWS_TO_KEEP - node->limit)
		return 0;
	first = ((RlnOrder *) linitial(node->order))->expr;
	if (first->kind == RLN_EXPR_COLUMN && is_indexed(node->link, first->text))
		return 0;
	return node->limit + node->offset;
}

/*
 * One column, of which an index finds the values of an array; or a view or a
 * foreign table, into which a condition goes further than a join.  Without an
 * index a join can hash the keys, where an array would be searched for each row.
 * Where the statement is planned for its values the planner knows how many keys
 * there are, and would look at each element of an array.
 */
static bool
is_found_by_array(const RlnNode *node)
{
	char kind = get_rel_relkind(node->link->to);

	if (list_length(node->link->parts) > 1)
		return false;
	if (kind == RELKIND_VIEW || kind == RELKIND_FOREIGN_TABLE)
		return true;
	return !rln_wants_custom_plan(node->where) &&
		(is_indexed(node->link, NULL) ||
		 (node->link->discriminator != NULL && !node->link->forward));
}

/*
 * Does an index find the rows of a key, in the order of that column (or NULL)?
 * Where they are seen from either end, it takes one for each.
 */
static bool
is_indexed(const RlnLink *link, const char *order)
{
	List *columns = NIL;
	List *others = list_copy(link->edge->junction_columns);
	ListCell *lc;

	foreach(lc, link->parts)
		columns = lappend(columns, ((RlnKeyPart *) lfirst(lc))->to->name);
	if (order != NULL)
	{
		columns = lappend(columns, unconstify(char *, order));
		others = lappend(others, unconstify(char *, order));
	}
	return rln_columns_indexed(link->to, columns, NULL) &&
		(!link->is_symmetric || rln_columns_indexed(link->to, others, NULL));
}

/* ROWS FROM (pg_catalog.unnest($1), ...) k (k1, ...) */
static void
append_keys_from(StringInfo buf, int keys)
{
	appendStringInfoString(buf, "ROWS FROM (");
	for (int i = 0; i < keys; i++)
		appendStringInfo(buf, "%spg_catalog.unnest($%d)", i > 0 ? ", " : "", i + 1);
	appendStringInfoString(buf, ") k (");
	for (int i = 0; i < keys; i++)
		appendStringInfo(buf, "%sk%d", i > 0 ? ", " : "", i + 1);
	appendStringInfoChar(buf, ')');
}

/* Before the test of a key of rows that have a discriminator: <discriminator> AND */
static void
append_discriminator(StringInfo buf, const RlnNode *node)
{
	const RlnLink *link = node->link;

	if (link->discriminator == NULL || link->forward)
		return;
	rln_sql_discriminator(buf, link, node->range);
	appendStringInfoString(buf, " AND ");
}

/* [discriminator AND] t1.a OPERATOR(=) k.k1 AND ... */
static void
append_key_tests(StringInfo buf, const RlnNode *node)
{
	const RlnLink *link = node->link;
	ListCell *lc;

	append_discriminator(buf, node);
	foreach(lc, link->parts)
	{
		RlnKeyPart *part = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(buf, " AND ");
		rln_sql_to_test(buf, link, part, node->range);
		appendStringInfoChar(buf, ' ');
		rln_append_operator(buf, part->op);
		appendStringInfo(buf, " k.k%d", foreach_current_index(lc) + 1);
	}
}

static void
append_columns(StringInfo buf, const RlnSql *sql)
{
	ListCell *lc;

	foreach(lc, sql->columns)
		appendStringInfo(buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : "", (char *) lfirst(lc));
}

/* FROM and WHERE of all rows that belong to the keys */
static void
append_rows(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	const RlnLink *link = node->link;
	RlnKeyPart *part = linitial(link->parts);

	appendStringInfoString(buf, " FROM ");
	if (!is_found_by_array(node))
	{
		append_keys_from(buf, sql->keys);
		appendStringInfoString(buf, ", ");
		rln_sql_from(sql, buf, node->range);
		appendStringInfoString(buf, " WHERE ");
		append_key_tests(buf, node);
		rln_sql_where(sql, buf, node->where, " AND ");
		return;
	}
	rln_sql_from(sql, buf, node->range);
	appendStringInfoString(buf, " WHERE ");
	append_discriminator(buf, node);
	rln_sql_to_test(buf, link, part, node->range);
	appendStringInfoChar(buf, ' ');
	rln_append_operator(buf, part->op);
	appendStringInfoString(buf, " ANY ($1)");
	rln_sql_where(sql, buf, node->where, " AND ");
}

/* " ORDER BY ...", or nothing where the node's rows have no order */
void
rln_sql_order(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	ListCell *lc;

	foreach(lc, node->order)
	{
		RlnOrder *order = lfirst(lc);

		appendStringInfoString(buf, foreach_current_index(lc) == 0 ? " ORDER BY " : ", ");
		rln_sql_expr(sql, buf, order->expr);
		if (order->descending)
			appendStringInfoString(buf, " DESC");
	}
}

static void
append_page(StringInfo buf, const RlnNode *node)
{
	if (node->limit != RLN_LIMIT_NONE)
		appendStringInfo(buf, " LIMIT " INT64_FORMAT, node->limit);
	if (node->offset != 0)
		appendStringInfo(buf, " OFFSET " INT64_FORMAT, node->offset);
}

static void
append_groups(RlnSql *sql, StringInfo buf, const RlnNode *node)
{
	ListCell *lc;

	foreach(lc, node->group)
	{
		appendStringInfoString(buf, foreach_current_index(lc) == 0 ? " GROUP BY " : ", ");
		rln_sql_expr(sql, buf, lfirst(lc));
	}
	rln_sql_where(sql, buf, node->having, " HAVING ");
}
