/*
 * destroy — ending a guest at once, whatever its strand is doing: from outside QEMU is told to end
 * and what the strand waits for is cut short; a step behind it does the rest.
 */
#pragma once

#include "common/rpc/call.h"
#include "virtqemud/vm/vm.h"

/* virDomainDestroyFlagsValues */
enum { DESTROY_GRACEFUL = 1, DESTROY_REMOVE_LOGS = 2 };

/* Defers the call and answers it when the guest is off. Errors of the answer: OPERATION_INVALID
 * when it was off; SYSTEM_ERROR when the process does not end. Io thread. */
void destroy_begin(RpcCall *call, const VmControl *control, uint32_t flags);
/* What is left by destroy_with_client(). */
extern const RpcLeaverKind destroy_leaver;
/* The guest is destroyed when the client of this call goes. On the guest's strand, before the
 * reply. */
void destroy_with_client(RpcCall *call, Vm *vm);
