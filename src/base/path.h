/*
 * path.h
 *	  Where in a JSON argument an error was found.
 */
#ifndef RLN_PATH_H
#define RLN_PATH_H

#include "utils/elog.h"

/*
 * One step into a JSON value, in the frame of the function that goes down, or
 * palloc'd, key too, where it shall be resumed later.  While it is entered
 * every error, PostgreSQL's own too, carries the context line
 * "at [2].one_collection".
 */
typedef struct RlnPath
{
	struct RlnPath *outer;
	const char *key; /* NULL: an element of an array */
	int index;
	int entered; /* how often, one within the other */
	ErrorContextCallback callback;
} RlnPath;

extern void rln_path_enter_key(RlnPath *step, const char *key);
extern void rln_path_enter_element(RlnPath *step, int index);
extern void rln_path_resume(RlnPath *step);
extern void rln_path_leave(RlnPath *step);
extern RlnPath *rln_path_current(void);
extern const RlnPath *rln_path_raised(void);
extern void rln_path_report(const RlnPath *path);
extern char *rln_path_of_context(const char *context);

#endif /* RLN_PATH_H */
