/*
 * options — see options.h. Names, short forms and exit codes are those of libvirt's daemons.
 */
#include "common/daemon/options.h"

#include <getopt.h>
#include <limits.h>
#include <string.h>

typedef struct {
    char letter;
    const char *name;
    const char *argument; /* NULL: takes none */
    unsigned daemons;
    const char *doc;
} Option;

static const Option option_table[] = {
    {'f', "config", "FILE", DAEMON_ALL, "read this configuration file"},
    {'t', "timeout", "SECONDS", DAEMON_ALL, "end after so long without clients and objects in use"},
    {'v', "verbose", NULL, DAEMON_ALL, "log information, not only warnings"},
    {'d', "daemon", NULL, DAEMON_ALL, "go to the background and write a PID file"},
    {'p', "pid-file", "FILE", DAEMON_ALL, "write this PID file"},
    {'l', "listen", NULL, DAEMON_PROXY, "open the TCP and TLS ports (not served yet)"},
    {'V', "version", NULL, DAEMON_ALL, "print the version"},
    {'h', "help", NULL, DAEMON_ALL, "print this"},
};

static const char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static char *
format_help(const DaemonOptionsInfo *info, const char *program)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "Usage: %s [OPTION]...\n\n", base_name(program));
    for (size_t i = 0; i < G_N_ELEMENTS(option_table); i++) {
        const Option *option = &option_table[i];
        if ((option->daemons & info->daemon) == 0)
            continue;
        g_autofree char *left = g_strdup_printf("-%c, --%s%s%s", option->letter, option->name,
                                                option->argument != NULL ? " " : "",
                                                option->argument != NULL ? option->argument : "");
        g_string_append_printf(out, "  %-24s %s\n", left, option->doc);
    }
    g_string_append_printf(out, "\nConfiguration: %s\n", info->config_path);
    g_string_append_printf(out, "PID file:      %s\n", info->pid_file);
    for (size_t i = 0; info->sockets != NULL && info->sockets[i] != NULL; i++)
        g_string_append_printf(out, "%s%s\n", i == 0 ? "Sockets:       " : "               ",
                               info->sockets[i]);
    return g_string_free(out, FALSE);
}

/* "ft:..." and the long names, of the options that this daemon has. */
static void
fill_getopt(const DaemonOptionsInfo *info, GString *letters, struct option *long_options)
{
    /* '-': arguments that are no options are given back in order, as option 1; ':': a missing
     * argument is told apart. */
    g_string_assign(letters, "-:");
    size_t n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(option_table); i++) {
        const Option *option = &option_table[i];
        if ((option->daemons & info->daemon) == 0)
            continue;
        gboolean takes = option->argument != NULL;
        g_string_append_c(letters, option->letter);
        if (takes)
            g_string_append_c(letters, ':');
        long_options[n++] = (struct option){option->name, takes ? required_argument : no_argument,
                                            NULL, option->letter};
    }
    long_options[n] = (struct option){0};
}

static DaemonOptionsResult
fail(const char *program, char *why)
{
    DaemonOptionsResult result = {.exit_status = DAEMON_EXIT_FAILURE};
    result.text = g_strdup_printf("%s: %s\nTry '%s --help'.\n", program, why, program);
    g_free(why);
    return result;
}

static gboolean
parse_seconds(const char *text, int *ret_seconds)
{
    guint64 seconds;
    if (!g_ascii_string_to_unsigned(text, 10, 0, INT_MAX, &seconds, NULL))
        return FALSE;
    *ret_seconds = (int)seconds;
    return TRUE;
}

static void
replace(char **string, const char *value)
{
    g_free(*string);
    *string = g_strdup(value);
}

/* One option. FALSE: `ret_result` says how to end. */
static gboolean
take_option(const DaemonOptionsInfo *info, char **argv, int letter, DaemonOptions *options,
            DaemonOptionsResult *ret_result)
{
    const char *program = argv[0];
    switch (letter) {
    case 'f':
        replace(&options->config_path, optarg);
        return TRUE;
    case 'p':
        replace(&options->pid_file, optarg);
        return TRUE;
    case 't':
        if (parse_seconds(optarg, &options->timeout_s))
            return TRUE;
        *ret_result =
            fail(program, g_strdup_printf("'%s' is not a number of seconds for --timeout", optarg));
        return FALSE;
    case 'v':
        options->verbose = TRUE;
        return TRUE;
    case 'd':
        options->daemonize = TRUE;
        return TRUE;
    case 'l':
        options->listen = TRUE;
        return TRUE;
    case 'V':
        ret_result->text = g_strdup_printf("%s (Vireo) %s\n", base_name(program), info->version);
        return FALSE;
    case 'h':
        ret_result->text = format_help(info, program);
        return FALSE;
    case 1:
        *ret_result = fail(program, g_strdup_printf("'%s' is not an option", optarg));
        return FALSE;
    case ':':
        *ret_result = fail(program, g_strdup_printf("option '-%c' lacks its value", optopt));
        return FALSE;
    default:
        /* Of letters that stand together, the one that is wrong; else the whole word. */
        *ret_result =
            fail(program, optopt != 0 ? g_strdup_printf("unknown option '-%c'", optopt)
                                      : g_strdup_printf("unknown option '%s'", argv[optind - 1]));
        return FALSE;
    }
}

DaemonOptionsResult
daemon_options_parse(const DaemonOptionsInfo *info, int argc, char **argv,
                     DaemonOptions *ret_options)
{
    DaemonOptions options = {0};
    DaemonOptionsResult result = {0};
    struct option long_options[G_N_ELEMENTS(option_table) + 1];
    g_autoptr(GString) letters = g_string_new(NULL);
    fill_getopt(info, letters, long_options);
    optind = 0; /* also resets what an earlier call left inside getopt */
    opterr = 0;
    int letter;
    while ((letter = getopt_long(argc, argv, letters->str, long_options, NULL)) != -1) {
        if (!take_option(info, argv, letter, &options, &result)) {
            daemon_options_clear(&options);
            return result;
        }
    }
    if (optind < argc) {
        daemon_options_clear(&options);
        return fail(argv[0], g_strdup_printf("'%s' is not an option", argv[optind]));
    }
    *ret_options = options;
    result.run = TRUE;
    return result;
}

void
daemon_options_clear(DaemonOptions *options)
{
    g_clear_pointer(&options->config_path, g_free);
    g_clear_pointer(&options->pid_file, g_free);
}

void
daemon_options_result_clear(DaemonOptionsResult *result)
{
    g_clear_pointer(&result->text, g_free);
}
