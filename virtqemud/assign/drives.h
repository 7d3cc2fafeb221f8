/*
 * drives — places of disks on their controllers, from the names of their targets; and the order of
 * disks. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* Sorts disks as stock does: those of a bus by their targets. */
void assign_disk_order(DomainDef *def);
/* Errors: XML_ERROR for a target that names no place, CONFIG_UNSUPPORTED for places that are taken
 * or that the bus does not have. */
gboolean assign_drives(DomainDef *def, GError **error);
/* "vda" is 0, "vdb" 1; 0 for names that are none. */
uint32_t drive_number(const char *target);
