/*
 * fakes — see fakes.h.
 */
#include "fakes.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Under another name and then renamed, for a file that is open for writing cannot be executed. */
static void
write_program(const Fakes *fakes, const char *bytes, gsize len)
{
    g_autofree char *fresh = g_strconcat(fakes->program, ".new", NULL);
    g_assert_true(
        g_file_set_contents_full(fresh, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_assert_cmpint(rename(fresh, fakes->program), ==, 0);
}

static Fakes *
make(void)
{
    Fakes *fakes = g_new0(Fakes, 1);
    fakes->folder = g_dir_make_tmp("fakes-XXXXXX", NULL);
    g_assert_nonnull(fakes->folder);
    fakes->program = g_build_filename(fakes->folder, "qemu", NULL);
    return fakes;
}

void
fakes_replace(const Fakes *fakes)
{
    g_autofree char *bytes = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(g_getenv("FAKE_QEMU"), &bytes, &len, NULL));
    write_program(fakes, bytes, len);
}

Fakes *
fakes_new(const char *script)
{
    Fakes *fakes = make();
    fakes_replace(fakes);
    if (script != NULL) {
        g_autofree char *path = g_strconcat(fakes->program, ".script", NULL);
        g_assert_true(g_file_set_contents(path, script, -1, NULL));
    }
    return fakes;
}

Fakes *
fakes_new_shell(const char *text)
{
    Fakes *fakes = make();
    g_autofree char *script = g_strconcat("#!/bin/sh\n", text, "\n", NULL);
    write_program(fakes, script, strlen(script));
    return fakes;
}

static void
remove_folder(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (unlink(child) != 0)
            remove_folder(child);
    }
    g_dir_close(dir);
    g_assert_cmpint(rmdir(path), ==, 0);
}

void
fakes_free(Fakes *fakes)
{
    remove_folder(fakes->folder);
    g_free(fakes->folder);
    g_free(fakes->program);
    g_free(fakes);
}

gboolean
fakes_runs(const Fakes *fakes)
{
    gboolean runs = FALSE;
    GDir *dir = g_dir_open("/proc", 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename("/proc", name, "cmdline", NULL);
        g_autofree char *arguments = NULL;
        gsize len = 0;
        if (!g_ascii_isdigit(*name) || !g_file_get_contents(path, &arguments, &len, NULL))
            continue;
        for (gsize i = 0; i < len; i += strlen(arguments + i) + 1)
            runs = runs || strstr(arguments + i, fakes->folder) != NULL;
    }
    g_dir_close(dir);
    return runs;
}
