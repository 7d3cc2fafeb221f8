/*
 * daemon — see daemon.h.
 */
#define LOG_SOURCE "daemon"

#include "common/daemon/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/conf/xml_read.h"
#include "common/daemon/daemon_private.h"
#include "common/daemon/notify.h"
#include "common/daemon/replace.h"

enum {
    DRAIN_TIMEOUT_US = 15 * G_USEC_PER_SEC,
    SETTLE_TIMEOUT_US = 5 * G_USEC_PER_SEC,
    SETTLE_TURN_MS = 5
};

const DaemonInfo *
daemon_info(const Daemon *daemon)
{
    return daemon->info;
}

Loop *
daemon_loop(const Daemon *daemon)
{
    return daemon->loop;
}

StrandPool *
daemon_strands(const Daemon *daemon)
{
    return daemon->strands;
}

WorkerPool *
daemon_workers(const Daemon *daemon)
{
    return daemon->workers;
}

RpcServer *
daemon_server(const Daemon *daemon)
{
    return daemon->server;
}

RpcServer *
daemon_admin_server(const Daemon *daemon)
{
    return daemon->admin;
}

const DaemonConfig *
daemon_config(const Daemon *daemon)
{
    return daemon->config;
}

gboolean
daemon_is_privileged(const Daemon *daemon)
{
    return daemon->privileged;
}

const char *
daemon_run_dir(const Daemon *daemon)
{
    return daemon->paths.run;
}

Handover *
daemon_handover(const Daemon *daemon)
{
    return daemon->handover;
}

ObjTable *
daemon_table(const Daemon *daemon, AclObject kind)
{
    return daemon->objects[kind] != NULL ? daemon_objects_table(daemon->objects[kind]) : NULL;
}

void
daemon_set_data(Daemon *daemon, void *data)
{
    daemon->data = data;
}

void *
daemon_data(const Daemon *daemon)
{
    return daemon->data;
}

/* --- idling out --- */

static gboolean
is_idle(Daemon *daemon)
{
    return rpc_server_n_clients(daemon->server) == 0 && rpc_server_n_clients(daemon->admin) == 0 &&
           (daemon->info->is_busy == NULL || !daemon->info->is_busy(daemon));
}

void
daemon_busy_changed(Daemon *daemon)
{
    int64_t due_us = INT64_MAX;
    if (daemon->idle_timer == NULL)
        return;
    if (daemon->idle_timeout_s > 0 && is_idle(daemon))
        due_us = loop_now_us(daemon->loop) + (int64_t)daemon->idle_timeout_s * G_USEC_PER_SEC;
    loop_timer_set(daemon->idle_timer, due_us);
}

void
daemon_set_idle_timeout(Daemon *daemon, uint32_t timeout_s)
{
    daemon->idle_timeout_s = timeout_s;
    daemon_busy_changed(daemon);
}

/* --- leaving --- */

static void
on_drained(void *data)
{
    Daemon *daemon = data;
    if (--daemon->draining == 0)
        loop_quit(daemon->loop);
}

static void
on_drain_timeout(void *data)
{
    Daemon *daemon = data;
    log_warning("clients or calls did not end within %d seconds",
                (int)(DRAIN_TIMEOUT_US / G_USEC_PER_SEC));
    daemon->forced = TRUE;
    loop_quit(daemon->loop);
}

static void
begin_drain(Daemon *daemon, const char *why)
{
    if (daemon->draining > 0)
        return;
    daemon_replace_free(daemon);
    log_info("%s: stopping", why);
    daemon_notify("STOPPING=1");
    daemon->draining = 2;
    loop_timer_set(daemon->drain_timer, loop_now_us(daemon->loop) + DRAIN_TIMEOUT_US);
    rpc_server_drain(daemon->server, on_drained, daemon);
    rpc_server_drain(daemon->admin, on_drained, daemon);
}

static void
on_idle(void *data)
{
    Daemon *daemon = data;
    if (is_idle(daemon))
        begin_drain(daemon, "idle");
}

/* --- configuration --- */

static char *
default_config_path(const Daemon *daemon)
{
    return g_strdup_printf("%s/%s.conf", daemon->paths.config, daemon->info->name);
}

static gboolean
load_config(Daemon *daemon, GError **error)
{
    g_autofree char *fallback = default_config_path(daemon);
    ConfigSource source = {
        .daemon = daemon->info->config_kind,
        .privileged = daemon->privileged,
        .path = daemon->options.config_path != NULL ? daemon->options.config_path : fallback,
        .may_be_missing = daemon->options.config_path == NULL,
    };
    g_autoptr(DaemonConfig) config = daemon_config_load(&source, error);
    if (config == NULL)
        return FALSE;
    LogLevel level = daemon->options.verbose && config->log_level > LOG_INFO
                         ? LOG_INFO
                         : (LogLevel)config->log_level;
    /* What is not set goes back to its default, also when the file is read again. */
    const char *filters = config->log_filters != NULL ? config->log_filters : "";
    const char *outputs = config->log_outputs != NULL ? config->log_outputs : "";
    if (!log_configure(level, filters, outputs, error))
        return FALSE;
    for (size_t i = 0; config->warnings != NULL && config->warnings[i] != NULL; i++)
        log_warning("%s", config->warnings[i]);
    daemon_config_free(daemon->config);
    daemon->config = g_steal_pointer(&config);
    return TRUE;
}

/* --- signals --- */

/* Limits and logging take effect at once; sockets, authentication and access drivers at the next
 * start. */
static void
reload(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;
    daemon_notify("RELOADING=1");
    if (load_config(daemon, &error)) {
        daemon_apply_limits(daemon);
    } else {
        log_error("the configuration was not reloaded: %s", error->message);
    }
    log_reopen();
    if (daemon->info->reload != NULL)
        daemon->info->reload(daemon);
    daemon_notify("READY=1");
}

static void
on_signal(void *data, uint32_t events)
{
    Daemon *daemon = data;
    struct signalfd_siginfo info;
    while (read(daemon->signal_fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP)
            reload(daemon);
        else if (info.ssi_signo == SIGUSR1)
            daemon_replace_begin(daemon);
        else if (daemon->draining > 0)
            on_drain_timeout(daemon);
        else
            begin_drain(daemon, info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
    }
}

/* Before any thread exists, so that all of them inherit the mask. */
static gboolean
block_signals(Daemon *daemon, GError **error)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &mask, NULL);
    sigdelset(&mask, SIGPIPE);
    daemon->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (daemon->signal_fd < 0)
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot receive signals");
    return daemon->signal_fd >= 0;
}

/* Thousands of clients need more descriptors than the usual soft limit allows. */
static void
raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* --- building --- */

static gboolean
make_loop(Daemon *daemon, GError **error)
{
    daemon->context = g_main_context_new_with_flags(G_MAIN_CONTEXT_FLAGS_OWNERLESS_POLLING);
    g_main_context_push_thread_default(daemon->context);
    daemon->loop = loop_new(error);
    if (daemon->loop == NULL)
        return FALSE;
    loop_attach_context(daemon->loop, daemon->context);
    daemon->io = rpc_io_new(daemon->loop);
    daemon->signals = loop_add_fd(daemon->loop, daemon->signal_fd, EPOLLIN, on_signal, daemon);
    daemon->idle_timer = loop_add_timer(daemon->loop, on_idle, daemon);
    daemon->drain_timer = loop_add_timer(daemon->loop, on_drain_timeout, daemon);
    daemon->polkit = polkit_new(daemon->loop, daemon->context, NULL);
    daemon->workers = worker_pool_new(0); /* no thread before there is work */
    if (daemon->info->has_threads)
        daemon->strands = strand_pool_new(NULL);
    return TRUE;
}

static gboolean
lock_pid_file(Daemon *daemon, GError **error)
{
    daemon->pid_file = daemon_replace_take_pid_file(daemon);
    if (daemon->pid_file >= 0)
        return TRUE; /* the lock is our process's, as it was */
    g_autofree char *fallback = g_strdup_printf("%s/%s.pid", daemon->paths.run, daemon->info->name);
    const char *path = daemon->options.pid_file != NULL ? daemon->options.pid_file : fallback;
    daemon->pid_file = daemon_pid_file_lock(path, error);
    return daemon->pid_file >= 0;
}

/* Everything up to the first client. `ret_exit`: which step failed. */
static gboolean
daemon_start(Daemon *daemon, DaemonExit *ret_exit, GError **error)
{
    *ret_exit = DAEMON_EXIT_FAILURE;
    if (!daemon_paths_init(&daemon->paths, daemon->privileged, error) ||
        !load_config(daemon, error))
        return FALSE;
    *ret_exit = DAEMON_EXIT_NETWORK;
    const char *dir =
        daemon->config->unix_sock_dir != NULL ? daemon->config->unix_sock_dir : daemon->paths.run;
    if (!lock_pid_file(daemon, error))
        return FALSE;
    g_auto(GStrv) left = daemon_replace_socket_paths(daemon);
    daemon->sockets = left != NULL ? daemon_sockets_left(left)
                                   : daemon_sockets_open(dir, daemon->info->sockets,
                                                         daemon->privileged, daemon->config, error);
    if (daemon->sockets == NULL)
        return FALSE;
    *ret_exit = DAEMON_EXIT_SERVER;
    xml_read_init();
    if (!block_signals(daemon, error) || !make_loop(daemon, error) ||
        !daemon_make_servers(daemon, error))
        return FALSE;
    daemon_replace_adopt_children(daemon);
    if (daemon->info->init != NULL && !daemon->info->init(daemon, error))
        return FALSE;
    if (!daemon_replace_restore(daemon))
        daemon_start_listening(daemon);
    g_clear_pointer(&daemon->handover, handover_free);
    return TRUE;
}

static void
daemon_stop(Daemon *daemon)
{
    daemon_replace_free(daemon);
    if (daemon->info->stop != NULL && daemon->server != NULL)
        daemon->info->stop(daemon);
    for (int kind = 0; kind < ACL_N_OBJECTS; kind++)
        daemon_objects_close(daemon->objects[kind]);
    worker_pool_free(daemon->workers);
    strand_pool_free(daemon->strands);
    /* steps answered calls and told of events until here */
    gboolean was_served = daemon->server != NULL;
    rpc_server_free(daemon->server);
    rpc_server_free(daemon->admin);
    rpc_relay_free(daemon->relay);
    if (daemon->info->free != NULL && was_served)
        daemon->info->free(daemon);
    for (int kind = 0; kind < ACL_N_OBJECTS; kind++)
        daemon_objects_free(daemon->objects[kind]);
    daemon_launch_free(daemon->launch);
    acl_manager_free(daemon->acl);
    polkit_free(daemon->polkit);
    if (daemon->loop != NULL) {
        loop_timer_remove(daemon->idle_timer);
        loop_timer_remove(daemon->drain_timer);
        loop_fd_remove(daemon->signals);
        rpc_io_free(daemon->io);
        loop_free(daemon->loop);
    }
    if (daemon->context != NULL) {
        g_main_context_pop_thread_default(daemon->context);
        g_main_context_unref(daemon->context);
    }
    daemon_sockets_free(daemon->sockets);
    if (daemon->pid_file >= 0)
        close(daemon->pid_file);
    if (daemon->signal_fd >= 0)
        close(daemon->signal_fd);
    daemon_paths_clear(&daemon->paths);
    daemon_config_free(daemon->config);
    daemon_options_clear(&daemon->options);
    handover_free(daemon->handover);
    g_free(daemon->program);
}

/* Steps still run: what they use stays as it is until the process ends. */
static _Noreturn void
abandon(Daemon *daemon)
{
    daemon_sockets_free(daemon->sockets);
    log_flush();
    _exit(DAEMON_EXIT_OK);
}

/* --- the program --- */

/* Parses the command line; FALSE: the program ends with `ret_status`. */
static gboolean
parse_options(Daemon *daemon, int argc, char **argv, int *ret_status)
{
    g_autofree char *config_path =
        g_strdup_printf("%s/libvirt/%s.conf", SYSCONFDIR, daemon->info->name);
    g_autofree char *pid_file =
        g_strdup_printf("%s/libvirt/%s.pid", RUNSTATEDIR, daemon->info->name);
    g_autoptr(GPtrArray) sockets = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; daemon->info->sockets[i] != NULL; i++)
        g_ptr_array_add(
            sockets, g_strdup_printf("%s/libvirt/%s-sock", RUNSTATEDIR, daemon->info->sockets[i]));
    g_ptr_array_add(sockets, NULL);
    DaemonOptionsInfo info = {
        .daemon = daemon->info->config_kind,
        .version = VIREO_VERSION,
        .config_path = config_path,
        .pid_file = pid_file,
        .sockets = (const char *const *)sockets->pdata,
    };
    DaemonOptionsResult result = daemon_options_parse(&info, argc, argv, &daemon->options);
    gboolean run = result.run;
    if (!run) {
        *ret_status = result.exit_status;
        if (result.text != NULL)
            fputs(result.text, result.exit_status == DAEMON_EXIT_OK ? stdout : stderr);
    }
    daemon_options_result_clear(&result);
    return run;
}

/* Gives the terminal back once the sockets are there: the parent waits for one byte. -1: failed. */
static int
daemonize(void)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork(); /* no thread exists yet */
    if (pid < 0)
        return -1;
    if (pid > 0) {
        uint8_t status = DAEMON_EXIT_FAILURE;
        close(fds[1]);
        ssize_t n = read(fds[0], &status, 1);
        _exit(n == 1 ? status : DAEMON_EXIT_FAILURE);
    }
    close(fds[0]);
    (void)setsid();
    return fds[1];
}

static void
report(int ready_fd, uint8_t status)
{
    if (ready_fd < 0)
        return;
    ssize_t n = write(ready_fd, &status, 1);
    (void)n; /* the parent is gone: nobody waits */
    close(ready_fd);
}

/* Steps that no call waits for, such as the end of what lived for a client, use everything that is
 * about to be freed: lets them end. FALSE: they do not. */
static gboolean
settle(Daemon *daemon)
{
    int64_t deadline_us = g_get_monotonic_time() + SETTLE_TIMEOUT_US;
    while (daemon->strands != NULL) {
        StrandPoolStats stats = strand_pool_get_stats(daemon->strands);
        if (stats.ready == 0 && stats.threads == stats.idle)
            break;
        if (g_get_monotonic_time() > deadline_us)
            return FALSE;
        loop_iterate(daemon->loop, SETTLE_TURN_MS);
    }
    loop_iterate(daemon->loop, 0); /* what the last ones posted */
    return TRUE;
}

int
daemon_main(const DaemonInfo *info, int argc, char **argv)
{
    Daemon daemon = {.info = info,
                     .privileged = geteuid() == 0,
                     .pid_file = -1,
                     .signal_fd = -1,
                     .argv = argv,
                     .program = g_file_read_link("/proc/self/exe", NULL),
                     .handover = handover_receive()};
    int status = DAEMON_EXIT_OK;
    if (!parse_options(&daemon, argc, argv, &status))
        return status;
    /* A successor is behind its terminal already. */
    int ready_fd = daemon.options.daemonize && daemon.handover == NULL ? daemonize() : -1;
    DaemonExit failed;
    g_autoptr(GError) error = NULL;
    raise_descriptor_limit();
    if (daemon_start(&daemon, &failed, &error)) {
        daemon_set_idle_timeout(&daemon, (uint32_t)daemon.options.timeout_s);
        log_info("%s %s is ready", info->name, VIREO_VERSION);
        daemon_notify("READY=1");
        report(ready_fd, DAEMON_EXIT_OK);
        loop_run(daemon.loop);
        if (daemon.forced || !settle(&daemon))
            abandon(&daemon);
    } else {
        log_error("%s", error->message);
        status = failed;
        report(ready_fd, (uint8_t)failed);
    }
    daemon_stop(&daemon);
    log_close();
    return status;
}
