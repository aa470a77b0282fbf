/*
 * restore.c
 *	  The signal that the registry has changed, and sessions that restore a dump.
 *
 * What is hard about a dump is its order.  One of everything puts the data before
 * the triggers, and nothing can go wrong.  But data may also be restored into
 * tables that have their triggers, and pg_dump, which brings tables into an order
 * that foreign keys allow, knows nothing of many-to-any relations: rows may come
 * before those that they refer to, and all of them before the registry or after
 * it.  So in a session that restores, a relation which has not come yet, or which
 * the session itself has brought, is pending, and its triggers do nothing.
 *
 * Such a session is known by two things.  Every dump sets check_function_bodies
 * to off, for the same reason.  That alone anybody can do, and then only triggers
 * whose relation does not exist keep still; the registry is written, other than by
 * our own functions, only by its owner.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/inval.h"

#include "registry/registry.h"

PG_FUNCTION_INFO_V1(relations_registry_changed);

static bool brought = false; /* has this session written rows of the registry by hand? */


/*
 * Trigger on the registry's tables.  The invalidation is sent at commit and heard
 * by whoever watches the signal; unlike a sequence or NOTIFY it is transactional,
 * so that nobody reads the old rows under a new number.
 */
Datum
relations_registry_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("relations.registry_changed() must be called as a trigger")));
	/* our own statements are run under the name of the registry's owner */
	if (!InLocalUserIdChange())
		brought = true;
	CacheInvalidateRelcacheByRelid(rln_registry_signal());
	return PointerGetDatum(NULL);
}

/* Is this session restoring a dump?  Cheap enough to ask for each row. */
bool
rln_session_restores(void)
{
	return !check_function_bodies;
}

/* Has a session that restores brought the registry's rows itself? */
bool
rln_session_brought_registry(void)
{
	return brought && rln_session_restores();
}
