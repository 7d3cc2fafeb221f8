/*
 * edit — a change of a guest's definitions: of the running one, of the persistent one, of both, or
 * of neither. On the guest's strand.
 */
#pragma once

#include "virtqemud/vm/vm.h"

/* Changes `def`, a copy that nobody else sees. Strings go into its arena. */
typedef gboolean (*EditFn)(DomainDef *def, const void *data, GError **error);

/*
 * Applies `fn` to copies of the definitions that `affect` (as vm_resolve_affect() gives it) names,
 * sees that they can be read again, writes the persistent one to disk, then publishes both. Nothing
 * is changed on error. The caller sends events.
 */
gboolean edit_definitions(Vm *vm, uint32_t affect, EditFn fn, const void *data, GError **error);
/* A definition that cannot be read again would be lost with the daemon's next start. Errors: those
 * of domain_def_parse(). */
gboolean edit_check_readable(const DomainDef *def, GError **error);
