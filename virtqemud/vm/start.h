/*
 * start — from a definition to a running QEMU: a table of steps, each with what undoes it.
 *
 * On the guest's strand. A start that fails at any step leaves nothing behind. What is about to be
 * acquired is written to the status file first, so that a daemon that starts after a crash undoes
 * it.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* virDomainCreateFlags */
enum {
    START_PAUSED = 1,
    START_AUTODESTROY = 2,
    START_BYPASS_CACHE = 4,
    START_FORCE_BOOT = 8,
    START_RESET_NVRAM = 32,
    START_FLAGS = START_PAUSED | START_AUTODESTROY | START_BYPASS_CACHE | START_FORCE_BOOT |
                  START_RESET_NVRAM,
};

/* Starts the guest, which is off, with START_*. Errors keep their code and say at which step. */
gboolean start_guest(Vm *vm, uint32_t flags, GError **error);
/* Makes `def`, which is taken, what the next start uses: for guests without a persistent
 * definition, and for one run of those that have one. */
void start_use(Vm *vm, DomainDef *def);
/* A start from a document failed: what start_use() set is dropped, and the guest if it has no
 * definition. */
void start_drop(Vm *vm);
