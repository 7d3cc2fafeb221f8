/*
 * limits — how much memory and disk traffic a guest may cause: what its control groups say, or its
 * definition.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/units.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/params.h"
#include "virtqemud/vm/sample.h"

/* VIR_DOMAIN_MEMORY_PARAM_UNLIMITED */
static const uint64_t UNLIMITED_KIB = 9007199254740991;
static const uint32_t KNOWN_FLAGS = VM_AFFECT_LIVE | VM_AFFECT_CONFIG | PARAMS_TEXTS_OKAY;

static gboolean
refuse_without_group(GError **error, const char *what)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                   "the guest has no control group for its %s", what);
    return FALSE;
}

static gboolean
is_live(const VmView *view, uint32_t flags)
{
    return view->head.active && (flags & VM_AFFECT_CONFIG) == 0;
}

/* --- memory --- */

/* The same limit in both versions of control groups, and in a definition. */
static const struct {
    const char *name;
    const char *v1;
    const char *v2;
    size_t offset;
} memory_rows[] = {
    {"hard_limit", "memory.limit_in_bytes", "memory.max", offsetof(Memtune, hard_limit_kib)},
    {"soft_limit", "memory.soft_limit_in_bytes", "memory.high", offsetof(Memtune, soft_limit_kib)},
    {"swap_hard_limit", "memory.memsw.limit_in_bytes", "memory.swap.max",
     offsetof(Memtune, swap_hard_limit_kib)},
};

static gboolean
read_limit(const Cgroup *cgroup, const char *file, uint64_t *ret_kib)
{
    uint64_t bytes;
    g_autofree char *text = cgroup_read(cgroup, CGROUP_MEMORY, file);
    if (text == NULL)
        return FALSE;
    g_strchomp(text);
    if (g_str_equal(text, "max"))
        *ret_kib = UNLIMITED_KIB;
    else if (units_parse_u64(text, UINT64_MAX, &bytes))
        *ret_kib = MIN(bytes / 1024, UNLIMITED_KIB);
    else
        return FALSE;
    /* Version 1 rounds "no limit" down to a page. */
    if (*ret_kib >= UNLIMITED_KIB / 1024 * 1024 - 4096)
        *ret_kib = UNLIMITED_KIB;
    return TRUE;
}

static gboolean
add_live_memory(const Driver *driver, const VmView *view, Params *params, GError **error)
{
    g_autoptr(Cgroup) cgroup = sample_cgroup(driver, view);
    for (size_t i = 0; i < G_N_ELEMENTS(memory_rows); i++) {
        uint64_t kib;
        const char *file = cgroup_is_v2(cgroup) ? memory_rows[i].v2 : memory_rows[i].v1;
        if (read_limit(cgroup, file, &kib))
            params_ullong(params, kib, "%s", memory_rows[i].name);
        else if (i == 0)
            return refuse_without_group(error, "memory");
        else /* the kernel was told not to count swapping */
            params_ullong(params, UNLIMITED_KIB, "%s", memory_rows[i].name);
    }
    return TRUE;
}

static void
add_defined_memory(const DomainDef *def, Params *params)
{
    static const Memtune none = {0};
    const Memtune *tune = def->memtune != NULL ? def->memtune : &none;
    for (size_t i = 0; i < G_N_ELEMENTS(memory_rows); i++) {
        uint64_t kib;
        memcpy(&kib, (const char *)tune + memory_rows[i].offset, sizeof kib);
        params_ullong(params, kib != 0 ? kib : UNLIMITED_KIB, "%s", memory_rows[i].name);
    }
}

gboolean
handle_domain_get_memory_parameters(RpcCall *call, const VmView *view,
                                    const RemoteDomainGetMemoryParametersArgs *args,
                                    RemoteDomainGetMemoryParametersRet *ret, GError **error)
{
    Params params = {.arena = rpc_call_arena(call)};
    if (!arguments_check_nparams(args->nparams, REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, args->flags, KNOWN_FLAGS, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    if (!is_live(view, args->flags))
        add_defined_memory(def, &params);
    else if (!add_live_memory(driver_of(call), view, &params, error))
        return FALSE;
    params_reply(&params, args->nparams, ret);
    return TRUE;
}

/* --- disk traffic --- */

/* "100", or "default 100" and lines of devices. */
static gboolean
read_weight(const Cgroup *cgroup, uint32_t *ret_weight)
{
    static const char *const files[] = {"blkio.weight", "blkio.bfq.weight", "io.bfq.weight",
                                        "io.weight"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        uint64_t weight;
        g_autofree char *text = cgroup_read(cgroup, CGROUP_BLKIO, files[i]);
        if (text == NULL)
            continue;
        text[strcspn(text, "\n")] = '\0';
        const char *number = g_str_has_prefix(text, "default ") ? text + strlen("default ") : text;
        if (units_parse_u64(number, UINT32_MAX, &weight)) {
            *ret_weight = (uint32_t)weight;
            return TRUE;
        }
    }
    return FALSE;
}

static uint64_t
device_value(const BlkioDevice *device, size_t column)
{
    const uint64_t values[] = {device->weight, device->read_iops_sec, device->write_iops_sec,
                               device->read_bytes_sec, device->write_bytes_sec};
    return values[column];
}

/* "PATH,VALUE,PATH,VALUE" of the devices that have one. */
static void
add_devices(const Blkiotune *tune, Params *params)
{
    static const char *const names[] = {"device_weight", "device_read_iops_sec",
                                        "device_write_iops_sec", "device_read_bytes_sec",
                                        "device_write_bytes_sec"};
    for (size_t column = 0; column < G_N_ELEMENTS(names); column++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (size_t i = 0; tune != NULL && i < tune->devices.n; i++) {
            const BlkioDevice *device = tune->devices.items[i];
            uint64_t value = device_value(device, column);
            if (value != 0)
                g_string_append_printf(text, "%s%s,%" G_GUINT64_FORMAT, text->len > 0 ? "," : "",
                                       device->path, value);
        }
        params_text(params, text->str, "%s", names[column]);
    }
}

gboolean
handle_domain_get_blkio_parameters(RpcCall *call, const VmView *view,
                                   const RemoteDomainGetBlkioParametersArgs *args,
                                   RemoteDomainGetBlkioParametersRet *ret, GError **error)
{
    Params params = {.arena = rpc_call_arena(call)};
    uint32_t weight;
    if (!arguments_check_nparams(args->nparams, REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX, error) ||
        !arguments_check_flags(VIRT_FROM_QEMU, args->flags, KNOWN_FLAGS, error))
        return FALSE;
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    g_autoptr(Cgroup) cgroup =
        is_live(view, args->flags) ? sample_cgroup(driver_of(call), view) : NULL;
    if (cgroup == NULL)
        weight = def->blkiotune != NULL ? def->blkiotune->weight : 0;
    else if (!read_weight(cgroup, &weight))
        return refuse_without_group(error, "disk traffic");
    params_uint(&params, weight, "weight");
    add_devices(def->blkiotune, &params);
    params_hide_texts(&params, args->flags);
    params_reply(&params, args->nparams, ret);
    return TRUE;
}
