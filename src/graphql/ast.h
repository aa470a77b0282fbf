/*
 * ast.h
 *	  A GraphQL document as it is written.
 *
 * Everything is palloc'd in the context in which the document is parsed and
 * belongs to it.  What validation finds out about a node (the field that it
 * means, the fragment, the type) is noted in the node, so that whoever runs the
 * document looks nothing up by name.
 */
#ifndef RLN_GQL_AST_H
#define RLN_GQL_AST_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

struct RlnGqlField;
struct RlnGqlInputField;
struct RlnGqlType;

/* of a syntax element; both count from 1, columns in characters */
typedef struct RlnGqlPlace
{
	int line;
	int column;
} RlnGqlPlace;

/*
 * A type, and what is wrapped around it from the inside out: '[' is a list, '!'
 * is "never null".  [Int!]! is {Int, "![!", 3}; what is within it, {Int, "![", 2}.
 */
typedef struct RlnGqlRef
{
	const struct RlnGqlType *type;
	const char *wraps;
	int nwraps;
} RlnGqlRef;

typedef enum RlnGqlValueKind
{
	RLN_GQL_VARIABLE,
	RLN_GQL_INT,
	RLN_GQL_FLOAT,
	RLN_GQL_STRING,
	RLN_GQL_BOOLEAN,
	RLN_GQL_NULL,
	RLN_GQL_ENUM_VALUE,
	RLN_GQL_LIST,
	RLN_GQL_OBJECT_VALUE
} RlnGqlValueKind;

typedef struct RlnGqlValue
{
	RlnGqlValueKind kind;
	RlnGqlPlace place;
	const char *text; /* a name, digits, or a string without quotes and escapes */
	List *items;	  /* of a list: RlnGqlValue *; of an object: RlnGqlArgument * */
} RlnGqlValue;

/* name: value, of a field, a directive or an object */
typedef struct RlnGqlArgument
{
	const char *name;
	RlnGqlPlace place;
	RlnGqlValue *value;
	const struct RlnGqlInputField *means; /* noted by validation */
} RlnGqlArgument;

typedef struct RlnGqlDirective
{
	const char *name;
	RlnGqlPlace place;
	List *arguments; /* RlnGqlArgument * */
} RlnGqlDirective;

typedef enum RlnGqlSelectionKind
{
	RLN_GQL_FIELD,
	RLN_GQL_SPREAD,
	RLN_GQL_INLINE
} RlnGqlSelectionKind;

struct RlnGqlFragment;

typedef struct RlnGqlSelection
{
	RlnGqlSelectionKind kind;
	RlnGqlPlace place;
	const char *alias; /* of a field: the key in the result */
	const char *name;  /* of a field or of the fragment that is spread */
	RlnGqlPlace name_place;
	List *arguments;	   /* RlnGqlArgument * */
	List *directives;	   /* RlnGqlDirective * */
	const char *condition; /* inline fragment: the type's name, or NULL */
	RlnGqlPlace condition_place;
	List *selections; /* RlnGqlSelection *; NIL: none are written */
	RlnGqlPlace selections_place;

	/* noted by validation */
	const struct RlnGqlField *field;
	struct RlnGqlFragment *fragment;
	const struct RlnGqlType *type; /* inline fragment: of the condition; field: that it is of */
} RlnGqlSelection;

typedef struct RlnGqlVariable
{
	const char *name;
	RlnGqlPlace place; /* of the "$" */
	RlnGqlPlace name_place;
	const char *type_name;
	RlnGqlPlace type_place;	 /* of the type with its wraps */
	RlnGqlPlace named_place; /* of the name in it */
	const char *wraps;
	RlnGqlValue *standard; /* the default, or NULL */
	List *directives;
	RlnGqlRef type; /* noted by validation */
} RlnGqlVariable;

typedef enum RlnGqlOperationKind
{
	RLN_GQL_QUERY,
	RLN_GQL_MUTATION,
	RLN_GQL_SUBSCRIPTION
} RlnGqlOperationKind;

typedef struct RlnGqlOperation
{
	RlnGqlOperationKind kind;
	const char *name; /* NULL: anonymous */
	RlnGqlPlace place;
	RlnGqlPlace name_place;
	List *variables; /* RlnGqlVariable * */
	List *directives;
	List *selections;
	const struct RlnGqlType *type; /* noted by validation */
} RlnGqlOperation;

typedef struct RlnGqlFragment
{
	const char *name;
	RlnGqlPlace place;
	RlnGqlPlace name_place;
	const char *condition;
	RlnGqlPlace condition_place;
	List *directives;
	List *selections;

	/* noted by validation */
	const struct RlnGqlType *type;
	int number;
	bool is_used;
	bool is_repeated;			 /* another one of its name comes before it */
	bool is_visited;			 /* cycles: it has been looked at */
	int path_index;				 /* cycles: its place in the path, or -1 */
	struct RlnGqlFragment *next; /* of the same hash */
} RlnGqlFragment;

typedef struct RlnGqlDocument
{
	List *operations;		  /* RlnGqlOperation * */
	List *fragments;		  /* RlnGqlFragment * */
	RlnGqlFragment **buckets; /* fragments by the hash of their names */
	uint32 mask;
} RlnGqlDocument;

/* what is wrong, where; code as in the response's extensions */
typedef struct RlnGqlError
{
	const char *message;
	List *places; /* RlnGqlPlace * */
	List *keys;	  /* char *: the path of the response, or NIL */
	const char *code;
	int sqlstate;		/* 0: none */
	const char *detail; /* these may be NULL */
	const char *hint;
	const char *at; /* the path in the arguments */
} RlnGqlError;

/* --- lexer.c --- */

typedef enum RlnGqlTokenKind
{
	RLN_GQL_TOKEN_END,
	RLN_GQL_TOKEN_PUNCTUATOR,
	RLN_GQL_TOKEN_NAME,
	RLN_GQL_TOKEN_INT,
	RLN_GQL_TOKEN_FLOAT,
	RLN_GQL_TOKEN_STRING,
	RLN_GQL_TOKEN_BLOCK_STRING
} RlnGqlTokenKind;

typedef struct RlnGqlToken
{
	RlnGqlTokenKind kind;
	RlnGqlPlace place;
	char punctuator;  /* the spread is '.' */
	const char *text; /* of the others; strings without quotes and escapes */
} RlnGqlToken;

typedef struct RlnGqlLexer
{
	const char *at;
	const char *end;
	const char *line_start;
	int line;
	const char *counted; /* columns of the line are known up to here */
	int column;
	int ntokens;
	RlnGqlToken token;	/* the current one */
	RlnGqlError *error; /* the first; then nothing but the end comes */
} RlnGqlLexer;

/* a document of more tokens or deeper nesting is refused */
#define RLN_GQL_MAX_TOKENS 50000
#define RLN_GQL_MAX_DEPTH 200

extern void rln_gql_lexer_init(RlnGqlLexer *lexer, const char *text, int length);
extern void rln_gql_advance(RlnGqlLexer *lexer);
extern void rln_gql_fail(RlnGqlLexer *lexer, RlnGqlPlace place, const char *message);
extern char *rln_gql_token_name(const RlnGqlToken *token);

/* block.c: block strings */
extern char *rln_gql_block_string(const char *raw);

/* parser.c */
extern RlnGqlDocument *rln_gql_parse(const char *text, int length, RlnGqlError **error);

/* error.c */
extern RlnGqlError *rln_gql_error(const char *message, RlnGqlPlace place);
extern void rln_gql_error_place(RlnGqlError *error, RlnGqlPlace place);

#endif /* RLN_GQL_AST_H */
