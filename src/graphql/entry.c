/*
 * entry.c
 *	  Protocol of the SQL functions for GraphQL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "ddl/ddl.h"
#include "graphql/graphql.h"

PG_FUNCTION_INFO_V1(relations_graphql);
PG_FUNCTION_INFO_V1(relations_graphql_schema);


Datum
relations_graphql(PG_FUNCTION_ARGS)
{
	Jsonb *variables = PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P(1);
	char *operation = PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2));
	char *query;

	rln_ensure_argument(fcinfo, 0, "query");
	query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	PG_RETURN_TEXT_P(rln_gql_execute(query, strlen(query), variables, operation));
}

Datum
relations_graphql_schema(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rln_gql_sdl(rln_gql_schema_lookup(CurrentMemoryContext))));
}
