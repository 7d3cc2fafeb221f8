/*
 * chardev — see chardev.h.
 * https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
#include "virtqemud/conf/chardev.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"null", CHARDEV_NULL, "Nothing."},
    {"vc", CHARDEV_VC, "A text screen of the display."},
    {"pty", CHARDEV_PTY, "A pseudo terminal."},
    {"dev", CHARDEV_DEV, "A character device of the host."},
    {"file", CHARDEV_FILE, "A file that is written."},
    {"pipe", CHARDEV_PIPE, "A named pipe."},
    {"stdio", CHARDEV_STDIO, "QEMU's standard input and output."},
    {"udp", CHARDEV_UDP, "UDP packets."},
    {"tcp", CHARDEV_TCP, "A TCP connection."},
    {"unix", CHARDEV_UNIX, "A unix socket."},
    {"spicevmc", CHARDEV_SPICEVMC, "SPICE's own channel."},
    {"spiceport", CHARDEV_SPICEPORT, "A named channel of SPICE."},
    {"nmdm", CHARDEV_NMDM, "A null modem device."},
    {"qemu-vdagent", CHARDEV_QEMU_VDAGENT, "QEMU's clipboard agent."},
    {"dbus", CHARDEV_DBUS, "A D-Bus channel."},
};
static const ConfEnum chardev_type_enum = CONF_ENUM_OF("chardev_type", type_items);

static const ConfEnumItem mode_items[] = {
    {"connect", CHARDEV_CONNECT, ""}, {"bind", CHARDEV_BIND, ""},
};
static const ConfEnum mode_enum = CONF_ENUM_OF("chardev_mode", mode_items);

static const ConfEnumItem protocol_items[] = {
    {"raw", CHARDEV_RAW, ""}, {"telnet", CHARDEV_TELNET, ""}, {"telnets", CHARDEV_TELNETS, ""},
    {"tls", CHARDEV_TLS, ""},
};
static const ConfEnum protocol_enum = CONF_ENUM_OF("chardev_protocol", protocol_items);

static const ConfEnumItem serial_items[] = {
    {"isa-serial", SERIAL_ISA, ""}, {"usb-serial", SERIAL_USB, ""}, {"pci-serial", SERIAL_PCI, ""},
    {"spapr-vio-serial", SERIAL_SPAPR_VIO, ""}, {"system-serial", SERIAL_SYSTEM, ""},
    {"sclp-serial", SERIAL_SCLP, ""}, {"isa-debug", SERIAL_ISA_DEBUG, ""},
};
static const ConfEnum serial_enum = CONF_ENUM_OF("serial_target", serial_items);

static const ConfEnumItem console_items[] = {
    {"serial", CONSOLE_SERIAL, "The same line as the serial port's."},
    {"virtio", CONSOLE_VIRTIO, ""}, {"xen", CONSOLE_XEN, ""}, {"uml", CONSOLE_UML, ""},
    {"lxc", CONSOLE_LXC, ""}, {"openvz", CONSOLE_OPENVZ, ""}, {"sclp", CONSOLE_SCLP, ""},
    {"sclplm", CONSOLE_SCLPLM, ""},
};
static const ConfEnum console_enum = CONF_ENUM_OF("console_target", console_items);

static const ConfEnumItem channel_items[] = {
    {"virtio", CHANNEL_VIRTIO, "A named port of virtio-serial."},
    {"guestfwd", CHANNEL_GUESTFWD, "An address of the user network."},
    {"xen", CHANNEL_XEN, ""},
};
static const ConfEnum channel_enum = CONF_ENUM_OF("channel_target", channel_items);

static const ConfEnumItem state_items[] = {
    {"connected", CHANNEL_CONNECTED, ""}, {"disconnected", CHANNEL_DISCONNECTED, ""},
};
static const ConfEnum state_enum = CONF_ENUM_OF("channel_state", state_items);

static const ConfField source_rows[] = {
    ATTR_ENUM(ChardevSource, mode, "mode", mode_enum, OPTIONAL, "Who connects."),
    ATTR_STR(ChardevSource, host, "host", NULL, OPTIONAL, "Address."),
    ATTR_STR(ChardevSource, service, "service", NULL, OPTIONAL, "Port."),
    ATTR_STR(ChardevSource, path, "path", NULL, OPTIONAL, "Path on the host."),
    ATTR_ENUM(ChardevSource, append, "append", on_off_enum, OPTIONAL, "Keep what the file has."),
    ATTR_STR(ChardevSource, channel, "channel", NULL, OPTIONAL, "Name within SPICE or D-Bus."),
    ATTR_ENUM(ChardevSource, tls, "tls", yes_no_enum, OPTIONAL, "TLS."),
    ATTR_NUM(ChardevSource, tls_from_config, "tlsFromConfig", 0, 1, STATUS_ONLY, "Configured."),
    LIST(ChardevSource, seclabels, "seclabel", SourceSeclabel, source_seclabel_conf, NULL,
         OPTIONAL, "Labels of its own."),
    SUB_ENUM(ChardevSource, reconnect, "reconnect/@enabled", yes_no_enum, SCHEMA_REQUIRED,
             "Connects again."),
    SUB_NUM(ChardevSource, reconnect_timeout_s, "reconnect/@timeout", 1, UINT32_MAX, OPTIONAL,
            "Seconds between two tries."),
    SUB_ENUM(ChardevSource, clipboard, "clipboard/@copypaste", yes_no_enum, SCHEMA_REQUIRED,
             "Shared clipboard."),
    SUB_STR(ChardevSource, mouse_mode, "mouse/@mode", ONE_OF("server client"), SCHEMA_REQUIRED,
            "server or client."),
    EXTRA(ChardevSource, extra, NULL),
    END};
static const ConfType source_conf = CONF_TYPE(ChardevSource, "source", source_rows, NULL);

static const ConfPattern model_name = {
    .words = "isa-serial usb-serial pci-serial spapr-vty pl011 sclpconsole sclplmconsole 16550a "
             "isa-debugcon"};

#define BACKEND_ROWS(needed)                                                                       \
    ATTR_ENUM_OR(Chardev, type, "type", chardev_type_enum, CHARDEV_PTY, needed,                    \
                 "What is on the host."),                                                          \
    ATTR_STR(Chardev, tty, "tty", NULL, INACTIVE_OMIT, "Path of the running terminal."),           \
    LIST(Chardev, sources, "source", ChardevSource, source_conf, NULL, OPTIONAL, "Where."),        \
    SUB_ENUM(Chardev, protocol, "protocol/@type", protocol_enum, OPTIONAL, "Of a TCP line."),      \
    SUB_STR(Chardev, log, "log/@file", &absolute_path_pattern, SCHEMA_REQUIRED,                    \
            "File that keeps the output."),                                                        \
    SUB_ENUM(Chardev, log_append, "log/@append", on_off_enum, OPTIONAL, "Keep what it has.")
#define LAST_ROWS(info_conf)                                                                       \
    INCLUDE(Chardev, info, DeviceInfo, info_conf), EXTRA(Chardev, extra, NULL), END

static const ConfField serial_rows[] = {
    BACKEND_ROWS(SCHEMA_REQUIRED),
    SUB_ENUM(Chardev, target.serial, "target/@type", serial_enum, DERIVED | GUEST_ABI, "Kind."),
    SUB_NUM(Chardev, port, "target/@port", 0, INT32_MAX, DERIVED | GUEST_ABI, "Number."),
    SUB_STR(Chardev, model, "target/model/@name", &model_name, DERIVED | SCHEMA_REQUIRED |
            GUEST_ABI, "QEMU's device."),
    LAST_ROWS(device_info_acpi_conf)};

static const ConfField parallel_rows[] = {
    BACKEND_ROWS(SCHEMA_REQUIRED),
    SUB_NUM(Chardev, port, "target/@port", 0, INT32_MAX, DERIVED | GUEST_ABI, "Number."),
    LAST_ROWS(device_info_acpi_conf)};

static const ConfField console_rows[] = {
    BACKEND_ROWS(OPTIONAL),
    SUB_ENUM(Chardev, target.console, "target/@type", console_enum, DERIVED | GUEST_ABI, "Kind."),
    SUB_NUM(Chardev, port, "target/@port", 0, INT32_MAX, DERIVED | GUEST_ABI, "Number."),
    LAST_ROWS(device_info_acpi_conf)};

static const ConfField redirdev_rows[] = {
    ATTR_STR(Chardev, bus, "bus", ONE_OF("usb"), REQUIRED | GUEST_ABI, "Always usb."),
    BACKEND_ROWS(REQUIRED),
    LAST_ROWS(device_info_redirdev_conf)};

static const ConfField channel_rows[] = {
    BACKEND_ROWS(SCHEMA_REQUIRED),
    SUB_ENUM(Chardev, target.channel, "target/@type", channel_enum, REQUIRED | GUEST_ABI, "Kind."),
    SUB_STR(Chardev, name, "target/@name", NULL, GUEST_ABI, "Name that the guest sees."),
    SUB_STR(Chardev, address, "target/@address", NULL, GUEST_ABI, "Address that the guest sees."),
    SUB_NUM(Chardev, port, "target/@port", 1, 65535, GUEST_ABI, "Its port."),
    SUB_ENUM(Chardev, state, "target/@state", state_enum, INACTIVE_OMIT, "Open in the guest."),
    LAST_ROWS(device_info_conf)};
/* clang-format on */

static bool
chardev_validate(const void *object, GError **error)
{
    const Chardev *line = object;
    size_t paths = 0;
    for (size_t i = 0; i < line->sources.n; i++)
        paths += line->sources.items[i]->path != NULL;
    gboolean needs_path =
        line->type == CHARDEV_FILE || line->type == CHARDEV_DEV || line->type == CHARDEV_PIPE;
    if (needs_path && paths == 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "source/@path is missing");
        return false;
    }
    if (line->type == CHARDEV_TCP &&
        (line->sources.n == 0 || line->sources.items[0]->host == NULL ||
         line->sources.items[0]->service == NULL)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "a tcp line needs source/@host and source/@service");
        return false;
    }
    return true;
}

/* Of the guest's end: where on the user network it is. */
static bool
channel_validate(const void *object, GError **error)
{
    const Chardev *line = object;
    if (!chardev_validate(line, error))
        return false;
    if (line->target.channel == CHANNEL_GUESTFWD && (line->address == NULL || !line->port.set)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "a guestfwd channel needs target/@address and target/@port");
        return false;
    }
    return true;
}

static bool
channel_validate_schema(const void *object, GError **error)
{
    const Chardev *line = object;
    gboolean is_forwarded = line->target.channel == CHANNEL_GUESTFWD;
    gboolean has_address = line->address != NULL || line->port.set;
    if (is_forwarded ? line->name == NULL : !has_address)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   "a guestfwd channel has target/@address and target/@port, others @name");
    return false;
}

const ConfType serial_conf = CONF_TYPE(Chardev, "serial", serial_rows, chardev_validate);
const ConfType parallel_conf = CONF_TYPE(Chardev, "parallel", parallel_rows, chardev_validate);
const ConfType console_conf = CONF_TYPE(Chardev, "console", console_rows, chardev_validate);
const ConfType redirdev_conf = CONF_TYPE(Chardev, "redirdev", redirdev_rows, chardev_validate);
const ConfType channel_conf = CONF_TYPE_WITH_SCHEMA(Chardev, "channel", channel_rows,
                                                    channel_validate, channel_validate_schema);
