/*
 * domain_trials — see domain_trials.h. The order of sections and values is libvirt's.
 */
#include "virtqemud/handlers/domain_trials.h"

#include <stddef.h>

/* clang-format off */
#define FILE_DISK(device, target, bus) \
    "<disk type='file' device='" device "'><source file='/trial'/>" \
    "<target dev='" target "' bus='" bus "'/></disk>"
#define VIRTIO_DISK(model) \
    "<disk type='file' device='disk' model='" model "'><source file='/trial'/>" \
    "<target dev='vda' bus='virtio'/></disk>"
#define VIDEO(model) "<video><model type='" model "'/></video>"
#define RNG(model, backend) "<rng model='" model "'>" backend "</rng>"
#define RANDOM "<backend model='random'>/dev/urandom</backend>"
#define HYPERV(feature) "<hyperv>" feature "</hyperv>"

const Trial trial_iothreads = {"iothreads", "<iothreads>1</iothreads>", TRIAL_TOP};

static const Trial firmwares[] = {
    {"bios", " firmware='bios'", TRIAL_OS_ATTRIBUTE},
    {"efi", " firmware='efi'", TRIAL_OS_ATTRIBUTE},
    {NULL},
};
const TrialEnum trial_firmware = {"firmware", firmwares};

static const Trial loader_types[] = {
    {"rom", "<loader type='rom'>/trial</loader>", TRIAL_OS},
    {"pflash", "<loader readonly='yes' type='pflash'>/trial</loader>", TRIAL_OS},
    {NULL},
};
static const Trial loader_read_only[] = {
    {"yes", "<loader readonly='yes' type='pflash'>/trial</loader>", TRIAL_OS},
    {"no", "<loader readonly='no' type='pflash'>/trial</loader>", TRIAL_OS},
    {NULL},
};
static const Trial loader_secure[] = {
    {"no", "<loader readonly='yes' secure='no' type='pflash'>/trial</loader>", TRIAL_OS},
    {NULL},
};
const TrialSection trial_loader = {
    "loader",
    {{"type", loader_types}, {"readonly", loader_read_only}, {"secure", loader_secure}},
};

static const Trial memory_sources[] = {
    {"file", "<memoryBacking><source type='file'/></memoryBacking>", TRIAL_TOP},
    {"anonymous", "<memoryBacking><source type='anonymous'/></memoryBacking>", TRIAL_TOP},
    {"memfd", "<memoryBacking><source type='memfd'/></memoryBacking>", TRIAL_TOP},
    {NULL},
};
const TrialSection trial_memory = {"memoryBacking", {{"sourceType", memory_sources}}};

static const Trial disk_devices[] = {
    {"disk", FILE_DISK("disk", "sda", "scsi")},
    {"cdrom", FILE_DISK("cdrom", "sda", "sata")},
    {"floppy", FILE_DISK("floppy", "fda", "fdc")},
    {"lun", "<disk type='block' device='lun'><source dev='/trial'/>"
            "<target dev='sda' bus='scsi'/></disk>"},
    {NULL},
};
static const Trial disk_buses[] = {
    {"ide", FILE_DISK("disk", "hda", "ide")},
    {"fdc", FILE_DISK("floppy", "fda", "fdc")},
    {"scsi", FILE_DISK("disk", "sda", "scsi")},
    {"virtio", FILE_DISK("disk", "vda", "virtio")},
    {"usb", FILE_DISK("disk", "sda", "usb")},
    {"sata", FILE_DISK("disk", "sda", "sata")},
    {NULL},
};
static const Trial disk_models[] = {
    {"virtio", VIRTIO_DISK("virtio")},
    {"virtio-transitional", VIRTIO_DISK("virtio-transitional")},
    {"virtio-non-transitional", VIRTIO_DISK("virtio-non-transitional")},
    {NULL},
};
static const Trial graphics_types[] = {
    {"sdl", "<graphics type='sdl' display=':0'/>"},
    {"vnc", "<graphics type='vnc' port='-1' autoport='yes'/>"},
    {"spice", "<graphics type='spice' port='-1' autoport='yes'/>"},
    {"egl-headless", "<graphics type='egl-headless'/>"},
    {"dbus", "<graphics type='dbus'/>"},
    {NULL},
};
static const Trial video_models[] = {
    {"vga", VIDEO("vga")},
    {"cirrus", VIDEO("cirrus")},
    {"vmvga", VIDEO("vmvga")},
    {"qxl", VIDEO("qxl")},
    {"virtio", VIDEO("virtio")},
    {"none", VIDEO("none")},
    {"bochs", VIDEO("bochs")},
    {"ramfb", VIDEO("ramfb")},
    {NULL},
};
static const Trial hostdev_modes[] = {
    {"subsystem", "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
                  "<address domain='0' bus='1' slot='0' function='0'/></source></hostdev>"},
    {NULL},
};
static const Trial hostdev_policies[] = {
    {"default", "<hostdev mode='subsystem' type='usb'><source startupPolicy='optional'>"
                "<vendor id='0x1234'/><product id='0xbeef'/></source></hostdev>"},
    {NULL},
};
static const Trial hostdev_types[] = {
    {"usb", "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/>"
            "<product id='0xbeef'/></source></hostdev>"},
    {"pci", "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
            "<address domain='0' bus='1' slot='0' function='0'/></source></hostdev>"},
    {NULL},
};
static const Trial rng_models[] = {
    {"virtio", RNG("virtio", RANDOM)},
    {"virtio-transitional", RNG("virtio-transitional", RANDOM)},
    {"virtio-non-transitional", RNG("virtio-non-transitional", RANDOM)},
    {NULL},
};
static const Trial rng_backends[] = {
    {"random", RNG("virtio", RANDOM)},
    {"egd", RNG("virtio", "<backend model='egd' type='tcp'>"
                          "<source mode='connect' host='127.0.0.1' service='1'/></backend>")},
    {"builtin", RNG("virtio", "<backend model='builtin'/>")},
    {NULL},
};
static const Trial filesystem_drivers[] = {
    {"path", "<filesystem type='mount'><driver type='path'/><source dir='/trial'/>"
             "<target dir='trial'/></filesystem>"},
    {"handle", "<filesystem type='mount'><driver type='handle'/><source dir='/trial'/>"
               "<target dir='trial'/></filesystem>"},
    {"virtiofs", "<filesystem type='mount'><driver type='virtiofs'/><source dir='/trial'/>"
                 "<target dir='trial'/></filesystem>"},
    {NULL},
};
static const Trial tpm_models[] = {
    {"tpm-tis", "<tpm model='tpm-tis'><backend type='emulator'/></tpm>"},
    {"tpm-crb", "<tpm model='tpm-crb'><backend type='emulator'/></tpm>"},
    {NULL},
};
static const Trial tpm_backends[] = {
    {"passthrough", "<tpm model='tpm-tis'><backend type='passthrough'>"
                    "<device path='/dev/tpm0'/></backend></tpm>"},
    {"emulator", "<tpm model='tpm-tis'><backend type='emulator'/></tpm>"},
    {NULL},
};
static const Trial redirdev_buses[] = {
    {"usb", "<redirdev bus='usb' type='spicevmc'/>"},
    {NULL},
};
static const Trial channel_types[] = {
    {"pty", "<channel type='pty'><target type='virtio' name='trial'/></channel>"},
    {"unix", "<channel type='unix'><source mode='bind'/>"
             "<target type='virtio' name='trial'/></channel>"},
    {"spicevmc", "<channel type='spicevmc'><target type='virtio' name='trial'/></channel>"},
    {"qemu-vdagent", "<channel type='qemu-vdagent'><source><clipboard copypaste='yes'/></source>"
                     "<target type='virtio' name='trial'/></channel>"},
    {NULL},
};

const TrialSection trial_devices[] = {
    {"disk", {{"diskDevice", disk_devices}, {"bus", disk_buses}, {"model", disk_models}}},
    {"graphics", {{"type", graphics_types}}},
    {"video", {{"modelType", video_models}}},
    {"hostdev", {{"mode", hostdev_modes}, {"startupPolicy", hostdev_policies},
                 {"subsysType", hostdev_types}}},
    {"rng", {{"model", rng_models}, {"backendModel", rng_backends}}},
    {"filesystem", {{"driverType", filesystem_drivers}}},
    {"tpm", {{"model", tpm_models}, {"backendModel", tpm_backends}}},
    {"redirdev", {{"bus", redirdev_buses}}},
    {"channel", {{"type", channel_types}}},
    {NULL},
};

const Trial trial_features[] = {
    {"gic", NULL},
    {"vmcoreinfo", "<vmcoreinfo state='on'/>", TRIAL_FEATURES},
    {"genid", "<genid>11111111-2222-4333-8444-555555555555</genid>", TRIAL_TOP},
    {"backingStoreInput", "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                          "<source file='/trial'/><backingStore type='file'>"
                          "<format type='raw'/><source file='/base'/><backingStore/>"
                          "</backingStore><target dev='vda' bus='virtio'/></disk>"},
    {"backup", NULL},
    {"sev", NULL},
    {"sgx", NULL},
    {NULL},
};

static const Trial hyperv_plain[] = {
    {"spinlocks", HYPERV("<spinlocks state='on' retries='4096'/>"), TRIAL_FEATURES},
    {"vendor_id", HYPERV("<vendor_id state='on' value='trial'/>"), TRIAL_FEATURES},
    {NULL},
};
const TrialEnum trial_hyperv = {"features", hyperv_plain};

static const Trial hyperv_all[] = {
    {"relaxed", HYPERV("<relaxed state='on'/>"), TRIAL_FEATURES},
    {"vapic", HYPERV("<vapic state='on'/>"), TRIAL_FEATURES},
    {"spinlocks", HYPERV("<spinlocks state='on' retries='4096'/>"), TRIAL_FEATURES},
    {"vpindex", HYPERV("<vpindex state='on'/>"), TRIAL_FEATURES},
    {"runtime", HYPERV("<runtime state='on'/>"), TRIAL_FEATURES},
    {"synic", HYPERV("<vpindex state='on'/><synic state='on'/>"), TRIAL_FEATURES},
    {"stimer", HYPERV("<vpindex state='on'/><synic state='on'/><stimer state='on'/>"),
     TRIAL_FEATURES},
    {"reset", HYPERV("<reset state='on'/>"), TRIAL_FEATURES},
    {"vendor_id", HYPERV("<vendor_id state='on' value='trial'/>"), TRIAL_FEATURES},
    {"frequencies", HYPERV("<frequencies state='on'/>"), TRIAL_FEATURES},
    {"reenlightenment", HYPERV("<reenlightenment state='on'/>"), TRIAL_FEATURES},
    {"tlbflush", HYPERV("<vpindex state='on'/><tlbflush state='on'/>"), TRIAL_FEATURES},
    {"ipi", HYPERV("<vpindex state='on'/><ipi state='on'/>"), TRIAL_FEATURES},
    {"evmcs", HYPERV("<evmcs state='on'/>"), TRIAL_FEATURES},
    {NULL},
};
const TrialEnum trial_hyperv_kvm = {"features", hyperv_all};
/* clang-format on */
