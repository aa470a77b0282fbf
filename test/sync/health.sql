-- What every relation must do, whatever was done to its tables: included by the
-- tests ddl_*. A line a relation and collection that it leads to: what it is,
-- whether its row functions and a nested read give as many rows as the join, and
-- for many-to-any whether it is enforced. Then what relations.check() finds.
CREATE SCHEMA health;
CREATE FUNCTION health.outcome(statement text, orphans text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE statement;
	EXECUTE orphans INTO n;
	-- all of it is taken back
	RAISE EXCEPTION USING errcode = 'ZZ000', message = CASE WHEN n = 0 THEN 'follows' ELSE n || ' ORPHANS' END;
EXCEPTION
	WHEN SQLSTATE 'ZZ000' THEN RETURN SQLERRM;
	WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION health.called(name name, argument regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM %s this_row, %I.%I(this_row)', argument,
		(SELECT nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = argument), name) INTO n;
	RETURN n;
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION health.state() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	e record;
	t record;
	matches text;
	orphans text;
	joined bigint;
	line text;
BEGIN
	FOR e IN SELECT * FROM relations.edge ORDER BY id LOOP
		FOR t IN SELECT * FROM relations.target WHERE edge = e.id ORDER BY position LOOP
			SELECT string_agg(format('m.%I::text = o.%I::text', m, o), ' AND ') INTO matches
			FROM unnest(e.many_columns, t.one_columns) u (m, o);
			IF e.discriminator_column IS NOT NULL THEN
				matches := matches || format(' AND m.%I::text = %L', e.discriminator_column, t.discriminator);
			END IF;
			EXECUTE format('SELECT count(*) FROM %s m, %s o WHERE %s', e.many_collection, t.one_collection, matches) INTO joined;
			orphans := format('SELECT count(*) FROM %s m WHERE NOT EXISTS (SELECT FROM %s o WHERE %s)', e.many_collection, t.one_collection, matches)
				|| CASE WHEN e.discriminator_column IS NULL THEN '' ELSE format(' AND m.%I::text = %L', e.discriminator_column, t.discriminator) END;
			line := format('%s %s.%s -> %s%s%s, %s rows, %s', e.id, e.many_collection, array_to_string(e.many_columns, '+'),
				t.one_collection, '(' || array_to_string(t.one_columns, '+') || ')', COALESCE(' by ' || t.discriminator, ''),
				joined, t.field || '()' || CASE WHEN health.called(t.field, e.many_collection) = joined::text THEN ''
					ELSE ' gives ' || health.called(t.field, e.many_collection) END);
			IF e.alias IS NOT NULL THEN
				line := line || format(', %s()%s', e.alias, CASE WHEN health.called(e.alias, t.one_collection) = joined::text THEN ''
					ELSE ' gives ' || health.called(e.alias, t.one_collection) END);
				EXECUTE format('SELECT sum(json_array_length(CASE json_typeof(i -> %L) WHEN ''array'' THEN i -> %L WHEN ''null'' THEN ''[]'' ELSE ''[0]'' END))
					IS NOT DISTINCT FROM %s FROM relations.items(%L, %L) i', e.alias, e.alias, CASE joined WHEN 0 THEN 'NULLIF(0, (SELECT count(*) FROM ' || t.one_collection || ' HAVING count(*) = 0))' ELSE joined::text END,
					t.one_collection, json_build_object('fields', json_build_array(e.alias || '.*'), 'limit', -1)) INTO STRICT matches;
				IF matches <> 'true' THEN
					line := line || ' READ WRONG';
				END IF;
			END IF;
			IF e.discriminator_column IS NOT NULL THEN
				-- without what other relations to the same collection would do
				line := line || ', update ' || health.outcome(format('UPDATE %s SET %s WHERE %I::text = %L', e.many_collection,
					(SELECT string_agg(format('%I = ''-1''', c), ', ') FROM unnest(e.many_columns) c), e.discriminator_column, t.discriminator), orphans)
					|| ', delete ' || health.outcome(COALESCE((SELECT string_agg(DISTINCT format('DELETE FROM %s; ', x.many_collection), '')
						FROM relations.edge x JOIN relations.target y ON y.edge = x.id WHERE x.discriminator_column IS NOT NULL
							AND y.one_collection = t.one_collection AND x.many_collection <> e.many_collection), '')
					|| format('DELETE FROM %s', t.one_collection), orphans);
			ELSE
				line := line || COALESCE(', ' || e.constraint_name, '');
			END IF;
			IF e.junction_columns IS NOT NULL OR e.sort_column IS NOT NULL THEN
				line := line || COALESCE(', junction ' || array_to_string(e.junction_columns, '+'), '') || COALESCE(', sort ' || e.sort_column, '');
			END IF;
			RETURN NEXT line || CASE WHEN e.is_unique THEN ', unique' ELSE '' END || CASE WHEN e.is_validated THEN '' ELSE ', not validated' END;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT format('check %s: %s', relation_id, problem) FROM relations.check() WHERE problem <> 'no index serves it';
END $$;
