/*
 * fakes — a folder with a program of its own in it: a copy of the scripted QEMU, or a shell script.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *folder;
    char *program;
} Fakes;

/* A QEMU with this script (see tests/fake/qemu.c); NULL: without faults. */
Fakes *fakes_new(const char *script);
/* A shell script instead. */
Fakes *fakes_new_shell(const char *text);
void fakes_free(Fakes *fakes);
/* Writes the program anew: another inode and time. */
void fakes_replace(const Fakes *fakes);
/* Whether a process was started from this folder and still runs. */
gboolean fakes_runs(const Fakes *fakes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fakes, fakes_free)
