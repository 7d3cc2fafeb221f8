/*
 * machine — the machine itself: type, accelerator, processors, memory, clock, firmware, boot, as
 * QEMU's options.
 *
 * Each appends its options in the order in which a stock daemon gives them. Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* machine.c: -machine and -accel; -smp; I/O threads. */
void machine_add_type(Args *args, const BuildContext *context);
void machine_add_processors(Args *args, const DomainDef *def);
void machine_add_threads(Args *args, const DomainDef *def);
/* memory.c: -m, its object, -overcommit; the cells of NUMA. */
void machine_add_memory(Args *args, const BuildContext *context);
void machine_add_cells(Args *args, const DomainDef *def);
/* Of the object that is all of the memory; NULL: there is none, or one for each cell. */
const char *machine_memory_id(const BuildContext *context);
/* smbios.c */
void machine_add_smbios(Args *args, const DomainDef *def);
/* cpu.c: -cpu. The host's model is resolved already. */
void cpu_add(Args *args, const DomainDef *def);
/* clock.c: -rtc and what timers say past it. */
void clock_add(Args *args, const BuildContext *context);
/* firmware.c: block nodes of the flash, which stand before -machine, and their global; a ROM;
 * -boot and a kernel to begin with. */
gboolean firmware_add_flash(Args *args, const BuildContext *context, GError **error);
void firmware_add_tseg(Args *args, const DomainDef *def);
void firmware_add_globals(Args *args, const DomainDef *def);
gboolean firmware_add_rom(Args *args, const BuildContext *context, GError **error);
void firmware_add_boot(Args *args, const DomainDef *def);
gboolean firmware_add_kernel(Args *args, const BuildContext *context, GError **error);
/* Whether there is flash, and whether a second one for variables. */
gboolean firmware_has_flash(const DomainDef *def);
gboolean firmware_has_variables(const BuildContext *context);
