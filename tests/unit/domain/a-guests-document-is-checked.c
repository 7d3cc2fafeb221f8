/*
 * Rules between the fields of a guest's elements; each refusal names the element.
 */
#include "tests/unit/domain/guests.h"

typedef struct {
    const char *name;
    const char *xml;
    const char *part; /* of the message */
    VirtErrorCode code;
} Case;

static const Case cases[] = {
    {"bus",
     GUEST("", "<disk type='file'><source file='/a'/><target dev='vda' bus='virtoi'/></disk>"),
     "line 6: /domain/devices/disk/target/@bus: 'virtoi' is not one of", VIRT_ERR_XML_ERROR},
    {"suggestion",
     GUEST("", "<disk type='file'><source file='/a'/><target dev='vda' bus='virtoi'/></disk>"),
     "did you mean 'virtio'?", VIRT_ERR_XML_ERROR},
    {"targets",
     GUEST("", "<disk type='block'><source dev='/a'/><target dev='vda'/></disk>"
               "<disk type='block'><source dev='/b'/><target dev='vda'/></disk>"),
     "two disks have the target 'vda'", VIRT_ERR_XML_ERROR},
    {"no source", GUEST("", "<disk type='file'><target dev='vda'/></disk>"),
     "the disk 'vda' has no source", VIRT_ERR_XML_ERROR},
    {"tray",
     GUEST("", "<disk type='file'><source file='/a'/><target dev='sda' tray='open'/></disk>"),
     "only a cdrom or floppy has a tray", VIRT_ERR_XML_ERROR},
    {"processors", GUEST("<vcpu current='3'>2</vcpu>", ""), "3 processors are to be plugged",
     VIRT_ERR_XML_ERROR},
    {"a listed processor", GUEST("<vcpu>2</vcpu><vcpus><vcpu id='2' enabled='no'/></vcpus>", ""),
     "<vcpus> lists processor 2", VIRT_ERR_XML_ERROR},
    {"a fixed processor",
     GUEST("<vcpu>2</vcpu><vcpus><vcpu id='1' enabled='no' hotpluggable='no'/></vcpus>", ""),
     "processor 1 is not plugged", VIRT_ERR_CONFIG_UNSUPPORTED},
    {"boot order",
     "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type><boot dev='hd'/></os>"
     "<devices><interface type='user'><boot order='1'/></interface></devices></domain>",
     "the order of boot is told by devices and by os/boot", VIRT_ERR_CONFIG_UNSUPPORTED},
    {"memory",
     "<domain type='kvm'><name>a</name><memory>0</memory><os><type>hvm</type></os></domain>",
     "the guest has no memory", VIRT_ERR_XML_ERROR},
    {"name", "<domain type='kvm'><name>a/b</name><memory>1</memory></domain>",
     "/domain/name: 'a/b'", VIRT_ERR_XML_ERROR},
    {"clock", GUEST("<clock offset='timezone'/>", ""), "/domain/clock: ", VIRT_ERR_XML_ERROR},
    {"feature", GUEST("<cpu><feature name='x'/><feature name='x'/></cpu>", ""),
     "the feature 'x' is there twice", VIRT_ERR_XML_ERROR},
    {"mac", GUEST("", "<interface type='user'><mac address='01:00:00:00:00:00'/></interface>"),
     "/domain/devices/interface/mac/@address: '01:00:00:00:00:00' is not a unicast MAC address",
     VIRT_ERR_XML_ERROR},
    {"network", GUEST("", "<interface type='network'/>"), "source/@network is missing",
     VIRT_ERR_XML_ERROR},
    {"slot",
     GUEST("", "<rng model='virtio'><backend model='builtin'/>"
               "<address type='pci' slot='0x20'/></rng>"),
     "/domain/devices/rng/address/@slot: '0x20' is not a number from 0 to 31", VIRT_ERR_XML_ERROR},
    {"line", GUEST("", "<serial type='file'/>"), "source/@path is missing", VIRT_ERR_XML_ERROR},
    {"vectors", GUEST("", "<controller type='usb' vectors='1'/>"), "virtio-serial",
     VIRT_ERR_XML_ERROR},
    {"word",
     GUEST("", "<disk type='file'><driver type='qcwo2'/><source file='/a'/>"
               "<target dev='vda'/></disk>"),
     "did you mean 'qcow2'?", VIRT_ERR_XML_ERROR},
    {"processors of the host", GUEST("<vcpu cpuset='0-'>1</vcpu>", ""),
     "/domain/vcpu/@cpuset: '0-' is not a set of numbers", VIRT_ERR_XML_ERROR},
    {"address", GUEST("", "<interface type='user'><ip address='10.0.0'/></interface>"),
     "'10.0.0' is not an IP address", VIRT_ERR_XML_ERROR},
    {"source of a block device", GUEST("", "<disk type='block'><target dev='vda'/></disk>"),
     "the disk 'vda' has no source", VIRT_ERR_XML_ERROR},
    {"driver",
     GUEST("", "<disk type='file'><driver name='phy'/><source file='/a'/>"
               "<target dev='vda'/></disk>"),
     "the driver of the disk 'vda' is 'phy'", VIRT_ERR_CONFIG_UNSUPPORTED},
    {"backing image without format",
     GUEST("", "<disk type='file'><source file='/a'/><backingStore type='file'>"
               "<source file='/b'/></backingStore><target dev='vda'/></disk>"),
     "/domain/devices/disk/backingStore: ", VIRT_ERR_XML_ERROR},
    {"listen",
     GUEST("",
           "<graphics type='vnc' listen='::1'><listen type='address' address='::'/></graphics>"),
     "@listen is '::1', the first <listen> says '::'", VIRT_ERR_CONFIG_UNSUPPORTED},
    {"time of a password", GUEST("", "<graphics type='vnc' passwdValidTo='2030-01-01'/>"),
     "'2030-01-01' is not a time", VIRT_ERR_XML_ERROR},
    {"static label", GUEST("", "</devices><seclabel type='static' model='dac'/><devices>"),
     "a static label is to be told", VIRT_ERR_XML_ERROR},
    {"alias", GUEST("", "<input type='mouse'><alias name='ua-x y'/></input>"),
     "/domain/devices/input/alias/@name: ", VIRT_ERR_XML_ERROR},
};

static void
test_case(const void *data)
{
    const Case *wrong = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = guest_read(wrong->xml, CONF_FROM_USER, &error);
    g_assert_null(def);
    g_assert_nonnull(error);
    if (strstr(error->message, wrong->part) == NULL)
        g_error("'%s' does not say '%s'", error->message, wrong->part);
    g_assert_cmpint(virt_error_get_code(error), ==, wrong->code);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/domain/check/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
