/*
 * assign — what a definition leaves open and the machine decides: default devices, models, targets,
 * addresses; and the names that a running guest's devices carry.
 *
 * Guest ABI: the same document gives the same devices at the same places as on a stock daemon
 * (tests/golden/assign compares). Pure passes over a definition that is not published yet; any
 * thread.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/domain.h"

/*
 * Completes a user's definition: emulator, machine and arch by their full names, uuid, MACs,
 * devices that every machine has, models, targets, controllers that devices need, addresses. What
 * the definition says stays. Runs after domain_def_fill_defaults(). Doing it twice changes nothing.
 * Errors: XML_ERROR or CONFIG_UNSUPPORTED, naming the device and what collides or is missing.
 */
gboolean assign_definition(DomainDef *def, const QemuCaps *caps, GError **error);
/* Gives a guest with UEFI in flash a file for its variables, NAME_VARS.fd in `folder`, unless it
 * has one. At define, after assign_definition(). */
void assign_nvram(DomainDef *def, const char *folder);
/* Gives every device its alias; the user's own ("ua-...") are kept. For a running guest's copy. */
gboolean assign_aliases(DomainDef *def, GError **error);
