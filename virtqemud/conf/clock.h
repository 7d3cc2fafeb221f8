/*
 * clock — <clock>: the guest's time of day, and the timers that the machine has.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum {
    CLOCK_OFFSET_UTC = 1,
    CLOCK_OFFSET_LOCALTIME,
    CLOCK_OFFSET_TIMEZONE,
    CLOCK_OFFSET_VARIABLE,
    CLOCK_OFFSET_ABSOLUTE
} ClockOffset;
typedef enum { CLOCK_BASIS_UTC = 1, CLOCK_BASIS_LOCALTIME } ClockBasis;
typedef enum {
    TIMER_PLATFORM = 1,
    TIMER_PIT,
    TIMER_RTC,
    TIMER_HPET,
    TIMER_TSC,
    TIMER_KVMCLOCK,
    TIMER_HYPERVCLOCK,
    TIMER_ARMVTIMER
} TimerName;
typedef enum { TICK_DELAY = 1, TICK_CATCHUP, TICK_MERGE, TICK_DISCARD } TickPolicy;
typedef enum { TRACK_BOOT = 1, TRACK_GUEST, TRACK_WALL, TRACK_REALTIME } TimerTrack;
typedef enum { TSC_AUTO = 1, TSC_NATIVE, TSC_EMULATE, TSC_PARAVIRT, TSC_SMPSAFE } TscMode;

typedef struct {
    TimerName name;
    Switch present;
    TickPolicy tick_policy;
    TimerTrack track;
    uint64_t frequency_hz;
    TscMode mode;
    uint64_t catchup_threshold;
    uint64_t catchup_slew;
    uint64_t catchup_limit;
} ClockTimer;

typedef struct {
    ClockOffset offset;
    const char *adjustment; /* seconds, or "reset" */
    ClockBasis basis;
    const char *timezone;
    OptU64 start_s; /* since the epoch */
    CONF_LIST_OF(ClockTimer) timers;
    const ConfExtra *extra;
} Clock;

extern const ConfType clock_conf;
