/*
 * error_domain — the error domain that belongs to a call, for refusals that come before its
 * handler. Recorded from libvirt 9.0.0 for every procedure: it follows from family and object.
 */
#include <string.h>

#include "common/rpc/conn_private.h"

static const VirtErrorDomain family_domains[RPC_N_FAMILIES] = {
    [RPC_FAMILY_RPC] = VIRT_FROM_RPC,           [RPC_FAMILY_HYPERVISOR] = VIRT_FROM_DOMAIN,
    [RPC_FAMILY_NETWORK] = VIRT_FROM_NETWORK,   [RPC_FAMILY_STORAGE] = VIRT_FROM_STORAGE,
    [RPC_FAMILY_NODEDEV] = VIRT_FROM_NODEDEV,   [RPC_FAMILY_SECRET] = VIRT_FROM_SECRET,
    [RPC_FAMILY_NWFILTER] = VIRT_FROM_NWFILTER, [RPC_FAMILY_INTERFACE] = VIRT_FROM_INTERFACE,
    [RPC_FAMILY_ADMIN] = VIRT_FROM_ADMIN,
};

VirtErrorDomain
rpc_proc_error_domain(const RpcProgram *program, const RpcProc *proc)
{
    /* an URI that nobody takes belongs to no family */
    if (program == &qemu_program || strcmp(proc->name, "connect_open") == 0)
        return VIRT_FROM_NONE;
    if (strstr(proc->name, "snapshot") != NULL)
        return VIRT_FROM_DOMAIN_SNAPSHOT;
    if (strstr(proc->name, "checkpoint") != NULL)
        return VIRT_FROM_DOMAIN_CHECKPOINT;
    return family_domains[proc->family];
}
