/*
 * ddl.h
 *	  From what a user asks for to statements that PostgreSQL runs.
 *
 *	  relation object -> RlnDraft -> RlnEdge -> parts -> statements
 *
 * The *object* is the user's input, JSON or a row of the view.  The *draft* is
 * what is wished, with tables looked up, and after completion holds the edge
 * as it shall be stored.  The *parts* are what stands in the database for an
 * edge: constraints, indexes, row functions.  Creating, updating and deleting
 * a relation are one operation: the parts of the old edge against those of the
 * new one, of which either may be missing.
 */
#ifndef RLN_DDL_H
#define RLN_DDL_H

#include "access/htup.h"
#include "access/tupdesc.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

#include "base/compat.h"
#include "registry/registry.h"

/* keys of a relation object, in the order of the view's columns */
typedef enum RlnObjectKey
{
	RLN_KEY_ID,
	RLN_KEY_MANY_COLLECTION,
	RLN_KEY_MANY_FIELD,
	RLN_KEY_ONE_COLLECTION,
	RLN_KEY_ONE_FIELD,
	RLN_KEY_ONE_COLLECTION_FIELD,
	RLN_KEY_ONE_ALLOWED_COLLECTIONS,
	RLN_KEY_JUNCTION_FIELD,
	RLN_KEY_SORT_FIELD,
	RLN_KEY_ONE_DESELECT_ACTION,
	RLN_KEY_ON_DELETE,
	RLN_KEY_ON_UPDATE,
	RLN_KEY_IS_UNIQUE,
	RLN_KEY_DISCRIMINATORS,
	RLN_KEY_REVERSE_FIELD,
	RLN_KEY_CONSTRAINT_NAME,
	RLN_KEY_IS_SYMMETRIC,
	RLN_VIEW_COLUMNS,

	/* input only */
	RLN_KEY_VALIDATE = RLN_VIEW_COLUMNS,
	RLN_KEY_CONSTRAINT,
	RLN_KEY_REQUIRED,
	RLN_KEY_DEFERRABLE,
	RLN_OBJECT_KEYS
} RlnObjectKey;

/* what was given: NULL is absent, jbvNull is null */
typedef struct RlnObject
{
	JsonbValue *values[RLN_OBJECT_KEYS];
} RlnObject;

typedef struct RlnColumn
{
	char *name;
	Oid type;
	int32 typmod;
	Oid collation;
	bool exists; /* false: the draft adds it */
	bool not_null;
	bool identity;
} RlnColumn;

typedef struct RlnForeignKey
{
	char *name;
	Oid one;
	List *columns; /* char *, in the order of the key referred to */
	List *one_columns;
	const char *on_delete;
	List *delete_columns; /* char *: of ON DELETE SET NULL (...), or NIL */
	const char *on_update;
	bool match_full;
	bool deferrable;
	bool deferred;
	bool validated;
	bool enforced;
	bool inherited; /* a part of a partitioned table's */
} RlnForeignKey;

/* a collection that a many-to-any draft allows */
typedef struct RlnAllowed
{
	Oid relid;
	char *discriminator; /* NULL: the default */
} RlnAllowed;

typedef enum RlnTristate
{
	RLN_UNSET,
	RLN_NO,
	RLN_YES
} RlnTristate;

typedef struct RlnDraft
{
	/* wishes; NULL, NIL and RLN_UNSET ask for the default */
	int32 id;
	Oid many;
	List *columns;
	Oid one;
	char *one_field;
	char *discriminator_column;
	List *allowed;		  /* RlnAllowed * */
	List *discriminators; /* RlnAllowed * */
	bool discriminators_given;
	char *reverse_field;
	List *junction_columns;
	char *sort_column;
	char *deselect_action;
	bool keep_deselect; /* the old one, if it still makes sense */
	char *on_delete;
	char *on_update;
	bool keep_on_delete;
	bool keep_on_update;
	RlnTristate is_unique;
	RlnTristate is_symmetric;
	char *constraint_name;
	RlnTristate validate;
	bool constraint_given;
	bool constraint; /* false: metadata only */
	RlnTristate required;
	RlnTristate deferrable;
	bool deferred;
	List *unique_with; /* further columns of the unique constraint */
	bool adopt;		   /* change nothing but row functions */

	/* what completion found */
	bool stands;		/* made of an edge: its parts may be there */
	const RlnEdge *old; /* the edge that is changed, or NULL */
	RlnEdge *edge;		/* as it shall be stored */
	List *many_columns; /* RlnColumn *, parallel to edge->columns */
	RlnColumn *discriminator;
	RlnColumn *sort;
	bool adopted;		  /* found, and not the edge's own until now */
	RlnForeignKey *found; /* the foreign key that is there already */
	List *unique_columns; /* char *: of the unique constraint, if one is generated */
	bool leaves_index;	  /* making it would lock writers out for long */
} RlnDraft;

typedef enum RlnPartKind
{
	RLN_PART_COLUMN,
	RLN_PART_NOT_NULL,
	RLN_PART_UNIQUE,
	RLN_PART_CHECK,
	RLN_PART_FOREIGN_KEY,
	RLN_PART_INDEX,
	RLN_PART_TRIGGER,
	RLN_PART_FUNCTION
} RlnPartKind;

/* something that stands in the database for an edge */
typedef struct RlnPart
{
	RlnPartKind kind;
	char *name;
	char *definition; /* without the name; equal parts need no change */
	List *make;		  /* char *: statements */
	List *drop;
	bool exists;	  /* found, so not made */
	bool keep;		  /* not ours, so not dropped with the edge */
	List *replace;	  /* char *: instead of dropping it and making the new one */
	Oid result;		  /* of a function */
	bool is_stale;	  /* a function that stands with another body */
	bool checks_rows; /* making it can fail because of existing rows */
	bool not_valid;	  /* it stands, but rows of before it were not looked at */
	Oid table;		  /* of a trigger */
	bool on_target;	  /* that others may own */
	bool admits_rows; /* without it, rows that are not right could come in */
} RlnPart;

/* a trigger of a many-to-any relation, as it is in the catalog */
typedef struct RlnTrigger
{
	char *name;
	char *function; /* without its schema */
	int16 type;
	bool deferrable;
	bool deferred;
	char enabled;
} RlnTrigger;

/* object.c: reading relation objects */
extern const char *rln_object_key_name(RlnObjectKey key);
extern void rln_object_from_jsonb(Jsonb *jsonb, RlnObject *object);
extern void rln_object_from_row(HeapTuple row, TupleDesc desc, RlnObject *object);
extern void rln_object_from_change(HeapTuple before, HeapTuple after, TupleDesc desc,
								   RlnObject *object);


/* wish.c: relation object to draft */
extern RlnDraft *rln_draft_make(void);
extern RlnDraft *rln_draft_keep(const RlnEdge *edge);
extern RlnDraft *rln_draft_change(const RlnEdge *edge);
extern void rln_draft_apply(RlnDraft *draft, const RlnObject *object);
extern RlnAllowed *rln_allowed_make(Oid relid, char *discriminator);
extern char *rln_draft_action(const char *text);
extern List *rln_draft_columns(Oid relid, const char *text);

/* complete.c: tables, keys and columns */
extern void rln_draft_complete(RlnDraft *draft);
extern RlnDraft *rln_draft_of_edge(const RlnEdge *edge);
extern List *rln_own_unique_columns(const RlnEdge *edge);
extern void rln_ensure_collection(Oid relid);
extern void rln_ensure_outlives(Oid target, Oid many);
extern void rln_ensure_fits(const RlnDraft *draft);
extern bool rln_holds_rows(Oid relid);
extern List *rln_tables_with_rows(Oid relid);
extern void rln_complete_columns(RlnDraft *draft, const List *key, const List *models);
extern void rln_ensure_types_fit(const RlnDraft *draft, const RlnTarget *target);
extern void rln_ensure_text_fits(Oid many, const RlnColumn *column, Oid one, const RlnColumn *key);
extern bool rln_text_fits(const RlnColumn *column, const RlnColumn *key);
RLN_NORETURN extern void rln_refuse_key_size(const RlnTarget *target, int columns);
extern List *rln_key_of(Oid relid);
extern List *rln_spread_columns(Oid many, List *names, const List *key);

/* any.c: targets of a many-to-any relation */
extern void rln_complete_any(RlnDraft *draft);
extern void rln_ensure_discriminators_fit(const RlnDraft *draft);
extern List *rln_common_key(const List *targets);

/* rule.c: actions, constraints, indexes */
extern void rln_complete_rules(RlnDraft *draft);
extern bool rln_keeps_delete_columns(const RlnDraft *draft);

/* symmetric.c: junctions whose pairs have no direction */
extern void rln_complete_symmetric(RlnDraft *draft);
extern void rln_append_pair_order(StringInfo buf, const RlnDraft *draft, const char *row);
extern Oid rln_pair_collation(Oid collation);
extern void rln_append_both_ends(StringInfo buf, const RlnEdge *edge, const List *columns);
extern List *rln_pair_partners(const RlnEdge *edge, const List *columns);
extern bool rln_pair_is_alike(const RlnColumn *column, const RlnColumn *other);

/* field.c: names of fields and row functions */
extern void rln_choose_fields(RlnEdge *edge, const RlnEdge *old);
extern void rln_ensure_alias(const RlnEdge *edge, const RlnEdge *old);
extern char *rln_field_user(Oid relid, const char *name, int32 except_edge);
extern bool rln_row_function_exists(Oid argument, const char *name);
extern bool rln_row_function_is_orphan(Oid argument, const char *name);
extern Oid rln_row_function_find(Oid argument, const char *name, Oid result);

/* key.c: columns, keys, operators, indexes */
extern RlnColumn *rln_column_get(Oid relid, const char *name);
extern RlnColumn *rln_column_lookup(Oid relid, const char *name);
/* what is added without a model; only their types mean something */
extern const RlnColumn rln_text_column;
extern const RlnColumn rln_integer_column;

extern RlnColumn *rln_column_like(const char *name, const RlnColumn *model);
extern List *rln_primary_key(Oid relid);
extern List *rln_key_columns(Oid relid);
extern bool rln_columns_unique(Oid relid, const List *columns);
extern bool rln_columns_indexed(Oid relid, const List *columns, const char *except);
extern List *rln_index_columns(Oid relid, const char *name);
extern char *rln_index_sql(const char *words, Oid relid, const List *columns);
extern List *rln_unique_columns(Oid relid, const char *name);
extern bool rln_check_exists(Oid relid, const char *name);
extern bool rln_constraint_is_validated(Oid relid, const char *name);
extern List *rln_columns_load(Oid relid);
extern List *rln_lookup_columns(const RlnEdge *edge);
extern Oid rln_equality_operator(Oid key_type, Oid type);
extern bool rln_cast_is_trusted(Oid from, Oid to);
extern bool rln_cast_is_builtin(Oid from, Oid to);
extern bool rln_key_exists(Oid relid, const List *columns);

/* foreign_key.c: the foreign keys of a table */
extern List *rln_foreign_keys_load(Oid relid);
extern RlnForeignKey *rln_foreign_key_find(Oid relid, const List *columns, Oid one);
extern RlnForeignKey *rln_foreign_key_get(Oid relid, const char *name);

/* parts.c: what stands in the database for an edge */
extern List *rln_parts(const RlnDraft *draft);
extern List *rln_parts_of_edge(const RlnEdge *edge);
extern void rln_append_column(StringInfo buf, const RlnColumn *column);

/* trigger.c: what enforces a many-to-any relation */
extern void rln_complete_enforcement(RlnDraft *draft);
extern void rln_add_triggers(const RlnDraft *draft, List **parts);
extern int32 rln_trigger_argument(const char *argument);
extern List *rln_triggers_load(Oid relid, int32 edge);
extern void rln_triggers_release(Oid relid, int32 edge);
extern RlnTrigger *rln_check_trigger(const RlnEdge *edge);
extern RlnTrigger *rln_trigger_find(const List *triggers, const char *function, int timing);

/* function.c: text of the row functions */
extern List *rln_function_parts(const RlnDraft *draft);
extern void rln_function_unbind(Oid function);
extern void rln_append_match(StringInfo buf, const RlnDraft *draft, const RlnTarget *target,
							 const char *many_row, const char *one_row, bool by_text);
extern bool rln_text_is_stable(Oid type);
extern float4 rln_table_rows(Oid relid);

/* change.c: from one edge to the next */
extern List *rln_change_statements(RlnDraft *draft);
extern int32 rln_create(RlnDraft *draft);
extern void rln_update(RlnDraft *draft);
extern void rln_delete(int32 id);
extern void rln_edge_forget(RlnEdge *edge);
extern RlnEdge *rln_edge_to_change(int32 id);
extern void rln_ensure_junction(int32 id);
RLN_NORETURN extern void rln_refuse_unknown(int32 id);

/* diagnose.c: which rows break the new rule */
extern void rln_ensure_unreferenced(const RlnDraft *draft);
extern void rln_run_checked(const RlnDraft *draft, const RlnPart *part, const char *sql);
extern bool rln_may_diagnose(const RlnDraft *draft);
extern char *rln_describe_orphans(const RlnDraft *draft);

/* orphan.c: rows that lead nowhere */
extern char *rln_orphans_condition(const RlnDraft *draft);
extern char *rln_orphans_table(const RlnDraft *draft);
extern bool rln_text_varies(const RlnEdge *edge);
extern char *rln_columns_of(const List *names, const char *alias);

/* entry.c: protocol of the SQL functions */
extern int32 rln_create_from_object(const RlnObject *object);
extern void rln_update_from_object(int32 id, const RlnObject *object);
extern List *rln_create_from_array(Jsonb *array);
extern void rln_ensure_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern void rln_return_relations(FunctionCallInfo fcinfo, const List *ids);

#endif /* RLN_DDL_H */
