/*
 * paths — see paths.h.
 */
#include "common/daemon/paths.h"

#include <errno.h>
#include <sys/stat.h>

#include "common/base/error.h"

static char *
session_run_dir(void)
{
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    if (runtime != NULL && *runtime != '\0')
        return g_build_filename(runtime, "libvirt", NULL);
    return g_build_filename(g_get_user_cache_dir(), "libvirt", NULL);
}

gboolean
daemon_paths_init(DaemonPaths *paths, gboolean privileged, GError **error)
{
    if (privileged) {
        paths->run = g_build_filename(RUNSTATEDIR, "libvirt", NULL);
        paths->config = g_build_filename(SYSCONFDIR, "libvirt", NULL);
    } else {
        paths->run = session_run_dir();
        paths->config = g_build_filename(g_get_user_config_dir(), "libvirt", NULL);
    }
    if (g_mkdir_with_parents(paths->run, privileged ? 0755 : 0700) == 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot create the folder '%s'", paths->run);
    daemon_paths_clear(paths);
    return FALSE;
}

void
daemon_paths_clear(DaemonPaths *paths)
{
    g_clear_pointer(&paths->run, g_free);
    g_clear_pointer(&paths->config, g_free);
}
