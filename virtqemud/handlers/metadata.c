/*
 * metadata — title, description, and what applications keep in a definition.
 */
#include "virtqemud/handlers/handlers.h"

#include <string.h>

#include "common/base/error.h"
#include "common/daemon/arguments.h"
#include "virtqemud/vm/edit.h"
#include "virtqemud/vm/events.h"
#include "virtqemud/vm/metadata.h"

/* virDomainMetadataType */
enum { TYPE_DESCRIPTION, TYPE_TITLE, TYPE_ELEMENT };

static gboolean
refuse(GError **error, const char *why)
{
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG, "%s", why);
    return FALSE;
}

static gboolean
check_type(int32_t type, GError **error)
{
    if (type >= TYPE_DESCRIPTION && type <= TYPE_ELEMENT)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_INVALID_ARG, "unknown metadata type '%d'",
                   type);
    return FALSE;
}

/* ---- reading ---- */

static char *
text_of(RpcCall *call, const DomainDef *def, const RemoteDomainGetMetadataArgs *args)
{
    Arena *arena = rpc_call_arena(call);
    switch (args->type) {
    case TYPE_DESCRIPTION:
        return arena_strdup(arena, def->description);
    case TYPE_TITLE:
        return arena_strdup(arena, def->title);
    default:
        return metadata_get(def->metadata, args->uri, arena);
    }
}

gboolean
handle_domain_get_metadata(RpcCall *call, const VmView *view,
                           const RemoteDomainGetMetadataArgs *args, RemoteDomainGetMetadataRet *ret,
                           GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error) ||
        !check_type(args->type, error))
        return FALSE;
    if ((args->uri != NULL) != (args->type == TYPE_ELEMENT))
        return refuse(error, "a URI is needed for an element, and only there");
    const DomainDef *def = vm_view_def(view, args->flags, error);
    if (def == NULL)
        return FALSE;
    ret->metadata = text_of(call, def, args);
    if (ret->metadata != NULL)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_NO_DOMAIN_METADATA,
                   "guest '%s' has no such metadata", view->head.name);
    return FALSE;
}

/* ---- writing ---- */

static gboolean
check_set(const RemoteDomainSetMetadataArgs *args, GError **error)
{
    if (!check_type(args->type, error))
        return FALSE;
    if (args->type == TYPE_TITLE && args->metadata != NULL && strchr(args->metadata, '\n') != NULL)
        return refuse(error, "metadata title can't contain newlines");
    if (args->type != TYPE_ELEMENT && (args->key != NULL || args->uri != NULL))
        return refuse(error, "a title and a description have no key and no URI");
    if (args->type == TYPE_ELEMENT && args->uri == NULL)
        return refuse(error, "an element needs a URI");
    if (args->type == TYPE_ELEMENT && args->metadata != NULL && args->key == NULL)
        return refuse(error, "an element needs a key");
    return TRUE;
}

/* An empty text is none. */
static const char *
keep_text(DomainDef *def, const char *text)
{
    return text != NULL && *text != '\0' ? arena_strdup(def->arena, text) : NULL;
}

static gboolean
edit(DomainDef *def, const void *data, GError **error)
{
    const RemoteDomainSetMetadataArgs *args = data;
    switch (args->type) {
    case TYPE_DESCRIPTION:
        def->description = keep_text(def, args->metadata);
        return TRUE;
    case TYPE_TITLE:
        def->title = keep_text(def, args->metadata);
        return TRUE;
    default: {
        MetadataElement element = {args->uri, args->key, args->metadata};
        return metadata_set(&def->metadata, &element, def->arena, error);
    }
    }
}

gboolean
handle_domain_set_metadata(RpcCall *call, Vm *vm, const RemoteDomainSetMetadataArgs *args,
                           GError **error)
{
    uint32_t affect;
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, VM_AFFECT_LIVE | VM_AFFECT_CONFIG,
                               error) ||
        !check_set(args, error) || !vm_resolve_affect(vm, args->flags, &affect, error) ||
        !edit_definitions(vm, affect, edit, args, error))
        return FALSE;
    vm_emit_metadata_change(vm, args->type, args->uri);
    return TRUE;
}
