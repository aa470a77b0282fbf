/*
 * arena.c
 *	  Memory for rows: many small pieces that go together.
 */
#include "postgres.h"

#include "utils/datum.h"
#include "utils/memutils.h"

#include "run/run.h"

#define FIRST_BLOCK ((Size) 8 * 1024)
#define LARGEST_BLOCK ((Size) 8 * 1024 * 1024)
#define LEAST_KEPT ((Size) 256 * 1024)
#define MOST_KEPT ((Size) 4 * 1024 * 1024)

/*
 * A block that is kept between runs: fresh memory costs more than what is
 * written into it.  One arena at a time has it.  It is as large as recent runs
 * needed, so that a session that no longer reads much does not hold much.
 */
static char *kept_block = NULL;
static Size kept_size = 0;
static bool kept_block_is_lent = false;
static Size expected = LEAST_KEPT;

static void fit_kept_block(void);
static void take_block_back(void *arg);
static void begin(RlnArena *arena);
static Size used(const RlnArena *arena);
static void *alloc_slowly(RlnArena *arena, Size size);


/* The context is the arena's own and is reset with it; both end with its parent. */
void
rln_arena_init(RlnArena *arena, MemoryContext context)
{
	memset(arena, 0, sizeof(RlnArena));
	arena->context = context;
	if (!kept_block_is_lent)
	{
		MemoryContextCallback *callback =
			MemoryContextAlloc(context->parent, sizeof(MemoryContextCallback));

		fit_kept_block();
		arena->kept = kept_block;
		arena->kept_size = kept_size;
		kept_block_is_lent = true;
		callback->func = take_block_back;
		callback->arg = arena;
		MemoryContextRegisterResetCallback(context->parent, callback);
	}
	begin(arena);
}

/* Makes the block as large as runs are expected to need, give or take a little. */
static void
fit_kept_block(void)
{
	Size size = LEAST_KEPT;

	while (size < Min(expected, MOST_KEPT))
		size *= 2;
	if (kept_block != NULL && kept_size >= size && kept_size / 4 < size)
		return;
	if (kept_block != NULL)
		pfree(kept_block);
	kept_block = NULL;
	kept_block = MemoryContextAlloc(CacheMemoryContext, size);
	kept_size = size;
}

/* The largest need of late is expected again, but less with each run that needs less. */
static void
take_block_back(void *arg)
{
	const RlnArena *arena = arg;
	Size needed = Max(arena->most, used(arena));

	expected = needed >= expected ? needed : expected - (expected - needed) / 16;
	kept_block_is_lent = false;
}

static void
begin(RlnArena *arena)
{
	arena->start = arena->at = arena->kept;
	arena->end = arena->kept == NULL ? NULL : arena->kept + arena->kept_size;
	arena->next_size = arena->kept == NULL ? FIRST_BLOCK : arena->kept_size;
	arena->full = 0;
}

static Size
used(const RlnArena *arena)
{
	return arena->full + (arena->at - arena->start);
}

/* Memory until the arena is reset, aligned for anything. */
void *
rln_arena_alloc(RlnArena *arena, Size size)
{
	char *result = arena->at;

	size = MAXALIGN(size);
	if (unlikely(size > (Size) (arena->end - arena->at)))
		return alloc_slowly(arena, size);
	arena->at += size;
	return result;
}

/* A copy of a value that is passed by reference. */
Datum
rln_arena_copy(RlnArena *arena, Datum value, int16 length)
{
	Size size;
	void *copy;

	if (length == -1)
		value = PointerGetDatum(PG_DETOAST_DATUM_PACKED(value));
	size = datumGetSize(value, false, length);
	copy = rln_arena_alloc(arena, size);
	memcpy(copy, DatumGetPointer(value), size);
	return PointerGetDatum(copy);
}

void
rln_arena_reset(RlnArena *arena)
{
	arena->most = Max(arena->most, used(arena));
	MemoryContextReset(arena->context);
	begin(arena);
}

static void *
alloc_slowly(RlnArena *arena, Size size)
{
	Size block = Max(arena->next_size, size);
	char *result = MemoryContextAllocHuge(arena->context, block);

	/* what is left of a block is lost, unless the new one is for a single piece */
	if (block == size && arena->end != arena->at)
	{
		arena->full += size;
		return result;
	}
	arena->full += arena->at - arena->start;
	arena->start = result;
	arena->at = result + size;
	arena->end = result + block;
	arena->next_size = Min(arena->next_size * 2, LARGEST_BLOCK);
	return result;
}
