/*
 * log_syntax — see log_syntax.h. The syntax is that of libvirt's daemon configuration, "Logging
 * filters" and "Logging outputs" (https://libvirt.org/logging.html).
 */
#include "common/base/log_syntax.h"

#include <fnmatch.h>
#include <string.h>

#include "common/base/error.h"

static const struct {
    LogDestination destination;
    const char *name;
    gboolean named; /* wants a third part */
} kinds[] = {
    {LOG_TO_STDERR, "stderr", FALSE},
    {LOG_TO_FILE, "file", TRUE},
    {LOG_TO_JOURNALD, "journald", FALSE},
    {LOG_TO_SYSLOG, "syslog", TRUE},
};

static void
filter_clear(void *data)
{
    g_free(((LogFilter *)data)->text);
}

static void
target_clear(void *data)
{
    g_free(((LogTarget *)data)->name);
}

static GArray *
array_new(guint size, GDestroyNotify clear)
{
    GArray *array = g_array_new(FALSE, TRUE, size);
    g_array_set_clear_func(array, clear);
    return array;
}

/* "N:" at the start; returns what follows it, or NULL when it is not there. */
static const char *
parse_level(const char *item, LogLevel *ret_level)
{
    if (item[0] < '0' + LOG_DEBUG || item[0] > '0' + LOG_ERROR || item[1] != ':')
        return NULL;
    *ret_level = (LogLevel)(item[0] - '0');
    return item + 2;
}

static gboolean
refuse(const char *what, const char *item, const char *why, GError **error)
{
    virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG, "log %s '%s' %s", what, item, why);
    return FALSE;
}

/* "*text*", without adding to what has its stars already. */
static char *
anywhere(const char *text)
{
    size_t len = strlen(text);
    return g_strconcat(text[0] == '*' ? "" : "*", text, len > 1 && text[len - 1] == '*' ? "" : "*",
                       NULL);
}

static gboolean
parse_filter(GArray *filters, const char *item, GError **error)
{
    LogFilter filter = {0};
    const char *text = parse_level(item, &filter.level);
    if (text == NULL)
        return refuse("filter", item, "does not begin with a level from 1 to 4 and a colon", error);
    /* A plus sign once asked for stack traces; it means nothing now. */
    if (text[0] == '+')
        text++;
    if (text[0] == '\0')
        return refuse("filter", item, "has no text to match", error);
    filter.text = anywhere(text);
    g_array_append_val(filters, filter);
    return TRUE;
}

static gboolean
parse_target(GArray *targets, const char *item, GError **error)
{
    LogTarget target = {0};
    const char *kind = parse_level(item, &target.level);
    if (kind == NULL)
        return refuse("output", item, "does not begin with a level from 1 to 4 and a colon", error);
    const char *colon = strchr(kind, ':');
    size_t len = colon != NULL ? (size_t)(colon - kind) : strlen(kind);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strlen(kinds[i].name) != len || memcmp(kinds[i].name, kind, len) != 0)
            continue;
        if (!kinds[i].named && colon != NULL)
            return refuse("output", item, "has a part too many", error);
        if (kinds[i].named && (colon == NULL || colon[1] == '\0'))
            return refuse("output", item, "lacks its name", error);
        if (kinds[i].destination == LOG_TO_FILE && colon[1] != '/')
            return refuse("output", item, "has a path that is not absolute", error);
        target.destination = kinds[i].destination;
        target.name = colon != NULL ? g_strdup(colon + 1) : NULL;
        g_array_append_val(targets, target);
        return TRUE;
    }
    return refuse("output", item, "goes neither to stderr, file, journald nor syslog", error);
}

typedef gboolean (*ParseItem)(GArray *array, const char *item, GError **error);

/* Gives every word of `text` to `parse`; takes `array`, returns it or NULL. */
static GArray *
parse_words(GArray *array, const char *text, guint max, ParseItem parse, GError **error)
{
    g_autoptr(GArray) result = array;
    g_auto(GStrv) words = g_strsplit_set(text, " \t\n", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (result->len == max) {
            virt_error_set(error, VIRT_FROM_NONE, VIRT_ERR_INVALID_ARG,
                           "more than %u log filters or outputs", max);
            return NULL;
        }
        if (!parse(result, *word, error))
            return NULL;
    }
    return g_steal_pointer(&result);
}

GArray *
log_filters_parse(const char *text, GError **error)
{
    GArray *filters = array_new(sizeof(LogFilter), filter_clear);
    return parse_words(filters, text, LOG_MAX_FILTERS, parse_filter, error);
}

GArray *
log_targets_parse(const char *text, GError **error)
{
    GArray *targets = array_new(sizeof(LogTarget), target_clear);
    return parse_words(targets, text, LOG_MAX_OUTPUTS, parse_target, error);
}

GArray *
log_targets_new_single(LogLevel level, LogDestination destination)
{
    GArray *targets = array_new(sizeof(LogTarget), target_clear);
    LogTarget target = {.level = level, .destination = destination};
    g_array_append_val(targets, target);
    return targets;
}

static void
append_word(GString *text, LogLevel level, const char *word, const char *name)
{
    if (text->len > 0)
        g_string_append_c(text, ' ');
    g_string_append_printf(text, "%d:%s", (int)level, word);
    if (name != NULL)
        g_string_append_printf(text, ":%s", name);
}

char *
log_filters_format(const GArray *filters)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < filters->len; i++) {
        const LogFilter *filter = &g_array_index(filters, LogFilter, i);
        append_word(text, filter->level, filter->text, NULL);
    }
    return g_string_free(text, FALSE);
}

char *
log_targets_format(const GArray *targets)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < targets->len; i++) {
        const LogTarget *target = &g_array_index(targets, LogTarget, i);
        append_word(text, target->level, kinds[target->destination].name, target->name);
    }
    return g_string_free(text, FALSE);
}

/* The last two folders and the name, so that where the program was built does not matter. */
static const char *
file_end(const char *file)
{
    const char *end = file + strlen(file);
    int slashes = 0;
    while (end > file && !(end[-1] == '/' && ++slashes == 3))
        end--;
    return end;
}

LogLevel
log_filters_apply(const GArray *filters, LogLevel level, const char *source, const char *file)
{
    for (guint i = 0; i < filters->len; i++) {
        const LogFilter *filter = &g_array_index(filters, LogFilter, i);
        if (fnmatch(filter->text, source, 0) == 0 ||
            (file != NULL && fnmatch(filter->text, file_end(file), 0) == 0))
            return filter->level;
    }
    return level;
}
