/*
 * vcpu_list — see vcpu_list.h. What is plugged first, and what becomes of orders, is stock's.
 */
#include "virtqemud/conf/vcpu_list.h"

#include "common/base/error.h"

static gboolean
is_plugged(const VcpuEntry *entry)
{
    return entry->enabled == SWITCH_ON;
}

/* An entry that does not say so can be unplugged as long as it is not plugged. */
static gboolean
is_hotpluggable(const VcpuEntry *entry)
{
    return entry->hotpluggable == SWITCH_ON ||
           (entry->hotpluggable == SWITCH_ABSENT && !is_plugged(entry));
}

uint32_t
vcpu_list_most(const DomainDef *def)
{
    return MAX(def->vcpus, 1);
}

uint32_t
vcpu_list_plugged(const DomainDef *def)
{
    return def->vcpus_now != 0 ? def->vcpus_now : vcpu_list_most(def);
}

uint32_t
vcpu_list_fixed(const DomainDef *def)
{
    if (def->vcpu_entries.n == 0)
        return vcpu_list_plugged(def);
    g_auto(VcpuList) list = vcpu_list_read(def);
    uint32_t fixed = 0;
    for (uint32_t id = 0; id < list.n; id++)
        fixed += vcpu_list_is_fixed(&list, id) ? 1 : 0;
    return fixed;
}

/* ---- from and into definitions ---- */

static VcpuEntry
unlisted_entry(uint32_t id, uint32_t plugged)
{
    return (VcpuEntry){
        .id = id,
        .enabled = id < plugged ? SWITCH_ON : SWITCH_OFF,
        .hotpluggable = id < plugged ? SWITCH_OFF : SWITCH_ON,
    };
}

VcpuList
vcpu_list_read(const DomainDef *def)
{
    VcpuList list = {.n = vcpu_list_most(def), .is_listed = def->vcpu_entries.n > 0};
    uint32_t plugged = list.is_listed ? 0 : vcpu_list_plugged(def);
    list.items = g_new0(VcpuEntry, list.n);
    for (uint32_t id = 0; id < list.n; id++)
        list.items[id] = unlisted_entry(id, plugged);
    for (size_t i = 0; i < def->vcpu_entries.n; i++) {
        const VcpuEntry *entry = def->vcpu_entries.items[i];
        if (entry->id < list.n)
            list.items[entry->id] = *entry;
    }
    return list;
}

void
vcpu_list_clear(VcpuList *list)
{
    g_clear_pointer(&list->items, g_free);
    list->n = 0;
}

static uint32_t
count_plugged(const VcpuList *list)
{
    uint32_t n = 0;
    for (uint32_t id = 0; id < list->n; id++)
        n += is_plugged(&list->items[id]) ? 1 : 0;
    return n;
}

void
vcpu_list_write(const VcpuList *list, DomainDef *def)
{
    uint32_t plugged = count_plugged(list);
    def->vcpus = list->n;
    def->vcpus_now = plugged == list->n ? 0 : plugged;
    def->vcpu_entries.n = 0;
    if (!list->is_listed)
        return;
    def->vcpu_entries.items = arena_array_of(def->arena, VcpuEntry *, list->n);
    for (; def->vcpu_entries.n < list->n; def->vcpu_entries.n++) {
        VcpuEntry *entry = arena_new_of(def->arena, VcpuEntry);
        *entry = list->items[def->vcpu_entries.n];
        def->vcpu_entries.items[def->vcpu_entries.n] = entry;
    }
}

/* ---- changes ---- */

gboolean
vcpu_list_is_plugged(const VcpuList *list, uint32_t id)
{
    return is_plugged(&list->items[id]);
}

gboolean
vcpu_list_is_fixed(const VcpuList *list, uint32_t id)
{
    return is_plugged(&list->items[id]) && !is_hotpluggable(&list->items[id]);
}

static void
set_entry(VcpuEntry *entry, Switch enabled, Switch hotpluggable)
{
    entry->enabled = enabled;
    entry->hotpluggable = hotpluggable;
}

static void
forget_orders(VcpuList *list)
{
    for (uint32_t id = 0; id < list->n; id++)
        list->items[id].order = 0;
}

void
vcpu_list_set_count(VcpuList *list, uint32_t count, VcpuListHow how)
{
    uint32_t plugged = count_plugged(list);
    gboolean hotpluggable = how == VCPU_LIST_HOTPLUGGABLE;
    for (uint32_t id = 0; id < list->n && plugged < count; id++) {
        VcpuEntry *entry = &list->items[id];
        if (!is_plugged(entry)) {
            set_entry(entry, SWITCH_ON, hotpluggable ? SWITCH_ON : SWITCH_OFF);
            list->is_listed |= how == VCPU_LIST_HOTPLUGGABLE;
            plugged++;
        }
        hotpluggable |= is_hotpluggable(entry);
    }
    for (uint32_t id = list->n; id > 0 && plugged > count; id--) {
        VcpuEntry *entry = &list->items[id - 1];
        if (is_plugged(entry)) {
            set_entry(entry, SWITCH_OFF, SWITCH_ON);
            plugged--;
        }
    }
    forget_orders(list);
}

void
vcpu_list_set_most(VcpuList *list, uint32_t most)
{
    list->items = g_renew(VcpuEntry, list->items, most);
    for (uint32_t id = list->n; id < most; id++)
        list->items[id] = (VcpuEntry){.id = id, .enabled = SWITCH_OFF};
    list->n = most;
    forget_orders(list);
}

void
vcpu_list_set_one(VcpuList *list, uint32_t id, VcpuListTo to)
{
    set_entry(&list->items[id], to == VCPU_LIST_PLUG ? SWITCH_ON : SWITCH_OFF, SWITCH_ON);
    list->is_listed = TRUE;
    forget_orders(list);
}

/* ---- of running guests ---- */

void
vcpu_list_give_orders(VcpuList *list)
{
    uint32_t next = 1;
    gboolean has_orders = FALSE;
    for (uint32_t id = 0; id < list->n; id++) {
        if (!is_plugged(&list->items[id]))
            list->items[id].order = 0;
        has_orders |= list->items[id].order != 0;
    }
    if (has_orders)
        return;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t id = 0; id < list->n; id++) {
            if (is_plugged(&list->items[id]) && vcpu_list_is_fixed(list, id) == (pass == 0))
                list->items[id].order = next++;
        }
    }
}

void
vcpu_list_plug(VcpuList *list, uint32_t id)
{
    vcpu_list_give_orders(list);
    set_entry(&list->items[id], SWITCH_ON, SWITCH_ON);
    list->items[id].order = count_plugged(list);
    list->is_listed = TRUE;
}

void
vcpu_list_unplug(VcpuList *list, uint32_t id)
{
    vcpu_list_give_orders(list);
    uint32_t order = list->items[id].order;
    set_entry(&list->items[id], SWITCH_OFF, SWITCH_ON);
    list->items[id].order = 0;
    list->is_listed = TRUE;
    for (uint32_t i = 0; i < list->n; i++) {
        if (is_plugged(&list->items[i]) && list->items[i].order > order)
            list->items[i].order--;
    }
}

/* ---- documents ---- */

void
vcpu_list_fill_defaults(DomainDef *def)
{
    if (def->vcpu_entries.n == 0)
        return;
    g_auto(VcpuList) list = vcpu_list_read(def);
    for (uint32_t id = 0; id < list.n; id++) {
        VcpuEntry *entry = &list.items[id];
        if (entry->hotpluggable == SWITCH_ABSENT)
            entry->hotpluggable = is_plugged(entry) ? SWITCH_OFF : SWITCH_ON;
    }
    vcpu_list_write(&list, def);
}

gboolean
vcpu_list_validate(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->vcpu_entries.n; i++) {
        const VcpuEntry *entry = def->vcpu_entries.items[i];
        if (entry->id >= vcpu_list_most(def)) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "<vcpus> lists processor %u, the guest can have %u", entry->id,
                           vcpu_list_most(def));
            return FALSE;
        }
        if (entry->enabled == SWITCH_OFF && entry->hotpluggable == SWITCH_OFF) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "processor %u is not plugged, and is not to be either", entry->id);
            return FALSE;
        }
    }
    return TRUE;
}

#define refuse(error, ...)                                                                         \
    virt_error_refuse(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED, "<vcpus>: " __VA_ARGS__)

/* QEMU itself begins with the first ones; the others follow. */
static gboolean
check_fixed(const VcpuList *list, GError **error)
{
    uint32_t order = 0;
    for (uint32_t id = 0; id < list->n; id++) {
        const VcpuEntry *entry = &list->items[id];
        if (!vcpu_list_is_fixed(list, id))
            continue;
        if (id > 0 && is_hotpluggable(&list->items[id - 1]))
            return refuse(error, "processor %u cannot be unplugged, and one before it can", id);
        if (entry->order < order)
            return refuse(error,
                          "processor %u cannot be unplugged, so its order is behind that "
                          "of those before it",
                          id);
        order = entry->order;
    }
    return TRUE;
}

gboolean
vcpu_list_check(const DomainDef *def, GError **error)
{
    if (def->vcpu_entries.n == 0)
        return TRUE;
    g_auto(VcpuList) list = vcpu_list_read(def);
    uint32_t ordered = 0, plugged = 0;
    for (uint32_t id = 0; id < list.n; id++) {
        plugged += is_plugged(&list.items[id]) ? 1 : 0;
        ordered += is_plugged(&list.items[id]) && list.items[id].order != 0 ? 1 : 0;
    }
    if (ordered != 0 && ordered != plugged)
        return refuse(error, "all processors that are plugged have an order, or none");
    if (!vcpu_list_is_fixed(&list, 0) || list.items[0].order > 1)
        return refuse(error, "processor 0 is plugged first, and cannot be unplugged");
    return check_fixed(&list, error);
}

gboolean
vcpu_list_check_orders(const DomainDef *def, GError **error)
{
    g_autofree gboolean *taken = g_new0(gboolean, vcpu_list_plugged(def) + 1);
    for (size_t i = 0; i < def->vcpu_entries.n; i++) {
        const VcpuEntry *entry = def->vcpu_entries.items[i];
        if (!is_plugged(entry) || entry->order == 0)
            continue;
        if (entry->order > vcpu_list_plugged(def))
            return refuse(error, "processor %u has the order %u, only %u are plugged", entry->id,
                          entry->order, vcpu_list_plugged(def));
        if (taken[entry->order])
            return refuse(error, "two processors have the order %u", entry->order);
        taken[entry->order] = TRUE;
    }
    return TRUE;
}
