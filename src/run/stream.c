/*
 * stream.c
 *	  Items one by one, in memory for a batch of them.
 *
 * The root's rows come through a portal, whose snapshot is that of the query
 * that called us, a batch at a time; then the statements below run for the
 * batch.  Between calls nothing is connected.  The portal is closed when the
 * caller's expression is shut down; after an error the end of the
 * (sub)transaction does it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "tcop/pquery.h"
#include "utils/memutils.h"
#include "utils/portal.h"

#include "base/spi.h"
#include "run/run.h"

#define BATCH 500

struct RlnStream
{
	RlnRun *run;
	Portal portal;
	RlnRow *next;
	bool is_done;
};

static void fetch_batch(RlnStream *stream);


/*
 * In the current context, which lives as long as the stream is read.  The
 * request must live as long.
 */
RlnStream *
rln_stream_begin(Oid relid, const RlnRequest *request)
{
	RlnStream *stream = palloc0(sizeof(RlnStream));
	RlnFetch *root;

	stream->run = rln_run_begin(relid, request, RLN_FOR_ITEMS);
	root = stream->run->plan->root;
	stream->portal = rln_spi_open(root->statement, stream->run->params[root->number]);
	rln_run_pause(stream->run);
	return stream;
}

/* The next item, in the current context, or NULL. */
text *
rln_stream_next(RlnStream *stream)
{
	StringInfoData out;
	RlnRow *row;

	if (stream->next == NULL && !stream->is_done)
		fetch_batch(stream);
	row = stream->next;
	if (row == NULL)
		return NULL;
	stream->next = row->next;
	rln_text_begin(&out);
	rln_write_row(&out, stream->run->plan->root, row);
	return rln_text_end(&out);
}

/* Before the stream's context goes, unless an error takes it. */
void
rln_stream_end(RlnStream *stream)
{
	if (stream->portal != NULL)
		SPI_cursor_close(stream->portal);
	stream->portal = NULL;
	stream->is_done = true;
}

static void
fetch_batch(RlnStream *stream)
{
	RlnRun *run = stream->run;
	DestReceiver *receiver;

	rln_run_resume(run);
	rln_run_clear(run);
	receiver = rln_fetch_receiver(run, run->plan->root);
	(void) PortalRunFetch(stream->portal, FETCH_FORWARD, BATCH, receiver);
	receiver->rDestroy(receiver);
	stream->is_done = run->nrows < BATCH;
	rln_fetch_children(run, run->plan->root);
	stream->next = run->first;
	rln_run_pause(run);
}
