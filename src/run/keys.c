/*
 * keys.c
 *	  Keys of parents: collected, handed to a statement, found again.
 *
 * Keys are compared as the database compares them: by the hash and equality
 * functions of their type and collation.  Where equal values are equal bits,
 * which is so for almost all keys there are, no function is called.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "run/run.h"

#define FIRST_BUCKETS 64

static int64 integer_of(Oid type, Datum value);
static uint32 hash_values(const RlnFetch *fetch, const Datum *values);
static uint32 hash_value(RlnLookupColumn *column, Datum value);
static RlnKeyEntry *find(RlnKeyTable *table, const Datum *values, uint32 hash);
static bool equal_values(const RlnFetch *fetch, const Datum *a, const Datum *b);
static void grow(RlnKeyTable *table);


/* In the current context, which is the plan's.  0A000 where there are no arrays of the type. */
void
rln_key_column_init(RlnLookupColumn *column, Oid type, Oid collation)
{
	TypeCacheEntry *entry =
		lookup_type_cache(type, TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);
	Oid output;
	bool varlena;

	column->type = type;
	column->array_type = get_array_type(type);
	if (!OidIsValid(column->array_type) || !OidIsValid(entry->eq_opr_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("keys of type %s are not supported", format_type_be(type))));
	column->collation = collation;
	get_typlenbyvalalign(type, &column->length, &column->by_value, &column->align);
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			column->is_plain = column->by_value;
			break;
		default:
			column->is_plain = type_is_enum(type);
			break;
	}
	column->has_hash = OidIsValid(entry->hash_proc_finfo.fn_oid);
	if (column->has_hash)
		fmgr_info(entry->hash_proc_finfo.fn_oid, &column->hash);
	fmgr_info(entry->eq_opr_finfo.fn_oid, &column->equal);
	getTypeOutputInfo(type, &output, &varlena);
	fmgr_info(output, &column->output);
}

/* An empty table for the keys by which the fetch finds its rows. */
void
rln_key_table_init(RlnKeyTable *table, const RlnFetch *fetch, RlnArena *arena)
{
	memset(table, 0, sizeof(RlnKeyTable));
	table->fetch = fetch;
	table->arena = arena;
}

/* The entry of the key, made where there is none. */
RlnKeyEntry *
rln_key_enter(RlnKeyTable *table, const Datum *values)
{
	const RlnFetch *fetch = table->fetch;
	uint32 hash = hash_values(fetch, values);
	RlnKeyEntry *entry = find(table, values, hash);

	if (entry != NULL)
		return entry;
	if (table->buckets == NULL || table->nentries > table->mask / 2)
		grow(table);
	entry = rln_arena_alloc(table->arena,
							offsetof(RlnKeyEntry, values) + sizeof(Datum) * fetch->nkeys);
	memset(entry, 0, offsetof(RlnKeyEntry, values));
	entry->hash = hash;
	for (int i = 0; i < fetch->nkeys; i++)
	{
		const RlnLookupColumn *column = &fetch->keys[i];

		entry->values[i] = column->by_value
			? values[i]
			: rln_arena_copy(table->arena, values[i], column->length);
	}
	entry->chain = table->buckets[hash & table->mask];
	table->buckets[hash & table->mask] = entry;
	if (table->last == NULL)
		table->first = entry;
	else
		table->last->next = entry;
	table->last = entry;
	table->nentries++;
	return entry;
}

/*
 * The entry of the key, or NULL.  Rows of one parent most often lie together,
 * and those of the next parent behind them.
 */
RlnKeyEntry *
rln_key_find(RlnKeyTable *table, const Datum *values)
{
	RlnKeyEntry *last = table->found;
	RlnKeyEntry *next = last == NULL ? table->first : last->next;
	RlnKeyEntry *entry;

	if (last != NULL && equal_values(table->fetch, last->values, values))
		return last;

	/* the next one is looked at in vain, and at a price, where parents come in no order */
	if (!table->is_shuffled && next != NULL && equal_values(table->fetch, next->values, values))
		entry = next;
	else
	{
		entry = find(table, values, hash_values(table->fetch, values));
		table->is_shuffled = entry != next;
	}
	if (entry != NULL)
		table->found = entry;
	return entry;
}

/* One column of all keys, as an array in the current context. */
Datum
rln_key_array(const RlnKeyTable *table, int column)
{
	const RlnLookupColumn *key = &table->fetch->keys[column];
	Datum *values = palloc_extended(sizeof(Datum) * table->nentries, MCXT_ALLOC_HUGE);
	ArrayType *array;
	int n = 0;

	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
		values[n++] = entry->values[column];
	array = construct_array(values, n, key->type, key->length, key->by_value, key->align);
	pfree(values);
	return PointerGetDatum(array);
}

/* The least and the largest key, if all integers between them are keys. */
bool
rln_key_range(const RlnKeyTable *table, Datum *least, Datum *largest)
{
	Oid type = table->fetch->keys[0].type;

	*least = *largest = table->first->values[0];
	for (RlnKeyEntry *entry = table->first->next; entry != NULL; entry = entry->next)
	{
		if (integer_of(type, entry->values[0]) < integer_of(type, *least))
			*least = entry->values[0];
		else if (integer_of(type, entry->values[0]) > integer_of(type, *largest))
			*largest = entry->values[0];
	}
	return (uint64) integer_of(type, *largest) - (uint64) integer_of(type, *least) ==
		table->nentries - 1;
}

static int64
integer_of(Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		default:
			return DatumGetInt64(value);
	}
}

static uint32
hash_values(const RlnFetch *fetch, const Datum *values)
{
	uint32 hash = hash_value(&fetch->keys[0], values[0]);

	for (int i = 1; i < fetch->nkeys; i++)
		hash = hash_combine(hash, hash_value(&fetch->keys[i], values[i]));
	return hash;
}

static uint32
hash_value(RlnLookupColumn *column, Datum value)
{
	char *text;

	if (column->is_plain)
		return murmurhash32((uint32) value ^ (uint32) ((uint64) value >> 32));
	if (column->has_hash)
		return DatumGetUInt32(FunctionCall1Coll(&column->hash, column->collation, value));

	/* equal bit strings, for one, look equal */
	text = OutputFunctionCall(&column->output, value);
	return hash_bytes((unsigned char *) text, strlen(text));
}

static RlnKeyEntry *
find(RlnKeyTable *table, const Datum *values, uint32 hash)
{
	if (table->buckets == NULL)
		return NULL;
	for (RlnKeyEntry *entry = table->buckets[hash & table->mask]; entry != NULL;
		 entry = entry->chain)
	{
		if (entry->hash == hash && equal_values(table->fetch, entry->values, values))
			return entry;
	}
	return NULL;
}

static bool
equal_values(const RlnFetch *fetch, const Datum *a, const Datum *b)
{
	for (int i = 0; i < fetch->nkeys; i++)
	{
		RlnLookupColumn *column = &fetch->keys[i];

		if (column->is_plain
				? a[i] != b[i]
				: !DatumGetBool(FunctionCall2Coll(&column->equal, column->collation, a[i], b[i])))
			return false;
	}
	return true;
}

static void
grow(RlnKeyTable *table)
{
	uint32 size = table->buckets == NULL ? FIRST_BUCKETS : (table->mask + 1) * 2;

	table->buckets = rln_arena_alloc(table->arena, sizeof(RlnKeyEntry *) * (Size) size);
	memset(table->buckets, 0, sizeof(RlnKeyEntry *) * (Size) size);
	table->mask = size - 1;
	for (RlnKeyEntry *entry = table->first; entry != NULL; entry = entry->next)
	{
		entry->chain = table->buckets[entry->hash & table->mask];
		table->buckets[entry->hash & table->mask] = entry;
	}
}
