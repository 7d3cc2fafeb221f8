/*
 * watchdog — <watchdog>: the device, and what QEMU does when it fires.
 */
#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

Json *
build_watchdog_props(const BuildContext *context, const Watchdog *watchdog, GError **error)
{
    static const char *const drivers[] = {
        [WATCHDOG_I6300ESB] = "i6300esb", [WATCHDOG_IB700] = "ib700"};
    if (watchdog->model >= G_N_ELEMENTS(drivers) || drivers[watchdog->model] == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the model of watchdog '%s' is not supported", watchdog->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", drivers[watchdog->model]);
    json_add_string(props, "id", watchdog->info.alias);
    if (!place_add(props, context->def, &watchdog->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

/* A dump is made by the daemon, of the guest that QEMU paused. */
const char *
build_watchdog_action(WatchdogAction action)
{
    static const char *const names[] = {
        [0] = "reset",
        [WATCHDOG_RESET] = "reset",
        [WATCHDOG_SHUTDOWN] = "shutdown",
        [WATCHDOG_POWEROFF] = "poweroff",
        [WATCHDOG_PAUSE] = "pause",
        [WATCHDOG_DUMP] = "pause",
        [WATCHDOG_INJECT_NMI] = "inject-nmi",
        [WATCHDOG_NOTHING] = "none",
    };
    return names[action];
}
