/*
 * Reading small guests for the tests of virtqemud/conf.
 */
#pragma once

#include <string.h>

#include "virtqemud/conf/domain.h"

/* A guest with these further elements, and these devices. */
#define GUEST(more, devices)                                                                       \
    "<domain type='kvm'>\n<name>a</name>\n<memory>1024</memory>\n<os><type>hvm</type></os>\n" more \
    "<devices>\n" devices "</devices>\n</domain>"

static inline DomainDef *
guest_read(const char *xml, ConfOrigin origin, GError **error)
{
    ConfContext context = {origin, false, NULL};
    return domain_def_parse(xml, strlen(xml), &context, error);
}

static inline DomainDef *
guest_must_read(const char *xml, ConfOrigin origin)
{
    g_autoptr(GError) error = NULL;
    DomainDef *def = guest_read(xml, origin, &error);
    g_assert_no_error(error);
    return def;
}
