/*
 * change — see change.h.
 */
#include "virtstoraged/pool/change.h"

#include <string.h>

#include "common/base/error.h"
#include "common/base/log.h"

static char *
file_name(const char *name)
{
    return g_strconcat(name, ".xml", NULL);
}

PoolDef *
change_read(const ObjRef *ref, const char *xml, GError **error)
{
    ConfContext context = {.origin = CONF_FROM_USER};
    g_autoptr(PoolDef) def = pool_def_parse(xml, strlen(xml), &context, error);
    if (def == NULL || backend_of(def, error) == NULL)
        return NULL;
    if (!def->uuid.set) {
        def->uuid.set = true;
        memcpy(def->uuid.bytes, obj_ref_uuid(ref), UUID_BYTES);
    }
    if (g_str_equal(def->name, obj_ref_name(ref)) && uuid_equal(def->uuid.bytes, obj_ref_uuid(ref)))
        return g_steal_pointer(&def);
    virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_XML_ERROR,
                   "the document is not of the pool '%s' that access was given to",
                   obj_ref_name(ref));
    return NULL;
}

gboolean
change_store(Pool *pool, PoolDef *def, GError **error)
{
    g_autofree char *xml = pool_def_format(def, NULL);
    g_autofree char *text =
        g_strdup_printf("<!--\nThis file is written by virtstoraged: a change made here may be "
                        "lost.\nChange it with: virsh pool-edit %s\n-->\n\n%s",
                        strstr(def->name, "--") == NULL ? def->name : "", xml);
    g_autofree char *name = file_name(pool->name);
    if (!store_write(pool->storage->definitions, name, text, strlen(text), 0600, error)) {
        pool_def_free(def);
        return FALSE;
    }
    pool_def_free(pool->persistent);
    pool->persistent = def;
    pool->has_next = pool->active;
    if (!pool->active)
        pool_set_def(pool, pool_def_copy(def));
    return TRUE;
}

static void
drop(Pool *pool, PoolEvent event)
{
    g_autoptr(ObjRef) ref = pool_find_ref(pool);
    obj_table_hide(pool->storage->pools, ref);
    pool_emit(pool, event);
    obj_table_remove(pool->storage->pools, ref);
}

gboolean
change_forget(Pool *pool, GError **error)
{
    g_autofree char *name = file_name(pool->name);
    if (!pool_check_inactive(pool, error) || !store_remove(pool->storage->definitions, name, error))
        return FALSE;
    drop(pool, POOL_EVENT_UNDEFINED);
    return TRUE;
}

gboolean
change_refresh(Pool *pool, GError **error)
{
    const Backend *backend = backend_of(pool->def, error);
    g_auto(BackendFound) found = {0};
    if (backend == NULL || !backend->refresh(pool->def, &found, error))
        return FALSE;
    pool_set_volumes(pool, &found);
    return TRUE;
}

/* A daemon that starts later takes it for started. */
static void
write_running(const Pool *pool)
{
    g_autofree char *text = pool_def_format_state(pool->def);
    g_autofree char *name = file_name(pool->name);
    g_autoptr(GError) error = NULL;
    if (!store_write_volatile(pool->storage->running, name, text, strlen(text), 0600, &error))
        log_warning("%s", error->message);
}

void
change_forget_state(const Pool *pool)
{
    g_autofree char *name = file_name(pool->name);
    g_autoptr(GError) error = NULL;
    if (!store_remove(pool->storage->running, name, &error))
        log_warning("%s", error->message);
}

gboolean
change_enter(Pool *pool, GError **error)
{
    const Backend *backend = backend_of(pool->def, error);
    if (backend == NULL || !backend->start(pool->def, error) || !change_refresh(pool, error))
        return FALSE;
    pool->active = TRUE;
    write_running(pool);
    return TRUE;
}

gboolean
change_start(Pool *pool, GError **error)
{
    if (!change_enter(pool, error))
        return FALSE;
    pool_publish(pool);
    pool_emit(pool, POOL_EVENT_STARTED);
    return TRUE;
}

void
change_stop(Pool *pool)
{
    change_forget_state(pool);
    pool->active = FALSE;
    pool->has_next = FALSE;
    pool_set_volumes(pool, NULL);
    if (pool->persistent == NULL) {
        drop(pool, POOL_EVENT_STOPPED);
        return;
    }
    pool_set_def(pool, pool_def_copy(pool->persistent));
    pool_publish(pool);
    pool_emit(pool, POOL_EVENT_STOPPED);
}
