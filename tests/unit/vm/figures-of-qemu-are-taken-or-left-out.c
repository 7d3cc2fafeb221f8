/*
 * figures-of-qemu-are-taken-or-left-out — answers of QEMU 7.2 about disks, balloon, I/O threads and
 * memory: what they say, and that every value of another kind is left out or refused.
 */
#include <string.h>

#include "virtqemud/vm/replies.h"

/* A list in an object, because only objects are documents. */
static Json *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Json *value = json_parse(text, strlen(text), NULL, &error);
    g_assert_no_error(error);
    return value;
}

static const char blockstats[] =
    "{\"return\":[{\"device\":\"\",\"node-name\":\"libvirt-2-format\","
    "\"qdev\":\"/machine/peripheral/virtio-disk0/virtio-backend\","
    "\"parent\":{\"node-name\":\"libvirt-2-storage\",\"stats\":{\"wr_highest_offset\":4096}},"
    "\"backing\":{\"node-name\":\"libvirt-3-format\",\"stats\":{\"wr_highest_offset\":0},"
    "\"parent\":{\"node-name\":\"libvirt-3-storage\",\"stats\":{\"wr_highest_offset\":7}}},"
    "\"stats\":{\"rd_operations\":2,\"rd_bytes\":4608,\"rd_total_time_ns\":153199,"
    "\"wr_operations\":1,\"wr_bytes\":512,\"wr_total_time_ns\":99,\"flush_operations\":3,"
    "\"flush_total_time_ns\":44,\"wr_highest_offset\":1}},"
    "{\"device\":\"\",\"qdev\":\"ide0-1-0\",\"stats\":{\"rd_operations\":-1}}]}";

static const char nodes[] =
    "{\"return\":["
    "{\"node-name\":\"libvirt-2-format\",\"image\":{\"virtual-size\":67108864,\"actual-size\":"
    "200704}},"
    "{\"node-name\":\"libvirt-2-storage\",\"image\":{\"virtual-size\":262144,\"actual-size\":"
    "200704}},"
    "{\"node-name\":\"libvirt-3-format\",\"image\":{\"virtual-size\":\"large\"}}]}";

static void
test_counters(void)
{
    g_autoptr(Json) document = parse(blockstats);
    const Json *list = json_get(document, "return");
    BlockCounters counters = {0};
    const Json *entry = replies_find_device(list, "virtio-disk0");
    g_assert_nonnull(entry);
    g_assert_true(replies_block_counters(entry, &counters));
    g_assert_cmpint(counters.rd_bytes, ==, 4608);
    g_assert_cmpint(counters.wr_total_ns, ==, 99);
    g_assert_cmpint(counters.flush_operations, ==, 3);
    /* Names are whole names. */
    g_assert_null(replies_find_device(list, "virtio-disk"));
    g_assert_null(replies_find_device(list, "virtio-disk00"));
    g_assert_null(replies_find_device(list, NULL));
    g_assert_null(replies_find_device(NULL, "virtio-disk0"));
    entry = replies_find_device(list, "ide0-1-0");
    g_assert_nonnull(entry);
    g_assert_false(replies_block_counters(entry, &counters));
    g_assert_cmpint(counters.rd_bytes, ==, 4608);
}

static void
test_images(void)
{
    g_autoptr(Json) stats = parse(blockstats);
    g_autoptr(Json) named = parse(nodes);
    const Json *entry = replies_find_device(json_get(stats, "return"), "virtio-disk0");
    g_autoptr(GArray) images = replies_block_images(entry, json_get(named, "return"));
    g_assert_cmpuint(images->len, ==, 2);
    const BlockImage *top = &g_array_index(images, BlockImage, 0);
    g_assert_cmpuint(top->index, ==, 2);
    g_assert_cmpuint(top->allocation, ==, 4096);
    g_assert_true(top->has_image);
    g_assert_cmpuint(top->capacity, ==, 67108864);
    g_assert_cmpuint(top->stored, ==, 200704);
    g_assert_cmpuint(top->physical, ==, 262144);
    const BlockImage *below = &g_array_index(images, BlockImage, 1);
    g_assert_cmpuint(below->index, ==, 3);
    g_assert_cmpuint(below->allocation, ==, 7);
    g_assert_false(below->has_image);
    /* Without the nodes there are no sizes; without a medium no images. */
    g_autoptr(GArray) unsized = replies_block_images(entry, NULL);
    g_assert_cmpuint(unsized->len, ==, 2);
    g_assert_false(g_array_index(unsized, BlockImage, 0).has_image);
    entry = replies_find_device(json_get(stats, "return"), "ide0-1-0");
    g_autoptr(GArray) none = replies_block_images(entry, json_get(named, "return"));
    g_assert_cmpuint(none->len, ==, 0);
}

static void
test_foreign_nodes(void)
{
    static const char *const names[] = {
        "pflash0",  "libvirt-", "libvirt--format", "libvirt-x-format", "libvirt-99999999999-format",
        "libvirt-1"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(Json) entry = json_new_object();
        json_add_string(entry, "node-name", names[i]);
        g_autoptr(GArray) images = replies_block_images(entry, NULL);
        g_assert_cmpuint(g_array_index(images, BlockImage, 0).index, ==, 0);
    }
}

static void
test_errors(void)
{
    g_autoptr(Json) document = parse(
        "{\"return\":[{\"qdev\":\"a\",\"io-status\":\"ok\"},{\"qdev\":\"b\",\"io-status\":"
        "\"nospace\"},{\"qdev\":\"c\",\"io-status\":\"failed\"},{\"qdev\":\"d\",\"io-status\":7},"
        "{\"qdev\":\"e\"}]}");
    const Json *list = json_get(document, "return");
    g_assert_cmpint(replies_block_error(list, "a"), ==, BLOCK_ERROR_NONE);
    g_assert_cmpint(replies_block_error(list, "b"), ==, BLOCK_ERROR_NO_SPACE);
    g_assert_cmpint(replies_block_error(list, "c"), ==, BLOCK_ERROR_UNSPECIFIED);
    g_assert_cmpint(replies_block_error(list, "d"), ==, BLOCK_ERROR_NONE);
    g_assert_cmpint(replies_block_error(list, "e"), ==, BLOCK_ERROR_NONE);
    g_assert_cmpint(replies_block_error(list, "f"), ==, BLOCK_ERROR_NONE);
}

static const BalloonRow *
row_of(const char *name)
{
    for (size_t i = 0; i < BALLOON_ROWS; i++) {
        if (g_str_equal(replies_balloon_rows[i].name, name))
            return &replies_balloon_rows[i];
    }
    g_assert_not_reached();
}

static void
test_balloon(void)
{
    g_autoptr(Json) reply = parse(
        "{\"stats\":{\"stat-free-memory\":62898176,\"stat-minor-faults\":1590,"
        "\"stat-total-memory\":18446744073709551615,\"stat-swap-in\":-1,\"stat-swap-out\":\"0\"},"
        "\"last-update\":1795657163}");
    uint64_t value = 0;
    g_assert_true(replies_balloon_value(reply, row_of("unused"), &value));
    g_assert_cmpuint(value, ==, 61424);
    g_assert_true(replies_balloon_value(reply, row_of("minor_fault"), &value));
    g_assert_cmpuint(value, ==, 1590);
    static const char *const untold[] = {"available", "swap_in", "swap_out", "usable"};
    for (size_t i = 0; i < G_N_ELEMENTS(untold); i++)
        g_assert_false(replies_balloon_value(reply, row_of(untold[i]), &value));
    g_assert_true(replies_balloon_updated(reply, &value));
    g_assert_cmpuint(value, ==, 1795657163);
    g_assert_false(replies_balloon_updated(NULL, &value));
    g_assert_false(replies_balloon_value(NULL, row_of("unused"), &value));
}

static void
test_iothreads(void)
{
    g_autoptr(Json) document = parse(
        "{\"return\":[{\"id\":\"iothread2\",\"thread-id\":1,\"poll-max-ns\":32768,\"poll-grow\":0,"
        "\"poll-shrink\":0},{\"id\":\"iothread1\",\"poll-max-ns\":1,\"poll-grow\":2,"
        "\"poll-shrink\":3},{\"id\":\"mine\",\"poll-max-ns\":1,\"poll-grow\":2,\"poll-shrink\":3},"
        "{\"id\":\"iothread3\",\"poll-max-ns\":\"1\"},{\"id\":7},[]]}");
    g_autoptr(GArray) found = replies_iothreads(json_get(document, "return"));
    g_assert_cmpuint(found->len, ==, 2);
    g_assert_cmpuint(g_array_index(found, IoThreadPolling, 0).id, ==, 1);
    g_assert_cmpint(g_array_index(found, IoThreadPolling, 0).poll_shrink, ==, 3);
    g_assert_cmpint(g_array_index(found, IoThreadPolling, 1).poll_max_ns, ==, 32768);
}

static void
test_dirty_rate(void)
{
    DirtyRate rate = {0};
    g_autoptr(Json) measured = parse(
        "{\"status\":\"measured\",\"start-time\":9,\"calc-time\":1,\"mode\":\"page-sampling\","
        "\"dirty-rate\":12}");
    g_assert_true(replies_dirty_rate(measured, &rate));
    g_assert_cmpint(rate.status, ==, 2);
    g_assert_cmpint(rate.mib_per_second, ==, 12);
    g_assert_true(rate.has_rate);
    static const char *const bad[] = {
        "{}", "{\"status\":\"unstarted\",\"start-time\":0,\"calc-time\":0}",
        "{\"status\":\"odd\",\"start-time\":0,\"calc-time\":0,\"mode\":\"m\"}",
        "{\"status\":\"unstarted\",\"start-time\":0,\"calc-time\":-1,\"mode\":\"m\"}",
        "{\"status\":\"unstarted\",\"start-time\":\"0\",\"calc-time\":0,\"mode\":\"m\"}"};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(Json) reply = parse(bad[i]);
        g_assert_false(replies_dirty_rate(reply, &rate));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replies/counters", test_counters);
    g_test_add_func("/replies/images", test_images);
    g_test_add_func("/replies/foreign-nodes", test_foreign_nodes);
    g_test_add_func("/replies/errors", test_errors);
    g_test_add_func("/replies/balloon", test_balloon);
    g_test_add_func("/replies/iothreads", test_iothreads);
    g_test_add_func("/replies/dirty-rate", test_dirty_rate);
    return g_test_run();
}
