/*
 * json_numeric.c
 *	  Writing numeric values as JSON text.
 *
 * numeric_out() copies the value twice and its text once, which makes it the
 * dearest of the common types.  Here the digits go from where they are stored
 * into the buffer.  How they are stored is the type's form on disk, which
 * pg_upgrade keeps from version to version; numeric.c describes it:
 *
 *	  short header	16 bits: 1 0, sign, 6 bits of scale, 7 bits of signed weight
 *	  long header	16 bits: 0, sign, 14 bits of scale; 16 bits of signed weight
 *	  1 1			NaN and the infinities
 *
 * Then come digits of base 10000; the first counts 10000 ^ weight, and those of
 * zero at either end are left out.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "base/compat.h"
#include "base/json.h"

#define KIND_MASK 0xC000
#define SPECIAL 0xC000
#define SHORT 0x8000
#define SHORT_NEGATIVE 0x2000
#define SHORT_SCALE(header) (0x3F & ((header) >> 7))
#define SHORT_WEIGHT(header) ((int) ((0x7F & (header)) ^ 0x40) - 0x40)
#define LONG_NEGATIVE 0x4000
#define LONG_SCALE(header) (0x3FFF & (header))

/* decimal digits of a stored one */
#define DIGITS 4

typedef struct Number
{
	bool is_negative;
	int scale; /* decimal digits after the point */
	int weight;
	int ndigits;
	const char *digits; /* not aligned */
} Number;

static bool parse_number(Number *number, const struct varlena *value);
static int get_digit(const Number *number, int i);
static char *append_first(char *to, int digit);
static char *append_digit(char *to, int digit);


/* Appends a number as numeric_out() gives it; NaN and the infinities become strings. */
void
rln_json_numeric(StringInfo buf, RlnJsonType *type, Datum value)
{
	struct varlena *stored = PG_DETOAST_DATUM_PACKED(value);
	Number number;
	char *to;

	if (!parse_number(&number, stored))
	{
		char *text = DatumGetCString(DirectFunctionCall1(numeric_out, value));

		rln_json_string(buf, text, strlen(text));
		pfree(text);
		return;
	}
	rln_json_reserve(buf, DIGITS * (Max(number.weight, 0) + 2) + number.scale + 2);
	to = buf->data + buf->len;
	if (number.is_negative)
		*to++ = '-';
	to = append_first(to, number.weight < 0 ? 0 : get_digit(&number, 0));
	for (int i = 1; i <= number.weight; i++)
		to = append_digit(to, get_digit(&number, i));
	if (number.scale > 0)
	{
		char *end;

		*to++ = '.';
		end = to + number.scale;
		for (int i = number.weight + 1; to < end; i++)
			to = append_digit(to, get_digit(&number, i));
		to = end;
	}
	buf->len = to - buf->data;
	if ((Pointer) stored != DatumGetPointer(value))
		pfree(stored);
}

/* false: it is no number */
static bool
parse_number(Number *number, const struct varlena *value)
{
	const char *at = VARDATA_ANY(value);
	const char *end = at + VARSIZE_ANY_EXHDR(value);
	uint16 header;
	int16 weight;

	memcpy(&header, at, sizeof(uint16));
	at += sizeof(uint16);
	switch (header & KIND_MASK)
	{
		case SPECIAL:
			return false;
		case SHORT:
			number->is_negative = (header & SHORT_NEGATIVE) != 0;
			number->scale = SHORT_SCALE(header);
			number->weight = SHORT_WEIGHT(header);
			break;
		default:
			memcpy(&weight, at, sizeof(int16));
			at += sizeof(int16);
			number->is_negative = (header & LONG_NEGATIVE) != 0;
			number->scale = LONG_SCALE(header);
			number->weight = weight;
			break;
	}
	number->digits = at;
	number->ndigits = (end - at) / sizeof(int16);
	return true;
}

/* What was left out is zero. */
static int
get_digit(const Number *number, int i)
{
	int16 digit;

	if (i < 0 || i >= number->ndigits)
		return 0;
	memcpy(&digit, number->digits + i * sizeof(int16), sizeof(int16));
	return digit;
}

/* without zeros before it */
static char *
append_first(char *to, int digit)
{
	char all[DIGITS];
	int skip = digit >= 1000 ? 0 : digit >= 100 ? 1
		: digit >= 10							? 2
												: 3;

	(void) append_digit(all, digit);
	memcpy(to, all + skip, DIGITS - skip);
	return to + DIGITS - skip;
}

static char *
append_digit(char *to, int digit)
{
	int high = digit / 100;
	int low = digit % 100;

	to[0] = '0' + high / 10;
	to[1] = '0' + high % 10;
	to[2] = '0' + low / 10;
	to[3] = '0' + low % 10;
	return to + DIGITS;
}
