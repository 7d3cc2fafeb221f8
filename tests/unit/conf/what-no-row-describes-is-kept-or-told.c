/*
 * What libvirt knows and no row describes is kept verbatim; what nobody knows is ignored, or
 * refused when the caller asks for validation.
 */
#include <unistd.h>

#include "common/base/log.h"
#include "tests/unit/conf/toys.h"

static void
test_kept(void)
{
    static const char xml[] = "<domain type='x'>\n"
                              "  <name>a</name>\n"
                              "  <devices>\n"
                              "    <disk type='file' sgio='filtered'>\n"
                              "      <target dev='vda' rotation_rate='7'/>\n"
                              "      <iotune>\n"
                              "        <total_bytes_sec>1</total_bytes_sec>\n"
                              "      </iotune>\n"
                              "    </disk>\n"
                              "    <hostdev mode='subsystem' type='usb'>\n"
                              "      <source>\n"
                              "        <vendor id='0x1'/>\n"
                              "      </source>\n"
                              "    </hostdev>\n"
                              "  </devices>\n"
                              "  <cputune>\n"
                              "    <shares>5</shares>\n"
                              "  </cputune>\n"
                              "</domain>\n";
    g_autofree char *out = toy_round(xml, 0);
    g_assert_cmpstr(out, ==, xml);
}

static void
test_unknown_is_dropped(void)
{
    g_autofree char *out =
        toy_round("<domain type='x' colour='red'><name>a</name><spoon><fork/></spoon></domain>", 0);
    g_assert_cmpstr(out, ==, "<domain type='x'>\n  <name>a</name>\n</domain>\n");
}

/* One line a document, of the first. */
static void
test_unknown_is_told_once(void)
{
    g_autofree char *path = g_strdup_printf("%s/vireo-unknown-%d", g_get_tmp_dir(), getpid());
    g_autofree char *outputs = g_strdup_printf("3:file:%s", path);
    g_autoptr(GError) error = NULL;
    g_assert_true(log_configure(LOG_WARNING, "", outputs, &error));
    g_autofree char *out = toy_round("<domain type='x'><name>a</name>\n<memory hue='red'>1</memory>"
                                     "\n<spoon/><fork/></domain>",
                                     0);
    g_assert_nonnull(out);
    log_flush();
    log_close();
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, &error));
    g_assert_cmpint(unlink(path), ==, 0);
    g_assert_nonnull(strstr(text, "line 2: /domain/memory/@hue is not known and ignored"));
    g_assert_null(strstr(text, "spoon"));
    g_assert_null(strstr(text, "fork"));
}

static void
test_unknown_is_refused(void)
{
    ConfContext context = {CONF_FROM_USER, true, NULL};
    int code;
    g_autofree char *element =
        toy_refusal("<domain type='x'><name>a</name>\n<spoon/></domain>", &context, &code);
    g_assert_cmpstr(element, ==, "XML error: line 2: /domain/spoon: is not known");
    g_assert_cmpint(code, ==, VIRT_ERR_XML_ERROR);
    g_autofree char *attribute = toy_refusal(
        "<domain type='x'><name>a</name><memory colour='red'>1</memory></domain>", &context, &code);
    g_assert_cmpstr(attribute, ==, "XML error: line 1: /domain/memory/@colour: is not known");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conf/unknown/kept", test_kept);
    g_test_add_func("/conf/unknown/dropped", test_unknown_is_dropped);
    g_test_add_func("/conf/unknown/told", test_unknown_is_told_once);
    g_test_add_func("/conf/unknown/refused", test_unknown_is_refused);
    return g_test_run();
}
