/*
 * prober — probes a program in a step of a strand while the test turns the loop; and the stored
 * examples.
 */
#pragma once

#include "virtqemud/caps/probe.h"

/* NULL: `error` says why. What it started has ended when it returns. */
QemuCaps *prober_probe(const char *program, int64_t deadline_ms, GError **error);
/* Runs `fn` as a step, to its end. */
void prober_run(Loop *loop, void (*fn)(void *data), void *data);
/* tests/data/qemu/NAME.caps */
QemuCaps *prober_load(const char *name);
char *prober_path(const char *name);
