/*
 * place — where a device is plugged in, as QEMU's properties: bus and place on it, turn at boot,
 * boot ROM.
 *
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* Adds what the address says. Without an address nothing is added and QEMU chooses. Errors:
 * CONFIG_UNSUPPORTED when the address names a controller that is not there. */
gboolean place_add(Json *props, const DomainDef *def, const DeviceInfo *info, GError **error);
/* `boot` is the kind of the device in <os><boot>, 0: it has none. Adds "bootindex" for the device's
 * own turn, or for the first device of a kind that <os> names. */
void place_add_boot(Json *props, const BuildContext *context, const DeviceInfo *info,
                    BootDevice boot);
/* 0: none. */
uint32_t place_boot_index(const BuildContext *context, const DeviceInfo *info, BootDevice boot);
/* "acpi-index", "rombar" and "romfile". */
void place_add_rom(Json *props, const DeviceInfo *info);
