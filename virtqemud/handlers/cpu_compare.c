/*
 * cpu_compare — processors compared: with this host's, with what a program can give its guests, and
 * with each other. Answered by steps of their own: QEMU, which knows the models, may have to be
 * asked.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/cpu.h"
#include "common/host/file.h"
#include "virtqemud/caps/cpu_document.h"
#include "virtqemud/caps/programs.h"
#include "virtqemud/handlers/emulator.h"
#include "virtqemud/handlers/later.h"

/* Bits of virConnectCompareCPUFlags. */
enum { COMPARE_FAIL_INCOMPATIBLE = 1 << 0, COMPARE_VALIDATE_XML = 1 << 1 };

/* The two ways to be asked: about the host itself, or about guests of a program. */
typedef struct {
    Emulator emulator;
    CpuHost host;
    HostCpuInfo *info;
} Subject;

static void
subject_clear(Subject *subject)
{
    emulator_clear(&subject->emulator);
    host_cpu_info_free(subject->info);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

static gboolean
choose_host(Driver *driver, Subject *subject, GError **error)
{
    EmulatorChoice choice = {.type = "qemu"};
    auto_fd root = host_root_open(error);
    if (root < 0 || !emulator_choose(driver, &choice, &subject->emulator, error))
        return FALSE;
    subject->info = host_cpu_info_read(root, error);
    if (subject->info == NULL)
        return FALSE;
    subject->host = (CpuHost){
        .caps = subject->emulator.caps,
        .accel = QEMU_ACCEL_TCG,
        .available = cpu_set_of_host(),
        .vendor = cpu_vendor_name(subject->info->vendor),
        .arch = programs_native_arch(),
    };
    return TRUE;
}

static gboolean
choose_hypervisor(Driver *driver, const EmulatorChoice *choice, Subject *subject, GError **error)
{
    if (!emulator_choose(driver, choice, &subject->emulator, error))
        return FALSE;
    const Emulator *emulator = &subject->emulator;
    subject->host = (CpuHost){
        .caps = emulator->caps, .accel = emulator->accel, .arch = qemu_caps_arch(emulator->caps)};
    if (cpu_model_available(emulator->caps, emulator->accel, &subject->host.available,
                            &subject->host.vendor))
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "processors of %s guests cannot be compared", subject->host.arch);
    return FALSE;
}

static gboolean
read_document(RpcCall *call, const char *xml, uint32_t flags, CpuDocument *ret_document,
              GError **error)
{
    CpuDocumentReading reading =
        flags & COMPARE_VALIDATE_XML ? CPU_DOCUMENT_STRICT : CPU_DOCUMENT_LENIENT;
    return cpu_document_parse(xml, reading, rpc_call_arena(call), ret_document, error);
}

static gboolean
compare(const CpuDocument *document, const CpuHost *host, uint32_t flags, int32_t *ret_result,
        GError **error)
{
    CpuComparison result;
    g_autofree char *why = NULL;
    if (!cpu_document_compare(document, host, &result, &why, error))
        return FALSE;
    if (why != NULL && flags & COMPARE_FAIL_INCOMPATIBLE) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_CPU_INCOMPATIBLE, "%s", why);
        return FALSE;
    }
    *ret_result = (int32_t)result;
    return TRUE;
}

static gboolean
answer_compare(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    const RemoteConnectCompareCpuArgs *in = args;
    RemoteConnectCompareCpuRet *out = ret;
    g_auto(Subject) subject = {0};
    CpuDocument document;
    return read_document(call, in->xml, in->flags, &document, error) &&
           choose_host(driver, &subject, error) &&
           compare(&document, &subject.host, in->flags, &out->result, error);
}

gboolean
handle_connect_compare_cpu(RpcCall *call, const RemoteConnectCompareCpuArgs *args,
                           RemoteConnectCompareCpuRet *ret, GError **error)
{
    return arguments_check_flags(VIRT_FROM_NONE, args->flags,
                                 COMPARE_FAIL_INCOMPATIBLE | COMPARE_VALIDATE_XML, error) &&
           later_run(call, args, answer_compare);
}

static gboolean
answer_compare_hypervisor(RpcCall *call, Driver *driver, const void *args, void *ret,
                          GError **error)
{
    const RemoteConnectCompareHypervisorCpuArgs *in = args;
    RemoteConnectCompareHypervisorCpuRet *out = ret;
    EmulatorChoice choice = {in->emulator, in->arch, in->machine, in->virttype};
    g_auto(Subject) subject = {0};
    CpuDocument document;
    return read_document(call, in->xmlcpu, in->flags, &document, error) &&
           choose_hypervisor(driver, &choice, &subject, error) &&
           compare(&document, &subject.host, in->flags, &out->result, error);
}

gboolean
handle_connect_compare_hypervisor_cpu(RpcCall *call,
                                      const RemoteConnectCompareHypervisorCpuArgs *args,
                                      RemoteConnectCompareHypervisorCpuRet *ret, GError **error)
{
    return arguments_check_flags(VIRT_FROM_NONE, args->flags,
                                 COMPARE_FAIL_INCOMPATIBLE | COMPARE_VALIDATE_XML, error) &&
           later_run(call, args, answer_compare_hypervisor);
}

/* What both calls are given. */
typedef struct {
    const CpuDocument *documents;
    size_t n;
    CpuBaseline kind;
    uint32_t flags;
} Request;

static CpuDocument *
read_documents(RpcCall *call, char *const *xml, size_t n, GError **error)
{
    Arena *arena = rpc_call_arena(call);
    CpuDocument *documents = arena_array_of(arena, CpuDocument, n);
    for (size_t i = 0; i < n; i++) {
        if (!cpu_document_parse(xml[i], CPU_DOCUMENT_LENIENT, arena, &documents[i], error))
            return NULL;
    }
    return documents;
}

static gboolean
baseline(RpcCall *call, const CpuHost *host, const Request *request, char **ret_cpu, GError **error)
{
    g_autofree char *cpu = cpu_document_baseline(request->documents, request->n, host,
                                                 request->kind, request->flags, error);
    *ret_cpu = arena_strdup(rpc_call_arena(call), cpu);
    return cpu != NULL;
}

static gboolean
answer_baseline(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    const RemoteConnectBaselineCpuArgs *in = args;
    RemoteConnectBaselineCpuRet *out = ret;
    const CpuDocument *documents =
        read_documents(call, in->xmlcp_us.items, in->xmlcp_us.len, error);
    Request request = {documents, in->xmlcp_us.len, CPU_BASELINE_OF_HOSTS, in->flags};
    g_auto(Subject) subject = {0};
    return documents != NULL && choose_host(driver, &subject, error) &&
           baseline(call, &subject.host, &request, &out->cpu, error);
}

static gboolean
check_baseline(uint32_t n, uint32_t flags, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_NONE, flags, CPU_BASELINE_EXPAND | CPU_BASELINE_MIGRATABLE,
                               error))
        return FALSE;
    if (n == 0)
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_INVALID_ARG, "no CPUs given");
    return n > 0;
}

gboolean
handle_connect_baseline_cpu(RpcCall *call, const RemoteConnectBaselineCpuArgs *args,
                            RemoteConnectBaselineCpuRet *ret, GError **error)
{
    return check_baseline(args->xmlcp_us.len, args->flags, error) &&
           later_run(call, args, answer_baseline);
}

static gboolean
answer_baseline_hypervisor(RpcCall *call, Driver *driver, const void *args, void *ret,
                           GError **error)
{
    const RemoteConnectBaselineHypervisorCpuArgs *in = args;
    RemoteConnectBaselineHypervisorCpuRet *out = ret;
    EmulatorChoice choice = {in->emulator, in->arch, in->machine, in->virttype};
    const CpuDocument *documents =
        read_documents(call, in->xmlcp_us.items, in->xmlcp_us.len, error);
    Request request = {documents, in->xmlcp_us.len, CPU_BASELINE_OF_GUESTS, in->flags};
    g_auto(Subject) subject = {0};
    return documents != NULL && choose_hypervisor(driver, &choice, &subject, error) &&
           baseline(call, &subject.host, &request, &out->cpu, error);
}

gboolean
handle_connect_baseline_hypervisor_cpu(RpcCall *call,
                                       const RemoteConnectBaselineHypervisorCpuArgs *args,
                                       RemoteConnectBaselineHypervisorCpuRet *ret, GError **error)
{
    return check_baseline(args->xmlcp_us.len, args->flags, error) &&
           later_run(call, args, answer_baseline_hypervisor);
}
