/*
 * error.h
 *	  Errors that are caught, and fields of those that are raised.
 */
#ifndef RLN_ERROR_H
#define RLN_ERROR_H

/* what there is not, or not for the caller */
#define RLN_ERROR_FORBIDDEN "FORBIDDEN"

typedef void (*RlnAttempt)(void *arg);

extern ErrorData *rln_attempt(RlnAttempt function, void *arg);
extern bool rln_error_is_fatal(int sqlstate);
extern const char *rln_error_name(int sqlstate, const char *of_request, const char *internal);
extern int rln_errtable(Oid relid);

#endif /* RLN_ERROR_H */
