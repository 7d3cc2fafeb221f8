/*
 * trial — whether KVM runs a guest here: a few instructions that end the program with a status of
 * their own. That /dev/kvm is there says little: a host that is a guest itself may offer it and
 * fail at the first instruction.
 *
 * In a step of a strand.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/caps/program.h"

/* NULL: it ran. Else why not, in the arena of `caps`, of which what is asked without a machine must
 * be there; provisional when it only took too long. */
const char *trial_kvm(const QemuProbeRequest *request, QemuCaps *caps);
