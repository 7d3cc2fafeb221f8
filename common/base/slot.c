/*
 * slot — see slot.h.
 */
#include "common/base/slot.h"

#include "common/base/strand.h"

void
slot_init(Slot *slot, const ViewOps *ops)
{
    *slot = (Slot){.ops = ops};
    leaf_init(&slot->lock);
}

void
slot_clear(Slot *slot)
{
    const void *view = g_steal_pointer(&slot->view);
    leaf_clear(&slot->lock);
    if (view != NULL)
        slot->ops->unref(view);
}

void
slot_publish(Slot *slot, const void *view)
{
    thread_yield_point();
    leaf_lock(&slot->lock);
    const void *old = slot->view;
    slot->view = view;
    slot->version++;
    leaf_unlock(&slot->lock);
    if (old != NULL)
        slot->ops->unref(old); /* may free a whole document: not under the lock */
    strand_mark(STRAND_PUBLISHED);
}

const void *
slot_load(Slot *slot)
{
    thread_yield_point();
    leaf_lock(&slot->lock);
    const void *view = slot->view;
    if (view != NULL)
        slot->ops->ref(view);
    leaf_unlock(&slot->lock);
    return view;
}

uint64_t
slot_version(Slot *slot)
{
    leaf_lock(&slot->lock);
    uint64_t version = slot->version;
    leaf_unlock(&slot->lock);
    return version;
}
