/*
 * complete.c
 *	  From wishes to an edge: tables, keys and columns.
 *
 * Completion only reads.  It finds what is there (columns, foreign keys, keys
 * of targets), decides what has to be added, and refuses what cannot be; after
 * it, draft->edge is what would be stored, and parts.c can say what would
 * stand in the database.  The tables are locked against DROP and ALTER, and
 * their many side's owner is checked, before anything of them is looked at.
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "ddl/ddl.h"

static void lock_collections(const RlnDraft *draft);
static void ensure_table(Oid relid);
static void complete_one(RlnDraft *draft);
static void find_foreign_key(RlnDraft *draft);
static RlnForeignKey *foreign_key_of(const RlnEdge *edge);
static void ensure_wanted_actions(const RlnDraft *draft);
RLN_NORETURN static void refuse_types(Oid many, const RlnColumn *column, Oid one,
									  const RlnColumn *key);
static void complete_sort(RlnDraft *draft);
static void ensure_new(const RlnEdge *edge);


/* Fills draft->edge and all that belongs to it, or refuses the wish. */
void
rln_draft_complete(RlnDraft *draft)
{
	RlnEdge *edge = palloc0(sizeof(RlnEdge));
	bool any = draft->discriminator_column != NULL || draft->allowed != NIL ||
		draft->discriminators != NIL;

	draft->edge = edge;
	if (!OidIsValid(draft->many) || draft->columns == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is required",
						OidIsValid(draft->many) ? "many_field" : "many_collection")));
	lock_collections(draft);
	rln_ensure_owner(draft->many);
	if (any == OidIsValid(draft->one))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a relation leads either to one_collection or to any of one_allowed_collections"),
				 errhint("Give one_collection, or one_collection_field and one_allowed_collections.")));
	if (any ? draft->one_field != NULL : draft->reverse_field != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s does not go with this type of relation", any ? "one_field" : "reverse_field"),
				 errhint("The alias of a many-to-any relation is its reverse_field, that of any other its one_field.")));

	/* a foreign key and constraint triggers are not each other's heirs */
	if (draft->old != NULL && RLN_IS_ANY(draft->old) != any &&
		draft->constraint_name == draft->old->constraint_name)
		draft->constraint_name = NULL;
	edge->id = draft->id;
	edge->many = draft->many;
	edge->is_enforced = draft->constraint;
	edge->is_validated = true;
	edge->alias = any ? draft->reverse_field : draft->one_field;
	edge->junction_columns = draft->junction_columns;
	if (any)
		rln_complete_any(draft);
	else
		complete_one(draft);
	if (draft->old == NULL)
		ensure_new(edge);
	complete_sort(draft);
	if (rln_names_same_set(edge->junction_columns, edge->columns))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("junction_field names the relation's own column"),
				 errhint("It names the many_field of the junction's other half.")));
	rln_choose_fields(edge, draft->old);
	rln_ensure_alias(edge, draft->old);
	rln_complete_rules(draft);
	rln_complete_symmetric(draft);
}

/*
 * The draft of an edge as it is.  Tables and columns may be gone: a column
 * that is not there has no type.
 */
RlnDraft *
rln_draft_of_edge(const RlnEdge *edge)
{
	RlnDraft *draft = rln_draft_keep(edge);
	ListCell *lc;

	draft->stands = true;
	draft->edge = rln_edge_copy(edge);
	foreach(lc, edge->columns)
	{
		RlnColumn *column = rln_column_get(edge->many, lfirst(lc));

		if (column == NULL)
		{
			column = palloc0(sizeof(RlnColumn));
			column->name = lfirst(lc);
		}
		draft->many_columns = lappend(draft->many_columns, column);
	}
	if (RLN_IS_ANY(edge))
		draft->discriminator = rln_column_get(edge->many, edge->discriminator_column);
	draft->unique_columns = rln_own_unique_columns(edge);
	if (RLN_IS_ANY(edge))
	{
		RlnTrigger *check = rln_check_trigger(edge);

		draft->deferrable = check != NULL && check->deferrable ? RLN_YES : RLN_NO;
		draft->deferred = check != NULL && check->deferred;
	}
	draft->found = foreign_key_of(edge);
	if (draft->found != NULL)
		draft->edge->constraint_name = draft->found->name;
	return draft;
}

/*
 * The columns of the unique constraint that was made for the edge, or NIL: its
 * own, and more where it makes pairs unique.  Users drop things and make others
 * of the same name; those are not ours.
 */
List *
rln_own_unique_columns(const RlnEdge *edge)
{
	List *columns = rln_unique_columns(edge->many, edge->unique_generated);
	List *own = rln_lookup_columns(edge);
	bool is_pair = list_length(columns) > list_length(own);

	if (is_pair == edge->is_unique ||
		!rln_names_equal(list_copy_head(columns, list_length(own)), own))
		return NIL;
	return columns;
}

/* The edge's foreign key, even if it was renamed, or NULL. */
static RlnForeignKey *
foreign_key_of(const RlnEdge *edge)
{
	RlnForeignKey *found;

	if (RLN_IS_ANY(edge) || edge->constraint_name == NULL)
		return NULL;
	found = rln_foreign_key_get(edge->many, edge->constraint_name);
	if (found == NULL || found->one != rln_edge_target(edge)->relid ||
		!rln_names_same_set(found->columns, edge->columns))
		found = rln_foreign_key_find(edge->many, edge->columns, rln_edge_target(edge)->relid);
	return found;
}

/*
 * Names were looked up without a lock, maybe long ago, since the registry had
 * to be waited for: from here on the tables are there to stay.
 */
static void
lock_collections(const RlnDraft *draft)
{
	ListCell *lc;

	rln_ensure_collection(draft->many);
	if (OidIsValid(draft->one))
		rln_ensure_collection(draft->one);
	if (OidIsValid(draft->one))
		rln_ensure_outlives(draft->one, draft->many);
	foreach(lc, list_concat_copy(draft->allowed, draft->discriminators))
	{
		rln_ensure_collection(((RlnAllowed *) lfirst(lc))->relid);
		rln_ensure_outlives(((RlnAllowed *) lfirst(lc))->relid, draft->many);
	}
	if (!draft->constraint)
		return;
	ensure_table(draft->many);
	if (OidIsValid(draft->one))
		ensure_table(draft->one);
	foreach(lc, list_concat_copy(draft->allowed, draft->discriminators))
		ensure_table(((RlnAllowed *) lfirst(lc))->relid);
}

/*
 * 42P16: rows that refer must not outlive those that they refer to, and no other
 * session can look into a temporary table; as for a foreign key.
 */
void
rln_ensure_outlives(Oid target, Oid many)
{
	char many_persistence = get_rel_persistence(many);
	char target_persistence = get_rel_persistence(target);

	if ((many_persistence == RELPERSISTENCE_TEMP) != (target_persistence == RELPERSISTENCE_TEMP))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				 errmsg("\"%s\" cannot refer to \"%s\": one of them is a temporary table", rln_table_label(many),
						rln_table_label(target)),
				 errhint("A relation leads from a temporary table to temporary tables of the same session.")));
	if (many_persistence == RELPERSISTENCE_PERMANENT &&
		target_persistence == RELPERSISTENCE_UNLOGGED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				 errmsg("permanent table \"%s\" cannot refer to unlogged table \"%s\"", rln_table_label(many),
						rln_table_label(target)),
				 errdetail("An unlogged table is empty after a crash."),
				 errhint("ALTER TABLE %s SET LOGGED.", rln_table_label(target))));
}

/* 0A000: a view or foreign table cannot have or be the end of a constraint. */
static void
ensure_table(Oid relid)
{
	if (!rln_holds_rows(relid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a relation of \"%s\" cannot be enforced", rln_table_label(relid)),
				 errdetail("It is not a table."),
				 errhint("Give \"constraint\": false for a relation that is metadata only.")));
}

/* A table or view of a user, of any session. */
void
rln_ensure_collection(Oid relid)
{
	char relkind;

	if (!rln_table_lock(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid),
				 errhint("If a relation leads to it, delete that relation.")));
	relkind = get_rel_relkind(relid);
	if (!rln_is_collection_kind(relkind))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a table or view", rln_table_label(relid))));
	if (IsCatalogRelationOid(relid) || IsCatalogNamespace(get_rel_namespace(relid)) ||
		get_rel_namespace(relid) == get_rel_namespace(rln_registry_table()))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("system table \"%s\" cannot take part in a relation", rln_table_label(relid))));
	if (rln_is_foreign_temporary(relid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("temporary table \"%s\" of another session cannot take part in a relation", rln_table_label(relid))));
}

/* Can the relation have constraints? */
bool
rln_holds_rows(Oid relid)
{
	char relkind = get_rel_relkind(relid);

	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE;
}

/* The table, or of a partitioned one its partitions that hold rows, locked. */
List *
rln_tables_with_rows(Oid relid)
{
	List *tables = NIL;
	ListCell *lc;

	if (get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(relid);
	foreach(lc, find_all_inheritors(relid, AccessShareLock, NULL))
	{
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION)
			tables = lappend_oid(tables, lfirst_oid(lc));
	}
	return tables;
}

/* one_collection: a foreign key, found or to be added, or metadata only */
static void
complete_one(RlnDraft *draft)
{
	RlnTarget *target = palloc0(sizeof(RlnTarget));
	const RlnEdge *old = draft->old;

	target->relid = draft->one;
	draft->edge->targets = list_make1(target);
	if (draft->constraint)
		find_foreign_key(draft);
	if (draft->found != NULL)
	{
		draft->columns = draft->found->columns;
		target->columns = draft->found->one_columns;
	}
	else if (old != NULL && !RLN_IS_ANY(old) && rln_edge_target(old)->relid == draft->one)
		target->columns = rln_edge_target(old)->columns;
	else
		target->columns = rln_key_of(draft->one);

	if (!draft->constraint)
		rln_ensure_references(draft->one, target->columns);
	rln_complete_columns(draft, target->columns, NIL);
	rln_ensure_types_fit(draft, target);
}

/*
 * The foreign key that is there already: the edge's own, or one between the
 * same columns, or the one named.
 */
static void
find_foreign_key(RlnDraft *draft)
{
	const RlnEdge *old = draft->old;
	const char *name = draft->constraint_name;

	if (old != NULL && old->constraint_name != NULL)
	{
		draft->found = foreign_key_of(old);
		if (draft->found != NULL && draft->found->one == draft->one)
			return;
		draft->found = NULL;
		if (name == old->constraint_name)
			name = NULL; /* that is not a wish */
	}
	if (name != NULL)
	{
		draft->found = rln_foreign_key_get(draft->many, name);
		if (draft->found != NULL &&
			(draft->found->one != draft->one ||
			 !rln_names_same_set(draft->found->columns, draft->columns)))
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_OBJECT),
					 errmsg("foreign key \"%s\" of \"%s\" exists already, and is another", name,
							rln_table_label(draft->many)),
					 errdetail("It leads from (%s) to \"%s\".", rln_csv_print(draft->found->columns),
							   rln_table_label(draft->found->one))));
	}
	if (draft->found == NULL)
		draft->found = rln_foreign_key_find(draft->many, draft->columns, draft->one);
	if (draft->found == NULL)
		return;
	if (!rln_names_equal(draft->found->columns, draft->columns))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("foreign key \"%s\" of \"%s\" leads from the same columns in another order", draft->found->name,
						rln_table_label(draft->many)),
				 errhint("Give many_field as \"%s\" to adopt it.", rln_csv_print(draft->found->columns))));
	if (name != NULL && strcmp(name, draft->found->name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("foreign key \"%s\" between the same columns exists already", draft->found->name),
				 errhint("Leave constraint_name out to adopt it.")));
	draft->adopted = true;
	ensure_wanted_actions(draft);
}

/* What is adopted is not changed: an action that differs is a conflict. */
static void
ensure_wanted_actions(const RlnDraft *draft)
{
	bool delete_fits =
		draft->on_delete == NULL || strcmp(draft->on_delete, draft->found->on_delete) == 0;
	bool update_fits =
		draft->on_update == NULL || strcmp(draft->on_update, draft->found->on_update) == 0;
	bool deferrable_fits = draft->deferrable == RLN_UNSET ||
		((draft->deferrable == RLN_YES) == draft->found->deferrable &&
		 draft->deferred == draft->found->deferred);

	if (!delete_fits || !update_fits || !deferrable_fits)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("foreign key \"%s\" exists already with another rule", draft->found->name),
				 errdetail("It has ON DELETE %s ON UPDATE %s%s%s.", draft->found->on_delete, draft->found->on_update,
						   draft->found->deferrable ? " DEFERRABLE" : " NOT DEFERRABLE",
						   draft->found->deferred ? " INITIALLY DEFERRED" : ""),
				 errhint("Leave the rule out to adopt the foreign key, and change it by relations.update_relation().")));
}

/* The names of the key that others refer to; an error where there is none. */
List *
rln_key_of(Oid relid)
{
	List *key = rln_key_columns(relid);

	if (key == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("\"%s\" has no key that a relation could refer to", rln_table_label(relid)),
				 rln_holds_rows(relid)
					 ? errhint("Give it a primary key, or add a foreign key to the columns that you mean first.")
					 : errhint("The key of a view or foreign table is its column \"id\".")));
	return key;
}

/* The columns that are named; one name that is no column stands for as many as the key has. */
List *
rln_spread_columns(Oid many, List *names, const List *key)
{
	const char *prefix = linitial(names);
	List *columns = NIL;
	ListCell *lc;

	if (list_length(names) != 1 || list_length(key) < 2 ||
		(OidIsValid(many) && rln_column_get(many, prefix) != NULL))
		return names;
	foreach(lc, key)
		columns = lappend(columns, rln_name_choose(prefix, lfirst(lc), rln_name_listed, columns));
	return columns;
}

/*
 * The columns of the many side, those that exist and those that are added with
 * the types of the models (for a foreign key, of the key itself).
 */
void
rln_complete_columns(RlnDraft *draft, const List *key, const List *models)
{
	RlnEdge *edge = draft->edge;
	List *names = rln_spread_columns(draft->many, draft->columns, key);
	ListCell *lc;

	if (list_length(names) != list_length(key))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FOREIGN_KEY),
				 errmsg("many_field (%s) and the key that it refers to differ in their number of columns", rln_csv_print(names)),
				 errdetail("The key of \"%s\" is (%s).", rln_table_label(((RlnTarget *) linitial(edge->targets))->relid), rln_csv_print(key))));

	edge->columns = names;
	foreach(lc, names)
	{
		int i = foreach_current_index(lc);
		RlnColumn *column = rln_column_get(draft->many, lfirst(lc));

		/* an edge's own column that is gone is not made again: its data are not there */
		if (column == NULL && draft->old != NULL)
			rln_column_lookup(draft->many, lfirst(lc));
		if (column == NULL && !draft->constraint)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of \"%s\" does not exist", (char *) lfirst(lc), rln_table_label(draft->many)),
					 errdetail("A relation that is metadata only adds no columns.")));
		if (column == NULL)
			column =
				rln_column_like(lfirst(lc),
								models != NIL ? list_nth(models, i)
											  : rln_column_lookup(draft->one, list_nth(key, i)));
		draft->many_columns = lappend(draft->many_columns, column);
	}
}

/*
 * 42804 unless the columns can be compared with the target's key.  An item
 * that is text can hold any key, by its text.
 */
void
rln_ensure_types_fit(const RlnDraft *draft, const RlnTarget *target)
{
	ListCell *lc;
	ListCell *lk;

	if (list_length(target->columns) != list_length(draft->many_columns))
		rln_refuse_key_size(target, list_length(draft->many_columns));
	forboth(lc, draft->many_columns, lk, target->columns)
	{
		RlnColumn *column = lfirst(lc);
		RlnColumn *key = rln_column_lookup(target->relid, lfirst(lk));

		if (OidIsValid(rln_equality_operator(key->type, column->type)))
			continue;
		if (target->discriminator != NULL)
		{
			rln_ensure_text_fits(draft->many, column, target->relid, key);
			continue;
		}
		refuse_types(draft->many, column, target->relid, key);
	}
}

/* Whether the types of the edge's columns still fit each other, and its discriminators. */
void
rln_ensure_fits(const RlnDraft *draft)
{
	ListCell *lc;

	if (RLN_IS_ANY(draft->edge))
		rln_ensure_discriminators_fit(draft);
	foreach(lc, draft->edge->targets)
		rln_ensure_types_fit(draft, lfirst(lc));
}

/* 42804 unless the column, of another type than the key, is text that can hold it. */
void
rln_ensure_text_fits(Oid many, const RlnColumn *column, Oid one, const RlnColumn *key)
{
	if (!rln_text_fits(column, key))
		refuse_types(many, column, one, key);
}

/*
 * Is the column text that can hold the key?  The way to the key's text and back
 * must be PostgreSQL's own, and hold no domain's CHECK: somebody else would run
 * it.
 */
bool
rln_text_fits(const RlnColumn *column, const RlnColumn *key)
{
	Oid type = getBaseType(key->type);
	char typtype = get_typtype(type);

	return TypeCategory(getBaseType(column->type)) == TYPCATEGORY_STRING &&
		OidIsValid(rln_equality_operator(key->type, key->type)) &&
		(typtype == TYPTYPE_BASE || typtype == TYPTYPE_ENUM) &&
		!OidIsValid(get_element_type(type)) && rln_cast_is_builtin(type, TEXTOID) &&
		rln_cast_is_builtin(TEXTOID, type);
}

static void
refuse_types(Oid many, const RlnColumn *column, Oid one, const RlnColumn *key)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("column \"%s\" of \"%s\" cannot refer to \"%s\"", column->name,
					rln_table_label(many), rln_table_label(one)),
			 errdetail("It is of type %s, the key column \"%s\" of type %s.", format_type_be(column->type),
					   key->name, format_type_be(key->type)),
			 errhint("Change the column's type, or leave it out: a missing column is added with the right one.")));
}

/* 42804: all targets of a relation have keys of one size. */
void
rln_refuse_key_size(const RlnTarget *target, int columns)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("the key of \"%s\" has %d columns, many_field has %d",
					rln_table_label(target->relid), list_length(target->columns), columns),
			 errhint("Keys with different numbers of columns need relations of their own.")));
}

/* sort_field: an integer column is added where there is none */
static void
complete_sort(RlnDraft *draft)
{
	draft->edge->sort_column = draft->sort_column;
	if (draft->sort_column == NULL)
		return;
	if (rln_names_contain(draft->edge->columns, draft->sort_column) ||
		(RLN_IS_ANY(draft->edge) &&
		 strcmp(draft->edge->discriminator_column, draft->sort_column) == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sort_field cannot be the relation's own column \"%s\"", draft->sort_column)));
	draft->sort = rln_column_get(draft->many, draft->sort_column);
	if (draft->sort != NULL)
	{
		if (!OidIsValid(rln_equality_operator(draft->sort->type, draft->sort->type)))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of \"%s\" cannot order rows", draft->sort_column, rln_table_label(draft->many)),
					 errdetail("Values of type %s have no order.", format_type_be(draft->sort->type))));
		return;
	}
	if (!draft->constraint)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of \"%s\" does not exist", draft->sort_column, rln_table_label(draft->many)),
				 errdetail("A relation that is metadata only adds no columns.")));
	draft->sort = rln_column_like(draft->sort_column, &rln_integer_column);
}

/* 42710 where the same columns lead there already. */
static void
ensure_new(const RlnEdge *edge)
{
	ListCell *lc;

	foreach(lc, rln_edges_lookup(edge->many))
	{
		RlnEdge *other = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (other->many != edge->many || !rln_names_same_set(other->columns, edge->columns))
			continue;
		if (!RLN_IS_ANY(other) && !RLN_IS_ANY(edge) &&
			rln_edge_target(other)->relid != rln_edge_target(edge)->relid)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("relation \"%s.%s\" exists already", rln_table_label(edge->many), rln_csv_print(edge->columns)),
				 errdetail("It has id %d.", other->id),
				 errhint("Change it by relations.update_relation(%d, ...).", other->id)));
	}
}
