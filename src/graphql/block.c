/*
 * block.c
 *	  The value of a block string (specification, section 2.9.4).
 */
#include "postgres.h"

#include "graphql/ast.h"

static const char *line_end(const char *line);
static int indent_of(const char *line, const char *end);


/*
 * The text without the indentation that all lines but the first share, and
 * without the blank lines at its ends; palloc'd.  Lines end in "\n" alone.
 */
char *
rln_gql_block_string(const char *raw)
{
	StringInfoData value;
	const char *first = NULL; /* line that is not blank */
	const char *last = NULL;
	int common = -1;
	const char *end;

	initStringInfo(&value);
	for (const char *line = raw;; line = end + 1)
	{
		int indent;

		end = line_end(line);
		indent = indent_of(line, end);
		if (indent < end - line)
		{
			if (first == NULL)
				first = line;
			last = line;
			if (line != raw && (common < 0 || indent < common))
				common = indent;
		}
		if (*end == '\0')
			break;
	}
	if (first == NULL)
		return value.data;
	for (const char *line = first;; line = end + 1)
	{
		int cut = line == raw ? 0 : Max(common, 0);

		end = line_end(line);
		if (line != first)
			appendStringInfoChar(&value, '\n');
		if (end - line > cut)
			appendBinaryStringInfo(&value, line + cut, end - line - cut);
		if (line == last)
			return value.data;
	}
}

static const char *
line_end(const char *line)
{
	while (*line != '\0' && *line != '\n')
		line++;
	return line;
}

/* Its blanks and tabs before anything else. */
static int
indent_of(const char *line, const char *end)
{
	const char *at = line;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at - line;
}
