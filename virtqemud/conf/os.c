/*
 * os — see os.h. https://libvirt.org/formatdomain.html#operating-system-booting
 */
#include "virtqemud/conf/os.h"

#include "common/conf/fields.h"
#include "virtqemud/conf/patterns.h"

/* clang-format off */
static const ConfEnumItem boot_items[] = {
    {"fd", BOOT_FD, "Floppy."},
    {"hd", BOOT_HD, "Hard disk."},
    {"cdrom", BOOT_CDROM, "CD-ROM."},
    {"network", BOOT_NETWORK, "A network boot ROM."},
};
static const ConfEnum boot_enum = CONF_ENUM_OF("boot_device", boot_items);

static const ConfEnumItem loader_items[] = {
    {"rom", LOADER_ROM, "Loaded as a ROM."},
    {"pflash", LOADER_PFLASH, "Mapped as flash memory, with a store for variables."},
};
static const ConfEnum loader_enum = CONF_ENUM_OF("loader_type", loader_items);

static const ConfEnumItem smbios_items[] = {
    {"emulate", SMBIOS_EMULATE, "QEMU's."}, {"host", SMBIOS_HOST, "The host's."},
    {"sysinfo", SMBIOS_SYSINFO, "What <sysinfo> says."},
};
static const ConfEnum smbios_enum = CONF_ENUM_OF("smbios_mode", smbios_items);

static const ConfEnumItem firmware_items[] = {
    {"bios", FIRMWARE_BIOS, ""}, {"efi", FIRMWARE_EFI, ""},
};
static const ConfEnum firmware_enum = CONF_ENUM_OF("firmware", firmware_items);

static const ConfField feature_rows[] = {
    ATTR_ENUM(FirmwareFeature, enabled, "enabled", yes_no_enum, REQUIRED, "Whether it has it."),
    ATTR_STR(FirmwareFeature, name, "name", ONE_OF("enrolled-keys secure-boot"), REQUIRED, "What."),
    END};
static const ConfType feature_conf = CONF_TYPE(FirmwareFeature, "feature", feature_rows, NULL);

static const ConfField boot_rows[] = {
    ATTR_ENUM(BootEntry, dev, "dev", boot_enum, REQUIRED, "Kind of device."),
    END};
static const ConfType boot_conf = CONF_TYPE(BootEntry, "boot", boot_rows, NULL);

static const ConfField os_rows[] = {
    ATTR_ENUM(Os, firmware, "firmware", firmware_enum, OPTIONAL, "Found by its description."),
    SUB_STR(Os, arch, "type/@arch", NULL, DERIVED | GUEST_ABI, "Processor architecture."),
    SUB_STR(Os, machine, "type/@machine", NULL, DERIVED | GUEST_ABI, "QEMU's machine type."),
    TEXT(Os, type, "type", NULL, REQUIRED | GUEST_ABI, "Kind of guest: hvm."),
    LIST(Os, firmware_features, "firmware/feature", FirmwareFeature, feature_conf, "@name",
         OPTIONAL, "What it must have."),
    SUB_ENUM(Os, loader_readonly, "loader/@readonly", yes_no_enum, OPTIONAL,
             "The image is not written to."),
    SUB_ENUM(Os, loader_secure, "loader/@secure", yes_no_enum, GUEST_ABI,
             "The firmware protects itself with SMM."),
    SUB_ENUM(Os, loader_type, "loader/@type", loader_enum, GUEST_ABI, "How it is mapped."),
    TEXT(Os, loader, "loader", &absolute_path_pattern, OPTIONAL, "Firmware image."),
    SUB_STR(Os, nvram_template, "nvram/@template", &absolute_path_pattern, OPTIONAL,
            "What new variables start as."),
    TEXT(Os, nvram, "nvram", &absolute_path_pattern, DERIVED, "File of the firmware's variables."),
    TEXT(Os, kernel, "kernel", &absolute_path_pattern, OPTIONAL, "Kernel to boot directly."),
    TEXT(Os, initrd, "initrd", &absolute_path_pattern, OPTIONAL, "Its initial file system."),
    TEXT(Os, cmdline, "cmdline", NULL, OPTIONAL, "Its command line."),
    EXTRA(Os, extra, "dtb"),
    LIST(Os, boot, "boot", BootEntry, boot_conf, NULL, DERIVED | GUEST_ABI, "Order of boot."),
    SUB_ENUM(Os, bootmenu, "bootmenu/@enable", yes_no_enum, SCHEMA_REQUIRED,
             "Ask the person at boot."),
    SUB_NUM(Os, bootmenu_timeout_ms, "bootmenu/@timeout", 0, 65535, OPTIONAL, "For how long."),
    SUB_ENUM(Os, bios_useserial, "bios/@useserial", yes_no_enum, OPTIONAL, "Messages at boot."),
    SUB_NUM(Os, bios_reboot_timeout_ms, "bios/@rebootTimeout", (uint64_t)INT64_C(-1), 65535,
            OPTIONAL, "Until a boot is tried again; -1: never."),
    SUB_ENUM(Os, smbios, "smbios/@mode", smbios_enum, SCHEMA_REQUIRED | GUEST_ABI,
             "What the firmware tells."),
    EXTRA(Os, extra, NULL),
    END};
/* clang-format on */

static bool
os_validate(const void *object, GError **error)
{
    const Os *os = object;
    if (os->kernel == NULL && (os->initrd != NULL || os->cmdline != NULL)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "<initrd> and <cmdline> need a <kernel>");
        return false;
    }
    return true;
}

const ConfType os_conf = CONF_TYPE(Os, "os", os_rows, os_validate);
