/*
 * foretold — the document of a guest that is off, with the processor that it would get: what
 * VIR_DOMAIN_XML_UPDATE_CPU asks for. Answered by a step: QEMU may have to be asked.
 */
#pragma once

#include "common/rpc/call.h"
#include "virtqemud/vm/view.h"

/* Whether there is something to foretell: a running guest has its processor already. */
gboolean foretold_is_asked(const VmView *view, uint32_t flags);
/* What the handler returns. */
gboolean foretold_run(RpcCall *call, const VmView *view, uint32_t flags);
