-- A database of Directus: pages of blocks, and a foreign key that Directus does not know of.
CREATE TABLE directus_collections (collection varchar(64) PRIMARY KEY, "group" varchar(64));
CREATE TABLE directus_fields (id serial PRIMARY KEY, collection varchar(64) NOT NULL, field varchar(64) NOT NULL, special varchar(64));
CREATE TABLE directus_relations (id serial PRIMARY KEY, many_collection varchar(64) NOT NULL, many_field varchar(64) NOT NULL,
	one_collection varchar(64), one_field varchar(64), one_collection_field varchar(64), one_allowed_collections text,
	junction_field varchar(64), sort_field varchar(64), one_deselect_action varchar(255) NOT NULL DEFAULT 'nullify');
CREATE TABLE pages (id serial PRIMARY KEY, title varchar(255));
CREATE TABLE headings (id serial PRIMARY KEY, text varchar(255));
CREATE TABLE visits (id serial PRIMARY KEY, page integer REFERENCES pages);
CREATE TABLE pages_blocks (id serial PRIMARY KEY, pages_id integer REFERENCES pages ON DELETE SET NULL, item varchar(255), collection varchar(255), sort integer);
INSERT INTO pages (title) VALUES ('Home');
INSERT INTO headings (text) VALUES ('Welcome');
INSERT INTO pages_blocks (pages_id, item, collection) VALUES (1, '1', 'headings');
INSERT INTO directus_relations (many_collection, many_field, one_collection, one_field, one_collection_field, one_allowed_collections, junction_field) VALUES
	('pages_blocks', 'item', NULL, NULL, 'collection', 'headings', 'pages_id'),
	('pages_blocks', 'pages_id', 'pages', 'blocks', NULL, NULL, 'item');
INSERT INTO directus_fields (collection, field, special) VALUES ('pages', 'blocks', 'm2a');
-- the number that the guide speaks of
ALTER SEQUENCE relations.edge_id_seq RESTART 12;
CREATE FUNCTION is_as_told() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN is_refused('INSERT INTO pages_blocks (pages_id, item, collection) VALUES (1, ''8'', ''headings'')')
		AND (SELECT count(*) FROM pages p, visits(p)) = 0 AND (SELECT count(*) FROM pages p, blocks(p)) = 1;
END $$;
