/*
 * resources — see resources.h.
 */
#include "virtqemud/vm/resources.h"

#include "common/base/fault.h"
#include "common/base/log.h"
#include "virtqemud/config/config.h"
#include "virtqemud/hostres/chardev_files.h"
#include "virtqemud/hostres/folder.h"
#include "virtqemud/hostres/label.h"
#include "virtqemud/vm/channels.h"

static void
label_free(void *data)
{
    ResourceLabel *label = data;
    g_free(label->path);
    g_free(label->old);
    g_free(label);
}

VmResources *
resources_new(void)
{
    VmResources *resources = g_new0(VmResources, 1);
    resources->labels = g_ptr_array_new_with_free_func(label_free);
    return resources;
}

void
resources_free(VmResources *resources)
{
    if (resources == NULL)
        return;
    g_free(resources->folder);
    g_free(resources->cgroup_name);
    cgroup_unref(resources->cgroup);
    g_ptr_array_unref(resources->labels);
    g_free(resources);
}

void
resources_add_label(VmResources *resources, const char *path, const char *old)
{
    ResourceLabel *label = g_new(ResourceLabel, 1);
    *label = (ResourceLabel){g_strdup(path), g_strdup(old)};
    g_ptr_array_add(resources->labels, label);
}

static void
restore_labels(const Driver *driver, const VmResources *resources)
{
    LabelPolicy policy = label_policy(driver->config, driver->privileged);
    for (guint i = 0; i < resources->labels->len; i++) {
        const ResourceLabel *label = resources->labels->pdata[i];
        g_autoptr(GError) error = NULL;
        if (!label_restore(&policy, label->path, label->old, &error))
            log_warning("%s", error->message);
    }
}

static void
remove_folder(const char *parent, const char *name)
{
    g_autoptr(GError) error = NULL;
    if (!folder_remove(parent, name, &error))
        log_warning("%s", error->message);
}

void
resources_release(Vm *vm)
{
    Driver *driver = vm->driver;
    VmResources *resources = g_steal_pointer(&vm->resources);
    char owner[UUID_TEXT_BYTES];
    if (resources == NULL)
        return;
    restore_labels(driver, resources);
    fault_point("giving back: sockets");
    if (vm->live != NULL)
        chardev_files_remove(vm_def(vm));
    fault_point("giving back: folders");
    if (resources->folder != NULL) {
        g_autofree char *channels = channels_folder(driver);
        remove_folder(driver->paths.lib, resources->folder);
        remove_folder(channels, resources->folder);
    }
    fault_point("giving back: group");
    if (resources->cgroup_name != NULL && !cgroup_remove(driver->cgroups, resources->cgroup_name))
        log_warning("tasks are left in the control group of guest '%s'", vm->name);
    (void)registry_release_all(driver->claims, uuid_format(vm->uuid, owner));
    resources_free(resources);
}

char *
resources_monitor_path(const Vm *vm)
{
    return g_build_filename(vm->driver->paths.lib, vm->resources->folder, "monitor.sock", NULL);
}
