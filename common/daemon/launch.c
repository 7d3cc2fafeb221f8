/*
 * launch — see launch.h.
 */
#define LOG_SOURCE "daemon.launch"

#include "common/daemon/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"

extern char **environ;

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

static pid_t
spawn(const char *path, char *const argv[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t pid = -1;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    int result = posix_spawn(&pid, path, &actions, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = result;
    return result == 0 ? pid : -1;
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
    char *argv[] = {path, (char *)"--timeout=120", NULL};
    pid_t pid = spawn(path, argv);
    if (pid < 0) {
        log_warning("cannot start %s: %s", path, g_strerror(errno));
        return FALSE;
    }
    int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0)
        return TRUE;
    Child *child = g_new(Child, 1);
    *child = (Child){launch, kind->daemon, pid, pidfd, NULL};
    child->source = loop_add_fd(launch->loop, pidfd, EPOLLIN, on_child_exit, child);
    launch->children[kind->daemon] = child;
    log_info("started %s (pid %d)", path, (int)pid);
    return TRUE;
}
