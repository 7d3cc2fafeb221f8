/*
 * chardev — <serial>, <parallel>, <channel>, <console>: the device that the guest sees.
 */
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

static Json *
device(const Chardev *chardev, const char *driver)
{
    Json *props = json_new_object();
    json_add_string(props, "driver", driver);
    g_autofree char *id = g_strdup_printf("char%s", chardev->info.alias);
    json_add_string(props, "chardev", id);
    json_add_string(props, "id", chardev->info.alias);
    return props;
}

static uint32_t
port_of(const Chardev *chardev)
{
    return chardev->port.set ? chardev->port.value : 0;
}

Json *
build_serial_props(const BuildContext *context, const Chardev *serial, GError **error)
{
    static const char *const drivers[] = {[SERIAL_ISA] = "isa-serial",
                                          [SERIAL_USB] = "usb-serial",
                                          [SERIAL_PCI] = "pci-serial",
                                          [SERIAL_ISA_DEBUG] = "isa-debugcon"};
    SerialTarget target = serial->target.serial != 0 ? serial->target.serial : SERIAL_ISA;
    if (target >= G_N_ELEMENTS(drivers) || drivers[target] == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the target of serial port '%s' is not of this machine", serial->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = device(serial, drivers[target]);
    if (target == SERIAL_ISA)
        json_add_uint(props, "index", port_of(serial));
    if (!place_add(props, context->def, &serial->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

Json *
build_parallel_props(const BuildContext *context, const Chardev *parallel, GError **error)
{
    g_autoptr(Json) props = device(parallel, "isa-parallel");
    if (!place_add(props, context->def, &parallel->info, error))
        return NULL;
    return g_steal_pointer(&props);
}

/* A TCP port of the user network that leads to the line. */
Json *
build_forward_netdev(const Chardev *channel)
{
    Json *props = json_new_object();
    Json *forwards = json_new_array();
    Json *forward = json_new_object();
    g_autofree char *text = g_strdup_printf("tcp:%s:%u-chardev:char%s", channel->address,
                                            port_of(channel), channel->info.alias);
    json_add_string(props, "type", "user");
    json_add_string(forward, "str", text);
    json_append(forwards, forward);
    json_add(props, "guestfwd", forwards);
    json_add_string(props, "id", channel->info.alias);
    return props;
}

Json *
build_channel_props(const BuildContext *context, const Chardev *channel, GError **error)
{
    g_autoptr(Json) props = json_new_object();
    if (channel->target.channel != CHANNEL_VIRTIO) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the target of channel '%s' is not supported", channel->info.alias);
        return NULL;
    }
    json_add_string(props, "driver", "virtserialport");
    if (!place_add(props, context->def, &channel->info, error))
        return NULL;
    g_autofree char *id = g_strdup_printf("char%s", channel->info.alias);
    json_add_string(props, "chardev", id);
    json_add_string(props, "id", channel->info.alias);
    context_add_text(props, "name", channel->name);
    return g_steal_pointer(&props);
}

Json *
build_console_props(const BuildContext *context, const Chardev *console, GError **error)
{
    if (console->target.console != CONSOLE_VIRTIO) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the target of console '%s' is not of this machine", console->info.alias);
        return NULL;
    }
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", "virtconsole");
    if (!place_add(props, context->def, &console->info, error))
        return NULL;
    g_autofree char *id = g_strdup_printf("char%s", console->info.alias);
    json_add_string(props, "chardev", id);
    json_add_string(props, "id", console->info.alias);
    return g_steal_pointer(&props);
}
