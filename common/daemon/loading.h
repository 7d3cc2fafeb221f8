/*
 * loading — objects that are there when the daemon starts: each is made by a step of its own
 * strand, and whoever starts the daemon waits for the last one.
 *
 * Such steps need no io thread, which is the one that waits.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_open; /* steps that were posted and are not done */
} Loading;

void loading_init(Loading *loading);
/* None is open any more. */
void loading_clear(Loading *loading);
/* Before a step is posted. Any thread. */
void loading_begin(Loading *loading);
/* It is done and freed. Any thread. */
void loading_end(Loading *loading);
/* Until all that have begun have ended. */
void loading_await(Loading *loading);
