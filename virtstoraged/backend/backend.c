/*
 * backend — see backend.h.
 */
#include "virtstoraged/backend/backend.h"

static const Backend *const backends[POOL_N_TYPES] = {
    [POOL_DIR] = &backend_dir,
};

const Backend *
backend_of(const PoolDef *def, GError **error)
{
    const Backend *backend = backends[def->type];
    if (backend == NULL)
        virt_error_set(error, VIRT_FROM_STORAGE, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "storage pool '%s': pools of type %s are not supported yet", def->name,
                       pool_type_name(def->type));
    return backend;
}

static void
facts_free(void *data)
{
    VolumeFacts *facts = data;
    g_free((char *)facts->name);
    g_free((char *)facts->path);
    g_free((char *)facts->format);
    g_free((char *)facts->backing);
    g_free((char *)facts->backing_format);
    g_free(facts);
}

void
backend_add(BackendFound *found, const VolumeFacts *facts)
{
    if (found->volumes == NULL)
        found->volumes = g_ptr_array_new_with_free_func(facts_free);
    VolumeFacts *copy = g_memdup2(facts, sizeof *facts);
    copy->name = g_strdup(facts->name);
    copy->path = g_strdup(facts->path);
    copy->format = g_strdup(facts->format);
    copy->backing = g_strdup(facts->backing);
    copy->backing_format = g_strdup(facts->backing_format);
    g_ptr_array_add(found->volumes, copy);
}

void
backend_found_clear(BackendFound *found)
{
    g_clear_pointer(&found->volumes, g_ptr_array_unref);
}
