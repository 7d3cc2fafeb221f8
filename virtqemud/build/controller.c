/*
 * controller — <controller>: buses of the guest.
 *
 * https://libvirt.org/formatdomain.html#controllers
 */
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/place.h"

typedef struct {
    ControllerType type;
    const char *model; /* NULL: none is told */
    const char *driver;
} ModelRow;

static const ModelRow models[] = {
    {CONTROLLER_USB, "piix3-uhci", "piix3-usb-uhci"},
    {CONTROLLER_USB, "piix4-uhci", "piix4-usb-uhci"},
    {CONTROLLER_USB, "ehci", "usb-ehci"},
    {CONTROLLER_USB, "ich9-ehci1", "ich9-usb-ehci1"},
    {CONTROLLER_USB, "ich9-uhci1", "ich9-usb-uhci1"},
    {CONTROLLER_USB, "ich9-uhci2", "ich9-usb-uhci2"},
    {CONTROLLER_USB, "ich9-uhci3", "ich9-usb-uhci3"},
    {CONTROLLER_USB, "vt82c686b-uhci", "vt82c686b-usb-uhci"},
    {CONTROLLER_USB, "pci-ohci", "pci-ohci"},
    {CONTROLLER_USB, "nec-xhci", "nec-usb-xhci"},
    {CONTROLLER_USB, "qemu-xhci", "qemu-xhci"},
    {CONTROLLER_SCSI, "lsilogic", "lsi"},
    {CONTROLLER_SCSI, "lsisas1068", "mptsas1068"},
    {CONTROLLER_SCSI, "lsisas1078", "megasas"},
    {CONTROLLER_SCSI, "vmpvscsi", "pvscsi"},
    {CONTROLLER_SCSI, "virtio-scsi", "virtio-scsi-pci"},
    {CONTROLLER_SCSI, "virtio-transitional", "virtio-scsi-pci-transitional"},
    {CONTROLLER_SCSI, "virtio-non-transitional", "virtio-scsi-pci-non-transitional"},
    {CONTROLLER_VIRTIO_SERIAL, NULL, "virtio-serial-pci"},
    {CONTROLLER_VIRTIO_SERIAL, "virtio", "virtio-serial-pci"},
    {CONTROLLER_VIRTIO_SERIAL, "virtio-transitional", "virtio-serial-pci-transitional"},
    {CONTROLLER_VIRTIO_SERIAL, "virtio-non-transitional", "virtio-serial-pci-non-transitional"},
    {CONTROLLER_SATA, NULL, "ahci"},
    {CONTROLLER_CCID, NULL, "usb-ccid"},
    {CONTROLLER_FDC, NULL, "isa-fdc"},
    {CONTROLLER_PCI, "pci-bridge", "pci-bridge"},
    {CONTROLLER_PCI, "dmi-to-pci-bridge", "i82801b11-bridge"},
    {CONTROLLER_PCI, "pcie-root-port", "pcie-root-port"},
    {CONTROLLER_PCI, "pcie-switch-upstream-port", "x3130-upstream"},
    {CONTROLLER_PCI, "pcie-switch-downstream-port", "xio3130-downstream"},
    {CONTROLLER_PCI, "pci-expander-bus", "pxb"},
    {CONTROLLER_PCI, "pcie-expander-bus", "pxb-pcie"},
    {CONTROLLER_PCI, "pcie-to-pci-bridge", "pcie-pci-bridge"},
};

static const char *
driver_of(const Controller *controller, GError **error)
{
    if (controller->pci_model != NULL && strcmp(controller->pci_model, "ioh3420") == 0)
        return "ioh3420";
    for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
        if (models[i].type == controller->type &&
            g_strcmp0(models[i].model, controller->model) == 0)
            return models[i].driver;
    }
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "the model '%s' of controller '%s' is not supported",
                   controller->model != NULL ? controller->model : "(none)",
                   controller->info.alias != NULL ? controller->info.alias : "(unnamed)");
    return NULL;
}

static gboolean
is_part_of_machine(const DomainDef *def, const Controller *controller)
{
    const char *model = controller->model;
    switch (controller->type) {
    case CONTROLLER_PCI:
        return controller->index.value == 0;
    case CONTROLLER_IDE:
        return context_is_i440fx(def) && controller->index.value == 0;
    case CONTROLLER_FDC:
        return !context_is_q35(def);
    case CONTROLLER_SATA:
        return context_is_q35(def) && controller->index.value == 0;
    case CONTROLLER_USB:
        return model != NULL && strcmp(model, "none") == 0;
    default:
        return FALSE;
    }
}

static void
add_pci(Json *props, const Controller *controller)
{
    if (controller->chassis_nr.set)
        json_add_uint(props, "chassis_nr", controller->chassis_nr.value);
    if (controller->port.set)
        json_add_uint(props, "port", controller->port.value);
    if (controller->chassis.set)
        json_add_uint(props, "chassis", controller->chassis.value);
    if (controller->bus_nr.set)
        json_add_uint(props, "bus_nr", controller->bus_nr.value);
}

static void
add_usb(Json *props, const DomainDef *def, const Controller *controller)
{
    if (controller->ports.set) {
        json_add_uint(props, "p2", controller->ports.value);
        json_add_uint(props, "p3", controller->ports.value);
    }
    if (!controller->master_port.set)
        return;
    const Controller *master = context_controller(def, CONTROLLER_USB, controller->index.value);
    g_autofree char *bus =
        g_strdup_printf("%s.0", master != NULL ? master->info.alias : controller->info.alias);
    json_add_string(props, "masterbus", bus);
    json_add_uint(props, "firstport", controller->master_port.value);
}

static void
add_scsi_thread(Json *props, const Controller *controller)
{
    if (controller->iothread == 0)
        return;
    g_autofree char *iothread = g_strdup_printf("iothread%u", controller->iothread);
    json_add_string(props, "iothread", iothread);
}

static void
add_scsi(Json *props, const Controller *controller)
{
    context_add_number(props, "num_queues", controller->queues);
    context_add_number(props, "cmd_per_lun", controller->cmd_per_lun);
    context_add_number(props, "max_sectors", controller->max_sectors);
    context_add_switch(props, "ioeventfd", controller->ioeventfd);
}

static void
add_virtio_serial(Json *props, const Controller *controller)
{
    if (controller->ports.set)
        json_add_uint(props, "max_ports", controller->ports.value);
    if (controller->vectors.set)
        json_add_uint(props, "vectors", controller->vectors.value);
}

static gboolean
is_virtio(const char *driver)
{
    return g_str_has_prefix(driver, "virtio-");
}

/* The floppy controller's bus has a fixed name, and it takes none; so do USB companions. */
static gboolean
has_id(const Controller *controller)
{
    return controller->type != CONTROLLER_FDC && !controller->master_port.set;
}

gboolean
build_controller_props(const BuildContext *context, const Controller *controller, Json **ret_props,
                       GError **error)
{
    *ret_props = NULL;
    if (is_part_of_machine(context->def, controller))
        return TRUE;
    const char *driver = driver_of(controller, error);
    if (driver == NULL)
        return FALSE;
    g_autoptr(Json) props = json_new_object();
    json_add_string(props, "driver", driver);
    if (is_virtio(driver))
        context_add_virtio(props, &controller->virtio);
    switch (controller->type) {
    case CONTROLLER_PCI:
        add_pci(props, controller);
        break;
    case CONTROLLER_USB:
        add_usb(props, context->def, controller);
        break;
    case CONTROLLER_SCSI:
        add_scsi_thread(props, controller);
        break;
    default:
        break;
    }
    if (has_id(controller))
        json_add_string(props, "id", controller->info.alias);
    if (controller->type == CONTROLLER_SCSI)
        add_scsi(props, controller);
    if (controller->type == CONTROLLER_VIRTIO_SERIAL)
        add_virtio_serial(props, controller);
    context_add_switch(props, "hotplug", controller->hotplug);
    if (!place_add(props, context->def, &controller->info, error))
        return FALSE;
    *ret_props = g_steal_pointer(&props);
    return TRUE;
}
