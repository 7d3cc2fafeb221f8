/*
 * pool — a storage pool: what its strand owns, and what everybody sees of it.
 *
 * Definitions are replaced, never changed. A pool's volumes are what the last refresh found: an
 * array that is never changed once it was published.
 */
#pragma once

#include "common/daemon/lists.h"
#include "common/spec/types.h"
#include "common/spec/remote.h"
#include "virtstoraged/backend/backend.h"
#include "virtstoraged/pool/storage.h"

/* A volume as clients see it; the head is its pool's. */
typedef struct {
    ObjHead head;
    VolumeFacts facts; /* strings are the view's */
} VolumeView;

/* Volumes of a pool, shared by its views. Not changed once it is made. */
typedef struct Volumes Volumes;

struct PoolView {
    ObjHead head;
    PoolDef *def;  /* a copy */
    PoolDef *next; /* the same for the next start; NULL: `def` is */
    PoolSpace space;
    const Volumes *volumes; /* NULL: none */
};

struct Pool {
    Storage *storage;
    Slot *slot;
    Strand *strand;
    char *name;
    uint8_t uuid[UUID_BYTES];
    gboolean autostart;
    gboolean active;
    PoolDef *def;        /* that is current */
    PoolDef *persistent; /* NULL: transient */
    gboolean has_next;   /* started, and `persistent` is not what it was started from */
    PoolSpace space;
    const Volumes *volumes; /* NULL: none */
};

/* A pool for the entry of `ref`. For reservation_set_object(). */
Pool *pool_new(Storage *storage, const ObjRef *ref);
void pool_free(void *pool);
/* The caller's. */
const PoolView *pool_view(const Pool *pool);
void pool_publish(Pool *pool);
/* `def` is taken. */
void pool_set_def(Pool *pool, PoolDef *def);
/* Volumes become what was found; `found` is emptied. NULL: none. */
void pool_set_volumes(Pool *pool, BackendFound *found);
/* For RpcObjects: all volumes of a view. */
GPtrArray *pool_children(const void *view);
/* For RpcObjects: the pool at a target path, or that holds the volume of a path or key. */
ObjRef *pool_find_key(ObjTable *table, const RpcProc *proc, const void *args);
/* The volume of that name; NULL: there is none. `volumes` may be NULL. Borrowed from it. */
const VolumeView *pool_find_volume(const Volumes *volumes, const char *name);
/* The same by path, which is the key, too. */
const VolumeView *pool_find_volume_path(const Volumes *volumes, const char *path);
void pool_fill(RemoteStoragePool *ret, const Pool *pool);
/* The pool's entry; the caller unrefs. NULL while it is not shown. */
ObjRef *pool_find_ref(const Pool *pool);
/* Errors: OPERATION_INVALID "storage pool 'x' is not active", or is. */
gboolean pool_check_active(const Pool *pool, GError **error);
gboolean pool_check_inactive(const Pool *pool, GError **error);

typedef enum {
    POOL_EVENT_DEFINED,
    POOL_EVENT_UNDEFINED,
    POOL_EVENT_STARTED,
    POOL_EVENT_STOPPED,
    POOL_EVENT_CREATED,
    POOL_EVENT_DELETED
} PoolEvent;
void pool_emit(const Pool *pool, PoolEvent event);
void pool_emit_refresh(const Pool *pool);
