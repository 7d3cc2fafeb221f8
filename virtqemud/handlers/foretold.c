/*
 * foretold — see foretold.h.
 */
#include "virtqemud/handlers/foretold.h"

#include "common/base/view.h"
#include "common/spec/remote.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/caps/cpu_resolve.h"
#include "virtqemud/handlers/later.h"

/* VIR_DOMAIN_XML_INACTIVE, UPDATE_CPU */
enum { XML_INACTIVE = 2, XML_UPDATE_CPU = 4 };

typedef struct {
    const VmView *view;
    uint32_t flags;
} Foretold;

gboolean
foretold_is_asked(const VmView *view, uint32_t flags)
{
    gboolean is_live = view->live != NULL && (flags & XML_INACTIVE) == 0;
    return (flags & XML_UPDATE_CPU) != 0 && !is_live && view->persistent != NULL &&
           shared_def_get(view->persistent)->cpu != NULL;
}

/* A program that does not answer leaves the document as it is. */
static DomainDef *
foretell(Driver *driver, const DomainDef *def)
{
    DomainDef *copy = domain_def_copy(def);
    QemuAccel accel = def->type == DOMAIN_KVM ? QEMU_ACCEL_KVM : QEMU_ACCEL_TCG;
    g_autoptr(QemuCaps) caps = def->devices.emulator != NULL
                                   ? qemu_caps_cache_get(driver->caps, def->devices.emulator, NULL)
                                   : NULL;
    if (caps != NULL)
        caps_cpu_foretell(copy->cpu, caps, accel, copy->arena);
    return copy;
}

static gboolean
answer(RpcCall *call, Driver *driver, const void *args, void *ret, GError **error)
{
    const Foretold *foretold = args;
    RemoteDomainGetXmlDescRet *out = ret;
    VmView shown = *foretold->view;
    shown.live = NULL;
    shown.persistent = shared_def_new(foretell(driver, shared_def_get(shown.persistent)));
    g_autofree char *text = vm_view_format(&shown, foretold->flags);
    out->xml = arena_strdup(rpc_call_arena(call), text);
    shared_def_unref(shown.persistent);
    view_unref(foretold->view);
    return TRUE;
}

gboolean
foretold_run(RpcCall *call, const VmView *view, uint32_t flags)
{
    Foretold *foretold = arena_new_of(rpc_call_arena(call), Foretold);
    *foretold = (Foretold){view_ref(view), flags};
    return later_run(call, foretold, answer);
}
