/*
 * fd_associate — a client lends a guest descriptors, for the disks whose source names the group.
 */
#include "virtqemud/handlers/handlers.h"

#include "common/daemon/arguments.h"
#include "virtqemud/hostres/fd_groups.h"
#include "virtqemud/vm/vm.h"

/* virDomainFDAssociateFlags. They are about labels of the file, and a file that came as a
 * descriptor gets none: stock's labels by owner (DAC) leave it alone as well. */
enum { FD_ASSOCIATE_SECLABEL_RESTORE = 1, FD_ASSOCIATE_SECLABEL_WRITABLE = 2 };

/* A client that has lent something; the guest may be gone before it. */
typedef struct {
    Strand *strand;
    FdGroups *groups;
    uint64_t client;
} Lender;

static void
lender_free(void *data)
{
    Lender *lender = data;
    strand_unref(lender->strand);
    fd_groups_unref(lender->groups);
    g_free(lender);
}

static void
drop_step(void *data)
{
    const Lender *lender = data;
    fd_groups_drop(lender->groups, lender->client);
}

static void
on_client_gone(void *data)
{
    const Lender *lender = data;
    strand_post(lender->strand, drop_step, data, lender_free);
}

static void
take_fds(RpcCall *call, FdSet *set)
{
    for (uint32_t i = 0; i < rpc_call_n_fds(call); i++)
        fd_set_add(set, rpc_call_take_fd(call, i));
}

gboolean
handle_domain_fd_associate(RpcCall *call, Vm *vm, const RemoteDomainFdAssociateArgs *args,
                           GError **error)
{
    uint32_t known = FD_ASSOCIATE_SECLABEL_RESTORE | FD_ASSOCIATE_SECLABEL_WRITABLE;
    uint64_t client = rpc_call_client_id(call);
    g_auto(FdSet) fds = {NULL, 0};
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, known, error))
        return FALSE;
    take_fds(call, &fds);
    if (vm->lent == NULL)
        vm->lent = fd_groups_new(&vm->driver->lent);
    gboolean is_new = fd_groups_is_new_client(vm->lent, client);
    if (!fd_groups_lend(vm->lent, args->name, client, &fds, error))
        return FALSE;
    if (is_new) {
        Lender *lender = g_new(Lender, 1);
        *lender = (Lender){strand_ref(vm->strand), fd_groups_ref(vm->lent), client};
        rpc_call_on_client_gone(call, on_client_gone, lender);
    }
    return TRUE;
}
