/*
 * objtable — see objtable.h. Here: the indexes, look-ups, ids and removal.
 *
 * The names are a sorted array of claimed and shown names. References are dropped outside of the
 * lock, because the last one frees the object.
 */
#include "common/base/objtable.h"

#include <string.h>

#include "common/base/objtable_internal.h"

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

void
obj_name_free(ObjName *item)
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
        ObjName *item = g_ptr_array_index(table->names, i);
        atomic_store(&item->ref->entry->generation, 0);
        strand_close(item->ref->entry->strand);
        obj_name_free(item);
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
        const ObjName *item = g_ptr_array_index(table->names, middle);
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

ObjName *
obj_names_find(const ObjTable *table, const char *name)
{
    guint place;
    return names_search(table, name, &place) ? g_ptr_array_index(table->names, place) : NULL;
}

void
obj_names_insert(ObjTable *table, ObjName *item)
{
    guint place;
    g_assert(!names_search(table, item->name, &place));
    g_ptr_array_insert(table->names, (gint)place, item);
}

/* Takes it out; the caller frees it without the lock. */
ObjName *
obj_names_remove(ObjTable *table, const char *name)
{
    guint place;
    return names_search(table, name, &place) ? g_ptr_array_remove_index(table->names, place) : NULL;
}

ObjName *
obj_name_new(ObjRef *ref, const char *name)
{
    ObjName *item = g_new0(ObjName, 1);
    item->name = g_strdup(name);
    item->ref = obj_ref_ref(ref);
    return item;
}

/* With the lock: the indexes other than the names know the identity `ref` in place of the old one.
 */
void
obj_index_replace(ObjTable *table, ObjRef *ref, const ObjRef *old)
{
    g_hash_table_replace(table->by_uuid, ref->uuid, ref);
    if (old->id != -1)
        g_hash_table_remove(table->by_id, GINT_TO_POINTER(old->id));
    if (ref->id != -1)
        g_hash_table_insert(table->by_id, GINT_TO_POINTER(ref->id), ref);
}

ObjRef *
obj_table_find_name(ObjTable *table, const char *name)
{
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *item = obj_names_find(table, name);
    ObjRef *ref = item != NULL && item->visible ? obj_ref_ref(item->ref) : NULL;
    leaf_unlock(&table->lock);
    return ref;
}

/* With the lock: whether the identity's own name is shown. */
static bool
is_visible(const ObjTable *table, const ObjRef *ref)
{
    const ObjName *item = obj_names_find(table, ref->name);
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
        const ObjName *item = g_ptr_array_index(table->names, i);
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

/* With the lock: the entry's name, NULL when it was taken out before. */
static ObjName *
entry_item(const ObjTable *table, const ObjRef *ref)
{
    const ObjRef *now = g_hash_table_lookup(table->by_uuid, ref->uuid);
    return now != NULL && now->entry == ref->entry ? obj_names_find(table, now->name) : NULL;
}

void
obj_table_set_id(ObjTable *table, ObjRef *ref, int32_t id)
{
    ON_STRAND(ref->entry);
    ObjRef *old = NULL;
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *item = entry_item(table, ref);
    if (item != NULL && item->visible) {
        old = item->ref;
        g_assert(id == -1 || id == old->id ||
                 !g_hash_table_contains(table->by_id, GINT_TO_POINTER(id)));
        item->ref = obj_identity_change(old, old->name, id);
        item->ref->generation = old->generation;
        obj_index_replace(table, item->ref, old);
    }
    leaf_unlock(&table->lock);
    obj_ref_unref(old);
}

/* With the lock. */
static void
hide_item(ObjTable *table, ObjName *item)
{
    if (!item->visible)
        return;
    item->visible = false;
    table->visible--;
    atomic_store(&item->ref->entry->generation, 0);
    if (item->ref->id != -1)
        g_hash_table_remove(table->by_id, GINT_TO_POINTER(item->ref->id));
}

void
obj_table_hide(ObjTable *table, ObjRef *ref)
{
    ON_STRAND(ref->entry);
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *item = entry_item(table, ref);
    if (item != NULL)
        hide_item(table, item);
    leaf_unlock(&table->lock);
}

void
obj_table_remove(ObjTable *table, ObjRef *ref)
{
    ON_STRAND(ref->entry);
    thread_yield_point();
    leaf_lock(&table->lock);
    ObjName *item = entry_item(table, ref);
    if (item != NULL) {
        hide_item(table, item);
        obj_names_remove(table, item->name);
        g_hash_table_remove(table->by_uuid, ref->uuid);
    }
    leaf_unlock(&table->lock);
    if (item == NULL)
        return;
    strand_close(ref->entry->strand);
    obj_name_free(item);
}
