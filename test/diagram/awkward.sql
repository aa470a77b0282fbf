-- Tables and relations whose names are hard to draw: what Mermaid, Graphviz,
-- HTML or SQL read as their own. All are kinds of edges too: to itself, twice
-- between two tables, one-to-one, through a junction, to any of several.
CREATE SCHEMA awkward;
CREATE SCHEMA "Sch""e.ma <i>";
SET search_path = awkward;

CREATE TABLE "my table" (id integer PRIMARY KEY, "pk" text, "2fa" text, "a,b" numeric(10, 2)[], __proto__ timestamptz);
CREATE TABLE "say ""hi"" & <b>bye</b>" (id bigint PRIMARY KEY, "uk" "char");
CREATE TABLE "Ünï日本👍" (id integer PRIMARY KEY, "größe µ" text);
CREATE TABLE "direction TB" (id integer PRIMARY KEY, "e1 ||--o{ e2" text);
CREATE TABLE "style a:#b;" (id integer PRIMARY KEY);
CREATE TABLE "%%{init}%% {x}|[y]" (id integer PRIMARY KEY);
CREATE TABLE "back\slash\n\N `tick` $$m$$" (id integer PRIMARY KEY);
CREATE TABLE "&amp; #quot; #35; *a* __b__" (id integer PRIMARY KEY);
CREATE TABLE "two
lines	tab" (id integer PRIMARY KEY);
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1 (id integer PRIMARY KEY);
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2 (id integer PRIMARY KEY);
CREATE TABLE "Sch""e.ma <i>"."my table" (id integer PRIMARY KEY);
CREATE TABLE compound (a integer, "b c" integer, PRIMARY KEY (a, "b c"));
CREATE TABLE pages (id integer PRIMARY KEY);
CREATE TABLE tags (id integer PRIMARY KEY);
CREATE TABLE alone (id integer PRIMARY KEY);

CREATE TABLE hub (id integer PRIMARY KEY, "x,y" integer, "x, z" integer);
DO $$
DECLARE
	target record;
BEGIN
	FOR target IN
		SELECT row_number() OVER (ORDER BY relname, relnamespace::regnamespace::text) AS n, oid::regclass AS t
		FROM pg_class
		WHERE relkind = 'r' AND relnamespace IN ('awkward'::regnamespace, '"Sch""e.ma <i>"'::regnamespace)
			AND relname NOT IN ('compound', 'pages', 'tags', 'alone', 'hub')
	LOOP
		PERFORM relations.many_to_one('hub', ('to "<' || target.n)::name, target.t, ('hubs & ' || target.n)::name);
	END LOOP;
END $$;

SELECT FROM relations.many_to_one('hub', 'parent "id"', 'hub', 'children');
SELECT FROM relations.many_to_one('hub', 'second', 'tags', 'seconds');
SELECT FROM relations.many_to_one('hub', 'first', 'tags', 'firsts');
SELECT FROM relations.one_to_one('tags', 'only', '"my table"', 'tag');
SELECT FROM relations.create_relation('{"many_collection": "hub", "many_field": "\"x,y\",\"x, z\"", "one_collection": "compound", "one_field": "hubs"}');
SELECT FROM relations.many_to_many('pages', 'tags', 'tags', 'pages');
SELECT FROM relations.many_to_many('pages', 'like "it"', 'pages', is_symmetric => true);
SELECT FROM relations.many_to_any('pages', 'sections', ARRAY['"my table"', '"Sch""e.ma <i>"."my table"',
	'"say ""hi"" & <b>bye</b>"', 'pages']::regclass[], reverse_field => 'on pages');
