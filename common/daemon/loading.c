/*
 * loading — see loading.h.
 */
#include "common/daemon/loading.h"

void
loading_init(Loading *loading)
{
    *loading = (Loading){0};
    (void)pthread_mutex_init(&loading->lock, NULL);
    (void)pthread_cond_init(&loading->changed, NULL);
}

void
loading_clear(Loading *loading)
{
    (void)pthread_cond_destroy(&loading->changed);
    (void)pthread_mutex_destroy(&loading->lock);
}

void
loading_begin(Loading *loading)
{
    (void)pthread_mutex_lock(&loading->lock);
    loading->n_open++;
    (void)pthread_mutex_unlock(&loading->lock);
}

void
loading_end(Loading *loading)
{
    (void)pthread_mutex_lock(&loading->lock);
    loading->n_open--;
    (void)pthread_cond_signal(&loading->changed);
    (void)pthread_mutex_unlock(&loading->lock);
}

void
loading_await(Loading *loading)
{
    (void)pthread_mutex_lock(&loading->lock);
    while (loading->n_open > 0)
        (void)pthread_cond_wait(&loading->changed, &loading->lock);
    (void)pthread_mutex_unlock(&loading->lock);
}
