/*
 * handed — the monitors of running guests, from a daemon to the program that takes its place: QEMU
 * sees nothing of it, and what it says meanwhile is read by the successor.
 */
#pragma once

#include "common/base/handover.h"
#include "virtqemud/qmp/client.h"

typedef struct Driver Driver;
typedef struct HandedMonitors HandedMonitors;

/* Those of the guests whose monitors are at rest; the others are connected anew. Io thread. */
void handed_monitors_save(const Driver *driver, Handover *handover);
/* What was left; NULL: nothing. */
HandedMonitors *handed_monitors_new(Handover *handover);
/* Closes what nobody took. Takes NULL. */
void handed_monitors_free(HandedMonitors *monitors);
/* The monitor of a guest: its descriptor and `ret_rest->input`, which are the caller's; -1: none.
 * Any thread. */
int handed_monitors_take(HandedMonitors *monitors, const uint8_t *uuid, QmpRest *ret_rest);
