/*
 * cpu_resolve — see cpu_resolve.h.
 */
#include "virtqemud/caps/cpu_resolve.h"

#include <string.h>

#include "common/base/error.h"
#include "virtqemud/caps/cpu_models.h"

/* The features that policies speak of. */
typedef struct {
    CpuSet required; /* 'force' too */
    CpuSet forced;
    CpuSet disabled; /* 'forbid' too */
    CpuSet forbidden;
} Wishes;

/* What is known when one is resolved. */
typedef struct {
    Cpu *cpu;
    const QemuCaps *caps;
    QemuAccel accel;
    Arena *arena;
    CpuSet available;
    const char *vendor; /* of the host; NULL: not known */
    CpuModelInfo model;
    Wishes wishes;
} Resolve;

static gboolean
read_wishes(const Cpu *cpu, Wishes *ret_wishes, GError **error)
{
    Wishes wishes = {0};
    for (size_t i = 0; i < cpu->features.n; i++) {
        const CpuFeature *feature = cpu->features.items[i];
        int number = cpu_feature_find(feature->name);
        if (number < 0) {
            virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "unknown CPU feature: %s", feature->name);
            return FALSE;
        }
        gboolean is_off =
            feature->policy == CPU_FEATURE_DISABLE || feature->policy == CPU_FEATURE_FORBID;
        cpu_set_add(is_off ? &wishes.disabled : &wishes.required, (size_t)number);
        if (feature->policy == CPU_FEATURE_FORBID)
            cpu_set_add(&wishes.forbidden, (size_t)number);
        if (feature->policy == CPU_FEATURE_FORCE)
            cpu_set_add(&wishes.forced, (size_t)number);
    }
    *ret_wishes = wishes;
    return TRUE;
}

static CpuFeature *
find_feature(const Cpu *cpu, const char *name)
{
    for (size_t i = 0; i < cpu->features.n; i++) {
        if (strcmp(cpu->features.items[i]->name, name) == 0)
            return cpu->features.items[i];
    }
    return NULL;
}

/* One that is there already gets the policy. The list is a new one: the items of the old may be
 * shared with another definition. */
static void
add_features(Cpu *cpu, const CpuSet *set, CpuFeaturePolicy policy, Arena *arena)
{
    size_t n = 0;
    CpuFeature **items = arena_array_of(arena, CpuFeature *, cpu->features.n + CPU_N_FEATURES);
    for (; n < cpu->features.n; n++) {
        items[n] = arena_new_of(arena, CpuFeature);
        *items[n] = *cpu->features.items[n];
    }
    cpu->features.items = items;
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        CpuFeature *feature = find_feature(cpu, cpu_feature_name(i));
        if (!cpu_set_has(set, i))
            continue;
        if (feature == NULL) {
            feature = items[n++] = arena_new_of(arena, CpuFeature);
            feature->name = cpu_feature_name(i);
            cpu->features.n = n;
        }
        feature->policy = policy;
    }
}

/* The model nearest to the host's; the definition's own features count more. */
static gboolean
name_host_model(Resolve *resolve, GError **error)
{
    Cpu *cpu = resolve->cpu;
    Cpu wished = *cpu;
    CpuModelInfo nearest;
    if (!cpu_model_nearest(resolve->caps, resolve->accel, &resolve->available, resolve->vendor,
                           CPU_NEAREST_ANY, &nearest)) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "no model describes the host's processor");
        return FALSE;
    }
    CpuSet more = cpu_set_minus(&resolve->available, &nearest.promised);
    CpuSet less = cpu_set_minus(&nearest.promised, &resolve->available);
    cpu->vendor = cpu->mode == CPU_HOST_MODEL ? nearest.vendor : cpu->vendor;
    cpu->mode = CPU_CUSTOM;
    cpu->match = CPU_MATCH_EXACT;
    cpu->model = arena_strdup(resolve->arena, nearest.name);
    cpu->features.n = 0;
    add_features(cpu, &more, CPU_FEATURE_REQUIRE, resolve->arena);
    add_features(cpu, &less, CPU_FEATURE_DISABLE, resolve->arena);
    for (size_t i = 0; i < wished.features.n; i++) {
        const CpuFeature *feature = wished.features.items[i];
        CpuSet one = cpu_set_of_text(feature->name);
        add_features(cpu, &one, feature->policy, resolve->arena);
    }
    return TRUE;
}

static void
decide_optional(Resolve *resolve)
{
    Cpu *cpu = resolve->cpu;
    CpuSet none = {0};
    add_features(cpu, &none, CPU_FEATURE_REQUIRE, resolve->arena);
    for (size_t i = 0; i < cpu->features.n; i++) {
        CpuFeature *feature = cpu->features.items[i];
        int number = cpu_feature_find(feature->name);
        if (feature->policy == CPU_FEATURE_OPTIONAL)
            feature->policy = cpu_set_has(&resolve->available, (size_t)number)
                                  ? CPU_FEATURE_REQUIRE
                                  : CPU_FEATURE_DISABLE;
    }
}

/* A feature that the definition names is as it says. */
static void
switch_off_former(Resolve *resolve)
{
    CpuSet named = cpu_set_or(&resolve->wishes.required, &resolve->wishes.disabled);
    CpuSet off = cpu_set_minus(&resolve->model.once, &named);
    add_features(resolve->cpu, &off, CPU_FEATURE_DISABLE, resolve->arena);
}

static gboolean
fail_incompatible(const CpuSet *features, const char *what, GError **error)
{
    g_autofree char *text = cpu_set_text(features, ", ");
    virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CPU_INCOMPATIBLE, "%s: %s", what, text);
    return FALSE;
}

/* check='partial': before QEMU is started. */
static gboolean
check_partial(const Resolve *resolve, GError **error)
{
    const Wishes *wishes = &resolve->wishes;
    CpuSet wanted = cpu_set_or(&resolve->model.promised, &wishes->required);
    wanted = cpu_set_minus(&wanted, &wishes->disabled);
    wanted = cpu_set_minus(&wanted, &wishes->forced);
    CpuSet missing = cpu_set_minus(&wanted, &resolve->available);
    CpuSet unwanted = cpu_set_and(&wishes->forbidden, &resolve->available);
    if (resolve->cpu->vendor != NULL && resolve->vendor != NULL &&
        strcmp(resolve->cpu->vendor, resolve->vendor) != 0) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CPU_INCOMPATIBLE,
                       "host CPU vendor does not match required CPU vendor %s",
                       resolve->cpu->vendor);
        return FALSE;
    }
    if (cpu_set_count(&unwanted) > 0)
        return fail_incompatible(&unwanted, "Host CPU provides forbidden features", error);
    if (cpu_set_count(&missing) > 0)
        return fail_incompatible(&missing, "Host CPU does not provide required features", error);
    return TRUE;
}

/* What the guest will have. */
static CpuSet
settle_features(const Resolve *resolve)
{
    CpuSet has = cpu_set_or(&resolve->model.made, &resolve->wishes.required);
    has = cpu_set_minus(&has, &resolve->wishes.disabled);
    return cpu_set_and(&has, &resolve->available);
}

static gboolean
check_full(const Resolve *resolve, GError **error)
{
    CpuSet has = settle_features(resolve);
    CpuSet said = cpu_set_or(&resolve->model.promised, &resolve->wishes.required);
    said = cpu_set_minus(&said, &resolve->wishes.disabled);
    CpuSet more = cpu_set_minus(&has, &said);
    CpuSet less = cpu_set_minus(&said, &has);
    g_autofree char *more_text = cpu_set_text(&more, ",");
    g_autofree char *less_text = cpu_set_text(&less, ",");
    if (*more_text == '\0' && *less_text == '\0')
        return TRUE;
    virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_OPERATION_FAILED,
                   "guest CPU doesn't match specification: %s%s%s%s%s",
                   *more_text != '\0' ? "extra features: " : "", more_text,
                   *more_text != '\0' && *less_text != '\0' ? ", " : "",
                   *less_text != '\0' ? "missing features: " : "", less_text);
    return FALSE;
}

static gboolean
find_model(Resolve *resolve, GError **error)
{
    const char *name = resolve->cpu->model;
    if (name != NULL && cpu_model_find(resolve->caps, resolve->accel, name, &resolve->model))
        return TRUE;
    virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_INTERNAL_ERROR, "Unknown CPU model %s",
                   name != NULL ? name : "");
    return FALSE;
}

static gboolean
is_x86(const QemuCaps *caps)
{
    return strcmp(qemu_caps_arch(caps), "x86_64") == 0 || strcmp(qemu_caps_arch(caps), "i686") == 0;
}

static gboolean
check_mode(const Cpu *cpu, const QemuCaps *caps, QemuAccel accel, GError **error)
{
    const char *mode =
        cpu->mode == CPU_HOST_PASSTHROUGH && accel != QEMU_ACCEL_KVM ? "host-passthrough" : NULL;
    if (cpu->mode == CPU_HOST_MODEL && !is_x86(caps))
        mode = "host-model";
    if (mode != NULL)
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "CPU mode '%s' for %s guests with %s is not supported by '%s'", mode,
                       qemu_caps_arch(caps), qemu_accel_name(accel), qemu_caps_program(caps));
    return mode == NULL;
}

gboolean
caps_cpu_resolve(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena, GError **error)
{
    Resolve resolve = {.cpu = cpu, .caps = caps, .accel = accel, .arena = arena};
    gboolean is_whole = cpu->match != CPU_MATCH_MINIMUM && cpu->mode != CPU_HOST_MODEL;
    if (!check_mode(cpu, caps, accel, error))
        return FALSE;
    if (cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM || !is_x86(caps) ||
        (cpu->mode != CPU_HOST_MODEL && cpu->model == NULL))
        return TRUE;
    if (!read_wishes(cpu, &resolve.wishes, error) ||
        (cpu->mode != CPU_HOST_MODEL && !find_model(&resolve, error)))
        return FALSE;
    if (!cpu_model_available(caps, accel, &resolve.available, &resolve.vendor)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' does not tell which CPU features it has", qemu_caps_program(caps));
        return FALSE;
    }
    if (!is_whole && !name_host_model(&resolve, error))
        return FALSE;
    decide_optional(&resolve);
    cpu->fallback = CPU_FALLBACK_FORBID;
    if (!find_model(&resolve, error) || !read_wishes(cpu, &resolve.wishes, error))
        return FALSE;
    switch_off_former(&resolve);
    if (!read_wishes(cpu, &resolve.wishes, error))
        return FALSE;
    if (cpu->check == CPU_CHECK_PARTIAL)
        return check_partial(&resolve, error);
    return cpu->check != CPU_CHECK_FULL || check_full(&resolve, error);
}

void
caps_cpu_settle(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena)
{
    Resolve resolve = {.cpu = cpu, .caps = caps, .accel = accel, .arena = arena};
    if ((cpu->mode != CPU_CUSTOM && cpu->mode != 0) || cpu->model == NULL || !is_x86(caps) ||
        !cpu_model_find(caps, accel, cpu->model, &resolve.model) ||
        !read_wishes(cpu, &resolve.wishes, NULL) ||
        !cpu_model_available(caps, accel, &resolve.available, &resolve.vendor))
        return;
    CpuSet has = settle_features(&resolve);
    CpuSet wished = cpu_set_or(&resolve.wishes.required, &resolve.wishes.disabled);
    CpuSet lost = cpu_set_minus(&resolve.wishes.required, &has);
    CpuSet kept = cpu_set_and(&resolve.wishes.required, &has);
    add_features(cpu, &lost, CPU_FEATURE_DISABLE, arena);
    add_features(cpu, &kept, CPU_FEATURE_REQUIRE, arena);
    /* What QEMU does to the model, in the order of the features. */
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        gboolean is_there = cpu_set_has(&has, i);
        CpuSet one = {0};
        cpu_set_add(&one, i);
        if (!cpu_set_has(&wished, i) && is_there != cpu_set_has(&resolve.model.promised, i))
            add_features(cpu, &one, is_there ? CPU_FEATURE_REQUIRE : CPU_FEATURE_DISABLE, arena);
    }
    cpu->check = CPU_CHECK_FULL;
    cpu->fallback = CPU_FALLBACK_FORBID;
}

void
caps_cpu_foretell(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena)
{
    Resolve resolve = {.cpu = cpu, .caps = caps, .accel = accel, .arena = arena};
    gboolean is_named = cpu->mode != CPU_HOST_MODEL && cpu->match != CPU_MATCH_MINIMUM;
    if (cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM || !is_x86(caps) ||
        !read_wishes(cpu, &resolve.wishes, NULL) ||
        !cpu_model_available(caps, accel, &resolve.available, &resolve.vendor) ||
        (!is_named && !name_host_model(&resolve, NULL)))
        return;
    decide_optional(&resolve);
    if (!is_named)
        cpu->fallback = CPU_FALLBACK_ALLOW;
}
