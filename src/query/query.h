/*
 * query.h
 *	  The query tree: what is asked, whoever asks.
 *
 *	  front end -> RlnRead -> RlnNode -> statements
 *
 * A front end turns its syntax into an RlnRead, which knows names only.
 * Resolving makes RlnNodes of it (node.h), which know tables, columns, types
 * and edges.  Values that a user gives are numbered and stand in a list of
 * their own: two queries that differ in nothing else have the same shape, and
 * what was resolved for one serves the other.
 */
#ifndef RLN_QUERY_H
#define RLN_QUERY_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "base/path.h"

/* a constant of the query */
typedef struct RlnValue
{
	int index; /* its place in the request's list */
	const JsonbValue *json;
	RlnPath *path; /* where it stands, for messages */
} RlnValue;

/*
 * One name of a field path: "country", "year(published)", "item:headings",
 * "json(data, a[0].b)", "*".
 */
typedef struct RlnStep
{
	const char *name;
	const char *function; /* NULL: the field itself */
	const char *scope;	  /* many-to-any: the collection meant, or NULL */
	List *json_path;	  /* char *: of json() */
} RlnStep;

typedef struct RlnField
{
	List *steps; /* RlnStep * */
	RlnPath *path;
} RlnField;

typedef struct RlnSort
{
	List *steps; /* RlnStep * */
	bool descending;
	RlnPath *path;
} RlnSort;

/* comparisons; each has a negated twin but the four of order and the regex */
typedef enum RlnOperator
{
	RLN_EQ,
	RLN_LT,
	RLN_LTE,
	RLN_GT,
	RLN_GTE,
	RLN_IN,
	RLN_BETWEEN,
	RLN_NULL,
	RLN_EMPTY,
	RLN_CONTAINS,
	RLN_ICONTAINS,
	RLN_STARTS_WITH,
	RLN_ISTARTS_WITH,
	RLN_ENDS_WITH,
	RLN_IENDS_WITH,
	RLN_IEQ,
	RLN_REGEX,
	RLN_INTERSECTS,
	RLN_INTERSECTS_BBOX,
	RLN_OPERATORS
} RlnOperator;

typedef enum RlnFilterKind
{
	RLN_FILTER_AND,
	RLN_FILTER_OR,
	RLN_FILTER_NOT,
	RLN_FILTER_FIELD,	 /* step; children are about the field */
	RLN_FILTER_OPERATOR, /* operator, negated, value; about the field around it */
	RLN_FILTER_SOME,	 /* quantifiers; about the alias around them */
	RLN_FILTER_NONE,
	RLN_FILTER_EVERY,
	RLN_FILTER_COUNT, /* children: operators on the number, then within: what is counted */
	RLN_FILTER_JSON	  /* children: fields whose name is a path in the json column around them */
} RlnFilterKind;

typedef struct RlnFilter
{
	RlnFilterKind kind;
	List *children; /* RlnFilter * */
	RlnStep *step;
	RlnOperator op;
	bool negated;
	RlnValue *value;		  /* NULL: compares with null */
	struct RlnFilter *within; /* of a count, or NULL */
	RlnPath *path;
} RlnFilter;

typedef struct RlnSearch
{
	RlnValue *term;
	bool is_number;
	bool is_uuid;
} RlnSearch;

typedef struct RlnAlias
{
	const char *name;
	RlnStep *step; /* the field that it stands for */
	RlnPath *path;
} RlnAlias;

typedef struct RlnAggregate
{
	const char *function; /* "count", "sumDistinct" */
	RlnStep *step;		  /* NULL: of rows */
	RlnPath *path;
} RlnAggregate;

typedef struct RlnRead RlnRead;

/* arguments of a relational field */
typedef struct RlnDeep
{
	const char *name; /* alias, or field */
	const char *scope;
	RlnRead *query;
	RlnPath *path;
} RlnDeep;

/*
 * A field under a key that the front end chose.  A query has these, or paths:
 * of paths the fields of one name are merged, of these none is.
 */
typedef enum RlnChoiceKind
{
	RLN_CHOICE_VALUE,  /* step */
	RLN_CHOICE_ROWS,   /* step, a relational field; query */
	RLN_CHOICE_ANY,	   /* step, an item; scopes: one that is of none of them is null */
	RLN_CHOICE_TEXT,   /* text, in JSON: the same in every row */
	RLN_CHOICE_OBJECT, /* choices */
	RLN_CHOICE_GROUP,  /* of a group: an object of what it is grouped by */
	RLN_CHOICE_RESULT  /* of a group: function, of step or of rows */
} RlnChoiceKind;

typedef struct RlnChoice
{
	RlnChoiceKind kind;
	const char *key;
	RlnStep *step;
	const char *text;
	const char *function;
	bool as_string; /* a number too is written as a string */
	RlnRead *query;
	List *scopes;  /* RlnDeep * */
	List *choices; /* RlnChoice * */
	RlnPath *path;
} RlnChoice;

#define RLN_LIMIT_DEFAULT (-2)
#define RLN_LIMIT_NONE (-1)

struct RlnRead
{
	List *fields;	/* RlnField *; NIL: of an RlnDeep, whose fields stand above */
	bool is_chosen; /* choices stand for fields, alias and deep */
	List *choices;	/* RlnChoice * */
	RlnFilter *filter;
	RlnSearch *search;
	List *sort; /* RlnSort * */
	int64 limit;
	int64 offset;
	int64 page;		 /* 0: none given */
	List *alias;	 /* RlnAlias * */
	List *aggregate; /* RlnAggregate * */
	List *group;	 /* RlnField * */
	RlnFilter *having;
	bool backlink;
	bool required;
	bool count;
	List *deep; /* RlnDeep * */
	RlnPath *path;
};

/* a query with its values taken out */
typedef struct RlnRequest
{
	RlnRead *query;
	List *values; /* RlnValue *, by index */
	Datum row;	  /* of the collection, where it is about a given row */
} RlnRequest;

/* query.c: making and printing */
extern RlnRead *rln_read_make(void);
extern RlnFilter *rln_filter_make(RlnFilterKind kind, List *children);
extern RlnValue *rln_value_make(RlnRequest *request, const JsonbValue *json);
extern bool rln_value_is_number(const RlnValue *value);
extern RlnStep *rln_step_make(const char *name, const char *function, const char *scope);
extern void rln_request_print(StringInfo buf, const RlnRequest *request);

/* step.c: field paths as text */
extern List *rln_steps_parse(const char *text);
extern RlnStep *rln_step_parse(const char *text);
extern List *rln_fields_split(const char *text);
extern char *rln_step_key(const RlnStep *step);
extern List *rln_json_path_parse(const char *text);

/* operator.c: their names */
extern bool rln_operator_parse(const char *name, RlnOperator *op, bool *negated);
extern const char *rln_operator_name(RlnOperator op, bool negated);

#endif /* RLN_QUERY_H */
