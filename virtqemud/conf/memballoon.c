/*
 * memballoon — see memballoon.h. https://libvirt.org/formatdomain.html#memory-balloon-device
 */
#include "virtqemud/conf/memballoon.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem model_items[] = {
    {"virtio", BALLOON_VIRTIO, ""}, {"xen", BALLOON_XEN, ""}, {"none", BALLOON_NONE, "No balloon."},
    {"virtio-transitional", BALLOON_VIRTIO_TRANSITIONAL, ""},
    {"virtio-non-transitional", BALLOON_VIRTIO_NON_TRANSITIONAL, ""},
};
static const ConfEnum balloon_model_enum = CONF_ENUM_OF("balloon_model", model_items);

static const ConfField memballoon_rows[] = {
    ATTR_ENUM(Memballoon, model, "model", balloon_model_enum, REQUIRED | GUEST_ABI, "Which."),
    ATTR_ENUM(Memballoon, autodeflate, "autodeflate", on_off_enum, GUEST_ABI,
              "Give memory back to the guest before it kills processes."),
    ATTR_ENUM(Memballoon, free_page_reporting, "freePageReporting", on_off_enum, GUEST_ABI,
              "The guest tells what it does not use."),
    SUB_NUM(Memballoon, stats_period_s, "stats/@period", 0, UINT32_MAX, SCHEMA_REQUIRED | LIVE,
            "Seconds between two reports."),
    INCLUDE(Memballoon, info, DeviceInfo, device_info_acpi_conf),
    VIRTIO_ROWS(Memballoon, virtio, "driver/"),
    EXTRA(Memballoon, extra, NULL),
    END};
/* clang-format on */
const ConfType memballoon_conf = CONF_TYPE(Memballoon, "memballoon", memballoon_rows, NULL);
