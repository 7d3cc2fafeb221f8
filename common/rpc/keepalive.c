/*
 * keepalive — see keepalive.h.
 */
#include "common/rpc/keepalive.h"

void
keepalive_init(Keepalive *keepalive)
{
    *keepalive = (Keepalive){.due_us = INT64_MAX};
}

void
keepalive_start(Keepalive *keepalive, int64_t interval_us, uint32_t count, int64_t now_us)
{
    if (interval_us <= 0) {
        keepalive_init(keepalive);
        return;
    }
    *keepalive = (Keepalive){interval_us, count, 0, now_us + interval_us};
}

void
keepalive_seen(Keepalive *keepalive, int64_t now_us)
{
    if (keepalive->interval_us == 0)
        return;
    keepalive->unanswered = 0;
    keepalive->due_us = now_us + keepalive->interval_us;
}

KeepaliveVerdict
keepalive_tick(Keepalive *keepalive, int64_t now_us)
{
    if (now_us < keepalive->due_us)
        return KEEPALIVE_WAIT;
    if (keepalive->unanswered >= keepalive->count)
        return KEEPALIVE_DEAD;
    keepalive->unanswered++;
    keepalive->due_us = now_us + keepalive->interval_us;
    return KEEPALIVE_PING;
}
