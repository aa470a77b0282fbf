/*
 * symmetric.c
 *	  Symmetric relations: a junction of a table with itself whose pairs have
 *	  no direction.
 *
 * If A is related to B then B is related to A; each pair is stored once.  For
 * that the two keys of a row have an order, which a CHECK keeps, so that the
 * unique constraint on the pair knows of (B, A) when it sees (A, B); a trigger
 * puts them in that order, so that no writer needs to know of it.  It is the
 * order of the type's default btree family, with text by its bytes: a dump must
 * load where the locale's order is another.
 *
 * The relation is the half with the alias.  Its junction_columns are kept
 * parallel to its columns, so that it alone says which columns change places.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void ensure_free(const RlnEdge *edge);
static void ensure_shape(const RlnEdge *edge);
static void align(RlnEdge *edge);
static List *other_key(const RlnEdge *edge);
static void ensure_exchangeable(const RlnDraft *draft);
static void ensure_alike(const RlnEdge *edge, const RlnColumn *column, const RlnColumn *other);
static void ensure_stays(const RlnEdge *edge);
static bool decides_partition(Oid relid, const List *columns);
static void append_order(StringInfo buf, const RlnDraft *draft, const char *row, int at);
static void append_comparison(StringInfo buf, const RlnDraft *draft, const char *row, int at,
							  bool equal);
static const char *partner(const RlnEdge *edge, const char *column);
RLN_NORETURN static void refuse(const RlnEdge *edge, char *detail, char *hint);


/* is_symmetric: what it takes, and the name of the CHECK */
void
rln_complete_symmetric(RlnDraft *draft)
{
	RlnEdge *edge = draft->edge;
	const char *old_name = draft->old == NULL ? NULL : draft->old->check_generated;

	ensure_free(edge);
	edge->is_symmetric = draft->is_symmetric == RLN_YES;
	if (!edge->is_symmetric)
		return;
	ensure_shape(edge);
	align(edge);
	ensure_exchangeable(draft);
	if (!edge->is_enforced)
		return;
	ensure_stays(edge);
	if (rln_check_exists(edge->many, old_name))
		edge->check_generated = pstrdup(old_name);
	else
		edge->check_generated = ChooseConstraintName(
			get_rel_name(edge->many),
			rln_names_concat(list_concat_copy(edge->columns, edge->junction_columns)), "check",
			get_rel_namespace(edge->many), NIL);
}

/*----------
 * The pairs are in order:
 *	<row>.<column> OPERATOR(<) <row>.<other>
 * of compound keys:
 *	(<row>.<column> OPERATOR(<) <row>.<other> OR
 *		<row>.<column> OPERATOR(=) <row>.<other> AND (...))
 * Not by a comparison of rows, whose operators would all have to be of one
 * schema.  row is "t." or empty.
 *----------
 */
void
rln_append_pair_order(StringInfo buf, const RlnDraft *draft, const char *row)
{
	append_order(buf, draft, row, 0);
}

/* The collation by which values of the column are put in order. */
Oid
rln_pair_collation(Oid collation)
{
	/* to others, values that differ in their bytes may be one key */
	if (OidIsValid(collation) && get_collation_isdeterministic(collation))
		return C_COLLATION_OID;
	return collation;
}

/*----------
 * The junction's rows from either end; columns are those wanted, as char *:
 *	(SELECT s.id, s.a, s.b FROM <many> s
 *		UNION ALL SELECT s.id, s.b, s.a FROM <many> s)
 * Without conditions inside, PostgreSQL makes of both parts scans of the table
 * in the query around it, to which conditions and orders find their indexes.
 *----------
 */
void
rln_append_both_ends(StringInfo buf, const RlnEdge *edge, const List *columns)
{
	char *table = rln_table_sql(edge->many);

	appendStringInfo(buf, "(SELECT %s FROM %s s UNION ALL SELECT %s FROM %s s)", rln_columns_of(columns, "s"), table,
					 rln_columns_of(rln_pair_partners(edge, columns), "s"), table);
}

/* The columns whose values stand in these when a row is seen from the other end. */
List *
rln_pair_partners(const RlnEdge *edge, const List *columns)
{
	List *partners = NIL;
	ListCell *lc;

	foreach(lc, columns)
		partners = lappend(partners, unconstify(char *, partner(edge, lfirst(lc))));
	return partners;
}

/* Can each column hold the other's values, in the same order? */
bool
rln_pair_is_alike(const RlnColumn *column, const RlnColumn *other)
{
	return column->type == other->type && column->typmod == other->typmod &&
		column->collation == other->collation;
}

/*
 * 22023 where the columns are the other half of a symmetric relation, which has
 * the only alias, and the edge would not fit it any more.
 */
static void
ensure_free(const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(edge->many))
	{
		const RlnEdge *other = lfirst(lc);

		if (!other->is_symmetric || other->many != edge->many || other->id == edge->id ||
			!rln_names_same_set(other->junction_columns, edge->columns))
			continue;
		if (edge->alias == NULL && !RLN_IS_ANY(edge) &&
			rln_edge_target(edge)->relid == rln_edge_target(other)->relid)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 edge->alias != NULL
					 ? errmsg("relation \"%s.%s\" cannot have an alias", rln_table_label(edge->many),
							  rln_csv_print(edge->columns))
					 : errmsg("relation \"%s.%s\" cannot lead elsewhere", rln_table_label(edge->many),
							  rln_csv_print(edge->columns)),
				 errdetail("It is the other half of relation %d, which is symmetric: \"%s\" leads to the junction from either end.",
						   other->id, other->alias),
				 errhint("SELECT relations.update_relation(%d, '{\"is_symmetric\": false}') first.", other->id)));
	}
}

static void
ensure_shape(const RlnEdge *edge)
{
	if (RLN_IS_ANY(edge))
		refuse(edge, "It is many-to-any.", "Only a junction of a table with itself can be symmetric.");
	if (edge->junction_columns == NIL)
		refuse(edge, "It has no junction_field.",
			   "Give the junction's other column as junction_field.");
	if (edge->alias == NULL)
		refuse(edge, "It has no alias.", "Give one_field: the alias that leads to the junction from either end.");
	if (edge->is_unique)
		refuse(edge, "It is one-to-one, so that each row could be at this end of one pair only.",
			   "Leave is_unique out, or give it as false.");
}

/* Brings junction_columns into the order of the key that columns refer to. */
static void
align(RlnEdge *edge)
{
	const RlnTarget *target = rln_edge_target(edge);
	List *key = other_key(edge);
	List *aligned = NIL;
	ListCell *lc;
	ListCell *lk;

	if (!rln_names_same_set(key, target->columns))
		refuse(edge, psprintf("Its halves refer to different keys of \"%s\".", rln_table_label(target->relid)),
			   "Let both of them refer to the primary key.");
	foreach(lc, target->columns)
	{
		foreach(lk, key)
		{
			if (strcmp(lfirst(lc), lfirst(lk)) == 0)
				aligned = lappend(aligned,
								  list_nth(edge->junction_columns, foreach_current_index(lk)));
		}
	}
	edge->junction_columns = aligned;
}

/* What each of junction_columns refers to, by the other half or a foreign key. */
static List *
other_key(const RlnEdge *edge)
{
	Oid relid = rln_edge_target(edge)->relid;
	List *columns = NIL;
	List *referred = NIL;
	List *key = NIL;
	ListCell *lc;

	foreach(lc, rln_edges_lookup(edge->many))
	{
		const RlnEdge *other = lfirst(lc);

		if (other->many != edge->many || RLN_IS_ANY(other) ||
			!rln_names_same_set(other->columns, edge->junction_columns))
			continue;
		if (rln_edge_target(other)->relid != relid)
			refuse(edge, "Its halves lead to different collections.",
				   "Only a junction of a table with itself can be symmetric.");
		if (other->alias != NULL)
			refuse(edge, psprintf("The other half has an alias, \"%s\".", other->alias),
				   psprintf("SELECT relations.update_relation(%d, '{\"one_field\": null}') first.", other->id));
		columns = other->columns;
		referred = rln_edge_target(other)->columns;
	}
	if (columns == NIL)
	{
		const RlnForeignKey *found =
			rln_foreign_key_find(edge->many, edge->junction_columns, relid);

		if (found == NULL)
			refuse(edge, psprintf("(%s) does not refer to \"%s\".", rln_csv_print(edge->junction_columns), rln_table_label(relid)),
				   "Create the junction's other half first.");
		columns = found->columns;
		referred = found->one_columns;
	}
	foreach(lc, edge->junction_columns)
	{
		for (int i = 0; i < list_length(columns); i++)
		{
			if (strcmp(list_nth(columns, i), lfirst(lc)) == 0)
				key = lappend(key, list_nth(referred, i));
		}
	}
	return key;
}

/* Can the values of each pair of columns change places? */
static void
ensure_exchangeable(const RlnDraft *draft)
{
	const RlnEdge *edge = draft->edge;
	ListCell *lc;
	ListCell *lo;

	forboth(lc, draft->many_columns, lo, edge->junction_columns)
	{
		const RlnColumn *column = lfirst(lc);

		/* a tenant, say, that both keys have in common */
		if (strcmp(column->name, lfirst(lo)) == 0)
			continue;
		if (rln_names_contain(edge->columns, lfirst(lo)) ||
			rln_names_contain(edge->junction_columns, column->name))
			refuse(edge, psprintf("Its halves have column \"%s\" in common, for different columns of the key.", rln_names_contain(edge->columns, lfirst(lo)) ? (char *) lfirst(lo) : column->name),
				   "Give each half columns of its own.");
		ensure_alike(edge, column, rln_column_lookup(edge->many, lfirst(lo)));
	}
}

static void
ensure_alike(const RlnEdge *edge, const RlnColumn *column, const RlnColumn *other)
{
	TypeCacheEntry *entry = lookup_type_cache(
		column->type, TYPECACHE_LT_OPR | TYPECACHE_EQ_OPR | TYPECACHE_CMP_PROC);

	if (!rln_pair_is_alike(column, other))
		refuse(edge, psprintf("\"%s\" is of type %s, \"%s\" of type %s%s.", column->name, format_type_with_typemod(column->type, column->typmod), other->name, format_type_with_typemod(other->type, other->typmod), column->collation != other->collation ? ", with another collation" : ""),
			   "Give both the same type: ALTER TABLE ... ALTER COLUMN ... TYPE.");
	if (!OidIsValid(entry->lt_opr) || !OidIsValid(entry->eq_opr) || !OidIsValid(entry->cmp_proc))
		refuse(edge, psprintf("Values of type %s have no order.", format_type_be(column->type)),
			   "Only pairs of keys that have an order can be told from their reverse.");
}

/* A trigger before the row can write neither generated columns nor move the row. */
static void
ensure_stays(const RlnEdge *edge)
{
	List *columns = list_concat_copy(edge->columns, edge->junction_columns);
	ListCell *lc;

	foreach(lc, columns)
	{
		AttrNumber attnum = get_attnum(edge->many, lfirst(lc));

		if (attnum != InvalidAttrNumber && get_attgenerated(edge->many, attnum) != '\0')
			refuse(edge, psprintf("Column \"%s\" is generated, so that nothing can put the pair in order.", (char *) lfirst(lc)),
				   "Let the columns of the junction be plain ones.");
	}
	foreach(lc, find_all_inheritors(edge->many, AccessShareLock, NULL))
	{
		if (decides_partition(lfirst_oid(lc), columns))
			refuse(edge, psprintf("\"%s\" is partitioned by a column of the pair, so that a pair put in order would be in another partition.", rln_table_label(lfirst_oid(lc))),
				   "Partition the junction by another column.");
	}
}

static bool
decides_partition(Oid relid, const List *columns)
{
	Relation rel;
	Bitmapset *attributes = NULL;
	bool decides;
	ListCell *lc;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return false;
	foreach(lc, columns)
		attributes =
			bms_add_member(attributes,
						   get_attnum(relid, lfirst(lc)) - FirstLowInvalidHeapAttributeNumber);
	rel = table_open(relid, AccessShareLock);
	decides = has_partition_attrs(rel, attributes, NULL);
	table_close(rel, AccessShareLock);
	return decides;
}

/* The order by the key's column of that number and those behind it. */
static void
append_order(StringInfo buf, const RlnDraft *draft, const char *row, int at)
{
	const RlnEdge *edge = draft->edge;
	int next;

	while (strcmp(list_nth(edge->columns, at), list_nth(edge->junction_columns, at)) == 0)
		at++;
	for (next = at + 1; next < list_length(edge->columns); next++)
	{
		if (strcmp(list_nth(edge->columns, next), list_nth(edge->junction_columns, next)) != 0)
			break;
	}
	if (next >= list_length(edge->columns))
	{
		append_comparison(buf, draft, row, at, false);
		return;
	}
	appendStringInfoChar(buf, '(');
	append_comparison(buf, draft, row, at, false);
	appendStringInfoString(buf, " OR ");
	append_comparison(buf, draft, row, at, true);
	appendStringInfoString(buf, " AND ");
	append_order(buf, draft, row, next);
	appendStringInfoChar(buf, ')');
}

static void
append_comparison(StringInfo buf, const RlnDraft *draft, const char *row, int at, bool equal)
{
	const RlnColumn *column = list_nth(draft->many_columns, at);
	TypeCacheEntry *entry = lookup_type_cache(column->type, TYPECACHE_LT_OPR | TYPECACHE_EQ_OPR);
	Oid op = equal ? entry->eq_opr : entry->lt_opr;
	const char *names[2] = {column->name, list_nth(draft->edge->junction_columns, at)};
	Oid wanted[2];

	op_input_types(op, &wanted[0], &wanted[1]);
	for (int i = 0; i < lengthof(names); i++)
	{
		if (i > 0)
		{
			appendStringInfoChar(buf, ' ');
			rln_append_operator(buf, op);
			appendStringInfoChar(buf, ' ');
		}
		rln_append_operand(buf, psprintf("%s%s", row, quote_identifier(names[i])), column->type,
						   wanted[i], op);
		if (rln_pair_collation(column->collation) != column->collation)
			rln_append_collation(buf, rln_pair_collation(column->collation));
	}
}

static const char *
partner(const RlnEdge *edge, const char *column)
{
	ListCell *lc;
	ListCell *lo;

	forboth(lc, edge->columns, lo, edge->junction_columns)
	{
		if (strcmp(lfirst(lc), column) == 0)
			return lfirst(lo);
		if (strcmp(lfirst(lo), column) == 0)
			return lfirst(lc);
	}
	return column;
}

static void
refuse(const RlnEdge *edge, char *detail, char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("relation \"%s.%s\" cannot be symmetric", rln_table_label(edge->many),
					rln_csv_print(edge->columns)),
			 errdetail("%s", detail), errhint("%s", hint)));
}
