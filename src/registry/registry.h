/*
 * registry.h
 *	  What relations there are.
 *
 * PostgreSQL's C owns the word Relation.  A relation object of ours is an
 * *edge*; it leads from its *many* table to one or more *targets*: one for a
 * foreign key, one for each discriminator value of a many-to-any edge.
 */
#ifndef RLN_REGISTRY_H
#define RLN_REGISTRY_H

#include "access/htup.h"
#include "nodes/pg_list.h"

typedef struct RlnTarget
{
	Oid relid;
	List *columns;		 /* char *: the key referred to */
	char *discriminator; /* stored value; NULL unless many-to-any */
	char *field;		 /* row function on the many table that leads here */
} RlnTarget;

typedef struct RlnEdge
{
	int32 id; /* 0: not stored */
	Oid many;
	List *columns;				/* char *: columns that refer, in key order */
	char *discriminator_column; /* NULL unless many-to-any */
	List *targets;				/* RlnTarget *, in the order given */
	char *alias;				/* field of the targets that leads back, or NULL */
	List *junction_columns;		/* char *: the other half's columns, or NIL */
	char *sort_column;
	const char *deselect_action;
	const char *on_delete;
	const char *on_update;
	bool is_unique;
	bool is_enforced;  /* false: metadata only */
	bool is_validated; /* many-to-any: are the rows from before it known to be right? */
	bool is_symmetric; /* the alias leads to the junction's rows from either end */

	/* what stands in the database for it; "generated" goes with the edge */
	char *constraint_name; /* the foreign key, or of the constraint triggers */
	bool constraint_generated;
	List *not_null_generated; /* char *: columns */
	char *unique_generated;
	char *index_generated;
	char *check_generated; /* keeps the pairs of a symmetric relation in order */
} RlnEdge;

#define RLN_IS_ANY(edge) ((edge)->discriminator_column != NULL)

/* edge.c: an edge in memory */
extern RlnEdge *rln_edge_copy(const RlnEdge *edge);
extern RlnTarget *rln_edge_target(const RlnEdge *edge);
extern RlnTarget *rln_edge_find_target(const RlnEdge *edge, Oid relid);
extern bool rln_edge_leads_to(const RlnEdge *edge, Oid relid);

/* store.c: reading */
extern List *rln_edges_load(void);
extern List *rln_edges_load_of(Oid relid);
extern RlnEdge *rln_edge_get(int32 id);
extern int32 rln_edge_next_id(void);
extern int32 rln_edge_peek_id(void);
extern void rln_registry_lock(void);
extern Oid rln_registry_relation(const char *name);
extern Oid rln_registry_table(void);
extern Oid rln_registry_view(void);
extern Oid rln_registry_signal(void);

/* tables.c: which tables have edges */
extern List *rln_registry_tables(List **of_any);

/* write.c */
extern void rln_edge_insert(RlnEdge *edge);
extern void rln_edge_update(const RlnEdge *edge);
extern void rln_edge_delete(int32 id);

/* cache.c: the edges of a table, kept */
extern void rln_cache_init(void);
extern uint64 rln_registry_generation(void);
extern const List *rln_edges_lookup(Oid relid);

/* row.c: the relation object as users see it */
typedef enum RlnVisibility
{
	RLN_VISIBLE_ONLY, /* what the caller's rights let him see */
	RLN_EVERYTHING	  /* for one who has just made it himself */
} RlnVisibility;

extern HeapTuple rln_row_get(int32 id, RlnVisibility visibility);
extern Datum rln_row_datum(HeapTuple row);

/* restore.c: sessions that restore a dump */
extern bool rln_session_restores(void);
extern bool rln_session_brought_registry(void);

/* access.c: who may see and change what */
extern bool rln_is_collection_kind(char relkind);
extern bool rln_may_read(Oid relid);
extern bool rln_may_see(const RlnEdge *edge);
extern bool rln_is_foreign_temporary(Oid relid);
extern Oid rln_table_owner(Oid relid);
extern bool rln_table_lock(Oid relid);
extern void rln_edge_lock(int32 id);
extern void rln_ensure_owner(Oid relid);
extern bool rln_may_reference(Oid relid, const List *columns);
extern void rln_ensure_references(Oid relid, const List *columns);

#endif /* RLN_REGISTRY_H */
