/*
 * textform.h
 *	  Values as text that means the same in every session.
 */
#ifndef RLN_TEXTFORM_H
#define RLN_TEXTFORM_H

#include "fmgr.h"

extern int rln_settings_fix(void);
extern void rln_settings_restore(int level);
extern char *rln_settings_sql(void);
extern bool rln_input_softly(Oid type, const char *text, Datum *value);

#endif /* RLN_TEXTFORM_H */
