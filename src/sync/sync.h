/*
 * sync.h
 *	  Following DDL: what users do to tables, done to the relations of them.
 *
 * A *command* is what a statement says that it does.  What it has done is asked
 * of the catalogs; only what no catalog tells, an old name, is taken from it.
 */
#ifndef RLN_SYNC_H
#define RLN_SYNC_H

#include "nodes/parsenodes.h"

#include "registry/registry.h"

typedef struct RlnCommand
{
	/* what may be gone because of it */
	bool may_drop;
	bool may_drop_tables;
	bool may_drop_columns; /* of any table; else dropped_columns alone */
	List *dropped_columns; /* char * */
	bool cascades;

	/* RENAME, if to is not NULL; of a table, column, constraint, index, function */
	ObjectType renamed;
	const char *from;
	const char *to;

	/* of an enum; InvalidOid: none */
	Oid enum_type;
	const char *from_value;
	const char *to_value;

	List *retyped; /* char *: columns whose type was changed */
	bool adds_key;
	bool drops_not_null;
	bool changes_owner;
	bool changes_persistence;
	Oid attached; /* partition, also one that was just created */
	Oid detached;
	Oid detached_from;
	bool drops_partition; /* of a table that has relations */
	Oid bound;			  /* function that was made to depend on an extension */
	bool nothing;		  /* a table is made, and no partition: it has no relations yet */
	bool everything;	  /* every relation may be concerned, whatever its tables */
} RlnCommand;

typedef struct RlnFollow
{
	const RlnCommand *command;
	const RlnEdge *edge;
	RlnEdge *next;
	bool changed;	/* is next another than edge? */
	bool ends;		/* there is no next */
	bool undecided; /* a column is missing that this command has not taken away */
	List *lost;		/* RlnTarget *: of edge, not of next */
} RlnFollow;

/* watch.c: which tables were touched */
extern void rln_watch_init(void);

/* command.c */
extern void rln_command_read(const Node *parsetree, RlnCommand *command);

/* follow.c */
extern List *rln_follow_functions(const RlnCommand *command);
extern bool rln_follow_edge(const RlnEdge *edge, const RlnCommand *command);

/* rows.c: what it means for rows */
extern bool rln_concerns_types(const RlnFollow *follow);
extern bool rln_ensure_none_refers(const RlnFollow *follow);
extern void rln_follow_rows(const RlnFollow *follow);
extern bool rln_was_partition(Oid relid);

/* refresh.c: what is generated for an edge */
extern bool rln_functions_are_stale(const RlnEdge *edge, const RlnEdge *next,
									const RlnCommand *command);
extern void rln_functions_refresh(const RlnEdge *edge, const RlnEdge *next,
								  const RlnCommand *command);
extern void rln_triggers_refresh(const RlnEdge *edge);
extern void rln_triggers_remove(Oid relid, int32 edge);
extern void rln_target_remove(const RlnEdge *edge, const RlnTarget *target);

#endif /* RLN_SYNC_H */
