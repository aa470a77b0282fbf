-- The world of the specification's examples, as tables: humans have pets, which
-- are dogs or cats; dogs and cats have owners.  The names that they have there
-- are these: Dog dog, Cat cat, CatOrDog pet_item_union, Human human.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS spec CASCADE;
CREATE SCHEMA spec;
SET search_path = spec;

CREATE TYPE dog_command AS ENUM ('SIT', 'DOWN', 'HEEL');
CREATE TABLE human (id integer PRIMARY KEY, name text NOT NULL, born date, home jsonb);
CREATE TABLE dog (id integer PRIMARY KEY, name text NOT NULL, nickname text, bark_volume integer, weight real,
	is_house_trained boolean, command dog_command, chip bigint, owner integer REFERENCES human);
CREATE TABLE cat (id integer PRIMARY KEY, name text NOT NULL, nickname text, meow_volume integer, lives text,
	owner integer REFERENCES human);
CREATE TABLE pet (id integer PRIMARY KEY, human integer REFERENCES human, collection text, item integer);
CREATE TABLE litter (kennel integer, number integer, name text, PRIMARY KEY (kennel, number));

SELECT count(*) FROM relations.create_relations('[
	{"many_collection": "dog", "many_field": "owner", "one_collection": "human", "one_field": "dogs"},
	{"many_collection": "cat", "many_field": "owner", "one_collection": "human", "one_field": "cats"},
	{"many_collection": "pet", "many_field": "human", "one_collection": "human", "one_field": "pets"},
	{"many_collection": "pet", "many_field": "item", "one_collection_field": "collection",
		"one_allowed_collections": ["dog", "cat"], "reverse_field": "keepers"}]');
COMMENT ON TABLE dog IS 'A dog, "man''s best friend"';
COMMENT ON COLUMN dog.bark_volume IS 'In decibels.';

INSERT INTO human VALUES (1, 'Ada', '1815-12-10', '{"city": "London"}'), (2, 'Bob', NULL, NULL);
INSERT INTO dog VALUES (1, 'Rex', 'Rexy', 80, 30.5, true, 'SIT', 9007199254740993, 1), (2, 'Fido', NULL, 40, 8, false, 'HEEL', 2, 1);
INSERT INTO cat VALUES (1, 'Tom', 'Tommy', 20, 'nine', 2);
INSERT INTO pet VALUES (1, 1, 'dog', 1), (2, 1, 'cat', 1), (3, 2, 'cat', 1);
INSERT INTO litter VALUES (1, 1, 'first'), (1, 2, 'second');
