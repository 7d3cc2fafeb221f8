/*
 * support — see support.h. Files: the kernel's Documentation/admin-guide/pm/sleep-states.rst,
 * Documentation/ABI/testing/sysfs-kernel-iommu_groups.
 */
#include "common/host/support.h"

#include <string.h>

#include "common/base/bitmap.h"
#include "common/host/file.h"

enum { GROUPS_MAX = 64 * 1024 };

/* Whether the line of words has this one; the chosen one of several stands in brackets. */
static gboolean
has_word(const char *line, const char *wanted)
{
    if (line == NULL)
        return FALSE;
    g_auto(GStrv) words = g_strsplit_set(line, " []", -1);
    return g_strv_contains((const char *const *)words, wanted);
}

unsigned
host_sleep_states(int root)
{
    g_autofree char *states = host_file_line(root, "sys/power/state");
    g_autofree char *ways = host_file_line(root, "sys/power/disk");
    unsigned found = has_word(states, "mem") ? HOST_SLEEP_MEMORY : 0;
    if (has_word(states, "disk") && ways != NULL && strcmp(ways, "[disabled]") != 0)
        found |= HOST_SLEEP_DISK;
    if ((found & HOST_SLEEP_DISK) != 0 && has_word(ways, "suspend"))
        found |= HOST_SLEEP_HYBRID;
    return found;
}

gboolean
host_has_iommu(int root)
{
    g_autoptr(Bitmap) groups = host_dir_numbers(root, "sys/kernel/iommu_groups", "", GROUPS_MAX);
    return groups != NULL && bitmap_count(groups) > 0;
}
