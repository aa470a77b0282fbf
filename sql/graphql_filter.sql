-- Filters, sorting and groups in GraphQL; what they mean is told by the tests of read_items().
ALTER SEQUENCE relations.edge_id_seq RESTART;
SET client_min_messages = warning;
CREATE SCHEMA graphql_filter;
SET search_path = graphql_filter;
\pset format unaligned
\pset tuples_only on

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE country (id integer PRIMARY KEY, name text, founded date, population bigint, area float8, mood mood, data jsonb, ref uuid, ip inet, pt point);
CREATE TABLE cities (id bigint PRIMARY KEY, name text, rank integer);
SELECT count(*) FROM relations.many_to_one('cities', 'country', 'country', 'cities');
INSERT INTO country VALUES (1, 'Italy', '1861-03-17', 59000000, 301338, 'happy', '{"a": {"b": 5}}', 'a0000000-0000-0000-0000-000000000001', '10.0.0.1', '(1,2)'),
	(2, 'Japan', '0660-02-11', 125000000, 377975, 'ok', NULL, NULL, NULL, NULL), (3, 'null', NULL, NULL, NULL, NULL, '[]', NULL, NULL, NULL);
INSERT INTO cities VALUES (1, 'Rome', 1, 1), (2, 'Milan', 2, 1), (3, 'Kyoto', 1, 2);

-- shows which countries a filter finds
CREATE FUNCTION found(filter text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce((r -> 'data' -> 'country')::text, '') || coalesce((r -> 'errors')::text, '')
	FROM (SELECT relations.graphql('{ country(filter: ' || filter || ') { id } }') AS r) x $$;
-- operators, by type
SELECT found('{name: {_eq: "Italy"}}');
SELECT found('{name: {_eq: "null"}}');
SELECT found('{name: {_icontains: "AP"}}');
SELECT found('{name: {_in: ["Italy", "Japan"], _nstarts_with: "J"}}');
SELECT found('{id: {_in: [1, "2"]}}');
SELECT found('{id: {_between: [2, 3]}}');
SELECT found('{population: {_gt: 60000000}}');
SELECT found('{population: {_eq: "59000000"}}');
SELECT found('{area: {_lt: "350000"}}');
SELECT found('{area: {_gte: 3.77975e5}}');
SELECT found('{founded: {_lt: "1000-01-01"}}');
SELECT found('{founded: {_lt: "$NOW(-100 years)"}}');
SELECT found('{mood: {_eq: happy}}');
SELECT found('{mood: {_gt: sad}}');
SELECT found('{ref: {_nnull: true}}');
SELECT found('{ref: {_eq: "a0000000-0000-0000-0000-000000000001"}}');
SELECT found('{ip: {_gt: "9.9.9.9"}}');
SELECT found('{pt: {_null: false}}');
SELECT found('{data: {_json: {a: {b: {_gt: 4}}}}}');
SELECT found('{data: {_json: {a__b: {_eq: 5}}}}');
-- logic; null is as good as nothing
SELECT found('{_or: [{id: {_eq: 1}}, {name: {_eq: "Japan"}}], _not: {id: {_eq: 2}}}');
SELECT found('{_and: []}');
SELECT found('{_or: []}');
SELECT found('{_or: {id: {_eq: 3}}}');
SELECT found('{name: null, _and: null, id: {_eq: 1, _gt: null}}');
SELECT found('{mood: {_eq: null}}');
SELECT found('{}');
SELECT found('null');
-- relations
SELECT found('{cities: {name: {_eq: "Rome"}}}');
SELECT found('{cities: {rank: {_eq: 1}, name: {_eq: "Milan"}}}');
SELECT found('{_and: [{cities: {rank: {_eq: 1}}}, {cities: {name: {_eq: "Milan"}}}]}');
SELECT found('{cities: {_none: {rank: {_eq: 2}}}}');
SELECT found('{cities: {_every: {rank: {_eq: 1}}}}');
SELECT found('{cities: {_some: {country: {name: {_eq: "Japan"}}}}}');
SELECT found('{cities: {_count: {_gt: 1}}}');
SELECT found('{cities: {_count: {_eq: 1}, _filter: {rank: {_gt: 1}}}}');
SELECT found('{cities: {_null: true}}');
SELECT found('{cities: {_or: [{_count: {_eq: 2}}, {name: {_eq: "Kyoto"}}]}}');
SELECT found('{cities: {_filter: {rank: {_gt: 1}}}}');
-- functions
SELECT found('{founded_func: {year: {_gt: 1000}, month: {_eq: 3}}}');
SELECT found('{cities_func: {count: {_gte: 2}}}');
SELECT found('{data_func: {count: {_eq: 0}}}');
-- what a type cannot be asked is no member of its operators
SELECT found('{ref: {_contains: "a"}}');
SELECT found('{mood: {_eq: angry}}');
SELECT found('{pt: {_eq: "1,2"}}');
-- values that their columns cannot read, and where they stand
SELECT found('{id: {_eq: "one"}}');
SELECT found('{_or: [{id: {_eq: 1}}, {founded: {_between: ["2000-01-01", "soon"]}}]}');
SELECT found('{founded: {_between: ["2000-01-01"]}}');

-- M2A
CREATE TABLE pages (id integer PRIMARY KEY, title text);
CREATE TABLE headings (id integer PRIMARY KEY, title text);
CREATE TABLE texts (id integer PRIMARY KEY, body text);
SELECT count(*) FROM relations.many_to_any('pages', 'sections', '{headings,texts}');
INSERT INTO pages VALUES (1, 'a'), (2, 'b');
INSERT INTO headings VALUES (1, 'x');
INSERT INTO texts VALUES (1, 'y');
INSERT INTO pages_sections (pages_id, collection, item) VALUES (1, 'headings', 1), (2, 'texts', 1);
SELECT relations.graphql('{ pages(filter: {sections: {item__headings: {title: {_eq: "x"}}}}) { title } }');
SELECT relations.graphql('{ pages(filter: {sections: {item__texts: {id: {_nnull: true}}}}) { title } }');
SELECT relations.graphql('{ pages(filter: {sections: {collection: {_eq: "texts"}}}) { title } }');

-- sorting
SELECT relations.graphql('{ country(sort: ["-cities.rank", "name"]) { id } byCount: country(sort: "-count(cities),id") { id } }');
SELECT relations.graphql('{ country(sort: "nope") { id } }');
SELECT relations.graphql('{ country(page: 2, offset: 1) { id } }');

-- groups
SELECT relations.graphql('{ cities_aggregated { countAll __typename } }');
SELECT relations.graphql('{ cities_aggregated { __typename } }');
SELECT relations.graphql('{ cities_aggregated { group count { name id } countDistinct { rank } sum { rank } avg { rank } min { name rank id } max { x: name } } }');
SELECT relations.graphql('{ cities_aggregated(groupBy: ["country.name", "rank"], sort: ["country.name", "-rank"]) { g: group n: countAll m: countAll max { id __typename } } }');
SELECT relations.graphql('{ country_aggregated(groupBy: "year(founded)", sort: "year(founded)") { group sum { population } min { founded mood } } }');
SELECT relations.graphql('{ cities_aggregated(groupBy: "country", sort: "-countAll", filter: {rank: {_lt: 2}}, limit: 1, having: {countAll: {_gt: 0}}) { group countAll } }');
SELECT relations.graphql('{ country_aggregated { max { data } } }');

DELETE FROM relations.relations;
DROP SCHEMA graphql_filter CASCADE;
