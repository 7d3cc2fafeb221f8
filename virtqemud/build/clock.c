/*
 * clock — <clock> as QEMU's "-rtc", and the timers' options.
 *
 * https://libvirt.org/formatdomain.html#time-keeping
 */
#include <stdlib.h>
#include <string.h>

#include "virtqemud/build/machine.h"

static char *
time_text(int64_t since_epoch_s)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(since_epoch_s);
    return time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : g_strdup("utc");
}

/* What the host's clock shows, taken for UTC where the basis is local time, moved by the
 * adjustment. */
static char *
adjusted(const Clock *clock, int64_t now_s)
{
    if (now_s == 0)
        now_s = g_get_real_time() / G_USEC_PER_SEC;
    if (clock->basis == CLOCK_BASIS_LOCALTIME) {
        g_autoptr(GDateTime) local = g_date_time_new_from_unix_local(now_s);
        now_s += local != NULL ? g_date_time_get_utc_offset(local) / G_USEC_PER_SEC : 0;
    }
    if (clock->adjustment != NULL)
        now_s += g_ascii_strtoll(clock->adjustment, NULL, 10);
    return time_text(now_s);
}

static char *
base(const Clock *clock, int64_t now_s)
{
    switch (clock->offset) {
    case CLOCK_OFFSET_LOCALTIME:
    case CLOCK_OFFSET_TIMEZONE:
        return g_strdup("localtime");
    case CLOCK_OFFSET_ABSOLUTE:
        return time_text((int64_t)clock->start_s.value);
    case CLOCK_OFFSET_VARIABLE:
        return adjusted(clock, now_s);
    default:
        return g_strdup("utc");
    }
}

static void
append_rtc(GString *text, const ClockTimer *timer)
{
    static const char *const tracks[] = {
        [TRACK_GUEST] = "vm", [TRACK_WALL] = "host", [TRACK_REALTIME] = "rt"};
    static const char *const fixes[] = {[TICK_DELAY] = NULL, [TICK_CATCHUP] = "slew"};
    if (timer->track < G_N_ELEMENTS(tracks))
        args_append(text, "clock", tracks[timer->track]);
    if (timer->tick_policy < G_N_ELEMENTS(fixes))
        args_append(text, "driftfix", fixes[timer->tick_policy]);
}

/* Timers other than the RTC that have options of their own. */
static void
add_timer(Args *args, const ClockTimer *timer)
{
    if (timer->name == TIMER_PIT && timer->tick_policy == TICK_DELAY)
        args_option(args, "-global", "kvm-pit.lost_tick_policy=delay");
    if (timer->name == TIMER_PIT && timer->tick_policy == TICK_DISCARD)
        args_option(args, "-global", "kvm-pit.lost_tick_policy=discard");
    if (timer->name == TIMER_HPET && timer->present == SWITCH_OFF)
        args_add(args, "-no-hpet");
}

void
clock_add(Args *args, const BuildContext *context)
{
    const Clock *clock = &context->def->clock;
    g_autofree char *start = base(clock, context->resources->now_s);
    g_autoptr(GString) text = g_string_new(NULL);
    args_append(text, "base", start);
    for (size_t i = 0; i < clock->timers.n; i++) {
        if (clock->timers.items[i]->name == TIMER_RTC)
            append_rtc(text, clock->timers.items[i]);
    }
    args_option(args, "-rtc", text->str);
    for (size_t i = 0; i < clock->timers.n; i++)
        add_timer(args, clock->timers.items[i]);
}
