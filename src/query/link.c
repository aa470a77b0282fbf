/*
 * link.c
 *	  Ends of edges: which columns are compared, in which type.
 *
 * Keys are collected on the from side, handed over as arrays, and found on the
 * to side; so both sides give them in one type.  It is the type of the key that
 * is referred to, except where a text item is searched for the key of a target:
 * then it is text, as the index on the item is.
 */
#include "postgres.h"

#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/names.h"
#include "base/sqltext.h"
#include "query/node.h"

static RlnKeyPart *make_part(const RlnLink *link, RlnColumn *many, RlnColumn *one);
static void set_plain(RlnKeyPart *part, RlnColumn *many, RlnColumn *one, bool forward);
static void set_text(RlnKeyPart *part, RlnColumn *many, RlnColumn *one, bool forward);
static bool same_storage(Oid type, Oid wanted);
static Oid key_type_of(Oid type);
static RlnExpr *make_expr(RlnExprKind kind, RlnRange *range, Oid type, Oid collation);


/*
 * The end of the edge that leads from one table to the other; palloc'd.  42703
 * where a column of it was dropped.
 */
RlnLink *
rln_link_make(const RlnEdge *edge, bool forward, Oid from, Oid to)
{
	RlnLink *link = palloc0(sizeof(RlnLink));
	const RlnTarget *target = rln_edge_find_target(edge, forward ? to : from);
	ListCell *lc;
	ListCell *lk;

	link->edge = edge;
	link->forward = forward;
	link->from = from;
	link->to = to;
	link->to_one = forward || edge->is_unique;
	link->is_symmetric = edge->is_symmetric && !forward;
	rln_ensure_relation_kind(to);
	if (RLN_IS_ANY(edge))
	{
		link->discriminator = rln_column_lookup(edge->many, edge->discriminator_column);
		foreach(lc, edge->targets)
		{
			RlnTarget *other = lfirst(lc);

			if (other->relid == target->relid)
				link->discriminators = lappend(link->discriminators, other->discriminator);
		}
	}
	forboth(lc, edge->columns, lk, target->columns)
	{
		RlnColumn *many = rln_column_lookup(edge->many, lfirst(lc));
		RlnColumn *one = rln_column_lookup(target->relid, lfirst(lk));

		link->parts = lappend(link->parts, make_part(link, many, one));
	}
	if (forward)
		link->is_unique = rln_key_exists(to, target->columns);
	else if (link->to_one)
	{
		List *columns = list_copy(edge->columns);

		/* a one-to-one may be unique only together with the discriminator */
		if (RLN_IS_ANY(edge) && list_length(link->discriminators) == 1)
			columns = lappend(columns, edge->discriminator_column);
		link->is_unique = rln_key_exists(to, columns);
	}
	return link;
}

/* The link of a relational field but an item's, which has several. */
RlnLink *
rln_link_of_field(Oid relid, const RlnFieldInfo *field)
{
	if (field->forward)
		return rln_link_make(field->edge, true, relid, rln_edge_target(field->edge)->relid);
	return rln_link_make(field->edge, false, relid, field->edge->many);
}

/* The link from keys, as their columns hold them, to the table's rows. */
RlnLink *
rln_link_of_keys(Oid relid)
{
	static const RlnEdge none = {0};
	RlnLink *link = palloc0(sizeof(RlnLink));
	ListCell *lc;

	link->edge = &none;
	link->forward = link->to_one = link->is_unique = true;
	link->from = link->to = relid;
	foreach(lc, rln_key_of(relid))
	{
		RlnKeyPart *part = palloc0(sizeof(RlnKeyPart));

		part->from = part->to = rln_column_lookup(relid, lfirst(lc));
		part->collation = part->to->collation;
		set_plain(part, part->from, part->to, true);
		link->parts = lappend(link->parts, part);
	}
	return link;
}

static RlnKeyPart *
make_part(const RlnLink *link, RlnColumn *many, RlnColumn *one)
{
	RlnKeyPart *part = palloc0(sizeof(RlnKeyPart));

	part->from = link->forward ? many : one;
	part->to = link->forward ? one : many;
	part->collation = part->to->collation;
	if (OidIsValid(rln_equality_operator(one->type, many->type)))
		set_plain(part, many, one, link->forward);
	else
		set_text(part, many, one, link->forward);
	if (!OidIsValid(part->op))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of \"%s\" cannot be compared with the key that it refers to",
						many->name, rln_table_label(link->edge->many))));
	return part;
}

/* Types that an operator of the key's operator family compares. */
static void
set_plain(RlnKeyPart *part, RlnColumn *many, RlnColumn *one, bool forward)
{
	Oid op = rln_equality_operator(one->type, many->type);
	Oid many_type;
	Oid one_type;
	RlnKeyForm form;

	part->type = key_type_of(one->type);
	op_input_types(op, &one_type, &many_type);
	form = same_storage(many->type, part->type) ? RLN_KEY_PLAIN : RLN_KEY_CAST;
	if (forward)
	{
		part->from_form = form;
		part->op = rln_equality_operator(one->type, one->type);
		return;
	}
	part->to_form = form;
	part->to_test = form;
	part->op = rln_equality_operator(one->type, one->type);
	if (one_type != many_type && OidIsValid(get_commutator(op)))
	{
		/* integer = bigint: as the column is, so that its index serves */
		part->to_test = RLN_KEY_PLAIN;
		part->op = get_commutator(op);
	}
}

/* An item that is text, for a key that is not. */
static void
set_text(RlnKeyPart *part, RlnColumn *many, RlnColumn *one, bool forward)
{
	if (!forward && rln_text_is_stable(one->type))
	{
		part->type = key_type_of(many->type);
		part->from_form = RLN_KEY_CAST;
		part->op = rln_equality_operator(many->type, many->type);
		return;
	}
	part->type = key_type_of(one->type);
	part->op = rln_equality_operator(one->type, one->type);
	if (forward)
		part->from_form = RLN_KEY_GUARDED;
	else
		part->to_form = part->to_test = RLN_KEY_GUARDED;
}

/* Is a value of the type one of the wanted type as it is? */
static bool
same_storage(Oid type, Oid wanted)
{
	Oid base = getBaseType(type);

	return base == wanted || (base == VARCHAROID && wanted == TEXTOID);
}

/* The type that the equality of the type's keys is about. */
static Oid
key_type_of(Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY);

	if (!OidIsValid(entry->btree_opf) || IsPolymorphicType(entry->btree_opintype) ||
		entry->btree_opintype == RECORDOID)
		return getBaseType(type);
	return entry->btree_opintype;
}

/* 42501 unless the caller may read the columns of both ends. */
void
rln_ensure_link_readable(const RlnLink *link)
{
	ListCell *lc;

	foreach(lc, link->parts)
	{
		RlnKeyPart *part = lfirst(lc);

		rln_ensure_column_readable(link->from, part->from->name);
		rln_ensure_column_readable(link->to, part->to->name);
	}
	if (link->discriminator != NULL)
		rln_ensure_column_readable(link->edge->many, link->discriminator->name);
	if (!link->is_symmetric)
		return;
	foreach(lc, link->edge->junction_columns)
		rln_ensure_column_readable(link->to, lfirst(lc));
}

/* A table to start a statement with. */
RlnRange *
rln_range_make(RlnResolver *resolver, Oid relid)
{
	RlnRange *range = palloc0(sizeof(RlnRange));

	range->number = ++resolver->ranges;
	range->relid = relid;
	return range;
}

/* The same with what a link leads to. */
RlnRange *
rln_range_of_link(RlnResolver *resolver, const RlnLink *link)
{
	RlnRange *range = rln_range_make(resolver, link->to);

	if (link->is_symmetric)
		range->both = link->edge;
	return range;
}

/* The other end of a to-one link in the same FROM; one for all mentions. */
RlnRange *
rln_range_join(RlnResolver *resolver, RlnRange *from, RlnLink *link)
{
	RlnRange *range;
	ListCell *lc;

	Assert(link->to_one);
	foreach(lc, from->joins)
	{
		range = lfirst(lc);
		if (range->link->edge->id == link->edge->id && range->link->forward == link->forward &&
			range->relid == link->to)
			return range;
	}
	rln_ensure_link_readable(link);
	range = rln_range_make(resolver, link->to);
	range->link = link;
	range->from = from;
	from->joins = lappend(from->joins, range);
	return range;
}

/* A sub-select over the other end of a link. */
RlnSub *
rln_sub_make(RlnResolver *resolver, RlnRange *from, RlnLink *link)
{
	RlnSub *sub = palloc0(sizeof(RlnSub));

	rln_ensure_link_readable(link);
	sub->range = rln_range_of_link(resolver, link);
	sub->range->link = link;
	sub->range->from = from;
	return sub;
}

/* A column that the caller may read; 42703 and 42501. */
RlnExpr *
rln_expr_column(RlnRange *range, const char *name)
{
	RlnColumn *column = rln_column_lookup(range->relid, name);
	RlnExpr *expr;

	rln_ensure_column_readable(range->relid, name);
	expr = make_expr(RLN_EXPR_COLUMN, range, column->type, column->collation);
	expr->text = column->name;
	return expr;
}

/* A column of the link, in the type of its keys. */
RlnExpr *
rln_expr_link(RlnRange *range, RlnLink *link, RlnKeyPart *part, bool to_side)
{
	RlnExpr *expr = make_expr(RLN_EXPR_LINK, range, part->type, part->collation);

	expr->link = link;
	expr->part = part;
	expr->flag = to_side;
	return expr;
}

/* The columns of the range's key; NIL where it has none. */
List *
rln_key_exprs(RlnRange *range)
{
	List *exprs = NIL;
	ListCell *lc;

	foreach(lc, rln_key_columns(range->relid))
		exprs = lappend(exprs, rln_expr_column(range, lfirst(lc)));
	return exprs;
}

/* One relation deeper; 54001 past relations.max_depth. */
void
rln_enter_relation(RlnResolver *resolver)
{
	if (++resolver->depth > rln_max_depth)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("the query goes through more than %d relations in a row", rln_max_depth),
				 errhint("The setting relations.max_depth is the limit.")));
}

void
rln_leave_relation(RlnResolver *resolver)
{
	resolver->depth--;
}

static RlnExpr *
make_expr(RlnExprKind kind, RlnRange *range, Oid type, Oid collation)
{
	RlnExpr *expr = palloc0(sizeof(RlnExpr));

	expr->kind = kind;
	expr->range = range;
	expr->type = type;
	expr->collation = collation;
	return expr;
}
