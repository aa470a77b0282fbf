/*
 * json.h
 *	  Writing values as JSON text.
 *
 * What comes out is, byte for byte, what to_json() of the running server gives
 * for the value.  Everything is appended to the caller's buffer at once; what
 * a type needs is looked up once, not for each value.
 */
#ifndef RLN_JSON_H
#define RLN_JSON_H

#include "lib/stringinfo.h"

/*
 * How values of one type are written.  Lives in the memory context in which it
 * was made, with all that it looks up later, and may be kept as long as the
 * type is there: it notices when a cast, a label or a row type changes.  Only
 * one value at a time is written by it: a function of a user's, called for one
 * value, must not come back to the same RlnJsonType.
 */
typedef struct RlnJsonType RlnJsonType;

/* Appends a value that is not null. */
typedef void (*RlnJsonWriter)(StringInfo buf, RlnJsonType *type, Datum value);

/* json.c */
extern RlnJsonType *rln_json_type(Oid type);
extern void rln_json_value(StringInfo buf, RlnJsonType *type, Datum value);

/* json_scalar.c */
extern RlnJsonWriter rln_json_scalar_writer(Oid type);
extern void rln_json_string(StringInfo buf, const char *text, int len);
extern void rln_json_enlarge(StringInfo buf, int needed);

/* json_numeric.c */
extern void rln_json_numeric(StringInfo buf, RlnJsonType *type, Datum value);

/*
 * Makes room for so many bytes and a terminator.  Unlike enlargeStringInfo()
 * it says what to do about a result that would pass the size of a value.
 */
static inline void
rln_json_reserve(StringInfo buf, int needed)
{
	if (unlikely(needed >= buf->maxlen - buf->len))
		rln_json_enlarge(buf, needed);
}

/* Appends bytes as they are; the buffer is left without a terminator. */
static inline void
rln_json_append(StringInfo buf, const char *bytes, int len)
{
	rln_json_reserve(buf, len);
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

static inline void
rln_json_append_char(StringInfo buf, char c)
{
	rln_json_reserve(buf, 1);
	buf->data[buf->len++] = c;
}

#endif /* RLN_JSON_H */
