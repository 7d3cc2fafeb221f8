/*
 * host_document — see host_document.h.
 */
#include "virtqemud/caps/host_document.h"

#include <stdlib.h>
#include <string.h>

#include "common/host/cpu.h"
#include "common/host/memory.h"
#include "common/host/support.h"
#include "common/host/topology.h"
#include "virtqemud/caps/cpu_models.h"
#include "virtqemud/caps/host_caches.h"
#include "virtqemud/caps/markup.h"

static gboolean
is_x86(const char *arch)
{
    return strcmp(arch, "x86_64") == 0 || strcmp(arch, "i686") == 0;
}

/* --- <cpu> --- */

static void
add_model(GString *xml, const HostDocument *document, const HostCpuInfo *info, CpuSet *ret_more)
{
    CpuSet features = cpu_set_of_host();
    CpuModelInfo model;
    const char *vendor = cpu_vendor_name(info->vendor);
    *ret_more = features;
    if (document->native != NULL && cpu_model_nearest(document->native, QEMU_ACCEL_TCG, &features,
                                                      vendor, CPU_NEAREST_WITHIN, &model)) {
        markup_add(xml, "      <model>%s</model>", model.name);
        *ret_more = cpu_set_minus(&features, &model.promised);
    }
    if (vendor != NULL)
        markup_add(xml, "      <vendor>%s</vendor>", vendor);
    if (info->microcode != NULL)
        markup_add(xml, "      <microcode version='%lu'/>", strtoul(info->microcode, NULL, 0));
    if (info->family >= 0 && info->model >= 0 && info->stepping >= 0)
        markup_add(xml, "      <signature family='%d' model='%d' stepping='%d'/>", info->family,
                   info->model, info->stepping);
}

/* Ordinary pages and the pools of huge ones that the kernel has. */
static void
add_page_sizes(GString *xml, int root)
{
    HostPages pools[HOST_PAGE_SIZES_MAX];
    size_t n = host_pages_pools(root, -1, pools);
    markup_add(xml, "      <pages unit='KiB' size='%u'/>", host_pages_ordinary_kib());
    for (size_t i = 0; i < n; i++)
        markup_add(xml, "      <pages unit='KiB' size='%u'/>", pools[i].size_kib);
}

static gboolean
add_cpu(GString *xml, const HostDocument *document, const HostTopology *topology, GError **error)
{
    g_autoptr(HostCpuInfo) info = host_cpu_info_read(document->root, error);
    if (info == NULL)
        return FALSE;
    g_autofree char *arch = host_arch();
    HostShape shape = host_topology_shape(topology);
    CpuSet more = {0};
    markup_add(xml, "    <cpu>");
    markup_add(xml, "      <arch>%s</arch>", arch);
    if (is_x86(arch))
        add_model(xml, document, info, &more);
    markup_add(xml, "      <topology sockets='%u' dies='1' cores='%u' threads='%u'/>",
               shape.sockets, shape.cores, shape.threads);
    if (info->physical_address_bits > 0)
        markup_add(xml, "      <maxphysaddr mode='emulate' bits='%u'/>",
                   info->physical_address_bits);
    for (size_t i = 0; i < CPU_N_FEATURES; i++) {
        if (cpu_set_has(&more, i))
            markup_add(xml, "      <feature name='%s'/>", cpu_feature_name(i));
    }
    add_page_sizes(xml, document->root);
    markup_add(xml, "    </cpu>");
    return TRUE;
}

/* --- <topology> --- */

/* Those that are offline are not told of. */
static void
add_cell_cpus(GString *xml, const HostTopology *topology, const Bitmap *cpus)
{
    g_autoptr(GString) rows = g_string_new(NULL);
    size_t n = 0;
    for (gssize i = bitmap_next(cpus, 0); i >= 0; i = bitmap_next(cpus, (size_t)i + 1)) {
        const HostCpu *cpu = (size_t)i < topology->n_cpus ? &topology->cpus[i] : NULL;
        if (cpu == NULL || cpu->siblings == NULL)
            continue;
        g_autofree char *siblings = bitmap_format(cpu->siblings);
        markup_add(rows,
                   "            <cpu id='%zd' socket_id='%d' die_id='%d' core_id='%d' "
                   "siblings='%s'/>",
                   i, MAX(cpu->package, 0), MAX(cpu->die, 0), MAX(cpu->core, 0), siblings);
        n++;
    }
    markup_add(xml, "          <cpus num='%zu'>", n);
    g_string_append(xml, rows->str);
    markup_add(xml, "          </cpus>");
}

static void
add_cell_pages(GString *xml, uint64_t memory_kib, const HostPages *pools, size_t n_pools)
{
    uint64_t ordinary_kib = memory_kib;
    for (size_t i = 0; i < n_pools; i++)
        ordinary_kib -= MIN(ordinary_kib, pools[i].total * pools[i].size_kib);
    markup_add(xml, "          <memory unit='KiB'>%" G_GUINT64_FORMAT "</memory>", memory_kib);
    markup_add(xml, "          <pages unit='KiB' size='%u'>%" G_GUINT64_FORMAT "</pages>",
               host_pages_ordinary_kib(), ordinary_kib / host_pages_ordinary_kib());
    for (size_t i = 0; i < n_pools; i++)
        markup_add(xml, "          <pages unit='KiB' size='%u'>%" G_GUINT64_FORMAT "</pages>",
                   pools[i].size_kib, pools[i].total);
}

static void
add_cell(GString *xml, const HostTopology *topology, const HostCell *cell)
{
    markup_add(xml, "        <cell id='%u'>", cell->id);
    add_cell_pages(xml, cell->memory_kib, cell->pools, cell->n_pools);
    if (cell->n_distances > 0) {
        markup_add(xml, "          <distances>");
        for (size_t i = 0; i < cell->n_distances; i++)
            markup_add(xml, "            <sibling id='%u' value='%u'/>", cell->distances[i].cell,
                       cell->distances[i].value);
        markup_add(xml, "          </distances>");
    }
    add_cell_cpus(xml, topology, cell->cpus);
    markup_add(xml, "        </cell>");
}

/* A kernel without NUMA: the host is one cell. */
static gboolean
add_only_cell(GString *xml, const HostDocument *document, const HostTopology *topology,
              GError **error)
{
    uint64_t total_kib, free_kib;
    HostPages pools[HOST_PAGE_SIZES_MAX];
    size_t n = host_pages_pools(document->root, -1, pools);
    if (!host_memory_sum(document->root, &total_kib, &free_kib, error))
        return FALSE;
    markup_add(xml, "        <cell id='0'>");
    add_cell_pages(xml, total_kib, pools, n);
    add_cell_cpus(xml, topology, topology->present);
    markup_add(xml, "        </cell>");
    return TRUE;
}

static gboolean
add_topology(GString *xml, const HostDocument *document, const HostTopology *topology,
             GError **error)
{
    markup_add(xml, "    <topology>");
    markup_add(xml, "      <cells num='%zu'>", MAX(topology->n_cells, 1));
    for (size_t i = 0; i < topology->n_cells; i++)
        add_cell(xml, topology, &topology->cells[i]);
    if (topology->n_cells == 0 && !add_only_cell(xml, document, topology, error))
        return FALSE;
    markup_add(xml, "      </cells>");
    markup_add(xml, "    </topology>");
    return TRUE;
}

/* --- <host> --- */

static void
add_power(GString *xml, int root)
{
    static const struct {
        HostSleep bit;
        const char *element;
    } rows[] = {
        {HOST_SLEEP_MEMORY, "suspend_mem"},
        {HOST_SLEEP_DISK, "suspend_disk"},
        {HOST_SLEEP_HYBRID, "suspend_hybrid"},
    };
    unsigned states = host_sleep_states(root);
    markup_add(xml, states == 0 ? "    <power_management/>" : "    <power_management>");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (states & rows[i].bit)
            markup_add(xml, "      <%s/>", rows[i].element);
    }
    if (states != 0)
        markup_add(xml, "    </power_management>");
}

static void
add_security(GString *xml, const HostDocument *document)
{
    markup_add(xml, "    <secmodel>\n      <model>none</model>\n      <doi>0</doi>\n"
                    "    </secmodel>");
    if (!document->labels)
        return;
    markup_add(xml, "    <secmodel>\n      <model>dac</model>\n      <doi>0</doi>");
    markup_add(xml, "      <baselabel type='kvm'>+%u:+%u</baselabel>", document->uid,
               document->gid);
    markup_add(xml, "      <baselabel type='qemu'>+%u:+%u</baselabel>", document->uid,
               document->gid);
    markup_add(xml, "    </secmodel>");
}

static gboolean
add_host(GString *xml, const HostDocument *document, GError **error)
{
    g_autoptr(HostTopology) topology = host_topology_read(document->root, error);
    if (topology == NULL)
        return FALSE;
    markup_add(xml, "  <host>");
    if (document->uuid != NULL) {
        char text[UUID_TEXT_BYTES];
        markup_add(xml, "    <uuid>%s</uuid>", uuid_format(document->uuid, text));
    }
    if (!add_cpu(xml, document, topology, error))
        return FALSE;
    add_power(xml, document->root);
    markup_add(xml, "    <iommu support='%s'/>", host_has_iommu(document->root) ? "yes" : "no");
    if (!add_topology(xml, document, topology, error))
        return FALSE;
    host_caches_add(xml, document->root, topology);
    add_security(xml, document);
    markup_add(xml, "  </host>");
    return TRUE;
}

/* --- <guest> --- */

/* Its canonical name first, then its other one. */
static void
add_machine(GString *xml, const QemuMachine *machine)
{
    const char *deprecated = machine->is_deprecated ? " deprecated='yes'" : "";
    g_autofree char *rest = g_strdup_printf("maxCpus='%u'%s", machine->cpus_max, deprecated);
    g_autofree char *name = g_markup_escape_text(machine->name, -1);
    g_string_append_printf(xml, "      <machine %s>%s</machine>\n", rest, name);
    if (machine->alias == NULL)
        return;
    g_autofree char *alias = g_markup_escape_text(machine->alias, -1);
    g_string_append_printf(xml, "      <machine canonical='%s' %s>%s</machine>\n", name, rest,
                           alias);
}

/* The default one is the first. */
static void
add_machines(GString *xml, const QemuCaps *caps)
{
    size_t n;
    const QemuMachine *machines = qemu_caps_machines(caps, &n);
    const QemuMachine *first = qemu_caps_machine(caps, NULL);
    if (first != NULL)
        add_machine(xml, first);
    for (size_t i = 0; i < n; i++) {
        if (&machines[i] != first)
            add_machine(xml, &machines[i]);
    }
}

static void
add_guest(GString *xml, const HostGuest *guest)
{
    markup_add(xml, "\n  <guest>\n    <os_type>hvm</os_type>");
    markup_add(xml, "    <arch name='%s'>", guest->arch);
    markup_add(xml, "      <wordsize>%u</wordsize>", guest->word_bits);
    markup_add(xml, "      <emulator>%s</emulator>", guest->program);
    if (guest->caps != NULL)
        add_machines(xml, guest->caps);
    markup_add(xml, "      <domain type='qemu'/>");
    if (guest->caps != NULL && qemu_caps_has_accel(guest->caps, QEMU_ACCEL_KVM))
        markup_add(xml, "      <domain type='kvm'/>");
    markup_add(xml, "    </arch>\n    <features>");
    if (strcmp(guest->arch, "i686") == 0)
        markup_add(xml, "      <pae/>\n      <nonpae/>");
    if (is_x86(guest->arch))
        markup_add(xml, "      <acpi default='on' toggle='yes'/>\n"
                        "      <apic default='on' toggle='no'/>");
    markup_add(xml, "      <cpuselection/>\n      <deviceboot/>");
    markup_add(xml, "    </features>\n  </guest>");
}

char *
host_document_format(const HostDocument *document, GError **error)
{
    g_autoptr(GString) xml = g_string_new("<capabilities>\n\n");
    if (!add_host(xml, document, error))
        return NULL;
    for (size_t i = 0; i < document->n_guests; i++)
        add_guest(xml, &document->guests[i]);
    markup_add(xml, "\n</capabilities>");
    return g_strdup(xml->str);
}
