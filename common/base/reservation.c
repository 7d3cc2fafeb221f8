/*
 * reservation — claims on names and uuids of an object table, see objtable.h.
 *
 * A claim is an item among the names that look-ups skip. A new object's strand is held until its
 * maker posts the first step, because others find the claim, and may post behind it, before that.
 */
#include "common/base/objtable_internal.h"
#include "common/base/uuid.h"

struct Reservation {
    ObjTable *table;
    ObjRef *ref;    /* the placeholder, or the identity before the rename */
    char *new_name; /* of a rename; NULL: a new object */
};

/* Says who has `name`, which may be a name that is only claimed yet. */
static void
set_name_taken(const ObjTable *table, const char *name, const ObjRef *holder, GError **error)
{
    char uuid[UUID_TEXT_BYTES];
    virt_error_set(error, table->ops->domain, VIRT_ERR_OPERATION_FAILED,
                   "%s '%s' exists already with uuid %s", table->ops->noun, name,
                   uuid_format(holder->uuid, uuid));
}

static void
set_uuid_taken(const ObjTable *table, const ObjRef *holder, GError **error)
{
    char uuid[UUID_TEXT_BYTES];
    virt_error_set(error, table->ops->domain, VIRT_ERR_OPERATION_FAILED,
                   "uuid %s belongs to the existing %s '%s'", uuid_format(holder->uuid, uuid),
                   table->ops->noun, holder->name);
}

/* With the lock. */
static void
enter_placeholder(ObjTable *table, ObjRef *ref, ObjName *item)
{
    ref->generation = ++table->last_generation;
    atomic_store(&ref->entry->generation, ref->generation);
    obj_names_insert(table, item);
    g_hash_table_insert(table->by_uuid, ref->uuid, ref);
}

gboolean
obj_table_reserve(ObjTable *table, const char *name, const uint8_t uuid[OBJ_UUID_BYTES],
                  Reservation **ret_reservation, ObjRef **ret_existing, GError **error)
{
    ObjRef *placeholder = obj_identity_new(obj_entry_new(table, name), name, uuid, -1);
    ObjName *item = obj_name_new(placeholder, name);
    thread_yield_point();
    leaf_lock(&table->lock);
    const ObjName *same_name = obj_names_find(table, name);
    g_autoptr(ObjRef) by_name = same_name != NULL ? obj_ref_ref(same_name->ref) : NULL;
    ObjRef *same_uuid = g_hash_table_lookup(table->by_uuid, uuid);
    g_autoptr(ObjRef) by_uuid = same_uuid != NULL ? obj_ref_ref(same_uuid) : NULL;
    bool is_free = by_name == NULL && by_uuid == NULL;
    if (is_free)
        enter_placeholder(table, placeholder, item);
    leaf_unlock(&table->lock);

    if (is_free) {
        Reservation *reservation = g_new0(Reservation, 1);
        reservation->table = table;
        reservation->ref = placeholder;
        *ret_reservation = reservation;
        return TRUE;
    }
    obj_name_free(item);
    obj_ref_unref(placeholder);
    bool is_same = by_name != NULL && by_uuid != NULL && by_name->entry == by_uuid->entry;
    if (is_same && ret_existing != NULL) {
        *ret_existing = g_steal_pointer(&by_uuid);
        return TRUE;
    }
    if (by_name != NULL)
        set_name_taken(table, name, by_name, error);
    else
        set_uuid_taken(table, by_uuid, error);
    return FALSE;
}

ObjRef *
reservation_ref(Reservation *reservation)
{
    return reservation->ref;
}

void
reservation_post(Reservation *reservation, StrandFn fn, void *data, GDestroyNotify free)
{
    g_assert(reservation->new_name == NULL);
    strand_start(reservation->ref->entry->strand, fn, data, free);
}

void
reservation_set_object(Reservation *reservation, void *object)
{
    ObjEntry *entry = reservation->ref->entry;
    ON_STRAND(entry);
    g_assert(entry->object == NULL && reservation->new_name == NULL);
    entry->object = object;
}

/* Also when it never started: what others have posted is freed. */
static void
strand_close_and_drain(Strand *strand)
{
    strand_close(strand);
    strand_start(strand, NULL, NULL, NULL);
}

static void
reservation_free(Reservation *reservation)
{
    obj_ref_unref(reservation->ref);
    g_free(reservation->new_name);
    g_free(reservation);
}

static void
show_placeholder(ObjTable *table, const ObjRef *ref)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    obj_names_find(table, ref->name)->visible = true;
    table->visible++;
    leaf_unlock(&table->lock);
}

static void
finish_rename(ObjTable *table, const ObjRef *before, const char *new_name)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *old_item = obj_names_remove(table, before->name);
    ObjName *item = obj_names_find(table, new_name);
    ObjRef *old = old_item->ref; /* newer than `before` if the id changed meanwhile */
    ObjRef *claimed = item->ref;
    ObjRef *ref = obj_identity_change(old, new_name, old->id);
    ref->generation = ++table->last_generation;
    atomic_store(&ref->entry->generation, ref->generation);
    obj_index_replace(table, ref, old);
    item->ref = ref;
    item->visible = true;
    leaf_unlock(&table->lock);
    obj_ref_unref(claimed);
    obj_name_free(old_item);
}

void
reservation_commit(Reservation *reservation, const void *view)
{
    ObjEntry *entry = reservation->ref->entry;
    ON_STRAND(entry);
    slot_publish(&entry->slot, view);
    if (reservation->new_name != NULL)
        finish_rename(reservation->table, reservation->ref, reservation->new_name);
    else
        show_placeholder(reservation->table, reservation->ref);
    reservation_free(reservation);
}

void
reservation_abort(Reservation *reservation)
{
    if (reservation == NULL)
        return;
    ObjTable *table = reservation->table;
    ObjRef *ref = reservation->ref;
    bool is_new = reservation->new_name == NULL;
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *item = obj_names_remove(table, is_new ? ref->name : reservation->new_name);
    if (is_new) {
        g_hash_table_remove(table->by_uuid, ref->uuid);
        atomic_store(&ref->entry->generation, 0);
    }
    leaf_unlock(&table->lock);
    obj_name_free(item);
    if (is_new)
        strand_close_and_drain(ref->entry->strand);
    reservation_free(reservation);
}

gboolean
obj_table_rename(ObjTable *table, ObjRef *ref, const char *new_name, Reservation **ret_reservation,
                 GError **error)
{
    ON_STRAND(ref->entry);
    ObjName *item = obj_name_new(ref, new_name);
    thread_yield_point();
    leaf_lock(&table->lock);
    const ObjName *same_name = obj_names_find(table, new_name);
    g_autoptr(ObjRef) holder = same_name != NULL ? obj_ref_ref(same_name->ref) : NULL;
    bool current = obj_ref_is_current(ref);
    bool claimed = current && holder == NULL;
    if (claimed)
        obj_names_insert(table, item);
    leaf_unlock(&table->lock);

    if (claimed) {
        Reservation *reservation = g_new0(Reservation, 1);
        *reservation = (Reservation){table, obj_ref_ref(ref), g_strdup(new_name)};
        *ret_reservation = reservation;
        return TRUE;
    }
    obj_name_free(item);
    if (current)
        set_name_taken(table, new_name, holder, error);
    else
        virt_error_set(error, table->ops->domain, VIRT_ERR_OPERATION_INVALID,
                       "%s '%s' was renamed or removed", table->ops->noun, ref->name);
    return FALSE;
}
