/*
 * resolve — from a call's arguments to the object it is about: what the row says about its subject,
 * and nothing else, decides. Io thread; a look-up is a leaf lock and a hash.
 */
#include <string.h>

#include "common/base/error.h"
#include "common/base/uuid.h"
#include "common/conf/xml_ids.h"
#include "common/rpc/conn_private.h"

/* What identifies an object, as far as the arguments tell. */
typedef struct {
    const char *name;
    const uint8_t *uuid;
    gboolean has_id;
    int32_t id;
    const char *text; /* another key: a path, a MAC, … */
} Key;

/* Name and uuid of a reference structure. One that holds another reference (snapshots, ports) leads
 * to that, and a volume to the pool that it names: the tables have what holds them. */
static void
key_from_struct(const XdrType *type, const uint8_t *value, Key *ret_key)
{
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const XdrField *field = &type->fields[i];
        if (field->type->kind == XDR_STRUCT) {
            key_from_struct(field->type, value + field->offset, ret_key);
            return;
        }
    }
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const XdrField *field = &type->fields[i];
        const void *member = value + field->offset;
        if (field->type->kind == XDR_UUID)
            ret_key->uuid = member;
        else if (field->type->kind == XDR_STRING && ret_key->name == NULL &&
                 (g_str_equal(field->name, "pool") || g_str_has_suffix(field->name, "name")))
            ret_key->name = *(char *const *)member;
    }
}

static void
missing_error(const RpcObjects *objects, const Key *key, GError **error)
{
    const char *noun = objects->noun;
    if (key->uuid != NULL) {
        char text[UUID_TEXT_BYTES];
        uuid_format(key->uuid, text);
        if (key->name != NULL)
            virt_error_set(error, objects->domain, objects->missing,
                           "no %s with matching uuid '%s' (%s)", noun, text, key->name);
        else
            virt_error_set(error, objects->domain, objects->missing,
                           "no %s with matching uuid '%s'", noun, text);
    } else if (key->name != NULL) {
        virt_error_set(error, objects->domain, objects->missing, "no %s with matching name '%s'",
                       noun, key->name);
    } else if (key->has_id) {
        virt_error_set(error, objects->domain, objects->missing, "no %s with matching id %d", noun,
                       key->id);
    } else {
        virt_error_set(error, objects->domain, objects->missing, "no %s with matching key '%s'",
                       noun, key->text != NULL ? key->text : "");
    }
}

static ObjRef *
find(const RpcObjects *objects, const Key *key)
{
    if (key->uuid != NULL)
        return obj_table_find_uuid(objects->table, key->uuid);
    if (key->name != NULL)
        return obj_table_find_name(objects->table, key->name);
    if (key->has_id)
        return obj_table_find_id(objects->table, key->id);
    return NULL;
}

/* Volumes and ports are found inside what holds them: that is what is looked up. */
static const RpcObjects *
holder_of(const RpcCall *call, const RpcObjects *objects)
{
    switch (objects->object) {
    case ACL_STORAGE_VOL:
        return rpc_server_objects(call->server, ACL_STORAGE_POOL);
    case ACL_NETWORK_PORT:
        return rpc_server_objects(call->server, ACL_NETWORK);
    default:
        return objects;
    }
}

static gboolean
resolve_existing(RpcCall *call, const RpcObjects *objects, GError **error)
{
    const RpcSubject *subject = &call->proc->subject;
    const uint8_t *at = (const uint8_t *)call->args + subject->offset;
    Key key = {0};
    switch (subject->kind) {
    case SUBJECT_ARG:
    case SUBJECT_CHILD_NAME:
    case SUBJECT_CHILD_UUID:
    case SUBJECT_CHILD_XML:
        key_from_struct(subject->type, at, &key);
        objects = holder_of(call, objects);
        break;
    case SUBJECT_NAME:
        key.name = *(char *const *)(const void *)at;
        break;
    case SUBJECT_UUID:
        key.uuid = at;
        break;
    case SUBJECT_ID:
        key.has_id = TRUE;
        memcpy(&key.id, at, sizeof key.id);
        break;
    case SUBJECT_KEY:
        if (subject->type == NULL || subject->type->kind == XDR_STRING)
            key.text = *(char *const *)(const void *)at;
        break;
    default:
        break;
    }
    if (objects->find_key != NULL && subject->kind == SUBJECT_KEY)
        call->ref = objects->find_key(objects->table, call->proc, call->args);
    else
        call->ref = find(objects, &key);
    if (call->ref == NULL)
        missing_error(objects, &key, error);
    return call->ref != NULL;
}

/* What a document says of the object that it describes. Nothing is claimed before the access rules
 * have been asked about it. */
static gboolean
resolve_xml(RpcCall *call, const RpcObjects *objects, AclAttribute *ret_attributes, GError **error)
{
    const RpcSubject *subject = &call->proc->subject;
    const uint8_t *args = call->args;
    const char *xml = *(char *const *)(const void *)(args + subject->offset);
    const char *other_name =
        subject->offset2 != 0 ? *(char *const *)(const void *)(args + subject->offset2) : NULL;
    XmlIds ids;
    if (!xml_ids_scan(xml, strlen(xml), &ids, error))
        return FALSE;
    const char *name =
        other_name != NULL && *other_name != '\0' ? other_name : xml_ids_get(&ids, XML_ID_NAME);
    if (name == NULL || *name == '\0') {
        virt_error_set(error, objects->domain, VIRT_ERR_XML_ERROR, "the %s document has no name",
                       objects->noun);
        return FALSE;
    }
    call->xml_name = arena_strdup(call->arena, name);
    call->xml_has_uuid = ids.has_uuid;
    memcpy(call->xml_uuid, ids.uuid, sizeof call->xml_uuid);
    /* A document without a uuid means the object of that name, or a new one. */
    g_autoptr(ObjRef) same_name = ids.has_uuid ? NULL : obj_table_find_name(objects->table, name);
    if (same_name != NULL)
        memcpy(ids.uuid, obj_ref_uuid(same_name), sizeof ids.uuid);
    char text[UUID_TEXT_BYTES] = "";
    if (ids.has_uuid || same_name != NULL)
        uuid_format(ids.uuid, text);
    size_t n = 0;
    if (objects->name_key != NULL)
        ret_attributes[n++] = (AclAttribute){objects->name_key, call->xml_name};
    if (objects->uuid_key != NULL && *text != '\0')
        ret_attributes[n++] = (AclAttribute){objects->uuid_key, arena_strdup(call->arena, text)};
    ret_attributes[n] = (AclAttribute){NULL, NULL};
    return TRUE;
}

gboolean
rpc_claim(RpcCall *call, GError **error)
{
    const RpcObjects *objects = rpc_server_objects(call->server, call->proc->subject.object);
    uint8_t uuid[OBJ_UUID_BYTES];
    memcpy(uuid, call->xml_uuid, sizeof uuid);
    if (!call->xml_has_uuid) {
        g_autoptr(ObjRef) same_name = obj_table_find_name(objects->table, call->xml_name);
        if (same_name != NULL)
            memcpy(uuid, obj_ref_uuid(same_name), sizeof uuid);
        else
            uuid_random(uuid);
    }
    g_clear_pointer(&call->ref, obj_ref_unref);
    return obj_table_reserve(objects->table, call->xml_name, uuid, &call->reservation, &call->ref,
                             error);
}

gboolean
rpc_resolve(RpcCall *call, AclAttribute *ret_attributes, GError **error)
{
    const RpcProc *proc = call->proc;
    *ret_attributes++ = (AclAttribute){"connect_driver", acl_driver_names[proc->family]};
    ret_attributes[0] = (AclAttribute){NULL, NULL};
    if (proc->subject.kind == SUBJECT_CONNECT)
        return TRUE;
    const RpcObjects *objects = rpc_server_objects(call->server, proc->subject.object);
    if (objects == NULL) {
        virt_error_set(error, rpc_proc_error_domain(call->program, proc), VIRT_ERR_NO_SUPPORT, "%s",
                       proc->name);
        return FALSE;
    }
    if (proc->gives == RPC_GIVES_RESERVATION)
        return resolve_xml(call, objects, ret_attributes, error);
    if (!resolve_existing(call, objects, error))
        return FALSE;
    const void *view = obj_ref_view(call->ref);
    if (view == NULL) {
        missing_error(objects, &(Key){.name = obj_ref_name(call->ref)}, error);
        return FALSE;
    }
    objects->attributes(view, proc, call->args, ret_attributes);
    /* The attributes are borrowed from the view: it lives as long as the call. */
    call->view = view;
    call->view_ops = objects->view_ops;
    if (proc->gives == RPC_GIVES_VIEW || proc->gives == RPC_GIVES_VIEW_AND_SET)
        call->target.view = view;
    else if (proc->gives == RPC_GIVES_CONTROL)
        call->target.control = objects->control(call->ref);
    return TRUE;
}

void
rpc_resolve_candidates(RpcCall *call)
{
    AclObject object = acl_permissions[call->proc->acl_filter->permission].object;
    const RpcObjects *objects = rpc_server_objects(call->server, object);
    if (objects == NULL)
        call->candidates = g_ptr_array_new();
    else if (call->proc->gives == RPC_GIVES_VIEW_AND_SET)
        call->candidates = objects->children(call->view);
    else
        call->candidates = obj_table_snapshot(objects->table);
    call->view_set = (ViewSet){(const void *const *)call->candidates->pdata, call->candidates->len};
}
