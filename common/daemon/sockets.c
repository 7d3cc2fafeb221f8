/*
 * sockets — see sockets.h.
 */
#define LOG_SOURCE "daemon.sockets"

#include "common/daemon/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"

enum { LISTEN_FDS_START = 3, LISTEN_BACKLOG = 1024 };

struct DaemonSockets {
    GArray *sockets; /* of DaemonSocket */
};

/* --- who is in the way --- */

static char *
process_name(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/comm", (int)pid);
    char *name = NULL;
    if (!g_file_get_contents(path, &name, NULL, NULL))
        return g_strdup("unknown");
    return g_strstrip(name);
}

int
daemon_pid_file_lock(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot open '%s'", path);
        return -1;
    }
    /* A record lock, as libvirt's own daemons take: they and we keep each other out. */
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    if (fcntl(fd, F_SETLK, &lock) != 0) {
        int saved_errno = errno;
        if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
            g_autofree char *name = process_name(lock.l_pid);
            virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                           "'%s' is held by process %d (%s), which runs already", path,
                           (int)lock.l_pid, name);
        } else {
            virt_error_set_errno(error, VIRT_FROM_NONE, saved_errno, "cannot lock '%s'", path);
        }
        close(fd);
        return -1;
    }
    char text[16];
    int len = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        log_warning("cannot write the pid to '%s': %s", path, g_strerror(errno));
    return fd;
}

/* Whether somebody listens on the socket; then `error` names the process. */
static gboolean
has_rival(const struct sockaddr_un *address, GError **error)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return FALSE;
    gboolean rival =
        connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN;
    if (rival) {
        struct ucred peer = {0};
        socklen_t len = sizeof peer;
        (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
        g_autofree char *name = process_name(peer.pid);
        virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_OPERATION_FAILED,
                       "process %d (%s) already listens on '%s'", (int)peer.pid, name,
                       address->sun_path);
    }
    close(fd);
    return rival;
}

/* --- making --- */

typedef struct {
    mode_t mode;
    gid_t group; /* (gid_t)-1: leave */
} Access;

static int
make_socket(const char *path, const Access *access, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        virt_error_set_errno(error, VIRT_FROM_NONE, ENAMETOOLONG,
                             "the socket path '%s' cannot be used", path);
        return -1;
    }
    strcpy(address.sun_path, path);
    if (has_rival(&address, error))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot create a socket");
        return -1;
    }
    struct stat info;
    if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode))
        (void)unlink(path);
    /* Nobody may connect before group and mode are right: they are set while it does not listen. */
    mode_t old_mask = umask(0177);
    int result = bind(fd, (struct sockaddr *)&address, sizeof address);
    int saved_errno = errno;
    (void)umask(old_mask);
    if (result == 0 && access->group != (gid_t)-1 &&
        fchownat(AT_FDCWD, path, (uid_t)-1, access->group, AT_SYMLINK_NOFOLLOW) != 0) {
        result = -1;
        saved_errno = errno;
    }
    if (result == 0 && (chmod(path, access->mode) != 0 || listen(fd, LISTEN_BACKLOG) != 0)) {
        result = -1;
        saved_errno = errno;
    }
    if (result == 0)
        return fd;
    virt_error_set_errno(error, VIRT_FROM_NONE, saved_errno, "cannot make the socket '%s'", path);
    close(fd);
    return -1;
}

static gboolean
find_group(const char *name, gid_t *ret_group, GError **error)
{
    *ret_group = (gid_t)-1;
    if (name == NULL)
        return TRUE;
    char *end;
    unsigned long number = strtoul(name, &end, 10);
    if (*name != '\0' && *end == '\0') {
        *ret_group = (gid_t)number;
        return TRUE;
    }
    const struct group *group = getgrnam(name);
    if (group == NULL) {
        virt_error_set(error, VIRT_FROM_CONF, VIRT_ERR_CONF_SYNTAX,
                       "unix_sock_group: there is no group '%s'", name);
        return FALSE;
    }
    *ret_group = group->gr_gid;
    return TRUE;
}

static gboolean
add_socket(DaemonSockets *sockets, char *path, DaemonSocketRole role, const Access *access,
           GError **error)
{
    int fd = make_socket(path, access, error);
    if (fd < 0) {
        g_free(path);
        return FALSE;
    }
    DaemonSocket made = {fd, role, path};
    g_array_append_val(sockets->sockets, made);
    return TRUE;
}

static gboolean
make_all(DaemonSockets *sockets, const char *dir, const char *const *bases, gboolean privileged,
         const DaemonConfig *config, GError **error)
{
    gid_t group;
    if (!find_group(privileged ? config->unix_sock_group : NULL, &group, error))
        return FALSE;
    Access rw = {privileged ? config->unix_sock_rw_perms : 0700, group};
    Access ro = {config->unix_sock_ro_perms, group};
    Access admin = {config->unix_sock_admin_perms, (gid_t)-1};
    for (size_t i = 0; bases[i] != NULL; i++) {
        char *path = g_strdup_printf("%s/%s-sock", dir, bases[i]);
        if (!add_socket(sockets, path, DAEMON_SOCKET_RW, &rw, error))
            return FALSE;
        if (privileged &&
            !add_socket(sockets, g_strconcat(path, "-ro", NULL), DAEMON_SOCKET_RO, &ro, error))
            return FALSE;
        if (!add_socket(sockets, g_strdup_printf("%s/%s-admin-sock", dir, bases[i]),
                        DAEMON_SOCKET_ADMIN, &admin, error))
            return FALSE;
    }
    return TRUE;
}

/* --- from the service manager --- */

static DaemonSocketRole
role_of_name(const char *path)
{
    if (g_str_has_suffix(path, "-admin-sock"))
        return DAEMON_SOCKET_ADMIN;
    return g_str_has_suffix(path, "-sock-ro") ? DAEMON_SOCKET_RO : DAEMON_SOCKET_RW;
}

/* FALSE: none were passed. */
static gboolean
adopt_passed(DaemonSockets *sockets)
{
    const char *pid = g_getenv("LISTEN_PID"), *count = g_getenv("LISTEN_FDS");
    if (pid == NULL || count == NULL || strtol(pid, NULL, 10) != getpid())
        return FALSE;
    long n = strtol(count, NULL, 10);
    for (int fd = LISTEN_FDS_START; fd < LISTEN_FDS_START + n; fd++) {
        struct sockaddr_un address = {0};
        socklen_t len = sizeof address;
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        if (getsockname(fd, (struct sockaddr *)&address, &len) != 0 ||
            address.sun_family != AF_UNIX) {
            log_warning("descriptor %d from the service manager is no unix socket, it is not used",
                        fd);
            continue;
        }
        DaemonSocket passed = {fd, role_of_name(address.sun_path), NULL};
        g_array_append_val(sockets->sockets, passed);
    }
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDS");
    g_unsetenv("LISTEN_FDNAMES");
    return n > 0;
}

/* --- public --- */

DaemonSockets *
daemon_sockets_open(const char *dir, const char *const *bases, gboolean privileged,
                    const DaemonConfig *config, GError **error)
{
    DaemonSockets *sockets = g_new0(DaemonSockets, 1);
    sockets->sockets = g_array_new(FALSE, FALSE, sizeof(DaemonSocket));
    if (adopt_passed(sockets) || make_all(sockets, dir, bases, privileged, config, error))
        return sockets;
    daemon_sockets_free(sockets);
    return NULL;
}

DaemonSockets *
daemon_sockets_left(char *const *paths)
{
    DaemonSockets *sockets = g_new0(DaemonSockets, 1);
    sockets->sockets = g_array_new(FALSE, FALSE, sizeof(DaemonSocket));
    for (size_t i = 0; paths[i] != NULL; i++) {
        DaemonSocket left = {-1, role_of_name(paths[i]), g_strdup(paths[i])};
        g_array_append_val(sockets->sockets, left);
    }
    return sockets;
}

const char **
daemon_sockets_paths(const DaemonSockets *sockets)
{
    GPtrArray *paths = g_ptr_array_new();
    for (guint i = 0; i < sockets->sockets->len; i++) {
        DaemonSocket *entry = &g_array_index(sockets->sockets, DaemonSocket, i);
        if (entry->path != NULL)
            g_ptr_array_add(paths, entry->path);
    }
    g_ptr_array_add(paths, NULL);
    return (const char **)g_ptr_array_free(paths, FALSE);
}

guint
daemon_sockets_count(const DaemonSockets *sockets)
{
    return sockets->sockets->len;
}

int
daemon_sockets_take(DaemonSockets *sockets, guint index, DaemonSocketRole *ret_role)
{
    DaemonSocket *entry = &g_array_index(sockets->sockets, DaemonSocket, index);
    *ret_role = entry->role;
    return g_steal_fd(&entry->fd);
}

void
daemon_sockets_free(DaemonSockets *sockets)
{
    if (sockets == NULL)
        return;
    for (guint i = 0; i < sockets->sockets->len; i++) {
        DaemonSocket *entry = &g_array_index(sockets->sockets, DaemonSocket, i);
        if (entry->fd >= 0)
            close(entry->fd);
        if (entry->path != NULL)
            (void)unlink(entry->path);
        g_free(entry->path);
    }
    g_array_unref(sockets->sockets);
    g_free(sockets);
}
