/*
 * drives — places of disks on their controllers, from the names of their targets. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* Errors: XML_ERROR for a target that names no place, CONFIG_UNSUPPORTED for places that are taken
 * or that the bus does not have. */
gboolean assign_drives(DomainDef *def, GError **error);
