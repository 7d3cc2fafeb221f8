/*
 * balloon — the balloon of a guest, and the questions to it.
 */
#pragma once

#include "virtqemud/vm/query.h"
#include "virtqemud/vm/vm.h"

/* NULL: the definition says that there is none, or it was not completed. Borrowed. */
const Memballoon *balloon_of(const DomainDef *def);
/* Adds the question for the guest's own figures, if it has a balloon. FALSE: it has none. */
gboolean balloon_ask(Query *query, const VmView *view);
/* Tells QEMU how often to ask the guest, in seconds; 0: never. On the guest's strand. */
gboolean balloon_set_period(Vm *vm, int32_t period_s, GError **error);
