/*
 * later — see later.h.
 */
#include "virtqemud/handlers/later.h"

#include "common/base/strand.h"

typedef struct {
    RpcCall *call;
    const void *args;
    LaterFn fn;
} Later;

static void
answer(void *data)
{
    Later *later = data;
    GError *error = NULL;
    Driver *driver = driver_of(later->call);
    (void)later->fn(later->call, driver, later->args, rpc_call_ret(later->call), &error);
    rpc_call_complete(later->call, error);
    rpc_call_unref(later->call);
    g_free(later);
}

gboolean
later_run(RpcCall *call, const void *args, LaterFn fn)
{
    Driver *driver = driver_of(call);
    g_autoptr(Strand) strand = strand_new(daemon_strands(driver->daemon), "later");
    Later *later = g_new0(Later, 1);
    *later = (Later){.call = rpc_call_ref(call), .args = args, .fn = fn};
    rpc_call_defer(call);
    strand_post(strand, answer, later, NULL);
    return TRUE;
}
