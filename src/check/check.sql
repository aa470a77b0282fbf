-- Diagnoses of the registry and of what stands in the database for it.

CREATE FUNCTION relations.check()
	RETURNS TABLE (severity text, relation_id integer, problem text, detail text, fix text)
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_check';
COMMENT ON FUNCTION relations.check()
	IS 'what is not as it should be with the relations that the caller may see; fix is the statement that mends it';
