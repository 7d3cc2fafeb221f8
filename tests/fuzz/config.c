/*
 * config — any bytes as a configuration file of any daemon: read or refused, never anything else.
 * The first byte chooses the daemon. What was accepted must be complete.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/daemon/conf_syntax.h"
#include "common/daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every text of a value lies inside the arena and ends; reading it all shows that to the sanitizer.
 */
static size_t
touch(const ConfValue *value)
{
    size_t sum = value->line + value->column;
    if (value->type == CONF_VALUE_STRING)
        sum += strlen(value->string);
    for (size_t i = 0; value->type == CONF_VALUE_LIST && i < value->n_items; i++)
        sum += touch(&value->items[i]);
    return sum;
}

static void
check_syntax(const char *text, size_t len)
{
    g_autoptr(Arena) arena = arena_new();
    g_autoptr(GError) error = NULL;
    const ConfFile *file = conf_syntax_parse(arena, text, len, "fuzz.conf", &error);
    g_assert((file == NULL) == (error != NULL));
    for (size_t i = 0; file != NULL && i < file->n_entries; i++) {
        g_assert(file->entries[i].key[0] != '\0');
        g_assert(touch(&file->entries[i].value) > 0);
        g_assert(conf_syntax_find(file, file->entries[i].key) != NULL);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    check_syntax(text, size - 1);
    ConfigSource source = {.daemon = (DaemonKind)(1 << (data[0] % 5)),
                           .privileged = (data[0] & 0x80) != 0,
                           .path = "fuzz.conf"};
    g_autoptr(GError) error = NULL;
    g_autoptr(DaemonConfig) config = daemon_config_parse(&source, text, size - 1, &error);
    g_assert((config == NULL) == (error != NULL));
    if (config == NULL)
        return 0;
    g_assert(config->warnings != NULL);
    g_assert(config->limits.max_clients >= config->limits.max_anonymous_clients);
    g_assert(config->limits.max_workers >= config->limits.min_workers);
    g_assert(config->unix_sock_rw_perms <= 0777);
    g_assert(config->log_level >= 1 && config->log_level <= 4);
    return 0;
}
