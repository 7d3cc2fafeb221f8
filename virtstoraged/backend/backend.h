/*
 * backend — what each kind of pool can do: one row of operations for a kind, one file for each. On
 * the pool's strand; may block on storage.
 */
#pragma once

#include "virtstoraged/conf/pool.h"
#include "virtstoraged/conf/volume.h"

/* Volumes that a refresh finds, as VolumeFacts that the array owns; and how much room there is. */
typedef struct {
    GPtrArray *volumes;
    PoolSpace space;
} BackendFound;

void backend_found_clear(BackendFound *found);

typedef struct {
    /* Makes the place itself; what is there already is fine. */
    gboolean (*build)(const PoolDef *def, GError **error);
    /* Errors: SYSTEM_ERROR when the place is not there. */
    gboolean (*start)(const PoolDef *def, GError **error);
    gboolean (*refresh)(const PoolDef *def, BackendFound *ret_found, GError **error);
    gboolean (*remove)(const PoolDef *def, GError **error);
    gboolean (*remove_volume)(const PoolDef *def, const char *name, GError **error);
} Backend;

extern const Backend backend_dir;

/* The operations of the pool's kind. NULL: CONFIG_UNSUPPORTED. */
const Backend *backend_of(const PoolDef *def, GError **error);

/* For back ends: one more volume. Strings are copied. */
void backend_add(BackendFound *found, const VolumeFacts *facts);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BackendFound, backend_found_clear)
