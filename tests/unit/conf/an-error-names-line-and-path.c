/*
 * A refused document's error names the line and the path of the place, the value, and what would
 * have been right.
 */
#include "tests/unit/conf/toys.h"

typedef struct {
    const char *name;
    const char *xml;
    const char *message;
} Case;

#define DISKS(second)                                                                              \
    "<domain type='x'>\n<name>a</name>\n<devices>\n"                                               \
    "<disk type='file'><target dev='vda'/></disk>\n" second "\n</devices></domain>"

static const Case cases[] = {
    {"enum", DISKS("<disk type='file'><target dev='vdb' bus='virtoi'/></disk>"),
     "XML error: line 5: /domain/devices/disk[2]/target/@bus: 'virtoi' is not one of 'virtio', "
     "'ide', 'scsi'; did you mean 'virtio'?"},
    {"no suggestion", DISKS("<disk type='file'><target dev='vdb' bus='floppy'/></disk>"),
     "XML error: line 5: /domain/devices/disk[2]/target/@bus: 'floppy' is not one of 'virtio', "
     "'ide', 'scsi'"},
    {"missing attribute", DISKS("<disk><target dev='vdb'/></disk>"),
     "XML error: line 5: /domain/devices/disk[2]/@type: is missing"},
    {"missing element", DISKS("<disk type='block'/>"),
     "XML error: line 5: /domain/devices/disk[2]/target/@dev: is missing"},
    {"pattern", DISKS("<disk type='file'><target dev='1'/></disk>"),
     "XML error: line 5: /domain/devices/disk[2]/target/@dev: '1' is not a device name"},
    {"number", DISKS("<disk type='file'><target dev='b'/><weight>101</weight></disk>"),
     "XML error: line 5: /domain/devices/disk[2]/weight: '101' is not a number from 0 to 100"},
    {"rule", DISKS("<disk type='file'><target dev='b' bus='ide'/><serial>s</serial></disk>"),
     "line 5: /domain/devices/disk[2]: unsupported configuration: ide has no serial"},
    {"unit", "<domain type='x'><name>a</name>\n<memory unit='KX'>1</memory></domain>",
     "XML error: line 2: /domain/memory: 'KX' is not a unit"},
    {"uuid", "<domain type='x'><name>a</name>\n<devices/>\n<uuid>1</uuid></domain>",
     "XML error: '1' is not a uuid"},
    {"root", "<network/>", "XML error: line 1: the root is <network>, expected is <domain>"},
};

static void
test_case(const void *data)
{
    const Case *wrong = data;
    ConfContext context = {CONF_FROM_USER, false, NULL};
    int code;
    g_autofree char *message = toy_refusal(wrong->xml, &context, &code);
    g_assert_cmpstr(message, ==, wrong->message);
    g_assert_cmpint(code, ==,
                    strcmp(wrong->name, "rule") == 0 ? VIRT_ERR_CONFIG_UNSUPPORTED
                                                     : VIRT_ERR_XML_ERROR);
}

static void
test_malformed(void)
{
    ConfContext context = {CONF_FROM_USER, false, NULL};
    int code;
    g_autofree char *message =
        toy_refusal("<domain type='x'>\n<name>a</nam></domain>", &context, &code);
    g_assert_cmpint(code, ==, VIRT_ERR_XML_DETAIL);
    g_assert_nonnull(strstr(message, "line 2: "));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/conf/error/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/conf/error/malformed", test_malformed);
    return g_test_run();
}
