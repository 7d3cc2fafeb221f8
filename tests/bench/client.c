/*
 * client — one client of the benchmark: makes calls with the stock library and prints what they
 * cost.
 *
 *     bench-client ping N                       a bare socket between two processes
 *     bench-client calls URI PID N NAME         version, info, look-up and XML of one guest
 *     bench-client rate URI PID CLIENTS MS      calls a second of many connections at once
 *     bench-client opens URI PID N              a connection, opened and closed
 *     bench-client define URI PID N FILE        N guests of the template FILE defined, then
 * undefined bench-client fill URI FROM TO FILE        guests FROM to TO defined, nothing measured
 *     bench-client many URI PID N CALL          CALL: list, stats or xml, of all guests, N times
 *     bench-client start URI PID N NAME         NAME started paused and destroyed, N times
 *     bench-client up URI SOCKET FILE PROGRAM   a daemon, from exec to an answer and a definition
 *
 * PID is the daemon whose processor time is told, 0 for none. In FILE each @ stands for the guest's
 * number. Each line of the output is as measure.h says.
 */
#include <errno.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/measure.h"

enum { DOCUMENT_BYTES = 8192, PING_BYTES = 28, UP_SECONDS = 60, CLIENTS_MAX = 1024 };

/* --- small helpers --- */

static _Noreturn void
die(const char *what)
{
    const char *cause = virGetLastErrorMessage();
    fprintf(stderr, "bench-client: %s: %s; %s\n", what, cause, strerror(errno));
    exit(1);
}

static void
on_error(void *data, virErrorPtr error)
{
    /* the caller tells */
}

static virConnectPtr
open_or_die(const char *uri)
{
    virConnectPtr conn = virConnectOpen(uri);
    if (conn == NULL)
        die(uri);
    return conn;
}

static void
read_template(const char *path, char *ret_text)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        die(path);
    size_t n = fread(ret_text, 1, DOCUMENT_BYTES - 1, file);
    ret_text[n] = '\0';
    (void)fclose(file);
}

/* The template with `number` in the place of each @. */
static void
fill_in(const char *text, unsigned number, char *ret_document)
{
    size_t at = 0;
    for (; *text != '\0' && at + 16 < DOCUMENT_BYTES; text++) {
        if (*text == '@')
            at += (size_t)snprintf(ret_document + at, 16, "%05u", number);
        else
            ret_document[at++] = *text;
    }
    ret_document[at] = '\0';
}

static virDomainPtr
define_or_die(virConnectPtr conn, const char *text, unsigned number)
{
    char document[DOCUMENT_BYTES];
    fill_in(text, number, document);
    virDomainPtr domain = virDomainDefineXML(conn, document);
    if (domain == NULL)
        die("define");
    return domain;
}

/* --- the limit: two processes and a socket --- */

static void
answer(int fd)
{
    char bytes[PING_BYTES];
    while (read(fd, bytes, sizeof bytes) == sizeof bytes) {
        if (write(fd, bytes, sizeof bytes) != sizeof bytes)
            break;
    }
    _exit(0);
}

static int
do_ping(char **args)
{
    int pair[2];
    char bytes[PING_BYTES] = {0};
    size_t n = strtoul(args[0], NULL, 10);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        die("socketpair");
    pid_t child = fork();
    if (child == 0) {
        close(pair[0]);
        answer(pair[1]);
    }
    close(pair[1]);
    Measure measure;
    measure_begin(&measure, "ping", child, n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&measure);
        if (write(pair[0], bytes, sizeof bytes) != sizeof bytes ||
            read(pair[0], bytes, sizeof bytes) != sizeof bytes)
            die("ping");
        measure_stop(&measure);
    }
    measure_end(&measure, 1);
    close(pair[0]);
    return waitpid(child, NULL, 0) == child ? 0 : 1;
}

/* --- single calls --- */

static void
call_version(virConnectPtr conn, virDomainPtr domain, const char *name)
{
    unsigned long version;
    if (virConnectGetLibVersion(conn, &version) < 0)
        die("version");
}

static void
call_info(virConnectPtr conn, virDomainPtr domain, const char *name)
{
    virDomainInfo info;
    if (virDomainGetInfo(domain, &info) < 0)
        die("info");
}

static void
call_lookup(virConnectPtr conn, virDomainPtr domain, const char *name)
{
    virDomainPtr found = virDomainLookupByName(conn, name);
    if (found == NULL)
        die("look-up");
    virDomainFree(found);
}

static void
call_xml(virConnectPtr conn, virDomainPtr domain, const char *name)
{
    char *xml = virDomainGetXMLDesc(domain, 0);
    if (xml == NULL)
        die("XML");
    free(xml);
}

static int
do_calls(char **args)
{
    static const struct {
        const char *what;
        void (*call)(virConnectPtr conn, virDomainPtr domain, const char *name);
    } calls[] = {
        {"version", call_version}, {"info", call_info}, {"lookup", call_lookup}, {"xml", call_xml}};
    virConnectPtr conn = open_or_die(args[0]);
    size_t n = strtoul(args[2], NULL, 10);
    virDomainPtr domain = virDomainLookupByName(conn, args[3]);
    if (domain == NULL)
        die(args[3]);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        for (size_t warm = 0; warm < n / 10; warm++)
            calls[i].call(conn, domain, args[3]);
        Measure measure;
        measure_begin(&measure, calls[i].what, (pid_t)atoi(args[1]), n);
        for (size_t k = 0; k < n; k++) {
            measure_start(&measure);
            calls[i].call(conn, domain, args[3]);
            measure_stop(&measure);
        }
        measure_end(&measure, 1);
    }
    virDomainFree(domain);
    virConnectClose(conn);
    return 0;
}

static int
do_opens(char **args)
{
    size_t n = strtoul(args[2], NULL, 10);
    Measure measure;
    virConnectClose(open_or_die(args[0]));
    measure_begin(&measure, "opens", (pid_t)atoi(args[1]), n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&measure);
        virConnectClose(open_or_die(args[0]));
        measure_stop(&measure);
    }
    measure_end(&measure, 1);
    return 0;
}

/* --- many at once --- */

typedef struct {
    pthread_t thread;
    pthread_barrier_t *begin;
    const char *uri;
    int64_t span_ns;
    size_t calls;
} Client;

static void *
client_run(void *data)
{
    Client *client = data;
    virConnectPtr conn = open_or_die(client->uri);
    (void)pthread_barrier_wait(client->begin);
    int64_t end_ns = clock_now_ns() + client->span_ns;
    for (; clock_now_ns() < end_ns; client->calls++)
        call_version(conn, NULL, NULL);
    (void)pthread_barrier_wait(client->begin);
    virConnectClose(conn);
    return NULL;
}

static int
do_rate(char **args)
{
    static Client clients[CLIENTS_MAX];
    pthread_barrier_t begin;
    size_t n = strtoul(args[2], NULL, 10);
    if (n == 0 || n > CLIENTS_MAX)
        return 2;
    (void)pthread_barrier_init(&begin, NULL, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        clients[i] = (Client){.begin = &begin, .uri = args[0]};
        clients[i].span_ns = strtol(args[3], NULL, 10) * 1000000;
        if (pthread_create(&clients[i].thread, NULL, client_run, &clients[i]) != 0)
            die("thread");
    }
    Measure measure;
    size_t calls = 0;
    (void)pthread_barrier_wait(&begin);
    measure_begin(&measure, "rate", (pid_t)atoi(args[1]), 1);
    measure_start(&measure);
    (void)pthread_barrier_wait(&begin);
    measure_stop(&measure);
    for (size_t i = 0; i < n; i++)
        calls += clients[i].calls;
    measure_end(&measure, calls);
    for (size_t i = 0; i < n; i++)
        (void)pthread_join(clients[i].thread, NULL);
    printf("{\"what\": \"count\", \"n\": %zu}\n", calls);
    return 0;
}

/* --- definitions --- */

static int
do_define(char **args)
{
    char text[DOCUMENT_BYTES];
    virConnectPtr conn = open_or_die(args[0]);
    pid_t daemon = (pid_t)atoi(args[1]);
    size_t n = strtoul(args[2], NULL, 10);
    virDomainPtr *domains = calloc(n, sizeof *domains);
    Measure measure;
    read_template(args[3], text);
    measure_begin(&measure, "define", daemon, n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&measure);
        domains[i] = define_or_die(conn, text, (unsigned)(90000 + i));
        measure_stop(&measure);
    }
    measure_end(&measure, 1);
    measure_begin(&measure, "undefine", daemon, n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&measure);
        if (virDomainUndefine(domains[i]) < 0)
            die("undefine");
        measure_stop(&measure);
        virDomainFree(domains[i]);
    }
    measure_end(&measure, 1);
    free(domains);
    virConnectClose(conn);
    return 0;
}

static int
do_fill(char **args)
{
    char text[DOCUMENT_BYTES];
    virConnectPtr conn = open_or_die(args[0]);
    unsigned end = (unsigned)atoi(args[2]);
    read_template(args[3], text);
    for (unsigned i = (unsigned)atoi(args[1]); i < end; i++)
        virDomainFree(define_or_die(conn, text, i));
    virConnectClose(conn);
    return 0;
}

/* --- all guests --- */

static size_t
many_list(virConnectPtr conn, virDomainPtr *domains)
{
    virDomainPtr *found;
    int n = virConnectListAllDomains(conn, &found, 0);
    if (n < 0)
        die("list");
    for (int i = 0; i < n; i++)
        virDomainFree(found[i]);
    free(found);
    return (size_t)n;
}

static size_t
many_stats(virConnectPtr conn, virDomainPtr *domains)
{
    virDomainStatsRecordPtr *records;
    int n = virConnectGetAllDomainStats(conn, 0, &records, 0);
    if (n < 0)
        die("statistics");
    virDomainStatsRecordListFree(records);
    return (size_t)n;
}

static size_t
many_xml(virConnectPtr conn, virDomainPtr *domains)
{
    size_t n = 0;
    for (; domains[n] != NULL; n++)
        call_xml(conn, domains[n], NULL);
    return n;
}

static int
do_many(char **args)
{
    virConnectPtr conn = open_or_die(args[0]);
    virDomainPtr *domains;
    size_t n = strtoul(args[2], NULL, 10);
    size_t (*call)(virConnectPtr conn, virDomainPtr * domains) =
        strcmp(args[3], "list") == 0    ? many_list
        : strcmp(args[3], "stats") == 0 ? many_stats
                                        : many_xml;
    int count = virConnectListAllDomains(conn, &domains, 0);
    Measure measure;
    if (count < 0)
        die("list");
    measure_begin(&measure, args[3], (pid_t)atoi(args[1]), n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&measure);
        if (call(conn, domains) != (size_t)count)
            die("other guests than before");
        measure_stop(&measure);
    }
    measure_end(&measure, 1);
    for (int i = 0; i < count; i++)
        virDomainFree(domains[i]);
    free(domains);
    virConnectClose(conn);
    return 0;
}

/* --- guests that run --- */

static int
do_start(char **args)
{
    virConnectPtr conn = open_or_die(args[0]);
    size_t n = strtoul(args[2], NULL, 10);
    virDomainPtr domain = virDomainLookupByName(conn, args[3]);
    Measure starts, ends;
    if (domain == NULL)
        die(args[3]);
    measure_begin(&starts, "start", (pid_t)atoi(args[1]), n);
    measure_begin(&ends, "destroy", (pid_t)atoi(args[1]), n);
    for (size_t i = 0; i < n; i++) {
        measure_start(&starts);
        if (virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) < 0)
            die("start");
        measure_stop(&starts);
        measure_start(&ends);
        if (virDomainDestroy(domain) < 0)
            die("destroy");
        measure_stop(&ends);
    }
    measure_end(&starts, 1);
    measure_end(&ends, 1);
    virDomainFree(domain);
    virConnectClose(conn);
    return 0;
}

/* --- a daemon --- */

static int
try_connect(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int status = connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    return status;
}

static int
do_up(char **args)
{
    char text[DOCUMENT_BYTES];
    Measure connects, opens, defines;
    read_template(args[2], text);
    (void)unlink(args[1]);
    pid_t daemon = fork();
    if (daemon == 0) {
        (void)freopen("/dev/null", "we", stdout);
        (void)freopen("/dev/null", "we", stderr);
        execl(args[3], args[3], (char *)NULL);
        _exit(127);
    }
    measure_begin(&connects, "connected", daemon, 1);
    measure_begin(&opens, "opened", daemon, 1);
    measure_begin(&defines, "defined", daemon, 1);
    measure_start(&connects);
    opens.began_ns = defines.began_ns = connects.began_ns;
    while (try_connect(args[1]) < 0) {
        if (clock_now_ns() - connects.began_ns > UP_SECONDS * 1000000000LL)
            die("the daemon does not come up");
        (void)usleep(200);
    }
    measure_stop(&connects);
    measure_end(&connects, 1);
    virConnectPtr conn = open_or_die(args[0]);
    measure_stop(&opens);
    measure_end(&opens, 1);
    measure_start(&defines);
    virDomainPtr domain = define_or_die(conn, text, 1);
    measure_stop(&defines);
    measure_end(&defines, 1);
    (void)virDomainUndefine(domain);
    virDomainFree(domain);
    virConnectClose(conn);
    (void)kill(daemon, SIGTERM);
    return waitpid(daemon, NULL, 0) == daemon ? 0 : 1;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int n_args;
        int (*run)(char **args);
    } commands[] = {{"ping", 1, do_ping},     {"calls", 4, do_calls}, {"rate", 4, do_rate},
                    {"opens", 3, do_opens},   {"fill", 4, do_fill},   {"many", 4, do_many},
                    {"define", 4, do_define}, {"start", 4, do_start}, {"up", 4, do_up}};
    virSetErrorFunc(NULL, on_error);
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, argv[1]) == 0 && argc == commands[i].n_args + 2)
            return commands[i].run(argv + 2);
    }
    fprintf(stderr, "bench-client: see the head of tests/bench/client.c\n");
    return 2;
}
