/*
 * query.c
 *	  Making and printing the query tree.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "query/query.h"

static void print_query(StringInfo buf, const RlnRead *query);
static void print_choice(StringInfo buf, const RlnChoice *choice);
static void print_filter(StringInfo buf, const RlnFilter *filter);
static void print_steps(StringInfo buf, const List *steps);
static void print_step(StringInfo buf, const RlnStep *step);
static void print_text(StringInfo buf, const char *text);
static void print_value(StringInfo buf, const RlnValue *value);


/* A query without any argument, at the current path; palloc'd. */
RlnRead *
rln_read_make(void)
{
	RlnRead *query = palloc0(sizeof(RlnRead));

	query->limit = RLN_LIMIT_DEFAULT;
	query->path = rln_path_current();
	return query;
}

RlnFilter *
rln_filter_make(RlnFilterKind kind, List *children)
{
	RlnFilter *filter = palloc0(sizeof(RlnFilter));

	filter->kind = kind;
	filter->children = children;
	filter->path = rln_path_current();
	return filter;
}

/* The next value of the request; json must live as long as that. */
RlnValue *
rln_value_make(RlnRequest *request, const JsonbValue *json)
{
	RlnValue *value = palloc(sizeof(RlnValue));

	value->index = list_length(request->values);
	value->json = json;
	value->path = rln_path_current();
	request->values = lappend(request->values, value);
	return value;
}

/* A step of these names, of which the last two may be NULL; they must stay. */
RlnStep *
rln_step_make(const char *name, const char *function, const char *scope)
{
	RlnStep *step = palloc0(sizeof(RlnStep));

	step->name = name;
	step->function = function;
	step->scope = scope;
	return step;
}

/*
 * Appends the query's shape: all of it but its values, of which only the kind
 * is told.  Equal shapes have equal text, and different ones different text.
 */
void
rln_request_print(StringInfo buf, const RlnRequest *request)
{
	print_query(buf, request->query);
}

static void
print_query(StringInfo buf, const RlnRead *query)
{
	ListCell *lc;

	check_stack_depth();
	appendStringInfoChar(buf, '{');
	foreach(lc, query->fields)
		print_steps(buf, ((RlnField *) lfirst(lc))->steps);
	if (query->is_chosen)
		appendStringInfoChar(buf, 'c');
	foreach(lc, query->choices)
		print_choice(buf, lfirst(lc));
	if (query->filter != NULL)
	{
		appendStringInfoChar(buf, 'f');
		print_filter(buf, query->filter);
	}
	if (query->search != NULL)
		appendStringInfo(buf, "q%d%d", query->search->is_number, query->search->is_uuid);
	foreach(lc, query->sort)
	{
		RlnSort *sort = lfirst(lc);

		appendStringInfoString(buf, sort->descending ? "s-" : "s+");
		print_steps(buf, sort->steps);
	}
	if (query->limit != RLN_LIMIT_DEFAULT)
		appendStringInfo(buf, "l" INT64_FORMAT, query->limit);
	if (query->offset != 0 || query->page != 0)
		appendStringInfo(buf, "o" INT64_FORMAT "," INT64_FORMAT, query->offset, query->page);
	foreach(lc, query->alias)
	{
		RlnAlias *alias = lfirst(lc);

		appendStringInfoChar(buf, 'a');
		print_text(buf, alias->name);
		print_step(buf, alias->step);
	}
	foreach(lc, query->aggregate)
	{
		RlnAggregate *aggregate = lfirst(lc);

		appendStringInfoChar(buf, 'A');
		print_text(buf, aggregate->function);
		if (aggregate->step != NULL)
			print_step(buf, aggregate->step);
	}
	foreach(lc, query->group)
	{
		appendStringInfoChar(buf, 'g');
		print_steps(buf, ((RlnField *) lfirst(lc))->steps);
	}
	if (query->having != NULL)
	{
		appendStringInfoChar(buf, 'h');
		print_filter(buf, query->having);
	}
	if (query->backlink || query->required || query->count)
		appendStringInfo(buf, "b%d%d%d", query->backlink, query->required, query->count);
	foreach(lc, query->deep)
	{
		RlnDeep *deep = lfirst(lc);

		appendStringInfoChar(buf, 'd');
		print_text(buf, deep->name);
		if (deep->scope != NULL)
			print_text(buf, deep->scope);
		print_query(buf, deep->query);
	}
	appendStringInfoChar(buf, '}');
}

static void
print_choice(StringInfo buf, const RlnChoice *choice)
{
	ListCell *lc;

	check_stack_depth();
	appendStringInfo(buf, "[%d%d", choice->kind, choice->as_string);
	print_text(buf, choice->key);
	if (choice->step != NULL)
		print_step(buf, choice->step);
	if (choice->text != NULL)
		print_text(buf, choice->text);
	if (choice->function != NULL)
		print_text(buf, choice->function);
	if (choice->query != NULL)
		print_query(buf, choice->query);
	foreach(lc, choice->scopes)
	{
		RlnDeep *deep = lfirst(lc);

		print_text(buf, deep->scope);
		print_query(buf, deep->query);
	}
	foreach(lc, choice->choices)
		print_choice(buf, lfirst(lc));
	appendStringInfoChar(buf, ']');
}

static void
print_filter(StringInfo buf, const RlnFilter *filter)
{
	ListCell *lc;

	check_stack_depth();
	appendStringInfo(buf, "(%d", filter->kind);
	if (filter->step != NULL)
		print_step(buf, filter->step);
	if (filter->kind == RLN_FILTER_OPERATOR)
	{
		appendStringInfo(buf, "%c%d", filter->negated ? '!' : ' ', filter->op);
		print_value(buf, filter->value);
	}
	foreach(lc, filter->children)
		print_filter(buf, lfirst(lc));
	if (filter->within != NULL)
	{
		appendStringInfoChar(buf, 'w');
		print_filter(buf, filter->within);
	}
	appendStringInfoChar(buf, ')');
}

static void
print_steps(StringInfo buf, const List *steps)
{
	ListCell *lc;

	foreach(lc, steps)
		print_step(buf, lfirst(lc));
	appendStringInfoChar(buf, ';');
}

static void
print_step(StringInfo buf, const RlnStep *step)
{
	ListCell *lc;

	print_text(buf, step->name);
	if (step->function != NULL)
	{
		appendStringInfoChar(buf, '(');
		print_text(buf, step->function);
		foreach(lc, step->json_path)
			print_text(buf, lfirst(lc));
	}
	if (step->scope != NULL)
	{
		appendStringInfoChar(buf, ':');
		print_text(buf, step->scope);
	}
}

/* Its length before it: no name can look like something else. */
static void
print_text(StringInfo buf, const char *text)
{
	appendStringInfo(buf, "%zu'%s", strlen(text), text);
}

/* Values in json columns are compared by their kind; elsewhere it does not matter. */
static void
print_value(StringInfo buf, const RlnValue *value)
{
	if (value == NULL)
		appendStringInfoChar(buf, 'n');
	else
		appendStringInfoChar(buf, rln_value_is_number(value) ? 'd' : 's');
}

/* A number, or an array of numbers. */
bool
rln_value_is_number(const RlnValue *value)
{
	JsonbIterator *it;
	JsonbValue element;
	JsonbIteratorToken token;

	if (value->json->type != jbvBinary)
		return value->json->type == jbvNumeric;
	if (!JsonContainerIsArray(value->json->val.binary.data))
		return false;
	it = JsonbIteratorInit(value->json->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM && element.type != jbvNumeric)
			return false;
	}
	return true;
}
