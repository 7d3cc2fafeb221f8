/*
 * controllers — see controllers.h.
 */
#include "virtqemud/assign/controllers.h"

#include "virtqemud/assign/device_refs.h"
#include "virtqemud/assign/machine_kind.h"
#include "virtqemud/assign/pci_links.h"

enum { CONTROLLERS_MAX = 1024, CROWD_MAX = 16 * CONTROLLERS_MAX, ALL_FUNCTIONS = 0xff };

static const char *
type_name(ControllerType type)
{
    static const char *const names[] = {
        [CONTROLLER_IDE] = "ide",       [CONTROLLER_FDC] = "fdc",
        [CONTROLLER_SCSI] = "scsi",     [CONTROLLER_SATA] = "sata",
        [CONTROLLER_CCID] = "ccid",     [CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
        [CONTROLLER_USB] = "usb",       [CONTROLLER_PCI] = "pci",
        [CONTROLLER_XENBUS] = "xenbus", [CONTROLLER_ISA] = "isa",
    };
    return names[type];
}

static Controller *
find_controller(const DomainDef *def, ControllerType type, uint32_t index)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        if (controller->type == type && controller->index.set && controller->index.value == index)
            return controller;
    }
    return NULL;
}

static Controller *
add_controller(DomainDef *def, ControllerType type, uint32_t index, const char *model)
{
    Controller *controller = arena_new_of(def->arena, Controller);
    controller->type = type;
    controller->index = (OptU32){true, index};
    controller->model = model;
    device_list_insert(def->arena, &def->devices.controllers, def->devices.controllers.n,
                       controller);
    return controller;
}

/* ---- those of the definition ---- */

/* Whether a place on a bus is still to be chosen for any. */
static gboolean
any_unplaced(const DomainDef *def)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        gboolean has_place = controller->type != CONTROLLER_FDC &&
                             g_strcmp0(controller->model, "none") != 0 &&
                             !(controller->type == CONTROLLER_PCI && controller->index.set &&
                               controller->index.value == 0);
        if (has_place && controller->info.address == NULL)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_companion(const Controller *controller)
{
    return pci_ich9_function(controller) >= 0;
}

static gboolean
goes_before(const Controller *controller, const Controller *other)
{
    if (other->type != controller->type || !controller->index.set || !other->index.set)
        return FALSE;
    if (other->index.value == controller->index.value)
        return g_strcmp0(controller->model, "ich9-ehci1") == 0 && is_companion(other);
    return other->index.value > controller->index.value;
}

/* By their numbers within a kind, for the order in which they get places. A finished definition
 * keeps its order. */
static void
sort_controllers(DomainDef *def)
{
    Controller **list = def->devices.controllers.items;
    if (!any_unplaced(def))
        return;
    for (size_t i = 1; i < def->devices.controllers.n; i++) {
        Controller *controller = list[i];
        size_t at = i;
        size_t behind = i;
        for (size_t j = 0; j < i; j++) {
            if (goes_before(controller, list[j])) {
                behind = j;
                break;
            }
            if (list[j]->type == controller->type)
                behind = j + 1;
        }
        for (; at > behind; at--)
            list[at] = list[at - 1];
        list[at] = controller;
    }
}

/* A companion without a number belongs to the master before it. */
static void
fill_companion(DomainDef *def, size_t at)
{
    Controller *controller = def->devices.controllers.items[at];
    int function = pci_ich9_function(controller);
    if (function < 0 || g_strcmp0(controller->model, "ich9-ehci1") == 0)
        return;
    if (!controller->master_port.set)
        controller->master_port = (OptU32){true, 2 * (uint32_t)function};
    for (size_t i = at; i > 0 && !controller->index.set; i--) {
        const Controller *master = def->devices.controllers.items[i - 1];
        if (master->type == CONTROLLER_USB && g_strcmp0(master->model, "ich9-ehci1") == 0)
            controller->index = master->index;
    }
}

static void
fill_indexes(DomainDef *def)
{
    enum { TYPES = CONTROLLER_ISA + 1 };
    g_autofree gboolean *used = g_new0(gboolean, TYPES * CONTROLLERS_MAX);
    uint32_t next[TYPES] = {0};
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->index.set && controller->index.value < CONTROLLERS_MAX)
            used[controller->type * CONTROLLERS_MAX + controller->index.value] = TRUE;
    }
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        uint32_t *index = &next[controller->type];
        fill_companion(def, i);
        while (*index < CONTROLLERS_MAX && used[controller->type * CONTROLLERS_MAX + *index])
            (*index)++;
        if (!controller->index.set)
            controller->index = (OptU32){true, (*index)++};
    }
}

static const char *
default_scsi_model(const QemuCaps *caps)
{
    return qemu_caps_has_device(caps, "lsi53c895a") ? "lsilogic" : "virtio-scsi";
}

typedef struct {
    ControllerType type;
    const char *model;
} KnownModel;

/* Models that an x86 machine of QEMU has. A NULL model: any. */
static const KnownModel known_models[] = {
    {CONTROLLER_SCSI, "lsilogic"},
    {CONTROLLER_SCSI, "lsisas1068"},
    {CONTROLLER_SCSI, "lsisas1078"},
    {CONTROLLER_SCSI, "vmpvscsi"},
    {CONTROLLER_SCSI, "am53c974"},
    {CONTROLLER_SCSI, "dc390"},
    {CONTROLLER_SCSI, "virtio-scsi"},
    {CONTROLLER_SCSI, "virtio-transitional"},
    {CONTROLLER_SCSI, "virtio-non-transitional"},
    {CONTROLLER_USB, "piix3-uhci"},
    {CONTROLLER_USB, "piix4-uhci"},
    {CONTROLLER_USB, "ehci"},
    {CONTROLLER_USB, "ich9-ehci1"},
    {CONTROLLER_USB, "ich9-uhci1"},
    {CONTROLLER_USB, "ich9-uhci2"},
    {CONTROLLER_USB, "ich9-uhci3"},
    {CONTROLLER_USB, "vt82c686b-uhci"},
    {CONTROLLER_USB, "pci-ohci"},
    {CONTROLLER_USB, "nec-xhci"},
    {CONTROLLER_USB, "qemu-xhci"},
    {CONTROLLER_USB, "none"},
    {CONTROLLER_PCI, NULL},
    {CONTROLLER_VIRTIO_SERIAL, "virtio"},
    {CONTROLLER_VIRTIO_SERIAL, "virtio-transitional"},
    {CONTROLLER_VIRTIO_SERIAL, "virtio-non-transitional"},
    {CONTROLLER_IDE, "piix3"},
    {CONTROLLER_IDE, "piix4"},
    {CONTROLLER_IDE, "ich6"},
};

static gboolean
check_model(const Controller *controller, GError **error)
{
    gboolean is_known = controller->model == NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(known_models) && !is_known; i++)
        is_known = known_models[i].type == controller->type &&
                   (known_models[i].model == NULL ||
                    g_strcmp0(known_models[i].model, controller->model) == 0);
    if (is_known && controller->type != CONTROLLER_XENBUS && controller->type != CONTROLLER_ISA)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "the %s controller %u cannot be a '%s' on this machine",
                   type_name(controller->type), controller->index.value,
                   controller->model != NULL ? controller->model : type_name(controller->type));
    return FALSE;
}

static gboolean
fill_models(DomainDef *def, const QemuCaps *caps, GError **error)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        Controller *controller = def->devices.controllers.items[i];
        if (controller->type == CONTROLLER_SCSI &&
            (controller->model == NULL || g_strcmp0(controller->model, "auto") == 0))
            controller->model = default_scsi_model(caps);
        if (controller->type == CONTROLLER_USB && controller->model == NULL)
            controller->model = "piix3-uhci";
        if (!check_model(controller, error))
            return FALSE;
        if (g_strcmp0(controller->model, "none") == 0)
            controller->info.address = NULL;
    }
    return TRUE;
}

static gboolean
check_unique(const DomainDef *def, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->index.value >= CONTROLLERS_MAX) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "the index %u of a %s controller is larger than %d",
                           controller->index.value, type_name(controller->type),
                           CONTROLLERS_MAX - 1);
            return FALSE;
        }
        gpointer key =
            GUINT_TO_POINTER(controller->type * CONTROLLERS_MAX + controller->index.value);
        /* the companions of one ICH9 controller share their number, each function is there once */
        guint parts =
            is_companion(controller) ? 1u << pci_ich9_function(controller) : ALL_FUNCTIONS;
        guint others = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));
        g_hash_table_insert(seen, key, GUINT_TO_POINTER(others | parts));
        if ((others & parts) != 0) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "two %s controllers have the index %u", type_name(controller->type),
                           controller->index.value);
            return FALSE;
        }
    }
    return TRUE;
}

/* A companion serves the slow devices of an ich9-ehci1; 'none' is no bus and alone. */
static gboolean
check_usb(const DomainDef *def, GError **error)
{
    size_t n = 0;
    gboolean is_disabled = FALSE;
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type != CONTROLLER_USB)
            continue;
        n++;
        is_disabled |= g_strcmp0(controller->model, "none") == 0;
        gboolean has_master = !is_companion(controller);
        for (size_t j = 0; j < def->devices.controllers.n && !has_master; j++) {
            const Controller *other = def->devices.controllers.items[j];
            has_master = other->type == CONTROLLER_USB &&
                         other->index.value == controller->index.value &&
                         g_strcmp0(other->model, "ich9-ehci1") == 0;
        }
        if (!has_master) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_DETAIL,
                           "the usb controllers %u have no master, an ich9-ehci1",
                           controller->index.value);
            return FALSE;
        }
    }
    if (is_disabled && n > 1) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_DETAIL,
                       "USB is disabled, and there is another usb controller");
        return FALSE;
    }
    return TRUE;
}

static gboolean
has_usb_bus_0_or_none(const DomainDef *def)
{
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type == CONTROLLER_USB &&
            (controller->index.value == 0 || g_strcmp0(controller->model, "none") == 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean
check_pci_root(const DomainDef *def, const char *wanted, GError **error)
{
    const Controller *root = find_controller(def, CONTROLLER_PCI, 0);
    if (root->model == NULL || g_strcmp0(root->model, wanted) == 0)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_XML_ERROR,
                   "the PCI controller 0 of this machine is a %s, not a %s", wanted, root->model);
    return FALSE;
}

/* Before they are compared with each other. */
static gboolean
check_crowd(const DomainDef *def, GError **error)
{
    size_t n = def->devices.controllers.n;
    if (n <= CROWD_MAX)
        return TRUE;
    virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "%zu controllers are more than a guest can have", n);
    return FALSE;
}

gboolean
assign_machine_controllers(DomainDef *def, const QemuCaps *caps, GError **error)
{
    gboolean is_q35 = machine_kind(def) == MACHINE_Q35;
    if (!check_crowd(def, error))
        return FALSE;
    sort_controllers(def);
    fill_indexes(def);
    if (!fill_models(def, caps, error) || !check_unique(def, error) || !check_usb(def, error))
        return FALSE;
    const char *usb =
        is_q35 && qemu_caps_has_device(caps, "qemu-xhci") ? "qemu-xhci" : "piix3-uhci";
    if (!has_usb_bus_0_or_none(def))
        add_controller(def, CONTROLLER_USB, 0, usb);
    if (is_q35 && find_controller(def, CONTROLLER_SATA, 0) == NULL)
        add_controller(def, CONTROLLER_SATA, 0, NULL);
    const char *root = is_q35 ? "pcie-root" : "pci-root";
    if (find_controller(def, CONTROLLER_PCI, 0) == NULL)
        add_controller(def, CONTROLLER_PCI, 0, root);
    else if (!check_pci_root(def, root, error))
        return FALSE;
    find_controller(def, CONTROLLER_PCI, 0)->model = root;
    return TRUE;
}

/* ---- those that devices need ---- */

typedef struct {
    DiskBus bus;
    ControllerType type;
} DiskController;

/* In the order in which they are added. */
static const DiskController disk_controllers[] = {
    {DISK_BUS_SCSI, CONTROLLER_SCSI},
    {DISK_BUS_FDC, CONTROLLER_FDC},
    {DISK_BUS_IDE, CONTROLLER_IDE},
    {DISK_BUS_SATA, CONTROLLER_SATA},
};

static gboolean
check_built_in(const DomainDef *def, GError **error)
{
    gboolean is_q35 = machine_kind(def) == MACHINE_Q35;
    for (size_t i = 0; i < def->devices.controllers.n; i++) {
        const Controller *controller = def->devices.controllers.items[i];
        if (controller->type != CONTROLLER_IDE || (!is_q35 && controller->index.value == 0))
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "this machine has %s ide controller%s", is_q35 ? "no" : "a single",
                       is_q35 ? "s" : "");
        return FALSE;
    }
    return TRUE;
}

static gboolean
add_disk_controllers(DomainDef *def, const QemuCaps *caps, const DiskController *row,
                     GError **error)
{
    uint32_t n = 0;
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        const Disk *disk = def->devices.disks.items[i];
        if (disk->bus != row->bus || disk->info.address->type != ADDRESS_DRIVE)
            continue;
        uint32_t index = disk->info.address->at.drive.controller;
        if (index >= CONTROLLERS_MAX || (row->type == CONTROLLER_FDC && index > 0)) {
            virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                           "the disk '%s' needs the %s controller %u, which cannot be there",
                           disk->target, type_name(row->type), index);
            return FALSE;
        }
        n = MAX(n, index + 1);
    }
    const char *model = row->type == CONTROLLER_SCSI ? default_scsi_model(caps) : NULL;
    for (uint32_t index = 0; index < n; index++) {
        if (find_controller(def, row->type, index) == NULL)
            add_controller(def, row->type, index, model);
    }
    return TRUE;
}

/* The LSI adapter addresses disks by unit alone. */
static gboolean
check_targets(const DomainDef *def, GError **error)
{
    for (size_t i = 0; i < def->devices.disks.n; i++) {
        const Disk *disk = def->devices.disks.items[i];
        if (disk->bus != DISK_BUS_SCSI || disk->info.address->type != ADDRESS_DRIVE)
            continue;
        const DriveAddress *place = &disk->info.address->at.drive;
        if (place->target == 0)
            continue;
        const Controller *controller = find_controller(def, CONTROLLER_SCSI, place->controller);
        if (g_strcmp0(controller->model, "lsilogic") != 0)
            continue;
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the disk '%s' has target %u, its controller has target 0 only",
                       disk->target, place->target);
        return FALSE;
    }
    return TRUE;
}

gboolean
assign_needed_controllers(DomainDef *def, const QemuCaps *caps, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(disk_controllers); i++) {
        if (!add_disk_controllers(def, caps, &disk_controllers[i], error))
            return FALSE;
    }
    return check_targets(def, error) && check_built_in(def, error);
}
