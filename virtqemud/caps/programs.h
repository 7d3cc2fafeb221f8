/*
 * programs — which architectures of guests there are, and which program of this host runs them.
 * Looks at files: not for the io thread.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *arch;   /* libvirt's name: "x86_64" */
    const char *target; /* QEMU's, as in qemu-system-TARGET */
    uint32_t word_bits;
    gboolean has_models; /* of processors, that calls can ask for */
} ProgramsArch;

/* In libvirt's order. */
extern const ProgramsArch programs_archs[];
extern const size_t programs_n_archs;

/* NULL: libvirt knows no such architecture. */
const ProgramsArch *programs_arch(const char *arch);
/* The architecture of this host, as libvirt names it; "" when it has no guests of its own. */
const char *programs_native_arch(void);
/* The program on PATH for guests of this architecture; NULL: there is none. The caller frees. */
char *programs_find(const ProgramsArch *arch);
/*
 * Whether somebody's choice of a program may be run: an absolute path of a regular file that can be
 * executed. Errors: INVALID_ARG for a path that is not absolute; SYSTEM_ERROR.
 */
gboolean programs_check(const char *path, GError **error);
