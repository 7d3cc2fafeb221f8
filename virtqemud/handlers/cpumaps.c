/*
 * cpumaps — see cpumaps.h.
 */
#include "virtqemud/handlers/cpumaps.h"

#include "common/base/fd.h"
#include "common/host/file.h"
#include "common/spec/remote.h"

static Bitmap *
host_cpus(const char *which)
{
    auto_fd root = host_root_open(NULL);
    g_autofree char *path = g_strdup_printf("sys/devices/system/cpu/%s", which);
    Bitmap *cpus = root >= 0 ? host_file_list(root, path, HOST_CPUS_MAX) : NULL;
    return cpus != NULL ? cpus : bitmap_new(HOST_CPUS_MAX);
}

size_t
cpumaps_bytes(void)
{
    g_autoptr(Bitmap) present = host_cpus("present");
    size_t n = 0;
    for (gssize cpu = 0; (cpu = bitmap_next(present, n)) >= 0;)
        n = (size_t)cpu + 1;
    return MAX(1, (n + 7) / 8);
}

/* The list of the first text that is one. */
static Bitmap *
parse_lists(const char *first, const char *second)
{
    const char *const texts[] = {first, second};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        Bitmap *cpus = texts[i] != NULL ? bitmap_parse(texts[i], HOST_CPUS_MAX, NULL) : NULL;
        if (cpus != NULL)
            return cpus;
    }
    return host_cpus("online");
}

static const char *
pin_of(const ConfList *pins, uint32_t id)
{
    for (size_t i = 0; i < pins->n; i++) {
        const CpuPin *pin = pins->items[i];
        if (pin->id == id)
            return pin->cpuset;
    }
    return NULL;
}

Bitmap *
cpumaps_of_vcpu(const DomainDef *def, uint32_t number)
{
    const Cputune *tune = def->cputune;
    return parse_lists(tune != NULL ? pin_of((const ConfList *)&tune->vcpupins, number) : NULL,
                       def->vcpu_cpuset);
}

Bitmap *
cpumaps_of_emulator(const DomainDef *def)
{
    return parse_lists(def->cputune != NULL ? def->cputune->emulatorpin : NULL, def->vcpu_cpuset);
}

Bitmap *
cpumaps_of_iothread(const DomainDef *def, uint32_t id)
{
    const Cputune *tune = def->cputune;
    return parse_lists(tune != NULL ? pin_of((const ConfList *)&tune->iothreadpins, id) : NULL,
                       def->vcpu_cpuset);
}

Bitmap *
cpumaps_of_thread(int process, const ProcThread *thread)
{
    return thread != NULL ? proc_read_thread_cpus(process, thread->tid, HOST_CPUS_MAX) : NULL;
}

gboolean
cpumaps_check(int32_t count, int32_t each, GError **error)
{
    if (count >= 0 && each >= 0 && (uint32_t)count <= REMOTE_VCPUINFO_MAX &&
        (uint64_t)count * (uint64_t)each <= REMOTE_CPUMAPS_MAX)
        return TRUE;
    virt_error_set(error, VIRT_FROM_RPC, VIRT_ERR_INTERNAL_ERROR,
                   "%d maps of %d bytes cannot be asked for", count, each);
    return FALSE;
}

CpuMaps
cpumaps_make(RpcCall *call, int32_t count, int32_t each, XdrBytes *ret_bytes)
{
    size_t n = (size_t)count * (size_t)each;
    CpuMaps maps = {arena_alloc(rpc_call_arena(call), n), (size_t)each};
    ret_bytes->bytes = maps.bytes;
    ret_bytes->len = (uint32_t)n;
    return maps;
}

void
cpumaps_put(const CpuMaps *maps, size_t place, const Bitmap *cpus)
{
    if (maps->each > 0 && cpus != NULL)
        bitmap_to_bytes(cpus, maps->bytes + place * maps->each, maps->each);
}
