/*
 * node.h
 *	  The resolved query: tables, columns, types, edges.
 *
 * A *node* is a collection at one place of the query; it becomes one statement.
 * A *link* is an end of an edge as seen from one of its tables.  A *range* is a
 * mention of a table in a statement's FROM: to-one ends that a filter or a sort
 * goes through are outer joins, shared by all mentions of the same path, since
 * they lead to the same row; every mention of a to-many end is a sub-select of
 * its own.
 *
 * Everything is palloc'd in the context of the resolver and refers to edges of
 * the registry's cache, so it is good for the transaction at most; what is kept
 * is made of it.
 */
#ifndef RLN_NODE_H
#define RLN_NODE_H

#include "ddl/ddl.h"
#include "query/query.h"

/* how a column is written to be of the key's type */
typedef enum RlnKeyForm
{
	RLN_KEY_PLAIN,
	RLN_KEY_CAST,
	RLN_KEY_GUARDED /* cast only where the discriminator means the target */
} RlnKeyForm;

/* a pair of columns of a link */
typedef struct RlnKeyPart
{
	RlnColumn *from;
	RlnColumn *to;
	Oid type; /* in which keys are collected and compared */
	Oid collation;
	RlnKeyForm from_form;
	RlnKeyForm to_form; /* where it is selected */
	RlnKeyForm to_test; /* where it is compared: as plain as the index wants it */
	Oid op;				/* between the to side and a key */
} RlnKeyPart;

typedef struct RlnLink
{
	const RlnEdge *edge;
	bool forward; /* from the many side to a target */
	bool to_one;
	bool is_unique;	   /* a key on the to side proves it */
	bool is_symmetric; /* the to side is a junction, seen from either end */
	Oid from;
	Oid to;
	List *parts; /* RlnKeyPart * */

	/* many-to-any; the discriminator is the many side's */
	RlnColumn *discriminator;
	List *discriminators; /* char *: values that mean the target */
} RlnLink;

/* from keys to the rows that have them: no edge of the registry's */
#define RLN_IS_OF_KEYS(link) ((link)->edge->id == 0)

typedef struct RlnRange
{
	int number; /* t1, t2, ... */
	Oid relid;
	RlnLink *link;		   /* NULL: the table is where the statement starts */
	struct RlnRange *from; /* the other end of the link */
	List *joins;		   /* RlnRange * that hang on this one, in the same FROM */
	bool is_given;		   /* a row that is the statement's first parameter */
	const RlnEdge *both;   /* a junction whose rows are seen from either end; or NULL */
} RlnRange;

typedef struct RlnExpr RlnExpr;
typedef struct RlnCondition RlnCondition;

/* (SELECT ... FROM range WHERE link AND conditions) */
typedef struct RlnSub
{
	RlnRange *range;
	List *where; /* RlnCondition * */
	int64 offset;
} RlnSub;

typedef enum RlnExprKind
{
	RLN_EXPR_COLUMN,
	RLN_EXPR_EXTRACT,	   /* text: the field */
	RLN_EXPR_JSON,		   /* names: a path; type json or jsonb */
	RLN_EXPR_JSON_TEXT,	   /* the same as text */
	RLN_EXPR_JSON_NUMBER,  /* the same as numeric; null where it is no number */
	RLN_EXPR_ARRAY_LENGTH, /* of a json array */
	RLN_EXPR_COUNT,		   /* of sub */
	RLN_EXPR_PICK,		   /* the smallest or largest argument in sub */
	RLN_EXPR_COALESCE,	   /* arguments */
	RLN_EXPR_AGGREGATE,	   /* text: the function; without argument: of rows */
	RLN_EXPR_LINK		   /* the column of part, on the link's from or to side */
} RlnExprKind;

struct RlnExpr
{
	RlnExprKind kind;
	Oid type;
	Oid collation;
	RlnRange *range;
	const char *text;
	List *names;
	List *arguments;
	RlnSub *sub;
	bool flag; /* PICK: the largest; AGGREGATE: distinct; LINK: the to side */
	RlnLink *link;
	RlnKeyPart *part;
};

/* how a value of the query becomes a parameter */
typedef enum RlnParamForm
{
	RLN_PARAM_VALUE,
	RLN_PARAM_LIST,		/* an array of values */
	RLN_PARAM_ELEMENT,	/* one of exactly so many elements */
	RLN_PARAM_KEY,		/* a column of a compound key */
	RLN_PARAM_KEY_LIST, /* the same of a list of keys */
	RLN_PARAM_CONTAINS, /* patterns */
	RLN_PARAM_STARTS_WITH,
	RLN_PARAM_ENDS_WITH,
	RLN_PARAM_EXACTLY,
	RLN_PARAM_REGEX, /* a regular expression */
	RLN_PARAM_ROW	 /* the request's row */
} RlnParamForm;

typedef struct RlnParam
{
	int value; /* index in the request */
	RlnParamForm form;
	Oid type; /* of the value, or of the list's elements */
	int element;
	int elements;
	const char *name;		/* of the compound key's column */
	const char *other_name; /* of the column that it refers to, or NULL */
} RlnParam;

typedef enum RlnConditionKind
{
	RLN_COND_TRUE,
	RLN_COND_FALSE,
	RLN_COND_AND,
	RLN_COND_OR,
	RLN_COND_NOT,
	RLN_COND_NULL,	 /* left is null; negated */
	RLN_COND_TEST,	 /* left operator param */
	RLN_COND_LIST,	 /* left operator ANY (param), or ALL */
	RLN_COND_EXISTS, /* sub; negated */
	RLN_COND_KEYS,	 /* lefts are one of the lists of keys; negated */
	RLN_COND_ANY,	 /* the range's discriminator means the link's target */
	RLN_COND_UNTRUE	 /* the child is false or null */
} RlnConditionKind;

struct RlnCondition
{
	RlnConditionKind kind;
	bool negated;
	List *children;
	RlnExpr *left;
	Oid left_type; /* the operator's: left is cast where it has another */
	bool lower;	   /* compare in lower case */
	Oid op;
	RlnParam *param;
	List *lefts; /* RlnExpr *, with params and operators parallel to it */
	List *params;
	List *operators;
	RlnSub *sub;
	RlnLink *link;
	RlnRange *range;
	bool by_key; /* finds at most one row, whatever the value */
};

typedef struct RlnOrder
{
	RlnExpr *expr;
	bool descending;
} RlnOrder;

typedef struct RlnNode RlnNode;

typedef enum RlnOutputKind
{
	RLN_OUTPUT_VALUE,  /* expr */
	RLN_OUTPUT_KEY,	   /* exprs as an array, null if one of them is */
	RLN_OUTPUT_NODE,   /* node: an array, or an object or null */
	RLN_OUTPUT_ANY,	   /* exprs: the bare item, or NIL: null; nodes: what it may mean instead */
	RLN_OUTPUT_OBJECT, /* outputs */
	RLN_OUTPUT_TEXT	   /* text, in JSON */
} RlnOutputKind;

typedef struct RlnOutput
{
	RlnOutputKind kind;
	const char *key;
	RlnExpr *expr;
	List *exprs;
	RlnNode *node;
	List *nodes;
	List *outputs;
	const char *text;
	bool as_string; /* a value that is a number too */
} RlnOutput;

struct RlnNode
{
	const char *path;
	RlnNode *parent;
	RlnRange *range;
	RlnLink *link; /* NULL: the root */
	List *outputs; /* RlnOutput *, in the order of writing */
	bool bare;	   /* a row is its first output, not an object */
	List *where;   /* RlnCondition * */
	List *order;   /* RlnOrder * */
	int64 limit;   /* RLN_LIMIT_NONE: all */
	int64 offset;
	List *group;	 /* RlnExpr * */
	List *having;	 /* RlnCondition * */
	bool aggregates; /* rows are groups */
};

/* what a query was resolved for */
typedef enum RlnPurpose
{
	RLN_FOR_ITEMS,
	RLN_FOR_ITEM, /* the request's last value is the key */
	RLN_FOR_KEYS, /* keys are handed to the run */
	RLN_FOR_COUNT,
	RLN_FOR_ROW /* the first field of the request's row */
} RlnPurpose;

/* resolving, in one statement's worth of state */
typedef struct RlnResolver
{
	int ranges;
	int nodes;
	int depth; /* relations gone through */
	bool backlink;
} RlnResolver;

/* more lists are no query but an accident, most often of wildcards */
#define RLN_MAX_NODES 1000

/* settings */
extern int rln_default_limit;
extern int rln_max_depth;

/* field.c: the fields of a collection */
typedef struct RlnFieldInfo
{
	const char *name;
	RlnColumn *column;	 /* NULL: an alias, or a compound key */
	const RlnEdge *edge; /* NULL: a plain column */
	bool forward;
} RlnFieldInfo;

extern RlnFieldInfo *rln_field_get(Oid relid, const char *name);
extern RlnFieldInfo *rln_field_lookup(Oid relid, const char *name);
extern List *rln_fields_load(Oid relid);
extern void rln_ensure_relation_kind(Oid relid);
extern bool rln_column_is_readable(Oid relid, const char *name);
extern void rln_ensure_column_readable(Oid relid, const char *name);
extern bool rln_field_is_readable(Oid relid, const RlnFieldInfo *field);
extern List *rln_scope_targets(const RlnEdge *edge, const char *scope);

/* link.c: ends of edges */
extern RlnLink *rln_link_make(const RlnEdge *edge, bool forward, Oid from, Oid to);
extern RlnLink *rln_link_of_keys(Oid relid);
extern RlnLink *rln_link_of_field(Oid relid, const RlnFieldInfo *field);
extern void rln_ensure_link_readable(const RlnLink *link);
extern RlnRange *rln_range_make(RlnResolver *resolver, Oid relid);
extern RlnRange *rln_range_of_link(RlnResolver *resolver, const RlnLink *link);
extern RlnRange *rln_range_join(RlnResolver *resolver, RlnRange *from, RlnLink *link);
extern RlnSub *rln_sub_make(RlnResolver *resolver, RlnRange *from, RlnLink *link);
extern RlnExpr *rln_expr_column(RlnRange *range, const char *name);
extern RlnExpr *rln_expr_link(RlnRange *range, RlnLink *link, RlnKeyPart *part, bool to_side);
extern List *rln_key_exprs(RlnRange *range);
extern void rln_enter_relation(RlnResolver *resolver);
extern void rln_leave_relation(RlnResolver *resolver);

/* expr.c: paths to expressions */
extern RlnExpr *rln_expr_function(RlnResolver *resolver, RlnRange *range, const RlnStep *step);
extern RlnExpr *rln_expr_path(RlnResolver *resolver, RlnRange *range, const List *steps,
							  bool largest);

/* compare.c: what a type can be asked */
extern RlnCondition *rln_condition_compare(RlnExpr *expr, const RlnFilter *filter);
extern RlnCondition *rln_condition_key(List *exprs, List *names, const RlnFilter *filter);
extern RlnCondition *rln_condition_make(RlnConditionKind kind, List *children);
extern RlnCondition *rln_condition_item(RlnRange *range, int value);
extern bool rln_type_has_operator(Oid type, RlnOperator op);

/* condition.c: filters */
extern RlnCondition *rln_condition_filter(RlnResolver *resolver, RlnRange *range,
										  const RlnFilter *filter);

/* search.c */
extern RlnCondition *rln_condition_search(RlnRange *range, const RlnSearch *search);

/* aggregate.c */
extern void rln_resolve_aggregate(RlnResolver *resolver, RlnNode *node, const RlnRead *query);

/* want.c: which fields are asked for */
typedef struct RlnWant
{
	const char *key; /* in the result */
	const RlnFieldInfo *field;
	const RlnStep *step; /* of a function; else NULL */
	List *nested;		 /* RlnField *: what is asked of the rows it leads to */
	List *scopes;		 /* RlnWantScope *: the same of an item */
	bool hidden;		 /* only its conditions count */
	RlnPath *path;
} RlnWant;

typedef struct RlnWantScope
{
	Oid relid;
	List *nested;
} RlnWantScope;

extern List *rln_wants_collect(const RlnResolver *resolver, const RlnNode *node,
							   const List *fields, const RlnRead *arguments);
extern const RlnStep *rln_alias_step(const RlnRead *arguments, const char *name);
extern void rln_ensure_few_fields(int fields);

/* argument.c: filter, sort, page */
extern List *rln_resolve_conditions(RlnResolver *resolver, RlnRange *range,
									const RlnRead *arguments);
extern void rln_resolve_order(RlnResolver *resolver, RlnNode *node, const RlnRead *arguments);
extern void rln_resolve_page(RlnNode *node, const RlnRead *arguments);
extern List *rln_order_by_key(RlnRange *range, List *order);

/* choice.c: fields under keys of the front end's own */
extern List *rln_resolve_choices(RlnResolver *resolver, RlnNode *node, const List *choices);

/* resolve.c */
extern RlnNode *rln_resolve(Oid relid, const RlnRequest *request, RlnPurpose purpose);
extern RlnNode *rln_resolve_link(RlnResolver *resolver, RlnNode *parent, const char *key,
								 RlnLink *link, const List *fields, const RlnRead *arguments);
extern RlnOutput *rln_output_make(RlnOutputKind kind, const char *key, RlnExpr *expr);

#endif /* RLN_NODE_H */
