/*
 * lexer.c
 *	  GraphQL text to tokens (specification, section 2.1).
 *
 * The first error ends the text: from then on there is no token but the end,
 * so that whoever reads tokens stops by itself and nobody has to look after
 * each of them.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "graphql/ast.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static void skip_ignored(RlnGqlLexer *lexer);
static void end_line(RlnGqlLexer *lexer);
static RlnGqlPlace place_at(RlnGqlLexer *lexer, const char *at);
static void read_name(RlnGqlLexer *lexer);
static void read_number(RlnGqlLexer *lexer);
static const char *read_digits(RlnGqlLexer *lexer, const char *at);
static void read_string(RlnGqlLexer *lexer);
static bool read_escape(RlnGqlLexer *lexer, StringInfo text);
static bool read_unicode(RlnGqlLexer *lexer, const char *escape, uint32 *code);
static bool read_hex(const char **at, const char *end, int least, int most, uint32 *code);
static void append_code(StringInfo text, uint32 code);
static void read_block_string(RlnGqlLexer *lexer);
static char *describe_character(const RlnGqlLexer *lexer, const char *at);
static bool is_name_start(char c);
static bool is_name_continue(char c);
static bool is_digit(char c);


/* Before the first token, which rln_gql_advance() reads; the text must stay. */
void
rln_gql_lexer_init(RlnGqlLexer *lexer, const char *text, int length)
{
	memset(lexer, 0, sizeof(RlnGqlLexer));
	lexer->at = lexer->line_start = lexer->counted = text;
	lexer->end = text + length;
	lexer->line = 1;
	lexer->column = 1;
}

/* The next token becomes the current one. */
void
rln_gql_advance(RlnGqlLexer *lexer)
{
	RlnGqlToken *token = &lexer->token;
	char c;

	CHECK_FOR_INTERRUPTS();
	token->kind = RLN_GQL_TOKEN_END;
	token->text = NULL;
	token->punctuator = '\0';
	skip_ignored(lexer);
	token->place = place_at(lexer, lexer->at);
	if (lexer->at == lexer->end)
		return;
	if (++lexer->ntokens > RLN_GQL_MAX_TOKENS)
	{
		rln_gql_fail(lexer, token->place,
					 psprintf("Document contains more than %d tokens. Parsing aborted.",
							  RLN_GQL_MAX_TOKENS));
		return;
	}
	c = *lexer->at;
	if (is_name_start(c))
		read_name(lexer);
	else if (is_digit(c) || c == '-')
		read_number(lexer);
	else if (c == '"' && lexer->end - lexer->at >= 3 && memcmp(lexer->at, "\"\"\"", 3) == 0)
		read_block_string(lexer);
	else if (c == '"')
		read_string(lexer);
	else if (c == '.' && lexer->end - lexer->at >= 3 && memcmp(lexer->at, "...", 3) == 0)
	{
		token->kind = RLN_GQL_TOKEN_PUNCTUATOR;
		token->punctuator = '.';
		lexer->at += 3;
	}
	else if (c != '\0' && strchr("!$&():=@[]{|}", c) != NULL)
	{
		token->kind = RLN_GQL_TOKEN_PUNCTUATOR;
		token->punctuator = c;
		lexer->at++;
	}
	else if (c == '\'')
		rln_gql_fail(lexer, token->place,
					 "Unexpected single quote character ('), did you mean to use a double quote (\")?");
	else
		rln_gql_fail(lexer, token->place,
					 psprintf("Unexpected character: %s.", describe_character(lexer, lexer->at)));
}

/* Notes the first error; nothing but the end follows. */
void
rln_gql_fail(RlnGqlLexer *lexer, RlnGqlPlace place, const char *message)
{
	if (lexer->error == NULL)
		lexer->error = rln_gql_error(psprintf("Syntax Error: %s", message), place);
	lexer->at = lexer->end;
	lexer->token.kind = RLN_GQL_TOKEN_END;
	lexer->token.punctuator = '\0';
	lexer->token.text = NULL;
}

/* For messages; palloc'd. */
char *
rln_gql_token_name(const RlnGqlToken *token)
{
	switch (token->kind)
	{
		case RLN_GQL_TOKEN_END:
			return "<EOF>";
		case RLN_GQL_TOKEN_PUNCTUATOR:
			return token->punctuator == '.' ? "\"...\"" : psprintf("\"%c\"", token->punctuator);
		case RLN_GQL_TOKEN_NAME:
			return psprintf("Name \"%s\"", token->text);
		case RLN_GQL_TOKEN_INT:
			return psprintf("Int \"%s\"", token->text);
		case RLN_GQL_TOKEN_FLOAT:
			return psprintf("Float \"%s\"", token->text);
		case RLN_GQL_TOKEN_STRING:
			return psprintf("String \"%s\"", token->text);
		default:
			return psprintf("BlockString \"%s\"", token->text);
	}
}

/* Blanks, lines' ends, commas, comments, the byte order mark. */
static void
skip_ignored(RlnGqlLexer *lexer)
{
	while (lexer->at < lexer->end)
	{
		char c = *lexer->at;

		if (c == ' ' || c == '\t' || c == ',')
			lexer->at++;
		else if (c == '\n' || c == '\r')
			end_line(lexer);
		else if (c == '#')
		{
			while (lexer->at < lexer->end && *lexer->at != '\n' && *lexer->at != '\r')
				lexer->at++;
		}
		else if (lexer->end - lexer->at >= 3 && GetDatabaseEncoding() == PG_UTF8 &&
				 memcmp(lexer->at, BYTE_ORDER_MARK, 3) == 0)
			lexer->at += 3;
		else
			break;
	}
}

/* "\n", "\r\n" or "\r" */
static void
end_line(RlnGqlLexer *lexer)
{
	if (*lexer->at == '\r' && lexer->at + 1 < lexer->end && lexer->at[1] == '\n')
		lexer->at++;
	lexer->at++;
	lexer->line++;
	lexer->line_start = lexer->counted = lexer->at;
	lexer->column = 1;
}

/* Of a byte of the current line that is not before the last one asked for. */
static RlnGqlPlace
place_at(RlnGqlLexer *lexer, const char *at)
{
	RlnGqlPlace place;

	while (lexer->counted < at)
	{
		lexer->counted += pg_mblen(lexer->counted);
		lexer->column++;
	}
	place.line = lexer->line;
	place.column = lexer->column;
	return place;
}

static void
read_name(RlnGqlLexer *lexer)
{
	const char *start = lexer->at;

	while (lexer->at < lexer->end && is_name_continue(*lexer->at))
		lexer->at++;
	lexer->token.kind = RLN_GQL_TOKEN_NAME;
	lexer->token.text = pnstrdup(start, lexer->at - start);
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?, with no name or point behind it */
static void
read_number(RlnGqlLexer *lexer)
{
	const char *start = lexer->at;
	const char *at = start;
	bool is_float = false;

	if (*at == '-')
		at++;
	if (at < lexer->end && *at == '0')
	{
		at++;
		if (at < lexer->end && is_digit(*at))
		{
			rln_gql_fail(lexer, place_at(lexer, at),
						 psprintf("Invalid number, unexpected digit after 0: \"%c\".", *at));
			return;
		}
	}
	else if ((at = read_digits(lexer, at)) == NULL)
		return;
	if (at < lexer->end && *at == '.')
	{
		is_float = true;
		if ((at = read_digits(lexer, at + 1)) == NULL)
			return;
	}
	if (at < lexer->end && (*at == 'e' || *at == 'E'))
	{
		is_float = true;
		at++;
		if (at < lexer->end && (*at == '+' || *at == '-'))
			at++;
		if ((at = read_digits(lexer, at)) == NULL)
			return;
	}
	if (at < lexer->end && (*at == '.' || is_name_start(*at)))
	{
		rln_gql_fail(lexer, place_at(lexer, at),
					 psprintf("Invalid number, expected digit but got: %s.",
							  describe_character(lexer, at)));
		return;
	}
	lexer->token.kind = is_float ? RLN_GQL_TOKEN_FLOAT : RLN_GQL_TOKEN_INT;
	lexer->token.text = pnstrdup(start, at - start);
	lexer->at = at;
}

/* Behind the digits; NULL where there are none, which is an error. */
static const char *
read_digits(RlnGqlLexer *lexer, const char *at)
{
	if (at == lexer->end || !is_digit(*at))
	{
		rln_gql_fail(lexer, place_at(lexer, at),
					 psprintf("Invalid number, expected digit but got: %s.",
							  describe_character(lexer, at)));
		return NULL;
	}
	while (at < lexer->end && is_digit(*at))
		at++;
	return at;
}

static void
read_string(RlnGqlLexer *lexer)
{
	StringInfoData text;

	initStringInfo(&text);
	for (lexer->at++;;)
	{
		int length;

		if (lexer->at == lexer->end || *lexer->at == '\n' || *lexer->at == '\r')
		{
			rln_gql_fail(lexer, place_at(lexer, lexer->at), "Unterminated string.");
			return;
		}
		if (*lexer->at == '"')
			break;
		if (*lexer->at == '\\')
		{
			if (!read_escape(lexer, &text))
				return;
			continue;
		}
		length = pg_mblen(lexer->at);
		appendBinaryStringInfo(&text, lexer->at, length);
		lexer->at += length;
	}
	lexer->at++;
	lexer->token.kind = RLN_GQL_TOKEN_STRING;
	lexer->token.text = text.data;
}

/* A backslash and what is behind it. */
static bool
read_escape(RlnGqlLexer *lexer, StringInfo text)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const char *escape = lexer->at;
	uint32 code;

	if (escape + 1 < lexer->end && escape[1] == 'u')
	{
		lexer->at += 2;
		if (!read_unicode(lexer, escape, &code))
			return false;
		append_code(text, code);
		return true;
	}
	for (const char *known = escapes; escape + 1 < lexer->end && *known != '\0'; known += 2)
	{
		if (*known == escape[1])
		{
			appendStringInfoChar(text, known[1]);
			lexer->at += 2;
			return true;
		}
	}
	rln_gql_fail(
		lexer, place_at(lexer, escape),
		psprintf("Invalid character escape sequence: \"\\%s\".",
				 escape + 1 < lexer->end
					 ? pnstrdup(escape + 1, Min(pg_mblen(escape + 1), lexer->end - escape - 1))
					 : ""));
	return false;
}

/* XXXX, two of them that are a surrogate pair, or {X...}: behind "\u" */
static bool
read_unicode(RlnGqlLexer *lexer, const char *escape, uint32 *code)
{
	const char *at = lexer->at;
	bool valid;

	if (at < lexer->end && *at == '{')
	{
		at++;
		valid = read_hex(&at, lexer->end, 1, 8, code) && at < lexer->end && *at == '}' &&
			*code <= 0x10FFFF && !(*code >= 0xD800 && *code <= 0xDFFF);
		at++;
	}
	else
	{
		uint32 trail;

		valid = read_hex(&at, lexer->end, 4, 4, code);
		if (valid && *code >= 0xD800 && *code <= 0xDFFF)
		{
			valid = *code < 0xDC00 && lexer->end - at >= 6 && at[0] == '\\' && at[1] == 'u';
			at += 2;
			valid = valid && read_hex(&at, lexer->end, 4, 4, &trail) && trail >= 0xDC00 &&
				trail <= 0xDFFF;
			if (valid)
				*code = 0x10000 + ((*code - 0xD800) << 10) + (trail - 0xDC00);
		}
	}
	if (!valid || *code == 0)
	{
		rln_gql_fail(lexer, place_at(lexer, escape),
					 psprintf(valid ? "The character \"%s\" is not supported."
									: "Invalid Unicode escape sequence: \"%s\".",
							  pnstrdup(escape, pg_mbcliplen(escape, lexer->end - escape, 6))));
		return false;
	}
	lexer->at = at;
	return true;
}

static bool
read_hex(const char **at, const char *end, int least, int most, uint32 *code)
{
	int digits = 0;

	*code = 0;
	for (; digits < most && *at < end && isxdigit((unsigned char) **at); digits++, (*at)++)
	{
		char c = **at;

		*code = *code << 4 | (is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return digits >= least;
}

/* In the database's encoding; 22P05 where that has no such character. */
static void
append_code(StringInfo text, uint32 code)
{
	unsigned char buf[MAX_UNICODE_EQUIVALENT_STRING + 1];

	pg_unicode_to_server(code, buf);
	appendStringInfoString(text, (char *) buf);
}

/* Its only escape is that of three quotes. */
static void
read_block_string(RlnGqlLexer *lexer)
{
	StringInfoData raw;

	initStringInfo(&raw);
	lexer->at += 3;
	for (;;)
	{
		Size left = lexer->end - lexer->at;
		int length;

		CHECK_FOR_INTERRUPTS();
		if (left == 0)
		{
			rln_gql_fail(lexer, place_at(lexer, lexer->at), "Unterminated string.");
			return;
		}
		if (left >= 3 && memcmp(lexer->at, "\"\"\"", 3) == 0)
			break;
		if (left >= 4 && memcmp(lexer->at, "\\\"\"\"", 4) == 0)
		{
			appendStringInfoString(&raw, "\"\"\"");
			lexer->at += 4;
			continue;
		}
		if (*lexer->at == '\n' || *lexer->at == '\r')
		{
			appendStringInfoChar(&raw, '\n');
			end_line(lexer);
			continue;
		}
		length = pg_mblen(lexer->at);
		appendBinaryStringInfo(&raw, lexer->at, length);
		lexer->at += length;
	}
	lexer->at += 3;
	lexer->token.kind = RLN_GQL_TOKEN_BLOCK_STRING;
	lexer->token.text = rln_gql_block_string(raw.data);
}

static char *
describe_character(const RlnGqlLexer *lexer, const char *at)
{
	unsigned char c;

	if (at >= lexer->end)
		return "<EOF>";
	c = *at;
	if (c < 0x20 || c == 0x7f)
		return psprintf("U+%04X", c);
	if (c == '"')
		return "'\"'";
	return psprintf("\"%s\"", pnstrdup(at, Min(pg_mblen(at), lexer->end - at)));
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_name_continue(char c)
{
	return is_name_start(c) || is_digit(c);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}
