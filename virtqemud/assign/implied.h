/*
 * implied — devices that every machine has though a definition does not name them, and models that
 * it leaves open. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

gboolean assign_implied(DomainDef *def, GError **error);
