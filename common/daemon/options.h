/*
 * options — the command line of every daemon, and the exit codes.
 *
 * Prints nothing and ends nothing: it returns what to print and with which code to end. Uses
 * getopt_long(), so it runs on the main thread before others exist.
 */
#pragma once

#include <glib.h>

#include "common/daemon/config.h"

/* As libvirt's daemons end. */
typedef enum {
    DAEMON_EXIT_OK = 0,
    DAEMON_EXIT_FAILURE = 1, /* bad option, bad configuration */
    DAEMON_EXIT_SERVER = 3,  /* the server could not be made, also: limits that contradict */
    DAEMON_EXIT_NETWORK = 6, /* sockets could not be made */
} DaemonExit;

typedef struct {
    char *config_path; /* NULL: the default place */
    char *pid_file;    /* NULL: the default place, and only with `daemonize` */
    int timeout_s;     /* 0: never ends for idleness */
    gboolean verbose;
    gboolean daemonize;
    gboolean listen; /* virtproxyd only: open the TCP and TLS sockets of the configuration */
} DaemonOptions;

typedef struct {
    gboolean run; /* FALSE: print `text` and end with `exit_status` */
    DaemonExit exit_status;
    char
        *text; /* for standard output when exit_status is 0, else for standard error; may be NULL */
} DaemonOptionsResult;

/* Default places, shown by --help. */
typedef struct {
    DaemonKind daemon;
    const char *version;
    const char *config_path;
    const char *pid_file;
    const char *const *sockets; /* NULL-terminated */
} DaemonOptionsInfo;

/* `ret_options` is set when the result says run. argv[0] names the program in messages. */
DaemonOptionsResult daemon_options_parse(const DaemonOptionsInfo *info, int argc, char **argv,
                                         DaemonOptions *ret_options);
void daemon_options_clear(DaemonOptions *options);
void daemon_options_result_clear(DaemonOptionsResult *result);
