/*
 * objtable — all objects of one kind in a daemon: found by name, uuid and id.
 *
 * An entry has an identity (name, uuid, id), a generation, a strand, the object itself (its strand
 * only) and the slot of its view. Every thread may look up and gets an ObjRef: the entry with the
 * identity as it was at that moment. The table's own lock is a leaf, held for pointer work.
 *
 * An object that is not born yet is a reservation: name and uuid are claimed at once, its strand
 * exists, look-ups do not show it. Committing publishes the first view and then shows the entry;
 * aborting drops the claim and closes the strand. A rename claims the new name the same way.
 *
 * The generation changes when the object is renamed, and a removed or replaced object never has the
 * generation of its successor: a queued call compares with obj_ref_is_current() when its turn
 * comes.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/slot.h"
#include "common/base/strand.h"

typedef struct ObjTable ObjTable;
typedef struct ObjRef ObjRef;
typedef struct Reservation Reservation;

enum { OBJ_UUID_BYTES = 16 };

/* What a kind of object is. */
typedef struct {
    ViewOps view;               /* { view_ref, view_unref } when views come from view_new() */
    VirtErrorDomain domain;     /* VIRT_FROM_* of the table's errors */
    const char *noun;           /* "domain": as in "domain 'x' exists already" */
    GDestroyNotify object_free; /* frees `object` after the last reference and step; may be NULL */
} ObjViewOps;

/* `ops` and `pool` outlive the table. */
ObjTable *obj_table_new(StrandPool *pool, const ObjViewOps *ops);
/* Closes the strands of all entries and drops them; references elsewhere stay valid. Takes NULL. */
void obj_table_free(ObjTable *table);

/* Look-ups; NULL when there is none (or it is not born yet). The caller unrefs. Any thread. */
ObjRef *obj_table_find_name(ObjTable *table, const char *name);
ObjRef *obj_table_find_uuid(ObjTable *table, const uint8_t uuid[OBJ_UUID_BYTES]);
ObjRef *obj_table_find_id(ObjTable *table, int32_t id);
/* Every entry, as ObjRef, sorted by name; the array owns them. Any thread. */
GPtrArray *obj_table_refs(ObjTable *table);
/* The current view of every entry, sorted by name; the array owns the references. Any thread. */
GPtrArray *obj_table_snapshot(ObjTable *table);
size_t obj_table_count(ObjTable *table);

ObjRef *obj_ref_ref(ObjRef *ref);
/* Takes NULL. */
void obj_ref_unref(ObjRef *ref);
/* The identity at the time of the look-up; borrowed from the reference. */
const char *obj_ref_name(const ObjRef *ref);
const uint8_t *obj_ref_uuid(const ObjRef *ref);
int32_t obj_ref_id(const ObjRef *ref);
uint64_t obj_ref_generation(const ObjRef *ref);
/* The view as it is now, with a reference for the caller; NULL before the first one. Any thread. */
const void *obj_ref_view(const ObjRef *ref);
/* Borrowed from the reference. */
Strand *obj_ref_strand(const ObjRef *ref);
/* The entry's slot: the strand publishes here. Borrowed from the reference. */
Slot *obj_ref_slot(const ObjRef *ref);
/* The object itself. In a step of its strand only (asserted). */
void *obj_ref_object(const ObjRef *ref);
/* Whether the object still exists under the identity that was looked up. Any thread. */
gboolean obj_ref_is_current(const ObjRef *ref);

/*
 * Claims name and uuid for an object that is to be made. When an object with both exists already,
 * or is being made, no claim is made and it is given as `ret_existing` (may be NULL: it is an error
 * then); exactly one of the two outputs is set. Errors: VIRT_ERR_OPERATION_FAILED when only the
 * name or only the uuid is taken. Any thread.
 */
gboolean obj_table_reserve(ObjTable *table, const char *name, const uint8_t uuid[OBJ_UUID_BYTES],
                           Reservation **ret_reservation, ObjRef **ret_existing, GError **error);
/* The placeholder. Borrowed. */
ObjRef *reservation_ref(Reservation *reservation);
/* Posts the step that makes the object, or fails to: it ends with the commit or the abort. It runs
 * before whatever others post to the placeholder, however early they do. Once; any thread. */
void reservation_post(Reservation *reservation, StrandFn fn, void *data, GDestroyNotify free);
/* Hands the object over; the table frees it. On the reservation's strand, before the commit. */
void reservation_set_object(Reservation *reservation, void *object);
/* Publishes `view` (the reference is taken) and shows the entry, or its new name; ends the
 * reservation. */
void reservation_commit(Reservation *reservation, const void *view);
/* Drops the claim; a new object's strand is closed and its object freed. Takes NULL. */
void reservation_abort(Reservation *reservation);

/*
 * Claims `new_name` for the entry. Until the commit it keeps the old name; the commit publishes the
 * view that says the new one, changes the generation and lets the old name go.
 * Errors: VIRT_ERR_OPERATION_FAILED when the name is taken; VIRT_ERR_OPERATION_INVALID when the
 * entry is gone. On the entry's strand.
 */
gboolean obj_table_rename(ObjTable *table, ObjRef *ref, const char *new_name,
                          Reservation **ret_reservation, GError **error);
/* Gives the entry an id (-1: none); it must be free. On the entry's strand. */
void obj_table_set_id(ObjTable *table, ObjRef *ref, int32_t id);
/* Look-ups no longer show the entry and its references are not current any more, but its name and
 * uuid stay claimed: the event of its end is sent between this and obj_table_remove(), so that the
 * event of a successor's birth cannot come before. On the entry's strand. */
void obj_table_hide(ObjTable *table, ObjRef *ref);
/* Takes the entry out and closes its strand: what is queued behind is freed. On its strand. */
void obj_table_remove(ObjTable *table, ObjRef *ref);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ObjTable, obj_table_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ObjRef, obj_ref_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reservation, reservation_abort)
