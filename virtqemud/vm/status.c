/*
 * status — see status.h.
 */
#include "virtqemud/vm/status.h"

#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/conf/xml_ids.h"
#include "virtqemud/conf/dump.h"
#include "virtqemud/hostres/folder.h"
#include "virtqemud/vm/channels.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/resources.h"
#include "virtqemud/vm/taint.h"

/* A guest that is being started still gets names of terminals and the like: what is a status file
 * by then must be readable, too. */
enum { STARTING_BYTES_MAX = XML_IDS_MAX_BYTES / 4 * 3 };

char *
status_record_name(const char *name)
{
    return g_strconcat(name, ".exit", NULL);
}

static char *
file_name(const Vm *vm, const char *suffix)
{
    return g_strconcat(vm->name, suffix, NULL);
}

static void
add_taints(DomainStatus *status, uint32_t taint)
{
    status->taints.items = arena_array_of(status->arena, StatusWord *, VM_N_TAINTS);
    for (uint32_t i = 0; i < VM_N_TAINTS; i++) {
        if ((taint & (1u << i)) == 0)
            continue;
        StatusWord *word = arena_new_of(status->arena, StatusWord);
        word->text = vm_taint_name((VmTaint)i);
        status->taints.items[status->taints.n++] = word;
    }
}

static void
add_labels(StatusOwn *own, Arena *arena, const VmResources *resources)
{
    own->labels.items = arena_array_of(arena, StatusLabel *, resources->labels->len);
    for (guint i = 0; i < resources->labels->len; i++) {
        const ResourceLabel *label = resources->labels->pdata[i];
        StatusLabel *copy = arena_new_of(arena, StatusLabel);
        *copy = (StatusLabel){label->path, label->old};
        own->labels.items[own->labels.n++] = copy;
    }
}

static void
add_own(DomainStatus *status, const Vm *vm)
{
    StatusOwn *own = arena_new_of(status->arena, StatusOwn);
    own->format = DOMAIN_STATUS_FORMAT;
    if (vm->run != NULL)
        own->start_time = (OptU64){true, vm->run->start_time};
    if (vm->starting) {
        own->operation = "start";
        own->step = vm->step;
    } else if (vm->ending != NULL) {
        own->operation = "stop";
        own->step = vm->ending;
    }
    g_autofree char *record = status_record_name(vm->name);
    own->exit_record = arena_strdup(status->arena, record);
    own->cgroup = vm->resources->cgroup_name;
    add_labels(own, status->arena, vm->resources);
    status->own = own;
}

static void
write_pid(Vm *vm)
{
    g_autofree char *name = file_name(vm, ".pid");
    char text[16];
    int n = snprintf(text, sizeof text, "%d\n", (int)vm->run->pid);
    g_autoptr(GError) error = NULL;
    if (!store_write_volatile(vm->driver->status, name, text, (size_t)n, 0644, &error))
        log_warning("%s", error->message);
}

gboolean
status_save(Vm *vm, GError **error)
{
    if (!vm_is_active(vm) || vm->live == NULL || vm->resources == NULL)
        return TRUE;
    const DriverPaths *paths = &vm->driver->paths;
    g_autoptr(DomainStatus) status = domain_status_new();
    DomainDef def = *vm_def(vm); /* only a member of the struct itself is changed */
    if (vm->runtime.balloon_kib != 0)
        def.current_memory_kib = vm->runtime.balloon_kib;
    g_autofree char *monitor = resources_monitor_path(vm);
    g_autofree char *lib_dir = g_build_filename(paths->lib, vm->resources->folder, NULL);
    g_autofree char *channels = channels_folder(vm->driver);
    g_autofree char *channel_dir = g_build_filename(channels, vm->resources->folder, NULL);
    status->def = &def;
    if (vm->origin != NULL)
        status->cpu = shared_def_get(vm->origin)->cpu;
    status->state = domain_status_state_name((int)vm->state);
    status->reason = domain_status_reason_name((int)vm->state, vm->reason);
    status->pid = vm->run != NULL ? (uint32_t)vm->run->pid : 0;
    status->monitor_path = monitor;
    status->monitor_type = "unix";
    status->lib_dir = lib_dir;
    status->channel_dir = channel_dir;
    status->fake_reboot = vm->fake_reboot;
    status->remembers_owner = true;
    add_taints(status, vm->taint);
    add_own(status, vm);
    g_autofree char *text = domain_status_format(status);
    g_autofree char *name = file_name(vm, ".xml");
    size_t max = vm->starting ? STARTING_BYTES_MAX : XML_IDS_MAX_BYTES;
    if (!define_check_size(vm->name, text, max, error) ||
        !store_write_volatile(vm->driver->status, name, text, strlen(text), 0600, error))
        return FALSE;
    if (vm->run != NULL && !vm->has_pid_file) {
        write_pid(vm);
        vm->has_pid_file = TRUE;
    }
    return TRUE;
}

void
status_write(Vm *vm)
{
    g_autoptr(GError) error = NULL;
    if (!status_save(vm, &error))
        log_error("what became of guest '%s' is not in its status file: %s", vm->name,
                  error->message);
}

void
status_remove(Vm *vm)
{
    /* what leads to the others last: a daemon that is killed in between leaves nothing for good */
    static const char *const suffixes[] = {".pid", ".exit", ".xml"};
    vm->has_pid_file = FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *name = file_name(vm, suffixes[i]);
        g_autoptr(GError) error = NULL;
        if (!store_remove(vm->driver->status, name, &error))
            log_warning("%s", error->message);
    }
}

static void
apply_resources(Vm *vm, const DomainStatus *status)
{
    VmResources *resources = resources_new();
    resources->folder = folder_name(vm->id, vm->name); /* a stock daemon names it the same */
    if (status->own != NULL) {
        g_autofree char *group = cgroup_name(vm->id, vm->name);
        if (g_strcmp0(status->own->cgroup, group) == 0)
            resources->cgroup_name = g_steal_pointer(&group);
        for (size_t i = 0; i < status->own->labels.n; i++)
            resources_add_label(resources, status->own->labels.items[i]->path,
                                status->own->labels.items[i]->old);
    }
    if (resources->cgroup_name != NULL)
        resources->cgroup = cgroup_find(vm->driver->cgroups, resources->cgroup_name);
    vm->resources = resources;
}

static void
apply_taints(Vm *vm, const DomainStatus *status)
{
    for (size_t i = 0; i < status->taints.n; i++) {
        for (uint32_t k = 0; k < VM_N_TAINTS; k++) {
            if (g_strcmp0(status->taints.items[i]->text, vm_taint_name((VmTaint)k)) == 0)
                vm->taint |= 1u << k;
        }
    }
}

void
status_apply(Vm *vm, const DomainStatus *status)
{
    int state = VM_RUNNING, reason = 0;
    (void)domain_status_find_state(status, &state, &reason);
    vm_set_live(vm, domain_def_copy(status->def));
    DomainDef *origin = domain_def_copy(status->def);
    domain_def_drop_running(origin, status->cpu);
    const SharedDef *shared = shared_def_new(origin);
    vm_set_origin(vm, shared);
    shared_def_unref(shared);
    vm_set_state(vm, (VmState)state, reason);
    vm->id = status->def->id.set ? (int32_t)status->def->id.value : 0;
    vm->runtime.balloon_kib = status->def->current_memory_kib;
    vm->fake_reboot = status->fake_reboot;
    apply_taints(vm, status);
    apply_resources(vm, status);
}
