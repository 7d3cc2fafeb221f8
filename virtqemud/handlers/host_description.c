/*
 * host_description — see host_description.h.
 *
 * Guests are told of for each QEMU that is installed, but only the host's own is asked what it can
 * do: of the others the machines are told once they have been used.
 */
#include "virtqemud/handlers/host_description.h"

#include <string.h>

#define LOG_SOURCE "qemu.caps"

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/host/file.h"
#include "common/host/identity.h"
#include "virtqemud/caps/cache.h"
#include "virtqemud/caps/host_document.h"
#include "virtqemud/caps/programs.h"
#include "virtqemud/config/config.h"

static gboolean
read_uuid(const Driver *driver, int root, uint8_t ret_uuid[UUID_BYTES])
{
    const DaemonConfig *config = daemon_config(driver->daemon);
    if (config->host_uuid != NULL)
        return uuid_parse(config->host_uuid, ret_uuid);
    if (config->host_uuid_source != CONFIG_UUID_MACHINE_ID &&
        host_uuid_read(root, HOST_UUID_FROM_SMBIOS, ret_uuid))
        return TRUE;
    return host_uuid_read(root, HOST_UUID_FROM_MACHINE_ID, ret_uuid);
}

/* NULL: there is none, or it does not answer; the log says why. */
static QemuCaps *
ask_native(Driver *driver)
{
    g_autoptr(GError) error = NULL;
    QemuCaps *caps = qemu_caps_cache_get_arch(driver->caps, programs_native_arch(), &error);
    if (caps == NULL)
        log_warning("the host is described without its own guests: %s", error->message);
    return caps;
}

static void
guest_clear(HostGuest *guest)
{
    g_free((char *)(uintptr_t)guest->program);
    qemu_caps_unref(guest->caps);
}

static GArray *
find_guests(Driver *driver, QemuCaps *native)
{
    GArray *guests = g_array_new(FALSE, FALSE, sizeof(HostGuest));
    g_array_set_clear_func(guests, (GDestroyNotify)guest_clear);
    for (size_t i = 0; i < programs_n_archs; i++) {
        const ProgramsArch *row = &programs_archs[i];
        gboolean is_native = strcmp(row->arch, programs_native_arch()) == 0;
        char *program = programs_find(row);
        if (program == NULL || (is_native && native == NULL)) {
            g_free(program);
            continue;
        }
        HostGuest guest = {.arch = row->arch, .word_bits = row->word_bits, .program = program};
        guest.caps =
            is_native ? qemu_caps_ref(native) : qemu_caps_cache_peek(driver->caps, program);
        g_array_append_val(guests, guest);
    }
    return guests;
}

char *
host_description_format(Driver *driver, GError **error)
{
    auto_fd root = host_root_open(error);
    if (root < 0)
        return NULL;
    uint8_t uuid[UUID_BYTES];
    gboolean has_uuid = read_uuid(driver, root, uuid);
    g_autoptr(QemuCaps) native = ask_native(driver);
    g_autoptr(GArray) guests = find_guests(driver, native);
    HostDocument document = {
        .root = root,
        .uuid = has_uuid ? uuid : NULL,
        .native = native,
        .guests = (const HostGuest *)(const void *)guests->data,
        .n_guests = guests->len,
        .labels = driver->privileged,
        .uid = driver->config->owner.uid,
        .gid = driver->config->owner.gid,
    };
    return host_document_format(&document, error);
}
