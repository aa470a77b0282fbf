/*
 * resolve.c
 *	  A query to nodes: names to tables, columns and edges.
 *
 * The walk goes down the fields that are asked for; each relational field is a
 * node of its own.  Errors carry the path in the query to what is wrong.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

#include "base/sqltext.h"
#include "query/node.h"

int rln_default_limit = 100;
int rln_max_depth = 10;

static RlnNode *make_node(RlnResolver *resolver, RlnNode *parent, const char *key,
						  RlnRange *range);
static void resolve_rows(RlnResolver *resolver, RlnNode *node, const List *fields,
						 const RlnRead *arguments);
static void resolve_count(RlnResolver *resolver, RlnNode *node, const RlnRead *query);
static List *add_hidden(RlnNode *node, List *wants, const RlnRead *arguments);
static void add_output(RlnResolver *resolver, RlnNode *node, const RlnWant *want,
					   const RlnRead *arguments);
static bool has_output(const RlnNode *node, const char *key);
static RlnOutput *make_output(RlnResolver *resolver, RlnNode *node, const RlnWant *want,
							  const RlnRead *arguments);
static RlnExpr *function_expr(RlnResolver *resolver, RlnNode *node, const RlnWant *want,
							  const RlnRead *arguments);
static RlnNode *resolve_below(RlnResolver *resolver, RlnNode *parent, const RlnWant *want,
							  const RlnRead *arguments);
static void resolve_any(RlnResolver *resolver, RlnNode *parent, RlnOutput *output,
						const RlnWant *want, const RlnRead *arguments);
static void set_bare_key(RlnNode *node);
static RlnRead *find_deep(const RlnRead *arguments, const char *name, const char *scope);
static RlnRead *find_deep_of(const RlnRead *arguments, const RlnWant *want, Oid relid);


/*
 * The root of the nodes that the request asks for.  For an item, the last
 * of the request's values is its key.
 */
RlnNode *
rln_resolve(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	const RlnRead *query = request->query;
	RlnResolver resolver = {.backlink = query->backlink};
	RlnNode *node;

	rln_ensure_relation_kind(relid);
	if (purpose != RLN_FOR_ROW && !rln_may_read(relid))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for collection \"%s\"", rln_table_label(relid))));
	node = make_node(&resolver, NULL, "", rln_range_make(&resolver, relid));
	if (purpose == RLN_FOR_COUNT)
	{
		resolve_count(&resolver, node, query);
		return node;
	}
	if (purpose == RLN_FOR_ITEMS)
		node->limit = rln_default_limit;
	if (purpose != RLN_FOR_ITEMS && (query->aggregate != NIL || query->group != NIL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("one item is not aggregated")));
	if (purpose == RLN_FOR_ITEM)
		node->where =
			list_make1(rln_condition_item(node->range, list_length(request->values) - 1));
	if (purpose == RLN_FOR_KEYS)
	{
		node->link = rln_link_of_keys(relid);
		rln_ensure_link_readable(node->link);
	}
	node->range->is_given = node->bare = purpose == RLN_FOR_ROW;
	resolve_rows(&resolver, node, query->fields, query);
	if (purpose == RLN_FOR_ROW)
		node->order = NIL;
	return node;
}

/* A node below the parent, or the root; 54001 where there are too many. */
static RlnNode *
make_node(RlnResolver *resolver, RlnNode *parent, const char *key, RlnRange *range)
{
	RlnNode *node = palloc0(sizeof(RlnNode));

	if (++resolver->nodes > RLN_MAX_NODES)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("the query asks for more than %d lists", RLN_MAX_NODES),
				 errhint("Name the fields instead of \"*\".")));
	node->parent = parent;
	node->path = parent == NULL || parent->path[0] == '\0' ? key : psprintf("%s.%s", parent->path, key);
	node->range = range;
	node->limit = RLN_LIMIT_NONE;
	return node;
}

static void
resolve_rows(RlnResolver *resolver, RlnNode *node, const List *fields, const RlnRead *arguments)
{
	List *wants;
	ListCell *lc;

	check_stack_depth();
	node->where =
		list_concat(node->where, rln_resolve_conditions(resolver, node->range, arguments));
	rln_resolve_page(node, arguments);
	if (arguments != NULL && (arguments->aggregate != NIL || arguments->group != NIL))
	{
		rln_resolve_aggregate(resolver, node, arguments);
		return;
	}
	if (arguments != NULL && arguments->is_chosen)
	{
		node->outputs = rln_resolve_choices(resolver, node, arguments->choices);
		wants = NIL;
	}
	else
		wants = add_hidden(node, rln_wants_collect(resolver, node, fields, arguments), arguments);
	foreach(lc, wants)
	{
		RlnWant *want = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (want->path != NULL)
			rln_path_resume(want->path);
		add_output(resolver, node, want, arguments);
		if (want->path != NULL)
			rln_path_leave(want->path);
	}
	if (node->link == NULL || !node->link->to_one || !node->link->is_unique ||
		(RLN_IS_OF_KEYS(node->link) && arguments->sort != NIL))
		rln_resolve_order(resolver, node, arguments);
}

/* The number of rows, which pages and order do not change. */
static void
resolve_count(RlnResolver *resolver, RlnNode *node, const RlnRead *query)
{
	RlnExpr *count = palloc0(sizeof(RlnExpr));

	if (query->aggregate != NIL || query->group != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("groups are not counted")));
	count->kind = RLN_EXPR_AGGREGATE;
	count->type = INT8OID;
	count->text = "count";
	node->where = rln_resolve_conditions(resolver, node->range, query);
	node->aggregates = true;
	node->bare = true;
	node->outputs = list_make1(rln_output_make(RLN_OUTPUT_VALUE, "", count));
}

/*
 * Arguments for a field that is not asked for: it must exist all the same, and
 * be one that takes arguments.
 */
static List *
add_hidden(RlnNode *node, List *wants, const RlnRead *arguments)
{
	ListCell *lc;
	ListCell *lw;

	if (arguments == NULL)
		return wants;
	foreach(lc, arguments->deep)
	{
		RlnDeep *deep = lfirst(lc);
		const RlnStep *meant = rln_alias_step(arguments, deep->name);
		bool found = false;
		RlnWant *want;

		foreach(lw, wants)
		{
			want = lfirst(lw);
			if (strcmp(want->key, deep->name) == 0)
				found = true;
		}
		if (deep->path != NULL)
			rln_path_resume(deep->path);
		want = palloc0(sizeof(RlnWant));
		want->key = deep->name;
		want->field =
			rln_field_lookup(node->range->relid, meant == NULL ? deep->name : meant->name);
		want->hidden = true;
		want->path = deep->path;
		if (want->field->edge == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("field \"%s\" of \"%s\" is not relational", want->field->name,
							rln_table_label(node->range->relid))));
		if (deep->scope != NULL && !(want->field->forward && RLN_IS_ANY(want->field->edge)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("field \"%s\" leads to one collection only", want->field->name)));
		if (deep->scope != NULL)
			(void) rln_scope_targets(want->field->edge, deep->scope);
		if (!found)
			wants = lappend(wants, want);
		if (deep->path != NULL)
			rln_path_leave(deep->path);
	}
	return wants;
}

static void
add_output(RlnResolver *resolver, RlnNode *node, const RlnWant *want, const RlnRead *arguments)
{
	RlnOutput *output = make_output(resolver, node, want, arguments);
	RlnRead *deep = find_deep(arguments, want->key, NULL);

	/* "cities_count" may be asked for in two ways */
	if (want->hidden || has_output(node, want->key))
		return;
	node->outputs = lappend(node->outputs, output);
	if (deep != NULL && deep->count && output->kind == RLN_OUTPUT_NODE)
	{
		RlnExpr *count = palloc0(sizeof(RlnExpr));
		char *key = psprintf("%s_count", want->key);

		if (output->node->link->to_one)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" leads to one item: it is not counted", output->node->path)));
		count->kind = RLN_EXPR_COUNT;
		count->type = INT8OID;
		count->sub = rln_sub_make(resolver, node->range, output->node->link);
		count->sub->where = rln_resolve_conditions(resolver, count->sub->range, deep);
		if (!has_output(node, key))
			node->outputs =
				lappend(node->outputs, rln_output_make(RLN_OUTPUT_VALUE, key, count));
	}
}

static bool
has_output(const RlnNode *node, const char *key)
{
	ListCell *lc;

	foreach(lc, node->outputs)
	{
		if (strcmp(((RlnOutput *) lfirst(lc))->key, key) == 0)
			return true;
	}
	return false;
}

static RlnOutput *
make_output(RlnResolver *resolver, RlnNode *node, const RlnWant *want, const RlnRead *arguments)
{
	const RlnFieldInfo *field = want->field;
	RlnOutput *output;
	ListCell *lc;

	if (want->step != NULL)
		return rln_output_make(RLN_OUTPUT_VALUE, want->key,
							   function_expr(resolver, node, want, arguments));
	if (field->forward && field->edge != NULL && RLN_IS_ANY(field->edge) &&
		(want->scopes != NIL || want->hidden))
	{
		output = rln_output_make(RLN_OUTPUT_ANY, want->key, NULL);
		resolve_any(resolver, node, output, want, arguments);
		return output;
	}
	if (want->nested != NIL || !field->forward || want->hidden)
	{
		output = rln_output_make(RLN_OUTPUT_NODE, want->key, NULL);
		output->node = resolve_below(resolver, node, want, arguments);
		return output;
	}
	if (field->column != NULL)
		return rln_output_make(RLN_OUTPUT_VALUE, want->key,
							   rln_expr_column(node->range, field->name));
	output = rln_output_make(RLN_OUTPUT_KEY, want->key, NULL);
	foreach(lc, field->edge->columns)
		output->exprs = lappend(output->exprs, rln_expr_column(node->range, lfirst(lc)));
	return output;
}

/* A count of an alias is that of the list which the alias's arguments leave. */
static RlnExpr *
function_expr(RlnResolver *resolver, RlnNode *node, const RlnWant *want, const RlnRead *arguments)
{
	RlnRead *deep = find_deep(arguments, want->step->name, NULL);
	RlnStep step = *want->step;
	RlnExpr *expr;

	step.name = want->field->name;
	expr = rln_expr_function(resolver, node->range, &step);
	if (expr->kind == RLN_EXPR_COUNT && deep != NULL)
		expr->sub->where = rln_resolve_conditions(resolver, expr->sub->range, deep);
	return expr;
}

/* The rows that a field leads to. */
static RlnNode *
resolve_below(RlnResolver *resolver, RlnNode *parent, const RlnWant *want,
			  const RlnRead *arguments)
{
	RlnLink *link = rln_link_of_field(parent->range->relid, want->field);

	return rln_resolve_link(resolver, parent, want->key, link, want->nested,
							find_deep(arguments, want->key, NULL));
}

/* The same for an item: a node for each collection of which something is asked. */
static void
resolve_any(RlnResolver *resolver, RlnNode *parent, RlnOutput *output, const RlnWant *want,
			const RlnRead *arguments)
{
	const RlnEdge *edge = want->field->edge;
	ListCell *lc;

	foreach(lc, edge->columns)
		output->exprs = lappend(output->exprs, rln_expr_column(parent->range, lfirst(lc)));
	foreach(lc, want->scopes)
	{
		RlnWantScope *scope = lfirst(lc);
		RlnLink *link = rln_link_make(edge, true, parent->range->relid, scope->relid);
		char *key = psprintf("%s:%s", want->key, (char *) linitial(link->discriminators));

		output->nodes = lappend(output->nodes,
								rln_resolve_link(resolver, parent, key, link, scope->nested,
												 find_deep_of(arguments, want, scope->relid)));
	}
}

/* The node of the rows that the link leads to. */
RlnNode *
rln_resolve_link(RlnResolver *resolver, RlnNode *parent, const char *key, RlnLink *link,
				 const List *fields, const RlnRead *arguments)
{
	RlnNode *node;

	rln_enter_relation(resolver);
	rln_ensure_link_readable(link);
	node = make_node(resolver, parent, key, rln_range_of_link(resolver, link));
	node->link = link;
	resolve_rows(resolver, node, fields, arguments);
	if (fields == NIL && !node->aggregates && !(arguments != NULL && arguments->is_chosen))
		set_bare_key(node);
	rln_leave_relation(resolver);
	return node;
}

/* An alias of which nothing is asked: its rows' keys. */
static void
set_bare_key(RlnNode *node)
{
	List *key = rln_key_exprs(node->range);

	if (key == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("collection \"%s\" has no key", rln_table_label(node->range->relid)),
				 errhint("Name the fields that are wanted: \"%s.*\".", node->path)));
	node->bare = true;
	node->outputs = list_make1(rln_output_make(RLN_OUTPUT_VALUE, "", linitial(key)));
	if (list_length(key) > 1)
	{
		RlnOutput *output = linitial(node->outputs);

		output->kind = RLN_OUTPUT_KEY;
		output->exprs = key;
	}
}

/* The arguments of a field, or NULL. */
static RlnRead *
find_deep(const RlnRead *arguments, const char *name, const char *scope)
{
	ListCell *lc;

	if (arguments == NULL)
		return NULL;
	foreach(lc, arguments->deep)
	{
		RlnDeep *deep = lfirst(lc);

		if (strcmp(deep->name, name) == 0 &&
			(scope == NULL ? deep->scope == NULL
						   : deep->scope != NULL && strcmp(deep->scope, scope) == 0))
			return deep->query;
	}
	return NULL;
}

/* The arguments of an item where it is of that collection, or of any. */
static RlnRead *
find_deep_of(const RlnRead *arguments, const RlnWant *want, Oid relid)
{
	ListCell *lc;

	if (arguments == NULL)
		return NULL;
	foreach(lc, arguments->deep)
	{
		RlnDeep *deep = lfirst(lc);

		if (strcmp(deep->name, want->key) == 0 && deep->scope != NULL &&
			list_member_oid(rln_scope_targets(want->field->edge, deep->scope), relid))
			return deep->query;
	}
	return find_deep(arguments, want->key, NULL);
}

/* A piece of a row; what its kind needs besides is for the caller to fill in. */
RlnOutput *
rln_output_make(RlnOutputKind kind, const char *key, RlnExpr *expr)
{
	RlnOutput *output = palloc0(sizeof(RlnOutput));

	output->kind = kind;
	output->key = key;
	output->expr = expr;
	return output;
}
