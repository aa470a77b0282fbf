/*
 * schema.h
 *	  What GraphQL can be asked, by whom: types, fields, arguments.
 *
 * A schema is made for a role and a search path and kept by the backend
 * (schema.c).  Names are all known at once; what a type holds is loaded when
 * somebody asks (type->load), because most documents touch few types and a
 * database may have thousands of tables.
 *
 * A *collection* is a table or view; a *part* of it is a field of the query
 * language with its GraphQL name.  All types of a collection are made of its
 * parts.  What a field or an argument stands for is its *meaning*; that is all
 * that execution looks at.
 */
#ifndef RLN_GQL_SCHEMA_H
#define RLN_GQL_SCHEMA_H

#include "access/attnum.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"

#include "graphql/ast.h"
#include "query/query.h"

/* room for the longest name that is made of others */
#define RLN_GQL_MAX_NAME 160

typedef struct RlnGqlSchema RlnGqlSchema;
typedef struct RlnGqlType RlnGqlType;
typedef struct RlnGqlField RlnGqlField;
typedef struct RlnGqlInputField RlnGqlInputField;
typedef struct RlnGqlCollection RlnGqlCollection;
typedef struct RlnGqlPart RlnGqlPart;

typedef enum RlnGqlScalar
{
	RLN_GQL_SCALAR_INT,
	RLN_GQL_SCALAR_FLOAT,
	RLN_GQL_SCALAR_STRING,
	RLN_GQL_SCALAR_BOOLEAN,
	RLN_GQL_SCALAR_ID,
	RLN_GQL_SCALAR_BIG_INT,
	RLN_GQL_SCALAR_DATE,
	RLN_GQL_SCALAR_JSON,
	RLN_GQL_SCALAR_STRING_OR_FLOAT,
	RLN_GQL_SCALARS
} RlnGqlScalar;

/* in a context of its own, which goes when nobody needs it any more */
typedef struct RlnGqlKept
{
	MemoryContext context;
	int pins;
	bool is_dropped;
} RlnGqlKept;

/* in the order of __TypeKind */
typedef enum RlnGqlKind
{
	RLN_GQL_SCALAR,
	RLN_GQL_OBJECT,
	RLN_GQL_INTERFACE,
	RLN_GQL_UNION,
	RLN_GQL_ENUM,
	RLN_GQL_INPUT_OBJECT
} RlnGqlKind;

typedef void (*RlnGqlLoad)(RlnGqlSchema *schema, RlnGqlType *type);

struct RlnGqlType
{
	const char *name;
	RlnGqlKind kind;
	const char *description; /* or NULL: the collection's comment, if any */
	RlnGqlCollection *collection;
	const RlnGqlPart *part; /* of a union */
	RlnGqlLoad load;		/* NULL: it is loaded */
	List *fields;			/* RlnGqlField *, of objects */
	List *inputs;			/* RlnGqlInputField *, of input objects */
	List *members;			/* RlnGqlType *, of unions */
	List *values;			/* char *, of enums */
	Oid enum_type;
	RlnGqlScalar scalar;
	bool is_meta; /* of the introspection */
};

/* what a field of an object stands for */
typedef enum RlnGqlMeaning
{
	/* of a row */
	RLN_GQL_MEANS_COLUMN,
	RLN_GQL_MEANS_RELATION,
	RLN_GQL_MEANS_ANY,
	RLN_GQL_MEANS_FUNCTIONS, /* an object of what follows */
	RLN_GQL_MEANS_FUNCTION,

	/* of a group */
	RLN_GQL_MEANS_GROUP,
	RLN_GQL_MEANS_COUNT_ALL,
	RLN_GQL_MEANS_AGGREGATES, /* an object of what follows */
	RLN_GQL_MEANS_AGGREGATE,

	/* of the roots */
	RLN_GQL_MEANS_READ_MANY,
	RLN_GQL_MEANS_READ_ONE,
	RLN_GQL_MEANS_READ_GROUPS,
	RLN_GQL_MEANS_CREATE_ONE,
	RLN_GQL_MEANS_CREATE_MANY,
	RLN_GQL_MEANS_UPDATE_ONE,
	RLN_GQL_MEANS_UPDATE_MANY,
	RLN_GQL_MEANS_DELETE_ONE,
	RLN_GQL_MEANS_DELETE_MANY,
	RLN_GQL_MEANS_KEYS, /* of delete_one and delete_many */

	/* of every object, and of the introspection */
	RLN_GQL_MEANS_TYPENAME,
	RLN_GQL_MEANS_META
} RlnGqlMeaning;

struct RlnGqlField
{
	const char *name;
	RlnGqlRef type;
	RlnGqlMeaning means;
	List *arguments; /* RlnGqlInputField * */
	const char *of;	 /* the field of the query language, or the function */
	bool as_string;	 /* numbers too are written as strings */
	RlnGqlCollection *collection;
	const RlnGqlPart *part;
	const char *description;
	int meta; /* RlnGqlMeta */
};

/* what a field of an input object, or an argument, stands for */
typedef enum RlnGqlInputMeaning
{
	RLN_GQL_INPUT_ARGUMENT, /* of: the key in the query language */
	RLN_GQL_INPUT_AND,
	RLN_GQL_INPUT_OR,
	RLN_GQL_INPUT_NOT,
	RLN_GQL_INPUT_QUANTIFIER, /* filter */
	RLN_GQL_INPUT_COUNT,
	RLN_GQL_INPUT_WITHIN,
	RLN_GQL_INPUT_OPERATOR, /* op, negated */
	RLN_GQL_INPUT_JSON,
	RLN_GQL_INPUT_FIELD,	 /* of */
	RLN_GQL_INPUT_SCOPE,	 /* of, scope */
	RLN_GQL_INPUT_FUNCTIONS, /* of */
	RLN_GQL_INPUT_FUNCTION,	 /* of: the function */
	RLN_GQL_INPUT_DATA,		 /* of */
	RLN_GQL_INPUT_DATA_SCOPE /* of, scope */
} RlnGqlInputMeaning;

struct RlnGqlInputField
{
	const char *name;
	RlnGqlRef type;
	RlnGqlInputMeaning means;
	const char *of;
	const char *scope;
	RlnOperator op;
	bool negated;
	RlnFilterKind filter;
	const char *standard; /* the default as it is written, or NULL */
	const RlnGqlPart *part;
};

/* where a relational part leads to */
typedef struct RlnGqlEnd
{
	RlnGqlCollection *collection;
	const char *scope; /* many-to-any: a discriminator that means it */
} RlnGqlEnd;

typedef enum RlnGqlPartKind
{
	RLN_GQL_PART_COLUMN,
	RLN_GQL_PART_ONE,
	RLN_GQL_PART_MANY,
	RLN_GQL_PART_ANY
} RlnGqlPartKind;

struct RlnGqlPart
{
	const char *name;
	const char *of; /* as the query language calls it */
	RlnGqlPartKind kind;
	RlnGqlCollection *collection;
	AttrNumber attnum; /* 0: an alias, or a compound key */
	Oid type_oid;	   /* no domain */
	RlnGqlRef type;	   /* of a column's values, where they are not null */
	bool as_string;
	bool not_null;
	bool is_key;
	bool is_generated; /* no value can be given */
	bool has_default;
	bool may_insert;
	bool may_update;
	RlnGqlType *operators; /* of the column's values */
	RlnGqlType *functions; /* NULL: it has none */
	RlnGqlType *function_operators;
	const char *functions_name;
	List *ends; /* RlnGqlEnd * */
	const char *discriminator;
	RlnGqlType *any; /* the union */
};

typedef enum RlnGqlCollectionType
{
	RLN_GQL_TYPE_ITEM,
	RLN_GQL_TYPE_FILTER,
	RLN_GQL_TYPE_QUANTIFIER,
	RLN_GQL_TYPE_GROUP,
	RLN_GQL_TYPE_COUNTS,
	RLN_GQL_TYPE_NUMBERS,
	RLN_GQL_TYPE_VALUES,
	RLN_GQL_TYPE_CREATE,
	RLN_GQL_TYPE_UPDATE,
	RLN_GQL_TYPE_CHANGES,
	RLN_GQL_COLLECTION_TYPES
} RlnGqlCollectionType;

struct RlnGqlCollection
{
	Oid relid;
	const char *schema_name;
	const char *table_name;
	bool is_root;		   /* on the search path */
	bool is_registry;	   /* relations.relations */
	const char *type_name; /* what its types are called after */
	const char *root_name; /* the same of root fields */
	char relkind;
	bool may_insert;
	bool may_update;
	bool may_delete;
	RlnGqlType *types[RLN_GQL_COLLECTION_TYPES];
	bool is_loaded;
	int events;	  /* bits of CmdType: what can be done to its rows */
	List *parts;  /* RlnGqlPart * */
	List *key;	  /* char *: columns */
	uint64 print; /* of what the parts were made of */
};

/* input objects of operators, by what a type can be asked */
typedef enum RlnGqlOperators
{
	RLN_GQL_OPERATORS_STRING,
	RLN_GQL_OPERATORS_ID,
	RLN_GQL_OPERATORS_NUMBER,
	RLN_GQL_OPERATORS_BIG_INT,
	RLN_GQL_OPERATORS_BOOLEAN,
	RLN_GQL_OPERATORS_DATE,
	RLN_GQL_OPERATORS_JSON,
	RLN_GQL_OPERATORS_ORDERED,	/* values as text */
	RLN_GQL_OPERATORS_EQUALITY, /* the same */
	RLN_GQL_OPERATORS_ID_EQUALITY,
	RLN_GQL_OPERATORS_NULL,
	RLN_GQL_OPERATORS_DATE_FUNCTIONS,
	RLN_GQL_OPERATORS_TIME_FUNCTIONS,
	RLN_GQL_OPERATORS_DATETIME_FUNCTIONS,
	RLN_GQL_OPERATORS_COUNT_FUNCTIONS,
	RLN_GQL_OPERATOR_TYPES
} RlnGqlOperators;

typedef enum RlnGqlFunctions
{
	RLN_GQL_FUNCTIONS_DATE,
	RLN_GQL_FUNCTIONS_TIME,
	RLN_GQL_FUNCTIONS_DATETIME,
	RLN_GQL_FUNCTIONS_COUNT,
	RLN_GQL_FUNCTION_TYPES
} RlnGqlFunctions;

typedef struct RlnGqlDirectiveType
{
	const char *name;
	const char *description;
	List *arguments; /* RlnGqlInputField * */
	int locations;	 /* bits of RlnGqlLocation */
} RlnGqlDirectiveType;

/* bits; in the order of __DirectiveLocation */
typedef enum RlnGqlLocation
{
	RLN_GQL_AT_QUERY = 1 << 0,
	RLN_GQL_AT_MUTATION = 1 << 1,
	RLN_GQL_AT_SUBSCRIPTION = 1 << 2,
	RLN_GQL_AT_FIELD = 1 << 3,
	RLN_GQL_AT_FRAGMENT_DEFINITION = 1 << 4,
	RLN_GQL_AT_FRAGMENT_SPREAD = 1 << 5,
	RLN_GQL_AT_INLINE_FRAGMENT = 1 << 6,
	RLN_GQL_AT_VARIABLE_DEFINITION = 1 << 7,
	RLN_GQL_AT_FIELD_DEFINITION = 1 << 11,
	RLN_GQL_AT_ARGUMENT_DEFINITION = 1 << 12,
	RLN_GQL_AT_SCALAR = 1 << 9,
	RLN_GQL_AT_ENUM_VALUE = 1 << 16,
	RLN_GQL_AT_INPUT_FIELD_DEFINITION = 1 << 18
} RlnGqlLocation;

struct RlnGqlSchema
{
	RlnGqlKept kept;
	MemoryContext context;
	HTAB *types;   /* by name */
	HTAB *queries; /* RlnGqlField by name */
	HTAB *mutations;
	List *all_types;   /* RlnGqlType *, as they were made */
	List *collections; /* RlnGqlCollection * */
	HTAB *tables;	   /* the same by OID */
	List *directives;  /* RlnGqlDirectiveType * */
	RlnGqlType *scalars[RLN_GQL_SCALARS];
	RlnGqlType *operators[RLN_GQL_OPERATOR_TYPES];
	RlnGqlType *functions[RLN_GQL_FUNCTION_TYPES];
	RlnGqlType *query;
	RlnGqlType *mutation;
	RlnGqlType *delete_one;
	RlnGqlType *delete_many;
	RlnGqlField *meta_schema; /* __schema, __type and __typename */
	RlnGqlField *meta_type;
	RlnGqlField *meta_typename;

	/* what it was made for and of: schema.c */
	Oid role;
	List *path; /* of schemas, as OIDs */
	uint64 generation;
	uint64 registry_generation;
	uint64 seen; /* changes of tables that it has survived */
};

/* pin.c: what is kept, and used while others may throw it out */
extern void rln_gql_pin(RlnGqlKept *kept, MemoryContext context);
extern void rln_gql_drop(RlnGqlKept *kept);

/* a reference; wraps is a literal, or lives as long */
static inline RlnGqlRef
rln_gql_ref(const RlnGqlType *type, const char *wraps)
{
	RlnGqlRef ref;

	ref.type = type;
	ref.wraps = wraps;
	ref.nwraps = strlen(wraps);
	return ref;
}

/* schema.c: kept by role and search path */
extern void rln_gql_schema_init(void);
extern RlnGqlSchema *rln_gql_schema_lookup(MemoryContext context);

/* build.c: collections and their names */
extern RlnGqlSchema *rln_gql_schema_build(MemoryContext context);
extern RlnGqlCollection *rln_gql_collection_get(RlnGqlSchema *schema, Oid relid);
extern bool rln_gql_is_stale(RlnGqlSchema *schema, Oid relid);
extern char *rln_gql_collection_type_name(const RlnGqlCollection *collection,
										  RlnGqlCollectionType type);

/* name.c: names that GraphQL takes */
extern char *rln_gql_name(const char *name);
extern bool rln_gql_is_name(const char *name);

/* type.c: making types, fields, references */
extern RlnGqlType *rln_gql_type_make(RlnGqlSchema *schema, RlnGqlKind kind, const char *name);
extern RlnGqlType *rln_gql_type_get(RlnGqlSchema *schema, const char *name);
extern void rln_gql_type_load(RlnGqlSchema *schema, const RlnGqlType *type);
extern bool rln_gql_type_exists(RlnGqlSchema *schema, const RlnGqlType *type);
extern RlnGqlField *rln_gql_field_add(RlnGqlType *type, const char *name, RlnGqlRef ref,
									  RlnGqlMeaning means);
extern RlnGqlInputField *rln_gql_input_add(List **inputs, const char *name, RlnGqlRef ref,
										   RlnGqlInputMeaning means);
extern const RlnGqlField *rln_gql_field_get(RlnGqlSchema *schema, const RlnGqlType *type,
											const char *name);
extern List *rln_gql_fields(RlnGqlSchema *schema, const RlnGqlType *type);
extern const RlnGqlInputField *rln_gql_input_get(const List *inputs, const char *name);
extern List *rln_gql_inputs(RlnGqlSchema *schema, const RlnGqlType *type);
extern RlnGqlRef rln_gql_ref_inner(RlnGqlRef ref);
extern bool rln_gql_ref_is_required(RlnGqlRef ref);
extern bool rln_gql_ref_is_list(RlnGqlRef ref);
extern void rln_gql_ref_print(StringInfo buf, RlnGqlRef ref);
extern char *rln_gql_ref_text(RlnGqlRef ref);
extern bool rln_gql_is_composite(const RlnGqlType *type);
extern bool rln_gql_is_input(const RlnGqlType *type);
extern List *rln_gql_possible_types(RlnGqlSchema *schema, const RlnGqlType *type);

/* builtin.c: types that every schema has */
extern void rln_gql_builtin_add(RlnGqlSchema *schema);
extern void rln_gql_operators_fill(RlnGqlSchema *schema, RlnGqlType *type,
								   const RlnGqlType *value, bool has_order);

/* part.c: the fields of a collection */
extern void rln_gql_collection_load(RlnGqlSchema *schema, RlnGqlCollection *collection);
extern uint64 rln_gql_collection_print(Oid relid);

/* scalar.c: what a column's type is called */
extern void rln_gql_part_set_type(RlnGqlSchema *schema, RlnGqlPart *part);

/* item.c: types of a collection */
extern void rln_gql_collection_types(RlnGqlSchema *schema, RlnGqlCollection *collection);
extern List *rln_gql_list_arguments(RlnGqlSchema *schema, RlnGqlCollection *collection);

/* write_input.c: what may be given for an item */
extern void rln_gql_load_create(RlnGqlSchema *schema, RlnGqlType *type);
extern void rln_gql_load_update(RlnGqlSchema *schema, RlnGqlType *type);
extern void rln_gql_load_changes(RlnGqlSchema *schema, RlnGqlType *type);

/* root.c: the fields of Query and Mutation */
extern void rln_gql_roots_add(RlnGqlSchema *schema, RlnGqlCollection *collection);
extern bool rln_gql_root_exists(RlnGqlSchema *schema, const RlnGqlField *field);

/* meta.c: the types of the introspection */
typedef enum RlnGqlMeta
{
	RLN_GQL_META_SCHEMA, /* the roots */
	RLN_GQL_META_TYPE,
	RLN_GQL_META_NAME,
	RLN_GQL_META_DESCRIPTION,
	RLN_GQL_META_TYPES,
	RLN_GQL_META_QUERY_TYPE,
	RLN_GQL_META_MUTATION_TYPE,
	RLN_GQL_META_SUBSCRIPTION_TYPE,
	RLN_GQL_META_DIRECTIVES,
	RLN_GQL_META_KIND,
	RLN_GQL_META_FIELDS,
	RLN_GQL_META_INTERFACES,
	RLN_GQL_META_POSSIBLE_TYPES,
	RLN_GQL_META_ENUM_VALUES,
	RLN_GQL_META_INPUT_FIELDS,
	RLN_GQL_META_OF_TYPE,
	RLN_GQL_META_SPECIFIED_BY,
	RLN_GQL_META_IS_ONE_OF,
	RLN_GQL_META_ARGS,
	RLN_GQL_META_TYPE_OF, /* of a field or an input */
	RLN_GQL_META_IS_DEPRECATED,
	RLN_GQL_META_DEPRECATION,
	RLN_GQL_META_DEFAULT,
	RLN_GQL_META_IS_REPEATABLE,
	RLN_GQL_META_LOCATIONS
} RlnGqlMeta;

extern void rln_gql_meta_add(RlnGqlSchema *schema);
extern const char *rln_gql_kind_name(RlnGqlKind kind);
extern const char *rln_gql_location_name(int bit);
extern List *rln_gql_types(RlnGqlSchema *schema);

/* sdl.c */
extern char *rln_gql_sdl(RlnGqlSchema *schema);

/* comment.c */
extern char *rln_gql_type_comment(const RlnGqlType *type);
extern char *rln_gql_part_comment(const RlnGqlPart *part);

#endif /* RLN_GQL_SCHEMA_H */
