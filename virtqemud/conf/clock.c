/*
 * clock — see clock.h. https://libvirt.org/formatdomain.html#time-keeping
 */
#include "virtqemud/conf/clock.h"

#include <string.h>

#include "common/base/units.h"
#include "common/conf/fields.h"

static bool
is_adjustment(const char *text)
{
    int64_t seconds;
    return strcmp(text, "reset") == 0 || units_parse_i64(text, INT64_MIN, INT64_MAX, &seconds);
}

static const ConfPattern adjustment = {"a number of seconds or 'reset'", "-?[0-9]+|reset",
                                       is_adjustment};

/* clang-format off */
static const ConfEnumItem offset_items[] = {
    {"utc", CLOCK_OFFSET_UTC, "UTC at boot."},
    {"localtime", CLOCK_OFFSET_LOCALTIME, "The host's local time at boot."},
    {"timezone", CLOCK_OFFSET_TIMEZONE, "The time of a zone."},
    {"variable", CLOCK_OFFSET_VARIABLE, "Seconds from the basis; what the guest sets is kept."},
    {"absolute", CLOCK_OFFSET_ABSOLUTE, "A fixed time at each boot."},
};
static const ConfEnum offset_enum = CONF_ENUM_OF("clock_offset", offset_items);

static const ConfEnumItem basis_items[] = {
    {"utc", CLOCK_BASIS_UTC, "UTC."},
    {"localtime", CLOCK_BASIS_LOCALTIME, "The host's local time."},
};
static const ConfEnum basis_enum = CONF_ENUM_OF("clock_basis", basis_items);

static const ConfEnumItem timer_items[] = {
    {"platform", TIMER_PLATFORM, "Xen only."},
    {"pit", TIMER_PIT, "Interval timer."},
    {"rtc", TIMER_RTC, "Real-time clock."},
    {"hpet", TIMER_HPET, "High precision event timer."},
    {"tsc", TIMER_TSC, "Time stamp counter."},
    {"kvmclock", TIMER_KVMCLOCK, "KVM's clock."},
    {"hypervclock", TIMER_HYPERVCLOCK, "Hyper-V's clock."},
    {"armvtimer", TIMER_ARMVTIMER, "ARM's virtual timer."},
};
static const ConfEnum timer_enum = CONF_ENUM_OF("timer_name", timer_items);

static const ConfEnumItem tick_items[] = {
    {"delay", TICK_DELAY, "Late ticks come late."},
    {"catchup", TICK_CATCHUP, "Late ticks come faster."},
    {"merge", TICK_MERGE, "Late ticks become one."},
    {"discard", TICK_DISCARD, "Late ticks are lost."},
};
static const ConfEnum tick_enum = CONF_ENUM_OF("tick_policy", tick_items);

static const ConfEnumItem track_items[] = {
    {"boot", TRACK_BOOT, "Time since boot."},
    {"guest", TRACK_GUEST, "Time that the guest ran."},
    {"wall", TRACK_WALL, "Time of day."},
    {"realtime", TRACK_REALTIME, "Time of day, without adjustments."},
};
static const ConfEnum track_enum = CONF_ENUM_OF("timer_track", track_items);

static const ConfEnumItem tsc_items[] = {
    {"auto", TSC_AUTO, "Native where it is safe."},
    {"native", TSC_NATIVE, "The host's counter."},
    {"emulate", TSC_EMULATE, "Emulated."},
    {"paravirt", TSC_PARAVIRT, "Native, with help of the guest."},
    {"smpsafe", TSC_SMPSAFE, "Synchronous on all processors."},
};
static const ConfEnum tsc_enum = CONF_ENUM_OF("tsc_mode", tsc_items);

static const ConfField timer_rows[] = {
    ATTR_ENUM(ClockTimer, name, "name", timer_enum, REQUIRED | GUEST_ABI, "Which timer."),
    ATTR_ENUM(ClockTimer, present, "present", yes_no_enum, GUEST_ABI, "Whether there is one."),
    ATTR_ENUM(ClockTimer, tick_policy, "tickpolicy", tick_enum, GUEST_ABI, "What late ticks do."),
    ATTR_ENUM(ClockTimer, track, "track", track_enum, OPTIONAL, "What it follows."),
    ATTR_NUM(ClockTimer, frequency_hz, "frequency", 1, UINT64_MAX, GUEST_ABI, "In Hz."),
    ATTR_ENUM(ClockTimer, mode, "mode", tsc_enum, GUEST_ABI, "How the counter is made."),
    SUB_NUM(ClockTimer, catchup_threshold, "catchup/@threshold", 0, UINT32_MAX, OPTIONAL,
            "Ticks behind before it hurries."),
    SUB_NUM(ClockTimer, catchup_slew, "catchup/@slew", 0, UINT32_MAX, OPTIONAL, "How much."),
    SUB_NUM(ClockTimer, catchup_limit, "catchup/@limit", 0, UINT32_MAX, OPTIONAL, "At most."),
    END};
static const ConfType timer_conf = CONF_TYPE(ClockTimer, "timer", timer_rows, NULL);

static const ConfField clock_rows[] = {
    ATTR_ENUM(Clock, offset, "offset", offset_enum, DERIVED | SCHEMA_REQUIRED,
              "What the guest's time is at boot."),
    ATTR_STR(Clock, adjustment, "adjustment", &adjustment, OPTIONAL, "Seconds, or reset."),
    ATTR_ENUM(Clock, basis, "basis", basis_enum, DERIVED, "What the seconds are added to."),
    ATTR_STR(Clock, timezone, "timezone", NULL, OPTIONAL, "Name of the zone."),
    ATTR_NUM(Clock, start_s, "start", 0, INT64_MAX, OPTIONAL, "Seconds since 1970."),
    LIST(Clock, timers, "timer", ClockTimer, timer_conf, "@name", GUEST_ABI, "Timers."),
    EXTRA(Clock, extra, NULL),
    END};
/* clang-format on */

static bool
clock_validate(const void *object, GError **error)
{
    const Clock *clock = object;
    if (clock->offset == CLOCK_OFFSET_TIMEZONE && clock->timezone == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the offset 'timezone' needs @timezone");
        return false;
    }
    if (clock->offset == CLOCK_OFFSET_ABSOLUTE && !clock->start_s.set) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the offset 'absolute' needs @start");
        return false;
    }
    return true;
}

const ConfType clock_conf = CONF_TYPE(Clock, "clock", clock_rows, clock_validate);
