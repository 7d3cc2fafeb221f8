/*
 * fd_associate — a client lends a guest descriptors, for the disks whose source names the group.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/log.h"
#include "common/daemon/arguments.h"
#include "common/daemon/daemon.h"
#include "virtqemud/hostres/fd_groups.h"
#include "virtqemud/vm/vm.h"

/* virDomainFDAssociateFlags. They are about labels of the file, and a file that came as a
 * descriptor gets none: stock's labels by owner (DAC) leave it alone as well. */
enum { FD_ASSOCIATE_SECLABEL_RESTORE = 1, FD_ASSOCIATE_SECLABEL_WRITABLE = 2 };

/* A client that has lent something; the guest may be gone before it, and is not kept by it. */
typedef struct {
    uint8_t uuid[OBJ_UUID_BYTES];
    Strand *strand;
    FdGroups *groups; /* the guest's; NULL while they are being restored */
    uint64_t client;
} Lender;

static Lender *
lender_new(const ObjRef *ref, FdGroups *groups, uint64_t client)
{
    Lender *lender = g_new(Lender, 1);
    *lender = (Lender){.strand = strand_ref(obj_ref_strand(ref)),
                       .groups = groups != NULL ? fd_groups_ref(groups) : NULL,
                       .client = client};
    memcpy(lender->uuid, obj_ref_uuid(ref), sizeof lender->uuid);
    return lender;
}

static void
lender_free(void *data)
{
    Lender *lender = data;
    strand_unref(lender->strand);
    fd_groups_unref(lender->groups);
    g_free(lender);
}

static FdGroups *
groups_of(Vm *vm)
{
    if (vm->lent == NULL)
        vm->lent = fd_groups_new(&vm->driver->lent);
    return vm->lent;
}

static void
drop_step(void *data)
{
    const Lender *lender = data;
    if (lender->groups != NULL)
        fd_groups_drop(lender->groups, lender->client);
}

static void
on_client_gone(void *data)
{
    const Lender *lender = data;
    strand_post(lender->strand, drop_step, data, lender_free);
}

/* ---- a hot restart ---- */

/* No step runs: the groups may be looked at. */
static GVariant *
save_lender(const void *data, Handover *handover)
{
    const Lender *lender = data;
    return g_variant_new("(@ayt@" FD_GROUPS_SAVED ")",
                         handover_bytes(lender->uuid, sizeof lender->uuid), lender->client,
                         fd_groups_save(lender->groups, lender->client, handover));
}

typedef struct {
    ObjRef *ref;
    Lender *lender;    /* whose end comes behind this step */
    GPtrArray *groups; /* of FdGroup */
} Restore;

static void
restore_step(void *data)
{
    Restore *restore = data;
    Lender *lender = restore->lender;
    FdGroups *groups = groups_of(obj_ref_object(restore->ref));
    lender->groups = fd_groups_ref(groups);
    for (guint i = 0; i < restore->groups->len; i++) {
        FdGroup *group = g_ptr_array_index(restore->groups, i);
        g_autoptr(GError) error = NULL;
        if (!fd_groups_lend(groups, group->name, lender->client, &group->fds, &error))
            log_warning("guest '%s': %s", obj_ref_name(restore->ref), error->message);
    }
}

static void
restore_free(void *data)
{
    Restore *restore = data;
    obj_ref_unref(restore->ref);
    g_ptr_array_unref(restore->groups);
    g_free(restore);
}

static void *
restore_lender(void *context, GVariant *saved, Handover *handover)
{
    g_autoptr(GVariant) uuid = NULL, groups = NULL;
    guint64 client;
    const Driver *driver = daemon_data(context);
    if (!g_variant_is_of_type(saved, G_VARIANT_TYPE("(ayt" FD_GROUPS_SAVED ")")))
        return NULL;
    g_variant_get(saved, "(@ayt@" FD_GROUPS_SAVED ")", &uuid, &client, &groups);
    g_autoptr(ObjRef) ref = g_variant_n_children(uuid) == OBJ_UUID_BYTES
                                ? obj_table_find_uuid(driver->guests, g_variant_get_data(uuid))
                                : NULL;
    if (ref == NULL)
        return NULL;
    Lender *lender = lender_new(ref, NULL, client);
    Restore *restore = g_new(Restore, 1);
    *restore = (Restore){obj_ref_ref(ref), lender, fd_groups_saved(groups, handover)};
    strand_post(obj_ref_strand(ref), restore_step, restore, restore_free);
    return lender;
}

const RpcLeaverKind fd_associate_leaver = {"lent", on_client_gone, save_lender, restore_lender};

/* ---- the call ---- */

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
    FdGroups *groups = groups_of(vm);
    gboolean is_new = fd_groups_is_new_client(groups, client);
    if (!fd_groups_lend(groups, args->name, client, &fds, error))
        return FALSE;
    if (is_new)
        rpc_call_on_client_gone(call, &fd_associate_leaver,
                                lender_new(rpc_call_ref_object(call), groups, client));
    return TRUE;
}
