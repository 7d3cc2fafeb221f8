/*
 * config — see config.h. What the table of keys cannot say: values that follow from others.
 */
#include "common/daemon/config.h"

#include <errno.h>

#include "common/base/error.h"
#include "common/daemon/config_keys.h"

typedef struct {
    const ConfTable *table;
    DaemonConfig *config;
    const ConfFile *file;
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
            return conf_table_refuse(loader->table, &entry->value, loader->error,
                                     "max_anonymous_clients is more than max_clients");
        limits->max_anonymous_clients = limits->max_clients;
    }
    limits->min_workers = MIN(limits->min_workers, limits->max_workers);
    config->admin_limits.min_workers =
        MIN(config->admin_limits.min_workers, config->admin_limits.max_workers);
    return TRUE;
}

static gboolean
load(const ConfigSource *source, DaemonConfig *config, const char *text, size_t len, GError **error)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new();
    ConfTable table = {
        .keys = config_keys,
        .n_keys = config_n_keys,
        .program = source->daemon,
        .program_name = daemon_kind_name(source->daemon),
        .session = !source->privileged,
        .path = source->path,
        .arena = config->arena,
        .config = config,
        .warnings = warnings,
    };
    Loader loader = {&table, config, conf_table_read(&table, text, len, error), error};
    if (loader.file == NULL || !derive(&loader))
        return FALSE;
    config->warnings = conf_table_warnings(&table);
    return TRUE;
}

DaemonConfig *
daemon_config_parse(const ConfigSource *source, const char *text, size_t len, GError **error)
{
    g_autoptr(DaemonConfig) config = g_new0(DaemonConfig, 1);
    config->arena = arena_new();
    config->path = arena_strdup(config->arena, source->path);
    return load(source, config, text, len, error) ? g_steal_pointer(&config) : NULL;
}

DaemonConfig *
daemon_config_load(const ConfigSource *source, GError **error)
{
    gboolean missing;
    g_autoptr(GByteArray) text = conf_table_load(source->path, &missing, error);
    if (text == NULL)
        return NULL;
    if (missing && !source->may_be_missing) {
        virt_error_set_errno(error, VIRT_FROM_CONF, ENOENT, "cannot open configuration file '%s'",
                             source->path);
        return NULL;
    }
    DaemonConfig *config = daemon_config_parse(
        source, text->len > 0 ? (const char *)text->data : "", text->len, error);
    if (config != NULL && missing)
        config->path = NULL;
    return config;
}

void
daemon_config_free(DaemonConfig *config)
{
    if (config == NULL)
        return;
    arena_free(config->arena);
    g_free(config);
}
