/*
 * Bits from a schema: what QEMU 7.2 can and cannot do, paths that lead nowhere, sets kept as text,
 * and a schema that lies about its shape.
 */
#include <string.h>

#include "tests/unit/qmp/schemas.h"
#include "virtqemud/qmp/caps.h"

static void
test_paths(void)
{
    static const char *const there[] = {
        "query-status",
        "SHUTDOWN/arg-type/guest",
        "query-status/ret-type/status/^paused",
        "blockdev-add/arg-type/+qcow2/file",
        "blockdev-add/arg-type/+file/aio/^io_uring",
        "block-commit/arg-type/base/$deprecated",
        "query-block/ret-type/inserted/image/filename",
        "device_add/$json-cli",
    };
    static const char *const nowhere[] = {
        "",
        "/",
        "query-stat",
        "0",
        "query-status/",
        "query-status/status",
        "query-status/ret-type/",
        "query-status/ret-type/^paused",
        "query-status/ret-type/status/paused",
        "query-status/ret-type/status/^gone",
        "blockdev-add/arg-type/qcow2",
        "blockdev-add/arg-type/+qcow2/+file",
        "block-commit/arg-type/device/$deprecated",
        "device_add/$",
        "query-status/meta-type",
    };
    g_autoptr(QmpSchema) schema = schemas_load("7.2");
    for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
        g_test_message("%s", there[i]);
        g_assert_true(qmp_schema_has(schema, there[i]));
    }
    for (size_t i = 0; i < G_N_ELEMENTS(nowhere); i++) {
        g_test_message("%s", nowhere[i]);
        g_assert_false(qmp_schema_has(schema, nowhere[i]));
    }
}

static void
test_7_2(void)
{
    g_autoptr(QmpSchema) schema = schemas_load("7.2");
    QmpCaps caps = qmp_caps_from_schema(schema);
    g_assert_true(qmp_caps_have(&caps, QMP_CAP_DEVICE_ADD_JSON_HOTPLUG));
    g_assert_true(qmp_caps_have(&caps, QMP_CAP_NETDEV_STREAM));
    g_assert_true(qmp_caps_have(&caps, QMP_CAP_BLOCK_IO_URING));
    g_assert_true(qmp_caps_have(&caps, QMP_CAP_MIGRATE_BITMAP_TRANSFORM));
    g_assert_true(qmp_caps_have(&caps, QMP_CAP_BLOCKSTATS_LATENCY));
    g_assert_false(qmp_caps_have(&caps, QMP_CAP_MIGRATE_CHANNELS));
    g_assert_false(qmp_caps_have(&caps, QMP_CAP_OBJECT_TDX_GUEST));
    g_assert_false(qmp_caps_have(&caps, QMP_CAP_NETDEV_STREAM_RECONNECT));
    for (int id = 0; id < QMP_COMMAND_COUNT; id++)
        g_assert_true(qmp_caps_have_command(&caps, (QmpCommandId)id));
    int n = 0;
    for (int cap = 0; cap < QMP_CAP_COUNT; cap++)
        n += qmp_caps_have(&caps, (QmpCap)cap);
    g_assert_cmpint(n, >, QMP_CAP_COUNT / 2);
}

static void
test_names(void)
{
    for (int a = 0; a < QMP_CAP_COUNT; a++) {
        for (int b = 0; b < a; b++)
            g_assert_cmpstr(qmp_cap_name((QmpCap)a), !=, qmp_cap_name((QmpCap)b));
        g_assert_true(g_str_is_ascii(qmp_cap_path((QmpCap)a)));
    }
}

static void
test_text(void)
{
    g_autoptr(QmpSchema) schema = schemas_load("7.2");
    QmpCaps caps = qmp_caps_from_schema(schema);
    g_autofree char *text = qmp_caps_format(&caps);
    g_autofree char *more = g_strdup_printf("%scap of-the-future\nnonsense\n\n", text);
    QmpCaps again = qmp_caps_parse(more);
    g_assert_cmpmem(&again, sizeof(again), &caps, sizeof(caps));
    QmpCaps none = qmp_caps_parse("");
    QmpCaps zero = {0};
    g_assert_cmpmem(&none, sizeof(none), &zero, sizeof(zero));
    QmpCaps one = qmp_caps_parse("cap netdev-stream\n");
    g_assert_true(qmp_caps_have(&one, QMP_CAP_NETDEV_STREAM));
    g_assert_false(qmp_caps_have_command(&one, QMP_NETDEV_ADD));
}

static void
test_lies(void)
{
    static const char text[] =
        "{\"return\":[{\"name\":\"a\",\"meta-type\":\"command\",\"arg-type\":\"loop\","
        "\"ret-type\":\"nobody\"},{\"name\":\"loop\",\"meta-type\":\"array\","
        "\"element-type\":\"loop\"},{\"name\":\"b\",\"meta-type\":\"command\",\"arg-type\":7},"
        "{\"name\":\"c\",\"meta-type\":\"command\",\"arg-type\":\"o\",\"features\":{\"x\":1}},"
        "{\"name\":\"o\",\"meta-type\":\"object\",\"members\":[1,null,{\"name\":\"m\","
        "\"type\":\"o\"}],\"variants\":\"v\"}]}";
    g_autoptr(Json) document = json_parse(text, strlen(text), NULL, NULL);
    g_autoptr(QmpSchema) schema = qmp_schema_new(json_get(document, "return"), NULL);
    g_assert_nonnull(schema);
    g_assert_true(qmp_schema_has(schema, "a"));
    g_assert_false(qmp_schema_has(schema, "a/arg-type/x"));
    g_assert_false(qmp_schema_has(schema, "a/ret-type"));
    g_assert_false(qmp_schema_has(schema, "b/arg-type"));
    g_assert_false(qmp_schema_has(schema, "c/$x"));
    g_assert_true(qmp_schema_has(schema, "c/arg-type/m/m/m"));
    g_assert_false(qmp_schema_has(schema, "c/arg-type/+v"));
    g_autoptr(GError) error = NULL;
    g_assert_null(qmp_schema_new(document, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_PARSE_FAILED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qmp/schema/paths", test_paths);
    g_test_add_func("/qmp/caps/7.2", test_7_2);
    g_test_add_func("/qmp/caps/names", test_names);
    g_test_add_func("/qmp/caps/text", test_text);
    g_test_add_func("/qmp/schema/lies", test_lies);
    return g_test_run();
}
