/*
 * junction.h
 *	  Junction tables: finding one, or writing its CREATE TABLE.
 */
#ifndef RLN_JUNCTION_H
#define RLN_JUNCTION_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "ddl/ddl.h"

/* columns of a junction that we create, beside those named after their tables */
#define RLN_ITEM_COLLECTION "collection"
#define RLN_ITEM "item"
#define RLN_LANGUAGE_COLUMN "language"

typedef struct RlnJunction
{
	Oid relid;	 /* valid once it exists */
	bool exists; /* it was there before */
	Oid related; /* InvalidOid: none, or any */
	Oid schema;
	char *name;
	List *columns;			   /* char *: to the collection */
	List *related_columns;	   /* char *: to the related collection */
	StringInfoData definition; /* columns of a new table */
} RlnJunction;

extern void rln_junction_open(RlnJunction *junction, Oid collection, Oid related,
							  const char *given, const char *suffix);
extern List *rln_junction_columns(const RlnJunction *junction, Oid one, const char *given,
								  const List *others);
extern List *rln_junction_item_columns(const RlnJunction *junction, const List *targets);
extern void rln_junction_add_key(RlnJunction *junction, const List *columns, Oid one);
extern void rln_junction_add_item(RlnJunction *junction, const List *columns, const List *targets,
								  bool nullable);
extern void rln_junction_add_language(RlnJunction *junction);
extern void rln_junction_add_fields(RlnJunction *junction, const List *fields, Oid model);
extern void rln_junction_add_sort(RlnJunction *junction, const char *column);
extern void rln_junction_add_unique(RlnJunction *junction);
extern void rln_junction_create(RlnJunction *junction);
extern void rln_junction_complete_key(const RlnJunction *junction, const List *columns, Oid one);
extern void rln_junction_complete_language(const RlnJunction *junction);
extern void rln_junction_complete_fields(const RlnJunction *junction, const List *fields,
										 Oid model);

#endif /* RLN_JUNCTION_H */
