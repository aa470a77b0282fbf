/*
 * graphql.h
 *	  A GraphQL request: from its text to the response.
 *
 *	  text -> document (parser.c) -> validated document, kept (document.c)
 *	  -> operation and its variables (input.c) -> RlnRead for each root field
 *	  (read.c) -> JSON, written by run/ (execute.c)
 */
#ifndef RLN_GRAPHQL_H
#define RLN_GRAPHQL_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "graphql/ast.h"
#include "graphql/schema.h"
#include "query/query.h"

/* --- validation --- */

/* a mention of a variable, and what may stand there */
typedef struct RlnGqlUsage
{
	const RlnGqlValue *value;
	RlnGqlRef type; /* type NULL: not known */
	bool has_default;
} RlnGqlUsage;

/* an operation or a fragment while it is validated, and what was found in it */
typedef struct RlnGqlScope
{
	List *usages;  /* RlnGqlUsage * */
	List *spreads; /* RlnGqlSelection * */
} RlnGqlScope;

/* more errors are not told */
#define RLN_GQL_MAX_ERRORS 100
/* steps of a rule that compares nodes with each other */
#define RLN_GQL_MAX_STEPS 300000

typedef struct RlnGqlValidator
{
	RlnGqlSchema *schema;
	RlnGqlDocument *document;
	List *errors;			 /* RlnGqlError * */
	RlnGqlScope *scope;		 /* the current one */
	RlnGqlScope *operations; /* by place in the document */
	RlnGqlScope *fragments;	 /* by number */
	List *introspections;	 /* RlnGqlSelection *: __schema and __type */
	int steps;
} RlnGqlValidator;

/* validate.c */
extern List *rln_gql_validate(RlnGqlSchema *schema, RlnGqlDocument *document);
extern RlnGqlError *rln_gql_report(RlnGqlValidator *validator, RlnGqlPlace place,
								   const char *message);
extern bool rln_gql_is_exhausted(RlnGqlValidator *validator);

/* validate_arguments.c */
extern void rln_gql_check_arguments(RlnGqlValidator *validator, List *arguments,
									const List *inputs, RlnGqlPlace place, const char *owner);
extern void rln_gql_check_directives(RlnGqlValidator *validator, List *directives,
									 RlnGqlLocation location);
extern void rln_gql_check_value(RlnGqlValidator *validator, const RlnGqlValue *value,
								RlnGqlRef type, bool has_default);

/* validate_fragments.c */
extern void rln_gql_check_fragments(RlnGqlValidator *validator);
extern bool rln_gql_check_cycles(RlnGqlValidator *validator);
extern void rln_gql_check_variables(RlnGqlValidator *validator);
extern void rln_gql_check_depth(RlnGqlValidator *validator);

/* validate_merge.c */
extern void rln_gql_check_merging(RlnGqlValidator *validator);

/* scalar_value.c: what may be given for a scalar or an enum; NULL: it may */
extern char *rln_gql_literal_fault(const RlnGqlType *type, const RlnGqlValue *value);
extern char *rln_gql_json_fault(const RlnGqlType *type, const JsonbValue *json);

/* --- values that are given --- */

typedef enum RlnGqlInputKind
{
	RLN_GQL_GIVEN_NULL,
	RLN_GQL_GIVEN_SCALAR,
	RLN_GQL_GIVEN_LIST,
	RLN_GQL_GIVEN_OBJECT
} RlnGqlInputKind;

/* a value of an input type, of a literal or a variable */
typedef struct RlnGqlInput
{
	RlnGqlInputKind kind;
	RlnGqlPlace place;
	JsonbValue *json; /* of a scalar */
	List *items;	  /* of a list: RlnGqlInput *; of an object: RlnGqlGiven * */
} RlnGqlInput;

typedef struct RlnGqlGiven
{
	const RlnGqlInputField *means;
	RlnGqlInput *value;
} RlnGqlGiven;

typedef struct RlnGqlVariableValue
{
	const RlnGqlVariable *variable;
	RlnGqlInput *value; /* NULL: none was given */
} RlnGqlVariableValue;

/* --- a request --- */

/* no document asks for more, whatever its fragments unfold to */
#define RLN_GQL_MAX_FIELDS 50000

typedef struct RlnGqlCall
{
	MemoryContext context; /* of the call */
	RlnGqlSchema *schema;
	RlnGqlDocument *document;
	RlnGqlOperation *operation;
	List *variables; /* RlnGqlVariableValue * */
	List *roots;	 /* RlnGqlAsked * */
	List *errors;	 /* RlnGqlError * */
	int nfields;
	int nlists;
	List *places; /* RlnGqlLocated * */

	RlnGqlPlace raised_place; /* of the error that was raised last; line 0: not known */
} RlnGqlCall;

/* a step of a path in the request, and where it stands in the document */
typedef struct RlnGqlLocated
{
	RlnPath path; /* must be first */
	RlnGqlPlace place;
} RlnGqlLocated;

/* what is asked under one key of a result */
typedef struct RlnGqlAsked
{
	const char *key;
	const RlnGqlField *field;
	const RlnGqlSelection *node; /* the first; all have the same arguments */
	List *selections;			 /* List *: what is selected below, of each of them */
} RlnGqlAsked;

/* document.c: documents kept by their text */
extern RlnGqlDocument *rln_gql_document_lookup(RlnGqlCall *call, const char *text, int length);
extern void rln_gql_forget_documents(RlnGqlSchema *schema);

/* input.c: coercion */
extern bool rln_gql_coerce_variables(RlnGqlCall *call, const JsonbValue *variables);
extern RlnGqlInput *rln_gql_coerce_argument(RlnGqlCall *call, const RlnGqlSelection *node,
											const RlnGqlInputField *argument);
extern bool rln_gql_is_included(RlnGqlCall *call, const List *directives);
extern JsonbValue *rln_gql_input_json(const RlnGqlInput *input);
extern JsonbValue *rln_gql_push(JsonbParseState **state, const RlnGqlInput *input);

/* collect.c: selection sets merged */
extern List *rln_gql_collect(RlnGqlCall *call, const RlnGqlType *type, const List *selections);

/* read.c: fields to a query */
extern RlnRequest *rln_gql_request(RlnGqlCall *call, const RlnGqlAsked *root);
extern RlnRequest *rln_gql_selection(RlnGqlCall *call, const RlnGqlAsked *root);
extern JsonbValue *rln_gql_key(const RlnGqlCollection *collection, JsonbValue *json);
extern RlnPath *rln_gql_enter(RlnGqlCall *call, const char *key, RlnGqlPlace place);
extern void rln_gql_note_raised(RlnGqlCall *call, const RlnPath *path);

/* filter.c: filters */
extern RlnFilter *rln_gql_filter(RlnGqlCall *call, RlnRequest *request, const RlnGqlInput *input);

/* mutate.c */
extern void rln_gql_mutate(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root);

/* introspect.c */
extern void rln_gql_introspect(RlnGqlCall *call, StringInfo out, const RlnGqlAsked *root);

/* execute.c */
extern text *rln_gql_execute(const char *query, int length, Jsonb *variables,
							 const char *operation);

/* error.c */
extern RlnGqlError *rln_gql_error_of(RlnGqlCall *call, const ErrorData *data);
extern void rln_gql_errors_write(StringInfo out, const List *errors);

#endif /* RLN_GRAPHQL_H */
