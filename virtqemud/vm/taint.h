/*
 * taint — what a user did to a guest that makes its state no longer ours to vouch for. Kept until
 * the run ends.
 */
#pragma once

#include "virtqemud/vm/vm.h"

typedef enum {
    VM_TAINT_CUSTOM_ARGV,    /* arguments of QEMU in the definition */
    VM_TAINT_CUSTOM_MONITOR, /* raw commands to its monitor */
    VM_N_TAINTS
} VmTaint;

/* Records and logs it; nothing happens the second time. The caller publishes. On the strand. */
void vm_taint(Vm *vm, VmTaint taint);
/* As state files name it. */
const char *vm_taint_name(VmTaint taint);
/* As virDomainGetMessages tells it. */
const char *vm_taint_message(VmTaint taint);
