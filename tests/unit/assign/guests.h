/*
 * Defining small guests for the tests of virtqemud/assign, with what QEMU 7.2 can do.
 */
#pragma once

#include <string.h>

#include "virtqemud/assign/assign.h"

/* A guest of this machine with these devices. */
#define GUEST(machine, devices)                                                                    \
    "<domain type='qemu'><name>a</name><memory>65536</memory>"                                     \
    "<os><type arch='x86_64' machine='" machine "'>hvm</type></os>"                                \
    "<devices>" devices "</devices></domain>"

static inline QemuCaps *
guest_caps(void)
{
    g_autofree char *text = NULL;
    gsize len;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(CAPS_FILE, &text, &len, &error);
    g_assert_no_error(error);
    QemuCaps *caps = qemu_caps_parse(text, len, &error);
    g_assert_no_error(error);
    return caps;
}

static inline DomainDef *
guest_define(const char *xml, const QemuCaps *caps, GError **error)
{
    const ConfContext context = {CONF_FROM_USER, false, NULL};
    g_autoptr(DomainDef) def = domain_def_parse(xml, strlen(xml), &context, error);
    if (def == NULL)
        return NULL;
    domain_def_fill_defaults(def);
    return assign_definition(def, caps, error) ? g_steal_pointer(&def) : NULL;
}

static inline char *
guest_print(const DomainDef *def)
{
    return domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
}
