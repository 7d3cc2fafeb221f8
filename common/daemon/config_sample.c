/*
 * config_sample — the configuration file of a daemon that ships.
 */
#include "common/daemon/config.h"

#include "common/daemon/config_keys.h"

char *
daemon_config_sample(DaemonKind daemon)
{
    ConfTable table = {
        .keys = config_keys,
        .n_keys = config_n_keys,
        .program = daemon,
        .program_name = daemon_kind_name(daemon),
    };
    g_autofree char *head = g_strdup_printf(
        "Configuration of %s. Each setting is shown with its default, or, where it has none, with "
        "an example. The daemon reads this file when it starts, and again on SIGHUP.",
        table.program_name);
    return conf_table_sample(&table, head);
}
