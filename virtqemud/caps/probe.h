/*
 * probe — asks a QEMU program what it can do, by running it: without a machine, its processors
 * stopped, nothing of the user's configuration read; and tries whether KVM runs a guest.
 *
 * In a step of a strand. The time is bounded by the request: each of the at most three runs has the
 * deadline, and nothing of them is left when it returns.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/caps/program.h"

/*
 * Errors: SYSTEM_ERROR when it cannot be run; INTERNAL_ERROR when it ends or says what no QEMU
 * says, with the last line of its standard error; OPERATION_TIMEOUT.
 */
QemuCaps *qemu_probe(const QemuProbeRequest *request, GError **error);
/* A digest of what is asked: other questions, other answers. The caller frees. */
char *qemu_probe_questions(void);
