-- Keys of many types, and items of other types than the keys.
\getenv abs_srcdir PG_ABS_SRCDIR
\set worlds :abs_srcdir '/test/integrity/worlds.sql'
\set ECHO none
\i :worlds
CREATE TEMP TABLE statements (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO statements (statement) VALUES
	($$INSERT INTO refs VALUES (10, 'a', '3')$$),
	($$INSERT INTO refs VALUES (10, 'a', '9')$$),
	($$UPDATE refs SET item = '2' WHERE n = 1$$),
	($$UPDATE refs SET item = '9' WHERE n = 1$$),
	($$UPDATE refs SET collection = 'b' WHERE n IN (1, 4)$$),
	($$UPDATE refs SET item = '3' WHERE n = 5$$),
	($$DELETE FROM a WHERE id = '1'$$),
	($$DELETE FROM a WHERE id = '3'$$),
	($$UPDATE a SET id = '9' WHERE id = '1'$$),
	($$UPDATE a SET id = '9' WHERE id = '3'$$),
	($$DELETE FROM b$$);
-- smallint
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'smallint', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'smallint', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- bigint
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'bigint', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'bigint', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- int referred to by bigint
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'int', 'bigint');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'int', 'bigint');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- bigint referred to by int
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'bigint', 'int');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'bigint', 'int');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- int referred to by smallint
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'int', 'smallint');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'int', 'smallint');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- numeric
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'numeric', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'numeric', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- text
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'text', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'text', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- varchar(5)
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'varchar(5)', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'varchar(5)', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- varchar(5) referred to by text
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'varchar(5)', 'text');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'varchar(5)', 'text');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- text referred to by varchar(5)
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'text', 'varchar(5)');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'text', 'varchar(5)');
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- char(5)
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'char(5)', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'char(5)', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- name
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'name', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'name', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- oid
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'oid', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'oid', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- money
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'money', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
SELECT worlds.make('CASCADE', 'CASCADE', false, 'money', NULL);
SELECT statement, worlds.tried(statement) FROM statements ORDER BY n;
-- values that are equal and not the same: a numeric of another scale
SELECT worlds.make('NO ACTION', 'NO ACTION', false, 'numeric');
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 1.00)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', 3.00); DELETE FROM a WHERE id = 3$$);
SELECT worlds.tried($$UPDATE refs SET item = 1.0$$);
SELECT worlds.tried($$UPDATE a SET id = 1.0 WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 1.5 WHERE id = 1$$);
SELECT worlds.make('CASCADE', 'CASCADE', false, 'numeric');
SELECT worlds.tried($$UPDATE refs SET item = 1.00 WHERE n = 1; DELETE FROM a WHERE id = 1$$);
SELECT worlds.tried($$UPDATE a SET id = 1.0 WHERE id = 1$$);
SELECT worlds.tried($$UPDATE refs SET item = 1.00 WHERE n = 1; UPDATE a SET id = 1.5 WHERE id = 1$$);
-- blanks at the end of a char, minus zero
SELECT worlds.make('CASCADE', 'CASCADE', false, 'char(5)');
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', '3  '); DELETE FROM a WHERE id = '3'$$);
SELECT worlds.make('CASCADE', 'CASCADE', false, 'float8');
SELECT worlds.prepare($$INSERT INTO a (id) VALUES (0)$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', '-0'); DELETE FROM a WHERE id = 0$$);
SELECT worlds.tried($$INSERT INTO refs VALUES (10, 'a', '-0'); UPDATE a SET id = '-0' WHERE id = 0$$);
SELECT worlds.tried($$INSERT INTO a (id) VALUES ('NaN'); INSERT INTO refs VALUES (10, 'a', 'NaN'); DELETE FROM a WHERE id = 'NaN'$$);
-- uuid, domains, arrays and ranges; the keys are not the usual ones
CREATE FUNCTION worlds.keys(key_type text, key1 text, key2 text) RETURNS TABLE (outcome text) LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	PERFORM worlds.clear();
	IF key_type = 'small' THEN
		PERFORM worlds.prepare('CREATE DOMAIN small AS int CHECK (VALUE < 100)');
	END IF;
	IF key_type = 'mood' THEN
		PERFORM worlds.prepare('CREATE TYPE mood AS ENUM (''1'', ''2'', ''3'', ''sad'', ''glad'')');
	END IF;
	PERFORM worlds.targets(key_type, plain => true, with_rows => false);
	PERFORM worlds.prepare('CREATE TABLE refs (n int, collection text, item ' || key_type || ')');
	PERFORM worlds.refer('refs', 'CASCADE', 'CASCADE');
	FOREACH statement IN ARRAY ARRAY[
		format('INSERT INTO a (id) VALUES (%L)', key1),
		format('INSERT INTO refs VALUES (1, ''a'', %L), (2, ''a'', %1$L)', key1),
		format('INSERT INTO refs VALUES (3, ''a'', %L)', key2),
		format('UPDATE a SET id = %L', key2),
		format('INSERT INTO refs VALUES (4, ''a'', %L)', key2),
		format('INSERT INTO refs VALUES (5, ''a'', %L)', key1),
		'DELETE FROM a']
	LOOP
		outcome := worlds.both(statement);
		RETURN NEXT;
	END LOOP;
END $$;
SELECT string_agg(outcome, ', ') FROM worlds.keys('uuid', '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0001', '5b0a5cbd-5a4a-4a3e-8b6e-0e4b4c1b0002');
SELECT string_agg(outcome, ', ') FROM worlds.keys('date', '2001-01-31', '2001-02-01');
SELECT string_agg(outcome, ', ') FROM worlds.keys('timestamptz', '2001-01-31 00:00:00+00', '2001-02-01 00:00:00+01');
SELECT string_agg(outcome, ', ') FROM worlds.keys('interval', '1 day', '36 hours');
SELECT string_agg(outcome, ', ') FROM worlds.keys('bytea', '\x00ff', '\x');
SELECT string_agg(outcome, ', ') FROM worlds.keys('inet', '10.0.0.1', '10.0.0.0/8');
SELECT string_agg(outcome, ', ') FROM worlds.keys('int[]', '{1,2}', '{1,NULL}');
SELECT string_agg(outcome, ', ') FROM worlds.keys('int4range', '[1,3)', '[4,7]');
SELECT string_agg(outcome, ', ') FROM worlds.keys('boolean', 'true', 'f');
SELECT string_agg(outcome, ', ') FROM worlds.keys('jsonb', '{"a": 1}', '[]');
SELECT string_agg(outcome, ', ') FROM worlds.keys('small', '1', '2');
SELECT string_agg(outcome, ', ') FROM worlds.keys('mood', 'sad', 'glad');
SELECT string_agg(outcome, ', ') FROM worlds.keys('text COLLATE "C"', 'a', 'A');
SELECT string_agg(outcome, ', ') FROM worlds.keys('text', '', 'a b');
SELECT string_agg(outcome, ', ') FROM worlds.keys('"char"', 'x', 'y');
SELECT worlds.clear();
DROP SCHEMA fk, m2a;
DROP SCHEMA worlds CASCADE;
