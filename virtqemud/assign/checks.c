/*
 * checks — see checks.h.
 */
#include "virtqemud/assign/checks.h"

#include <string.h>

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/conf/vcpu_list.h"

/* Of the user's names each is for one device; a console may have its serial port's. */
static gboolean
check_aliases(const DomainDef *def, const DeviceRefs *refs, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < refs->n; i++) {
        const DeviceRef *ref = &refs->items[i];
        const char *alias = ref->info->alias;
        gboolean may_repeat = ref->kind == REF_CONSOLE && ref->index == 0;
        if (alias == NULL || may_repeat || g_hash_table_add(seen, (void *)(uintptr_t)alias))
            continue;
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "two devices have the alias '%s'", alias);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_boot_orders(const DeviceRefs *refs, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < refs->n; i++) {
        OptU32 order = refs->items[i].info->boot_order;
        if (!order.set || g_hash_table_add(seen, GUINT_TO_POINTER(order.value)))
            continue;
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "two devices have the boot order %u", order.value);
        return FALSE;
    }
    return TRUE;
}

static gboolean
refuse_disk(const Disk *disk, const char *why, GError **error)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED, "the disk '%s' %s",
                   disk->target, why);
    return FALSE;
}

static gboolean
check_disk(const Disk *disk, GError **error)
{
    gboolean is_floppy = disk->device == DISK_DEVICE_FLOPPY;
    if (is_floppy != (disk->bus == DISK_BUS_FDC))
        return refuse_disk(disk, "is a floppy on another bus than fdc, or no floppy on it", error);
    if (disk->device == DISK_DEVICE_CDROM && disk->bus == DISK_BUS_VIRTIO)
        return refuse_disk(disk, "is a cdrom on virtio, which cannot eject", error);
    if (disk->device == DISK_DEVICE_LUN && disk->type != DISK_TYPE_BLOCK &&
        disk->type != DISK_TYPE_NETWORK && disk->type != DISK_TYPE_VOLUME)
        return refuse_disk(disk, "is a lun, but its source is no block device", error);
    if (disk->device == DISK_DEVICE_LUN && disk->bus != DISK_BUS_SCSI &&
        disk->bus != DISK_BUS_VIRTIO)
        return refuse_disk(disk, "is a lun, which needs the bus scsi or virtio", error);
    return TRUE;
}

/* Settings of the card's end on the host, which only some kinds have. */
static gboolean
check_card(const Interface *card, size_t index, GError **error)
{
    gboolean is_bridged = card->type == INTERFACE_BRIDGE || card->type == INTERFACE_NETWORK;
    gboolean is_tap = is_bridged || card->type == INTERFACE_ETHERNET;
    const char *what = NULL;
    if (card->mtu != 0 && !is_tap && card->type != INTERFACE_VHOST_USER)
        what = "mtu";
    if (card->coalesce_rx_frames != 0 && !is_bridged)
        what = "coalesce";
    if (what == NULL)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "interface %zu cannot have %s, there is no tap for it", index, what);
    return FALSE;
}

static gboolean
check_panics(const Devices *devices, GError **error)
{
    gboolean seen[PANIC_PVPANIC + 1] = {0};
    for (size_t i = 0; i < devices->panics.n; i++) {
        PanicModel model = devices->panics.items[i]->model;
        model = model != 0 ? model : PANIC_ISA;
        gboolean is_known = model == PANIC_ISA || model == PANIC_HYPERV;
        if (is_known && !seen[model]) {
            seen[model] = TRUE;
            continue;
        }
        virt_error_set(error, VIRT_FROM_DOMAIN,
                       is_known ? VIRT_ERR_XML_ERROR : VIRT_ERR_CONFIG_UNSUPPORTED,
                       is_known ? "panic %zu is the second of its model"
                                : "the machine has no such panic device: panic %zu",
                       i);
        return FALSE;
    }
    return TRUE;
}

static gboolean
has_iothread(const DomainDef *def, uint32_t id)
{
    for (size_t i = 0; i < def->iothread_entries.n; i++) {
        if (def->iothread_entries.items[i]->id == id)
            return TRUE;
    }
    return def->iothread_entries.n == 0 && id <= def->iothreads;
}

static gboolean
check_disk_driver(const DomainDef *def, const Disk *disk, GError **error)
{
    const DiskDriver *driver = &disk->driver;
    gboolean is_past_cache =
        driver->cache == DISK_CACHE_NONE || driver->cache == DISK_CACHE_DIRECTSYNC;
    if (driver->iothread != 0 && !has_iothread(def, driver->iothread))
        return refuse_disk(disk, "names an iothread that the guest does not have", error);
    if (driver->io == DISK_IO_NATIVE && !is_past_cache)
        return refuse_disk(disk, "has io='native', which needs cache none or directsync", error);
    if (driver->copy_on_read == SWITCH_ON && disk->readonly)
        return refuse_disk(disk, "has copy_on_read, but is read-only", error);
    if (disk->shareable && !disk->readonly && g_strcmp0(driver->format, "raw") != 0)
        return refuse_disk(disk, "is written by several, but its format is not raw", error);
    return TRUE;
}

/* QEMU takes at most that many bytes of a VNC password. */
static gboolean
check_graphics(const Graphics *graphics, GError **error)
{
    enum { PASSWORD_MAX = 8 };
    if (graphics->type != GRAPHICS_VNC)
        return TRUE;
    const GraphicsVnc *vnc = &graphics->as.vnc;
    if (vnc->passwd != NULL && strlen(vnc->passwd) > PASSWORD_MAX) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the VNC password has more than %d characters", PASSWORD_MAX);
        return FALSE;
    }
    if (vnc->listen != NULL && graphics->listens.n > 0 &&
        graphics->listens.items[0]->type == LISTEN_ADDRESS &&
        g_strcmp0(vnc->listen, graphics->listens.items[0]->address) != 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "graphics/@listen is '%s', the first <listen> says '%s'", vnc->listen,
                       graphics->listens.items[0]->address);
        return FALSE;
    }
    return TRUE;
}

/* Lines of SPICE need its display. */
static gboolean
check_spice_lines(const Devices *devices, GError **error)
{
    static const RefKind kinds[] = {REF_SERIAL, REF_PARALLEL, REF_CONSOLE, REF_CHANNEL,
                                    REF_REDIRDEV};
    for (size_t i = 0; i < devices->graphics.n; i++) {
        if (devices->graphics.items[i]->type == GRAPHICS_SPICE)
            return TRUE;
    }
    g_auto(DeviceRefs) refs = device_refs_collect(devices, kinds, G_N_ELEMENTS(kinds));
    for (size_t i = 0; i < refs.n; i++) {
        ChardevType type = refs.items[i].line->type;
        if (type != CHARDEV_SPICEVMC && type != CHARDEV_SPICEPORT)
            continue;
        g_autofree char *who = device_ref_describe(&refs.items[i]);
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "%s is a line of SPICE, and no graphics of that kind is there", who);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_firmware(const DomainDef *def, GError **error)
{
    if (def->os.loader_type == LOADER_PFLASH && !def->features.acpi) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "UEFI firmware needs features/acpi");
        return FALSE;
    }
    gboolean has_serial = def->devices.serials.n > 0 || def->devices.consoles.n > 0;
    if (def->os.bios_useserial == SWITCH_ON && !has_serial) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR,
                       "os/bios/@useserial needs a serial port");
        return FALSE;
    }
    if (def->os.nvram != NULL && def->os.loader == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_DETAIL,
                       "os/nvram is there without os/loader");
        return FALSE;
    }
    return TRUE;
}

/* What QEMU cannot do at the end of a guest. */
static gboolean
check_ends(const DomainDef *def, GError **error)
{
    gboolean is_preserved =
        def->on_reboot == ON_EVENT_PRESERVE || def->on_poweroff == ON_EVENT_PRESERVE;
    gboolean is_crossed =
        def->on_reboot == ON_EVENT_DESTROY && def->on_poweroff == ON_EVENT_RESTART;
    if (!is_preserved && !is_crossed)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   is_preserved
                       ? "on_poweroff and on_reboot cannot be 'preserve'"
                       : "a guest cannot be destroyed at reboot and restarted at poweroff");
    return FALSE;
}

gboolean
assign_checks(const DomainDef *def, GError **error)
{
    if (!check_ends(def, error) || !vcpu_list_check(def, error))
        return FALSE;
    g_auto(DeviceRefs) refs = device_refs_collect_all(&def->devices);
    if (!check_aliases(def, &refs, error) || !check_boot_orders(&refs, error) ||
        !check_firmware(def, error))
        return FALSE;
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        const Disk *disk = def->devices.disks.items[i];
        if (!check_disk(disk, error) || !check_disk_driver(def, disk, error))
            return FALSE;
    }
    for (size_t i = 0; i < def->devices.interfaces.n; i++) {
        if (!check_card(def->devices.interfaces.items[i], i, error))
            return FALSE;
    }
    if (!check_panics(&def->devices, error) || !check_spice_lines(&def->devices, error))
        return FALSE;
    for (size_t i = 0; i < def->devices.graphics.n; i++) {
        if (!check_graphics(def->devices.graphics.items[i], error))
            return FALSE;
    }
    return TRUE;
}
