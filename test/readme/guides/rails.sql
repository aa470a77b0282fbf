-- A database of Rails: comments that are right, taggings of which one is lost.
CREATE TABLE posts (id bigserial PRIMARY KEY, title varchar);
CREATE TABLE photos (id bigserial PRIMARY KEY, file varchar);
CREATE TABLE comments (id bigserial PRIMARY KEY, body text, commentable_type varchar, commentable_id bigint, post_id bigint REFERENCES posts);
CREATE TABLE taggings (id bigserial PRIMARY KEY, taggable_type varchar, taggable_id bigint);
INSERT INTO posts DEFAULT VALUES;
INSERT INTO photos DEFAULT VALUES;
INSERT INTO comments (commentable_type, commentable_id) VALUES ('Post', 1), ('Photo', 1);
INSERT INTO taggings (taggable_type, taggable_id) VALUES ('Post', 1), ('Photo', 9);
CREATE FUNCTION is_as_told() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN is_refused('INSERT INTO comments (commentable_type, commentable_id) VALUES (''Post'', 9)')
		AND is_refused('INSERT INTO taggings (taggable_type, taggable_id) VALUES (''Photo'', 8)')
		AND (SELECT count(*) FROM comments c, posts(c)) = 1;
END $$;
