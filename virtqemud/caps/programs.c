/*
 * programs — see programs.h.
 */
#include "virtqemud/caps/programs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/base/error.h"

/* clang-format off */
const ProgramsArch programs_archs[] = {
    {"alpha", "alpha", 64, FALSE},
    {"armv6l", "arm", 32, TRUE},
    {"armv7l", "arm", 32, TRUE},
    {"aarch64", "aarch64", 64, TRUE},
    {"cris", "cris", 32, FALSE},
    {"i686", "i386", 32, TRUE},
    {"lm32", "lm32", 32, FALSE},
    {"m68k", "m68k", 32, FALSE},
    {"microblaze", "microblaze", 32, FALSE},
    {"microblazeel", "microblazeel", 32, FALSE},
    {"mips", "mips", 32, FALSE},
    {"mipsel", "mipsel", 32, FALSE},
    {"mips64", "mips64", 64, FALSE},
    {"mips64el", "mips64el", 64, FALSE},
    {"ppc", "ppc", 32, FALSE},
    {"ppc64", "ppc64", 64, TRUE},
    {"ppc64le", "ppc64", 64, TRUE},
    {"riscv32", "riscv32", 32, FALSE},
    {"riscv64", "riscv64", 64, FALSE},
    {"s390x", "s390x", 64, TRUE},
    {"sh4", "sh4", 64, FALSE},
    {"sh4eb", "sh4eb", 64, FALSE},
    {"sparc", "sparc", 32, FALSE},
    {"sparc64", "sparc64", 64, FALSE},
    {"unicore32", "unicore32", 32, FALSE},
    {"x86_64", "x86_64", 64, TRUE},
    {"xtensa", "xtensa", 32, FALSE},
    {"xtensaeb", "xtensaeb", 32, FALSE},
};
/* clang-format on */
const size_t programs_n_archs = G_N_ELEMENTS(programs_archs);

const ProgramsArch *
programs_arch(const char *arch)
{
    for (size_t i = 0; i < programs_n_archs; i++) {
        if (strcmp(programs_archs[i].arch, arch) == 0)
            return &programs_archs[i];
    }
    return NULL;
}

const char *
programs_native_arch(void)
{
    struct utsname name;
    if (uname(&name) != 0)
        return "";
    const char *arch = g_str_has_suffix(name.machine, "86") ? "i686" : name.machine;
    const ProgramsArch *row = programs_arch(arch);
    return row != NULL ? row->arch : "";
}

char *
programs_find(const ProgramsArch *arch)
{
    g_autofree char *name = g_strconcat("qemu-system-", arch->target, NULL);
    g_autofree char *path = g_find_program_in_path(name);
    /* PATH may have a folder that is relative to wherever we are. */
    return path != NULL && g_path_is_absolute(path) ? g_steal_pointer(&path) : NULL;
}

gboolean
programs_check(const char *path, GError **error)
{
    struct stat info;
    if (!g_path_is_absolute(path)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INVALID_ARG,
                       "the emulator '%s' is no absolute path", path);
        return FALSE;
    }
    if (stat(path, &info) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "Cannot check QEMU binary %s", path);
        return FALSE;
    }
    if (!S_ISREG(info.st_mode) || (info.st_mode & 0111) == 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, EACCES, "QEMU binary %s is not executable",
                             path);
        return FALSE;
    }
    return TRUE;
}
