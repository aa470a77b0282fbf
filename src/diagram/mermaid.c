/*
 * mermaid.c
 *	  A diagram as Mermaid's erDiagram.
 *
 * Mermaid reads its text with regular expressions, in several passes, of which
 * some do not know what a quoted string is: a line that holds "direction" and
 * "TB" anywhere is swallowed, quoted or not, "%%{" begins a directive, and text
 * goes through Markdown and HTML in the end.  There is no escape but the
 * numeric entity #N;, which is decoded only when the picture is drawn.  So all
 * but letters, digits and a few more characters is written like that.
 *
 * Names and types of attributes cannot be quoted, and entities mean nothing in
 * them.  Where one holds what Mermaid does not take, it is shown with
 * underscores instead, and as it is in the attribute's comment.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "diagram/diagram.h"

/* a character of a name: a code point, if the database's encoding tells it */
typedef struct Character
{
	pg_wchar code;
	int len; /* bytes */
} Character;

static void append_entity(StringInfo buf, const RlnEntity *entity);
static void append_attribute(StringInfo buf, const RlnAttribute *attribute);
static bool append_word(StringInfo buf, const char *word, const char *suffix);
static const char *array_suffix(char *type);
static void append_escaped(StringInfo buf, const char *text);
static bool is_plain(const char *text, const char *at, Character character);
static Character next_character(const char *at);
static bool is_special(pg_wchar code);
static bool is_letter(Character character);
static bool is_alnum(char c);
static bool is_keyword(const char *word);


/*
 * erDiagram
 *     e1["cities"] {
 *         int4 id PK
 *         int4 country_id FK
 *     }
 *     e2["country"] {
 *         int4 id PK
 *     }
 *     e1 }o--|| e2 : "M2O country / cities"
 */
void
rln_append_mermaid(StringInfo buf, const RlnDiagram *diagram)
{
	ListCell *lc;

	appendStringInfoString(buf, "erDiagram\n");
	foreach(lc, diagram->entities)
	{
		CHECK_FOR_INTERRUPTS();
		append_entity(buf, lfirst(lc));
	}
	foreach(lc, diagram->lines)
	{
		const RlnLine *line = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		appendStringInfo(buf, "    e%d %s%s%s e%d : \"", line->many->number,
						 line->edge->is_unique ? "|o" : "}o", RLN_IS_ANY(line->edge) ? ".." : "--",
						 line->is_required ? "||" : "o|", line->one->number);
		rln_append_line_label(buf, line, append_escaped);
		appendStringInfoString(buf, "\"\n");
	}
}

static void
append_entity(StringInfo buf, const RlnEntity *entity)
{
	ListCell *lc;

	appendStringInfo(buf, "    e%d[\"", entity->number);
	append_escaped(buf, entity->label);
	appendStringInfoString(buf, "\"]");
	if (entity->attributes != NIL)
	{
		appendStringInfoString(buf, " {\n");
		foreach(lc, entity->attributes)
			append_attribute(buf, lfirst(lc));
		appendStringInfoString(buf, "    }");
	}
	appendStringInfoChar(buf, '\n');
}

/* type name marks "true name, then true type, if they had to be changed" */
static void
append_attribute(StringInfo buf, const RlnAttribute *attribute)
{
	char *type = pstrdup(attribute->type);
	const char *suffix = array_suffix(type);
	bool type_changed;
	bool name_changed;

	appendStringInfoString(buf, "        ");
	type_changed = append_word(buf, type, suffix);
	appendStringInfoChar(buf, ' ');
	name_changed = append_word(buf, attribute->name, "");
	if (attribute->marks[0] != '\0')
		appendStringInfo(buf, " %s", attribute->marks);
	if (name_changed || type_changed)
	{
		appendStringInfoString(buf, " \"");
		if (name_changed)
			append_escaped(buf, attribute->name);
		if (name_changed && type_changed)
			append_escaped(buf, " ");
		if (type_changed)
			append_escaped(buf, attribute->type);
		appendStringInfoChar(buf, '"');
	}
	appendStringInfoChar(buf, '\n');
}

/*
 * A name or type as Mermaid takes it.  Returns whether it had to be changed.
 * Underscores at both ends would be read as Markdown and not be shown, but
 * break nothing: there the comment suffices.
 */
static bool
append_word(StringInfo buf, const char *word, const char *suffix)
{
	int start = buf->len;
	bool changed = false;
	Character character;

	if ((word[0] >= '0' && word[0] <= '9') || is_keyword(word))
	{
		appendStringInfoChar(buf, '_');
		changed = true;
	}
	for (const char *at = word; *at != '\0'; at += character.len)
	{
		character = next_character(at);
		if (*at == '_' || is_alnum(*at) || is_letter(character))
			appendBinaryStringInfo(buf, at, character.len);
		else
		{
			appendStringInfoChar(buf, '_');
			changed = true;
		}
	}
	changed |= buf->data[start] == '_' && buf->data[buf->len - 1] == '_';
	appendStringInfoString(buf, suffix);
	return changed;
}

/* Takes "[]", which may stay as it is, off the type and returns it, or "". */
static const char *
array_suffix(char *type)
{
	size_t len = strlen(type);

	if (len < 3 || strcmp(type + len - 2, "[]") != 0)
		return "";
	type[len - 2] = '\0';
	return "[]";
}

/*
 * The text, so that it is nothing but text within quotes.  Mermaid puts "ﬂ°" for
 * the "&" of an entity while it works and turns each one back when it is done, so
 * that a user's own would become an "&" in the picture's source; something
 * invisible keeps the two apart.
 */
static void
append_escaped(StringInfo buf, const char *text)
{
	Character character;

	for (const char *at = text; *at != '\0'; at += character.len)
	{
		character = next_character(at);
		if (is_plain(text, at, character))
			appendBinaryStringInfo(buf, at, character.len);
		else
			appendStringInfo(buf, "#%u;", character.code);
		if (character.code == 0xFB02 && next_character(at + character.len).code == 0xB0)
			appendStringInfoString(buf, "#8203;");
	}
}

/* An underscore is Markdown, but not in the middle of a word. */
static bool
is_plain(const char *text, const char *at, Character character)
{
	if (IS_HIGHBIT_SET(*at))
		return !is_special(character.code);
	if (*at == '_')
		return at > text && is_alnum(at[-1]) && is_alnum(at[1]);
	return *at == '.' || is_alnum(*at);
}

/*
 * The character at this place.  Of other encodings than UTF-8 we do not know
 * the code points; there the bytes of a character outside ASCII are left alone.
 */
static Character
next_character(const char *at)
{
	Character character;

	if (!IS_HIGHBIT_SET(*at))
	{
		character.code = (unsigned char) *at;
		character.len = 1;
	}
	else if (GetDatabaseEncoding() == PG_UTF8)
	{
		character.code = utf8_to_unicode((const unsigned char *) at);
		character.len = pg_utf_mblen((const unsigned char *) at);
	}
	else
	{
		character.code = 0;
		character.len = pg_mblen(at);
	}
	return character;
}

/*
 * Outside ASCII: what counts as space, the signs that Mermaid keeps entities in,
 * and what is no character, of which psql prints some and swallows others.  The
 * controls below U+00A0 are not special, since HTML reads their entities as
 * other characters.
 */
static bool
is_special(pg_wchar code)
{
	return code == 0xA0 || code == 0xB0 || code == 0xB6 || code == 0x1680 ||
		(code >= 0x2000 && code <= 0x206F) || code == 0x3000 || code == 0xFEFF ||
		(code & 0xFFFE) == 0xFFFE;
}

/* Outside ASCII: what Mermaid takes in the name of an attribute. */
static bool
is_letter(Character character)
{
	return character.len > 1 && !is_special(character.code) &&
		(character.code >= 0xC0 || character.code == 0);
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Does Mermaid take the word, or what it thinks is one, for a mark? */
static bool
is_keyword(const char *word)
{
	return (pg_strncasecmp(word, "pk", 2) == 0 || pg_strncasecmp(word, "fk", 2) == 0 ||
			pg_strncasecmp(word, "uk", 2) == 0) &&
		(word[2] == '\0' || IS_HIGHBIT_SET(word[2]));
}
