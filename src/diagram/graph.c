/*
 * graph.c
 *	  Which tables, columns and lines a diagram shows.
 *
 * Tables are found by a hash and columns are sets of attribute numbers, so that
 * the work grows with the number of relations and no faster.  Only catalogs are
 * read, and no table is locked: a diagram waits for nobody's ALTER TABLE.  So a
 * table may go while it is drawn; what cannot be found of it any more is left
 * out.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/sqltext.h"
#include "diagram/diagram.h"

static bool touches(const RlnEdge *edge, HTAB *entities);
static RlnDiagram *make_diagram(const List *edges, HTAB *entities);
static HTAB *make_entity_hash(void);
static RlnEntity *add_entity(HTAB *entities, Oid relid);
static List *add_edge(List *lines, HTAB *entities, const RlnEdge *edge);
static bool show_referring(RlnEntity *entity, const RlnEdge *edge);
static bool show_column(RlnEntity *entity, const char *name, Bitmapset **set);
static List *number_entities(HTAB *entities);
static void load_keys(const List *entities);
static void read_index(RlnEntity *entity, HeapTuple tuple);
static List *make_attributes(const RlnEntity *entity);
static const char *marks_of(const RlnEntity *entity, AttrNumber attnum);
static char *type_label(Oid type);
static char *type_name(Oid type);
static int compare_labels(const ListCell *a, const ListCell *b);


/* Everything that the caller may see; of tables those that have relations. */
RlnDiagram *
rln_diagram_of_all(void)
{
	return make_diagram(rln_edges_load(), make_entity_hash());
}

/* The given tables, and the relations that touch them, with all their targets. */
RlnDiagram *
rln_diagram_of(const List *relids)
{
	HTAB *entities = make_entity_hash();
	List *edges = NIL;
	ListCell *lc;

	foreach(lc, relids)
		add_entity(entities, lfirst_oid(lc));
	foreach(lc, rln_edges_load())
	{
		CHECK_FOR_INTERRUPTS();
		if (touches(lfirst(lc), entities))
			edges = lappend(edges, lfirst(lc));
	}
	return make_diagram(edges, entities);
}

/*
 * "M2O field / alias", "M2A field (discriminator) / alias", "M2M field / alias,
 * symmetric": what the line is, and its names at either end.  All that is not a name must be harmless in
 * every format.
 */
void
rln_append_line_label(StringInfo buf, const RlnLine *line, RlnAppendText append_text)
{
	const RlnEdge *edge = line->edge;

	if (RLN_IS_ANY(edge))
		appendStringInfoString(buf, "M2A ");
	else if (edge->junction_columns != NIL)
		appendStringInfoString(buf, "M2M ");
	else
		appendStringInfoString(buf, edge->is_unique ? "O2O " : "M2O ");

	append_text(buf, line->target->field);
	if (RLN_IS_ANY(edge))
	{
		appendStringInfoString(buf, " (");
		append_text(buf, line->target->discriminator);
		appendStringInfoChar(buf, ')');
	}
	if (edge->alias != NULL)
	{
		appendStringInfoString(buf, " / ");
		append_text(buf, edge->alias);
	}
	if (edge->is_symmetric)
		appendStringInfoString(buf, ", symmetric");
}

/* Is one of the tables at an end of the edge? */
static bool
touches(const RlnEdge *edge, HTAB *entities)
{
	ListCell *lc;

	if (hash_search(entities, &edge->many, HASH_FIND, NULL) != NULL)
		return true;
	foreach(lc, edge->targets)
	{
		RlnTarget *target = lfirst(lc);

		if (hash_search(entities, &target->relid, HASH_FIND, NULL) != NULL)
			return true;
	}
	return false;
}

/* The edges that the caller may see, and the tables that are there already. */
static RlnDiagram *
make_diagram(const List *edges, HTAB *entities)
{
	RlnDiagram *diagram = palloc0(sizeof(RlnDiagram));
	ListCell *lc;

	foreach(lc, edges)
	{
		const RlnEdge *edge = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		/* without targets: a restore has yet to bring them */
		if (edge->targets != NIL && rln_may_see(edge))
			diagram->lines = add_edge(diagram->lines, entities, edge);
	}

	diagram->entities = number_entities(entities);
	load_keys(diagram->entities);
	foreach(lc, diagram->entities)
	{
		RlnEntity *entity = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		entity->attributes = make_attributes(entity);
	}
	return diagram;
}

static HTAB *
make_entity_hash(void)
{
	HASHCTL control;

	control.keysize = sizeof(Oid);
	control.entrysize = sizeof(RlnEntity);
	control.hcxt = CurrentMemoryContext;
	return hash_create("relations diagram entities", 256, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The table's entity, which is made where there is none yet. */
static RlnEntity *
add_entity(HTAB *entities, Oid relid)
{
	bool found;
	RlnEntity *entity = hash_search(entities, &relid, HASH_ENTER, &found);

	if (!found)
	{
		memset(entity, 0, sizeof(RlnEntity));
		entity->relid = relid;
		entity->label = rln_table_label(relid);
	}
	return entity;
}

/* Returns the lines with those of the edge, one for each target. */
static List *
add_edge(List *lines, HTAB *entities, const RlnEdge *edge)
{
	RlnEntity *many = add_entity(entities, edge->many);
	bool not_null = show_referring(many, edge);
	ListCell *lc;

	foreach(lc, edge->targets)
	{
		const RlnTarget *target = lfirst(lc);
		RlnLine *line;
		ListCell *lc2;

		if (RLN_IS_ANY(edge) && !rln_may_read(target->relid))
			continue;
		line = palloc0(sizeof(RlnLine));
		line->edge = edge;
		line->target = target;
		line->many = many;
		line->one = add_entity(entities, target->relid);
		/* of several targets a row refers to one, so to each at most once */
		line->is_required = not_null && list_length(edge->targets) == 1;
		foreach(lc2, target->columns)
			show_column(line->one, lfirst(lc2), NULL);
		lines = lappend(lines, line);
	}
	return lines;
}

/* The edge's own columns; are those that refer all NOT NULL? */
static bool
show_referring(RlnEntity *entity, const RlnEdge *edge)
{
	bool not_null = true;
	ListCell *lc;

	foreach(lc, edge->columns)
	{
		if (!show_column(entity, lfirst(lc), &entity->referring))
			not_null = false;
	}
	if (RLN_IS_ANY(edge))
		show_column(entity, edge->discriminator_column, NULL);
	if (edge->sort_column != NULL)
		show_column(entity, edge->sort_column, NULL);
	return not_null;
}

/*
 * Shows a column, and adds it to the set, if one is given.  Returns whether it
 * is NOT NULL; a column that is not there is neither shown nor that.
 */
static bool
show_column(RlnEntity *entity, const char *name, Bitmapset **set)
{
	HeapTuple tuple = SearchSysCacheAttName(entity->relid, name);
	Form_pg_attribute attribute;
	bool not_null;

	if (!HeapTupleIsValid(tuple))
		return false;
	attribute = (Form_pg_attribute) GETSTRUCT(tuple);
	not_null = attribute->attnotnull;
	if (attribute->attnum > 0)
	{
		entity->shown = bms_add_member(entity->shown, attribute->attnum);
		if (set != NULL)
			*set = bms_add_member(*set, attribute->attnum);
	}
	ReleaseSysCache(tuple);
	return not_null;
}

/* The entities in the order of their labels, numbered. */
static List *
number_entities(HTAB *entities)
{
	List *ordered = NIL;
	HASH_SEQ_STATUS status;
	RlnEntity *entity;
	ListCell *lc;

	hash_seq_init(&status, entities);
	while ((entity = hash_seq_search(&status)) != NULL)
		ordered = lappend(ordered, entity);
	list_sort(ordered, compare_labels);
	foreach(lc, ordered)
		((RlnEntity *) lfirst(lc))->number = foreach_current_index(lc) + 1;
	return ordered;
}

/* Primary keys, which are shown, and unique columns, which are marked. */
static void
load_keys(const List *entities)
{
	Relation catalog = table_open(IndexRelationId, AccessShareLock);
	ListCell *lc;

	foreach(lc, entities)
	{
		RlnEntity *entity = lfirst(lc);
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple tuple;

		CHECK_FOR_INTERRUPTS();
		ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(entity->relid));
		scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
		while (HeapTupleIsValid(tuple = systable_getnext(scan)))
			read_index(entity, tuple);
		systable_endscan(scan);
	}
	table_close(catalog, AccessShareLock);
}

/*
 * Only an index over one column makes that column unique.  One of several may
 * be a key too, but marks on its columns would say that each is unique alone.
 */
static void
read_index(RlnEntity *entity, HeapTuple tuple)
{
	Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);

	if (index->indisprimary)
	{
		for (int i = 0; i < index->indnkeyatts; i++)
			entity->primary = bms_add_member(entity->primary, index->indkey.values[i]);
		entity->shown = bms_add_members(entity->shown, entity->primary);
	}
	else if (index->indisunique && index->indisvalid && index->indnkeyatts == 1 &&
			 index->indkey.values[0] > 0 && heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
		entity->unique = bms_add_member(entity->unique, index->indkey.values[0]);
}

static List *
make_attributes(const RlnEntity *entity)
{
	List *attributes = NIL;
	int attnum = -1;

	while ((attnum = bms_next_member(entity->shown, attnum)) >= 0)
	{
		char *name = get_attname(entity->relid, attnum, true);
		RlnAttribute *attribute;

		if (name == NULL)
			continue;
		attribute = palloc0(sizeof(RlnAttribute));
		attribute->name = name;
		attribute->type = type_label(get_atttype(entity->relid, attnum));
		attribute->marks = marks_of(entity, attnum);
		attributes = lappend(attributes, attribute);
	}
	return attributes;
}

static const char *
marks_of(const RlnEntity *entity, AttrNumber attnum)
{
	bool referring = bms_is_member(attnum, entity->referring);

	if (bms_is_member(attnum, entity->primary))
		return referring ? "PK,FK" : "PK";
	if (bms_is_member(attnum, entity->unique))
		return referring ? "FK,UK" : "UK";
	return referring ? "FK" : "";
}

/*
 * The catalog's name of the type, int4 or text[]: shorter than the standard's,
 * and one word, which is all that Mermaid can show.
 */
static char *
type_label(Oid type)
{
	Oid element = get_element_type(type);

	return OidIsValid(element) ? psprintf("%s[]", type_name(element)) : type_name(type);
}

static char *
type_name(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	char *name;

	if (!HeapTupleIsValid(tuple))
		return pstrdup("unknown"); /* the table was dropped just now */
	name = pstrdup(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname));
	ReleaseSysCache(tuple);
	return name;
}

static int
compare_labels(const ListCell *a, const ListCell *b)
{
	const RlnEntity *first = lfirst(a);
	const RlnEntity *second = lfirst(b);
	int order = strcmp(first->label, second->label);

	return order != 0 ? order : (first->relid > second->relid) - (first->relid < second->relid);
}
