/*
 * child — see child.h.
 */
#include "common/base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/fd.h"

static const char *const default_env[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};

/* What the child gets: `fds[i].parent_fd` are copies, above all child numbers, so none is in the
 * way. */
typedef struct {
    ChildFd *fds;
    size_t n;
    int child_max;
} Map;

static void
map_clear(Map *map)
{
    for (size_t i = 0; i < map->n; i++)
        fd_close(map->fds[i].parent_fd);
    g_free(map->fds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)

static gboolean
map_has(const Map *map, int child_fd)
{
    for (size_t i = 0; i < map->n; i++) {
        if (map->fds[i].child_fd == child_fd)
            return TRUE;
    }
    return FALSE;
}

static gboolean
map_add(Map *map, int parent_fd, int child_fd, GError **error)
{
    int copy = fcntl(parent_fd, F_DUPFD_CLOEXEC, map->child_max + 1);
    if (copy < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot copy descriptor %d", parent_fd);
        return FALSE;
    }
    map->fds = g_renew(ChildFd, map->fds, map->n + 1);
    map->fds[map->n++] = (ChildFd){copy, child_fd};
    return TRUE;
}

static gboolean
map_fill(Map *map, const ChildSpec *spec, GError **error)
{
    map->child_max = STDERR_FILENO;
    for (size_t i = 0; i < spec->n_fds; i++)
        map->child_max = MAX(map->child_max, spec->fds[i].child_fd);
    for (size_t i = 0; i < spec->n_fds; i++) {
        if (!map_add(map, spec->fds[i].parent_fd, spec->fds[i].child_fd, error))
            return FALSE;
    }
    auto_fd null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open /dev/null");
        return FALSE;
    }
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (!map_has(map, fd) && !map_add(map, null_fd, fd, error))
            return FALSE;
    }
    return TRUE;
}

/* 0 or an errno. */
static int
add_actions(posix_spawn_file_actions_t *actions, const Map *map, const char *folder)
{
    int result = posix_spawn_file_actions_addchdir_np(actions, folder != NULL ? folder : "/");
    for (size_t i = 0; i < map->n && result == 0; i++)
        result =
            posix_spawn_file_actions_adddup2(actions, map->fds[i].parent_fd, map->fds[i].child_fd);
    for (int fd = STDERR_FILENO + 1; fd < map->child_max && result == 0; fd++) {
        if (!map_has(map, fd))
            result = posix_spawn_file_actions_addclose(actions, fd);
    }
    if (result == 0)
        result = posix_spawn_file_actions_addclosefrom_np(actions, map->child_max + 1);
    return result;
}

/* 0 or an errno. */
static int
set_attributes(posix_spawnattr_t *attributes, gboolean new_session)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    int result = posix_spawnattr_setsigmask(attributes, &none);
    if (result == 0)
        result = posix_spawnattr_setsigdefault(attributes, &all);
    if (result == 0)
        result = posix_spawnattr_setpgroup(attributes, 0);
    if (result == 0)
        result = posix_spawnattr_setflags(
            attributes,
            (short)(flags | (new_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP)));
    return result;
}

static gboolean
start(const ChildSpec *spec, const Map *map, pid_t *ret_pid, GError **error)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int result = add_actions(&actions, map, spec->folder);
    if (result == 0)
        result = set_attributes(&attributes, spec->new_session);
    /* POSIX declares both lists without const and does not write to them. */
    char *const *argv = (char *const *)(uintptr_t)spec->argv;
    char *const *env = (char *const *)(uintptr_t)(spec->env != NULL ? spec->env : default_env);
    if (result == 0)
        result = posix_spawnp(ret_pid, spec->argv[0], &actions, &attributes, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (result != 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, result, "cannot run '%s'", spec->argv[0]);
    return result == 0;
}

gboolean
child_spawn(const ChildSpec *spec, pid_t *ret_pid, int *ret_pidfd, GError **error)
{
    g_auto(Map) map = {0};
    pid_t pid;
    if (!map_fill(&map, spec, error) || !start(spec, &map, &pid, error))
        return FALSE;
    int pidfd = pidfd_open(pid, 0); /* close-on-exec by itself */
    if (pidfd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot watch '%s'", spec->argv[0]);
        kill(-pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return FALSE;
    }
    *ret_pid = pid;
    *ret_pidfd = pidfd;
    return TRUE;
}
