/*
 * processors-have-qemus-places-by-number — places come in any order and are numbered by socket,
 * die, core and thread; names and paths of devices lead back to numbers, others do not.
 */
#include <string.h>

#include "virtqemud/vm/vcpu_slots.h"

static Json *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Json *value = json_parse(text, strlen(text), NULL, &error);
    g_assert_no_error(error);
    return value;
}

/* As QEMU tells them: the last first. */
static const char reply_text[] =
    "{\"return\":["
    "{\"type\":\"x-cpu\",\"vcpus-count\":1,"
    "\"props\":{\"socket-id\":1,\"core-id\":0,\"thread-id\":0,\"node-id\":1}},"
    "{\"type\":\"x-cpu\",\"vcpus-count\":1,\"qom-path\":\"/machine/peripheral/vcpu2\","
    "\"props\":{\"socket-id\":0,\"core-id\":1,\"thread-id\":0}},"
    "{\"type\":\"x-cpu\",\"vcpus-count\":1,"
    "\"props\":{\"socket-id\":0,\"core-id\":0,\"thread-id\":1}},"
    "{\"type\":\"x-cpu\",\"vcpus-count\":1,\"qom-path\":\"/machine/unattached/device[0]\","
    "\"props\":{\"socket-id\":0,\"core-id\":0,\"thread-id\":0}}]}";

static void
test_order(void)
{
    static const gboolean plugged[] = {TRUE, FALSE, TRUE, FALSE};
    g_autoptr(Json) reply = parse(reply_text);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) slots = vcpu_slots_sort(json_get(reply, "return"), 4, &error);
    g_assert_no_error(error);
    for (uint32_t id = 0; id < G_N_ELEMENTS(plugged); id++)
        g_assert_cmpint(vcpu_slots_is_plugged(slots, id), ==, plugged[id]);
    g_autoptr(Json) device = vcpu_slots_device(slots, 3);
    g_autofree char *text = json_print(device);
    g_assert_cmpstr(text, ==,
                    "{\"driver\":\"x-cpu\",\"id\":\"vcpu3\",\"socket-id\":1,\"core-id\":0,"
                    "\"thread-id\":0,\"node-id\":1}");
}

static void
test_number(void)
{
    g_autoptr(Json) reply = parse(reply_text);
    g_autoptr(GError) error = NULL;
    g_assert_null(vcpu_slots_sort(json_get(reply, "return"), 3, &error));
    g_assert_error(error, VIRT_ERROR, VIRT_ERR_INTERNAL_ERROR);
}

static void
test_names(void)
{
    static const struct {
        const char *path;
        int64_t id; /* -1: none */
    } cases[] = {
        {"/machine/peripheral/vcpu0", 0},         {"/machine/peripheral/vcpu12/lapic", 12},
        {"/machine/peripheral/vcpu", -1},         {"/machine/peripheral/vcpu1x", -1},
        {"/machine/peripheral/vcpu-1", -1},       {"/machine/peripheral/net0", -1},
        {"/machine/unattached/vcpu1", -1},        {"/machine/peripheral/vcpu4294967296", -1},
        {"/machine/peripheral/xvcpu1/vcpu1", -1}, {"", -1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        uint32_t id = 77;
        gboolean is_vcpu = vcpu_slots_parse_path(cases[i].path, &id);
        g_assert_cmpint(is_vcpu ? (int64_t)id : -1, ==, cases[i].id);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vcpu_slots/order", test_order);
    g_test_add_func("/vcpu_slots/number", test_number);
    g_test_add_func("/vcpu_slots/names", test_names);
    return g_test_run();
}
