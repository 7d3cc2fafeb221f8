/*
 * firmware — what runs first: flash or ROM, the order of boot, a kernel given from outside.
 *
 * https://libvirt.org/formatdomain.html#operating-system-booting
 */
#include <inttypes.h>
#include <string.h>

#include "virtqemud/build/devices.h"
#include "virtqemud/build/machine.h"

enum { BOOT_SPLASH_MAX_MS = 0xffff };

gboolean
firmware_has_flash(const DomainDef *def)
{
    return def->os.loader != NULL && def->os.loader_type == LOADER_PFLASH;
}

gboolean
firmware_has_variables(const BuildContext *context)
{
    return firmware_has_flash(context->def) && context_disk(context, "pflash1") != NULL;
}

/* The nodes of one chip; the first holds the code. */
static gboolean
add_chip(Args *args, const BuildContext *context, const char *alias, GError **error)
{
    const BuildDisk *chip = context_disk(context, alias);
    if (chip == NULL || chip->top == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "no file was opened for the firmware '%s'", context->def->os.loader);
        return FALSE;
    }
    g_autofree char *storage = g_strdup_printf("libvirt-%s-storage", alias);
    g_autofree char *format = g_strdup_printf("libvirt-%s-format", alias);
    args_json(args, "-blockdev", build_storage_node(NULL, chip->top, storage));
    Json *node = build_format_node(NULL, chip->top, chip->top, format);
    json_add_string(node, "file", storage);
    args_json(args, "-blockdev", node);
    return TRUE;
}

gboolean
firmware_add_flash(Args *args, const BuildContext *context, GError **error)
{
    if (!firmware_has_flash(context->def))
        return TRUE;
    if (!add_chip(args, context, "pflash0", error))
        return FALSE;
    return !firmware_has_variables(context) || add_chip(args, context, "pflash1", error);
}

/* The memory that is kept for system management. */
static uint64_t
tseg_mib(const Features *features)
{
    static const struct {
        const char *name;
        uint64_t bytes;
    } units[] = {{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
    uint64_t unit = 1;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_strcmp0(features->smm_tseg_unit, units[i].name) == 0)
            unit = units[i].bytes;
    }
    return features->smm_tseg.value * unit / (1 << 20);
}

void
firmware_add_tseg(Args *args, const DomainDef *def)
{
    if (def->features.smm_tseg.set)
        args_optionf(args, "-global", "mch.extended-tseg-mbytes=%" PRIu64,
                     tseg_mib(&def->features));
}

void
firmware_add_globals(Args *args, const DomainDef *def)
{
    if (firmware_has_flash(def) && def->os.loader_secure == SWITCH_ON)
        args_option(args, "-global", "driver=cfi.pflash01,property=secure,value=on");
}

static gboolean
add_copy(Args *args, const char *option, const char *path, int copy, GError **error)
{
    if (path == NULL)
        return TRUE;
    if (copy < 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_INTERNAL_ERROR,
                       "no copy was made of the file '%s'", path);
        return FALSE;
    }
    args_optionf(args, option, "/proc/self/fd/%d", copy);
    return TRUE;
}

gboolean
firmware_add_rom(Args *args, const BuildContext *context, GError **error)
{
    const Os *os = &context->def->os;
    if (firmware_has_flash(context->def))
        return TRUE;
    return add_copy(args, "-bios", os->loader, context->resources->loader_rom, error);
}

gboolean
firmware_add_kernel(Args *args, const BuildContext *context, GError **error)
{
    const Os *os = &context->def->os;
    if (!add_copy(args, "-kernel", os->kernel, context->resources->kernel, error) ||
        !add_copy(args, "-initrd", os->initrd, context->resources->initrd, error))
        return FALSE;
    if (os->cmdline != NULL)
        args_option(args, "-append", os->cmdline);
    return TRUE;
}

void
firmware_add_boot(Args *args, const DomainDef *def)
{
    const Os *os = &def->os;
    g_autoptr(GString) text = g_string_new(NULL);
    if (os->bootmenu != SWITCH_ABSENT)
        args_append(text, "menu", os->bootmenu == SWITCH_ON ? "on" : "off");
    if (os->bios_reboot_timeout_ms.set)
        g_string_append_printf(text, "%sreboot-timeout=%" PRId64, text->len > 0 ? "," : "",
                               os->bios_reboot_timeout_ms.value);
    if (os->bootmenu_timeout_ms.set)
        g_string_append_printf(text, ",splash-time=%u",
                               MIN(os->bootmenu_timeout_ms.value, BOOT_SPLASH_MAX_MS));
    args_append(text, "strict", "on");
    args_option(args, "-boot", text->str);
}
