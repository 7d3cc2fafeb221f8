/*
 * view — see view.h.
 */
#include "virtqemud/vm/view.h"

#include "common/base/error.h"
#include "virtqemud/conf/dump.h"

static void
clear(void *data)
{
    VmView *view = data;
    g_free(view->head.name);
    vm_control_unref(view->control);
    shared_def_unref(view->live);
    shared_def_unref(view->persistent);
    shared_def_unref(view->origin);
}

VmView *
vm_view_new(void)
{
    return view_new(sizeof(VmView), clear);
}

gboolean
vm_view_check_active(const VmView *view, GError **error)
{
    if (view->head.active)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID, "domain is not running");
    return FALSE;
}

const DomainDef *
vm_view_current(const VmView *view)
{
    return shared_def_get(view->live != NULL ? view->live : view->persistent);
}

const DomainDef *
vm_view_def(const VmView *view, uint32_t affect, GError **error)
{
    uint32_t which = affect & (VM_AFFECT_LIVE | VM_AFFECT_CONFIG);
    if (which == (VM_AFFECT_LIVE | VM_AFFECT_CONFIG)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the running and the persistent definition cannot both be asked for");
        return NULL;
    }
    if (which == VM_AFFECT_LIVE && !vm_view_check_active(view, error))
        return NULL;
    if (which == VM_AFFECT_CONFIG && view->persistent == NULL) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_OPERATION_INVALID,
                       "transient domains do not have any persistent config");
        return NULL;
    }
    return which == VM_AFFECT_CONFIG ? shared_def_get(view->persistent) : vm_view_current(view);
}

uint64_t
vm_view_balloon_kib(const VmView *view)
{
    if (view->live != NULL && view->runtime.balloon_kib != 0)
        return view->runtime.balloon_kib;
    return vm_view_current(view)->current_memory_kib;
}

char *
vm_view_format(const VmView *view, uint32_t xml_flags)
{
    if (view->live == NULL || ((xml_flags & DOMAIN_XML_INACTIVE) != 0 && view->persistent != NULL))
        return domain_dump(shared_def_get(view->persistent), NULL, xml_flags);
    const DomainDef *origin = shared_def_get(view->origin);
    DomainDef shown = *shared_def_get(view->live); /* only a member of the struct is changed */
    shown.current_memory_kib = vm_view_balloon_kib(view);
    return domain_dump(&shown, origin != NULL ? origin->cpu : NULL, xml_flags);
}
