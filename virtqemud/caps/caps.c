/*
 * caps — see caps.h.
 */
#include "virtqemud/caps/caps.h"

#include <stdlib.h>
#include <string.h>

#include "virtqemud/caps/caps_private.h"

static const char *const accel_names[QEMU_N_ACCELS] = {
    [QEMU_ACCEL_TCG] = "tcg",
    [QEMU_ACCEL_KVM] = "kvm",
};

QemuCaps *
caps_new(void)
{
    QemuCaps *caps = g_new0(QemuCaps, 1);
    caps->refs = 1;
    caps->arena = arena_new();
    return caps;
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

CapsWords
caps_words(Arena *arena, const GPtrArray *words)
{
    const char **sorted = arena_array_of(arena, const char *, words->len + 1);
    for (guint i = 0; i < words->len; i++)
        sorted[i] = arena_strdup(arena, g_ptr_array_index(words, i));
    qsort(sorted, words->len, sizeof *sorted, compare_words);
    size_t n = 0;
    for (guint i = 0; i < words->len; i++) {
        if (n == 0 || strcmp(sorted[n - 1], sorted[i]) != 0)
            sorted[n++] = sorted[i];
    }
    sorted[n] = NULL;
    return (CapsWords){sorted, n};
}

CapsWords
caps_words_of_text(Arena *arena, const char *text)
{
    g_auto(GStrv) parts = g_strsplit_set(text, " \n", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (char **part = parts; *part != NULL; part++) {
        if (**part != '\0')
            g_ptr_array_add(words, *part);
    }
    return caps_words(arena, words);
}

gboolean
caps_words_have(const CapsWords *set, const char *word)
{
    return set->n > 0 &&
           bsearch(&word, set->words, set->n, sizeof *set->words, compare_words) != NULL;
}

static int
compare_devices(const void *a, const void *b)
{
    return strcmp(((const CapsDevice *)a)->type, ((const CapsDevice *)b)->type);
}

void
caps_sort(QemuCaps *caps)
{
    if (caps->n_devices > 0)
        qsort(caps->devices, caps->n_devices, sizeof *caps->devices, compare_devices);
}

QemuCaps *
qemu_caps_ref(QemuCaps *caps)
{
    g_atomic_int_inc(&caps->refs);
    return caps;
}

void
qemu_caps_unref(QemuCaps *caps)
{
    if (caps == NULL || !g_atomic_int_dec_and_test(&caps->refs))
        return;
    arena_free(caps->arena);
    g_free(caps);
}

const char *
qemu_caps_program(const QemuCaps *caps)
{
    return caps->program;
}

uint32_t
qemu_caps_version(const QemuCaps *caps)
{
    return caps->version;
}

const char *
qemu_caps_arch(const QemuCaps *caps)
{
    return caps->arch;
}

const char *
qemu_caps_package(const QemuCaps *caps)
{
    return caps->package;
}

const QmpCaps *
qemu_caps_qmp(const QemuCaps *caps)
{
    return &caps->qmp;
}

gboolean
qemu_caps_has_accel(const QemuCaps *caps, QemuAccel accel)
{
    return caps->accels[accel].reason == NULL;
}

const char *
qemu_caps_accel_reason(const QemuCaps *caps, QemuAccel accel)
{
    return caps->accels[accel].reason;
}

const char *
qemu_accel_name(QemuAccel accel)
{
    return accel_names[accel];
}

gboolean
qemu_caps_has_device(const QemuCaps *caps, const char *type)
{
    return caps_words_have(&caps->types, type);
}

gboolean
qemu_caps_has_property(const QemuCaps *caps, const char *type, const char *property)
{
    CapsDevice key = {.type = type};
    const CapsDevice *device =
        caps->n_devices == 0
            ? NULL
            : bsearch(&key, caps->devices, caps->n_devices, sizeof *caps->devices, compare_devices);
    return device != NULL && caps_words_have(&device->properties, property);
}

const QemuMachine *
qemu_caps_machine(const QemuCaps *caps, const char *name)
{
    for (size_t i = 0; i < caps->n_machines; i++) {
        const QemuMachine *machine = &caps->machines[i];
        if (name == NULL
                ? machine->is_default
                : (strcmp(name, machine->name) == 0 || g_strcmp0(name, machine->alias) == 0))
            return machine;
    }
    return NULL;
}

const QemuMachine *
qemu_caps_machines(const QemuCaps *caps, size_t *ret_n)
{
    *ret_n = caps->n_machines;
    return caps->machines;
}

const QemuCpuModel *
qemu_caps_cpu_models(const QemuCaps *caps, QemuAccel accel, size_t *ret_n)
{
    *ret_n = caps->accels[accel].n_models;
    return caps->accels[accel].models;
}

const QemuCpuModel *
qemu_caps_cpu_model(const QemuCaps *caps, QemuAccel accel, const char *name)
{
    const CapsAccel *row = &caps->accels[accel];
    for (size_t i = 0; i < row->n_models; i++) {
        if (strcmp(row->models[i].name, name) == 0)
            return &row->models[i];
    }
    return NULL;
}
