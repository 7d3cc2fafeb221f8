/*
 * view — see view.h.
 */
#include "virtqemud/vm/view.h"

#include "common/base/error.h"

static void
clear(void *data)
{
    VmView *view = data;
    g_free(view->head.name);
    vm_control_unref(view->control);
    shared_def_unref(view->live);
    shared_def_unref(view->persistent);
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

/* VIR_DOMAIN_XML_SECURE, INACTIVE, MIGRATABLE */
enum { XML_SECURE = 1, XML_INACTIVE = 2, XML_MIGRATABLE = 8 };

char *
vm_view_format(const VmView *view, uint32_t xml_flags)
{
    unsigned flags = 0;
    if ((xml_flags & XML_SECURE) != 0)
        flags |= CONF_FORMAT_SECURE;
    if ((xml_flags & XML_MIGRATABLE) != 0)
        flags |= CONF_FORMAT_MIGRATABLE | CONF_FORMAT_SECURE;
    gboolean is_live = view->live != NULL && (xml_flags & XML_INACTIVE) == 0;
    if (!is_live || (xml_flags & XML_MIGRATABLE) != 0)
        flags |= CONF_FORMAT_INACTIVE;
    const DomainDef *def =
        is_live ? shared_def_get(view->live)
                : shared_def_get(view->persistent != NULL ? view->persistent : view->live);
    if (!is_live)
        return domain_def_format(def, flags);
    DomainDef shown = *def; /* only members of the struct itself are changed */
    shown.current_memory_kib = vm_view_balloon_kib(view);
    return domain_def_format(&shown, flags);
}
