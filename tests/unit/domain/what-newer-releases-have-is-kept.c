/*
 * Elements and attributes that libvirt has since later releases than ours are kept as they came,
 * and named; nothing of a definition that somebody brings along is lost.
 */
#include "tests/unit/domain/guests.h"

static void
keep(const char *top, const char *devices, const char *path)
{
    g_autofree char *xml = g_strdup_printf(GUEST("%s", "%s"), top, devices);
    g_autoptr(DomainDef) def = guest_must_read(xml, CONF_FROM_USER);
    g_assert_cmpstr(domain_def_unsupported(def), ==, path);
    g_autofree char *first = domain_def_format(def, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_autoptr(DomainDef) again = guest_must_read(first, CONF_FROM_DISK);
    g_assert_cmpstr(domain_def_unsupported(again), ==, path);
    g_autofree char *second = domain_def_format(again, CONF_FORMAT_SECURE | CONF_FORMAT_INACTIVE);
    g_assert_cmpstr(second, ==, first);
    g_assert_nonnull(strstr(first, "kept"));
}

static void
test_kept(void)
{
    keep("<hwuuid>kept</hwuuid>", "", "/domain/hwuuid");
    keep("<features><ps2 state='kept'/></features>", "", "/domain/features/ps2");
    keep("<throttlegroups><throttlegroup><group_name>kept</group_name></throttlegroup>"
         "</throttlegroups>",
         "", "/domain/throttlegroups");
    keep("<features><hyperv mode='custom'><emsr_bitmap state='kept'/></hyperv></features>", "",
         "/domain/features/hyperv/emsr_bitmap");
    keep("", "<crypto model='virtio' type='qemu'><backend model='kept'/></crypto>",
         "/domain/devices/crypto");
    keep("",
         "<disk type='file'><driver discard_no_unref='kept'/><source file='/a'/>"
         "<target dev='vda'/></disk>",
         "/domain/devices/disk/driver/@discard_no_unref");
    keep("",
         "<disk type='file'><driver><iothreads><iothread id='kept'/></iothreads></driver>"
         "<source file='/a'/><target dev='vda'/></disk>",
         "/domain/devices/disk/driver/iothreads");
    keep("", "<video><model type='vga' edid='kept'/></video>", "/domain/devices/video/model/@edid");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/domain/newer", test_kept);
    return g_test_run();
}
