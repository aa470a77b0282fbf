\echo Use "CREATE EXTENSION relations" to load this file. \quit

-- A plain CREATE SCHEMA: a schema of that name that somebody planted makes the
-- installation fail instead of being used.
CREATE SCHEMA relations;
GRANT USAGE ON SCHEMA relations TO PUBLIC;
COMMENT ON SCHEMA relations IS 'relations between tables: registered once, enforced and resolved by the database';

