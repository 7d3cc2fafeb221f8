/*
 * polkit — a polkit authority that does as it is told, for tests of what real ones do rarely.
 *
 *     fake-polkit BUS-ADDRESS SCRIPT
 *
 * Owns the name org.freedesktop.PolicyKit1 on that bus. Each line of SCRIPT is a rule; the first
 * whose action and details fit a question decides it:
 *
 *     ACTION[*] [KEY=VALUE ...] RESULT [DELAY-MS]
 *
 * KEY is a key of the details, or uid, pid, interactive. RESULT is yes, no, challenge, dismissed,
 * error, or never; no rule: no. SIGHUP reads SCRIPT again and emits Changed. On stdout stands what
 * happened, a line each: "ready", "check ACTION KEY=VALUE ...", "cancel ACTION", "changed".
 */
#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char introspection[] =
    "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
    "<method name='CheckAuthorization'>"
    "<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/></method>"
    "<method name='CancelCheckAuthorization'><arg type='s' direction='in'/></method>"
    "<signal name='Changed'/></interface></node>";

typedef struct {
    char *script;
    GDBusConnection *connection;
    GPtrArray *rules; /* char ** of words */
    GHashTable *open; /* cancellation id -> Question */
} Authority;

typedef struct {
    Authority *authority;
    char *id;
    char *action;
    char *result;
    GDBusMethodInvocation *invocation;
    guint timer; /* 0: never answers */
} Question;

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

static void
load(Authority *authority)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(authority->script, &text, NULL, &error)) {
        fprintf(stderr, "fake-polkit: %s\n", error->message);
        exit(2);
    }
    g_clear_pointer(&authority->rules, g_ptr_array_unref);
    authority->rules = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_strstrip(*line);
        if (**line != '\0' && **line != '#')
            g_ptr_array_add(authority->rules, g_strsplit(*line, " ", -1));
    }
}

static gboolean
action_fits(const char *pattern, const char *action)
{
    size_t len = strlen(pattern);
    if (len > 0 && pattern[len - 1] == '*')
        return strncmp(pattern, action, len - 1) == 0;
    return strcmp(pattern, action) == 0;
}

/* The RESULT word of the rule if it fits, else NULL. `facts` has "KEY=VALUE" strings. */
static char **
rule_fits(char **words, const char *action, const char *const *facts)
{
    if (!action_fits(words[0], action))
        return NULL;
    char **word = words + 1;
    for (; *word != NULL && strchr(*word, '=') != NULL; word++) {
        if (!g_strv_contains(facts, *word))
            return NULL;
    }
    return *word != NULL ? word : NULL;
}

static void
question_free(Question *question)
{
    if (question->timer != 0)
        g_source_remove(question->timer);
    g_free(question->id);
    g_free(question->action);
    g_free(question->result);
    g_free(question);
}

static void
answer(Question *question, const char *result)
{
    g_hash_table_steal(question->authority->open, question->id);
    if (strcmp(result, "error") == 0 || strcmp(result, "cancelled") == 0) {
        g_autofree char *name = g_strdup_printf("org.freedesktop.PolicyKit1.Error.%s",
                                                result[0] == 'e' ? "Failed" : "Cancelled");
        g_dbus_method_invocation_return_dbus_error(question->invocation, name, "as told");
    } else {
        GVariantBuilder details;
        g_variant_builder_init(&details, G_VARIANT_TYPE("a{ss}"));
        if (strcmp(result, "dismissed") == 0)
            g_variant_builder_add(&details, "{ss}", "polkit.dismissed", "true");
        g_dbus_method_invocation_return_value(
            question->invocation, g_variant_new("((bba{ss}))", strcmp(result, "yes") == 0,
                                                strcmp(result, "challenge") == 0, &details));
    }
    question_free(question);
}

static gboolean
on_delay(gpointer data)
{
    Question *question = data;
    question->timer = 0;
    answer(question, question->result);
    return G_SOURCE_REMOVE;
}

/* What a rule can ask for, as "KEY=VALUE". */
static GStrv
facts_of(GVariant *parameters)
{
    g_autoptr(GVariant) subject = NULL;
    g_autoptr(GVariant) details = NULL;
    guint32 flags, pid = 0;
    gint32 uid = -1;
    g_variant_get(parameters, "((s@a{sv})s@a{ss}us)", NULL, &subject, NULL, &details, &flags, NULL);
    (void)g_variant_lookup(subject, "pid", "u", &pid);
    (void)g_variant_lookup(subject, "uid", "i", &uid);
    g_autoptr(GStrvBuilder) facts = g_strv_builder_new();
    g_autofree char *uid_fact = g_strdup_printf("uid=%d", uid);
    g_autofree char *pid_fact = g_strdup_printf("pid=%u", pid);
    g_strv_builder_add_many(facts, uid_fact, pid_fact, NULL);
    if (flags & 1)
        g_strv_builder_add(facts, "interactive=1");
    GVariantIter iter;
    const char *key, *value;
    g_variant_iter_init(&iter, details);
    while (g_variant_iter_next(&iter, "{&s&s}", &key, &value)) {
        g_autofree char *fact = g_strdup_printf("%s=%s", key, value);
        g_strv_builder_add(facts, fact);
    }
    return g_strv_builder_end(facts);
}

static void
check_authorization(Authority *authority, GVariant *parameters, GDBusMethodInvocation *invocation)
{
    Question *question = g_new0(Question, 1);
    question->authority = authority;
    question->invocation = invocation;
    g_variant_get_child(parameters, 1, "s", &question->action);
    g_variant_get_child(parameters, 4, "s", &question->id);
    g_auto(GStrv) facts = facts_of(parameters);
    g_autofree char *told = g_strjoinv(" ", facts);
    say("check %s %s", question->action, told);
    char **result = NULL;
    for (guint i = 0; result == NULL && i < authority->rules->len; i++)
        result = rule_fits(g_ptr_array_index(authority->rules, i), question->action,
                           (const char *const *)facts);
    question->result = g_strdup(result != NULL ? result[0] : "no");
    g_hash_table_insert(authority->open, question->id, question);
    guint delay_ms = result != NULL && result[1] != NULL ? (guint)strtoul(result[1], NULL, 10) : 0;
    if (strcmp(question->result, "never") != 0)
        question->timer = g_timeout_add(delay_ms, on_delay, question);
}

static void
on_call(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
    Authority *authority = data;
    if (strcmp(method, "CheckAuthorization") == 0) {
        check_authorization(authority, parameters, invocation);
        return;
    }
    const char *id;
    g_variant_get(parameters, "(&s)", &id);
    Question *question = g_hash_table_lookup(authority->open, id);
    say("cancel %s", question != NULL ? question->action : "nothing");
    if (question != NULL)
        answer(question, "cancelled");
    g_dbus_method_invocation_return_value(invocation, NULL);
}

static gboolean
on_hangup(gpointer data)
{
    Authority *authority = data;
    load(authority);
    g_dbus_connection_emit_signal(authority->connection, NULL,
                                  "/org/freedesktop/PolicyKit1/Authority",
                                  "org.freedesktop.PolicyKit1.Authority", "Changed", NULL, NULL);
    say("changed");
    return G_SOURCE_CONTINUE;
}

static void
on_name(GDBusConnection *connection, const char *name, gpointer data)
{
    say("ready");
}

static void
on_name_lost(GDBusConnection *connection, const char *name, gpointer data)
{
    fprintf(stderr, "fake-polkit: lost the name or the bus\n");
    exit(1);
}

int
main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: fake-polkit BUS-ADDRESS SCRIPT\n");
        return 2;
    }
    g_autoptr(GError) error = NULL;
    Authority authority = {.script = argv[2]};
    authority.open = g_hash_table_new(g_str_hash, g_str_equal);
    load(&authority);
    authority.connection =
        g_dbus_connection_new_for_address_sync(argv[1],
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
    if (authority.connection == NULL) {
        fprintf(stderr, "fake-polkit: %s\n", error->message);
        return 1;
    }
    static const GDBusInterfaceVTable table = {.method_call = on_call};
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(introspection, NULL);
    g_dbus_connection_register_object(authority.connection, "/org/freedesktop/PolicyKit1/Authority",
                                      node->interfaces[0], &table, &authority, NULL, NULL);
    g_bus_own_name_on_connection(authority.connection, "org.freedesktop.PolicyKit1",
                                 G_BUS_NAME_OWNER_FLAGS_NONE, on_name, on_name_lost, NULL, NULL);
    g_unix_signal_add(SIGHUP, on_hangup, &authority);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_main_loop_run(loop);
    return 0;
}
