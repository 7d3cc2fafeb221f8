/*
 * define — definitions of guests are stored, replaced and forgotten.
 */
#include "virtqemud/handlers/handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/conf/xml_ids.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/events.h"

/* ---- define ---- */

/* VIR_DOMAIN_DEFINE_VALIDATE */
enum { DEFINE_VALIDATE = 1 };

/* A guest that was not there. `claim` is taken. */
static Vm *
make_guest(Driver *driver, Reservation *reservation, DomainDef *def, GError **error)
{
    g_autoptr(Reservation) claim = reservation;
    Vm *vm = vm_new(driver, reservation_ref(claim));
    reservation_set_object(claim, vm);
    if (!define_store(vm, def, error))
        return NULL;
    strand_mark(STRAND_CHANGED);
    reservation_commit(g_steal_pointer(&claim), vm_view(vm));
    vm_emit_lifecycle(vm, VM_EVENT_DEFINED, VM_DEFINED_ADDED);
    return vm;
}

/* A document without a uuid is of a new guest, as stock has it: the name of another is taken. */
static gboolean
check_uuid(const ObjRef *ref, const char *xml, GError **error)
{
    XmlIds ids;
    char uuid[UUID_TEXT_BYTES];
    if (!xml_ids_scan(xml, strlen(xml), &ids, error))
        return FALSE;
    if (ids.has_uuid)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_FAILED,
                   "domain '%s' already exists with uuid %s", obj_ref_name(ref),
                   uuid_format(obj_ref_uuid(ref), uuid));
    return FALSE;
}

/* A running guest goes on as it is: the definition is for its next start. */
static Vm *
redefine(Vm *vm, DomainDef *def, GError **error)
{
    gboolean was_persistent = vm->persistent != NULL;
    if (!define_store(vm, def, error))
        return NULL;
    vm_publish(vm);
    vm_emit_lifecycle(vm, VM_EVENT_DEFINED, was_persistent ? VM_DEFINED_UPDATED : VM_DEFINED_ADDED);
    return vm;
}

static gboolean
define(RpcCall *call, Reservation *reservation, const DefineSource *source, RemoteDomain *ret_dom,
       GError **error)
{
    g_autoptr(Reservation) claim = reservation;
    Driver *driver = driver_of(call);
    ObjRef *ref = claim != NULL ? reservation_ref(claim) : rpc_call_ref_object(call);
    if (claim == NULL && !check_uuid(ref, source->xml, error))
        return FALSE;
    DomainDef *def = define_read(driver, ref, source, error);
    if (def == NULL)
        return FALSE;
    Vm *vm = claim != NULL ? make_guest(driver, g_steal_pointer(&claim), def, error)
                           : redefine(obj_ref_object(ref), def, error);
    if (vm == NULL)
        return FALSE;
    vm_fill(ret_dom, vm);
    ret_dom->name = arena_strdup(rpc_call_arena(call), vm->name);
    return TRUE;
}

gboolean
handle_domain_define_xml(RpcCall *call, Reservation *reservation,
                         const RemoteDomainDefineXmlArgs *args, RemoteDomainDefineXmlRet *ret,
                         GError **error)
{
    DefineSource source = {.xml = args->xml};
    return define(call, reservation, &source, &ret->dom, error);
}

gboolean
handle_domain_define_xml_flags(RpcCall *call, Reservation *reservation,
                               const RemoteDomainDefineXmlFlagsArgs *args,
                               RemoteDomainDefineXmlFlagsRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, DEFINE_VALIDATE, error)) {
        reservation_abort(reservation);
        return FALSE;
    }
    DefineSource source = {args->xml, (args->flags & DEFINE_VALIDATE) != 0};
    return define(call, reservation, &source, &ret->dom, error);
}

/* ---- undefine ---- */

/* virDomainUndefineFlagsValues */
enum {
    UNDEFINE_MANAGED_SAVE = 1,
    UNDEFINE_SNAPSHOTS = 2,
    UNDEFINE_NVRAM = 4,
    UNDEFINE_KEEP_NVRAM = 8,
    UNDEFINE_CHECKPOINTS = 16,
    UNDEFINE_TPM = 32,
    UNDEFINE_KEEP_TPM = 64,
    UNDEFINE_FLAGS = 127,
};

static gboolean
invalid(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "%s", why);
    return FALSE;
}

static gboolean
has_both(uint32_t flags, uint32_t a, uint32_t b)
{
    return (flags & a) != 0 && (flags & b) != 0;
}

static gboolean
check_metadata(const Vm *vm, BelongingsKind kind, const char *what, GError **error)
{
    size_t n = belongings_count(vm->driver->paths.lib, vm->name, kind);
    if (n == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID,
                   "cannot delete inactive domain with %zu %s", n, what);
    return FALSE;
}

static const char *
nvram_of(const Vm *vm)
{
    const char *path = shared_def_get(vm->persistent)->os.nvram;
    return path != NULL && belongings_has_file(path) ? path : NULL;
}

/* What would be left without an owner has to be named by a flag. A running guest keeps all of it.
 */
static gboolean
check_belongings(const Vm *vm, uint32_t flags, GError **error)
{
    if (!vm_is_active(vm)) {
        if ((flags & UNDEFINE_SNAPSHOTS) == 0 &&
            !check_metadata(vm, BELONGINGS_SNAPSHOTS, "snapshots", error))
            return FALSE;
        if ((flags & UNDEFINE_CHECKPOINTS) == 0 &&
            !check_metadata(vm, BELONGINGS_CHECKPOINTS, "checkpoints", error))
            return FALSE;
    }
    if ((flags & UNDEFINE_MANAGED_SAVE) == 0 &&
        belongings_has_save(vm->driver->paths.lib, vm->name))
        return invalid(error, "Refusing to undefine while domain managed save image exists");
    if (!vm_is_active(vm) && (flags & (UNDEFINE_NVRAM | UNDEFINE_KEEP_NVRAM)) == 0 &&
        nvram_of(vm) != NULL)
        return invalid(error, "cannot undefine domain with nvram");
    return TRUE;
}

static gboolean
remove_belongings(Vm *vm, uint32_t flags, GError **error)
{
    const char *lib = vm->driver->paths.lib;
    if (!belongings_remove_save(lib, vm->name, error))
        return FALSE;
    if (vm_is_active(vm))
        return TRUE;
    const char *nvram = (flags & UNDEFINE_NVRAM) != 0 ? nvram_of(vm) : NULL;
    return belongings_remove_all(lib, vm->name, BELONGINGS_SNAPSHOTS, error) &&
           belongings_remove_all(lib, vm->name, BELONGINGS_CHECKPOINTS, error) &&
           (nvram == NULL || belongings_remove_file(nvram, error));
}

/* What cannot be forgotten keeps what hangs on it. */
static gboolean
check_writable(const Vm *vm, GError **error)
{
    if (faccessat(store_get_fd(vm->driver->definitions), ".", W_OK, AT_EACCESS) == 0)
        return TRUE;
    virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "cannot remove the definition of guest '%s'",
                         vm->name);
    return FALSE;
}

static gboolean
undefine(Vm *vm, uint32_t flags, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, flags, UNDEFINE_FLAGS, error))
        return FALSE;
    if (has_both(flags, UNDEFINE_NVRAM, UNDEFINE_KEEP_NVRAM))
        return invalid(error, "cannot both keep and delete nvram");
    if (has_both(flags, UNDEFINE_TPM, UNDEFINE_KEEP_TPM))
        return invalid(error, "cannot both keep and delete TPM");
    if (vm->persistent == NULL)
        return invalid(error, "cannot undefine transient domain");
    return check_belongings(vm, flags, error) && check_writable(vm, error) &&
           remove_belongings(vm, flags, error) && define_forget(vm, error);
}

gboolean
handle_domain_undefine(RpcCall *call, Vm *vm, const RemoteDomainUndefineArgs *args, GError **error)
{
    return undefine(vm, 0, error);
}

gboolean
handle_domain_undefine_flags(RpcCall *call, Vm *vm, const RemoteDomainUndefineFlagsArgs *args,
                             GError **error)
{
    return undefine(vm, args->flags, error);
}
