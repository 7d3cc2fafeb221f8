/*
 * sysinfo — what the host's firmware says of the machine, as libvirt's <sysinfo> document. Reads
 * files of /sys, on the reader pool.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/file.h"
#include "common/host/smbios.h"

/* The rows of one section stand together; a section without a value is left out. */
static char *
format_sysinfo(int root)
{
    GString *xml = g_string_new("<sysinfo type='smbios'>\n");
    const char *open = NULL;
    for (size_t i = 0; i < host_smbios_n_rows; i++) {
        const HostSmbiosRow *row = &host_smbios_rows[i];
        g_autofree char *value = host_smbios_read(root, row);
        if (value == NULL)
            continue;
        if (open == NULL || strcmp(open, row->section) != 0) {
            if (open != NULL)
                g_string_append_printf(xml, "  </%s>\n", open);
            g_string_append_printf(xml, "  <%s>\n", row->section);
            open = row->section;
        }
        g_autofree char *escaped = g_markup_escape_text(value, -1);
        g_string_append_printf(xml, "    <entry name='%s'>%s</entry>\n", row->name, escaped);
    }
    if (open != NULL)
        g_string_append_printf(xml, "  </%s>\n", open);
    g_string_append(xml, "</sysinfo>\n");
    return g_string_free(xml, FALSE);
}

gboolean
handle_connect_get_sysinfo(RpcCall *call, const RemoteConnectGetSysinfoArgs *args,
                           RemoteConnectGetSysinfoRet *ret, GError **error)
{
    auto_fd root = -1;
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error) ||
        (root = host_root_open(error)) < 0)
        return FALSE;
    if (!host_smbios_exists(root)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the host has no SMBIOS information");
        return FALSE;
    }
    g_autofree char *xml = format_sysinfo(root);
    ret->sysinfo = arena_strdup(rpc_call_arena(call), xml);
    return TRUE;
}
