/*
 * init.c
 *	  The library's entry: the only file that knows every layer.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "graphql/schema.h"
#include "integrity/integrity.h"
#include "query/node.h"
#include "registry/registry.h"
#include "run/run.h"
#include "sync/sync.h"

PG_MODULE_MAGIC;

void _PG_init(void);


/*
 * The settings' prefix is not reserved: $CURRENT_USER.x in a query reads the
 * setting relations.x, which an application makes.
 */
void
_PG_init(void)
{
	rln_cache_init();
	rln_guard_init();
	rln_frame_init();
	rln_kept_init();
	rln_watch_init();
	rln_gql_schema_init();
	DefineCustomIntVariable("relations.default_limit",
							"How many items a query gives that has no limit; -1 is all.",
							NULL, &rln_default_limit, 100, -1, INT_MAX, PGC_USERSET, 0, NULL, NULL,
							NULL);
	DefineCustomIntVariable("relations.max_depth",
							"How many relations a query may go through in a row.", NULL,
							&rln_max_depth, 10, 0, 100, PGC_USERSET, 0, NULL, NULL, NULL);
}
