/*
 * rename — a guest that is off gets another name; and whether guests start with the host.
 */
#include "virtqemud/handlers/handlers.h"

#include <limits.h>
#include <string.h>

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/belongings.h"
#include "virtqemud/vm/define.h"
#include "virtqemud/vm/edit.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/renaming.h"

/* Of a file's name, with ".xml" behind it. */
enum { NAME_BYTES_MAX = NAME_MAX - 4 };

/* ---- rename ---- */

static gboolean
invalid(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_OPERATION_INVALID, "%s", why);
    return FALSE;
}

static gboolean
check_name(const char *name, GError **error)
{
    if (name == NULL || *name == '\0') {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "the new name is empty");
        return FALSE;
    }
    gboolean fits = strlen(name) <= NAME_BYTES_MAX && g_utf8_validate(name, -1, NULL);
    if (fits && strpbrk(name, "/\n") == NULL && !g_str_equal(name, ".") && !g_str_equal(name, ".."))
        return TRUE;
    g_autofree char *start = g_strndup(name, NAME_BYTES_MAX);
    g_autofree char *shown = g_strescape(start, NULL);
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR, "'%s' cannot be a guest's name",
                   shown);
    return FALSE;
}

static gboolean
check_state(const Vm *vm, const char *name, GError **error)
{
    if (vm_is_active(vm))
        return invalid(error, "cannot rename active domain");
    if (vm->persistent == NULL)
        return invalid(error, "cannot rename a transient domain");
    if (belongings_has_save(vm->driver->paths.lib, vm->name))
        return invalid(error, "domain with a managed saved state can't be renamed");
    if (!g_str_equal(vm->name, name))
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                   "Can't rename domain to itself");
    return FALSE;
}

/* The claim on the new name. */
static Reservation *
claim_name(Vm *vm, ObjRef *ref, const char *name, GError **error)
{
    Reservation *claim;
    g_autoptr(GError) why = NULL;
    if (obj_table_rename(vm->driver->guests, ref, name, &claim, &why))
        return claim;
    if (virt_error_get_code(why) == VIRT_ERR_OPERATION_FAILED)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                       "domain with name '%s' already exists", name);
    else
        g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

static gboolean
rename_files(Vm *vm, const DomainDef *def, GError **error)
{
    char uuid[UUID_TEXT_BYTES];
    g_autofree char *text = define_file_text(def);
    Renaming renaming = {uuid_format(vm->uuid, uuid), vm->name, def->name, text, vm->autostart};
    RenamingPlace place = {vm->driver->definitions, belongings_follow, vm->driver->paths.lib};
    return renaming_do(&place, &renaming, error);
}

/* The guest that clients knew is gone, one of the new name is there. */
static void
emit_renamed(const Vm *vm, char *old_name)
{
    Vm was = *vm;
    was.name = old_name;
    vm_emit_lifecycle(&was, VM_EVENT_UNDEFINED, VM_UNDEFINED_RENAMED);
    vm_emit_lifecycle(vm, VM_EVENT_DEFINED, VM_DEFINED_RENAMED);
}

gboolean
handle_domain_rename(RpcCall *call, Vm *vm, const RemoteDomainRenameArgs *args,
                     RemoteDomainRenameRet *ret, GError **error)
{
    const char *name = args->new_name;
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, 0, error) || !check_name(name, error) ||
        !check_state(vm, name, error))
        return FALSE;
    g_autoptr(Reservation) claim = claim_name(vm, rpc_call_ref_object(call), name, error);
    if (claim == NULL)
        return FALSE;
    g_autoptr(DomainDef) def = domain_def_copy(shared_def_get(vm->persistent));
    def->name = arena_strdup(def->arena, name);
    if (!edit_check_readable(def, error) || !rename_files(vm, def, error))
        return FALSE;
    g_autofree char *old_name = g_steal_pointer(&vm->name);
    vm->name = g_strdup(name);
    vm_set_persistent(vm, g_steal_pointer(&def));
    strand_mark(STRAND_CHANGED);
    reservation_commit(g_steal_pointer(&claim), vm_view(vm));
    emit_renamed(vm, old_name);
    return TRUE;
}

/* ---- autostart ---- */

gboolean
handle_domain_get_autostart(RpcCall *call, const VmView *view,
                            const RemoteDomainGetAutostartArgs *args,
                            RemoteDomainGetAutostartRet *ret, GError **error)
{
    ret->autostart = view->head.autostart;
    return TRUE;
}

gboolean
handle_domain_set_autostart(RpcCall *call, Vm *vm, const RemoteDomainSetAutostartArgs *args,
                            GError **error)
{
    if (vm->persistent == NULL)
        return invalid(error, "cannot set autostart for transient domain");
    StoreAutostart wanted = args->autostart != 0 ? STORE_AUTOSTART_ON : STORE_AUTOSTART_OFF;
    g_autofree char *file = g_strconcat(vm->name, ".xml", NULL);
    if (!store_link_autostart(vm->driver->definitions, file, wanted, error))
        return FALSE;
    vm->autostart = wanted == STORE_AUTOSTART_ON;
    vm_publish(vm);
    return TRUE;
}
