/*
 * watchdog — <watchdog>: acts when the guest has stopped feeding it.
 */
#pragma once

#include "common/conf/device_info.h"

typedef enum {
    WATCHDOG_I6300ESB = 1,
    WATCHDOG_IB700,
    WATCHDOG_DIAG288,
    WATCHDOG_ITCO
} WatchdogModel;
typedef enum {
    WATCHDOG_RESET = 1,
    WATCHDOG_SHUTDOWN,
    WATCHDOG_POWEROFF,
    WATCHDOG_PAUSE,
    WATCHDOG_DUMP,
    WATCHDOG_INJECT_NMI,
    WATCHDOG_NOTHING
} WatchdogAction;

typedef struct {
    WatchdogModel model;
    WatchdogAction action;
    DeviceInfo info;
    const ConfExtra *extra;
} Watchdog;

extern const ConfType watchdog_conf;
