\echo Use "CREATE EXTENSION relations" to load this file. \quit

-- A plain CREATE SCHEMA: a schema of that name that somebody planted makes the
-- installation fail instead of being used.  An empty one of the installing
-- user's own gives way: Rails' schema.rb makes all schemas before extensions.
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_namespace n WHERE nspname = 'relations'
			AND pg_get_userbyid(nspowner) = current_user AND nspacl IS NULL
			AND NOT EXISTS (SELECT FROM pg_depend
				WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid)) THEN
		DROP SCHEMA relations;
	END IF;
END $$;
CREATE SCHEMA relations;
GRANT USAGE ON SCHEMA relations TO PUBLIC;
COMMENT ON SCHEMA relations IS 'relations between tables: registered once, enforced and resolved by the database';

