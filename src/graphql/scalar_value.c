/*
 * scalar_value.c
 *	  What may be given for a scalar or an enum (specification, section 3.5).
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "graphql/graphql.h"

/* a value in a message is shortened to this */
#define MAX_SHOWN 60

static char *value_text(const RlnGqlValue *value);
static bool literal_fits(RlnGqlScalar scalar, const RlnGqlValue *value);
static bool json_fits(RlnGqlScalar scalar, const JsonbValue *json);
static bool is_integer(const char *text, int64 least, int64 most);
static char *number_text(const JsonbValue *json);
static bool is_label(const RlnGqlType *type, const char *text, int length);
static char *make_fault(const RlnGqlType *type, char *shown);
static void print_value(StringInfo buf, const RlnGqlValue *value);


/* Why the literal, no variable or null, is no value of the type; palloc'd.  NULL: it is one. */
char *
rln_gql_literal_fault(const RlnGqlType *type, const RlnGqlValue *value)
{
	bool fits = false;

	if (type->kind == RLN_GQL_SCALAR)
		fits = literal_fits(type->scalar, value);
	else if (type->kind == RLN_GQL_ENUM)
		fits = value->kind == RLN_GQL_ENUM_VALUE &&
			is_label(type, value->text, strlen(value->text));
	return fits ? NULL : make_fault(type, value_text(value));
}

/* The same of a value of a variable that is not null. */
char *
rln_gql_json_fault(const RlnGqlType *type, const JsonbValue *json)
{
	bool fits = false;
	Jsonb *jsonb;

	if (type->kind == RLN_GQL_SCALAR)
		fits = json_fits(type->scalar, json);
	else if (type->kind == RLN_GQL_ENUM)
		fits = json->type == jbvString &&
			is_label(type, json->val.string.val, json->val.string.len);
	if (fits)
		return NULL;
	jsonb = JsonbValueToJsonb((JsonbValue *) json);
	return make_fault(type, JsonbToCString(NULL, &jsonb->root, VARSIZE(jsonb)));
}

/* As it might be written; palloc'd. */
static char *
value_text(const RlnGqlValue *value)
{
	StringInfoData buf;

	initStringInfo(&buf);
	print_value(&buf, value);
	return buf.data;
}

static bool
literal_fits(RlnGqlScalar scalar, const RlnGqlValue *value)
{
	switch (scalar)
	{
		case RLN_GQL_SCALAR_INT:
			return value->kind == RLN_GQL_INT &&
				is_integer(value->text, PG_INT32_MIN, PG_INT32_MAX);
		case RLN_GQL_SCALAR_FLOAT:
			return value->kind == RLN_GQL_INT || value->kind == RLN_GQL_FLOAT;
		case RLN_GQL_SCALAR_STRING:
		case RLN_GQL_SCALAR_DATE:
			return value->kind == RLN_GQL_STRING;
		case RLN_GQL_SCALAR_BOOLEAN:
			return value->kind == RLN_GQL_BOOLEAN;
		case RLN_GQL_SCALAR_ID:
			return value->kind == RLN_GQL_STRING || value->kind == RLN_GQL_INT;
		case RLN_GQL_SCALAR_BIG_INT:
			return (value->kind == RLN_GQL_STRING || value->kind == RLN_GQL_INT) &&
				is_integer(value->text, PG_INT64_MIN, PG_INT64_MAX);
		case RLN_GQL_SCALAR_STRING_OR_FLOAT:
			return value->kind == RLN_GQL_STRING || value->kind == RLN_GQL_INT ||
				value->kind == RLN_GQL_FLOAT;
		default:
			return true;
	}
}

static bool
json_fits(RlnGqlScalar scalar, const JsonbValue *json)
{
	bool is_string = json->type == jbvString;

	switch (scalar)
	{
		case RLN_GQL_SCALAR_INT:
			return json->type == jbvNumeric &&
				is_integer(number_text(json), PG_INT32_MIN, PG_INT32_MAX);
		case RLN_GQL_SCALAR_FLOAT:
			return json->type == jbvNumeric;
		case RLN_GQL_SCALAR_STRING:
		case RLN_GQL_SCALAR_DATE:
			return is_string;
		case RLN_GQL_SCALAR_BOOLEAN:
			return json->type == jbvBool;
		case RLN_GQL_SCALAR_ID:
			return is_string ||
				(json->type == jbvNumeric && strchr(number_text(json), '.') == NULL);
		case RLN_GQL_SCALAR_BIG_INT:
			if (is_string)
				return is_integer(pnstrdup(json->val.string.val, json->val.string.len),
								  PG_INT64_MIN, PG_INT64_MAX);
			return json->type == jbvNumeric &&
				is_integer(number_text(json), PG_INT64_MIN, PG_INT64_MAX);
		case RLN_GQL_SCALAR_STRING_OR_FLOAT:
			return is_string || json->type == jbvNumeric;
		default:
			return true;
	}
}

/* Digits, perhaps with a point and nothing but zeros behind it. */
static bool
is_integer(const char *text, int64 least, int64 most)
{
	char *end;
	int64 value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno != 0 || end == text || value < least || value > most)
		return false;
	if (*end == '.')
		end += 1 + strspn(end + 1, "0");
	return *end == '\0';
}

static char *
number_text(const JsonbValue *json)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(json->val.numeric)));
}

static bool
is_label(const RlnGqlType *type, const char *text, int length)
{
	ListCell *lc;

	foreach(lc, type->values)
	{
		const char *label = lfirst(lc);

		if (strlen(label) == length && memcmp(label, text, length) == 0)
			return true;
	}
	return false;
}

static char *
make_fault(const RlnGqlType *type, char *shown)
{
	int length = pg_mbcliplen(shown, strlen(shown), MAX_SHOWN);

	shown = psprintf("%s%s", pnstrdup(shown, length), shown[length] == '\0' ? "" : "...");
	if (type->kind == RLN_GQL_ENUM)
		return psprintf("Value %s is not a value of the enum \"%s\".", shown, type->name);
	if (type->kind == RLN_GQL_INPUT_OBJECT)
		return psprintf("Expected value of type \"%s\", found %s.", type->name, shown);
	switch (type->scalar)
	{
		case RLN_GQL_SCALAR_INT:
			return psprintf("Int cannot represent %s: it holds whole numbers of 32 bits.", shown);
		case RLN_GQL_SCALAR_FLOAT:
			return psprintf("Float cannot represent non numeric value: %s", shown);
		case RLN_GQL_SCALAR_STRING:
			return psprintf("String cannot represent a non string value: %s", shown);
		case RLN_GQL_SCALAR_BOOLEAN:
			return psprintf("Boolean cannot represent a non boolean value: %s", shown);
		case RLN_GQL_SCALAR_ID:
			return psprintf("ID cannot represent a non-string and non-integer value: %s", shown);
		default:
			return psprintf("%s cannot represent value: %s", type->name, shown);
	}
}

static void
print_value(StringInfo buf, const RlnGqlValue *value)
{
	bool is_list = value->kind == RLN_GQL_LIST;
	ListCell *lc;

	if (buf->len > MAX_SHOWN)
		return;
	switch (value->kind)
	{
		case RLN_GQL_VARIABLE:
			appendStringInfo(buf, "$%s", value->text);
			break;
		case RLN_GQL_STRING:
			appendStringInfo(buf, "\"%s\"", value->text);
			break;
		case RLN_GQL_LIST:
		case RLN_GQL_OBJECT_VALUE:
			appendStringInfoChar(buf, is_list ? '[' : '{');
			foreach(lc, value->items)
			{
				RlnGqlArgument *field = lfirst(lc);

				appendStringInfoString(buf, foreach_current_index(lc) > 0 ? ", " : "");
				if (!is_list)
					appendStringInfo(buf, "%s: ", field->name);
				print_value(buf, is_list ? lfirst(lc) : field->value);
			}
			appendStringInfoChar(buf, is_list ? ']' : '}');
			break;
		default:
			appendStringInfoString(buf, value->text);
			break;
	}
}
