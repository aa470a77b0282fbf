/*
 * init.c
 *	  The library's entry: the only file that knows every layer.
 */
#include "postgres.h"

#include "fmgr.h"

#include "integrity/integrity.h"
#include "registry/registry.h"

PG_MODULE_MAGIC;

void _PG_init(void);


void
_PG_init(void)
{
	rln_cache_init();
	rln_guard_init();
	rln_frame_init();
}
