/*
 * names.h
 *	  Generated identifiers, and lists of names as text.
 */
#ifndef RLN_NAMES_H
#define RLN_NAMES_H

#include "nodes/pg_list.h"
#include "utils/array.h"

/* says whether a generated name cannot be used */
typedef bool (*RlnNameTaken)(const char *name, void *arg);

extern char *rln_name_clip(const char *name);
extern char *rln_name_join(const char *first, const char *second);
extern char *rln_name_choose(const char *first, const char *second, RlnNameTaken taken, void *arg);
extern bool rln_name_listed(const char *name, void *names);
extern char *rln_names_concat(const List *names);

extern List *rln_csv_parse(const char *text);
extern char *rln_csv_print(const List *names);

extern List *rln_names_from_array(ArrayType *array);
extern bool rln_names_contain(const List *names, const char *name);
extern List *rln_names_without(const List *names, const char *name);
extern bool rln_names_equal(const List *a, const List *b);
extern bool rln_names_same_set(const List *a, const List *b);

#endif /* RLN_NAMES_H */
