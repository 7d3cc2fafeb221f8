/*
 * machine — see machine.h.
 */
#include "virtqemud/assign/machine.h"

#include <string.h>

#include "common/base/uuid.h"
#include "virtqemud/assign/machine_kind.h"

static gboolean
check_kind_of_guest(const DomainDef *def, const QemuCaps *caps, GError **error)
{
    const char *program = qemu_caps_program(caps);
    if (def->type != DOMAIN_QEMU && def->type != DOMAIN_KVM) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' runs guests of the types qemu and kvm only", program);
        return FALSE;
    }
    if (def->type == DOMAIN_KVM && !qemu_caps_has_accel(caps, QEMU_ACCEL_KVM)) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "KVM does not run guests on this host, so the type kvm cannot be used");
        return FALSE;
    }
    if (g_strcmp0(def->os.type, "hvm") != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' runs guests of the os type hvm only, not '%s'", program, def->os.type);
        return FALSE;
    }
    if (def->os.arch != NULL && strcmp(def->os.arch, qemu_caps_arch(caps)) != 0) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' emulates the architecture %s, not '%s'", program, qemu_caps_arch(caps),
                       def->os.arch);
        return FALSE;
    }
    return TRUE;
}

static gboolean
fill_machine(DomainDef *def, const QemuMachine *machine, const QemuCaps *caps, GError **error)
{
    if (machine == NULL) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "'%s' has no machine '%s'", qemu_caps_program(caps),
                       def->os.machine != NULL ? def->os.machine : "(default)");
        return FALSE;
    }
    def->os.machine = arena_strdup(def->arena, machine->name);
    if (machine_kind(def) == MACHINE_OTHER) {
        virt_error_set(error, VIRT_FROM_DOMAIN, VIRT_ERR_XML_ERROR,
                       "the machine '%s' has no PCI buses that devices can be placed on",
                       machine->name);
        return FALSE;
    }
    if (machine->cpus_max != 0 && def->vcpus > machine->cpus_max) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the machine '%s' has at most %u processors, not %u", machine->name,
                       machine->cpus_max, def->vcpus);
        return FALSE;
    }
    return TRUE;
}

gboolean
assign_machine(DomainDef *def, const QemuCaps *caps, GError **error)
{
    if (!check_kind_of_guest(def, caps, error) ||
        !fill_machine(def, qemu_caps_machine(caps, def->os.machine), caps, error))
        return FALSE;
    if (def->os.arch == NULL)
        def->os.arch = arena_strdup(def->arena, qemu_caps_arch(caps));
    if (def->devices.emulator == NULL)
        def->devices.emulator = arena_strdup(def->arena, qemu_caps_program(caps));
    if (!def->uuid.set) {
        def->uuid.set = true;
        uuid_random(def->uuid.bytes);
    }
    if (def->genid != NULL && !def->genid->id.set) {
        def->genid->id.set = true;
        uuid_random(def->genid->id.bytes);
    }
    return TRUE;
}

/* ---- processor ---- */

/* "qemu64" of QEMU's type "qemu64-x86_64-cpu". */
static char *
default_model(Arena *arena, const QemuMachine *machine, const char *arch)
{
    g_autofree char *suffix = g_strdup_printf("-%s-cpu", strcmp(arch, "i686") == 0 ? "i386" : arch);
    if (machine == NULL || machine->cpu == NULL || !g_str_has_suffix(machine->cpu, suffix))
        return NULL;
    return arena_strndup(arena, machine->cpu, strlen(machine->cpu) - strlen(suffix));
}

static CpuCheck
default_check(const Cpu *cpu, DomainType type)
{
    if (cpu->mode == CPU_HOST_MODEL)
        return CPU_CHECK_PARTIAL;
    if (cpu->mode == CPU_CUSTOM && type == DOMAIN_KVM)
        return CPU_CHECK_PARTIAL;
    return CPU_CHECK_NONE;
}

static gboolean
check_features(const Cpu *cpu, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < cpu->features.n; i++) {
        const char *name = cpu->features.items[i]->name;
        if (!g_hash_table_add(seen, (void *)(uintptr_t)name)) {
            virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_XML_ERROR,
                           "the processor's feature '%s' is listed twice", name);
            return FALSE;
        }
    }
    if (cpu->model == NULL &&
        (cpu->vendor != NULL || (cpu->mode == CPU_CUSTOM && cpu->features.n > 0))) {
        virt_error_set(error, VIRT_FROM_CPU, VIRT_ERR_XML_ERROR,
                       "the processor has a vendor or features, but no model");
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_cache(const Cpu *cpu, GError **error)
{
    gboolean is_hosts = cpu->mode == CPU_HOST_PASSTHROUGH || cpu->mode == CPU_MAXIMUM;
    if (cpu->cache_mode != CPU_CACHE_PASSTHROUGH || is_hosts)
        return TRUE;
    virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                   "the host's cache is for processors of the modes host-passthrough and maximum");
    return FALSE;
}

static gboolean
check_topology(const DomainDef *def, GError **error)
{
    const CpuTopology *topology = def->cpu != NULL ? def->cpu->topology : NULL;
    if (topology == NULL)
        return TRUE;
    guint64 cpus = (guint64)topology->sockets * MAX(topology->dies, 1);
    if (!g_uint64_checked_mul(&cpus, cpus, topology->cores) ||
        !g_uint64_checked_mul(&cpus, cpus, topology->threads) || cpus != def->vcpus) {
        virt_error_set(error, VIRT_FROM_QEMU, VIRT_ERR_CONFIG_UNSUPPORTED,
                       "the processor's topology is not for %u processors", def->vcpus);
        return FALSE;
    }
    return TRUE;
}

/* What the machine has, whatever else was asked for. */
static void
fill_default_model(DomainDef *def, const QemuCaps *caps)
{
    def->cpu->model =
        default_model(def->arena, qemu_caps_machine(caps, def->os.machine), def->os.arch);
    def->cpu->match = CPU_MATCH_EXACT;
    def->cpu->check = CPU_CHECK_NONE;
    def->cpu->fallback = CPU_FALLBACK_FORBID;
}

gboolean
assign_cpu(DomainDef *def, const QemuCaps *caps, GError **error)
{
    if (!check_topology(def, error))
        return FALSE;
    if (def->cpu == NULL)
        def->cpu = arena_new_of(def->arena, Cpu);
    Cpu *cpu = def->cpu;
    if (cpu->mode == 0)
        cpu->mode = CPU_CUSTOM;
    if (!check_features(cpu, error) || !check_cache(cpu, error))
        return FALSE;
    if (cpu->mode == CPU_CUSTOM && cpu->model == NULL)
        fill_default_model(def, caps);
    if (cpu->mode == CPU_CUSTOM && cpu->match == 0)
        cpu->match = CPU_MATCH_EXACT;
    if (cpu->mode == CPU_CUSTOM && cpu->model != NULL && cpu->fallback == 0)
        cpu->fallback = CPU_FALLBACK_ALLOW;
    if (cpu->check == 0)
        cpu->check = default_check(cpu, def->type);
    if (cpu->mode == CPU_HOST_PASSTHROUGH && cpu->migratable == 0)
        cpu->migratable = SWITCH_ON;
    return TRUE;
}
