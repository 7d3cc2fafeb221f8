/*
 * controller — see controller.h. https://libvirt.org/formatdomain.html#controllers
 */
#include "virtqemud/conf/controller.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"ide", CONTROLLER_IDE, ""}, {"fdc", CONTROLLER_FDC, ""}, {"scsi", CONTROLLER_SCSI, ""},
    {"sata", CONTROLLER_SATA, ""}, {"virtio-serial", CONTROLLER_VIRTIO_SERIAL, ""},
    {"ccid", CONTROLLER_CCID, ""}, {"usb", CONTROLLER_USB, ""}, {"pci", CONTROLLER_PCI, ""},
    {"xenbus", CONTROLLER_XENBUS, ""}, {"isa", CONTROLLER_ISA, ""},
};
static const ConfEnum controller_type_enum = CONF_ENUM_OF("controller_type", type_items);

#define VIRTIO_MODELS "virtio-transitional virtio-non-transitional"
static const char *const models[] = {
    [CONTROLLER_SCSI] = "auto buslogic lsilogic lsisas1068 vmpvscsi ibmvscsi virtio-scsi "
                        "lsisas1078 "
                        VIRTIO_MODELS " ncr53c90 dc390 am53c974",
    [CONTROLLER_USB] = "piix3-uhci piix4-uhci ehci ich9-ehci1 ich9-uhci1 ich9-uhci2 ich9-uhci3 "
                       "vt82c686b-uhci pci-ohci nec-xhci none qusb1 qusb2 qemu-xhci",
    [CONTROLLER_IDE] = "piix3 piix4 ich6",
    [CONTROLLER_PCI] = "pci-root pcie-root pci-bridge dmi-to-pci-bridge pcie-to-pci-bridge "
                       "pcie-root-port pcie-switch-upstream-port pcie-switch-downstream-port "
                       "pci-expander-bus pcie-expander-bus",
    [CONTROLLER_VIRTIO_SERIAL] = "virtio " VIRTIO_MODELS,
};

static const ConfPattern pci_model_name = {
    .words = "none spapr-pci-host-bridge pci-bridge i82801b11-bridge pcie-pci-bridge ioh3420 "
             "pcie-root-port x3130-upstream xio3130-downstream pxb pxb-pcie"};

static const ConfField controller_rows[] = {
    ATTR_ENUM(Controller, type, "type", controller_type_enum, REQUIRED | GUEST_ABI, "Kind of bus."),
    ATTR_NUM(Controller, index, "index", 0, INT32_MAX, DERIVED | GUEST_ABI, "Number of its kind."),
    ATTR_STR(Controller, model, "model", NULL, DERIVED | GUEST_ABI, "Which controller."),
    ATTR_NUM(Controller, ports, "ports", 0, INT32_MAX, GUEST_ABI, "Ports it has."),
    ATTR_NUM(Controller, vectors, "vectors", 0, INT32_MAX, GUEST_ABI, "Interrupt vectors."),
    SUB_NUM(Controller, queues, "driver/@queues", 1, UINT32_MAX, GUEST_ABI, "Queues."),
    SUB_NUM(Controller, cmd_per_lun, "driver/@cmd_per_lun", 1, UINT32_MAX, GUEST_ABI,
            "Commands of a unit."),
    SUB_NUM(Controller, max_sectors, "driver/@max_sectors", 1, UINT32_MAX, GUEST_ABI,
            "Sectors of a request."),
    SUB_ENUM(Controller, ioeventfd, "driver/@ioeventfd", on_off_enum, OPTIONAL,
             "Own event handling."),
    SUB_NUM(Controller, iothread, "driver/@iothread", 1, UINT32_MAX, OPTIONAL,
            "Thread that serves it."),
    VIRTIO_ROWS(Controller, virtio, "driver/"),
    SUB_STR(Controller, pci_model, "model/@name", &pci_model_name, DERIVED | SCHEMA_REQUIRED |
            GUEST_ABI, "QEMU's device."),
    SUB_NUM(Controller, chassis_nr, "target/@chassisNr", 1, 255, GUEST_ABI, "Of a pci-bridge."),
    SUB_NUM(Controller, chassis, "target/@chassis", 0, 255, DERIVED | GUEST_ABI, "Of a root port."),
    {.kind = CONF_NUMBER_KIND(Controller, port), .path = "target/@port",
     .offset = offsetof(Controller, port), .flags = DERIVED | GUEST_ABI | HEX,
     .range = &(const ConfRange){0, 255}, .digits = 1, .doc = "Of a root port."},
    SUB_NUM(Controller, bus_nr, "target/@busNr", 1, 254, GUEST_ABI, "Of an expander bus."),
    SUB_ENUM(Controller, hotplug, "target/@hotplug", on_off_enum, GUEST_ABI,
             "Whether devices can be added."),
    SUB_NUM(Controller, master_port, "master/@startport", 0, 255, SCHEMA_REQUIRED | GUEST_ABI,
            "First port of a USB companion."),
    INCLUDE(Controller, info, DeviceInfo, device_info_acpi_conf),
    EXTRA(Controller, extra, NULL),
    END};
/* clang-format on */

static gboolean
has_word(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words != NULL ? words : "", " ", -1);
    return g_strv_contains((const char *const *)list, word);
}

static bool
controller_validate(const void *object, GError **error)
{
    const Controller *controller = object;
    const char *known =
        (size_t)controller->type < G_N_ELEMENTS(models) ? models[controller->type] : NULL;
    if (controller->model != NULL && !has_word(known, controller->model)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "no controller of this type has the model '%s'", controller->model);
        return false;
    }
    if (controller->vectors.set && controller->type != CONTROLLER_VIRTIO_SERIAL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "only a virtio-serial controller has vectors");
        return false;
    }
    if (controller->ports.set && controller->type != CONTROLLER_VIRTIO_SERIAL &&
        controller->type != CONTROLLER_USB) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "only virtio-serial and usb controllers have ports");
        return false;
    }
    return true;
}

static bool
controller_validate_schema(const void *object, GError **error)
{
    const Controller *controller = object;
    gboolean is_pci = controller->type == CONTROLLER_PCI;
    gboolean has_pci_rows = controller->pci_model != NULL || controller->chassis_nr.set ||
                            controller->chassis.set || controller->port.set ||
                            controller->bus_nr.set || controller->hotplug != 0;
    if (is_pci ? controller->model != NULL : !has_pci_rows)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                   is_pci ? "@model is missing" : "<model> and <target> are of PCI controllers");
    return false;
}

const ConfType controller_conf = CONF_TYPE_WITH_SCHEMA(
    Controller, "controller", controller_rows, controller_validate, controller_validate_schema);
