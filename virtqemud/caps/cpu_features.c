/*
 * cpu_features — see cpu_features.h.
 */
#include "virtqemud/caps/cpu_features.h"

#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { EAX, EBX, ECX, EDX, NONE };

typedef struct {
    const char *name;
    const char *qemu;
    uint32_t leaf;
    uint32_t subleaf;
    uint8_t reg;
    uint8_t bit;
} Row;

#define X(name, qemu, leaf, subleaf, reg, bit) {name, qemu, leaf, subleaf, reg, bit},
static const Row rows[] = {CPU_FEATURES(X)};
#undef X

int
cpu_feature_find(const char *name)
{
    for (int i = 0; i < CPU_N_FEATURES; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return i;
    }
    return -1;
}

static int
find_qemu(const char *name)
{
    for (int i = 0; i < CPU_N_FEATURES; i++) {
        if (g_strcmp0(rows[i].qemu, name) == 0)
            return i;
    }
    return -1;
}

const char *
cpu_feature_name(size_t feature)
{
    g_assert(feature < CPU_N_FEATURES);
    return rows[feature].name;
}

const char *
cpu_feature_qemu_name(const char *name)
{
    int feature = cpu_feature_find(name);
    return feature >= 0 && rows[feature].qemu != NULL ? rows[feature].qemu : name;
}

gboolean
cpu_set_has(const CpuSet *set, size_t feature)
{
    return (set->words[feature / 64] >> (feature % 64)) & 1;
}

void
cpu_set_add(CpuSet *set, size_t feature)
{
    set->words[feature / 64] |= UINT64_C(1) << (feature % 64);
}

void
cpu_set_remove(CpuSet *set, size_t feature)
{
    set->words[feature / 64] &= ~(UINT64_C(1) << (feature % 64));
}

size_t
cpu_set_count(const CpuSet *set)
{
    size_t n = 0;
    for (size_t i = 0; i < CPU_SET_WORDS; i++)
        n += (size_t)__builtin_popcountll(set->words[i]);
    return n;
}

CpuSet
cpu_set_minus(const CpuSet *set, const CpuSet *less)
{
    CpuSet result;
    for (size_t i = 0; i < CPU_SET_WORDS; i++)
        result.words[i] = set->words[i] & ~less->words[i];
    return result;
}

CpuSet
cpu_set_or(const CpuSet *one, const CpuSet *other)
{
    CpuSet result;
    for (size_t i = 0; i < CPU_SET_WORDS; i++)
        result.words[i] = one->words[i] | other->words[i];
    return result;
}

CpuSet
cpu_set_and(const CpuSet *one, const CpuSet *other)
{
    CpuSet result;
    for (size_t i = 0; i < CPU_SET_WORDS; i++)
        result.words[i] = one->words[i] & other->words[i];
    return result;
}

char *
cpu_set_text(const CpuSet *set, const char *separator)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        if (cpu_set_has(set, i))
            g_string_append_printf(text, "%s%s", text->len > 0 ? separator : "", rows[i].name);
    }
    return g_string_free(text, FALSE);
}

CpuSet
cpu_set_of_text(const char *text)
{
    CpuSet set = {0};
    g_auto(GStrv) names = g_strsplit(text, " ", -1);
    for (char **name = names; *name != NULL; name++) {
        int feature = cpu_feature_find(*name);
        if (feature >= 0)
            cpu_set_add(&set, (size_t)feature);
    }
    return set;
}

CpuSet
cpu_set_of_qemu(const char *const *names)
{
    CpuSet set = {0};
    for (; names != NULL && *names != NULL; names++) {
        int feature = find_qemu(*names);
        if (feature >= 0)
            cpu_set_add(&set, (size_t)feature);
    }
    return set;
}

#if defined(__x86_64__) || defined(__i386__)

/* A subleaf is there only where the leaf's first one, or the processor's vendor, offers it; what is
 * beyond reads as zero. */
CpuSet
cpu_set_of_host(void)
{
    CpuSet set = {0};
    uint32_t regs[4] = {0};
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        const Row *row = &rows[i];
        gboolean is_same =
            i > 0 && row->leaf == rows[i - 1].leaf && row->subleaf == rows[i - 1].subleaf;
        if (row->reg == NONE)
            continue;
        if (!is_same && !__get_cpuid_count(row->leaf, row->subleaf, &regs[EAX], &regs[EBX],
                                           &regs[ECX], &regs[EDX]))
            memset(regs, 0, sizeof regs);
        if ((regs[row->reg] >> row->bit) & 1)
            cpu_set_add(&set, i);
    }
    return set;
}

#else

CpuSet
cpu_set_of_host(void)
{
    return (CpuSet){0};
}

#endif
