/*
 * step.c
 *	  Field paths as text: "author.name", "year(published)",
 *	  "sections.item:headings.title", "json(data, a[0].b)".
 *
 * A name that holds a dot, a colon, a comma, a parenthesis or a double quote
 * is written in double quotes, with inner ones doubled.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "query/query.h"

static List *parse_steps(const char **at, const char *end);
static List *parse_function(const char *function, const char **at, const char *end);
static char *parse_name(const char **at, const char *end);
static const char *skip_blanks(const char *at, const char *end);
static const char *find_close(const char *at, const char *end);
RLN_NORETURN static void refuse(const char *text, const char *reason);


/* The steps of a path, as a List of palloc'd RlnStep; 42601 if it is none. */
List *
rln_steps_parse(const char *text)
{
	const char *at = text;
	const char *end = text + strlen(text);
	List *steps = parse_steps(&at, end);

	if (at != end)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("field path \"%s\" is malformed: \"%s\" is not understood", text, at),
				 errhint("A name that holds a dot, colon, comma, parenthesis or double quote is written in double quotes.")));
	return steps;
}

/* The same for a single name. */
RlnStep *
rln_step_parse(const char *text)
{
	List *steps = rln_steps_parse(text);

	if (list_length(steps) != 1)
		refuse(text, "one name is expected");
	return linitial(steps);
}

/* The elements of a csv, as palloc'd char *; commas in parentheses are no separators. */
List *
rln_fields_split(const char *text)
{
	List *fields = NIL;
	const char *begin = text;
	int depth = 0;
	bool quoted = false;

	for (const char *at = text;; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		else if (!quoted && *at == '(')
			depth++;
		else if (!quoted && *at == ')')
			depth--;
		if (*at == '\0' || (*at == ',' && depth == 0 && !quoted))
		{
			const char *first = skip_blanks(begin, at);
			const char *last = at;

			while (last > first && scanner_isspace(last[-1]))
				last--;
			fields = lappend(fields, pnstrdup(first, last - first));
			begin = at + 1;
		}
		if (*at == '\0')
			return fields;
	}
}

/* The key under which the step's value stands in the result; palloc'd or its own. */
char *
rln_step_key(const RlnStep *step)
{
	StringInfoData buf;
	ListCell *lc;

	if (step->function == NULL)
		return (char *) step->name;
	initStringInfo(&buf);
	appendStringInfoString(&buf, step->name);
	foreach(lc, step->json_path)
		appendStringInfo(&buf, "_%s", (char *) lfirst(lc));
	appendStringInfo(&buf, "_%s", step->function);
	return buf.data;
}

/* "a[0].b" as a List of "a", "0", "b"; 42601 if it is no path. */
List *
rln_json_path_parse(const char *text)
{
	List *path = NIL;
	const char *at = text;

	while (*at != '\0')
	{
		StringInfoData name;

		initStringInfo(&name);
		if (*at == '"')
		{
			char *quoted = parse_name(&at, text + strlen(text));

			appendStringInfoString(&name, quoted);
		}
		else if (*at == '[')
		{
			for (at++; *at == '-' || (*at >= '0' && *at <= '9'); at++)
				appendStringInfoChar(&name, *at);
			if (*at++ != ']')
				refuse(text, "\"[\" needs a number and \"]\"");
		}
		else
		{
			while (*at != '\0' && *at != '.' && *at != '[')
				appendStringInfoChar(&name, *at++);
		}
		if (name.len == 0)
			refuse(text, "a name is missing");
		path = lappend(path, name.data);
		if (*at == '.' && *++at == '\0')
			refuse(text, "a name is missing at its end");
	}
	if (path == NIL)
		refuse(text, "a path is missing");
	return path;
}

/* step ("." step)* */
static List *
parse_steps(const char **at, const char *end)
{
	const char *text = *at;
	List *steps = NIL;

	check_stack_depth();
	for (;;)
	{
		char *name;

		*at = skip_blanks(*at, end);
		name = parse_name(at, end);
		if (name[0] == '\0')
			refuse(pnstrdup(text, end - text), "a name is missing");
		if (*at < end && **at == '(')
			steps = list_concat(steps, parse_function(name, at, end));
		else
		{
			RlnStep *step = palloc0(sizeof(RlnStep));

			step->name = name;
			if (*at < end && **at == ':')
			{
				(*at)++;
				step->scope = parse_name(at, end);
				if (step->scope[0] == '\0')
					refuse(pnstrdup(text, end - text), "the collection after \":\" is missing");
			}
			steps = lappend(steps, step);
		}
		*at = skip_blanks(*at, end);
		if (*at == end || **at != '.')
			return steps;
		(*at)++;
	}
}

/*
 * "(path)" or "(path, json path)" after the function's name.  The function is
 * about the path's last field: year(a.b) is a.year(b).
 */
static List *
parse_function(const char *function, const char **at, const char *end)
{
	const char *text = *at;
	const char *close = find_close(*at, end);
	const char *inner = *at + 1;
	List *steps;
	RlnStep *last;

	if (close == NULL)
		refuse(psprintf("%s%s", function, pnstrdup(text, end - text)), "\")\" is missing");
	steps = parse_steps(&inner, close);
	last = llast(steps);
	if (last->function != NULL || last->scope != NULL)
		refuse(psprintf("%s%s", function, pnstrdup(text, close + 1 - text)),
			   "a function is of a field");
	last->function = function;
	if (strcmp(function, "json") == 0)
	{
		if (inner == close || *inner != ',')
			refuse(psprintf("%s%s", function, pnstrdup(text, close + 1 - text)),
				   "json() takes a field and a path");
		inner = skip_blanks(inner + 1, close);
		last->json_path = rln_json_path_parse(pnstrdup(inner, close - inner));
		inner = close;
	}
	if (inner != close)
		refuse(psprintf("%s%s", function, pnstrdup(text, close + 1 - text)),
			   "the function takes one field");
	*at = close + 1;
	return steps;
}

/* A name, quoted or not, possibly empty; palloc'd. */
static char *
parse_name(const char **at, const char *end)
{
	StringInfoData name;

	initStringInfo(&name);
	if (*at < end && **at == '"')
	{
		const char *text = *at;

		for ((*at)++; *at < end; (*at)++)
		{
			if (**at == '"')
			{
				if (*at + 1 == end || (*at)[1] != '"')
				{
					(*at)++;
					return name.data;
				}
				(*at)++;
			}
			appendStringInfoChar(&name, **at);
		}
		refuse(pnstrdup(text, end - text), "a double quote is missing");
	}
	while (*at < end && strchr(".:,()\"", **at) == NULL)
		appendStringInfoChar(&name, *(*at)++);
	while (name.len > 0 && scanner_isspace(name.data[name.len - 1]))
		name.data[--name.len] = '\0';
	return name.data;
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && scanner_isspace(*at))
		at++;
	return at;
}

/* The parenthesis that closes the one at the beginning, or NULL. */
static const char *
find_close(const char *at, const char *end)
{
	int depth = 0;
	bool quoted = false;

	for (; at < end; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		else if (!quoted && *at == '(')
			depth++;
		else if (!quoted && *at == ')' && --depth == 0)
			return at;
	}
	return NULL;
}

static void
refuse(const char *text, const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("field path \"%s\" is malformed: %s", text, reason)));
}
