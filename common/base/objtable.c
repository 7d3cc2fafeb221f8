/*
 * objtable — see objtable.h.
 *
 * An ObjRef is an identity: immutable, shared by everyone who looked the object up while it was
 * valid. A rename or a new id makes a new one and puts it into the indexes. The names are a sorted
 * array, in which a claim is an item that look-ups skip. References are dropped outside of the
 * lock, because the last one frees the object.
 */
#include "common/base/objtable.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "common/base/uuid.h"

typedef struct {
    atomic_uint refs;
    atomic_uint_fast64_t generation; /* of the identity that is valid; 0: none */
    const ObjViewOps *ops;
    Strand *strand;
    Slot slot;
    void *object; /* the strand's */
} Entry;

struct ObjRef {
    atomic_uint refs;
    Entry *entry;
    char *name;
    uint8_t uuid[OBJ_UUID_BYTES];
    int32_t id;
    uint64_t generation;
};

typedef struct {
    char *name;
    ObjRef *ref;  /* the identity; of a claimed new name, still the old one */
    bool visible; /* false: a claim */
} NameItem;

struct ObjTable {
    StrandPool *pool;
    const ObjViewOps *ops;
    LeafLock lock;       /* guards everything below */
    GPtrArray *names;    /* NameItem, sorted */
    GHashTable *by_uuid; /* uuid -> ObjRef, claims too */
    GHashTable *by_id;   /* id -> ObjRef */
    size_t visible;
    uint64_t last_generation;
};

struct Reservation {
    ObjTable *table;
    ObjRef *ref;    /* the placeholder, or the identity before the rename */
    char *new_name; /* of a rename; NULL: a new object */
};

static void
entry_unref(Entry *entry)
{
    if (atomic_fetch_sub_explicit(&entry->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (entry->ops->object_free != NULL && entry->object != NULL)
        entry->ops->object_free(entry->object);
    slot_clear(&entry->slot);
    strand_unref(entry->strand);
    g_free(entry);
}

static Entry *
entry_new(ObjTable *table, const char *name)
{
    Entry *entry = g_new0(Entry, 1);
    atomic_init(&entry->refs, 1);
    entry->ops = table->ops;
    entry->strand = strand_new(table->pool, name);
    slot_init(&entry->slot, &table->ops->view);
    return entry;
}

/* Takes the reference on `entry`. Its generation is set when it enters the table. */
static ObjRef *
identity_new(Entry *entry, const char *name, const uint8_t *uuid, int32_t id)
{
    ObjRef *ref = g_new0(ObjRef, 1);
    atomic_init(&ref->refs, 1);
    ref->entry = entry;
    ref->name = g_strdup(name);
    memcpy(ref->uuid, uuid, OBJ_UUID_BYTES);
    ref->id = id;
    return ref;
}

static ObjRef *
identity_change(const ObjRef *old, const char *name, int32_t id)
{
    atomic_fetch_add_explicit(&old->entry->refs, 1, memory_order_relaxed);
    return identity_new(old->entry, name, old->uuid, id);
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

static guint
uuid_hash(gconstpointer key)
{
    uint32_t words[OBJ_UUID_BYTES / sizeof(uint32_t)];
    memcpy(words, key, sizeof(words));
    return words[0] ^ words[1] ^ words[2] ^ words[3];
}

static gboolean
uuid_same(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, OBJ_UUID_BYTES) == 0;
}

static void
name_item_free(NameItem *item)
{
    obj_ref_unref(item->ref);
    g_free(item->name);
    g_free(item);
}

ObjTable *
obj_table_new(StrandPool *pool, const ObjViewOps *ops)
{
    ObjTable *table = g_new0(ObjTable, 1);
    table->pool = pool;
    table->ops = ops;
    leaf_init(&table->lock);
    table->names = g_ptr_array_new();
    table->by_uuid = g_hash_table_new(uuid_hash, uuid_same);
    table->by_id = g_hash_table_new(g_direct_hash, g_direct_equal);
    return table;
}

void
obj_table_free(ObjTable *table)
{
    if (table == NULL)
        return;
    for (guint i = 0; i < table->names->len; i++) {
        NameItem *item = g_ptr_array_index(table->names, i);
        atomic_store(&item->ref->entry->generation, 0);
        strand_close(item->ref->entry->strand);
        name_item_free(item);
    }
    g_ptr_array_free(table->names, TRUE);
    g_hash_table_destroy(table->by_uuid);
    g_hash_table_destroy(table->by_id);
    leaf_clear(&table->lock);
    g_free(table);
}

/* Where `name` is, or would be. */
static bool
names_search(const ObjTable *table, const char *name, guint *ret_place)
{
    guint low = 0, high = table->names->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const NameItem *item = g_ptr_array_index(table->names, middle);
        int order = strcmp(item->name, name);
        if (order == 0) {
            *ret_place = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_place = low;
    return false;
}

static NameItem *
names_find(const ObjTable *table, const char *name)
{
    guint place;
    return names_search(table, name, &place) ? g_ptr_array_index(table->names, place) : NULL;
}

static void
names_insert(ObjTable *table, NameItem *item)
{
    guint place;
    g_assert(!names_search(table, item->name, &place));
    g_ptr_array_insert(table->names, (gint)place, item);
}

/* Takes it out; the caller frees it without the lock. */
static NameItem *
names_remove(ObjTable *table, const char *name)
{
    guint place;
    return names_search(table, name, &place) ? g_ptr_array_remove_index(table->names, place) : NULL;
}

static NameItem *
name_item_new(ObjRef *ref, const char *name)
{
    NameItem *item = g_new0(NameItem, 1);
    item->name = g_strdup(name);
    item->ref = obj_ref_ref(ref);
    return item;
}

ObjRef *
obj_table_find_name(ObjTable *table, const char *name)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    NameItem *item = names_find(table, name);
    ObjRef *ref = item != NULL && item->visible ? obj_ref_ref(item->ref) : NULL;
    leaf_unlock(&table->lock);
    return ref;
}

/* With the lock: whether the identity's own name is shown. */
static bool
is_visible(const ObjTable *table, const ObjRef *ref)
{
    const NameItem *item = names_find(table, ref->name);
    return item != NULL && item->visible;
}

ObjRef *
obj_table_find_uuid(ObjTable *table, const uint8_t uuid[OBJ_UUID_BYTES])
{
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjRef *ref = g_hash_table_lookup(table->by_uuid, uuid);
    if (ref != NULL)
        ref = is_visible(table, ref) ? obj_ref_ref(ref) : NULL;
    leaf_unlock(&table->lock);
    return ref;
}

ObjRef *
obj_table_find_id(ObjTable *table, int32_t id)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjRef *ref = g_hash_table_lookup(table->by_id, GINT_TO_POINTER(id));
    if (ref != NULL)
        ref = is_visible(table, ref) ? obj_ref_ref(ref) : NULL;
    leaf_unlock(&table->lock);
    return ref;
}

GPtrArray *
obj_table_refs(ObjTable *table)
{
    GPtrArray *refs = g_ptr_array_new_with_free_func((GDestroyNotify)obj_ref_unref);
    thread_yield_point();
    leaf_lock(&table->lock);
    for (guint i = 0; i < table->names->len; i++) {
        const NameItem *item = g_ptr_array_index(table->names, i);
        if (item->visible)
            g_ptr_array_add(refs, obj_ref_ref(item->ref));
    }
    leaf_unlock(&table->lock);
    return refs;
}

GPtrArray *
obj_table_snapshot(ObjTable *table)
{
    g_autoptr(GPtrArray) refs = obj_table_refs(table);
    GPtrArray *views = g_ptr_array_new_full(refs->len, (GDestroyNotify)table->ops->view.unref);
    for (guint i = 0; i < refs->len; i++) {
        const void *view = obj_ref_view(g_ptr_array_index(refs, i));
        if (view != NULL)
            g_ptr_array_add(views, (void *)view);
    }
    return views;
}

size_t
obj_table_count(ObjTable *table)
{
    leaf_lock(&table->lock);
    size_t count = table->visible;
    leaf_unlock(&table->lock);
    return count;
}

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
enter_placeholder(ObjTable *table, ObjRef *ref, NameItem *item)
{
    ref->generation = ++table->last_generation;
    atomic_store(&ref->entry->generation, ref->generation);
    names_insert(table, item);
    g_hash_table_insert(table->by_uuid, ref->uuid, ref);
}

gboolean
obj_table_reserve(ObjTable *table, const char *name, const uint8_t uuid[OBJ_UUID_BYTES],
                  Reservation **ret_reservation, ObjRef **ret_existing, GError **error)
{
    ObjRef *placeholder = identity_new(entry_new(table, name), name, uuid, -1);
    NameItem *item = name_item_new(placeholder, name);
    thread_yield_point();
    leaf_lock(&table->lock);
    const NameItem *same_name = names_find(table, name);
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
    name_item_free(item);
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

Strand *
reservation_strand(Reservation *reservation)
{
    return reservation->ref->entry->strand;
}

void
reservation_set_object(Reservation *reservation, void *object)
{
    Entry *entry = reservation->ref->entry;
    ON_STRAND(entry);
    g_assert(entry->object == NULL && reservation->new_name == NULL);
    entry->object = object;
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
    names_find(table, ref->name)->visible = true;
    table->visible++;
    leaf_unlock(&table->lock);
}

/* With the lock: the indexes other than the names know the identity `ref` in place of the old one.
 */
static void
index_replace(ObjTable *table, ObjRef *ref, const ObjRef *old)
{
    g_hash_table_replace(table->by_uuid, ref->uuid, ref);
    if (old->id != -1)
        g_hash_table_remove(table->by_id, GINT_TO_POINTER(old->id));
    if (ref->id != -1)
        g_hash_table_insert(table->by_id, GINT_TO_POINTER(ref->id), ref);
}

static void
finish_rename(ObjTable *table, const ObjRef *before, const char *new_name)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    NameItem *old_item = names_remove(table, before->name);
    NameItem *item = names_find(table, new_name);
    ObjRef *old = old_item->ref; /* newer than `before` if the id changed meanwhile */
    ObjRef *claimed = item->ref;
    ObjRef *ref = identity_change(old, new_name, old->id);
    ref->generation = ++table->last_generation;
    atomic_store(&ref->entry->generation, ref->generation);
    index_replace(table, ref, old);
    item->ref = ref;
    item->visible = true;
    leaf_unlock(&table->lock);
    obj_ref_unref(claimed);
    name_item_free(old_item);
}

void
reservation_commit(Reservation *reservation, const void *view)
{
    Entry *entry = reservation->ref->entry;
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
    NameItem *item = names_remove(table, is_new ? ref->name : reservation->new_name);
    if (is_new) {
        g_hash_table_remove(table->by_uuid, ref->uuid);
        atomic_store(&ref->entry->generation, 0);
    }
    leaf_unlock(&table->lock);
    name_item_free(item);
    if (is_new)
        strand_close(ref->entry->strand);
    reservation_free(reservation);
}

gboolean
obj_table_rename(ObjTable *table, ObjRef *ref, const char *new_name, Reservation **ret_reservation,
                 GError **error)
{
    ON_STRAND(ref->entry);
    NameItem *item = name_item_new(ref, new_name);
    thread_yield_point();
    leaf_lock(&table->lock);
    const NameItem *same_name = names_find(table, new_name);
    g_autoptr(ObjRef) holder = same_name != NULL ? obj_ref_ref(same_name->ref) : NULL;
    bool current = obj_ref_is_current(ref);
    bool claimed = current && holder == NULL;
    if (claimed)
        names_insert(table, item);
    leaf_unlock(&table->lock);

    if (claimed) {
        Reservation *reservation = g_new0(Reservation, 1);
        *reservation = (Reservation){table, obj_ref_ref(ref), g_strdup(new_name)};
        *ret_reservation = reservation;
        return TRUE;
    }
    name_item_free(item);
    if (current)
        set_name_taken(table, new_name, holder, error);
    else
        virt_error_set(error, table->ops->domain, VIRT_ERR_OPERATION_INVALID,
                       "%s '%s' was renamed or removed", table->ops->noun, ref->name);
    return FALSE;
}

void
obj_table_set_id(ObjTable *table, ObjRef *ref, int32_t id)
{
    ON_STRAND(ref->entry);
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjRef *old = g_hash_table_lookup(table->by_uuid, ref->uuid);
    NameItem *item = old != NULL ? names_find(table, old->name) : NULL;
    bool present = item != NULL && old->entry == ref->entry;
    if (present) {
        g_assert(id == -1 || id == old->id ||
                 !g_hash_table_contains(table->by_id, GINT_TO_POINTER(id)));
        item->ref = identity_change(old, old->name, id);
        item->ref->generation = old->generation;
        index_replace(table, item->ref, old);
    }
    leaf_unlock(&table->lock);
    if (present)
        obj_ref_unref(old);
}

void
obj_table_remove(ObjTable *table, ObjRef *ref)
{
    ON_STRAND(ref->entry);
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjRef *old = g_hash_table_lookup(table->by_uuid, ref->uuid);
    bool present = old != NULL && old->entry == ref->entry;
    NameItem *item = present ? names_remove(table, old->name) : NULL;
    if (present) {
        g_hash_table_remove(table->by_uuid, old->uuid);
        if (old->id != -1)
            g_hash_table_remove(table->by_id, GINT_TO_POINTER(old->id));
        table->visible -= item->visible ? 1 : 0;
        atomic_store(&ref->entry->generation, 0);
    }
    leaf_unlock(&table->lock);
    if (!present)
        return;
    strand_close(ref->entry->strand);
    name_item_free(item);
}
