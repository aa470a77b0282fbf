/*
 * sql.h
 *	  Nodes to the text of statements.
 */
#ifndef RLN_RUN_SQL_H
#define RLN_RUN_SQL_H

#include "query/node.h"

/* a statement while it is written */
typedef struct RlnSql
{
	int keys;	   /* $1 to $keys are arrays of keys */
	List *params;  /* RlnParam *, from $keys + 1 on */
	List *columns; /* char *: the select list behind the keys */
} RlnSql;

/* expression.c */
extern void rln_sql_expr(RlnSql *sql, StringInfo buf, const RlnExpr *expr);
extern void rln_sql_column(StringInfo buf, int range, const char *name);
extern void rln_sql_discriminator(StringInfo buf, const RlnLink *link, const RlnRange *range);
extern void rln_sql_link_side(StringInfo buf, const RlnLink *link, const RlnKeyPart *part,
							  const RlnRange *range, bool to_side, RlnKeyForm form);

/* condition.c */
extern void rln_sql_where(RlnSql *sql, StringInfo buf, const List *conditions, const char *before);
extern void rln_sql_condition(RlnSql *sql, StringInfo buf, const RlnCondition *condition);
extern bool rln_wants_custom_plan(const List *conditions);

/* from.c */
extern void rln_sql_from(RlnSql *sql, StringInfo buf, const RlnRange *range);
extern void rln_sql_link(StringInfo buf, const RlnRange *range);
extern void rln_sql_link_keys(StringInfo buf, const RlnRange *range);
extern void rln_sql_to_test(StringInfo buf, const RlnLink *link, const RlnKeyPart *part,
							const RlnRange *range);

/* select.c: a node's statement */
extern void rln_sql_begin(RlnSql *sql, const RlnNode *node);
extern int rln_sql_select(RlnSql *sql, const RlnExpr *expr);
extern void rln_sql_order(RlnSql *sql, StringInfo buf, const RlnNode *node);
extern int64 rln_sql_top(const RlnNode *node);
extern bool rln_sql_is_lateral(const RlnNode *node);
extern bool rln_sql_can_scan(const RlnNode *node);
extern char *rln_sql_scan_text(RlnSql *sql, const RlnNode *node);
extern bool rln_sql_can_range(const RlnNode *node);
extern char *rln_sql_range_text(RlnSql *sql, const RlnNode *node);
extern char *rln_sql_text(RlnSql *sql, const RlnNode *node);

#endif /* RLN_RUN_SQL_H */
