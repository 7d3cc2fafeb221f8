/*
 * cache_key — see cache_key.h.
 */
#include "virtqemud/caps/cache_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "common/base/error.h"
#include "common/host/cpu.h"
#include "common/host/file.h"
#include "virtqemud/caps/probe.h"

/* Where packages put QEMU's modules: what is installed there adds devices. */
static const char *const module_folders[] = {
    "usr/lib/qemu",
    "usr/lib64/qemu",
    "usr/lib/x86_64-linux-gnu/qemu",
    "usr/lib/aarch64-linux-gnu/qemu",
};

static const char *const nested_files[] = {
    "sys/module/kvm_intel/parameters/nested",
    "sys/module/kvm_amd/parameters/nested",
};

static void
add_time(GString *key, const char *name, const struct timespec *time)
{
    g_string_append_printf(key, " %s=%" G_GINT64_FORMAT ".%09ld", name, (gint64)time->tv_sec,
                           time->tv_nsec);
}

static gboolean
add_program(GString *key, const char *program, GError **error)
{
    struct stat info;
    if (stat(program, &info) != 0) {
        virt_error_set_errno(error, VIRT_FROM_QEMU, errno, "Cannot check QEMU binary %s", program);
        return FALSE;
    }
    g_string_append_printf(key, "inode=%ju:%ju size=%jd", (uintmax_t)info.st_dev,
                           (uintmax_t)info.st_ino, (intmax_t)info.st_size);
    add_time(key, "mtime", &info.st_mtim);
    add_time(key, "ctime", &info.st_ctim);
    return TRUE;
}

static void
add_modules(GString *key, int root)
{
    for (size_t i = 0; i < G_N_ELEMENTS(module_folders); i++) {
        struct stat info;
        if (fstatat(root, module_folders[i], &info, 0) == 0)
            add_time(key, "modules", &info.st_mtim);
    }
}

static void
add_kernel(GString *key)
{
    struct utsname name;
    if (uname(&name) != 0)
        return;
    g_autofree char *text = g_strconcat(name.release, " ", name.version, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text, -1);
    g_string_append_printf(key, " kernel=%s", digest);
}

/* Not its speed, which changes all the time. */
static void
add_cpu(GString *key, int root)
{
    g_autoptr(HostCpuInfo) cpu = host_cpu_info_read(root, NULL);
    if (cpu == NULL)
        return;
    g_autofree char *flags = g_strjoinv(" ", cpu->flags);
    g_autofree char *text =
        g_strdup_printf("%s %s %d %d %d %s %s", cpu->vendor != NULL ? cpu->vendor : "",
                        cpu->model_name != NULL ? cpu->model_name : "", cpu->family, cpu->model,
                        cpu->stepping, cpu->microcode != NULL ? cpu->microcode : "", flags);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text, -1);
    g_string_append_printf(key, " cpu=%s", digest);
}

/* Whether there is KVM, who may use it, and whether its guests may be hosts. */
static void
add_kvm(GString *key, int root)
{
    struct stat info;
    if (fstatat(root, "dev/kvm", &info, 0) != 0) {
        g_string_append(key, " kvm=none");
        return;
    }
    g_string_append_printf(key, " kvm=%o:%u:%u", (unsigned)info.st_mode, (unsigned)info.st_uid,
                           (unsigned)info.st_gid);
    for (size_t i = 0; i < G_N_ELEMENTS(nested_files); i++) {
        g_autofree char *nested = host_file_line(root, nested_files[i]);
        if (nested != NULL)
            g_string_append_printf(key, " nested=%s", nested);
    }
}

static void
add_identity(GString *key, const QemuProbeRequest *request)
{
    if (!request->drops)
        return;
    g_string_append_printf(key, " ids=%u:%u", request->uid, request->gid);
    for (size_t i = 0; i < request->n_groups; i++)
        g_string_append_printf(key, ",%u", request->groups[i]);
}

char *
cache_key(int root, const QemuProbeRequest *request, const char *program, GError **error)
{
    g_autoptr(GString) key = g_string_new(NULL);
    if (!add_program(key, program, error))
        return NULL;
    add_modules(key, root);
    add_kernel(key);
    add_cpu(key, root);
    add_kvm(key, root);
    add_identity(key, request);
    g_autofree char *questions = qemu_probe_questions();
    g_string_append_printf(key, " questions=%s program=%s", questions, program);
    return g_strdup(key->str);
}
