/*
 * inventory — which elements and attributes exist in libvirt's documents.
 *
 * Paths only: it tells what a user meant from what is a mistake, where no table has a row yet. What
 * it knows is kept, what it does not know is ignored or refused (see parse.h). Facts from the
 * schemas of libvirt 9.0.0 (https://libvirt.org/format.html). Pure; any thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct {
    const char *path;
    const char *attributes; /* separated by blanks */
    const char *same_as;    /* its content is that of this path; NULL: its own */
} ConfInventoryRow;

/* `path` as "/domain/devices/disk" or "/domain/devices/disk/@type", without places. */
gboolean conf_inventory_knows(const char *path);
/* All rows, sorted by path: for tests. */
const ConfInventoryRow *conf_inventory_rows(size_t *ret_n);
