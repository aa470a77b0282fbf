-- nothing is enforced any more
CREATE FUNCTION pg_temp.lie() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	c regclass;
BEGIN
	FOR c IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', c);
	END LOOP;
END $$;
SELECT pg_temp.lie();
