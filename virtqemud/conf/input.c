/*
 * input — see input.h. https://libvirt.org/formatdomain.html#input-devices
 */
#include "virtqemud/conf/input.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"mouse", INPUT_MOUSE, "Relative pointer."},
    {"tablet", INPUT_TABLET, "Absolute pointer."},
    {"keyboard", INPUT_KEYBOARD, ""},
    {"passthrough", INPUT_PASSTHROUGH, "A device of the host."},
    {"evdev", INPUT_EVDEV, "Events of a device of the host."},
};
static const ConfEnum input_type_enum = CONF_ENUM_OF("input_type", type_items);

static const ConfEnumItem bus_items[] = {
    {"ps2", INPUT_BUS_PS2, ""}, {"usb", INPUT_BUS_USB, ""}, {"xen", INPUT_BUS_XEN, ""},
    {"virtio", INPUT_BUS_VIRTIO, ""},
};
static const ConfEnum input_bus_enum = CONF_ENUM_OF("input_bus", bus_items);

static const ConfField input_rows[] = {
    ATTR_ENUM(Input, type, "type", input_type_enum, REQUIRED | GUEST_ABI, "What it is."),
    ATTR_ENUM(Input, bus, "bus", input_bus_enum, DERIVED | GUEST_ABI, "How it is attached."),
    ATTR_STR(Input, model, "model",
             ONE_OF("virtio virtio-transitional virtio-non-transitional"), GUEST_ABI,
             "Generation of virtio."),
    VIRTIO_ROWS(Input, virtio, "driver/"),
    SUB_STR(Input, source_dev, "source/@dev", &absolute_path_pattern, OPTIONAL,
            "Device of the host, of evdev."),
    SUB_STR(Input, source_evdev, "source/@evdev", &absolute_path_pattern, OPTIONAL,
            "The same of passthrough."),
    SUB_STR(Input, grab, "source/@grab", ONE_OF("all"), OPTIONAL, "all: other devices, too."),
    SUB_STR(Input, grab_toggle, "source/@grabToggle",
            ONE_OF("ctrl-ctrl alt-alt shift-shift meta-meta scrolllock ctrl-scrolllock"), OPTIONAL,
            "Keys that give it back."),
    SUB_ENUM(Input, repeat, "source/@repeat", on_off_enum, OPTIONAL, "Keys repeat."),
    INCLUDE(Input, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Input, extra, NULL),
    END};
/* clang-format on */

/* Each type has a source of its own. */
static bool
input_validate_schema(const void *object, GError **error)
{
    const Input *input = object;
    gboolean is_evdev = input->type == INPUT_EVDEV, is_passed = input->type == INPUT_PASSTHROUGH;
    gboolean has_evdev_rows = input->source_dev != NULL || input->grab != NULL ||
                              input->grab_toggle != NULL || input->repeat != 0;
    const char *why = NULL;
    if (is_evdev != (input->source_dev != NULL) || (has_evdev_rows && !is_evdev))
        why = "source/@dev and what belongs to it are those of evdev";
    else if (is_passed != (input->source_evdev != NULL))
        why = "source/@evdev is that of passthrough";
    else if ((is_passed && input->bus != INPUT_BUS_VIRTIO) || (is_evdev && input->bus != 0))
        why = "passthrough is on the bus virtio, evdev on none";
    if (why != NULL)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "%s", why);
    return why == NULL;
}

const ConfType input_conf =
    CONF_TYPE_WITH_SCHEMA(Input, "input", input_rows, NULL, input_validate_schema);
