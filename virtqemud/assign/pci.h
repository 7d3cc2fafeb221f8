/*
 * pci — addresses on PCI buses, and the buses that are needed for them.
 *
 * A place that is taken stays: what the definition says is never changed. What has no place gets
 * the first free one, kind after kind; where there is none, a bus is added. Rules as stock has
 * them: docs/addresses.md. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

gboolean assign_pci(DomainDef *def, GError **error);
