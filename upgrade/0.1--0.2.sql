\echo Use "ALTER EXTENSION relations UPDATE TO '0.2'" to load this file. \quit

-- What became different in objects that 0.1 had. The SQL of the layers that are
-- new since then follows, joined by make.

SELECT pg_catalog.pg_extension_config_dump('relations.edge',
	'WHERE (SELECT relpersistence FROM pg_catalog.pg_class WHERE oid = many_collection) <> ''t''
	AND (SELECT count(*) FROM relations.target t JOIN pg_catalog.pg_class c ON c.oid = t.one_collection
		WHERE t.edge = edge.id) > 0');
SELECT pg_catalog.pg_extension_config_dump('relations.target',
	'WHERE (SELECT c.relpersistence FROM relations.edge e JOIN pg_catalog.pg_class c ON c.oid = e.many_collection
		WHERE e.id = target.edge) <> ''t''
	AND (SELECT oid FROM pg_catalog.pg_class WHERE oid = one_collection) IS NOT NULL');

DROP TRIGGER registry_changed ON relations.edge;
DROP TRIGGER registry_changed ON relations.target;
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON relations.edge
	FOR EACH ROW EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.edge IS 'makes every session read the registry anew';
CREATE TRIGGER registry_truncated AFTER TRUNCATE ON relations.edge
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_truncated ON relations.edge IS 'makes every session read the registry anew';
ALTER TABLE relations.edge
	ENABLE ALWAYS TRIGGER registry_changed,
	ENABLE ALWAYS TRIGGER registry_truncated;
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON relations.target
	FOR EACH ROW EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_changed ON relations.target IS 'makes every session read the registry anew';
CREATE TRIGGER registry_truncated AFTER TRUNCATE ON relations.target
	FOR EACH STATEMENT EXECUTE FUNCTION relations.registry_changed();
COMMENT ON TRIGGER registry_truncated ON relations.target IS 'makes every session read the registry anew';
ALTER TABLE relations.target
	ENABLE ALWAYS TRIGGER registry_changed,
	ENABLE ALWAYS TRIGGER registry_truncated;
