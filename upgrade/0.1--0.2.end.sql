-- Row functions that 0.1 made hold up DROP TABLE. The event triggers are there by
-- now, and loosen each that is said to depend on the extension.
DO $$
DECLARE
	function regprocedure;
BEGIN
	FOR function IN SELECT d.objid::regprocedure FROM pg_catalog.pg_depend d
		JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
		WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::regclass AND d.deptype OPERATOR(pg_catalog.=) 'x'
			AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::regclass
			AND e.extname OPERATOR(pg_catalog.=) 'relations'
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s DEPENDS ON EXTENSION relations', function);
	END LOOP;
END $$;
