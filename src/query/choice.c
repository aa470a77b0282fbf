/*
 * choice.c
 *	  Fields under keys of the front end's own: choices to outputs.
 *
 * Unlike paths, choices are complete: each is one output, with its arguments and
 * all that is asked below it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/sqltext.h"
#include "query/node.h"

static RlnOutput *resolve_choice(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice);
static const RlnFieldInfo *lookup_relation(const RlnNode *node, const RlnChoice *choice);
static RlnOutput *resolve_rows(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice);
static RlnOutput *resolve_any(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice);
static RlnOutput *resolve_value(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice);


/* The outputs of the choices, as a List of palloc'd RlnOutput. */
List *
rln_resolve_choices(RlnResolver *resolver, RlnNode *node, const List *choices)
{
	List *outputs = NIL;
	ListCell *lc;

	check_stack_depth();
	rln_ensure_few_fields(list_length(choices) - 1);
	foreach(lc, choices)
	{
		const RlnChoice *choice = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (choice->path != NULL)
			rln_path_resume(choice->path);
		outputs = lappend(outputs, resolve_choice(resolver, node, choice));
		if (choice->path != NULL)
			rln_path_leave(choice->path);
	}
	return outputs;
}

static RlnOutput *
resolve_choice(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice)
{
	RlnOutput *output;

	switch (choice->kind)
	{
		case RLN_CHOICE_VALUE:
			return resolve_value(resolver, node, choice);
		case RLN_CHOICE_ROWS:
			return resolve_rows(resolver, node, choice);
		case RLN_CHOICE_ANY:
			return resolve_any(resolver, node, choice);
		case RLN_CHOICE_TEXT:
			output = rln_output_make(RLN_OUTPUT_TEXT, choice->key, NULL);
			output->text = choice->text;
			return output;
		case RLN_CHOICE_OBJECT:
			output = rln_output_make(RLN_OUTPUT_OBJECT, choice->key, NULL);
			output->outputs = rln_resolve_choices(resolver, node, choice->choices);
			return output;
		default:
			elog(ERROR, "choice of kind %d is not of a row", choice->kind); /* should not happen */
	}
}

static RlnOutput *
resolve_value(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice)
{
	RlnOutput *output = rln_output_make(RLN_OUTPUT_VALUE, choice->key, NULL);

	if (choice->step->function != NULL)
		output->expr = rln_expr_function(resolver, node->range, choice->step);
	else
		output->expr = rln_expr_column(node->range, choice->step->name);
	output->as_string = choice->as_string;
	return output;
}

static const RlnFieldInfo *
lookup_relation(const RlnNode *node, const RlnChoice *choice)
{
	const RlnFieldInfo *field = rln_field_lookup(node->range->relid, choice->step->name);

	if (field->edge == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("field \"%s\" of \"%s\" is not relational", field->name,
						rln_table_label(node->range->relid))));
	return field;
}

static RlnOutput *
resolve_rows(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice)
{
	RlnOutput *output = rln_output_make(RLN_OUTPUT_NODE, choice->key, NULL);
	const RlnFieldInfo *field = lookup_relation(node, choice);
	RlnLink *link = rln_link_of_field(node->range->relid, field);

	output->node = rln_resolve_link(resolver, node, choice->key, link, NIL, choice->query);
	return output;
}

/* An item of a collection that is none of the scopes is null. */
static RlnOutput *
resolve_any(RlnResolver *resolver, RlnNode *node, const RlnChoice *choice)
{
	RlnOutput *output = rln_output_make(RLN_OUTPUT_ANY, choice->key, NULL);
	const RlnEdge *edge = lookup_relation(node, choice)->edge;
	ListCell *lc;

	foreach(lc, choice->scopes)
	{
		const RlnDeep *deep = lfirst(lc);
		Oid relid = linitial_oid(rln_scope_targets(edge, deep->scope));
		RlnLink *link = rln_link_make(edge, true, node->range->relid, relid);
		char *key = psprintf("%s:%s", choice->key, deep->scope);

		output->nodes = lappend(output->nodes,
								rln_resolve_link(resolver, node, key, link, NIL, deep->query));
	}
	return output;
}
