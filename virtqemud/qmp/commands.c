/*
 * commands — see commands.h.
 */
#include "virtqemud/qmp/commands.h"

#include <string.h>

/* A row without a path needs just the command. */
#define NEEDS(name, path) (sizeof(path) > 1 ? (path) : (name))
#define X(id, name, args, reply, deadline_ms, does, needs)                                         \
    [QMP_##id] = {name, args, QMP_REPLY_##reply, deadline_ms, QMP_DOES_##does, NEEDS(name, needs)},
static const QmpCommand rows[] = {QMP_COMMANDS(X)};
#undef X

#define X(id, name) [QMP_EVENT_##id] = name,
static const char *const event_names[] = {[QMP_EVENT_OTHER] = NULL, QMP_EVENTS(X)};
#undef X

const QmpCommand *
qmp_command(QmpCommandId id)
{
    g_assert((size_t)id < G_N_ELEMENTS(rows));
    return &rows[id];
}

const QmpCommand *
qmp_command_by_name(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

gboolean
qmp_command_changes(const QmpCommand *row)
{
    return row == NULL || (row->does & QMP_DOES_CHANGES) != 0;
}

gboolean
qmp_command_is_oob(const QmpCommand *row)
{
    return row != NULL && (row->does & QMP_DOES_READS_OOB) != 0;
}

gboolean
qmp_reply_check(const QmpCommand *row, const Json *value, GError **error)
{
    static const JsonKind kinds[] = {
        [QMP_REPLY_NOTHING] = JSON_OBJECT,
        [QMP_REPLY_OBJECT] = JSON_OBJECT,
        [QMP_REPLY_ARRAY] = JSON_ARRAY,
        [QMP_REPLY_STRING] = JSON_STRING,
    };
    JsonKind kind = json_kind(value);
    if (row == NULL || row->reply == QMP_REPLY_ANY || kind == kinds[row->reply])
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                   "QEMU answered '%s' with %s where %s must be", row->name, json_kind_text(kind),
                   json_kind_text(kinds[row->reply]));
    return FALSE;
}

QmpEventId
qmp_event_by_name(const char *name)
{
    for (size_t i = 1; i < G_N_ELEMENTS(event_names); i++) {
        if (strcmp(event_names[i], name) == 0)
            return (QmpEventId)i;
    }
    return QMP_EVENT_OTHER;
}

const char *
qmp_event_name(QmpEventId id)
{
    g_assert((size_t)id < G_N_ELEMENTS(event_names));
    return event_names[id];
}
