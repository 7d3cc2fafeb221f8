/*
 * agent — calls that the agent inside of a guest would answer. It is not talked to yet: they are
 * refused as they are for a guest whose agent is not there.
 */
#pragma once

#include "virtqemud/vm/view.h"

/* FALSE, always. Errors: ARGUMENT_UNSUPPORTED when the guest has no channel for an agent;
 * AGENT_UNRESPONSIVE when it has. */
gboolean agent_refuse(const DomainDef *def, GError **error);
/* The same for a call that reads. Errors: also OPERATION_INVALID when the guest does not run now.
 */
gboolean agent_refuse_view(const VmView *view, GError **error);
