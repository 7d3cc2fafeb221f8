/*
 * controller — <controller>: a bus of the guest that devices sit on.
 */
#pragma once

#include "common/conf/device_info.h"
#include "virtqemud/conf/virtio_options.h"

typedef enum {
    CONTROLLER_IDE = 1,
    CONTROLLER_FDC,
    CONTROLLER_SCSI,
    CONTROLLER_SATA,
    CONTROLLER_VIRTIO_SERIAL,
    CONTROLLER_CCID,
    CONTROLLER_USB,
    CONTROLLER_PCI,
    CONTROLLER_XENBUS,
    CONTROLLER_ISA
} ControllerType;

typedef struct {
    ControllerType type;
    OptU32 index;
    const char *model;
    OptU32 ports;
    OptU32 vectors;
    uint32_t queues;
    uint32_t cmd_per_lun;
    uint32_t max_sectors;
    Switch ioeventfd;
    uint32_t iothread;
    VirtioOptions virtio;
    const char *pci_model; /* QEMU's name of a PCI controller */
    OptU32 chassis_nr;
    OptU32 chassis;
    OptU32 port;
    OptU32 bus_nr;
    Switch hotplug;
    OptU32 master_port; /* first port of a companion controller */
    DeviceInfo info;
    const ConfExtra *extra;
} Controller;

extern const ConfType controller_conf;
