/*
 * load_private — what the parts of loading share: steps on the guests' strands that the io thread
 * waits for.
 */
#pragma once

#include <pthread.h>

#include "virtqemud/vm/vm.h"

typedef struct {
    Driver *driver;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_open;   /* steps that were posted and are not done */
    GHashTable *ids; /* of the status files. Io thread */
} Loading;

void loading_begin(Loading *loading);
void loading_end(Loading *loading);

/* load_running.c: the status files. Those whose process lives are connected again by later steps;
 * the others are finished, as far as that needs no io thread. */
gboolean load_running(Loading *loading, GError **error);
