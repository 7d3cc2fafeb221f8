/*
 * device_info — what every device has: its turn at boot, its name, its address.
 */
#pragma once

#include "common/conf/address.h"

typedef struct {
    OptU32 boot_order; /* 1 is first */
    const char *boot_loadparm;
    /* Names the device to users and QEMU. The user's own begin with "ua-" and are kept; all others
     * are given at start and belong to the running guest. */
    const char *alias;
    Switch rom_enabled;
    Switch rom_bar;       /* whether the guest sees the boot ROM */
    const char *rom_file; /* NULL: the emulator's own */
    OptU32 acpi_index;    /* part of the name that the guest gives a network card */
    Address *address;     /* NULL: to be chosen */
} DeviceInfo;

/* Which of it an element takes: alias and address; those with an ACPI index; all but the ROM,
 * without and with the index; all. */
extern const ConfType device_info_conf;
extern const ConfType device_info_acpi_conf;
extern const ConfType device_info_redirdev_conf;
extern const ConfType device_info_disk_conf;
extern const ConfType device_info_card_conf;
