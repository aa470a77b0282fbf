/*
 * path.c
 *	  Where in a JSON argument an error was found.
 *
 * The steps form a chain through the C stack.  Only the innermost one prints,
 * and it prints the whole path, so that an error has one context line.  The
 * chain needs no clean-up after an error: it is found from
 * error_context_stack, which PostgreSQL restores itself.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/path.h"

static void enter(RlnPath *step);
static RlnPath *innermost(void);
static void report_path(void *arg);
static void append_path(StringInfo buf, const RlnPath *step);


void
rln_path_enter_key(RlnPath *step, const char *key)
{
	step->key = key;
	enter(step);
}

/* index counts from 0 and is printed so, as in JSON path languages */
void
rln_path_enter_element(RlnPath *step, int index)
{
	step->key = NULL;
	step->index = index;
	enter(step);
}

/*
 * Enters a step again, below the outer steps that it had: for what is found
 * wrong after the JSON was read.  Where it is entered already nothing changes,
 * until it has been left as often.
 */
void
rln_path_resume(RlnPath *step)
{
	if (step->entered++ > 0)
		return;
	step->callback.previous = error_context_stack;
	error_context_stack = &step->callback;
}

void
rln_path_leave(RlnPath *step)
{
	if (--step->entered > 0)
		return;
	Assert(error_context_stack == &step->callback);
	error_context_stack = step->callback.previous;
}

/* The step that was entered last, or NULL. */
RlnPath *
rln_path_current(void)
{
	return innermost();
}

/*
 * For an error context callback: the step in which the error was raised, or
 * NULL.  It may lie on the stack that is left.
 */
const RlnPath *
rln_path_raised(void)
{
	for (ErrorContextCallback *at = error_context_stack; at != NULL; at = at->previous)
	{
		if (at->callback == report_path)
			return at->arg;
	}
	return NULL;
}

static void
enter(RlnPath *step)
{
	step->outer = innermost();
	step->entered = 1;
	step->callback.callback = report_path;
	step->callback.arg = step;
	step->callback.previous = error_context_stack;
	error_context_stack = &step->callback;
}

/* The step below which the next one lies: only if nothing stands between. */
static RlnPath *
innermost(void)
{
	if (error_context_stack != NULL && error_context_stack->callback == report_path)
		return error_context_stack->arg;
	return NULL;
}

static void
report_path(void *arg)
{
	RlnPath *step = arg;

	/* an inner step has printed the path that holds this one */
	for (ErrorContextCallback *inner = error_context_stack;
		 inner != NULL && inner != &step->callback; inner = inner->previous)
	{
		if (inner->callback != report_path)
			continue;
		for (RlnPath *outer = inner->arg; outer != NULL; outer = outer->outer)
		{
			if (outer == step)
				return;
		}
	}
	rln_path_report(step);
}

/* The context line, from within a callback for an error's context. */
void
rln_path_report(const RlnPath *path)
{
	StringInfoData buf;

	initStringInfo(&buf);
	append_path(&buf, path);
	errcontext("at %s", buf.data);
}

/*
 * What the last line "at ..." of an error's context says, which is ours, or NULL;
 * lines before it are of functions that were called meanwhile, unless it follows at
 * once on one that goes on where it ends.
 */
char *
rln_path_of_context(const char *context)
{
	char *path = NULL;
	bool is_next = false;

	while (context != NULL)
	{
		bool is_path = strncmp(context, "at ", 3) == 0;

		if (is_path)
		{
			const char *line = context + 3;
			int length = strcspn(line, "\n");

			if (!is_next || strncmp(path, line, length) != 0)
				path = pnstrdup(line, length);
		}
		is_next = is_path;
		context = strchr(context, '\n');
		if (context != NULL)
			context++;
	}
	return path;
}

static void
append_path(StringInfo buf, const RlnPath *step)
{
	if (step->outer != NULL)
		append_path(buf, step->outer);
	if (step->key == NULL)
		appendStringInfo(buf, "[%d]", step->index);
	else
		appendStringInfo(buf, "%s%s", step->outer != NULL ? "." : "", step->key);
}
