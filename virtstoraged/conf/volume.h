/*
 * volume — <volume>: an image in a pool, as clients see it. Pure; any thread.
 */
#pragma once

#include "virtstoraged/conf/pool.h"

typedef enum { VOLUME_FILE, VOLUME_BLOCK, VOLUME_DIR } VolumeType;

/* What was found of it. Strings are borrowed. */
typedef struct {
    VolumeType type;
    const char *name;
    const char *path; /* its key, too */
    const char *format;
    uint64_t capacity_bytes;
    uint64_t allocation_bytes;
    uint64_t physical_bytes;
    uint32_t mode;
    uint32_t owner;
    uint32_t group;
    int64_t times_ns[4];        /* access, modification, change, birth; 0: not known */
    const char *backing;        /* path of the image below; NULL: none */
    const char *backing_format; /* NULL: not told */
} VolumeFacts;

/* The document. The caller frees. */
char *volume_format(const VolumeFacts *facts);
