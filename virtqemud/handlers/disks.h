/*
 * disks — the disks of a definition, by what callers name them, and how large the images of a guest
 * that is off are.
 */
#pragma once

#include "virtqemud/vm/query.h"

/* Whether `name` is the disk's target or the path of its file or device. */
gboolean disks_is(const Disk *disk, const char *name);
/* NULL: there is none. Borrowed. */
const Disk *disks_find(const DomainDef *def, const char *name);
/* The path of its file or block device; NULL: no medium, or of another type. Borrowed. */
const char *disks_path(const Disk *disk);
/* Whether clients lend its image as descriptors (<source fdgroup=''/>): the path is a name, and not
 * to be opened. */
gboolean disks_is_lent(const Disk *disk);
/* The path of the image `index` of its chain, as the definition of the running guest tells it;
 * NULL: it does not. Borrowed. */
const char *disks_image_path(const Disk *disk, uint32_t index);

typedef struct {
    uint64_t capacity;   /* as a guest sees it */
    uint64_t allocation; /* of the file system */
    uint64_t physical;   /* of the file */
} DiskSize;

/* Adds to the query the sizes of the file behind `disk` (NULL: behind all disks, in their order) of
 * a guest that is off; the question's number is returned. */
size_t disks_ask_sizes(Query *query, const VmView *view, const Disk *disk);
/* In the query's end: of the disk at `place` among those of that question. Errors: SYSTEM_ERROR,
 * OPERATION_FAILED, OPERATION_TIMEOUT, RESOURCE_BUSY; INVALID_ARG: it has no medium. */
gboolean disks_size(const Query *query, size_t number, size_t place, DiskSize *ret_size,
                    GError **error);
