/*
 * key.c
 *	  Columns, keys, the operators that compare them, the indexes that serve
 *	  them.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

/* a question to each index of a table */
typedef bool (*IndexTest)(Relation index, const List *columns);

const RlnColumn rln_text_column = {
	.type = TEXTOID, .typmod = -1, .collation = DEFAULT_COLLATION_OID};
const RlnColumn rln_integer_column = {.type = INT4OID, .typmod = -1};

static Oid cast_function(Oid from, Oid to);
static bool is_usable_domain(Oid type);
static bool constraint_exists(Oid relid, const char *name, char type);
static bool any_index(Oid relid, const List *columns, IndexTest test, const char *except);
static bool is_unique_over(Relation index, const List *columns);
static bool is_key_over(Relation index, const List *columns);
static bool starts_with(Relation index, const List *columns);
static bool is_plain(Relation index);
static List *index_columns(Relation index);


/* The column, or NULL where the table has none of that name. */
RlnColumn *
rln_column_get(Oid relid, const char *name)
{
	HeapTuple tuple = SearchSysCacheAttName(relid, name);
	Form_pg_attribute attribute;
	RlnColumn *column;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	if (attribute->attnum < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("system column \"%s\" cannot take part in a relation", name)));
	column = palloc0(sizeof(RlnColumn));
	column->name = pstrdup(name);
	column->type = attribute->atttypid;
	column->typmod = attribute->atttypmod;
	column->collation = attribute->attcollation;
	column->exists = true;
	column->not_null = attribute->attnotnull;
	column->identity = attribute->attidentity != '\0';
	ReleaseSysCache(tuple);
	return column;
}

/* The same, or 42703: a key that is stored may have lost its column since. */
RlnColumn *
rln_column_lookup(Oid relid, const char *name)
{
	RlnColumn *column = rln_column_get(relid, name);

	if (column == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist", name, rln_table_label(relid))));
	return column;
}

/* The names of the table's columns, in order. */
List *
rln_columns_load(Oid relid)
{
	Relation rel = relation_open(relid, AccessShareLock);
	TupleDesc desc = RelationGetDescr(rel);
	List *names = NIL;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped)
			names = lappend(names, pstrdup(NameStr(attribute->attname)));
	}
	relation_close(rel, AccessShareLock);
	return names;
}

/*
 * A column that is to be added, of the model's type, or of its base type where
 * that is a domain that will not do.  A foreign key compares base types anyway.
 */
RlnColumn *
rln_column_like(const char *name, const RlnColumn *model)
{
	RlnColumn *column = palloc0(sizeof(RlnColumn));

	column->name = pstrdup(name);
	column->type = model->type;
	column->typmod = model->typmod;
	column->collation = model->collation;
	if (!is_usable_domain(model->type))
		column->type = getBaseTypeAndTypmod(model->type, &column->typmod);
	return column;
}

/* The names of the primary key's columns, NIL without one. */
List *
rln_primary_key(Oid relid)
{
	Relation rel = table_open(relid, AccessShareLock);
	List *key = NIL;
	ListCell *lc;

	foreach(lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (index->rd_index->indisprimary && !index->rd_index->indisexclusion)
			key = index_columns(index);
		index_close(index, AccessShareLock);
	}
	table_close(rel, AccessShareLock);
	return key;
}

/*
 * The names of the columns by which others refer to the table: the primary
 * key; else the only other key that a foreign key could use; for a view or a
 * foreign table, which can declare none, the column "id".  NIL where nothing
 * of that is there.
 */
List *
rln_key_columns(Oid relid)
{
	List *key = rln_primary_key(relid);
	Relation rel;
	int candidates = 0;
	ListCell *lc;

	if (key != NIL)
		return key;
	rel = table_open(relid, AccessShareLock);
	foreach(lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (index->rd_index->indisunique && index->rd_index->indimmediate && is_plain(index))
		{
			key = index_columns(index);
			candidates++;
		}
		index_close(index, AccessShareLock);
	}
	if (candidates == 0 && rel->rd_rel->relkind != RELKIND_RELATION &&
		rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE &&
		get_attnum(relid, "id") != InvalidAttrNumber)
		key = list_make1(pstrdup("id"));
	table_close(rel, AccessShareLock);
	return candidates > 1 ? NIL : key;
}

/* Can two rows never have the same (not null) values in these columns? */
bool
rln_columns_unique(Oid relid, const List *columns)
{
	return any_index(relid, columns, is_unique_over, NULL);
}

/*
 * Does an index, other than the one of that name (or NULL), find the rows that
 * have given values in these columns?
 */
bool
rln_columns_indexed(Oid relid, const List *columns, const char *except)
{
	return any_index(relid, columns, starts_with, except);
}

/* CREATE INDEX <words> ON <table> (<columns>); words are a quoted name, CONCURRENTLY or none. */
char *
rln_index_sql(const char *words, Oid relid, const List *columns)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE INDEX %s%sON %s (", words, words[0] == '\0' ? "" : " ",
					 rln_table_sql(relid));
	rln_append_names(&buf, columns);
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/*
 * The columns of the table's index of that name, or NIL; also where it is a
 * part of a partitioned table's index by now, which has taken it over.
 */
List *
rln_index_columns(Oid relid, const char *name)
{
	Oid index = name == NULL ? InvalidOid : get_relname_relid(name, get_rel_namespace(relid));
	Relation rel;
	List *columns = NIL;

	/* users drop things, and make others of the same name: those are not ours */
	if (!OidIsValid(index) || IndexGetRelation(index, true) != relid)
		return NIL;
	rel = index_open(index, AccessShareLock);
	if (!rel->rd_rel->relispartition)
		columns = index_columns(rel);
	index_close(rel, AccessShareLock);
	return columns;
}

/* The columns of the table's unique constraint of that name, or NIL. */
List *
rln_unique_columns(Oid relid, const char *name)
{
	if (name == NULL || !constraint_exists(relid, name, CONSTRAINT_UNIQUE))
		return NIL;
	return rln_index_columns(relid, name);
}

/* Has the table a CHECK of that name (or NULL)? */
bool
rln_check_exists(Oid relid, const char *name)
{
	return name != NULL && constraint_exists(relid, name, CONSTRAINT_CHECK);
}

/* Were all rows looked at when the constraint, which is there, was made, or since? */
bool
rln_constraint_is_validated(Oid relid, const char *name)
{
	Oid constraint = get_relation_constraint_oid(relid, name, false);
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool validated;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint); /* should not happen */
	validated = ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;
	ReleaseSysCache(tuple);
	return validated;
}

/* Has the table a constraint of that name and type? */
static bool
constraint_exists(Oid relid, const char *name, char type)
{
	Oid constraint = get_relation_constraint_oid(relid, name, true);
	HeapTuple tuple;
	bool exists;

	if (!OidIsValid(constraint))
		return false;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	exists = HeapTupleIsValid(tuple) && ((Form_pg_constraint) GETSTRUCT(tuple))->contype == type;
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return exists;
}

/*
 * The operator by which a foreign key compares a key of one type with a column
 * of another: the equality of the key type's default btree family, for the two
 * types or after an implicit cast of the column to the key's type.
 * InvalidOid where there is none.  This is the rule of
 * ATAddForeignKeyConstraint() in tablecmds.c, but for casts of ordinary users:
 * where a relation is enforced or looked at, such a function would be run by
 * somebody else.
 */
Oid
rln_equality_operator(Oid key_type, Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(key_type, TYPECACHE_BTREE_OPFAMILY);
	Oid input[2] = {getBaseType(key_type), getBaseType(type)};
	Oid expected[2] = {entry->btree_opintype, entry->btree_opintype};
	Oid op;

	if (!OidIsValid(entry->btree_opf))
		return InvalidOid;
	op = get_opfamily_member(entry->btree_opf, entry->btree_opintype, input[1],
							 BTEqualStrategyNumber);
	if (OidIsValid(op))
		return op;
	if (!can_coerce_type(2, input, expected, COERCION_IMPLICIT) ||
		!rln_cast_is_trusted(input[1], entry->btree_opintype))
		return InvalidOid;
	return get_opfamily_member(entry->btree_opf, entry->btree_opintype, entry->btree_opintype,
							   BTEqualStrategyNumber);
}

/* Is the cast, if a function does it, the work of PostgreSQL or of a superuser? */
bool
rln_cast_is_trusted(Oid from, Oid to)
{
	Oid function = cast_function(from, to);
	HeapTuple tuple;
	bool trusted;

	if (!OidIsValid(function))
		return true;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function); /* should not happen */
	trusted = superuser_arg(((Form_pg_proc) GETSTRUCT(tuple))->proowner);
	ReleaseSysCache(tuple);
	return trusted;
}

/* Is the cast PostgreSQL's own, or that by the types' texts? */
bool
rln_cast_is_builtin(Oid from, Oid to)
{
	Oid function = cast_function(from, to);

	return !OidIsValid(function) || get_func_namespace(function) == PG_CATALOG_NAMESPACE;
}

/* The function that casts, or InvalidOid where none does. */
static Oid
cast_function(Oid from, Oid to)
{
	Oid function;

	if (from == to || IsPolymorphicType(to) ||
		find_coercion_pathway(to, from, COERCION_EXPLICIT, &function) != COERCION_PATH_FUNC)
		return InvalidOid;
	return function;
}

/*
 * Is there a key, as a foreign key needs it: unique, at once, valid, over just
 * these columns of all rows?  SELECT ... FOR KEY SHARE protects no others.
 */
bool
rln_key_exists(Oid relid, const List *columns)
{
	return any_index(relid, columns, is_key_over, NULL);
}

/*
 * Can a column of ours be of the type?  Of any that is no domain; of a domain
 * that takes nulls, and whose CHECKs, which run as whoever writes the column,
 * are the caller's own or a superuser's.
 */
static bool
is_usable_domain(Oid type)
{
	bool usable = true;

	while (usable && get_typtype(type) == TYPTYPE_DOMAIN)
	{
		HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
		Form_pg_type form;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for type %u", type); /* should not happen */
		form = (Form_pg_type) GETSTRUCT(tuple);
		usable = !form->typnotnull &&
			(form->typowner == GetUserId() || superuser_arg(form->typowner));
		type = form->typbasetype;
		ReleaseSysCache(tuple);
	}
	return usable;
}

static bool
any_index(Oid relid, const List *columns, IndexTest test, const char *except)
{
	Relation rel;
	bool found = false;
	ListCell *lc;

	if (columns == NIL)
		return false;
	rel = table_open(relid, AccessShareLock);
	foreach(lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		found = is_plain(index) && test(index, columns) &&
			(except == NULL || strcmp(RelationGetRelationName(index), except) != 0);
		index_close(index, AccessShareLock);
		if (found)
			break;
	}
	table_close(rel, AccessShareLock);
	return found;
}

/* Every key column among the given ones: then more columns are unique as well. */
static bool
is_unique_over(Relation index, const List *columns)
{
	ListCell *lc;

	if (!index->rd_index->indisunique)
		return false;
	foreach(lc, index_columns(index))
	{
		if (!rln_names_contain(columns, lfirst(lc)))
			return false;
	}
	return true;
}

static bool
is_key_over(Relation index, const List *columns)
{
	return index->rd_index->indisunique && index->rd_index->indimmediate &&
		rln_names_same_set(index_columns(index), columns);
}

/* The given columns, in any order, before all others; hash has no others. */
static bool
starts_with(Relation index, const List *columns)
{
	List *leading = list_copy_head(index_columns(index), list_length(columns));

	return (index->rd_rel->relam == BTREE_AM_OID || index->rd_rel->relam == HASH_AM_OID) &&
		rln_names_same_set(leading, columns);
}

/* Valid, over all rows, and over columns only. */
static bool
is_plain(Relation index)
{
	return index->rd_index->indisvalid && index->rd_index->indisready &&
		heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) &&
		heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL);
}

/* The names of the index's key columns, in order. */
static List *
index_columns(Relation index)
{
	List *names = NIL;

	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		names = lappend(
			names,
			get_attname(index->rd_index->indrelid, index->rd_index->indkey.values[i], false));
	return names;
}
