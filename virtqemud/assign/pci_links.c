/*
 * pci_links — see pci_links.h. Which devices are express ones: QEMU's docs/pcie.txt and the classes
 * of its devices.
 */
#include "virtqemud/assign/pci_links.h"

enum {
    NOT_PCI = 0,
    CONVENTIONAL = PCI_LINK_PCI | PCI_LINK_HOTPLUG,
    EXPRESS = PCI_LINK_PCIE | PCI_LINK_HOTPLUG
};

typedef struct {
    const char *model;
    unsigned links;
} ModelLinks;

static unsigned
links_of_model(const ModelLinks *rows, const char *model)
{
    while (rows->model != NULL && g_strcmp0(rows->model, model) != 0)
        rows++;
    return rows->links; /* the last row is for all others */
}

static const ModelLinks card_rows[] = {
    {"rtl8139", CONVENTIONAL}, {"e1000", CONVENTIONAL}, {"virtio-transitional", CONVENTIONAL},
    {"usb-net", NOT_PCI},      {"spapr-vlan", NOT_PCI}, {"smc91c111", NOT_PCI},
    {"lan9118", NOT_PCI},      {"ne2k_isa", NOT_PCI},   {"vmxnet3", CONVENTIONAL},
    {NULL, EXPRESS},
};

static const ModelLinks usb_rows[] = {
    {"qemu-xhci", EXPRESS},
    {"nec-xhci", EXPRESS},
    {"none", NOT_PCI},
    {NULL, CONVENTIONAL},
};

static const ModelLinks scsi_rows[] = {
    {"virtio-scsi", EXPRESS},
    {"virtio-non-transitional", EXPRESS},
    {NULL, CONVENTIONAL},
};

int
pci_ich9_function(const Controller *controller)
{
    static const struct {
        const char *model;
        int function;
    } rows[] = {{"ich9-uhci1", 0}, {"ich9-uhci2", 1}, {"ich9-uhci3", 2}, {"ich9-ehci1", 7}};
    for (size_t i = 0; controller->type == CONTROLLER_USB && i < G_N_ELEMENTS(rows); i++) {
        if (g_strcmp0(controller->model, rows[i].model) == 0)
            return rows[i].function;
    }
    return -1;
}

static unsigned
links_of_controller(const Controller *controller)
{
    switch (controller->type) {
    case CONTROLLER_PCI: {
        const PciModel *model = pci_model_find(controller->model);
        return model != NULL ? model->links : NOT_PCI;
    }
    case CONTROLLER_USB:
        return links_of_model(usb_rows, controller->model);
    case CONTROLLER_SCSI:
        return links_of_model(scsi_rows, controller->model);
    case CONTROLLER_VIRTIO_SERIAL:
        return g_strcmp0(controller->model, "virtio-transitional") == 0 ? CONVENTIONAL : EXPRESS;
    case CONTROLLER_SATA:
    case CONTROLLER_IDE:
        return CONVENTIONAL;
    default:
        return NOT_PCI;
    }
}

static unsigned
links_of_sound(const Sound *sound)
{
    gboolean is_pci = sound->model == SOUND_ICH6 || sound->model == SOUND_ICH7 ||
                      sound->model == SOUND_ICH9 || sound->model == SOUND_AC97 ||
                      sound->model == SOUND_ES1370;
    return is_pci ? CONVENTIONAL : NOT_PCI;
}

static unsigned
links_of_video(const Video *video)
{
    if (video->type == VIDEO_NONE || video->type == VIDEO_RAMFB)
        return NOT_PCI;
    return video->type == VIDEO_VIRTIO ? EXPRESS : CONVENTIONAL;
}

static unsigned
choose(gboolean is_transitional)
{
    return is_transitional ? CONVENTIONAL : EXPRESS;
}

static unsigned
links_on_express_machine(const DeviceRef *ref)
{
    switch (ref->kind) {
    case REF_DISK:
        if (ref->disk->bus != DISK_BUS_VIRTIO)
            return NOT_PCI;
        return choose(g_strcmp0(ref->disk->model, "virtio-transitional") == 0);
    case REF_CONTROLLER:
        return links_of_controller(ref->controller);
    case REF_INTERFACE:
        return links_of_model(card_rows, ref->card->model);
    case REF_SERIAL:
        return ref->line->target.serial == SERIAL_PCI ? CONVENTIONAL : NOT_PCI;
    case REF_INPUT:
        return ref->input->bus == INPUT_BUS_VIRTIO ? EXPRESS : NOT_PCI;
    case REF_VIDEO:
        return links_of_video(ref->video);
    case REF_WATCHDOG:
        return ref->watchdog->model == WATCHDOG_I6300ESB ? CONVENTIONAL : NOT_PCI;
    case REF_MEMBALLOON:
        if (ref->balloon->model == BALLOON_NONE || ref->balloon->model == BALLOON_XEN)
            return NOT_PCI;
        return choose(ref->balloon->model == BALLOON_VIRTIO_TRANSITIONAL);
    case REF_RNG:
        return choose(ref->rng->model == RNG_VIRTIO_TRANSITIONAL);
    case REF_SOUND:
        return links_of_sound(ref->sound);
    case REF_VSOCK:
        return choose(ref->vsock->model == VSOCK_VIRTIO_TRANSITIONAL);
    default:
        return NOT_PCI;
    }
}

unsigned
pci_links_of(const DeviceRef *ref, gboolean is_pcie)
{
    unsigned links = links_on_express_machine(ref);
    return links == EXPRESS && !is_pcie ? CONVENTIONAL : links;
}
