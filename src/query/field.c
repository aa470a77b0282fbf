/*
 * field.c
 *	  The fields of a collection, and who may read them.
 *
 * A field is a column; a column, or several, that refer to another table; or an
 * alias.  Columns go first where a name is looked up, but the registry sees to
 * it that an alias never has the name of a column.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "query/node.h"

static RlnFieldInfo *make_field(const char *name, RlnColumn *column, const RlnEdge *edge,
								bool forward);
static const RlnEdge *find_forward(Oid relid, const char *column);
static bool is_compound_field(const RlnEdge *edge, Oid relid, const char *name);
static char *compound_name(const RlnEdge *edge);
static bool scope_means(const RlnTarget *target, const char *scope);


/* The field of that name, palloc'd, or NULL. */
RlnFieldInfo *
rln_field_get(Oid relid, const char *name)
{
	ListCell *lc;

	if (strlen(name) < NAMEDATALEN)
	{
		AttrNumber attnum = get_attnum(relid, name);

		if (attnum > 0)
			return make_field(name, rln_column_get(relid, name), find_forward(relid, name), true);
	}
	foreach(lc, rln_edges_lookup(relid))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->alias != NULL && strcmp(edge->alias, name) == 0 &&
			rln_edge_leads_to(edge, relid))
			return make_field(name, NULL, edge, false);
		if (is_compound_field(edge, relid, name))
			return make_field(name, NULL, edge, true);
	}
	return NULL;
}

/* The same, or 42703. */
RlnFieldInfo *
rln_field_lookup(Oid relid, const char *name)
{
	RlnFieldInfo *field = rln_field_get(relid, name);

	if (field == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("collection \"%s\" has no field \"%s\"", rln_table_label(relid), name)));
	return field;
}

/* All of them: columns in their order, then aliases and compound keys by edge. */
List *
rln_fields_load(Oid relid)
{
	Relation rel = relation_open(relid, AccessShareLock);
	TupleDesc desc = RelationGetDescr(rel);
	List *fields = NIL;
	ListCell *lc;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		char *name = pstrdup(NameStr(attribute->attname));
		const RlnEdge *edge;

		if (attribute->attisdropped)
			continue;
		edge = find_forward(relid, name);
		fields = lappend(fields, make_field(name, rln_column_get(relid, name), edge, true));
	}
	relation_close(rel, NoLock);
	foreach(lc, rln_edges_lookup(relid))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->many == relid && list_length(edge->columns) > 1)
			fields = lappend(fields, make_field(compound_name(edge), NULL, edge, true));
		if (edge->alias != NULL && rln_edge_leads_to(edge, relid))
			fields = lappend(fields, make_field(edge->alias, NULL, edge, false));
	}
	return fields;
}

static RlnFieldInfo *
make_field(const char *name, RlnColumn *column, const RlnEdge *edge, bool forward)
{
	RlnFieldInfo *field = palloc(sizeof(RlnFieldInfo));

	field->name = name;
	field->column = column;
	field->edge = edge;
	field->forward = forward;
	return field;
}

/* The edge that the column alone refers by, or NULL. */
static const RlnEdge *
find_forward(Oid relid, const char *column)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(relid))
	{
		const RlnEdge *edge = lfirst(lc);

		if (edge->many == relid && list_length(edge->columns) == 1 &&
			strcmp(linitial(edge->columns), column) == 0)
			return edge;
	}
	return NULL;
}

static bool
is_compound_field(const RlnEdge *edge, Oid relid, const char *name)
{
	return edge->many == relid && list_length(edge->columns) > 1 &&
		strcmp(compound_name(edge), name) == 0;
}

/* As its row function is called; an item's after its columns. */
static char *
compound_name(const RlnEdge *edge)
{
	if (RLN_IS_ANY(edge))
		return rln_names_concat(edge->columns);
	return rln_edge_target(edge)->field;
}

/* 42P01 or 42809 unless rows can be read from it. */
void
rln_ensure_relation_kind(Oid relid)
{
	char relkind = get_rel_relkind(relid);

	if (relkind == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("collection with OID %u does not exist", relid)));
	if (!rln_is_collection_kind(relkind))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a table or view", rln_table_label(relid))));
}

bool
rln_column_is_readable(Oid relid, const char *name)
{
	AttrNumber attnum;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK)
		return true;
	attnum = get_attnum(relid, name);
	return attnum != InvalidAttrNumber &&
		pg_attribute_aclcheck(relid, attnum, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/* 42501, naming the column; PostgreSQL itself would name the table only. */
void
rln_ensure_column_readable(Oid relid, const char *name)
{
	if (rln_column_is_readable(relid, name))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied for column \"%s\" of \"%s\"", name, rln_table_label(relid))));
}

/* Can the caller read a plain mention of the field? */
bool
rln_field_is_readable(Oid relid, const RlnFieldInfo *field)
{
	RlnLink *link;
	List *key;
	ListCell *lc;

	if (field->column != NULL)
		return rln_column_is_readable(relid, field->name);
	if (field->forward)
	{
		foreach(lc, field->edge->columns)
		{
			if (!rln_column_is_readable(relid, lfirst(lc)))
				return false;
		}
		return true;
	}

	/* an alias is read as the keys of the other side */
	if (!rln_may_read(field->edge->many))
		return false;
	key = rln_key_columns(field->edge->many);
	link = rln_link_of_field(relid, field);
	foreach(lc, key)
	{
		if (!rln_column_is_readable(link->to, lfirst(lc)))
			return false;
	}
	foreach(lc, link->parts)
	{
		RlnKeyPart *part = lfirst(lc);

		if (!rln_column_is_readable(link->from, part->from->name) ||
			!rln_column_is_readable(link->to, part->to->name))
			return false;
	}
	foreach(lc, link->is_symmetric ? field->edge->junction_columns : NIL)
	{
		if (!rln_column_is_readable(link->to, lfirst(lc)))
			return false;
	}
	return key != NIL &&
		(link->discriminator == NULL ||
		 rln_column_is_readable(link->to, link->discriminator->name));
}

/*
 * The collections, as OIDs, that the scope means among an edge's targets: all
 * where it is NULL.  A scope is a discriminator, or a table's name, qualified
 * or not.  42703 where it means none, 42P09 where a name means two.
 */
List *
rln_scope_targets(const RlnEdge *edge, const char *scope)
{
	List *relids = NIL;
	StringInfoData allowed;
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (scope == NULL || strcmp(target->discriminator, scope) == 0)
			relids = list_append_unique_oid(relids, target->relid);
	}
	if (relids != NIL)
		return relids;

	initStringInfo(&allowed);
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (scope_means(target, scope))
			relids = list_append_unique_oid(relids, target->relid);
		appendStringInfo(&allowed, "%s\"%s\"", allowed.len > 0 ? ", " : "", target->discriminator);
	}
	if (list_length(relids) != 1)
		ereport(ERROR,
				(errcode(relids == NIL ? ERRCODE_UNDEFINED_COLUMN : ERRCODE_AMBIGUOUS_ALIAS),
				 relids == NIL
					 ? errmsg("collection \"%s\" is not allowed in field \"%s\" of \"%s\"", scope,
							  rln_csv_print(edge->columns), rln_table_label(edge->many))
					 : errmsg("several collections are called \"%s\"", scope),
				 errhint("The collections are %s.", allowed.data)));
	return relids;
}

static bool
scope_means(const RlnTarget *target, const char *scope)
{
	char *name = get_rel_name(target->relid);
	char *schema = name == NULL ? NULL : get_namespace_name(get_rel_namespace(target->relid));

	return schema != NULL &&
		(strcmp(name, scope) == 0 || strcmp(psprintf("%s.%s", schema, name), scope) == 0);
}
