/*
 * What qemu.conf says about guests is told to QEMU, as a stock daemon tells it.
 */
#include "tests/unit/build/guest.h"

typedef struct {
    BuildResources resources;
    const char *option;
    const char *value;
} Row;

static const Row rows[] = {
    {{.monitor = 9}, "-name", "guest=video-vga,debug-threads=on"},
    {{.set_process_name = TRUE},
     "-name",
     "guest=video-vga,process=qemu:video-vga,debug-threads=on"},
    {{.monitor = 9}, "-compat", NULL},
    {{.deprecation = "omit"}, "-compat", "{\"deprecated-output\":\"hide\"}"},
    {{.deprecation = "crash"},
     "-compat",
     "{\"deprecated-output\":\"hide\",\"deprecated-input\":\"crash\"}"},
    {{.monitor = 9}, "-vnc", "127.0.0.1:0,audiodev=audio1"},
    {{.has_vnc_password = TRUE}, "-vnc", "127.0.0.1:0,password=on,audiodev=audio1"},
    {{.without_sandbox = TRUE}, "-sandbox", "off"},
    {{.dump_guest_core = TRUE},
     "-machine",
     "pc-i440fx-7.2,usb=off,dump-guest-core=on,memory-backend=pc.ram"},
};

static const char *
value_of(GPtrArray *arguments, const char *option)
{
    for (guint i = 0; arguments->pdata[i] != NULL; i++) {
        if (strcmp(arguments->pdata[i], option) == 0)
            return arguments->pdata[i + 1];
    }
    return NULL;
}

static void
test_settings(void)
{
    g_autoptr(QemuCaps) caps = guest_caps(NULL);
    g_autoptr(DomainDef) def = guest_with("video-vga", "<devices>", "");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) arguments = build_arguments(def, caps, &rows[i].resources, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(value_of(arguments, rows[i].option), ==, rows[i].value);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build/the-configuration-reaches-qemu", test_settings);
    return g_test_run();
}
