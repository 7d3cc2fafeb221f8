/*
 * features — see features.h. https://libvirt.org/formatdomain.html#hypervisor-features
 */
#include "virtqemud/conf/features.h"

#include <string.h>

#include "common/conf/fields.h"

enum { VENDOR_ID_LENGTH = 12 };

static bool
is_vendor_id(const char *text)
{
    return strlen(text) <= VENDOR_ID_LENGTH && strchr(text, ',') == NULL;
}

static const ConfPattern vendor_id = {"up to 12 characters without a comma", "[^,]{0,12}",
                                      is_vendor_id};

/* clang-format off */
static const ConfEnumItem hyperv_items[] = {
    {"custom", HYPERV_CUSTOM, "Those that are told."},
    {"passthrough", HYPERV_PASSTHROUGH, "All that the host has."},
};
static const ConfEnum hyperv_mode_enum = CONF_ENUM_OF("hyperv_mode", hyperv_items);

static const ConfEnumItem ioapic_items[] = {
    {"kvm", IOAPIC_KVM, "In the kernel."}, {"qemu", IOAPIC_QEMU, "In QEMU."},
};
static const ConfEnum ioapic_enum = CONF_ENUM_OF("ioapic_driver", ioapic_items);

#define STATE(T, m, name)                                                                          \
    SUB_ENUM(T, m, name "/@state", on_off_enum, REQUIRED_INSIDE | GUEST_ABI,                       \
             "Whether it is offered.")
#define STATE_OR_ON(T, m, name)                                                                    \
    SUB_ENUM(T, m, name "/@state", on_off_enum, GUEST_ABI, "Whether it is offered.")

static const ConfField hyperv_rows[] = {
    ATTR_ENUM(Hyperv, mode, "mode", hyperv_mode_enum, DERIVED | GUEST_ABI, "Which."),
    STATE(Hyperv, relaxed, "relaxed"),
    STATE(Hyperv, vapic, "vapic"),
    STATE(Hyperv, spinlocks, "spinlocks"),
    SUB_NUM(Hyperv, spinlock_retries, "spinlocks/@retries", 4095, UINT32_MAX, GUEST_ABI,
            "Tries before the guest tells."),
    STATE(Hyperv, vpindex, "vpindex"),
    STATE(Hyperv, runtime, "runtime"),
    STATE(Hyperv, synic, "synic"),
    STATE(Hyperv, stimer, "stimer"),
    SUB_ENUM(Hyperv, stimer_direct, "stimer/direct/@state", on_off_enum, REQUIRED_INSIDE |
             GUEST_ABI, "Without the synthetic interrupt controller."),
    STATE(Hyperv, reset, "reset"),
    STATE(Hyperv, has_vendor_id, "vendor_id"),
    SUB_STR(Hyperv, vendor_id, "vendor_id/@value", &vendor_id, GUEST_ABI, "What is shown."),
    STATE(Hyperv, frequencies, "frequencies"),
    STATE(Hyperv, reenlightenment, "reenlightenment"),
    STATE(Hyperv, tlbflush, "tlbflush"),
    STATE(Hyperv, ipi, "ipi"),
    STATE(Hyperv, evmcs, "evmcs"),
    STATE(Hyperv, avic, "avic"),
    EXTRA(Hyperv, extra, NULL),
    END};
static const ConfType hyperv_conf = CONF_TYPE(Hyperv, "hyperv", hyperv_rows, NULL);

static const ConfField kvm_rows[] = {
    STATE(KvmFeatures, hidden, "hidden"),
    STATE(KvmFeatures, hint_dedicated, "hint-dedicated"),
    STATE(KvmFeatures, poll_control, "poll-control"),
    STATE(KvmFeatures, pv_ipi, "pv-ipi"),
    STATE(KvmFeatures, dirty_ring, "dirty-ring"),
    SUB_NUM(KvmFeatures, dirty_ring_size, "dirty-ring/@size", 1024, 65536, OPTIONAL,
            "Pages that it holds; a power of two."),
    EXTRA(KvmFeatures, extra, NULL),
    END};
static const ConfType kvm_conf = CONF_TYPE(KvmFeatures, "kvm", kvm_rows, NULL);

static const ConfField features_rows[] = {
    FLAG(Features, acpi, "acpi", "ACPI: needed for a graceful shutdown."),
    FLAG(Features, apic, "apic", "Programmable interrupts."),
    SUB_ENUM(Features, apic_eoi, "apic/@eoi", on_off_enum, GUEST_ABI, "Cheap end of interrupt."),
    FLAG(Features, pae, "pae", "More than 4 GiB for 32-bit guests."),
    FLAG(Features, hap, "hap", "Paging by the processor."),
    SUB_ENUM(Features, hap_state, "hap/@state", on_off_enum, OPTIONAL, "Whether it is used."),
    FLAG(Features, viridian, "viridian", "Hyper-V's interface."),
    FLAG(Features, privnet, "privnet", "A network of its own."),
    SUB_TABLE_PTR(Features, hyperv, "hyperv", Hyperv, hyperv_conf, GUEST_ABI, "Hyper-V."),
    SUB_TABLE_PTR(Features, kvm, "kvm", KvmFeatures, kvm_conf, GUEST_ABI, "KVM."),
    EXTRA(Features, extra, "xen"),
    STATE_OR_ON(Features, pvspinlock, "pvspinlock"),
    STATE_OR_ON(Features, pmu, "pmu"),
    STATE_OR_ON(Features, vmport, "vmport"),
    EXTRA(Features, extra, "gic"),
    FLAG(Features, smm, "smm", "System management mode."),
    SUB_ENUM(Features, smm_state, "smm/@state", on_off_enum, GUEST_ABI, "Absent: on."),
    SUB_STR(Features, smm_tseg_unit, "smm/tseg/@unit", NULL, OPTIONAL, "Unit of the size."),
    SUB_NUM(Features, smm_tseg, "smm/tseg", 0, UINT64_MAX, GUEST_ABI, "Size of its memory."),
    SUB_ENUM(Features, ioapic, "ioapic/@driver", ioapic_enum, SCHEMA_REQUIRED | GUEST_ABI,
             "Where the I/O APIC is."),
    EXTRA(Features, extra, "hpt htm nested-hv"),
    FLAG(Features, vmcoreinfo, "vmcoreinfo", "The guest describes its memory for core dumps."),
    SUB_ENUM(Features, vmcoreinfo_state, "vmcoreinfo/@state", on_off_enum, GUEST_ABI,
             "Absent: on."),
    EXTRA(Features, extra, "msrs ccf-assist cfpc sbbc ibs"),
    SUB_SIZE(Features, tcg_tb_cache_kib, "tcg/tb-cache", OPTIONAL, "Memory for translated code."),
    EXTRA(Features, extra, NULL),
    END};
/* clang-format on */
const ConfType features_conf = CONF_TYPE(Features, "features", features_rows, NULL);
