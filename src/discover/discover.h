/*
 * discover.h
 *	  What an existing database implies.
 */
#ifndef RLN_DISCOVER_H
#define RLN_DISCOVER_H

#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/hsearch.h"

#include "ddl/ddl.h"

/* a foreign key as a relation */
typedef struct RlnProposal
{
	Oid many;
	RlnForeignKey *key;
	bool unique;
	const RlnEdge *edge;	   /* registered already, or NULL */
	struct RlnProposal *other; /* the junction's other half, or NULL */
	const char *evidence;	   /* of the junction; set on its first half */
	char *alias;
} RlnProposal;

/* propose.c */
extern List *rln_propose(ArrayType *schemas);
extern bool rln_owns_any_table(void);

/* junction_shape.c */
extern void rln_find_junction(const List *proposals, HTAB *referred);

/* alias.c */
extern void rln_choose_aliases(const List *proposals);
extern char *rln_free_alias(const RlnProposal *proposal);

#endif /* RLN_DISCOVER_H */
