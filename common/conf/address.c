/*
 * address — see address.h.
 */
#include "common/conf/address.h"

#include "common/conf/fields.h"

static const ConfEnumItem address_type_items[] = {
    {"pci", ADDRESS_PCI, "A slot of a PCI bus."},
    {"drive", ADDRESS_DRIVE, "A unit of a disk controller."},
    {"virtio-serial", ADDRESS_VIRTIO_SERIAL, "A port of a virtio-serial controller."},
    {"ccid", ADDRESS_CCID, "A slot of a smart card reader."},
    {"usb", ADDRESS_USB, "A port of a USB controller or hub."},
    {"isa", ADDRESS_ISA, "An I/O port and an interrupt."},
    {"virtio-mmio", ADDRESS_VIRTIO_MMIO, "Memory mapped, chosen by the machine."},
    {"unassigned", ADDRESS_UNASSIGNED, "The device is not given to the guest."},
};
const ConfEnum address_type_enum = CONF_ENUM_OF("address_type", address_type_items);

static bool
is_usb_port(const char *text)
{
    gboolean digit = FALSE;
    for (; *text != '\0'; text++) {
        if (*text == '.' ? !digit || text[1] == '\0' : !g_ascii_isdigit(*text))
            return false;
        digit = *text != '.';
    }
    return digit;
}

static const ConfPattern usb_port = {"a USB port such as '1' or '1.2'", "[0-9]+(\\.[0-9]+)*",
                                     is_usb_port};

/* clang-format off */
static const ConfField pci_rows[] = {
    ATTR_HEX(PciAddress, domain, "domain", 0xffff, 4, GUEST_ABI | ALWAYS, "PCI domain."),
    ATTR_HEX(PciAddress, bus, "bus", 0xff, 2, GUEST_ABI | ALWAYS, "Index of the PCI controller."),
    ATTR_HEX(PciAddress, slot, "slot", 0x1f, 2, GUEST_ABI | ALWAYS, "Slot on the bus."),
    ATTR_HEX(PciAddress, function, "function", 7, 1, GUEST_ABI | ALWAYS, "Function of the slot."),
    ATTR_ENUM(PciAddress, multifunction, "multifunction", on_off_enum, GUEST_ABI,
              "Whether more functions follow."),
    END};
static const ConfType pci = CONF_TYPE(PciAddress, "address", pci_rows, NULL);

static const ConfField drive_rows[] = {
    ATTR_NUM(DriveAddress, controller, "controller", 0, UINT32_MAX, GUEST_ABI | ALWAYS,
             "Index of the controller."),
    ATTR_NUM(DriveAddress, bus, "bus", 0, UINT32_MAX, GUEST_ABI | ALWAYS, "Its bus."),
    ATTR_NUM(DriveAddress, target, "target", 0, UINT32_MAX, GUEST_ABI | ALWAYS, "Target."),
    ATTR_NUM(DriveAddress, unit, "unit", 0, UINT32_MAX, GUEST_ABI | ALWAYS, "Unit."),
    END};
static const ConfType drive = CONF_TYPE(DriveAddress, "address", drive_rows, NULL);

static const ConfField virtio_serial_rows[] = {
    ATTR_NUM(VirtioSerialAddress, controller, "controller", 0, UINT32_MAX, GUEST_ABI | ALWAYS,
             "Index of the controller."),
    ATTR_NUM(VirtioSerialAddress, bus, "bus", 0, UINT32_MAX, GUEST_ABI | ALWAYS, "Its bus."),
    ATTR_NUM(VirtioSerialAddress, port, "port", 0, UINT32_MAX, GUEST_ABI, "Port; 0: any free."),
    END};
static const ConfType virtio_serial =
    CONF_TYPE(VirtioSerialAddress, "address", virtio_serial_rows, NULL);

static const ConfField ccid_rows[] = {
    ATTR_NUM(CcidAddress, controller, "controller", 0, UINT32_MAX, GUEST_ABI | ALWAYS,
             "Index of the controller."),
    ATTR_NUM(CcidAddress, slot, "slot", 0, UINT32_MAX, GUEST_ABI | ALWAYS, "Slot."),
    END};
static const ConfType ccid = CONF_TYPE(CcidAddress, "address", ccid_rows, NULL);

static const ConfField usb_rows[] = {
    ATTR_NUM(UsbAddress, bus, "bus", 0, UINT32_MAX, GUEST_ABI | ALWAYS,
             "Index of the controller."),
    ATTR_STR(UsbAddress, port, "port", &usb_port, GUEST_ABI, "Port, through hubs with dots."),
    END};
static const ConfType usb = CONF_TYPE(UsbAddress, "address", usb_rows, NULL);

static const ConfField isa_rows[] = {
    ATTR_HEX(IsaAddress, iobase, "iobase", 0xffff, 1, GUEST_ABI, "First I/O port."),
    ATTR_HEX(IsaAddress, irq, "irq", 0xff, 1, GUEST_ABI, "Interrupt."),
    END};
static const ConfType isa = CONF_TYPE(IsaAddress, "address", isa_rows, NULL);

static const ConfType *const address_types[] = {
    [ADDRESS_PCI] = &pci,
    [ADDRESS_DRIVE] = &drive,
    [ADDRESS_VIRTIO_SERIAL] = &virtio_serial,
    [ADDRESS_CCID] = &ccid,
    [ADDRESS_USB] = &usb,
    [ADDRESS_ISA] = &isa,
    [ADDRESS_UNASSIGNED] = NULL,
};
static const ConfCases address_cases = CONF_CASES_OF(address_types);

static const ConfField address_rows[] = {
    ATTR_ENUM(Address, type, "type", address_type_enum, REQUIRED | GUEST_ABI, "Kind of bus."),
    UNION(Address, at, "", type, address_cases, OPTIONAL, "The place on it."),
    EXTRA(Address, extra, NULL),
    END};
const ConfType address_conf = CONF_TYPE(Address, "address", address_rows, NULL);
/* clang-format on */
