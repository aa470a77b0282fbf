-- Reading symmetric relations: filters, sorting, counting, pages, plans, rights; and
-- what cannot be symmetric.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_symmetric_read;
SET search_path = regress_symmetric_read;
CREATE TABLE person (id int PRIMARY KEY, name text);
INSERT INTO person SELECT i, chr(96 + i) FROM generate_series(1, 6) i;
SELECT id, many_field FROM relations.many_to_many('person', 'friends', 'person', sort_field => 'place', is_symmetric => true);
ALTER TABLE person_person ADD since int;
INSERT INTO person_person (person_id, related_person_id, place, since) VALUES (2, 1, 2, 2001), (1, 3, 1, 2002), (4, 2, NULL, 2003), (5, 1, 3, 2004), (3, 2, 9, 2005);
CREATE FUNCTION read(query jsonb) RETURNS SETOF json LANGUAGE sql AS $$ SELECT relations.items('regress_symmetric_read.person', query) $$;

SELECT read('{"fields": ["id", "friends"]}');
SELECT read('{"fields": ["name", "friends.related_person_id.name", "friends.since"]}');
SELECT read('{"fields": ["id", "friends.*"], "filter": {"id": 2}}');
SELECT read('{"fields": ["id", "friends.person_id.name", "friends.related_person_id.friends.related_person_id.name"], "filter": {"id": 4}}');
-- filters: each mention is one pair, seen from this end
SELECT read('{"fields": "id", "filter": {"friends": {"related_person_id": {"name": {"_eq": "a"}}}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"person_id": {"_eq": 1}}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"_none": {"since": {"_gt": 2003}}}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"_every": {"since": {"_gt": 2002}}, "_some": {}}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"_count": {"_gte": 3}}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"_null": true}}}');
SELECT read('{"fields": "id", "filter": {"friends": {"_eq": 4}}}');
SELECT read('{"fields": "id", "filter": {"_and": [{"friends": {"related_person_id": 1}}, {"friends": {"related_person_id": 3}}]}}');
SELECT relations.count_items('person', '{"filter": {"friends": {"since": {"_lt": 2004}}}}');
-- sorting, pages, counts
SELECT read('{"fields": ["id", "count(friends)"], "sort": ["-count(friends)", "id"]}');
SELECT read('{"fields": ["id"], "sort": ["-friends.related_person_id.name"]}');
SELECT read('{"fields": ["id", "friends.related_person_id"], "deep": {"friends": {"_limit": 1, "_sort": "-since", "_count": true}}}');
SELECT read('{"fields": ["id", "friends.related_person_id"], "deep": {"friends": {"_limit": 1, "_offset": 1}}, "filter": {"id": {"_lte": 2}}}');
SELECT read('{"fields": ["id", "friends.since"], "deep": {"friends": {"_filter": {"related_person_id": {"name": "b"}}, "_required": true}}}');
SELECT read('{"fields": ["id", "friends"], "deep": {"friends": {"_aggregate": {"max": "since", "count": "*"}}}, "filter": {"id": 1}}');
SELECT relations.resolve(p, 'friends', '{"fields": "related_person_id", "sort": "-related_person_id"}') FROM person p WHERE id = 2;
-- the junction itself is a table as it is
SELECT relations.read_items('person_person', '{"fields": ["person_id.name", "related_person_id.name"], "sort": "since"}');

-- plans: an index for either end, in SQL and in what is read; nothing is left of the union
INSERT INTO person SELECT i, 'p' || i FROM generate_series(100, 2099) i;
INSERT INTO person_person (person_id, related_person_id) SELECT i, i + j FROM generate_series(100, 2000) i, generate_series(1, 20) j;
ANALYZE person, person_person;
-- how the junction is scanned, and what hinders
CREATE FUNCTION scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ 'on person_person|Function Scan on friends|Subquery Scan|Merge Append' THEN
			RETURN NEXT regexp_replace(replace(line, 'Only ', ''), '^[ >-]*(.*?)( s(_1)?)?$', '\1');
		END IF;
	END LOOP;
END $$;
SET enable_bitmapscan = off;
SELECT scans('SELECT a.name, r.name FROM person a, friends(a) j, related_person_id(j) r WHERE a.id = 500') ORDER BY 1;
SELECT scans('SELECT a.name FROM person a, friends(a) j, related_person_id(j) r WHERE r.id = 500') ORDER BY 1;
SELECT scans('SELECT a.name, j.since FROM person a LEFT JOIN LATERAL friends(a) j ON true WHERE a.id = 500') ORDER BY 1;
SELECT scans('SELECT a.name FROM person a WHERE a.id = 500 AND EXISTS (SELECT FROM friends(a) j WHERE j.since = 1)') ORDER BY 1;
CREATE VIEW pairs AS SELECT a.name, a.id, r.name AS other FROM person a, friends(a) j, related_person_id(j) r;
SELECT scans('SELECT other FROM pairs WHERE id = 500') ORDER BY 1;
DROP VIEW pairs;
CREATE FUNCTION read_scans(query jsonb) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT scans(statement) FROM relations.read_items_sql('regress_symmetric_read.person', query) ORDER BY 1 $$;
SELECT read_scans('{"fields": ["friends.since"], "filter": {"id": 500}}');
SELECT read_scans('{"fields": ["id"], "filter": {"id": 500, "friends": {"since": 501}}}');
SELECT read_scans('{"fields": ["count(friends)"], "filter": {"id": 500}}');
SET enable_seqscan = off;
SELECT read_scans('{"fields": ["id"], "filter": {"friends": {"related_person_id": 501}}, "limit": -1}');
RESET enable_seqscan;
-- the first of each parent, by indexes that have them in order
CREATE INDEX by_since ON person_person (person_id, since);
CREATE INDEX by_since_too ON person_person (related_person_id, since);
SELECT read_scans('{"fields": ["friends.since"], "filter": {"id": 500}, "deep": {"friends": {"_sort": "since", "_limit": 2}}}');
RESET enable_bitmapscan;
DELETE FROM person WHERE id > 50;

-- rights: both columns of the pair are read from either end
CREATE ROLE regress_symmetric_reader;
GRANT USAGE ON SCHEMA regress_symmetric_read TO regress_symmetric_reader;
GRANT SELECT ON person TO regress_symmetric_reader;
GRANT SELECT (id, person_id, related_person_id), INSERT (person_id, related_person_id) ON person_person TO regress_symmetric_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA regress_symmetric_read TO regress_symmetric_reader;
SET ROLE regress_symmetric_reader;
SELECT read('{"fields": ["id", "friends.related_person_id"], "filter": {"id": 1}, "deep": {"friends": {"_sort": "id"}}}');
-- fails: a column that he may not read
SELECT read('{"fields": ["id", "friends.since"], "filter": {"id": 1}}');
RESET ROLE;
REVOKE SELECT (related_person_id) ON person_person FROM regress_symmetric_reader;
SET ROLE regress_symmetric_reader;
-- fails: the other end would show it
SELECT read('{"fields": ["id", "friends.person_id"]}');
SELECT read('{"fields": "*", "filter": {"id": 1}}');
INSERT INTO person_person (person_id, related_person_id) VALUES (6, 5);
RESET ROLE;
GRANT SELECT ON person_person TO regress_symmetric_reader;
-- row security hides a pair from either end
CREATE POLICY old ON person_person USING (since < 2004);
ALTER TABLE person_person ENABLE ROW LEVEL SECURITY;
SET ROLE regress_symmetric_reader;
SELECT read('{"fields": ["id", "friends.related_person_id"]}');
SELECT p.id, j.related_person_id FROM person p, friends(p) j ORDER BY 1, 2;
-- fails: the relation is the owner's
SELECT relations.update_relation(2, '{"is_symmetric": false}');
RESET ROLE;

DELETE FROM relations.relations;
DROP TABLE person_person;
DROP OWNED BY regress_symmetric_reader;
DROP ROLE regress_symmetric_reader;

-- what cannot be symmetric. fails: all of it
CREATE TABLE tag (id int PRIMARY KEY);
SELECT relations.many_to_many('person', 'tags', 'tag', is_symmetric => true);
SELECT relations.many_to_many('person', 'friends', 'person', 'friend_of', is_symmetric => true);
CREATE TABLE j (a int REFERENCES person, b int REFERENCES person, c int REFERENCES tag, d bigint REFERENCES person, e int, f xid8,
	g int GENERATED ALWAYS AS (e + 1) STORED REFERENCES person);
CREATE FUNCTION try(relation text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
	PERFORM relations.create_relation(format('{"many_collection": "j", "one_collection": "person", "is_symmetric": true, %s}', relation)::jsonb);
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(E'\n  ', sqlstate || ': ' || sqlerrm, detail, hint);
END $$;
SELECT try('"many_field": "a", "one_field": "x"');
SELECT try('"many_field": "a", "junction_field": "b"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "a"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "c"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "d"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "e"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "g"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "no"');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "b", "is_unique": true');
SELECT try('"many_field": "a", "one_field": "x", "junction_field": "b", "is_symmetric": 1');
SELECT try('"many_field": "a", "one_collection": null, "one_collection_field": "k", "one_allowed_collections": "person", "reverse_field": "x", "junction_field": "b"');
CREATE TABLE parted (a int REFERENCES person, b int REFERENCES person) PARTITION BY LIST (b);
SELECT try('"many_collection": "parted", "many_field": "a", "one_field": "x", "junction_field": "b"');
CREATE TABLE three (p int, q int, r int, PRIMARY KEY (p, q));
CREATE TABLE threes (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES three, FOREIGN KEY (y, z) REFERENCES three);
SELECT try('"many_collection": "threes", "many_field": "x,y", "one_collection": "three", "one_field": "x", "junction_field": "y,z"');
ALTER TABLE three ADD UNIQUE (q, r);
ALTER TABLE threes ADD w int, ADD v int, ADD FOREIGN KEY (v, w) REFERENCES three (q, r);
SELECT try('"many_collection": "threes", "many_field": "x,y", "one_collection": "three", "one_field": "x", "junction_field": "v,w"');

-- the other half: no alias, no other end, as long as the first is symmetric
SELECT id, is_symmetric FROM relations.create_relations('[{"many_collection": "j", "many_field": "b", "one_collection": "person", "junction_field": "a", "one_field": "back"},
	{"many_collection": "j", "many_field": "a", "one_collection": "person", "junction_field": "b"}]');
SELECT max(id) AS first, min(id) AS second FROM relations.relations \gset
SELECT relations.update_relation(:first, '{"is_symmetric": true, "one_field": "linked"}');
SELECT one_field FROM relations.update_relation(:second, '{"one_field": null}');
SELECT one_field, is_symmetric FROM relations.update_relation(:first, '{"is_symmetric": true, "one_field": "linked"}');
SELECT relations.update_relation(:second, '{"one_field": "back"}');
SELECT relations.update_relation(:second, '{"one_collection": "tag"}');
SELECT relations.update_relation(:first, '{"one_field": null}');
SELECT relations.update_relation(:first, '{"one_collection": "tag"}');
SELECT is_symmetric FROM relations.update_relation(:first, '{"is_symmetric": null}');
SELECT one_field FROM relations.update_relation(:second, '{"one_field": "back"}');

DELETE FROM relations.relations;
DROP SCHEMA regress_symmetric_read CASCADE;
