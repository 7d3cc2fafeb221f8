/*
 * objref — the entries of an object table and the identities that look-ups hand out, see
 * objtable.h.
 *
 * An ObjRef is immutable and shared by everyone who looked the object up while it was valid. A
 * rename or a new id makes a new one; all of them hold the entry.
 */
#include <string.h>

#include "common/base/objtable_internal.h"

static void
entry_unref(ObjEntry *entry)
{
    if (atomic_fetch_sub_explicit(&entry->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (entry->ops->object_free != NULL && entry->object != NULL)
        entry->ops->object_free(entry->object);
    slot_clear(&entry->slot);
    strand_unref(entry->strand);
    g_free(entry);
}

ObjEntry *
obj_entry_new(ObjTable *table, const char *name)
{
    ObjEntry *entry = g_new0(ObjEntry, 1);
    atomic_init(&entry->refs, 1);
    entry->ops = table->ops;
    entry->strand = strand_new_held(table->pool, name);
    slot_init(&entry->slot, &table->ops->view);
    return entry;
}

/* Takes the reference on `entry`. Its generation is set when it enters the table. */
ObjRef *
obj_identity_new(ObjEntry *entry, const char *name, const uint8_t *uuid, int32_t id)
{
    ObjRef *ref = g_new0(ObjRef, 1);
    atomic_init(&ref->refs, 1);
    ref->entry = entry;
    ref->name = g_strdup(name);
    memcpy(ref->uuid, uuid, OBJ_UUID_BYTES);
    ref->id = id;
    return ref;
}

ObjRef *
obj_identity_change(const ObjRef *old, const char *name, int32_t id)
{
    atomic_fetch_add_explicit(&old->entry->refs, 1, memory_order_relaxed);
    return obj_identity_new(old->entry, name, old->uuid, id);
}

ObjRef *
obj_ref_ref(ObjRef *ref)
{
    atomic_fetch_add_explicit(&ref->refs, 1, memory_order_relaxed);
    return ref;
}

void
obj_ref_unref(ObjRef *ref)
{
    if (ref == NULL || atomic_fetch_sub_explicit(&ref->refs, 1, memory_order_acq_rel) != 1)
        return;
    entry_unref(ref->entry);
    g_free(ref->name);
    g_free(ref);
}

const char *
obj_ref_name(const ObjRef *ref)
{
    return ref->name;
}

const uint8_t *
obj_ref_uuid(const ObjRef *ref)
{
    return ref->uuid;
}

int32_t
obj_ref_id(const ObjRef *ref)
{
    return ref->id;
}

uint64_t
obj_ref_generation(const ObjRef *ref)
{
    return ref->generation;
}

const void *
obj_ref_view(const ObjRef *ref)
{
    return slot_load(&ref->entry->slot);
}

Strand *
obj_ref_strand(const ObjRef *ref)
{
    return ref->entry->strand;
}

Slot *
obj_ref_slot(const ObjRef *ref)
{
    return &ref->entry->slot;
}

void *
obj_ref_object(const ObjRef *ref)
{
    ON_STRAND(ref->entry);
    return ref->entry->object;
}

gboolean
obj_ref_is_current(const ObjRef *ref)
{
    return atomic_load(&ref->entry->generation) == ref->generation;
}
