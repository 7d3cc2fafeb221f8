/*
 * sample — see sample.h.
 */
#include "virtqemud/vm/sample.h"

#include <string.h>

#include "common/base/fd.h"
#include "common/base/units.h"
#include "common/host/file.h"
#include "virtqemud/conf/vcpu_list.h"

enum { TRAFFIC_MAX_BYTES = 4 * 1024 * 1024 };

int
sample_process(const VmView *view)
{
    g_autoptr(VmRun) run = vm_control_run(view->control);
    return run != NULL ? proc_open(run->pid, run->start_time) : -1;
}

Cgroup *
sample_cgroup(const Driver *driver, const VmView *view)
{
    g_autofree char *name = cgroup_name(view->head.id, view->head.name);
    return cgroup_find(driver->cgroups, name);
}

gboolean
sample_cpu(const Driver *driver, const VmView *view, int process, SampleCpu *ret_cpu)
{
    ProcStat stat;
    CgroupCpu counted;
    if (process < 0 || !proc_read_stat(process, &stat))
        return FALSE;
    g_autoptr(Cgroup) cgroup = sample_cgroup(driver, view);
    if (cgroup_read_cpu(cgroup, &counted)) {
        *ret_cpu = (SampleCpu){counted.total_ns, counted.user_ns, counted.system_ns};
        return TRUE;
    }
    *ret_cpu = (SampleCpu){stat.user_ns + stat.system_ns, stat.user_ns, stat.system_ns};
    return TRUE;
}

/* --- network devices --- */

char *
sample_traffic_text(void)
{
    auto_fd root = host_root_open(NULL);
    return root >= 0 ? host_file_text(root, "proc/net/dev", TRAFFIC_MAX_BYTES, NULL) : NULL;
}

/* Columns of /proc/net/dev: bytes packets errs drop fifo frame compressed multicast, and for
 * sending bytes packets errs drop fifo colls carrier compressed. */
enum { COLUMN_RX = 0, COLUMN_TX = 8, N_COLUMNS = 16 };

static gboolean
parse_columns(const char *text, uint64_t columns[N_COLUMNS])
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    size_t n = 0;
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (n == N_COLUMNS || !units_parse_u64(*word, UINT64_MAX, &columns[n++]))
            return FALSE;
    }
    return n == N_COLUMNS;
}

gboolean
sample_traffic(const char *text, const char *device, SampleTraffic *ret_traffic)
{
    size_t length = strlen(device);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += strspn(line, "\n ");
        if (strncmp(line, device, length) != 0 || line[length] != ':')
            continue;
        const char *from = line + length + 1;
        g_autofree char *values = g_strndup(from, strcspn(from, "\n"));
        uint64_t columns[N_COLUMNS];
        if (!parse_columns(values, columns))
            return FALSE;
        const uint64_t *rx = columns + COLUMN_RX, *tx = columns + COLUMN_TX;
        *ret_traffic = (SampleTraffic){rx[0], rx[1], rx[2], rx[3], tx[0], tx[1], tx[2], tx[3]};
        return TRUE;
    }
    return FALSE;
}

gboolean
sample_interface(const char *text, const Interface *interface, SampleTraffic *ret_traffic)
{
    SampleTraffic host;
    if (text == NULL || interface->target == NULL ||
        !sample_traffic(text, interface->target, &host))
        return FALSE;
    *ret_traffic =
        interface->type == INTERFACE_DIRECT
            ? host
            : (SampleTraffic){host.tx_bytes, host.tx_packets, host.tx_errors, host.tx_dropped,
                              host.rx_bytes, host.rx_packets, host.rx_errors, host.rx_dropped};
    return TRUE;
}

uint32_t
sample_vcpus(const DomainDef *def)
{
    return vcpu_list_plugged(def);
}
