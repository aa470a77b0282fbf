/*
 * document.c
 *	  Documents kept by their text: parsed, and validated for a schema.
 *
 * Only valid documents are kept, and none that is very long.  The one that was
 * not used for longest makes room for another.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "graphql/graphql.h"

#define MAX_DOCUMENTS 256
#define MAX_LENGTH 65536

typedef struct Kept
{
	RlnGqlKept kept;
	dlist_node recent;
	uint64 hash;
	RlnGqlSchema *schema;
	RlnGqlDocument *document;
	int length;
	const char *text;
} Kept;

/* a document by the hash of its text and schema; two of one hash replace each other */
typedef struct DocumentEntry
{
	uint64 hash; /* hash key, must be first */
	Kept *kept;
} DocumentEntry;

static HTAB *documents = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);

static Kept *find_document(uint64 hash, const RlnGqlSchema *schema, const char *text, int length);
static RlnGqlDocument *make_document(RlnGqlCall *call, const char *text, int length);
static void keep(Kept *kept, MemoryContext context);
static void forget(Kept *kept);


/*
 * The document of the text, valid for the call's schema; it stays as long as
 * the call.  NULL where it is not valid: then the call has the errors.
 */
RlnGqlDocument *
rln_gql_document_lookup(RlnGqlCall *call, const char *text, int length)
{
	uint64 hash = hash_bytes_extended((const unsigned char *) text, length,
									  (uint64) (uintptr_t) call->schema);
	Kept *kept = length > MAX_LENGTH ? NULL : find_document(hash, call->schema, text, length);
	MemoryContext context;
	MemoryContext before;

	if (kept != NULL)
	{
		dlist_move_head(&recent, &kept->recent);
		rln_gql_pin(&kept->kept, call->context);
		return kept->document;
	}
	context = AllocSetContextCreate(call->context, "relations: GraphQL document",
									ALLOCSET_SMALL_SIZES);
	before = MemoryContextSwitchTo(context);
	kept = palloc0(sizeof(Kept));
	kept->document = make_document(call, text, length);
	if (kept->document != NULL && length <= MAX_LENGTH && !call->schema->kept.is_dropped)
	{
		kept->hash = hash;
		kept->schema = call->schema;
		kept->length = length;
		kept->text = pnstrdup(text, length);
		keep(kept, context);
		rln_gql_pin(&kept->kept, call->context);
	}
	MemoryContextSwitchTo(before);
	return kept->document;
}

/* Those that are valid for the schema. */
void
rln_gql_forget_documents(RlnGqlSchema *schema)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &recent)
	{
		Kept *kept = dlist_container(Kept, recent, iter.cur);

		if (kept->schema == schema)
			forget(kept);
	}
}

static Kept *
find_document(uint64 hash, const RlnGqlSchema *schema, const char *text, int length)
{
	DocumentEntry *entry = NULL;

	if (documents != NULL)
		entry = hash_search(documents, &hash, HASH_FIND, NULL);
	if (entry == NULL)
		return NULL;
	if (entry->kept->schema != schema || entry->kept->length != length ||
		memcmp(entry->kept->text, text, length) != 0)
	{
		forget(entry->kept);
		return NULL;
	}
	return entry->kept;
}

/* In the current context; NULL with errors, which are the call's. */
static RlnGqlDocument *
make_document(RlnGqlCall *call, const char *text, int length)
{
	RlnGqlError *error;
	RlnGqlDocument *document = rln_gql_parse(text, length, &error);

	if (document == NULL)
		call->errors = list_make1(error);
	else
		call->errors = rln_gql_validate(call->schema, document);
	return call->errors == NIL ? document : NULL;
}

/* From here on it belongs to the backend. */
static void
keep(Kept *kept, MemoryContext context)
{
	DocumentEntry *entry;
	bool found;

	if (documents == NULL)
	{
		HASHCTL control = {.keysize = sizeof(uint64),
						   .entrysize = sizeof(DocumentEntry),
						   .hcxt = CacheMemoryContext};

		documents = hash_create("relations: GraphQL documents", MAX_DOCUMENTS, &control,
								HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	/* validating may have kept another of the same hash */
	entry = hash_search(documents, &kept->hash, HASH_FIND, NULL);
	if (entry != NULL)
		forget(entry->kept);
	while (hash_get_num_entries(documents) >= MAX_DOCUMENTS)
		forget(dlist_tail_element(Kept, recent, &recent));
	entry = hash_search(documents, &kept->hash, HASH_ENTER, &found);
	kept->kept.context = context;
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->kept = kept;
	dlist_push_head(&recent, &kept->recent);
}

static void
forget(Kept *kept)
{
	hash_search(documents, &kept->hash, HASH_REMOVE, NULL);
	dlist_delete(&kept->recent);
	rln_gql_drop(&kept->kept);
}
