-- Requests as REST clients write them.

CREATE FUNCTION relations.rest(method text, path text, body jsonb DEFAULT NULL, OUT status integer, OUT response json)
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_rest';
COMMENT ON FUNCTION relations.rest(text, text, jsonb) IS 'answers a request for /relations, /items/... or /graphql: the status, and the body of the response';

