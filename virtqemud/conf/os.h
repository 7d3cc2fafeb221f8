/*
 * os — <os>: the machine, its firmware, and what it boots.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum { BOOT_FD = 1, BOOT_HD, BOOT_CDROM, BOOT_NETWORK } BootDevice;
typedef enum { SMBIOS_EMULATE = 1, SMBIOS_HOST, SMBIOS_SYSINFO } SmbiosMode;
typedef enum { FIRMWARE_BIOS = 1, FIRMWARE_EFI } Firmware;
typedef enum { LOADER_ROM = 1, LOADER_PFLASH } LoaderType;

typedef struct {
    BootDevice dev;
} BootEntry;

/* What a firmware that is to be found has, or has not. */
typedef struct {
    Switch enabled;
    const char *name;
} FirmwareFeature;

typedef struct {
    Firmware firmware; /* to be found by its description; 0: as <loader> says */
    const char *type;  /* "hvm" */
    const char *arch;
    const char *machine;
    CONF_LIST_OF(FirmwareFeature) firmware_features;
    const char *loader;
    LoaderType loader_type;
    Switch loader_readonly;
    Switch loader_secure;
    const char *nvram;
    const char *nvram_template;
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    CONF_LIST_OF(BootEntry) boot;
    Switch bootmenu;
    OptU32 bootmenu_timeout_ms;
    Switch bios_useserial;
    OptI64 bios_reboot_timeout_ms; /* -1: no reboot */
    SmbiosMode smbios;
    const ConfExtra *extra;
} Os;

extern const ConfType os_conf;
