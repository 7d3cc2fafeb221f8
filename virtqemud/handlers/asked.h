/*
 * asked — a call about one guest that is answered when its query has ended (vm/query.h).
 */
#pragma once

#include "common/rpc/call.h"
#include "virtqemud/vm/query.h"

typedef struct Asked Asked;

/* Fills `ret` from what came. On the io thread. */
typedef gboolean (*AskedFillFn)(const Asked *asked, const Query *query, void *ret, GError **error);

struct Asked {
    RpcCall *call;
    const VmView *view; /* as it was when the call came */
    const void *args;
    AskedFillFn fill;
};

/* A query within the budget for one guest. */
Query *asked_query(RpcCall *call);
/* Runs it, and answers the call when it has ended. `asked` is copied. A handler returns TRUE. */
gboolean asked_run(const Asked *asked, Query *query);
