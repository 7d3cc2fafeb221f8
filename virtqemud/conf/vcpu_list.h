/*
 * vcpu_list — a guest's processors one by one: which are plugged, which can be unplugged, and in
 * which order they came.
 *
 * A definition may list them (<vcpus>); one that does not has a number that is plugged, of which
 * none can be unplugged. A VcpuList has an entry for each processor that the guest may have, in
 * both cases, so what changes processors need not care. Pure; any thread.
 * https://libvirt.org/formatdomain.html#cpu-allocation
 */
#pragma once

#include "virtqemud/conf/domain.h"

typedef struct {
    VcpuEntry *items; /* by number */
    uint32_t n;
    gboolean is_listed; /* whether the definition lists them */
} VcpuList;

/* The definition's; the caller clears it. */
VcpuList vcpu_list_read(const DomainDef *def);
void vcpu_list_clear(VcpuList *list);
/* Into a definition that is not published; the numbers follow from the list. */
void vcpu_list_write(const VcpuList *list, DomainDef *def);

/* How many may be plugged, how many are, and how many of those cannot be unplugged. */
uint32_t vcpu_list_most(const DomainDef *def);
uint32_t vcpu_list_plugged(const DomainDef *def);
uint32_t vcpu_list_fixed(const DomainDef *def);

gboolean vcpu_list_is_plugged(const VcpuList *list, uint32_t id);
/* Plugged, and not to be unplugged. */
gboolean vcpu_list_is_fixed(const VcpuList *list, uint32_t id);

/* Plugs the lowest, or unplugs the highest, until `count` (of those there are) are plugged. What is
 * plugged can be unplugged when that is asked for, or when it must be: those before it can. Orders
 * are forgotten, here and in what follows. */
typedef enum { VCPU_LIST_AS_NEEDED, VCPU_LIST_HOTPLUGGABLE } VcpuListHow;
void vcpu_list_set_count(VcpuList *list, uint32_t count, VcpuListHow how);
/* Now `most` are possible; new ones are not plugged. */
void vcpu_list_set_most(VcpuList *list, uint32_t most);
/* Plugs or unplugs one, which can be unplugged from now on. */
typedef enum { VCPU_LIST_UNPLUG, VCPU_LIST_PLUG } VcpuListTo;
void vcpu_list_set_one(VcpuList *list, uint32_t id, VcpuListTo to);

/* Of a running guest: `id` was plugged last; `id` was unplugged. The list is one of the definition
 * from now on. */
void vcpu_list_plug(VcpuList *list, uint32_t id);
void vcpu_list_unplug(VcpuList *list, uint32_t id);
/* Gives orders to those that are plugged, where there are none: the fixed ones first. What is not
 * plugged has none. */
void vcpu_list_give_orders(VcpuList *list);

/* What follows for a user's list: every processor is in it, each says whether it can be unplugged.
 */
void vcpu_list_fill_defaults(DomainDef *def);
/* What a document must not say. Errors: XML_ERROR, CONFIG_UNSUPPORTED. */
gboolean vcpu_list_validate(const DomainDef *def, GError **error);
/* What no machine takes. Errors: CONFIG_UNSUPPORTED. */
gboolean vcpu_list_check(const DomainDef *def, GError **error);
/* Whether the orders, where there are any, can be followed at a start. Errors: CONFIG_UNSUPPORTED.
 */
gboolean vcpu_list_check_orders(const DomainDef *def, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VcpuList, vcpu_list_clear)
