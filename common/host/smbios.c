/*
 * smbios — see smbios.h. Names of sections and entries: https://libvirt.org/formatdomain.html,
 * "SMBIOS System Information".
 */
#include "common/host/smbios.h"

#include "common/host/file.h"

#define DMI_DIR "sys/class/dmi/id"

const HostSmbiosRow host_smbios_rows[] = {
    {"bios", "vendor", "bios_vendor"},
    {"bios", "version", "bios_version"},
    {"bios", "date", "bios_date"},
    {"bios", "release", "bios_release"},
    {"system", "manufacturer", "sys_vendor"},
    {"system", "product", "product_name"},
    {"system", "version", "product_version"},
    {"system", "serial", "product_serial"},
    {"system", "uuid", "product_uuid"},
    {"system", "sku", "product_sku"},
    {"system", "family", "product_family"},
    {"baseBoard", "manufacturer", "board_vendor"},
    {"baseBoard", "product", "board_name"},
    {"baseBoard", "version", "board_version"},
    {"baseBoard", "serial", "board_serial"},
    {"baseBoard", "asset", "board_asset_tag"},
    {"chassis", "manufacturer", "chassis_vendor"},
    {"chassis", "version", "chassis_version"},
    {"chassis", "serial", "chassis_serial"},
    {"chassis", "asset", "chassis_asset_tag"},
};
const size_t host_smbios_n_rows = G_N_ELEMENTS(host_smbios_rows);

gboolean
host_smbios_exists(int root)
{
    return host_dir_exists(root, DMI_DIR);
}

char *
host_smbios_read(int root, const HostSmbiosRow *row)
{
    g_autofree char *path = g_strconcat(DMI_DIR "/", row->file, NULL);
    g_autofree char *line = host_file_line(root, path);
    if (line == NULL || line[0] == '\0')
        return NULL;
    for (char *c = line; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == '\x7f')
            *c = '?';
    }
    return g_utf8_make_valid(line, -1);
}
