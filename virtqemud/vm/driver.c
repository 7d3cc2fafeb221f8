/*
 * driver — see driver.h.
 */
#include "virtqemud/vm/driver.h"

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/log.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/config/config.h"
#include "virtqemud/exec/exec.h"
#include "virtqemud/hostres/cgroup.h"
#include "virtqemud/hostres/hook.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/console.h"
#include "virtqemud/vm/handed.h"
#include "virtqemud/vm/load.h"
#include "virtqemud/vm/logs.h"
#include "virtqemud/vm/renaming.h"
#include "virtqemud/vm/run.h"

/* Descriptors that clients may lend to all guests; a quarter of what this process may have, if that
 * is less. */
enum { LENT_MAX = 16384 };

Driver *
driver_of(const RpcCall *call)
{
    return daemon_data(rpc_call_context(call));
}

static void
set_system_paths(DriverPaths *paths)
{
    paths->definitions = g_build_filename(SYSCONFDIR, "libvirt", "qemu", NULL);
    paths->hooks = g_build_filename(SYSCONFDIR, "libvirt", "hooks", NULL);
    paths->lib = g_build_filename(LOCALSTATEDIR, "lib", "libvirt", "qemu", NULL);
    paths->cache = g_build_filename(LOCALSTATEDIR, "cache", "libvirt", "qemu", NULL);
    paths->log = g_build_filename(LOCALSTATEDIR, "log", "libvirt", "qemu", NULL);
}

/* As libvirt has them in a session: configuration, state and cache below the person's own folders.
 */
static void
set_session_paths(DriverPaths *paths)
{
    const char *config = g_get_user_config_dir();
    const char *cache = g_get_user_cache_dir();
    paths->definitions = g_build_filename(config, "libvirt", "qemu", NULL);
    paths->hooks = g_build_filename(config, "libvirt", "hooks", NULL);
    paths->lib = g_build_filename(config, "libvirt", "qemu", "lib", NULL);
    paths->cache = g_build_filename(cache, "libvirt", "qemu", "cache", NULL);
    paths->log = g_build_filename(cache, "libvirt", "qemu", "log", NULL);
}

/* Beside the program where it was built, else where it is installed. */
static char *
find_helper(void)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
    static const char *const beside[] = {"virt-exec", "exec/virt-exec", "virtqemud/exec/virt-exec"};
    for (size_t i = 0; folder != NULL && i < G_N_ELEMENTS(beside); i++) {
        g_autofree char *path = g_build_filename(folder, beside[i], NULL);
        if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return g_steal_pointer(&path);
    }
    return g_build_filename(LIBEXECDIR, "virt-exec", NULL);
}

static gboolean
open_folders(Driver *driver, GError **error)
{
    DriverPaths *paths = &driver->paths;
    mode_t mode = driver->privileged ? 0755 : 0700;
    driver->definitions = store_open(paths->definitions, 0700, error);
    driver->status = driver->definitions != NULL ? store_open(paths->run, mode, error) : NULL;
    return driver->status != NULL;
}

static char *
qemu_config_path(const Driver *driver)
{
    g_autofree char *folder = g_path_get_dirname(driver->paths.definitions);
    return g_build_filename(folder, "qemu.conf", NULL);
}

static void
make_caps(Driver *driver)
{
    const QemuConfig *config = driver->config;
    g_autofree char *folder = g_build_filename(driver->paths.cache, "capabilities", NULL);
    g_autofree uint32_t *groups = g_new(uint32_t, config->n_groups + 1);
    for (size_t i = 0; i < config->n_groups; i++)
        groups[i] = config->groups[i];
    QemuProbeRequest request = {
        .loop = driver->loop,
        .helpers = driver->helpers,
        .helper = driver->paths.helper,
        .drops = driver->privileged,
        .uid = config->owner.uid,
        .gid = config->owner.gid,
        .groups = groups,
        .n_groups = config->n_groups,
    };
    driver->caps = qemu_caps_cache_new(folder, &request);
}

gboolean
driver_init(Daemon *daemon, GError **error)
{
    Driver *driver = g_new0(Driver, 1);
    daemon_set_data(daemon, driver);
    driver->daemon = daemon;
    driver->loop = daemon_loop(daemon);
    driver->privileged = daemon_is_privileged(daemon);
    driver->guests = daemon_table(daemon, ACL_DOMAIN);
    if (driver->privileged)
        set_system_paths(&driver->paths);
    else
        set_session_paths(&driver->paths);
    driver->paths.run = g_build_filename(daemon_run_dir(daemon), "qemu", NULL);
    if (!driver->privileged) {
        g_free(driver->paths.run);
        driver->paths.run = g_build_filename(daemon_run_dir(daemon), "qemu", "run", NULL);
    }
    driver->paths.helper = find_helper();
    driver->helpers = exec_helpers_new(driver->loop);
    driver->claims = registry_new(VIRT_FROM_QEMU);
    driver->lent.most = (uint32_t)MIN(fd_raise_limit() / 4, LENT_MAX);
    driver->consoles = consoles_new(driver->loop);
    driver->host = strand_new(daemon_strands(daemon), "host");
    g_autofree char *config = qemu_config_path(driver);
    driver->config = qemu_config_load(config, driver->privileged, error);
    if (driver->config == NULL || !open_folders(driver, error))
        return FALSE;
    for (size_t i = 0; driver->config->warnings != NULL && driver->config->warnings[i] != NULL; i++)
        log_warning("%s", driver->config->warnings[i]);
    driver->hooks = hooks_new(driver->loop, driver->paths.hooks);
    driver->cgroups = cgroup_host_new(driver->config->cgroup_controllers, NULL);
    make_caps(driver);
    RenamingPlace place = {driver->definitions, belongings_follow, driver->paths.lib};
    renaming_recover(&place);
    driver->handed = handed_monitors_new(daemon_handover(daemon));
    if (!load_guests(driver, error))
        return FALSE;
    load_autostart(driver);
    driver->logs = logs_new(driver);
    return TRUE;
}

gboolean
driver_is_busy(Daemon *daemon)
{
    Driver *driver = daemon_data(daemon);
    return atomic_load(&driver->n_active) > 0;
}

gboolean
driver_is_at_rest(Daemon *daemon)
{
    const Driver *driver = daemon_data(daemon);
    for (const GList *at = driver->runs.head; at != NULL; at = at->next) {
        if (vm_run_is_ending(at->data))
            return FALSE;
    }
    return TRUE;
}

void
driver_save(Daemon *daemon, Handover *handover)
{
    handed_monitors_save(daemon_data(daemon), handover);
}

/* Guests go on; what the daemon waits for does not come any more. */
void
driver_stop(Daemon *daemon)
{
    Driver *driver = daemon_data(daemon);
    if (driver == NULL)
        return;
    g_clear_pointer(&driver->logs, logs_free);
    vm_run_detach_all(driver);
    g_clear_pointer(&driver->host, strand_unref);
}

void
driver_free(Daemon *daemon)
{
    Driver *driver = daemon_data(daemon);
    if (driver == NULL)
        return;
    handed_monitors_free(driver->handed);
    store_free(driver->definitions);
    store_free(driver->status);
    registry_free(driver->claims);
    consoles_unref(driver->consoles);
    qemu_caps_cache_unref(driver->caps);
    exec_helpers_free(driver->helpers);
    hooks_free(driver->hooks);
    cgroup_host_free(driver->cgroups);
    qemu_config_unref(driver->config);
    DriverPaths *paths = &driver->paths;
    char *all[] = {paths->definitions, paths->run,   paths->lib,   paths->cache,
                   paths->log,         paths->hooks, paths->helper};
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        g_free(all[i]);
    g_free(driver);
}
