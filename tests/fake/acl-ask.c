/*
 * acl-ask — asks the access rules of this host on behalf of a process, as a daemon would.
 *
 *     acl-ask PID          run as root, or as the user whose process it is
 *
 * Reads questions from stdin, a line each, and answers each with a line, in order:
 *     check ACTION [KEY=VALUE ...]     "allowed", or "denied CODE DOMAIN TEXT"
 *     filter ACTION KEY VALUE ...      "seen VALUE ...", or "failed CODE DOMAIN TEXT"
 *     unix ACTION                      as check: the question of the sockets, without the cache
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/auth/acl.h"
#include "common/auth/peer.h"
#include "common/base/error.h"

enum { WORDS_MAX = 64 };

typedef struct {
    Loop *loop;
    AclManager *manager;
    Polkit *polkit;
    Identity *subject;
    GString *input;
    gboolean busy; /* a question is open */
    gboolean ended;
    char **words;
    guint n_words;
    AclAttribute attributes[WORDS_MAX];
    uint8_t allowed[WORDS_MAX];
} Asker;

static void next_line(Asker *asker);

static void
finish(Asker *asker)
{
    putchar('\n');
    fflush(stdout);
    g_clear_pointer(&asker->words, g_strfreev);
    asker->busy = FALSE;
    next_line(asker);
}

static void
print_error(const char *word, const GError *error)
{
    printf("%s %d %d %s", word, (int)virt_error_get_code(error),
           (int)virt_error_get_info(error).domain, error->message);
}

static void
on_check(void *data, AclVerdict verdict, const GError *error)
{
    if (verdict == ACL_ALLOWED)
        printf("allowed");
    else
        print_error("denied", error);
    finish(data);
}

static void
on_filter(void *data, AclVerdict verdict, const GError *error)
{
    Asker *asker = data;
    if (verdict == ACL_DENIED) {
        print_error("failed", error);
    } else {
        printf("seen");
        for (guint i = 3; i < asker->n_words; i++) {
            if (asker->allowed[i - 3])
                printf(" %s", asker->words[i]);
        }
    }
    finish(asker);
}

static void
on_unix(void *data, PolkitResult result, const GError *error)
{
    on_check(data, result == POLKIT_ALLOWED ? ACL_ALLOWED : ACL_DENIED, error);
}

static const AclAttribute *
candidate(void *data, size_t index)
{
    Asker *asker = data;
    asker->attributes[0] = (AclAttribute){asker->words[2], asker->words[3 + index]};
    asker->attributes[1] = (AclAttribute){NULL, NULL};
    return asker->attributes;
}

static AclPermission
permission_of(const char *action)
{
    AclPermission permission = 0;
    while (permission < acl_n_permissions &&
           strcmp(acl_permissions[permission].action, action) != 0)
        permission++;
    if (permission == acl_n_permissions) {
        fprintf(stderr, "acl-ask: no action %s\n", action);
        exit(2);
    }
    return permission;
}

static void
ask_check(Asker *asker)
{
    guint n = 0;
    for (guint i = 2; i < asker->n_words; i++) {
        char *equals = strchr(asker->words[i], '=');
        *equals = '\0';
        asker->attributes[n++] = (AclAttribute){asker->words[i], equals + 1};
    }
    asker->attributes[n] = (AclAttribute){NULL, NULL};
    g_autoptr(GError) error = NULL;
    AclCheck *check;
    AclVerdict verdict = acl_check(asker->manager, asker->subject, permission_of(asker->words[1]),
                                   asker->attributes, on_check, asker, &check, &error);
    if (verdict != ACL_PENDING)
        on_check(asker, verdict, error);
}

static void
ask_filter(Asker *asker)
{
    AclFilter filter = {asker->n_words - 3, candidate, asker->allowed, on_filter, asker};
    g_autoptr(GError) error = NULL;
    AclCheck *check;
    AclVerdict verdict = acl_filter(asker->manager, asker->subject, permission_of(asker->words[1]),
                                    &filter, &check, &error);
    if (verdict != ACL_PENDING)
        on_filter(asker, verdict, error);
}

static void
ask(Asker *asker, const char *line)
{
    asker->busy = TRUE;
    asker->words = g_strsplit(line, " ", WORDS_MAX);
    asker->n_words = g_strv_length(asker->words);
    if (strcmp(asker->words[0], "check") == 0 && asker->n_words >= 2) {
        ask_check(asker);
    } else if (strcmp(asker->words[0], "filter") == 0 && asker->n_words >= 3) {
        ask_filter(asker);
    } else if (strcmp(asker->words[0], "unix") == 0 && asker->n_words == 2) {
        PolkitRequest request = {asker->words[1], asker->subject, NULL, POLKIT_ALLOW_INTERACTION,
                                 0};
        polkit_check(asker->polkit, &request, on_unix, asker);
    } else {
        fprintf(stderr, "acl-ask: what is '%s'?\n", line);
        exit(2);
    }
}

static void
next_line(Asker *asker)
{
    char *end = strchr(asker->input->str, '\n');
    if (asker->busy)
        return;
    if (end == NULL) {
        if (asker->ended)
            loop_quit(asker->loop);
        return;
    }
    g_autofree char *line = g_strndup(asker->input->str, (gsize)(end - asker->input->str));
    g_string_erase(asker->input, 0, end - asker->input->str + 1);
    ask(asker, line);
}

static void
on_input(void *data, uint32_t events)
{
    Asker *asker = data;
    char text[4096];
    ssize_t n = read(0, text, sizeof text);
    if (n > 0)
        g_string_append_len(asker->input, text, n);
    else
        asker->ended = TRUE;
    next_line(asker);
}

static Identity *
subject_of(const char *pid_text)
{
    int32_t pid = (int32_t)strtol(pid_text, NULL, 10);
    g_autofree char *folder = g_strdup_printf("/proc/%d", pid);
    struct stat info;
    if (stat(folder, &info) != 0) {
        fprintf(stderr, "acl-ask: no process %s\n", pid_text);
        exit(2);
    }
    const IdentityParam params[] = {
        {"process-id", IDENTITY_LLONG, {.llong = pid}},
        {"process-time", IDENTITY_ULLONG, {.ullong = peer_start_time(pid)}},
        {"unix-user-id", IDENTITY_ULLONG, {.ullong = info.st_uid}},
    };
    return identity_new_from_params(params, G_N_ELEMENTS(params), IDENTITY_SCOPE_SYSTEM, 0, NULL);
}

int
main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: acl-ask PID\n");
        return 2;
    }
    static const char *const drivers[] = {"polkit", NULL};
    Asker asker = {.loop = loop_new(NULL), .input = g_string_new(NULL)};
    asker.subject = subject_of(argv[1]);
    asker.polkit = polkit_new(asker.loop, NULL, NULL);
    asker.manager = acl_manager_new(drivers, "QEMU", asker.loop, NULL);
    acl_manager_set_polkit(asker.manager, asker.polkit);
    LoopFd *input = loop_add_fd(asker.loop, 0, EPOLLIN, on_input, &asker);
    loop_run(asker.loop);
    loop_fd_remove(input);
    acl_manager_free(asker.manager);
    polkit_free(asker.polkit);
    identity_unref(asker.subject);
    loop_free(asker.loop);
    g_string_free(asker.input, TRUE);
    return 0;
}
