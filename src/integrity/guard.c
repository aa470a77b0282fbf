/*
 * guard.c
 *	  What a session keeps of a relation in order to enforce it.
 *
 * What is hard here is when that is still true.  A guard is good as long as
 * neither the registry nor one of its tables (and with it their indexes and
 * rights) has changed since it was loaded.  rln_guard_changes counts what the
 * relcache callback hears of tables that guards use; a trigger whose site has
 * seen the present count need not look further.
 *
 * Nothing keeps a target from changing between the row triggers' calls until it
 * is locked, which rln_guard_ready() does before it looks at the table, and the
 * many side until the statement that fires the trigger, or a target's trigger,
 * has locked it.  What has changed while a session waited for such a lock is read
 * anew; from then on it stays true to the end of the transaction.
 *
 * A guard that is replaced may be in use further up the stack.  So its memory
 * goes with the transaction, as that of rln_edges_lookup().
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/sqltext.h"
#include "base/textform.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

typedef struct GuardEntry
{
	int32 id; /* hash key, must be first */
	RlnGuard *guard;
} GuardEntry;

/* a table that guards use, with the change that was heard of last */
typedef struct WatchedTable
{
	Oid relid; /* hash key, must be first */
	uint64 changed_at;
} WatchedTable;

uint64 rln_guard_changes = 1;

static HTAB *guards = NULL;
static HTAB *watched = NULL;
static uint64 all_changed_at = 0;

static void note_change(Datum arg, Oid relid);
static void sweep(void);
static bool is_current(RlnGuard *guard);
static RlnGuard *load_guard(int32 id);
static void load_discriminator(RlnGuard *guard);
static Datum discriminator_datum(const RlnGuard *guard, const RlnColumn *column,
								 const char *text);
static void retire_plans(RlnGuard *guard, RlnGuardTarget *target);
static void free_plans(void *arg);
static void load_key(RlnGuard *guard, RlnGuardTarget *target);
static void load_probes(RlnGuard *guard, RlnGuardTarget *target);
static bool collations_agree(Oid a, Oid b);
static RlnForm form_of(const RlnColumn *item, const RlnColumn *key);
static RlnAction read_action(const char *text);
static int place_of(const RlnGuard *guard, Datum discriminator);
static bool is_equal(const RlnGuard *guard, Datum a, Datum b);


/* Called once, when the library is loaded. */
void
rln_guard_init(void)
{
	HASHCTL guard_control = {.keysize = sizeof(int32), .entrysize = sizeof(GuardEntry)};
	HASHCTL watch_control = {.keysize = sizeof(Oid), .entrysize = sizeof(WatchedTable)};

	if (CacheMemoryContext == NULL)
		CreateCacheMemoryContext();
	guard_control.hcxt = watch_control.hcxt = CacheMemoryContext;
	guards = hash_create("relations: guards", 64, &guard_control,
						 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	watched = hash_create("relations: tables of guards", 64, &watch_control,
						  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterRelcacheCallback(note_change, (Datum) 0);
}

/*
 * The guard of a many-to-any relation that is enforced, or NULL where there is
 * none (any more).  It may be held to the end of the transaction.
 */
RlnGuard *
rln_guard_get(int32 id)
{
	GuardEntry *entry;
	RlnGuard *guard;
	bool found;

	entry = hash_search(guards, &id, HASH_FIND, NULL);
	if (entry != NULL && is_current(entry->guard))
		return entry->guard;
	sweep();
	guard = load_guard(id);

	/* loading may have run this function again: look anew */
	entry = hash_search(guards, &id, guard == NULL ? HASH_FIND : HASH_ENTER, &found);
	if (entry != NULL && found)
		MemoryContextSetParent(entry->guard->context, TopTransactionContext);
	if (guard == NULL)
	{
		if (entry != NULL)
			hash_search(guards, &id, HASH_REMOVE, NULL);
		return NULL;
	}
	MemoryContextSetParent(guard->context, CacheMemoryContext);
	entry->guard = guard;
	return guard;
}

/*
 * After a change of the registry no guard is true any more, and some are of
 * relations that are gone.
 */
static void
sweep(void)
{
	static uint64 swept_at = 0;
	HASH_SEQ_STATUS status;
	GuardEntry *entry;

	if (swept_at == rln_registry_generation())
		return;
	swept_at = rln_registry_generation();
	hash_seq_init(&status, guards);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		MemoryContextSetParent(entry->guard->context, TopTransactionContext);
		hash_search(guards, &entry->id, HASH_REMOVE, NULL);
	}
}

/*
 * Locks the target against changes of its definition, as ri_triggers.c does,
 * and finds out how its keys are looked up.  False where it was dropped.
 */
bool
rln_guard_ready(RlnGuard *guard, RlnGuardTarget *target)
{
	uint64 changes;

	LockRelationOid(target->relid, RowShareLock);
	if (target->key != NULL && rln_guard_watched_since(target->relid, target->loaded_at) &&
		rln_guard_watched_since(guard->edge->many, target->loaded_at) &&
		(!TransactionIdIsValid(target->usable_after) ||
		 !TransactionIdPrecedes(target->usable_after, TransactionXmin)))
		return true;
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(target->relid)))
	{
		UnlockRelationOid(target->relid, RowShareLock);
		return false;
	}
	rln_guard_watch(target->relid);
	changes = rln_guard_changes;
	retire_plans(guard, target);
	load_key(guard, target);
	load_probes(guard, target);
	target->loaded_at = changes;
	return true;
}

/* The target that the discriminator, as it is stored, means; or NULL. */
RlnGuardTarget *
rln_guard_find(RlnGuard *guard, Datum discriminator)
{
	RlnGuardTarget **found;

	if (guard->discriminator_length == -1)
		discriminator = PointerGetDatum(PG_DETOAST_DATUM_PACKED(discriminator));
	found = &guard->found[place_of(guard, discriminator)];
	if (*found != NULL && is_equal(guard, (*found)->discriminator, discriminator))
		return *found;
	for (int i = 0; i < guard->ntargets; i++)
	{
		RlnGuardTarget *target = &guard->targets[i];

		if (is_equal(guard, target->discriminator, discriminator))
		{
			*found = target;
			return target;
		}
	}
	return NULL;
}

static void
note_change(Datum arg, Oid relid)
{
	WatchedTable *table;

	if (!OidIsValid(relid))
	{
		all_changed_at = ++rln_guard_changes;
		return;
	}
	table = hash_search(watched, &relid, HASH_FIND, NULL);
	if (table != NULL)
		table->changed_at = ++rln_guard_changes;
}

static bool
is_current(RlnGuard *guard)
{
	if (guard->generation != rln_registry_generation())
		return false;
	if (guard->checked_at == rln_guard_changes)
		return true;
	if (!rln_guard_watched_since(guard->edge->many, guard->loaded_at))
		return false;
	for (int i = 0; i < guard->ntargets; i++)
	{
		const RlnGuardTarget *target = &guard->targets[i];

		if (target->key != NULL && !rln_guard_watched_since(target->relid, target->loaded_at))
			return false;
	}
	guard->checked_at = rln_guard_changes;
	return true;
}

/* Has nothing been heard of a table that is watched, since then? */
bool
rln_guard_watched_since(Oid relid, uint64 loaded_at)
{
	WatchedTable *table = hash_search(watched, &relid, HASH_FIND, NULL);

	return table != NULL && table->changed_at <= loaded_at && all_changed_at <= loaded_at;
}

/* Starts to hear of the table's changes, before anything of it is read. */
void
rln_guard_watch(Oid relid)
{
	bool found;
	WatchedTable *table = hash_search(watched, &relid, HASH_ENTER, &found);

	if (!found)
		table->changed_at = 0;
}

static RlnGuard *
load_guard(int32 id)
{
	MemoryContext context;
	MemoryContext before;
	MemoryContextCallback *callback;
	RlnGuard *guard;
	ListCell *lc;

	AcceptInvalidationMessages();
	context = AllocSetContextCreate(CurrentMemoryContext, "relations: guard", ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	guard = palloc0(sizeof(RlnGuard));
	guard->context = context;
	guard->generation = rln_registry_generation();
	guard->loaded_at = guard->checked_at = rln_guard_changes;
	guard->edge = rln_edge_get(id);
	if (guard->edge == NULL || !RLN_IS_ANY(guard->edge) || !guard->edge->is_enforced ||
		guard->edge->constraint_name == NULL || !rln_table_lock(guard->edge->many))
	{
		MemoryContextSwitchTo(before);
		MemoryContextDelete(context);
		return NULL;
	}
	callback = palloc(sizeof(MemoryContextCallback));
	callback->func = free_plans;
	callback->arg = guard;
	MemoryContextRegisterResetCallback(context, callback);

	rln_guard_watch(guard->edge->many);
	guard->nkeys = list_length(guard->edge->columns);
	guard->on_delete = read_action(guard->edge->on_delete);
	guard->on_update = read_action(guard->edge->on_update);
	guard->targets = palloc0(sizeof(RlnGuardTarget) * list_length(guard->edge->targets));
	foreach(lc, guard->edge->targets)
	{
		const RlnTarget *edge_target = lfirst(lc);
		RlnGuardTarget *target = &guard->targets[guard->ntargets];

		target->number = guard->ntargets++;
		target->relid = edge_target->relid;
		target->is_partitioned = get_rel_relkind(edge_target->relid) == RELKIND_PARTITIONED_TABLE;
	}
	load_discriminator(guard);
	MemoryContextSwitchTo(before);
	return guard;
}

/*
 * The texts of the plans may be out of date.  One may be in use further up the
 * stack, so they are not freed before the guard is.
 */
static void
retire_plans(RlnGuard *guard, RlnGuardTarget *target)
{
	MemoryContext before = MemoryContextSwitchTo(guard->context);

	for (int query = 0; query < RLN_QUERIES; query++)
	{
		if (target->plans[query] != NULL)
			guard->retired = lappend(guard->retired, target->plans[query]);
		target->plans[query] = NULL;
	}
	MemoryContextSwitchTo(before);
}

/* The plans live outside the guard's memory, and go with it. */
static void
free_plans(void *arg)
{
	RlnGuard *guard = arg;
	ListCell *lc;

	foreach(lc, guard->retired)
		SPI_freeplan(lfirst(lc));
	for (int i = 0; i < guard->ntargets; i++)
	{
		for (int query = 0; query < RLN_QUERIES; query++)
		{
			if (guard->targets[i].plans[query] != NULL)
				SPI_freeplan(guard->targets[i].plans[query]);
		}
	}
}

static void
load_discriminator(RlnGuard *guard)
{
	RlnColumn *column = rln_column_lookup(guard->edge->many, guard->edge->discriminator_column);
	Oid type = getBaseType(column->type);
	Oid output;
	bool varlena;

	guard->discriminator_type = type;
	get_typlenbyval(type, &guard->discriminator_length, &guard->discriminator_by_value);
	guard->discriminator_collation = column->collation;
	/* blanks at its end do not count in bpchar; other types may have more ways to be equal */
	guard->discriminator_by_image = type == TEXTOID || type == VARCHAROID || type == NAMEOID ||
		type == INT2OID || type == INT4OID || type == INT8OID || type == OIDOID ||
		type_is_enum(type);
	if (OidIsValid(column->collation) && !get_collation_isdeterministic(column->collation))
		guard->discriminator_by_image = false;
	fmgr_info_cxt(get_opcode(rln_equality_operator(type, type)), &guard->discriminator_equal,
				  guard->context);
	getTypeOutputInfo(type, &output, &varlena);
	fmgr_info_cxt(output, &guard->discriminator_output, guard->context);
	for (int i = 0; i < guard->ntargets; i++)
		guard->targets[i].discriminator = discriminator_datum(
			guard, column, ((RlnTarget *) list_nth(guard->edge->targets, i))->discriminator);
}

/* A value of the column's type; an enum's may have been renamed. */
static Datum
discriminator_datum(const RlnGuard *guard, const RlnColumn *column, const char *text)
{
	int32 typmod = column->typmod;
	Oid type = getBaseTypeAndTypmod(column->type, &typmod);
	Oid input;
	Oid parameter;
	Datum value;

	if (type_is_enum(type) && !rln_input_softly(type, text, &value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("\"%s\" is no value of column \"%s\" of \"%s\" any more", text, column->name,
						rln_table_label(guard->edge->many)),
				 errdetail("It is a discriminator of relation %d.", guard->edge->id),
				 errhint("Give the present values: SELECT relations.update_relation(%d, '{\"discriminators\": {...}}').",
						 guard->edge->id)));
	getTypeInputInfo(type, &input, &parameter);
	return OidInputFunctionCall(input, unconstify(char *, text), parameter, typmod);
}

static void
load_key(RlnGuard *guard, RlnGuardTarget *target)
{
	MemoryContext before = MemoryContextSwitchTo(guard->context);
	RlnKeyColumn *key = palloc0(sizeof(RlnKeyColumn) * guard->nkeys);
	const RlnTarget *edge_target = list_nth(guard->edge->targets, target->number);

	for (int i = 0; i < guard->nkeys; i++)
	{
		RlnColumn *item = rln_column_lookup(guard->edge->many, list_nth(guard->edge->columns, i));
		RlnColumn *column = rln_column_lookup(target->relid, list_nth(edge_target->columns, i));
		Oid output;
		Oid cast;
		bool varlena;

		key[i].name = column->name;
		key[i].type = getBaseType(column->type);
		get_typlenbyval(key[i].type, &key[i].length, &key[i].by_value);
		getTypeOutputInfo(key[i].type, &output, &varlena);
		fmgr_info_cxt(output, &key[i].output, guard->context);
		key[i].to_text_is_cast = find_coercion_pathway(TEXTOID, key[i].type, COERCION_EXPLICIT,
													   &cast) == COERCION_PATH_FUNC;
		fmgr_info_cxt(key[i].to_text_is_cast ? cast : output, &key[i].to_text, guard->context);
		key[i].form = form_of(item, column);
		key[i].text_varies = key[i].form == RLN_FORM_TEXT && !rln_text_is_stable(key[i].type);
		target->text_varies = target->text_varies || key[i].text_varies;
		if (key[i].form != RLN_FORM_TYPED)
			rln_ensure_text_fits(guard->edge->many, item, target->relid, column);
		key[i].item_type = getBaseType(item->type);
		get_typlenbyval(key[i].item_type, &key[i].item_length, &key[i].item_by_value);
		key[i].value_type = key[i].form == RLN_FORM_INTEGER || key[i].form == RLN_FORM_UUID
			? key[i].type
			: key[i].item_type;
		get_typlenbyval(key[i].value_type, &key[i].value_length, &key[i].value_by_value);
		key[i].sought_type = key[i].form == RLN_FORM_TYPED
			? key[i].type
			: key[i].item_type;
	}
	target->key = key;
	MemoryContextSwitchTo(before);
}

/*
 * Whether an index can be asked directly is decided here, for each of the three
 * look-ups; where it cannot, a query is kept.  A text of which the key's type
 * must make sense is always compared by a query.
 */
static void
load_probes(RlnGuard *guard, RlnGuardTarget *target)
{
	MemoryContext before = MemoryContextSwitchTo(guard->context);
	const RlnTarget *edge_target = list_nth(guard->edge->targets, target->number);
	Oid values[INDEX_MAX_KEYS] = {0};
	Oid types[INDEX_MAX_KEYS] = {0};
	Oid sought[INDEX_MAX_KEYS + 1];
	bool by_query = false;

	target->usable_after = InvalidTransactionId;
	target->is_unique = rln_key_exists(target->relid, edge_target->columns);
	sought[0] = guard->discriminator_type;
	for (int i = 0; i < guard->nkeys; i++)
	{
		const RlnKeyColumn *key = &target->key[i];

		values[i] = key->value_type;
		types[i] = key->type;
		sought[i + 1] = key->sought_type;
		by_query = by_query || key->form == RLN_FORM_TEXT;
	}
	target->to_self = by_query
		? NULL
		: rln_probe_make(target->relid, edge_target->columns, types, true, &target->usable_after);
	target->to_target = by_query
		? NULL
		: rln_probe_make(target->relid, edge_target->columns, values, true, &target->usable_after);
	target->to_many = rln_probe_make(guard->edge->many, rln_lookup_columns(guard->edge), sought,
									 false, &target->usable_after);
	MemoryContextSwitchTo(before);
}

static RlnForm
form_of(const RlnColumn *item, const RlnColumn *key)
{
	Oid type = getBaseType(key->type);

	if (OidIsValid(rln_equality_operator(key->type, item->type)))
		return collations_agree(item->collation, key->collation) ? RLN_FORM_TYPED : RLN_FORM_TEXT;
	if (type == INT2OID || type == INT4OID || type == INT8OID)
		return RLN_FORM_INTEGER;
	if (type == UUIDOID)
		return RLN_FORM_UUID;
	return RLN_FORM_TEXT;
}

/*
 * Would both sides say of the same values that they are equal?  PostgreSQL 18
 * refuses a foreign key where they would not; here the item must then be the
 * key to the letter.
 */
static bool
collations_agree(Oid a, Oid b)
{
	if (a == b || !OidIsValid(a) || !OidIsValid(b))
		return true;
	return get_collation_isdeterministic(a) && get_collation_isdeterministic(b);
}

static RlnAction
read_action(const char *text)
{
	static const char *const names[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};

	for (int i = 0; i < lengthof(names); i++)
	{
		if (strcmp(text, names[i]) == 0)
			return (RlnAction) i;
	}
	elog(ERROR, "unknown action \"%s\"", text); /* should not happen */
}

/*
 * Where in guard->found its target is, if it was found before; the same for
 * equal values.  Names of classes differ at their ends.
 */
static int
place_of(const RlnGuard *guard, Datum discriminator)
{
	uint64 bytes = 0;

	if (!guard->discriminator_by_image)
		return 0;
	if (guard->discriminator_by_value)
		bytes = discriminator;
	else if (guard->discriminator_length == -1)
	{
		const char *text = VARDATA_ANY(DatumGetPointer(discriminator));
		Size length = VARSIZE_ANY_EXHDR(DatumGetPointer(discriminator));
		Size n = Min(length, sizeof(bytes));

		memcpy(&bytes, text + length - n, n);
	}
	return rln_spread(bytes, RLN_FOUND_BITS);
}

static bool
is_equal(const RlnGuard *guard, Datum a, Datum b)
{
	if (!guard->discriminator_by_image)
		return DatumGetBool(FunctionCall2Coll(unconstify(FmgrInfo *, &guard->discriminator_equal),
											  guard->discriminator_collation, a, b));
	if (guard->discriminator_length == -1)
	{
		Size length = VARSIZE_ANY_EXHDR(DatumGetPointer(a));

		return length == VARSIZE_ANY_EXHDR(DatumGetPointer(b)) &&
			memcmp(VARDATA_ANY(DatumGetPointer(a)), VARDATA_ANY(DatumGetPointer(b)), length) == 0;
	}
	return datumIsEqual(a, b, guard->discriminator_by_value, guard->discriminator_length);
}
