/*
 * json.c
 *	  Writing values as JSON text: types, arrays, rows.
 *
 * The rules are to_json()'s (json_categorize_type() and its users in the
 * server); the cost is not: the server looks a type up again for each value of
 * a row and copies each value's text twice.
 *
 * Types form a tree: an array type holds its element's, a row type those of
 * its columns.  An inner type is looked up when its first value comes, because
 * some are known no sooner (record, anyarray), and a value may differ from the
 * one before it.  What was looked up about types of users is looked up again
 * when the catalogs that say it have changed.
 *
 * Nothing that is allocated for one value outlives it, except what output and
 * cast functions of users leave in the current context, so call this in a
 * context that is reset from time to time.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "parser/parse_coerce.h"
#include "utils/arrayaccess.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/json.h"

/* a power of two; labels beyond that replace each other */
#define KEPT_LABELS 16

/* an enum's label as JSON text */
typedef struct Label
{
	Oid value;
	int len;
	char *text;
} Label;

typedef struct Column
{
	const char *key; /* ,"name": */
	int key_len;
	Oid type_id;
	bool is_dropped;
	RlnJsonType *type; /* NULL until a value comes */
} Column;

/* the columns of a row type as it stands */
typedef struct Columns
{
	uint64 identifier; /* the type cache's; another one when the type changes */
	int count;
	Column *column;
	Datum *values;
	bool *nulls;
} Columns;

/* the elements of an array and their storage */
typedef struct Element
{
	Oid type_id;
	int16 length;
	bool by_value;
	char align;
	RlnJsonType *type;
} Element;

struct RlnJsonType
{
	RlnJsonWriter write;
	Oid type_id;		   /* no domain */
	MemoryContext context; /* that of the type itself */
	MemoryContext inner;   /* of what is below, forgotten together */
	uint64 generation;	   /* when function and labels were looked up */
	FmgrInfo function;	   /* output, or the cast to json */
	Label *labels;		   /* enums: KEPT_LABELS of them */
	Element *element;	   /* arrays */
	Columns *columns;	   /* rows */
};

/* an array that is being written */
typedef struct ArrayWalk
{
	StringInfo buf;
	Element *element;
	array_iter iter;
	int ndims;
	const int *dims;
	int done; /* elements */
} ArrayWalk;

/* counts changes of pg_cast, pg_enum and pg_proc */
static uint64 generation = 1;

static RlnJsonType *make_type(Oid type_id, MemoryContext context);
static void choose_writer(RlnJsonType *type);
static void choose_function(RlnJsonType *type);
static Oid json_cast(Oid type_id);
static void count_changes(void);
static void count_change(Datum arg, int cacheid, uint32 hashvalue);
static bool write_anew(StringInfo buf, RlnJsonType *type, Datum value);
static void write_output(StringInfo buf, RlnJsonType *type, Datum value);
static void write_cast(StringInfo buf, RlnJsonType *type, Datum value);
static void write_enum(StringInfo buf, RlnJsonType *type, Datum value);
static void set_label(RlnJsonType *type, Label *label, Oid value);
static void write_array(StringInfo buf, RlnJsonType *type, Datum value);
static Element *get_element(RlnJsonType *type, Oid element_id);
static void renew_inner(RlnJsonType *type);
static void write_dimension(ArrayWalk *walk, int dim);
static void write_row(StringInfo buf, RlnJsonType *type, Datum value);
static Columns *get_columns(RlnJsonType *type, TupleDesc desc);
static Columns *make_columns(TupleDesc desc, uint64 identifier);


/* Looks up how values of the type are written; in CurrentMemoryContext. */
RlnJsonType *
rln_json_type(Oid type)
{
	return make_type(type, CurrentMemoryContext);
}

/*
 * Appends a value that is not null as to_json() would give it.  54000 where
 * the buffer would pass the size of a value.
 */
void
rln_json_value(StringInfo buf, RlnJsonType *type, Datum value)
{
	type->write(buf, type, value);
	buf->data[buf->len] = '\0';
}

static RlnJsonType *
make_type(Oid type_id, MemoryContext context)
{
	RlnJsonType *type = MemoryContextAllocZero(context, sizeof(RlnJsonType));

	type->context = context;
	type->type_id = getBaseType(type_id);
	choose_writer(type);
	return type;
}

static void
choose_writer(RlnJsonType *type)
{
	Oid type_id = type->type_id;

	type->write = rln_json_scalar_writer(type_id);
	if (type->write != NULL)
		return;
	if (OidIsValid(get_element_type(type_id)) || type_id == ANYARRAYOID ||
		type_id == ANYCOMPATIBLEARRAYOID || type_id == RECORDARRAYOID)
		type->write = write_array;
	else if (type_is_rowtype(type_id))
		type->write = write_row;
	else
		choose_function(type);
}

/*
 * As json_categorize_type(): only a type that is not built in may bring its own
 * cast to json.
 */
static void
choose_function(RlnJsonType *type)
{
	Oid function = InvalidOid;
	RlnJsonWriter write = write_cast;
	uint64 now;
	bool is_varlena;

	count_changes();
	now = generation;
	renew_inner(type);
	type->labels = NULL;
	if (type->type_id >= FirstNormalObjectId)
		function = json_cast(type->type_id);
	if (!OidIsValid(function))
	{
		write = type_is_enum(type->type_id) ? write_enum : write_output;
		getTypeOutputInfo(type->type_id, &function, &is_varlena);
	}
	fmgr_info_cxt(function, &type->function, type->inner);
	type->write = write;
	type->generation = now;
}

/* The function that casts the type to json; invalid if there is none. */
static Oid
json_cast(Oid type_id)
{
	Oid function;

	if (find_coercion_pathway(JSONOID, type_id, COERCION_EXPLICIT, &function) !=
		COERCION_PATH_FUNC)
		return InvalidOid;
	return function;
}

static void
count_changes(void)
{
	static bool is_counting = false;

	if (is_counting)
		return;
	CacheRegisterSyscacheCallback(CASTSOURCETARGET, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(ENUMOID, count_change, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, count_change, (Datum) 0);
	is_counting = true;
}

static void
count_change(Datum arg, int cacheid, uint32 hashvalue)
{
	generation++;
}

/* Has something changed?  Then the value is written by what is true now. */
static bool
write_anew(StringInfo buf, RlnJsonType *type, Datum value)
{
	if (likely(type->generation == generation))
		return false;
	choose_function(type);
	type->write(buf, type, value);
	return true;
}

/* A type without a form of its own: the string that its output function gives. */
static void
write_output(StringInfo buf, RlnJsonType *type, Datum value)
{
	char *text;

	if (write_anew(buf, type, value))
		return;
	text = OutputFunctionCall(&type->function, value);
	rln_json_string(buf, text, strlen(text));
	pfree(text);
}

/* A user's type with a cast to json, which json values show as it is. */
static void
write_cast(StringInfo buf, RlnJsonType *type, Datum value)
{
	text *json;

	if (write_anew(buf, type, value))
		return;
	json = DatumGetTextPP(FunctionCall1(&type->function, value));
	rln_json_append(buf, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json));
}

static void
write_enum(StringInfo buf, RlnJsonType *type, Datum value)
{
	Oid oid = DatumGetObjectId(value);
	Label *label;

	if (write_anew(buf, type, value))
		return;
	if (type->labels == NULL)
		type->labels = MemoryContextAllocZero(type->inner, KEPT_LABELS * sizeof(Label));
	/* labels made with their type have even numbers */
	label = &type->labels[(oid >> 1) % KEPT_LABELS];
	if (label->value != oid)
		set_label(type, label, oid);
	rln_json_append(buf, label->text, label->len);
}

static void
set_label(RlnJsonType *type, Label *label, Oid value)
{
	char *name = OutputFunctionCall(&type->function, ObjectIdGetDatum(value));
	MemoryContext caller = MemoryContextSwitchTo(type->inner);
	StringInfoData buf;

	initStringInfo(&buf);
	rln_json_string(&buf, name, strlen(name));
	MemoryContextSwitchTo(caller);
	pfree(name);
	if (label->text != NULL)
		pfree(label->text);
	label->value = value;
	label->len = buf.len;
	label->text = buf.data;
}

/* "[[1,2],[3,null]]", or "[]" for an array of no elements and any number of dimensions */
static void
write_array(StringInfo buf, RlnJsonType *type, Datum value)
{
	AnyArrayType *array;
	ArrayWalk walk;

	check_stack_depth();
	array = DatumGetAnyArrayP(value);
	walk.buf = buf;
	walk.ndims = AARR_NDIM(array);
	walk.dims = AARR_DIMS(array);
	walk.done = 0;
	if (ArrayGetNItems(walk.ndims, walk.dims) <= 0)
		rln_json_append(buf, "[]", 2);
	else
	{
		walk.element = get_element(type, AARR_ELEMTYPE(array));
		array_iter_setup(&walk.iter, array);
		write_dimension(&walk, 0);
	}
	if (!VARATT_IS_EXPANDED_HEADER(array) && (Pointer) array != DatumGetPointer(value))
		pfree(array);
}

/* The array's own element type, which anyarray leaves open. */
static Element *
get_element(RlnJsonType *type, Oid element_id)
{
	Element *element = type->element;

	if (element != NULL && element->type_id == element_id)
		return element;
	type->element = NULL;
	renew_inner(type);
	element = MemoryContextAlloc(type->inner, sizeof(Element));
	element->type_id = element_id;
	get_typlenbyvalalign(element_id, &element->length, &element->by_value, &element->align);
	element->type = make_type(element_id, type->inner);
	type->element = element;
	return element;
}

/* Forgets what was looked up. */
static void
renew_inner(RlnJsonType *type)
{
	if (type->inner == NULL)
		type->inner = AllocSetContextCreate(type->context, "relations type of JSON text",
											ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(type->inner);
}

static void
write_dimension(ArrayWalk *walk, int dim)
{
	StringInfo buf = walk->buf;
	Element *element = walk->element;

	rln_json_append_char(buf, '[');
	for (int i = 0; i < walk->dims[dim]; i++)
	{
		bool is_null;
		Datum value;

		CHECK_FOR_INTERRUPTS();
		if (i > 0)
			rln_json_append_char(buf, ',');
		if (dim + 1 < walk->ndims)
		{
			write_dimension(walk, dim + 1);
			continue;
		}
		value = array_iter_next(&walk->iter, &is_null, walk->done++, element->length,
								element->by_value, element->align);
		if (is_null)
			rln_json_append(buf, "null", 4);
		else
			element->type->write(buf, element->type, value);
	}
	rln_json_append_char(buf, ']');
}

/* {"a":1,"b":null}, of any row type: the value itself says of which */
static void
write_row(StringInfo buf, RlnJsonType *type, Datum value)
{
	HeapTupleHeader header;
	HeapTupleData tuple;
	TupleDesc desc;
	Columns *columns;
	bool is_first = true;

	check_stack_depth();
	header = rln_datum_get_tuple(value);
	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header),
								  HeapTupleHeaderGetTypMod(header));
	columns = get_columns(type, desc);
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	heap_deform_tuple(&tuple, desc, columns->values, columns->nulls);
	ReleaseTupleDesc(desc);

	rln_json_append_char(buf, '{');
	for (int i = 0; i < columns->count; i++)
	{
		Column *column = &columns->column[i];

		if (column->is_dropped)
			continue;
		rln_json_append(buf, column->key + is_first, column->key_len - is_first);
		is_first = false;
		if (columns->nulls[i])
			rln_json_append(buf, "null", 4);
		else
		{
			if (column->type == NULL)
				column->type = make_type(column->type_id, type->inner);
			column->type->write(buf, column->type, columns->values[i]);
		}
	}
	rln_json_append_char(buf, '}');
	if ((Pointer) header != DatumGetPointer(value))
		pfree(header);
}

/* Made anew when a value has another row type, or the row type has changed. */
static Columns *
get_columns(RlnJsonType *type, TupleDesc desc)
{
	uint64 identifier = assign_record_type_identifier(desc->tdtypeid, desc->tdtypmod);
	MemoryContext caller;

	if (type->columns != NULL && type->columns->identifier == identifier)
		return type->columns;
	type->columns = NULL;
	renew_inner(type);
	caller = MemoryContextSwitchTo(type->inner);
	type->columns = make_columns(desc, identifier);
	MemoryContextSwitchTo(caller);
	return type->columns;
}

static Columns *
make_columns(TupleDesc desc, uint64 identifier)
{
	Columns *columns = palloc(sizeof(Columns));

	columns->identifier = identifier;
	columns->count = desc->natts;
	columns->column = palloc0(desc->natts * sizeof(Column));
	columns->values = palloc(desc->natts * sizeof(Datum));
	columns->nulls = palloc(desc->natts * sizeof(bool));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Column *column = &columns->column[i];
		StringInfoData key;

		column->is_dropped = attribute->attisdropped;
		column->type_id = attribute->atttypid;
		initStringInfo(&key);
		rln_json_append_char(&key, ',');
		rln_json_string(&key, NameStr(attribute->attname), strlen(NameStr(attribute->attname)));
		rln_json_append_char(&key, ':');
		column->key = key.data;
		column->key_len = key.len;
	}
	return columns;
}
