/*
 * view — reference-counted memory that is never written after it was published.
 *
 * A view is made writable, filled by its one maker, sealed, and from then on shared as const. In
 * debug builds a sealed view's own bytes are in read-only pages, so a write after publishing faults
 * at the culprit; what the view points to is not covered. Any thread may ref and unref.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

/* How a slot and an object table hold views: works on every ref-counted immutable type. */
typedef struct {
    const void *(*ref)(const void *view);
    void (*unref)(const void *view);
} ViewOps;

/* `size` zeroed bytes, one reference. `clear` (may be NULL) frees what the fields own, at the end.
 */
void *view_new(size_t size, void (*clear)(void *view));
/* No more writing. Returns the same address; sealing twice is harmless. */
const void *view_seal(void *view);
const void *view_ref(const void *view);
/* Takes NULL. */
void view_unref(const void *view);

/* For objects made by view_new(). */
extern const ViewOps view_ops;
