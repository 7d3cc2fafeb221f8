/*
 * cpu — see cpu.h. https://libvirt.org/formatdomain.html#cpu-model-and-topology
 */
#include "virtqemud/conf/cpu.h"

#include <string.h>

#include "common/conf/fields.h"

enum { VENDOR_ID_LENGTH = 12 };

static bool
is_vendor_id(const char *text)
{
    return strlen(text) == VENDOR_ID_LENGTH && strchr(text, ',') == NULL;
}

static const ConfPattern vendor_id = {"12 characters without a comma", "[^,]{12}", is_vendor_id};

/* clang-format off */
static const ConfEnumItem mode_items[] = {
    {"custom", CPU_CUSTOM, "The model named here."},
    {"host-model", CPU_HOST_MODEL, "The model nearest to the host's."},
    {"host-passthrough", CPU_HOST_PASSTHROUGH, "The host's processor itself."},
    {"maximum", CPU_MAXIMUM, "All that the hypervisor can."},
};
static const ConfEnum mode_enum = CONF_ENUM_OF("cpu_mode", mode_items);

static const ConfEnumItem match_items[] = {
    {"minimum", CPU_MATCH_MINIMUM, "At least these features."},
    {"exact", CPU_MATCH_EXACT, "These features, the rest hidden."},
    {"strict", CPU_MATCH_STRICT, "A host with exactly these features."},
};
static const ConfEnum match_enum = CONF_ENUM_OF("cpu_match", match_items);

static const ConfEnumItem check_items[] = {
    {"none", CPU_CHECK_NONE, "Not compared."},
    {"partial", CPU_CHECK_PARTIAL, "Compared before the start."},
    {"full", CPU_CHECK_FULL, "The guest's processor is as described, or it does not start."},
};
static const ConfEnum check_enum = CONF_ENUM_OF("cpu_check", check_items);

static const ConfEnumItem fallback_items[] = {
    {"allow", CPU_FALLBACK_ALLOW, "A near model will do."},
    {"forbid", CPU_FALLBACK_FORBID, "No other model."},
};
static const ConfEnum fallback_enum = CONF_ENUM_OF("cpu_fallback", fallback_items);

static const ConfEnumItem policy_items[] = {
    {"force", CPU_FEATURE_FORCE, "Shown even if the host has it not."},
    {"require", CPU_FEATURE_REQUIRE, "Shown; no start without it."},
    {"optional", CPU_FEATURE_OPTIONAL, "Shown where the host has it."},
    {"disable", CPU_FEATURE_DISABLE, "Hidden."},
    {"forbid", CPU_FEATURE_FORBID, "No start on a host that has it."},
};
static const ConfEnum policy_enum = CONF_ENUM_OF("cpu_feature_policy", policy_items);

static const ConfEnumItem cache_items[] = {
    {"emulate", CPU_CACHE_EMULATE, "As QEMU tells it."},
    {"passthrough", CPU_CACHE_PASSTHROUGH, "The host's."},
    {"disable", CPU_CACHE_DISABLE, "None."},
};
static const ConfEnum cache_enum = CONF_ENUM_OF("cpu_cache_mode", cache_items);

static const ConfEnumItem address_items[] = {
    {"passthrough", CPU_ADDRESS_PASSTHROUGH, "The host's."},
    {"emulate", CPU_ADDRESS_EMULATE, "As told."},
};
static const ConfEnum address_enum = CONF_ENUM_OF("cpu_address_mode", address_items);

static const ConfField feature_rows[] = {
    ATTR_ENUM(CpuFeature, policy, "policy", policy_enum, DERIVED | SCHEMA_REQUIRED | GUEST_ABI,
              "What is asked."),
    ATTR_STR(CpuFeature, name, "name", NULL, REQUIRED | GUEST_ABI, "Name of the feature."),
    END};
static const ConfType feature_conf = CONF_TYPE(CpuFeature, "feature", feature_rows, NULL);

static const ConfField topology_rows[] = {
    ATTR_NUM(CpuTopology, sockets, "sockets", 1, UINT32_MAX, REQUIRED | GUEST_ABI, "Sockets."),
    ATTR_NUM(CpuTopology, dies, "dies", 1, UINT32_MAX, DERIVED | GUEST_ABI, "Dies in a socket."),
    ATTR_NUM(CpuTopology, cores, "cores", 1, UINT32_MAX, REQUIRED | GUEST_ABI, "Cores in a die."),
    ATTR_NUM(CpuTopology, threads, "threads", 1, UINT32_MAX, REQUIRED | GUEST_ABI,
             "Threads of a core."),
    END};
static const ConfType topology_conf = CONF_TYPE(CpuTopology, "topology", topology_rows, NULL);

static const ConfField cpu_rows[] = {
    ATTR_ENUM(Cpu, mode, "mode", mode_enum, DERIVED | GUEST_ABI, "Where the model comes from."),
    ATTR_ENUM(Cpu, match, "match", match_enum, DERIVED, "How strictly the host is matched."),
    ATTR_ENUM(Cpu, check, "check", check_enum, DERIVED, "When it is compared."),
    ATTR_ENUM(Cpu, migratable, "migratable", on_off_enum, OPTIONAL,
              "Leave out what cannot be migrated."),
    SUB_ENUM(Cpu, fallback, "model/@fallback", fallback_enum, DERIVED, "Whether another may do."),
    SUB_STR(Cpu, vendor_id, "model/@vendor_id", &vendor_id, GUEST_ABI, "Vendor that is shown."),
    TEXT(Cpu, model, "model", NULL, GUEST_ABI, "Name of the model."),
    TEXT(Cpu, vendor, "vendor", NULL, OPTIONAL, "Vendor that the host must have."),
    SUB_TABLE_PTR(Cpu, topology, "topology", CpuTopology, topology_conf, GUEST_ABI,
                  "How processors are grouped."),
    SUB_NUM(Cpu, cache_level, "cache/@level", 1, 3, GUEST_ABI, "Which level; none: all."),
    SUB_ENUM(Cpu, cache_mode, "cache/@mode", cache_enum, REQUIRED_INSIDE | GUEST_ABI,
             "What the guest sees."),
    SUB_ENUM(Cpu, address_mode, "maxphysaddr/@mode", address_enum, REQUIRED_INSIDE | GUEST_ABI,
             "Who says."),
    SUB_NUM(Cpu, address_bits, "maxphysaddr/@bits", 1, 64, GUEST_ABI, "Bits of an address."),
    LIST(Cpu, features, "feature", CpuFeature, feature_conf, "@name", GUEST_ABI,
         "Differences to the model."),
    SUB_TABLE_PTR(Cpu, numa, "numa", Numa, numa_conf, GUEST_ABI, "Cells."),
    EXTRA(Cpu, extra, NULL),
    END};
/* clang-format on */

static bool
cpu_validate(const void *object, GError **error)
{
    const Cpu *cpu = object;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < cpu->features.n; i++) {
        const char *name = cpu->features.items[i]->name;
        if (!g_hash_table_add(names, (void *)(uintptr_t)name)) {
            virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                           "the feature '%s' is there twice", name);
            return false;
        }
    }
    if (cpu->features.n > 0 && cpu->model == NULL && (cpu->mode == 0 || cpu->mode == CPU_CUSTOM)) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "features are told, but not the model that they change");
        return false;
    }
    return true;
}

const ConfType cpu_conf = CONF_TYPE(Cpu, "cpu", cpu_rows, cpu_validate);
