/*
 * memory — see memory.h. Files: the kernel's Documentation/filesystems/proc.rst and
 * Documentation/ABI/stable/sysfs-devices-node.
 */
#include "common/host/memory.h"

#include <string.h>

#include "common/base/units.h"
#include "common/host/file.h"

enum { MEMINFO_MAX_BYTES = 64 * 1024 };

static const char *const field_names[HOST_MEMORY_N_FIELDS] = {
    [HOST_MEMORY_TOTAL] = "MemTotal",         [HOST_MEMORY_FREE] = "MemFree",
    [HOST_MEMORY_BUFFERS] = "Buffers",        [HOST_MEMORY_CACHED] = "Cached",
    [HOST_MEMORY_AVAILABLE] = "MemAvailable",
};

/* "Node 3 MemTotal: ..." becomes "MemTotal: ...". */
static char *
skip_cell(char *line)
{
    if (!g_str_has_prefix(line, "Node "))
        return line;
    char *rest = strchr(line + strlen("Node "), ' ');
    return rest == NULL ? line : g_strchug(rest);
}

static void
parse_line(char *line, HostMemory *memory)
{
    line = skip_cell(line);
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return;
    *colon = '\0';
    char *value = g_strchug(colon + 1);
    value[strcspn(value, " \t")] = '\0';
    for (size_t i = 0; i < HOST_MEMORY_N_FIELDS; i++) {
        /* what is multiplied into bytes later must fit */
        if (strcmp(line, field_names[i]) == 0 && !memory->has[i])
            memory->has[i] =
                units_parse_u64(value, UINT64_MAX / 1024 / HOST_CELLS_MAX, &memory->kib[i]);
    }
}

HostMemory
host_memory_parse(const char *text)
{
    HostMemory memory = {0};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++)
        parse_line(lines[i], &memory);
    return memory;
}

gboolean
host_memory_read(int root, int32_t cell, HostMemory *ret_memory, GError **error)
{
    g_autofree char *path = cell < 0
                                ? g_strdup("proc/meminfo")
                                : g_strdup_printf("sys/devices/system/node/node%d/meminfo", cell);
    g_autofree char *text = host_file_text(root, path, MEMINFO_MAX_BYTES, error);
    if (text == NULL)
        return FALSE;
    HostMemory memory = host_memory_parse(text);
    if (!memory.has[HOST_MEMORY_TOTAL] || !memory.has[HOST_MEMORY_FREE]) {
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INTERNAL_ERROR,
                       "no amount of memory found in /%s", path);
        return FALSE;
    }
    *ret_memory = memory;
    return TRUE;
}

Bitmap *
host_memory_cells(int root)
{
    g_autoptr(Bitmap) cells =
        host_dir_numbers(root, "sys/devices/system/node", "node", HOST_CELLS_MAX);
    return cells == NULL || bitmap_count(cells) == 0 ? NULL : g_steal_pointer(&cells);
}

int32_t
host_memory_highest_cell(int root)
{
    gssize highest = 0;
    g_autoptr(Bitmap) cells = host_memory_cells(root);
    for (gssize i = cells == NULL ? -1 : bitmap_next(cells, 0); i >= 0;
         i = bitmap_next(cells, (size_t)i + 1))
        highest = i;
    return (int32_t)highest;
}

gboolean
host_memory_sum(int root, uint64_t *ret_total_kib, uint64_t *ret_free_kib, GError **error)
{
    g_autoptr(Bitmap) cells = host_memory_cells(root);
    HostMemory memory;
    uint64_t total_kib = 0, free_kib = 0;
    gssize cell = cells == NULL ? -1 : bitmap_next(cells, 0);
    do {
        if (!host_memory_read(root, (int32_t)cell, &memory, error))
            return FALSE;
        total_kib += memory.kib[HOST_MEMORY_TOTAL];
        free_kib += memory.kib[HOST_MEMORY_FREE];
        cell = cells == NULL ? -1 : bitmap_next(cells, (size_t)cell + 1);
    } while (cell >= 0);
    *ret_total_kib = total_kib;
    *ret_free_kib = free_kib;
    return TRUE;
}
