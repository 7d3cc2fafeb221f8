/*
 * qemu — a QEMU that does as it is told: answers the monitor, and fails where a script says so.
 *
 *     fake-qemu [any arguments of QEMU]
 *
 * The monitor is the first of: `-qmp stdio`, `-qmp unix:PATH,...`, `-chardev socket,...` with fd=
 * or path=; sockets that listen are accepted from once after another, others are connected already.
 * All other arguments are taken and ignored. The script is the file named by FAKE_QEMU_SCRIPT or,
 * as virtqemud clears the environment, PROGRAM.script beside the program as it was called (make a
 * link); without one it is a QEMU without faults. A line of it is
 *
 *     WHEN ACTION [ARGUMENTS]          # a comment
 *
 * WHEN: `start` (before the monitor), `greeting`, `end` (the peer closed), a command's NAME, or N,
 * the Nth command of a connection (qmp_capabilities is 1); `*` is any command; NAME@N is the Nth of
 * that name. All lines that fit run in order. What a line does not decide is answered as usual.
 *
 *     answer JSON      return this              answer-file PATH   return what the file holds
 *     error CLASS TEXT refuse                   event NAME [JSON]  an event, before the answer
 *     late MS          wait, then go on         silent             no answer to this one
 *     hang             no more, SIGTERM too     close              close the monitor, live on
 *     garbage          bytes that are no QMP    deep N             an answer of N nested arrays
 *     line BYTES       a line of that length    exit STATUS        end
 *     die SIGNAL       end by it (19: stop)     ignore SIGNAL      do not end by that signal
 *     stderr TEXT      a line there             text TEXT          this line as it stands
 *
 * Where there is a file PROGRAM.heard, the name of each command is added to it as a line.
 *
 * Without a line for it a command is answered from the table below, unknown ones with {}. `quit`
 * and SIGTERM send SHUTDOWN and end with 0; system_powerdown too, but with `-no-shutdown` among the
 * arguments it stays, as QEMU does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "virtqemud/qmp/json.h"

enum { LINE_BYTES_MAX = 16 * 1024 * 1024 };

typedef struct {
    char *when;
    long nth; /* 0: each */
    char *action;
    char *argument;
} Rule;

typedef struct {
    GPtrArray *rules;
    GHashTable *seen; /* command -> how many, of this connection */
    int in_fd;
    int out_fd;
    int listen_fd; /* -1: none */
    GString *input;
    long commands;
    const char *status;
    const char *monitor; /* id of its chardev; NULL: any */
    char *heard;         /* path of the file of commands */
    gboolean stays;      /* -no-shutdown */
} Fake;

static const struct {
    const char *command;
    const char *reply;
} usual[] = {
    {"query-version", "{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},\"package\":\"fake\"}"},
    {"query-kvm", "{\"enabled\":false,\"present\":false}"},
    {"query-target", "{\"arch\":\"x86_64\"}"},
    {"query-cpus-fast", "[{\"cpu-index\":0,\"thread-id\":0,\"target\":\"x86_64\","
                        "\"qom-path\":\"/machine/unattached/device[0]\"}]"},
    {"query-balloon", "{\"actual\":134217728}"},
    {"query-current-machine", "{\"wakeup-suspend-support\":true}"},
    {"query-memory-size-summary", "{\"base-memory\":134217728,\"plugged-memory\":0}"},
    {"query-migrate", "{}"},
    {"query-uuid", "{\"UUID\":\"00000000-0000-0000-0000-000000000000\"}"},
    {"add-fd", "{\"fdset-id\":0,\"fd\":9}"},
    {"qom-get", "0"},
    {"human-monitor-command", "\"\""},
    {"query-vnc", "{\"enabled\":false,\"auth\":\"none\",\"clients\":[]}"},
};

/* Those whose answer is a list, empty here. */
static const char *const lists[] = {
    "query-block",      "query-blockstats",       "query-named-block-nodes",
    "query-jobs",       "query-block-jobs",       "query-chardev",
    "query-iothreads",  "query-memory-devices",   "query-fdsets",
    "query-pci",        "query-rx-filter",        "query-hotpluggable-cpus",
    "qom-list",         "query-acpi-ospm-status", "query-migrate-capabilities",
    "query-stats",      "query-block-exports",    "query-pr-managers",
    "query-machines",   "query-cpu-definitions",  "query-command-line-options",
    "query-commands",   "query-qmp-schema",       "device-list-properties",
    "qom-list-types",   "qom-list-properties",    "query-yank",
    "query-tpm-models", "query-tpm-types",        "query-stats-schemas",
};

static volatile sig_atomic_t monitor_fd = -1;

/* Only what a signal handler may do; so it cannot be missed between two reads. */
static void
on_term(int number)
{
    static const char last[] =
        "{\"timestamp\": {\"seconds\": -1, \"microseconds\": -1}, \"event\": "
        "\"SHUTDOWN\", \"data\": {\"guest\": false, \"reason\": "
        "\"host-signal\"}}\r\n";
    ssize_t n = monitor_fd >= 0 ? write(monitor_fd, last, sizeof(last) - 1) : 0;
    _exit(n < 0 ? 1 : 0);
}

_Noreturn static void
die(const char *what)
{
    fprintf(stderr, "fake-qemu: %s: %s\n", what, g_strerror(errno));
    exit(125);
}

/* --- the script --- */

/* The next word of *rest, which moves behind it; "" at the end. */
static char *
next_word(char **rest)
{
    *rest += strspn(*rest, " \t");
    size_t n = strcspn(*rest, " \t");
    char *word = g_strndup(*rest, n);
    *rest += n;
    *rest += strspn(*rest, " \t");
    return word;
}

static void
rule_read(Fake *fake, char *line)
{
    char *comment = g_str_has_prefix(line, "#") ? line : strstr(line, " #");
    if (comment != NULL)
        *comment = '\0';
    g_strchomp(line);
    if (*line == '\0')
        return;
    Rule *rule = g_new0(Rule, 1);
    rule->when = next_word(&line);
    rule->action = next_word(&line);
    rule->argument = g_strdup(line);
    char *at = strchr(rule->when, '@');
    if (at != NULL) {
        rule->nth = strtol(at + 1, NULL, 10);
        *at = '\0';
    }
    g_ptr_array_add(fake->rules, rule);
}

static void
script_read(Fake *fake, const char *program)
{
    const char *named = getenv("FAKE_QEMU_SCRIPT");
    g_autofree char *beside = g_strdup_printf("%s.script", program);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(named != NULL ? named : beside, &text, NULL, NULL)) {
        if (named != NULL)
            die(named);
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        rule_read(fake, *line);
}

/* --- saying --- */

static void
write_all(Fake *fake, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fake->out_fd, bytes, n);
        if (written < 0 && errno != EINTR)
            return; /* the peer has gone: seen when reading */
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
}

G_GNUC_PRINTF(2, 3)
static void
say(Fake *fake, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    write_all(fake, text, strlen(text));
    write_all(fake, "\r\n", 2);
}

static void
say_event(Fake *fake, const char *name, const char *data)
{
    int64_t now_us = g_get_real_time();
    say(fake,
        "{\"timestamp\": {\"seconds\": %" G_GINT64_FORMAT ", \"microseconds\": %" G_GINT64_FORMAT
        "}, \"event\": \"%s\"%s%s}",
        now_us / G_USEC_PER_SEC, now_us % G_USEC_PER_SEC, name, *data != '\0' ? ", \"data\": " : "",
        data);
}

static void
say_repeated(Fake *fake, char byte, size_t n)
{
    char block[4096];
    memset(block, byte, sizeof(block));
    for (; n > 0; n -= MIN(n, sizeof(block)))
        write_all(fake, block, MIN(n, sizeof(block)));
}

static void
say_deep(Fake *fake, const char *id, size_t depth)
{
    write_all(fake, "{\"return\": ", 11);
    say_repeated(fake, '[', depth);
    say_repeated(fake, ']', depth);
    say(fake, ", \"id\": %s}", id);
}

static void
say_garbage(Fake *fake)
{
    static const char garbage[] = "\x7f\x45\x4c\x46\xff\xfe}{\"\n";
    write_all(fake, garbage, sizeof(garbage) - 1);
}

/* --- doing what the script says --- */

/* As a QEMU whose main loop is stuck: only SIGKILL ends it. */
_Noreturn static void
hang(void)
{
    signal(SIGTERM, SIG_IGN);
    for (;;)
        pause();
}

static void
say_shutdown(Fake *fake, const char *reason, gboolean guest)
{
    g_autofree char *data =
        g_strdup_printf("{\"guest\": %s, \"reason\": \"%s\"}", guest ? "true" : "false", reason);
    say_event(fake, "SHUTDOWN", data);
}

_Noreturn static void
shut_down(Fake *fake, const char *reason)
{
    say_shutdown(fake, reason, FALSE);
    exit(0);
}

static void
wait_ms(long ms)
{
    g_usleep((gulong)ms * 1000);
}

/* Ends, or changes the process. FALSE: the action is not one of these. */
static gboolean
act_on_process(Fake *fake, const Rule *rule)
{
    long number = strtol(rule->argument, NULL, 10);
    if (strcmp(rule->action, "hang") == 0)
        hang();
    else if (strcmp(rule->action, "exit") == 0)
        exit((int)number);
    else if (strcmp(rule->action, "die") == 0) {
        signal((int)number, SIG_DFL);
        raise((int)number);
    } else if (strcmp(rule->action, "ignore") == 0)
        signal((int)number, SIG_IGN);
    else if (strcmp(rule->action, "late") == 0)
        wait_ms(number);
    else if (strcmp(rule->action, "stderr") == 0)
        fprintf(stderr, "%s\n", rule->argument);
    else if (strcmp(rule->action, "close") == 0) {
        if (fake->out_fd != fake->in_fd)
            close(fake->out_fd);
        close(fake->in_fd);
        hang();
    } else
        return FALSE;
    return TRUE;
}

static void
say_file(Fake *fake, const char *id, const char *path)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        die(path);
    say(fake, "{\"return\": %s, \"id\": %s}", g_strstrip(text), id);
}

/* Says something. TRUE: it was in place of the answer. `id` is the command's, printed. */
static gboolean
act_on_monitor(Fake *fake, const Rule *rule, const char *id)
{
    const char *action = rule->action;
    size_t number = strtoul(rule->argument, NULL, 10);
    char *rest = rule->argument;
    g_autofree char *word = next_word(&rest);
    if (strcmp(action, "event") == 0) {
        say_event(fake, word, rest);
        return FALSE;
    }
    if (strcmp(action, "text") == 0) {
        say(fake, "%s", rule->argument);
        return FALSE;
    }
    if (strcmp(action, "answer") == 0)
        say(fake, "{\"return\": %s, \"id\": %s}", rule->argument, id);
    else if (strcmp(action, "answer-file") == 0)
        say_file(fake, id, rule->argument);
    else if (strcmp(action, "error") == 0)
        say(fake, "{\"id\": %s, \"error\": {\"class\": \"%s\", \"desc\": \"%s\"}}", id, word, rest);
    else if (strcmp(action, "garbage") == 0)
        say_garbage(fake);
    else if (strcmp(action, "deep") == 0)
        say_deep(fake, id, number);
    else if (strcmp(action, "line") == 0)
        say_repeated(fake, 'x', number);
    else if (strcmp(action, "silent") != 0) {
        fprintf(stderr, "fake-qemu: no action '%s'\n", action);
        exit(125);
    }
    return TRUE;
}

static gboolean
rule_fits(const Fake *fake, const Rule *rule, const char *what, long n_of_name)
{
    gboolean is_command = n_of_name > 0;
    if (rule->nth != 0 && rule->nth != n_of_name)
        return FALSE;
    if (is_command && g_ascii_isdigit(rule->when[0]))
        return strtol(rule->when, NULL, 10) == fake->commands;
    return strcmp(rule->when, what) == 0 || (is_command && strcmp(rule->when, "*") == 0);
}

/* TRUE: something was said in place of the usual answer. */
static gboolean
run_rules(Fake *fake, const char *what, long n_of_name, const char *id)
{
    gboolean answered = FALSE;
    for (guint i = 0; i < fake->rules->len; i++) {
        const Rule *rule = g_ptr_array_index(fake->rules, i);
        if (rule_fits(fake, rule, what, n_of_name) && !act_on_process(fake, rule) &&
            act_on_monitor(fake, rule, id))
            answered = TRUE;
    }
    return answered;
}

/* --- the usual --- */

static const char *
usual_reply(const char *command)
{
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (strcmp(usual[i].command, command) == 0)
            return usual[i].reply;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        if (strcmp(lists[i], command) == 0)
            return "[]";
    }
    return "{}";
}

static gboolean
is_running(const Fake *fake)
{
    return strcmp(fake->status, "running") == 0;
}

static void
answer_status(Fake *fake, const char *id)
{
    say(fake,
        "{\"return\": {\"running\": %s, \"singlestep\": false, \"status\": \"%s\"}, \"id\": %s}",
        is_running(fake) ? "true" : "false", fake->status, id);
}

static void
set_status(Fake *fake, const char *status)
{
    gboolean before = is_running(fake);
    fake->status = status;
    if (is_running(fake) != before)
        say_event(fake, before ? "STOP" : "RESUME", "");
}

static void
power_down(Fake *fake)
{
    say_event(fake, "POWERDOWN", "");
    say_shutdown(fake, "guest-shutdown", TRUE);
    if (!fake->stays)
        exit(0);
    set_status(fake, "shutdown");
}

/* Events of cont and stop come before the answer, as QEMU's do. */
static void
answer_usually(Fake *fake, const char *command, const char *id)
{
    if (strcmp(command, "query-status") == 0) {
        answer_status(fake, id);
        return;
    }
    if (strcmp(command, "cont") == 0)
        set_status(fake, "running");
    else if (strcmp(command, "stop") == 0 && is_running(fake))
        set_status(fake, "paused");
    say(fake, "{\"return\": %s, \"id\": %s}", usual_reply(command), id);
    if (strcmp(command, "quit") == 0)
        shut_down(fake, "host-qmp-quit");
    if (strcmp(command, "system_powerdown") == 0)
        power_down(fake);
}

static void
write_down(const Fake *fake, const char *command)
{
    g_autofree char *line = g_strconcat(command, "\n", NULL);
    int fd = open(fake->heard, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, line, strlen(line)) < 0)
        die(fake->heard);
    close(fd);
}

static void
take_command(Fake *fake, const char *line, size_t n)
{
    JsonLimits limits = {.bytes = LINE_BYTES_MAX};
    g_autoptr(Json) document = json_parse(line, n, &limits, NULL);
    const char *command = json_as_string(json_get(document, "execute"));
    if (command == NULL)
        command = json_as_string(json_get(document, "exec-oob"));
    if (command == NULL) {
        say(fake, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not a command\"}}");
        return;
    }
    g_autofree char *id = json_print(json_get(document, "id"));
    long n_of_name = (long)GPOINTER_TO_INT(g_hash_table_lookup(fake->seen, command)) + 1;
    g_hash_table_insert(fake->seen, g_strdup(command), GINT_TO_POINTER((gint)n_of_name));
    fake->commands++;
    write_down(fake, command);
    if (!run_rules(fake, command, n_of_name, id))
        answer_usually(fake, command, id);
}

/* --- the monitor --- */

static void
serve(Fake *fake)
{
    monitor_fd = fake->out_fd;
    fake->commands = 0;
    g_hash_table_remove_all(fake->seen);
    g_string_truncate(fake->input, 0);
    if (!run_rules(fake, "greeting", 0, "null"))
        say(fake, "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
                  "\"package\": \"fake\"}, \"capabilities\": [\"oob\"]}}");
    char block[65536];
    for (;;) {
        ssize_t n = read(fake->in_fd, block, sizeof(block));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        g_string_append_len(fake->input, block, n);
        char *end;
        while ((end = memchr(fake->input->str, '\n', fake->input->len)) != NULL) {
            take_command(fake, fake->input->str, (size_t)(end - fake->input->str));
            g_string_erase(fake->input, 0, end - fake->input->str + 1);
        }
    }
    monitor_fd = -1;
    (void)run_rules(fake, "end", 0, "null");
}

/* The value of `key` in "a=b,key=value,..."; NULL: none. */
static char *
option_value(const char *text, const char *key)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    size_t n = strlen(key);
    for (char **part = parts; *part != NULL; part++) {
        if (strncmp(*part, key, n) == 0 && (*part)[n] == '=')
            return g_strdup(*part + n + 1);
    }
    return NULL;
}

static int
listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
        die(path);
    return fd;
}

static void
use_socket(Fake *fake, int fd)
{
    int listens = 0;
    socklen_t size = sizeof(listens);
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0)
        die("the monitor's descriptor");
    if (listens)
        fake->listen_fd = fd;
    else
        fake->in_fd = fake->out_fd = fd;
}

/* FALSE: this argument names no monitor. */
static gboolean
use_argument(Fake *fake, const char *option, const char *value)
{
    g_autofree char *fd = option_value(value, "fd");
    g_autofree char *path = option_value(value, "path");
    g_autofree char *id = option_value(value, "id");
    gboolean is_socket = strcmp(option, "-chardev") == 0 && g_str_has_prefix(value, "socket,") &&
                         (fake->monitor == NULL || g_strcmp0(id, fake->monitor) == 0);
    if (is_socket && fd != NULL) {
        use_socket(fake, atoi(fd));
        return TRUE;
    }
    if (is_socket && path != NULL) {
        fake->listen_fd = listen_at(path);
        return TRUE;
    }
    if (strcmp(option, "-qmp") != 0)
        return FALSE;
    if (strcmp(value, "stdio") == 0) {
        fake->in_fd = STDIN_FILENO;
        fake->out_fd = STDOUT_FILENO;
    } else if (g_str_has_prefix(value, "unix:")) {
        g_autofree char *file = g_strndup(value + 5, strcspn(value + 5, ","));
        fake->listen_fd = listen_at(file);
    }
    return TRUE;
}

static void
serve_all(Fake *fake)
{
    if (fake->listen_fd < 0) {
        serve(fake);
        return;
    }
    for (;;) {
        int fd = accept4(fake->listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        fake->in_fd = fake->out_fd = fd;
        serve(fake);
        close(fd);
    }
}

int
main(int argc, char **argv)
{
    Fake fake = {.in_fd = -1, .out_fd = -1, .listen_fd = -1, .status = "prelaunch"};
    fake.rules = g_ptr_array_new();
    fake.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    fake.input = g_string_new(NULL);
    struct sigaction term = {.sa_handler = on_term};
    sigaction(SIGTERM, &term, NULL);
    signal(SIGPIPE, SIG_IGN);
    fake.heard = g_strconcat(argv[0], ".heard", NULL);
    script_read(&fake, argv[0]);
    (void)run_rules(&fake, "start", 0, "null");
    for (int i = 1; i < argc; i++) {
        fake.stays = fake.stays || strcmp(argv[i], "-no-shutdown") == 0;
        if (i + 1 < argc && strcmp(argv[i], "-mon") == 0)
            fake.monitor = option_value(argv[i + 1], "chardev");
    }
    for (int i = 1; i + 1 < argc; i++) {
        if (use_argument(&fake, argv[i], argv[i + 1]))
            break;
    }
    if (fake.in_fd < 0 && fake.listen_fd < 0) {
        fprintf(stderr, "fake-qemu: no monitor among the arguments\n");
        return 1;
    }
    serve_all(&fake);
    return 0;
}
