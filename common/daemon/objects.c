/*
 * objects — see objects.h.
 */
#include "common/daemon/objects.h"

#include "common/base/error.h"
#include "common/base/uuid.h"

/* What is particular to a kind. Keys of the access rules are those of the polkit actions. */
typedef struct {
    VirtErrorDomain domain;
    VirtErrorCode missing;
    const char *noun;
    const char *name_key;
    const char *uuid_key;
    AclObject parent;       /* whose table holds it; itself for most */
    VirtErrorDomain claims; /* of errors about names that are taken; 0: `domain` */
} KindFacts;

static const KindFacts kinds[ACL_N_OBJECTS] = {
    [ACL_DOMAIN] = {VIRT_FROM_QEMU, VIRT_ERR_NO_DOMAIN, "domain", "domain_name", "domain_uuid",
                    ACL_DOMAIN, VIRT_FROM_DOMAIN},
    [ACL_INTERFACE] = {VIRT_FROM_INTERFACE, VIRT_ERR_NO_INTERFACE, "interface", "interface_name",
                       NULL, ACL_INTERFACE},
    [ACL_NETWORK] = {VIRT_FROM_NETWORK, VIRT_ERR_NO_NETWORK, "network", "network_name",
                     "network_uuid", ACL_NETWORK},
    [ACL_NETWORK_PORT] = {VIRT_FROM_NETWORK, VIRT_ERR_NO_NETWORK, "network", "network_name",
                          "network_uuid", ACL_NETWORK},
    [ACL_NODE_DEVICE] = {VIRT_FROM_NODEDEV, VIRT_ERR_NO_NODE_DEVICE, "node device",
                         "node_device_name", NULL, ACL_NODE_DEVICE},
    [ACL_NWFILTER] = {VIRT_FROM_NWFILTER, VIRT_ERR_NO_NWFILTER, "nwfilter", "nwfilter_name",
                      "nwfilter_uuid", ACL_NWFILTER},
    [ACL_NWFILTER_BINDING] = {VIRT_FROM_NWFILTER, VIRT_ERR_NO_NWFILTER_BINDING, "nwfilter binding",
                              "nwfilter_binding_portdev", NULL, ACL_NWFILTER_BINDING},
    [ACL_SECRET] = {VIRT_FROM_SECRET, VIRT_ERR_NO_SECRET, "secret", NULL, "secret_uuid",
                    ACL_SECRET},
    [ACL_STORAGE_POOL] = {VIRT_FROM_STORAGE, VIRT_ERR_NO_STORAGE_POOL, "storage pool", "pool_name",
                          "pool_uuid", ACL_STORAGE_POOL},
    [ACL_STORAGE_VOL] = {VIRT_FROM_STORAGE, VIRT_ERR_NO_STORAGE_VOL, "storage vol", "pool_name",
                         "pool_uuid", ACL_STORAGE_POOL},
};

struct DaemonObjects {
    ObjViewOps ops;
    ObjTable *table;
    RpcObjects rpc[ACL_N_OBJECTS]; /* of the kind, and of those that live in its table */
};

static void
attributes(const void *view, const RpcProc *proc, const void *args, AclAttribute *ret_attributes)
{
    const ObjHead *head = view;
    const KindFacts *facts = &kinds[proc->subject.object];
    if (proc->subject.kind == SUBJECT_CONNECT && proc->n_filter > 0)
        facts = &kinds[acl_permissions[proc->acl_filter->permission].object];
    size_t n = 0;
    if (facts->name_key != NULL)
        ret_attributes[n++] = (AclAttribute){facts->name_key, head->name};
    if (facts->uuid_key != NULL)
        ret_attributes[n++] = (AclAttribute){facts->uuid_key, head->uuid_text};
    ret_attributes[n] = (AclAttribute){NULL, NULL};
}

DaemonObjects *
daemon_objects_new(Daemon *daemon, const DaemonObjectKind *kind)
{
    const KindFacts *facts = &kinds[kind->object];
    DaemonObjects *objects = g_new0(DaemonObjects, 1);
    objects->ops = (ObjViewOps){.view = view_ops,
                                .domain = facts->claims != 0 ? facts->claims : facts->domain,
                                .noun = facts->noun,
                                .object_free = kind->object_free};
    objects->table = obj_table_new(daemon_strands(daemon), &objects->ops);
    for (int object = 0; object < ACL_N_OBJECTS; object++) {
        const KindFacts *mine = &kinds[object];
        if (mine->noun == NULL || mine->parent != kind->object)
            continue;
        objects->rpc[object] = (RpcObjects){
            .object = (AclObject)object,
            .table = objects->table,
            .view_ops = &objects->ops.view,
            .domain = mine->domain,
            .missing = mine->missing,
            .noun = mine->noun,
            .name_key = mine->name_key,
            .uuid_key = mine->uuid_key,
            .attributes = attributes,
            .control = kind->control,
            .children = kind->children,
            .find_key = kind->find_key,
        };
        rpc_server_add_objects(daemon_server(daemon), &objects->rpc[object]);
    }
    return objects;
}

void
daemon_objects_close(DaemonObjects *objects)
{
    if (objects != NULL)
        g_clear_pointer(&objects->table, obj_table_free);
}

void
daemon_objects_free(DaemonObjects *objects)
{
    daemon_objects_close(objects);
    g_free(objects);
}

ObjTable *
daemon_objects_table(const DaemonObjects *objects)
{
    return objects->table;
}
