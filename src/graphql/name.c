/*
 * name.c
 *	  Names of the database as names of GraphQL.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "graphql/schema.h"

static bool is_letter(char c);


/* /[_A-Za-z][_0-9A-Za-z]*\/, and none of the introspection's, which begin with "__". */
bool
rln_gql_is_name(const char *name)
{
	if (!is_letter(name[0]) || strncmp(name, "__", 2) == 0)
		return false;
	for (const char *at = name; *at != '\0'; at++)
	{
		if (!is_letter(*at) && !(*at >= '0' && *at <= '9'))
			return false;
	}
	return true;
}

/*
 * The name, or one like it that GraphQL takes: "_" stands for every character
 * that it does not take, and before a digit; one of two leading "_" is left
 * out.  palloc'd.
 */
char *
rln_gql_name(const char *name)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (*name >= '0' && *name <= '9')
		appendStringInfoChar(&buf, '_');
	while (*name != '\0')
	{
		bool is_taken = is_letter(*name) || (*name >= '0' && *name <= '9');

		appendStringInfoChar(&buf, is_taken ? *name : '_');
		name += Min(pg_mblen(name), strlen(name));
	}
	if (buf.len == 0)
		appendStringInfoChar(&buf, '_');
	name = buf.data;
	while (strncmp(name, "__", 2) == 0)
		name++;
	return (char *) name;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
