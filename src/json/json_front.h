/*
 * json_front.h
 *	  The query language as JSON.
 */
#ifndef RLN_JSON_FRONT_H
#define RLN_JSON_FRONT_H

#include "fmgr.h"

#include "query/query.h"

/* an argument that another front end has read, by its key in a query object */
typedef struct RlnJsonArgument
{
	const char *key;
	const JsonbValue *value;
	RlnPath *path;
} RlnJsonArgument;

/* parse.c: a query object */
extern RlnRequest *rln_json_request(Jsonb *query);
extern RlnRead *rln_json_query(RlnRequest *request, const List *arguments, bool is_deep);

/* entry.c: arguments of SQL functions */
extern RlnRequest *rln_request_argument(FunctionCallInfo fcinfo, int argument);
extern JsonbValue *rln_key_argument(FunctionCallInfo fcinfo, int argument, Oid relid);

/* filter.c: a filter object */
extern RlnFilter *rln_json_filter(RlnRequest *request, const JsonbValue *json);
extern RlnFilter *rln_json_path_filter(RlnRequest *request, const JsonbValue *json);
extern RlnFilter *rln_json_operator(RlnRequest *request, RlnOperator op, bool negated,
									const JsonbValue *value);

/* value.c: reading JSON */
typedef void (*RlnJsonMember)(void *arg, const char *key, const JsonbValue *value);
typedef void (*RlnJsonElement)(void *arg, int index, const JsonbValue *value);

extern void rln_json_each_member(const JsonbValue *object, RlnJsonMember member, void *arg);
extern void rln_json_each_element(const JsonbValue *array, RlnJsonElement element, void *arg);
extern void rln_json_whole(Jsonb *jsonb, JsonbValue *value);
extern bool rln_json_is_object(const JsonbValue *value);
extern bool rln_json_is_array(const JsonbValue *value);
extern char *rln_json_get_text(const JsonbValue *value);
extern bool rln_json_get_bool(const JsonbValue *value);
extern int64 rln_json_get_integer(const JsonbValue *value, int64 least);

#endif /* RLN_JSON_FRONT_H */
