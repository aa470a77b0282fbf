-- A database of Laravel: class names, and in taggables a name that only the morph map knows.
CREATE TABLE posts (id bigserial PRIMARY KEY, title varchar(255));
CREATE TABLE videos (id bigserial PRIMARY KEY, url varchar(255));
CREATE TABLE comments (id bigserial PRIMARY KEY, body text, commentable_type varchar(255), commentable_id bigint);
CREATE TABLE taggables (tag_id bigint, taggable_type varchar(255), taggable_id bigint);
INSERT INTO posts DEFAULT VALUES;
INSERT INTO videos DEFAULT VALUES;
INSERT INTO comments (commentable_type, commentable_id) VALUES ('App\Models\Post', 1), ('video', 1);
INSERT INTO taggables VALUES (1, 'App\Models\Post', 1), (1, 'clip', 1);
CREATE FUNCTION is_as_told() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN is_refused('INSERT INTO comments (commentable_type, commentable_id) VALUES (''video'', 9)')
		AND is_refused('INSERT INTO taggables VALUES (1, ''clip'', 9)')
		AND (SELECT count(*) FROM taggables t, videos(t)) = 1;
END $$;
