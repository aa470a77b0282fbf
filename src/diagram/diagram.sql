-- Pictures of the registry.

CREATE FUNCTION relations.diagram(format text DEFAULT 'mermaid', collections regclass[] DEFAULT NULL)
	RETURNS text
	STABLE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_diagram';
COMMENT ON FUNCTION relations.diagram(text, regclass[])
	IS 'the relations that the caller may see, or those of the given collections, as a picture for mermaid or dot';

