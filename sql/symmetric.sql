-- A symmetric relation: if A is related to B then B is related to A, and each pair
-- is stored once.
SET client_min_messages = warning;
ALTER SEQUENCE relations.edge_id_seq RESTART;
CREATE SCHEMA regress_symmetric;
SET search_path = regress_symmetric;
CREATE FUNCTION standing(t regclass) RETURNS TABLE (what text) LANGUAGE sql AS $$
	SELECT conname || ': ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t AND contype IN ('c', 'u')
	UNION ALL
	SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal
	UNION ALL
	SELECT p.oid::regprocedure || ': ' || prosrc FROM pg_proc p WHERE proname IN ('related', 'friends') AND prorettype = t::text::regtype
	ORDER BY 1 $$;

CREATE TABLE articles (id int PRIMARY KEY, title text);
INSERT INTO articles SELECT i, 'Article ' || i FROM generate_series(1, 6) i;
SELECT id, many_field, one_field, junction_field, sort_field, is_unique, is_symmetric
FROM relations.many_to_many('articles', 'related', 'articles', sort_field => 'sort', is_symmetric => true);
SELECT * FROM standing('articles_articles');
SELECT * FROM relations.check();

-- whoever writes need not know the order
ALTER TABLE articles_articles ADD note text;
INSERT INTO articles_articles (articles_id, related_articles_id, note) VALUES (2, 1, 'a'), (1, 3, 'b'), (6, 2, 'c');
UPDATE articles_articles SET articles_id = 4 WHERE note = 'b';
UPDATE articles_articles SET sort = 7 WHERE note = 'c';
COPY articles_articles (articles_id, related_articles_id, note) FROM stdin;
5	1	d
\.
SELECT articles_id, related_articles_id, sort, note FROM articles_articles ORDER BY note;
-- fails: the pair is there, the other way round
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (1, 2);
UPDATE articles_articles SET articles_id = 2, related_articles_id = 1 WHERE note = 'd';
-- ... and is left alone, or changed, where that is said
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (1, 2), (2, 1) ON CONFLICT DO NOTHING;
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (2, 1)
	ON CONFLICT (articles_id, related_articles_id) DO UPDATE SET note = 'A' RETURNING articles_id, related_articles_id, note;
-- fails: nothing is related to itself
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (3, 3);
-- fails: a pair in order that refers to nothing
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (9, 1);

-- the junction has a column more than when the function was made, which has followed
SELECT * FROM relations.check();

-- from either end, in SQL and in views
SELECT a.id, r.id AS related, j.note FROM articles a, related(a) j, related_articles_id(j) r ORDER BY 1, 2;
SELECT (related(a)).related_articles_id FROM articles a WHERE id = 1 ORDER BY 1;
SELECT a.id, j.note FROM articles a, related(a) j, articles_id(j) p WHERE p.id <> a.id;
CREATE VIEW pairs AS SELECT a.title, r.title AS other FROM articles a, related(a) j, related_articles_id(j) r;
SELECT * FROM pairs WHERE other = 'Article 1' ORDER BY 1;
DROP VIEW pairs;
SELECT a.id, j.related_articles_id FROM articles a LEFT JOIN LATERAL related(a) j ON true WHERE a.id IN (3, 6) ORDER BY 1;

-- the key of an end changes: the pair stays in order
SELECT on_update FROM relations.update_relation(1, '{"on_update": "CASCADE"}');
SELECT on_update FROM relations.update_relation(2, '{"on_update": "CASCADE"}');
UPDATE articles SET id = 0 WHERE id = 6;
UPDATE articles SET id = 9 WHERE id = 1;
SELECT articles_id, related_articles_id, note FROM articles_articles ORDER BY note;
UPDATE articles SET id = 1 WHERE id = 9;
UPDATE articles SET id = 6 WHERE id = 0;
SELECT articles_id, related_articles_id, note FROM articles_articles ORDER BY note;
-- ... goes with either end
BEGIN;
DELETE FROM articles WHERE id IN (2, 4);
SELECT articles_id, related_articles_id, note FROM articles_articles ORDER BY note;
ROLLBACK;

-- off: what was generated goes, rows stay
SELECT is_symmetric FROM relations.update_relation(2, '{"is_symmetric": false}');
SELECT * FROM standing('articles_articles');
INSERT INTO articles_articles (articles_id, related_articles_id, note) VALUES (3, 2, 'e'), (5, 3, 'f'), (3, 3, 'g'), (2, 1, 'h');
SELECT a.id, j.related_articles_id FROM articles a, related(a) j WHERE a.id = 3 ORDER BY 1, 2;
SELECT * FROM relations.check();
-- on again. fails: rows that are not in order, of which two cannot be put into it
SELECT is_symmetric FROM relations.update_relation(2, '{"is_symmetric": true}');
\echo :SQLSTATE
DELETE FROM articles_articles WHERE note IN ('g', 'h');
UPDATE articles_articles t SET articles_id = t.related_articles_id, related_articles_id = t.articles_id WHERE NOT (t.articles_id < t.related_articles_id);
UPDATE relations.relations SET is_symmetric = true WHERE id = 2 RETURNING is_symmetric;
SELECT * FROM standing('articles_articles');
SELECT * FROM relations.check();

-- rows of before need not be looked at
SELECT is_symmetric FROM relations.update_relation(2, '{"is_symmetric": false}');
UPDATE articles_articles SET articles_id = related_articles_id, related_articles_id = articles_id WHERE note = 'e';
SELECT is_symmetric FROM relations.update_relation(2, '{"is_symmetric": true, "validate": false}');
SELECT severity, problem, detail, fix FROM relations.check();
SELECT r.id FROM articles a, related(a) j, related_articles_id(j) r WHERE a.id = 3 ORDER BY 1;
-- fails: they are wrong
SELECT is_symmetric FROM relations.update_relation(2, '{"validate": true}');
UPDATE articles_articles SET note = note;
SELECT is_symmetric FROM relations.update_relation(2, '{"validate": true}');
SELECT * FROM relations.check();

-- what somebody takes away by hand, check() finds
ALTER TABLE articles_articles DROP CONSTRAINT articles_articles_articles_id_related_articles_id_check;
ALTER TABLE articles_articles DISABLE TRIGGER articles_articles_pair;
SELECT severity, relation_id, problem, fix FROM relations.check();
SELECT fix FROM relations.check() \gexec
DROP TRIGGER articles_articles_pair ON articles_articles;
SELECT severity, relation_id, problem, fix FROM relations.check();
SELECT fix FROM relations.check() \gexec
SELECT * FROM relations.check();
ALTER TRIGGER articles_articles_pair ON articles_articles RENAME TO renamed;
SELECT * FROM relations.check();

-- an alias more or other: what stands is renamed, not made anew
SELECT one_field FROM relations.update_relation(2, '{"one_field": "friends"}');
SELECT * FROM standing('articles_articles');
SELECT relations.diagram() \g (tuples_only format=unaligned)
SELECT relations.diagram('dot') ~ 'label=<M2M articles_id / friends, symmetric>' AS dot;

-- adopt() does not guess it, discover() says what is registered
SELECT relation -> 'is_symmetric' AS is_symmetric, registered FROM relations.discover('{regress_symmetric}') WHERE kind = 'm2o' ORDER BY 1;
SELECT relations.delete_relation(1);
SELECT count(*) FROM articles a, friends(a) j;
SELECT problem, fix FROM relations.check();
SELECT relations.delete_relation(2);
SELECT * FROM standing('articles_articles');
ALTER TABLE articles_articles ADD FOREIGN KEY (articles_id) REFERENCES articles, ADD FOREIGN KEY (related_articles_id) REFERENCES articles;
SELECT one_field, is_symmetric FROM relations.adopt('{regress_symmetric}') ORDER BY 1;
-- ... and gives the other half no alias
DELETE FROM relations.relations;
SELECT one_field, is_symmetric FROM relations.create_relation('{"many_collection": "articles_articles", "many_field": "articles_id", "one_collection": "articles",
	"one_field": "related", "junction_field": "related_articles_id", "is_symmetric": true}');
SELECT relation -> 'one_field' AS one_field, registered FROM relations.discover('{regress_symmetric}') WHERE kind = 'm2o' ORDER BY registered;
SELECT many_field, one_field, junction_field FROM relations.adopt('{regress_symmetric}');
-- all is made again after it was deleted
DELETE FROM relations.relations;
ALTER TABLE articles_articles DROP CONSTRAINT articles_articles_articles_id_fkey, DROP CONSTRAINT articles_articles_related_articles_id_fkey;
SELECT many_field, one_field, is_symmetric FROM relations.many_to_many('articles', 'related', 'articles', is_symmetric => true);
SELECT * FROM standing('articles_articles');
SELECT * FROM relations.check();

DELETE FROM relations.relations;
DROP SCHEMA regress_symmetric CASCADE;
