/*
 * domain — the definition of a guest: <domain> and all below it.
 *
 * A DomainDef is its own arena and is freed as one. It is not changed once it was published: a
 * change is made on a copy. Reading fills in no defaults; domain_def_fill_defaults() does, for
 * documents of users, and never for stored ones. Pure; any thread.
 */
#pragma once

#include "common/conf/conf.h"
#include "common/conf/format.h"
#include "common/conf/xml_ids.h"
#include "virtqemud/conf/clock.h"
#include "virtqemud/conf/cpu.h"
#include "virtqemud/conf/devices.h"
#include "virtqemud/conf/features.h"
#include "virtqemud/conf/os.h"
#include "virtqemud/conf/passthrough.h"
#include "virtqemud/conf/seclabel.h"
#include "virtqemud/conf/sysinfo.h"
#include "virtqemud/conf/tuning.h"

typedef enum {
    DOMAIN_QEMU = 1, /* emulated */
    DOMAIN_KQEMU,
    DOMAIN_KVM,
    DOMAIN_XEN,
    DOMAIN_LXC,
    DOMAIN_UML,
    DOMAIN_OPENVZ,
    DOMAIN_TEST,
    DOMAIN_VMWARE,
    DOMAIN_HYPERV,
    DOMAIN_VBOX,
    DOMAIN_PHYP,
    DOMAIN_VZ,
    DOMAIN_BHYVE,
    DOMAIN_HVF
} DomainType;
typedef enum {
    ON_EVENT_DESTROY = 1,
    ON_EVENT_RESTART,
    ON_EVENT_RENAME_RESTART,
    ON_EVENT_PRESERVE,
    ON_EVENT_COREDUMP_DESTROY,
    ON_EVENT_COREDUMP_RESTART
} OnEvent;
typedef enum {
    ON_LOCK_FAILURE_POWEROFF = 1,
    ON_LOCK_FAILURE_RESTART,
    ON_LOCK_FAILURE_PAUSE,
    ON_LOCK_FAILURE_IGNORE
} OnLockFailure;
typedef enum { VCPU_STATIC = 1, VCPU_AUTO } VcpuPlacement;

/* A number that the guest sees change when its state was rolled back. */
typedef struct {
    OptUuid id; /* not set: to be chosen */
} Genid;

typedef struct {
    Arena *arena;
    DomainType type;
    OptU32 id; /* of a running guest */
    const char *name;
    OptUuid uuid;
    Genid *genid;
    const char *title;
    const char *description;
    const ConfNode *metadata;
    Switch dump_core;
    uint32_t memory_slots;
    uint64_t max_memory_kib; /* with all that can be plugged; 0: no more than at boot */
    uint64_t memory_kib;
    uint64_t current_memory_kib;
    Blkiotune *blkiotune;
    Memtune *memtune;
    MemoryBacking *memory_backing;
    uint32_t vcpus;
    VcpuPlacement vcpu_placement;
    const char *vcpu_cpuset;
    uint32_t vcpus_now; /* plugged at start; 0: all */
    CONF_LIST_OF(VcpuEntry) vcpu_entries;
    uint32_t iothreads;
    CONF_LIST_OF(IothreadEntry) iothread_entries; /* of those that have more than a number */
    OptI64 main_pool_min;                         /* threads of QEMU's main loop */
    OptI64 main_pool_max;
    Cputune *cputune;
    Numatune *numatune;
    const char *partition; /* of control groups */
    Sysinfo *sysinfo;
    Os os;
    Features features;
    Cpu *cpu;
    Clock clock;
    OnEvent on_poweroff;
    OnEvent on_reboot;
    OnEvent on_crash;
    OnLockFailure on_lock_failure;
    Switch suspend_to_mem;
    Switch suspend_to_disk;
    Devices devices;
    CONF_LIST_OF(Seclabel) seclabels;
    CONF_LIST_OF(QemuArgument) qemu_arguments;
    CONF_LIST_OF(QemuVariable) qemu_variables;
    const ConfExtra *extra;
} DomainDef;

extern const ConfType domain_conf;

/*
 * Reads a document. NULL on error: VIRT_ERR_XML_ERROR or VIRT_ERR_XML_DETAIL with line and path,
 * VIRT_ERR_CONFIG_UNSUPPORTED for what is valid but not for us. Name and uuid are those that
 * xml_ids_scan() finds, or the document is refused.
 */
DomainDef *domain_def_parse(const char *xml, size_t len, const ConfContext *context,
                            GError **error);
void domain_def_free(DomainDef *def);
/* `flags` are those of common/conf/format.h. The caller frees. */
char *domain_def_format(const DomainDef *def, unsigned flags);
DomainDef *domain_def_copy(const DomainDef *def);
/* Whether the definition is of the object that the access check saw. */
gboolean domain_def_has_ids(const DomainDef *def, const XmlIds *ids);
/*
 * What follows from the definition alone: the values that stock adds to a user's document when it
 * is defined, without knowing the host. `def` is not published yet.
 */
void domain_def_fill_defaults(DomainDef *def);
/* The path of the first part that is kept as XML only, because no table describes it; a guest that
 * has any cannot be started. NULL: none. */
const char *domain_def_unsupported(const DomainDef *def);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainDef, domain_def_free)
