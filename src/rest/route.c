/*
 * route.c
 *	  Which part of the extension a request is for.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/path.h"
#include "ddl/ddl.h"
#include "graphql/graphql.h"
#include "rest/rest.h"
#include "json/json_front.h"

static void route_relations(RlnRestRequest *request);
static void route_items(RlnRestRequest *request);
static void route_graphql(RlnRestRequest *request);
static char *get_text(const JsonbValue *json);
static Oid find_collection(const char *name);

/* by the path's first segment */
static const struct
{
	const char *name;
	void (*handle)(RlnRestRequest *request);
} routes[] = {{"relations", route_relations}, {"items", route_items}, {"graphql", route_graphql}};


/* Does what the request asks for, and answers it. */
void
rln_route(RlnRestRequest *request)
{
	char *name;

	rln_uri_parse(request);
	if (request->segments == NIL)
		rln_refuse_route(request);
	name = linitial(request->segments);
	request->segments = list_delete_first(request->segments);
	for (int i = 0; i < lengthof(routes); i++)
	{
		if (strcmp(routes[i].name, name) == 0)
		{
			routes[i].handle(request);
			return;
		}
	}
	rln_refuse_route(request);
}

/* A route that there is not, or not with that method. */
void
rln_refuse_route(const RlnRestRequest *request)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_FUNCTION),
			 errmsg("route %s %s does not exist", request->method,
					pnstrdup(request->path, strcspn(request->path, "?#")))));
}

/* /relations, /relations/:id */
static void
route_relations(RlnRestRequest *request)
{
	rln_rest_items(request, rln_registry_view());
}

/* /items/:collection, /items/:collection/:key */
static void
route_items(RlnRestRequest *request)
{
	Oid relid;

	if (request->segments == NIL)
		rln_refuse_route(request);
	relid = find_collection(linitial(request->segments));
	request->segments = list_delete_first(request->segments);
	rln_rest_items(request, relid);
}

/*
 * POST /graphql: {"query": "...", "variables": {...}, "operationName": "..."}; 400
 * where the document could not be run at all.  What clients put into "extensions"
 * is between them and other servers.
 */
static void
route_graphql(RlnRestRequest *request)
{
	static const char *const names[] = {"query", "variables", "operationName", "extensions"};
	JsonbValue *values[lengthof(names)];
	JsonbValue *body = request->body;
	text *response;
	char *query;
	int found = 0;

	if (request->segments != NIL || strcmp(request->method, "POST") != 0)
		rln_refuse_route(request);
	request->stage = RLN_REST_QUERY;
	if (JB_ROOT_COUNT(request->query) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("/graphql takes no query string")));
	request->stage = RLN_REST_PAYLOAD;
	for (int i = 0; i < lengthof(names); i++)
	{
		values[i] = body == NULL || !rln_json_is_object(body)
			? NULL
			: getKeyJsonValueFromContainer(body->val.binary.data, names[i], strlen(names[i]),
										   NULL);
		found += values[i] != NULL;
	}
	if (values[0] == NULL || found != JsonContainerSize(body->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("an object with query, and perhaps variables and operationName, is expected here")));
	query = rln_json_get_text(values[0]);
	response = rln_gql_execute(query, strlen(query),
							   values[1] == NULL || values[1]->type == jbvNull
								   ? NULL
								   : JsonbValueToJsonb(values[1]),
							   get_text(values[2]));
	appendBinaryStringInfo(&request->response, VARDATA_ANY(response),
						   VARSIZE_ANY_EXHDR(response));
	request->status = strncmp(request->response.data, "{\"data\"", 7) == 0 ? 200 : 400;
}

/* NULL where it is missing or null. */
static char *
get_text(const JsonbValue *json)
{
	return json == NULL || json->type == jbvNull ? NULL : rln_json_get_text(json);
}

/*
 * A table's name, as it is, or after its schema's name and a dot; or as
 * relations.relations shows it, in quotes.  42P01 where there is none.
 */
static Oid
find_collection(const char *name)
{
	const char *dot = strchr(name, '.');
	Oid relid = InvalidOid;

	if (strchr(name, '"') != NULL)
		return RangeVarGetRelid(makeRangeVarFromNameList(rln_name_to_qualified(name)), NoLock,
								false);
	if (strlen(name) < NAMEDATALEN)
		relid = RelnameGetRelid(name);
	if (!OidIsValid(relid) && dot != NULL)
	{
		Oid schema = LookupExplicitNamespace(pnstrdup(name, dot - name), true);

		if (OidIsValid(schema))
			relid = get_relname_relid(dot + 1, schema);
	}
	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("collection \"%s\" does not exist", name)));
	return relid;
}
