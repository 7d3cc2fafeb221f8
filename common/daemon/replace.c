/*
 * replace — see replace.h.
 */
#define LOG_SOURCE "daemon.replace"

#include "common/daemon/replace.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/daemon/notify.h"
#include "common/rpc/conn_handover.h"

/* A start of a guest may take as long. */
enum { PATIENCE_US = 60 * G_USEC_PER_SEC, TURN_US = 2000 };

struct DaemonReplace {
    Daemon *daemon;
    LoopTimer *timer;
    int64_t deadline_us;
};

static void
hold(Daemon *daemon, RpcHold what)
{
    rpc_server_hold(daemon->server, what);
    rpc_server_hold(daemon->admin, what);
}

void
daemon_replace_free(Daemon *daemon)
{
    if (daemon->replace == NULL)
        return;
    loop_timer_remove(daemon->replace->timer);
    g_clear_pointer(&daemon->replace, g_free);
}

static void
give_up(Daemon *daemon, const char *why)
{
    log_error("the daemon is not replaced and goes on: %s", why);
    daemon_replace_free(daemon);
    hold(daemon, RPC_HOLD_NOTHING);
}

/* ---- leaving ---- */

static void
save_daemon(Daemon *daemon, Handover *handover)
{
    g_autofree const char **paths = daemon_sockets_paths(daemon->sockets);
    handover_set(handover, "server", rpc_server_save(daemon->server, handover));
    handover_set(handover, "admin", rpc_server_save(daemon->admin, handover));
    handover_set(handover, "socket-paths", g_variant_new_bytestring_array(paths, -1));
    handover_set(handover, "pid-file",
                 g_variant_new_int32(handover_add_fd(handover, daemon->pid_file)));
    if (daemon->info->save != NULL)
        daemon->info->save(daemon, handover);
}

static void
replace_now(Daemon *daemon)
{
    g_autoptr(Handover) handover = handover_new();
    g_autoptr(GError) error = NULL;
    save_daemon(daemon, handover);
    log_info("%zu clients are left to %s", rpc_server_n_clients(daemon->server), daemon->program);
    log_flush();
    handover_exec(handover, daemon->program, daemon->argv, &error);
    give_up(daemon, error->message);
}

static gboolean
steps_run(const Daemon *daemon)
{
    if (daemon->strands == NULL)
        return FALSE;
    StrandPoolStats stats = strand_pool_get_stats(daemon->strands);
    return stats.ready > 0 || stats.threads > stats.idle;
}

static gboolean
is_at_rest(Daemon *daemon)
{
    return !steps_run(daemon) && rpc_server_is_at_rest(daemon->server) &&
           rpc_server_is_at_rest(daemon->admin) &&
           (daemon->info->is_at_rest == NULL || daemon->info->is_at_rest(daemon));
}

static void turn(void *data);

static void
turn_again(DaemonReplace *replace)
{
    loop_timer_set(replace->timer, loop_now_us(replace->daemon->loop) + TURN_US);
}

/* What steps had posted was done before. */
static void
on_posted(void *data)
{
    Daemon *daemon = data;
    if (daemon->replace == NULL)
        return;
    if (is_at_rest(daemon))
        replace_now(daemon);
    else
        turn_again(daemon->replace);
}

static void
turn(void *data)
{
    DaemonReplace *replace = data;
    Daemon *daemon = replace->daemon;
    if (loop_now_us(daemon->loop) > replace->deadline_us) {
        give_up(daemon, "a call or a step has not ended in time");
        return;
    }
    if (steps_run(daemon)) {
        turn_again(replace);
        return;
    }
    /* Reads are short: from here on they wait, too. */
    hold(daemon, RPC_HOLD_EVERYTHING);
    rpc_server_end_streams(daemon->server);
    if (!is_at_rest(daemon)) {
        turn_again(replace);
        return;
    }
    loop_post(daemon->loop, on_posted, daemon);
}

void
daemon_replace_begin(Daemon *daemon)
{
    if (daemon->replace != NULL || daemon->draining > 0)
        return;
    log_info("SIGUSR1: the daemon is being replaced by %s", daemon->program);
    hold(daemon, RPC_HOLD_CHANGES);
    DaemonReplace *replace = g_new0(DaemonReplace, 1);
    replace->daemon = daemon;
    replace->deadline_us = loop_now_us(daemon->loop) + PATIENCE_US;
    replace->timer = loop_add_timer(daemon->loop, turn, replace);
    daemon->replace = replace;
    turn_again(replace);
}

/* ---- finding ---- */

int
daemon_replace_take_pid_file(Daemon *daemon)
{
    g_autoptr(GVariant) index =
        daemon->handover != NULL ? handover_get(daemon->handover, "pid-file", G_VARIANT_TYPE_INT32)
                                 : NULL;
    return index != NULL ? handover_take_fd(daemon->handover, g_variant_get_int32(index)) : -1;
}

char **
daemon_replace_socket_paths(const Daemon *daemon)
{
    g_autoptr(GVariant) paths =
        daemon->handover != NULL
            ? handover_get(daemon->handover, "socket-paths", G_VARIANT_TYPE_BYTESTRING_ARRAY)
            : NULL;
    return paths != NULL ? g_variant_dup_bytestring_array(paths, NULL) : NULL;
}

static void
restore_server(Daemon *daemon, RpcServer *server, const char *name)
{
    g_autoptr(GVariant) saved = handover_get(daemon->handover, name, G_VARIANT_TYPE_VARDICT);
    if (saved != NULL)
        rpc_server_restore(server, saved, daemon->handover);
}

gboolean
daemon_replace_restore(Daemon *daemon)
{
    if (daemon->handover == NULL)
        return FALSE;
    restore_server(daemon, daemon->server, "server");
    restore_server(daemon, daemon->admin, "admin");
    log_info("%zu clients were found", rpc_server_n_clients(daemon->server));
    return TRUE;
}

/* ---- children of the program before us ---- */

typedef struct {
    pid_t pid;
    int pidfd;
    LoopFd *source;
} Orphan;

static void
on_orphan_exit(void *data, uint32_t events)
{
    Orphan *orphan = data;
    (void)waitpid(orphan->pid, NULL, WNOHANG);
    loop_fd_remove(orphan->source);
    fd_close(orphan->pidfd);
    g_free(orphan);
}

static pid_t
parent_of(const char *pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%s/stat", pid);
    g_autofree char *text = NULL;
    int parent = 0;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    /* the name may have any character */
    const char *behind_name = strrchr(text, ')');
    if (behind_name == NULL || sscanf(behind_name, ") %*c %d", &parent) != 1)
        return 0;
    return parent;
}

static void
adopt(Daemon *daemon, pid_t pid)
{
    int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0)
        return;
    Orphan *orphan = g_new(Orphan, 1);
    *orphan = (Orphan){pid, pidfd, NULL};
    orphan->source = loop_add_fd(daemon->loop, pidfd, EPOLLIN, on_orphan_exit, orphan);
}

void
daemon_replace_adopt_children(Daemon *daemon)
{
    DIR *processes = daemon->handover != NULL ? opendir("/proc") : NULL;
    if (processes == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        if (g_ascii_isdigit(entry->d_name[0]) && parent_of(entry->d_name) == getpid())
            adopt(daemon, (pid_t)g_ascii_strtoll(entry->d_name, NULL, 10));
    }
    (void)closedir(processes);
}
