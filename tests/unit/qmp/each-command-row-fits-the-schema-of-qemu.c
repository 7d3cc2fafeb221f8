/*
 * The table of commands against the schemas of the QEMU versions that we support: each command is
 * there, takes what we send, gets what it must have, is not deprecated, answers in the shape that
 * the row says and may run out of band where it says so. Events likewise.
 */
#include <string.h>

#include "tests/unit/qmp/schemas.h"
#include "virtqemud/qmp/commands.h"

static const char *const versions[] = {"7.2"};

static int problems;

static void
problem(const char *version, const char *what, const char *why, const char *name)
{
    g_test_message("QEMU %s: %s: %s %s", version, what, why, name != NULL ? name : "");
    problems++;
}

static gboolean
has_feature(const Json *holder, const char *feature)
{
    const Json *features = json_get(holder, "features");
    for (size_t i = 0; i < json_length(features); i++) {
        if (g_strcmp0(json_as_string(json_item(features, i)), feature) == 0)
            return TRUE;
    }
    return FALSE;
}

/* One word of a row's arguments: the names, and whether one of them is always there. */
typedef struct {
    char **names;
    gboolean always;
    gboolean open; /* "...": further names */
} Word;

static Word
word_read(const char *text)
{
    g_autofree char *copy = g_strdup(text);
    Word word = {.open = strcmp(text, "...") == 0, .always = !g_str_has_suffix(text, "?")};
    if (!word.always)
        copy[strlen(copy) - 1] = '\0';
    word.names = g_strsplit(copy, "|", -1);
    return word;
}

/* Each name that we send is known and not deprecated; of a choice one that is known is enough. */
static void
check_word(const QmpSchema *schema, const char *version, const QmpCommand *row, const Json *type,
           const Word *word)
{
    gboolean found = FALSE;
    for (char **name = word->names; *name != NULL; name++) {
        const Json *member = qmp_schema_member(schema, type, *name, FALSE);
        found = found || member != NULL;
        if (has_feature(member, "deprecated"))
            problem(version, row->name, "sends deprecated", *name);
        if (has_feature(member, "unstable"))
            problem(version, row->name, "sends unstable", *name);
    }
    if (!found)
        problem(version, row->name, "does not take", word->names[0]);
}

static gboolean
is_always_sent(const QmpCommand *row, const char *name)
{
    g_auto(GStrv) texts = g_strsplit(row->args, " ", -1);
    for (char **text = texts; *text != NULL; text++) {
        Word word = word_read(*text);
        gboolean sent = word.always && g_strv_contains((const char *const *)word.names, name);
        g_strfreev(word.names);
        if (sent)
            return TRUE;
    }
    return FALSE;
}

static void
check_arguments(const QmpSchema *schema, const char *version, const QmpCommand *row,
                const Json *type)
{
    gboolean open = FALSE;
    g_auto(GStrv) texts = g_strsplit(row->args, " ", -1);
    for (char **text = texts; *text != NULL && **text != '\0'; text++) {
        Word word = word_read(*text);
        open = open || word.open;
        if (!word.open)
            check_word(schema, version, row, type, &word);
        g_strfreev(word.names);
    }
    const Json *members = json_get(type, "members");
    for (size_t i = 0; i < json_length(members); i++) {
        const Json *member = json_item(members, i);
        const char *name = json_as_string(json_get(member, "name"));
        if (!json_has(member, "default") && !is_always_sent(row, name))
            problem(version, row->name, "is not given", name);
    }
    /* Commands of free arguments (device_add) have no variants in the schema but take any. */
    if (open && json_get(type, "variants") == NULL && strcmp(row->name, "device_add") != 0)
        problem(version, row->name, "takes no further arguments", NULL);
}

static void
check_reply(const QmpSchema *schema, const char *version, const QmpCommand *row, const Json *entity)
{
    const Json *type = qmp_schema_entity(schema, json_as_string(json_get(entity, "ret-type")));
    const char *meta = json_as_string(json_get(type, "meta-type"));
    const char *json = json_as_string(json_get(type, "json-type"));
    gboolean empty = json_length(json_get(type, "members")) == 0 && !json_has(type, "variants");
    gboolean good = FALSE;
    switch (row->reply) {
    case QMP_REPLY_NOTHING:
        good = g_strcmp0(meta, "object") == 0 && empty;
        break;
    case QMP_REPLY_OBJECT:
        good = g_strcmp0(meta, "object") == 0 && !empty;
        break;
    case QMP_REPLY_ARRAY:
        good = g_strcmp0(meta, "array") == 0;
        break;
    case QMP_REPLY_STRING:
        good = g_strcmp0(json, "string") == 0;
        break;
    case QMP_REPLY_ANY:
        good = g_strcmp0(json, "value") == 0;
        break;
    }
    if (!good)
        problem(version, row->name, "answers with another", meta);
}

static void
check_row(const QmpSchema *schema, const char *version, const QmpCommand *row)
{
    const Json *entity = qmp_schema_entity(schema, row->name);
    if (entity == NULL || !qmp_schema_has(schema, row->name)) {
        problem(version, row->name, "does not exist", NULL);
        return;
    }
    if (!qmp_schema_has(schema, row->needs))
        problem(version, row->name, "lacks", row->needs);
    if (has_feature(entity, "deprecated") || has_feature(entity, "unstable"))
        problem(version, row->name, "is deprecated or unstable", NULL);
    gboolean oob = FALSE;
    if (qmp_command_is_oob(row) && (!json_get_bool(entity, "allow-oob", &oob, NULL) || !oob))
        problem(version, row->name, "does not run out of band", NULL);
    check_arguments(schema, version, row,
                    qmp_schema_entity(schema, json_as_string(json_get(entity, "arg-type"))));
    check_reply(schema, version, row, entity);
}

static void
test_commands(void)
{
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        g_autoptr(QmpSchema) schema = schemas_load(versions[v]);
        for (int id = 0; id < QMP_COMMAND_COUNT; id++)
            check_row(schema, versions[v], qmp_command((QmpCommandId)id));
    }
    g_assert_cmpint(problems, ==, 0);
}

static void
test_events(void)
{
    for (size_t v = 0; v < G_N_ELEMENTS(versions); v++) {
        g_autoptr(QmpSchema) schema = schemas_load(versions[v]);
        for (int id = QMP_EVENT_OTHER + 1; id < QMP_EVENT_COUNT; id++) {
            const char *name = qmp_event_name((QmpEventId)id);
            const Json *entity = qmp_schema_entity(schema, name);
            if (g_strcmp0(json_as_string(json_get(entity, "meta-type")), "event") != 0)
                problem(versions[v], name, "is no event", NULL);
            if (has_feature(entity, "deprecated"))
                problem(versions[v], name, "is deprecated", NULL);
            g_assert_cmpint(qmp_event_by_name(name), ==, id);
        }
    }
    g_assert_cmpint(problems, ==, 0);
    g_assert_cmpint(qmp_event_by_name("MEM_UNPLUG_ERROR"), ==, QMP_EVENT_OTHER);
}

/* The checks see what they are there for: rows with one fault each. */
static void
test_faults_are_seen(void)
{
    static const QmpCommand faulty[] = {
        {"no-such-command", "", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "no-such-command"},
        {"netdev_del", "id more", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "netdev_del"},
        {"netdev_del", "", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "netdev_del"},
        {"netdev_del", "id?", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "netdev_del"},
        {"netdev_del", "id ...", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "netdev_del"},
        {"netdev_del", "id", QMP_REPLY_OBJECT, 1, QMP_DOES_READS, "netdev_del"},
        {"netdev_del", "id", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "netdev_del/$json"},
        {"netdev_del", "id", QMP_REPLY_NOTHING, 1, QMP_DOES_READS_OOB, "netdev_del"},
        {"block-commit", "device base?", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "block-commit"},
        {"nbd-server-remove", "name", QMP_REPLY_NOTHING, 1, QMP_DOES_READS, "nbd-server-remove"},
        {"query-status", "", QMP_REPLY_ARRAY, 1, QMP_DOES_READS, "query-status"},
    };
    g_autoptr(QmpSchema) schema = schemas_load("7.2");
    int before = problems;
    for (size_t i = 0; i < G_N_ELEMENTS(faulty); i++) {
        int so_far = problems;
        check_row(schema, "7.2", &faulty[i]);
        g_assert_cmpint(problems, ==, so_far + 1);
    }
    problems = before;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/commands/schema", test_commands);
    g_test_add_func("/qmp/events/schema", test_events);
    g_test_add_func("/qmp/commands/faults-are-seen", test_faults_are_seen);
    return g_test_run();
}
