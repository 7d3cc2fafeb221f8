/*
 * events — telling clients what happened to a guest, in every generation of registrations. After
 * the change was published; on the guest's strand, in the order in which things happened.
 */
#pragma once

#include "virtqemud/vm/vm.h"

void vm_emit_lifecycle(const Vm *vm, VmLifecycle event, int32_t detail);
void vm_emit_reboot(const Vm *vm);
/* Seconds that the guest set its clock off. */
void vm_emit_rtc_change(const Vm *vm, int64_t offset_s);
void vm_emit_watchdog(const Vm *vm, int32_t action);

typedef struct {
    const char *path;
    const char *alias;
    int32_t action;
    const char *reason;
} VmIoError;
/* Both events that clients may have asked for. */
void vm_emit_io_error(const Vm *vm, const VmIoError *io_error);

typedef struct {
    int32_t phase;
    const char *local_node, *local_service, *remote_node, *remote_service;
    int32_t local_family, remote_family;
    const char *auth_scheme;
    const char *x509_name; /* NULL: none */
    const char *sasl_name; /* NULL: none */
} VmGraphicsEvent;
void vm_emit_graphics(const Vm *vm, const VmGraphicsEvent *event);
void vm_emit_control_error(const Vm *vm);
typedef enum { VM_TRAY_OPENED, VM_TRAY_CLOSED } VmTrayReason;
void vm_emit_tray_change(const Vm *vm, const char *alias, VmTrayReason reason);
void vm_emit_pm_wakeup(const Vm *vm);
void vm_emit_pm_suspend(const Vm *vm);
void vm_emit_pm_suspend_disk(const Vm *vm);
void vm_emit_balloon_change(const Vm *vm, uint64_t kib);
typedef enum { VM_AGENT_CONNECTED = 1, VM_AGENT_DISCONNECTED } VmAgentState;
typedef enum { VM_AGENT_UNKNOWN, VM_AGENT_GUEST_STARTED, VM_AGENT_CHANNEL } VmAgentReason;
/* The channel on which it is. */
#define VM_AGENT_CHANNEL_NAME "org.qemu.guest_agent.0"
void vm_emit_agent_lifecycle(const Vm *vm, VmAgentState state, VmAgentReason reason);
/* `type` is that of virDomainMetadataType, `uri` of an element of <metadata> or NULL. */
void vm_emit_metadata_change(const Vm *vm, int32_t type, const char *uri);
typedef struct {
    int32_t recipient;
    int32_t action;
    uint32_t flags;
} VmMemoryFailure;
void vm_emit_memory_failure(const Vm *vm, const VmMemoryFailure *failure);
