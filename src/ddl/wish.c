/*
 * wish.c
 *	  From a relation object to a draft: types of values, names of tables.
 *
 * Names of tables are read as in any SQL of the caller, by his search_path.
 * From here on a table is an OID.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/regproc.h"

#include "base/compat.h"
#include "base/json_input.h"
#include "base/names.h"
#include "base/path.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void apply_key(RlnDraft *draft, RlnObjectKey key, const JsonbValue *value);
static void ensure_sees_targets(const RlnEdge *edge);
static bool names_other(const RlnDraft *draft, RlnObjectKey key, const JsonbValue *value);
static void read_deferrable(RlnDraft *draft, const JsonbValue *value);
static List *read_allowed(const JsonbValue *value);
static List *read_discriminators(const JsonbValue *value);
static List *split_collections(const char *text);
static Oid read_collection(const JsonbValue *value);
static int32 read_id(const JsonbValue *value);
static char *read_name(const JsonbValue *value);
static List *read_columns(const RlnDraft *draft, const JsonbValue *value);
static char *read_choice(const JsonbValue *value, const char *const *choices);
static char *find_choice(const char *text, const char *const *choices);
static RlnTristate read_tristate(const JsonbValue *value);
static bool read_bool(const JsonbValue *value);
static char *read_text(const JsonbValue *value);
RLN_NORETURN static void refuse_value(const char *expected);

/* as SQL spells them */
static const char *const actions[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT", NULL};
static const char *const deselect_actions[] = {"nullify", "delete", NULL};


/* A draft that wishes for nothing yet. */
RlnDraft *
rln_draft_make(void)
{
	RlnDraft *draft = palloc0(sizeof(RlnDraft));

	draft->constraint = true;
	return draft;
}

/*
 * A draft that wishes for what the edge is, but for the collections that it leads
 * to, which are those of the edge itself: nothing is locked.
 */
RlnDraft *
rln_draft_keep(const RlnEdge *edge)
{
	RlnDraft *draft = rln_draft_make();

	draft->old = edge;
	draft->id = edge->id;
	draft->many = edge->many;
	draft->columns = edge->columns;
	draft->discriminator_column = edge->discriminator_column;
	draft->junction_columns = edge->junction_columns;
	draft->sort_column = edge->sort_column;
	draft->keep_deselect = true;
	draft->keep_on_delete = true;
	draft->keep_on_update = true;
	draft->constraint = edge->is_enforced;
	draft->is_unique = edge->is_unique ? RLN_YES : RLN_NO;
	draft->is_symmetric = edge->is_symmetric ? RLN_YES : RLN_NO;
	draft->constraint_name = edge->constraint_name;
	if (RLN_IS_ANY(edge))
		draft->reverse_field = edge->alias;
	else
	{
		draft->one_field = edge->alias;
		draft->one = rln_edge_target(edge)->relid;
	}
	return draft;
}

/* The same with the collections, which are locked, for wishes to be put over it. */
RlnDraft *
rln_draft_change(const RlnEdge *edge)
{
	RlnDraft *draft = rln_draft_keep(edge);
	ListCell *lc;

	if (!RLN_IS_ANY(edge))
		return draft;
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (!rln_table_lock(target->relid))
			continue; /* dropped: it is off the list */
		draft->allowed = lappend(draft->allowed, rln_allowed_make(target->relid, NULL));
		draft->discriminators = lappend(
			draft->discriminators, rln_allowed_make(target->relid, target->discriminator));
	}
	return draft;
}

/* Puts what the object says over the draft's wishes. */
void
rln_draft_apply(RlnDraft *draft, const RlnObject *object)
{
	for (int key = 0; key < RLN_OBJECT_KEYS; key++)
	{
		const JsonbValue *value = object->values[key];
		RlnPath step;

		if (value == NULL || (value->type == jbvNull && draft->old == NULL))
			continue;
		rln_path_enter_key(&step, rln_object_key_name(key));
		if (draft->old != NULL && names_other(draft, key, value))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s of a relation cannot be changed", rln_object_key_name(key)),
					 errhint("Delete the relation and create it anew.")));
		if (draft->old != NULL &&
			(key == RLN_KEY_ONE_ALLOWED_COLLECTIONS || key == RLN_KEY_DISCRIMINATORS))
			ensure_sees_targets(draft->old);
		/* discriminators alone say which collections are allowed */
		if (key == RLN_KEY_DISCRIMINATORS &&
			object->values[RLN_KEY_ONE_ALLOWED_COLLECTIONS] == NULL)
			draft->allowed = NIL;
		apply_key(draft, key, value);
		rln_path_leave(&step);
	}
}

/* An on_delete or on_update as SQL spells it, or 22023. */
char *
rln_draft_action(const char *text)
{
	return find_choice(text, actions);
}

/*
 * The columns that a field stands for: names separated by commas, unless the
 * table has a column that is named just like that.
 */
List *
rln_draft_columns(Oid relid, const char *text)
{
	List *names = NIL;
	List *parsed;
	ListCell *lc;

	if (OidIsValid(relid) && get_attnum(relid, text) != InvalidAttrNumber)
		return list_make1(pstrdup(text));
	parsed = rln_csv_parse(text);
	if (list_length(parsed) > INDEX_MAX_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a field has %d columns, more than the %d that a key can have", list_length(parsed),
						INDEX_MAX_KEYS)));
	foreach(lc, parsed)
	{
		char *name = rln_name_clip(lfirst(lc));

		if (rln_names_contain(names, name))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" is named twice", name)));
		names = lappend(names, name);
	}
	if (names == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a field must not be empty")));
	return names;
}

static void
apply_key(RlnDraft *draft, RlnObjectKey key, const JsonbValue *value)
{
	switch (key)
	{
		case RLN_KEY_ID:
			draft->id = read_id(value);
			break;
		case RLN_KEY_MANY_COLLECTION:
			draft->many = read_collection(value);
			break;
		case RLN_KEY_MANY_FIELD:
			draft->columns = read_columns(draft, value);
			break;
		case RLN_KEY_ONE_COLLECTION:
			draft->one = read_collection(value);
			break;
		case RLN_KEY_ONE_FIELD:
			draft->one_field = read_name(value);
			break;
		case RLN_KEY_ONE_COLLECTION_FIELD:
			draft->discriminator_column = read_name(value);
			break;
		case RLN_KEY_ONE_ALLOWED_COLLECTIONS:
			draft->allowed = read_allowed(value);
			break;
		case RLN_KEY_JUNCTION_FIELD:
			draft->junction_columns = read_columns(draft, value);
			break;
		case RLN_KEY_SORT_FIELD:
			draft->sort_column = read_name(value);
			break;
		case RLN_KEY_ONE_DESELECT_ACTION:
			draft->deselect_action = read_choice(value, deselect_actions);
			draft->keep_deselect = false;
			break;
		case RLN_KEY_ON_DELETE:
			draft->on_delete = read_choice(value, actions);
			draft->keep_on_delete = false;
			break;
		case RLN_KEY_ON_UPDATE:
			draft->on_update = read_choice(value, actions);
			draft->keep_on_update = false;
			break;
		case RLN_KEY_IS_UNIQUE:
			draft->is_unique = read_tristate(value);
			break;
		case RLN_KEY_DISCRIMINATORS:
			draft->discriminators = read_discriminators(value);
			draft->discriminators_given = true;
			break;
		case RLN_KEY_REVERSE_FIELD:
			draft->reverse_field = read_name(value);
			break;
		case RLN_KEY_CONSTRAINT_NAME:
			draft->constraint_name = read_name(value);
			break;
		case RLN_KEY_IS_SYMMETRIC:
			draft->is_symmetric = read_tristate(value);
			break;
		case RLN_KEY_VALIDATE:
			draft->validate = read_tristate(value);
			break;
		case RLN_KEY_CONSTRAINT:
			draft->constraint = read_tristate(value) != RLN_NO;
			draft->constraint_given = true;
			break;
		case RLN_KEY_REQUIRED:
			draft->required = read_tristate(value);
			break;
		case RLN_KEY_DEFERRABLE:
			read_deferrable(draft, value);
			break;
		case RLN_OBJECT_KEYS:
			break; /* not a key */
	}
}

/*
 * 42501 where the relation leads to a collection that the caller cannot see in
 * the list that he is about to replace: it would be taken off unawares.
 */
static void
ensure_sees_targets(const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		Oid relid = ((RlnTarget *) lfirst(lc))->relid;

		if (rln_table_lock(relid) && !rln_may_read(relid))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("relation %d leads to collections that you may not read", edge->id),
					 errhint("Who replaces the list needs SELECT on all of them.")));
	}
}

/* Would the change give the relation another identity? */
static bool
names_other(const RlnDraft *draft, RlnObjectKey key, const JsonbValue *value)
{
	switch (key)
	{
		case RLN_KEY_ID:
			return value->type == jbvNull || read_id(value) != draft->old->id;
		case RLN_KEY_MANY_COLLECTION:
			return read_collection(value) != draft->old->many;
		case RLN_KEY_MANY_FIELD:
			return !rln_names_equal(read_columns(draft, value), draft->old->columns);
		default:
			return false;
	}
}

/*
 * true, false, or "initially deferred", for a foreign key that is checked at
 * commit unless the transaction says otherwise.
 */
static void
read_deferrable(RlnDraft *draft, const JsonbValue *value)
{
	static const char *const choices[] = {"INITIALLY DEFERRED", "INITIALLY IMMEDIATE", NULL};

	if (value->type != jbvString)
	{
		draft->deferrable = read_tristate(value);
		draft->deferred = false;
		return;
	}
	draft->deferred = strcmp(read_choice(value, choices), choices[0]) == 0;
	draft->deferrable = RLN_YES;
}

/* A csv, an array of names, or an object {"discriminator": "collection"}. */
static List *
read_allowed(const JsonbValue *value)
{
	List *allowed = NIL;
	JsonbIterator *iterator;
	JsonbValue element;
	JsonbIteratorToken token;
	int index = 0;

	if (value->type != jbvBinary)
	{
		char *text = read_text(value);

		return text == NULL ? NIL : split_collections(text);
	}
	if (!JsonContainerIsArray(value->val.binary.data))
		return read_discriminators(value);

	iterator = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		RlnPath step;

		if (token != WJB_ELEM)
			continue;
		rln_path_enter_element(&step, index++);
		if (element.type != jbvString)
			refuse_value("a collection's name");
		allowed = lappend(allowed, rln_allowed_make(read_collection(&element), NULL));
		rln_path_leave(&step);
	}
	return allowed;
}

/* An object {"value stored": "collection"}; several values may mean one. */
static List *
read_discriminators(const JsonbValue *value)
{
	List *discriminators = NIL;
	JsonbIterator *iterator;
	JsonbValue element;
	JsonbIteratorToken token;
	char *name = NULL;

	if (value->type == jbvNull)
		return NIL;
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		refuse_value("an object {\"value stored\": \"collection\"}");

	iterator = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&iterator, &element, true)) != WJB_DONE)
	{
		RlnPath step;

		if (token == WJB_KEY)
			name = pnstrdup(element.val.string.val, element.val.string.len);
		if (token != WJB_VALUE)
			continue;
		rln_path_enter_key(&step, name);
		if (element.type != jbvString)
			refuse_value("a collection's name");
		discriminators =
			lappend(discriminators, rln_allowed_make(read_collection(&element), name));
		rln_path_leave(&step);
	}
	return discriminators;
}

/*
 * Collections' names separated by commas.  Commas in double quotes belong to a
 * name; the quotes stay, since the names are SQL and may be qualified.
 */
static List *
split_collections(const char *text)
{
	List *allowed = NIL;
	const char *start = text;
	bool quoted = false;

	for (const char *at = text;; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		if (*at == '\0' || (*at == ',' && !quoted))
		{
			JsonbValue name;

			rln_json_set_text(&name, start, at - start);
			allowed = lappend(allowed, rln_allowed_make(read_collection(&name), NULL));
			start = at + 1;
		}
		if (*at == '\0')
			return allowed;
	}
}

RlnAllowed *
rln_allowed_make(Oid relid, char *discriminator)
{
	RlnAllowed *allowed = palloc(sizeof(RlnAllowed));

	allowed->relid = relid;
	allowed->discriminator = discriminator;
	return allowed;
}

/*
 * 42P01 where the caller's search_path finds no such table.  It is not locked
 * yet: that comes after the test of rights and after the registry, see change.c.
 */
static Oid
read_collection(const JsonbValue *value)
{
	char *name = read_text(value);
	RangeVar *range;

	if (name == NULL)
		return InvalidOid;
	range = makeRangeVarFromNameList(rln_name_to_qualified(name));
	return RangeVarGetRelid(range, NoLock, false);
}

static int32
read_id(const JsonbValue *value)
{
	static const char expected[] = "a positive integer";
	char *digits;
	char *end;
	long id;

	if (value->type != jbvNumeric)
		refuse_value(expected);
	digits =
		DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	errno = 0;
	id = strtol(digits, &end, 10);
	if (*end != '\0' || errno != 0 || id <= 0 || id > PG_INT32_MAX)
		refuse_value(expected);
	return (int32) id;
}

/* An identifier as the catalogs would hold it. */
static char *
read_name(const JsonbValue *value)
{
	char *text = read_text(value);

	if (text == NULL)
		return NULL;
	if (text[0] == '\0')
		refuse_value("a name that is not empty");
	return rln_name_clip(text);
}

static List *
read_columns(const RlnDraft *draft, const JsonbValue *value)
{
	char *text = read_text(value);

	return text == NULL ? NIL : rln_draft_columns(draft->many, text);
}

/* One of the choices, or NULL for null. */
static char *
read_choice(const JsonbValue *value, const char *const *choices)
{
	char *text = read_text(value);

	return text == NULL ? NULL : find_choice(text, choices);
}

/* One of the choices, in any case; the returned text is the choice's. */
static char *
find_choice(const char *text, const char *const *choices)
{
	StringInfoData known;

	for (int i = 0; choices[i] != NULL; i++)
	{
		if (pg_strcasecmp(text, choices[i]) == 0)
			return pstrdup(choices[i]);
	}
	initStringInfo(&known);
	for (int i = 0; choices[i] != NULL; i++)
		appendStringInfo(&known, "%s\"%s\"", i > 0 ? ", " : "", choices[i]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a possible value", text),
			 errhint("Possible values are %s.", known.data)));
}

static RlnTristate
read_tristate(const JsonbValue *value)
{
	if (value->type == jbvNull)
		return RLN_UNSET;
	return read_bool(value) ? RLN_YES : RLN_NO;
}

static bool
read_bool(const JsonbValue *value)
{
	if (value->type != jbvBool)
		refuse_value("true or false");
	return value->val.boolean;
}

/* A palloc'd text, or NULL for null. */
static char *
read_text(const JsonbValue *value)
{
	if (value->type == jbvNull)
		return NULL;
	if (value->type != jbvString)
		refuse_value("a text");
	return pnstrdup(value->val.string.val, value->val.string.len);
}

/* The path says where. */
static void
refuse_value(const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the value must be %s", expected)));
}
