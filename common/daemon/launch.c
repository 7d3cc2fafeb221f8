/*
 * launch — see launch.h.
 */
#define LOG_SOURCE "daemon.launch"

#include "common/daemon/launch.h"

#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/child.h"

typedef struct {
    DaemonLaunch *launch;
    RpcDaemon daemon;
    pid_t pid;
    int pidfd;
    LoopFd *source;
} Child;

struct DaemonLaunch {
    Loop *loop;
    Child *children[RPC_N_DAEMONS]; /* launched and not ended */
};

DaemonLaunch *
daemon_launch_new(Loop *loop)
{
    DaemonLaunch *launch = g_new0(DaemonLaunch, 1);
    launch->loop = loop;
    return launch;
}

static void
child_free(Child *child)
{
    loop_fd_remove(child->source);
    close(child->pidfd);
    g_free(child);
}

void
daemon_launch_free(DaemonLaunch *launch)
{
    if (launch == NULL)
        return;
    /* What was launched lives on by itself. */
    for (int i = 0; i < RPC_N_DAEMONS; i++)
        g_clear_pointer(&launch->children[i], child_free);
    g_free(launch);
}

static void
on_child_exit(void *data, uint32_t events)
{
    Child *child = data;
    (void)waitpid(child->pid, NULL, WNOHANG);
    child->launch->children[child->daemon] = NULL;
    child_free(child);
}

static char *
program_path(const char *name)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *dir = self != NULL ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside = dir != NULL ? g_build_filename(dir, name, NULL) : NULL;
    if (beside != NULL && access(beside, X_OK) == 0)
        return g_steal_pointer(&beside);
    /* In a build tree each program has a folder of its own. */
    g_autofree char *parent = dir != NULL ? g_path_get_dirname(dir) : NULL;
    g_autofree char *built = parent != NULL ? g_build_filename(parent, name, name, NULL) : NULL;
    if (built != NULL && access(built, X_OK) == 0)
        return g_steal_pointer(&built);
    return g_find_program_in_path(name);
}

gboolean
daemon_launch(void *data, const RpcConnKind *kind)
{
    DaemonLaunch *launch = data;
    if (launch->children[kind->daemon] != NULL)
        return TRUE;
    const char *name = rpc_daemon_name(kind->daemon);
    g_autofree char *path = program_path(name);
    if (path == NULL) {
        log_warning("%s is not installed, it cannot be started", name);
        return FALSE;
    }
    const char *const argv[] = {path, "--timeout=120", NULL};
    g_auto(GStrv) env = g_get_environ();
    ChildSpec spec = {.argv = argv, .env = (const char *const *)env, .new_session = TRUE};
    g_autoptr(GError) error = NULL;
    pid_t pid;
    int pidfd;
    if (!child_spawn(&spec, &pid, &pidfd, &error)) {
        log_warning("%s", error->message);
        return FALSE;
    }
    Child *child = g_new(Child, 1);
    *child = (Child){launch, kind->daemon, pid, pidfd, NULL};
    child->source = loop_add_fd(launch->loop, pidfd, EPOLLIN, on_child_exit, child);
    launch->children[kind->daemon] = child;
    log_info("started %s (pid %d)", path, (int)pid);
    return TRUE;
}
