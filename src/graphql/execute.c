/*
 * execute.c
 *	  A request, from its text to its response (specification, sections 6 and 7).
 *
 * Each root field runs in a subtransaction: what it raises becomes an error of
 * the response and a null, and the others have their results.  Below a root
 * nothing fails alone, since all rows of a list come from one statement.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/error.h"
#include "base/json.h"
#include "base/path.h"
#include "graphql/graphql.h"
#include "run/run.h"

/* a step of a request, which may fail */
typedef void (*Step)(RlnGqlCall *call, void *arg);

typedef struct Prepared
{
	const char *query;
	int length;
	Jsonb *variables;
	const char *operation;
} Prepared;

typedef struct RootStep
{
	const RlnGqlAsked *asked;
	StringInfo out;
} RootStep;

typedef struct Attempt
{
	RlnGqlCall *call;
	Step step;
	void *arg;
} Attempt;

static void prepare(RlnGqlCall *call, void *arg);
static bool coerce_variables(RlnGqlCall *call, Jsonb *given);
static void choose_operation(RlnGqlCall *call, const char *name);
static void refuse(RlnGqlCall *call, const char *message);
static void execute(RlnGqlCall *call, StringInfo out);
static void write_root(RlnGqlCall *call, const RlnGqlAsked *asked, StringInfo out);
static void run_root(RlnGqlCall *call, void *arg);
static bool attempt(RlnGqlCall *call, Step step, void *arg);
static void run_step(void *arg);
static void note_raised(void *arg);


/* The response, in the current context. */
text *
rln_gql_execute(const char *query, int length, Jsonb *variables, const char *operation)
{
	RlnGqlCall *call;
	Prepared prepared = {query, length, variables, operation};
	MemoryContext context =
		AllocSetContextCreate(CurrentMemoryContext, "relations: GraphQL request", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before;
	StringInfoData out;

	rln_text_begin(&out);
	before = MemoryContextSwitchTo(context);
	call = palloc0(sizeof(RlnGqlCall));
	call->context = context;
	rln_json_append_char(&out, '{');
	if (attempt(call, prepare, &prepared) && call->errors == NIL)
		execute(call, &out);
	if (call->errors != NIL)
	{
		if (out.len > VARHDRSZ + 1)
			rln_json_append_char(&out, ',');
		rln_gql_errors_write(&out, call->errors);
	}
	rln_json_append_char(&out, '}');
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	return rln_text_end(&out);
}

/* What comes before any data: without it there is none. */
static void
prepare(RlnGqlCall *call, void *arg)
{
	const Prepared *prepared = arg;

	call->schema = rln_gql_schema_lookup(call->context);
	call->document = rln_gql_document_lookup(call, prepared->query, prepared->length);
	if (call->document == NULL)
		return;
	choose_operation(call, prepared->operation);
	if (call->operation == NULL || !coerce_variables(call, prepared->variables))
		return;
	call->roots = rln_gql_collect(call, call->operation->type,
								  list_make1(call->operation->selections));
}

/* The request's variables: an object, null or nothing. */
static bool
coerce_variables(RlnGqlCall *call, Jsonb *given)
{
	JsonbValue variables;

	if (given == NULL ||
		(JB_ROOT_IS_SCALAR(given) && JsonbExtractScalar(&given->root, &variables) &&
		 variables.type == jbvNull))
		return rln_gql_coerce_variables(call, NULL);
	if (!JB_ROOT_IS_OBJECT(given))
	{
		refuse(call, "Variables must be provided as an object whose keys are their names.");
		return false;
	}
	variables.type = jbvBinary;
	variables.val.binary.data = &given->root;
	variables.val.binary.len = VARSIZE(given) - VARHDRSZ;
	return rln_gql_coerce_variables(call, &variables);
}

static void
choose_operation(RlnGqlCall *call, const char *name)
{
	ListCell *lc;

	if (call->document->operations == NIL)
		refuse(call, "Must provide an operation.");
	else if (name == NULL && list_length(call->document->operations) > 1)
		refuse(call, "Must provide operation name if query contains multiple operations.");
	else if (name == NULL)
		call->operation = linitial(call->document->operations);
	else
	{
		foreach(lc, call->document->operations)
		{
			RlnGqlOperation *operation = lfirst(lc);

			if (operation->name != NULL && strcmp(operation->name, name) == 0)
				call->operation = operation;
		}
		if (call->operation == NULL)
			refuse(call, psprintf("Unknown operation named \"%s\".", name));
	}
}

/* An error without a place. */
static void
refuse(RlnGqlCall *call, const char *message)
{
	RlnGqlError *error = palloc0(sizeof(RlnGqlError));

	error->message = message;
	error->code = "GRAPHQL_VALIDATION";
	call->errors = lappend(call->errors, error);
}

static void
execute(RlnGqlCall *call, StringInfo out)
{
	ListCell *lc;

	rln_json_append(out, "\"data\":{", 8);
	foreach(lc, call->roots)
	{
		const RlnGqlAsked *asked = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			rln_json_append_char(out, ',');
		rln_json_string(out, asked->key, strlen(asked->key));
		rln_json_append_char(out, ':');
		write_root(call, asked, out);
	}
	rln_json_append_char(out, '}');
}

/* The value of the field, or null with an error. */
static void
write_root(RlnGqlCall *call, const RlnGqlAsked *asked, StringInfo out)
{
	RootStep step = {asked, out};
	int start = out->len;
	RlnGqlError *error;

	if (attempt(call, run_root, &step))
		return;
	out->len = start;
	rln_json_append(out, "null", 4);
	error = llast(call->errors);
	error->keys = list_make1((char *) asked->key);
	if (error->places == NIL)
		rln_gql_error_place(error, asked->node->place);
}

static void
run_root(RlnGqlCall *call, void *arg)
{
	RootStep *step = arg;
	const RlnGqlField *field = step->asked->field;
	Oid relid = field->collection == NULL ? InvalidOid : field->collection->relid;

	switch (field->means)
	{
		case RLN_GQL_MEANS_TYPENAME:
			rln_json_string(step->out, call->operation->type->name,
							strlen(call->operation->type->name));
			break;
		case RLN_GQL_MEANS_META:
			rln_gql_introspect(call, step->out, step->asked);
			break;
		case RLN_GQL_MEANS_READ_ONE:
			if (!rln_append_item(step->out, relid, rln_gql_request(call, step->asked)))
				rln_json_append(step->out, "null", 4);
			break;
		case RLN_GQL_MEANS_READ_MANY:
		case RLN_GQL_MEANS_READ_GROUPS:
			rln_append_items(step->out, relid, rln_gql_request(call, step->asked));
			break;
		default:
			rln_gql_mutate(call, step->out, step->asked);
			break;
	}
}

/*
 * Runs the step in a subtransaction.  False where it failed: the error is the
 * last of the call's, and nothing of what it did is left.
 */
static bool
attempt(RlnGqlCall *call, Step step, void *arg)
{
	Attempt attempted = {call, step, arg};
	ErrorData *error = rln_attempt(run_step, &attempted);

	if (error == NULL)
		return true;
	if (rln_error_is_fatal(error->sqlerrcode))
		ReThrowError(error);
	call->errors = lappend(call->errors, rln_gql_error_of(call, error));
	return false;
}

/* An error notes its place before it leaves. */
static void
run_step(void *arg)
{
	Attempt *attempted = arg;
	ErrorContextCallback callback = {error_context_stack, note_raised, attempted->call};

	error_context_stack = &callback;
	attempted->step(attempted->call, attempted->arg);
	error_context_stack = callback.previous;
}

static void
note_raised(void *arg)
{
	rln_gql_note_raised(arg, rln_path_raised());
}
