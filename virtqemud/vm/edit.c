/*
 * edit — see edit.h.
 */
#include "virtqemud/vm/edit.h"

#include <string.h>

#include "virtqemud/vm/define.h"
#include "virtqemud/vm/status.h"

gboolean
edit_check_readable(const DomainDef *def, GError **error)
{
    ConfContext context = {.origin = CONF_FROM_DISK};
    g_autofree char *text = define_file_text(def);
    g_autoptr(DomainDef) again = domain_def_parse(text, strlen(text), &context, error);
    if (again == NULL)
        g_prefix_error(error, "guest '%s', as it would be: ", def->name);
    return again != NULL;
}

/* A changed copy, TRUE with NULL when `shared` is not to be changed. */
static gboolean
edited_copy(const SharedDef *shared, EditFn fn, const void *data, DomainDef **ret_def,
            GError **error)
{
    if (shared == NULL)
        return TRUE;
    g_autoptr(DomainDef) def = domain_def_copy(shared_def_get(shared));
    if (!fn(def, data, error) || !edit_check_readable(def, error))
        return FALSE;
    *ret_def = g_steal_pointer(&def);
    return TRUE;
}

gboolean
edit_definitions(Vm *vm, uint32_t affect, EditFn fn, const void *data, GError **error)
{
    g_autoptr(DomainDef) live = NULL;
    g_autoptr(DomainDef) persistent = NULL;
    const SharedDef *old_live = (affect & VM_AFFECT_LIVE) != 0 ? vm->live : NULL;
    const SharedDef *old_persistent = (affect & VM_AFFECT_CONFIG) != 0 ? vm->persistent : NULL;
    if (!edited_copy(old_live, fn, data, &live, error) ||
        !edited_copy(old_persistent, fn, data, &persistent, error))
        return FALSE;
    if (persistent != NULL && !define_store(vm, g_steal_pointer(&persistent), error))
        return FALSE;
    if (live != NULL) {
        vm_set_live(vm, g_steal_pointer(&live));
        status_write(vm);
    }
    vm_publish(vm);
    return TRUE;
}
