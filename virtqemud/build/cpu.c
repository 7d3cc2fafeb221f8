/*
 * cpu — <cpu>, and what <features> and <clock> say about the processor, as QEMU's "-cpu": a model
 * and what differs from it.
 *
 * https://www.qemu.org/docs/master/system/qemu-cpu-models.html,
 * https://www.qemu.org/docs/master/system/i386/hyperv.html
 */
#include <inttypes.h>
#include <string.h>

#include "virtqemud/build/machine.h"
#include "virtqemud/caps/cpu_features.h"

typedef struct {
    size_t offset; /* of a Switch */
    const char *property;
} SwitchRow;

#define HYPERV_ROW(member, property)                                                               \
    {                                                                                              \
        offsetof(Hyperv, member), property                                                         \
    }
static const SwitchRow hyperv_rows[] = {
    HYPERV_ROW(relaxed, "hv-relaxed"),
    HYPERV_ROW(vapic, "hv-vapic"),
    HYPERV_ROW(spinlocks, "hv-spinlocks"),
    HYPERV_ROW(vpindex, "hv-vpindex"),
    HYPERV_ROW(runtime, "hv-runtime"),
    HYPERV_ROW(synic, "hv-synic"),
    HYPERV_ROW(stimer, "hv-stimer"),
    HYPERV_ROW(stimer_direct, "hv-stimer-direct"),
    HYPERV_ROW(reset, "hv-reset"),
    HYPERV_ROW(has_vendor_id, "hv-vendor-id"),
    HYPERV_ROW(frequencies, "hv-frequencies"),
    HYPERV_ROW(reenlightenment, "hv-reenlightenment"),
    HYPERV_ROW(tlbflush, "hv-tlbflush"),
    HYPERV_ROW(ipi, "hv-ipi"),
    HYPERV_ROW(evmcs, "hv-evmcs"),
    HYPERV_ROW(avic, "hv-avic"),
};

static const char *
model_of(const Cpu *cpu)
{
    switch (cpu->mode) {
    case CPU_HOST_PASSTHROUGH:
        return "host";
    case CPU_MAXIMUM:
        return "max";
    default:
        return cpu->model;
    }
}

static void
append_switch(GString *text, const char *name, gboolean is_on)
{
    g_string_append_printf(text, ",%s=%s", name, is_on ? "on" : "off");
}

static void
append_feature(GString *text, const CpuFeature *feature)
{
    append_switch(text, cpu_feature_qemu_name(feature->name),
                  feature->policy != CPU_FEATURE_DISABLE && feature->policy != CPU_FEATURE_FORBID);
}

static void
append_timers(GString *text, const Clock *clock)
{
    for (size_t i = 0; i < clock->timers.n; i++) {
        const ClockTimer *timer = clock->timers.items[i];
        if (timer->name == TIMER_KVMCLOCK && timer->present != SWITCH_ABSENT)
            append_switch(text, "kvmclock", timer->present == SWITCH_ON);
        if (timer->name == TIMER_HYPERVCLOCK && timer->present == SWITCH_ON)
            append_switch(text, "hv-time", TRUE);
        if (timer->name == TIMER_TSC && timer->frequency_hz != 0)
            g_string_append_printf(text, ",tsc-frequency=%" PRIu64, timer->frequency_hz);
    }
}

/* One that is on; some have a value instead. */
static void
append_enlightenment(GString *text, const Hyperv *hyperv, const char *property)
{
    if (strcmp(property, "hv-spinlocks") == 0)
        g_string_append_printf(text, ",%s=0x%x", property, hyperv->spinlock_retries);
    else if (strcmp(property, "hv-vendor-id") == 0)
        args_append(text, property, hyperv->vendor_id);
    else
        append_switch(text, property, TRUE);
}

static void
append_hyperv(GString *text, const Hyperv *hyperv)
{
    if (hyperv == NULL)
        return;
    if (hyperv->mode == HYPERV_PASSTHROUGH)
        append_switch(text, "hv-passthrough", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(hyperv_rows); i++) {
        const Switch *value = (const void *)((const char *)hyperv + hyperv_rows[i].offset);
        if (*value == SWITCH_ON)
            append_enlightenment(text, hyperv, hyperv_rows[i].property);
    }
}

static void
append_features(GString *text, const Features *features)
{
    const KvmFeatures *kvm = features->kvm;
    if (features->apic_eoi != SWITCH_ABSENT)
        append_switch(text, "kvm-pv-eoi", features->apic_eoi == SWITCH_ON);
    if (features->pvspinlock != SWITCH_ABSENT)
        append_switch(text, "kvm-pv-unhalt", features->pvspinlock == SWITCH_ON);
    append_hyperv(text, features->hyperv);
    if (kvm != NULL && kvm->hidden == SWITCH_ON)
        append_switch(text, "kvm", FALSE);
    if (kvm != NULL && kvm->hint_dedicated == SWITCH_ON)
        append_switch(text, "kvm-hint-dedicated", TRUE);
    if (kvm != NULL && kvm->poll_control == SWITCH_ON)
        append_switch(text, "kvm-poll-control", TRUE);
    /* On is QEMU's choice. */
    if (kvm != NULL && kvm->pv_ipi == SWITCH_OFF)
        append_switch(text, "kvm-pv-ipi", FALSE);
    if (features->pmu != SWITCH_ABSENT)
        append_switch(text, "pmu", features->pmu == SWITCH_ON);
}

static void
append_cache(GString *text, const Cpu *cpu)
{
    switch (cpu->cache_mode) {
    case CPU_CACHE_EMULATE:
        g_string_append(text, ",l3-cache=on,host-cache-info=off");
        break;
    case CPU_CACHE_PASSTHROUGH:
        g_string_append(text, ",host-cache-info=on,l3-cache=off");
        break;
    case CPU_CACHE_DISABLE:
        g_string_append(text, ",host-cache-info=off,l3-cache=off");
        break;
    }
}

static void
append_address(GString *text, const Cpu *cpu)
{
    if (cpu->address_mode == CPU_ADDRESS_PASSTHROUGH)
        append_switch(text, "host-phys-bits", TRUE);
    else if (cpu->address_bits != 0)
        g_string_append_printf(text, ",phys-bits=%u", cpu->address_bits);
}

void
cpu_add(Args *args, const DomainDef *def)
{
    static const Cpu none;
    const Cpu *cpu = def->cpu != NULL ? def->cpu : &none;
    const char *model = model_of(cpu);
    /* As a stock daemon: emulated, and without a word about the model. */
    g_autoptr(GString) text = g_string_new(model != NULL ? model : "qemu64");
    if ((cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM) &&
        cpu->migratable != SWITCH_ABSENT)
        append_switch(text, "migratable", cpu->migratable == SWITCH_ON);
    args_append(text, "vendor", cpu->vendor_id);
    for (size_t i = 0; i < cpu->features.n; i++)
        append_feature(text, cpu->features.items[i]);
    append_timers(text, &def->clock);
    append_features(text, &def->features);
    append_cache(text, cpu);
    append_address(text, cpu);
    args_option(args, "-cpu", text->str);
}
