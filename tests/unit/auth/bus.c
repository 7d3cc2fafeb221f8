/*
 * bus — see bus.h.
 */
#include "tests/unit/auth/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

struct Bus {
    Loop *loop;
    char *folder;
    char *address;
    GPid bus_pid;
    GPid authority_pid;
    int out; /* of the authority; -1: none */
    GString *said;
    char *script; /* path; NULL: no authority */
};

static const char config[] =
    "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN' "
    "'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>\n"
    "<busconfig><type>custom</type><listen>%s</listen><auth>EXTERNAL</auth>"
    "<policy context='default'><allow user='*'/><allow own='*'/><allow send_destination='*'/>"
    "<allow receive_type='method_call'/><allow receive_type='method_return'/>"
    "<allow receive_type='error'/><allow receive_type='signal'/></policy>"
    /* The default of a system bus. */
    "<limit name='max_replies_per_connection'>128</limit></busconfig>\n";

/* In the child: a test that aborts leaves nobody behind. */
static void
die_with_the_test(gpointer data)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static GPid
spawn(char **argv, int *ret_out)
{
    GPid pid;
    g_autoptr(GError) error = NULL;
    (void)g_spawn_async_with_pipes(NULL, argv, NULL,
                                   G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                   die_with_the_test, NULL, &pid, NULL, ret_out, NULL, &error);
    g_assert_no_error(error);
    return pid;
}

static void
reap(GPid *pid)
{
    if (*pid == 0)
        return;
    kill(*pid, SIGKILL);
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *pid = 0;
}

void
bus_start(Bus *bus)
{
    g_autofree char *path = g_build_filename(bus->folder, "bus.conf", NULL);
    g_autofree char *option = g_strconcat("--config-file=", path, NULL);
    char *bus_argv[] = {"dbus-daemon",       option, "--nofork", "--nopidfile",
                        "--print-address=1", NULL};
    int out;
    bus->bus_pid = spawn(bus_argv, &out);
    /* It prints its address when it listens. */
    char byte;
    g_assert_cmpint(read(out, &byte, 1), ==, 1);
    close(out);
    if (bus->script == NULL)
        return;
    char *argv[] = {(char *)g_getenv("FAKE_POLKIT"), bus->address, bus->script, NULL};
    bus->authority_pid = spawn(argv, &bus->out);
    (void)fcntl(bus->out, F_SETFL, O_NONBLOCK);
    g_free(bus_await_line(bus, "ready"));
}

void
bus_stop(Bus *bus)
{
    reap(&bus->authority_pid);
    reap(&bus->bus_pid);
    if (bus->out >= 0)
        close(bus->out);
    bus->out = -1;
    g_string_truncate(bus->said, 0);
    g_autofree char *socket = g_build_filename(bus->folder, "bus", NULL);
    (void)g_remove(socket);
}

static void
write_script(Bus *bus, const char *script)
{
    g_assert_true(g_file_set_contents(bus->script, script, -1, NULL));
}

Bus *
bus_new(const char *script)
{
    g_autofree char *program = g_find_program_in_path("dbus-daemon");
    if (program == NULL) {
        g_test_skip("dbus-daemon is not installed");
        return NULL;
    }
    Bus *bus = g_new0(Bus, 1);
    bus->loop = loop_new(NULL);
    bus->folder = g_dir_make_tmp("vireo-bus-XXXXXX", NULL);
    bus->address = g_strdup_printf("unix:path=%s/bus", bus->folder);
    bus->out = -1;
    bus->said = g_string_new(NULL);
    g_autofree char *path = g_build_filename(bus->folder, "bus.conf", NULL);
    g_autofree char *text = g_strdup_printf(config, bus->address);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    if (script != NULL) {
        bus->script = g_build_filename(bus->folder, "script", NULL);
        write_script(bus, script);
    }
    bus_start(bus);
    return bus;
}

void
bus_free(Bus *bus)
{
    bus_stop(bus);
    loop_free(bus->loop);
    static const char *const names[] = {"bus.conf", "script"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(bus->folder, names[i], NULL);
        (void)g_remove(path);
    }
    (void)g_rmdir(bus->folder);
    g_free(bus->folder);
    g_free(bus->address);
    g_free(bus->script);
    g_string_free(bus->said, TRUE);
    g_free(bus);
}

Loop *
bus_loop(Bus *bus)
{
    return bus->loop;
}

const char *
bus_address(const Bus *bus)
{
    return bus->address;
}

static char *
take_line(Bus *bus)
{
    char *end = strchr(bus->said->str, '\n');
    if (end == NULL)
        return NULL;
    char *line = g_strndup(bus->said->str, (gsize)(end - bus->said->str));
    g_string_erase(bus->said, 0, end - bus->said->str + 1);
    return line;
}

char *
bus_await_line(Bus *bus, const char *prefix)
{
    int64_t end = g_get_monotonic_time() + PATIENCE_MS * 1000;
    while (g_get_monotonic_time() < end) {
        char text[4096];
        ssize_t n = read(bus->out, text, sizeof text);
        if (n > 0)
            g_string_append_len(bus->said, text, n);
        char *line;
        while ((line = take_line(bus)) != NULL) {
            if (g_str_has_prefix(line, prefix))
                return line;
            g_free(line);
        }
        loop_iterate(bus->loop, 10);
    }
    g_error("the authority never said '%s'", prefix);
}

void
bus_await(Bus *bus, const gint *flag)
{
    int64_t end = g_get_monotonic_time() + PATIENCE_MS * 1000;
    while (*flag == 0) {
        if (g_get_monotonic_time() > end)
            g_error("what was waited for did not happen");
        loop_iterate(bus->loop, 10);
    }
}

void
bus_change_script(Bus *bus, const char *script)
{
    write_script(bus, script);
    kill(bus->authority_pid, SIGHUP);
    g_free(bus_await_line(bus, "changed"));
}
