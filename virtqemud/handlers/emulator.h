/*
 * emulator — which program and accelerator a call is about, when it names them or leaves them out.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/vm/driver.h"

/* As clients give them; NULL or "": not told. */
typedef struct {
    const char *program;
    const char *arch;
    const char *machine;
    const char *type; /* "kvm", "qemu" */
} EmulatorChoice;

typedef struct {
    QemuCaps *caps; /* owned */
    QemuAccel accel;
    const QemuMachine *machine;
} Emulator;

/*
 * In a step: a program may have to be asked. Without a type it is KVM where that runs guests.
 * Errors: INVALID_ARG for what there is not, or does not belong together; CONFIG_UNSUPPORTED when
 * no program serves the architecture; those of qemu_caps_cache_get().
 */
gboolean emulator_choose(Driver *driver, const EmulatorChoice *choice, Emulator *ret_emulator,
                         GError **error);
void emulator_clear(Emulator *emulator);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Emulator, emulator_clear)
