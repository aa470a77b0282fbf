/*
 * json_scalar.c
 *	  Writing values as JSON text: strings, and the common types.
 *
 * The types here are built in, so their values are read without a call through
 * their output functions where that is cheaper, and printed into the buffer
 * itself.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/bytea.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/json.h"

/* a digit of int8 each 3.4 bits, the sign, the terminator */
#define MAX_INT_TEXT 21

/* the same byte eight times */
#define BYTES(byte) (UINT64CONST(0x0101010101010101) * (byte))

static int clean_length(const char *text, int len);
static void append_escaped(StringInfo buf, unsigned char c);
static void write_bool(StringInfo buf, RlnJsonType *type, Datum value);
static void write_int2(StringInfo buf, RlnJsonType *type, Datum value);
static void write_int4(StringInfo buf, RlnJsonType *type, Datum value);
static void write_int8(StringInfo buf, RlnJsonType *type, Datum value);
static void write_oid(StringInfo buf, RlnJsonType *type, Datum value);
static void write_float4(StringInfo buf, RlnJsonType *type, Datum value);
static void write_float8(StringInfo buf, RlnJsonType *type, Datum value);
static void append_number(StringInfo buf, char *text);
static void write_text(StringInfo buf, RlnJsonType *type, Datum value);
static void write_cstring(StringInfo buf, RlnJsonType *type, Datum value);
static void write_date(StringInfo buf, RlnJsonType *type, Datum value);
static void write_timestamp(StringInfo buf, RlnJsonType *type, Datum value);
static void write_timestamptz(StringInfo buf, RlnJsonType *type, Datum value);
static void append_datetime(StringInfo buf, Datum value, Oid type);
static void write_uuid(StringInfo buf, RlnJsonType *type, Datum value);
static void write_bytea(StringInfo buf, RlnJsonType *type, Datum value);
static void write_json(StringInfo buf, RlnJsonType *type, Datum value);
static void write_jsonb(StringInfo buf, RlnJsonType *type, Datum value);


/* The writer of a built-in type; NULL if it has none here. */
RlnJsonWriter
rln_json_scalar_writer(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return write_bool;
		case INT2OID:
			return write_int2;
		case INT4OID:
			return write_int4;
		case INT8OID:
			return write_int8;
		case OIDOID:
			return write_oid;
		case FLOAT4OID:
			return write_float4;
		case FLOAT8OID:
			return write_float8;
		case NUMERICOID:
			return rln_json_numeric;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return write_text;
		case NAMEOID:
		case UNKNOWNOID:
		case CSTRINGOID:
			return write_cstring;
		case DATEOID:
			return write_date;
		case TIMESTAMPOID:
			return write_timestamp;
		case TIMESTAMPTZOID:
			return write_timestamptz;
		case UUIDOID:
			return write_uuid;
		case BYTEAOID:
			return write_bytea;
		case JSONOID:
			return write_json;
		case JSONBOID:
			return write_jsonb;
		default:
			return NULL;
	}
}

/* The slow half of rln_json_reserve(). */
void
rln_json_enlarge(StringInfo buf, int needed)
{
	if ((Size) needed >= MaxAllocSize - (Size) buf->len)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("JSON result is too large"),
				 errdetail("A value can hold at most 1 GB."),
				 errhint("Ask for fewer rows or fields, or read row by row with relations.items().")));
	enlargeStringInfo(buf, needed);
}

/*
 * Appends a JSON string, escaped as escape_json() does it: byte by byte, since
 * no server encoding uses ASCII bytes within a character.
 */
void
rln_json_string(StringInfo buf, const char *text, int len)
{
	rln_json_reserve(buf, len + 2);
	buf->data[buf->len++] = '"';
	for (;;)
	{
		int clean = clean_length(text, len);

		rln_json_append(buf, text, clean);
		text += clean;
		len -= clean;
		if (len == 0)
			break;
		append_escaped(buf, *text);
		text++;
		len--;
	}
	rln_json_append_char(buf, '"');
	buf->data[buf->len] = '\0';
}

/*
 * How many bytes come before the first that must be escaped: a control
 * character, a quote, a backslash.  Eight bytes are tested in one go; the
 * borrow of a subtraction sets the high bit of a byte that is smaller than the
 * subtrahend, and of no other byte unless there is such a one.
 */
static int
clean_length(const char *text, int len)
{
	int i = 0;

	for (; i + 8 <= len; i += 8)
	{
		uint64 chunk;
		uint64 quote;
		uint64 backslash;
		uint64 found;

		memcpy(&chunk, text + i, 8);
		quote = chunk ^ BYTES('"');
		backslash = chunk ^ BYTES('\\');
		found = (chunk - BYTES(0x20)) & ~chunk;
		found |= (quote - BYTES(1)) & ~quote;
		found |= (backslash - BYTES(1)) & ~backslash;
		if ((found & BYTES(0x80)) != 0)
			break;
	}
	for (; i < len; i++)
	{
		unsigned char c = text[i];

		if (c < 0x20 || c == '"' || c == '\\')
			break;
	}
	return i;
}

static void
append_escaped(StringInfo buf, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char escaped[6] = {'\\', 'u', '0', '0'};

	switch (c)
	{
		case '"':
		case '\\':
			escaped[1] = c;
			break;
		case '\b':
			escaped[1] = 'b';
			break;
		case '\f':
			escaped[1] = 'f';
			break;
		case '\n':
			escaped[1] = 'n';
			break;
		case '\r':
			escaped[1] = 'r';
			break;
		case '\t':
			escaped[1] = 't';
			break;
		default:
			escaped[4] = hex[c >> 4];
			escaped[5] = hex[c & 15];
			rln_json_append(buf, escaped, 6);
			return;
	}
	rln_json_append(buf, escaped, 2);
}

static void
write_bool(StringInfo buf, RlnJsonType *type, Datum value)
{
	if (DatumGetBool(value))
		rln_json_append(buf, "true", 4);
	else
		rln_json_append(buf, "false", 5);
}

static void
write_int2(StringInfo buf, RlnJsonType *type, Datum value)
{
	rln_json_reserve(buf, MAX_INT_TEXT);
	buf->len += pg_ltoa(DatumGetInt16(value), buf->data + buf->len);
}

static void
write_int4(StringInfo buf, RlnJsonType *type, Datum value)
{
	rln_json_reserve(buf, MAX_INT_TEXT);
	buf->len += pg_ltoa(DatumGetInt32(value), buf->data + buf->len);
}

static void
write_int8(StringInfo buf, RlnJsonType *type, Datum value)
{
	rln_json_reserve(buf, MAX_INT_TEXT);
	buf->len += pg_lltoa(DatumGetInt64(value), buf->data + buf->len);
}

/* to_json() takes an oid for a name, not for a number */
static void
write_oid(StringInfo buf, RlnJsonType *type, Datum value)
{
	rln_json_reserve(buf, MAX_INT_TEXT);
	buf->data[buf->len++] = '"';
	buf->len += pg_ultoa_n(DatumGetObjectId(value), buf->data + buf->len);
	buf->data[buf->len++] = '"';
}

static void
write_float4(StringInfo buf, RlnJsonType *type, Datum value)
{
	float4 number = DatumGetFloat4(value);

	if (extra_float_digits > 0 && !isnan(number) && !isinf(number))
	{
		rln_json_reserve(buf, FLOAT_SHORTEST_DECIMAL_LEN);
		buf->len += float_to_shortest_decimal_bufn(number, buf->data + buf->len);
	}
	else
		append_number(buf, DatumGetCString(DirectFunctionCall1(float4out, value)));
}

static void
write_float8(StringInfo buf, RlnJsonType *type, Datum value)
{
	float8 number = DatumGetFloat8(value);

	if (extra_float_digits > 0 && !isnan(number) && !isinf(number))
	{
		rln_json_reserve(buf, DOUBLE_SHORTEST_DECIMAL_LEN);
		buf->len += double_to_shortest_decimal_bufn(number, buf->data + buf->len);
	}
	else
		append_number(buf, float8out_internal(number));
}

/* What a number's output function gave; NaN and the infinities become strings. */
static void
append_number(StringInfo buf, char *text)
{
	const char *digits = text[0] == '-' ? text + 1 : text;
	int len = strlen(text);

	if (digits[0] >= '0' && digits[0] <= '9')
		rln_json_append(buf, text, len);
	else
		rln_json_string(buf, text, len);
	pfree(text);
}

static void
write_text(StringInfo buf, RlnJsonType *type, Datum value)
{
	text *string = DatumGetTextPP(value);

	rln_json_string(buf, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);
}

/* a name is a C string in a fixed room */
static void
write_cstring(StringInfo buf, RlnJsonType *type, Datum value)
{
	const char *string = DatumGetCString(value);

	rln_json_string(buf, string, strlen(string));
}

static void
write_date(StringInfo buf, RlnJsonType *type, Datum value)
{
	append_datetime(buf, value, DATEOID);
}

static void
write_timestamp(StringInfo buf, RlnJsonType *type, Datum value)
{
	append_datetime(buf, value, TIMESTAMPOID);
}

static void
write_timestamptz(StringInfo buf, RlnJsonType *type, Datum value)
{
	append_datetime(buf, value, TIMESTAMPTZOID);
}

/* ISO 8601, whatever DateStyle is */
static void
append_datetime(StringInfo buf, Datum value, Oid type)
{
	char *start;

	rln_json_reserve(buf, MAXDATELEN + 3);
	start = buf->data + buf->len;
	start[0] = '"';
	JsonEncodeDateTime(start + 1, value, type, NULL);
	buf->len += strlen(start);
	buf->data[buf->len++] = '"';
}

static void
write_uuid(StringInfo buf, RlnJsonType *type, Datum value)
{
	const pg_uuid_t *uuid = DatumGetUUIDP(value);
	char *to;

	rln_json_reserve(buf, 2 * UUID_LEN + 6);
	to = buf->data + buf->len;
	*to++ = '"';
	for (int i = 0; i < UUID_LEN; i += 2)
	{
		if (i >= 4 && i <= 10)
			*to++ = '-';
		to += hex_encode((const char *) uuid->data + i, 2, to);
	}
	*to++ = '"';
	buf->len = to - buf->data;
}

static void
write_bytea(StringInfo buf, RlnJsonType *type, Datum value)
{
	bytea *bytes;
	Size len;

	if (bytea_output != BYTEA_OUTPUT_HEX)
	{
		char *text = DatumGetCString(DirectFunctionCall1(byteaout, value));

		rln_json_string(buf, text, strlen(text));
		pfree(text);
		return;
	}
	bytes = DatumGetByteaPP(value);
	len = VARSIZE_ANY_EXHDR(bytes);
	rln_json_reserve(buf, Min(2 * len + 5, MaxAllocSize));
	rln_json_append(buf, "\"\\\\x", 4);
	buf->len += hex_encode(VARDATA_ANY(bytes), len, buf->data + buf->len);
	rln_json_append_char(buf, '"');
	if ((Pointer) bytes != DatumGetPointer(value))
		pfree(bytes);
}

/* as it was stored, blanks and repeated keys too */
static void
write_json(StringInfo buf, RlnJsonType *type, Datum value)
{
	text *json = DatumGetTextPP(value);

	rln_json_append(buf, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
	if ((Pointer) json != DatumGetPointer(value))
		pfree(json);
}

static void
write_jsonb(StringInfo buf, RlnJsonType *type, Datum value)
{
	Jsonb *jsonb = DatumGetJsonbP(value);

	/* a guess, and the server's own; it lets a result that is too large fail with our words */
	rln_json_reserve(buf, VARSIZE(jsonb));
	JsonbToCString(buf, &jsonb->root, VARSIZE(jsonb));
	if ((Pointer) jsonb != DatumGetPointer(value))
		pfree(jsonb);
}
