/*
 * smbios — what the firmware says of the machine, as far as the kernel shows it one value a file
 * (/sys/class/dmi/id). Processors, memory modules and OEM texts stand only in the firmware's own
 * tables and are not read. Reads files: not for the io thread.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *section; /* of libvirt's document: "bios", "system", "baseBoard", "chassis" */
    const char *name;    /* of its entry */
    const char *file;
} HostSmbiosRow;

extern const HostSmbiosRow host_smbios_rows[];
extern const size_t host_smbios_n_rows;

gboolean host_smbios_exists(int root);
/* Printable text in UTF-8; NULL when it is not there, not readable or empty. The caller frees. */
char *host_smbios_read(int root, const HostSmbiosRow *row);
