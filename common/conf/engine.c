/*
 * engine — see engine.h.
 */
#include "common/conf/engine.h"

#include <string.h>

typedef struct {
    const char *prefix;
    const char *uri;
} Namespace;

/* https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands and its siblings. */
static const Namespace namespaces[] = {
    {"qemu", "http://libvirt.org/schemas/domain/qemu/1.0"},
    {"dnsmasq", "http://libvirt.org/schemas/network/dnsmasq/1.0"},
    {"fs", "http://libvirt.org/schemas/storagepool/fs/1.0"},
    {"rbd", "http://libvirt.org/schemas/storagepool/rbd/1.0"},
    /* our own, in status documents */
    {"vireo", "urn:vireo:domstatus"},
};

const char *
conf_namespace_uri(const char *prefix, size_t len)
{
    for (size_t i = 0; i < G_N_ELEMENTS(namespaces); i++) {
        if (strlen(namespaces[i].prefix) == len && memcmp(namespaces[i].prefix, prefix, len) == 0)
            return namespaces[i].uri;
    }
    return NULL;
}

const ConfType *
conf_union_type(const ConfField *field, const void *object)
{
    int tag = *(const int *)((const char *)object + field->tag_offset);
    if (tag < 0 || (size_t)tag >= field->cases->n)
        return NULL;
    return field->cases->types[tag];
}

const ConfType *
conf_choice_type(const ConfCases *cases, const char *name)
{
    for (size_t i = 0; i < cases->n; i++) {
        if (strcmp(cases->types[i]->name, name) == 0)
            return cases->types[i];
    }
    return NULL;
}

size_t
conf_path_segment(const char *path, const char **ret_rest)
{
    if (*path == '@') {
        *ret_rest = path;
        return 0;
    }
    size_t len = (size_t)(strchrnul(path, '/') - path);
    *ret_rest = path[len] == '/' ? path + len + 1 : path + len;
    return len;
}

gboolean
conf_path_same_element(const char *a, const char *b)
{
    const char *rest;
    size_t len = conf_path_segment(a, &rest);
    return len > 0 && conf_path_segment(b, &rest) == len && memcmp(a, b, len) == 0;
}

const ConfExtra **
conf_extras(const ConfType *type, void *object)
{
    for (const ConfField *field = type->fields; field->kind != CONF_END; field++) {
        if (field->kind == CONF_EXTRA)
            return conf_member(field, object);
        if (field->kind != CONF_INCLUDE)
            continue;
        const ConfExtra **found = conf_extras(field->type, conf_member(field, object));
        if (found != NULL)
            return found;
    }
    return NULL;
}
