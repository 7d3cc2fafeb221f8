/*
 * sysinfo — see sysinfo.h. https://libvirt.org/formatdomain.html#smbios-system-information
 */
#include "virtqemud/conf/sysinfo.h"

#include "common/conf/fields.h"

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"smbios", SYSINFO_SMBIOS, "Tables of the firmware."}, {"fwcfg", SYSINFO_FWCFG, "Blobs."},
};
static const ConfEnum sysinfo_type_enum = CONF_ENUM_OF("sysinfo_type", type_items);

static const ConfField entry_rows[] = {
    ATTR_STR(SysinfoEntry, name, "name", NULL, GUEST_ABI, "Which; none of an OEM string."),
    SUB_STR(SysinfoEntry, value, "", NULL, GUEST_ABI, "What it is."),
    EXTRA(SysinfoEntry, extra, NULL),
    END};
static const ConfType entry_conf = CONF_TYPE(SysinfoEntry, "entry", entry_rows, NULL);

static const ConfField block_rows[] = {
    LIST(SysinfoBlock, entries, "entry", SysinfoEntry, entry_conf, NULL, GUEST_ABI, "Values."),
    END};
static const ConfType block_conf = CONF_TYPE(SysinfoBlock, "bios", block_rows, NULL);

#define BLOCK(m, name)                                                                             \
    SUB_TABLE_PTR(Sysinfo, m, name, SysinfoBlock, block_conf, GUEST_ABI, "A table.")
static const ConfField sysinfo_rows[] = {
    ATTR_ENUM(Sysinfo, type, "type", sysinfo_type_enum, REQUIRED | GUEST_ABI, "Kind."),
    BLOCK(bios, "bios"),
    BLOCK(system, "system"),
    LIST(Sysinfo, base_boards, "baseBoard", SysinfoBlock, block_conf, NULL, GUEST_ABI, "Boards."),
    BLOCK(chassis, "chassis"),
    BLOCK(oem_strings, "oemStrings"),
    EXTRA(Sysinfo, extra, NULL),
    END};
/* clang-format on */
const ConfType sysinfo_conf = CONF_TYPE(Sysinfo, "sysinfo", sysinfo_rows, NULL);
