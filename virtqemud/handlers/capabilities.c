/*
 * capabilities — what this host and its QEMU can do: the two documents, version, numbers of
 * processors, names of models. A program may have to be asked, so all but the names are answered by
 * steps of their own.
 */
#include "virtqemud/handlers/handlers.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "common/host/file.h"
#include "common/host/identity.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/caps/cpu_models.h"
#include "virtqemud/caps/host_document.h"
#include "virtqemud/caps/programs.h"
#include "virtqemud/config/config.h"
#include "virtqemud/handlers/domain_document.h"
#include "virtqemud/handlers/emulator.h"
#include "virtqemud/handlers/host_description.h"
#include "virtqemud/handlers/later.h"

static gboolean
answer_capabilities(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    RemoteConnectGetCapabilitiesRet *out = ret;
    g_autofree char *xml = host_description_format(driver, error);
    out->capabilities = arena_strdup(rpc_call_arena(call), xml);
    return xml != NULL;
}

gboolean
handle_connect_get_capabilities(RpcCall *call, RemoteConnectGetCapabilitiesRet *ret, GError **error)
{
    return later_run(call, NULL, answer_capabilities);
}

static gboolean
answer_domain_capabilities(RpcCall *call, Driver *driver, const void *args, void *ret,
                           GError **error)
{
    const RemoteConnectGetDomainCapabilitiesArgs *in = args;
    RemoteConnectGetDomainCapabilitiesRet *out = ret;
    EmulatorChoice choice = {
        .program = in->emulatorbin,
        .arch = in->arch,
        .machine = in->machine,
        .type = in->virttype,
    };
    g_auto(Emulator) emulator = {0};
    if (!emulator_choose(driver, &choice, &emulator, error))
        return FALSE;
    g_autofree char *xml = domain_document_format(&emulator);
    out->capabilities = arena_strdup(rpc_call_arena(call), xml);
    return TRUE;
}

gboolean
handle_connect_get_domain_capabilities(RpcCall *call,
                                       const RemoteConnectGetDomainCapabilitiesArgs *args,
                                       RemoteConnectGetDomainCapabilitiesRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error))
        return FALSE;
    return later_run(call, args, answer_domain_capabilities);
}

/* The code for a host without a QEMU is what clients of libvirt know. */
static gboolean
answer_version(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    RemoteConnectGetVersionRet *out = ret;
    const ProgramsArch *native = programs_arch(programs_native_arch());
    g_autofree char *program = native != NULL ? programs_find(native) : NULL;
    if (program == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "Cannot find suitable emulator for %s", programs_native_arch());
        return FALSE;
    }
    g_autoptr(QemuCaps) caps = qemu_caps_cache_get(driver->caps, program, error);
    if (caps == NULL)
        return FALSE;
    out->hv_ver = qemu_caps_version(caps);
    return TRUE;
}

gboolean
handle_connect_get_version(RpcCall *call, RemoteConnectGetVersionRet *ret, GError **error)
{
    return later_run(call, NULL, answer_version);
}

/* As many as KVM gives one guest; 0: it does not tell. */
static uint32_t
kvm_cpus_max(void)
{
    auto_fd kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    int n = kvm >= 0 ? ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS) : 0;
    return n > 0 ? (uint32_t)n : 0;
}

static gboolean
answer_max_vcpus(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    const RemoteConnectGetMaxVcpusArgs *in = args;
    RemoteConnectGetMaxVcpusRet *out = ret;
    const char *type = in->type;
    EmulatorChoice choice = {.type = type != NULL && g_ascii_strcasecmp(type, "kvm") == 0 ? "kvm"
                                                                                          : "qemu"};
    g_auto(Emulator) emulator = {0};
    if (!emulator_choose(driver, &choice, &emulator, error))
        return FALSE;
    uint32_t max = emulator.machine != NULL ? emulator.machine->cpus_max : 0;
    uint32_t kvm_max = emulator.accel == QEMU_ACCEL_KVM ? kvm_cpus_max() : 0;
    out->max_vcpus = (int32_t)(kvm_max > 0 ? MIN(max, kvm_max) : max);
    return TRUE;
}

gboolean
handle_connect_get_max_vcpus(RpcCall *call, const RemoteConnectGetMaxVcpusArgs *args,
                             RemoteConnectGetMaxVcpusRet *ret, GError **error)
{
    const char *type = args->type;
    if (type != NULL && g_ascii_strcasecmp(type, "qemu") != 0 &&
        g_ascii_strcasecmp(type, "kvm") != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "unknown type '%s'", type);
        return FALSE;
    }
    return later_run(call, args, answer_max_vcpus);
}

/* The names stand in our table: nothing is asked. */
gboolean
handle_connect_get_cpu_model_names(RpcCall *call, const RemoteConnectGetCpuModelNamesArgs *args,
                                   RemoteConnectGetCpuModelNamesRet *ret, GError **error)
{
    const char *const *names;
    if (!arguments_check_flags(VIRT_FROM_NONE, args->flags, 0, error))
        return FALSE;
    const ProgramsArch *arch = programs_arch(args->arch);
    if (arch == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "cannot find architecture %s",
                       args->arch);
        return FALSE;
    }
    if (!arch->has_models) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_NO_SUPPORT,
                       "'%s' architecture is not supported by CPU driver", args->arch);
        return FALSE;
    }
    size_t n = cpu_model_names(args->arch, &names);
    ret->ret = (int32_t)n;
    if (args->need_results == 0)
        return TRUE;
    ret->models.len = (uint32_t)n;
    ret->models.items = arena_array_of(rpc_call_arena(call), char *, n);
    for (size_t i = 0; i < n; i++)
        ret->models.items[i] = arena_strdup(rpc_call_arena(call), names[i]);
    return TRUE;
}
