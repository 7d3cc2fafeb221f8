/*
 * identity — see identity.h. Files: machine-id(5); the kernel's
 * Documentation/ABI/testing/sysfs-class-dmi does not list product_uuid, drivers/firmware/dmi-id.c
 * makes it, for root only.
 */
#include "common/host/identity.h"

#include <string.h>

#include "common/host/file.h"

gboolean
host_uuid_read(int root, HostUuidSource source, uint8_t ret_uuid[UUID_BYTES])
{
    const char *path =
        source == HOST_UUID_FROM_SMBIOS ? "sys/class/dmi/id/product_uuid" : "etc/machine-id";
    uint8_t uuid[UUID_BYTES];
    g_autofree char *text = host_file_line(root, path);
    if (text == NULL || !uuid_parse(text, uuid) || !uuid_is_usable(uuid))
        return FALSE;
    memcpy(ret_uuid, uuid, sizeof uuid);
    return TRUE;
}
