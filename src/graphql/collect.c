/*
 * collect.c
 *	  Selection sets merged: what is asked under each key (specification,
 *	  section 6.3.2).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "miscadmin.h"

#include "graphql/graphql.h"

typedef struct Collector
{
	RlnGqlCall *call;
	const RlnGqlType *type;
	List *asked;	 /* RlnGqlAsked * */
	List *fragments; /* RlnGqlFragment * that were opened */
} Collector;

static void collect(Collector *collector, const List *selections);
static bool applies(const Collector *collector, const RlnGqlType *condition);
static void add_field(Collector *collector, const RlnGqlSelection *node);


/*
 * What is asked of an object of the type by the selection sets together, as a
 * List of RlnGqlAsked, in the order in which the keys come.  54001 where a
 * document unfolds to too much.
 */
List *
rln_gql_collect(RlnGqlCall *call, const RlnGqlType *type, const List *selections)
{
	Collector collector = {call, type};
	ListCell *lc;

	check_stack_depth();
	foreach(lc, selections)
		collect(&collector, lfirst(lc));
	return collector.asked;
}

static void
collect(Collector *collector, const List *selections)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, selections)
	{
		const RlnGqlSelection *node = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (++collector->call->nfields > RLN_GQL_MAX_FIELDS)
			ereport(ERROR,
					(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
					 errmsg("the document asks for more than %d fields", RLN_GQL_MAX_FIELDS)));
		if (node->directives != NIL && !rln_gql_is_included(collector->call, node->directives))
			continue;
		switch (node->kind)
		{
			case RLN_GQL_FIELD:
				add_field(collector, node);
				break;
			case RLN_GQL_INLINE:
				if (applies(collector, node->type))
					collect(collector, node->selections);
				break;
			case RLN_GQL_SPREAD:
				if (list_member_ptr(collector->fragments, node->fragment))
					break;
				collector->fragments = lappend(collector->fragments, node->fragment);
				if (applies(collector, node->fragment->type))
					collect(collector, node->fragment->selections);
				break;
		}
	}
}

/* An object is of its own type, and of the unions that it is a member of. */
static bool
applies(const Collector *collector, const RlnGqlType *condition)
{
	return condition == collector->type ||
		list_member_ptr(rln_gql_possible_types(collector->call->schema, condition),
						collector->type);
}

/* Fields of one key are one; what is selected below them is merged later. */
static void
add_field(Collector *collector, const RlnGqlSelection *node)
{
	RlnGqlAsked *asked = NULL;
	ListCell *lc;

	foreach(lc, collector->asked)
	{
		RlnGqlAsked *other = lfirst(lc);

		if (other->key == node->alias || strcmp(other->key, node->alias) == 0)
		{
			asked = other;
			break;
		}
	}
	if (asked == NULL)
	{
		if (list_length(collector->asked) >= MaxTupleAttributeNumber)
			ereport(ERROR,
					(errcode(ERRCODE_TOO_MANY_COLUMNS),
					 errmsg("an object can be asked for at most %d fields",
							MaxTupleAttributeNumber)));
		asked = palloc0(sizeof(RlnGqlAsked));
		asked->key = node->alias;
		asked->field = node->field;
		asked->node = node;
		collector->asked = lappend(collector->asked, asked);
	}
	if (node->selections != NIL)
		asked->selections = lappend(asked->selections, node->selections);
}
