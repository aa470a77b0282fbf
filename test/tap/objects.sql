-- objects.sql: all that belongs to the extension, with all that can be known of
-- it, one line each. Two databases whose lines are the same have the same
-- extension, however each came to it.
\pset format unaligned
\pset tuples_only on
SET search_path = pg_catalog;
CREATE TEMP VIEW member AS
	SELECT classid, objid FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'relations');
-- OIDs are of one catalog each
CREATE TEMP VIEW member_table AS SELECT objid AS tableid FROM member WHERE classid = 'pg_class'::regclass;
-- a grant as text, whoever granted it; null is what PostgreSQL grants by itself
CREATE FUNCTION pg_temp.rights(acl aclitem[]) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s%s to %s', privilege_type, CASE WHEN is_grantable THEN '*' END,
		CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END), ', ' ORDER BY grantee::regrole::text, privilege_type)
	FROM aclexplode(acl) $$;

SELECT 'extension', extversion, extrelocatable, extnamespace::regnamespace FROM pg_extension WHERE extname = 'relations';
SELECT 'dumped', c.t::regclass, replace(c.w, E'\n', ' ') FROM pg_extension, unnest(extconfig, extcondition) AS c (t, w)
	WHERE extname = 'relations' ORDER BY c.t::regclass::text;

-- the objects, which other objects they depend on, and what is said of them
SELECT 'member', i.type, i.identity FROM member, pg_identify_object(classid, objid, 0) i ORDER BY i.type, i.identity;
SELECT DISTINCT 'depends', i.type, i.identity, d.deptype, r.type, r.identity
FROM member m, pg_identify_object(m.classid, m.objid, 0) i, pg_depend d, pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) r
WHERE d.classid = m.classid AND d.objid = m.objid ORDER BY 2, 3, 5, 6, 4;
SELECT 'comment', i.type, i.identity, replace(c.description, E'\n', ' ')
FROM pg_description c, pg_identify_object(c.classoid, c.objoid, c.objsubid) i
WHERE (c.classoid, c.objoid) IN (SELECT * FROM member)
	OR (c.classoid = 'pg_trigger'::regclass AND c.objoid IN (SELECT t.oid FROM pg_trigger t JOIN member_table ON t.tgrelid = tableid))
	OR c.classoid = 'pg_extension'::regclass AND c.objoid = (SELECT oid FROM pg_extension WHERE extname = 'relations')
ORDER BY i.type, i.identity;
SELECT 'rights at creation', i.type, i.identity, pg_temp.rights(p.initprivs)
FROM member m JOIN pg_init_privs p ON p.classoid = m.classid AND p.objoid = m.objid, pg_identify_object(m.classid, m.objid, p.objsubid) i
ORDER BY i.type, i.identity;

-- schema, functions, types
SELECT 'schema', nspname, nspowner::regrole = current_user::regrole, pg_temp.rights(nspacl) FROM pg_namespace, member
WHERE classid = 'pg_namespace'::regclass AND oid = objid;
SELECT 'function', oid::regprocedure, proowner::regrole = current_user::regrole, pg_temp.rights(proacl), proleakproof, prosupport,
	CASE WHEN prokind = 'a' THEN '' ELSE replace(pg_get_functiondef(oid), E'\n', ' ') END
FROM pg_proc, member WHERE classid = 'pg_proc'::regclass AND oid = objid ORDER BY oid::regprocedure::text;
SELECT 'type', oid::regtype, typtype, typcategory, typnotnull, typbasetype::regtype, pg_temp.rights(typacl)
FROM pg_type, member WHERE classid = 'pg_type'::regclass AND oid = objid ORDER BY oid::regtype::text;

-- tables, views, sequences; their columns, whose numbers C relies on
SELECT 'relation', oid::regclass, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relreplident, reloptions,
	relowner::regrole = current_user::regrole, pg_temp.rights(relacl), CASE WHEN relkind = 'v' THEN replace(pg_get_viewdef(oid), E'\n', ' ') END
FROM pg_class JOIN member_table ON oid = tableid ORDER BY oid::regclass::text;
SELECT 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
	pg_get_serial_sequence('relations.edge', 'id') FROM pg_sequence JOIN member_table ON seqrelid = tableid ORDER BY 2;
SELECT 'column', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attcollation::regcollation, attidentity,
	attgenerated, attstorage, attcompression,
	-- minor releases of the server keep a version of the column among its options
	(SELECT string_agg(o, ',') FROM unnest(attoptions) o WHERE o NOT LIKE 'pg_attver=%'), pg_temp.rights(attacl), pg_get_expr(adbin, adrelid)
FROM pg_attribute JOIN member_table ON attrelid = tableid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 ORDER BY attrelid::regclass::text, attnum;
SELECT 'constraint', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid IN (SELECT tableid FROM member_table) ORDER BY conrelid::regclass::text, conname;
SELECT 'index', indexrelid::regclass, indisvalid, indisprimary, indisclustered, indisreplident, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid IN (SELECT tableid FROM member_table) ORDER BY indexrelid::regclass::text;
SELECT 'trigger', tgrelid::regclass, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN (SELECT tableid FROM member_table) ORDER BY tgrelid::regclass::text, tgname;
SELECT 'rule', pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class IN (SELECT tableid FROM member_table) AND rulename <> '_RETURN' ORDER BY 2;
SELECT 'policy', polrelid::regclass, polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
FROM pg_policy WHERE polrelid IN (SELECT tableid FROM member_table) ORDER BY 2, 3;
SELECT 'statistics', oid::regclass, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxrelid IN (SELECT tableid FROM member_table) ORDER BY 3;

-- what is not in a schema
SELECT 'event trigger', evtname, evtevent, evtfoid::regprocedure, evtenabled, evttags, evtowner::regrole = current_user::regrole
FROM pg_event_trigger, member WHERE classid = 'pg_event_trigger'::regclass AND oid = objid ORDER BY evtname;
SELECT 'cast', castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod
FROM pg_cast, member WHERE classid = 'pg_cast'::regclass AND oid = objid ORDER BY 2, 3;
SELECT 'operator', oid::regoperator, oprresult::regtype, oprcode, oprrest, oprjoin, oprcom::regoperator, oprnegate::regoperator, oprcanmerge, oprcanhash
FROM pg_operator, member WHERE classid = 'pg_operator'::regclass AND oid = objid ORDER BY oid::regoperator::text;
-- what lies in the schema and belongs to nobody
SELECT 'stray', oid::regclass FROM pg_class WHERE relnamespace = 'relations'::regnamespace AND relkind NOT IN ('i', 'I', 't')
	AND oid NOT IN (SELECT tableid FROM member_table) ORDER BY 2;
SELECT 'stray', oid::regprocedure FROM pg_proc WHERE pronamespace = 'relations'::regnamespace
	AND oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass) ORDER BY 2;
