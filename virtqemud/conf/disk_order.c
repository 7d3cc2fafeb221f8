/*
 * disk_order — see disk_order.h.
 */
#include "virtqemud/conf/disk_order.h"

#include <string.h>

int64_t
disk_target_place(const char *target, const char **ret_rest)
{
    enum { LETTERS = 26 };
    static const char *const prefixes[] = {"fd", "hd", "sd", "vd", "xvd", "ubd"};
    const int64_t far = INT32_MAX;
    *ret_rest = "";
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (!g_str_has_prefix(target, prefixes[i]))
            continue;
        const char *letter = target + strlen(prefixes[i]);
        int64_t place = 0;
        for (; g_ascii_islower(*letter) && place < far; letter++)
            place = place * LETTERS + (*letter - 'a' + 1);
        *ret_rest = letter;
        if (place > 0 && place < far && strspn(letter, "0123456789") == strlen(letter))
            return place - 1;
    }
    return DISK_NO_PLACE;
}

typedef struct {
    Disk *disk;
    int64_t place;
} Ranked;

/* Before the first of its bus that has a later target, else behind the last of its bus. */
static size_t
rank_among(const Ranked *before, size_t n, const Ranked *ranked)
{
    size_t at = n;
    for (size_t i = 0; i < n; i++) {
        if (before[i].disk->bus != ranked->disk->bus)
            continue;
        if (before[i].place > ranked->place)
            return i;
        at = i + 1;
    }
    return at;
}

static gboolean
is_finished(const Devices *devices)
{
    for (size_t i = 0; i < devices->disks.n; i++) {
        if (devices->disks.items[i]->info.address == NULL)
            return FALSE;
    }
    return TRUE;
}

void
disk_order(Devices *devices)
{
    size_t n = devices->disks.n;
    if (is_finished(devices))
        return;
    g_autofree Ranked *sorted = g_new0(Ranked, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *rest;
        Disk *disk = devices->disks.items[i];
        Ranked ranked = {disk, disk_target_place(disk->target, &rest)};
        size_t at = rank_among(sorted, i, &ranked);
        memmove(sorted + at + 1, sorted + at, (i - at) * sizeof *sorted);
        sorted[at] = ranked;
    }
    for (size_t i = 0; i < n; i++)
        devices->disks.items[i] = sorted[i].disk;
}
