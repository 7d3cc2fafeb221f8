/*
 * traffic-is-counted-from-the-guests-side — the lines of /proc/net/dev: the device with exactly
 * this name; what a tap sent is what the guest received.
 */
#include <string.h>

#include "virtqemud/vm/sample.h"

static const char text[] =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 1000 10 0 0 0 0 0 0 1000 10 0 0 0 0 0 0\n"
    "vnet10: 99 98 97 96 0 0 0 0 95 94 93 92 0 0 0 0\n"
    " vnet1: 1 2 3 4 5 6 7 8 11 12 13 14 15 16 17 18\n"
    "br-a.7:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
    "short: 1 2 3\n"
    "  bad: 1 2 3 4 5 6 7 8 9 x 11 12 13 14 15 16\n"
    " long: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n";

static void
test_lines(void)
{
    SampleTraffic traffic = {0};
    g_assert_true(sample_traffic(text, "vnet1", &traffic));
    g_assert_cmpuint(traffic.rx_bytes, ==, 1);
    g_assert_cmpuint(traffic.rx_packets, ==, 2);
    g_assert_cmpuint(traffic.rx_errors, ==, 3);
    g_assert_cmpuint(traffic.rx_dropped, ==, 4);
    g_assert_cmpuint(traffic.tx_bytes, ==, 11);
    g_assert_cmpuint(traffic.tx_packets, ==, 12);
    g_assert_cmpuint(traffic.tx_errors, ==, 13);
    g_assert_cmpuint(traffic.tx_dropped, ==, 14);
    g_assert_true(sample_traffic(text, "br-a.7", &traffic));
    g_assert_cmpuint(traffic.rx_bytes, ==, UINT64_MAX);
}

static void
test_no_such_device(void)
{
    SampleTraffic traffic;
    static const char *const names[] = {"vnet", "vnet2", "net1", "short",
                                        "bad",  "long",  "",     "face"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_false(sample_traffic(text, names[i], &traffic));
    g_assert_false(sample_traffic("", "lo", &traffic));
}

static void
test_sides(void)
{
    SampleTraffic traffic;
    Interface tap = {.type = INTERFACE_BRIDGE, .target = "vnet1"};
    Interface direct = {.type = INTERFACE_DIRECT, .target = "vnet1"};
    Interface user = {.type = INTERFACE_USER};
    g_assert_true(sample_interface(text, &tap, &traffic));
    g_assert_cmpuint(traffic.rx_bytes, ==, 11);
    g_assert_cmpuint(traffic.rx_dropped, ==, 14);
    g_assert_cmpuint(traffic.tx_packets, ==, 2);
    g_assert_true(sample_interface(text, &direct, &traffic));
    g_assert_cmpuint(traffic.rx_bytes, ==, 1);
    g_assert_false(sample_interface(text, &user, &traffic));
    g_assert_false(sample_interface(NULL, &tap, &traffic));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/traffic/lines", test_lines);
    g_test_add_func("/traffic/no-such-device", test_no_such_device);
    g_test_add_func("/traffic/sides", test_sides);
    return g_test_run();
}
