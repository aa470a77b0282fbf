/*
 * json_input.c
 *	  Reading JSON as values of SQL types.
 *
 * A scalar is read by its type's input function, whatever its looks: 5 and "5"
 * are what the type makes of them.  JSON arrays are arrays and JSON objects
 * composite values; both may be given as the type's text as well.  A domain's
 * checks hold for nulls too.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/json_input.h"

typedef enum InputKind
{
	INPUT_SCALAR,
	INPUT_STRING, /* text as it is */
	INPUT_BOOLEAN,
	INPUT_JSON,
	INPUT_ARRAY,
	INPUT_COMPOSITE
} InputKind;

struct RlnJsonInput
{
	InputKind kind;
	Oid type;
	int32 typmod;
	bool is_domain;
	bool is_textual; /* no JSON object or array is its text */
	void *domain;	 /* of domain_check() */
	MemoryContext context;
	FmgrInfo function;
	Oid io_param;

	/* of an array */
	RlnJsonInput *element;
	Oid element_type;
	int16 element_length;
	bool element_by_value;
	char element_align;

	/* of a composite type */
	TupleDesc desc;
	RlnJsonInput **fields;
};

/* an array while its elements come */
typedef struct ArrayState
{
	RlnJsonInput *input;
	int ndims;
	int dims[MAXDIM];
	int nvalues;
	int size;
	Datum *values;
	bool *nulls;
} ArrayState;

static void set_kind(RlnJsonInput *input, Oid base);
static Datum read_value(RlnJsonInput *input, const JsonbValue *json, bool *isnull);
static Datum read_scalar(RlnJsonInput *input, const JsonbValue *json);
static bool is_array(const JsonbValue *json);
static Datum read_array(RlnJsonInput *input, const JsonbValue *json);
static void add_elements(ArrayState *state, const JsonbValue *json, int depth);
static void add_element(ArrayState *state, const JsonbValue *json);
static Datum read_composite(RlnJsonInput *input, const JsonbValue *json);
static int find_attribute(TupleDesc desc, const JsonbValue *key);
RLN_NORETURN static void refuse(const RlnJsonInput *input, const JsonbValue *json);


/* How values of the type are read; in the current context. */
RlnJsonInput *
rln_json_input(Oid type, int32 typmod)
{
	RlnJsonInput *input = palloc0(sizeof(RlnJsonInput));
	int32 base_typmod = typmod;
	Oid base = getBaseTypeAndTypmod(type, &base_typmod);
	Oid function;

	input->type = type;
	input->typmod = typmod;
	input->context = CurrentMemoryContext;
	input->is_domain = get_typtype(type) == TYPTYPE_DOMAIN;
	input->is_textual = TypeCategory(base) == TYPCATEGORY_STRING;
	getTypeInputInfo(type, &function, &input->io_param);
	fmgr_info(function, &input->function);
	set_kind(input, base);
	return input;
}

static void
set_kind(RlnJsonInput *input, Oid base)
{
	input->element_type = get_element_type(base);
	if (OidIsValid(input->element_type))
	{
		input->kind = INPUT_ARRAY;
		get_typlenbyvalalign(input->element_type, &input->element_length,
							 &input->element_by_value, &input->element_align);
	}
	else if (base == JSONOID || base == JSONBOID)
		input->kind = INPUT_JSON;
	else if (OidIsValid(get_typ_typrelid(base)))
		input->kind = INPUT_COMPOSITE;
	else if (input->type == BOOLOID)
		input->kind = INPUT_BOOLEAN;
	else if ((input->type == TEXTOID || input->type == VARCHAROID) && input->typmod < 0)
		input->kind = INPUT_STRING;
	else
		input->kind = INPUT_SCALAR;
}

/*
 * The value, in the current context.  What the JSON is not good for is 22P02,
 * or what the type's input function says.
 */
Datum
rln_json_read(RlnJsonInput *input, const JsonbValue *json, bool *isnull)
{
	Datum value = (Datum) 0;

	check_stack_depth();
	*isnull = json->type == jbvNull;
	if (!*isnull)
		value = read_value(input, json, isnull);
	if (input->is_domain)
		domain_check(value, *isnull, input->type, &input->domain, input->context);
	return value;
}

static Datum
read_value(RlnJsonInput *input, const JsonbValue *json, bool *isnull)
{
	switch (input->kind)
	{
		case INPUT_STRING:
			if (json->type == jbvString)
				return PointerGetDatum(
					cstring_to_text_with_len(json->val.string.val, json->val.string.len));
			break;
		case INPUT_BOOLEAN:
			if (json->type == jbvBool)
				return BoolGetDatum(json->val.boolean);
			break;
		case INPUT_ARRAY:
			if (is_array(json))
				return read_array(input, json);
			break;
		case INPUT_COMPOSITE:
			if (json->type == jbvBinary && !is_array(json))
				return read_composite(input, json);
			break;
		default:
			break;
	}
	return read_scalar(input, json);
}

/* By the type's input function. */
static Datum
read_scalar(RlnJsonInput *input, const JsonbValue *json)
{
	char *text;

	if (input->kind == INPUT_JSON)
		text = JsonbToCString(NULL, &JsonbValueToJsonb((JsonbValue *) json)->root, 0);
	else if (json->type != jbvBinary)
		text = rln_json_text(json);
	else if (input->kind != INPUT_SCALAR || input->is_textual)
		refuse(input, json);
	else
		text = JsonbToCString(NULL, json->val.binary.data, json->val.binary.len);
	return InputFunctionCall(&input->function, text, input->io_param, input->typmod);
}

/* A string, number or boolean as text, palloc'd. */
char *
rln_json_text(const JsonbValue *json)
{
	switch (json->type)
	{
		case jbvString:
			return pnstrdup(json->val.string.val, json->val.string.len);
		case jbvNumeric:
			return DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(json->val.numeric)));
		case jbvBool:
			return pstrdup(json->val.boolean ? "true" : "false");
		default:
			return JsonbToCString(NULL, &JsonbValueToJsonb((JsonbValue *) json)->root, 0);
	}
}

static bool
is_array(const JsonbValue *json)
{
	return json->type == jbvBinary && JsonContainerIsArray(json->val.binary.data) &&
		!JsonContainerIsScalar(json->val.binary.data);
}

static Datum
read_array(RlnJsonInput *input, const JsonbValue *json)
{
	ArrayState state = {input};
	int lower[MAXDIM];

	if (input->element == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(input->context);

		input->element = rln_json_input(input->element_type, input->typmod);
		MemoryContextSwitchTo(before);
	}
	for (int i = 0; i < MAXDIM; i++)
		lower[i] = 1;
	add_elements(&state, json, 0);
	return PointerGetDatum(construct_md_array(
		state.values, state.nulls, state.nvalues == 0 ? 0 : state.ndims, state.dims, lower,
		input->element_type, input->element_length, input->element_by_value,
		input->element_align));
}

/* Elements that are arrays make another dimension, of one length throughout. */
static void
add_elements(ArrayState *state, const JsonbValue *json, int depth)
{
	JsonbIterator *it = JsonbIteratorInit(json->val.binary.data);
	int n = JsonContainerSize(json->val.binary.data);
	bool is_last = depth + 1 == state->ndims;
	JsonbValue element;

	check_stack_depth();
	if (depth >= MAXDIM)
		refuse(state->input, json);
	if (depth == state->ndims && state->nvalues == 0)
	{
		state->dims[state->ndims++] = n;
		is_last = true;
	}
	else if (depth >= state->ndims || state->dims[depth] != n)
		refuse(state->input, json);
	(void) JsonbIteratorNext(&it, &element, true);
	while (JsonbIteratorNext(&it, &element, true) == WJB_ELEM)
	{
		bool nested = is_array(&element) && state->input->element->kind != INPUT_JSON;

		CHECK_FOR_INTERRUPTS();
		if (nested)
		{
			/* only the very first element makes dimensions */
			if (is_last && state->nvalues > 0)
				refuse(state->input, json);
			add_elements(state, &element, depth + 1);
			is_last = false;
		}
		else if (depth + 1 != state->ndims)
			refuse(state->input, json);
		else
			add_element(state, &element);
	}
}

static void
add_element(ArrayState *state, const JsonbValue *json)
{
	if (state->nvalues == state->size)
	{
		state->size = Max(state->size * 2, 8);
		state->values = state->values == NULL
			? palloc(sizeof(Datum) * state->size)
			: repalloc_huge(state->values, sizeof(Datum) * state->size);
		state->nulls = state->nulls == NULL
			? palloc(sizeof(bool) * state->size)
			: repalloc_huge(state->nulls, sizeof(bool) * state->size);
	}
	state->values[state->nvalues] =
		rln_json_read(state->input->element, json, &state->nulls[state->nvalues]);
	state->nvalues++;
}

/* Fields that are not given are null; 42703 for one that the type does not have. */
static Datum
read_composite(RlnJsonInput *input, const JsonbValue *json)
{
	JsonbIterator *it;
	JsonbValue key;
	JsonbValue value;
	Datum *values;
	bool *nulls;
	Datum result;

	if (input->desc == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(input->context);

		input->desc = lookup_rowtype_tupdesc_copy(getBaseType(input->type), -1);
		input->fields = palloc0(sizeof(RlnJsonInput *) * input->desc->natts);
		for (int i = 0; i < input->desc->natts; i++)
		{
			Form_pg_attribute attribute = TupleDescAttr(input->desc, i);

			if (!attribute->attisdropped)
				input->fields[i] = rln_json_input(attribute->atttypid, attribute->atttypmod);
		}
		MemoryContextSwitchTo(before);
	}
	values = palloc0(sizeof(Datum) * input->desc->natts);
	nulls = palloc(sizeof(bool) * input->desc->natts);
	memset(nulls, true, sizeof(bool) * input->desc->natts);
	it = JsonbIteratorInit(json->val.binary.data);
	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		int i = find_attribute(input->desc, &key);

		(void) JsonbIteratorNext(&it, &value, true);
		if (i < 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("type %s has no attribute \"%s\"", format_type_be(input->type),
							pnstrdup(key.val.string.val, key.val.string.len))));
		values[i] = rln_json_read(input->fields[i], &value, &nulls[i]);
	}
	result = HeapTupleGetDatum(heap_form_tuple(input->desc, values, nulls));
	return result;
}

static int
find_attribute(TupleDesc desc, const JsonbValue *key)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped &&
			strlen(NameStr(attribute->attname)) == key->val.string.len &&
			memcmp(NameStr(attribute->attname), key->val.string.val, key->val.string.len) == 0)
			return i;
	}
	return -1;
}

static void
refuse(const RlnJsonInput *input, const JsonbValue *json)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("a JSON %s is no value of type %s", is_array(json) ? "array" : "object",
					format_type_be(input->type))));
}
