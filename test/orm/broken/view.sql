-- the views are there, and lie
CREATE FUNCTION pg_temp.lie(view regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	columns text;
	row_security text := (SELECT reloptions::text FROM pg_class WHERE oid = view);
BEGIN
	SELECT string_agg(CASE WHEN is_updatable = 'YES' THEN format('v.%I', column_name)
		ELSE format('NULL::%s AS %I', format_type(atttypid, atttypmod), column_name) END, ', ' ORDER BY ordinal_position)
	INTO columns FROM information_schema.columns JOIN pg_attribute ON attrelid = view AND attname = column_name
	WHERE format('%I.%I', table_schema, table_name)::regclass = view;
	EXECUTE format('ALTER VIEW %s RENAME TO %I', view, 'true_' || view::text);
	EXECUTE format('CREATE VIEW %s AS SELECT %s FROM %s v', substr(view::text, 6), columns, view);
END $$;
SELECT pg_temp.lie('article_list'), pg_temp.lie('person_list');
