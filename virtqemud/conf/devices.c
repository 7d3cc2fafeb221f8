/*
 * devices — see devices.h. https://libvirt.org/formatdomain.html#devices
 */
#include "virtqemud/conf/devices.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfField devices_rows[] = {
    TEXT(Devices, emulator, "emulator", &absolute_path_pattern, DERIVED,
         "Path of the QEMU program."),
    LIST(Devices, disks, "disk", Disk, disk_conf, "target/@dev", GUEST_ABI, "Disks."),
    LIST(Devices, controllers, "controller", Controller, controller_conf, NULL, GUEST_ABI,
         "Buses."),
    EXTRA(Devices, extra, "lease filesystem"),
    LIST(Devices, interfaces, "interface", Interface, interface_conf, "mac/@address", GUEST_ABI,
         "Network cards."),
    EXTRA(Devices, extra, "smartcard"),
    LIST(Devices, serials, "serial", Chardev, serial_conf, NULL, GUEST_ABI, "Serial ports."),
    LIST(Devices, parallels, "parallel", Chardev, parallel_conf, NULL, GUEST_ABI,
         "Parallel ports."),
    LIST(Devices, consoles, "console", Chardev, console_conf, NULL, GUEST_ABI, "Consoles."),
    LIST(Devices, channels, "channel", Chardev, channel_conf, NULL, GUEST_ABI, "Channels."),
    LIST(Devices, inputs, "input", Input, input_conf, NULL, GUEST_ABI, "Input."),
    LIST(Devices, tpms, "tpm", Tpm, tpm_conf, NULL, GUEST_ABI, "Trusted platform modules."),
    LIST(Devices, graphics, "graphics", Graphics, graphics_conf, NULL, OPTIONAL, "Displays."),
    LIST(Devices, sounds, "sound", Sound, sound_conf, NULL, GUEST_ABI, "Sound cards."),
    LIST(Devices, audios, "audio", Audio, audio_conf, "@id", OPTIONAL, "Where sound goes."),
    LIST(Devices, videos, "video", Video, video_conf, NULL, GUEST_ABI, "Graphics cards."),
    EXTRA(Devices, extra, "hostdev"),
    LIST(Devices, redirdevs, "redirdev", Chardev, redirdev_conf, NULL, GUEST_ABI,
         "USB devices that a client brings."),
    EXTRA(Devices, extra, "redirfilter"),
    LIST(Devices, hubs, "hub", Hub, hub_conf, NULL, GUEST_ABI, "USB hubs."),
    LIST(Devices, watchdogs, "watchdog", Watchdog, watchdog_conf, NULL, GUEST_ABI, "Watchdogs."),
    SUB_TABLE_PTR(Devices, memballoon, "memballoon", Memballoon, memballoon_conf,
                  DERIVED | GUEST_ABI, "The balloon."),
    LIST(Devices, rngs, "rng", Rng, rng_conf, NULL, GUEST_ABI, "Randomness."),
    EXTRA(Devices, extra, "nvram"),
    LIST(Devices, panics, "panic", Panic, panic_conf, NULL, GUEST_ABI, "Where a crash is told."),
    EXTRA(Devices, extra, "shmem memory iommu"),
    LIST(Devices, vsocks, "vsock", Vsock, vsock_conf, NULL, GUEST_ABI, "Sockets to the host."),
    EXTRA(Devices, extra, NULL),
    END};
/* clang-format on */

static bool
devices_validate(const void *object, GError **error)
{
    const Devices *devices = object;
    g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < devices->disks.n; i++) {
        const char *name = devices->disks.items[i]->target;
        if (!g_hash_table_add(targets, (void *)(uintptr_t)name)) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "two disks have the target '%s'", name);
            return false;
        }
    }
    if (devices->vsocks.n > 1) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "there are %zu <vsock>, the most is one", devices->vsocks.n);
        return false;
    }
    return true;
}

const ConfType devices_conf = CONF_TYPE(Devices, "devices", devices_rows, devices_validate);
