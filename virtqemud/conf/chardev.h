/*
 * chardev — <serial>, <parallel>, <console>, <channel>, <redirdev>: a line of characters between
 * the guest and something on the host.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/seclabel.h"

typedef enum {
    CHARDEV_NULL = 1,
    CHARDEV_VC,
    CHARDEV_PTY,
    CHARDEV_DEV,
    CHARDEV_FILE,
    CHARDEV_PIPE,
    CHARDEV_STDIO,
    CHARDEV_UDP,
    CHARDEV_TCP,
    CHARDEV_UNIX,
    CHARDEV_SPICEVMC,
    CHARDEV_SPICEPORT,
    CHARDEV_NMDM,
    CHARDEV_QEMU_VDAGENT,
    CHARDEV_DBUS
} ChardevType;
typedef enum { CHARDEV_CONNECT = 1, CHARDEV_BIND } ChardevMode;
typedef enum { CHARDEV_RAW = 1, CHARDEV_TELNET, CHARDEV_TELNETS, CHARDEV_TLS } ChardevProtocol;
typedef enum {
    SERIAL_ISA = 1,
    SERIAL_USB,
    SERIAL_PCI,
    SERIAL_SPAPR_VIO,
    SERIAL_SYSTEM,
    SERIAL_SCLP,
    SERIAL_ISA_DEBUG
} SerialTarget;
typedef enum {
    CONSOLE_SERIAL = 1,
    CONSOLE_VIRTIO,
    CONSOLE_XEN,
    CONSOLE_UML,
    CONSOLE_LXC,
    CONSOLE_OPENVZ,
    CONSOLE_SCLP,
    CONSOLE_SCLPLM
} ConsoleTarget;
typedef enum { CHANNEL_VIRTIO = 1, CHANNEL_GUESTFWD, CHANNEL_XEN } ChannelTarget;
typedef enum { CHANNEL_CONNECTED = 1, CHANNEL_DISCONNECTED } ChannelState;

/* One end on the host; a UDP line has two. */
typedef struct {
    ChardevMode mode;
    const char *host;
    const char *service;
    const char *path;
    Switch append;
    const char *channel; /* of a spiceport or dbus line */
    Switch tls;
    OptU32 tls_from_config; /* 1: it is the daemon's configuration that says whether TLS */
    Switch reconnect;
    uint32_t reconnect_timeout_s;
    CONF_LIST_OF(SourceSeclabel) seclabels;
    Switch clipboard;       /* of a qemu-vdagent */
    const char *mouse_mode; /* of a qemu-vdagent */
    const ConfExtra *extra;
} ChardevSource;

typedef struct {
    ChardevType type;
    const char *tty; /* of a running pty, as old clients read it */
    CONF_LIST_OF(ChardevSource) sources;
    ChardevProtocol protocol;
    const char *log;
    Switch log_append;
    union {
        SerialTarget serial;
        ConsoleTarget console;
        ChannelTarget channel;
    } target;            /* the member that the element names; a parallel port has none */
    const char *name;    /* of a channel */
    ChannelState state;  /* whether the guest has it open */
    const char *address; /* of a guestfwd channel */
    OptU32 port;
    const char *model; /* QEMU's name of a serial port */
    const char *bus;   /* of a redirdev: "usb" */
    DeviceInfo info;
    const ConfExtra *extra;
} Chardev;

extern const ConfType serial_conf;
extern const ConfType parallel_conf;
extern const ConfType console_conf;
extern const ConfType channel_conf;
extern const ConfType redirdev_conf;
