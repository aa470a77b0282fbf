/*
 * edge.c
 *	  An edge in memory: its targets, and a copy of it.
 */
#include "postgres.h"

#include "registry/registry.h"

static List *copy_names(const List *names);
static char *copy_text(const char *text);


/* A deep copy, palloc'd in the current memory context. */
RlnEdge *
rln_edge_copy(const RlnEdge *edge)
{
	RlnEdge *copy = palloc(sizeof(RlnEdge));
	ListCell *lc;

	memcpy(copy, edge, sizeof(RlnEdge));
	copy->columns = copy_names(edge->columns);
	copy->discriminator_column = copy_text(edge->discriminator_column);
	copy->alias = copy_text(edge->alias);
	copy->junction_columns = copy_names(edge->junction_columns);
	copy->sort_column = copy_text(edge->sort_column);
	copy->deselect_action = copy_text(edge->deselect_action);
	copy->on_delete = copy_text(edge->on_delete);
	copy->on_update = copy_text(edge->on_update);
	copy->constraint_name = copy_text(edge->constraint_name);
	copy->not_null_generated = copy_names(edge->not_null_generated);
	copy->unique_generated = copy_text(edge->unique_generated);
	copy->index_generated = copy_text(edge->index_generated);
	copy->check_generated = copy_text(edge->check_generated);
	copy->targets = NIL;
	foreach(lc, edge->targets)
	{
		RlnTarget *from = lfirst(lc);
		RlnTarget *target = palloc(sizeof(RlnTarget));

		target->relid = from->relid;
		target->columns = copy_names(from->columns);
		target->discriminator = copy_text(from->discriminator);
		target->field = copy_text(from->field);
		copy->targets = lappend(copy->targets, target);
	}
	return copy;
}

/* The one target of an edge that is a foreign key. */
RlnTarget *
rln_edge_target(const RlnEdge *edge)
{
	Assert(!RLN_IS_ANY(edge));
	return linitial(edge->targets);
}

/* The edge's first target that is the table, or NULL. */
RlnTarget *
rln_edge_find_target(const RlnEdge *edge, Oid relid)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (target->relid == relid)
			return target;
	}
	return NULL;
}

bool
rln_edge_leads_to(const RlnEdge *edge, Oid relid)
{
	return rln_edge_find_target(edge, relid) != NULL;
}

static List *
copy_names(const List *names)
{
	List *copy = NIL;
	ListCell *lc;

	foreach(lc, names)
		copy = lappend(copy, pstrdup(lfirst(lc)));
	return copy;
}

static char *
copy_text(const char *text)
{
	return text == NULL ? NULL : pstrdup(text);
}
