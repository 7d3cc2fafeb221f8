/*
 * handed — see handed.h.
 */
#include "virtqemud/vm/handed.h"

#include "common/base/fd.h"
#include "common/base/objtable.h"
#include "virtqemud/vm/run.h"
#include "virtqemud/vm/vm.h"

#define SAVED "a(ayibay)"

typedef struct {
    int fd;
    QmpRest rest;
} Monitor;

struct HandedMonitors {
    LeafLock lock;
    GHashTable *by_uuid; /* GBytes -> Monitor */
};

/* ---- leaving ---- */

void
handed_monitors_save(const Driver *driver, Handover *handover)
{
    GVariantBuilder all;
    g_variant_builder_init(&all, G_VARIANT_TYPE(SAVED));
    for (const GList *at = driver->runs.head; at != NULL; at = at->next) {
        VmRun *run = at->data;
        QmpRest rest;
        int fd = run->qmp != NULL && !run->is_cut ? qmp_client_rest(run->qmp, &rest) : -1;
        if (fd < 0)
            continue;
        g_variant_builder_add(
            &all, "(@ayib@ay)", handover_bytes(obj_ref_uuid(run->ref), OBJ_UUID_BYTES),
            handover_add_fd(handover, fd), rest.oob,
            g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, rest.input, TRUE));
        g_bytes_unref(rest.input);
    }
    handover_set(handover, "monitors", g_variant_builder_end(&all));
}

/* ---- finding ---- */

static void
monitor_free(gpointer data)
{
    Monitor *monitor = data;
    fd_close(monitor->fd);
    g_bytes_unref(monitor->rest.input);
    g_free(monitor);
}

static void
add(HandedMonitors *monitors, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) uuid = NULL, input = NULL;
    gint32 index;
    Monitor *monitor = g_new(Monitor, 1);
    g_variant_get(saved, "(@ayib@ay)", &uuid, &index, &monitor->rest.oob, &input);
    monitor->fd = handover_take_fd(handover, index);
    monitor->rest.input = g_variant_get_data_as_bytes(input);
    g_hash_table_replace(monitors->by_uuid, g_variant_get_data_as_bytes(uuid), monitor);
}

HandedMonitors *
handed_monitors_new(Handover *handover)
{
    g_autoptr(GVariant) saved =
        handover != NULL ? handover_get(handover, "monitors", G_VARIANT_TYPE(SAVED)) : NULL;
    if (saved == NULL)
        return NULL;
    HandedMonitors *monitors = g_new0(HandedMonitors, 1);
    leaf_init(&monitors->lock);
    monitors->by_uuid = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                              (GDestroyNotify)g_bytes_unref, monitor_free);
    for (gsize i = 0; i < g_variant_n_children(saved); i++) {
        g_autoptr(GVariant) one = g_variant_get_child_value(saved, i);
        add(monitors, one, handover);
    }
    return monitors;
}

void
handed_monitors_free(HandedMonitors *monitors)
{
    if (monitors == NULL)
        return;
    g_hash_table_unref(monitors->by_uuid);
    leaf_clear(&monitors->lock);
    g_free(monitors);
}

int
handed_monitors_take(HandedMonitors *monitors, const uint8_t *uuid, QmpRest *ret_rest)
{
    g_autoptr(GBytes) key = g_bytes_new(uuid, OBJ_UUID_BYTES);
    int fd = -1;
    if (monitors == NULL)
        return -1;
    leaf_lock(&monitors->lock);
    Monitor *monitor = g_hash_table_lookup(monitors->by_uuid, key);
    if (monitor != NULL) {
        fd = fd_steal(&monitor->fd);
        *ret_rest = (QmpRest){monitor->rest.oob, g_bytes_ref(monitor->rest.input)};
        g_hash_table_remove(monitors->by_uuid, key);
    }
    leaf_unlock(&monitors->lock);
    return fd;
}
