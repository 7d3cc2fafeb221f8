/*
 * balloon — see balloon.h. QEMU: docs/interop, virtio balloon memory statistics.
 */
#include "virtqemud/handlers/balloon.h"

const Memballoon *
balloon_of(const DomainDef *def)
{
    const Memballoon *balloon = def->devices.memballoon;
    return balloon != NULL && balloon->model != BALLOON_NONE ? balloon : NULL;
}

static Json *
property(const Memballoon *balloon, const char *name)
{
    Json *args = json_new_object();
    g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", balloon->info.alias);
    json_add_string(args, "path", path);
    json_add_string(args, "property", name);
    return args;
}

gboolean
balloon_ask(Query *query, const VmView *view)
{
    const Memballoon *balloon = balloon_of(vm_view_current(view));
    if (balloon == NULL || balloon->info.alias == NULL)
        return FALSE;
    (void)query_ask(query, view, QMP_QOM_GET, property(balloon, "guest-stats"));
    return TRUE;
}

gboolean
balloon_set_period(Vm *vm, int32_t period_s, GError **error)
{
    Json *args = property(balloon_of(vm_def(vm)), "guest-stats-polling-interval");
    json_add_int(args, "value", period_s);
    return vm_qmp(vm, QMP_QOM_SET, args, NULL, error);
}
