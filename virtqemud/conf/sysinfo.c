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

static bool
block_validate_schema(const void *object, GError **error)
{
    if (((const SysinfoBlock *)object)->entries.n > 0)
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "<entry> is missing");
    return false;
}

static const ConfType block_conf =
    CONF_TYPE_WITH_SCHEMA(SysinfoBlock, "bios", block_rows, NULL, block_validate_schema);

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

typedef enum { ENTRIES_NAMED, ENTRIES_NAMELESS } EntryNames;

static gboolean
are_entries(const SysinfoBlock *block, EntryNames names)
{
    for (size_t i = 0; block != NULL && i < block->entries.n; i++) {
        if ((block->entries.items[i]->name != NULL) != (names == ENTRIES_NAMED))
            return FALSE;
    }
    return TRUE;
}

/* Tables are of SMBIOS, and only an OEM string has no name. */
static bool
sysinfo_validate_schema(const void *object, GError **error)
{
    const Sysinfo *info = object;
    gboolean has_tables = info->bios != NULL || info->system != NULL || info->base_boards.n > 0 ||
                          info->chassis != NULL || info->oem_strings != NULL;
    gboolean named = are_entries(info->bios, ENTRIES_NAMED) &&
                     are_entries(info->system, ENTRIES_NAMED) &&
                     are_entries(info->chassis, ENTRIES_NAMED) &&
                     are_entries(info->oem_strings, ENTRIES_NAMELESS);
    for (size_t i = 0; i < info->base_boards.n; i++)
        named = named && are_entries(info->base_boards.items[i], ENTRIES_NAMED);
    if (named && (!has_tables || info->type == SYSINFO_SMBIOS))
        return true;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "%s",
                   named ? "tables are those of smbios"
                         : "an entry has a name, an OEM string has none");
    return false;
}

const ConfType sysinfo_conf =
    CONF_TYPE_WITH_SCHEMA(Sysinfo, "sysinfo", sysinfo_rows, NULL, sysinfo_validate_schema);
