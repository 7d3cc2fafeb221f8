/*
 * session_line — see session_line.h.
 */
#include "virtqemud/qmp/session_line.h"

#include <string.h>

enum { NAME_SHOWN = 64, TEXT_SHOWN = 1024 };

/* The error classes of QMP that are more than "it failed". */
static const struct {
    const char *name;
    VirtErrorCode code;
} classes[] = {
    {"CommandNotFound", VIRT_ERR_OPERATION_UNSUPPORTED},
    {"DeviceNotActive", VIRT_ERR_OPERATION_INVALID},
    {"DeviceNotFound", VIRT_ERR_DEVICE_MISSING},
};

static gboolean
refuse(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_PARSE_FAILED, "%s", why);
    return FALSE;
}

/* QEMU's words as far as they fit, without line ends and control characters: they go to terminals
 * and logs. */
static char *
tame(const char *text)
{
    char *copy = g_strndup(text, TEXT_SHOWN);
    char *end = NULL;
    if (!g_utf8_validate(copy, -1, (const char **)&end))
        *end = '\0'; /* cut inside of a character */
    for (char *c = copy; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    }
    return g_strchomp(copy);
}

static gboolean
has_item(const Json *array, const char *text)
{
    for (size_t i = 0; i < json_length(array); i++) {
        if (g_strcmp0(json_as_string(json_item(array, i)), text) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
get_small(const Json *object, const char *name, int *ret_value, GError **error)
{
    uint64_t value;
    if (!json_get_uint(object, name, &value, error))
        return FALSE;
    *ret_value = (int)MIN(value, (uint64_t)G_MAXINT);
    return TRUE;
}

static gboolean
parse_greeting(const Json *greeting, QmpLine *line, GError **error)
{
    line->kind = QMP_LINE_GREETING;
    const Json *version = json_at(greeting, "version/qemu");
    const char *package = json_as_string(json_at(greeting, "version/package"));
    line->greeting.package = package != NULL ? package : "";
    line->greeting.oob = has_item(json_get(greeting, "capabilities"), "oob");
    return get_small(version, "major", &line->greeting.major, error) &&
           get_small(version, "minor", &line->greeting.minor, error) &&
           get_small(version, "micro", &line->greeting.micro, error);
}

/* Microseconds since 1970; -1 for what QEMU does not know or cannot mean. */
static int64_t
parse_time(const Json *stamp)
{
    int64_t seconds, us;
    if (!json_get_int(stamp, "seconds", &seconds, NULL) ||
        !json_get_int(stamp, "microseconds", &us, NULL) || seconds < 0 || us < 0 ||
        us >= G_USEC_PER_SEC || seconds >= INT64_MAX / G_USEC_PER_SEC)
        return -1;
    return seconds * G_USEC_PER_SEC + us;
}

static gboolean
parse_event(QmpLine *line, GError **error)
{
    line->kind = QMP_LINE_EVENT;
    line->time_us = parse_time(json_get(line->document, "timestamp"));
    line->value = json_get(line->document, "data");
    if (line->value != NULL && json_kind(line->value) != JSON_OBJECT)
        return refuse(error, "the data of an event is no object");
    return json_get_string(line->document, "event", &line->event, error);
}

static VirtErrorCode
class_code(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (strcmp(classes[i].name, name) == 0)
            return classes[i].code;
    }
    return VIRT_ERR_INTERNAL_ERROR;
}

static gboolean
parse_answer(QmpLine *line, GError **error)
{
    line->kind = QMP_LINE_ANSWER;
    line->has_id = json_as_uint(json_get(line->document, "id"), &line->id);
    const Json *failure = json_get(line->document, "error");
    if (failure == NULL) {
        line->value = json_get(line->document, "return");
        return TRUE;
    }
    const char *class, *text;
    if (!json_get_string(failure, "class", &class, error) ||
        !json_get_string(failure, "desc", &text, error))
        return FALSE;
    /* The text is all that is said here: qmp_error_for() puts it into a sentence. */
    g_autofree char *tamed = tame(text);
    line->error = g_error_new_literal(VIRT_ERROR, (gint)class_code(class), tamed);
    return TRUE;
}

gboolean
qmp_line_parse(const char *text, size_t n, const JsonLimits *limits, QmpLine *ret_line,
               GError **error)
{
    g_auto(QmpLine) line = {0};
    line.document = json_parse(text, n, limits, error);
    if (line.document == NULL)
        return FALSE;
    gboolean good;
    if (json_has(line.document, "return") || json_has(line.document, "error"))
        good = parse_answer(&line, error);
    else if (json_has(line.document, "event"))
        good = parse_event(&line, error);
    else if (json_has(line.document, "QMP"))
        good = parse_greeting(json_get(line.document, "QMP"), &line, error);
    else
        good = refuse(error, "it is no greeting, event or answer");
    if (!good)
        return FALSE;
    *ret_line = line;
    line = (QmpLine){0};
    return TRUE;
}

void
qmp_line_clear(QmpLine *line)
{
    g_clear_pointer(&line->document, json_unref);
    line->value = NULL;
    line->event = NULL;
    g_clear_error(&line->error);
}

Json *
qmp_line_take_value(QmpLine *line)
{
    Json *value = json_ref(line->value);
    qmp_line_clear(line);
    return value;
}

void
qmp_line_print(GString *line, const QmpRequest *request, gboolean oob)
{
    Json *name = json_new_string(request->name);
    g_autofree char *quoted = json_print(name);
    json_unref(name);
    g_string_printf(line, "{\"%s\":%s", oob ? "exec-oob" : "execute", quoted);
    if (request->arguments != NULL)
        g_string_append_printf(line, ",\"arguments\":%s", request->arguments);
    g_string_append_printf(line, ",\"id\":%" G_GUINT64_FORMAT "}\n", request->id);
}

GError *
qmp_error_for(const char *command, const GError *error)
{
    GError *told = NULL;
    virt_error_set(&told, VIRT_FROM_QEMU, virt_error_get_code(error),
                   "unable to execute QEMU command '%.*s': %s", NAME_SHOWN, command,
                   error->message);
    return told;
}
