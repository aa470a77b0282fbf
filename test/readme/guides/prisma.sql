-- Posts with an author, comments and tags.
CREATE TABLE people (id serial PRIMARY KEY, name text);
CREATE TABLE posts (id serial PRIMARY KEY, title text, author integer REFERENCES people);
CREATE TABLE comments (id serial PRIMARY KEY, body text, post integer REFERENCES posts);
CREATE TABLE tags (id serial PRIMARY KEY, name text);
CREATE TABLE posts_tags (posts_id integer REFERENCES posts, tags_id integer REFERENCES tags, PRIMARY KEY (posts_id, tags_id));
INSERT INTO people (name) VALUES ('Ada');
INSERT INTO posts (title, author) VALUES ('First', 1);
INSERT INTO comments (body, post) VALUES ('Nice', 1);
INSERT INTO tags (name) VALUES ('new');
INSERT INTO posts_tags VALUES (1, 1);
CREATE FUNCTION is_as_told() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT author_name = 'Ada' AND comments::text LIKE '%Nice%' AND tags::text LIKE '%1%' FROM post_list WHERE id = 1);
END $$;
