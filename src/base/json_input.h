/*
 * json_input.h
 *	  Reading JSON as values of SQL types.
 *
 * The inverse of json.h: what to_json() gives for a value is read as that value.
 */
#ifndef RLN_JSON_INPUT_H
#define RLN_JSON_INPUT_H

#include "utils/jsonb.h"

/*
 * How values of one type are read.  Lives in the memory context in which it
 * was made, with all that it looks up later; good for a transaction.
 */
typedef struct RlnJsonInput RlnJsonInput;

extern RlnJsonInput *rln_json_input(Oid type, int32 typmod);
extern Datum rln_json_read(RlnJsonInput *input, const JsonbValue *json, bool *isnull);
extern char *rln_json_text(const JsonbValue *json);

/* A string of that many bytes, which are not copied. */
static inline void
rln_json_set_text(JsonbValue *json, const char *text, int length)
{
	json->type = jbvString;
	json->val.string.val = unconstify(char *, text);
	json->val.string.len = length;
}

#endif /* RLN_JSON_INPUT_H */
