/*
 * config — see config.h. Defaults are read as if they stood in the file, so that what the shipped
 * file shows is what holds.
 */
#include "common/daemon/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/error.h"
#include "common/base/fd.h"
#include "common/base/uuid.h"
#include "common/daemon/conf_syntax.h"
#include "common/daemon/config_keys.h"

/* What a list that is too long or a doubtful file is worth: nobody reads more warnings. */
#define MAX_WARNINGS 100

typedef struct {
    const ConfigSource *source;
    DaemonConfig *config;
    const ConfFile *file;
    GPtrArray *warnings; /* strings of the arena */
    GError **error;
} Loader;

static const struct {
    DaemonKind kind;
    const char *name;
} daemon_names[] = {
    {DAEMON_QEMU, "virtqemud"},       {DAEMON_NETWORK, "virtnetworkd"},
    {DAEMON_STORAGE, "virtstoraged"}, {DAEMON_NODEDEV, "virtnodedevd"},
    {DAEMON_PROXY, "virtproxyd"},
};

const char *
daemon_kind_name(DaemonKind kind)
{
    for (size_t i = 0; i < G_N_ELEMENTS(daemon_names); i++) {
        if (daemon_names[i].kind == kind)
            return daemon_names[i].name;
    }
    g_assert_not_reached();
}

static const ConfigKey *
find_key(const char *name)
{
    for (size_t i = 0; i < config_n_keys; i++) {
        if (config_keys[i].name != NULL && strcmp(config_keys[i].name, name) == 0)
            return &config_keys[i];
    }
    return NULL;
}

static gboolean G_GNUC_PRINTF(3, 4)
    refuse(const Loader *loader, const ConfValue *value, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *why = g_strdup_vprintf(format, args);
    va_end(args);
    virt_error_set(loader->error, VIRT_FROM_CONF, VIRT_ERR_CONF_SYNTAX, "%s:%u:%u: %s",
                   loader->source->path, value->line, value->column, why);
    return FALSE;
}

static void G_GNUC_PRINTF(3, 4)
    warn(Loader *loader, const ConfEntry *entry, const char *format, ...)
{
    if (loader->warnings->len >= MAX_WARNINGS)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(loader->warnings, arena_printf(loader->config->arena, "%s:%u: %s",
                                                   loader->source->path, entry->line, what));
}

static ConfValueType
wanted_syntax(ConfigType type)
{
    switch (type) {
    case CONFIG_BOOL:
    case CONFIG_INT:
    case CONFIG_UINT:
        return CONF_VALUE_INTEGER;
    case CONFIG_LIST:
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
convert_integer(const Loader *loader, const ConfigKey *key, const ConfValue *value, void *field)
{
    if (value->integer < key->min || value->integer > key->max)
        return refuse(loader, value,
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
convert_list(const Loader *loader, const ConfigKey *key, const ConfValue *value, void *field)
{
    const char **list = arena_array_of(loader->config->arena, const char *, value->n_items + 1);
    for (size_t i = 0; i < value->n_items; i++) {
        const ConfValue *item = &value->items[i];
        if (item->type != CONF_VALUE_STRING)
            return refuse(loader, item, "%s holds texts in quotes, not %s", key->name,
                          conf_syntax_type_name(item->type));
        list[i] = item->string;
    }
    *(const char *const **)field = list;
    return TRUE;
}

static gboolean
convert_mode(const Loader *loader, const ConfigKey *key, const ConfValue *value, void *field)
{
    uint32_t mode = 0;
    size_t len = strlen(value->string);
    gboolean good = len > 0 && len <= 4;
    for (size_t i = 0; i < len && good; i++) {
        good = value->string[i] >= '0' && value->string[i] <= '7';
        mode = mode * 8 + (uint32_t)(value->string[i] - '0');
    }
    if (!good || mode > 0777)
        return refuse(loader, value, "%s is '%s', but must be permissions like \"0770\"", key->name,
                      value->string);
    *(uint32_t *)field = mode;
    return TRUE;
}

static gboolean
convert_choice(const Loader *loader, const ConfigKey *key, const ConfValue *value, void *field)
{
    for (int32_t i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], value->string) == 0) {
            *(int32_t *)field = i;
            return TRUE;
        }
    }
    g_autofree char *all = g_strjoinv(", ", (char **)key->choices);
    return refuse(loader, value, "%s is '%s', but must be one of %s", key->name, value->string,
                  all);
}

static gboolean
convert_uuid(const Loader *loader, const ConfigKey *key, const ConfValue *value, void *field)
{
    uint8_t uuid[UUID_BYTES];
    if (!uuid_parse(value->string, uuid) || !uuid_is_usable(uuid))
        return refuse(loader, value, "%s is '%s', which is not a valid UUID", key->name,
                      value->string);
    *(const char **)field = value->string;
    return TRUE;
}

static gboolean
convert(const Loader *loader, const ConfigKey *key, const ConfValue *value)
{
    void *field = (char *)loader->config + key->offset;
    if (value->type != wanted_syntax(key->type))
        return refuse(loader, value, "%s must be %s, not %s", key->name,
                      conf_syntax_type_name(wanted_syntax(key->type)),
                      conf_syntax_type_name(value->type));
    switch (key->type) {
    case CONFIG_BOOL:
    case CONFIG_INT:
    case CONFIG_UINT:
        return convert_integer(loader, key, value, field);
    case CONFIG_LIST:
        return convert_list(loader, key, value, field);
    case CONFIG_MODE:
        return convert_mode(loader, key, value, field);
    case CONFIG_CHOICE:
        return convert_choice(loader, key, value, field);
    case CONFIG_UUID:
        return convert_uuid(loader, key, value, field);
    case CONFIG_STRING:
        *(const char **)field = value->string;
        return TRUE;
    }
    g_assert_not_reached();
}

/* The table's own value, without its range: a default may lie where a user may not go. */
static void
set_default(const Loader *loader, const ConfigKey *key)
{
    const char *value = key->value;
    if (!loader->source->privileged && key->session_value != NULL)
        value = key->session_value;
    if (value == NULL)
        return;
    Arena *arena = loader->config->arena;
    const char *text = arena_printf(arena, "%s = %s", key->name, value);
    const ConfFile *file = conf_syntax_parse(arena, text, strlen(text), "default", NULL);
    g_assert(file != NULL && file->n_entries == 1);
    ConfigKey free_key = *key;
    free_key.min = INT64_MIN;
    free_key.max = INT64_MAX;
    gboolean set = convert(loader, &free_key, &file->entries[0].value);
    g_assert(set);
}

/* Where the file says nothing, values that follow from others. */
static gboolean
derive(const Loader *loader)
{
    DaemonConfig *config = loader->config;
    if (conf_syntax_find(loader->file, "unix_sock_rw_perms") == NULL) {
        gboolean asks = config->auth_unix_rw != CONFIG_AUTH_NONE;
        config->unix_sock_rw_perms = asks ? 0777 : 0700;
    }
    ConfigLimits *limits = &config->limits;
    if (limits->max_anonymous_clients > limits->max_clients) {
        const ConfEntry *entry = conf_syntax_find(loader->file, "max_anonymous_clients");
        if (entry != NULL)
            return refuse(loader, &entry->value, "max_anonymous_clients is more than max_clients");
        limits->max_anonymous_clients = limits->max_clients;
    }
    limits->min_workers = MIN(limits->min_workers, limits->max_workers);
    config->admin_limits.min_workers =
        MIN(config->admin_limits.min_workers, config->admin_limits.max_workers);
    return TRUE;
}

static gboolean
take_entry(Loader *loader, const ConfEntry *entry)
{
    const ConfigKey *key = find_key(entry->key);
    if (conf_syntax_find(loader->file, entry->key) != entry) {
        warn(loader, entry, "'%s' was set before, the first one counts", entry->key);
        return TRUE;
    }
    if (key == NULL) {
        warn(loader, entry, "'%s' is not a known setting", entry->key);
        return TRUE;
    }
    if ((key->daemons & loader->source->daemon) == 0)
        warn(loader, entry, "'%s' has no effect in %s", entry->key,
             daemon_kind_name(loader->source->daemon));
    /* Checked all the same: a file is right or wrong, whoever reads it. */
    return convert(loader, key, &entry->value);
}

static gboolean
load(Loader *loader, const char *text, size_t len)
{
    DaemonConfig *config = loader->config;
    loader->file = conf_syntax_parse(config->arena, text, len, loader->source->path, loader->error);
    if (loader->file == NULL)
        return FALSE;
    for (size_t i = 0; i < config_n_keys; i++) {
        if (config_keys[i].name != NULL)
            set_default(loader, &config_keys[i]);
    }
    for (size_t i = 0; i < loader->file->n_entries; i++) {
        if (!take_entry(loader, &loader->file->entries[i]))
            return FALSE;
    }
    if (!derive(loader))
        return FALSE;
    const char **warnings = arena_array_of(config->arena, const char *, loader->warnings->len + 1);
    for (guint i = 0; i < loader->warnings->len; i++)
        warnings[i] = g_ptr_array_index(loader->warnings, i);
    config->warnings = warnings;
    return TRUE;
}

DaemonConfig *
daemon_config_parse(const ConfigSource *source, const char *text, size_t len, GError **error)
{
    g_autoptr(DaemonConfig) config = g_new0(DaemonConfig, 1);
    g_autoptr(GPtrArray) warnings = g_ptr_array_new();
    config->arena = arena_new();
    config->path = arena_strdup(config->arena, source->path);
    Loader loader = {source, config, NULL, warnings, error};
    return load(&loader, text, len) ? g_steal_pointer(&config) : NULL;
}

DaemonConfig *
daemon_config_load(const ConfigSource *source, GError **error)
{
    auto_fd fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT && source->may_be_missing) {
        DaemonConfig *config = daemon_config_parse(source, "", 0, error);
        if (config != NULL)
            config->path = NULL;
        return config;
    }
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        virt_error_set_errno(error, VIRT_FROM_CONF, errno, "cannot open configuration file '%s'",
                             source->path);
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        virt_error_set(error, VIRT_FROM_CONF, VIRT_ERR_SYSTEM_ERROR,
                       "configuration file '%s' is not a regular file", source->path);
        return NULL;
    }
    g_autoptr(GByteArray) text = fd_read_all(fd, CONF_SYNTAX_MAX_BYTES, error);
    if (text == NULL) {
        g_prefix_error(error, "configuration file '%s': ", source->path);
        return NULL;
    }
    return daemon_config_parse(source, text->len > 0 ? (const char *)text->data : "", text->len,
                               error);
}

void
daemon_config_free(DaemonConfig *config)
{
    if (config == NULL)
        return;
    arena_free(config->arena);
    g_free(config);
}
