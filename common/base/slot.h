/*
 * slot — where the current view of something is published.
 *
 * One writer (the owner's strand) publishes; readers on every thread load: a pointer and a
 * reference under a leaf lock held for these two instructions. Old views live until their last
 * reader is done.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/thread.h"
#include "common/base/view.h"

typedef struct {
    LeafLock lock;
    const ViewOps *ops;
    const void *view;
    uint64_t version;
} Slot;

/* An empty slot. */
void slot_init(Slot *slot, const ViewOps *ops);
/* Drops the view. No other thread may use the slot any more. */
void slot_clear(Slot *slot);
/* Takes the caller's reference on `view` (NULL empties the slot). Counts as the strand's PUBLISHED
 * mark. */
void slot_publish(Slot *slot, const void *view);
/* The current view with a reference of its own, or NULL. Any thread. */
const void *slot_load(Slot *slot);
/* How often something was published: tells a waiter whether it missed a view. Any thread. */
uint64_t slot_version(Slot *slot);
