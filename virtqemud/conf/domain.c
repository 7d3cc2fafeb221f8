/*
 * domain — see domain.h. https://libvirt.org/formatdomain.html
 */
#include "virtqemud/conf/domain.h"

#include <string.h>

#include "common/conf/copy.h"
#include "common/conf/fields.h"
#include "common/conf/parse.h"
#include "common/conf/xml_read.h"
#include "virtqemud/conf/unsupported.h"
#include "virtqemud/conf/patterns.h"
#include "virtqemud/conf/vcpu_list.h"

static bool
is_name(const char *text)
{
    return *text != '\0' && strpbrk(text, "/\n") == NULL && strcmp(text, ".") != 0 &&
           strcmp(text, "..") != 0;
}

static const ConfPattern domain_name = {"a name: not empty, without '/' and line ends", "[^/\n]+",
                                        is_name};

static bool
is_one_line(const char *text)
{
    return strchr(text, '\n') == NULL;
}

static const ConfPattern one_line = {"a single line", "[^\n]+", is_one_line};

/* clang-format off */
static const ConfEnumItem type_items[] = {
    {"qemu", DOMAIN_QEMU, "Emulated."}, {"kqemu", DOMAIN_KQEMU, "No longer exists."},
    {"kvm", DOMAIN_KVM, "Run by the processor."}, {"xen", DOMAIN_XEN, ""},
    {"lxc", DOMAIN_LXC, ""}, {"uml", DOMAIN_UML, ""}, {"openvz", DOMAIN_OPENVZ, ""},
    {"test", DOMAIN_TEST, ""}, {"vmware", DOMAIN_VMWARE, ""}, {"hyperv", DOMAIN_HYPERV, ""},
    {"vbox", DOMAIN_VBOX, ""}, {"phyp", DOMAIN_PHYP, ""}, {"vz", DOMAIN_VZ, ""},
    {"bhyve", DOMAIN_BHYVE, ""}, {"hvf", DOMAIN_HVF, "Run by the processor, on macOS."},
};
static const ConfEnum domain_type_enum = CONF_ENUM_OF("domain_type", type_items);

static const ConfEnumItem placement_items[] = {
    {"static", VCPU_STATIC, "On the processors of @cpuset."},
    {"auto", VCPU_AUTO, "Where the host's advisor says."},
};
static const ConfEnum placement_enum = CONF_ENUM_OF("vcpu_placement", placement_items);

static const ConfEnumItem stop_items[] = {
    {"destroy", ON_EVENT_DESTROY, "The guest ends."},
    {"restart", ON_EVENT_RESTART, "It starts again."},
    {"rename-restart", ON_EVENT_RENAME_RESTART, "It starts again with another name."},
    {"preserve", ON_EVENT_PRESERVE, "It stays, to be looked at."},
};
static const ConfEnum stop_enum = CONF_ENUM_OF("on_stop", stop_items);

static const ConfEnumItem crash_items[] = {
    {"destroy", ON_EVENT_DESTROY, "The guest ends."},
    {"restart", ON_EVENT_RESTART, "It starts again."},
    {"rename-restart", ON_EVENT_RENAME_RESTART, "It starts again with another name."},
    {"preserve", ON_EVENT_PRESERVE, "It stays, to be looked at."},
    {"coredump-destroy", ON_EVENT_COREDUMP_DESTROY, "A core dump, then it ends."},
    {"coredump-restart", ON_EVENT_COREDUMP_RESTART, "A core dump, then it starts again."},
};
static const ConfEnum crash_enum = CONF_ENUM_OF("on_crash", crash_items);

static const ConfEnumItem lock_failure_items[] = {
    {"poweroff", ON_LOCK_FAILURE_POWEROFF, "The guest ends."},
    {"restart", ON_LOCK_FAILURE_RESTART, "It starts again."},
    {"pause", ON_LOCK_FAILURE_PAUSE, "It is paused."},
    {"ignore", ON_LOCK_FAILURE_IGNORE, "It goes on."},
};
static const ConfEnum lock_failure_enum = CONF_ENUM_OF("on_lockfailure", lock_failure_items);

static const ConfField genid_rows[] = {
    SUB_STR(Genid, id, "", NULL, DERIVED | GUEST_ABI, "The number, as a uuid."),
    END};
static const ConfType genid_conf = CONF_TYPE(Genid, "genid", genid_rows, NULL);

#define MINUS_ONE ((uint64_t)INT64_C(-1))
static const ConfField domain_rows[] = {
    ATTR_ENUM(DomainDef, type, "type", domain_type_enum, REQUIRED | GUEST_ABI, "Hypervisor."),
    ATTR_NUM(DomainDef, id, "id", 0, INT32_MAX, INACTIVE_OMIT, "Number of a running guest."),
    TEXT(DomainDef, name, "name", &domain_name, REQUIRED, "Name, unique on the host."),
    SUB_STR(DomainDef, uuid, "uuid", NULL, DERIVED | GUEST_ABI, "Identity, unique anywhere."),
    SUB_TABLE_PTR(DomainDef, genid, "genid", Genid, genid_conf, OPTIONAL, "Generation."),
    TEXT(DomainDef, title, "title", &one_line, LIVE, "A short text for people."),
    TEXT(DomainDef, description, "description", NULL, LIVE, "A text for people."),
    RAW(DomainDef, metadata, "metadata", LIVE, "What applications want to keep here."),
    SUB_NUM(DomainDef, memory_slots, "maxMemory/@slots", 1, UINT32_MAX, REQUIRED_INSIDE | GUEST_ABI,
            "Places for more memory."),
    SUB_SIZE(DomainDef, max_memory_kib, "maxMemory", GUEST_ABI, "Most memory."),
    SUB_ENUM(DomainDef, dump_core, "memory/@dumpCore", on_off_enum, OPTIONAL,
             "Whether the guest's memory is part of QEMU's core dumps."),
    SUB_SIZE(DomainDef, memory_kib, "memory", REQUIRED | GUEST_ABI, "Memory at boot."),
    SUB_SIZE(DomainDef, current_memory_kib, "currentMemory", DERIVED | LIVE,
             "Memory that the balloon leaves."),
    SUB_TABLE_PTR(DomainDef, blkiotune, "blkiotune", Blkiotune, blkiotune_conf, LIVE, "I/O."),
    SUB_TABLE_PTR(DomainDef, memtune, "memtune", Memtune, memtune_conf, LIVE, "Memory's limits."),
    SUB_TABLE_PTR(DomainDef, memory_backing, "memoryBacking", MemoryBacking, memory_backing_conf,
                  OPTIONAL, "What memory is made of."),
    SUB_ENUM(DomainDef, vcpu_placement, "vcpu/@placement", placement_enum, DERIVED, "Where."),
    SUB_STR(DomainDef, vcpu_cpuset, "vcpu/@cpuset", &cpuset_pattern, OPTIONAL,
            "Processors of the host."),
    SUB_NUM(DomainDef, vcpus_now, "vcpu/@current", 1, 65535, LIVE, "How many are plugged."),
    SUB_NUM(DomainDef, vcpus, "vcpu", 1, 65535, DERIVED | GUEST_ABI, "Most processors."),
    LIST(DomainDef, vcpu_entries, "vcpus/vcpu", VcpuEntry, vcpu_entry_conf, "@id", LIVE,
         "Each processor."),
    SUB_NUM(DomainDef, iothreads, "iothreads", 1, UINT32_MAX, OPTIONAL, "Threads for I/O."),
    LIST(DomainDef, iothread_entries, "iothreadids/iothread", IothreadEntry, iothread_entry_conf,
         "@id", OPTIONAL, "Each thread."),
    SUB_NUM(DomainDef, main_pool_min, "defaultiothread/@thread_pool_min", MINUS_ONE, INT32_MAX,
            OPTIONAL, "Least workers of QEMU's main loop."),
    SUB_NUM(DomainDef, main_pool_max, "defaultiothread/@thread_pool_max", MINUS_ONE, INT32_MAX,
            OPTIONAL, "Most of them."),
    SUB_TABLE_PTR(DomainDef, cputune, "cputune", Cputune, cputune_conf, LIVE, "Processors."),
    SUB_TABLE_PTR(DomainDef, numatune, "numatune", Numatune, numatune_conf, OPTIONAL, "Nodes."),
    SUB_STR(DomainDef, partition, "resource/partition", NULL, OPTIONAL, "Control group."),
    SUB_TABLE_PTR(DomainDef, sysinfo, "sysinfo", Sysinfo, sysinfo_conf, GUEST_ABI, "SMBIOS."),
    EXTRA(DomainDef, extra, "bootloader bootloader_args"),
    SUB_TABLE(DomainDef, os, "os", Os, os_conf, REQUIRED, "Machine, firmware, boot."),
    EXTRA(DomainDef, extra, "idmap"),
    SUB_TABLE(DomainDef, features, "features", Features, features_conf, OPTIONAL, "Features."),
    SUB_TABLE_PTR(DomainDef, cpu, "cpu", Cpu, cpu_conf, DERIVED, "Processor."),
    SUB_TABLE(DomainDef, clock, "clock", Clock, clock_conf, DERIVED, "Time."),
    SUB_ENUM(DomainDef, on_poweroff, "on_poweroff", stop_enum, DERIVED, "When it powers off."),
    SUB_ENUM(DomainDef, on_reboot, "on_reboot", stop_enum, DERIVED, "When it reboots."),
    SUB_ENUM(DomainDef, on_crash, "on_crash", crash_enum, DERIVED, "When it crashes."),
    SUB_ENUM(DomainDef, on_lock_failure, "on_lockfailure", lock_failure_enum, OPTIONAL,
             "When its disks' locks are lost."),
    SUB_ENUM(DomainDef, suspend_to_mem, "pm/suspend-to-mem/@enabled", yes_no_enum, GUEST_ABI,
             "Whether the guest may sleep (S3)."),
    SUB_ENUM(DomainDef, suspend_to_disk, "pm/suspend-to-disk/@enabled", yes_no_enum, GUEST_ABI,
             "Whether it may hibernate (S4)."),
    EXTRA(DomainDef, extra, "perf"),
    SUB_TABLE(DomainDef, devices, "devices", Devices, devices_conf, OPTIONAL, "Devices."),
    LIST(DomainDef, seclabels, "seclabel", Seclabel, seclabel_conf, "@model", OPTIONAL,
         "As whom it runs."),
    EXTRA(DomainDef, extra, NULL),
    LIST(DomainDef, qemu_arguments, "qemu:commandline/qemu:arg", QemuArgument, qemu_argument_conf,
         NULL, OPTIONAL, "Arguments of QEMU."),
    LIST(DomainDef, qemu_variables, "qemu:commandline/qemu:env", QemuVariable, qemu_variable_conf,
         NULL, OPTIONAL, "Environment of QEMU."),
    END};
/* clang-format on */

static bool
domain_validate(const void *object, GError **error)
{
    const DomainDef *def = object;
    if (def->memory_kib == 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR, "the guest has no memory");
        return false;
    }
    if (def->vcpus != 0 && def->vcpus_now > def->vcpus) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "%u processors are to be plugged, the most is %u", def->vcpus_now,
                       def->vcpus);
        return false;
    }
    if (!vcpu_list_validate(def, error))
        return false;
    if (def->numatune != NULL && def->numatune->cells.n > 0 &&
        (def->cpu == NULL || def->cpu->numa == NULL)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "numatune/memnode is of a cell that the guest does not have");
        return false;
    }
    gboolean has_device_order = FALSE;
    for (size_t i = 0; i < def->devices.disks.n; i++)
        has_device_order |= def->devices.disks.items[i]->info.boot_order.set;
    for (size_t i = 0; i < def->devices.interfaces.n; i++)
        has_device_order |= def->devices.interfaces.items[i]->info.boot_order.set;
    if (has_device_order && def->os.boot.n > 0) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the order of boot is told by devices and by os/boot");
        return false;
    }
    return true;
}

const ConfType domain_conf = CONF_TYPE(DomainDef, "domain", domain_rows, domain_validate);

static DomainDef *
def_new(void)
{
    Arena *arena = arena_new();
    DomainDef *def = arena_new_of(arena, DomainDef);
    def->arena = arena;
    return def;
}

void
domain_def_free(DomainDef *def)
{
    if (def != NULL)
        arena_free(def->arena);
}

gboolean
domain_def_has_ids(const DomainDef *def, const XmlIds *ids)
{
    const char *name = xml_ids_get(ids, XML_ID_NAME);
    return g_strcmp0(name, def->name) == 0 && (ids->has_uuid != 0) == def->uuid.set &&
           (!def->uuid.set || uuid_equal(ids->uuid, def->uuid.bytes));
}

DomainDef *
domain_def_parse(const char *xml, size_t len, const ConfContext *context, GError **error)
{
    g_auto(XmlRead) read = {0};
    if (!xml_read(xml, len, &read, error))
        return NULL;
    g_autoptr(DomainDef) def = def_new();
    xmlNode *root = xmlDocGetRootElement(read.doc);
    if (!conf_parse(&domain_conf, root, def->arena, context, def, error))
        return NULL;
    if (!domain_def_has_ids(def, &read.ids)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "name and uuid cannot be told for certain");
        return NULL;
    }
    return g_steal_pointer(&def);
}

char *
domain_def_format(const DomainDef *def, unsigned flags)
{
    return conf_format(&domain_conf, def, flags, 0);
}

DomainDef *
domain_def_copy(const DomainDef *def)
{
    DomainDef *copy = def_new();
    Arena *arena = copy->arena;
    conf_copy_into(&domain_conf, def, arena, copy);
    copy->arena = arena;
    return copy;
}

const char *
domain_def_unsupported(const DomainDef *def)
{
    return find_unsupported(&domain_conf, def);
}
