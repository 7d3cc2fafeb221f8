/*
 * inventory — which elements and attributes exist in libvirt's documents.
 *
 * Paths only: it tells what a user meant from what is a mistake, where no table has a row yet. What
 * it knows is kept, what it does not know is ignored or refused (see parse.h). Facts from the
 * schemas of libvirt 9.0.0 (https://libvirt.org/format.html), and what later releases tell of
 * theirs. Pure; any thread.
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
/* All rows of release 9.0.0, sorted by path. */
const ConfInventoryRow *conf_inventory_rows(size_t *ret_n);
/* Rows of later releases: new elements, and new attributes of those that were there. */
const ConfInventoryRow *conf_inventory_newer_rows(size_t *ret_n);
