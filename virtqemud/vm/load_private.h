/*
 * load_private — what the parts of loading share.
 */
#pragma once

#include "common/daemon/loading.h"
#include "virtqemud/vm/vm.h"

typedef struct {
    Driver *driver;
    Loading steps;   /* on the guests' strands */
    GHashTable *ids; /* of the status files. Io thread */
} GuestLoading;

/* load_running.c: the status files. Those whose process lives are connected again by later steps;
 * the others are finished, as far as that needs no io thread. */
gboolean load_running(GuestLoading *loading, GError **error);
