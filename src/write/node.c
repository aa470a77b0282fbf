/*
 * node.c
 *	  Nodes of a payload: their columns, fields and rows.
 *
 * What the payload mentions is looked up once a node, whatever the number of
 * its rows.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/sqltext.h"
#include "write/write.h"

static RlnWriteNode *make_node(RlnWriteNode *parent, const char *name, Oid relid,
							   RlnWriteRole role);
static void ensure_writable(Oid relid);
static void set_key(RlnWriteNode *node, const List *names);
static bool has_domain_default(Oid type);


/* The collection whose items are written. */
RlnWriteNode *
rln_node_root(Oid relid)
{
	RlnWriteNode *node;
	ListCell *lc;

	rln_ensure_relation_kind(relid);
	node = make_node(NULL, "", relid, RLN_WRITE_ROOT);
	foreach(lc, node->key)
	{
		if (!rln_column_is_readable(relid, ((RlnWriteColumn *) lfirst(lc))->name))
			return node;
	}
	foreach(lc, node->key)
		(void) rln_node_keep(node, ((RlnWriteColumn *) lfirst(lc))->name);
	node->returns_keys = node->key != NIL;
	return node;
}

/* 54001 past relations.max_depth. */
static RlnWriteNode *
make_node(RlnWriteNode *parent, const char *name, Oid relid, RlnWriteRole role)
{
	RlnWriteNode *node = palloc0(sizeof(RlnWriteNode));

	ensure_writable(relid);
	node->parent = parent;
	node->path =
		parent == NULL || parent->path[0] == '\0' ? name : psprintf("%s.%s", parent->path, name);
	node->relid = relid;
	node->relkind = get_rel_relkind(relid);
	node->role = role;
	node->depth = parent == NULL ? 0 : parent->depth + 1;
	if (node->depth > rln_max_depth)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("the data go through more than %d relations in a row", rln_max_depth),
				 errhint("The setting relations.max_depth is the limit.")));
	set_key(node, rln_key_columns(relid));
	return node;
}

/* The table is there to stay until the transaction's end. */
static void
ensure_writable(Oid relid)
{
	if (!rln_table_lock(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("collection with OID %u does not exist", relid)));
	rln_ensure_relation_kind(relid);
	if (get_rel_relkind(relid) == RELKIND_MATVIEW)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is a materialized view: it is not written", rln_table_label(relid))));
}

static void
set_key(RlnWriteNode *node, const List *names)
{
	ListCell *lc;

	node->key = NIL;
	foreach(lc, names)
		node->key = lappend(node->key, rln_node_column(node, lfirst(lc)));
}

/* 42703 where the collection has no such column. */
RlnWriteColumn *
rln_node_column(RlnWriteNode *node, const char *name)
{
	RlnWriteColumn *column;
	Form_pg_attribute attribute;
	HeapTuple tuple;
	ListCell *lc;

	foreach(lc, node->columns)
	{
		column = lfirst(lc);
		if (strcmp(column->name, name) == 0)
			return column;
	}
	tuple = SearchSysCacheAttName(node->relid, name);
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist", name,
						rln_table_label(node->relid))));
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	column = palloc0(sizeof(RlnWriteColumn));
	column->name = pstrdup(name);
	column->attnum = attribute->attnum;
	column->type = attribute->atttypid;
	column->typmod = attribute->atttypmod;
	column->collation = attribute->attcollation;
	column->length = attribute->attlen;
	column->by_value = attribute->attbyval;
	column->identity = attribute->attidentity;
	column->is_generated = attribute->attgenerated != '\0';
	column->has_default = attribute->atthasdef || attribute->attidentity != '\0' ||
		has_domain_default(attribute->atttypid);
	ReleaseSysCache(tuple);
	column->number = list_length(node->columns);
	column->input = rln_json_input(column->type, column->typmod);
	node->columns = lappend(node->columns, column);
	return column;
}

static bool
has_domain_default(Oid type)
{
	return get_typdefault(type) != NULL;
}

/* 42703 where the collection has no such field. */
RlnWriteField *
rln_node_field(RlnWriteNode *node, const char *name)
{
	RlnWriteField *field;
	RlnFieldInfo *info;
	ListCell *lc;

	foreach(lc, node->fields)
	{
		field = lfirst(lc);
		if (strcmp(field->name, name) == 0)
			return field;
	}
	info = rln_field_lookup(node->relid, name);
	field = palloc0(sizeof(RlnWriteField));
	field->name = pstrdup(name);
	field->edge = info->edge;
	field->forward = info->forward;
	if (info->column != NULL)
		field->column = rln_node_column(node, name);
	node->fields = lappend(node->fields, field);
	return field;
}

/*
 * The node of the rows that the field leads to, from any row of this node: those
 * that are given as objects, or those that are only referred to.
 */
RlnWriteNode *
rln_field_target(RlnWriteNode *node, RlnWriteField *field, const RlnTarget *target,
				 bool is_reference)
{
	RlnWriteNode *child;
	ListCell *lc;
	ListCell *lk;

	foreach(lc, field->targets)
	{
		child = lfirst(lc);
		if (child->relid == target->relid && child->is_reference == is_reference)
			return child;
	}
	child = make_node(node, field->name, target->relid, RLN_WRITE_TARGET);
	child->edge = field->edge;
	child->is_reference = is_reference;
	if (is_reference)
		set_key(child, target->columns);
	forboth(lc, field->edge->columns, lk, target->columns)
	{
		RlnWriteLink *link = palloc(sizeof(RlnWriteLink));

		link->many = rln_node_column(node, lfirst(lc));
		link->one = rln_node_keep(child, lfirst(lk));
		link->type = list_nth(child->kept, link->one);
		child->links = lappend(child->links, link);
	}
	field->targets = lappend(field->targets, child);
	node->targets = lappend(node->targets, child);
	return child;
}

/* The node of the rows on the lists that the alias names. */
RlnWriteNode *
rln_field_members(RlnWriteNode *node, RlnWriteField *field)
{
	const RlnEdge *edge = field->edge;
	const RlnTarget *target = rln_edge_find_target(edge, node->relid);
	RlnWriteNode *child = field->members;
	ListCell *lc;
	ListCell *lk;

	if (child != NULL)
		return child;
	child = field->members = make_node(node, field->name, edge->many, RLN_WRITE_MEMBER);
	child->edge = edge;
	forboth(lc, edge->columns, lk, target->columns)
	{
		RlnWriteLink *link = palloc(sizeof(RlnWriteLink));

		link->many = rln_node_column(child, lfirst(lc));
		link->one = rln_node_keep(node, lfirst(lk));
		link->type = list_nth(node->kept, link->one);
		child->links = lappend(child->links, link);
	}
	foreach(lc, edge->is_symmetric ? edge->junction_columns : NIL)
		child->partners = lappend(child->partners, rln_node_column(child, lfirst(lc)));
	if (RLN_IS_ANY(edge))
	{
		RlnWriteColumn *column = rln_node_column(child, edge->discriminator_column);
		JsonbValue json;
		bool isnull;

		rln_json_set_text(&json, target->discriminator, strlen(target->discriminator));
		child->discriminator = column;
		child->discriminator_value = rln_json_read(column->input, &json, &isnull);
	}
	if (edge->sort_column != NULL && !edge->is_unique)
	{
		RlnWriteColumn *column = rln_node_column(child, edge->sort_column);

		/* places are numbers; what else orders rows is their own */
		if (TypeCategory(getBaseType(column->type)) == TYPCATEGORY_NUMERIC)
			child->sort = column;
	}
	node->members = lappend(node->members, child);
	return child;
}

/* The column that changes places with it in a symmetric pair, or NULL. */
RlnWriteColumn *
rln_pair_partner(const RlnWriteNode *node, const RlnWriteColumn *column)
{
	ListCell *lc;
	ListCell *lp;

	if (node->partners == NIL)
		return NULL;
	forboth(lc, node->links, lp, node->partners)
	{
		RlnWriteColumn *many = ((RlnWriteLink *) lfirst(lc))->many;

		if (many == column)
			return lfirst(lp);
		if (lfirst(lp) == column)
			return many;
	}
	return NULL;
}

/* Is the key made of the columns of a symmetric pair? */
bool
rln_key_is_pair(const RlnWriteNode *node)
{
	ListCell *lc;

	foreach(lc, node->key)
	{
		if (rln_pair_partner(node, lfirst(lc)) == NULL)
			return false;
	}
	return node->key != NIL;
}

/* The column among those whose values are kept of each row; its place. */
int
rln_node_keep(RlnWriteNode *node, const char *name)
{
	RlnWriteColumn *column = rln_node_column(node, name);
	ListCell *lc;

	foreach(lc, node->kept)
	{
		if (lfirst(lc) == column)
			return foreach_current_index(lc);
	}
	node->kept = lappend(node->kept, column);
	return list_length(node->kept) - 1;
}

RlnWriteRow *
rln_node_add(RlnWriteNode *node, RlnWriteRow *parent, RlnPath *path)
{
	RlnWriteRow *row = palloc0(sizeof(RlnWriteRow));

	CHECK_FOR_INTERRUPTS();
	if (node->nrows == node->size)
	{
		node->size = Max(node->size * 2, 8);
		node->rows = node->rows == NULL
			? palloc(sizeof(RlnWriteRow *) * node->size)
			: repalloc_huge(node->rows, sizeof(RlnWriteRow *) * (Size) node->size);
	}
	row->parent = parent;
	row->path = path;
	row->number = node->nrows;
	node->rows[node->nrows++] = row;
	return row;
}

/* The row's value of the column, or NULL where it has none. */
RlnWriteValue *
rln_row_find(const RlnWriteRow *row, const RlnWriteColumn *column)
{
	for (int i = 0; i < row->nvalues; i++)
	{
		if (row->values[i].column == column)
			return &row->values[i];
	}
	return NULL;
}

void
rln_row_drop(RlnWriteRow *row, const RlnWriteColumn *column)
{
	RlnWriteValue *value = rln_row_find(row, column);

	if (value != NULL)
		*value = row->values[--row->nvalues];
}

void
rln_row_set(RlnWriteRow *row, RlnWriteColumn *column, Datum value, bool isnull)
{
	RlnWriteValue *old = rln_row_find(row, column);

	if (old == NULL)
	{
		if (row->nvalues == row->size)
		{
			row->size = Max(row->size * 2, 4);
			row->values = row->values == NULL
				? palloc(sizeof(RlnWriteValue) * row->size)
				: repalloc(row->values, sizeof(RlnWriteValue) * row->size);
		}
		old = &row->values[row->nvalues++];
	}
	old->column = column;
	old->value = value;
	old->isnull = isnull;
}

/* What a statement gives for the kept columns; copied. */
void
rln_row_keep(const RlnWriteNode *node, RlnWriteRow *row, const Datum *values, const bool *nulls)
{
	int n = list_length(node->kept);
	ListCell *lc;

	if (row->kept == NULL)
	{
		row->kept = palloc(sizeof(Datum) * Max(n, 1));
		row->kept_nulls = palloc(sizeof(bool) * Max(n, 1));
	}
	foreach(lc, node->kept)
	{
		int i = foreach_current_index(lc);
		const RlnWriteColumn *column = lfirst(lc);

		row->kept_nulls[i] = nulls[i];
		if (!nulls[i])
			row->kept[i] = datumCopy(values[i], column->by_value, column->length);
	}
}

/* The row that is written for it. */
RlnWriteRow *
rln_row_meant(RlnWriteRow *row)
{
	while (row->action == RLN_ROW_SAME)
		row = row->same;
	return row;
}

/* A value that is not null, by its type's output function; palloc'd. */
char *
rln_column_text(const RlnWriteColumn *column, Datum value)
{
	Oid output;
	bool varlena;

	getTypeOutputInfo(column->type, &output, &varlena);
	return OidOutputFunctionCall(output, value);
}

/* The key's values, for messages and as what tells keys apart; palloc'd. */
char *
rln_key_text(const RlnWriteNode *node, const Datum *key)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach(lc, node->key)
	{
		int i = foreach_current_index(lc);

		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "", rln_column_text(lfirst(lc), key[i]));
	}
	return buf.data;
}
