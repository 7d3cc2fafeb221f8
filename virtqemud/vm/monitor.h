/*
 * monitor — what QEMU tells about a guest, turned into states, and into events for clients: the
 * run-state table. On the guest's strand, but for vm_monitor_forward().
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Steps; `data` is a VmRun. */
void vm_monitor_events_step(void *data);
void vm_monitor_exit_step(void *data);
/* Asks for the state of everything that we keep about a running guest; harmless at any time. */
void vm_monitor_resync_step(void *data);
gboolean vm_monitor_resync(Vm *vm, GError **error);

/* The monitor was given up, and the guest runs on: clients are told. */
void vm_monitor_lost_step(void *data);

/* Handles the events that have come. */
void vm_monitor_drain(Vm *vm);
/* Handles events until one of them has set `*seen`, or the run is over. Errors: OPERATION_TIMEOUT
 * after `timeout_ms`; OPERATION_FAILED when QEMU ended meanwhile. */
gboolean vm_monitor_wait(Vm *vm, const gboolean *seen, int64_t timeout_ms, GError **error);

/* Gives an event to the clients that registered for QEMU's own events. Io thread. */
void vm_monitor_forward(VmRun *run, const QmpEvent *event);
