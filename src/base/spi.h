/*
 * spi.h
 *	  The one way in which this extension runs SQL.
 */
#ifndef RLN_SPI_H
#define RLN_SPI_H

#include "executor/spi.h"
#include "nodes/pg_list.h"
#include "tcop/dest.h"
#include "utils/portal.h"
#include "utils/tuplestore.h"

#define RLN_MAX_ARGS 20

/*
 * A statement of ours with a fixed text.  Declared static where it is used;
 * the plan is made at first use and kept for the life of the backend.
 */
typedef struct RlnStatement
{
	const char *sql;
	int nargs;
	Oid types[RLN_MAX_ARGS];
	SPIPlanPtr plan;
} RlnStatement;

extern void rln_spi_connect(void);
extern void rln_spi_finish(void);

extern void rln_spi_run(const char *sql);
extern bool rln_spi_is_running(void);
extern void rln_spi_run_as(const char *sql, Oid role);
extern uint64 rln_spi_query(const char *sql);
extern uint64 rln_spi_load(RlnStatement *statement, const Datum *values);
extern uint64 rln_spi_write_as(RlnStatement *statement, const Datum *values, const char *nulls,
							   Oid role);

extern SPIPlanPtr rln_spi_prepare(const char *sql, int nargs, Oid *types, int cursor_options);
extern void rln_spi_keep(SPIPlanPtr plan);
extern Size rln_spi_memory(SPIPlanPtr plan);
extern TupleDesc rln_spi_columns(SPIPlanPtr plan);
extern List *rln_spi_relations(SPIPlanPtr plan);
extern double rln_spi_pages(const List *relids);
extern bool rln_spi_is_outgrown(const List *relids, double pages);
extern Portal rln_spi_open(SPIPlanPtr plan, ParamListInfo params);
extern void rln_spi_execute(SPIPlanPtr plan, ParamListInfo params, DestReceiver *receiver);

/* rows that a statement reads by a name, as triggers do their transition tables */
typedef struct RlnSpiRows
{
	const char *name;
	TupleDesc desc;
	Tuplestorestate *rows;
	double nrows;
} RlnSpiRows;

extern void rln_spi_write(const char *sql, const RlnSpiRows *sources, int nsources,
						  DestReceiver *receiver);
extern SPIPlanPtr rln_spi_keep_as(const char *sql, int nargs, const Oid *types, Oid role);
extern int rln_spi_enforce_as(SPIPlanPtr plan, const Datum *values, const char *nulls, Oid role,
							  bool detect_new_rows, long limit);

extern uint64 rln_spi_read_as(SPIPlanPtr plan, const Datum *values, Oid role, Snapshot snapshot,
							  long limit);

extern void rln_spi_ensure_done(int result, const char *sql);
extern Datum rln_spi_value(uint64 row, int column, bool *isnull);
extern char *rln_spi_text(uint64 row, int column, MemoryContext context);

#endif /* RLN_SPI_H */
