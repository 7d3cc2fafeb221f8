/*
 * taint — see taint.h. Names and messages are libvirt's.
 */
#define LOG_SOURCE "qemu.taint"

#include "virtqemud/vm/taint.h"

#include "common/base/log.h"

static const struct {
    const char *name;
    const char *message;
} taints[VM_N_TAINTS] = {
    [VM_TAINT_CUSTOM_ARGV] = {"custom-argv", "custom configuration parameters specified"},
    [VM_TAINT_CUSTOM_MONITOR] = {"custom-monitor", "custom monitor control commands issued"},
};

void
vm_taint(Vm *vm, VmTaint taint)
{
    uint32_t bit = 1u << taint;
    if ((vm->taint & bit) != 0)
        return;
    vm->taint |= bit;
    log_warning("guest '%s' is tainted: %s", vm->name, taints[taint].name);
}

const char *
vm_taint_name(VmTaint taint)
{
    return taints[taint].name;
}

const char *
vm_taint_message(VmTaint taint)
{
    return taints[taint].message;
}
