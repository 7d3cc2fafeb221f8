/*
 * start_plan — the step of a start that makes QEMU's arguments, environment and limits, for
 * virt-exec.
 */
#include <inttypes.h>
#include <sched.h>
#include <sys/resource.h>

#include "common/base/bitmap.h"
#include "common/base/error.h"
#include "virtqemud/vm/live.h"
#include "virtqemud/vm/start_private.h"

static int
pass(Start *start, int fd)
{
    return fd >= 0 ? exec_plan_pass_fd(start->plan, fd) : -1;
}

static void
plan_limits(Start *start)
{
    const QemuConfig *config = start->driver->config;
    if (config->max_files > 0)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%u:%u", RLIMIT_NOFILE, config->max_files,
                       config->max_files);
    if (config->max_processes > 0)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%u:%u", RLIMIT_NPROC, config->max_processes,
                       config->max_processes);
    if (config->max_core_bytes != UINT64_MAX)
        exec_plan_addf(start->plan, EXEC_RLIMIT, "%d:%" PRIu64 ":%" PRIu64, RLIMIT_CORE,
                       config->max_core_bytes, config->max_core_bytes);
}

/* Where QEMU may run: all its threads begin there. */
static gboolean
plan_processors(Start *start, GError **error)
{
    const char *text = start->def->vcpu_cpuset;
    if (text == NULL)
        return TRUE;
    g_autoptr(Bitmap) cpus = bitmap_parse(text, CPU_SETSIZE, error);
    if (cpus == NULL) {
        g_prefix_error(error, "<vcpu cpuset>: ");
        return FALSE;
    }
    for (gssize cpu = bitmap_next(cpus, 0); cpu >= 0; cpu = bitmap_next(cpus, (size_t)cpu + 1))
        exec_plan_addf(start->plan, EXEC_CPU, "%zd", cpu);
    return TRUE;
}

static void
plan_identity(Start *start)
{
    const QemuConfig *config = start->driver->config;
    if (!start->driver->privileged)
        return;
    exec_plan_addf(start->plan, EXEC_UID, "%u", (unsigned)config->owner.uid);
    exec_plan_addf(start->plan, EXEC_GID, "%u", (unsigned)config->owner.gid);
    for (size_t i = 0; i < config->n_groups; i++)
        exec_plan_addf(start->plan, EXEC_GROUP, "%u", (unsigned)config->groups[i]);
}

static void
add_environment(Start *start, const char *name, const char *value)
{
    char *variable = g_strdup_printf("%s=%s", name, value);
    exec_plan_add(start->plan, EXEC_ENV, variable);
    g_ptr_array_add(start->env, variable);
}

/* QEMU's home and caches are the guest's own folder. */
static void
plan_environment(Start *start, const char *folder)
{
    g_autofree char *data = g_build_filename(folder, ".local", "share", NULL);
    g_autofree char *cache = g_build_filename(folder, ".cache", NULL);
    g_autofree char *config = g_build_filename(folder, ".config", NULL);
    start->env = g_ptr_array_new_with_free_func(g_free);
    add_environment(start, "LC_ALL", "C");
    add_environment(start, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    add_environment(start, "HOME", folder);
    add_environment(start, "XDG_DATA_HOME", data);
    add_environment(start, "XDG_CACHE_HOME", cache);
    add_environment(start, "XDG_CONFIG_HOME", config);
    g_autoptr(GPtrArray) own = build_environment(start->def);
    for (guint i = 0; own->pdata[i] != NULL; i++) {
        exec_plan_add(start->plan, EXEC_ENV, own->pdata[i]);
        g_ptr_array_add(start->env, g_strdup(own->pdata[i]));
    }
    g_ptr_array_add(start->env, NULL);
}

gboolean
start_build(Start *start, GError **error)
{
    static const char *const deprecations[] = {[DEPRECATION_OMIT] = "omit",
                                               [DEPRECATION_REJECT] = "reject",
                                               [DEPRECATION_CRASH] = "crash"};
    g_autofree char *folder =
        g_build_filename(start->driver->paths.lib, start->vm->resources->folder, NULL);
    BuildResources resources = {
        .monitor = pass(start, start->monitor_fd),
        .folder = folder,
        .dump_guest_core = start->driver->config->dump_guest_core,
        .has_vnc_password = start->driver->config->vnc_password != NULL,
        .set_process_name = start->driver->config->set_process_name,
        .without_sandbox = start->driver->config->seccomp_sandbox == 0,
        .deprecation = deprecations[start->driver->config->deprecation],
        .nets = start->nets,
        .n_nets = start->n_nets,
        .kernel = pass(start, start->kernel_fd),
        .initrd = pass(start, start->initrd_fd),
        .loader_rom = pass(start, start->rom_fd),
    };
    resources.set_fds = open_sets_pass(start->sets, start->plan, &resources.n_set_fds);
    resources.disks = host_disks_get(start->disks, &resources.n_disks);
    resources.chardevs = chardev_files_pass(start->chardevs, start->plan, &resources.n_chardevs);
    start->argv = build_arguments(start->def, start->caps, &resources, error);
    if (start->argv == NULL)
        return FALSE;
    live_settle_cpu(start->def, start->caps);
    live_describe_disks(start->def, resources.disks, resources.n_disks);
    if (start->driver->privileged)
        live_describe_owner(start->def, &start->driver->config->owner);
    if (start->def->partition == NULL && start->vm->resources->cgroup != NULL)
        start->def->partition = cgroup_partition(start->vm->resources->cgroup);
    exec_plan_add(start->plan, EXEC_PROGRAM, start->argv->pdata[0]);
    for (guint i = 0; start->argv->pdata[i] != NULL; i++)
        exec_plan_add(start->plan, EXEC_ARG, start->argv->pdata[i]);
    exec_plan_pass_fd_as(start->plan, start->log_fd, 1);
    exec_plan_pass_fd_as(start->plan, start->log_fd, 2);
    if (!plan_processors(start, error))
        return FALSE;
    plan_limits(start);
    plan_identity(start);
    plan_environment(start, folder);
    if (start->vm->resources->cgroup != NULL)
        cgroup_pass(start->vm->resources->cgroup, start->plan);
    exec_plan_add(start->plan, EXEC_UMASK, "022");
    return TRUE;
}
