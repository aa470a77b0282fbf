/*
 * arena.c
 *	  Memory for rows: many small pieces that go together.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "run/run.h"

#define FIRST_BLOCK ((Size) 8 * 1024)
#define KEPT_BLOCK ((Size) 256 * 1024)
#define LARGEST_BLOCK ((Size) 8 * 1024 * 1024)

/*
 * A block that is never given back: fresh memory costs more than what is
 * written into it.  One arena at a time has it.
 */
static char *kept_block = NULL;
static bool kept_block_is_lent = false;

static void take_block_back(void *arg);
static void begin(RlnArena *arena);
static void *alloc_slowly(RlnArena *arena, Size size);


/* The context is the arena's own and is reset with it; the arena ends with its parent. */
void
rln_arena_init(RlnArena *arena, MemoryContext context)
{
	memset(arena, 0, sizeof(RlnArena));
	arena->context = context;
	if (!kept_block_is_lent)
	{
		MemoryContextCallback *callback =
			MemoryContextAlloc(context->parent, sizeof(MemoryContextCallback));

		if (kept_block == NULL)
			kept_block = MemoryContextAlloc(CacheMemoryContext, KEPT_BLOCK);
		arena->kept = kept_block;
		kept_block_is_lent = true;
		callback->func = take_block_back;
		callback->arg = NULL;
		MemoryContextRegisterResetCallback(context->parent, callback);
	}
	begin(arena);
}

static void
take_block_back(void *arg)
{
	kept_block_is_lent = false;
}

static void
begin(RlnArena *arena)
{
	arena->at = arena->kept;
	arena->end = arena->kept == NULL ? NULL : arena->kept + KEPT_BLOCK;
	arena->next_size = arena->kept == NULL ? FIRST_BLOCK : KEPT_BLOCK;
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

void
rln_arena_reset(RlnArena *arena)
{
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
		return result;
	arena->at = result + size;
	arena->end = result + block;
	arena->next_size = Min(arena->next_size * 2, LARGEST_BLOCK);
	return result;
}
