/*
 * uri.c
 *	  Paths and query strings of requests.
 *
 * Percent encodings stand for bytes of UTF-8, whatever the database's encoding;
 * so the text is UTF-8 while it is taken apart, and each piece is converted back
 * when it is whole.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "rest/rest.h"

static List *split_path(char *path);


/*
 * Sets the segments and the query.  22023 for an encoding that is none, 42601
 * for parameters that do not fit together.
 */
void
rln_uri_parse(RlnRestRequest *request)
{
	char *text = pstrdup(pg_server_to_any(request->path, strlen(request->path), PG_UTF8));
	char *end;

	/* what a client keeps for itself */
	end = strchr(text, '#');
	if (end != NULL)
		*end = '\0';
	end = strchr(text, '?');
	if (end != NULL)
		*end++ = '\0';
	request->stage = RLN_REST_QUERY;
	request->segments = split_path(text);
	rln_parameters_parse(request, end == NULL ? "" : end);
	request->stage = RLN_REST_ROUTE;
}

/* The parts between slashes, decoded; a slash at the end is none. */
static List *
split_path(char *path)
{
	List *segments = NIL;

	while (*path == '/')
		path++;
	while (*path != '\0')
	{
		char *end = strchrnul(path, '/');
		bool is_last = *end == '\0';

		*end = '\0';
		segments = lappend(segments, rln_uri_decode(path, false));
		path = is_last ? end : end + 1;
	}
	return segments;
}

/*
 * The text that a piece of UTF-8 stands for, in the database's encoding.  In query
 * strings a plus is a space.
 */
char *
rln_uri_decode(const char *text, bool plus_is_space)
{
	char *result = palloc(strlen(text) + 1);
	char *to = result;

	for (; *text != '\0'; text++)
	{
		char digits[3] = {0};
		char *end;

		if (*text == '+' && plus_is_space)
			*to++ = ' ';
		else if (*text != '%')
			*to++ = *text;
		else
		{
			strlcpy(digits, text + 1, sizeof(digits));
			*to = (char) strtol(digits, &end, 16);
			if (strlen(digits) != 2 || !isxdigit((unsigned char) digits[0]) || *end != '\0' ||
				*to == '\0')
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("a percent sign must be followed by two hexadecimal digits that are not both zero")));
			to++;
			text += 2;
		}
	}
	*to = '\0';
	return pg_any_to_server(result, to - result, PG_UTF8);
}
