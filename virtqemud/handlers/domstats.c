/*
 * domstats — see domstats.h: which guests are meant, what is asked for them, and the answer.
 *
 * All questions to all guests go out at once and have one deadline; then a worker reads what the
 * host tells and puts the records together. A guest that does not answer has what the host tells.
 */
#include "virtqemud/handlers/domstats.h"

#include <string.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/daemon/arguments.h"
#include "virtqemud/handlers/balloon.h"
#include "virtqemud/handlers/disks.h"
#include "virtqemud/handlers/handlers.h"

/* virConnectGetAllDomainStatsFlags */
enum {
    CHOOSE_ACTIVE = 1,
    CHOOSE_INACTIVE = 2,
    CHOOSE_PERSISTENT = 4,
    CHOOSE_TRANSIENT = 8,
    CHOOSE_RUNNING = 16,
    CHOOSE_PAUSED = 32,
    CHOOSE_SHUTOFF = 64,
    CHOOSE_OTHER = 128,
    NO_WAIT = 1 << 29, /* nobody is waited for longer than anyhow */
    WITH_BACKING = 1 << 30
};
static const uint32_t ENFORCE = 1u << 31;
static const uint32_t KNOWN_FLAGS = 255u | NO_WAIT | WITH_BACKING | (1u << 31);

typedef struct {
    RpcCall *call;
    Driver *driver;
    Query *query;
    uint32_t groups;
    gboolean with_backing;
    size_t n;
    DomStatsItem *items;
} Bulk;

/* --- which guests --- */

/* TRUE when none of the flags in `mask` is given, or one of those that the guest has. */
static gboolean
passes(uint32_t flags, uint32_t mask, uint32_t has)
{
    return (flags & mask) == 0 || (flags & mask & has) != 0;
}

static gboolean
is_chosen(const VmView *view, uint32_t flags)
{
    uint32_t state = view->state == VM_RUNNING   ? CHOOSE_RUNNING
                     : view->state == VM_PAUSED  ? CHOOSE_PAUSED
                     : view->state == VM_SHUTOFF ? CHOOSE_SHUTOFF
                                                 : CHOOSE_OTHER;
    return passes(flags, CHOOSE_ACTIVE | CHOOSE_INACTIVE,
                  view->head.active ? CHOOSE_ACTIVE : CHOOSE_INACTIVE) &&
           passes(flags, CHOOSE_PERSISTENT | CHOOSE_TRANSIENT,
                  view->head.persistent ? CHOOSE_PERSISTENT : CHOOSE_TRANSIENT) &&
           passes(flags, CHOOSE_RUNNING | CHOOSE_PAUSED | CHOOSE_SHUTOFF | CHOOSE_OTHER, state);
}

static guint
hash_uuid(gconstpointer key)
{
    guint hash;
    memcpy(&hash, key, sizeof hash);
    return hash;
}

static gboolean
equal_uuid(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, OBJ_UUID_BYTES) == 0;
}

static void
add_item(Bulk *bulk, const VmView *view, uint32_t flags)
{
    if (!is_chosen(view, flags))
        return;
    DomStatsItem *item = &bulk->items[bulk->n++];
    memset(item, 0xff, sizeof *item); /* DOMSTATS_NOT_ASKED */
    item->view = view_ref(view);
}

/* The guests of the list in its order, as far as the caller may see them; of no list: all. */
static void
choose_items(Bulk *bulk, const ViewSet *set, const RemoteConnectGetAllDomainStatsArgs *args)
{
    size_t room = args->doms.len > 0 ? args->doms.len : set->n;
    bulk->items = arena_array_of(rpc_call_arena(bulk->call), DomStatsItem, room);
    g_autoptr(GHashTable) by_uuid = g_hash_table_new(hash_uuid, equal_uuid);
    for (size_t i = 0; i < set->n; i++) {
        const VmView *view = set->views[i];
        if (args->doms.len == 0)
            add_item(bulk, view, args->flags);
        else
            g_hash_table_insert(by_uuid, (gpointer)view->head.uuid, (gpointer)view);
    }
    for (uint32_t i = 0; i < args->doms.len; i++) {
        const VmView *view = g_hash_table_lookup(by_uuid, args->doms.items[i].uuid);
        if (view != NULL)
            add_item(bulk, view, args->flags);
    }
}

/* --- what is asked --- */

/* What KVM counts: of processors, for two groups, and of the guest. */
static void
ask_kvm(const Bulk *bulk, DomStatsItem *item)
{
    static const char *const targets[] = {"vcpu", "vm"};
    static const uint32_t groups[] = {STATS_CPU | STATS_VCPU, STATS_VM};
    size_t *const numbers[] = {&item->kvm_vcpus, &item->kvm_vm};
    if (vm_view_current(item->view)->type != DOMAIN_KVM)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
        if ((bulk->groups & groups[i]) == 0)
            continue;
        Json *args = json_new_object();
        json_add_string(args, "target", targets[i]);
        *numbers[i] = query_ask(bulk->query, item->view, QMP_QUERY_STATS, args);
    }
    if ((bulk->groups & (STATS_VCPU | STATS_VM)) != 0)
        item->kvm_schemas = query_ask(bulk->query, item->view, QMP_QUERY_STATS_SCHEMAS, NULL);
    if ((bulk->groups & STATS_VCPU) != 0)
        item->cpus = query_ask(bulk->query, item->view, QMP_QUERY_CPUS_FAST, NULL);
}

static void
ask_for(const Bulk *bulk, DomStatsItem *item)
{
    Query *query = bulk->query;
    const VmView *view = item->view;
    if (!view->head.active) {
        if ((bulk->groups & STATS_BLOCK) != 0 && vm_view_current(view)->devices.disks.n > 0)
            item->sizes = disks_ask_sizes(query, view, NULL);
        return;
    }
    if ((bulk->groups & STATS_BALLOON) != 0) {
        size_t number = query_n(query);
        item->balloon = balloon_ask(query, view) ? number : DOMSTATS_NOT_ASKED;
    }
    if ((bulk->groups & STATS_BLOCK) != 0) {
        item->blocks = query_ask(query, view, QMP_QUERY_BLOCKSTATS, NULL);
        item->nodes = query_ask(query, view, QMP_QUERY_NAMED_BLOCK_NODES, NULL);
    }
    if ((bulk->groups & STATS_IOTHREAD) != 0)
        item->iothreads = query_ask(query, view, QMP_QUERY_IOTHREADS, NULL);
    ask_kvm(bulk, item);
    if ((bulk->groups & STATS_DIRTY_RATE) != 0)
        item->dirty_rate = query_ask(query, view, QMP_QUERY_DIRTY_RATE, NULL);
}

/* --- the answer --- */

static void
fill_record(const Bulk *bulk, const DomStatsItem *item, const char *traffic,
            RemoteDomainStatsRecord *ret)
{
    const ObjHead *head = &item->view->head;
    Arena *arena = rpc_call_arena(bulk->call);
    auto_fd process = head->active ? sample_process(item->view) : -1;
    DomStats stats = {.driver = bulk->driver,
                      .query = bulk->query,
                      .item = item,
                      .def = vm_view_current(item->view),
                      .with_backing = bulk->with_backing,
                      .process = process,
                      .traffic = traffic,
                      .params = {.arena = arena}};
    domstats_fill(&stats, bulk->groups);
    ret->dom.name = arena_strdup(arena, head->name);
    memcpy(ret->dom.uuid, head->uuid, sizeof ret->dom.uuid);
    ret->dom.id = head->id;
    ret->params.items = stats.params.items;
    ret->params.len = stats.params.n;
}

static void
assemble(void *data)
{
    Bulk *bulk = data;
    RpcCall *call = bulk->call;
    RemoteConnectGetAllDomainStatsRet *ret = rpc_call_ret(call);
    g_autofree char *traffic = (bulk->groups & STATS_INTERFACE) != 0 ? sample_traffic_text() : NULL;
    ret->ret_stats.items = arena_array_of(rpc_call_arena(call), RemoteDomainStatsRecord, bulk->n);
    ret->ret_stats.len = (uint32_t)bulk->n;
    for (size_t i = 0; i < bulk->n; i++) {
        fill_record(bulk, &bulk->items[i], traffic, &ret->ret_stats.items[i]);
        view_unref(bulk->items[i].view);
    }
    query_drop(bulk->query);
    rpc_call_complete(call, NULL);
}

static void
on_asked(Query *query, void *data)
{
    Bulk *bulk = data;
    query_keep(query);
    worker_post(daemon_workers(bulk->driver->daemon), assemble, bulk);
}

static gboolean
check_groups(uint32_t groups, uint32_t flags, GError **error)
{
    if ((flags & ENFORCE) == 0 || (groups & ~(uint32_t)STATS_ALL) == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_ARGUMENT_UNSUPPORTED,
                   "there are no figures of kind 0x%x", groups & ~(uint32_t)STATS_ALL);
    return FALSE;
}

gboolean
handle_connect_get_all_domain_stats(RpcCall *call, const ViewSet *set,
                                    const RemoteConnectGetAllDomainStatsArgs *args,
                                    RemoteConnectGetAllDomainStatsRet *ret, GError **error)
{
    if (!arguments_check_flags(VIRT_FROM_QEMU, args->flags, KNOWN_FLAGS, error) ||
        !check_groups(args->stats, args->flags, error))
        return FALSE;
    Bulk *bulk = arena_new_of(rpc_call_arena(call), Bulk);
    bulk->call = call;
    bulk->driver = driver_of(call);
    bulk->groups = args->stats != 0 ? args->stats : STATS_ALL;
    bulk->with_backing = (args->flags & WITH_BACKING) != 0;
    choose_items(bulk, set, args);
    bulk->query = query_new(bulk->driver, QUERY_MANY_MS);
    for (size_t i = 0; i < bulk->n; i++)
        ask_for(bulk, &bulk->items[i]);
    rpc_call_defer(call);
    query_run(bulk->query, on_asked, bulk);
    return TRUE;
}
