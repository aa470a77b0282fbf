-- What enforces many-to-any relations, and what keeps the pairs of symmetric ones in order.

CREATE FUNCTION relations.enforce() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce';
COMMENT ON FUNCTION relations.enforce() IS 'trigger: enforces a many-to-any relation, as those of a foreign key';

CREATE FUNCTION relations.enforce_action() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_action';
COMMENT ON FUNCTION relations.enforce_action() IS 'trigger: the actions of a many-to-any relation whose constraint is deferrable';

CREATE FUNCTION relations.enforce_statement() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_statement';
COMMENT ON FUNCTION relations.enforce_statement() IS 'trigger: lets the rows of a statement be looked at together';

CREATE FUNCTION relations.enforce_truncate() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_enforce_truncate';
COMMENT ON FUNCTION relations.enforce_truncate() IS 'trigger: refuses TRUNCATE of a table that rows of a many-to-any relation refer to';

CREATE FUNCTION relations.canonical_item() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_canonical_item';
COMMENT ON FUNCTION relations.canonical_item() IS 'trigger: writes an item that is text as its key prints it';

CREATE FUNCTION relations.canonical_pair() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_canonical_pair';
COMMENT ON FUNCTION relations.canonical_pair() IS 'trigger: puts the pair of a symmetric relation in order';

CREATE FUNCTION relations.validate(id integer) RETURNS void
	VOLATILE STRICT
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_validate';
COMMENT ON FUNCTION relations.validate(integer) IS 'looks at all rows of a many-to-any relation; an error at the first that is not right';
