-- Query strings: every parameter in each of its forms, and what is none.
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA rest_query;
SET search_path = rest_query;
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION get(query text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE status WHEN 200 THEN response::text ELSE concat_ws(' ', status, response->'errors'->0->'extensions'->>'code', response->'errors'->0->'extensions'->>'sqlstate', response->'errors'->0->>'message', 'at ' || (response->'errors'->0->'extensions'->>'path')) END
	FROM relations.rest('GET', '/items/rest_query.book?' || query)
$$;
CREATE TABLE author (id integer PRIMARY KEY, name text, born integer);
CREATE TABLE book (id integer PRIMARY KEY, title text, published date, data jsonb, "a&b=c" text, "[x]" text);
SELECT count(*) FROM relations.many_to_one('book', 'author', 'author', 'books');
INSERT INTO author VALUES (1, 'Ann', 1950), (2, 'Bob & Co', 1960);
INSERT INTO book VALUES (1, 'One', '2001-05-05', '{"a": [1]}', 'p', 'q', 1), (2, 'Two + 2', '2002-06-06', NULL, NULL, NULL, 1), (3, '100% three', '2003-07-07', NULL, NULL, NULL, 2);

-- fields and other lists: csv, repeated, empty brackets, numbers, mixed
SELECT get('fields=id,title&limit=1');
SELECT get('fields=id&fields=title&limit=1');
SELECT get('fields[]=id&fields[]=title,author.name&limit=1');
SELECT get('fields[1]=id&fields[0]=title&limit=1');
SELECT get('fields[10]=id&fields[9]=title&fields[007]=author&limit=1');
SELECT get('fields%5B%5D=id&fields%5b%5d=title&limit=1');
SELECT get('fields=*.*&limit=1');
SELECT get('fields=year(published)&sort[]=-year(published)&limit=1');
SELECT get('sort=-author.name,id&fields=id');
SELECT get('fields=id&sort=%2Btitle');
SELECT get('limit=1&offset=1&fields=id');
SELECT get('limit=2&page=2&fields=id');
SELECT get('limit=-1&fields=id');
SELECT get('search=three&fields=id');
SELECT get('search=Two+%2B+2&fields=id');
SELECT get('fields=id&&limit=1&');
-- filter: brackets and JSON
SELECT get('fields=id&filter[title][_eq]=Two%20%2B%202');
SELECT get('fields=id&filter[title]=One');
SELECT get('fields=id&filter={"title":{"_starts_with":"T"}}');
SELECT get('fields=id&filter=%7B%22author%22%3A%7B%22name%22%3A%22Bob%20%26%20Co%22%7D%7D');
SELECT get('fields=id&filter[id][_in]=1,3');
SELECT get('fields=id&filter[id][_in][]=1&filter[id][_in][]=3');
SELECT get('fields=id&filter[id][_between][0]=2&filter[id][_between][1]=3');
SELECT get('fields=id&filter[_or][0][id]=1&filter[_or][1][title][_icontains]=THREE');
SELECT get('fields=id&filter[_and][0][author][born][_gt]=1955&filter[_and][1][id][_lt]=9');
SELECT get('fields=id&filter[author][name][_eq]=Ann&filter[id][_gt]=1');
SELECT get('fields=id&filter[data][_null]=false');
SELECT get('fields=id&filter[year(published)][_eq]=2002');
SELECT get('fields=id&filter[title][_eq]=');
SELECT get('fields=id&filter[title][_contains]=100%25');
-- deep, alias, aggregate, groupBy, having, backlink
SELECT response FROM relations.rest('GET', '/items/author?fields=name,books.id&deep[books][_sort]=-id&deep[books][_limit]=1');
SELECT response FROM relations.rest('GET', '/items/author?fields=name,books.id&deep={"books":{"_filter":{"id":2},"_count":true}}');
SELECT response FROM relations.rest('GET', '/items/author?fields=name,late.id&alias[late]=books&deep[late][_filter][published][_gt]=2002-01-01');
SELECT response FROM relations.rest('GET', '/items/author?fields=name,late.id&alias={"late":"books"}&limit=1');
SELECT response FROM relations.rest('GET', '/items/author?fields=*.*.*&backlink=true&limit=1');
SELECT get('aggregate[count]=*&groupBy=author&sort=author');
SELECT get('aggregate[count]=*&aggregate[max][]=id&aggregate[max][]=published&groupBy[]=author.name&sort=author.name');
SELECT get('aggregate={"count":"*"}&groupBy=author&having={"count":{"_gt":1}}');
-- meta
SELECT get('fields=id&limit=1&filter[author]=1&meta=total_count');
SELECT get('fields=id&limit=1&filter[author]=1&meta[]=total_count&meta[]=filter_count');
SELECT get('fields=id&limit=1&search=one&meta=filter_count');
SELECT get('fields=id&limit=0&meta=*');
-- names that hold what separates
SELECT get('fields=id&filter[a%26b%3Dc]=p');
SELECT get('fields=id&filter={"[x]":"q"}');

-- what is none
SELECT get('nothing=1');
SELECT get('fields=nothing');
SELECT get('filter[nothing]=1');
SELECT get('filter[title][_nothing]=1');
SELECT get('filter[id]=x');
SELECT get('filter[id][_in]=1,x');
SELECT get('filter={"title"');
SELECT get('filter=title');
SELECT get('filter=5');
SELECT get('filter[_or][a][id]=1');
SELECT get('filter[id]=1&filter[id][_gt]=0');
SELECT get('filter=1&filter[id]=1');
SELECT get('filter[title=1');
SELECT get('filter]title[=1');
SELECT get('filter[title]x=1');
SELECT get('filter[[title]]=1');
SELECT get('filter[title][][]=1');
SELECT get('=1');
SELECT get('[a]=1');
SELECT get('limit=x');
SELECT get('limit=1&limit=2');
SELECT get('limit=-2');
SELECT get('page=0');
SELECT get('page=1&offset=1');
SELECT get('search[a]=1');
SELECT get('deep=5');
SELECT get('deep[author][limit]=1');
SELECT get('alias[x]=nothing&fields=x.id');
SELECT get('aggregate[nothing]=id');
SELECT get('meta=nothing');
SELECT get('meta=');
SELECT get('backlink=perhaps');
SELECT get('fields=%');
SELECT get('fields=%4');
SELECT get('fields=%zz');
SELECT get('fields=%-1');
SELECT get('fields=id%00');
SELECT get('search=%ff');
SELECT get('search=%c3%28');
SELECT status, response FROM relations.rest('GET', '/items/rest_query.book%2');
SELECT get((SELECT string_agg('fields[' || n || ']=id', '&') FROM generate_series(1, 10001) n));
SELECT get('filter' || repeat('[_and][0]', 2000) || '[id]=1') ~ '^400 INVALID_QUERY|^{"data"';
SELECT get(repeat('fields=id&', 2000) || 'limit=1');
SELECT get(repeat('fields[]=id&', 2000) || 'limit=1');

DELETE FROM relations.relations;
DROP SCHEMA rest_query CASCADE;
