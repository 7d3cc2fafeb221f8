/*
 * query — what only QEMU or a file knows, asked without a thread that waits: of one guest, or of
 * many at once with one common deadline.
 *
 * A query is made, given its questions and run on the io thread, where it is also finished: when
 * everything has been answered, or when its time is over, with what has come by then. A QEMU that
 * does not answer costs those who ask it nothing but that time, and nothing at all once its monitor
 * is known to be silent (run.h). Reading a file may block for ever (a dead NFS server), so that is
 * done on a thread of its own, which is abandoned then: a few for each guest.
 */
#pragma once

#include "virtqemud/vm/view.h"

typedef struct Query Query;

/* Called once on the io thread. The query is freed behind it. */
typedef void (*QueryDoneFn)(Query *query, void *data);

/* For one guest: as long as its monitor may take for what is asked. For many: what came. */
enum { QUERY_ONE_MS = 6000, QUERY_MANY_MS = 1000 };

Query *query_new(Driver *driver, int64_t budget_ms);
/* Adds a question to the guest's QEMU; its number is returned. `args` is taken; NULL: none. A guest
 * that is off does not answer. */
size_t query_ask(Query *query, const VmView *view, QmpCommandId command, Json *args);
/* Adds work with files or the kernel: `run` is called on a thread that may block, and `work` is
 * freed by `free` when the query has ended and `run` returned. Of one guest so many may be under
 * way (what hangs counts until it returns); further ones are refused with RESOURCE_BUSY. */
enum { QUERY_WORKS_MAX = 8 };
typedef struct {
    void (*run)(void *work);
    GDestroyNotify free;
} QueryWork;
size_t query_work(Query *query, const VmView *view, const QueryWork *kind, void *work);
/* Asks; the query belongs to itself from here on. */
void query_run(Query *query, QueryDoneFn done, void *data);

/* --- in QueryDoneFn --- */

/* Keeps what came for another thread, until that says that it is done with it. */
void query_keep(Query *query);
/* Any thread. */
void query_drop(Query *query);
/* How many questions there were. */
size_t query_n(const Query *query);
/* The answer, borrowed; NULL: none came, or it is an error. */
const Json *query_reply(const Query *query, size_t number);
/* Why there is none: QEMU's own error, that of the monitor, or OPERATION_TIMEOUT. NULL: there is
 * one (JSON's null is NULL without an error). */
const GError *query_error(const Query *query, size_t number);
/* The work, if it was done; NULL: it was not, see query_error(). */
void *query_result(const Query *query, size_t number);
