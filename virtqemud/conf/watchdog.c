/*
 * watchdog — see watchdog.h. https://libvirt.org/formatdomain.html#watchdog-devices
 */
#include "virtqemud/conf/watchdog.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem model_items[] = {
    {"i6300esb", WATCHDOG_I6300ESB, "PCI."}, {"ib700", WATCHDOG_IB700, "ISA."},
    {"diag288", WATCHDOG_DIAG288, "s390x."}, {"itco", WATCHDOG_ITCO, "Part of q35."},
};
static const ConfEnum watchdog_model_enum = CONF_ENUM_OF("watchdog_model", model_items);

static const ConfEnumItem action_items[] = {
    {"reset", WATCHDOG_RESET, ""}, {"shutdown", WATCHDOG_SHUTDOWN, ""},
    {"poweroff", WATCHDOG_POWEROFF, ""}, {"pause", WATCHDOG_PAUSE, ""},
    {"dump", WATCHDOG_DUMP, "A core dump, then on."},
    {"inject-nmi", WATCHDOG_INJECT_NMI, ""}, {"none", WATCHDOG_NOTHING, "An event only."},
};
static const ConfEnum watchdog_action_enum = CONF_ENUM_OF("watchdog_action", action_items);

static const ConfField watchdog_rows[] = {
    ATTR_ENUM(Watchdog, model, "model", watchdog_model_enum, REQUIRED | GUEST_ABI, "Which."),
    ATTR_ENUM(Watchdog, action, "action", watchdog_action_enum, DERIVED | LIVE, "What it does."),
    INCLUDE(Watchdog, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Watchdog, extra, NULL),
    END};
/* clang-format on */
const ConfType watchdog_conf = CONF_TYPE(Watchdog, "watchdog", watchdog_rows, NULL);
