/*
 * names.c
 *	  Generated identifiers, and lists of names as text.
 *
 * Two kinds of names go through here.  Names that we make up (junction
 * tables, their columns, row functions) are put together and clipped to
 * NAMEDATALEN as PostgreSQL does for its own indexes and constraints, never in
 * the middle of a character, and numbered where they would collide.  Names
 * that users give are lists in one text, "a,b": an element that holds a comma,
 * a double quote or outer blanks is written in double quotes, with inner ones
 * doubled, so that printing and parsing are each other's inverse.  There is no
 * folding of case: these are names as the catalogs hold them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/value.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "base/names.h"

static bool needs_quotes(const char *name);
static char *parse_quoted(const char **text);
static char *parse_bare(const char **text);


/*
 * A user's name, shortened to what an identifier may hold, with PostgreSQL's
 * own notice.  Returns a palloc'd copy.
 */
char *
rln_name_clip(const char *name)
{
	char *copy = pstrdup(name);

	truncate_identifier(copy, strlen(copy), true);
	return copy;
}

/* "first_second", clipped; palloc'd. */
char *
rln_name_join(const char *first, const char *second)
{
	return makeObjectName(first, second, NULL);
}

/*
 * The first of first_second, first_second_1, first_second_2, ... that is not
 * taken; second may be NULL.  Clipping leaves room for the number, so that
 * long names do not collide.  Returns a palloc'd name.
 */
char *
rln_name_choose(const char *first, const char *second, RlnNameTaken taken, void *arg)
{
	char *name = makeObjectName(first, second, NULL);
	int n = 0;

	while (taken(name, arg))
	{
		char label[16];

		snprintf(label, sizeof(label), "%d", ++n);
		name = makeObjectName(first, second, label);
	}
	return name;
}

/* A RlnNameTaken: is the name in the List? */
bool
rln_name_listed(const char *name, void *names)
{
	return rln_names_contain(names, name);
}

/*
 * "a_b_c", as PostgreSQL names constraints after their columns; not clipped.
 */
char *
rln_names_concat(const List *names)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, names)
	{
		if (buf.len > 0)
			appendStringInfoChar(&buf, '_');
		appendStringInfoString(&buf, lfirst(lc));
	}
	return buf.data;
}

/*
 * The elements of "a,b" as a List of palloc'd char *; outer blanks go, empty
 * elements are an error (22023).  Text without any element gives NIL.
 */
List *
rln_csv_parse(const char *text)
{
	List *names = NIL;
	const char *at = text;

	while (scanner_isspace(*at))
		at++;
	if (*at == '\0')
		return NIL;

	for (;;)
	{
		char *name;

		while (scanner_isspace(*at))
			at++;
		name = *at == '"' ? parse_quoted(&at) : parse_bare(&at);
		if (name == NULL || name[0] == '\0' || (*at != ',' && *at != '\0'))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("malformed list of names: \"%s\"", text),
					 errhint("Separate names by commas; put a name that holds a comma or a quote in double quotes.")));
		names = lappend(names, name);
		if (*at == '\0')
			return names;
		at++;
	}
}

/* The inverse of rln_csv_parse(); palloc'd. */
char *
rln_csv_print(const List *names)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, names)
	{
		const char *name = lfirst(lc);

		if (buf.len > 0)
			appendStringInfoChar(&buf, ',');
		if (!needs_quotes(name))
		{
			appendStringInfoString(&buf, name);
			continue;
		}
		appendStringInfoChar(&buf, '"');
		for (const char *c = name; *c; c++)
		{
			if (*c == '"')
				appendStringInfoChar(&buf, '"');
			appendStringInfoChar(&buf, *c);
		}
		appendStringInfoChar(&buf, '"');
	}
	return buf.data;
}

/* The elements of a name[] as a List of palloc'd char *; nulls are an error. */
List *
rln_names_from_array(ArrayType *array)
{
	List *names = NIL;
	Datum *elements;
	bool *nulls;
	int n;

	deconstruct_array(array, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a list of names must not hold nulls")));
		names = lappend(names, pstrdup(NameStr(*DatumGetName(elements[i]))));
	}
	return names;
}

bool
rln_names_contain(const List *names, const char *name)
{
	ListCell *lc;

	foreach(lc, names)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return true;
	}
	return false;
}

/* A copy of the list without the name. */
List *
rln_names_without(const List *names, const char *name)
{
	List *rest = NIL;
	ListCell *lc;

	foreach(lc, names)
	{
		if (strcmp(lfirst(lc), name) != 0)
			rest = lappend(rest, lfirst(lc));
	}
	return rest;
}

/* Do two lists hold the same names in the same order? */
bool
rln_names_equal(const List *a, const List *b)
{
	ListCell *la;
	ListCell *lb;

	if (list_length(a) != list_length(b))
		return false;
	forboth(la, a, lb, b)
	{
		if (strcmp(lfirst(la), lfirst(lb)) != 0)
			return false;
	}
	return true;
}

/* Do two lists without repetitions hold the same names, in any order? */
bool
rln_names_same_set(const List *a, const List *b)
{
	ListCell *lc;

	if (list_length(a) != list_length(b))
		return false;
	foreach(lc, a)
	{
		if (!rln_names_contain(b, lfirst(lc)))
			return false;
	}
	return true;
}

static bool
needs_quotes(const char *name)
{
	size_t len = strlen(name);

	return len == 0 || strpbrk(name, ",\"") != NULL ||
		scanner_isspace(name[0]) || scanner_isspace(name[len - 1]);
}

/*
 * An element in double quotes; moves past it and the blanks behind it.
 * Returns NULL where the closing quote is missing.
 */
static char *
parse_quoted(const char **text)
{
	StringInfoData buf;
	const char *at = *text + 1;

	initStringInfo(&buf);
	for (;; at++)
	{
		if (*at == '\0')
			return NULL;
		if (*at == '"' && *++at != '"')
			break;
		appendStringInfoChar(&buf, *at);
	}
	while (scanner_isspace(*at))
		at++;
	*text = at;
	return buf.data;
}

/* An element up to the next comma, without the blanks behind it. */
static char *
parse_bare(const char **text)
{
	const char *start = *text;
	const char *end = start + strcspn(start, ",");
	const char *last = end;

	while (last > start && scanner_isspace(last[-1]))
		last--;
	*text = end;
	return pnstrdup(start, last - start);
}
