/*
 * cpu — see cpu.h.
 */
#include "common/host/cpu.h"

#include <string.h>
#include <sys/utsname.h>

#include "common/base/units.h"
#include "common/host/file.h"

/* Enough for the first processor, whose features are its longest line. */
enum { CPUINFO_MAX_BYTES = 64 * 1024 };

static int32_t
number_or_none(const char *value)
{
    uint64_t number = 0;
    return units_parse_u64(value, INT32_MAX, &number) ? (int32_t)number : -1;
}

/* "2445.422", also "2500.000000MHz". */
static uint32_t
whole_mhz(char *value)
{
    uint64_t mhz = 0;
    value[strspn(value, "0123456789")] = '\0';
    return units_parse_u64(value, UINT32_MAX >> 1, &mhz) ? (uint32_t)mhz : 0;
}

/* "48 bits physical, 48 bits virtual" */
static uint32_t
leading_bits(char *value)
{
    uint64_t bits = 0;
    value[strspn(value, "0123456789")] = '\0';
    return units_parse_u64(value, 64, &bits) ? (uint32_t)bits : 0;
}

static char **
split_flags(const char *value)
{
    g_autoptr(GPtrArray) flags = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(value, " ", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (words[i][0] != '\0')
            g_ptr_array_add(flags, g_strdup(words[i]));
    }
    g_ptr_array_add(flags, NULL);
    return (char **)g_ptr_array_steal(flags, NULL);
}

static void
take_field(HostCpuInfo *info, const char *name, char *value)
{
    if (strcmp(name, "vendor_id") == 0 && info->vendor == NULL) {
        info->vendor = g_strdup(value);
    } else if (strcmp(name, "model name") == 0 && info->model_name == NULL) {
        info->model_name = g_strdup(value);
    } else if (strcmp(name, "microcode") == 0 && info->microcode == NULL) {
        info->microcode = g_strdup(value);
    } else if (strcmp(name, "address sizes") == 0) {
        info->physical_address_bits = leading_bits(value);
    } else if (strcmp(name, "cpu family") == 0) {
        info->family = number_or_none(value);
    } else if (strcmp(name, "model") == 0) {
        info->model = number_or_none(value);
    } else if (strcmp(name, "stepping") == 0) {
        info->stepping = number_or_none(value);
    } else if (strcmp(name, "cpu MHz") == 0 || strcmp(name, "clock") == 0) {
        info->mhz = whole_mhz(value);
    } else if ((strcmp(name, "flags") == 0 || strcmp(name, "Features") == 0) &&
               info->flags == NULL) {
        info->flags = split_flags(value);
    }
}

/* One processor ends at an empty line. On some architectures what all have in common stands behind
 * the last one; that is not read. */
HostCpuInfo *
host_cpu_info_parse(const char *text)
{
    HostCpuInfo *info = g_new0(HostCpuInfo, 1);
    info->family = info->model = info->stepping = -1;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        char *colon = strchr(lines[i], ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        take_field(info, g_strchomp(lines[i]), g_strstrip(colon + 1));
    }
    if (info->flags == NULL)
        info->flags = g_new0(char *, 1);
    return info;
}

HostCpuInfo *
host_cpu_info_read(int root, GError **error)
{
    g_autofree char *text = host_file_text(root, "proc/cpuinfo", CPUINFO_MAX_BYTES, error);
    return text == NULL ? NULL : host_cpu_info_parse(text);
}

void
host_cpu_info_free(HostCpuInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->vendor);
    g_free(info->model_name);
    g_free(info->microcode);
    g_strfreev(info->flags);
    g_free(info);
}

char *
host_arch(void)
{
    struct utsname name;
    return g_strdup(uname(&name) == 0 ? name.machine : "unknown");
}
