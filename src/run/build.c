/*
 * build.c
 *	  Nodes to a plan: statements, and programs for their rows.
 *
 * The plan lives in a context of its own, which belongs to the caller until
 * the plan is complete; statements are kept only then.  Before that an error
 * leaves nothing behind.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "run/run.h"
#include "run/sql.h"

/* a fetch while it is made */
typedef struct Builder
{
	MemoryContext work; /* for what ends with the building; current is the plan's */
	RlnPlan *plan;
	RlnFetch *fetch;
	const RlnNode *node;
	RlnSql sql;
	StringInfoData label; /* what stands before the next piece */
	List *pieces;		  /* RlnPiece * */
	List *children;		  /* RlnNode * */
	List *parent_columns; /* List of int *, parallel to children */
} Builder;

static RlnFetch *build_fetch(MemoryContext work, RlnPlan *plan, const RlnNode *node);
static void add_outputs(Builder *builder, const List *outputs);
static void add_output(Builder *builder, const RlnOutput *output);
static RlnPiece *add_piece(Builder *builder, RlnPieceKind kind, const List *exprs);
static char *take_label(Builder *builder);
static int select_expr(Builder *builder, const RlnExpr *expr);
static int add_child(Builder *builder, const RlnNode *child);
static void add_sort(Builder *builder);
static void write_statements(Builder *builder);
static void prepare(Builder *builder);
static void set_pieces(Builder *builder, TupleDesc desc);
static void set_keys(Builder *builder);
static void set_params(RlnFetch *fetch, const List *params);
static void set_sort_types(RlnFetch *fetch, TupleDesc desc);


/*
 * The plan of a request, not kept yet; its context is a child of the current
 * one.  SPI must be connected.
 */
RlnPlan *
rln_plan_build(Oid relid, const RlnRequest *request, RlnPurpose purpose)
{
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "relations: plan of a query", ALLOCSET_SMALL_SIZES);
	RlnNode *root = rln_resolve(relid, request, purpose);
	RlnPlan *plan = MemoryContextAllocZero(context, sizeof(RlnPlan));
	RlnFetch **fetches = palloc(sizeof(RlnFetch *) * RLN_MAX_NODES);
	MemoryContext before = MemoryContextSwitchTo(context);

	plan->context = context;
	plan->fetches = fetches;
	plan->root = build_fetch(before, plan, root);
	plan->fetches = palloc(sizeof(RlnFetch *) * plan->nfetches);
	memcpy(plan->fetches, fetches, sizeof(RlnFetch *) * plan->nfetches);
	plan->relids = list_append_unique_oid(plan->relids, relid);
	for (int i = 0; i < plan->nfetches; i++)
		plan->relids = list_concat_unique_oid(plan->relids,
											  rln_spi_relations(plan->fetches[i]->statement));
	plan->pages = rln_spi_pages(plan->relids);
	for (int i = 0; i < plan->nfetches; i++)
		rln_spi_keep(plan->fetches[i]->statement);
	MemoryContextSwitchTo(before);
	return plan;
}

/* With its statements. */
Size
rln_plan_memory(const RlnPlan *plan)
{
	Size size = MemoryContextMemAllocated(plan->context, true);

	for (int i = 0; i < plan->nfetches; i++)
	{
		const RlnFetch *fetch = plan->fetches[i];

		size += rln_spi_memory(fetch->statement);
		if (fetch->scan.statement != NULL)
			size += rln_spi_memory(fetch->scan.statement);
		if (fetch->range.statement != NULL)
			size += rln_spi_memory(fetch->range.statement);
	}
	return size;
}

/* With its statements; nobody may use it any more. */
void
rln_plan_free(RlnPlan *plan)
{
	for (int i = 0; i < plan->nfetches; i++)
	{
		RlnFetch *fetch = plan->fetches[i];

		SPI_freeplan(fetch->statement);
		if (fetch->scan.statement != NULL)
			SPI_freeplan(fetch->scan.statement);
		if (fetch->range.statement != NULL)
			SPI_freeplan(fetch->range.statement);
	}
	MemoryContextDelete(plan->context);
}

/* The fetch of the node and those below it, numbered parents first. */
static RlnFetch *
build_fetch(MemoryContext work, RlnPlan *plan, const RlnNode *node)
{
	RlnFetch *fetch = palloc0(sizeof(RlnFetch));
	Builder builder = {work, plan, fetch, node};
	ListCell *lc;

	check_stack_depth();
	fetch->number = plan->nfetches;
	plan->fetches[plan->nfetches++] = fetch;
	fetch->path = pstrdup(node->path);
	fetch->to_one = node->link != NULL && node->link->to_one;
	fetch->custom = rln_wants_custom_plan(node->where) || rln_wants_custom_plan(node->having) ||
		(node->link != NULL && get_rel_relkind(node->link->to) == RELKIND_VIEW);
	MemoryContextSwitchTo(work);
	initStringInfo(&builder.label);
	rln_sql_begin(&builder.sql, node);
	MemoryContextSwitchTo(plan->context);

	if (!node->bare)
		appendStringInfoChar(&builder.label, '{');
	add_outputs(&builder, node->outputs);
	if (!node->bare)
		appendStringInfoChar(&builder.label, '}');
	fetch->tail_length = builder.label.len;
	fetch->tail = take_label(&builder);
	add_sort(&builder);
	prepare(&builder);

	fetch->children = palloc(sizeof(RlnFetch *) * Max(fetch->nchildren, 1));
	foreach(lc, builder.children)
	{
		RlnFetch *child = build_fetch(work, plan, lfirst(lc));
		List *columns = list_nth(builder.parent_columns, foreach_current_index(lc));
		ListCell *li;

		child->parent_columns = palloc(sizeof(int) * list_length(columns));
		foreach(li, columns)
			child->parent_columns[foreach_current_index(li)] = lfirst_int(li);
		fetch->children[foreach_current_index(lc)] = child;
	}
	return fetch;
}

static void
add_outputs(Builder *builder, const List *outputs)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, outputs)
	{
		RlnOutput *output = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoChar(&builder->label, ',');
		if (!builder->node->bare)
		{
			rln_json_string(&builder->label, output->key, strlen(output->key));
			appendStringInfoChar(&builder->label, ':');
		}
		add_output(builder, output);
	}
}

static void
add_output(Builder *builder, const RlnOutput *output)
{
	RlnPiece *piece;
	ListCell *lc;

	switch (output->kind)
	{
		case RLN_OUTPUT_VALUE:
			add_piece(builder, output->as_string ? RLN_PIECE_STRING : RLN_PIECE_VALUE,
					  list_make1(output->expr));
			break;
		case RLN_OUTPUT_TEXT:
			appendStringInfoString(&builder->label, output->text);
			break;
		case RLN_OUTPUT_KEY:
			add_piece(builder, RLN_PIECE_KEY, output->exprs);
			break;
		case RLN_OUTPUT_NODE:
			piece = add_piece(builder, RLN_PIECE_NODE, NIL);
			piece->nchildren = 1;
			piece->children = palloc(sizeof(int));
			piece->children[0] = add_child(builder, output->node);
			break;
		case RLN_OUTPUT_ANY:
			piece = add_piece(builder, RLN_PIECE_ANY, output->exprs);
			piece->children = palloc(sizeof(int) * list_length(output->nodes));
			foreach(lc, output->nodes)
			{
				const RlnNode *child = lfirst(lc);
				RlnExpr *discriminator =
					rln_expr_column(builder->node->range, child->link->discriminator->name);

				piece->discriminator = select_expr(builder, discriminator);
				piece->children[piece->nchildren++] = add_child(builder, child);
			}
			break;
		case RLN_OUTPUT_OBJECT:
			appendStringInfoChar(&builder->label, '{');
			add_outputs(builder, output->outputs);
			appendStringInfoChar(&builder->label, '}');
			break;
	}
}

/* A piece after the label that was gathered, which then begins anew. */
static RlnPiece *
add_piece(Builder *builder, RlnPieceKind kind, const List *exprs)
{
	RlnPiece *piece = palloc0(sizeof(RlnPiece));
	ListCell *lc;

	piece->kind = kind;
	piece->label_length = builder->label.len;
	piece->label = take_label(builder);
	piece->columns = palloc(sizeof(int) * Max(list_length(exprs), 1));
	foreach(lc, exprs)
		piece->columns[piece->ncolumns++] = select_expr(builder, lfirst(lc));
	if (kind == RLN_PIECE_NODE || kind == RLN_PIECE_ANY)
		builder->fetch->nholes++;
	builder->pieces = lappend(builder->pieces, piece);
	return piece;
}

/* What was gathered, padded for copy_label(); gathering begins anew. */
static char *
take_label(Builder *builder)
{
	char *label = palloc0(TYPEALIGN(RLN_LABEL_STEP, builder->label.len + 1));

	memcpy(label, builder->label.data, builder->label.len);
	resetStringInfo(&builder->label);
	return label;
}

/* The expression's place among the statement's columns. */
static int
select_expr(Builder *builder, const RlnExpr *expr)
{
	MemoryContext before = MemoryContextSwitchTo(builder->work);
	int column = rln_sql_select(&builder->sql, expr);

	MemoryContextSwitchTo(before);
	return column;
}

/* A child, by its place among the fetch's children; its keys are selected. */
static int
add_child(Builder *builder, const RlnNode *child)
{
	List *columns = NIL;
	ListCell *lc;

	foreach(lc, child->link->parts)
		columns = lappend_int(columns,
							  select_expr(builder,
										  rln_expr_link(builder->node->range, child->link,
														lfirst(lc), false)));
	builder->children = lappend(builder->children, (void *) child);
	builder->parent_columns = lappend(builder->parent_columns, columns);
	return builder->fetch->nchildren++;
}

/*
 * The rows of a parent are sorted when they are all there, unless the
 * statement makes them parent by parent, in their order.
 */
static void
add_sort(Builder *builder)
{
	const RlnNode *node = builder->node;
	RlnFetch *fetch = builder->fetch;
	ListCell *lc;

	fetch->sort_offset = sizeof(RlnRow) + MAXALIGN(sizeof(RlnHole) * fetch->nholes);
	fetch->text_offset = fetch->sort_offset;
	if (node->link == NULL || rln_sql_is_lateral(node))
		return;
	fetch->top = rln_sql_top(node);
	fetch->skip = fetch->top > 0 ? node->offset : 0;
	if (list_length(node->order) > RLN_MAX_SORT)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("\"%s\" is sorted by more than %d fields", node->path, RLN_MAX_SORT)));
	fetch->sort = palloc0(sizeof(RlnSortColumn) * Max(list_length(node->order), 1));
	foreach(lc, node->order)
	{
		RlnOrder *order = lfirst(lc);
		RlnSortColumn *column = &fetch->sort[fetch->nsort++];

		column->column = select_expr(builder, order->expr);
		column->descending = order->descending;
	}
	fetch->text_offset += sizeof(Datum) * fetch->nsort;
}

static void
write_statements(Builder *builder)
{
	RlnFetch *fetch = builder->fetch;
	RlnSql *sql = &builder->sql;
	MemoryContext before = MemoryContextSwitchTo(builder->work);

	fetch->sql = rln_sql_text(sql, builder->node);
	if (sql->params == NIL && rln_sql_can_scan(builder->node))
		fetch->scan.sql = rln_sql_scan_text(sql, builder->node);
	if (sql->params == NIL && rln_sql_can_range(builder->node))
		fetch->range.sql = rln_sql_range_text(sql, builder->node);
	MemoryContextSwitchTo(before);
	fetch->sql = pstrdup(fetch->sql);
	if (fetch->scan.sql != NULL)
		fetch->scan.sql = pstrdup(fetch->scan.sql);
	if (fetch->range.sql != NULL)
		fetch->range.sql = pstrdup(fetch->range.sql);
}

static void
prepare(Builder *builder)
{
	RlnFetch *fetch = builder->fetch;
	TupleDesc desc;
	Oid *types;
	int nargs;

	/* values in what is selected, as in counts of what a filter leaves */
	if (builder->sql.params != NIL && !builder->node->range->is_given)
		fetch->custom = true;
	write_statements(builder);
	set_keys(builder);
	set_params(fetch, builder->sql.params);
	nargs = fetch->nkeys + fetch->nparams;
	types = palloc(sizeof(Oid) * Max(nargs, 1));
	for (int i = 0; i < fetch->nkeys; i++)
		types[i] = fetch->keys[i].array_type;
	for (int i = 0; i < fetch->nparams; i++)
		types[fetch->nkeys + i] = rln_param_type(&fetch->params[i]);
	fetch->statement =
		rln_spi_prepare(fetch->sql, nargs, types,
						(fetch->custom ? CURSOR_OPT_CUSTOM_PLAN : CURSOR_OPT_GENERIC_PLAN) |
							(fetch->nkeys == 0 ? CURSOR_OPT_PARALLEL_OK : 0));
	fetch->relid = builder->node->range->relid;
	desc = rln_spi_columns(fetch->statement);
	fetch->ncolumns = desc->natts;
	fetch->column_types = palloc(sizeof(Oid) * Max(desc->natts, 1));
	for (int i = 0; i < desc->natts; i++)
		fetch->column_types[i] = TupleDescAttr(desc, i)->atttypid;
	set_pieces(builder, desc);
	set_sort_types(fetch, desc);
}

/* How values are written depends on the types that the statement gives. */
static void
set_pieces(Builder *builder, TupleDesc desc)
{
	RlnFetch *fetch = builder->fetch;
	ListCell *lc;

	fetch->pieces = palloc(sizeof(RlnPiece) * Max(list_length(builder->pieces), 1));
	foreach(lc, builder->pieces)
	{
		RlnPiece *piece = lfirst(lc);

		piece->types = palloc(sizeof(RlnJsonType *) * Max(piece->ncolumns, 1));
		for (int i = 0; i < piece->ncolumns; i++)
			piece->types[i] = rln_json_type(TupleDescAttr(desc, piece->columns[i])->atttypid);
		if (piece->kind == RLN_PIECE_ANY)
		{
			Oid type = getBaseType(TupleDescAttr(desc, piece->discriminator)->atttypid);
			Oid output;
			bool varlena;

			piece->discriminator_is_text = type == TEXTOID || type == VARCHAROID;
			getTypeOutputInfo(type, &output, &varlena);
			fmgr_info(output, &piece->discriminator_output);
		}
		fetch->pieces[fetch->npieces++] = *piece;
	}
}

static void
set_keys(Builder *builder)
{
	const RlnLink *link = builder->node->link;
	RlnFetch *fetch = builder->fetch;
	ListCell *lc;

	if (link == NULL)
		return;
	fetch->keys = palloc0(sizeof(RlnLookupColumn) * list_length(link->parts));
	foreach(lc, link->parts)
	{
		RlnKeyPart *part = lfirst(lc);

		rln_key_column_init(&fetch->keys[fetch->nkeys++], part->type, part->collation);
	}
	if (link->discriminator == NULL || !link->forward)
		return;
	fetch->discriminators = palloc(sizeof(char *) * list_length(link->discriminators));
	foreach(lc, link->discriminators)
		fetch->discriminators[fetch->ndiscriminators++] = pstrdup(lfirst(lc));
}

static void
set_params(RlnFetch *fetch, const List *params)
{
	int n = list_length(params);
	ListCell *lc;

	fetch->params = palloc(sizeof(RlnParam) * Max(n, 1));
	fetch->inputs = palloc(sizeof(FmgrInfo) * Max(n, 1));
	fetch->input_params = palloc(sizeof(Oid) * Max(n, 1));
	foreach(lc, params)
	{
		RlnParam *param = &fetch->params[fetch->nparams];
		Oid input;

		*param = *(RlnParam *) lfirst(lc);
		if (param->name != NULL)
			param->name = pstrdup(param->name);
		if (param->other_name != NULL)
			param->other_name = pstrdup(param->other_name);
		getTypeInputInfo(param->type, &input, &fetch->input_params[fetch->nparams]);
		fmgr_info(input, &fetch->inputs[fetch->nparams]);
		fetch->nparams++;
	}
}

static void
set_sort_types(RlnFetch *fetch, TupleDesc desc)
{
	for (int i = 0; i < fetch->nsort; i++)
	{
		RlnSortColumn *column = &fetch->sort[i];

		column->type = TupleDescAttr(desc, column->column)->atttypid;
		column->collation = TupleDescAttr(desc, column->column)->attcollation;
		get_typlenbyval(column->type, &column->length, &column->by_value);
	}
}
