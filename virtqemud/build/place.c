/*
 * place — see place.h.
 */
#include "virtqemud/build/place.h"

static const char *
bus_alias(const DomainDef *def, ControllerType type, uint32_t index, GError **error)
{
    static const char *const names[] = {
        [CONTROLLER_PCI] = "pci",
        [CONTROLLER_USB] = "usb",
        [CONTROLLER_CCID] = "ccid",
        [CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
    };
    const Controller *controller = context_controller(def, type, index);
    if (controller == NULL || controller->info.alias == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "an address names the %s controller %u, which is not there", names[type],
                       index);
        return NULL;
    }
    return controller->info.alias;
}

static gboolean
add_pci(Json *props, const DomainDef *def, const PciAddress *pci, GError **error)
{
    if (pci->domain != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "QEMU has no PCI domain %u, only 0", pci->domain);
        return FALSE;
    }
    const char *bus = bus_alias(def, CONTROLLER_PCI, pci->bus, error);
    if (bus == NULL)
        return FALSE;
    json_add_string(props, "bus", bus);
    context_add_switch(props, "multifunction", pci->multifunction);
    g_autofree char *addr = pci->function != 0
                                ? g_strdup_printf("0x%x.0x%x", pci->slot, pci->function)
                                : g_strdup_printf("0x%x", pci->slot);
    json_add_string(props, "addr", addr);
    return TRUE;
}

/* Adds "bus": "ALIAS.0", and the port below `name`. */
static gboolean
add_bus(Json *props, const DomainDef *def, ControllerType type, uint32_t index, GError **error)
{
    const char *alias = bus_alias(def, type, index, error);
    if (alias == NULL)
        return FALSE;
    g_autofree char *bus = g_strdup_printf("%s.0", alias);
    json_add_string(props, "bus", bus);
    return TRUE;
}

gboolean
place_add(Json *props, const DomainDef *def, const DeviceInfo *info, GError **error)
{
    const Address *address = info->address;
    if (address == NULL)
        return TRUE;
    switch (address->type) {
    case ADDRESS_PCI:
        return add_pci(props, def, &address->at.pci, error);
    case ADDRESS_USB:
        if (!add_bus(props, def, CONTROLLER_USB, address->at.usb.bus, error))
            return FALSE;
        context_add_text(props, "port", address->at.usb.port);
        return TRUE;
    case ADDRESS_VIRTIO_SERIAL:
        if (!add_bus(props, def, CONTROLLER_VIRTIO_SERIAL, address->at.virtio_serial.controller,
                     error))
            return FALSE;
        json_add_uint(props, "nr", address->at.virtio_serial.port);
        return TRUE;
    case ADDRESS_CCID:
        return add_bus(props, def, CONTROLLER_CCID, address->at.ccid.controller, error);
    case ADDRESS_ISA:
        if (address->at.isa.iobase != 0)
            json_add_uint(props, "iobase", address->at.isa.iobase);
        if (address->at.isa.irq != 0)
            json_add_uint(props, "irq", address->at.isa.irq);
        return TRUE;
    default:
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the address of device '%s' is of a kind that it cannot have", info->alias);
        return FALSE;
    }
}

/* The first device of this kind, as <os><boot> means it. */
static const DeviceInfo *
first_of(const Devices *devices, BootDevice boot)
{
    static const DiskDevice kinds[] = {[BOOT_FD] = DISK_DEVICE_FLOPPY,
                                       [BOOT_HD] = DISK_DEVICE_DISK,
                                       [BOOT_CDROM] = DISK_DEVICE_CDROM};
    if (boot == BOOT_NETWORK)
        return devices->interfaces.n > 0 ? &devices->interfaces.items[0]->info : NULL;
    for (size_t i = 0; i < devices->disks.n; i++) {
        if (devices->disks.items[i]->device == kinds[boot])
            return &devices->disks.items[i]->info;
    }
    return NULL;
}

uint32_t
place_boot_index(const BuildContext *context, const DeviceInfo *info, BootDevice boot)
{
    const Os *os = &context->def->os;
    if (info->boot_order.set)
        return info->boot_order.value;
    if (boot == 0 || context->is_plugged || first_of(&context->def->devices, boot) != info)
        return 0;
    for (size_t i = 0; i < os->boot.n; i++) {
        if (os->boot.items[i]->dev == boot)
            return i + 1;
    }
    return 0;
}

void
place_add_boot(Json *props, const BuildContext *context, const DeviceInfo *info, BootDevice boot)
{
    context_add_number(props, "bootindex", place_boot_index(context, info, boot));
}

void
place_add_rom(Json *props, const DeviceInfo *info)
{
    if (info->acpi_index.set)
        json_add_uint(props, "acpi-index", info->acpi_index.value);
    if (info->rom_bar != SWITCH_ABSENT)
        json_add_uint(props, "rombar", info->rom_bar == SWITCH_ON);
    if (info->rom_enabled == SWITCH_OFF)
        json_add_string(props, "romfile", "");
    else
        context_add_text(props, "romfile", info->rom_file);
}
