/*
 * sqltext.h
 *	  Pieces of generated SQL: everything quoted, everything qualified.
 */
#ifndef RLN_SQLTEXT_H
#define RLN_SQLTEXT_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

extern void rln_append_name(StringInfo buf, const char *name);
extern void rln_append_names(StringInfo buf, const List *names);
extern void rln_append_qualified(StringInfo buf, const char *schema, const char *name);
extern void rln_append_table(StringInfo buf, Oid relid);
extern void rln_append_type(StringInfo buf, Oid type, int32 typmod);
extern void rln_append_collation(StringInfo buf, Oid collation);
extern void rln_append_operator(StringInfo buf, Oid op);
extern void rln_append_operand(StringInfo buf, const char *operand, Oid type, Oid wanted,
							   Oid op);
extern void rln_append_literal(StringInfo buf, const char *text);

extern Oid rln_operator_schema(Oid op);
extern char *rln_type_sql(Oid type);
extern char *rln_table_sql(Oid relid);
extern char *rln_table_label(Oid relid);
extern const char *rln_only(Oid relid);

#endif /* RLN_SQLTEXT_H */
