/*
 * memory — <memory>, <maxMemory>, <memoryBacking>, <cpu><numa>: the guest's memory as objects.
 *
 * https://libvirt.org/formatdomain.html#memory-allocation, #memory-backing, #guest-numa-topology
 */
#include <inttypes.h>
#include <string.h>

#include "virtqemud/build/machine.h"

#define CELL_PREFIX "ram-node"
enum { KIB_PER_MIB = 1024 };

static const Numa *
numa_of(const DomainDef *def)
{
    return def->cpu != NULL && def->cpu->numa != NULL && def->cpu->numa->cells.n > 0
               ? def->cpu->numa
               : NULL;
}

const char *
machine_memory_id(const BuildContext *context)
{
    const QemuMachine *machine = qemu_caps_machine(context->caps, context->def->os.machine);
    return machine != NULL && numa_of(context->def) == NULL ? machine->ram_id : NULL;
}

static uint64_t
whole_mib(uint64_t kib)
{
    return (kib + KIB_PER_MIB - 1) / KIB_PER_MIB;
}

static Json *
memory_object(const MemoryBacking *backing, MemoryAccess access, const char *id, uint64_t mib)
{
    gboolean is_memfd = backing != NULL && backing->source == MEMORY_MEMFD;
    Json *memory = json_new_object();
    json_add_string(memory, "qom-type", is_memfd ? "memory-backend-memfd" : "memory-backend-ram");
    json_add_string(memory, "id", id);
    if (access != 0)
        json_add_bool(memory, "share", access == MEMORY_SHARED);
    /* The name of the machine's own memory goes into the stream of a migration: without its path
     * where a stock daemon has the memory in a file. */
    if ((is_memfd || access == MEMORY_SHARED) && !g_str_has_prefix(id, CELL_PREFIX))
        json_add_bool(memory, "x-use-canonical-path-for-ramblock-id", FALSE);
    if (backing != NULL && backing->allocation == MEMORY_IMMEDIATE)
        json_add_bool(memory, "prealloc", TRUE);
    json_add_uint(memory, "size", mib * KIB_PER_MIB * 1024);
    return memory;
}

/* A cell may have its own. */
static MemoryAccess
access_of(const DomainDef *def, const NumaCell *cell)
{
    if (cell != NULL && cell->mem_access != NULL)
        return strcmp(cell->mem_access, "shared") == 0 ? MEMORY_SHARED : MEMORY_PRIVATE;
    return def->memory_backing != NULL ? def->memory_backing->access : 0;
}

static uint64_t
total_mib(const DomainDef *def)
{
    const Numa *numa = numa_of(def);
    uint64_t total = 0;
    if (numa == NULL)
        return whole_mib(def->memory_kib);
    for (size_t i = 0; i < numa->cells.n; i++)
        total += whole_mib(numa->cells.items[i]->memory_kib);
    return total;
}

void
machine_add_memory(Args *args, const BuildContext *context)
{
    const DomainDef *def = context->def;
    const char *id = machine_memory_id(context);
    if (def->max_memory_kib != 0)
        args_optionf(args, "-m", "size=%" PRIu64 "k,slots=%u,maxmem=%" PRIu64 "k",
                     total_mib(def) * KIB_PER_MIB, def->memory_slots,
                     whole_mib(def->max_memory_kib) * KIB_PER_MIB);
    else
        args_optionf(args, "-m", "%" PRIu64, total_mib(def));
    if (id != NULL)
        args_json(args, "-object",
                  memory_object(def->memory_backing, access_of(def, NULL), id, total_mib(def)));
    args_option(args, "-overcommit", "mem-lock=off");
}

static uint32_t
cell_number(const NumaCell *cell, size_t place)
{
    return cell->id.set ? cell->id.value : (uint32_t)place;
}

static void
add_cell(Args *args, const DomainDef *def, const NumaCell *cell, size_t place)
{
    uint32_t node = cell_number(cell, place);
    g_autofree char *id = g_strdup_printf(CELL_PREFIX "%u", node);
    args_json(
        args, "-object",
        memory_object(def->memory_backing, access_of(def, cell), id, whole_mib(cell->memory_kib)));
    g_autoptr(GString) text = g_string_new("node");
    g_string_append_printf(text, ",nodeid=%u", node);
    g_auto(GStrv) ranges = g_strsplit(cell->cpus != NULL ? cell->cpus : "", ",", -1);
    for (size_t i = 0; ranges[i] != NULL; i++)
        args_append(text, "cpus", ranges[i][0] != '\0' ? ranges[i] : NULL);
    args_append(text, "memdev", id);
    args_option(args, "-numa", text->str);
}

static void
add_distances(Args *args, const NumaCell *cell, size_t place)
{
    for (size_t i = 0; i < cell->distances.n; i++) {
        const NumaDistance *distance = cell->distances.items[i];
        args_optionf(args, "-numa", "dist,src=%u,dst=%u,val=%u", cell_number(cell, place),
                     distance->id, distance->value);
    }
}

void
machine_add_cells(Args *args, const DomainDef *def)
{
    const Numa *numa = numa_of(def);
    for (size_t i = 0; numa != NULL && i < numa->cells.n; i++)
        add_cell(args, def, numa->cells.items[i], i);
    for (size_t i = 0; numa != NULL && i < numa->cells.n; i++)
        add_distances(args, numa->cells.items[i], i);
}
