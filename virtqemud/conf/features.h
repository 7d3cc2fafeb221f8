/*
 * features — <features>: what the machine offers to its kernel.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/switches.h"

typedef enum { HYPERV_CUSTOM = 1, HYPERV_PASSTHROUGH } HypervMode;
typedef enum { IOAPIC_KVM = 1, IOAPIC_QEMU } IoapicDriver;

/* Hyper-V's enlightenments. */
typedef struct {
    HypervMode mode;
    Switch relaxed, vapic, spinlocks, vpindex, runtime, synic, stimer, stimer_direct, reset;
    uint32_t spinlock_retries;
    Switch has_vendor_id;
    const char *vendor_id;
    Switch frequencies, reenlightenment, tlbflush, ipi, evmcs, avic;
    const ConfExtra *extra;
} Hyperv;

typedef struct {
    Switch hidden, hint_dedicated, poll_control, pv_ipi, dirty_ring;
    uint32_t dirty_ring_size;
    const ConfExtra *extra;
} KvmFeatures;

typedef struct {
    bool acpi;
    bool apic;
    Switch apic_eoi;
    bool pae;
    bool hap;
    Switch hap_state;
    bool viridian;
    bool privnet;
    Hyperv *hyperv;
    KvmFeatures *kvm;
    Switch pvspinlock;
    Switch pmu;
    Switch vmport;
    bool smm;
    Switch smm_state; /* absent, but smm: on */
    const char *smm_tseg_unit;
    OptU64 smm_tseg; /* in that unit; none: bytes */
    IoapicDriver ioapic;
    bool vmcoreinfo;
    Switch vmcoreinfo_state; /* absent, but vmcoreinfo: on */
    uint64_t tcg_tb_cache_kib;
    const ConfExtra *extra;
} Features;

extern const ConfType features_conf;
