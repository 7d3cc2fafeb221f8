/*
 * config — see config.h. What the table of keys cannot say: who QEMU's user is, which settings ask
 * for what is not there.
 */
#include "virtqemud/config/config.h"

#include <string.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "virtqemud/config/config_keys.h"

/* A setting that must be as it is without it, because nothing here does what it asks for. */
typedef struct {
    const char *name;
    gboolean (*is_set)(const QemuConfigIdle *idle);
} Unserved;

typedef struct {
    const ConfTable *table;
    QemuConfig *config;
    const ConfFile *file;
    GError **error;
} Loader;

static gboolean
has_vnc_tls(const QemuConfigIdle *idle)
{
    return idle->vnc_tls;
}

static gboolean
has_vnc_sasl(const QemuConfigIdle *idle)
{
    return idle->vnc_sasl;
}

static gboolean
has_chardev_tls(const QemuConfigIdle *idle)
{
    return idle->chardev_tls;
}

static gboolean
has_mac_filter(const QemuConfigIdle *idle)
{
    return idle->mac_filter;
}

static gboolean
has_lock_manager(const QemuConfigIdle *idle)
{
    return idle->lock_manager != NULL;
}

static gboolean
has_sched_core(const QemuConfigIdle *idle)
{
    return idle->sched_core != 0;
}

static gboolean
has_security_driver(const QemuConfigIdle *idle)
{
    const char *const *drivers = idle->security_drivers;
    return drivers != NULL && drivers[0] != NULL &&
           (strcmp(drivers[0], "none") != 0 || drivers[1] != NULL);
}

static const Unserved unserved[] = {
    {"vnc_tls", has_vnc_tls},
    {"vnc_sasl", has_vnc_sasl},
    {"chardev_tls", has_chardev_tls},
    {"mac_filter", has_mac_filter},
    {"lock_manager", has_lock_manager},
    {"sched_core", has_sched_core},
    {"security_driver", has_security_driver},
};

static gboolean
refuse_unserved(const Loader *loader)
{
    for (size_t i = 0; i < G_N_ELEMENTS(unserved); i++) {
        if (!unserved[i].is_set(&loader->config->idle))
            continue;
        const ConfEntry *entry = conf_syntax_find(loader->file, unserved[i].name);
        virt_error_set(loader->error, VIRT_FROM_CONF, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "%s:%u: '%s' asks for what this version does not have", loader->table->path,
                       entry->line, unserved[i].name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_range(const Loader *loader, const uint32_t range[2], const char *least, const char *most)
{
    if (range[0] <= range[1])
        return TRUE;
    const ConfEntry *entry = conf_syntax_find(loader->file, least);
    if (entry == NULL)
        entry = conf_syntax_find(loader->file, most);
    return conf_table_refuse(loader->table, &entry->value, loader->error, "%s is more than %s",
                             least, most);
}

static gboolean
read_controllers(const Loader *loader)
{
    static const struct {
        const char *name;
        CgroupControllers bit;
    } names[] = {
        {"cpu", CGROUP_CPU},       {"cpuacct", CGROUP_CPUACCT}, {"cpuset", CGROUP_CPUSET},
        {"memory", CGROUP_MEMORY}, {"devices", CGROUP_DEVICES}, {"blkio", CGROUP_BLKIO},
    };
    uint32_t all = CGROUP_PIDS, wanted = 0;
    const char *const *list = loader->config->idle.controllers;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        all |= names[i].bit;
        if (list != NULL && g_strv_contains(list, names[i].name))
            wanted |= names[i].bit;
    }
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        gboolean known = FALSE;
        for (size_t j = 0; j < G_N_ELEMENTS(names) && !known; j++)
            known = strcmp(list[i], names[j].name) == 0;
        const ConfEntry *entry = conf_syntax_find(loader->file, "cgroup_controllers");
        if (!known)
            return conf_table_refuse(loader->table, &entry->value, loader->error,
                                     "cgroup_controllers has no '%s'", list[i]);
    }
    loader->config->cgroup_controllers =
        list == NULL ? all : wanted | (wanted != 0 ? CGROUP_PIDS : 0);
    return TRUE;
}

/* Of the system's daemon; in a session QEMU is who its daemon is. */
static gboolean
find_owner(QemuConfig *config, gboolean privileged, GError **error)
{
    if (!privileged) {
        config->owner = (Owner){geteuid(), getegid()};
        return TRUE;
    }
    if (!owner_find_user(config->user, &config->owner.uid, error) ||
        !owner_find_group(config->group, &config->owner.gid, error)) {
        g_prefix_error(error, "QEMU's user and group: ");
        return FALSE;
    }
    size_t n;
    g_autofree gid_t *groups = owner_find_groups(config->owner.uid, config->owner.gid, &n);
    gid_t *copy = arena_array_of(config->arena, gid_t, n);
    if (n > 0)
        memcpy(copy, groups, n * sizeof *groups);
    config->groups = copy;
    config->n_groups = n;
    return TRUE;
}

static gboolean
load(QemuConfig *config, const char *path, gboolean privileged, const char *text, size_t len,
     GError **error)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new();
    ConfTable table = {
        .keys = qemu_config_keys,
        .n_keys = qemu_config_n_keys,
        .program = 1,
        .program_name = "virtqemud",
        .session = !privileged,
        .path = path,
        .arena = config->arena,
        .config = config,
        .warnings = warnings,
    };
    Loader loader = {&table, config, conf_table_read(&table, text, len, error), error};
    if (loader.file == NULL || !refuse_unserved(&loader) || !read_controllers(&loader) ||
        !check_range(&loader, config->display_port_range, "remote_display_port_min",
                     "remote_display_port_max") ||
        !check_range(&loader, config->websocket_port_range, "remote_websocket_port_min",
                     "remote_websocket_port_max") ||
        !check_range(&loader, config->migration_port_range, "migration_port_min",
                     "migration_port_max"))
        return FALSE;
    config->warnings = conf_table_warnings(&table);
    return find_owner(config, privileged, error);
}

QemuConfig *
qemu_config_parse(const char *path, gboolean privileged, const char *text, size_t len,
                  GError **error)
{
    g_autoptr(QemuConfig) config = g_new0(QemuConfig, 1);
    g_atomic_ref_count_init(&config->refs);
    config->arena = arena_new();
    config->path = arena_strdup(config->arena, path);
    return load(config, path, privileged, text, len, error) ? g_steal_pointer(&config) : NULL;
}

QemuConfig *
qemu_config_load(const char *path, gboolean privileged, GError **error)
{
    gboolean missing;
    g_autoptr(GByteArray) text = conf_table_load(path, &missing, error);
    if (text == NULL)
        return NULL;
    QemuConfig *config = qemu_config_parse(
        path, privileged, text->len > 0 ? (const char *)text->data : "", text->len, error);
    if (config != NULL && missing)
        config->path = NULL;
    return config;
}

QemuConfig *
qemu_config_ref(QemuConfig *config)
{
    g_atomic_ref_count_inc(&config->refs);
    return config;
}

void
qemu_config_unref(QemuConfig *config)
{
    if (config == NULL || !g_atomic_ref_count_dec(&config->refs))
        return;
    arena_free(config->arena);
    g_free(config);
}

char *
qemu_config_sample(void)
{
    ConfTable table = {
        .keys = qemu_config_keys,
        .n_keys = qemu_config_n_keys,
        .program = 1,
        .program_name = "virtqemud",
    };
    return conf_table_sample(
        &table, "Settings for all guests, read by virtqemud when it starts. Each setting is shown "
                "with its default, or, where it has none, with an example.");
}
