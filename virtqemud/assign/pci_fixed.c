/*
 * pci_fixed — see pci_fixed.h.
 */
#include "virtqemud/assign/pci_fixed.h"

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/pci_links.h"

enum { WHOLE_SLOT = -1, PORT_FUNCTION_BITS = 3, EXPANDER_BUS_TOP = 256, EXPANDER_BUS_STEP = 2 };

void
pci_fixed_take(PciBuses *buses, MachineKind machine)
{
    /* the board's ISA bridge; beside it the power management of PIIX4 or the SMBus of ICH9 */
    uint32_t slot = machine == MACHINE_Q35 ? 0x1f : 1;
    pci_buses_take(buses, &(PciAddress){.slot = slot}, PCI_LINK_PCI);
    pci_buses_take(buses, &(PciAddress){.slot = slot, .function = 3}, PCI_LINK_PCI);
}

/* ---- places on bus 0 ---- */

static gboolean
is_root_used(const DomainDef *def, uint32_t slot, int function)
{
    g_auto(DeviceRefs) refs = device_refs_collect_all(&def->devices);
    for (size_t i = 0; i < refs.n; i++) {
        const Address *address = refs.items[i].info->address;
        if (address != NULL && address->type == ADDRESS_PCI && address->at.pci.bus == 0 &&
            address->at.pci.slot == slot &&
            (function == WHOLE_SLOT || address->at.pci.function == (uint32_t)function))
            return TRUE;
    }
    return FALSE;
}

static void
set_root_place(DomainDef *def, DeviceInfo *info, uint32_t slot, uint32_t function)
{
    info->address = arena_new_of(def->arena, Address);
    info->address->type = ADDRESS_PCI;
    info->address->at.pci = (PciAddress){.slot = slot, .function = function};
}

/* ---- what is part of the machine ---- */

typedef struct {
    MachineKind machine;
    ControllerType type;
    const char *model; /* NULL: any */
    uint32_t slot;
    uint32_t function;
} BuiltIn;

static const BuiltIn built_in[] = {
    {MACHINE_I440FX, CONTROLLER_IDE, NULL, 1, 1},
    {MACHINE_I440FX, CONTROLLER_USB, "piix3-uhci", 1, 2},
    {MACHINE_Q35, CONTROLLER_SATA, NULL, 0x1f, 2},
};

static const BuiltIn *
find_built_in(const Controller *controller, MachineKind machine)
{
    for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++) {
        const BuiltIn *row = &built_in[i];
        if (row->machine == machine && row->type == controller->type &&
            controller->index.value == 0 &&
            (row->model == NULL || g_strcmp0(row->model, controller->model) == 0))
            return row;
    }
    return NULL;
}

static gboolean
place_built_in(DomainDef *def, MachineKind machine, GError **error)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        const BuiltIn *row = find_built_in(controller, machine);
        if (row == NULL)
            continue;
        const Address *address = controller->info.address;
        if (address == NULL) {
            set_root_place(def, &controller->info, row->slot, row->function);
            continue;
        }
        if (address->type != ADDRESS_PCI || address->at.pci.bus != 0 ||
            address->at.pci.slot != row->slot || address->at.pci.function != row->function) {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "the machine has its %s controller 0 at the PCI address "
                           "0000:00:%02x.%x only",
                           row->type == CONTROLLER_IDE   ? "ide"
                           : row->type == CONTROLLER_USB ? "usb"
                                                         : "sata",
                           row->slot, row->function);
            return FALSE;
        }
    }
    return TRUE;
}

/* ---- habits ---- */

static void
place_first_video(DomainDef *def, MachineKind machine)
{
    if (def->devices.videos.n == 0)
        return;
    Video *video = def->devices.videos.items[0];
    uint32_t slot = machine == MACHINE_Q35 ? 1 : 2;
    gboolean is_pci = video->type != VIDEO_NONE && video->type != VIDEO_RAMFB;
    if (is_pci && video->info.address == NULL && !is_root_used(def, slot, WHOLE_SLOT))
        set_root_place(def, &video->info, slot, 0);
}

/* Where ICH9 has its first two USB controllers. */
static void
place_ich9_usb(DomainDef *def, Controller *controller)
{
    static const uint32_t slots[] = {0x1d, 0x1a};
    for (size_t i = 0; i < G_N_ELEMENTS(slots); i++) {
        if (is_root_used(def, slots[i], WHOLE_SLOT))
            continue;
        set_root_place(def, &controller->info, slots[i], 0);
        controller->info.address->at.pci.multifunction = SWITCH_ON;
        return;
    }
}

static void
place_ich9_controllers(DomainDef *def)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        if (controller->info.address != NULL)
            continue;
        if (pci_ich9_function(controller) == 0)
            place_ich9_usb(def, controller);
        else if (controller->type == CONTROLLER_PCI &&
                 g_strcmp0(controller->model, "dmi-to-pci-bridge") == 0 &&
                 !is_root_used(def, 0x1e, WHOLE_SLOT))
            set_root_place(def, &controller->info, 0x1e, 0);
    }
    for (size_t i = 0; i < def->devices.sounds.n; i++) {
        Sound *sound = def->devices.sounds.items[i];
        if (sound->model == SOUND_ICH9 && sound->info.address == NULL &&
            !is_root_used(def, 0x1b, WHOLE_SLOT))
            set_root_place(def, &sound->info, 0x1b, 0);
    }
}

gboolean
pci_fixed_place(DomainDef *def, MachineKind machine, GError **error)
{
    if (!place_built_in(def, machine, error))
        return FALSE;
    place_first_video(def, machine);
    if (machine == MACHINE_Q35)
        place_ich9_controllers(def);
    return TRUE;
}

/* ---- <model> and <target> of PCI controllers ---- */

static uint32_t
expander_bus_nr(const DomainDef *def)
{
    uint32_t lowest = EXPANDER_BUS_TOP;
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->bus_nr.set)
            lowest = MIN(lowest, controller->bus_nr.value);
    }
    return lowest - EXPANDER_BUS_STEP;
}

static void
fill_targets(const DomainDef *def, Controller *controller, const PciModel *model)
{
    const Address *address = controller->info.address;
    PciAddress place = address != NULL ? address->at.pci : (PciAddress){0};
    if ((model->links & PCI_LINK_BRIDGE) != 0 && !controller->chassis_nr.set)
        controller->chassis_nr = controller->index;
    if ((model->links & (PCI_LINK_ROOT_PORT | PCI_LINK_DOWNSTREAM)) != 0) {
        if (!controller->chassis.set)
            controller->chassis = controller->index;
        uint32_t port = (model->links & PCI_LINK_ROOT_PORT) != 0
                            ? place.slot << PORT_FUNCTION_BITS | place.function
                            : place.slot;
        if (!controller->port.set)
            controller->port = (OptU32){true, port};
    }
    if ((model->links & (PCI_LINK_EXPANDER | PCI_LINK_PCIE_EXPANDER)) != 0 &&
        !controller->bus_nr.set)
        controller->bus_nr = (OptU32){true, expander_bus_nr(def)};
}

void
pci_fixed_targets(DomainDef *def)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        if (controller->type != CONTROLLER_PCI)
            continue;
        const PciModel *model = pci_model_find(controller->model);
        if (model == NULL)
            continue;
        if (controller->pci_model == NULL)
            controller->pci_model = model->program;
        fill_targets(def, controller, model);
    }
}
