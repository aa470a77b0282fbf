/*
 * view.h
 *	  Relations as plain views.
 */
#ifndef RLN_VIEW_H
#define RLN_VIEW_H

#include "query/node.h"

typedef struct RlnViewColumn
{
	char *name;
	const char *field; /* of the collection, by which it came about */
	bool is_plain;	   /* a mention of the field alone */
	char *sql;
} RlnViewColumn;

/* column.c */
extern List *rln_view_columns(List *columns, const RlnNode *node, const char *field,
							  bool is_plain);

#endif /* RLN_VIEW_H */
