/*
 * device — see device.h. The rows of <devices> say which member holds devices of a name.
 */
#include "virtqemud/conf/device.h"

#include <string.h>

#include "common/conf/copy.h"
#include "common/conf/engine.h"
#include "common/conf/parse.h"
#include "common/conf/xml_read.h"
#include "virtqemud/conf/unsupported.h"

static const char *const kind_names[] = {
    [DEVICE_DISK] = "disk",
    [DEVICE_CONTROLLER] = "controller",
    [DEVICE_INTERFACE] = "interface",
    [DEVICE_SERIAL] = "serial",
    [DEVICE_PARALLEL] = "parallel",
    [DEVICE_CONSOLE] = "console",
    [DEVICE_CHANNEL] = "channel",
    [DEVICE_INPUT] = "input",
    [DEVICE_TPM] = "tpm",
    [DEVICE_GRAPHICS] = "graphics",
    [DEVICE_SOUND] = "sound",
    [DEVICE_AUDIO] = "audio",
    [DEVICE_VIDEO] = "video",
    [DEVICE_REDIRDEV] = "redirdev",
    [DEVICE_HUB] = "hub",
    [DEVICE_WATCHDOG] = "watchdog",
    [DEVICE_MEMBALLOON] = "memballoon",
    [DEVICE_RNG] = "rng",
    [DEVICE_PANIC] = "panic",
    [DEVICE_VSOCK] = "vsock",
};

const char *
domain_device_kind_name(DeviceKind kind)
{
    return kind_names[kind];
}

static DeviceKind
find_kind(const char *name)
{
    for (size_t i = DEVICE_DISK; i < G_N_ELEMENTS(kind_names); i++) {
        if (strcmp(kind_names[i], name) == 0)
            return i;
    }
    return 0;
}

/* The row of <devices> that has them. */
static const ConfField *
row_of(DeviceKind kind)
{
    const ConfField *field = devices_conf.fields;
    while ((field->kind != CONF_LIST && field->kind != CONF_TABLE_PTR) ||
           strcmp(field->path, kind_names[kind]) != 0) {
        g_assert(field->kind != CONF_END);
        field++;
    }
    return field;
}

/* ---- one ---- */

/* As it would stand in a document, which is how messages and the inventory name its parts. */
static void
wrap(xmlDoc *doc, xmlNode *device)
{
    xmlNode *domain = xmlNewNode(NULL, (const xmlChar *)"domain");
    xmlNode *devices = xmlNewChild(domain, NULL, (const xmlChar *)"devices", NULL);
    g_assert(domain != NULL && devices != NULL);
    xmlDocSetRootElement(doc, domain);
    xmlUnlinkNode(device);
    xmlAddChild(devices, device);
}

static DeviceKind
kind_of(xmlNode *root, GError **error)
{
    const char *name = (const char *)root->name;
    DeviceKind kind = root->ns == NULL ? find_kind(name) : 0;
    if (kind == 0)
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "line %ld: <%s> is no device that is supported by itself",
                       xmlGetLineNo(root), name);
    return kind;
}

DomainDevice *
domain_device_parse(const char *xml, size_t len, const ConfContext *context, GError **error)
{
    g_auto(XmlRead) read = {0};
    if (!xml_read(xml, len, &read, error))
        return NULL;
    xmlNode *root = xmlDocGetRootElement(read.doc);
    DeviceKind kind = kind_of(root, error);
    if (kind == 0)
        return NULL;
    wrap(read.doc, root);
    Arena *arena = arena_new();
    g_autoptr(DomainDevice) device = arena_new_of(arena, DomainDevice);
    const ConfType *type = row_of(kind)->type;
    *device = (DomainDevice){arena, kind, .as.any = arena_alloc(arena, type->size)};
    if (!conf_parse(type, root, arena, context, device->as.any, error))
        return NULL;
    return g_steal_pointer(&device);
}

void
domain_device_free(DomainDevice *device)
{
    if (device != NULL)
        arena_free(device->arena);
}

char *
domain_device_format(const DomainDevice *device, unsigned flags)
{
    return conf_format(row_of(device->kind)->type, device->as.any, flags, 0);
}

const char *
domain_device_unsupported(const DomainDevice *device)
{
    return find_unsupported(row_of(device->kind)->type, device->as.any);
}

/* ---- among others ---- */

size_t
domain_def_count_devices(const DomainDef *def, DeviceKind kind)
{
    const ConfField *row = row_of(kind);
    const void *member = conf_member(row, &def->devices);
    return row->kind == CONF_LIST ? ((const ConfList *)member)->n : *(void *const *)member != NULL;
}

void *
domain_def_get_device(const DomainDef *def, DeviceKind kind, size_t i)
{
    const ConfField *row = row_of(kind);
    const void *member = conf_member(row, &def->devices);
    g_return_val_if_fail(i < domain_def_count_devices(def, kind), NULL);
    return row->kind == CONF_LIST ? ((const ConfList *)member)->items[i] : *(void *const *)member;
}

void *
domain_def_add_device(DomainDef *def, const DomainDevice *device)
{
    const ConfField *row = row_of(device->kind);
    void *member = conf_member(row, &def->devices);
    void *item = conf_copy(row->type, device->as.any, def->arena);
    if (row->kind == CONF_TABLE_PTR) {
        *(void **)member = item;
        return item;
    }
    ConfList *list = member;
    void **items = arena_array_of(def->arena, void *, list->n + 1);
    if (list->n > 0)
        memcpy(items, list->items, list->n * sizeof *items);
    items[list->n] = item;
    *list = (ConfList){list->n + 1, items};
    return item;
}

void
domain_def_remove_device(DomainDef *def, DeviceKind kind, size_t i)
{
    const ConfField *row = row_of(kind);
    void *member = conf_member(row, &def->devices);
    g_return_if_fail(i < domain_def_count_devices(def, kind));
    if (row->kind == CONF_TABLE_PTR) {
        *(void **)member = NULL;
        return;
    }
    ConfList *list = member;
    memmove(list->items + i, list->items + i + 1, (list->n - i - 1) * sizeof *list->items);
    list->n--;
}
