/*
 * guest — a running guest's definition, with a piece put in, and what the test QEMU can do.
 */
#pragma once

#include <string.h>

#include "virtqemud/build/build.h"

static inline char *
guest_file(const char *name)
{
    g_autofree char *path = g_build_filename(g_getenv("TEST_DATA"), name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static inline char *
guest_replace(const char *text, const char *from, const char *to)
{
    g_assert_nonnull(strstr(text, from));
    g_auto(GStrv) parts = g_strsplit(text, from, -1);
    return g_strjoinv(to, parts);
}

/* `piece` stands before `mark` in the document. */
static inline DomainDef *
guest_with(const char *document, const char *mark, const char *piece)
{
    g_autofree char *name = g_strdup_printf("stock/start/live/%s.xml", document);
    g_autofree char *xml = guest_file(name);
    g_autofree char *both = g_strconcat(piece, mark, NULL);
    g_autofree char *changed = guest_replace(xml, mark, both);
    ConfContext context = {CONF_FROM_STATUS, false, NULL};
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_def_parse(changed, strlen(changed), &context, &error);
    g_assert_no_error(error);
    return def;
}

static inline QemuCaps *
guest_caps(const char *without)
{
    g_autofree char *text = guest_file("qemu/7.2-x86_64.caps");
    g_autofree char *changed = without != NULL ? guest_replace(text, without, " ") : NULL;
    const char *used = changed != NULL ? changed : text;
    g_autoptr(GError) error = NULL;
    QemuCaps *caps = qemu_caps_parse(used, strlen(used), &error);
    g_assert_no_error(error);
    return caps;
}
