/*
 * smbios — <sysinfo> as QEMU's "-smbios": what the firmware tells about the machine.
 *
 * https://libvirt.org/formatdomain.html#smbios-system-information
 */
#include "virtqemud/build/machine.h"

static void
append_entries(GString *text, const SysinfoBlock *block)
{
    for (size_t i = 0; block != NULL && i < block->entries.n; i++) {
        const SysinfoEntry *entry = block->entries.items[i];
        args_append(text, entry->name != NULL ? entry->name : "value", entry->value);
    }
}

static gboolean
has_entry(const SysinfoBlock *block, const char *name)
{
    for (size_t i = 0; i < block->entries.n; i++) {
        if (g_strcmp0(block->entries.items[i]->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_block(Args *args, const char *type, const SysinfoBlock *block)
{
    if (block == NULL || block->entries.n == 0)
        return;
    g_autoptr(GString) text = g_string_new(type);
    append_entries(text, block);
    args_option(args, "-smbios", text->str);
}

/* Of boards and chassis, a stock daemon empties a maker that is not told, where QEMU would say its
 * own name. */
static void
add_made_block(Args *args, const char *type, const SysinfoBlock *block)
{
    if (block == NULL || block->entries.n == 0)
        return;
    g_autoptr(GString) text = g_string_new(type);
    if (!has_entry(block, "manufacturer"))
        args_append(text, "manufacturer", "");
    append_entries(text, block);
    args_option(args, "-smbios", text->str);
}

void
machine_add_smbios(Args *args, const DomainDef *def)
{
    const Sysinfo *sysinfo = def->sysinfo;
    if (sysinfo == NULL || def->os.smbios != SMBIOS_SYSINFO)
        return;
    add_block(args, "type=0", sysinfo->bios);
    add_block(args, "type=1", sysinfo->system);
    for (size_t i = 0; i < sysinfo->base_boards.n; i++)
        add_made_block(args, "type=2", sysinfo->base_boards.items[i]);
    add_made_block(args, "type=3", sysinfo->chassis);
    add_block(args, "type=11", sysinfo->oem_strings);
}
