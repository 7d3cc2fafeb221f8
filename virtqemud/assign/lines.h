/*
 * lines — serial and parallel ports, consoles, channels: their numbers and models, the serial port
 * that is also the console, and the ports of virtio-serial. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

gboolean assign_lines(DomainDef *def, GError **error);
/* A serial port's console has its address, once that is chosen. */
void assign_console_address(DomainDef *def);
/* Places channels on virtio-serial controllers, which are added as needed. */
gboolean assign_virtio_serial(DomainDef *def, GError **error);
