-- Relations as plain views.

CREATE FUNCTION relations.create_view(view_name text, collection regclass, fields text DEFAULT '*') RETURNS regclass
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_view';
COMMENT ON FUNCTION relations.create_view(text, regclass, text)
	IS 'creates a view of the collection''s columns and of the aliases that the fields name, for clients that know tables only';
