/*
 * memorystats — what a guest does with its memory: by its balloon's driver, as far as that tells,
 * and by its process.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/asked.h"
#include "virtqemud/handlers/balloon.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/replies.h"
#include "virtqemud/vm/sample.h"

/* virDomainMemoryStatTags, beside those of replies_balloon_rows */
enum { TAG_ACTUAL = 6, TAG_RSS = 7, TAG_LAST_UPDATE = 9, N_TAGS = 13 };

typedef struct {
    RemoteDomainMemoryStatsRet *ret;
    uint32_t room;
} Stats;

static void
add_stat(Stats *stats, int32_t tag, uint64_t value)
{
    if (stats->ret->stats.len < stats->room)
        stats->ret->stats.items[stats->ret->stats.len++] = (RemoteDomainMemoryStat){tag, value};
}

static void
add_balloon(Stats *stats, const VmView *view, const Json *reply)
{
    uint64_t value;
    add_stat(stats, TAG_ACTUAL, vm_view_balloon_kib(view));
    for (size_t i = 0; i < BALLOON_ROWS; i++) {
        const BalloonRow *row = &replies_balloon_rows[i];
        if (i == BALLOON_BEFORE_UPDATE && replies_balloon_updated(reply, &value))
            add_stat(stats, TAG_LAST_UPDATE, value);
        if (replies_balloon_value(reply, row, &value))
            add_stat(stats, row->tag, value);
    }
}

/* A balloon that does not answer leaves its figures out: the others are true all the same. */
static gboolean
fill_memory_stats(const Asked *asked, const Query *query, void *data, GError **error)
{
    const RemoteDomainMemoryStatsArgs *args = asked->args;
    Stats stats = {data, MIN(args->max_stats, N_TAGS)};
    ProcStat stat;
    const Json *reply = query_n(query) > 0 ? query_reply(query, 0) : NULL;
    stats.ret->stats.items =
        arena_array_of(rpc_call_arena(asked->call), RemoteDomainMemoryStat, stats.room);
    if (balloon_of(vm_view_current(asked->view)) != NULL)
        add_balloon(&stats, asked->view, reply);
    auto_fd process = sample_process(asked->view);
    if (process >= 0 && proc_read_stat(process, &stat))
        add_stat(&stats, TAG_RSS, stat.rss_kib);
    return TRUE;
}

gboolean
handle_domain_memory_stats(RpcCall *call, const VmView *view,
                           const RemoteDomainMemoryStatsArgs *args, RemoteDomainMemoryStatsRet *ret,
                           GError **error)
{
    if (args->max_stats > REMOTE_DOMAIN_MEMORY_STATS_MAX) {
        virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                       "max_stats is %u, it must be 0 to %u", args->max_stats,
                       REMOTE_DOMAIN_MEMORY_STATS_MAX);
        return FALSE;
    }
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) ||
        !vm_view_check_active(view, error))
        return FALSE;
    /* The process tells its part in any case: no long wait for the balloon's. */
    Query *query = query_new(driver_of(call), QUERY_MANY_MS);
    (void)balloon_ask(query, view); /* number 0 where there is one */
    const Asked asked = {call, view, args, fill_memory_stats};
    return asked_run(&asked, query);
}
