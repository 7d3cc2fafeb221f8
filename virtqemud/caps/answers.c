/*
 * answers — see answers.h.
 */
#include "virtqemud/caps/answers.h"

#include <string.h>

#include "common/base/error.h"

static const char *
get_text(Arena *arena, const Json *row, const char *name)
{
    return arena_strdup(arena, json_text(row, name));
}

gboolean
answers_version(QemuCaps *caps, const Json *reply, GError **error)
{
    const Json *qemu = json_get(reply, "qemu");
    uint64_t major = 0, minor = 0, micro = 0;
    if (!json_get_uint(qemu, "major", &major, NULL) ||
        !json_get_uint(qemu, "minor", &minor, NULL) ||
        !json_get_uint(qemu, "micro", &micro, NULL) || major == 0 || major > 999 || minor > 999 ||
        micro > 999) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "'%s' does not tell its version", caps->program);
        return FALSE;
    }
    caps->version = (uint32_t)(major * 1000000 + minor * 1000 + micro);
    caps->package = get_text(caps->arena, reply, "package");
    if (caps->package == NULL)
        caps->package = "";
    return TRUE;
}

/* QEMU's names of targets, where the kernel and libvirt have others. */
static const char *const arch_names[][2] = {
    {"i386", "i686"},
    {"arm", "armv7l"},
};

gboolean
answers_arch(QemuCaps *caps, const Json *reply, GError **error)
{
    caps->arch = get_text(caps->arena, reply, "arch");
    for (size_t i = 0; caps->arch != NULL && i < G_N_ELEMENTS(arch_names); i++) {
        if (strcmp(caps->arch, arch_names[i][0]) == 0)
            caps->arch = arch_names[i][1];
    }
    if (caps->arch == NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "'%s' does not tell of which architecture its guests are", caps->program);
    return caps->arch != NULL;
}

void
answers_machines(QemuCaps *caps, const Json *reply)
{
    size_t n = json_kind(reply) == JSON_ARRAY ? json_length(reply) : 0;
    caps->machines = arena_array_of(caps->arena, QemuMachine, n);
    for (size_t i = 0; i < n; i++) {
        const Json *row = json_item(reply, i);
        QemuMachine machine = {
            .name = get_text(caps->arena, row, "name"),
            .alias = get_text(caps->arena, row, "alias"),
            .cpu = get_text(caps->arena, row, "default-cpu-type"),
            .ram_id = get_text(caps->arena, row, "default-ram-id"),
            .cpus_max = json_u32(row, "cpu-max"),
            .is_default = json_flag(row, "is-default"),
            .is_deprecated = json_flag(row, "deprecated"),
            .hotplug_cpus = json_flag(row, "hotpluggable-cpus"),
            .numa_memory = json_flag(row, "numa-mem-supported"),
        };
        if (machine.name != NULL && strcmp(machine.name, "none") != 0)
            caps->machines[caps->n_machines++] = machine;
    }
}

static void
add_names(GPtrArray *words, const Json *reply)
{
    for (size_t i = 0; json_kind(reply) == JSON_ARRAY && i < json_length(reply); i++) {
        const char *name = json_as_string(json_get(json_item(reply, i), "name"));
        if (name != NULL && strpbrk(name, " \n") == NULL)
            g_ptr_array_add(words, (void *)(uintptr_t)name);
    }
}

/* A processor is a device too, but is never plugged by its type's name alone. */
void
answers_types(GPtrArray *words, const Json *reply)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    add_names(all, reply);
    for (guint i = 0; i < all->len; i++) {
        if (!g_str_has_suffix(g_ptr_array_index(all, i), "-cpu"))
            g_ptr_array_add(words, g_ptr_array_index(all, i));
    }
}

void
answers_drop_baseless(GPtrArray *words)
{
    static const char *const rows[][2] = {
        {"virtio-gpu-gl-pci", "virtio-gpu-gl-device"},
        {"virtio-vga-gl", "virtio-gpu-gl-device"},
        {"virtio-gpu-pci", "virtio-gpu-device"},
        {"virtio-vga", "virtio-gpu-device"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint at;
        if (!g_ptr_array_find_with_equal_func(words, rows[i][1], g_str_equal, NULL) &&
            g_ptr_array_find_with_equal_func(words, rows[i][0], g_str_equal, &at))
            g_ptr_array_remove_index_fast(words, at);
    }
}

void
answers_device(QemuCaps *caps, const char *type, const Json *reply)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    add_names(names, reply);
    caps->devices[caps->n_devices++] =
        (CapsDevice){arena_strdup(caps->arena, type), caps_words(caps->arena, names)};
}

static const char *const *
words_of_array(Arena *arena, const Json *array)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t i = 0; i < json_length(array); i++) {
        const char *word = json_as_string(json_item(array, i));
        if (word != NULL)
            g_ptr_array_add(words, (void *)(uintptr_t)word);
    }
    return caps_words(arena, words).words;
}

void
answers_models(QemuCaps *caps, QemuAccel accel, const Json *reply)
{
    Arena *arena = caps->arena;
    CapsAccel *to = &caps->accels[accel];
    size_t n = json_kind(reply) == JSON_ARRAY ? json_length(reply) : 0;
    to->models = arena_array_of(arena, QemuCpuModel, n);
    for (size_t i = 0; i < n; i++) {
        const Json *row = json_item(reply, i);
        const Json *blockers = json_get(row, "unavailable-features");
        QemuCpuModel model = {
            .name = get_text(arena, row, "name"),
            .alias_of = get_text(arena, row, "alias-of"),
            .blockers = json_kind(blockers) == JSON_ARRAY ? words_of_array(arena, blockers) : NULL,
            .is_usable = json_kind(blockers) == JSON_ARRAY && json_length(blockers) == 0,
            .is_deprecated = json_flag(row, "deprecated"),
        };
        if (model.name != NULL)
            to->models[to->n_models++] = model;
    }
}

static gboolean
add_if_set(void *data, const char *name, Json *value)
{
    if (json_kind(value) == JSON_BOOL) {
        g_autoptr(Json) holder = json_new_object();
        json_add(holder, "is", json_ref(value));
        if (json_flag(holder, "is"))
            g_ptr_array_add(data, (void *)(uintptr_t)name);
    }
    return TRUE;
}

void
answers_expansion(QemuCaps *caps, QemuCpuModel *model, const Json *reply)
{
    const Json *properties = json_at(reply, "model/props");
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    (void)json_each(properties, add_if_set, names); /* add_if_set never ends it */
    model->features = caps_words(caps->arena, names).words;
    model->vendor = get_text(caps->arena, properties, "vendor");
    model->family = json_u32(properties, "family");
    model->model = json_u32(properties, "model");
    model->stepping = json_u32(properties, "stepping");
}

void
answers_share_features(CapsAccel *accel)
{
    for (size_t i = 0; i < accel->n_models; i++) {
        QemuCpuModel *model = &accel->models[i];
        for (size_t j = 0; model->alias_of != NULL && j < accel->n_models; j++) {
            const QemuCpuModel *other = &accel->models[j];
            if (strcmp(other->name, model->alias_of) != 0)
                continue;
            model->features = other->features;
            model->vendor = other->vendor;
            model->family = other->family;
            model->model = other->model;
            model->stepping = other->stepping;
        }
    }
}
