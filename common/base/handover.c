/*
 * handover — see handover.h. The values travel in a memfd, named by an environment variable
 * together with the pid, so that a child that inherits the variable does not believe it.
 */
#include "common/base/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/fd.h"

#define VARIABLE "VIREO_HANDOVER"
#define FORMAT_TYPE "(a{sv}ai)"

enum { BYTES_MAX = 1 << 30 };

struct Handover {
    GVariantBuilder values; /* of one that is being made */
    GVariant *received;     /* a{sv}; NULL: it is being made */
    GArray *fds;            /* of int */
};

Handover *
handover_new(void)
{
    Handover *handover = g_new0(Handover, 1);
    g_variant_builder_init(&handover->values, G_VARIANT_TYPE_VARDICT);
    handover->fds = g_array_new(FALSE, FALSE, sizeof(int));
    return handover;
}

void
handover_free(Handover *handover)
{
    if (handover == NULL)
        return;
    if (handover->received == NULL) {
        g_variant_builder_clear(&handover->values);
    } else {
        for (guint i = 0; i < handover->fds->len; i++)
            fd_close(g_array_index(handover->fds, int, i));
        g_variant_unref(handover->received);
    }
    g_array_unref(handover->fds);
    g_free(handover);
}

gint32
handover_add_fd(Handover *handover, int fd)
{
    g_array_append_val(handover->fds, fd);
    return (gint32)handover->fds->len - 1;
}

void
handover_set(Handover *handover, const char *name, GVariant *value)
{
    g_variant_builder_add(&handover->values, "{sv}", name, value);
}

GVariant *
handover_bytes(const void *bytes, gsize n)
{
    return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, n, 1);
}

GVariant *
handover_maybe_text(const char *text)
{
    return g_variant_new_maybe(G_VARIANT_TYPE_BYTESTRING,
                               text != NULL ? g_variant_new_bytestring(text) : NULL);
}

/* ---- leaving ---- */

/* A memfd with everything; -1: error. */
static int
write_out(Handover *handover, GError **error)
{
    const GArray *fds = handover->fds;
    g_autoptr(GVariant) all = g_variant_ref_sink(g_variant_new(
        "(@a{sv}@ai)", g_variant_builder_end(&handover->values),
        g_variant_new_fixed_array(G_VARIANT_TYPE_INT32, fds->data, fds->len, sizeof(int))));
    auto_fd fd = memfd_create("handover", MFD_CLOEXEC);
    if (fd < 0) {
        virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot create a memory file");
        return -1;
    }
    if (!fd_write_all(fd, g_variant_get_data(all), g_variant_get_size(all), error))
        return -1;
    return fd_steal(&fd);
}

static void
set_inherited(const GArray *fds, gboolean inherited)
{
    for (guint i = 0; i < fds->len; i++)
        (void)fcntl(g_array_index(fds, int, i), F_SETFD, inherited ? 0 : FD_CLOEXEC);
}

void
handover_exec(Handover *handover, const char *program, char *const *argv, GError **error)
{
    auto_fd fd = write_out(handover, error);
    g_variant_builder_init(&handover->values, G_VARIANT_TYPE_VARDICT); /* what was, is written */
    if (fd < 0)
        return;
    g_autofree char *value = g_strdup_printf("%d:%d", (int)getpid(), fd);
    g_array_append_val(handover->fds, fd);
    set_inherited(handover->fds, TRUE);
    (void)g_setenv(VARIABLE, value, TRUE);
    (void)execv(program, argv);
    virt_error_set_errno(error, VIRT_FROM_NONE, errno, "cannot run '%s'", program);
    g_unsetenv(VARIABLE);
    set_inherited(handover->fds, FALSE);
}

/* ---- receiving ---- */

/* The memfd that the variable names; -1: none is meant for us. */
static int
named_fd(void)
{
    const char *value = g_getenv(VARIABLE);
    int pid, fd;
    gboolean ours = value != NULL && sscanf(value, "%d:%d", &pid, &fd) == 2 && pid == getpid() &&
                    fd > STDERR_FILENO;
    g_unsetenv(VARIABLE);
    return ours ? fd : -1;
}

static GVariant *
read_in(int fd)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) bytes = NULL;
    if (lseek(fd, 0, SEEK_SET) == 0)
        bytes = fd_read_all(fd, BYTES_MAX, &error);
    if (bytes == NULL)
        return NULL;
    g_autoptr(GBytes) owned = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    g_autoptr(GVariant) all =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(FORMAT_TYPE), owned, FALSE));
    return g_variant_get_normal_form(all);
}

Handover *
handover_receive(void)
{
    auto_fd fd = named_fd();
    g_autoptr(GVariant) all = fd >= 0 ? read_in(fd) : NULL;
    if (all == NULL)
        return NULL;
    g_autoptr(GVariant) numbers = g_variant_get_child_value(all, 1);
    gsize n;
    const int *fds = g_variant_get_fixed_array(numbers, &n, sizeof(int));
    Handover *handover = g_new0(Handover, 1);
    handover->received = g_variant_get_child_value(all, 0);
    handover->fds = g_array_new(FALSE, FALSE, sizeof(int));
    g_array_append_vals(handover->fds, fds, (guint)n);
    set_inherited(handover->fds, FALSE);
    return handover;
}

GVariant *
handover_get(const Handover *handover, const char *name, const GVariantType *type)
{
    return g_variant_lookup_value(handover->received, name, type);
}

int
handover_take_fd(Handover *handover, gint32 index)
{
    if (index < 0 || (guint)index >= handover->fds->len)
        return -1;
    int *entry = &g_array_index(handover->fds, int, index);
    return fd_steal(entry);
}
