/*
 * store — files under the state directories: the only writer there.
 *
 * A Store is a folder held by descriptor; names are single components and never followed when they
 * are links, so nothing that a guest's user plants in a folder redirects a write. A definition is
 * written as temporary file, fsync, rename, fsync of the folder: after a crash at any point the
 * name has the old or the new content. Any thread may use a Store; one name has one writer at a
 * time (its object's strand). Calls block on the disk: never on the io thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/store/store_ops.h"

/* Larger files are refused, on reading and on writing. */
#define STORE_MAX_FILE_BYTES (16 * 1024 * 1024)

typedef struct Store Store;

/* Opens the folder; it and missing parents are created with `mode`. A link in `path` is followed:
 * that is the administrator's choice. Errors: VIRT_ERR_SYSTEM_ERROR naming the path. Folders that
 * are made are on disk when it returns. */
Store *store_open(const char *path, mode_t mode, GError **error);
/* A folder inside, created with `mode` when missing; a link is refused. */
Store *store_open_sub(const Store *store, const char *name, mode_t mode, GError **error);
/* As store_open(), for tests: through these system calls (borrowed). */
Store *store_open_with_ops(const StoreOps *ops, const char *path, mode_t mode, GError **error);
void store_free(Store *store);
/* The folder's path as given, for messages. */
const char *store_get_path(const Store *store);
/* The folder's descriptor; stays the store's. */
int store_get_fd(const Store *store);

/*
 * Replaces the content of `name` so that it survives power loss. Errors: VIRT_ERR_SYSTEM_ERROR
 * naming the file (a full disk among them), the old content stays; VIRT_ERR_INVALID_ARG for a name
 * that is none. Only when the last step, the fsync of the folder, fails is the new content already
 * there.
 */
gboolean store_write(Store *store, const char *name, const void *bytes, size_t len, mode_t mode,
                     GError **error);
/* The same without fsync: for folders in memory (/run). */
gboolean store_write_volatile(Store *store, const char *name, const void *bytes, size_t len,
                              mode_t mode, GError **error);
/* The content. A missing file: VIRT_ERR_SYSTEM_ERROR with int1 ENOENT. */
GBytes *store_read(const Store *store, const char *name, GError **error);
gboolean store_exists(const Store *store, const char *name);
/* Whether it can be the name of a file here: VIRT_ERR_INVALID_ARG where not. */
gboolean store_check_name(const char *name, GError **error);
/*
 * Removes the file for good, and before it its autostart link, so that none is left for a later
 * object of that name. One that is not there is no error.
 */
gboolean store_remove(Store *store, const char *name, GError **error);
typedef enum { STORE_AUTOSTART_OFF, STORE_AUTOSTART_ON } StoreAutostart;
/* Makes or removes autostart/NAME, a link to ../NAME; libvirt takes it for one of its own. */
gboolean store_link_autostart(Store *store, const char *name, StoreAutostart on, GError **error);
/* Whether autostart/NAME is a link. */
gboolean store_has_autostart(const Store *store, const char *name);

typedef enum {
    STORE_LOADED,
    STORE_DAMAGED, /* not readable as what it should be: set aside as NAME.damaged-N */
    STORE_LEFT,    /* not usable now, but whole: reported and left where it is */
} StoreVerdict;
/* Called with each file's content; says in `error` what is wrong when not STORE_LOADED. */
typedef StoreVerdict (*StoreLoadFn)(void *data, const char *name, const char *text, size_t len,
                                    GError **error);
typedef struct {
    size_t n_loaded;
    size_t n_damaged;
    size_t n_left; /* includes files that could not be read */
} StoreLoadResult;
/*
 * Gives every regular file whose name ends in `suffix` to `fn`, in order of names. What is damaged
 * or unreadable is logged and stops nothing. Temporary files of an interrupted write are removed.
 * FALSE only when the folder itself cannot be listed.
 */
gboolean store_load_all(Store *store, const char *suffix, StoreLoadFn fn, void *data,
                        StoreLoadResult *ret_result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)
