/*
 * context — see context.h.
 */
#include "virtqemud/build/context.h"

#include <string.h>

/* An array of structs that begin with their alias. */
static const void *
find(const void *items, size_t n, size_t size, const char *alias)
{
    for (size_t i = 0; alias != NULL && i < n; i++) {
        const char *item = (const char *)items + i * size;
        if (strcmp(*(const char *const *)item, alias) == 0)
            return item;
    }
    return NULL;
}

const BuildDisk *
context_disk(const BuildContext *context, const char *alias)
{
    G_STATIC_ASSERT(offsetof(BuildDisk, alias) == 0);
    return find(context->resources->disks, context->resources->n_disks, sizeof(BuildDisk), alias);
}

const BuildNet *
context_net(const BuildContext *context, const char *alias)
{
    G_STATIC_ASSERT(offsetof(BuildNet, alias) == 0);
    return find(context->resources->nets, context->resources->n_nets, sizeof(BuildNet), alias);
}

const BuildChardev *
context_chardev(const BuildContext *context, const char *alias)
{
    G_STATIC_ASSERT(offsetof(BuildChardev, alias) == 0);
    return find(context->resources->chardevs, context->resources->n_chardevs, sizeof(BuildChardev),
                alias);
}

const Controller *
context_controller(const DomainDef *def, ControllerType type, uint32_t index)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type == type && controller->index.value == index &&
            !controller->master_port.set)
            return controller;
    }
    return NULL;
}

gboolean
context_is_q35(const DomainDef *def)
{
    return g_str_has_prefix(def->os.machine, "pc-q35-") || strcmp(def->os.machine, "q35") == 0;
}

gboolean
context_is_i440fx(const DomainDef *def)
{
    return g_str_has_prefix(def->os.machine, "pc-i440fx-") || strcmp(def->os.machine, "pc") == 0;
}

char *
context_set_path(uint32_t set)
{
    return g_strdup_printf("/dev/fdset/%u", set);
}

void
context_add_switch(Json *props, const char *name, Switch value)
{
    if (value != SWITCH_ABSENT)
        json_add_bool(props, name, value == SWITCH_ON);
}

void
context_add_number(Json *props, const char *name, uint32_t value)
{
    if (value != 0)
        json_add_uint(props, name, value);
}

void
context_add_text(Json *props, const char *name, const char *value)
{
    if (value != NULL)
        json_add_string(props, name, value);
}

void
context_add_virtio(Json *props, const VirtioOptions *options)
{
    context_add_switch(props, "iommu_platform", options->iommu);
    context_add_switch(props, "ats", options->ats);
    context_add_switch(props, "packed", options->packed);
    context_add_switch(props, "page-per-vq", options->page_per_vq);
}
