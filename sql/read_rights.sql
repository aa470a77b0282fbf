-- The caller's rights decide at every level, whoever's plan was kept first.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA read_rights;
SET search_path = read_rights;
\pset format unaligned
\pset tuples_only on
CREATE ROLE read_rights_ann;
CREATE ROLE read_rights_bob;
CREATE TABLE folder (id integer PRIMARY KEY, owner name, name text, secret text);
CREATE TABLE doc (id integer PRIMARY KEY, owner name, title text);
CREATE TABLE tag (id integer PRIMARY KEY, label text);
SELECT count(*) FROM relations.many_to_one('doc', 'folder', 'folder', 'docs');
SELECT count(*) FROM relations.many_to_many('doc', 'tags', 'tag', 'docs');
INSERT INTO folder VALUES (1, 'read_rights_ann', 'a', 's1'), (2, 'read_rights_bob', 'b', 's2');
INSERT INTO doc VALUES (1, 'read_rights_ann', 'x', 1), (2, 'read_rights_bob', 'y', 1), (3, 'read_rights_ann', 'z', 2);
INSERT INTO tag VALUES (1, 't');
INSERT INTO doc_tag VALUES (1, 1, 1), (2, 2, 1), (3, 3, 1);

-- nobody has rights yet; the owner's plans are kept
SELECT relations.read_items('folder', '{"fields": "*.*"}');
SELECT relations.read_items('folder', '{"fields": "name,docs.title"}');
SET ROLE read_rights_ann;
SELECT relations.read_items('read_rights.folder', '{"fields": "*.*"}');
RESET ROLE;
GRANT USAGE ON SCHEMA read_rights TO read_rights_ann, read_rights_bob;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"fields": "*.*"}');
RESET ROLE;

-- column rights: left out of "*", refused where they are named
GRANT SELECT (id, name, owner) ON folder TO read_rights_ann;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"fields": "*.*"}');
SELECT relations.read_items('folder', '{"fields": ["name", "secret"]}');
SELECT relations.read_items('folder', '{"fields": "name", "filter": {"_or": [{"secret": "s1"}]}}');
SELECT relations.read_items('folder', '{"fields": "name", "sort": "-secret"}');
SELECT relations.read_items('folder', '{"aggregate": {"min": "secret"}}');
SELECT relations.read_items('folder', '{"fields": "name", "search": "s1"}');
SELECT relations.read_items('folder', '{"fields": ["name", "docs.title"]}');
SELECT relations.read_items('folder', '{"fields": "name", "filter": {"docs": {"title": "x"}}}');
SELECT relations.count_items('folder', '{"filter": {"docs": {"_null": true}}}');
SELECT * FROM relations.read_items_sql('folder', '{"fields": "secret"}');
RESET ROLE;
-- more rights are seen at once, and fewer
GRANT SELECT ON doc, doc_tag, tag TO read_rights_ann, read_rights_bob;
GRANT SELECT ON folder TO read_rights_bob;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"fields": "*.*"}');
RESET ROLE;
REVOKE SELECT ON doc FROM read_rights_ann;
GRANT SELECT (id, folder) ON doc TO read_rights_ann;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"fields": "*.*"}');
RESET ROLE;
GRANT SELECT ON doc TO read_rights_ann;
-- through membership
GRANT read_rights_bob TO read_rights_ann;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"limit": 1}');
RESET ROLE;
REVOKE read_rights_bob FROM read_rights_ann;
SET ROLE read_rights_ann;
SELECT relations.read_items('folder', '{"limit": 1}');
RESET ROLE;

-- row security at every level: root, lists, to-one ends, filters, counts, sort
ALTER TABLE folder ENABLE ROW LEVEL SECURITY;
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON folder USING (owner = current_user);
CREATE POLICY own ON doc USING (owner = current_user);
CREATE FUNCTION all_of_it() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT relations.read_items('read_rights.folder', '{"fields": ["name", "docs.title", "count(docs)"], "sort": "-count(docs)"}')
	UNION ALL SELECT relations.read_items('read_rights.doc', '{"fields": ["title", "folder.name", "tags.tag_id.label"]}')
	UNION ALL SELECT relations.read_items('read_rights.tag', '{"fields": ["docs.doc_id.title"]}')
	UNION ALL SELECT relations.read_items('read_rights.folder', '{"fields": "name", "filter": {"docs": {"_none": {"title": "y"}}}}')
	UNION ALL SELECT relations.read_items('read_rights.doc', '{"fields": "title", "filter": {"folder": {"name": {"_nnull": true}}}}')
	UNION ALL SELECT relations.read_item('read_rights.folder', 1, '{"fields": "name"}')
	UNION ALL SELECT relations.count_items('read_rights.doc')::text::json
	UNION ALL SELECT relations.items('read_rights.doc', '{"fields": "title"}')
	$$;
SELECT all_of_it();
SET ROLE read_rights_ann;
SELECT all_of_it();
SET ROLE read_rights_bob;
SELECT all_of_it();
RESET ROLE;
SELECT all_of_it() LIMIT 1;
-- a view has its owner's rights, as in SQL
CREATE VIEW shown AS SELECT id, name FROM folder;
GRANT SELECT ON shown TO read_rights_bob;
SET ROLE read_rights_bob;
SELECT relations.read_items('shown');
RESET ROLE;
-- SECURITY DEFINER is another role within the session
CREATE FUNCTION as_owner() RETURNS json LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
	SELECT relations.read_items('read_rights.folder', '{"fields": "name,docs.title"}') $$;
SET ROLE read_rights_bob;
SELECT relations.read_items('read_rights.folder', '{"fields": "name,docs.title"}');
SELECT as_owner();
SELECT relations.read_items('read_rights.folder', '{"fields": "name,docs.title"}');
RESET ROLE;

DELETE FROM relations.relations;
DROP SCHEMA read_rights CASCADE;
DROP ROLE read_rights_ann, read_rights_bob;
