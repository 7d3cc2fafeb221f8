/*
 * domain — the example guest: its object, view, and what may be done without its strand.
 */
#pragma once

#include "tests/daemon/testd/testd.h"

struct VmControl {
    TestWorld *world;
    LeafLock lock;  /* guards `cancel` */
    Cancel *cancel; /* of the slow step that runs; NULL: none does */
};

struct VmView {
    ObjHead head;
    struct VmControl *control; /* the guest's: lives as long as a reference to its entry */
    char *note;                /* what came by descriptor at the last start */
};

struct Vm {
    struct VmControl control;
    char *name;
    uint8_t uuid[UUID_BYTES];
    int32_t id;
    gboolean active;
    gboolean autostart;
    char *note;
};

/* Ends the slow step that runs, if one does. Any thread. */
void vm_cancel(const struct VmControl *control, const char *reason);
Vm *vm_new(TestWorld *world, const ObjRef *ref);
/* For a new view's slot, or for the commit of a reservation. On the strand. */
const VmView *vm_view(const Vm *vm);
void vm_publish(Vm *vm, ObjRef *ref);
/* A lifecycle event, for all three generations of registrations. */
void vm_emit(Vm *vm, int32_t event, int32_t detail);
void vm_fill(RemoteDomain *ret, const Vm *vm);

enum { VM_DEFINED = 0, VM_UNDEFINED = 1, VM_STARTED = 2, VM_STOPPED = 5 };

gboolean vm_define(RpcCall *call, Reservation *reservation, const RemoteDomainDefineXmlArgs *args,
                   RemoteDomainDefineXmlRet *ret, GError **error);
gboolean vm_undefine(RpcCall *call, Vm *vm, const RemoteDomainUndefineArgs *args, GError **error);
gboolean vm_create(RpcCall *call, Vm *vm, const RemoteDomainCreateArgs *args, GError **error);
gboolean vm_create_with_flags(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFlagsArgs *args,
                              RemoteDomainCreateWithFlagsRet *ret, GError **error);
gboolean vm_create_with_files(RpcCall *call, Vm *vm, const RemoteDomainCreateWithFilesArgs *args,
                              RemoteDomainCreateWithFilesRet *ret, GError **error);
gboolean vm_destroy(RpcCall *call, const VmControl *control, const RemoteDomainDestroyArgs *args,
                    GError **error);
gboolean vm_rename(RpcCall *call, Vm *vm, const RemoteDomainRenameArgs *args,
                   RemoteDomainRenameRet *ret, GError **error);
