-- Writing, in JSON.

CREATE FUNCTION relations.create_item(collection regclass, data jsonb, query jsonb DEFAULT '{}') RETURNS json
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_item';
COMMENT ON FUNCTION relations.create_item(regclass, jsonb, jsonb) IS 'makes an item, with what is nested in it, and reads it back';

CREATE FUNCTION relations.create_items(collection regclass, data jsonb, query jsonb DEFAULT '{}') RETURNS json
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_create_items';
COMMENT ON FUNCTION relations.create_items(regclass, jsonb, jsonb) IS 'makes all items of an array, or none, and reads them back in its order';

CREATE FUNCTION relations.update_item(collection regclass, key "any", data jsonb, query jsonb DEFAULT '{}') RETURNS json
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_update_item';
COMMENT ON FUNCTION relations.update_item(regclass, "any", jsonb, jsonb) IS 'changes the item of that key, and what is nested in it, and reads it back';

CREATE FUNCTION relations.update_items(collection regclass, keys jsonb, data jsonb, query jsonb DEFAULT '{}') RETURNS json
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_update_items';
COMMENT ON FUNCTION relations.update_items(regclass, jsonb, jsonb, jsonb) IS 'changes all items of those keys in the same way; without keys, each as an object of an array says that has its key';

CREATE FUNCTION relations.delete_item(collection regclass, key "any") RETURNS void
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_delete_item';
COMMENT ON FUNCTION relations.delete_item(regclass, "any") IS 'deletes the item of that key';

CREATE FUNCTION relations.delete_items(collection regclass, keys jsonb) RETURNS void
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_delete_items';
COMMENT ON FUNCTION relations.delete_items(regclass, jsonb) IS 'deletes the items of those keys, all or none';

CREATE FUNCTION relations.reorder(collection regclass, key "any", field text, keys jsonb) RETURNS void
	VOLATILE LANGUAGE c AS 'MODULE_PATHNAME', 'relations_reorder';
COMMENT ON FUNCTION relations.reorder(regclass, "any", text, jsonb) IS 'puts the rows of those keys first on the list of an item, in that order';

CREATE FUNCTION relations.reach("row" integer) RETURNS boolean
	VOLATILE STRICT PARALLEL UNSAFE COST 1 LANGUAGE c AS 'MODULE_PATHNAME', 'relations_reach';
COMMENT ON FUNCTION relations.reach(integer) IS 'of the statements that write items: notes the row that is at hand, for messages';

