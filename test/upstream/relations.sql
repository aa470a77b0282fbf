-- run: the extension, and relations between those tables
CREATE EXTENSION relations;
SELECT count(*) FROM relations.adopt('{related}') \g /dev/null
SELECT relations.create_relation('{"many_collection": "related.refs", "many_field": "item", "one_collection_field": "kind",
	"one_allowed_collections": {"goal": "related.goal", "city": "related.cities"}}') \g /dev/null
