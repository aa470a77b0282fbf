-- A database of Django: content types, of which one has no rows yet.
CREATE TABLE django_content_type (id serial PRIMARY KEY, app_label varchar(100) NOT NULL, model varchar(100) NOT NULL);
CREATE TABLE blog_post (id bigserial PRIMARY KEY, title varchar(200));
CREATE TABLE shop_order (id bigserial PRIMARY KEY, placed date);
CREATE TABLE comments_comment (id bigserial PRIMARY KEY, body text, object_id integer NOT NULL,
	content_type_id integer NOT NULL REFERENCES django_content_type DEFERRABLE INITIALLY DEFERRED);
INSERT INTO django_content_type (app_label, model) VALUES ('contenttypes', 'contenttype'), ('blog', 'post'), ('shop', 'order');
INSERT INTO blog_post DEFAULT VALUES;
INSERT INTO shop_order DEFAULT VALUES;
INSERT INTO comments_comment (content_type_id, object_id) VALUES (2, 1);
CREATE FUNCTION is_as_told() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN is_refused('INSERT INTO comments_comment (content_type_id, object_id) VALUES (2, 9)')
		AND is_refused('INSERT INTO comments_comment (content_type_id, object_id) VALUES (1, 1)')
		AND NOT is_refused('INSERT INTO comments_comment (content_type_id, object_id) VALUES (3, 1)');
END $$;
