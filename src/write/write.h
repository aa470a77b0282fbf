/*
 * write.h
 *	  Writing items, with what is nested in them.
 *
 *	  payload -> nodes with rows -> checked -> a few statements for each node
 *
 * A *node* is a relation's path in the payload together with a collection; all
 * rows of the payload that stand there are its rows, whoever their parents are,
 * and are written by the same statements.  A node's rows are *targets*, which
 * their parents refer to and which are written before them, or members of a
 * *list*, which refer to their parents and are written after them.
 *
 * Everything is palloc'd in the context of the operation.
 */
#ifndef RLN_WRITE_H
#define RLN_WRITE_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "base/json_input.h"
#include "base/path.h"
#include "base/spi.h"
#include "query/node.h"

/* a column of a collection, as far as the payload mentions it */
typedef struct RlnWriteColumn
{
	char *name;
	AttrNumber attnum;
	Oid type;
	int32 typmod;
	Oid collation;
	int16 length;
	bool by_value;
	char identity;
	bool is_generated;
	bool has_default;
	int number; /* among the node's */
	RlnJsonInput *input;
} RlnWriteColumn;

typedef struct RlnWriteValue
{
	RlnWriteColumn *column;
	Datum value;
	bool isnull;
} RlnWriteValue;

typedef enum RlnRowAction
{
	RLN_ROW_UNKNOWN, /* until it was looked up: created where there is none */
	RLN_ROW_CREATE,
	RLN_ROW_EXISTS, /* updated where it has values */
	RLN_ROW_REMOVE, /* taken off its list, or deleted */
	RLN_ROW_SAME	/* stands for another row of the node */
} RlnRowAction;

typedef struct RlnWriteNode RlnWriteNode;
typedef struct RlnWriteList RlnWriteList;
typedef struct RlnSource RlnSource;

typedef struct RlnWriteRow
{
	struct RlnWriteRow *parent; /* in whose field it stands; NULL: root */
	RlnWriteList *list;			/* which it is on, or NULL */
	RlnPath *path;
	RlnRowAction action;
	int number; /* among the node's */
	bool must_exist;
	bool must_belong; /* to the list's parent already */
	bool belongs;
	bool is_found;
	bool is_placed;	  /* at its place on the list */
	bool is_returned; /* by the statement that has written it */
	int position;	  /* on a whole list, from 1; 0: none */
	int nvalues;
	int size;
	RlnWriteValue *values;
	Datum *key;	 /* by which it is found, or NULL */
	Datum *kept; /* of the node's kept columns, once they are known; or NULL */
	bool *kept_nulls;
	struct RlnWriteRow *same; /* RLN_ROW_SAME */
} RlnWriteRow;

/* a mention of an alias */
struct RlnWriteList
{
	RlnWriteRow *parent;
	RlnPath *path;
	bool is_whole; /* what it does not name is taken off */
	int start;	   /* of its rows among the node's, one after the other */
	int length;
};

typedef enum RlnWriteRole
{
	RLN_WRITE_ROOT,
	RLN_WRITE_TARGET, /* parents refer to the rows */
	RLN_WRITE_MEMBER  /* the rows refer to their parents */
} RlnWriteRole;

/* a pair of columns: the one of the many side takes the other's value */
typedef struct RlnWriteLink
{
	RlnWriteColumn *many;
	int one;			  /* among the other node's kept columns */
	RlnWriteColumn *type; /* the other column */
} RlnWriteLink;

typedef struct RlnWriteField
{
	const char *name;
	RlnWriteColumn *column; /* NULL: an alias, or a compound key */
	const RlnEdge *edge;	/* NULL: a plain column */
	bool forward;
	List *targets; /* RlnWriteNode *: by collection, by key or by what is referred to */
	RlnWriteNode *members;
} RlnWriteField;

struct RlnWriteNode
{
	RlnWriteNode *parent;
	RlnWriteRole role;
	const char *path; /* "country.cities", "" of the root */
	Oid relid;
	char relkind;
	int depth;
	const RlnEdge *edge;		   /* to the parent */
	List *links;				   /* RlnWriteLink * */
	List *partners;				   /* RlnWriteColumn *: other ends of a symmetric pair */
	RlnWriteColumn *discriminator; /* of a list: that of the many side */
	Datum discriminator_value;
	RlnWriteColumn *sort; /* of a list, or NULL */
	bool is_reference;	  /* targets are given by what refers to them, nothing else */
	List *fields;		  /* RlnWriteField *, as they are met */
	List *columns;		  /* RlnWriteColumn *, the same */
	List *key;			  /* RlnWriteColumn *: by which rows are found; NIL: none */
	List *kept;			  /* RlnWriteColumn *: whose values others take */
	List *targets;		  /* RlnWriteNode * */
	List *members;		  /* RlnWriteNode * */
	List *lists;		  /* RlnWriteList * */
	bool returns_keys;	  /* of a root: the key is first among the kept columns */
	RlnWriteRow **rows;
	int nrows;
	int size;
};

/* node.c */
extern RlnWriteNode *rln_node_root(Oid relid);
extern RlnWriteColumn *rln_node_column(RlnWriteNode *node, const char *name);
extern RlnWriteField *rln_node_field(RlnWriteNode *node, const char *name);
extern RlnWriteNode *rln_field_target(RlnWriteNode *node, RlnWriteField *field,
									  const RlnTarget *target, bool is_reference);
extern RlnWriteNode *rln_field_members(RlnWriteNode *node, RlnWriteField *field);
extern RlnWriteColumn *rln_pair_partner(const RlnWriteNode *node, const RlnWriteColumn *column);
extern bool rln_key_is_pair(const RlnWriteNode *node);
extern int rln_node_keep(RlnWriteNode *node, const char *name);
extern RlnWriteRow *rln_node_add(RlnWriteNode *node, RlnWriteRow *parent, RlnPath *path);
extern RlnWriteValue *rln_row_find(const RlnWriteRow *row, const RlnWriteColumn *column);
extern void rln_row_drop(RlnWriteRow *row, const RlnWriteColumn *column);
extern void rln_row_set(RlnWriteRow *row, RlnWriteColumn *column, Datum value, bool isnull);
extern void rln_row_keep(const RlnWriteNode *node, RlnWriteRow *row, const Datum *values,
						 const bool *nulls);
extern RlnWriteRow *rln_row_meant(RlnWriteRow *row);
extern char *rln_column_text(const RlnWriteColumn *column, Datum value);
extern char *rln_key_text(const RlnWriteNode *node, const Datum *key);

/* parse.c: payloads to rows */
extern void rln_payload_parse(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json);
extern void rln_ensure_key(const RlnWriteNode *node);
extern void rln_payload_key(RlnWriteNode *node, RlnWriteRow *row, const JsonbValue *json);

/* list.c: aliases in payloads */
extern void rln_payload_list(RlnWriteNode *node, RlnWriteRow *parent, const JsonbValue *json);

/* check.c: before anything is written */
extern void rln_write_check(RlnWriteNode *root);
extern void rln_refuse_missing(const RlnWriteNode *node, const RlnWriteRow *row);

/* lock.c */
extern void rln_lock_parents(RlnWriteNode *node);

/* link.c: what rows take from each other */
extern void rln_link_reference(RlnWriteRow *row, const RlnWriteNode *references,
							   const Datum *key);
extern void rln_link_targets(RlnWriteNode *node, const RlnWriteNode *targets);
extern void rln_link_members(RlnWriteNode *node);
extern Datum rln_place_value(const RlnWriteNode *node, int place);
extern bool rln_parent_value(const RlnWriteNode *node, const RlnWriteRow *row, int link,
							 Datum *value, bool *isnull);

/* apply.c: the statements in order */
extern void rln_write_apply(RlnWriteNode *root);
extern RlnSource *rln_keys_source(const RlnWriteNode *node, RlnWriteRow **rows, int nrows);
extern RlnSource *rln_parents_source(const RlnWriteNode *node, bool only_cleared);

/* statement.c: rows handed to a statement, and taken back */
typedef void (*RlnTakeRow)(void *arg, int row, TupleTableSlot *slot);

extern RlnSource *rln_source_make(const char *name);
extern int rln_source_column(RlnSource *source, const char *name, const RlnWriteColumn *like);
extern int rln_source_flag(RlnSource *source, const char *name);
extern void rln_source_add(RlnSource *source, Datum *values, bool *nulls, int row);
extern int rln_source_width(const RlnSource *source);
extern void rln_source_begin(RlnSource *source);
extern void rln_source_run(RlnWriteNode *node, RlnPath *path, const char *sql, List *sources,
						   RlnTakeRow take, void *arg);

/* sql.c: the statements' text */
extern char *rln_sql_lookup(const RlnWriteNode *node);
extern char *rln_sql_lock(const RlnWriteNode *node);
extern char *rln_sql_insert(const RlnWriteNode *node, const List *columns);
extern char *rln_sql_update(const RlnWriteNode *node, const List *columns, const Bitmapset *some);
extern char *rln_sql_take_off(const RlnWriteNode *node);
extern char *rln_sql_clear(const RlnWriteNode *node);
extern char *rln_sql_last(const RlnWriteNode *node);
extern char *rln_sql_reorder(const RlnWriteNode *node);

/* fill.c: defaults, sequences */
extern void rln_fill_defaults(RlnWriteNode *node, List *columns, RlnWriteRow **rows, int nrows);
extern void rln_move_sequences(RlnWriteNode *node, List *columns, RlnWriteRow **rows, int nrows);

/* registered.c: relations.relations as a collection */
extern List *rln_relations_create(const JsonbValue *data, bool one);
extern List *rln_relations_update(const JsonbValue *keys, const JsonbValue *data, bool one);
extern void rln_relations_delete(const JsonbValue *keys, bool one);

/* order.c */
extern void rln_reorder(Oid relid, const JsonbValue *key, const char *name,
						const JsonbValue *keys);

/* write.c: the layer's interface */
extern text *rln_create_items(Oid relid, const JsonbValue *data, bool one,
							  const RlnRequest *request);
extern text *rln_update_items(Oid relid, const JsonbValue *keys, const JsonbValue *data, bool one,
							  const RlnRequest *request);
extern void rln_delete_items(Oid relid, const JsonbValue *keys, bool one);

#endif /* RLN_WRITE_H */
