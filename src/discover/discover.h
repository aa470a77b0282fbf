/*
 * discover.h
 *	  What an existing database implies.
 */
#ifndef RLN_DISCOVER_H
#define RLN_DISCOVER_H

#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/hsearch.h"

#include "ddl/ddl.h"

/*
 * Which tables are looked at, as SQL about c of pg_class, n of pg_namespace and
 * $1, schemas or none for all: users' tables, but no partitions, which follow
 * their parents, no temporary ones, and none that an extension made.
 */
#define RLN_USERS_TABLES \
	"c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.\"char\"[])" \
	" AND NOT c.relispartition" \
	" AND c.relpersistence OPERATOR(pg_catalog.<>) 't'" \
	" AND n.nspname OPERATOR(pg_catalog.!~) '^pg_'" \
	" AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{information_schema,relations}'::pg_catalog.name[])" \
	" AND (pg_catalog.cardinality($1) OPERATOR(pg_catalog.=) 0" \
	"      OR n.nspname OPERATOR(pg_catalog.=) ANY ($1))" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e" \
	"   WHERE e.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass" \
	"   AND e.objid OPERATOR(pg_catalog.=) c.oid AND e.deptype OPERATOR(pg_catalog.=) 'e')"

/* a foreign key as a relation */
typedef struct RlnProposal
{
	Oid many;
	RlnForeignKey *key;
	bool unique;
	const RlnEdge *edge;	   /* registered already, or NULL */
	struct RlnProposal *other; /* the junction's other half, or NULL */
	const char *evidence;	   /* of the junction; set on its first half */
	char *alias;
} RlnProposal;

typedef enum RlnCertainty
{
	RLN_UNKNOWN,
	RLN_LIKELY,
	RLN_CERTAIN
} RlnCertainty;

/* a value of a discriminator, and the table that it is taken to mean */
typedef struct RlnMeaning
{
	char *value;
	int64 rows;
	char *app; /* of the content type that the value is looked up as, or NULL */
	char *model;
	Oid table; /* InvalidOid: none */
	Oid other; /* another that it may mean as well, or InvalidOid */
	RlnCertainty certainty;
	const char *reason;	  /* what the meaning rests on, or NULL: the name */
	bool by_part;		  /* by the last part of a namespaced class */
	bool by_type;		  /* by rows of the table that name the class */
	bool usable;		  /* the item can refer to the table's key */
	const char *obstacle; /* why not: "whose key ..." */
	int64 orphans;
} RlnMeaning;

/* a polymorphic pair of columns as a relation */
typedef struct RlnPair
{
	Oid many;
	char *discriminator;
	char *item;
	bool is_exact;	 /* values are names of tables, not of classes */
	Oid lookup;		 /* table of content types, or InvalidOid */
	bool deferrable; /* as the discriminator's foreign key to it is */
	bool deferred;
	const RlnEdge *edge; /* registered already, or NULL */
	List *meanings;		 /* RlnMeaning *, by value */
	int64 half;			 /* rows that have but one of the two columns */
	char *alias;
} RlnPair;

/* propose.c */
extern List *rln_propose(ArrayType *schemas, List **pairs);
extern bool rln_owns_any_table(void);

/* junction_shape.c */
extern void rln_find_junction(const List *proposals, HTAB *referred);

/* pair.c */
extern List *rln_find_pairs(ArrayType *schemas);

/* inflect.c */
extern List *rln_table_names(const char *value, const char *prefix, int *whole);
extern List *rln_namespace_tables(const char *value);
extern bool rln_is_constant_path(const char *value);
extern char *rln_name_underscore(const char *name);

/* typed.c */
typedef struct RlnTyped RlnTyped;

extern RlnTyped *rln_typed_make(void);
extern List *rln_typed_tables(RlnTyped *typed, Oid schema, const char *class);

/* meaning.c */
extern bool rln_find_meanings(RlnPair *pair, RlnTyped *typed);

/* any.c: proposals of pairs */
extern void rln_append_pair_relation(StringInfo buf, const RlnPair *pair);
extern char *rln_describe_pair(const RlnPair *pair);
extern bool rln_pair_is_sound(const RlnPair *pair);
extern bool rln_may_adopt_pair(const RlnPair *pair);
extern int32 rln_adopt_pair(const RlnPair *pair);

/* alias.c */
extern void rln_choose_aliases(const List *proposals, const List *pairs);
extern char *rln_free_alias(const RlnProposal *proposal);
extern char *rln_free_pair_alias(const RlnPair *pair);

/* entry.c */
extern void rln_append_member(StringInfo buf, const char *key, const char *value);

#endif /* RLN_DISCOVER_H */
