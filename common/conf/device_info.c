/*
 * device_info — see device_info.h.
 */
#include "common/conf/device_info.h"

#include <libxml/tree.h>
#include <string.h>

#include "common/conf/fields.h"
#include "common/conf/format.h"
#include "common/conf/parse.h"
#include "common/conf/raw.h"

static gboolean
is_users_own(const char *alias)
{
    return g_str_has_prefix(alias, "ua-");
}

/* The first of a name; the others count as read, too. */
static xmlNode *
find_child(xmlNode *element, const char *name)
{
    xmlNode *first = NULL;
    for (xmlNode *child = element->children; child != NULL; child = child->next) {
        if (child->type != XML_ELEMENT_NODE || child->ns != NULL ||
            strcmp((const char *)child->name, name) != 0)
            continue;
        conf_parse_mark(child);
        if (first == NULL)
            first = child;
    }
    return first;
}

static gboolean
alias_parse(ConfParse *parse, void *element, void *member)
{
    xmlNode *place = find_child(element, "alias");
    if (place == NULL)
        return TRUE;
    xmlChar *name = xmlGetNoNsProp(place, (const xmlChar *)"name");
    if (name == NULL)
        return conf_parse_refuse(parse, place, "@name", "is missing");
    ConfOrigin origin = conf_parse_context(parse)->origin;
    gboolean ok = TRUE, taken = origin == CONF_FROM_STATUS || is_users_own((const char *)name);
    if (taken && strspn((const char *)name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-.") !=
                     strlen((const char *)name))
        ok = conf_parse_refuse(parse, place, "@name", "'%s' has characters beside a-zA-Z0-9_-.",
                               (const char *)name);
    else if (taken)
        *(const char **)member = arena_strdup(conf_parse_arena(parse), (const char *)name);
    xmlFree(name);
    return ok;
}

static void
alias_format(ConfWriter *writer, const void *member)
{
    const char *alias = *(const char *const *)member;
    if (alias == NULL ||
        ((conf_writer_flags(writer) & CONF_FORMAT_INACTIVE) != 0 && !is_users_own(alias)))
        return;
    GString *out = conf_writer_out(writer);
    g_string_append_printf(out, "%*s<alias name='", (int)conf_writer_depth(writer) * 2, "");
    conf_escape(out, alias);
    g_string_append(out, "'/>\n");
}

static void
alias_copy(Arena *arena, void *member)
{
    *(const char **)member = arena_strdup(arena, *(const char **)member);
}

static gboolean
alias_equal(const void *a, const void *b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b) == 0;
}

static const ConfHook alias_hook = {alias_parse, alias_format, alias_copy, alias_equal,
                                    "<optional><element name=\"alias\"><attribute name=\"name\"/>"
                                    "</element></optional>"};

/* clang-format off */
#define BOOT                                                                                       \
    SUB_NUM(DeviceInfo, boot_order, "boot/@order", 1, UINT32_MAX, REQUIRED_INSIDE,                 \
            "Turn at boot."),                                                                      \
    SUB_STR(DeviceInfo, boot_loadparm, "boot/@loadparm", NULL, GUEST_ABI, "For s390's loader.")
#define ALIAS                                                                                      \
    HOOK(DeviceInfo, alias, "alias", alias_hook, OPTIONAL, "Name; kept when it begins with ua-.")
#define ROM                                                                                        \
    SUB_ENUM(DeviceInfo, rom_enabled, "rom/@enabled", yes_no_enum, GUEST_ABI,                      \
             "A boot ROM at all."),                                                                \
    SUB_ENUM(DeviceInfo, rom_bar, "rom/@bar", on_off_enum, GUEST_ABI, "The guest sees it."),       \
    SUB_STR(DeviceInfo, rom_file, "rom/@file", NULL, OPTIONAL, "Image of the ROM.")
#define ACPI                                                                                       \
    SUB_NUM(DeviceInfo, acpi_index, "acpi/@index", 0, UINT32_MAX, GUEST_ABI, "ACPI's number.")
#define ADDRESS                                                                                    \
    SUB_TABLE_PTR(DeviceInfo, address, "address", Address, address_conf, DERIVED | GUEST_ABI,      \
                  "Place on a bus of the guest.")

static const ConfField plain_rows[] = {ALIAS, ADDRESS, END};
static const ConfField acpi_rows[] = {ALIAS, ACPI, ADDRESS, END};
static const ConfField redirdev_rows[] = {BOOT, ALIAS, ADDRESS, END};
static const ConfField disk_rows[] = {BOOT, ALIAS, ACPI, ADDRESS, END};
static const ConfField card_rows[] = {BOOT, ALIAS, ROM, ACPI, ADDRESS, END};
/* clang-format on */
const ConfType device_info_conf = CONF_TYPE(DeviceInfo, "device", plain_rows, NULL);
const ConfType device_info_acpi_conf = CONF_TYPE(DeviceInfo, "device", acpi_rows, NULL);
const ConfType device_info_redirdev_conf = CONF_TYPE(DeviceInfo, "device", redirdev_rows, NULL);
const ConfType device_info_disk_conf = CONF_TYPE(DeviceInfo, "device", disk_rows, NULL);
const ConfType device_info_card_conf = CONF_TYPE(DeviceInfo, "device", card_rows, NULL);
