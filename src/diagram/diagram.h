/*
 * diagram.h
 *	  Pictures of the registry.
 *
 * A *diagram* is what is to be drawn, whatever the format: *entities* are its
 * tables, *attributes* their columns, and a *line* leads from the many side of
 * an edge to one of its targets.
 */
#ifndef RLN_DIAGRAM_H
#define RLN_DIAGRAM_H

#include "lib/stringinfo.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

#include "registry/registry.h"

typedef struct RlnAttribute
{
	char *name;
	char *type;		   /* as the catalog names it: int4, text[] */
	const char *marks; /* "PK,FK" and the like; may be empty */
} RlnAttribute;

typedef struct RlnEntity
{
	Oid relid;		  /* hash key; must be first */
	int number;		  /* from 1 in the order of labels; its id is "e<number>" */
	char *label;	  /* as regclass prints the table */
	List *attributes; /* RlnAttribute *, in the order of the columns */

	/* what the attributes are made of: attribute numbers */
	Bitmapset *shown;
	Bitmapset *primary;
	Bitmapset *referring;
	Bitmapset *unique;
} RlnEntity;

typedef struct RlnLine
{
	const RlnEdge *edge;
	const RlnTarget *target;
	RlnEntity *many;
	RlnEntity *one;
	bool is_required; /* every row of the many side has one in the target */
} RlnLine;

typedef struct RlnDiagram
{
	List *entities; /* RlnEntity *, by number */
	List *lines;	/* RlnLine *, by edge, then in the order of its targets */
} RlnDiagram;

/* appends a name so that it is a name in the format, whatever is in it */
typedef void (*RlnAppendText)(StringInfo buf, const char *text);

/* graph.c: what is to be drawn */
extern RlnDiagram *rln_diagram_of_all(void);
extern RlnDiagram *rln_diagram_of(const List *relids);
extern void rln_append_line_label(StringInfo buf, const RlnLine *line, RlnAppendText append_text);

/* mermaid.c, dot.c: the formats */
extern void rln_append_mermaid(StringInfo buf, const RlnDiagram *diagram);
extern void rln_append_dot(StringInfo buf, const RlnDiagram *diagram);

#endif /* RLN_DIAGRAM_H */
