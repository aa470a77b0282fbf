-- Relations follow what is done to their tables.
--
-- The first trigger does nothing but see to it that the library is loaded
-- before a command begins, so that it hears which tables the command touches;
-- the second, after the command, looks at the relations of those.  A superuser
-- can switch both off (ALTER EVENT TRIGGER ... DISABLE); relations.check() then
-- says what has to be mended.

CREATE FUNCTION relations.watch_command() RETURNS event_trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_watch_command';
COMMENT ON FUNCTION relations.watch_command() IS 'event trigger: begins to watch which tables a command touches';
REVOKE EXECUTE ON FUNCTION relations.watch_command() FROM PUBLIC;

CREATE FUNCTION relations.follow_command() RETURNS event_trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'relations_follow_command';
COMMENT ON FUNCTION relations.follow_command() IS 'event trigger: makes relations follow what a command did to their tables';
REVOKE EXECUTE ON FUNCTION relations.follow_command() FROM PUBLIC;

CREATE EVENT TRIGGER relations_watch ON ddl_command_start
	WHEN TAG IN ('ALTER DOMAIN', 'ALTER EXTENSION', 'ALTER FOREIGN TABLE', 'ALTER FUNCTION', 'ALTER INDEX',
		'ALTER MATERIALIZED VIEW', 'ALTER OPERATOR', 'ALTER ROUTINE', 'ALTER SCHEMA', 'ALTER TABLE',
		'ALTER TRIGGER', 'ALTER TYPE', 'ALTER VIEW', 'CREATE FOREIGN TABLE', 'CREATE TABLE', 'DROP DOMAIN',
		'DROP EXTENSION', 'DROP FOREIGN TABLE', 'DROP FUNCTION', 'DROP INDEX', 'DROP MATERIALIZED VIEW',
		'DROP OWNED', 'DROP SCHEMA', 'DROP TABLE', 'DROP TYPE', 'DROP VIEW')
	EXECUTE FUNCTION relations.watch_command();
COMMENT ON EVENT TRIGGER relations_watch IS 'begins to watch which tables a command touches';

CREATE EVENT TRIGGER relations_follow ON ddl_command_end
	WHEN TAG IN ('ALTER DOMAIN', 'ALTER EXTENSION', 'ALTER FOREIGN TABLE', 'ALTER FUNCTION', 'ALTER INDEX',
		'ALTER MATERIALIZED VIEW', 'ALTER OPERATOR', 'ALTER ROUTINE', 'ALTER SCHEMA', 'ALTER TABLE',
		'ALTER TRIGGER', 'ALTER TYPE', 'ALTER VIEW', 'CREATE FOREIGN TABLE', 'CREATE TABLE', 'DROP DOMAIN',
		'DROP EXTENSION', 'DROP FOREIGN TABLE', 'DROP FUNCTION', 'DROP INDEX', 'DROP MATERIALIZED VIEW',
		'DROP OWNED', 'DROP SCHEMA', 'DROP TABLE', 'DROP TYPE', 'DROP VIEW')
	EXECUTE FUNCTION relations.follow_command();
COMMENT ON EVENT TRIGGER relations_follow IS 'makes relations follow what a command did to their tables';

