/*
 * dot.c
 *	  A diagram in DOT, the language of Graphviz.
 *
 * All text is in HTML-like labels, <...>, where XML's entities escape whatever
 * has a meaning to DOT or XML; "]" is among it, which Graphviz loses where it
 * comes first.  But the backslash is escaped by a backslash: Graphviz decodes
 * entities first and takes \N for a node's name after that.  XML knows no control
 * characters, not even as entities, nor code points that are no characters: one
 * in a name would make the whole label unreadable, so that something visible
 * stands for it.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "diagram/diagram.h"

static void append_entity(StringInfo buf, const RlnEntity *entity);
static void append_line(StringInfo buf, const RlnLine *line);
static void append_escaped(StringInfo buf, const char *text);
static bool is_no_character(const char *at);


/*
 * digraph relations {
 *     graph [rankdir=LR, ...];
 *     e1 [label=<<table ...>
 *         <tr><td colspan="3"><b>cities</b></td></tr>
 *         <tr><td>country_id</td><td>int4</td><td>FK</td></tr>
 *     </table>>];
 *     e1 -> e2 [label=<M2O country / cities>, arrowtail=crowodot, arrowhead=teetee];
 * }
 */
void
rln_append_dot(StringInfo buf, const RlnDiagram *diagram)
{
	ListCell *lc;

	appendStringInfoString(buf,
						   "digraph relations {\n"
						   "    graph [rankdir=LR, ranksep=1];\n"
						   "    node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
						   "    edge [dir=both, fontname=\"Helvetica\", fontsize=9];\n");
	foreach(lc, diagram->entities)
	{
		CHECK_FOR_INTERRUPTS();
		append_entity(buf, lfirst(lc));
	}
	foreach(lc, diagram->lines)
	{
		CHECK_FOR_INTERRUPTS();
		append_line(buf, lfirst(lc));
	}
	appendStringInfoString(buf, "}\n");
}

static void
append_entity(StringInfo buf, const RlnEntity *entity)
{
	ListCell *lc;

	appendStringInfo(buf, "    e%d [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\">\n",
					 entity->number);
	appendStringInfoString(buf, "        <tr><td colspan=\"3\" bgcolor=\"gray90\"><b>");
	append_escaped(buf, entity->label);
	appendStringInfoString(buf, "</b></td></tr>\n");
	foreach(lc, entity->attributes)
	{
		const RlnAttribute *attribute = lfirst(lc);

		appendStringInfoString(buf, "        <tr><td align=\"left\">");
		append_escaped(buf, attribute->name);
		appendStringInfoString(buf, "</td><td align=\"left\">");
		append_escaped(buf, attribute->type);
		appendStringInfo(buf, "</td><td>%s</td></tr>\n", attribute->marks);
	}
	appendStringInfoString(buf, "    </table>>];\n");
}

/* In crow's foot notation; what is nearest to the table comes first. */
static void
append_line(StringInfo buf, const RlnLine *line)
{
	appendStringInfo(buf, "    e%d -> e%d [label=<", line->many->number, line->one->number);
	rln_append_line_label(buf, line, append_escaped);
	appendStringInfo(buf, ">, arrowtail=%s, arrowhead=%s%s];\n",
					 line->edge->is_unique ? "teeodot" : "crowodot",
					 line->is_required ? "teetee" : "teeodot",
					 RLN_IS_ANY(line->edge) ? ", style=dashed" : "");
}

static void
append_escaped(StringInfo buf, const char *text)
{
	for (const char *at = text; *at != '\0'; at++)
	{
		unsigned char c = *at;

		if (c == '&' || c == '<' || c == '>' || c == '"' || c == ']')
			appendStringInfo(buf, "&#%d;", c);
		else if (c == '\\')
			appendStringInfoString(buf, "\\\\");
		else if (c < ' ')
			appendStringInfo(buf, "&#%d;", 0x2400 + c); /* its picture in Unicode */
		else if (c == 0x7F)
			appendStringInfo(buf, "&#%d;", 0x2421);
		else if (is_no_character(at))
		{
			appendStringInfo(buf, "&#%d;", 0xFFFD);
			at += pg_utf_mblen((const unsigned char *) at) - 1;
		}
		else
			appendStringInfoChar(buf, c);
	}
}

/*
 * Does a code point begin here that Unicode keeps from being a character?
 * PostgreSQL takes it, XML does not take all of them, psql does not print all.
 */
static bool
is_no_character(const char *at)
{
	pg_wchar code;

	if (!IS_HIGHBIT_SET(*at) || GetDatabaseEncoding() != PG_UTF8)
		return false;
	code = utf8_to_unicode((const unsigned char *) at);
	return code <= 0x10FFFF && (code & 0xFFFE) == 0xFFFE;
}
