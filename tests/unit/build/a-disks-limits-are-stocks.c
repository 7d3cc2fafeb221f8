/*
 * A disk's limits go to the monitor as a stock daemon sends them, to the device that has the block
 * nodes; a drive without medium has none.
 */
#include "tests/unit/build/guest.h"
#include "virtqemud/build/devices.h"

typedef struct {
    const char *disk; /* target, bus, and what is inside */
    const char *sent; /* as recorded; NULL: nothing */
} Row;

#define FILE "<source file='/a'/>"
#define RATES(bytes, operations)                                                                   \
    "<iotune><read_bytes_sec>" bytes "</read_bytes_sec><write_iops_sec>" operations                \
    "</write_iops_sec></iotune>"
#define SENT(id, bytes, operations)                                                                \
    "{\"id\":\"" id "\",\"bps\":0,\"bps_rd\":" bytes                                               \
    ",\"bps_wr\":0,\"iops\":0,\"iops_rd\":0,\"iops_wr\":" operations                               \
    ",\"bps_max\":0,\"bps_rd_max\":0,\"bps_wr_max\":0,\"iops_max\":0,\"iops_rd_max\":0,"           \
    "\"iops_wr_max\":0,\"iops_size\":0}"

static const Row rows[] = {
    {FILE "<target dev='vda' bus='virtio'/>" RATES("10000", "100") "<alias name='virtio-disk0'/>",
     SENT("/machine/peripheral/virtio-disk0/virtio-backend", "10000", "100")},
    {FILE "<target dev='hda' bus='ide'/>" RATES("10001", "101") "<alias name='ide0-0-0'/>",
     SENT("ide0-0-0", "10001", "101")},
    {FILE "<target dev='sdb' bus='usb'/>" RATES("10003", "103") "<alias name='usb-disk1'/>",
     SENT("/machine/peripheral/usb-disk1/usb-disk1.0/legacy[0]", "10003", "103")},
    {FILE "<target dev='vdb' bus='virtio'/><iotune><total_bytes_sec>1000</total_bytes_sec>"
          "<total_bytes_sec_max>2000</total_bytes_sec_max>"
          "<total_bytes_sec_max_length>4</total_bytes_sec_max_length>"
          "<total_iops_sec>100</total_iops_sec><size_iops_sec>8192</size_iops_sec>"
          "<group_name>g</group_name></iotune><alias name='virtio-disk1'/>",
     "{\"id\":\"/machine/peripheral/virtio-disk1/virtio-backend\",\"bps\":1000,\"bps_rd\":0,"
     "\"bps_wr\":0,\"iops\":100,\"iops_rd\":0,\"iops_wr\":0,\"bps_max\":2000,\"bps_rd_max\":0,"
     "\"bps_wr_max\":0,\"iops_max\":0,\"iops_rd_max\":0,\"iops_wr_max\":0,\"iops_size\":8192,"
     "\"group\":\"g\",\"bps_max_length\":4}"},
    {"<target dev='hdc' bus='ide'/>" RATES("1", "1") "<alias name='ide0-1-0'/>", NULL},
    {FILE "<target dev='vdc' bus='virtio'/><alias name='virtio-disk2'/>", NULL},
};

static void
test_limits(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *piece = g_strdup_printf(
            "<disk type='file' device='%s'>%s</disk>",
            strstr(rows[i].disk, "<source") != NULL ? "disk" : "cdrom", rows[i].disk);
        g_autoptr(DomainDef) def = guest_with("least-pc", "</devices>", piece);
        g_autoptr(Json) arguments = build_throttle(def->devices.disks.items[0]);
        g_autofree char *sent = arguments != NULL ? json_print(arguments) : NULL;
        g_assert_cmpstr(sent, ==, rows[i].sent);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/build/a-disks-limits-are-stocks", test_limits);
    return g_test_run();
}
