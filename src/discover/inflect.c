/*
 * inflect.c
 *	  The tables that a class of an application may be stored in, by name.
 *
 * Applications write into a discriminator the name of a class (Blog::Post,
 * App\Models\Post, api::post.post), a short name for it (post), or the table's
 * own (posts).  Object mappers make a table's name of a class by writing it
 * with underscores and in the plural, with or without its namespace; none of
 * their rules is a table's name unless a table is called so.  So it does no harm
 * to try more forms than one mapper knows: Rails, Laravel, Django, Sequelize and
 * TypeORM are served by the same list.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/names.h"
#include "discover/discover.h"

/* no class's name is longer; text that somebody has written may be */
#define MAX_CLASS_NAME 255

/* what English makes of the end of a word; all that match are tried */
static const struct
{
	const char *singular;
	const char *plural;
} plurals[] = {
	{"", ""}, {"", "s"}, {"s", "ses"}, {"x", "xes"}, {"z", "zes"}, {"ch", "ches"}, {"sh", "shes"}, {"o", "oes"}, {"y", "ies"}, {"f", "ves"}, {"fe", "ves"}, {"is", "es"}, {"um", "a"}, {"on", "a"}, {"ix", "ices"}, {"ex", "ices"}, {"us", "i"}, {"man", "men"}, {"person", "people"}, {"child", "children"}, {"mouse", "mice"}, {"quiz", "quizzes"}, {"ox", "oxen"}, {"foot", "feet"}, {"tooth", "teeth"}, {"goose", "geese"}};

/* namespaces in which frameworks put all classes, and that no table is named after */
static const char *const frames[] = {"App", "Models", "Model", "Entities", "Entity", "Domain", "api"};

static List *split_namespaces(const char *value);
static char *join_segments(const List *segments, int first, int end);
static bool is_frame(const char *segment);
static List *add_forms(List *names, const char *prefix, const char *word);


/*
 * Names of tables that the value may mean, each with the prefix before it, those
 * of the whole value first; List of char *.  *whole gets their number: the others
 * leave namespaces out that are not just a framework's.
 */
List *
rln_table_names(const char *value, const char *prefix, int *whole)
{
	List *segments = split_namespaces(value);
	List *names = list_make1(psprintf("%s%s", prefix, value));

	*whole = 1;
	if (strlen(value) > MAX_CLASS_NAME)
		return names;
	for (int first = 0; first < list_length(segments); first++)
	{
		names = add_forms(names, prefix, join_segments(segments, first, list_length(segments)));
		if (first == list_length(segments) - 1)
			names = add_forms(names, prefix, llast(segments));
		if (first == 0)
			*whole = list_length(names);
	}
	return names;
}

/* Names of tables of the classes that the class may be nested in; List of char *. */
List *
rln_namespace_tables(const char *value)
{
	List *segments = split_namespaces(value);
	List *names = NIL;

	for (int end = 1; end < list_length(segments) && strlen(value) <= MAX_CLASS_NAME; end++)
		names = add_forms(names, "", join_segments(segments, 0, end));
	return names;
}

/* Is it a class of Ruby in a namespace, Blog::Post? */
bool
rln_is_constant_path(const char *value)
{
	return strstr(value, "::") != NULL && strpbrk(value, "\\./") == NULL;
}

/* BlogPost, HTMLPage, blog-post as blog_post, html_page, blog_post; palloc'd. */
char *
rln_name_underscore(const char *name)
{
	StringInfoData word;

	initStringInfo(&word);
	for (const char *c = name; *c; c++)
	{
		bool upper = *c >= 'A' && *c <= 'Z';
		bool after_upper = c > name && c[-1] >= 'A' && c[-1] <= 'Z';
		bool after_letter = c > name && c[-1] != '_' && c[-1] != '-' && c[-1] != ' ';
		bool before_lower = c[1] >= 'a' && c[1] <= 'z';

		if (upper && after_letter && (!after_upper || before_lower))
			appendStringInfoChar(&word, '_');
		appendStringInfoChar(&word, *c == '-' || *c == ' ' ? '_' : pg_tolower((unsigned char) *c));
	}
	return word.data;
}

/* Segments from first to before end, as one name with underscores; palloc'd. */
static char *
join_segments(const List *segments, int first, int end)
{
	StringInfoData joined;

	initStringInfo(&joined);
	for (int i = first; i < end; i++)
		appendStringInfo(&joined, "%s%s", i > first ? "_" : "",
						 rln_name_underscore(list_nth(segments, i)));
	return joined.data;
}

/* The parts of a class's name without the framework's own; List of char *. */
static List *
split_namespaces(const char *value)
{
	List *segments = NIL;
	const char *at = value;

	while (*at != '\0')
	{
		size_t length = strcspn(at, ":\\./");
		char *segment = pnstrdup(at, length);
		bool is_last;

		at += length;
		at += strspn(at, ":\\./");
		is_last = *at == '\0';
		if (length > 0 && (is_last || !is_frame(segment)))
			segments = lappend(segments, segment);
	}
	return segments;
}

static bool
is_frame(const char *segment)
{
	for (int i = 0; i < lengthof(frames); i++)
	{
		if (strcmp(segment, frames[i]) == 0)
			return true;
	}
	return false;
}

/* The word, and its plurals, but for what is listed. */
static List *
add_forms(List *names, const char *prefix, const char *word)
{
	size_t length = strlen(word);

	for (int i = 0; i < lengthof(plurals); i++)
	{
		size_t ending = strlen(plurals[i].singular);
		char *name;

		if (ending > length || strcmp(word + length - ending, plurals[i].singular) != 0)
			continue;
		name = psprintf("%s%.*s%s", prefix, (int) (length - ending), word, plurals[i].plural);
		if (!rln_names_contain(names, name))
			names = lappend(names, name);
	}
	return names;
}
