/*
 * host_caches — see host_caches.h. The kernel's Documentation/ABI/stable/sysfs-devices-system-cpu
 * describes the files.
 */
#include "virtqemud/caps/host_caches.h"

#include <string.h>

#include "common/host/file.h"
#include "virtqemud/caps/markup.h"

/* Caches of the third level and above: the others belong to a core each. */
enum { LEVEL_MIN = 3, LEVEL_MAX = 8, INDEXES_MAX = 16 };

typedef struct {
    uint64_t id;
    uint64_t level;
    uint64_t size_kib;
    const char *type;
    char *cpus;
} Bank;

static void
bank_clear(Bank *bank)
{
    g_free(bank->cpus);
}

static const char *
read_type(int root, const char *folder)
{
    static const char *const names[][2] = {
        {"Unified", "both"}, {"Instruction", "code"}, {"Data", "data"}};
    g_autofree char *path = g_strconcat(folder, "/type", NULL);
    g_autofree char *line = host_file_line(root, path);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_strcmp0(line, names[i][0]) == 0)
            return names[i][1];
    }
    return NULL;
}

/* "32768K" */
static uint64_t
read_size_kib(int root, const char *folder)
{
    g_autofree char *path = g_strconcat(folder, "/size", NULL);
    g_autofree char *line = host_file_line(root, path);
    char *end = NULL;
    uint64_t size = line != NULL ? g_ascii_strtoull(line, &end, 10) : 0;
    return end != NULL && strcmp(end, "K") == 0 ? size : 0;
}

static gboolean
read_bank(int root, const char *folder, Bank *ret_bank)
{
    g_autofree char *level = g_strconcat(folder, "/level", NULL);
    g_autofree char *id = g_strconcat(folder, "/id", NULL);
    g_autofree char *cpus = g_strconcat(folder, "/shared_cpu_list", NULL);
    Bank bank = {0};
    if (!host_file_number(root, level, LEVEL_MAX, &bank.level) || bank.level < LEVEL_MIN ||
        !host_file_number(root, id, UINT32_MAX, &bank.id))
        return FALSE;
    bank.type = read_type(root, folder);
    bank.size_kib = read_size_kib(root, folder);
    bank.cpus = host_file_line(root, cpus);
    if (bank.type == NULL || bank.size_kib == 0 || bank.cpus == NULL) {
        bank_clear(&bank);
        return FALSE;
    }
    *ret_bank = bank;
    return TRUE;
}

static gboolean
have_bank(const GArray *banks, const Bank *bank)
{
    for (guint i = 0; i < banks->len; i++) {
        const Bank *other = &g_array_index(banks, Bank, i);
        if (other->id == bank->id && other->level == bank->level && other->type == bank->type)
            return TRUE;
    }
    return FALSE;
}

static void
add_bank(GString *xml, const Bank *bank)
{
    gboolean is_mib = bank->size_kib % 1024 == 0;
    markup_add(xml,
               "      <bank id='%u' level='%u' type='%s' size='%" G_GUINT64_FORMAT
               "' unit='%s' cpus='%s'/>",
               (unsigned)bank->id, (unsigned)bank->level, bank->type,
               is_mib ? bank->size_kib / 1024 : bank->size_kib, is_mib ? "MiB" : "KiB", bank->cpus);
}

void
host_caches_add(GString *xml, int root, const HostTopology *topology)
{
    g_autoptr(GArray) banks = g_array_new(FALSE, FALSE, sizeof(Bank));
    g_array_set_clear_func(banks, (GDestroyNotify)bank_clear);
    for (size_t cpu = 0; cpu < topology->n_cpus; cpu++) {
        for (int index = 0; index < INDEXES_MAX; index++) {
            g_autofree char *folder =
                g_strdup_printf("sys/devices/system/cpu/cpu%zu/cache/index%d", cpu, index);
            Bank bank;
            if (!host_dir_exists(root, folder))
                break;
            if (!read_bank(root, folder, &bank))
                continue;
            if (have_bank(banks, &bank))
                bank_clear(&bank);
            else
                g_array_append_val(banks, bank);
        }
    }
    if (banks->len == 0)
        return;
    markup_add(xml, "    <cache>");
    for (guint i = 0; i < banks->len; i++)
        add_bank(xml, &g_array_index(banks, Bank, i));
    markup_add(xml, "    </cache>");
}
