/*
 * query.c
 *	  The queries by which a relation is enforced, and their kept plans.
 *
 * They are those of ri_triggers.c, with the discriminator beside the key. $1 is
 * always the discriminator where the many side is asked; keys follow, and after
 * them the new keys.  A query is planned and run as the owner of the table that
 * it asks, with all rights that has: so operators are named by their schema, and
 * a cast of an ordinary user's is never used (append_equality()).  A plan is
 * entered only when it is complete; a guard that is out of date is thrown away
 * together with the texts of its plans.
 */
#include "postgres.h"

#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/spi.h"
#include "base/sqltext.h"
#include "base/textform.h"
#include "ddl/ddl.h"
#include "integrity/integrity.h"

/* a query that is being written */
typedef struct Writing
{
	const RlnGuard *guard;
	const RlnGuardTarget *target;
	StringInfoData buf;
	Oid types[RLN_MAX_ARGS + 2 * INDEX_MAX_KEYS];
	int ntypes;
} Writing;

static SPIPlanPtr make_plan(const RlnGuard *guard, const RlnGuardTarget *target, RlnQuery query);
static int expected_result(RlnQuery query);
static bool asks_target(RlnQuery query);
static void write_select_target(Writing *writing, bool by_item);
static void write_many_table(Writing *writing, const char *verb);
static void write_many_condition(Writing *writing, bool all);
static void write_discriminator(Writing *writing, StringInfo buf);
static void write_setting(Writing *writing, const char *value);
static void write_following(Writing *writing);
static char *parameter(Writing *writing, Oid type);
static const char *item_name(const Writing *writing, int column);
static void append_equality(StringInfo buf, const char *left, Oid left_type, Oid op,
							const char *right, Oid right_type);


/*
 * Runs the query with the values that it takes and returns the number of rows.
 * It sees what the transaction has done, and past its snapshot where a target
 * has changed, or where a partitioned one must be read (see RI_FKey_check()).
 */
uint64
rln_query_run(RlnGuard *guard, RlnGuardTarget *target, RlnQuery query, const Datum *values)
{
	Oid asked = asks_target(query) ? target->relid : guard->edge->many;
	bool detect_new_rows = query != RLN_QUERY_PRESENT || target->is_partitioned;
	bool selects = asks_target(query) || query == RLN_QUERY_REFERRED ||
		query == RLN_QUERY_MEANT;
	bool fixes = asks_target(query) && target->text_varies;
	int level = fixes ? rln_settings_fix() : 0;
	uint64 rows;
	int result;

	rln_spi_connect();
	if (target->plans[query] == NULL)
		target->plans[query] = make_plan(guard, target, query);
	result = rln_spi_enforce_as(target->plans[query], values, NULL, rln_table_owner(asked),
								detect_new_rows, selects ? 1 : 0);
	rows = SPI_processed;
	if (result != expected_result(query))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("referential integrity query on \"%s\" from constraint \"%s\" gave unexpected result",
						rln_table_label(asked), guard->edge->constraint_name),
				 errhint("This is most likely due to a rule having rewritten the query.")));
	rln_spi_finish();
	if (fixes)
		rln_settings_restore(level);
	return rows;
}

/* Is there a row that the item refers to, under the snapshot?  Locks none. */
bool
rln_query_exists(RlnGuard *guard, RlnGuardTarget *target, const Datum *values, Snapshot snapshot)
{
	int level = target->text_varies ? rln_settings_fix() : 0;
	bool found;

	rln_spi_connect();
	if (target->plans[RLN_QUERY_EXISTS] == NULL)
		target->plans[RLN_QUERY_EXISTS] = make_plan(guard, target, RLN_QUERY_EXISTS);
	found = rln_spi_read_as(target->plans[RLN_QUERY_EXISTS], values,
							rln_table_owner(target->relid), snapshot, 1) > 0;
	rln_spi_finish();
	if (target->text_varies)
		rln_settings_restore(level);
	return found;
}

/*
 * Can many keys be handed over as one array?  Not compound ones, nor where an
 * operator beside pg_catalog's would have to be told its types.
 */
bool
rln_query_takes_all(const RlnGuard *guard, const RlnGuardTarget *target)
{
	const RlnKeyColumn *key = &target->key[0];
	Oid op;

	if (guard->nkeys != 1 || key->by_value != key->value_by_value ||
		key->length != key->value_length || !OidIsValid(get_array_type(key->sought_type)))
		return false;
	op = rln_equality_operator(key->sought_type, key->item_type);
	return OidIsValid(op) && OidIsValid(get_commutator(op)) &&
		rln_operator_schema(op) == PG_CATALOG_NAMESPACE;
}

static int
expected_result(RlnQuery query)
{
	switch (query)
	{
		case RLN_QUERY_DELETE:
		case RLN_QUERY_DELETE_ALL:
			return SPI_OK_DELETE;
		case RLN_QUERY_FOLLOW:
		case RLN_QUERY_SET_NULL:
		case RLN_QUERY_SET_NULL_ALL:
		case RLN_QUERY_SET_DEFAULT:
		case RLN_QUERY_SET_DEFAULT_ALL:
			return SPI_OK_UPDATE;
		default:
			return SPI_OK_SELECT;
	}
}

static bool
asks_target(RlnQuery query)
{
	return query == RLN_QUERY_PRESENT || query == RLN_QUERY_REPLACED || query == RLN_QUERY_EXISTS;
}

static SPIPlanPtr
make_plan(const RlnGuard *guard, const RlnGuardTarget *target, RlnQuery query)
{
	Writing writing = {guard, target};
	Oid asked = asks_target(query) ? target->relid : guard->edge->many;

	initStringInfo(&writing.buf);
	switch (query)
	{
		case RLN_QUERY_PRESENT:
		case RLN_QUERY_REPLACED:
		case RLN_QUERY_EXISTS:
			write_select_target(&writing, query != RLN_QUERY_REPLACED);
			if (query != RLN_QUERY_EXISTS)
				appendStringInfoString(&writing.buf, " FOR KEY SHARE OF x");
			break;
		case RLN_QUERY_MEANT:
			write_many_table(&writing, "SELECT 1 FROM");
			appendStringInfoString(&writing.buf, " WHERE ");
			write_discriminator(&writing, &writing.buf);
			break;
		case RLN_QUERY_REFERRED:
			write_many_table(&writing, "SELECT 1 FROM");
			write_many_condition(&writing, false);
			appendStringInfoString(&writing.buf, " FOR KEY SHARE OF x");
			break;
		case RLN_QUERY_FOLLOW:
			write_many_table(&writing, "UPDATE");
			write_following(&writing);
			break;
		case RLN_QUERY_DELETE:
		case RLN_QUERY_DELETE_ALL:
			write_many_table(&writing, "DELETE FROM");
			write_many_condition(&writing, query == RLN_QUERY_DELETE_ALL);
			break;
		case RLN_QUERY_SET_NULL:
		case RLN_QUERY_SET_NULL_ALL:
			write_many_table(&writing, "UPDATE");
			write_setting(&writing, "NULL");
			write_many_condition(&writing, query == RLN_QUERY_SET_NULL_ALL);
			break;
		case RLN_QUERY_SET_DEFAULT:
		case RLN_QUERY_SET_DEFAULT_ALL:
			write_many_table(&writing, "UPDATE");
			write_setting(&writing, "DEFAULT");
			write_many_condition(&writing, query == RLN_QUERY_SET_DEFAULT_ALL);
			break;
		case RLN_QUERIES:
			pg_unreachable();
	}
	return rln_spi_keep_as(writing.buf.data, writing.ntypes, writing.types,
						   rln_table_owner(asked));
}

/*----------
 *	SELECT 1 FROM [ONLY] <target> x WHERE x.<key> OPERATOR(=) $1 [AND ...] FOR KEY SHARE OF x
 *
 * An item that is text is cast to the key's type, and must be the key's text, by
 * which it would be looked for:
 *	x.<key> OPERATOR(=) CAST($1 AS <type>) AND CAST(x.<key> AS text) COLLATE "C" OPERATOR(=) $1
 *----------
 */
static void
write_select_target(Writing *writing, bool by_item)
{
	StringInfo buf = &writing->buf;

	appendStringInfo(buf, "SELECT 1 FROM %s%s x WHERE ", rln_only(writing->target->relid),
					 rln_table_sql(writing->target->relid));
	for (int i = 0; i < writing->guard->nkeys; i++)
	{
		const RlnKeyColumn *key = &writing->target->key[i];
		char *column = psprintf("x.%s", quote_identifier(key->name));
		bool is_text = key->form == RLN_FORM_TEXT;
		Oid type = by_item || is_text ? key->value_type : key->type;
		char *value = parameter(writing, type);

		if (i > 0)
			appendStringInfoString(buf, " AND ");
		if (!is_text)
		{
			append_equality(buf, column, key->type, rln_equality_operator(key->type, type),
							value, type);
			continue;
		}
		append_equality(buf, column, key->type, rln_equality_operator(key->type, key->type),
						psprintf("CAST(%s AS %s)", value, rln_type_sql(key->type)), key->type);
		appendStringInfoString(buf, " AND ");
		append_equality(buf, psprintf("CAST(%s AS %s) COLLATE pg_catalog.\"C\"", column, rln_type_sql(type)), type,
						rln_equality_operator(type, type), value, type);
	}
}

/* "DELETE FROM [ONLY] <many> x" */
static void
write_many_table(Writing *writing, const char *verb)
{
	Oid many = writing->guard->edge->many;

	appendStringInfo(&writing->buf, "%s %s%s x", verb, rln_only(many), rln_table_sql(many));
}

/*----------
 *	WHERE x.<discriminator> OPERATOR(=) $1 AND x.<column> OPERATOR(=) $2 [AND ...]
 *	WHERE x.<discriminator> OPERATOR(=) $1 AND x.<column> OPERATOR(=) ANY ($2)
 *----------
 */
static void
write_many_condition(Writing *writing, bool all)
{
	StringInfo buf = &writing->buf;

	appendStringInfoString(buf, " WHERE ");
	write_discriminator(writing, buf);
	for (int i = 0; i < writing->guard->nkeys; i++)
	{
		const RlnKeyColumn *key = &writing->target->key[i];
		char *column = psprintf("x.%s", item_name(writing, i));
		Oid op = get_commutator(rln_equality_operator(key->sought_type, key->item_type));

		appendStringInfoString(buf, " AND ");
		if (all)
		{
			appendStringInfo(buf, "%s ", column);
			rln_append_operator(buf, op);
			appendStringInfo(buf, " ANY (%s)", parameter(writing, get_array_type(key->sought_type)));
		}
		else
			append_equality(buf, column, key->item_type, op, parameter(writing, key->sought_type),
							key->sought_type);
	}
}

/* x.<discriminator> OPERATOR(=) $1 */
static void
write_discriminator(Writing *writing, StringInfo buf)
{
	Oid type = writing->guard->discriminator_type;

	append_equality(buf,
					psprintf("x.%s", quote_identifier(writing->guard->edge->discriminator_column)), type,
					rln_equality_operator(type, type), parameter(writing, type), type);
}

/* " SET <discriminator> = <value>, <column> = <value>": NULL or DEFAULT, for both together */
static void
write_setting(Writing *writing, const char *value)
{
	StringInfo buf = &writing->buf;
	ListCell *lc;

	appendStringInfoString(buf, " SET ");
	foreach(lc, rln_lookup_columns(writing->guard->edge))
		appendStringInfo(buf, "%s%s = %s", foreach_current_index(lc) > 0 ? ", " : "",
						 quote_identifier(lfirst(lc)), value);
}

/* " SET <column> = <new key> WHERE ...", the new keys behind the old ones */
static void
write_following(Writing *writing)
{
	int n = writing->guard->nkeys;

	appendStringInfoString(&writing->buf, " SET ");
	for (int i = 0; i < n; i++)
	{
		appendStringInfo(&writing->buf, "%s%s = $%d", i > 0 ? ", " : "", item_name(writing, i),
						 n + 2 + i);
	}
	write_many_condition(writing, false);
	for (int i = 0; i < n; i++)
		parameter(writing, writing->target->key[i].sought_type);
}

/* "$n", of the type */
static char *
parameter(Writing *writing, Oid type)
{
	writing->types[writing->ntypes++] = type;
	return psprintf("$%d", writing->ntypes);
}

static const char *
item_name(const Writing *writing, int column)
{
	return quote_identifier(list_nth(writing->guard->edge->columns, column));
}

/*
 * As ri_GenerateQual(), by the same function of ruleutils.c: the operator by its
 * schema, operands cast to what it takes.  A cast that is an ordinary user's work
 * would run as the owner of the table: rln_equality_operator() finds no equality
 * by way of it, neither when the relation is made nor when its guard is loaded.
 */
static void
append_equality(StringInfo buf, const char *left, Oid left_type, Oid op, const char *right,
				Oid right_type)
{
	if (!OidIsValid(op))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("there is no equality of types %s and %s any more", format_type_be(left_type),
						format_type_be(right_type))));
	generate_operator_clause(buf, left, left_type, op, right, right_type);
}
