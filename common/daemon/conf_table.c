/*
 * conf_table — see conf_table.h. Defaults are read as if they stood in the file, so that what the
 * shipped file shows is what holds.
 */
#include "common/daemon/conf_table.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/fd.h"
#include "common/base/uuid.h"

/* What a list that is too long or a doubtful file is worth: nobody reads more warnings. */
#define MAX_WARNINGS 100

typedef struct {
    const ConfTable *table;
    const ConfFile *file;
    GError **error;
} Reader;

/* Where the reader's error goes. */
#define refuse(reader, value, ...)                                                                 \
    conf_table_refuse((reader)->table, (value), (reader)->error, __VA_ARGS__)

gboolean
conf_table_refuse(const ConfTable *table, const ConfValue *value, GError **error,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *why = g_strdup_vprintf(format, args);
    va_end(args);
    virt_error_set(error, VIRT_FROM_CONF, VIRT_ERR_CONF_SYNTAX, "%s:%u:%u: %s", table->path,
                   value->line, value->column, why);
    return FALSE;
}

static const ConfigKey *
find_key(const ConfTable *table, const char *name)
{
    for (size_t i = 0; i < table->n_keys; i++) {
        if (table->keys[i].name != NULL && strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    }
    return NULL;
}

static void G_GNUC_PRINTF(3, 4)
    warn(Reader *reader, const ConfEntry *entry, const char *format, ...)
{
    if (reader->table->warnings->len >= MAX_WARNINGS)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(reader->table->warnings, arena_printf(reader->table->arena, "%s:%u: %s",
                                                          reader->table->path, entry->line, what));
}

static ConfValueType
wanted_syntax(ConfigType type)
{
    switch (type) {
    case CONFIG_BOOL:
    case CONFIG_INT:
    case CONFIG_UINT:
    case CONFIG_SIZE:
        return CONF_VALUE_INTEGER;
    case CONFIG_LIST:
    case CONFIG_LIST_OR_STRING:
        return CONF_VALUE_LIST;
    case CONFIG_STRING:
    case CONFIG_MODE:
    case CONFIG_CHOICE:
    case CONFIG_UUID:
        return CONF_VALUE_STRING;
    }
    g_assert_not_reached();
}

static gboolean
convert_integer(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    if (value->integer < key->min || value->integer > key->max)
        return refuse(reader, value,
                      "%s is %" G_GINT64_FORMAT ", but must be from %" G_GINT64_FORMAT
                      " to %" G_GINT64_FORMAT,
                      key->name, value->integer, key->min, key->max);
    if (key->type == CONFIG_UINT)
        *(uint32_t *)field = (uint32_t)value->integer;
    else
        *(int32_t *)field = (int32_t)value->integer;
    return TRUE;
}

static gboolean
convert_list(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    const char **list = arena_array_of(reader->table->arena, const char *, value->n_items + 1);
    for (size_t i = 0; i < value->n_items; i++) {
        const ConfValue *item = &value->items[i];
        if (item->type != CONF_VALUE_STRING)
            return refuse(reader, item, "%s holds texts in quotes, not %s", key->name,
                          conf_syntax_type_name(item->type));
        list[i] = item->string;
    }
    *(const char *const **)field = list;
    return TRUE;
}

static gboolean
convert_mode(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    uint32_t mode = 0;
    size_t len = strlen(value->string);
    gboolean good = len > 0 && len <= 4;
    for (size_t i = 0; i < len && good; i++) {
        good = value->string[i] >= '0' && value->string[i] <= '7';
        mode = mode * 8 + (uint32_t)(value->string[i] - '0');
    }
    if (!good || mode > 0777)
        return refuse(reader, value, "%s is '%s', but must be permissions like \"0770\"", key->name,
                      value->string);
    *(uint32_t *)field = mode;
    return TRUE;
}

static gboolean
convert_choice(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    for (int32_t i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], value->string) == 0) {
            *(int32_t *)field = i;
            return TRUE;
        }
    }
    g_autofree char *all = g_strjoinv(", ", (char **)key->choices);
    return refuse(reader, value, "%s is '%s', but must be one of %s", key->name, value->string,
                  all);
}

static gboolean
convert_uuid(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    uint8_t uuid[UUID_BYTES];
    if (!uuid_parse(value->string, uuid) || !uuid_is_usable(uuid))
        return refuse(reader, value, "%s is '%s', which is not a valid UUID", key->name,
                      value->string);
    *(const char **)field = value->string;
    return TRUE;
}

static gboolean
convert_size(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    if (value->integer < 0)
        return refuse(reader, value, "%s is less than 0", key->name);
    *(uint64_t *)field = (uint64_t)value->integer;
    return TRUE;
}

/* The further form that some types have; FALSE when the value has not got it. */
static gboolean
convert_other_form(const Reader *reader, const ConfigKey *key, const ConfValue *value, void *field)
{
    if (value->type != CONF_VALUE_STRING)
        return FALSE;
    if (key->type == CONFIG_SIZE && strcmp(value->string, "unlimited") == 0) {
        *(uint64_t *)field = UINT64_MAX;
        return TRUE;
    }
    if (key->type != CONFIG_LIST_OR_STRING)
        return FALSE;
    const char **list = arena_array_of(reader->table->arena, const char *, 2);
    list[0] = value->string;
    *(const char *const **)field = list;
    return TRUE;
}

static gboolean
convert(const Reader *reader, const ConfigKey *key, const ConfValue *value)
{
    void *field = (char *)reader->table->config + key->offset;
    if (convert_other_form(reader, key, value, field))
        return TRUE;
    if (value->type != wanted_syntax(key->type))
        return refuse(reader, value, "%s must be %s, not %s", key->name,
                      conf_syntax_type_name(wanted_syntax(key->type)),
                      conf_syntax_type_name(value->type));
    switch (key->type) {
    case CONFIG_BOOL:
    case CONFIG_INT:
    case CONFIG_UINT:
        return convert_integer(reader, key, value, field);
    case CONFIG_SIZE:
        return convert_size(reader, key, value, field);
    case CONFIG_LIST:
    case CONFIG_LIST_OR_STRING:
        return convert_list(reader, key, value, field);
    case CONFIG_MODE:
        return convert_mode(reader, key, value, field);
    case CONFIG_CHOICE:
        return convert_choice(reader, key, value, field);
    case CONFIG_UUID:
        return convert_uuid(reader, key, value, field);
    case CONFIG_STRING:
        *(const char **)field = value->string;
        return TRUE;
    }
    g_assert_not_reached();
}

/* The table's own value, without its range: a default may lie where a user may not go. */
static void
set_default(const Reader *reader, const ConfigKey *key)
{
    const char *value = key->value;
    if (reader->table->session && key->session_value != NULL)
        value = key->session_value;
    if (value == NULL)
        return;
    Arena *arena = reader->table->arena;
    const char *text = arena_printf(arena, "%s = %s", key->name, value);
    const ConfFile *file = conf_syntax_parse(arena, text, strlen(text), "default", NULL);
    g_assert(file != NULL && file->n_entries == 1);
    ConfigKey free_key = *key;
    free_key.min = INT64_MIN;
    free_key.max = INT64_MAX;
    gboolean set = convert(reader, &free_key, &file->entries[0].value);
    g_assert(set);
}

static gboolean
take_entry(Reader *reader, const ConfEntry *entry)
{
    const ConfigKey *key = find_key(reader->table, entry->key);
    if (conf_syntax_find(reader->file, entry->key) != entry) {
        warn(reader, entry, "'%s' was set before, the first one counts", entry->key);
        return TRUE;
    }
    if (key == NULL) {
        warn(reader, entry, "'%s' is not a known setting", entry->key);
        return TRUE;
    }
    if ((key->daemons & reader->table->program) == 0)
        warn(reader, entry, "'%s' has no effect in %s", entry->key, reader->table->program_name);
    /* Checked all the same: a file is right or wrong, whoever reads it. */
    return convert(reader, key, &entry->value);
}

const ConfFile *
conf_table_read(const ConfTable *table, const char *text, size_t len, GError **error)
{
    Reader reader = {table, NULL, error};
    reader.file = conf_syntax_parse(table->arena, text, len, table->path, error);
    if (reader.file == NULL)
        return NULL;
    for (size_t i = 0; i < table->n_keys; i++) {
        if (table->keys[i].name != NULL)
            set_default(&reader, &table->keys[i]);
    }
    for (size_t i = 0; i < reader.file->n_entries; i++) {
        if (!take_entry(&reader, &reader.file->entries[i]))
            return NULL;
    }
    return reader.file;
}

const char *const *
conf_table_warnings(const ConfTable *table)
{
    const GPtrArray *all = table->warnings;
    const char **warnings = arena_array_of(table->arena, const char *, all->len + 1);
    for (guint i = 0; i < all->len; i++)
        warnings[i] = all->pdata[i];
    return warnings;
}

GByteArray *
conf_table_load(const char *path, gboolean *ret_missing, GError **error)
{
    *ret_missing = FALSE;
    auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        *ret_missing = TRUE;
        return g_byte_array_new();
    }
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        virt_error_set_errno(error, VIRT_FROM_CONF, errno, "cannot open configuration file '%s'",
                             path);
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        virt_error_set(error, VIRT_FROM_CONF, VIRT_ERR_SYSTEM_ERROR,
                       "configuration file '%s' is not a regular file", path);
        return NULL;
    }
    GByteArray *text = fd_read_all(fd, CONF_SYNTAX_MAX_BYTES, error);
    if (text == NULL)
        g_prefix_error(error, "configuration file '%s': ", path);
    return text;
}
