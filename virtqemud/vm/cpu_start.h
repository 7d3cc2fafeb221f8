/*
 * cpu_start — the processor of a running guest: modes made into what QEMU is told.
 */
#pragma once

#include "virtqemud/caps/caps.h"
#include "virtqemud/conf/domain.h"

gboolean cpu_start_resolve(DomainDef *def, const QemuCaps *caps, GError **error);
