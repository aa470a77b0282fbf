-- What the clients in this folder use: tables as their own migrations would make them, a relation of every
-- type, and views of two of them. A client's `prepare` adds tables that only this
-- client would have.
CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, boss_id integer);
CREATE TABLE profiles (id serial PRIMARY KEY, bio text, person_id integer);
CREATE TABLE articles (id serial PRIMARY KEY, title text NOT NULL, published timestamptz, author_id integer);
CREATE TABLE videos (id serial PRIMARY KEY, url text NOT NULL, seconds integer);
CREATE TABLE tags (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE comments (id serial PRIMARY KEY, body text NOT NULL, commentable_type varchar, commentable_id integer);
CREATE TABLE images (id serial PRIMARY KEY, file text NOT NULL);
CREATE TABLE quotes (id serial PRIMARY KEY, words text NOT NULL);
CREATE TABLE languages (code text PRIMARY KEY, name text NOT NULL);

SELECT relations.many_to_one('people', 'boss_id', 'people', 'staff');
SELECT relations.one_to_one('profiles', 'person_id', 'people', 'profile');
SELECT relations.many_to_one('articles', 'author_id', 'people', 'articles');
SELECT relations.many_to_many('articles', 'tags', 'tags', 'articles');
SELECT relations.many_to_many('articles', 'related', 'articles', 'related_from');
SELECT relations.many_to_many('people', 'friends', 'people', is_symmetric => true);
SELECT relations.many_to_any('articles', 'blocks', '{images, quotes}', reverse_field => 'used_in');
SELECT relations.translations('articles', '{title}', 'languages');
-- each client calls a class by the name that it would give it
SELECT relations.create_relation('{"many_collection": "comments", "many_field": "commentable_id",
	"one_collection_field": "commentable_type", "reverse_field": "comments", "on_delete": "NO ACTION",
	"one_allowed_collections": {"Article": "articles", "article": "articles", "Video": "videos", "video": "videos"}}');

INSERT INTO people (name, boss_id) VALUES ('Ada', NULL), ('Ben', 1), ('Cleo', 1);
INSERT INTO profiles (bio, person_id) VALUES ('Counts', 1), ('Draws', 2);
INSERT INTO articles (title, published, author_id) VALUES
	('Bread', '2024-03-01 12:00Z', 1), ('Butter', '2024-04-01 12:00Z', 1), ('Salt', NULL, 2), ('Water', NULL, NULL);
INSERT INTO videos (url, seconds) VALUES ('kneading.webm', 90), ('churning.webm', 300);
INSERT INTO tags (name) VALUES ('food'), ('white'), ('free');
INSERT INTO articles_tags (articles_id, tags_id) VALUES (1, 1), (2, 1), (2, 2), (3, 2), (4, 3);
INSERT INTO articles_articles (articles_id, related_articles_id) VALUES (1, 2), (1, 3);
INSERT INTO people_people (people_id, related_people_id) VALUES (2, 1);
INSERT INTO comments (body, commentable_type, commentable_id) VALUES
	('Nice', 'Article', 1), ('Short', 'Article', 1), ('Long', 'Video', 2), ('Salty', 'article', 3), ('Loud', 'video', 2);
INSERT INTO images (file) VALUES ('loaf.png');
INSERT INTO quotes (words) VALUES ('Give us this day');
INSERT INTO articles_blocks (articles_id, collection, item, sort) VALUES (1, 'images', 1, 2), (1, 'quotes', 1, 1);
INSERT INTO languages VALUES ('de', 'German'), ('fr', 'French');
INSERT INTO articles_translations (articles_id, languages_code, title) VALUES (1, 'de', 'Brot'), (1, 'fr', 'Pain');

SELECT relations.create_view('article_list', 'articles',
	'id,title,published,author_id,author_id.name,comments,tags.tags_id.name,blocks.item:images.file,blocks.item:quotes.words,translations.title');
SELECT relations.create_view('person_list', 'people', '*,boss_id.name,profile.bio');
