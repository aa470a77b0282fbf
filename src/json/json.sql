-- Reading, in JSON.

CREATE FUNCTION relations.read_items(collection regclass, query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_items';
COMMENT ON FUNCTION relations.read_items(regclass, jsonb) IS 'the items that the query asks for, with what is nested in them, as a JSON array';

CREATE FUNCTION relations.items(collection regclass, query jsonb DEFAULT '{}') RETURNS SETOF json
	STABLE PARALLEL RESTRICTED ROWS 100 LANGUAGE c AS 'MODULE_PATHNAME', 'relations_items';
COMMENT ON FUNCTION relations.items(regclass, jsonb) IS 'the items that the query asks for, one a row, read as they are fetched';

CREATE FUNCTION relations.read_item(collection regclass, key "any", query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_item';
COMMENT ON FUNCTION relations.read_item(regclass, "any", jsonb) IS 'the item of that key, or null';

CREATE FUNCTION relations.count_items(collection regclass, query jsonb DEFAULT '{}') RETURNS bigint
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_count_items';
COMMENT ON FUNCTION relations.count_items(regclass, jsonb) IS 'how many items the query''s filter and search find';

CREATE FUNCTION relations.resolve(item anyelement, field text, query jsonb DEFAULT '{}') RETURNS json
	STABLE PARALLEL RESTRICTED LANGUAGE c AS 'MODULE_PATHNAME', 'relations_resolve';
COMMENT ON FUNCTION relations.resolve(anyelement, text, jsonb) IS 'what a field of a row leads to: an array, or one item or null';

CREATE FUNCTION relations.read_items_sql(collection regclass, query jsonb DEFAULT '{}')
	RETURNS TABLE (path text, statement text)
	STABLE PARALLEL RESTRICTED ROWS 5 LANGUAGE c AS 'MODULE_PATHNAME', 'relations_read_items_sql';
COMMENT ON FUNCTION relations.read_items_sql(regclass, jsonb) IS 'the statements that read_items() runs, each after the path that it reads';

