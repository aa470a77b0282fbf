-- GraphQL.

CREATE FUNCTION relations.graphql(query text, variables jsonb DEFAULT NULL, operation_name text DEFAULT NULL) RETURNS json
	VOLATILE PARALLEL UNSAFE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_graphql';
COMMENT ON FUNCTION relations.graphql(text, jsonb, text) IS 'the response to a GraphQL request: data, errors';

CREATE FUNCTION relations.graphql_schema() RETURNS text
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_graphql_schema';
COMMENT ON FUNCTION relations.graphql_schema() IS 'the types and fields that GraphQL offers the caller, in its schema definition language';
