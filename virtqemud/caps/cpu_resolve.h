/*
 * cpu_resolve — <cpu> of a guest that is being started: from what the definition wishes to the
 * model and features that QEMU is told, and to those that the guest then has.
 *
 * Order of a start: caps_cpu_resolve() on the copy that becomes the live definition, QEMU's
 * arguments built from it, caps_cpu_settle(), then it is published. Pure; any thread.
 */
#pragma once

#include "common/base/arena.h"
#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/cpu.h"

/*
 * host-model and match='minimum' become a named model with features, policy 'optional' is decided,
 * and what check='partial' and 'full' ask for is compared with what the accelerator can give. What
 * it needs more of is taken from the arena. Other modes stay; processors that are not x86 too.
 * Errors: CONFIG_UNSUPPORTED for a mode that the accelerator has not, or an unknown feature;
 * INTERNAL_ERROR (as a stock daemon) for an unknown model; CPU_INCOMPATIBLE naming what is missing;
 * OPERATION_FAILED for check='full'.
 */
gboolean caps_cpu_resolve(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena,
                          GError **error);
/* Writes down what the guest has, so that it can be had again elsewhere: what QEMU switches off for
 * want of the accelerator is disabled, what it adds to the model is required; check is 'full'. */
void caps_cpu_settle(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena);
/* What resolving would make of it, for who looks at a guest that is off: nothing is compared, and
 * what cannot be told stays as it is. */
void caps_cpu_foretell(Cpu *cpu, const QemuCaps *caps, QemuAccel accel, Arena *arena);
