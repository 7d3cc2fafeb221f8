/*
 * check_devices — whether the program has a driver for each device of the definition.
 *
 * Pure; any thread.
 */
#pragma once

#include "virtqemud/build/context.h"

/* Builds each device and looks for the driver that came out. Errors: CONFIG_UNSUPPORTED. */
gboolean check_devices(const BuildContext *context, GError **error);
