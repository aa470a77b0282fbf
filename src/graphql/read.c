/*
 * read.c
 *	  A root field that reads, to a query.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "graphql/graphql.h"
#include "query/node.h"
#include "json/json_front.h"

static RlnRead *make_read(RlnGqlCall *call, RlnRequest *request, const RlnGqlAsked *asked,
						  bool is_deep);
static void choose_fields(RlnGqlCall *call, RlnRequest *request, RlnRead *read,
						  const RlnGqlType *type, const List *selections);
static RlnChoice *choose_field(RlnGqlCall *call, RlnRequest *request, const RlnGqlType *type,
							   const RlnGqlAsked *asked);
static void choose_scopes(RlnGqlCall *call, RlnRequest *request, RlnChoice *choice,
						  const RlnGqlAsked *asked);
static void choose_results(RlnGqlCall *call, RlnRead *read, const RlnGqlAsked *root);
static RlnChoice *choose_result(RlnGqlCall *call, RlnRead *read, const RlnGqlType *type,
								const RlnGqlAsked *asked);
static void add_result(RlnRead *read, RlnChoice *choice);
static void add_key(RlnGqlCall *call, RlnRequest *request, const RlnGqlAsked *root);
static RlnChoice *make_choice(RlnChoiceKind kind, const RlnGqlAsked *asked);
static const char *type_name_json(const RlnGqlType *type);
static void count_list(RlnGqlCall *call);


/* The query that the root field is; its keys are those of the response. */
RlnRequest *
rln_gql_request(RlnGqlCall *call, const RlnGqlAsked *root)
{
	RlnRequest *request = palloc0(sizeof(RlnRequest));

	request->query = make_read(call, request, root, false);
	if (root->field->means == RLN_GQL_MEANS_READ_GROUPS)
		choose_results(call, request->query, root);
	else
		choose_fields(call, request, request->query, root->field->type.type, root->selections);
	if (root->field->means == RLN_GQL_MEANS_READ_ONE)
		add_key(call, request, root);
	return request;
}

/* The query that reads back what a mutation has written. */
RlnRequest *
rln_gql_selection(RlnGqlCall *call, const RlnGqlAsked *root)
{
	RlnRequest *request = palloc0(sizeof(RlnRequest));

	request->query = rln_read_make();
	request->query->is_chosen = true;
	choose_fields(call, request, request->query, root->field->type.type, root->selections);
	return request;
}

/* A path step, which whoever enters it leaves, and its place in the document. */
RlnPath *
rln_gql_enter(RlnGqlCall *call, const char *key, RlnGqlPlace place)
{
	RlnGqlLocated *located = palloc(sizeof(RlnGqlLocated));

	located->place = place;
	rln_path_enter_key(&located->path, key);
	call->places = lappend(call->places, located);
	return &located->path;
}

/* Where an error was raised; for an error context callback, while path is there. */
void
rln_gql_note_raised(RlnGqlCall *call, const RlnPath *path)
{
	call->raised_place.line = 0;
	for (; path != NULL && call->raised_place.line == 0; path = path->outer)
	{
		if (list_member_ptr(call->places, path))
			call->raised_place = ((const RlnGqlLocated *) path)->place;
	}
}

/* The arguments of a field; what is selected of it comes later. */
static RlnRead *
make_read(RlnGqlCall *call, RlnRequest *request, const RlnGqlAsked *asked, bool is_deep)
{
	List *arguments = NIL;
	RlnFilter *filter = NULL;
	RlnRead *read;
	ListCell *lc;

	foreach(lc, asked->node->arguments == NIL ? NIL : asked->field->arguments)
	{
		const RlnGqlInputField *means = lfirst(lc);
		RlnGqlInput *input = rln_gql_coerce_argument(call, asked->node, means);
		RlnPath *path;

		if (input == NULL || input->kind == RLN_GQL_GIVEN_NULL || strcmp(means->of, "id") == 0)
			continue;
		path = rln_gql_enter(call, means->name, input->place);
		if (strcmp(means->of, "filter") == 0)
			filter = rln_gql_filter(call, request, input);
		else
		{
			RlnJsonArgument *argument = palloc(sizeof(RlnJsonArgument));

			argument->key = means->of;
			argument->value = rln_gql_input_json(input);
			argument->path = path;
			arguments = lappend(arguments, argument);
		}
		rln_path_leave(path);
	}
	read = rln_json_query(request, arguments, is_deep);
	read->filter = filter;
	read->is_chosen = true;
	return read;
}

static void
choose_fields(RlnGqlCall *call, RlnRequest *request, RlnRead *read, const RlnGqlType *type,
			  const List *selections)
{
	ListCell *lc;

	foreach(lc, rln_gql_collect(call, type, selections))
	{
		RlnGqlAsked *asked = lfirst(lc);
		RlnPath *path = rln_gql_enter(call, asked->key, asked->node->place);
		RlnChoice *choice = choose_field(call, request, type, asked);

		choice->path = path;
		read->choices = lappend(read->choices, choice);
		rln_path_leave(path);
	}
}

static RlnChoice *
choose_field(RlnGqlCall *call, RlnRequest *request, const RlnGqlType *type,
			 const RlnGqlAsked *asked)
{
	const RlnGqlField *field = asked->field;
	RlnChoice *choice = make_choice(RLN_CHOICE_VALUE, asked);
	ListCell *lc;

	switch (field->means)
	{
		case RLN_GQL_MEANS_TYPENAME:
			choice->kind = RLN_CHOICE_TEXT;
			choice->text = type_name_json(type);
			break;
		case RLN_GQL_MEANS_RELATION:
			count_list(call);
			choice->kind = RLN_CHOICE_ROWS;
			choice->step = rln_step_make(field->of, NULL, NULL);
			choice->query = make_read(call, request, asked, true);
			choose_fields(call, request, choice->query, field->type.type, asked->selections);
			break;
		case RLN_GQL_MEANS_ANY:
			choice->kind = RLN_CHOICE_ANY;
			choice->step = rln_step_make(field->of, NULL, NULL);
			choose_scopes(call, request, choice, asked);
			break;
		case RLN_GQL_MEANS_FUNCTIONS:
			choice->kind = RLN_CHOICE_OBJECT;
			foreach(lc, rln_gql_collect(call, field->type.type, asked->selections))
			{
				RlnGqlAsked *function = lfirst(lc);
				RlnChoice *inner = choose_field(call, request, field->type.type, function);

				if (inner->kind == RLN_CHOICE_VALUE)
					inner->step = rln_step_make(field->of, function->field->of, NULL);
				choice->choices = lappend(choice->choices, inner);
			}
			break;
		default:
			choice->step = rln_step_make(field->of, NULL, NULL);
			choice->as_string = field->as_string;
			break;
	}
	return choice;
}

/* What is asked of an item, for each collection that it may be of. */
static void
choose_scopes(RlnGqlCall *call, RlnRequest *request, RlnChoice *choice, const RlnGqlAsked *asked)
{
	ListCell *lc;

	foreach(lc, asked->field->part->ends)
	{
		const RlnGqlEnd *end = lfirst(lc);
		RlnDeep *deep = palloc0(sizeof(RlnDeep));

		count_list(call);
		deep->scope = end->scope;
		deep->query = rln_read_make();
		deep->query->is_chosen = true;
		choose_fields(call, request, deep->query, end->collection->types[RLN_GQL_TYPE_ITEM],
					  asked->selections);
		choice->scopes = lappend(choice->scopes, deep);
	}
}

/* What is asked of groups; without a function they would be items. */
static void
choose_results(RlnGqlCall *call, RlnRead *read, const RlnGqlAsked *root)
{
	const RlnGqlType *type = root->field->type.type;
	RlnGqlAsked count = {.key = "countAll"};
	ListCell *lc;

	foreach(lc, rln_gql_collect(call, type, root->selections))
		read->choices = lappend(read->choices, choose_result(call, read, type, lfirst(lc)));
	if (read->aggregate == NIL && read->group == NIL)
	{
		RlnChoice *choice = make_choice(RLN_CHOICE_RESULT, &count);

		choice->function = "countAll";
		add_result(read, choice);
	}
}

static RlnChoice *
choose_result(RlnGqlCall *call, RlnRead *read, const RlnGqlType *type, const RlnGqlAsked *asked)
{
	const RlnGqlField *field = asked->field;
	RlnChoice *choice = make_choice(RLN_CHOICE_RESULT, asked);
	ListCell *lc;

	switch (field->means)
	{
		case RLN_GQL_MEANS_TYPENAME:
			choice->kind = RLN_CHOICE_TEXT;
			choice->text = type_name_json(type);
			break;
		case RLN_GQL_MEANS_GROUP:
			/* without groupBy there is no such thing */
			choice->kind = read->group == NIL ? RLN_CHOICE_TEXT : RLN_CHOICE_GROUP;
			choice->text = read->group == NIL ? "null" : NULL;
			break;
		case RLN_GQL_MEANS_AGGREGATES:
			choice->kind = RLN_CHOICE_OBJECT;
			foreach(lc, rln_gql_collect(call, field->type.type, asked->selections))
			{
				RlnGqlAsked *of = lfirst(lc);
				RlnChoice *inner = make_choice(RLN_CHOICE_RESULT, of);

				if (of->field->means == RLN_GQL_MEANS_TYPENAME)
					inner = choose_result(call, read, field->type.type, of);
				else
				{
					inner->function = field->of;
					inner->step = rln_step_make(of->field->of, NULL, NULL);
					inner->as_string = of->field->as_string;
					add_result(read, inner);
				}
				choice->choices = lappend(choice->choices, inner);
			}
			break;
		default:
			choice->function = "countAll";
			add_result(read, choice);
			break;
	}
	return choice;
}

/* Each function of a field is computed once, under however many keys it is asked. */
static void
add_result(RlnRead *read, RlnChoice *choice)
{
	RlnAggregate *aggregate = palloc0(sizeof(RlnAggregate));
	ListCell *lc;

	foreach(lc, read->aggregate)
	{
		const RlnAggregate *other = lfirst(lc);

		if (strcmp(other->function, choice->function) == 0 &&
			(choice->step == NULL
				 ? other->step == NULL
				 : other->step != NULL && strcmp(other->step->name, choice->step->name) == 0))
			return;
	}
	aggregate->function = choice->function;
	aggregate->step = choice->step;
	read->aggregate = lappend(read->aggregate, aggregate);
}

/* The key as the request's last value. */
static void
add_key(RlnGqlCall *call, RlnRequest *request, const RlnGqlAsked *root)
{
	RlnGqlInput *input =
		rln_gql_coerce_argument(call, root->node, linitial(root->field->arguments));
	RlnPath *path = rln_gql_enter(call, "id", input->place);

	(void) rln_value_make(request, rln_gql_key(root->field->collection, input->json));
	rln_path_leave(path);
}

/* The key as it was given, or what its text is where it has several columns. */
JsonbValue *
rln_gql_key(const RlnGqlCollection *collection, JsonbValue *json)
{
	char *text;
	Jsonb *jsonb;
	JsonbValue *key;

	if (list_length(collection->key) < 2 || json->type != jbvString)
		return json;
	text = pnstrdup(json->val.string.val, json->val.string.len);
	jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	if (JB_ROOT_IS_SCALAR(jsonb))
		return json;
	key = palloc(sizeof(JsonbValue));
	rln_json_whole(jsonb, key);
	return key;
}

static RlnChoice *
make_choice(RlnChoiceKind kind, const RlnGqlAsked *asked)
{
	RlnChoice *choice = palloc0(sizeof(RlnChoice));

	choice->kind = kind;
	choice->key = asked->key;
	return choice;
}

static const char *
type_name_json(const RlnGqlType *type)
{
	return psprintf("\"%s\"", type->name);
}

/* 54001 before the query is made, which has the same limit. */
static void
count_list(RlnGqlCall *call)
{
	if (++call->nlists > RLN_MAX_NODES)
		ereport(ERROR,
				(errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				 errmsg("the document asks for more than %d lists", RLN_MAX_NODES)));
}
