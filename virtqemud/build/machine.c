/*
 * machine — see machine.h: the machine's type, its processors and threads.
 *
 * https://libvirt.org/formatdomain.html#operating-system-booting, #cpu-allocation,
 * #iothreads-allocation, #hypervisor-features
 */
#include "virtqemud/build/machine.h"

#include <inttypes.h>
#include <string.h>

#include "virtqemud/conf/vcpu_list.h"

static void
append_features(GString *text, const Features *features)
{
    if (features->vmport != SWITCH_ABSENT)
        args_append(text, "vmport", features->vmport == SWITCH_ON ? "on" : "off");
    if (features->smm)
        args_append(text, "smm", features->smm_state != SWITCH_OFF ? "on" : "off");
    if (features->ioapic != 0)
        args_append(text, "kernel_irqchip", features->ioapic == IOAPIC_QEMU ? "split" : "on");
}

void
machine_add_type(Args *args, const BuildContext *context)
{
    const DomainDef *def = context->def;
    gboolean dumps = def->dump_core != SWITCH_ABSENT ? def->dump_core == SWITCH_ON
                                                     : context->resources->dump_guest_core;
    g_autoptr(GString) text = g_string_new(def->os.machine);
    g_string_append(text, ",usb=off");
    append_features(text, &def->features);
    args_append(text, "dump-guest-core", dumps ? "on" : "off");
    if (def->memory_backing != NULL && def->memory_backing->nosharepages)
        args_append(text, "mem-merge", "off");
    args_append(text, "memory-backend", machine_memory_id(context));
    if (firmware_has_flash(def))
        g_string_append(text, ",pflash0=libvirt-pflash0-format");
    if (firmware_has_variables(context))
        g_string_append(text, ",pflash1=libvirt-pflash1-format");
    if (def->os.bios_useserial == SWITCH_ON)
        g_string_append(text, ",graphics=off");
    args_option(args, "-machine", text->str);
    if (def->type == DOMAIN_KVM)
        args_option(args, "-accel", "kvm");
    else if (def->features.tcg_tb_cache_kib == 0)
        args_option(args, "-accel", "tcg");
    else
        args_optionf(args, "-accel", "tcg,tb-size=%" PRIu64, def->features.tcg_tb_cache_kib / 1024);
}

void
machine_add_processors(Args *args, const DomainDef *def)
{
    const CpuTopology *topology = def->cpu != NULL ? def->cpu->topology : NULL;
    uint32_t now = vcpu_list_fixed(def); /* the others are plugged before it runs */
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%u", now);
    if (now != def->vcpus)
        g_string_append_printf(text, ",maxcpus=%u", def->vcpus);
    if (topology != NULL)
        g_string_append_printf(text, ",sockets=%u,dies=%u,cores=%u,threads=%u", topology->sockets,
                               MAX(topology->dies, 1), topology->cores, topology->threads);
    else
        g_string_append_printf(text, ",sockets=%u,cores=1,threads=1", def->vcpus);
    args_option(args, "-smp", text->str);
}

static gboolean
has_thread(const DomainDef *def, uint32_t id, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (def->iothread_entries.items[i]->id == id)
            return TRUE;
    }
    return FALSE;
}

static void
add_pool(Json *object, const OptI64 *min, const OptI64 *max)
{
    if (min->set)
        json_add_int(object, "thread-pool-min", min->value);
    if (max->set)
        json_add_int(object, "thread-pool-max", max->value);
}

/* `entry` NULL: there is only a number. */
static void
add_thread(Args *args, uint32_t id, const IothreadEntry *entry)
{
    Json *thread = json_new_object();
    g_autofree char *name = g_strdup_printf("iothread%u", id);
    json_add_string(thread, "qom-type", "iothread");
    json_add_string(thread, "id", name);
    if (entry != NULL)
        add_pool(thread, &entry->thread_pool_min, &entry->thread_pool_max);
    args_json(args, "-object", thread);
}

static void
add_main_loop(Args *args, const DomainDef *def)
{
    if (!def->main_pool_min.set && !def->main_pool_max.set)
        return;
    Json *loop = json_new_object();
    json_add_string(loop, "qom-type", "main-loop");
    json_add_string(loop, "id", "main-loop");
    add_pool(loop, &def->main_pool_min, &def->main_pool_max);
    args_json(args, "-object", loop);
}

/* Those that are numbered, and as many more as are wanted, with the lowest free numbers. */
void
machine_add_threads(Args *args, const DomainDef *def)
{
    size_t n = def->iothread_entries.n;
    for (size_t i = 0; i < n; i++)
        add_thread(args, def->iothread_entries.items[i]->id, def->iothread_entries.items[i]);
    for (uint32_t id = 1, left = def->iothreads > n ? def->iothreads - n : 0; left > 0; id++) {
        if (has_thread(def, id, n))
            continue;
        add_thread(args, id, NULL);
        left--;
    }
    add_main_loop(args, def);
}
