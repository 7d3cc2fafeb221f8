/*
 * asked — see asked.h.
 */
#include "virtqemud/handlers/asked.h"

#include "virtqemud/vm/driver.h"

Query *
asked_query(RpcCall *call)
{
    return query_new(driver_of(call), QUERY_ONE_MS);
}

static void
on_done(Query *query, void *data)
{
    Asked *asked = data;
    GError *error = NULL;
    gboolean ok = asked->fill(asked, query, rpc_call_ret(asked->call), &error);
    view_unref(asked->view);
    rpc_call_complete(asked->call, ok ? NULL : error);
}

gboolean
asked_run(const Asked *asked, Query *query)
{
    Asked *mine = arena_new_of(rpc_call_arena(asked->call), Asked);
    *mine = *asked;
    mine->view = view_ref(asked->view);
    rpc_call_defer(asked->call);
    query_run(query, on_done, mine);
    return TRUE;
}
