/*
 * others — networks and pools: one that is called "default", with events and reports; volumes of
 * any name, for streams.
 */
#include <string.h>

#include "common/base/error.h"
#include "tests/daemon/testd/testd.h"
#include "virtnetworkd/handlers/handlers.h"
#include "virtstoraged/handlers/handlers.h"

static void
head_clear(void *data)
{
    g_free(((ObjHead *)data)->name);
}

static const void *
head_new(const ObjRef *ref)
{
    ObjHead *head = view_new(sizeof *head, head_clear);
    head->name = g_strdup(obj_ref_name(ref));
    memcpy(head->uuid, obj_ref_uuid(ref), UUID_BYTES);
    uuid_format(head->uuid, head->uuid_text);
    head->id = -1;
    head->active = TRUE;
    head->persistent = TRUE;
    return view_seal(head);
}

static void
born(void *data)
{
    Reservation *reservation = data;
    reservation_commit(reservation, head_new(reservation_ref(reservation)));
}

static void
add_default(TestWorld *world, uint8_t number)
{
    uint8_t uuid[UUID_BYTES] = {number, 1};
    Reservation *reservation;
    gboolean added = obj_table_reserve(daemon_objects_table(world->kind), "default", uuid,
                                       &reservation, NULL, NULL);
    g_assert(added);
    reservation_post(reservation, born, reservation, NULL);
}

static void
emit(TestWorld *world, RpcEventSource *source, const ObjRef *ref, const char *const keys[2])
{
    char text[UUID_TEXT_BYTES];
    AclAttribute attributes[] = {{keys[0], obj_ref_name(ref)},
                                 {keys[1], uuid_format(obj_ref_uuid(ref), text)},
                                 {NULL, NULL}};
    source->program = &remote_program;
    source->name = obj_ref_name(ref);
    source->uuid = obj_ref_uuid(ref);
    source->attributes = attributes;
    rpc_event_emit(daemon_server(world->daemon), source);
}

/* --- networks --- */

static gboolean
network_report(RpcCall *call, const NetworkView *view, const RemoteNetworkGetXmlDescArgs *args,
               RemoteNetworkGetXmlDescRet *ret, GError **error)
{
    ret->xml = testd_report(call);
    return TRUE;
}

/* An event. */
static gboolean
network_create(RpcCall *call, Network *object, const RemoteNetworkCreateArgs *args, GError **error)
{
    static const char *const keys[] = {"network_name", "network_uuid"};
    RemoteNetworkEventLifecycleArgs event = {.net = args->net, .event = 2};
    RpcEventSource source = {
        .proc = rpc_program_find(&remote_program, REMOTE_PROC_NETWORK_EVENT_LIFECYCLE),
        .args = &event,
        .object = ACL_NETWORK,
        .permission = ACL_NETWORK_GETATTR,
    };
    emit(testd_world(call), &source, rpc_call_ref_object(call), keys);
    return TRUE;
}

/* Autostart: how many milliseconds the step waits. */
static gboolean
network_slow(RpcCall *call, Network *object, const RemoteNetworkSetAutostartArgs *args,
             GError **error)
{
    return testd_wait_ms(testd_world(call), (uint32_t)args->autostart, NULL, error);
}

const RemoteHandlers testd_network_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_NETWORK,
    .connect_num_of_networks = handle_connect_num_of_networks,
    .connect_list_networks = handle_connect_list_networks,
    .connect_list_all_networks = handle_connect_list_all_networks,
    .network_lookup_by_name = handle_network_lookup_by_name,
    .network_lookup_by_uuid = handle_network_lookup_by_uuid,
    .network_get_xml_desc = network_report,
    .network_create = network_create,
    .network_set_autostart = network_slow,
};

void
testd_init_networks(TestWorld *world)
{
    world->kind = daemon_objects_new(world->daemon, &(DaemonObjectKind){ACL_NETWORK});
    add_default(world, 2);
}

/* --- pools --- */

static gboolean
pool_report(RpcCall *call, const PoolView *view, const RemoteStoragePoolGetXmlDescArgs *args,
            RemoteStoragePoolGetXmlDescRet *ret, GError **error)
{
    ret->xml = testd_report(call);
    return TRUE;
}

/* An event. */
static gboolean
pool_refresh(RpcCall *call, Pool *object, const RemoteStoragePoolRefreshArgs *args, GError **error)
{
    static const char *const keys[] = {"pool_name", "pool_uuid"};
    RemoteStoragePoolEventLifecycleArgs event = {.pool = args->pool, .event = 2};
    RpcEventSource source = {
        .proc = rpc_program_find(&remote_program, REMOTE_PROC_STORAGE_POOL_EVENT_LIFECYCLE),
        .args = &event,
        .object = ACL_STORAGE_POOL,
        .permission = ACL_STORAGE_POOL_GETATTR,
    };
    emit(testd_world(call), &source, rpc_call_ref_object(call), keys);
    return TRUE;
}

static gboolean
vol_upload(RpcCall *call, Pool *object, const RemoteStorageVolUploadArgs *args, GError **error)
{
    testd_open_upload(call, args->vol.name);
    return TRUE;
}

static gboolean
vol_download(RpcCall *call, Pool *object, const RemoteStorageVolDownloadArgs *args, GError **error)
{
    TestDownload what = {.bytes = args->length, .sparse = (args->flags & 1) != 0};
    testd_open_download(call, &what);
    return TRUE;
}

/* What the last upload to it brought. */
static gboolean
vol_report(RpcCall *call, const PoolView *view, const RemoteStorageVolGetXmlDescArgs *args,
           RemoteStorageVolGetXmlDescRet *ret, GError **error)
{
    TestWorld *world = testd_world(call);
    leaf_lock(&world->lock);
    const char *found = g_hash_table_lookup(world->uploads, args->vol.name);
    ret->xml = arena_strdup(rpc_call_arena(call), found != NULL ? found : "nothing");
    leaf_unlock(&world->lock);
    return TRUE;
}

const RemoteHandlers testd_storage_handlers = {
    CONNECT_HANDLERS,
    EVENT_HANDLERS_STORAGE,
    .connect_num_of_storage_pools = handle_connect_num_of_storage_pools,
    .connect_list_storage_pools = handle_connect_list_storage_pools,
    .connect_list_all_storage_pools = handle_connect_list_all_storage_pools,
    .storage_pool_lookup_by_name = handle_storage_pool_lookup_by_name,
    .storage_pool_lookup_by_uuid = handle_storage_pool_lookup_by_uuid,
    .storage_pool_get_xml_desc = pool_report,
    .storage_pool_refresh = pool_refresh,
    .storage_vol_upload = vol_upload,
    .storage_vol_download = vol_download,
    .storage_vol_get_xml_desc = vol_report,
};

void
testd_init_pools(TestWorld *world)
{
    world->kind = daemon_objects_new(world->daemon, &(DaemonObjectKind){ACL_STORAGE_POOL});
    add_default(world, 3);
}
