-- newer.sql: after world.sql, what 0.1 could not do. Tables that were called
-- otherwise when their relations were made, and a symmetric relation.
SET client_min_messages = warning;
CREATE SCHEMA old_place;
CREATE TABLE old_place.old_target (id int PRIMARY KEY, name text);
CREATE TABLE old_place.old_table (id int PRIMARY KEY, old_kind text, old_item int, old_target int);
SELECT FROM relations.many_to_one('old_place.old_table', 'old_target', 'old_place.old_target', 'old_alias');
SELECT FROM relations.create_relation('{"many_collection": "old_place.old_table", "many_field": "old_item",
	"one_collection_field": "old_kind", "one_allowed_collections": {"Target": "old_place.old_target", "Page": "page"},
	"reverse_field": "old_ends", "on_delete": "RESTRICT"}');
INSERT INTO old_place.old_target VALUES (1, 'one'), (2, 'two');
INSERT INTO old_place.old_table VALUES (1, 'Target', 1, 2), (2, 'Page', 1, 1);
ALTER TABLE old_place.old_table RENAME old_kind TO kind;
ALTER TABLE old_place.old_table RENAME old_item TO item;
ALTER TABLE old_place.old_table RENAME old_target TO target;
ALTER TABLE old_place.old_table RENAME TO end_table;
ALTER TABLE old_place.old_target RENAME id TO key;
ALTER TABLE old_place.old_target RENAME TO target;
ALTER TABLE old_place.end_table RENAME CONSTRAINT old_table_old_target_fkey TO to_target;
ALTER FUNCTION old_place.old_alias(old_place.target) RENAME TO ends;
ALTER SCHEMA old_place RENAME TO place;
ALTER TABLE place.end_table SET SCHEMA zoo;

CREATE TABLE place.person (id int PRIMARY KEY, name text);
SELECT FROM relations.many_to_many('place.person', 'friends', 'place.person', junction => 'place.friendship', is_symmetric => true);
INSERT INTO place.person VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cleo');
INSERT INTO place.friendship (person_id, related_person_id) VALUES (1, 2), (3, 1);
