/*
 * ask — questions to QEMU that vm_qmp() (vm.h) cannot put: with a descriptor, or as a user gave
 * them. In a step of the guest's strand; events that came before the answer are handled.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* As vm_qmp(), with `fd`, which is taken; the reply does not matter. */
gboolean ask_with_fd(Vm *vm, QmpCommandId command, Json *args, int fd, GError **error);
/* Sends `request`. An error of QEMU is an answer; NULL when there is none: OPERATION_TIMEOUT,
 * OPERATION_ABORTED, or why the monitor is closed. */
QmpAnswer *ask_raw(Vm *vm, QmpRequest *request, GError **error);
