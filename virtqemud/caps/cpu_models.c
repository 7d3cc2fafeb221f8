/*
 * cpu_models — see cpu_models.h.
 */
#include "virtqemud/caps/cpu_models.h"

#include <string.h>

#include "virtqemud/caps/cpu_model_rows.h"

typedef struct {
    const char *name;
    const char *vendor;
    const char *not_promised;
    const char *not_made;
    const char *once;
} Row;

#define X(name, vendor, not_promised, not_made, once) {name, vendor, not_promised, not_made, once},
static const Row rows[] = {CPU_MODELS(X)};
#undef X

#define X(name, ...) name,
static const char *const names[] = {CPU_MODELS(X)};
#undef X

static const char *const vendors[][2] = {
    {"GenuineIntel", "Intel"},
    {"AuthenticAMD", "AMD"},
    {"HygonGenuine", "Hygon"},
};

const char *
cpu_vendor_name(const char *vendor_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vendors); i++) {
        if (g_strcmp0(vendor_id, vendors[i][0]) == 0)
            return vendors[i][1];
    }
    return vendor_id;
}

static const Row *
find_row(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

/* "EPYC-v1" */
static gboolean
is_version(const char *name)
{
    const char *dash = strrchr(name, '-');
    return dash != NULL && dash[1] == 'v' && dash[2] != '\0' &&
           dash[2 + strspn(dash + 2, "0123456789")] == '\0';
}

static gboolean
is_special(const char *name)
{
    return strcmp(name, "max") == 0 || strcmp(name, "host") == 0 || strcmp(name, "base") == 0;
}

/* What a name promises does not depend on the accelerator, which has features of its own to add or
 * to hide: it is found out from the expansion for TCG. */
static gboolean
describe(const QemuCaps *caps, const QemuCpuModel *model, CpuModelInfo *ret_info)
{
    if (model == NULL || is_special(model->name) || is_version(model->name))
        return FALSE;
    const Row *row = find_row(model->name);
    const QemuCpuModel *plain = qemu_caps_cpu_model(caps, QEMU_ACCEL_TCG, model->name);
    CpuModelInfo info = {.qemu = model, .name = model->name};
    info.made = cpu_set_of_qemu(model->features);
    info.promised = cpu_set_of_qemu(plain != NULL ? plain->features : model->features);
    cpu_set_remove(&info.promised, (size_t)cpu_feature_find("hypervisor"));
    info.vendor = row != NULL ? row->vendor : cpu_vendor_name(model->vendor);
    if (row != NULL) {
        CpuSet less = cpu_set_of_text(row->not_promised);
        CpuSet more = cpu_set_of_text(row->not_made);
        info.once = cpu_set_of_text(row->once);
        less = cpu_set_or(&less, &info.once);
        info.promised = cpu_set_minus(&info.promised, &less);
        info.promised = cpu_set_or(&info.promised, &more);
    }
    *ret_info = info;
    return TRUE;
}

gboolean
cpu_model_find(const QemuCaps *caps, QemuAccel accel, const char *name, CpuModelInfo *ret_info)
{
    return describe(caps, qemu_caps_cpu_model(caps, accel, name), ret_info);
}

gboolean
cpu_model_at(const QemuCaps *caps, QemuAccel accel, size_t i, CpuModelInfo *ret_info)
{
    size_t n;
    const QemuCpuModel *models = qemu_caps_cpu_models(caps, accel, &n);
    return i < n && describe(caps, &models[i], ret_info);
}

gboolean
cpu_model_available(const QemuCaps *caps, QemuAccel accel, CpuSet *ret_available,
                    const char **ret_vendor)
{
    const char *name = accel == QEMU_ACCEL_KVM ? "host" : "max";
    const QemuCpuModel *model = qemu_caps_cpu_model(caps, accel, name);
    if (model == NULL || model->features == NULL)
        return FALSE;
    *ret_available = cpu_set_of_qemu(model->features);
    *ret_vendor = cpu_vendor_name(model->vendor);
    return TRUE;
}

gboolean
cpu_model_nearest(const QemuCaps *caps, QemuAccel accel, const CpuSet *features, const char *vendor,
                  CpuNearest how, CpuModelInfo *ret_info)
{
    gboolean is_found = FALSE;
    size_t best = 0, n;
    (void)qemu_caps_cpu_models(caps, accel, &n);
    for (size_t i = 0; i < n; i++) {
        CpuModelInfo info;
        if (!cpu_model_at(caps, accel, i, &info) ||
            (info.vendor != NULL && vendor != NULL && strcmp(info.vendor, vendor) != 0))
            continue;
        CpuSet more = cpu_set_minus(features, &info.promised);
        CpuSet less = cpu_set_minus(&info.promised, features);
        size_t differences = cpu_set_count(&more) + cpu_set_count(&less);
        if ((how == CPU_NEAREST_WITHIN && cpu_set_count(&less) > 0) ||
            (is_found && differences >= best))
            continue;
        is_found = TRUE;
        best = differences;
        *ret_info = info;
    }
    return is_found;
}

size_t
cpu_model_names(const char *arch, const char *const **ret_names)
{
    gboolean has_models = strcmp(arch, "x86_64") == 0 || strcmp(arch, "i686") == 0;
    *ret_names = names;
    return has_models ? G_N_ELEMENTS(names) : 0;
}
