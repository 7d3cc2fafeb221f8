/*
 * sample — figures of a running guest that the host tells: nothing here asks QEMU or waits.
 */
#pragma once

#include "virtqemud/hostres/cgroup.h"
#include "virtqemud/vm/driver.h"
#include "virtqemud/vm/proc.h"
#include "virtqemud/vm/view.h"

/* The folder of the guest's process in /proc, which the caller closes; -1: there is none. */
int sample_process(const VmView *view);

/* The control groups of a running guest; it may have none. The caller unrefs. */
Cgroup *sample_cgroup(const Driver *driver, const VmView *view);

typedef struct {
    uint64_t total_ns, user_ns, system_ns;
} SampleCpu;

/* Processor time of the guest: of its control group, or of its process where it has none. FALSE:
 * it has ended. */
gboolean sample_cpu(const Driver *driver, const VmView *view, int process, SampleCpu *ret_cpu);

/* Counters of a network device of the host. */
typedef struct {
    uint64_t rx_bytes, rx_packets, rx_errors, rx_dropped;
    uint64_t tx_bytes, tx_packets, tx_errors, tx_dropped;
} SampleTraffic;

/* /proc/net/dev, which the caller frees; NULL: it cannot be read. */
char *sample_traffic_text(void);
/* The counters of `device` in that text; FALSE: it has no such device. Pure. */
gboolean sample_traffic(const char *text, const char *device, SampleTraffic *ret_traffic);
/* The counters of the card's device as the guest sees them: what a tap received from the guest is
 * what the guest sent. FALSE: it has no device. Pure. */
gboolean sample_interface(const char *text, const Interface *interface, SampleTraffic *ret_traffic);

/* How many processors the guest has, of those that it may have. */
uint32_t sample_vcpus(const DomainDef *def);
