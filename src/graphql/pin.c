/*
 * pin.c
 *	  What is kept between calls, and used while others may throw it out.
 *
 * A function in a view may call graphql() again, which may forget the very
 * schema or document that is being executed.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "graphql/schema.h"

typedef struct Pin
{
	MemoryContextCallback callback;
	RlnGqlKept *kept;
} Pin;

static void unpin(void *arg);


/* It stays as long as the context. */
void
rln_gql_pin(RlnGqlKept *kept, MemoryContext context)
{
	Pin *pin = MemoryContextAlloc(context, sizeof(Pin));

	pin->kept = kept;
	pin->callback.func = unpin;
	pin->callback.arg = pin;
	MemoryContextRegisterResetCallback(context, &pin->callback);
	kept->pins++;
}

/* Nobody will find it any more. */
void
rln_gql_drop(RlnGqlKept *kept)
{
	kept->is_dropped = true;
	if (kept->pins == 0)
		MemoryContextDelete(kept->context);
}

static void
unpin(void *arg)
{
	RlnGqlKept *kept = ((Pin *) arg)->kept;

	if (--kept->pins == 0 && kept->is_dropped)
		MemoryContextDelete(kept->context);
}
