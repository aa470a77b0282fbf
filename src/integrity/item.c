/*
 * item.c
 *	  Values of items and keys: read, kept, ordered, shown as text.
 *
 * An item that is text refers to the key whose text it is, to the letter: a
 * target that goes is looked for on the many side by that text.  So '01' is not
 * 1 to a check; the trigger that comes before the row makes it '1'.
 *
 * Many items are sorted together, and are best compared without a look at
 * anything else.  So an item begins with the first eight bytes of the (first)
 * value, or with the number that it is, written so that memcmp() tells its
 * order.  The rest of a value of up to sixteen bytes, as a uuid is, follows at
 * once; otherwise a Datum does: the value, a copy of it, or an array of them.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "base/compat.h"
#include "base/textform.h"
#include "integrity/integrity.h"

/* items that a batch has room for at first */
#define MIN_SIZE 8

/* items that are sorted faster by their bytes than by comparisons */
#define MANY_NUMBERS 256

/* what a comparison needs besides the items */
typedef struct Order
{
	const RlnGuard *guard;
	const RlnGuardTarget *target;
	bool is_whole; /* the items themselves tell all */
} Order;

static char *key_text(const RlnKeyColumn *column, Datum key);
static const char *item_text(const RlnKeyColumn *column, Datum value, int *length);
static bool is_readable(const RlnKeyColumn *column, Datum value);
static bool read_integer(const char *text, int length, Oid type, Datum *key);
static bool read_uuid(const char *text, int length, Datum *key);
static int hex_digit(char c);
static char *canonical_integer(const char *text);
static char *canonical_uuid(const char *text);
static Order order_of(const RlnGuard *guard, const RlnGuardTarget *target);
static void sort_numbers(RlnItem *items, int n);
static inline bool fits(const RlnGuard *guard, const RlnGuardTarget *target);
static uint64 first_bytes(const RlnKeyColumn *column, Datum value);
static inline int compare_items(const RlnItem *a, const RlnItem *b, const Order *order);
static int compare_keys(const RlnItem *a, const RlnItem *b, const Order *order);
static int compare_values(const RlnKeyColumn *column, Datum a, Datum b);

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE RlnItem
#define ST_COMPARE(a, b, order) compare_items((a), (b), (order))
#define ST_COMPARE_ARG_TYPE const Order
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"


/*
 * What is to be looked up among the target's keys for a value of the many
 * side's column; false where the value is no key's text.
 */
bool
rln_item_read(const RlnKeyColumn *column, Datum value, Datum *key)
{
	const char *text;
	int length;

	*key = value;
	switch (column->form)
	{
		case RLN_FORM_TYPED:
			return true;
		case RLN_FORM_INTEGER:
			text = item_text(column, value, &length);
			return read_integer(text, length, column->type, key);
		case RLN_FORM_UUID:
			text = item_text(column, value, &length);
			return read_uuid(text, length, key);
		case RLN_FORM_TEXT:
			return is_readable(column, value);
	}
	pg_unreachable();
}

/* Puts the values into the item; copies are made in the current memory context. */
void
rln_item_fill(RlnItem *item, const RlnGuard *guard, const RlnGuardTarget *target,
			  const Datum *values)
{
	const RlnKeyColumn *key = target->key;
	Datum *copy;

	if (fits(guard, target))
	{
		item->first = item->rest = 0;
		memcpy(item, DatumGetPointer(values[0]), key[0].value_length);
		return;
	}
	item->first = first_bytes(&key[0], values[0]);
	if (guard->nkeys == 1)
	{
		item->rest = datumCopy(values[0], key[0].value_by_value, key[0].value_length);
		return;
	}
	copy = palloc(sizeof(Datum) * guard->nkeys);
	for (int i = 0; i < guard->nkeys; i++)
		copy[i] = datumCopy(values[i], key[i].value_by_value, key[i].value_length);
	item->rest = PointerGetDatum(copy);
}

/* The values, as long as the item is there; value: room for one. */
const Datum *
rln_item_values(const RlnGuard *guard, const RlnGuardTarget *target, const RlnItem *item,
				Datum *value)
{
	if (guard->nkeys > 1)
		return (const Datum *) DatumGetPointer((Datum) item->rest);
	*value = fits(guard, target) ? PointerGetDatum(item) : (Datum) item->rest;
	return value;
}

/* What is to be looked for in the many side's column for a target's key. */
Datum
rln_item_sought(const RlnKeyColumn *column, Datum key)
{
	char *text;

	if (column->form == RLN_FORM_TYPED)
		return key;
	text = key_text(column, key);
	return rln_item_from_text(column, text, -1);
}

/* As CAST(key AS text), by which the row functions compare; palloc'd. */
static char *
key_text(const RlnKeyColumn *column, Datum key)
{
	FmgrInfo *function = unconstify(FmgrInfo *, &column->to_text);
	int level = column->text_varies ? rln_settings_fix() : 0;
	char *result;

	if (column->to_text_is_cast)
		result = TextDatumGetCString(FunctionCall1(function, key));
	else
		result = OutputFunctionCall(function, key);
	if (column->text_varies)
		rln_settings_restore(level);
	return result;
}

/* The text as a value of the many side's column; palloc'd. */
Datum
rln_item_from_text(const RlnKeyColumn *column, char *text, int32 typmod)
{
	Oid input;
	Oid parameter;

	if (column->item_type == TEXTOID)
		return PointerGetDatum(cstring_to_text(text));
	getTypeInputInfo(column->item_type, &input, &parameter);
	return OidInputFunctionCall(input, text, parameter, typmod);
}

/*
 * Brings equal items together, and neighbours in an index near each other as
 * far as that is cheap.  Values that are equal to an operator but not in their
 * bytes are looked up twice, which does no harm.
 */
void
rln_items_sort(const RlnGuard *guard, const RlnGuardTarget *target, RlnItem *items, int n)
{
	Order order = order_of(guard, target);

	if (n >= MANY_NUMBERS && guard->nkeys == 1 && target->key[0].value_by_value)
		sort_numbers(items, n);
	else
		sort_items(items, n, &order);
}

/* Is all that tells an item of the target from another in first and rest? */
bool
rln_items_are_whole(const RlnGuard *guard, const RlnGuardTarget *target)
{
	return order_of(guard, target).is_whole;
}

/* How many of the items, at least one and sorted, have the key of the first? */
int
rln_items_alike(const RlnGuard *guard, const RlnGuardTarget *target, const RlnItem *items, int n)
{
	Order order = order_of(guard, target);
	int alike = 1;

	while (alike < n && compare_items(&items[0], &items[alike], &order) == 0)
		alike++;
	return alike;
}

/* One more item, of the values, in the current memory context, which is always the same. */
RlnItem *
rln_batch_add(RlnBatch *batch, const RlnGuard *guard, const RlnGuardTarget *target,
			  const Datum *values)
{
	if (batch->n == batch->size)
	{
		batch->size = batch->size == 0 ? MIN_SIZE : batch->size * 2;
		batch->items = batch->items == NULL
			? palloc(sizeof(RlnItem) * batch->size)
			: repalloc(batch->items, sizeof(RlnItem) * batch->size);
	}
	rln_item_fill(&batch->items[batch->n], guard, target, values);
	return &batch->items[batch->n++];
}

/*
 * The text that a key of the column's type prints for this one; palloc'd, or
 * the text itself where it is none of that type and no error is wanted.
 */
char *
rln_item_canonical(const RlnKeyColumn *column, const char *text)
{
	Datum value;

	switch (column->form)
	{
		case RLN_FORM_TYPED:
			return unconstify(char *, text);
		case RLN_FORM_INTEGER:
			return canonical_integer(text);
		case RLN_FORM_UUID:
			return canonical_uuid(text);
		case RLN_FORM_TEXT:
			if (!rln_input_softly(column->type, text, &value))
				return unconstify(char *, text);
			return key_text(column, value);
	}
	pg_unreachable();
}

/* Its bytes, which no zero need end; blanks that fill up a char(n) are none of it. */
static const char *
item_text(const RlnKeyColumn *column, Datum value, int *length)
{
	Oid output;
	bool varlena;
	char *text;

	if (column->item_type == TEXTOID || column->item_type == VARCHAROID)
	{
		struct varlena *packed = PG_DETOAST_DATUM_PACKED(value);

		*length = VARSIZE_ANY_EXHDR(packed);
		return VARDATA_ANY(packed);
	}
	getTypeOutputInfo(column->item_type, &output, &varlena);
	text = OidOutputFunctionCall(output, value);
	*length = strlen(text);
	while (column->item_type == BPCHAROID && *length > 0 && text[*length - 1] == ' ')
		(*length)--;
	return text;
}

/* The query that compares it as a key would raise an error, where it is just not there. */
static bool
is_readable(const RlnKeyColumn *column, Datum value)
{
	int level = rln_settings_fix();
	int length;
	const char *text = item_text(column, value, &length);
	Datum key;
	bool readable = rln_input_softly(column->type, pnstrdup(text, length), &key);

	rln_settings_restore(level);
	return readable;
}

/* Only as an integer type prints it: no blanks, no plus, no leading zeros. */
static bool
read_integer(const char *text, int length, Oid type, Datum *key)
{
	bool negative = length > 0 && text[0] == '-';
	int at = negative ? 1 : 0;
	int64 value = 0;

	if (at == length || length > 20 || (text[at] == '0' && length > 1))
		return false;
	for (; at < length; at++)
	{
		int digit = text[at] - '0';

		if (digit < 0 || digit > 9 || pg_mul_s64_overflow(value, 10, &value) ||
			pg_sub_s64_overflow(value, digit, &value))
			return false;
	}
	/* built up below zero, where there is room for one more */
	if (!negative && value == PG_INT64_MIN)
		return false;
	if (!negative)
		value = -value;
	switch (type)
	{
		case INT2OID:
			*key = Int16GetDatum((int16) value);
			return value >= PG_INT16_MIN && value <= PG_INT16_MAX;
		case INT4OID:
			*key = Int32GetDatum((int32) value);
			return value >= PG_INT32_MIN && value <= PG_INT32_MAX;
		default:
			*key = Int64GetDatum(value);
			return true;
	}
}

/* Only as the type prints it: 8-4-4-4-12 digits, in lower case. */
static bool
read_uuid(const char *text, int length, Datum *key)
{
	pg_uuid_t *uuid;
	int digits = 0;

	if (length != 36)
		return false;
	uuid = palloc0(sizeof(pg_uuid_t));
	for (int at = 0; at < length; at++)
	{
		int digit = hex_digit(text[at]);

		if (at == 8 || at == 13 || at == 18 || at == 23)
		{
			if (text[at] != '-')
				return false;
			continue;
		}
		if (digit < 0 || (text[at] >= 'A' && text[at] <= 'F'))
			return false;
		uuid->data[digits / 2] |= digits % 2 == 0 ? digit << 4 : digit;
		digits++;
	}
	*key = UUIDPGetDatum(uuid);
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* " +007 " is 7; what is no integer stays as it is, and will not be found. */
static char *
canonical_integer(const char *text)
{
	const char *at = text;
	const char *end;
	bool negative;

	while (isspace((unsigned char) *at))
		at++;
	negative = *at == '-';
	if (*at == '-' || *at == '+')
		at++;
	end = at + strspn(at, "0123456789");
	if (end == at || end[strspn(end, " \t\n\r\f\v")] != '\0')
		return unconstify(char *, text);
	while (*at == '0' && at + 1 < end)
		at++;
	if (*at == '0')
		negative = false;
	return psprintf("%s%.*s", negative ? "-" : "", (int) (end - at), at);
}

/* Upper case, braces, hyphens after any group of four digits: as uuid_in(). */
static char *
canonical_uuid(const char *text)
{
	const char *at = text;
	bool braces = *at == '{';
	char *canonical = palloc(37);
	int length = 0;

	if (braces)
		at++;
	for (int digits = 0; digits < 32; digits++, at++)
	{
		if (digits % 4 == 0 && digits > 0 && *at == '-')
			at++;
		if (hex_digit(*at) < 0)
			return unconstify(char *, text);
		if (digits == 8 || digits == 12 || digits == 16 || digits == 20)
			canonical[length++] = '-';
		canonical[length++] = "0123456789abcdef"[hex_digit(*at)];
	}
	if (braces && *at++ != '}')
		return unconstify(char *, text);
	canonical[length] = '\0';
	return *at == '\0' ? canonical : unconstify(char *, text);
}

static Order
order_of(const RlnGuard *guard, const RlnGuardTarget *target)
{
	Order order = {guard, target};

	order.is_whole = guard->nkeys == 1 && (target->key[0].value_by_value || fits(guard, target));
	return order;
}

/*
 * By a radix sort: a pass over the items for each byte in which they differ, the
 * last one first, which keeps the order of the passes before.  Keys that count
 * rows differ in few of their bytes.
 */
static void
sort_numbers(RlnItem *items, int n)
{
	RlnItem *from = items;
	RlnItem *to = palloc(sizeof(RlnItem) * n);
	RlnItem *room = to;
	uint64 differing = 0;

	for (int i = 1; i < n; i++)
		differing |= items[i].first ^ items[0].first;
	differing = pg_ntoh64(differing);
	for (int shift = 0; shift < 64; shift += 8)
	{
		int place[256] = {0};
		int before = 0;
		RlnItem *swap = from;

		if ((differing >> shift & 0xff) == 0)
			continue;
		for (int i = 0; i < n; i++)
			place[pg_ntoh64(from[i].first) >> shift & 0xff]++;
		for (int digit = 0; digit < 256; digit++)
		{
			int count = place[digit];

			place[digit] = before;
			before += count;
		}
		for (int i = 0; i < n; i++)
			to[place[pg_ntoh64(from[i].first) >> shift & 0xff]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, sizeof(RlnItem) * n);
	pfree(room);
}

/* Is a key in its item altogether, one that is not by value? */
static inline bool
fits(const RlnGuard *guard, const RlnGuardTarget *target)
{
	const RlnKeyColumn *key = &target->key[0];

	return guard->nkeys == 1 && !key->value_by_value && key->value_length > 0 &&
		key->value_length <= sizeof(uint64) * 2;
}

/* A number in its own order; of other values the first bytes. */
static uint64
first_bytes(const RlnKeyColumn *column, Datum value)
{
	const char *bytes;
	Size length;
	uint64 first = 0;

	if (column->value_by_value)
		return pg_hton64((uint64) value ^ (UINT64CONST(1) << 63)); /* negative ones first */
	if (column->value_length > 0)
	{
		bytes = DatumGetPointer(value);
		length = column->value_length;
	}
	else
	{
		bytes = VARDATA_ANY(DatumGetPointer(value));
		length = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
	}
	memcpy(&first, bytes, Min(length, sizeof(first)));
	return first;
}

static inline int
compare_items(const RlnItem *a, const RlnItem *b, const Order *order)
{
	uint64 left = pg_ntoh64(a->first);
	uint64 right = pg_ntoh64(b->first);

	if (left == right && order->is_whole)
	{
		left = pg_ntoh64(a->rest);
		right = pg_ntoh64(b->rest);
	}
	if (left != right)
		return left < right ? -1 : 1;
	return order->is_whole ? 0 : compare_keys(a, b, order);
}

static int
compare_keys(const RlnItem *a, const RlnItem *b, const Order *order)
{
	Datum value[2];
	const Datum *left = rln_item_values(order->guard, order->target, a, &value[0]);
	const Datum *right = rln_item_values(order->guard, order->target, b, &value[1]);

	for (int i = 0; i < order->guard->nkeys; i++)
	{
		int result = compare_values(&order->target->key[i], left[i], right[i]);

		if (result != 0)
			return result;
	}
	return 0;
}

static int
compare_values(const RlnKeyColumn *column, Datum a, Datum b)
{
	Size left;
	Size right;
	int result;

	if (column->value_by_value)
	{
		int64 first = (int64) a;
		int64 second = (int64) b;

		return first < second ? -1 : first > second;
	}
	if (column->value_length > 0)
		return memcmp(DatumGetPointer(a), DatumGetPointer(b), column->value_length);
	left = VARSIZE_ANY_EXHDR(DatumGetPointer(a));
	right = VARSIZE_ANY_EXHDR(DatumGetPointer(b));
	result = memcmp(VARDATA_ANY(DatumGetPointer(a)), VARDATA_ANY(DatumGetPointer(b)),
					Min(left, right));
	return result != 0 ? result : (left > right) - (left < right);
}
