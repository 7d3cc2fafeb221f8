/*
 * store_private — what store.c and store_load.c share.
 */
#pragma once

#include "common/store/store.h"

#define STORE_AUTOSTART "autostart"
/* Temporary files are ".vireo-PID-N.new": of a fixed length, whatever the name. */
#define STORE_TEMP_PREFIX ".vireo-"
#define STORE_TEMP_SUFFIX ".new"

struct Store {
    const StoreOps *ops;
    int fd;
    char *path;
};

gboolean store_is_temp(const char *name);
/* Sets VIRT_ERR_SYSTEM_ERROR: "cannot VERB 'PATH/NAME': ..." of errno. Always FALSE. */
gboolean store_fail(const Store *store, const char *verb, const char *name, GError **error);
/* Makes changes of names in the folder last. */
gboolean store_sync(const Store *store, GError **error);
/* The folder of autostart links; NULL without an error when there is none. */
gboolean store_open_autostart(const Store *store, Store **ret_links, GError **error);
