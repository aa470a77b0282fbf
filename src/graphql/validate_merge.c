/*
 * validate_merge.c
 *	  Fields that are asked for under one key can be merged (specification,
 *	  section 5.3.2).
 *
 * The algorithm is the reference implementation's, so that errors name the same
 * places: within a set of selections every two fields of one key are compared,
 * then the set with each fragment that it spreads, then those fragments with
 * each other.  Fields of two objects that are not the same cannot both occur:
 * they must only have the same shape.  Two fragments are compared once; all in
 * all there are so many steps, then the document is refused.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/hsearch.h"

#include "graphql/graphql.h"

/* a field of a set, and the type that it is selected on */
typedef struct MergeField
{
	const RlnGqlType *parent;
	const RlnGqlSelection *node;
} MergeField;

/* fields of one key */
typedef struct MergeKey
{
	const char *key;
	uint32 hash;
	List *fields; /* MergeField * */
} MergeKey;

/* a set of selections with its inline fragments opened */
typedef struct MergeSet
{
	List *keys;		   /* MergeKey *, in the order in which they come */
	List *buckets[64]; /* the same by hash */
	List *fragments;   /* RlnGqlFragment * that are spread in it */
} MergeSet;

/* sets by the list that they were made of; fragments by themselves */
typedef struct SetEntry
{
	const void *key; /* hash key, must be first */
	MergeSet *set;
} SetEntry;

/* two fragments that were compared, as ones that exclude each other or not */
typedef struct PairEntry
{
	const RlnGqlFragment *fragments[2]; /* hash key, must be first */
	bool is_exclusive;
} PairEntry;

/* what cannot be merged, from outside in */
typedef struct Conflict
{
	const char *key;
	char *reason;
	List *first; /* RlnGqlSelection * */
	List *second;
} Conflict;

typedef struct Merger
{
	RlnGqlValidator *validator;
	HTAB *sets;
	HTAB *pairs;
} Merger;

static void check_sets(Merger *merger, const List *selections, const RlnGqlType *type);
static List *conflicts_within(Merger *merger, const MergeSet *set);
static MergeSet *get_set(Merger *merger, const List *selections, const RlnGqlType *type);
static void fill_set(MergeSet *set, const List *selections, const RlnGqlType *type);
static MergeKey *find_key(const MergeSet *set, const char *key, uint32 hash);
static MergeSet *get_fragment(Merger *merger, const RlnGqlFragment *fragment);
static List *conflicts_of_sets(Merger *merger, bool exclusive, const MergeSet *a,
							   const MergeSet *b);
static List *conflicts_between(Merger *merger, bool exclusive, const MergeSet *a,
							   const MergeSet *b);
static List *conflicts_with_fragment(Merger *merger, bool exclusive, const MergeSet *set,
									 const RlnGqlFragment *fragment);
static List *conflicts_of_fragments(Merger *merger, bool exclusive, const RlnGqlFragment *a,
									const RlnGqlFragment *b);
static bool was_compared(Merger *merger, const RlnGqlFragment *a, const RlnGqlFragment *b,
						 bool exclusive);
static Conflict *find_conflict(Merger *merger, bool exclusive, const char *key,
							   const MergeField *a, const MergeField *b);
static Conflict *make_conflict(const char *key, char *reason, const MergeField *a,
							   const MergeField *b);
static Conflict *join_conflicts(const char *key, const List *conflicts, const MergeField *a,
								const MergeField *b);
static bool same_arguments(const List *a, const List *b);
static bool same_value(const RlnGqlValue *a, const RlnGqlValue *b);
static bool same_shape(RlnGqlRef a, RlnGqlRef b);
static void report(Merger *merger, const Conflict *conflict);


/* Fragments must have no cycles. */
void
rln_gql_check_merging(RlnGqlValidator *validator)
{
	Merger merger = {validator};
	HASHCTL sets = {
		.keysize = sizeof(void *), .entrysize = sizeof(SetEntry), .hcxt = CurrentMemoryContext};
	HASHCTL pairs = {.keysize = 2 * sizeof(void *),
					 .entrysize = sizeof(PairEntry),
					 .hcxt = CurrentMemoryContext};
	ListCell *lc;

	merger.sets = hash_create("relations: selection sets", 64, &sets, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	merger.pairs = hash_create("relations: pairs of fragments", 64, &pairs, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	foreach(lc, validator->document->operations)
	{
		RlnGqlOperation *operation = lfirst(lc);

		check_sets(&merger, operation->selections, operation->type);
	}
	foreach(lc, validator->document->fragments)
	{
		RlnGqlFragment *fragment = lfirst(lc);

		check_sets(&merger, fragment->selections, fragment->type);
	}
	hash_destroy(merger.sets);
	hash_destroy(merger.pairs);
}

/* The set and those below it; what is in an inline fragment belongs to the set around it. */
static void
check_sets(Merger *merger, const List *selections, const RlnGqlType *type)
{
	List *conflicts = conflicts_within(merger, get_set(merger, selections, type));
	List *rest = list_copy(selections);
	ListCell *lc;

	check_stack_depth();
	foreach(lc, conflicts)
		report(merger, lfirst(lc));
	while (rest != NIL)
	{
		const RlnGqlSelection *selection = llast(rest);

		rest = list_delete_last(rest);
		if (selection->kind == RLN_GQL_INLINE)
			rest = list_concat(rest, selection->selections);
		else if (selection->selections != NIL)
			check_sets(merger, selection->selections,
					   selection->field == NULL ? NULL : selection->field->type.type);
	}
}

static List *
conflicts_within(Merger *merger, const MergeSet *set)
{
	List *conflicts = NIL;
	ListCell *lc;
	ListCell *lo;

	foreach(lc, set->keys)
	{
		const MergeKey *key = lfirst(lc);

		for (int i = 0; i < list_length(key->fields); i++)
		{
			for (int j = i + 1; j < list_length(key->fields); j++)
			{
				Conflict *conflict =
					find_conflict(merger, false, key->key, list_nth(key->fields, i),
								  list_nth(key->fields, j));

				if (rln_gql_is_exhausted(merger->validator) ||
					list_length(conflicts) > RLN_GQL_MAX_ERRORS)
					return conflicts;
				if (conflict != NULL)
					conflicts = lappend(conflicts, conflict);
			}
		}
	}
	foreach(lc, set->fragments)
	{
		conflicts = list_concat(conflicts,
								conflicts_with_fragment(merger, false, set, lfirst(lc)));
		for_each_from(lo, set->fragments, foreach_current_index(lc) + 1)
			conflicts = list_concat(
				conflicts, conflicts_of_fragments(merger, false, lfirst(lc), lfirst(lo)));
	}
	return conflicts;
}

/* Of the list; it is made once. */
static MergeSet *
get_set(Merger *merger, const List *selections, const RlnGqlType *type)
{
	SetEntry *entry;
	bool found;

	entry = hash_search(merger->sets, &selections, HASH_ENTER, &found);
	if (!found)
	{
		MergeSet *set = palloc0(sizeof(MergeSet));

		entry->set = set;
		fill_set(set, selections, type);
		return set;
	}
	return entry->set;
}

static void
fill_set(MergeSet *set, const List *selections, const RlnGqlType *type)
{
	ListCell *lc;

	check_stack_depth();
	foreach(lc, selections)
	{
		const RlnGqlSelection *selection = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (selection->kind == RLN_GQL_INLINE)
			fill_set(set, selection->selections, selection->type);
		else if (selection->kind == RLN_GQL_SPREAD)
		{
			if (selection->fragment != NULL)
				set->fragments = list_append_unique_ptr(set->fragments, selection->fragment);
		}
		else
		{
			uint32 hash =
				hash_bytes((const unsigned char *) selection->alias, strlen(selection->alias));
			MergeKey *key = find_key(set, selection->alias, hash);
			MergeField *field = palloc(sizeof(MergeField));

			field->parent = type;
			field->node = selection;
			if (key == NULL)
			{
				key = palloc0(sizeof(MergeKey));
				key->key = selection->alias;
				key->hash = hash;
				set->keys = lappend(set->keys, key);
				set->buckets[hash % lengthof(set->buckets)] =
					lappend(set->buckets[hash % lengthof(set->buckets)], key);
			}
			key->fields = lappend(key->fields, field);
		}
	}
}

static MergeKey *
find_key(const MergeSet *set, const char *key, uint32 hash)
{
	ListCell *lc;

	foreach(lc, set->buckets[hash % lengthof(set->buckets)])
	{
		MergeKey *other = lfirst(lc);

		if (other->hash == hash && strcmp(other->key, key) == 0)
			return other;
	}
	return NULL;
}

static MergeSet *
get_fragment(Merger *merger, const RlnGqlFragment *fragment)
{
	return get_set(merger, fragment->selections, fragment->type);
}

/* Of what is below two fields of one key. */
static List *
conflicts_of_sets(Merger *merger, bool exclusive, const MergeSet *a, const MergeSet *b)
{
	List *conflicts = conflicts_between(merger, exclusive, a, b);
	ListCell *lc;
	ListCell *lo;

	check_stack_depth();
	foreach(lc, b->fragments)
		conflicts = list_concat(conflicts,
								conflicts_with_fragment(merger, exclusive, a, lfirst(lc)));
	foreach(lc, a->fragments)
		conflicts = list_concat(conflicts,
								conflicts_with_fragment(merger, exclusive, b, lfirst(lc)));
	foreach(lc, a->fragments)
	{
		foreach(lo, b->fragments)
			conflicts = list_concat(
				conflicts, conflicts_of_fragments(merger, exclusive, lfirst(lc), lfirst(lo)));
	}
	return conflicts;
}

/* Of the fields of one set with those of another. */
static List *
conflicts_between(Merger *merger, bool exclusive, const MergeSet *a, const MergeSet *b)
{
	List *conflicts = NIL;
	ListCell *lc;

	foreach(lc, a->keys)
	{
		const MergeKey *key = lfirst(lc);
		const MergeKey *other = find_key(b, key->key, key->hash);
		ListCell *la;
		ListCell *lb;

		if (rln_gql_is_exhausted(merger->validator))
			return conflicts;
		if (other == NULL)
			continue;
		foreach(la, key->fields)
		{
			foreach(lb, other->fields)
			{
				Conflict *conflict =
					find_conflict(merger, exclusive, key->key, lfirst(la), lfirst(lb));

				if (rln_gql_is_exhausted(merger->validator))
					return conflicts;
				if (conflict != NULL)
					conflicts = lappend(conflicts, conflict);
			}
		}
	}
	return conflicts;
}

static List *
conflicts_with_fragment(Merger *merger, bool exclusive, const MergeSet *set,
						const RlnGqlFragment *fragment)
{
	MergeSet *other = get_fragment(merger, fragment);
	List *conflicts;
	ListCell *lc;

	check_stack_depth();
	if (set == other || rln_gql_is_exhausted(merger->validator))
		return NIL;
	conflicts = conflicts_between(merger, exclusive, set, other);
	foreach(lc, other->fragments)
	{
		if (!was_compared(merger, lfirst(lc), fragment, exclusive))
			conflicts = list_concat(conflicts,
									conflicts_with_fragment(merger, exclusive, set, lfirst(lc)));
	}
	return conflicts;
}

static List *
conflicts_of_fragments(Merger *merger, bool exclusive, const RlnGqlFragment *a,
					   const RlnGqlFragment *b)
{
	MergeSet *first;
	MergeSet *second;
	List *conflicts;
	ListCell *lc;

	check_stack_depth();
	if (a == b || rln_gql_is_exhausted(merger->validator) ||
		was_compared(merger, a, b, exclusive))
		return NIL;
	first = get_fragment(merger, a);
	second = get_fragment(merger, b);
	conflicts = conflicts_between(merger, exclusive, first, second);
	foreach(lc, second->fragments)
		conflicts =
			list_concat(conflicts, conflicts_of_fragments(merger, exclusive, a, lfirst(lc)));
	foreach(lc, first->fragments)
		conflicts =
			list_concat(conflicts, conflicts_of_fragments(merger, exclusive, lfirst(lc), b));
	return conflicts;
}

/* If not it is so from now on; what was compared as not exclusive was compared as such too. */
static bool
was_compared(Merger *merger, const RlnGqlFragment *a, const RlnGqlFragment *b, bool exclusive)
{
	const RlnGqlFragment *key[2] = {Min(a, b), Max(a, b)};
	PairEntry *entry;
	bool found;

	entry = hash_search(merger->pairs, key, HASH_ENTER, &found);
	if (found && (exclusive || !entry->is_exclusive))
		return true;
	entry->is_exclusive = exclusive;
	return false;
}

/* Why the two cannot be merged, or NULL. */
static Conflict *
find_conflict(Merger *merger, bool exclusive, const char *key, const MergeField *a,
			  const MergeField *b)
{
	const RlnGqlField *first = a->node->field;
	const RlnGqlField *second = b->node->field;
	List *conflicts;

	check_stack_depth();
	exclusive = exclusive ||
		(a->parent != b->parent && a->parent != NULL && b->parent != NULL &&
		 a->parent->kind == RLN_GQL_OBJECT && b->parent->kind == RLN_GQL_OBJECT);
	if (!exclusive && strcmp(a->node->name, b->node->name) != 0)
		return make_conflict(key, psprintf("\"%s\" and \"%s\" are different fields", a->node->name, b->node->name),
							 a, b);
	if (!exclusive && !same_arguments(a->node->arguments, b->node->arguments))
		return make_conflict(key, "they have differing arguments", a, b);
	if (first != NULL && second != NULL && !same_shape(first->type, second->type))
		return make_conflict(key, psprintf("they return conflicting types \"%s\" and \"%s\"", rln_gql_ref_text(first->type), rln_gql_ref_text(second->type)),
							 a, b);
	if (a->node->selections == NIL || b->node->selections == NIL)
		return NULL;
	conflicts = conflicts_of_sets(
		merger, exclusive,
		get_set(merger, a->node->selections, first == NULL ? NULL : first->type.type),
		get_set(merger, b->node->selections, second == NULL ? NULL : second->type.type));
	return conflicts == NIL ? NULL : join_conflicts(key, conflicts, a, b);
}

static Conflict *
make_conflict(const char *key, char *reason, const MergeField *a, const MergeField *b)
{
	Conflict *conflict = palloc(sizeof(Conflict));

	conflict->key = key;
	conflict->reason = reason;
	conflict->first = list_make1((void *) a->node);
	conflict->second = list_make1((void *) b->node);
	return conflict;
}

/* Conflicts below two fields are one of the two. */
static Conflict *
join_conflicts(const char *key, const List *conflicts, const MergeField *a, const MergeField *b)
{
	Conflict *joined = make_conflict(key, NULL, a, b);
	StringInfoData reason;
	ListCell *lc;

	initStringInfo(&reason);
	foreach(lc, conflicts)
	{
		const Conflict *conflict = lfirst(lc);

		appendStringInfo(&reason, "%ssubfields \"%s\" conflict because %s",
						 foreach_current_index(lc) > 0 ? " and " : "", conflict->key,
						 conflict->reason);
		joined->first = list_concat(joined->first, conflict->first);
		joined->second = list_concat(joined->second, conflict->second);
	}
	joined->reason = reason.data;
	return joined;
}

/* In whatever order. */
static bool
same_arguments(const List *a, const List *b)
{
	ListCell *la;
	ListCell *lb;

	if (list_length(a) != list_length(b))
		return false;
	foreach(la, a)
	{
		const RlnGqlArgument *argument = lfirst(la);
		bool found = false;

		foreach(lb, b)
		{
			const RlnGqlArgument *other = lfirst(lb);

			if (strcmp(argument->name, other->name) == 0)
				found = same_value(argument->value, other->value);
		}
		if (!found)
			return false;
	}
	return true;
}

static bool
same_value(const RlnGqlValue *a, const RlnGqlValue *b)
{
	ListCell *la;
	ListCell *lb;

	check_stack_depth();
	if (a->kind != b->kind || list_length(a->items) != list_length(b->items))
		return false;
	if (a->kind == RLN_GQL_OBJECT_VALUE)
		return same_arguments(a->items, b->items);
	if (a->kind != RLN_GQL_LIST)
		return a->kind == RLN_GQL_NULL || strcmp(a->text, b->text) == 0;
	forboth(la, a->items, lb, b->items)
	{
		if (!same_value(lfirst(la), lfirst(lb)))
			return false;
	}
	return true;
}

/* Lists and nulls alike, leaves of one type. */
static bool
same_shape(RlnGqlRef a, RlnGqlRef b)
{
	if (a.nwraps != b.nwraps || strncmp(a.wraps, b.wraps, a.nwraps) != 0)
		return false;
	return a.type == b.type || (rln_gql_is_composite(a.type) && rln_gql_is_composite(b.type));
}

static void
report(Merger *merger, const Conflict *conflict)
{
	RlnGqlError *error = NULL;
	List *nodes = list_concat_copy(conflict->first, conflict->second);
	char *message =
		psprintf("Fields \"%s\" conflict because %s. Use different aliases on the fields to fetch both if this was intentional.",
				 conflict->key, conflict->reason);
	ListCell *lc;

	foreach(lc, nodes)
	{
		const RlnGqlSelection *node = lfirst(lc);

		if (error == NULL)
			error = rln_gql_report(merger->validator, node->place, message);
		else
			rln_gql_error_place(error, node->place);
	}
}
