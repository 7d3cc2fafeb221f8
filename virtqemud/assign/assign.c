/*
 * assign — see assign.h. The passes in their order; each is a file of its own.
 */
#include "virtqemud/assign/assign.h"

#include "virtqemud/assign/checks.h"
#include "virtqemud/assign/controllers.h"
#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/drives.h"
#include "virtqemud/assign/implied.h"
#include "virtqemud/assign/lines.h"
#include "virtqemud/assign/machine.h"
#include "virtqemud/assign/pci.h"
#include "virtqemud/assign/usb_ports.h"

/* An address that names a bus's kind and no place is none. */
static void
drop_empty_addresses(DomainDef *def)
{
    g_auto(DeviceRefs) refs = device_refs_collect_all(&def->devices);
    for (size_t i = 0; i < refs.n; i++) {
        const Address *address = refs.items[i].info->address;
        if (address != NULL && address->type == ADDRESS_PCI && address->at.pci.domain == 0 &&
            address->at.pci.bus == 0 && address->at.pci.slot == 0)
            refs.items[i].info->address = NULL;
    }
}

gboolean
assign_definition(DomainDef *def, const QemuCaps *caps, GError **error)
{
    drop_empty_addresses(def);
    if (!assign_machine(def, caps, error) || !assign_cpu(def, caps, error) ||
        !assign_checks(def, error))
        return FALSE;
    if (!assign_lines(def, error) || !assign_implied(def, error) || !assign_drives(def, error) ||
        !assign_machine_controllers(def, caps, error) ||
        !assign_needed_controllers(def, caps, error) || !assign_virtio_serial(def, error) ||
        !assign_usb(def, error) || !assign_pci(def, error))
        return FALSE;
    assign_console_address(def);
    return TRUE;
}

void
assign_nvram(DomainDef *def, const char *folder)
{
    if (def->os.loader_type == LOADER_PFLASH && def->os.nvram == NULL &&
        def->os.loader_readonly == SWITCH_ON)
        def->os.nvram = arena_printf(def->arena, "%s/%s_VARS.fd", folder, def->name);
}
