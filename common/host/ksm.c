/*
 * ksm — see ksm.h.
 */
#include "common/host/ksm.h"

#include <string.h>

#include "common/host/file.h"

const HostKsmRow host_ksm_rows[HOST_KSM_N_ROWS] = {
    {"shm_pages_to_scan", "pages_to_scan", FALSE, TRUE},
    {"shm_sleep_millisecs", "sleep_millisecs", FALSE, TRUE},
    {"shm_pages_shared", "pages_shared", TRUE, FALSE},
    {"shm_pages_sharing", "pages_sharing", TRUE, FALSE},
    {"shm_pages_unshared", "pages_unshared", TRUE, FALSE},
    {"shm_pages_volatile", "pages_volatile", TRUE, FALSE},
    {"shm_full_scans", "full_scans", TRUE, FALSE},
    {"shm_merge_across_nodes", "merge_across_nodes", FALSE, TRUE},
};

const HostKsmRow *
host_ksm_find(const char *name)
{
    for (size_t i = 0; i < HOST_KSM_N_ROWS; i++) {
        if (strcmp(host_ksm_rows[i].name, name) == 0)
            return &host_ksm_rows[i];
    }
    return NULL;
}

gboolean
host_ksm_read(int root, const HostKsmRow *row, uint64_t *ret_value)
{
    g_autofree char *path = g_strconcat("sys/kernel/mm/ksm/", row->file, NULL);
    return host_file_number(root, path, row->is_wide ? UINT64_MAX : UINT32_MAX, ret_value);
}

gboolean
host_ksm_write(int root, const HostKsmRow *row, uint32_t value, GError **error)
{
    g_autofree char *path = g_strconcat("sys/kernel/mm/ksm/", row->file, NULL);
    g_autofree char *text = g_strdup_printf("%u", value);
    return host_file_write(root, path, text, error);
}
