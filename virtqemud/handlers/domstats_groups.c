/*
 * domstats_groups — see domstats.h: each group of figures but "block". Names, types and order are
 * those that libvirt documents for virConnectGetAllDomainStats. What is not known is left out.
 */
#include "virtqemud/handlers/balloon.h"
#include "virtqemud/handlers/domstats.h"
#include "virtqemud/vm/kvm_replies.h"
#include "virtqemud/vm/replies.h"

/* virVcpuState */
enum { VCPU_RUNNING = 1 };

const Json *
domstats_reply(const DomStats *stats, size_t number)
{
    return number != DOMSTATS_NOT_ASKED ? query_reply(stats->query, number) : NULL;
}

static void
fill_state(DomStats *stats)
{
    params_int(&stats->params, (int32_t)stats->item->view->state, "state.state");
    params_int(&stats->params, stats->item->view->reason, "state.reason");
}

/* Only KVM polls before a processor sleeps. */
static void
fill_haltpoll(DomStats *stats)
{
    const Json *reply = domstats_reply(stats, stats->item->kvm_vcpus);
    gboolean is_kvm = stats->def->type == DOMAIN_KVM;
    uint64_t success_ns = 0, fail_ns = 0;
    if (is_kvm && (!kvm_sum_of_vcpus(reply, "halt_poll_success_ns", &success_ns) ||
                   !kvm_sum_of_vcpus(reply, "halt_poll_fail_ns", &fail_ns)))
        return;
    params_ullong(&stats->params, success_ns, "cpu.haltpoll.success.time");
    params_ullong(&stats->params, fail_ns, "cpu.haltpoll.fail.time");
}

static void
fill_cpu(DomStats *stats)
{
    SampleCpu cpu;
    if (!sample_cpu(stats->driver, stats->item->view, stats->process, &cpu))
        return;
    params_ullong(&stats->params, cpu.total_ns, "cpu.time");
    params_ullong(&stats->params, cpu.user_ns, "cpu.user");
    params_ullong(&stats->params, cpu.system_ns, "cpu.system");
    /* No monitors of caches are made. */
    params_uint(&stats->params, 0, "cpu.cache.monitor.count");
    fill_haltpoll(stats);
}

static void
fill_guest_memory(DomStats *stats, const Json *reply)
{
    uint64_t value;
    for (size_t i = 0; i < BALLOON_ROWS; i++) {
        const BalloonRow *row = &replies_balloon_rows[i];
        if (i == BALLOON_BEFORE_UPDATE && replies_balloon_updated(reply, &value))
            params_ullong(&stats->params, value, "balloon.last-update");
        if (replies_balloon_value(reply, row, &value))
            params_ullong(&stats->params, value, "balloon.%s", row->name);
    }
}

static void
fill_balloon(DomStats *stats)
{
    ProcStat stat;
    params_ullong(&stats->params, vm_view_balloon_kib(stats->item->view), "balloon.current");
    params_ullong(&stats->params, stats->def->memory_kib, "balloon.maximum");
    if (stats->process < 0)
        return;
    fill_guest_memory(stats, domstats_reply(stats, stats->item->balloon));
    if (proc_read_stat(stats->process, &stat))
        params_ullong(&stats->params, stat.rss_kib, "balloon.rss");
}

/* `prefix` is "vm" or "vcpu.NUMBER". */
static void
fill_kvm(DomStats *stats, const char *target, const Json *counted, const char *prefix)
{
    g_autoptr(GArray) figures =
        kvm_figures(domstats_reply(stats, stats->item->kvm_schemas), target, counted);
    for (guint i = 0; i < figures->len; i++) {
        const KvmFigure *figure = &g_array_index(figures, KvmFigure, i);
        if (figure->is_boolean)
            params_bool(&stats->params, figure->value != 0, "%s.%s.%s", prefix, figure->name,
                        figure->suffix);
        else
            params_ullong(&stats->params, figure->value, "%s.%s.%s", prefix, figure->name,
                          figure->suffix);
    }
}

static void
fill_vm(DomStats *stats)
{
    fill_kvm(stats, "vm", kvm_stats_of_vm(domstats_reply(stats, stats->item->kvm_vm)), "vm");
}

static void
fill_vcpu(DomStats *stats, uint32_t number, int32_t tid)
{
    ProcStat stat;
    uint64_t delay_ns, wait_ns;
    if (!proc_read_thread_stat(stats->process, tid, &stat))
        return;
    params_int(&stats->params, VCPU_RUNNING, "vcpu.%u.state", number);
    params_ullong(&stats->params, stat.user_ns + stat.system_ns, "vcpu.%u.time", number);
    if (!proc_read_thread_wait(stats->process, tid, &wait_ns))
        wait_ns = 0; /* the kernel was made without it, or does not count now */
    params_ullong(&stats->params, wait_ns, "vcpu.%u.wait", number);
    if (proc_read_thread_delay(stats->process, tid, &delay_ns))
        params_ullong(&stats->params, delay_ns, "vcpu.%u.delay", number);
    g_autofree char *prefix = g_strdup_printf("vcpu.%u", number);
    const Json *counted = kvm_stats_of_vcpu(domstats_reply(stats, stats->item->kvm_vcpus),
                                            domstats_reply(stats, stats->item->cpus), number);
    fill_kvm(stats, "vcpu", counted, prefix);
}

static void
fill_vcpus(DomStats *stats)
{
    params_uint(&stats->params, sample_vcpus(stats->def), "vcpu.current");
    params_uint(&stats->params, stats->def->vcpus, "vcpu.maximum");
    if (stats->process < 0)
        return;
    g_autoptr(GArray) threads = proc_threads(stats->process);
    for (guint i = 0; i < threads->len; i++) {
        const ProcThread *thread = &g_array_index(threads, ProcThread, i);
        if (thread->kind == PROC_VCPU_THREAD)
            fill_vcpu(stats, thread->number, thread->tid);
    }
}

static void
fill_interface(DomStats *stats, size_t number, const Interface *interface)
{
    SampleTraffic traffic;
    Params *params = &stats->params;
    if (interface->target == NULL)
        return;
    params_text(params, interface->target, "net.%zu.name", number);
    if (!sample_interface(stats->traffic, interface, &traffic))
        return;
    params_ullong(params, traffic.rx_bytes, "net.%zu.rx.bytes", number);
    params_ullong(params, traffic.rx_packets, "net.%zu.rx.pkts", number);
    params_ullong(params, traffic.rx_errors, "net.%zu.rx.errs", number);
    params_ullong(params, traffic.rx_dropped, "net.%zu.rx.drop", number);
    params_ullong(params, traffic.tx_bytes, "net.%zu.tx.bytes", number);
    params_ullong(params, traffic.tx_packets, "net.%zu.tx.pkts", number);
    params_ullong(params, traffic.tx_errors, "net.%zu.tx.errs", number);
    params_ullong(params, traffic.tx_dropped, "net.%zu.tx.drop", number);
}

static void
fill_interfaces(DomStats *stats)
{
    const Devices *devices = &stats->def->devices;
    if (stats->process < 0)
        return;
    params_uint(&stats->params, (uint32_t)devices->interfaces.n, "net.count");
    for (size_t i = 0; i < devices->interfaces.n; i++)
        fill_interface(stats, i, devices->interfaces.items[i]);
}

static void
fill_iothreads(DomStats *stats)
{
    g_autoptr(GArray) found = replies_iothreads(domstats_reply(stats, stats->item->iothreads));
    if (found->len == 0)
        return;
    params_uint(&stats->params, found->len, "iothread.count");
    for (guint i = 0; i < found->len; i++) {
        const IoThreadPolling *polling = &g_array_index(found, IoThreadPolling, i);
        params_ullong(&stats->params, (uint64_t)polling->poll_max_ns, "iothread.%u.poll-max-ns",
                      polling->id);
        params_uint(&stats->params, (uint32_t)polling->poll_grow, "iothread.%u.poll-grow",
                    polling->id);
        params_uint(&stats->params, (uint32_t)polling->poll_shrink, "iothread.%u.poll-shrink",
                    polling->id);
    }
}

static void
fill_dirty_rate(DomStats *stats)
{
    DirtyRate rate;
    if (!replies_dirty_rate(domstats_reply(stats, stats->item->dirty_rate), &rate))
        return;
    params_int(&stats->params, rate.status, "dirtyrate.calc_status");
    params_llong(&stats->params, rate.start_s, "dirtyrate.calc_start_time");
    params_int(&stats->params, rate.period_s, "dirtyrate.calc_period");
    params_text(&stats->params, rate.mode, "dirtyrate.calc_mode");
    if (rate.has_rate)
        params_llong(&stats->params, rate.mib_per_second, "dirtyrate.megabytes_per_second");
}

void
domstats_fill(DomStats *stats, uint32_t groups)
{
    static const struct {
        uint32_t group;
        void (*fill)(DomStats *stats);
    } rows[] = {
        {STATS_STATE, fill_state},
        {STATS_CPU, fill_cpu},
        {STATS_BALLOON, fill_balloon},
        {STATS_VCPU, fill_vcpus},
        {STATS_INTERFACE, fill_interfaces},
        {STATS_BLOCK, domstats_fill_blocks},
        {STATS_IOTHREAD, fill_iothreads},
        {STATS_DIRTY_RATE, fill_dirty_rate},
        {STATS_VM, fill_vm},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if ((groups & rows[i].group) != 0)
            rows[i].fill(stats);
    }
}
