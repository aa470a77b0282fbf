/*
 * rest.h
 *	  Requests as REST clients write them.
 *
 *	  method, path and body -> a route -> reads and writes -> status and response
 *
 * Nothing here knows SQL: query strings become the query objects of the JSON
 * front end, bodies are the payloads of the layer that writes.
 */
#ifndef RLN_REST_H
#define RLN_REST_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "base/compat.h"

/* what an error is about */
typedef enum RlnRestStage
{
	RLN_REST_ROUTE,	 /* the path: which collection, which item */
	RLN_REST_QUERY,	 /* the query string, or a query in the body */
	RLN_REST_PAYLOAD /* the body */
} RlnRestStage;

typedef struct RlnRestRequest
{
	const char *method;
	const char *path; /* as it came, for messages */
	List *segments;	  /* char *: decoded, without the one that names the route */
	Jsonb *query;	  /* of the query string, without meta */
	bool counts_all;  /* meta */
	bool counts_filtered;
	JsonbValue *body; /* NULL: none */
	RlnRestStage stage;

	/* the answer */
	int status;
	StringInfoData response; /* a text that is being written; nothing in it: no body */
} RlnRestRequest;

/* uri.c: paths and query strings */
extern void rln_uri_parse(RlnRestRequest *request);
extern char *rln_uri_decode(const char *text, bool plus_is_space);

/* parameter.c: the parameters of a query string as a query object */
extern void rln_parameters_parse(RlnRestRequest *request, char *text);

/* route.c */
extern void rln_route(RlnRestRequest *request);
RLN_NORETURN extern void rln_refuse_route(const RlnRestRequest *request);

/* item.c: the routes of a collection's items */
extern void rln_rest_items(RlnRestRequest *request, Oid relid);

/* refuse.c: errors as responses */
extern void rln_rest_respond_error(RlnRestRequest *request, const ErrorData *error);

#endif /* RLN_REST_H */
