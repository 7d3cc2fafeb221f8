/*
 * checks — what no machine of QEMU takes, told before anything is chosen. Pure; any thread.
 */
#pragma once

#include "virtqemud/conf/domain.h"

/* Errors: XML_ERROR, CONFIG_UNSUPPORTED. */
gboolean assign_checks(const DomainDef *def, GError **error);
