/*
 * address — where a device sits: a bus of the guest, and the place on it.
 *
 * Shared by all devices of a domain, and by what other daemons write in the same form. Addresses
 * are guest ABI: a guest notices when one changes. Rules:
 * https://libvirt.org/formatdomain.html#device-addresses
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum {
    ADDRESS_NONE,
    ADDRESS_PCI,
    ADDRESS_DRIVE,
    ADDRESS_VIRTIO_SERIAL,
    ADDRESS_CCID,
    ADDRESS_USB,
    ADDRESS_ISA,
    ADDRESS_VIRTIO_MMIO,
    ADDRESS_UNASSIGNED
} AddressType;

typedef struct {
    uint32_t domain;
    uint32_t bus;
    uint32_t slot;
    uint32_t function;
    Switch multifunction;
} PciAddress;

typedef struct {
    uint32_t controller;
    uint32_t bus;
    uint32_t target;
    uint32_t unit;
} DriveAddress;

typedef struct {
    uint32_t controller;
    uint32_t bus;
    uint32_t port;
} VirtioSerialAddress;

typedef struct {
    uint32_t controller;
    uint32_t slot;
} CcidAddress;

typedef struct {
    uint32_t bus;
    const char *port; /* "1.2": the second port of the hub on port 1; NULL: not chosen */
} UsbAddress;

typedef struct {
    uint32_t iobase;
    uint32_t irq;
} IsaAddress;

typedef struct {
    AddressType type;
    union {
        PciAddress pci;
        DriveAddress drive;
        VirtioSerialAddress virtio_serial;
        CcidAddress ccid;
        UsbAddress usb;
        IsaAddress isa;
    } at; /* the member that `type` names */
    const ConfExtra *extra;
} Address;

extern const ConfEnum address_type_enum;
extern const ConfType address_conf;
