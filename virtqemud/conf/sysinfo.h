/*
 * sysinfo — <sysinfo>: what the firmware tells of the machine (SMBIOS), or blobs for it (fw_cfg).
 */
#pragma once

#include "common/conf/conf.h"

typedef enum { SYSINFO_SMBIOS = 1, SYSINFO_FWCFG } SysinfoType;

typedef struct {
    const char *name; /* NULL: of an OEM string */
    const char *value;
    const ConfExtra *extra; /* @file of a blob */
} SysinfoEntry;

typedef struct {
    CONF_LIST_OF(SysinfoEntry) entries;
} SysinfoBlock;

typedef struct {
    SysinfoType type;
    SysinfoBlock *bios;
    SysinfoBlock *system;
    CONF_LIST_OF(SysinfoBlock) base_boards;
    SysinfoBlock *chassis;
    SysinfoBlock *oem_strings;
    const ConfExtra *extra; /* entries of fw_cfg */
} Sysinfo;

extern const ConfType sysinfo_conf;
