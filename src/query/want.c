/*
 * want.c
 *	  Which fields are asked for: paths merged, wildcards opened.
 *
 * Fields stand in the order in which they are first mentioned.  A field that is
 * mentioned plainly and with something below it has what is below it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/sqltext.h"
#include "query/node.h"

typedef struct Collector
{
	const RlnResolver *resolver;
	const RlnNode *node;
	const RlnRead *arguments;
	List *wants;
} Collector;

static void add_path(Collector *collector, const RlnField *path);
static RlnWant *add_want(Collector *collector, const char *key, const RlnFieldInfo *field);
static void add_below(RlnWant *want, const char *scope, List *rest, RlnPath *path);
static RlnWantScope *find_scope(RlnWant *want, Oid relid);
static RlnField *make_path(List *steps, RlnPath *path);
static void add_all(Collector *collector);
static void add_alias(Collector *collector, const RlnAlias *alias);
static void add_all_below(Collector *collector, List *rest, RlnPath *path);
static bool add_field_below(Collector *collector, const RlnFieldInfo *field, List *rest,
							RlnPath *path);
static bool leads_back(const Collector *collector, const RlnFieldInfo *field);
static bool has_field(Oid relid, const RlnStep *step);


/* What is asked of the node's rows, as a List of palloc'd RlnWant. */
List *
rln_wants_collect(const RlnResolver *resolver, const RlnNode *node, const List *fields,
				  const RlnRead *arguments)
{
	Collector collector = {resolver, node, arguments};
	ListCell *lc;

	if (arguments != NULL)
		rln_ensure_few_fields(list_length(arguments->alias) - 1);
	foreach(lc, fields)
	{
		RlnField *field = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (field->path != NULL)
			rln_path_resume(field->path);
		add_path(&collector, field);
		if (field->path != NULL)
			rln_path_leave(field->path);
	}
	return collector.wants;
}

/* What the alias of the query stands for, or NULL where there is none. */
const RlnStep *
rln_alias_step(const RlnRead *arguments, const char *name)
{
	ListCell *lc;

	if (arguments == NULL)
		return NULL;
	foreach(lc, arguments->alias)
	{
		RlnAlias *alias = lfirst(lc);

		if (strcmp(alias->name, name) == 0)
			return alias->step;
	}
	return NULL;
}

static void
add_path(Collector *collector, const RlnField *path)
{
	Oid relid = collector->node->range->relid;
	const RlnStep *step = linitial(path->steps);
	const RlnStep *meant = NULL;
	List *rest = list_copy_tail(path->steps, 1);
	const char *key = rln_step_key(step);
	const char *name;
	RlnWant *want;

	if (strcmp(step->name, "*") == 0 && step->function == NULL)
	{
		if (step->scope != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR), errmsg("\"*\" is of no collection")));
		if (rest == NIL)
			add_all(collector);
		else
			add_all_below(collector, rest, path->path);
		return;
	}
	if (step->function == NULL)
		meant = rln_alias_step(collector->arguments, step->name);
	if (meant == NULL)
		meant = step;
	else if (rln_field_get(relid, step->name) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("alias \"%s\" is the name of a field of \"%s\"", step->name,
						rln_table_label(relid))));

	/* a count may be that of an alias of the query */
	name = meant->name;
	if (meant->function != NULL && strcmp(meant->function, "count") == 0 &&
		rln_alias_step(collector->arguments, name) != NULL)
		name = rln_alias_step(collector->arguments, name)->name;
	want = add_want(collector, key, rln_field_lookup(relid, name));
	if (want->path == NULL)
		want->path = path->path;
	if (meant->function != NULL)
		want->step = meant;
	if (rest == NIL && step->scope == NULL)
		return;
	if (want->field->edge == NULL || meant->function != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("field \"%s\" of \"%s\" is not relational", step->name, rln_table_label(relid))));
	add_below(want, step->scope, rest, path->path);
}

/* 54011 where there are as many already as a table can have columns. */
void
rln_ensure_few_fields(int fields)
{
	if (fields >= MaxTupleAttributeNumber)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("a list can have at most %d fields", MaxTupleAttributeNumber)));
}

/* The want of that key; what was only known by name is one that is asked for now. */
static RlnWant *
add_want(Collector *collector, const char *key, const RlnFieldInfo *field)
{
	RlnWant *want;
	ListCell *lc;

	foreach(lc, collector->wants)
	{
		want = lfirst(lc);
		if (strcmp(want->key, key) == 0)
			return want;
	}
	rln_ensure_few_fields(list_length(collector->wants));
	want = palloc0(sizeof(RlnWant));
	want->key = key;
	want->field = field;
	collector->wants = lappend(collector->wants, want);
	return want;
}

/* Asks for the rest of a path; a scope alone means all of that collection. */
static void
add_below(RlnWant *want, const char *scope, List *rest, RlnPath *path)
{
	bool is_any = want->field->forward && RLN_IS_ANY(want->field->edge);
	bool found = false;
	ListCell *lc;

	if (!is_any)
	{
		if (scope != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("field \"%s\" leads to one collection only", want->key)));
		want->nested = lappend(want->nested, make_path(rest, path));
		return;
	}
	if (rest == NIL)
		rest = list_make1(rln_step_parse("*"));
	foreach(lc, rln_scope_targets(want->field->edge, scope))
	{
		/* without a scope: of those collections that have the field */
		if (scope == NULL && !has_field(lfirst_oid(lc), linitial(rest)))
			continue;
		if (scope == NULL && !rln_may_read(lfirst_oid(lc)))
			continue;
		find_scope(want, lfirst_oid(lc))->nested =
			lappend(find_scope(want, lfirst_oid(lc))->nested, make_path(rest, path));
		found = true;
	}
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("no collection allowed in field \"%s\" has a field \"%s\"", want->key,
						((RlnStep *) linitial(rest))->name)));
}

static RlnWantScope *
find_scope(RlnWant *want, Oid relid)
{
	RlnWantScope *scope;
	ListCell *lc;

	foreach(lc, want->scopes)
	{
		scope = lfirst(lc);
		if (scope->relid == relid)
			return scope;
	}
	scope = palloc0(sizeof(RlnWantScope));
	scope->relid = relid;
	want->scopes = lappend(want->scopes, scope);
	return scope;
}

static RlnField *
make_path(List *steps, RlnPath *path)
{
	RlnField *field = palloc(sizeof(RlnField));

	field->steps = steps;
	field->path = path;
	return field;
}

/* "*": the columns and aliases that the caller may read, and the query's aliases. */
static void
add_all(Collector *collector)
{
	Oid relid = collector->node->range->relid;
	ListCell *lc;

	foreach(lc, rln_fields_load(relid))
	{
		RlnFieldInfo *field = lfirst(lc);

		if (field->column == NULL && (field->forward || leads_back(collector, field)))
			continue;
		if (rln_field_is_readable(relid, field))
			add_want(collector, field->name, field);
	}
	if (collector->arguments == NULL)
		return;
	foreach(lc, collector->arguments->alias)
		add_alias(collector, lfirst(lc));
}

/* An alias of the query, by itself. */
static void
add_alias(Collector *collector, const RlnAlias *alias)
{
	RlnStep *step = palloc0(sizeof(RlnStep));

	step->name = alias->name;
	add_path(collector, make_path(list_make1(step), alias->path));
}

/* "*.rest": the same, with the rest below each that is relational. */
static void
add_all_below(Collector *collector, List *rest, RlnPath *path)
{
	Oid relid = collector->node->range->relid;
	bool found = strcmp(((RlnStep *) linitial(rest))->name, "*") == 0;
	ListCell *lc;

	foreach(lc, rln_fields_load(relid))
	{
		RlnFieldInfo *field = lfirst(lc);

		if (field->edge != NULL && !leads_back(collector, field) &&
			add_field_below(collector, field, rest, path))
			found = true;
		else if (field->column != NULL && rln_field_is_readable(relid, field))
			add_want(collector, field->name, field);
	}
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("no relation of \"%s\" leads to a field \"%s\"", rln_table_label(relid),
						((RlnStep *) linitial(rest))->name)));
	if (collector->arguments == NULL)
		return;
	foreach(lc, collector->arguments->alias)
	{
		RlnAlias *alias = lfirst(lc);
		RlnFieldInfo *field = rln_field_lookup(relid, alias->step->name);

		if (field->edge != NULL && alias->step->function == NULL)
			add_below(add_want(collector, alias->name, field), NULL, rest, path);
		else
			add_alias(collector, alias);
	}
}

/* False where the rest is not there, or is not for the caller. */
static bool
add_field_below(Collector *collector, const RlnFieldInfo *field, List *rest, RlnPath *path)
{
	Oid relid = collector->node->range->relid;
	bool found = false;
	ListCell *lc;

	if (field->forward)
	{
		foreach(lc, field->edge->columns)
		{
			if (!rln_column_is_readable(relid, lfirst(lc)))
				return false;
		}
	}
	else if (!rln_field_is_readable(relid, field))
		return false;
	if (field->forward)
	{
		foreach(lc, field->edge->targets)
		{
			RlnTarget *target = lfirst(lc);

			if (rln_may_read(target->relid) && has_field(target->relid, linitial(rest)))
				found = true;
		}
	}
	else
		found = has_field(field->edge->many, linitial(rest));
	if (found)
		add_below(add_want(collector, field->name, field), NULL, rest, path);
	return found;
}

/* Would the field lead straight back to where this node was come from? */
static bool
leads_back(const Collector *collector, const RlnFieldInfo *field)
{
	const RlnLink *came = collector->node->link;

	return came != NULL && !collector->resolver->backlink &&
		field->edge != NULL &&
		field->edge->id == came->edge->id && field->forward != came->forward;
}

static bool
has_field(Oid relid, const RlnStep *step)
{
	return strcmp(step->name, "*") == 0 || rln_field_get(relid, step->name) != NULL;
}
